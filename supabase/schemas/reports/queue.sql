-- The landlord's queue: a page of cases, filtered and sorted, that stays fast with a million cases.

-- How many open and how many finished cases the consultant's page of a building shows.
insert into private.numbers (what, value) values ('queue_open_shown', 200), ('queue_finished_shown', 50);

create type public.report_sort as enum ('oldest', 'newest', 'changed', 'affected', 'deadline');
-- A line of the queue, with what a table shows of the case.
create type public.report_queue_row as (
  id uuid, number bigint, block_id uuid, block_slug text, block_name text, place_name text, place_kind public.place_kind,
  is_common boolean, thing public.report_thing, status public.report_status, is_open boolean, is_urgent boolean,
  waiting_for public.report_wait, expected_by date, affected_count integer, created_at timestamptz,
  status_changed_at timestamptz, asked_at timestamptz, chase_count integer, assignee_name text, sort_value bigint
);

-- The filter of the queue. is_open: true, false, or null for all; reported_before: at the latest then; expected_before: by an earlier day
-- than that; for the rest, null or false means no condition.
create type private.report_queue_filter as (
  block_id uuid, is_open boolean, status public.report_status, thing public.report_thing, reported_before timestamptz, expected_before date,
  is_urgent boolean, is_awaiting boolean, assignee_id uuid, is_unassigned boolean, number bigint
);

-- The sort value as an integer that a page can carry: microseconds since 1970, people, or days. Granted to nobody.
create function private.report_queue_value(p_report public.reports, p_sort public.report_sort) returns bigint
language sql immutable set search_path = '' as $$
  select case p_sort
    when 'affected' then p_report.affected_count
    when 'deadline' then coalesce(p_report.expected_by, date '9999-12-31') - date '1970-01-01'
    when 'changed' then (extract(epoch from p_report.status_changed_at) * 1000000)::bigint
    else (extract(epoch from p_report.created_at) * 1000000)::bigint
  end
$$;

-- The cases that match one of these filters, when they are at most p_most; null when each filter matches more. By date some have an index
-- with the order as well: they need not be few. Each query is planned for its values, so that unused conditions drop out.
-- Granted to nobody.
create function private.few_in_report_queue(p_filter private.report_queue_filter, p_is_by_date boolean, p_most integer) returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_has_order boolean := p_is_by_date and p_filter.is_open is not null;
  v_ids uuid[];
begin
  if p_filter.number is not null then
    return array(select r.id from public.reports r where r.number = p_filter.number);
  end if;
  if p_filter.is_unassigned and not v_has_order then
    v_ids := array(select a.report_id from public.report_assignments a
      where a.assignee_id is null and (p_filter.is_open is null or a.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  elsif p_filter.assignee_id is not null and not v_has_order then
    v_ids := array(select a.report_id from public.report_assignments a
      where a.assignee_id = p_filter.assignee_id and (p_filter.is_open is null or a.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.is_awaiting then
    v_ids := array(select d.report_id from public.report_details d where d.asked_at is not null limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.expected_before is not null then
    v_ids := array(select r.id from public.reports r
      where r.is_open and coalesce(r.expected_by, date '9999-12-31') < p_filter.expected_before limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.is_urgent and p_filter.is_open then
    v_ids := array(select r.id from public.reports r where r.is_open and r.is_urgent limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.thing is not null then
    v_ids := array(select r.id from public.reports r
      where r.thing = p_filter.thing and (p_filter.is_open is null or r.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.status is not null and not p_is_by_date then
    v_ids := array(select r.id from public.reports r where r.status = p_filter.status limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.block_id is not null and not v_has_order then
    v_ids := array(select r.id from public.reports r
      where r.block_id = p_filter.block_id and (p_filter.is_open is null or r.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  return null;
end
$$;

-- The part of the filter that the index of an order covers: `reports_*_created_idx` one thing each, all others only whether a case is open.
-- Granted to nobody.
create function private.walk_of_report_queue(p_filter private.report_queue_filter, p_is_by_date boolean) returns private.report_queue_filter
language plpgsql immutable set search_path = '' as $$
declare
  v_walk private.report_queue_filter;
begin
  v_walk.is_open := p_filter.is_open;
  if not p_is_by_date then
    return v_walk;
  end if;
  v_walk.reported_before := p_filter.reported_before;
  if p_filter.is_open is not null and (p_filter.assignee_id is not null or p_filter.is_unassigned) then
    v_walk.assignee_id := p_filter.assignee_id;
    v_walk.is_unassigned := p_filter.is_unassigned;
  elsif p_filter.is_open is not null and p_filter.block_id is not null then
    v_walk.block_id := p_filter.block_id;
  elsif p_filter.status is not null then
    v_walk.status := p_filter.status;
    v_walk.is_open := null;
  elsif p_filter.is_open and p_filter.is_urgent then
    v_walk.is_urgent := true;
  elsif p_filter.is_open is not null then
    v_walk.thing := p_filter.thing;
  end if;
  return v_walk;
end
$$;

-- One page of the queue. The roles are checked once, not per row and policy.
--
-- Fast with any filter. Where one of the filters matches at most v_window cases, those are sorted and returned.
-- Otherwise it walks the index of the order and looks at no more than v_window cases: when that did not fill a page, the last
-- row has no id, only the position (sort_value, number) where the next page continues.
--
-- p_is_open: true, or null for all. p_after_value null means the case with p_after_number as it is now. p_is_back walks
-- backwards. 'affected' and 'deadline' are orders of open cases. The landlord sees all buildings, a consultant must name one of theirs.
-- Definer: reads cases past their policies, after it has checked the role itself.
-- API: authenticated
create function private.list_report_queue(
  p_sort public.report_sort default 'oldest', p_block_id uuid default null, p_is_open boolean default null,
  p_status public.report_status default null, p_thing public.report_thing default null, p_min_days integer default null,
  p_is_late boolean default false, p_is_urgent boolean default false, p_is_awaiting boolean default false,
  p_assignee_id uuid default null, p_is_unassigned boolean default false, p_number bigint default null, p_after_value bigint default null,
  p_after_number bigint default null, p_is_back boolean default false, p_max_rows integer default 30
) returns setof public.report_queue_row
language plpgsql stable security definer set search_path = ''
  -- The columns of a filter correlate, so the planner underestimates the rows and sorts thousands: this forces the index walk.
  set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off set jit = off as $$
declare
  v_max integer := least(greatest(p_max_rows, 1), 500);
  -- A download asks for hundreds of rows: it may look further at once.
  v_window integer := case when v_max > 100 then 20000 else 1000 end;
  v_open boolean := case when p_is_open or p_is_late then true
    when p_status is not null then p_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') end;
  v_sort public.report_sort := case when p_sort in ('affected', 'deadline') and v_open is not true then 'oldest' else p_sort end;
  v_is_by_date boolean := v_sort in ('oldest', 'newest');
  v_is_down boolean := (v_sort in ('newest', 'changed', 'affected')) <> p_is_back;
  v_filter private.report_queue_filter := row(p_block_id, v_open, p_status, p_thing, now() - make_interval(days => p_min_days),
    case when p_is_late then private.today() end, p_is_urgent, p_is_awaiting, p_assignee_id, p_is_unassigned, p_number);
  v_walk private.report_queue_filter;
  v_few uuid[];
  v_from text := 'public.reports r';
  v_key text := case v_sort when 'changed' then 'r.status_changed_at' when 'affected' then 'r.affected_count'
    when 'deadline' then 'coalesce(r.expected_by, date ''9999-12-31'')' else 'r.created_at' end;
  v_number text := 'r.number';
  v_reported_at text := 'r.created_at';
  v_after_key text := case v_sort when 'affected' then '$4' when 'deadline' then 'date ''1970-01-01'' + least(greatest($4, 0), 2932896)::integer'
    else 'timestamptz ''epoch'' + $4 * interval ''1 microsecond''' end;
  v_after_value bigint := p_after_value;
  v_id uuid;
  v_is_match boolean;
  v_end public.report_queue_row;
  v_seen integer := 0;
  v_ids uuid[] := '{}';
begin
  if not exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null
      and (m.role = 'landlord' or (m.role = 'consultant' and m.block_id = p_block_id))
  ) then
    return;
  end if;
  if v_after_value is null and p_after_number is not null then
    v_after_value := (select private.report_queue_value(r, v_sort) from public.reports r where r.number = p_after_number);
  end if;

  v_few := private.few_in_report_queue(v_filter, v_is_by_date, v_window);
  if v_few is not null then
    v_walk.is_open := v_open;
    v_from := '(select * from public.reports q where q.id = any ($3) offset 0) r';
  else
    v_walk := private.walk_of_report_queue(v_filter, v_is_by_date);
    if v_walk.assignee_id is not null or v_walk.is_unassigned then
      v_from := 'public.report_assignments a join public.reports r on r.id = a.report_id and a.is_open = ($2).is_open
        and case when ($2).is_unassigned then a.assignee_id is null else a.assignee_id = ($2).assignee_id end';
      v_key := 'a.reported_at';
      v_number := 'a.number';
      v_reported_at := 'a.reported_at';
    end if;
  end if;

  -- $1 is the filter, $2 what the walk goes by: their values are known when it is planned, so what is null drops out. What is written into
  -- the query is chosen above and never comes from outside.
  for v_id, v_is_match in execute format(
    $q$
      select r.id,
        (($1).block_id is null or r.block_id = ($1).block_id) and (($1).status is null or r.status = ($1).status)
        and (($1).thing is null or r.thing = ($1).thing) and (($1).reported_before is null or r.created_at <= ($1).reported_before)
        and (($1).expected_before is null or r.expected_by < ($1).expected_before) and (not ($1).is_urgent or r.is_urgent)
        and (not ($1).is_awaiting or (select d.asked_at from public.report_details d where d.report_id = r.id) is not null)
        and (not ($1).is_unassigned or (select a.assignee_id is null from public.report_assignments a where a.report_id = r.id))
        and (($1).is_unassigned or ($1).assignee_id is null
          or (select a.assignee_id = ($1).assignee_id from public.report_assignments a where a.report_id = r.id))
        and (($1).number is null or r.number = ($1).number) as is_match
      from %1$s
      where (($2).block_id is null or r.block_id = ($2).block_id)
        and (($2).is_open is null or r.is_open = ($2).is_open)
        and (($2).status is null or r.status = ($2).status)
        and (($2).thing is null or r.thing = ($2).thing)
        and (($2).is_urgent is null or r.is_urgent)
        and (($2).reported_before is null or %7$s <= ($2).reported_before)
        and ($4 is null or (%2$s, %3$s) %4$s (%5$s, $5))
      order by %2$s %6$s, %3$s %6$s
      limit $6
    $q$,
    v_from, v_key, v_number, case when v_is_down then '<' else '>' end, v_after_key, case when v_is_down then 'desc' else 'asc' end, v_reported_at
  ) using v_filter, v_walk, v_few, v_after_value, p_after_number, v_window
  loop
    v_seen := v_seen + 1;
    if v_is_match then
      v_ids := v_ids || v_id;
      exit when cardinality(v_ids) = v_max;
    end if;
  end loop;

  return query
  select r.id, r.number, b.id, b.slug, b.name, p.name, p.kind, r.is_common, r.thing, r.status, r.is_open, r.is_urgent, r.waiting_for,
    r.expected_by, r.affected_count, r.created_at, r.status_changed_at, d.asked_at, r.chase_count, s.name, private.report_queue_value(r, v_sort)
  from unnest(v_ids) with ordinality f (id, position)
  join public.reports r on r.id = f.id
  join public.blocks b on b.id = r.block_id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
  left join public.report_assignments a on a.report_id = r.id
  left join public.report_assignees s on s.id = a.assignee_id
  order by f.position;
  if v_seen = v_window and v_few is null and cardinality(v_ids) < v_max then
    select r.number, private.report_queue_value(r, v_sort) into v_end.number, v_end.sort_value from public.reports r where r.id = v_id;
    return next v_end;
  end if;
end
$$;
