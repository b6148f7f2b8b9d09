-- Signing up for an activity and giving the place up, for oneself or for somebody else. Who gets in: activities/waiting-list.sql.
-- Every function that gives or frees a place locks the activity row FIRST, so that they run one at a time per activity,
-- and then ends expired offers.

create type public.signup_outcome as enum (
  'signed_up', 'waitlisted', 'already_signed_up', 'not_open_yet', 'closed', 'cancelled', 'past', 'not_member',
  'no_signup_needed', 'party_too_big', 'not_found'
);

-- Signs me up with my party, or puts us last on the waiting list. Only residents, only in their own building.
-- An activity that I may not see gives the same result as one that does not exist.
-- Locks the membership before the activity, so that moving out at the same time either waits or is noticed.
-- Definer: must lock the activity and count sign-ups that the caller may not see.
-- API: authenticated
create function private.sign_up(p_activity_id uuid, p_party_size integer default 1) returns public.signup_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  perform from public.memberships m where m.person_id = (select auth.uid()) and m.role = 'resident' and m.ended_at is null for share;
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if not found or v_activity.status not in ('published', 'cancelled') or v_activity.hidden_at is not null then
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
    where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'already_signed_up';
  elsif v_activity.signup_opens_at > now() then
    return 'not_open_yet';
  elsif v_activity.signup_closes_at <= now() or private.next_start(p_activity_id) is null then
    return 'closed';
  elsif coalesce(p_party_size, 0) not between 1 and least(v_activity.max_party, v_activity.capacity) then
    return 'party_too_big';
  end if;
  return private.add_signup(v_activity, gen_random_uuid(), (select auth.uid()), null, p_party_size, 'self');
end
$$;

-- Signs up somebody else: a resident by account (only the consultant knows those), or anybody by first name. Also when
-- sign-up is closed, but in the same queue. p_signup_id: the form sent twice is one sign-up. Logged for the consultant, without the name.
-- Definer: must lock the activity and count; looks at the memberships of the building.
-- API: authenticated
create function private.sign_up_for(
  p_activity_id uuid, p_signup_id uuid, p_person_id uuid default null, p_first_name text default null, p_party_size integer default 1
)
returns public.signup_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  perform from public.memberships m where m.person_id = p_person_id and m.role = 'resident' and m.ended_at is null for share;
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if not found or not private.manages(v_activity.id, v_activity.block_id) or num_nonnulls(p_person_id, p_first_name) <> 1
    or p_person_id is not null and not (
      private.has_role(v_activity.block_id, '{consultant}') and exists (
        select from public.memberships m where m.person_id = p_person_id and m.block_id = v_activity.block_id
          and m.role = 'resident' and m.ended_at is null
      )
    )
  then
    return 'not_found';
  elsif v_activity.status <> 'published' then
    return case when v_activity.status = 'cancelled' then 'cancelled' else 'not_found' end::public.signup_outcome;
  elsif exists (
    select from public.signups s where s.id = p_signup_id or (
      s.activity_id = p_activity_id and s.person_id = p_person_id and s.status in ('signed_up', 'offered', 'waitlisted'))
  ) then
    return 'already_signed_up';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_activity.capacity is null then
    return 'no_signup_needed';
  elsif coalesce(p_party_size, 0) not between 1 and least(20, v_activity.capacity) then
    return 'party_too_big';
  end if;
  perform private.log_act(v_activity.block_id, 'sign_up_for', 'signup', p_activity_id)
  where private.has_role(v_activity.block_id, '{consultant}');
  return private.add_signup(v_activity, p_signup_id, p_person_id, btrim(p_first_name), p_party_size, 'staff');
end
$$;

create type public.signup_cancel_outcome as enum ('cancelled', 'not_signed_up', 'too_late', 'past', 'not_found');

-- Gives up my place, declines my offer, or leaves the waiting list; a freed place goes to the next in the same transaction.
-- A place can be given up until signoff_closes_at; the waiting list can always be left.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
-- API: authenticated
create function private.cancel_signup(p_activity_id uuid) returns public.signup_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
  v_closes timestamptz;
begin
  select a.signoff_closes_at into v_closes from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_signup from public.signups s
  where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status in ('signed_up', 'offered', 'waitlisted');
  if not found then
    return 'not_signed_up';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_signup.status = 'signed_up' and v_closes <= now() then
    return 'too_late';
  end if;
  if v_signup.status = 'offered' then
    perform private.set_signup(v_signup.id, 'declined', 'offer_declined', 'self');
  else
    perform private.set_signup(v_signup.id, 'cancelled', 'cancelled_by_self', 'self');
  end if;
  perform private.fill_places(p_activity_id, 'place_freed');
  return 'cancelled';
end
$$;

-- Ends a sign-up on behalf of the person, also after the deadline. Logged like sign_up_for.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
-- API: authenticated
create function private.end_signup(p_signup_id uuid) returns public.signup_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
begin
  select * into v_signup from public.signups s where s.id = p_signup_id;
  if not found or not private.manages(v_signup.activity_id, v_signup.block_id) then
    return 'not_found';
  end if;
  perform from public.activities a where a.id = v_signup.activity_id for update;
  perform private.settle_offers(v_signup.activity_id);
  select * into v_signup from public.signups s where s.id = p_signup_id;
  if not found or v_signup.status not in ('signed_up', 'offered', 'waitlisted') then
    return 'not_signed_up';
  elsif private.is_over(v_signup.activity_id) then
    return 'past';
  end if;
  perform private.set_signup(p_signup_id, 'cancelled', 'cancelled_by_staff', 'staff');
  perform private.log_act(v_signup.block_id, 'end_signup', 'signup', v_signup.activity_id)
  where private.has_role(v_signup.block_id, '{consultant}');
  perform private.fill_places(v_signup.activity_id, 'place_freed');
  return 'cancelled';
end
$$;
