-- What those who run an activity see and say: the list of sign-ups with the reasons, and a message to all; and what somebody
-- who waits sees of the line.

-- All sign-ups of an activity with names, in order of arrival, and the last thing that happened to each and why; how many
-- of each came to p_session_id. Empty for everybody but those who run it: the host may not read the table of people.
-- Definer: reads names of people whom the host may not see otherwise.
create function private.signup_list(p_activity_id uuid, p_session_id uuid)
returns table (
  id uuid, name text, has_account boolean, party_size integer, status public.signup_status, created_at timestamptz,
  signed_up_at timestamptz, offer_expires_at timestamptz, ended_at timestamptz, reason public.signup_reason,
  actor public.signup_actor, present_count integer
)
language sql stable security definer set search_path = '' as $$
  select s.id, coalesce(p.display_name, s.first_name), s.person_id is not null, s.party_size, s.status, s.created_at,
    s.signed_up_at, s.offer_expires_at, s.ended_at, e.reason, e.actor, c.present_count
  from public.activities a
  join public.signups s on s.activity_id = a.id
  left join public.people p on p.id = s.person_id
  left join public.attendances c on c.signup_id = s.id and c.session_id = p_session_id
  left join lateral (
    select e.reason, e.actor from public.signup_events e where e.signup_id = s.id order by e.id desc limit 1
  ) e on true
  where a.id = p_activity_id and private.manages(a.id, a.block_id)
  order by s.queue_number
  limit 1000
$$;
create function public.signup_list(activity_id uuid, session_id uuid default null)
returns table (
  id uuid, name text, has_account boolean, party_size integer, status public.signup_status, created_at timestamptz,
  signed_up_at timestamptz, offer_expires_at timestamptz, ended_at timestamptz, reason public.signup_reason,
  actor public.signup_actor, present_count integer
)
language sql stable set search_path = '' as $$ select * from private.signup_list(activity_id, session_id) $$;
grant execute on function private.signup_list(uuid, uuid) to authenticated;
grant execute on function public.signup_list(uuid, uuid) to authenticated;

create type public.activity_message_outcome as enum ('sent', 'already_sent', 'nobody', 'too_many', 'paused', 'not_found');

-- Sends a message to everybody with a live sign-up: one notification each. At most 10 a day per activity.
-- p_id: the form sent twice is one message. Of the consultant it is logged. Definer: writes notifications of people the caller may not see.
create function private.send_activity_message(p_activity_id uuid, p_id uuid, p_body text) returns public.activity_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif exists (select from public.activity_messages m where m.id = p_id) then
    return 'already_sent';
  elsif private.is_paused(v_activity.block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_messages m where m.activity_id = p_activity_id and m.created_at > now() - interval '1 day'
  ) >= 10 then
    return 'too_many';
  elsif not exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id is not null and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'nobody';
  end if;
  insert into public.activity_messages (id, activity_id, block_id, body, is_from_staff)
  values (p_id, p_activity_id, v_activity.block_id, btrim(p_body), private.has_role(v_activity.block_id, '{consultant}'));
  insert into public.activity_message_authors (message_id, person_id)
  select p_id, (select auth.uid()) where not private.has_role(v_activity.block_id, '{consultant}');
  perform private.log_act(v_activity.block_id, 'send', 'message', p_id, null) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_id);
  end loop;
  return 'sent';
end
$$;
create function public.send_activity_message(activity_id uuid, message_id uuid, body text) returns public.activity_message_outcome
language sql set search_path = '' as $$ select private.send_activity_message(activity_id, message_id, body) $$;
grant execute on function private.send_activity_message(uuid, uuid, text) to authenticated;
grant execute on function public.send_activity_message(uuid, uuid, text) to authenticated;
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
