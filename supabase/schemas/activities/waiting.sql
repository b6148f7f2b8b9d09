-- The part of the consultant's desk about activities: what waits for a decision (desk/waiting.sql).

-- Proposed activities of residents and partners, and drafts. Granted to nobody.
create function private.waiting_in_activities(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'activity'::public.waiting_kind, a.id, a.kind::text, a.title, a.body, null::text[], concat_ws(', ', l.name, a.whereabouts),
      null::uuid, null::bigint,
      (select s.starts_at from public.activity_sessions s where s.activity_id = a.id order by s.starts_at < now(), s.starts_at limit 1),
      false, a.capacity, a.created_at, count(*) over ()::integer, null::integer
    from public.activities a left join public.places l on l.id = a.place_id
    where a.block_id = p_block_id and a.status = 'proposed'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
  union all
  (
    select 'draft', a.id, 'activity', a.title, null, null, null, null, null, null, false, null, a.created_at, count(*) over ()::integer, null
    from public.activities a
    where a.block_id = p_block_id and a.status = 'draft'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
$$;
