-- The part of the consultant's desk about votes and their follow-ups: what waits for a decision (desk/waiting.sql).

-- Unanswered questions, votes to count, votes about to close, drafts, and follow-ups. The consultant asks about a landlord's follow-up
-- when it is overdue. Granted to nobody.
create function private.waiting_in_polls(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'question'::public.waiting_kind, q.id, null::text, p.title, q.body, null::text[], null::text, q.poll_id, null::bigint, p.closes_at,
      false, null::integer, q.created_at, count(*) over ()::integer, null::integer
    from public.poll_questions q join public.polls p on p.id = q.poll_id
    where q.block_id = p_block_id and q.answered_at is null and q.hidden_at is null
    order by q.created_at, q.id limit private.number('desk_kind')
  )
  union all
  (
    select 'count', p.id, null, p.title, null, null, null, null, null, null, false, null, p.closes_at, count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status in ('open', 'closed') and p.counted_at is null and p.closes_at <= now()
      and exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper')
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'closing', p.id, null, p.title, null, null, null, null, null, p.closes_at, false, null, p.opened_at,
      count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status = 'open' and p.closes_at > now() and p.closes_at <= now() + (select private.period('desk_ahead'))
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'follow_up', f.poll_id, f.owner::text, p.title, f.body, null, null, null, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', false, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer, null
    from public.follow_ups f join public.polls p on p.id = f.poll_id and p.counted_at is not null
    where f.block_id = p_block_id
      and f.next_on <= case f.owner when 'consultant' then (private.today() + (select private.period('desk_ahead')))::date else private.today() - 1 end
    order by f.next_on, f.poll_id limit private.number('desk_kind')
  )
  union all
  (
    select 'draft', p.id, p.status::text, p.title, null, null, null, null, null, null, false, null, p.created_at, count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status in ('draft', 'planned')
    order by p.created_at, p.id limit private.number('desk_kind')
  )
$$;
