-- What the Open311 server under /api/open311/v2 reads. Without a key only cases of common places, and of those only thing,
-- place and status; a key with 'read_all' sees the flats and what the resident wrote, never an internal note or its
-- author.

-- What can be wrong where, in the order of the form. Definer: the table is for accounts, here it is public.
-- API: anon, authenticated
create function private.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable security definer set search_path = '' as $$
  select t.place_kind, t.thing from public.report_things t order by t.place_kind, t.position
$$;

-- Whether this key may see the flats too. Granted to nobody.
create function private.sees_all(p_secret text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce('read_all' = any ((private.api_key_of(p_secret)).scopes), false)
$$;

-- Cases, newest first, at most 1000. p_numbers overrides all other filters. p_services: '<place kind>-<thing>'.
-- The description is null without the scope 'read_all'. The conditions are written out, so that each can use its index.
-- Definer: the caller has no account; the secret says what it may see.
-- API: anon, authenticated
create function private.open311_requests(
  p_secret text, p_numbers bigint[], p_block_slug text, p_services text[], p_is_open boolean, p_from_at timestamptz, p_until_at timestamptz
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
  $q$, v_where) using v_sees_all, p_numbers, p_block_slug, p_services, p_is_open, p_from_at, p_until_at,
    array(select t.thing from public.report_things t where t.place_kind || '-' || t.thing = any (p_services)),
    array(select t.place_kind from public.report_things t where t.place_kind || '-' || t.thing = any (p_services));
end
$$;

-- Changes of status, oldest first, at most 1000; of cases that the key may see, and with 'read_all' their texts.
-- Definer: the caller has no account; the secret says what it may see.
-- API: anon, authenticated
create function private.open311_updates(p_secret text, p_numbers bigint[], p_from_at timestamptz, p_until_at timestamptz)
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
  $q$, v_where) using v_sees_all, p_numbers, p_from_at, p_until_at;
end
$$;
