-- What time does to activities: the server calls these every minute. Each is safe to run twice and by several copies at once.
-- Reminders are in activities/notifications.sql, forgotten names in activities/forgetting.sql.

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
grant execute on function private.lapse_offers() to service_role;

-- All jobs of activities but the dates of series. Answers the numbers. Offers last: from then on this holds activities, and must wait for nothing.
create function public.run_activity_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object(
    'reminded', private.remind_of_today(), 'forgotten', private.forget_signups(), 'lapsed', private.lapse_offers())
$$;
grant execute on function public.run_activity_jobs() to service_role;
