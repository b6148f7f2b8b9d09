-- Publishing, changing and cancelling an activity. No role writes its status directly: these functions do, and those in
-- activities/proposing.sql.

create type public.activity_publish_outcome as enum ('published', 'already_published', 'no_dates', 'cancelled', 'not_found');

-- Publishes a draft or accepts a proposal. Requires an upcoming date.
-- Definer: no role may write the status column, so that a cancelled activity stays cancelled.
-- API: authenticated
create function private.publish_activity(p_activity_id uuid) returns public.activity_publish_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status not in ('draft', 'proposed') then
    return case v_activity.status when 'published' then 'already_published' else 'cancelled' end::public.activity_publish_outcome;
  elsif private.is_over(p_activity_id) then
    return 'no_dates';
  end if;
  update public.activities a set status = 'published' where a.id = p_activity_id;
  perform private.log_act(v_activity.block_id, 'publish', 'activity', p_activity_id);
  perform private.notify_hosts(p_activity_id, 'activity_approved');
  return 'published';
end
$$;

create type public.activity_change_outcome as enum ('saved', 'changed_meanwhile');

-- Changes an activity and its dates, unless it was changed or cancelled since `seen_version` was shown. Dates by `series`
-- when there is one, else by `sessions`; with neither, they stay.
-- Invoker: the policies decide; an activity I may not change gives the same result as one that was changed.
create function public.change_activity(
  activity_id uuid, seen_version integer, activity jsonb, sessions jsonb default null, series jsonb default null
) returns public.activity_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
  v_block_id uuid;
begin
  update public.activities a set
    kind = v_new.kind, title = v_new.title, body = v_new.body, audience = v_new.audience, for_whom = coalesce(v_new.for_whom, '{}'),
    place_id = v_new.place_id, whereabouts = v_new.whereabouts, host = v_new.host, what_to_expect = v_new.what_to_expect,
    food = v_new.food, languages = v_new.languages, step_free = v_new.step_free, is_public = v_new.is_public,
    capacity = v_new.capacity, max_party = coalesce(v_new.max_party, 5), signup_opens_at = v_new.signup_opens_at,
    signup_closes_at = v_new.signup_closes_at, signoff_closes_at = v_new.signoff_closes_at
  where a.id = change_activity.activity_id and a.version = seen_version and a.status not in ('cancelled', 'declined')
  returning a.block_id into v_block_id;
  if not found then
    return 'changed_meanwhile';
  elsif series is not null then
    perform private.set_series(activity_id, v_block_id, series);
  elsif sessions is not null then
    perform private.set_sessions(activity_id, v_block_id, sessions);
  end if;
  return 'saved';
end
$$;
grant execute on function public.change_activity(uuid, integer, jsonb, jsonb, jsonb) to authenticated;

create type public.activity_cancel_outcome as enum ('cancelled', 'already_cancelled', 'not_published', 'past', 'not_found');

-- Cancels a published activity, with a reason that its readers see. All sign-ups and offers end, and everybody who
-- had one is notified once. Final: to try again, copy the activity.
-- Definer: no role may write the status column or other people's sign-ups.
-- API: authenticated
create function private.cancel_activity(p_activity_id uuid, p_reason text) returns public.activity_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif v_activity.status <> 'published' then
    return case v_activity.status when 'cancelled' then 'already_cancelled' else 'not_published' end::public.activity_cancel_outcome;
  elsif private.is_over(p_activity_id) then
    return 'past';
  end if;
  -- Whoever is paused may cancel, without words.
  update public.activities a
  set status = 'cancelled', cancel_reason = case when private.is_paused(v_activity.block_id) then '–' else btrim(p_reason) end
  where a.id = p_activity_id;
  if private.has_role(v_activity.block_id, '{consultant}') then
    perform private.log_act(v_activity.block_id, 'cancel', 'activity', p_activity_id, p_reason => btrim(p_reason));
  end if;
  for v_signup_id in
    select s.id from public.signups s
    where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted') order by s.queue_number
  loop
    perform private.set_signup(v_signup_id, 'cancelled', 'activity_cancelled', 'staff');
    perform private.notify_signup(v_signup_id, 'activity_cancelled');
  end loop;
  return 'cancelled';
end
$$;
