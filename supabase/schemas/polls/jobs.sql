-- Jobs of votes: closing those whose time has passed, and notifications of late follow-ups and of uncounted paper ballots.

-- How often the owners of a late follow-up or count are reminded.
insert into private.periods (what, lasts) values ('late_follow_up', '7 days'), ('uncounted_poll', '7 days');

-- Closes one vote whose time has passed, after the votes being cast, so that no count changes afterwards. Without paper votes the result
-- exists at once. Returns false when there is nothing to close. Granted to nobody.
create function private.settle_poll(p_poll_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from public.polls p where p.id = p_poll_id and p.status = 'open' and p.closes_at <= clock_timestamp() for update;
  if not found then
    return false;
  end if;
  perform private.shuffle_ballots(p_poll_id);
  perform private.start_follow_up(p_poll_id);
  update public.polls p set status = 'closed', closed_at = p.closes_at, counted_at = case
    when not exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper') then p.closes_at end
  where p.id = p_poll_id;
  return true;
end
$$;

-- Closes these votes if their time has passed. A vote that is locked for long (a backup that reads it) is left for the next caller:
-- nobody waits more than a second for it. Returns how many. Granted to nobody.
create function private.settle_polls(p_poll_ids uuid[]) returns integer
language plpgsql set search_path = '' set lock_timeout = '1s' as $$
declare
  v_poll_id uuid;
  v_count integer := 0;
begin
  for v_poll_id in
    select p.id from public.polls p where p.id = any (p_poll_ids) and p.status = 'open' and p.closes_at <= clock_timestamp() order by p.id
  loop
    begin
      v_count := v_count + private.settle_poll(v_poll_id)::integer;
    exception when lock_not_available then
      null;
    end;
  end loop;
  return v_count;
end
$$;

-- Closes votes that no reader has closed since their time passed. Safe to run twice and by several servers at once. Returns how many.
-- Definer: writes the status.
-- API: service_role
create function private.run_poll_jobs() returns integer
language sql security definer set search_path = '' as $$
  select private.settle_polls(array(
    select p.id from public.polls p where p.status = 'open' and p.closes_at <= clock_timestamp() order by p.closes_at limit 50
  ))
$$;

-- Notifies the owners of a follow-up that its day has passed, and again after each period: the landlord's people, or the consultants of the
-- building. At most 500 at a time. Returns how many follow-ups.
-- Definer: reads who works where, and writes notifications.
create function private.push_late_follow_ups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups;
  v_count integer := 0;
begin
  for v_follow_up in
    select f.* from public.follow_ups f
    where f.next_on < private.today()
      and exists (select from public.polls p where p.id = f.poll_id and p.counted_at is not null)
      and (f.told_late_at is null or f.told_late_at <= now() - (select private.period('late_follow_up')))
    order by f.next_on, f.poll_id limit 500 for update skip locked
  loop
    update public.follow_ups f set told_late_at = now() where f.poll_id = v_follow_up.poll_id;
    perform private.notify_follow_up_late(v_follow_up);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
grant execute on function private.push_late_follow_ups() to service_role;

-- Votes that are over, with uncounted paper ballots: the consultants are notified at once, and again after each period (of days).
-- Returns how many were notified. Definer: writes notifications.
create function private.push_uncounted_polls() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, p.block_id, 'poll_uncounted'::public.notification_kind,
    p.id || ':' || (private.today() - (p.closed_at at time zone 'Europe/Oslo')::date)
      / extract(day from private.period('uncounted_poll'))::integer, p.id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant' and m.ended_at is null
  where p.status = 'closed' and p.counted_at is null
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
grant execute on function private.push_uncounted_polls() to service_role;

-- Jobs of follow-ups. Returns the numbers. Safe to run twice and by several servers at once.
create function public.run_follow_up_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('late_follow_ups', private.push_late_follow_ups(), 'uncounted', private.push_uncounted_polls())
$$;
grant execute on function public.run_follow_up_jobs() to service_role;
