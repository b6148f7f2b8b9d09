-- Series: the rule by which an activity repeats, setting it, and the dates that the server makes ahead from it.

-- How many dates are made from one rule at a time.
insert into private.numbers (what, value) values ('series_dates', 800);

-- The rule by which an activity repeats (RFC 5545), counted in days of Oslo and wall-clock time, so that summer time moves
-- nothing. The server makes the rows ahead, up to `made_until`. Dates that the rule made before it was changed are history.
create table public.activity_series (
  activity_id uuid primary key,
  block_id uuid not null,
  rrule text not null check (
    length(rrule) <= 200
    and rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY)(;INTERVAL=[1-9][0-9]?|;BYDAY=[-+,0-9A-Z]+|;BYMONTHDAY=[-,0-9]+|;UNTIL=[0-9]{8}|;COUNT=[1-9][0-9]{0,2})*$'
  ),
  starts_on date not null check (starts_on >= '2000-01-01' and starts_on < '2100-01-01'),
  starts_clock time not null,
  ends_clock time not null,
  -- Days between start and end: 1 is over midnight.
  extra_days smallint not null default 0 check (extra_days between 0 and 13),
  made_until date not null,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (extra_days > 0 or ends_clock > starts_clock)
);
create index activity_series_activity_id_idx on public.activity_series (activity_id, block_id);
create index activity_series_made_until_idx on public.activity_series (made_until);
alter table public.activity_series enable row level security;

create policy select_visible on public.activity_series for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_series for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_series for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_series for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.activity_series to anon, authenticated;
grant insert (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  on public.activity_series to authenticated;
grant update (rrule, starts_on, starts_clock, ends_clock, extra_days, made_until) on public.activity_series to authenticated;
grant delete on public.activity_series to authenticated;

-- Sets the rule of an activity and updates its upcoming dates. Dates that have begun, or were moved or cancelled by hand,
-- stay; others that the rule no longer gives are removed.
-- p_series: the columns of activity_series, and "days": the days the rule gives from today (or its start) to made_until,
-- at least one. A sign-up needs an end: it is for all dates. Invoker: the policies decide.
create function private.set_series(p_activity_id uuid, p_block_id uuid, p_series jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, p_series
    || jsonb_build_object('activity_id', p_activity_id, 'block_id', p_block_id));
  v_days date[] := array(select d::date from jsonb_array_elements_text(p_series -> 'days') d);
begin
  if cardinality(v_days) not between 1 and private.number('series_dates') then
    raise exception using errcode = '22023', message = format('a series gives 1 to %s dates', private.number('series_dates'));
  elsif v_series.rrule !~ '(UNTIL|COUNT)='
    and exists (select from public.activities a where a.id = p_activity_id and a.capacity is not null)
  then
    raise exception using errcode = '22023', message = 'a series with sign-up has an end';
  end if;
  insert into public.activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  values (p_activity_id, p_block_id, v_series.rrule, v_series.starts_on, v_series.starts_clock, v_series.ends_clock,
    coalesce(v_series.extra_days, 0), v_series.made_until)
  on conflict (activity_id) do update set rrule = excluded.rrule, starts_on = excluded.starts_on,
    starts_clock = excluded.starts_clock, ends_clock = excluded.ends_clock, extra_days = excluded.extra_days,
    made_until = excluded.made_until
  returning * into v_series;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id and s.starts_at > now() and not s.is_moved and s.cancelled_at is null
    and (s.recurs_on is null or s.recurs_on <> all (v_days));
  perform private.make_sessions(v_series, v_days);
end
$$;
grant execute on function private.set_series(uuid, uuid, jsonb) to authenticated;

-- A sign-up is for all dates, so a series without an end has no sign-up; checked also when places and rule are set separately.
-- Checked at the end of the transaction, because a change may set both.
create function private.tg_activity_series__ends() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.activities a join public.activity_series r on r.activity_id = a.id
    where a.id = case tg_table_name when 'activities' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'activity_id' end::uuid
      and a.capacity is not null and r.rrule !~ '(UNTIL|COUNT)='
  ) then
    raise exception using errcode = '22023', message = 'a series with sign-up has an end';
  end if;
  return null;
end
$$;
create constraint trigger series_ends after update of capacity on public.activities
  deferrable initially deferred for each row when (new.capacity is not null and old.capacity is null)
  execute function private.tg_activity_series__ends();
create constraint trigger ends after insert or update of rrule on public.activity_series
  deferrable initially deferred for each row execute function private.tg_activity_series__ends();

-- Direct writes of staff are logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.activity_series for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('series');

-- The series whose rows end before p_until and whose rule may give more, longest behind first, at most 200.
-- Definer: the server has no right to read activities.
-- API: service_role
create function private.due_series(p_until date)
returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable security definer set search_path = '' as $$
  select r.activity_id, r.rrule, r.starts_on, r.made_until
  from public.activity_series r join public.activities a on a.id = r.activity_id and a.status in ('draft', 'published')
  where r.made_until < p_until and coalesce(to_date(substring(r.rrule from 'UNTIL=(\d{8})'), 'YYYYMMDD') > r.made_until, true)
  order by r.made_until limit 200
$$;

-- Makes the rows of these days and records how far. Does nothing when the rule was changed in the meantime.
-- Definer: writes dates, which only those who run the activity may.
-- API: service_role
create function private.extend_series(p_activity_id uuid, p_rrule text, p_days date[], p_until date) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_series public.activity_series;
begin
  update public.activity_series r set made_until = p_until
  where r.activity_id = p_activity_id and r.rrule = p_rrule and r.made_until < p_until
  returning * into v_series;
  if found then
    perform private.make_sessions(v_series, p_days);
  end if;
end
$$;
