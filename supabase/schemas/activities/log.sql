-- Audit log entries of activities: the acts, the names of their subjects, and what staff do with dates. Dates are written without a
-- function that logs, often many rows at a time: one statement is one line. Attendance: activities/door.sql.

insert into private.audit_acts (act, subject, shape) values
  ('publish', 'activity', 'none'), ('decline', 'activity', 'none'), ('cancel', 'activity', 'none'), ('change', 'activity', 'none'),
  ('add', 'translation', 'none'), ('change', 'translation', 'none'), ('remove', 'translation', 'none'), ('remove', 'host', 'none'),
  ('add', 'series', 'none'), ('change', 'series', 'none'), ('remove', 'series', 'none'), ('sign_up_for', 'signup', 'none'),
  ('end_signup', 'signup', 'none'), ('send', 'message', 'none'), ('add', 'session', 'dates'), ('change', 'session', 'dates'),
  ('remove', 'session', 'dates'), ('cancel', 'session', 'dates'), ('take_up', 'session', 'dates'), ('move', 'session', 'dates'),
  ('tick', 'attendance', 'dates'), ('untick', 'attendance', 'dates');

-- Names of activities in the log (also of dates, sign-ups and the like, which go by their activity), and messages of hosts.
-- For log_names. Invoker: the policies decide.
create function private.log_names_of_activities(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select a.id, a.title, null::integer, a.id from public.activities a where a.id = any (p_ids)
  union all
  select m.id, a.title, null, a.id from public.activity_messages m join public.activities a on a.id = m.activity_id where m.id = any (p_ids)
$$;
grant execute on function private.log_names_of_activities(uuid[]) to authenticated;

-- What staff did with my sign-ups, from their history. For acts_about_me; granted to nobody.
create function private.my_signup_events()
returns table (block_id uuid, event public.about_me_event, subject public.audit_subject, subject_id uuid, actor_role public.member_role,
  acted_at timestamptz)
language sql stable set search_path = '' as $$
  select s.block_id, ('signup_' || v.status)::public.about_me_event, 'signup'::public.audit_subject, s.activity_id,
    null::public.member_role, v.created_at
  from public.signups s join public.signup_events v on v.signup_id = s.id and v.actor = 'staff'
  where s.person_id = (select auth.uid())
$$;

-- Whether the building has seen this activity: acts before that are not logged. Granted to nobody.
create function private.is_known(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.activities a where a.id = p_activity_id and a.status not in ('draft', 'proposed', 'declined'))
$$;

-- Logs one act on these dates of an activity: the first date (where it was, where it is now) and how many more. The subject is the
-- activity, because a removed date is known only by its time. Never the words of a date: they may be the reason
-- for the act. Granted to nobody.
create function private.log_dates(p_activity_id uuid, p_block_id uuid, p_act public.audit_act, p_was timestamptz[], p_is timestamptz[])
returns void
language sql set search_path = '' as $$
  select private.log_act(p_block_id, p_act, 'session', p_activity_id, jsonb_strip_nulls(jsonb_build_object(
    'at', p_was[1], 'moved_to', nullif(p_is[1], p_was[1]), 'more', nullif(cardinality(p_was) - 1, 0))))
  where private.is_known(p_activity_id) and private.acts_as_staff(p_block_id)
$$;

-- Logs what a member of staff did with dates: a line for each activity and act.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_activity_sessions__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.log_dates(d.activity_id, d.block_id, 'add', array_agg(d.starts_at order by d.starts_at), null)
    from new_rows d group by d.activity_id, d.block_id order by d.activity_id;
  elsif tg_op = 'DELETE' then
    perform private.log_dates(d.activity_id, d.block_id, 'remove', array_agg(d.starts_at order by d.starts_at), null)
    from old_rows d group by d.activity_id, d.block_id order by d.activity_id;
  else
    perform private.log_dates(d.activity_id, d.block_id, d.act, array_agg(d.was order by d.was), array_agg(d.starts_at order by d.was))
    from (
      select n.activity_id, n.block_id, n.starts_at, o.starts_at as was,
        case when o.cancelled_at is null and n.cancelled_at is not null then 'cancel'
          when o.cancelled_at is not null and n.cancelled_at is null then 'take_up'
          when (o.starts_at, o.ends_at) <> (n.starts_at, n.ends_at) then 'move'
          when o.note is distinct from n.note then 'change' end::public.audit_act as act
      from new_rows n join old_rows o on o.id = n.id
    ) d
    where d.act is not null group by d.activity_id, d.block_id, d.act order by d.activity_id, d.act;
  end if;
  return null;
end
$$;

-- `current_user`, as in moderation/log.sql: the jobs, and functions that log by themselves, run as somebody else.
create trigger log_added after insert on public.activity_sessions
  referencing new table as new_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();
create trigger log_changed after update on public.activity_sessions
  referencing old table as old_rows new table as new_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();
create trigger log_removed after delete on public.activity_sessions
  referencing old table as old_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();
