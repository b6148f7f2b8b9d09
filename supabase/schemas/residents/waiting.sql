-- The part of the consultant's desk about residents: what waits for a decision (desk/waiting.sql).

-- Requests to join. The flat is a claim; `amount` is how many live there already. Granted to nobody.
create function private.waiting_in_residents(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'join_request'::public.waiting_kind, j.id, j.flat_text, j.display_name, null::text, null::text[], f.name, f.id, null::bigint,
    null::timestamptz, false,
    (select count(*)::integer from public.memberships m where m.flat_id = f.id and m.ended_at is null), j.asked_at,
    count(*) over ()::integer, null::integer
  from public.join_requests j
  left join lateral (
    select l.id, l.name from public.places l
    where l.block_id = j.block_id and l.kind = 'flat'
      and upper(regexp_replace(l.name, '\s', '', 'g')) = upper(regexp_replace(j.flat_text, '\s', '', 'g'))
    order by l.id limit 1
  ) f on true
  where j.block_id = p_block_id and j.status = 'open'
  order by j.asked_at, j.id limit private.number('desk_kind')
$$;
