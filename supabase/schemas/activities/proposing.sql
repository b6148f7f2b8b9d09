-- Creating and proposing an activity: a draft by the consultant, or the proposal of a resident or a partner and declining it.
-- Accepting it is publish_activity, in activities/publishing.sql.

-- How many proposed activities of one person may wait at a time.
insert into private.numbers (what, value) values ('activities_waiting', 5);

-- Creates a draft, all or nothing: the columns that its form sets, from JSON; dates by `series` when there is one, else by
-- `sessions`. The same id again (the form was sent twice) changes nothing.
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

create type public.activity_propose_outcome as enum ('proposed', 'already_proposed', 'too_many', 'paused', 'not_member');

-- Proposes an activity to the consultant: a resident or a partner, who becomes its host. At most 5 wait at a time.
-- Definer: writes the status and the host, which no role may write directly. Never a flat: nobody's home stands on a public page.
-- API: authenticated
create function private.propose_activity(
  p_activity jsonb, p_sessions jsonb, p_series jsonb default null
) returns public.activity_propose_outcome
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
  ) >= private.number('activities_waiting') then
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

create type public.activity_decline_outcome as enum ('declined', 'not_proposed', 'not_found');

-- Declines a proposal, with a reason that its host sees.
-- Definer: nobody may write the status column.
-- API: authenticated
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
  perform private.log_act(v_activity.block_id, 'decline', 'activity', p_activity_id, p_reason => btrim(p_reason));
  perform private.notify_hosts(p_activity_id, 'activity_declined');
  return 'declined';
end
$$;
