-- What staff do with the dates of an activity, as entries of the log (moderation/log.sql). Dates are written past any function
-- that logs, often many rows at a time: one statement is one line. The door has its own, in activities/door.sql.

-- Whether the building has seen this activity: before that nothing about it is an act. Granted to nobody.
create function private.is_known(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.activities a where a.id = p_activity_id and a.status not in ('draft', 'proposed', 'declined'))
$$;

-- A moment in the `reason` of a line; whoever shows it puts it into words. Granted to nobody.
create function private.logged_moment(p_at timestamptz) returns text
language sql immutable set search_path = '' as $$ select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') $$;

-- Logs one act on these dates of an activity: the first of them (where it was, where it is now) and how many more. The subject is the
-- activity, because a date that was removed is known by nothing but its time. Never the words that stand with a date: they may be what
-- had to go. Granted to nobody.
create function private.log_dates(p_activity_id uuid, p_block_id uuid, p_act text, p_was timestamptz[], p_is timestamptz[]) returns void
language sql set search_path = '' as $$
  select private.log_act(p_block_id, p_act, 'session', p_activity_id, concat_ws(' ',
    private.logged_moment(p_was[1]),
    case when p_is[1] <> p_was[1] then private.logged_moment(p_is[1]) end,
    case when cardinality(p_was) > 1 then '+' || cardinality(p_was) - 1 end))
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
          when o.note is distinct from n.note then 'change' end as act
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
