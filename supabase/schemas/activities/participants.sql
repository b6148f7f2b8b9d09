-- Who sees what of the sign-ups of an activity: those who run it the whole list, somebody who waits their place in line.

-- All sign-ups of an activity with names, in order of arrival, with the last step of each and its reason; and how many
-- of each party came to p_session_id. Empty for everybody except those who run it: the host may not read the table of people.
-- Definer: reads names of people whom the host may not see otherwise.
-- API: authenticated
create function private.signup_list(p_activity_id uuid, p_session_id uuid default null)
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
