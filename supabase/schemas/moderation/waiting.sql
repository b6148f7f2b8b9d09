-- The part of the consultant's desk about moderation: what waits for a decision (desk/waiting.sql).

-- Flagged things, things hidden by flags, and appeals; never who flagged. `amount` is null where one tap cannot keep the thing, because
-- it is hidden. Granted to nobody.
create function private.waiting_in_moderation(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, null::text, w.page_id, null::bigint, null::timestamptz, false, w.flags, w.since,
    w.things, null::integer
  from (
    select a.*, count(*) over (partition by a.kind)::integer as things, row_number() over (partition by a.kind order by a.since, a.id) as place
    from (
      select case when q.appeal is null then 'flag' else 'appeal' end::public.waiting_kind as kind, q.id, q.kind::text as about,
        coalesce(q.title, q.page_title) as title, coalesce(q.appeal, q.body) as body, q.reasons, q.page_id,
        case when q.hidden_by is null then cardinality(q.reasons) end as flags, q.waiting_since as since
      from public.moderation_queue(p_block_id) q
    ) a
  ) w
  where w.place <= private.number('desk_kind')
$$;
