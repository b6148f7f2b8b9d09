-- What the Open311 server under /api/open311/v2 reads and writes. Without a key only cases of common places, and of those
-- only what is wrong where and how far it is; a key with 'read_all' sees the flats and what the resident wrote, never an
-- internal note and never who wrote it.

-- A page of cases or of changes by time; with the flats it is the index of the queue (000509).
create index reports_common_created_at_idx on public.reports (created_at) where is_common;
create index report_events_status_created_at_idx on public.report_events (created_at, id) where kind = 'status';

create type public.open311_create_outcome as enum (
  'created', 'wrong_key', 'place_unknown', 'place_ambiguous', 'wrong_place', 'too_many_today'
);
create type public.open311_update_outcome as enum (
  'done', 'wrong_key', 'not_found', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'too_many_today'
);

-- What a system sent about a case, so that the same update sent twice is done once.
create table public.report_updates (
  api_key_id uuid not null references public.api_keys on delete restrict,
  report_id uuid not null references public.reports on delete cascade,
  -- The sender's own name for it.
  reference text not null check (length(reference) between 1 and 100),
  -- Empty when the status stayed as it was.
  event_id bigint references public.report_events on delete cascade,
  created_at timestamptz not null default now(),
  primary key (api_key_id, report_id, reference)
);
create index report_updates_report_id_idx on public.report_updates (report_id);
create index report_updates_event_id_idx on public.report_updates (event_id);
alter table public.report_updates enable row level security;
create policy select_landlord on public.report_updates for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
-- No insert, update or delete: open311_update writes.
grant select on public.report_updates to authenticated;

-- What can be wrong where, in the order of the form. Definer: the list is for accounts, here it is open.
create function private.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable security definer set search_path = '' as $$
  select t.place_kind, t.thing from public.report_things t order by t.place_kind, t.position
$$;
create function public.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable set search_path = '' as $$ select * from private.open311_services() $$;
grant execute on function private.open311_services() to anon, authenticated;
grant execute on function public.open311_services() to anon, authenticated;

-- Whether this key may see the flats too. Granted to nobody.
create function private.sees_all(p_secret text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce('read_all' = any ((private.api_key_of(p_secret)).scopes), false)
$$;

-- Cases, newest first, at most 1000. p_numbers overrides all else. p_services: '<place kind>-<thing>'.
-- The description is null without the scope 'read_all'. The conditions are written out, so that each has its index.
-- Definer: the caller has no account; the secret says what it may see.
create function private.open311_requests(
  p_secret text, p_numbers bigint[], p_block_slug text, p_services text[], p_is_open boolean, p_from timestamptz, p_until timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing,
  description text, address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz,
  waiting_for public.report_wait, expected_by date
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_sees_all boolean := private.sees_all(p_secret);
  v_where text := case
    when p_numbers is not null then 'r.number = any ($2)'
    else concat_ws(' and ', 'r.created_at between $6 and $7',
      case when p_block_slug is not null then 'r.block_id = (select b.id from public.blocks b where b.slug = $3)' end,
      case when p_services is not null then
        $w$r.thing = any ($8) and r.place_kind = any ($9) and r.place_kind || '-' || r.thing = any ($4)$w$ end,
      case when p_is_open is not null then 'r.is_open = $5' end)
  end || case when v_sees_all then '' else ' and r.is_common' end;
begin
  return query execute format($q$
    select r.number, r.status, r.is_open, r.place_kind, r.thing,
      -- Looked up one by one: a join would come to read the whole table.
      case when $1 then (select d.description from public.report_details d where d.report_id = r.id) end,
      b.address || ', ' || p.name, p.name, p.id, r.created_at, r.status_changed_at, r.waiting_for, r.expected_by
    from (select * from public.reports r where %s order by r.created_at desc, r.number desc limit 1000) r
    join public.blocks b on b.id = r.block_id
    join public.places p on p.id = r.place_id
    order by r.created_at desc, r.number desc
  $q$, v_where) using v_sees_all, p_numbers, p_block_slug, p_services, p_is_open, p_from, p_until,
    array(select t.thing from public.report_things t where t.place_kind || '-' || t.thing = any (p_services)),
    array(select t.place_kind from public.report_things t where t.place_kind || '-' || t.thing = any (p_services));
end
$$;
create function public.open311_requests(
  secret text, numbers bigint[], block_slug text, services text[], is_open boolean, from_at timestamptz, until_at timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing,
  description text, address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz,
  waiting_for public.report_wait, expected_by date
)
language sql stable set search_path = '' as $$
  select * from private.open311_requests(secret, numbers, block_slug, services, is_open, from_at, until_at)
$$;
grant execute on function private.open311_requests(text, bigint[], text, text[], boolean, timestamptz, timestamptz) to anon, authenticated;
grant execute on function public.open311_requests(text, bigint[], text, text[], boolean, timestamptz, timestamptz) to anon, authenticated;

-- Changes of status, oldest first, at most 1000; of cases that the key may see, and with 'read_all' what was said to it.
-- Definer: as above.
create function private.open311_updates(p_secret text, p_numbers bigint[], p_from timestamptz, p_until timestamptz)
returns table (event_id bigint, number bigint, to_status public.report_status, created_at timestamptz, body text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_sees_all boolean := private.sees_all(p_secret);
  v_where text := concat_ws(' and ', $w$e.kind = 'status' and e.created_at between $3 and $4$w$,
    case when p_numbers is not null then 'e.report_id in (select n.id from public.reports n where n.number = any ($2))' end,
    case when not v_sees_all then 'exists (select from public.reports c where c.id = e.report_id and c.is_common)' end);
begin
  return query execute format($q$
    select e.id, (select r.number from public.reports r where r.id = e.report_id), e.to_status, e.created_at,
      case when $1 then (
        select m.body from public.report_messages m
        where m.event_id = e.id and m.report_id = e.report_id and m.audience <> 'internal' order by m.id limit 1) end
    from (select * from public.report_events e where %s order by e.created_at, e.id limit 1000) e
    order by e.created_at, e.id
  $q$, v_where) using v_sees_all, p_numbers, p_from, p_until;
end
$$;
create function public.open311_updates(secret text, numbers bigint[], from_at timestamptz, until_at timestamptz)
returns table (event_id bigint, number bigint, to_status public.report_status, created_at timestamptz, body text)
language sql stable set search_path = '' as $$ select * from private.open311_updates(secret, numbers, from_at, until_at) $$;
grant execute on function private.open311_updates(text, bigint[], timestamptz, timestamptz) to anon, authenticated;
grant execute on function public.open311_updates(text, bigint[], timestamptz, timestamptz) to anon, authenticated;

-- The places with this written address, as open311_requests writes it; upper and lower case are one. Granted to nobody.
create function private.places_at(p_address text) returns setof uuid
language sql stable set search_path = '' as $$
  select p.id
  from public.blocks b
  join public.places p on p.block_id = b.id
  where starts_with(lower(btrim(p_address)), lower(b.address))
    and lower(b.address || ', ' || p.name) = lower(btrim(p_address))
$$;

-- A case from a system with the scope 'create'. The same key and reference is one case, whatever it says; without a
-- reference each is a new one. The place is its id, else its written address. At most 1000 a key and day.
-- Definer: writes tables that nobody may write to. Only the server may call it, which has counted the call.
create function private.open311_create(
  p_secret text, p_reference text, p_block_slug text, p_place_id uuid, p_address text, p_kind public.place_kind, p_thing public.report_thing,
  p_description text, p_access public.report_access, p_is_urgent boolean, p_contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_id uuid := coalesce(md5('open311/' || v_key.id || '/' || nullif(p_reference, ''))::uuid, gen_random_uuid());
  v_place_ids uuid[] := case when p_place_id is null then array(select private.places_at(p_address)) else array[p_place_id] end;
  v_place public.places;
  v_number bigint;
begin
  if 'create' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('open311' || v_id, 0));
  select r.number into v_number from public.reports r where r.id = v_id;
  if found then
    return query select 'created'::public.open311_create_outcome, v_number;
    return;
  end if;
  select p.* into v_place from public.places p join public.blocks b on b.id = p.block_id
  where p.id = v_place_ids[1] and coalesce(b.slug = p_block_slug, true);
  if not found or cardinality(v_place_ids) > 1 or v_place.kind <> p_kind then
    return query select (case when cardinality(v_place_ids) > 1 then 'place_ambiguous'
      when v_place.id is null then 'place_unknown' else 'wrong_place' end)::public.open311_create_outcome, null::bigint;
    return;
  end if;
  if not private.attempt('open311_create', v_key.id::text, 1000, '1 day') then
    return query select 'too_many_today'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  select m.number into v_number
  from private.make_report(
    v_id, v_place.block_id, v_place.id, p_thing, p_is_urgent, p_description, p_access, p_contact, '{}', false, null, 'landlord') m;
  return query select 'created'::public.open311_create_outcome, v_number where v_number is not null
  union all select 'wrong_place', null where v_number is null;
end
$$;
create function public.open311_create(
  secret text, reference text, block_slug text, place_id uuid, address text, kind public.place_kind, thing public.report_thing,
  description text, access public.report_access, is_urgent boolean, contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.open311_create(
    secret, reference, block_slug, place_id, address, kind, thing, description, access, is_urgent, contact)
$$;
grant execute on function private.open311_create(
  text, text, text, uuid, text, public.place_kind, public.report_thing, text, public.report_access, boolean, text) to service_role;
grant execute on function public.open311_create(
  text, text, text, uuid, text, public.place_kind, public.report_thing, text, public.report_access, boolean, text) to service_role;
-- A system may write as much as the standard lets it (4000 signs); people have the form's limit.
alter table public.report_details drop constraint report_details_description_check;
alter table public.report_details add constraint report_details_description_check check (
  length(btrim(description)) >= 1 and length(description) <= case when reporter_id is null then 4000 else 1000 end);

-- What the landlord's system says of a case: a new status (null: as it was) as the landlord, and a text. With a new status it
-- is for everyone who sees the case, as on the landlord's own page; alone it is a message to the resident. The same key, case and reference is done once.
-- Definer: locks and writes tables that nobody may write to. Only the server may call it, which has counted the call.
create function private.open311_update(
  p_secret text, p_number bigint, p_reference text, p_to public.report_status, p_waiting_for public.report_wait, p_text text
) returns table (outcome public.open311_update_outcome, update_id text)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_report public.reports;
  v_rule public.report_transitions;
  v_changes boolean;
  v_outcome public.open311_update_outcome := 'done';
  v_event_id bigint;
begin
  if 'update' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_update_outcome, null::text;
    return;
  end if;
  select * into v_report from public.reports r where r.number = p_number for update;
  if not found then
    return query select 'not_found'::public.open311_update_outcome, null::text;
    return;
  end if;
  select u.event_id into v_event_id from public.report_updates u
  where u.api_key_id = v_key.id and u.report_id = v_report.id and u.reference = p_reference;
  if found then
    return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
    return;
  end if;
  v_changes := p_to <> v_report.status or p_to = 'waiting' and p_waiting_for <> v_report.waiting_for;
  if v_changes then
    select * into v_rule from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = p_to and t.role = 'landlord' and 'merged' not in (t.from_status, t.to_status);
    v_outcome := case when not found then 'not_allowed' when v_rule.is_reason_required and p_text is null then 'reason_missing'
      when p_to = 'waiting' and p_waiting_for is null then 'waiting_for_missing' else 'done' end;
  end if;
  if v_outcome = 'done' and not private.attempt('open311_update', v_key.id::text, 10000, '1 day') then
    v_outcome := 'too_many_today';
  end if;
  if v_outcome <> 'done' then
    return query select v_outcome, null::text;
    return;
  end if;
  if v_changes then
    perform private.set_report_status(v_report, p_to, 'landlord', p_text, case when p_to = 'waiting' then p_waiting_for end);
    select max(e.id) into v_event_id from public.report_events e
    where e.report_id = v_report.id and e.block_id = v_report.block_id and e.kind = 'status';
  elsif p_text is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'landlord', 'resident', p_text);
  end if;
  insert into public.report_updates (api_key_id, report_id, reference, event_id)
  values (v_key.id, v_report.id, p_reference, v_event_id);
  return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
end
$$;
create function public.open311_update(
  secret text, number bigint, reference text, to_status public.report_status, waiting_for public.report_wait, message text
) returns table (outcome public.open311_update_outcome, update_id text)
language sql set search_path = '' as $$
  select * from private.open311_update(secret, number, reference, to_status, waiting_for, message)
$$;
grant execute on function private.open311_update(text, bigint, text, public.report_status, public.report_wait, text) to service_role;
grant execute on function public.open311_update(text, bigint, text, public.report_status, public.report_wait, text) to service_role;
