-- Single dates of an activity: moved, cancelled, taken up again, alone or with all that follow. Those who run the activity
-- may (the policies decide); what is over is history and stays.

-- Why this date can not be changed any more; null when it can. An unknown one, or one that I can not see, is not found.
-- Invoker: the policies decide.
create function private.why_not_change(p_session_id uuid) returns public.session_change_outcome
language sql stable set search_path = '' as $$
  select case
    when s.id is null or not private.manages(s.activity_id, s.block_id) then 'not_found'
    when a.status in ('cancelled', 'declined') then 'activity_cancelled'
    when s.ends_at <= now() then 'past'
  end::public.session_change_outcome
  from (select p_session_id as id) asked
  left join public.activity_sessions s on s.id = asked.id
  left join public.activities a on a.id = s.activity_id
$$;
grant execute on function private.why_not_change(uuid) to authenticated;

-- Moves one date. A new time in the past is refused as past. Raises 23514 when it ends before it starts.
-- Invoker: the policies decide.
create function public.move_session(session_id uuid, starts_at timestamptz, ends_at timestamptz, note text default null)
returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  elsif move_session.ends_at <= now() then
    return 'past';
  end if;
  update public.activity_sessions s set
    starts_at = move_session.starts_at, ends_at = move_session.ends_at, note = nullif(btrim(move_session.note), ''),
    is_moved = true, cancelled_at = null
  where s.id = session_id;
  return 'moved';
end
$$;
grant execute on function public.move_session(uuid, timestamptz, timestamptz, text) to authenticated;

-- Cancels one date; the others stay. Invoker: the policies decide.
create function public.cancel_session(session_id uuid, note text default null) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  end if;
  update public.activity_sessions s set cancelled_at = coalesce(s.cancelled_at, now()), note = nullif(btrim(cancel_session.note), '')
  where s.id = session_id;
  return 'cancelled';
end
$$;
grant execute on function public.cancel_session(uuid, text) to authenticated;

-- Takes a cancelled date up again. Invoker: the policies decide.
create function public.restore_session(session_id uuid) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  end if;
  update public.activity_sessions s set cancelled_at = null, note = null where s.id = session_id;
  return 'restored';
end
$$;
grant execute on function public.restore_session(uuid) to authenticated;

-- Cancels a date and all that follow, and ends the series the day before. Invoker: the policies decide.
create function public.cancel_following(session_id uuid, note text default null) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
  v_from public.activity_sessions;
begin
  if v_no is not null then
    return v_no;
  end if;
  select * into v_from from public.activity_sessions s where s.id = session_id;
  update public.activity_sessions s set cancelled_at = now(), note = nullif(btrim(cancel_following.note), '')
  where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at and s.cancelled_at is null;
  update public.activity_series r set
    rrule = regexp_replace(r.rrule, ';(UNTIL|COUNT)=[^;]*', '', 'g') || ';UNTIL=' || to_char(v_from.recurs_on - 1, 'YYYYMMDD')
  where r.activity_id = v_from.activity_id and v_from.recurs_on is not null;
  return 'cancelled';
end
$$;
grant execute on function public.cancel_following(uuid, text) to authenticated;

-- Moves a date and all that follow by as many days, to this clock and length. Dates that were moved by hand keep their
-- time, but are known by their new day; cancelled ones stay cancelled. `series`: the new rule (the columns rrule, starts_on,
-- starts_clock, ends_clock, extra_days) for what is made later; null when the activity has none.
-- Invoker: the policies decide.
create function public.move_following(session_id uuid, starts_at timestamptz, ends_at timestamptz, series jsonb default null, note text default null)
returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
  v_from public.activity_sessions;
  v_new timestamp := move_following.starts_at at time zone 'Europe/Oslo';
  v_length interval := (move_following.ends_at at time zone 'Europe/Oslo') - v_new;
  v_days integer;
begin
  if v_no is not null then
    return v_no;
  elsif move_following.ends_at <= now() then
    return 'past';
  end if;
  select * into v_from from public.activity_sessions s where s.id = session_id;
  v_days := v_new::date - (v_from.starts_at at time zone 'Europe/Oslo')::date;
  -- Two steps: the days of a series are unique, and must not meet on the way.
  update public.activity_sessions s set recurs_on = s.recurs_on - 100000
  where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at and s.recurs_on is not null;
  update public.activity_sessions s set
    recurs_on = s.recurs_on + 100000 + v_days,
    note = case when s.id = v_from.id then nullif(btrim(move_following.note), '') else s.note end,
    is_moved = s.is_moved and s.id <> v_from.id,
    cancelled_at = case when s.id <> v_from.id then s.cancelled_at end,
    starts_at = case when s.is_moved and s.id <> v_from.id then s.starts_at
      else ((s.starts_at at time zone 'Europe/Oslo')::date + v_days + v_new::time) at time zone 'Europe/Oslo' end,
    ends_at = case when s.is_moved and s.id <> v_from.id then s.ends_at
      else ((s.starts_at at time zone 'Europe/Oslo')::date + v_days + v_new::time + v_length) at time zone 'Europe/Oslo' end
  where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at;
  update public.activity_series r set
    rrule = n.rrule, starts_on = n.starts_on, starts_clock = n.starts_clock, ends_clock = n.ends_clock, extra_days = n.extra_days
  from jsonb_populate_record(null::public.activity_series, series) n
  where r.activity_id = v_from.activity_id and series is not null;
  return 'moved';
end
$$;
grant execute on function public.move_following(uuid, timestamptz, timestamptz, jsonb, text) to authenticated;

-- Dates were made, moved or taken up again: when all that were left had begun or were cancelled, places came free that nobody
-- was called into; now somebody is. An activity that is held by somebody else is skipped: they fill it.
-- Definer: writes other people's sign-ups.
create function private.tg_activity_sessions__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id uuid;
begin
  for v_activity_id in
    select a.id from public.activities a
    where a.id in (select s.activity_id from new_rows s) and a.status = 'published' and a.waitlisted_count > 0
      and a.capacity > a.signed_up_count + a.offered_count
    order by a.id for update skip locked
  loop
    perform private.settle_offers(v_activity_id);
    perform private.fill_places(v_activity_id, 'place_freed');
  end loop;
  return null;
end
$$;
create trigger fill_places_added after insert on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();
create trigger fill_places_changed after update on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();
