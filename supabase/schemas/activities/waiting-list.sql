-- The waiting list of an activity: who gets a free place (the rules: private.fill_places), offers and how long they hold,
-- and the counts of people.

-- How long an offered place is held; a place that becomes free earlier than that before the start is given at once.
insert into private.periods (what, lasts) values ('offer', '3 hours'), ('given_at_once', '24 hours');

-- Until when an offer made at p_now is held: an end in the quiet hours (messages/settings.sql) is moved to the morning, but never past
-- the start. For the definer functions; granted to nobody.
create function private.offer_end(p_now timestamptz, p_starts_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select least(p_starts_at,
    private.after_quiet(p_now + private.period('offer'), private.number('quiet_from'), private.number('quiet_to')))
$$;

-- Sets the state of a sign-up and records why. The only function that does. The caller holds the activity's lock.
-- For the definer functions; granted to nobody.
create function private.set_signup(
  p_signup_id uuid, p_status public.signup_status, p_reason public.signup_reason, p_actor public.signup_actor,
  p_offer_expires_at timestamptz default null
) returns void
language plpgsql set search_path = '' as $$
begin
  update public.signups s set
    status = p_status,
    signed_up_at = case when p_status = 'signed_up' then now() else s.signed_up_at end,
    offer_expires_at = p_offer_expires_at,
    ended_at = case when p_status in ('cancelled', 'declined', 'lapsed') then now() end
  where s.id = p_signup_id and s.status <> p_status;
  insert into public.signup_events (signup_id, activity_id, block_id, status, reason, actor)
  select s.id, s.activity_id, s.block_id, p_status, p_reason, p_actor from public.signups s where s.id = p_signup_id;
  if p_status in ('cancelled', 'declined', 'lapsed') then
    perform private.drop_reminders(p_signup_id);
  end if;
end
$$;

-- Records that a waiting party was passed over, once until its next step. Granted to nobody.
create function private.pass_over(p_signup_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if (select e.reason from public.signup_events e where e.signup_id = p_signup_id order by e.id desc limit 1)
    is distinct from 'does_not_fit'
  then
    perform private.set_signup(p_signup_id, 'waitlisted', 'does_not_fit', 'system');
  end if;
end
$$;

-- Gives free places to those who have waited longest. The only function that lets anybody in. The rules:
-- a party gets in as a whole or not at all, and is passed over only when it does not fit; people waiting come before newcomers;
-- a freed place is given at once when the start is far enough away, and offered for a limited time otherwise; added places
-- are given at once; a lower limit removes nobody; who gives up, declines or does not answer an offer has lost the place.
-- The caller holds the lock of the activity row. p_newcomer: the sign-up just made by p_actor; the person asks for it now, so it
-- is never an offer. There may be fewer places than sign-ups (the limit was lowered): then nobody gets in and nobody is removed.
-- For the definer functions and triggers; granted to nobody.
create function private.fill_places(
  p_activity_id uuid, p_reason public.signup_reason, p_newcomer uuid default null, p_actor public.signup_actor default 'system'
) returns void
language plpgsql set search_path = '' as $$
declare
  v_activity public.activities;
  v_free integer;
  v_start timestamptz := private.next_start(p_activity_id);
  v_waiting record;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if v_activity.status is distinct from 'published' or v_activity.waitlisted_count = 0 then
    return;
  end if;
  v_free := coalesce(v_activity.capacity - v_activity.signed_up_count - v_activity.offered_count, v_activity.waitlisted_count);
  for v_waiting in
    select s.id, s.party_size from public.signups s
    where s.activity_id = p_activity_id and s.status = 'waitlisted'
    order by s.queue_number
  loop
    exit when v_free <= 0;
    if v_waiting.party_size > v_free then
      if v_waiting.id is distinct from p_newcomer then
        perform private.pass_over(v_waiting.id);
      end if;
      continue;
    end if;
    if v_waiting.id = p_newcomer then
      perform private.set_signup(v_waiting.id, 'signed_up', 'free_place', p_actor);
    elsif v_start is null then
      -- The last date has begun: nobody is called in any more.
      continue;
    elsif p_reason = 'more_places' or v_start > now() + private.period('given_at_once') then
      perform private.set_signup(v_waiting.id, 'signed_up', p_reason, 'system');
      perform private.notify_signup(v_waiting.id, 'place_won');
    else
      perform private.set_signup(v_waiting.id, 'offered', p_reason, 'system', private.offer_end(now(), v_start));
      perform private.notify_signup(v_waiting.id, 'place_offered');
    end if;
    v_free := v_free - v_waiting.party_size;
  end loop;
end
$$;

-- Ends expired offers (all of them when the last date was moved forward and has begun), and gives their places to the
-- next. The caller holds the activity's lock. For the definer functions; granted to nobody.
create function private.settle_offers(p_activity_id uuid, p_reason public.signup_reason default 'place_freed') returns void
language plpgsql set search_path = '' as $$
declare
  v_lapsed uuid;
  v_start timestamptz := private.next_start(p_activity_id);
  v_any boolean := false;
begin
  for v_lapsed in
    select s.id from public.signups s
    where s.activity_id = p_activity_id and s.status = 'offered' and (s.offer_expires_at <= now() or v_start is null)
    order by s.queue_number
  loop
    perform private.set_signup(v_lapsed, 'lapsed', 'offer_lapsed', 'system');
    v_any := true;
  end loop;
  if v_any then
    perform private.fill_places(p_activity_id, p_reason);
  end if;
end
$$;

-- Keeps the counts of an activity: people, not rows. A sign-up that disappears with its account frees its place.
-- Definer: writes counts and other people's sign-ups, which no role may write directly.
create function private.tg_signups__count() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new integer := case when tg_op = 'DELETE' then 0 else new.party_size end;
  v_old integer := case when tg_op = 'INSERT' then 0 else old.party_size end;
  v_live constant public.signup_status[] := '{signed_up,offered,waitlisted}';
begin
  -- History that goes with an account changes no count, and is no change of the activity.
  if (old.status = any (v_live)) is not true and (new.status = any (v_live)) is not true then
    return null;
  end if;
  update public.activities a set
    signed_up_count = a.signed_up_count + case when new.status = 'signed_up' then v_new else 0 end
      - case when old.status = 'signed_up' then v_old else 0 end,
    offered_count = a.offered_count + case when new.status = 'offered' then v_new else 0 end
      - case when old.status = 'offered' then v_old else 0 end,
    waitlisted_count = a.waitlisted_count + case when new.status = 'waitlisted' then v_new else 0 end
      - case when old.status = 'waitlisted' then v_old else 0 end
  where a.id = coalesce(new.activity_id, old.activity_id);
  if tg_op = 'DELETE' and old.status in ('signed_up', 'offered') then
    perform private.fill_places(old.activity_id, 'place_freed');
  end if;
  return null;
end
$$;
create trigger count after insert or update of status or delete on public.signups
  for each row execute function private.tg_signups__count();

-- More places, or no limit any more: people on the waiting list get in at once. Definer: writes other people's sign-ups.
create function private.tg_activities__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_offers(new.id, 'more_places');
  perform private.fill_places(new.id, 'more_places');
  return null;
end
$$;
create trigger fill_places after update of capacity on public.activities for each row
  when (new.capacity is null and old.capacity is not null or new.capacity > old.capacity)
  execute function private.tg_activities__fill_places();

-- Puts somebody into the queue and fills free places. Returns whether they got in. The caller holds the lock and has checked the rest.
-- For the definer functions; granted to nobody.
create function private.add_signup(
  p_activity public.activities, p_id uuid, p_person_id uuid, p_first_name text, p_party_size integer, p_actor public.signup_actor
) returns public.signup_outcome
language plpgsql set search_path = '' as $$
declare
  v_free integer := p_activity.capacity - p_activity.signed_up_count - p_activity.offered_count;
  v_status public.signup_status;
begin
  insert into public.signups (id, activity_id, block_id, person_id, first_name, party_size)
  values (p_id, p_activity.id, p_activity.block_id, p_person_id, p_first_name, p_party_size);
  perform private.fill_places(p_activity.id, 'place_freed', p_id, p_actor);
  select s.status into v_status from public.signups s where s.id = p_id;
  if v_status = 'waitlisted' then
    perform private.set_signup(p_id, 'waitlisted', case when v_free <= 0 then 'full' else 'does_not_fit' end::public.signup_reason, p_actor);
  end if;
  return v_status::text::public.signup_outcome;
end
$$;

create type public.offer_outcome as enum ('accepted', 'declined', 'lapsed', 'not_offered');

-- Accepts the place that I am offered. Somebody who answers too late loses it and is told so. Declining is cancel_signup.
-- Definer: must lock the activity and write the sign-up of the person who gets a lapsed place.
-- API: authenticated
create function private.accept_offer(p_activity_id uuid) returns public.offer_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
begin
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_signup from public.signups s
  where s.activity_id = p_activity_id and s.person_id = (select auth.uid())
  order by s.queue_number desc limit 1;
  if v_signup.status = 'offered' then
    perform private.set_signup(v_signup.id, 'signed_up', 'offer_accepted', 'self');
    return 'accepted';
  end if;
  return case v_signup.status when 'signed_up' then 'accepted' when 'lapsed' then 'lapsed' else 'not_offered' end::public.offer_outcome;
end
$$;
