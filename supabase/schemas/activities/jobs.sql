-- Jobs of activities: the server calls them every minute. Each is safe to run twice and by several servers at once.
-- Reminders are in activities/notifications.sql, forgotten names in activities/forgetting.sql.

-- Ends expired offers in every activity. Returns how many ended. An activity that is locked is left for the next
-- minute: whoever holds the lock does the same first, and the job cannot block anybody.
-- Definer: writes sign-ups, which no role may write directly.
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

-- All jobs of activities except the dates of series. Returns the numbers. Offers come last: they lock activities, and nothing may wait after that.
create function public.run_activity_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object(
    'reminded', private.remind_of_today(), 'forgotten', private.forget_signups(), 'lapsed', private.lapse_offers())
$$;
grant execute on function public.run_activity_jobs() to service_role;
