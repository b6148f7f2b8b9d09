-- DEMO DATA. What repeats in the two buildings: each with its rule and the dates of two weeks back and a year ahead, one of them
-- moved or cancelled. All of it is made up.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

-- The given weekday (1 = Monday), a number of weeks from this week.
create function pg_temp.in_week(p_weekday integer, p_weeks integer) returns date language sql as $$
  select date_trunc('week', private.today())::date + 7 * p_weeks + p_weekday - 1
$$;

insert into public.activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, made_until)
select a.id, a.block_id, 'FREQ=WEEKLY;BYDAY=' || v.days, pg_temp.in_week(v.first, -2), v.starts::time, v.ends::time, private.today() + 366
from (values
  ('drobakgata-1/homework', 'MO,WE', 1, '16:00', '18:00'),
  ('drobakgata-1/cafe', 'TH', 4, '11:00', '12:30'),
  ('stovner-senter/coffee', 'MO,TU,WE,TH,FR', 1, '10:00', '12:00'),
  ('stovner-senter/lunch', 'TU,TH', 2, '12:00', '13:30')
) as v (name, days, first, starts, ends)
join public.activities a on a.id = pg_temp.id(v.name);

insert into public.activity_sessions (activity_id, block_id, recurs_on, starts_at, ends_at)
select r.activity_id, r.block_id, d, (d + r.starts_clock) at time zone 'Europe/Oslo', (d + r.ends_clock) at time zone 'Europe/Oslo'
from public.activity_series r, generate_series(r.starts_on, r.made_until, interval '1 day') as g (at), lateral (select g.at::date) as l (d)
where (array['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'])[extract(isodow from d)::integer] = any (string_to_array(substring(r.rrule from 'BYDAY=(.*)'), ','));

-- One date moved, by some days and to another time, and one cancelled.
update public.activity_sessions s set
  is_moved = true, note = v.note,
  starts_at = (s.recurs_on + v.days + v.starts::time) at time zone 'Europe/Oslo',
  ends_at = (s.recurs_on + v.days + v.ends::time) at time zone 'Europe/Oslo'
from (values
  ('drobakgata-1/homework', pg_temp.in_week(3, 2), 1, '17:00', '19:00', 'Fellesrommet er opptatt denne onsdagen.'),
  ('stovner-senter/lunch', pg_temp.in_week(2, 2), 0, '13:00', '14:30', 'Vi begynner en time senere denne dagen.')
) as v (name, day, days, starts, ends, note)
where s.activity_id = pg_temp.id(v.name) and s.recurs_on = v.day;
update public.activity_sessions s set cancelled_at = now(), note = v.note
from (values
  ('drobakgata-1/cafe', pg_temp.in_week(4, 2), 'De frivillige har fri denne uka.'),
  ('stovner-senter/coffee', pg_temp.in_week(5, 2), 'Vi er på kurs denne dagen.')
) as v (name, day, note)
where s.activity_id = pg_temp.id(v.name) and s.recurs_on = v.day;
