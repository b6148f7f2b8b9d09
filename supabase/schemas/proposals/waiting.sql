-- The part of the consultant's desk about proposals: what waits for a decision (desk/waiting.sql).

-- Undecided proposals. Granted to nobody.
create function private.waiting_in_proposals(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'proposal'::public.waiting_kind, p.id, p.kind::text, p.title, p.body, null::text[], l.name, null::uuid, null::bigint,
    null::timestamptz, false, p.rough_cost_nok, p.created_at, count(*) over ()::integer, null::integer
  from public.proposals p left join public.places l on l.id = p.place_id
  where p.block_id = p_block_id and p.status = 'pending'
  order by p.created_at, p.id limit private.number('desk_kind')
$$;
