-- What time does: the server calls these every minute. Each is safe to run twice and by several copies at once.

-- Ends offers whose time is out, in every activity. Answers how many ended. An activity that somebody holds is left for
-- the next minute: whoever holds it does the same first, and the job can not stand in anybody's way.
-- Definer: writes sign-ups, which nobody may.
create function private.lapse_offers() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id uuid;
  v_count integer := 0;
begin
  for v_activity_id in
    select a.id from public.activities a
    where a.id in (select s.activity_id from public.signups s where s.status = 'offered' and s.offer_expires_at <= now())
    order by a.id limit 500 for update skip locked
  loop
    select v_count + count(*) into v_count from public.signups s
    where s.activity_id = v_activity_id and s.status = 'offered' and s.offer_expires_at <= now();
    perform private.settle_offers(v_activity_id);
  end loop;
  return v_count;
end
$$;

-- Reminds everybody who was signed up before today of what starts today, from 8 in the morning (Oslo) on, until it starts.
-- A date that is moved to another day is another thing: the day is part of the subject.
-- Answers how many are new. Definer: reads all sign-ups and writes notifications.
create function private.remind_of_today() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if (now() at time zone 'Europe/Oslo')::time not between '08:00' and '21:00' then
    return 0;
  end if;
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id)
  select g.person_id, s.block_id, 'session_today', s.id || ':' || private.today(), s.activity_id, s.id, g.id
  from public.activity_sessions s
  join public.activities a on a.id = s.activity_id and a.status = 'published' and a.hidden_at is null
  join public.signups g on g.activity_id = a.id and g.status = 'signed_up' and g.person_id is not null
  where s.cancelled_at is null and s.starts_at > now()
    and s.starts_at < (private.today() + 1)::timestamp at time zone 'Europe/Oslo'
    and g.signed_up_at < private.today()::timestamp at time zone 'Europe/Oslo'
  order by a.id, s.id, g.id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Takes the names off the sign-ups of activities whose last date ended 30 days ago (without any date: 30 days after the
-- sign-up), and what these people were told about it; the numbers stay. Answers how many.
-- Definer: writes sign-ups, which nobody may.
create function private.forget_signups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select g.id from public.signups g
    where g.forgotten_at is null and g.status <> 'offered' and coalesce(
        (select max(s.ends_at) from public.activity_sessions s where s.activity_id = g.activity_id), g.created_at
      ) < now() - (select private.keep('signup_names'))
    for update skip locked
  ), told as (
    delete from public.notifications n where n.signup_id in (select due.id from due)
  )
  update public.signups g set person_id = null, first_name = null, forgotten_at = now()
  where g.id in (select due.id from due);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- All of the above. Answers the numbers. Offers last: from then on this holds activities, and must wait for nothing.
create function public.run_activity_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object(
    'reminded', private.remind_of_today(), 'forgotten', private.forget_signups(), 'lapsed', private.lapse_offers())
$$;
grant execute on function private.lapse_offers() to service_role;
grant execute on function private.remind_of_today() to service_role;
grant execute on function private.forget_signups() to service_role;
grant execute on function public.run_activity_jobs() to service_role;

-- The series whose rows end before p_until and whose rule may give more, longest behind first, at most 200.
-- Definer: the server has no right to read activities.
create function private.due_series(p_until date)
returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable security definer set search_path = '' as $$
  select r.activity_id, r.rrule, r.starts_on, r.made_until
  from public.activity_series r join public.activities a on a.id = r.activity_id and a.status in ('draft', 'published')
  where r.made_until < p_until and coalesce(to_date(substring(r.rrule from 'UNTIL=(\d{8})'), 'YYYYMMDD') > r.made_until, true)
  order by r.made_until limit 200
$$;
create function public.due_series(until date)
returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable set search_path = '' as $$ select * from private.due_series(until) $$;

-- Makes the rows of these days and remembers how far. Nothing when the rule was changed meanwhile.
-- Definer: writes dates, which only those who run the activity may.
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
create function public.extend_series(activity_id uuid, rrule text, days date[], until date) returns void
language sql set search_path = '' as $$ select private.extend_series(activity_id, rrule, days, until) $$;
grant execute on function private.due_series(date) to service_role;
grant execute on function public.due_series(date) to service_role;
grant execute on function private.extend_series(uuid, text, date[], date) to service_role;
grant execute on function public.extend_series(uuid, text, date[], date) to service_role;

-- Somebody whose last membership in a building ends has no more sign-ups there: their places go to the next.
-- Definer: writes sign-ups, which nobody may.
create function private.tg_memberships__end_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_signup record;
begin
  if exists (
    select from public.memberships m
    where m.person_id = new.person_id and m.block_id = new.block_id and m.ended_at is null and m.role = 'resident'
  ) then
    return null;
  end if;
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = new.person_id and s.block_id = new.block_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform from public.activities a where a.id = v_signup.activity_id for update;
    perform private.settle_offers(v_signup.activity_id);
    -- Asked again under the lock: meanwhile it may have ended.
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'moved_out', 'system');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  return null;
end
$$;
create trigger end_signups after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null)
  execute function private.tg_memberships__end_signups();

-- An account that is deleted takes its sign-ups with it. What they stand in is locked first, in the order that everybody
-- keeps (memberships, then activities by id, then sign-ups), or two who meet there would wait for each other for ever.
-- Definer: the account service may not see memberships and sign-ups.
create function private.tg_users__lock_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.memberships m where m.person_id = old.id for update;
  perform from public.activities a
  where a.id in (
    select s.activity_id from public.signups s where s.person_id = old.id
    union select h.activity_id from public.activity_hosts h where h.person_id = old.id
  ) order by a.id for update;
  return old;
end
$$;
create trigger lock_signups before delete on auth.users
  for each row execute function private.tg_users__lock_signups();
