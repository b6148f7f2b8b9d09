-- Opening, voting, closing and counting: everything that touches the two private tables of a vote.

-- Writes down who may vote. Called in the same transaction that opens the vote; moving in or out later changes nothing.
create function private.freeze_electorate(p_poll_id uuid) returns void
language sql set search_path = '' as $$
  insert into private.electors (poll_id, flat_id, person_id)
  select p.id, f.id, null
  from public.polls p join public.places f on f.block_id = p.block_id and f.kind = 'flat'
  where p.id = p_poll_id and p.rule = 'per_flat'
  union
  select p.id, null, m.person_id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  where p.id = p_poll_id and p.rule = 'per_person'
$$;

-- Opens a draft for voting. Logged. Definer: writes the status and the electorate, which nobody may.
create function private.open_poll(p_poll_id uuid) returns public.open_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'draft' then
    return 'not_draft';
  elsif v_poll.closes_at <= now() then
    return 'closes_too_early';
  elsif (select count(*) from public.poll_options o where o.poll_id = p_poll_id) < 2 then
    return 'too_few_options';
  end if;
  update public.polls p set status = 'open', opened_at = now() where p.id = p_poll_id;
  perform private.freeze_electorate(p_poll_id);
  perform private.log_act(v_poll.block_id, 'open', 'poll', p_poll_id, null);
  return 'opened';
end
$$;
create function public.open_poll(poll_id uuid) returns public.open_poll_outcome
language sql set search_path = '' as $$ select private.open_poll(poll_id) $$;
grant execute on function private.open_poll(uuid) to authenticated;
grant execute on function public.open_poll(uuid) to authenticated;

-- My rows in the electorate: myself, or the flats I live in now. There is no argument to say who I am.
-- Definer functions below call it; nobody else may.
create function private.my_electors(p_poll_id uuid) returns setof private.electors
language sql stable set search_path = '' as $$
  select e.* from private.electors e
  where e.poll_id = p_poll_id
    and (e.person_id = (select auth.uid()) or e.flat_id in (select private.my_flat_ids()))
$$;

-- Casts my vote: marks my row in the electorate as used and stores a ballot that does not point back to it.
-- The share lock on the poll makes closing wait for votes on their way; the row lock makes the second phone of a flat
-- wait for the first and then find the vote used. Definer: sees and writes the private tables.
create function private.cast_vote(p_poll_id uuid, p_option_id uuid) returns public.vote_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_elector_id uuid;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or not private.has_role(v_poll.block_id, '{resident}') then
    return 'not_entitled';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  elsif not exists (select from public.poll_options o where o.poll_id = p_poll_id and o.id = p_option_id) then
    return 'wrong_option';
  end if;
  select e.id into v_elector_id
  from private.electors e
  where e.id in (select m.id from private.my_electors(p_poll_id) m) and not e.has_voted
  order by e.flat_id limit 1
  for update;
  if not found then
    return case when exists (select from private.my_electors(p_poll_id)) then 'already_voted' else 'not_entitled' end
      ::public.vote_outcome;
  end if;
  update private.electors e set has_voted = true where e.id = v_elector_id;
  insert into private.ballots (poll_id, option_id) values (p_poll_id, p_option_id);
  return 'voted';
end
$$;
create function public.cast_vote(poll_id uuid, option_id uuid) returns public.vote_outcome
language sql set search_path = '' as $$ select private.cast_vote(poll_id, option_id) $$;
grant execute on function private.cast_vote(uuid, uuid) to authenticated;
grant execute on function public.cast_vote(uuid, uuid) to authenticated;

-- Whether I can still vote, for each of these votes. `voted` also when somebody else in my flat has: nothing tells who.
-- Definer: reads the electorate.
create function private.my_votes(p_poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable security definer set search_path = '' as $$
  select p.id, case
    when p.status = 'closed' or p.closes_at <= now() then 'closed'
    when not private.has_role(p.block_id, '{resident}') then 'not_entitled'
    when exists (select from private.my_electors(p.id) e where not e.has_voted) then 'can_vote'
    when exists (select from private.my_electors(p.id)) then 'voted'
    else 'not_entitled' end::public.vote_state
  from public.polls p
  where p.id = any (p_poll_ids) and p.status <> 'draft'
    and p.block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
$$;
create function public.my_votes(poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable set search_path = '' as $$ select * from private.my_votes(poll_ids) $$;
grant execute on function private.my_votes(uuid[]) to authenticated;
grant execute on function public.my_votes(uuid[]) to authenticated;

-- Closes these votes if their time has passed. Waits for votes on their way, so that no count changes afterwards.
create function private.settle_polls(p_poll_ids uuid[]) returns void
language sql set search_path = '' as $$
  update public.polls p set status = 'closed', closed_at = p.closes_at
  where p.id = any (p_poll_ids) and p.status = 'open' and p.closes_at <= clock_timestamp()
$$;

-- Closes an open vote before its time, with a reason everybody sees. Logged. Definer: writes the status.
create function private.close_poll(p_poll_id uuid, p_reason text) returns public.close_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_reason text := nullif(btrim(p_reason), '');
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status = 'draft' then
    return 'not_open';
  elsif v_poll.status = 'closed' or v_poll.closes_at <= clock_timestamp() then
    perform private.settle_polls(array[p_poll_id]);
    return 'already_closed';
  elsif v_reason is null then
    return 'reason_missing';
  end if;
  update public.polls p set status = 'closed', closed_at = clock_timestamp(), early_reason = v_reason
  where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'close', 'poll', p_poll_id, v_reason);
  return 'closed';
end
$$;
create function public.close_poll(poll_id uuid, reason text default null) returns public.close_poll_outcome
language sql set search_path = '' as $$ select private.close_poll(poll_id, reason) $$;
grant execute on function private.close_poll(uuid, text) to authenticated;
grant execute on function public.close_poll(uuid, text) to authenticated;

-- What came of a vote, told by the consultant after closing; may be told anew, and the trail keeps every version.
-- Logged. Definer: writes the poll.
create function private.follow_up_poll(p_poll_id uuid, p_text text) returns public.follow_up_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  perform private.settle_polls(array[p_poll_id]);
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'closed' then
    return 'not_closed';
  end if;
  update public.polls p set follow_up = btrim(p_text), followed_up_at = now() where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'follow_up', 'poll', p_poll_id, btrim(p_text));
  return 'saved';
end
$$;
create function public.follow_up_poll(poll_id uuid, text text) returns public.follow_up_outcome
language sql set search_path = '' as $$ select private.follow_up_poll(poll_id, text) $$;
grant execute on function private.follow_up_poll(uuid, text) to authenticated;
grant execute on function public.follow_up_poll(uuid, text) to authenticated;

-- The only outlet of counts: a row per option of each vote that is closed, with how many could vote and did. Before
-- that no row, whoever asks; afterwards for the members of the building. Not granted to the server's own key.
-- Definer: counts the private tables.
create function private.poll_results(p_poll_ids uuid[])
returns table (poll_id uuid, option_id uuid, votes integer, entitled integer, voted integer)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_polls(p_poll_ids);
  return query
  select p.id, o.id, count(b.id)::integer, e.entitled, e.voted
  from public.polls p
  join public.poll_options o on o.poll_id = p.id
  left join private.ballots b on b.poll_id = p.id and b.option_id = o.id
  cross join lateral (
    select count(*)::integer as entitled, (count(*) filter (where x.has_voted))::integer as voted
    from private.electors x where x.poll_id = p.id
  ) e
  where p.id = any (p_poll_ids) and p.status = 'closed'
    and p.block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
  group by p.id, o.id, o.position, e.entitled, e.voted
  order by p.id, o.position;
end
$$;
create function public.poll_results(poll_ids uuid[])
returns table (poll_id uuid, option_id uuid, votes integer, entitled integer, voted integer)
language sql set search_path = '' as $$ select * from private.poll_results(poll_ids) $$;
grant execute on function private.poll_results(uuid[]) to authenticated;
grant execute on function public.poll_results(uuid[]) to authenticated;
