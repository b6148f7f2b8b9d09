-- How a vote ends: by the clock, later than planned (once), or stopped. Closing takes the order of voting away.

create type public.extend_outcome as enum (
  'extended', 'already_extended', 'reason_missing', 'too_early', 'too_late', 'not_open', 'not_allowed'
);
create type public.stop_outcome as enum ('stopped', 'reason_missing', 'not_open', 'not_allowed');

-- Writes all ballots of a vote, and those from the box (`p_paper`), in random order and with new ids into a fresh table, and drops the old
-- one: row order, transaction numbers and dead rows go with it. Granted to nobody.
create function private.shuffle_ballots(p_poll_id uuid, p_paper jsonb default '[]') returns void
language plpgsql set search_path = '' as $$
declare
  v_old constant text := private.ballots_of(p_poll_id);
  v_fresh constant text := v_old || '_fresh';
begin
  perform private.make_ballots(v_fresh);
  execute format(
    'insert into private.%I (choices, receipt_hash)
     select b.choices, b.receipt_hash from (
       select choices, receipt_hash from private.%I
       union all
       select array(select c::uuid from jsonb_array_elements_text(p) c order by 1), extensions.gen_random_bytes(32) from jsonb_array_elements($1) p
     ) b
     order by gen_random_uuid()', v_fresh, v_old) using p_paper;
  execute format('drop table private.%I', v_old);
  execute format('alter table private.%I rename to %I', v_fresh, v_old);
end
$$;

-- Closes one vote whose time has passed, after the votes on their way, so that no count changes afterwards. Without paper votes the result
-- exists at once. Answers false when there is nothing to close. Granted to nobody.
create function private.settle_poll(p_poll_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from public.polls p where p.id = p_poll_id and p.status = 'open' and p.closes_at <= clock_timestamp() for update;
  if not found then
    return false;
  end if;
  perform private.shuffle_ballots(p_poll_id);
  perform private.start_follow_up(p_poll_id);
  update public.polls p set status = 'closed', closed_at = p.closes_at, counted_at = case
    when not exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper') then p.closes_at end
  where p.id = p_poll_id;
  return true;
end
$$;

-- Closes these votes if their time has passed. One that somebody holds for long (a backup that reads it) is left for the next who asks:
-- nobody waits more than a second for it. Answers how many. Granted to nobody.
create function private.settle_polls(p_poll_ids uuid[]) returns integer
language plpgsql set search_path = '' set lock_timeout = '1s' as $$
declare
  v_poll_id uuid;
  v_count integer := 0;
begin
  for v_poll_id in
    select p.id from public.polls p where p.id = any (p_poll_ids) and p.status = 'open' and p.closes_at <= clock_timestamp() order by p.id
  loop
    begin
      v_count := v_count + private.settle_poll(v_poll_id)::integer;
    exception when lock_not_available then
      null;
    end;
  end loop;
  return v_count;
end
$$;

-- Closes what nobody has asked for since its time passed. Safe twice and by several servers at once. Answers how many.
-- Definer: writes the status.
create function private.run_poll_jobs() returns integer
language sql security definer set search_path = '' as $$
  select private.settle_polls(array(
    select p.id from public.polls p where p.status = 'open' and p.closes_at <= clock_timestamp() order by p.closes_at limit 50
  ))
$$;
create function public.run_poll_jobs() returns integer
language sql set search_path = '' as $$ select private.run_poll_jobs() $$;
grant execute on function private.run_poll_jobs() to service_role;
grant execute on function public.run_poll_jobs() to service_role;

-- Lets an open vote go on, once, to at most 60 days later, with a reason everybody sees. Logged. Definer: writes the poll.
create function private.extend_poll(p_poll_id uuid, p_closes_at timestamptz, p_reason text) returns public.extend_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  elsif v_poll.extended_at is not null then
    return 'already_extended';
  elsif nullif(btrim(p_reason), '') is null then
    return 'reason_missing';
  elsif p_closes_at is null or p_closes_at <= v_poll.closes_at then
    return 'too_early';
  elsif p_closes_at > v_poll.closes_at + interval '60 days' then
    return 'too_late';
  end if;
  update public.polls p
  set closes_at = p_closes_at, first_closes_at = p.closes_at, extended_at = now(), extension_reason = btrim(p_reason)
  where p.id = p_poll_id;
  -- What was promised for then and later moves by as many days.
  update public.poll_phases f
  set ends_on = f.ends_on + ((p_closes_at at time zone 'Europe/Oslo')::date - (v_poll.closes_at at time zone 'Europe/Oslo')::date)
  where f.poll_id = p_poll_id and f.ends_on >= (v_poll.closes_at at time zone 'Europe/Oslo')::date;
  perform private.log_act(v_poll.block_id, 'extend', 'poll', p_poll_id, btrim(p_reason));
  return 'extended';
end
$$;
create function public.extend_poll(poll_id uuid, closes_at timestamptz, reason text) returns public.extend_outcome
language sql set search_path = '' as $$ select private.extend_poll(poll_id, closes_at, reason) $$;
grant execute on function private.extend_poll(uuid, timestamptz, text) to authenticated;
grant execute on function public.extend_poll(uuid, timestamptz, text) to authenticated;

-- Stops a vote that is shown or open, with a reason everybody sees. Its ballots are destroyed, and nobody ever learns a count. Logged.
-- Definer: writes the status.
create function private.stop_poll(p_poll_id uuid, p_reason text) returns public.stop_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status not in ('planned', 'open') or (v_poll.status = 'open' and v_poll.closes_at <= clock_timestamp()) then
    return 'not_open';
  elsif nullif(btrim(p_reason), '') is null then
    return 'reason_missing';
  end if;
  update public.polls p set status = 'stopped', stopped_at = clock_timestamp(), stop_reason = btrim(p_reason) where p.id = p_poll_id;
  execute format('drop table if exists private.%I', private.ballots_of(p_poll_id));
  perform private.log_act(v_poll.block_id, 'stop', 'poll', p_poll_id, btrim(p_reason));
  return 'stopped';
end
$$;
create function public.stop_poll(poll_id uuid, reason text) returns public.stop_outcome
language sql set search_path = '' as $$ select private.stop_poll(poll_id, reason) $$;
grant execute on function private.stop_poll(uuid, text) to authenticated;
grant execute on function public.stop_poll(uuid, text) to authenticated;
