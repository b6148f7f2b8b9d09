-- Notifications to people who signed up for an activity: a date was moved, cancelled or removed, the place was changed,
-- and the reminder on the day. Messages of a host: activities/messages.sql; notifications to hosts: activities/hosts.sql.

-- The kinds. The last three go to those who run the activity.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('place_won', 'activity', 'activities', 'whenever', 'activity', false, false, true),
  ('place_offered', 'activity', 'activities', 'pressing', 'activity', true, false, true),
  ('session_today', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('session_moved', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('session_cancelled', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('place_changed', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('activity_cancelled', 'activity', 'activities', 'pressing', 'activity', false, false, true),
  ('activity_message', 'activity', 'activities', 'whenever', 'activity', false, false, true),
  ('activity_approved', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true),
  ('activity_declined', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true),
  ('activity_host_left', 'activity', 'activities', 'whenever', 'activity_desk', false, false, true);

-- Of an activity that is shown, or that one runs, as the policies say. Of a place that is held while it is held, of what is today until it
-- starts. For may_be_told; granted to nobody.
create function private.may_be_told_of_activity(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.activities a where a.id = p_notification.activity_id and (
      a.status in ('published', 'cancelled') and a.hidden_at is null or 'consultant' = any (p_roles)
      or exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id = p_notification.person_id)
    )
  )
  and (p_notification.kind <> 'place_offered' or exists (
    select from public.signups g where g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()
  ))
  and (p_notification.kind <> 'session_today' or exists (
    select from public.activity_sessions s where s.id = p_notification.session_id and s.starts_at > now()
  ))
$$;

-- Notifies the person of a sign-up; people without an account are told by the consultant. Granted to nobody.
create function private.notify_signup(p_signup_id uuid, p_kind public.notification_kind, p_message_id uuid default null) returns void
language sql set search_path = '' as $$
  select private.notify(s.person_id, p_kind, coalesce(p_message_id, s.id)::text, s.activity_id, null, s.id, p_message_id)
  from public.signups s where s.id = p_signup_id
$$;

-- Removes an unsent reminder of somebody who has lost or given up the place. For set_signup; granted to nobody.
create function private.drop_reminders(p_signup_id uuid) returns void
language sql set search_path = '' as $$
  delete from public.notifications n where n.signup_id = p_signup_id and n.kind = 'session_today' and n.sent_at is null
$$;

-- Dates of a published activity were moved, cancelled or restored: everybody signed up is notified once per change, about
-- the first date when many change together. Nobody is notified of past dates. An unsent reminder is removed with
-- a date that is no longer today.
-- Definer: writes notifications of people whom the caller may not see.
create function private.tg_activity_sessions__notify() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.notifications n using new_rows s
  where n.session_id = s.id and n.kind = 'session_today' and n.sent_at is null
    and (s.cancelled_at is not null or (s.starts_at at time zone 'Europe/Oslo')::date <> private.today());
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id)
  select distinct on (g.person_id, s.activity_id) g.person_id, s.block_id,
    case when s.cancelled_at is null then 'session_moved' else 'session_cancelled' end::public.notification_kind,
    s.id || ':' || s.sequence, s.activity_id, s.id, g.id
  from new_rows s
  join old_rows o on o.id = s.id and o.sequence <> s.sequence
  join public.activities a on a.id = s.activity_id and a.status = 'published'
  join public.signups g on g.activity_id = s.activity_id and g.status = 'signed_up' and g.person_id is not null
  where greatest(s.ends_at, o.ends_at) > now() and not exists (
    -- Said already in this change: dates of the same activity were taken away with it.
    select from public.notifications n
    where n.person_id = g.person_id and n.activity_id = s.activity_id and n.kind = 'session_moved' and n.created_at = now()
  )
  order by g.person_id, s.activity_id, s.starts_at
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;
create trigger notify after update on public.activity_sessions
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_activity_sessions__notify();

-- Upcoming dates of a published activity were removed (its form or its series no longer has them): everybody signed up is
-- notified once that the dates have changed. The removed date is gone: the page of the activity lists those that are left.
-- Definer: writes notifications of people whom the caller may not see.
create function private.tg_activity_sessions__notify_removed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, signup_id)
  select distinct on (g.person_id, s.activity_id) g.person_id, s.block_id, 'session_moved', s.id || ':removed', s.activity_id, g.id
  from old_rows s
  join public.activities a on a.id = s.activity_id and a.status = 'published'
  join public.signups g on g.activity_id = s.activity_id and g.status = 'signed_up' and g.person_id is not null
  where s.ends_at > now() and s.cancelled_at is null
  order by g.person_id, s.activity_id, s.starts_at
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;
create trigger notify_removed after delete on public.activity_sessions
  referencing old table as old_rows
  for each statement execute function private.tg_activity_sessions__notify_removed();

-- A published upcoming activity has moved to another place: everybody signed up is notified.
-- Definer: writes notifications of people whom the caller may not see.
create function private.tg_activities__notify_place() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_over(new.id) then
    return null;
  end if;
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, signup_id)
  select g.person_id, new.block_id, 'place_changed', new.id || ':' || new.version, new.id, g.id
  from public.signups g
  where g.activity_id = new.id and g.status = 'signed_up' and g.person_id is not null
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;
create trigger notify_place after update on public.activities for each row
  when (new.status = 'published' and old.status = 'published'
    and (old.place_id, old.whereabouts) is distinct from (new.place_id, new.whereabouts))
  execute function private.tg_activities__notify_place();

-- Reminds everybody who signed up before today of what starts today, from the end of the quiet hours until it starts.
-- The day is part of the subject, so that a date moved to another day gets its own reminder.
-- Returns how many are new. Definer: reads all sign-ups and writes notifications.
create function private.remind_of_today() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if private.after_quiet(now(), private.number('quiet_from'), private.number('quiet_to')) > now() then
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
grant execute on function private.remind_of_today() to service_role;
