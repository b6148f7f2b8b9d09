-- What is done with an activity: made, proposed, changed, published, declined, cancelled; its dates moved and cancelled,
-- one or all that follow; its readers told. Nobody writes its status: these functions do.

create type public.activity_change_outcome as enum ('saved', 'changed_meanwhile');
create type public.activity_propose_outcome as enum ('proposed', 'already_proposed', 'too_many', 'paused', 'not_member');
create type public.activity_publish_outcome as enum ('published', 'already_published', 'no_dates', 'cancelled', 'not_found');
create type public.activity_decline_outcome as enum ('declined', 'not_proposed', 'not_found');
create type public.activity_cancel_outcome as enum ('cancelled', 'already_cancelled', 'not_published', 'past', 'not_found');
create type public.session_change_outcome as enum ('moved', 'cancelled', 'restored', 'past', 'taken', 'changed_meanwhile',
  'activity_cancelled', 'not_found');

-- Sets all dates of an activity that has no series: rows with a known id are changed, rows without one are added, dates not
-- named are removed. p_sessions: [{"id": …, "starts_at": …, "ends_at": …, "is_cancelled": false}, …], 1 to 100 of them.
-- Invoker: the policies on activity_sessions decide.
create function private.set_sessions(p_activity_id uuid, p_block_id uuid, p_sessions jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if coalesce(jsonb_array_length(p_sessions), 0) not between 1 and 100 then
    raise exception using errcode = '22023', message = 'an activity has 1 to 100 dates';
  end if;
  delete from public.activity_series r where r.activity_id = p_activity_id;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id
    and not exists (select from jsonb_array_elements(p_sessions) n where (n ->> 'id')::uuid = s.id);
  update public.activity_sessions s set
    starts_at = (n ->> 'starts_at')::timestamptz,
    ends_at = (n ->> 'ends_at')::timestamptz,
    recurs_on = null,
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

-- Makes the rows of these days of a series, and gives unmoved ones its clock. Rows that were moved or cancelled stay as
-- they are. A wall clock that does not exist (the night summer time begins) is the hour after it; what would then end before
-- it starts keeps its length.
-- Invoker: the policies decide; the job calls it as a definer.
create function private.make_sessions(p_series public.activity_series, p_days date[]) returns void
language sql set search_path = '' as $$
  insert into public.activity_sessions as s (activity_id, block_id, recurs_on, starts_at, ends_at)
  select p_series.activity_id, p_series.block_id, d, at.starts, greatest(at.ends,
    case when at.ends <= at.starts then at.starts + (p_series.ends_clock - p_series.starts_clock) end)
  from unnest(p_days) d
  cross join lateral (select (d + p_series.starts_clock) at time zone 'Europe/Oslo' as starts,
    (d + p_series.extra_days + p_series.ends_clock) at time zone 'Europe/Oslo' as ends) at
  on conflict (activity_id, recurs_on) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at
  where not s.is_moved and s.cancelled_at is null and s.ends_at > now()
    and (s.starts_at, s.ends_at) is distinct from (excluded.starts_at, excluded.ends_at)
$$;
grant execute on function private.make_sessions(public.activity_series, date[]) to authenticated;

-- Sets the rule of an activity and makes its dates to come follow it. What has begun stays; dates that were moved or
-- cancelled by hand stay; others that the rule no longer gives go.
-- p_series: the columns of activity_series, and "days": the days the rule gives from today (or its start) to made_until,
-- 1 to 800. A sign-up needs an end: it is for all dates. Invoker: the policies decide.
create function private.set_series(p_activity_id uuid, p_block_id uuid, p_series jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, p_series
    || jsonb_build_object('activity_id', p_activity_id, 'block_id', p_block_id));
  v_days date[] := array(select d::date from jsonb_array_elements_text(p_series -> 'days') d);
begin
  if cardinality(v_days) not between 1 and 800 then
    raise exception using errcode = '22023', message = 'a series gives 1 to 800 dates';
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

-- The columns of an activity that its form sets, from JSON; dates by `series` when there is one, else by `sessions`.
-- Makes a draft, all or nothing. The same id again (the form was sent twice) changes nothing.
-- Invoker: the policies decide.
create function public.create_activity(activity jsonb, sessions jsonb, series jsonb default null) returns void
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
begin
  insert into public.activities (id, block_id, kind, title, body, audience, for_whom, place_id, whereabouts, host,
    what_to_expect, food, languages, step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  values (v_new.id, v_new.block_id, v_new.kind, v_new.title, v_new.body, v_new.audience, coalesce(v_new.for_whom, '{}'),
    v_new.place_id, v_new.whereabouts, v_new.host, v_new.what_to_expect, v_new.food, v_new.languages, v_new.step_free,
    v_new.is_public, v_new.capacity, coalesce(v_new.max_party, 5), v_new.signup_opens_at, v_new.signup_closes_at,
    v_new.signoff_closes_at)
  on conflict do nothing;
  if not found then
    return;
  elsif series is null then
    perform private.set_sessions(v_new.id, v_new.block_id, sessions);
  else
    perform private.set_series(v_new.id, v_new.block_id, series);
  end if;
end
$$;
grant execute on function public.create_activity(jsonb, jsonb, jsonb) to authenticated;

-- Proposes an activity to the consultant: a resident or a partner, who becomes its host. At most 5 wait at a time.
-- Definer: writes the status and the host, which nobody may. Never a flat: nobody's home stands on a public page.
create function private.propose_activity(p_activity jsonb, p_sessions jsonb, p_series jsonb) returns public.activity_propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := (p_activity ->> 'id')::uuid;
  v_block_id uuid := (p_activity ->> 'block_id')::uuid;
begin
  if not private.has_role(v_block_id, '{resident,partner}') then
    return 'not_member';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('propose_activity' || (select auth.uid())::text, 0));
  if exists (select from public.activities a where a.id = v_id) then
    return 'already_proposed';
  elsif private.is_paused(v_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_hosts h join public.activities a on a.id = h.activity_id
    where h.person_id = (select auth.uid()) and a.status = 'proposed'
  ) >= 5 then
    return 'too_many';
  elsif exists (select from public.places p where p.id = (p_activity ->> 'place_id')::uuid and p.kind = 'flat') then
    raise exception using errcode = '42501', message = 'an activity is not in a flat';
  end if;
  perform public.create_activity(p_activity, p_sessions, p_series);
  update public.activities a set status = 'proposed' where a.id = v_id;
  insert into public.activity_hosts (activity_id, block_id, person_id) values (v_id, v_block_id, (select auth.uid()));
  return 'proposed';
end
$$;
create function public.propose_activity(activity jsonb, sessions jsonb, series jsonb default null)
returns public.activity_propose_outcome language sql set search_path = '' as $$
  select private.propose_activity(activity, sessions, series)
$$;
grant execute on function private.propose_activity(jsonb, jsonb, jsonb) to authenticated;
grant execute on function public.propose_activity(jsonb, jsonb, jsonb) to authenticated;

-- Changes an activity and its dates, unless it was changed or cancelled since `seen_version` was shown. Dates by `series`
-- when there is one, else by `sessions`; neither: they stay.
-- Invoker: the policies decide; an activity I may not change answers like one that was changed.
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

-- Shows a draft or a proposal to its readers: the consultant's yes. Needs a date that is still to come.
-- Definer: nobody may write the status column, so that what is cancelled stays cancelled.
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
  perform private.log_act(v_activity.block_id, 'publish', 'activity', p_activity_id, null);
  perform private.notify_hosts(p_activity_id, 'activity_approved');
  return 'published';
end
$$;
create function public.publish_activity(activity_id uuid) returns public.activity_publish_outcome
language sql set search_path = '' as $$ select private.publish_activity(activity_id) $$;
grant execute on function private.publish_activity(uuid) to authenticated;
grant execute on function public.publish_activity(uuid) to authenticated;

-- Says no to a proposal, with a reason that its host sees.
-- Definer: nobody may write the status column.
create function private.decline_activity(p_activity_id uuid, p_reason text) returns public.activity_decline_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status <> 'proposed' then
    return 'not_proposed';
  end if;
  update public.activities a set status = 'declined', decline_reason = btrim(p_reason) where a.id = p_activity_id;
  perform private.log_act(v_activity.block_id, 'decline', 'activity', p_activity_id, btrim(p_reason));
  perform private.notify_hosts(p_activity_id, 'activity_declined');
  return 'declined';
end
$$;
create function public.decline_activity(activity_id uuid, reason text) returns public.activity_decline_outcome
language sql set search_path = '' as $$ select private.decline_activity(activity_id, reason) $$;
grant execute on function private.decline_activity(uuid, text) to authenticated;
grant execute on function public.decline_activity(uuid, text) to authenticated;

-- Cancels a published activity, with a reason that its readers see. All sign-ups end, offers are dead, and everybody who
-- had one is told once. Final: a new try is a copy.
-- Definer: nobody may write the status column, nor other people's sign-ups.
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
    perform private.log_act(v_activity.block_id, 'cancel', 'activity', p_activity_id, btrim(p_reason));
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
create function public.cancel_activity(activity_id uuid, reason text) returns public.activity_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_activity(activity_id, reason) $$;
grant execute on function private.cancel_activity(uuid, text) to authenticated;
grant execute on function public.cancel_activity(uuid, text) to authenticated;
