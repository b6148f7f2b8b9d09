-- At the door: who came, and how many. Both say what is so, not what changed: sent twice, or from two phones, it is the same.

-- Sets how many of a party came to a date, never more than it was for. Answers the new number; null when the date or the
-- sign-up is not one I see, or they are not of one activity.
-- Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.tick_attendance(session_id uuid, signup_id uuid, present_count integer) returns integer
language sql set search_path = '' as $$
  insert into public.attendances as c (session_id, signup_id, activity_id, block_id, present_count)
  select s.id, g.id, g.activity_id, g.block_id, greatest(0, least(coalesce(tick_attendance.present_count, 0), g.party_size))
  from public.signups g
  join public.activity_sessions s on s.id = tick_attendance.session_id and s.activity_id = g.activity_id
  where g.id = tick_attendance.signup_id
  on conflict on constraint attendances_pkey do update set present_count = excluded.present_count
  returning c.present_count
$$;
grant execute on function public.tick_attendance(uuid, uuid, integer) to authenticated;

-- Sets the heads of a date; count_heads adds to them. Answers the new number; null when there is no such date that I see.
-- Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.set_heads(session_id uuid, heads integer) returns integer
language sql set search_path = '' as $$
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, set_heads.heads
  from public.activity_sessions s where s.id = set_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = excluded.heads
  returning h.heads
$$;
grant execute on function public.set_heads(uuid, integer) to authenticated;
