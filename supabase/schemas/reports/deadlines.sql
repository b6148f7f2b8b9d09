-- How long a case may take: the landlord's own expectation, per thing and urgency, in working days. Where
-- none is set, none is shown.

-- A row is a promise to the residents, so only the landlord makes one.
create table public.report_deadlines (
  thing public.report_thing not null,
  is_urgent boolean not null,
  days smallint not null check (days between 0 and 365),
  -- Saturdays, Sundays and public holidays do not count.
  is_working_days boolean not null default true,
  primary key (thing, is_urgent)
);
alter table public.report_deadlines enable row level security;

create policy select_all on public.report_deadlines for select to anon, authenticated using (true);
create policy insert_landlord on public.report_deadlines for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy update_landlord on public.report_deadlines for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy delete_landlord on public.report_deadlines for delete to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
grant select on public.report_deadlines to anon, authenticated;
grant insert (thing, is_urgent, days, is_working_days) on public.report_deadlines to authenticated;
-- The key columns are granted too, because a row is saved as "insert or update"; the policy and the check apply to both.
grant update (thing, is_urgent, days, is_working_days) on public.report_deadlines to authenticated;
grant delete on public.report_deadlines to authenticated;

-- Easter Sunday, by the Gregorian calculation of Meeus, Jones and Butcher.
create function private.easter(p_year integer) returns date
language sql immutable set search_path = '' as $$
  select make_date(p_year, (h.h + l.l - 7 * m.m + 114) / 31, (h.h + l.l - 7 * m.m + 114) % 31 + 1)
  from
    (select p_year % 19 as a, p_year / 100 as b, p_year % 100 as c) y,
    lateral (select (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30 as h) h,
    lateral (select (32 + 2 * (b % 4) + 2 * (c / 4) - h.h - c % 4) % 7 as l) l,
    lateral (select (a + 11 * h.h + 22 * l.l) / 451 as m) m
$$;

-- Monday to Friday, without the public holidays of Norway (lov om helligdager; 1 and 17 May).
create function private.is_working_day(p_day date) returns boolean
language sql immutable set search_path = '' as $$
  select extract(isodow from p_day) < 6
    and to_char(p_day, 'MMDD') not in ('0101', '0501', '0517', '1225', '1226')
    and p_day - private.easter(extract(year from p_day)::integer) not in (-3, -2, 0, 1, 39, 49, 50)
$$;

-- The p_count-th working day after this day; for 0 the day itself, or the next working day when it is not one.
create function private.add_working_days(p_day date, p_count integer) returns date
language sql immutable set search_path = '' as $$
  select d::date
  from generate_series(p_day + least(p_count, 1), p_day + 2 * p_count + 14, interval '1 day') d
  where private.is_working_day(d::date)
  order by d offset greatest(p_count - 1, 0) limit 1
$$;

-- The day by which a case created now is expected to be done; null when the landlord has set no time. Granted to nobody.
create function private.expected_by(p_thing public.report_thing, p_is_urgent boolean) returns date
language sql stable set search_path = '' as $$
  select case when d.is_working_days then private.add_working_days(private.today(), d.days) else private.today() + d.days end
  from public.report_deadlines d where d.thing = p_thing and d.is_urgent = p_is_urgent
$$;

-- Direct writes of staff to this table are logged.
create trigger log_staff_change after insert or update or delete on public.report_deadlines for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('deadline');
