-- The part of the consultant's desk about notices: what waits for a decision (desk/waiting.sql).

-- Requests to have a picture removed, and drafts. Granted to nobody.
create function private.waiting_in_notices(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'photo_request'::public.waiting_kind, n.id, case when f.hidden_at is null then 'shown' else 'hidden' end, n.title, f.alternative_text,
    r.reasons, null::text, null::uuid, null::bigint, null::timestamptz, false, r.wishes, r.since, r.pictures, null::integer
  from (
    select q.notice_id, min(q.created_at) as since, count(*)::integer as wishes, count(*) over ()::integer as pictures,
      array_agg(q.reason order by q.created_at) filter (where q.reason is not null) as reasons
    from public.notice_photo_requests q
    where q.block_id = p_block_id
    group by q.notice_id
    order by min(q.created_at), q.notice_id limit private.number('desk_kind')
  ) r
  join public.notices n on n.id = r.notice_id
  join public.notice_photos f on f.notice_id = n.id
  union all
  (
    select 'draft', n.id, 'notice', n.title, null, null, null, null, null, null, false, null, n.created_at, count(*) over ()::integer, null
    from public.notices n
    where n.block_id = p_block_id and n.state = 'draft'
    order by n.created_at, n.id limit private.number('desk_kind')
  )
$$;
