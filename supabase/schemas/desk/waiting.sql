-- What waits for a decision at the consultant's desk: from all domains in one answer. The week in figures: desk/week.sql.

create type public.waiting_kind as enum (
  'flag', 'appeal', 'photo_request', 'join_request', 'case', 'late_case', 'question', 'proposal', 'activity', 'count', 'follow_up',
  'closing', 'unreached', 'draft'
);

-- One thing that waits. `kind_count`: how many of its kind there are, `total`: how many of all kinds.
-- about: the kind of thing within its kind. parent_id: the vote of a question, the flat that somebody who asks to join means.
create type public.waiting_thing as (
  kind public.waiting_kind, id uuid, about text, title text, body text, reasons text[], place text, parent_id uuid,
  number bigint, due_at timestamptz, is_urgent boolean, amount integer, since timestamptz, kind_count integer, total integer
);

-- So many of a kind, and in all, stand on the home; the rest is one link. Nobody reads a wall. Not chased for so long, a late case is there
-- again; what has its day so soon is there; and what was not delivered lately.
insert into private.numbers (what, value) values ('desk_kind', 5), ('desk_things', 30);
insert into private.periods (what, lasts) values ('chased', '3 days'), ('desk_ahead', '7 days'), ('unreached', '7 days');

-- What moderation waits with: what was flagged, or hidden by flags, and appeals; never who. `amount` is null where one tap can not
-- let it stand, because it is hidden. This is all the desk knows of moderation. Granted to nobody.
create function private.waiting_flags(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable set search_path = '' as $$
begin
  return query
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
  where w.place <= private.number('desk_kind');
end
$$;

-- Cases: `case` is for the consultant to send on; `late_case` is past its expected day and was not chased lately.
-- One that waits for the resident's answer waits for nobody here. Granted to nobody.
create function private.waiting_cases(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select w.kind, r.id, r.thing::text, null::text, d.description, null::text[], p.name, null::uuid, r.number,
    r.expected_by::timestamp at time zone 'Europe/Oslo', w.kind = 'case' and r.is_urgent, r.chase_count, w.since, w.cases,
    null::integer
  from (
    (
      select 'case'::public.waiting_kind as kind, c.id, c.status_changed_at as since, count(*) over ()::integer as cases
      from public.reports c
      where c.block_id = p_block_id and c.status in ('received', 'reopened') and not exists (
        select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.is_urgent desc, c.status_changed_at, c.id limit private.number('desk_kind')
    )
    union all
    (
      select 'late_case', c.id, (c.expected_by + 1)::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer
      from public.reports c
      where c.block_id = p_block_id and c.is_open and c.expected_by < private.today()
        and c.status not in ('received', 'reopened')
        and (c.chased_at is null or c.chased_at < now() - (select private.period('chased'))) and not exists (
          select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.expected_by, c.id limit private.number('desk_kind')
    )
  ) w
  join public.reports r on r.id = w.id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
$$;

-- What residents wrote or asked for: proposals, activities, questions about votes, to join, to have a picture removed.
-- Granted to nobody.
create function private.waiting_people(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'proposal'::public.waiting_kind, p.id, p.kind::text, p.title, p.body, null::text[], l.name, null::uuid, null::bigint,
      null::timestamptz, false, p.rough_cost_nok, p.created_at, count(*) over ()::integer, null::integer
    from public.proposals p left join public.places l on l.id = p.place_id
    where p.block_id = p_block_id and p.status = 'pending'
    order by p.created_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'activity', a.id, a.kind::text, a.title, a.body, null, concat_ws(', ', l.name, a.whereabouts), null, null,
      (select s.starts_at from public.activity_sessions s where s.activity_id = a.id order by s.starts_at < now(), s.starts_at limit 1),
      false, a.capacity, a.created_at, count(*) over ()::integer, null
    from public.activities a left join public.places l on l.id = a.place_id
    where a.block_id = p_block_id and a.status = 'proposed'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
  union all
  (
    select 'question', q.id, null, p.title, q.body, null, null, q.poll_id, null, p.closes_at, false, null, q.created_at,
      count(*) over ()::integer, null
    from public.poll_questions q join public.polls p on p.id = q.poll_id
    where q.block_id = p_block_id and q.answered_at is null and q.hidden_at is null
    order by q.created_at, q.id limit private.number('desk_kind')
  )
  union all
  (
    -- The flat is a claim; `amount` is how many live there already.
    select 'join_request', j.id, j.flat_text, j.display_name, null, null, f.name, f.id, null, null, false,
      (select count(*)::integer from public.memberships m where m.flat_id = f.id and m.ended_at is null), j.asked_at,
      count(*) over ()::integer, null
    from public.join_requests j
    left join lateral (
      select l.id, l.name from public.places l
      where l.block_id = j.block_id and l.kind = 'flat'
        and upper(regexp_replace(l.name, '\s', '', 'g')) = upper(regexp_replace(j.flat_text, '\s', '', 'g'))
      order by l.id limit 1
    ) f on true
    where j.block_id = p_block_id and j.status = 'open'
    order by j.asked_at, j.id limit private.number('desk_kind')
  )
  union all
  (
    select 'photo_request', n.id, case when f.hidden_at is null then 'shown' else 'hidden' end, n.title, f.alternative_text, r.reasons,
      null, null, null, null, false, r.wishes, r.since, r.pictures, null
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
  )
$$;

-- The consultant's own: votes to count and about to close, follow-ups, people who were not reached, what is half written.
-- A follow-up of the landlord's is the consultant's to ask about when it is overdue. Granted to nobody.
create function private.waiting_own(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'count'::public.waiting_kind, p.id, null::text, p.title, null::text, null::text[], null::text, null::uuid, null::bigint,
      null::timestamptz, false, null::integer, p.closes_at, count(*) over ()::integer, null::integer
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
    -- A number, not who: what somebody is told is nobody else's.
    select 'unreached', null, null, null, null, null, null, null, null, null, false, count(distinct o.person_id)::integer,
      min(o.finished_at), 1, null
    from public.outbox_messages o
    join private.deliveries d on d.message_id = o.id
    join public.notifications n on n.id = d.notification_id and n.block_id = p_block_id
    where o.status = 'failed' and o.finished_at > now() - (select private.period('unreached'))
    having count(*) > 0
  )
  union all
  (
    select 'draft', w.id, w.about, w.title, null, null, null, null, null, null, false, null, w.created_at, count(*) over ()::integer, null
    from (
      select a.id, 'activity' as about, a.title, a.created_at from public.activities a
      where a.block_id = p_block_id and a.status = 'draft'
      union all
      select n.id, 'notice', n.title, n.created_at from public.notices n where n.block_id = p_block_id and n.state = 'draft'
      union all
      select p.id, p.status::text, p.title, p.created_at from public.polls p
      where p.block_id = p_block_id and p.status in ('draft', 'planned')
    ) w
    order by w.created_at, w.id limit private.number('desk_kind')
  )
$$;

-- What waits for the consultant of a building: danger first, then what somebody waits for, then what is the consultant's own;
-- the oldest first in each. At most so many of a kind and in all, with how many there are. Nobody else gets a row.
-- Definer: asks for the role once instead of in every row's policy; reads who voted on paper and was not reached, to say that there is some.
create function private.desk_waiting(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  return query
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, w.place, w.parent_id, w.number, w.due_at, w.is_urgent, w.amount,
    w.since, w.kind_count, sum(case when w.position = 1 then w.kind_count end) over ()::integer
  from (
    select a.*, row_number() over (partition by a.kind order by a.since, a.id) as position
    from (
      select * from private.waiting_flags(p_block_id)
      union all
      select * from private.waiting_cases(p_block_id)
      union all
      select * from private.waiting_people(p_block_id)
      union all
      select * from private.waiting_own(p_block_id)
    ) a
  ) w
  order by not (w.kind = 'case' and w.is_urgent), w.kind in ('closing', 'unreached', 'draft'), w.since, w.id
  limit private.number('desk_things');
end
$$;
create function public.desk_waiting(block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$ select * from private.desk_waiting(block_id) $$;
grant execute on function private.desk_waiting(uuid) to authenticated;
grant execute on function public.desk_waiting(uuid) to authenticated;
