-- Counting the figures of a month, and hiding what is too few. Counts below the small-group minimum are hidden; a zero is
-- shown. Medians need a small group of cases; turnout needs a small group who voted and one who did not. The pulse: figures/pulse.sql.

-- The day of a month on which the month before is counted.
insert into private.numbers (what, value) values ('counted_on', 4);

-- The small-number rule: counts below the small group (base/numbers.sql) are hidden, a zero is shown. Granted to nobody, like all
-- functions of this file except count_figures.
create function private.unless_few(p_count bigint) returns numeric
language sql stable set search_path = '' as $$
  select case when p_count not between 1 and private.number('small_group') - 1 then p_count end
$$;

-- Cases, given as the thing of each: how many in all (thing null), and the most frequent things, at most ten, each of a small group.
-- Total and shown things also reveal the rest, which must not reveal a single case. So only as many things are shown as leave a rest of 0
-- or of a small group that cannot all be one hidden thing; when even the total alone fails this, it is null and no thing is shown.
create function private.things_told(p_things public.report_thing[]) returns table (thing public.report_thing, value numeric)
language sql stable set search_path = '' as $$
  with small as (
    select private.number('small_group') as few
  ), counts as (
    select u.thing, count(*) as value, row_number() over (order by count(*) desc, u.thing) as place
    from unnest(p_things) u (thing) group by u.thing
  ), told as (
    select n
    from small, generate_series(0, 10) n,
    lateral (select count(*) as things, coalesce(min(c.value), small.few) as least, coalesce(sum(c.value), 0) as sum from counts c where c.place <= n) l,
    lateral (select cardinality(p_things) - l.sum as cases, cardinality(enum_range(null::public.report_thing)) - n as things) rest
    where l.things = n and l.least >= small.few and (rest.cases = 0 or (rest.cases >= small.few and rest.cases <> (small.few - 1) * rest.things))
    order by n desc limit 1
  )
  select null::public.report_thing, (select cardinality(p_things)::numeric from told)
  union all
  select c.thing, c.value from counts c where c.place <= (select n from told)
$$;

-- The median of numbers of days, rounded to a tenth, when they are at least a small group; fewer: null; none at all: no row.
create function private.median_told(p_days double precision[]) returns table (value numeric)
language sql stable set search_path = '' as $$
  select case when count(*) >= private.number('small_group') then round((percentile_cont(0.5) within group (order by d))::numeric, 1) end
  from unnest(p_days) d having count(*) > 0
$$;

-- Activities in these days: dates held (published, or somebody came), how many came where it was counted, and sign-ups made, including
-- those that were cancelled.
create function private.activity_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with dates as (
    select a.status, c.heads
    from public.activity_sessions s join public.activities a on a.id = s.activity_id,
    lateral (select sum(n.heads) as heads from (
      select h.heads from public.head_counts h where h.session_id = s.id
      union all select t.present_count from public.attendances t where t.session_id = s.id) n) c
    where s.block_id = p_block_id and s.starts_at >= p_from and s.starts_at < p_to and s.cancelled_at is null
  ), held as (select d.heads from dates d where d.status = 'published' or d.heads > 0)
  select 'dates_held'::public.figure_metric, private.unless_few(count(*)) from held
  union all select 'attendance', private.unless_few(sum(h.heads)::bigint) from held h where h.heads is not null having count(*) > 0
  union all select 'signups', private.unless_few(count(*)) from public.signups g
    where g.block_id = p_block_id and g.created_at >= p_from and g.created_at < p_to
$$;

-- Cases of these days. New: reported, and not merged as a duplicate. Fixed: marked as fixed by the landlord, once per case.
-- First answer: the first message or step of the landlord or the consultant that the reporter sees (forwarding does not count); the median
-- covers the cases first answered in these days, and the median of fixed those fixed in them, so that no slow case is left out.
-- Late: open at the end of the last day and past the landlord's own expected day.
create function private.case_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, thing public.report_thing, value numeric)
language sql stable set search_path = '' as $$
  with fixed as (
    select e.report_id, max(e.created_at) as fixed_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status = 'fixed'
    group by e.report_id
  ), answers as (
    select e.report_id, e.created_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    union all
    select m.report_id, m.created_at from public.report_messages m
    where m.block_id = p_block_id and m.created_at >= p_from and m.created_at < p_to
      and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
  ), answered as (
    select a.report_id, min(a.created_at) as answered_at from answers a
    where not exists (
      select from public.report_events e
      where e.report_id = a.report_id and e.created_at < p_from and e.kind = 'status' and e.actor_role in ('landlord', 'consultant')
        and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    ) and not exists (
      select from public.report_messages m
      where m.report_id = a.report_id and m.created_at < p_from
        and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
    )
    group by a.report_id
  )
  select 'new_cases'::public.figure_metric, t.thing, t.value from private.things_told(array(
    select r.thing from public.reports r
    where r.block_id = p_block_id and r.is_open = any ('{true,false}') and r.created_at >= p_from and r.created_at < p_to
      and r.status <> 'merged'
  )) t
  union all
  select 'fixed_cases', t.thing, t.value from private.things_told(array(
    select r.thing from fixed f join public.reports r on r.id = f.report_id
  )) t
  union all
  select 'days_to_answer', null, m.value from private.median_told(array(
    select extract(epoch from a.answered_at - r.created_at) / 86400 from answered a join public.reports r on r.id = a.report_id
  )) m
  union all
  select 'days_to_fixed', null, m.value from private.median_told(array(
    select extract(epoch from f.fixed_at - r.created_at) / 86400 from fixed f join public.reports r on r.id = f.report_id
  )) m
  union all
  select 'late_cases', null, private.unless_few(count(*))
  from (
    select r.id, r.created_at, r.expected_by from public.reports r where r.block_id = p_block_id and r.is_open
    union all
    select r.id, r.created_at, r.expected_by from public.reports r
    where r.block_id = p_block_id and not r.is_open and r.status_changed_at >= p_to
  ) r
  where r.created_at < p_to and r.expected_by < (p_to at time zone 'Europe/Oslo')::date and (
    select e.to_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') from public.report_events e
    where e.report_id = r.id and e.created_at < p_to and e.to_status is not null order by e.id desc limit 1
  )
$$;

-- Votes counted in these days and their turnout together, from the one function that publishes votes; shown when at least a small group
-- voted and a small group did not. And the result of votes: follow-ups that were finished.
create function private.poll_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with counted as (
    select array(select p.id from public.polls p
      where p.block_id = p_block_id and p.status = 'closed' and p.counted_at >= p_from and p.counted_at < p_to) as ids
  ), turnouts as (
    select distinct t.poll_id, t.entitled, t.voted from counted c cross join lateral private.tell_polls(c.ids, array[p_block_id]) t
  ), turnout as (
    -- Of few ballots the number is not told: such a vote is in neither sum.
    select sum(t.entitled) filter (where t.voted is not null) as entitled, sum(t.voted) as voted,
      least(sum(t.voted), sum(t.entitled - t.voted)) >= private.number('small_group') as is_told
    from turnouts t having count(*) > 0
  )
  select 'votes_counted'::public.figure_metric, private.unless_few(cardinality(c.ids)) from counted c
  union all select 'could_vote', case when t.is_told then t.entitled end from turnout t
  union all select 'voted', case when t.is_told then t.voted end from turnout t
  union all select 'follow_ups_done', private.unless_few(count(*)) from public.follow_ups f
    where f.block_id = p_block_id and f.status = 'done' and f.closed_at >= p_from and f.closed_at < p_to
$$;

-- Counts a month of a building and stores what may be shown of it.
create function private.count_month(p_block_id uuid, p_month date) returns void
language plpgsql set search_path = '' as $$
declare
  v_from timestamptz := p_month::timestamp at time zone 'Europe/Oslo';
  v_to timestamptz := (p_month + interval '1 month') at time zone 'Europe/Oslo';
begin
  insert into private.figure_months (block_id, month) values (p_block_id, p_month);
  insert into private.figures (block_id, month, metric, thing, value)
  select p_block_id, p_month, f.metric, f.thing, f.value
  from (
    select c.metric, c.thing, c.value from private.case_figures(p_block_id, v_from, v_to) c
    union all select a.metric, null, a.value from private.activity_figures(p_block_id, v_from, v_to) a
    union all select p.metric, null, p.value from private.poll_figures(p_block_id, v_from, v_to) p
    union all select s.metric, null, s.value from private.pulse_figures(p_block_id, p_month) s
  ) f;
  delete from private.pulse_months p where p.block_id = p_block_id and p.month = p_month;
end
$$;

-- The first month with any data in a building: it was added, a case or a date.
create function private.first_month(p_block public.blocks) returns date
language sql stable set search_path = '' as $$
  select date_trunc('month', least(
    p_block.created_at,
    (select min(r.created_at) from public.reports r where r.block_id = p_block.id and r.is_open),
    (select min(r.created_at) from public.reports r where r.block_id = p_block.id and not r.is_open),
    (select min(s.starts_at) from public.activity_sessions s where s.block_id = p_block.id)
  ) at time zone 'Europe/Oslo')::date
$$;

-- The last month that is old enough to be counted: last month from `counted_on` on, before that the month before it.
create function private.last_full_month() returns date
language sql stable set search_path = '' as $$
  select (date_trunc('month', private.today() - private.number('counted_on') + 1) - interval '1 month')::date
$$;

-- Counts what has not been counted, at most 25 months per call, so that it takes seconds: up to last month from `counted_on` on (late
-- entries at the door and the desk are included then), at most two years back. Returns how many months. Only one server counts at a time.
-- Definer: reads rows of all buildings and writes tables that no role may write.
create function private.count_figures() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_last constant date := private.last_full_month();
  v_one record;
  v_count integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('figures', 0)) then
    return 0;
  end if;
  for v_one in
    select b.id, m.month::date as month
    from (
      select b.id, greatest(private.first_month(b), (v_last - interval '24 months')::date) as first from public.blocks b
      where not exists (select from private.figure_months f where f.block_id = b.id and f.month = v_last)
        and private.first_month(b) <= v_last
      order by b.id limit 25
    ) b, generate_series(b.first, v_last, interval '1 month') m (month)
    where not exists (select from private.figure_months f where f.block_id = b.id and f.month = m.month::date)
    order by 1, 2 limit 25
  loop
    perform private.count_month(v_one.id, v_one.month);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
grant execute on function private.count_figures() to service_role;
