-- Single dates of an activity: moved, cancelled or restored, alone or with all that follow. Allowed for those who run the activity
-- (the policies decide); past dates never change.

create type public.session_change_outcome as enum ('moved', 'cancelled', 'restored', 'past', 'taken', 'changed_meanwhile',
  'activity_cancelled', 'not_found');

-- Why this date cannot be changed any more; null when it can. A date that does not exist or that I cannot see is "not found".
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

-- Marks the activity of a date as changed: a form opened before it cannot set the old dates again. Locks it, so that
-- changes of one activity come one after the other. Invoker: the policies decide.
create function private.touch_activity(p_session_id uuid) returns void
language sql set search_path = '' as $$
  update public.activities a set title = a.title
  from public.activity_sessions s where s.id = p_session_id and a.id = s.activity_id
$$;
grant execute on function private.touch_activity(uuid) to authenticated;

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
  perform private.touch_activity(session_id);
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
  perform private.touch_activity(session_id);
  update public.activity_sessions s set cancelled_at = coalesce(s.cancelled_at, now()), note = nullif(btrim(cancel_session.note), '')
  where s.id = session_id;
  return 'cancelled';
end
$$;
grant execute on function public.cancel_session(uuid, text) to authenticated;

-- Restores a cancelled date. Invoker: the policies decide.
create function public.restore_session(session_id uuid) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  end if;
  perform private.touch_activity(session_id);
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
  perform private.touch_activity(session_id);
  select * into v_from from public.activity_sessions s where s.id = session_id;
  update public.activity_sessions s set cancelled_at = now(), note = nullif(btrim(cancel_following.note), '')
  where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at and s.cancelled_at is null;
  update public.activity_series r set
    rrule = regexp_replace(r.rrule, ';(UNTIL|COUNT)=[^;]*', '', 'g') || ';UNTIL=' || to_char(least(
      to_date(substring(r.rrule from 'UNTIL=([0-9]{8})'), 'YYYYMMDD'),
      coalesce(v_from.recurs_on, (v_from.starts_at at time zone 'Europe/Oslo')::date) - 1), 'YYYYMMDD')
  where r.activity_id = v_from.activity_id;
  return 'cancelled';
end
$$;
grant execute on function public.cancel_following(uuid, text) to authenticated;

-- Moves a date and all that follow. Without a series: by as many days, to the same time of day and length. With one, `series` says what
-- follows: the new rule (the columns rrule, starts_on, starts_clock, ends_clock, extra_days), the rule it was made from and how far
-- that rule had made dates (seen_rrule, seen_until), and the new day of each date ("moves": {"2026-11-23": "2026-11-24", …}, keyed by the
-- day of the old rule). Dates moved by hand keep their time, but belong to their new day; cancelled dates stay cancelled. Refused when the
-- rule was changed in the meantime, and when a new day already has a date that stays. A date that would end before it starts, in the
-- night when summer time begins, lasts a minute. Invoker: the policies decide.
create function public.move_following(session_id uuid, starts_at timestamptz, ends_at timestamptz, series jsonb default null, note text default null)
returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
  v_from public.activity_sessions;
  v_new timestamp := move_following.starts_at at time zone 'Europe/Oslo';
  v_length interval := (move_following.ends_at at time zone 'Europe/Oslo') - v_new;
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, series);
  v_rrule text;
  v_made_until date;
  v_ids uuid[];
  v_days date[];
begin
  if v_no is not null then
    return v_no;
  elsif move_following.ends_at <= now() then
    return 'past';
  end if;
  perform private.touch_activity(session_id);
  select * into v_from from public.activity_sessions s where s.id = session_id;
  select r.rrule, r.made_until into v_rrule, v_made_until from public.activity_series r
  where r.activity_id = v_from.activity_id for update;
  if (v_rrule, v_made_until) is distinct from (series ->> 'seen_rrule', (series ->> 'seen_until')::date) then
    return 'changed_meanwhile';
  elsif v_rrule is null then
    select array_agg(s.id), array_agg((s.starts_at at time zone 'Europe/Oslo')::date
      + (v_new::date - (v_from.starts_at at time zone 'Europe/Oslo')::date)) into v_ids, v_days
    from public.activity_sessions s where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at;
  else
    select array_agg(s.id), array_agg(m.value::date) into v_ids, v_days
    from public.activity_sessions s join jsonb_each_text(series -> 'moves') m on m.key = s.recurs_on::text
    where s.activity_id = v_from.activity_id;
    if v_from.id <> all (coalesce(v_ids, '{}')) then
      return 'changed_meanwhile';
    elsif exists (
      select from public.activity_sessions s where s.activity_id = v_from.activity_id and s.id <> all (v_ids)
        and s.recurs_on = any (v_days) and not s.is_moved and s.cancelled_at is null
    ) then
      return 'taken';
    end if;
    -- The days of a series are unique, and must not meet on the way.
    update public.activity_sessions s set recurs_on = null
    where s.activity_id = v_from.activity_id and (s.id = any (v_ids) or s.recurs_on = any (v_days));
    update public.activity_series r set
      rrule = v_series.rrule, starts_on = v_series.starts_on, starts_clock = v_series.starts_clock, ends_clock = v_series.ends_clock,
      extra_days = v_series.extra_days, made_until = (select max(d) from unnest(v_days) d)
    where r.activity_id = v_from.activity_id;
  end if;
  update public.activity_sessions s set
    recurs_on = case when v_rrule is not null then n.day end,
    note = case when s.id = v_from.id then nullif(btrim(move_following.note), '') else s.note end,
    is_moved = s.is_moved and s.id <> v_from.id,
    cancelled_at = case when s.id <> v_from.id then s.cancelled_at end,
    starts_at = case when s.is_moved and s.id <> v_from.id then s.starts_at
      else (n.day + v_new::time) at time zone 'Europe/Oslo' end,
    ends_at = case when s.is_moved and s.id <> v_from.id then s.ends_at
      else greatest((n.day + v_new::time + v_length) at time zone 'Europe/Oslo',
        (n.day + v_new::time) at time zone 'Europe/Oslo' + interval '1 minute') end
  from unnest(v_ids, v_days) as n (id, day)
  where s.id = n.id;
  return 'moved';
end
$$;
grant execute on function public.move_following(uuid, timestamptz, timestamptz, jsonb, text) to authenticated;
