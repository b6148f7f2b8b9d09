-- Other endings of a vote: extended (once), or stopped. Closing at its time is a job: polls/jobs.sql.

-- How much later an extended vote may close, and how long a stopped vote is listed among those that are over.
insert into private.periods (what, lasts) values ('extension', '60 days'), ('stopped_shown', '14 days');

create type public.extend_outcome as enum (
  'extended', 'already_extended', 'reason_missing', 'too_early', 'too_late', 'not_open', 'not_allowed'
);

-- Extends an open vote, once and for a limited time, with a reason everybody sees. Logged. Definer: writes the poll.
-- API: authenticated
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
  elsif p_closes_at > v_poll.closes_at + private.period('extension') then
    return 'too_late';
  end if;
  update public.polls p
  set closes_at = p_closes_at, first_closes_at = p.closes_at, extended_at = now(), extension_reason = btrim(p_reason)
  where p.id = p_poll_id;
  -- What was promised for then and later moves by as many days.
  update public.poll_phases f
  set ends_on = f.ends_on + ((p_closes_at at time zone 'Europe/Oslo')::date - (v_poll.closes_at at time zone 'Europe/Oslo')::date)
  where f.poll_id = p_poll_id and f.ends_on >= (v_poll.closes_at at time zone 'Europe/Oslo')::date;
  perform private.log_act(v_poll.block_id, 'extend', 'poll', p_poll_id, p_reason => btrim(p_reason));
  return 'extended';
end
$$;

create type public.stop_outcome as enum ('stopped', 'reason_missing', 'not_open', 'not_allowed');

-- Stops a planned or open vote, with a reason everybody sees. Its ballots are destroyed, and nobody ever learns a count. Logged.
-- Definer: writes the status.
-- API: authenticated
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
  perform private.log_act(v_poll.block_id, 'stop', 'poll', p_poll_id, p_reason => btrim(p_reason));
  return 'stopped';
end
$$;
