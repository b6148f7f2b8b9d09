-- The landlord's queue: a page of cases, filtered and in an order, that stays fast at a million cases.

-- Of a building's cases the consultant's page shows so many that are open, and that are finished.
insert into private.numbers (what, value) values ('queue_open_shown', 200), ('queue_finished_shown', 50);

create type public.report_sort as enum ('oldest', 'newest', 'changed', 'affected', 'deadline');
-- A line of the queue, with what a table shows of the case.
create type public.report_queue_row as (
  id uuid, number bigint, block_id uuid, block_slug text, block_name text, place_name text, place_kind public.place_kind,
  is_common boolean, thing public.report_thing, status public.report_status, is_open boolean, is_urgent boolean,
  waiting_for public.report_wait, expected_by date, affected_count integer, created_at timestamptz,
  status_changed_at timestamptz, asked_at timestamptz, chase_count integer, assignee_name text, sort_value bigint
);

-- One page of the queue. The roles are asked once, not per row and policy.
--
-- No filter makes it slow. Where one of the filters leaves at most v_window cases, those are sorted and that is the answer.
-- Else it walks the index of the order and looks at no more than v_window cases: when that was not enough for a page, the last
-- row has no id, only the place (sort_value, number) where the next page goes on.
--
-- p_is_open: true, or null for all. p_after_value null means the case with p_after_number as it is now. p_is_back walks the other
-- way. 'affected' and 'deadline' are orders of open cases. The landlord sees all buildings, a consultant gives theirs.
-- Definer: reads cases past their policies, after it has asked for the role itself.
create function private.list_report_queue(
  p_sort public.report_sort, p_block_id uuid, p_is_open boolean, p_status public.report_status, p_thing public.report_thing,
  p_min_days integer, p_is_late boolean, p_is_urgent boolean, p_is_awaiting boolean, p_assignee_id uuid, p_is_unassigned boolean,
  p_number bigint, p_after_value bigint, p_after_number bigint, p_is_back boolean, p_max_rows integer
) returns setof public.report_queue_row
language plpgsql stable security definer set search_path = ''
  -- The columns of a filter depend on each other, so the planner guesses too few rows and sorts thousands: it is to walk.
  set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off set jit = off as $$
declare
  v_max integer := least(greatest(p_max_rows, 1), 500);
  -- A download asks for hundreds of rows: it may look further at once.
  v_window integer := case when v_max > 100 then 20000 else 1000 end;
  v_open boolean := case when p_is_open or p_is_late then true
    when p_status is not null then p_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') end;
  v_sort public.report_sort := case when p_sort in ('affected', 'deadline') and v_open is not true then 'oldest' else p_sort end;
  v_is_by_date boolean := v_sort in ('oldest', 'newest');
  v_is_given boolean := p_assignee_id is not null or p_is_unassigned;
  v_is_down boolean := (v_sort in ('newest', 'changed', 'affected')) <> p_is_back;
  -- What is written into the query below is chosen here and never comes from outside; values are parameters.
  v_is text := case when v_open is null then 'true' when v_open then 'r.is_open' else 'not r.is_open' end;
  v_given text := case when p_is_unassigned then 'a.assignee_id is null' else 'a.assignee_id = $9' end;
  v_from text := 'public.reports r';
  v_where text;
  v_key text := case v_sort when 'changed' then 'r.status_changed_at' when 'affected' then 'r.affected_count'
    when 'deadline' then 'coalesce(r.expected_by, date ''9999-12-31'')' else 'r.created_at' end;
  v_value text;
  v_after text := case v_sort when 'affected' then '$11' when 'deadline' then 'date ''1970-01-01'' + least(greatest($11, 0), 2932896)::integer'
    else 'timestamptz ''epoch'' + $11 * interval ''1 microsecond''' end;
  v_number text := 'r.number';
  v_before timestamptz := now() - make_interval(days => p_min_days);
  v_after_value bigint := p_after_value;
  v_driver text;
  v_few uuid[];
  v_is_few boolean := false;
  v_row record;
  v_end public.report_queue_row;
  v_today date := private.today();
  v_seen integer := 0;
  v_ids uuid[] := '{}';
  v_values bigint[] := '{}';
begin
  if not exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null
      and (m.role = 'landlord' or (m.role = 'consultant' and m.block_id = p_block_id))
  ) then
    return;
  end if;
  v_value := case v_sort when 'affected' then 'r.affected_count::bigint'
    when 'deadline' then format('(%s - date ''1970-01-01'')::bigint', v_key)
    else format('(extract(epoch from %s) * 1000000)::bigint', v_key) end;
  if v_after_value is null and p_after_number is not null then
    execute format('select %s from public.reports r where r.number = $1', v_value) into v_after_value using p_after_number;
  end if;

  foreach v_driver in array array_remove(array[
    case when p_number is not null then 'select r.id from public.reports r where r.number = $1' end,
    case when v_is_given and not (v_is_by_date and v_open is not null) then format('select a.report_id from public.report_assignments a where %s and %s',
      replace(v_given, '$9', '$2'), replace(v_is, 'r.', 'a.')) end,
    case when p_is_awaiting then 'select d.report_id from public.report_details d where d.asked_at is not null' end,
    case when p_is_late then format('select r.id from public.reports r where r.is_open and %s < $6',
      'coalesce(r.expected_by, date ''9999-12-31'')') end,
    case when p_is_urgent and v_open then 'select r.id from public.reports r where r.is_open and r.is_urgent' end,
    case when p_thing is not null then format('select r.id from public.reports r where r.thing = $3 and %s', v_is) end,
    case when p_status is not null and not v_is_by_date then 'select r.id from public.reports r where r.status = $4' end,
    case when p_block_id is not null and not (v_is_by_date and v_open is not null)
      then format('select r.id from public.reports r where r.block_id = $5 and %s', v_is) end
  ], null) loop
    execute format('select coalesce(array_agg(f.id), ''{}'') from (%s limit %s) f (id)', v_driver, v_window + 1)
    into v_few using p_number, p_assignee_id, p_thing, p_status, p_block_id, v_today;
    v_is_few := cardinality(v_few) <= v_window;
    exit when v_is_few;
  end loop;

  if v_is_few then
    v_from := '(select * from public.reports q where q.id = any ($13) offset 0) r';
    v_where := v_is;
  elsif v_is_by_date and v_is_given and v_open is not null then
    v_from := 'public.report_assignments a join public.reports r on r.id = a.report_id';
    v_where := v_given || ' and ' || replace(v_is, 'r.', 'a.');
    v_key := 'a.reported_at';
    v_number := 'a.number';
  elsif v_is_by_date and p_block_id is not null and v_open is not null then
    v_where := 'r.block_id = $1 and ' || v_is;
  elsif v_is_by_date and p_status is not null then
    v_where := 'r.status = $2';
  elsif v_is_by_date and p_is_urgent and v_open then
    v_where := 'r.is_open and r.is_urgent';
  elsif v_is_by_date and p_thing is not null and v_open is not null then
    v_where := 'r.thing = $3 and ' || v_is;
  else
    v_where := v_is;
  end if;
  if v_is_by_date and p_min_days is not null then
    v_where := format('%s and %s <= $4', v_where, v_key);
  end if;
  if v_after_value is not null then
    v_where := format('%s and (%s, %s) %s (%s, $12)', v_where, v_key, v_number, case when v_is_down then '<' else '>' end, v_after);
  end if;

  for v_row in execute format(
    $q$select r.id, %1$s as value, r.number,
      ($1 is null or r.block_id = $1) and ($2 is null or r.status = $2) and ($3 is null or r.thing = $3)
      and ($4 is null or r.created_at <= $4) and (not $5 or r.expected_by < $14) and (not $6 or r.is_urgent)
      and (not $7 or (select d.asked_at from public.report_details d where d.report_id = r.id) is not null)
      and (not $8 or (select %2$s from public.report_assignments a where a.report_id = r.id))
      and ($10 is null or r.number = $10) as is_match
    from %3$s where %4$s order by %5$s %7$s, %6$s %7$s limit %8$s$q$,
    v_value, v_given, v_from, v_where, v_key, v_number, case when v_is_down then 'desc' else 'asc' end, v_window
  ) using p_block_id, p_status, p_thing, v_before, p_is_late, p_is_urgent, p_is_awaiting, v_is_given, p_assignee_id, p_number,
    v_after_value, p_after_number, v_few, v_today
  loop
    v_seen := v_seen + 1;
    if v_row.is_match then
      v_ids := v_ids || v_row.id;
      v_values := v_values || v_row.value;
      exit when cardinality(v_ids) = v_max;
    end if;
  end loop;

  return query
  select r.id, r.number, b.id, b.slug, b.name, p.name, p.kind, r.is_common, r.thing, r.status, r.is_open, r.is_urgent, r.waiting_for,
    r.expected_by, r.affected_count, r.created_at, r.status_changed_at, d.asked_at, r.chase_count, s.name, f.value
  from unnest(v_ids, v_values) with ordinality f (id, value, position)
  join public.reports r on r.id = f.id
  join public.blocks b on b.id = r.block_id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
  left join public.report_assignments a on a.report_id = r.id
  left join public.report_assignees s on s.id = a.assignee_id
  order by f.position;
  if v_seen = v_window and not v_is_few and cardinality(v_ids) < v_max then
    v_end.number := v_row.number;
    v_end.sort_value := v_row.value;
    return next v_end;
  end if;
end
$$;
create function public.list_report_queue(
  sort public.report_sort default 'oldest', block_id uuid default null, is_open boolean default null,
  status public.report_status default null, thing public.report_thing default null, min_days integer default null,
  is_late boolean default false, is_urgent boolean default false, is_awaiting boolean default false, assignee_id uuid default null,
  is_unassigned boolean default false, number bigint default null, after_value bigint default null, after_number bigint default null,
  is_back boolean default false, max_rows integer default 30
) returns setof public.report_queue_row
language sql stable set search_path = '' as $$
  select * from private.list_report_queue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
$$;
grant execute on function private.list_report_queue(
  public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean,
  bigint, bigint, bigint, boolean, integer) to authenticated;
grant execute on function public.list_report_queue(
  public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean,
  bigint, bigint, bigint, boolean, integer) to authenticated;
