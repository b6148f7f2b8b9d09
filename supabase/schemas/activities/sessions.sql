-- Sessions: the dates of an activity, past and upcoming, and setting them. Moving or cancelling one: activities/moving-dates.sql;
-- the rule they are made from: activities/series.sql; logging: activities/log.sql.

-- How many dates an activity without a series may have.
insert into private.numbers (what, value) values ('activity_dates', 100);
-- The longest date. The check ends_after_start repeats the number, because a check cannot look it up; a test compares the two.
insert into private.periods (what, lasts) values ('session', '14 days');

-- One date of an activity. Rows, made ahead, so that "what comes in this building" is one index scan:
-- a session lasts 14 days at most, so the scan may begin 14 days back.
-- `recurs_on` is the day (in Oslo) that the series gave this date: it stays when the date is moved, so that a change of
-- the series finds it again. `sequence` counts the changes of time, for calendars and for messages.
create table public.activity_sessions (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  starts_at timestamptz not null check (starts_at >= '2000-01-01 00:00+00' and starts_at < '2100-01-01 00:00+00'),
  ends_at timestamptz not null,
  cancelled_at timestamptz,
  -- Why it was moved or cancelled; shown to its readers.
  note text check (length(btrim(note)) >= 1 and length(note) <= 200),
  recurs_on date,
  is_moved boolean not null default false,
  sequence integer not null default 0,
  unique (activity_id, recurs_on),
  unique (id, activity_id, block_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (ends_at > starts_at and ends_at - starts_at <= interval '14 days')
);
create index activity_sessions_activity_id_idx on public.activity_sessions (activity_id, block_id, starts_at);
create index activity_sessions_coming_idx on public.activity_sessions (block_id, starts_at);
alter table public.activity_sessions enable row level security;

-- A date is seen by those who see its activity, and set by those who run it. `offset 0`, here as for series and translations, makes
-- PostgreSQL look up this one activity; without it the planner hashes the activities of all buildings.
create policy select_visible on public.activity_sessions for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_sessions for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_sessions for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_sessions for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.activity_sessions to anon, authenticated;
grant insert (id, activity_id, block_id, starts_at, ends_at, cancelled_at, recurs_on) on public.activity_sessions to authenticated;
grant update (starts_at, ends_at, cancelled_at, note, recurs_on, is_moved) on public.activity_sessions to authenticated;
grant delete on public.activity_sessions to authenticated;

-- Counts the changes of a date's time, for calendars (SEQUENCE) and messages.
create function private.tg_activity_sessions__sequence() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.sequence := old.sequence + 1;
  return new;
end
$$;
create trigger sequence before update on public.activity_sessions for each row
  when ((old.starts_at, old.ends_at, old.cancelled_at is null) is distinct from (new.starts_at, new.ends_at, new.cancelled_at is null))
  execute function private.tg_activity_sessions__sequence();

-- Whether no date is left: all are past or cancelled. For the definer functions of activities; granted to nobody.
create function private.is_over(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select not exists (
    select from public.activity_sessions s
    where s.activity_id = p_activity_id and s.cancelled_at is null and s.ends_at > now()
  )
$$;

-- The next upcoming start; null when the last one has begun. For the definer functions; granted to nobody.
create function private.next_start(p_activity_id uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select min(s.starts_at) from public.activity_sessions s
  where s.activity_id = p_activity_id and s.cancelled_at is null and s.starts_at > now()
$$;

-- Sets all dates of an activity that has no series: rows with a known id are changed, rows without one are added, dates not
-- named are removed. p_sessions: [{"id": …, "starts_at": …, "ends_at": …, "is_cancelled": false}, …], at least one.
-- Invoker: the policies on activity_sessions decide.
create function private.set_sessions(p_activity_id uuid, p_block_id uuid, p_sessions jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if coalesce(jsonb_array_length(p_sessions), 0) not between 1 and private.number('activity_dates') then
    raise exception using errcode = '22023', message = format('an activity has 1 to %s dates', private.number('activity_dates'));
  end if;
  delete from public.activity_series r where r.activity_id = p_activity_id;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id
    and not exists (select from jsonb_array_elements(p_sessions) n where (n ->> 'id')::uuid = s.id);
  update public.activity_sessions s set
    starts_at = (n ->> 'starts_at')::timestamptz,
    ends_at = (n ->> 'ends_at')::timestamptz,
    recurs_on = null,
    cancelled_at = case when (n ->> 'is_cancelled')::boolean then coalesce(s.cancelled_at, now()) end
  from jsonb_array_elements(p_sessions) n
  where s.activity_id = p_activity_id and s.id = (n ->> 'id')::uuid;
  insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
  select p_activity_id, p_block_id, (n ->> 'starts_at')::timestamptz, (n ->> 'ends_at')::timestamptz
  from jsonb_array_elements(p_sessions) n
  where n ->> 'id' is null;
end
$$;
grant execute on function private.set_sessions(uuid, uuid, jsonb) to authenticated;

-- Makes the rows of these days of a series, and sets the time of day of unmoved ones. Rows that were moved or cancelled do not
-- change. A wall-clock time that does not exist (the night when summer time begins) becomes the hour after it; a date that would then
-- end before it starts keeps its length.
-- Invoker: the policies decide; the job calls it as a definer.
create function private.make_sessions(p_series public.activity_series, p_days date[]) returns void
language sql set search_path = '' as $$
  insert into public.activity_sessions as s (activity_id, block_id, recurs_on, starts_at, ends_at)
  select p_series.activity_id, p_series.block_id, d, at.starts, greatest(at.ends,
    case when at.ends <= at.starts then at.starts + (p_series.ends_clock - p_series.starts_clock) end)
  from unnest(p_days) d
  cross join lateral (select (d + p_series.starts_clock) at time zone 'Europe/Oslo' as starts,
    (d + p_series.extra_days + p_series.ends_clock) at time zone 'Europe/Oslo' as ends) at
  on conflict (activity_id, recurs_on) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at
  where not s.is_moved and s.cancelled_at is null and s.ends_at > now()
    and (s.starts_at, s.ends_at) is distinct from (excluded.starts_at, excluded.ends_at)
$$;
grant execute on function private.make_sessions(public.activity_series, date[]) to authenticated;

-- The first date of each activity of a building after a moment, preferring dates that are not cancelled: a daily coffee
-- is one row, so it does not hide what comes after it. Invoker: the policies decide.
create function public.first_sessions(block_id uuid, after timestamptz) returns setof public.activity_sessions
language sql stable set search_path = '' as $$
  select distinct on (s.activity_id) s.*
  from public.activity_sessions s
  where s.block_id = first_sessions.block_id and s.starts_at >= after
  order by s.activity_id, s.cancelled_at is not null, s.starts_at
$$;
grant execute on function public.first_sessions(uuid, timestamptz) to anon, authenticated;

-- Drops the words that a paused host writes on a date; earlier words stay.
create function private.tg_activity_sessions__pause() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (tg_op = 'INSERT' or new.note is distinct from old.note) and private.is_paused(new.block_id) then
    new.note := null;
  end if;
  return new;
end
$$;
create trigger pause before insert or update on public.activity_sessions for each row
  when (new.note is not null) execute function private.tg_activity_sessions__pause();

-- Dates were made, moved or restored: while no date was left, free places were offered to nobody; now the waiting list is
-- filled in. An activity locked by another transaction is skipped: that transaction fills it.
-- Definer: writes other people's sign-ups.
create function private.tg_activity_sessions__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id uuid;
begin
  for v_activity_id in
    select a.id from public.activities a
    where a.id in (select s.activity_id from new_rows s) and a.status = 'published' and a.waitlisted_count > 0
      and a.capacity > a.signed_up_count + a.offered_count
    order by a.id for update skip locked
  loop
    perform private.settle_offers(v_activity_id);
    perform private.fill_places(v_activity_id, 'place_freed');
  end loop;
  return null;
end
$$;
create trigger fill_places_added after insert on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();
create trigger fill_places_changed after update on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();
