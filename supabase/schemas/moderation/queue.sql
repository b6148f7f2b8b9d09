-- The consultant's queue: flags, what flags have hidden, appeals, and what was rewritten after an edit.

-- What waits for the consultant of a building: unreviewed flags, what flags have hidden, appeals without an answer, and what a
-- host has rewritten after an edit; the longest waiting first. Invoker: for everybody else it is empty or only their own.
create function public.moderation_queue(block_id uuid)
returns table (
  kind public.thing_kind, id uuid, page_id uuid, page_title text, title text, body text, alias text, hidden_by public.hidden_by,
  hidden_reason text, reasons text[], appeal text, waiting_since timestamptz, is_in_open_vote boolean, paused_until timestamptz,
  changed_at timestamptz
)
language sql stable set search_path = '' as $$
  select t.kind, t.id, t.page_id, t.page_title, t.title, t.body, t.alias, t.hidden_by, t.hidden_reason,
    coalesce(f.reasons, '{}'), a.body,
    least(f.since, a.appealed_at, case when t.hidden_by = 'flags' then t.hidden_at end, case when t.hidden_at is null then e.changed_at end),
    exists (
      select from public.polls v where v.status = 'open' and (
        t.kind = 'question' and v.id = t.page_id
        or t.kind = 'proposal' and exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = t.id))
    ),
    (select max(p.ends_at) from public.pauses p where p.thing_id = t.id and p.lifted_at is null and p.ends_at > now()),
    e.changed_at
  from (
    select x.thing_id as id from public.flags x where x.block_id = moderation_queue.block_id and x.resolved_at is null
    union select x.thing_id from public.appeals x where x.block_id = moderation_queue.block_id and x.answered_at is null
    union select x.id from public.things x where x.block_id = moderation_queue.block_id and x.hidden_by = 'flags'
    union select x.thing_id from public.edit_texts x join public.things y on y.id = x.thing_id
    where x.block_id = moderation_queue.block_id and x.changed_again_at is not null and y.hidden_at is null
  ) w
  join public.things t on t.id = w.id
  left join lateral (
    select array_agg(x.reason order by x.created_at, x.id) as reasons, min(x.created_at) as since
    from public.flags x where x.thing_id = t.id and x.resolved_at is null
  ) f on true
  left join public.appeals a on a.thing_id = t.id and a.answered_at is null
  left join lateral (select min(x.changed_again_at) as changed_at from public.edit_texts x where x.thing_id = t.id) e on true
  where private.has_role(t.block_id, '{consultant}')
  order by 12, t.id
  limit 100
$$;
grant execute on function public.moderation_queue(uuid) to authenticated;
