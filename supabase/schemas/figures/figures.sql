-- Figures of a building for its steering group, its consultant and the admin: whole months, counted once, and reading them.
-- Counting and hiding: figures/counting.sql. The monthly question to residents: figures/pulse.sql.

-- In the order of the page. For the pulse, a single answer or two neighbouring ones together (see figures/pulse.sql).
create type public.figure_metric as enum (
  'dates_held', 'attendance', 'signups', 'new_cases', 'fixed_cases', 'late_cases', 'days_to_answer', 'days_to_fixed',
  'votes_counted', 'could_vote', 'voted', 'follow_ups_done',
  'pulse_answers', 'pulse_good', 'pulse_ok', 'pulse_bad', 'pulse_good_or_ok', 'pulse_ok_or_bad'
);

-- The counted months of a building. A month is counted on the 4th of the next one and stored as it is shown; it never
-- changes afterwards. So
--   the page reads stored numbers, however many cases there are,
--   a month is the same number for every reader at any time: no two answers differ by one person,
--   the numbers outlive accounts, names and whatever is removed later,
--   what is hidden is not stored at all.
create table private.figure_months (
  block_id uuid not null references public.blocks on delete cascade,
  -- The first day of the month.
  month date not null check (extract(day from month) = 1),
  counted_at timestamptz not null default now(),
  primary key (block_id, month)
);
alter table private.figure_months enable row level security;

-- One number of one month. `value` null: too few to show. No row: nothing to count.
create table private.figures (
  block_id uuid not null,
  month date not null,
  metric public.figure_metric not null,
  -- Only for new and fixed cases; null means all things together.
  thing public.report_thing,
  value numeric(10, 1) check (value >= 0),
  unique nulls not distinct (block_id, month, metric, thing),
  foreign key (block_id, month) references private.figure_months on delete cascade
);
alter table private.figures enable row level security;

-- The figures of a building: of this month (null: the last one counted), the twelve before it and those since. Hidden values are null, here
-- and on the page. For the steering group, the consultant and the admin; others get no rows.
-- Definer: reads stored figures, which nobody may read.
-- API: authenticated
create function private.figures(p_block_id uuid, p_month date default null)
returns table (month date, metric public.figure_metric, thing public.report_thing, value numeric, is_hidden boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_role(p_block_id, '{observer,consultant,admin}') then
    return;
  end if;
  return query
  select f.month, f.metric, f.thing, f.value, f.value is null
  from private.figures f
  where f.block_id = p_block_id and f.month >= coalesce(
    p_month, (select max(m.month) from private.figure_months m where m.block_id = p_block_id)) - interval '12 months'
  order by f.month, f.metric, f.thing nulls first;
end
$$;
