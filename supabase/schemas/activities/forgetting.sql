-- What happens to sign-ups and hosting when somebody leaves: names are removed after a while, places go to the next person when somebody
-- moves out or deletes the account, and the words of a host are masked.

-- Removes the names from the sign-ups of activities whose last date ended 30 days ago (without any date: 30 days after the
-- sign-up), and the notifications of these people about it; the numbers stay. Returns how many.
-- Definer: writes sign-ups, which no role may write directly.
create function private.forget_signups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select g.id from public.signups g
    where g.forgotten_at is null and g.status <> 'offered' and coalesce(
        (select max(s.ends_at) from public.activity_sessions s where s.activity_id = g.activity_id), g.created_at
      ) < now() - (select private.keep('signup_names'))
    for update skip locked
  ), told as (
    delete from public.notifications n where n.signup_id in (select due.id from due)
  )
  update public.signups g set person_id = null, first_name = null, forgotten_at = now()
  where g.id in (select due.id from due);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
grant execute on function private.forget_signups() to service_role;

-- Ends the live sign-ups of somebody whose last membership in a building ends: their places go to the next. The trigger is defined with
-- its table, in residents/people.sql. Definer: writes sign-ups, which no role may write directly.
create function private.tg_memberships__end_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_signup record;
begin
  if exists (
    select from public.memberships m
    where m.person_id = new.person_id and m.block_id = new.block_id and m.ended_at is null and m.role = 'resident'
  ) then
    return null;
  end if;
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = new.person_id and s.block_id = new.block_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform from public.activities a where a.id = v_signup.activity_id for update;
    perform private.settle_offers(v_signup.activity_id);
    -- Asked again under the lock: meanwhile it may have ended.
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'moved_out', 'system');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  return null;
end
$$;

-- A deleted account takes its sign-ups with it. The rows they belong to are locked first, in the order used everywhere
-- (memberships, then activities by id, then sign-ups); otherwise two transactions could deadlock.
-- Definer: the account service may not see memberships and sign-ups.
create function private.tg_users__lock_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.memberships m where m.person_id = old.id for update;
  perform from public.activities a
  where a.id in (
    select s.activity_id from public.signups s where s.person_id = old.id
    union select h.activity_id from public.activity_hosts h where h.person_id = old.id
  ) order by a.id for update;
  return old;
end
$$;
create trigger lock_signups before delete on auth.users
  for each row execute function private.tg_users__lock_signups();

-- Ends the live sign-ups of an account that is deleted, gives their places to the next, and removes the person from all of them; the numbers
-- stay. The activities are locked (tg_users__lock_signups). Granted to nobody.
create function private.forget_signups_of(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_signup record;
begin
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = p_person_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform private.settle_offers(v_signup.activity_id);
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'cancelled_by_self', 'self');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  update public.signups s set person_id = null, first_name = null, forgotten_at = now()
  where s.person_id = p_person_id and s.status <> 'offered';
end
$$;

-- Hosted activities of an account that is deleted: they stay, without the free text that names the host; those that only the host and
-- the consultant have seen are deleted. The activities are locked (tg_users__lock_signups). Granted to nobody.
create function private.forget_hosting(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select h.activity_id from public.activity_hosts h where h.person_id = p_person_id);
begin
  delete from public.activities a where a.id = any (v_ids) and a.status in ('proposed', 'declined')
    and not exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id);
  update public.activities a set
    title = private.masked(a.title, p_words), body = private.masked(a.body, p_words), audience = private.masked(a.audience, p_words),
    what_to_expect = private.masked(a.what_to_expect, p_words), food = private.masked(a.food, p_words),
    whereabouts = private.masked(a.whereabouts, p_words), hidden_reason = private.masked(a.hidden_reason, p_words),
    host = case when exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id)
      then private.masked(a.host, p_words) end
  where a.id = any (v_ids);
  update public.activities a set
    cancel_reason = private.masked(a.cancel_reason, p_words), languages = private.masked(a.languages, p_words)
  where a.id = any (v_ids) and num_nonnulls(a.cancel_reason, a.languages) > 0;
  update public.activity_sessions s set note = private.masked(s.note, p_words) where s.activity_id = any (v_ids) and s.note is not null;
  update public.activity_translations x set title = private.masked(x.title, p_words), body = private.masked(x.body, p_words)
  where x.activity_id = any (v_ids);
  update public.activity_messages m set body = private.masked(m.body, p_words), hidden_reason = private.masked(m.hidden_reason, p_words)
  where m.activity_id = any (v_ids);
end
$$;

-- Handles sign-ups and hosting of an account that is deleted (residents/deletion.sql). Granted to nobody.
create function private.forget_in_activities(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.forget_signups_of(p_person_id);
  perform private.forget_hosting(p_person_id, p_words);
end
$$;

-- The ids of the activities this person hosts, and of their messages to those who signed up. Granted to nobody.
create function private.things_in_activities(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.activity_id from public.activity_hosts a where a.person_id = p_person_id
  union all select a.message_id from public.activity_message_authors a where a.person_id = p_person_id
$$;
