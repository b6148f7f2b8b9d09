-- What the Open311 server under /api/open311/v2 writes: new cases, and updates of a case by the landlord's system. Only with a key.

-- Limits per key.
insert into private.limits (what, most, per) values ('open311_create', 1000, '1 day'), ('open311_update', 10000, '1 day');

-- Updates that a system sent about a case, so that the same update sent twice is applied once.
create table public.report_updates (
  api_key_id uuid not null references public.api_keys on delete restrict,
  report_id uuid not null references public.reports on delete cascade,
  -- The sender's own reference.
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

-- The places with this written address, as open311_requests writes it; case is ignored. Granted to nobody.
create function private.places_at(p_address text) returns setof uuid
language sql stable set search_path = '' as $$
  select p.id
  from public.blocks b
  join public.places p on p.block_id = b.id
  where starts_with(lower(btrim(p_address)), lower(b.address))
    and lower(b.address || ', ' || p.name) = lower(btrim(p_address))
$$;

create type public.open311_create_outcome as enum (
  'created', 'wrong_key', 'place_unknown', 'place_ambiguous', 'wrong_place', 'too_many_today'
);

-- Makes a case from a system with the scope 'create'. The same key and reference is one case, whatever the rest; without a
-- reference each is a new one. The place is its id, else its written address.
-- Definer: writes tables that no role may write. Only the server may call it, which has counted the call.
-- API: service_role
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
  if not private.attempt('open311_create', v_key.id::text) then
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

create type public.open311_update_outcome as enum (
  'done', 'wrong_key', 'not_found', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'too_many_today'
);

-- An update of a case by the landlord's system: a new status (null: unchanged) as the landlord, and a text. With a new status the text
-- is for everyone who sees the case, as on the landlord's own page; alone it is a message to the resident. A key, case and reference apply once.
-- Definer: locks and writes tables that no role may write. Only the server may call it, which has counted the call.
-- API: service_role
create function private.open311_update(
  p_secret text, p_number bigint, p_reference text, p_to_status public.report_status, p_waiting_for public.report_wait, p_message text
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
  v_changes := p_to_status <> v_report.status or p_to_status = 'waiting' and p_waiting_for <> v_report.waiting_for;
  if v_changes then
    select * into v_rule from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = p_to_status and t.role = 'landlord' and 'merged' not in (t.from_status, t.to_status);
    v_outcome := case when not found then 'not_allowed' when v_rule.is_reason_required and p_message is null then 'reason_missing'
      when p_to_status = 'waiting' and p_waiting_for is null then 'waiting_for_missing' else 'done' end;
  end if;
  if v_outcome = 'done' and not private.attempt('open311_update', v_key.id::text) then
    v_outcome := 'too_many_today';
  end if;
  if v_outcome <> 'done' then
    return query select v_outcome, null::text;
    return;
  end if;
  if v_changes then
    perform private.set_report_status(v_report, p_to_status, 'landlord', p_message, case when p_to_status = 'waiting' then p_waiting_for end);
    select max(e.id) into v_event_id from public.report_events e
    where e.report_id = v_report.id and e.block_id = v_report.block_id and e.kind = 'status';
  elsif p_message is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'landlord', 'resident', p_message);
  end if;
  insert into public.report_updates (api_key_id, report_id, reference, event_id)
  values (v_key.id, v_report.id, p_reference, v_event_id);
  return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
end
$$;
