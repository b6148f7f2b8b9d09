-- Opening a vote: the last checks, the electorate, the table of ballots and the salt.

-- Starts the voting: the electorate (all flats, or all residents now), an empty table for the ballots, a new salt. Returns how many may
-- vote; does nothing when that is nobody. For open_poll; granted to nobody.
create function private.start_voting(p_poll_id uuid, p_at timestamptz default now()) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.electors (poll_id, flat_id, person_id)
  select p_poll_id, w.flat_id, w.person_id from private.who_could_vote(p_poll_id) w;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform private.make_ballots(private.ballots_of(p_poll_id));
    insert into private.poll_salts (poll_id) values (p_poll_id);
    update public.polls p set status = 'open', opened_at = p_at, entitled = v_count where p.id = p_poll_id;
  end if;
  return v_count;
end
$$;

create type public.open_poll_outcome as enum (
  'opened', 'not_draft', 'too_few_options', 'cost_missing', 'closes_too_early', 'not_checked', 'nobody_entitled', 'not_allowed'
);

-- Opens a vote. What is built or changed in the building must have Boligbygg's yes; options that are impossible or no longer shown
-- cannot be voted on. Logged.
-- Definer: writes the status and the electorate, which no role may write directly.
-- API: authenticated
create function private.open_poll(p_poll_id uuid) returns public.open_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_lack text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  v_lack := private.poll_lack(v_poll);
  if v_poll.id is null or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status not in ('draft', 'planned') then
    return 'not_draft';
  elsif v_poll.closes_at <= now() then
    return 'closes_too_early';
  elsif v_lack is not null then
    return v_lack;
  elsif exists (
    select from public.poll_options o join public.proposals i on i.id = o.proposal_id
    where o.poll_id = p_poll_id and (i.status <> 'approved' or i.hidden_at is not null or i.is_possible is false
      or (i.kind = 'physical' and i.is_possible is not true))
  ) then
    return 'not_checked';
  elsif private.start_voting(p_poll_id) = 0 then
    return 'nobody_entitled';
  end if;
  perform private.log_act(v_poll.block_id, 'open', 'poll', p_poll_id);
  return 'opened';
end
$$;
