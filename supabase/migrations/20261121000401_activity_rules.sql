-- Who gets a place, and what the consultant does with an activity. Every function that gives or frees a place locks
-- the activity row FIRST, so that all of them pass one at a time per activity.

create type public.signup_outcome as enum (
  'signed_up', 'waitlisted', 'already_signed_up', 'closed', 'cancelled', 'past', 'not_member', 'no_signup_needed', 'not_found'
);
create type public.signup_cancel_outcome as enum ('cancelled', 'not_signed_up', 'past');
create type public.activity_change_outcome as enum ('saved', 'changed_meanwhile');
create type public.activity_publish_outcome as enum ('published', 'already_published', 'no_dates', 'cancelled', 'not_found');
create type public.activity_cancel_outcome as enum ('cancelled', 'already_cancelled', 'not_published', 'past', 'not_found');

-- Whether no date is left: all are over or cancelled. For the definer functions below; granted to nobody.
create function private.is_over(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select not exists (
    select from public.activity_sessions s
    where s.activity_id = p_activity_id and s.cancelled_at is null and s.ends_at > now()
  )
$$;

-- Gives free places to those who have waited longest. The one place where somebody gets in. The caller holds the lock
-- of the activity row. Places may be fewer than sign-ups (they were lowered): then nobody gets in, and nobody is out.
-- For the definer functions and triggers below; granted to nobody.
create function private.fill_places(p_activity_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_free integer;
begin
  select coalesce(a.capacity - a.signed_up_count, a.waitlisted_count) into v_free
  from public.activities a
  where a.id = p_activity_id and a.status = 'published' and a.waitlisted_count > 0;
  if v_free is null or v_free <= 0 or private.is_over(p_activity_id) then
    return;
  end if;
  update public.signups s set status = 'signed_up', signed_up_at = now()
  where s.id in (
    select w.id from public.signups w
    where w.activity_id = p_activity_id and w.status = 'waitlisted'
    order by w.queue_number
    limit v_free
  );
end
$$;

-- Keeps the counts of an activity. A sign-up that disappears with its account frees its place.
-- Definer: writes counts and other people's sign-ups, which nobody may.
create function private.tg_signups__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.activities a set
    signed_up_count = a.signed_up_count
      + coalesce(new.status = 'signed_up', false)::integer - coalesce(old.status = 'signed_up', false)::integer,
    waitlisted_count = a.waitlisted_count
      + coalesce(new.status = 'waitlisted', false)::integer - coalesce(old.status = 'waitlisted', false)::integer
  where a.id = coalesce(new.activity_id, old.activity_id);
  if tg_op = 'DELETE' then
    perform private.fill_places(old.activity_id);
  end if;
  return null;
end
$$;
create trigger count after insert or update of status or delete on public.signups
  for each row execute function private.tg_signups__count();

-- More places, or no limit any more: the waiting people get in at once. Definer: writes other people's sign-ups.
create function private.tg_activities__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.fill_places(new.id);
  return null;
end
$$;
create trigger fill_places after update of capacity on public.activities for each row
  when (new.capacity is distinct from old.capacity)
  execute function private.tg_activities__fill_places();

-- Signs me up, or puts me last on the waiting list. Only residents, only in their own building.
-- What I may not see answers like what does not exist.
-- Definer: must lock the activity and count sign-ups that the caller may not see.
create function private.sign_up(p_activity_id uuid) returns public.signup_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_activity public.activities;
  v_signup public.signups;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or v_activity.status = 'draft' then
    return 'not_found';
  elsif not private.has_role(v_activity.block_id, '{resident}') then
    return case when v_activity.is_public then 'not_member' else 'not_found' end::public.signup_outcome;
  elsif v_activity.status = 'cancelled' then
    return 'cancelled';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_activity.capacity is null then
    return 'no_signup_needed';
  elsif exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id = v_person_id and s.status <> 'cancelled'
  ) then
    return 'already_signed_up';
  elsif v_activity.signup_closes_at <= now() then
    return 'closed';
  end if;
  insert into public.signups (activity_id, block_id, person_id)
  values (p_activity_id, v_activity.block_id, v_person_id)
  returning * into v_signup;
  perform private.fill_places(p_activity_id);
  select * into v_signup from public.signups s where s.id = v_signup.id;
  return v_signup.status::text::public.signup_outcome;
end
$$;
create function public.sign_up(activity_id uuid) returns public.signup_outcome
language sql set search_path = '' as $$ select private.sign_up(activity_id) $$;
grant execute on function private.sign_up(uuid) to authenticated;
grant execute on function public.sign_up(uuid) to authenticated;

-- Gives up my place, or leaves the waiting list; a freed place goes to the next one in the same transaction.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
create function private.cancel_signup(p_activity_id uuid) returns public.signup_cancel_outcome
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.activities a where a.id = p_activity_id for update;
  if not exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status <> 'cancelled'
  ) then
    return 'not_signed_up';
  elsif private.is_over(p_activity_id) then
    return 'past';
  end if;
  update public.signups s set status = 'cancelled', cancelled_at = now()
  where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status <> 'cancelled';
  perform private.fill_places(p_activity_id);
  return 'cancelled';
end
$$;
create function public.cancel_signup(activity_id uuid) returns public.signup_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_signup(activity_id) $$;
grant execute on function private.cancel_signup(uuid) to authenticated;
grant execute on function public.cancel_signup(uuid) to authenticated;

-- My place on the waiting list (1 = next in); null when I do not wait, or the sign-up is not mine.
-- Definer: counts sign-ups that the caller may not see. A column of signups over the API: select=status,place_in_line.
create function private.place_in_line(p_signup_id uuid) returns integer
language sql stable security definer set search_path = '' as $$
  select nullif(count(*), 0)::integer
  from public.signups mine
  join public.signups w on w.activity_id = mine.activity_id and w.status = 'waitlisted' and w.queue_number <= mine.queue_number
  where mine.id = p_signup_id and mine.person_id = (select auth.uid()) and mine.status = 'waitlisted'
$$;
create function public.place_in_line(signup public.signups) returns integer
language sql stable set search_path = '' as $$ select private.place_in_line((signup).id) $$;
grant execute on function private.place_in_line(uuid) to authenticated;
grant execute on function public.place_in_line(public.signups) to authenticated;

-- Sets all dates of an activity: rows with a known id are changed, rows without one are added, dates not named are removed.
-- p_sessions: [{"id": …, "starts_at": …, "ends_at": …, "is_cancelled": false}, …], 1 to 100 of them.
-- Invoker: the policies on activity_sessions decide.
create function private.set_sessions(p_activity_id uuid, p_block_id uuid, p_sessions jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if coalesce(jsonb_array_length(p_sessions), 0) not between 1 and 100 then
    raise exception using errcode = '22023', message = 'an activity has 1 to 100 dates';
  end if;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id
    and not exists (select from jsonb_array_elements(p_sessions) n where (n ->> 'id')::uuid = s.id);
  update public.activity_sessions s set
    starts_at = (n ->> 'starts_at')::timestamptz,
    ends_at = (n ->> 'ends_at')::timestamptz,
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

-- Makes a draft with its dates, all or nothing. The same id again (the form was sent twice) changes nothing.
-- p_activity: the columns of activities that may be inserted. Invoker: the policies decide.
create function public.create_activity(activity jsonb, sessions jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
begin
  insert into public.activities (id, block_id, kind, title, body, audience, place_id, whereabouts, host, what_to_expect,
    food, languages, step_free, is_public, capacity, signup_closes_at)
  values (v_new.id, v_new.block_id, v_new.kind, v_new.title, v_new.body, v_new.audience, v_new.place_id, v_new.whereabouts,
    v_new.host, v_new.what_to_expect, v_new.food, v_new.languages, v_new.step_free, v_new.is_public, v_new.capacity,
    v_new.signup_closes_at)
  on conflict (id) do nothing;
  if found then
    perform private.set_sessions(v_new.id, v_new.block_id, sessions);
  end if;
end
$$;
grant execute on function public.create_activity(jsonb, jsonb) to authenticated;

-- Changes an activity and its dates, unless it was changed or cancelled since `seen_version` was shown.
-- Invoker: the policies decide; an activity I may not change answers like one that was changed.
create function public.change_activity(activity_id uuid, seen_version integer, activity jsonb, sessions jsonb)
returns public.activity_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
  v_block_id uuid;
begin
  update public.activities a set
    kind = v_new.kind, title = v_new.title, body = v_new.body, audience = v_new.audience, place_id = v_new.place_id,
    whereabouts = v_new.whereabouts, host = v_new.host, what_to_expect = v_new.what_to_expect, food = v_new.food,
    languages = v_new.languages, step_free = v_new.step_free, is_public = v_new.is_public, capacity = v_new.capacity,
    signup_closes_at = v_new.signup_closes_at
  where a.id = change_activity.activity_id and a.version = seen_version and a.status <> 'cancelled'
  returning a.block_id into v_block_id;
  if not found then
    return 'changed_meanwhile';
  end if;
  perform private.set_sessions(activity_id, v_block_id, sessions);
  return 'saved';
end
$$;
grant execute on function public.change_activity(uuid, integer, jsonb, jsonb) to authenticated;

-- Shows a draft to its readers. Needs a date that is still to come.
-- Definer: nobody may write the status column, so that what is cancelled stays cancelled.
create function private.publish_activity(p_activity_id uuid) returns public.activity_publish_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status <> 'draft' then
    return case v_activity.status when 'cancelled' then 'cancelled' else 'already_published' end::public.activity_publish_outcome;
  elsif private.is_over(p_activity_id) then
    return 'no_dates';
  end if;
  update public.activities a set status = 'published' where a.id = p_activity_id;
  return 'published';
end
$$;
create function public.publish_activity(activity_id uuid) returns public.activity_publish_outcome
language sql set search_path = '' as $$ select private.publish_activity(activity_id) $$;
grant execute on function private.publish_activity(uuid) to authenticated;
grant execute on function public.publish_activity(uuid) to authenticated;

-- Cancels a published activity, with a reason that its readers see. Sign-ups stay as they are, so that the consultant
-- knows whom to tell; nobody gets in any more. Final: a new try is a copy.
-- Definer: nobody may write the status column.
create function private.cancel_activity(p_activity_id uuid, p_reason text) returns public.activity_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status <> 'published' then
    return case v_activity.status when 'cancelled' then 'already_cancelled' else 'not_published' end::public.activity_cancel_outcome;
  elsif private.is_over(p_activity_id) then
    return 'past';
  end if;
  update public.activities a set status = 'cancelled', cancel_reason = btrim(p_reason) where a.id = p_activity_id;
  return 'cancelled';
end
$$;
create function public.cancel_activity(activity_id uuid, reason text) returns public.activity_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_activity(activity_id, reason) $$;
grant execute on function private.cancel_activity(uuid, text) to authenticated;
grant execute on function public.cancel_activity(uuid, text) to authenticated;
