-- Voting on paper: the consultant marks who has put a ballot in the sealed box, and enters the count after closing.

-- The flats (or persons) of an open vote, for the consultant, with those marked by hand. It does not show who has voted on the web.
-- A person is named as long as they live in the building. Somebody who has moved out or deleted the account is listed without a name when
-- marked, because the ballot in the box is counted; otherwise not at all, since they cannot vote any more.
-- Definer: reads the electorate.
-- API: authenticated
create function private.paper_electors(p_poll_id uuid)
returns table (elector_id uuid, name text, stair text, is_on_paper boolean)
language sql stable security definer set search_path = '' as $$
  select e.id, coalesce(f.name, h.display_name), s.name, coalesce(e.way = 'paper', false)
  from public.polls p
  join private.electors e on e.poll_id = p.id
  left join public.people h on h.id = e.person_id and exists (
    select from public.memberships m
    where m.person_id = e.person_id and m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  )
  left join public.places f on f.id = e.flat_id
  left join public.places fl on fl.id = f.parent_id
  left join public.places s on s.id = case when fl.kind = 'stair' then fl.id else fl.parent_id end
  where p.id = p_poll_id and p.status in ('open', 'closed') and p.counted_at is null
    and private.has_role(p.block_id, '{consultant}') and (num_nonnulls(f.id, h.id) = 1 or e.way = 'paper')
  order by s.position, f.position, coalesce(f.name, h.display_name), e.id
$$;

create type public.paper_outcome as enum ('marked', 'unmarked', 'already_voted', 'not_marked', 'not_open', 'not_found', 'not_allowed');

-- Marks that a flat (or person) votes on paper, or removes the mark: until closing, and never over a vote on the web. Marking twice
-- changes nothing. Locks like cast_vote, so that web and paper wait for each other. Logged with the flat; a person is not named. That a flat
-- has voted on the web is shown only when it is to be marked, and that is logged too: nobody can probe the list without a trace.
-- Definer: writes the electorate.
create function private.set_paper_vote(p_poll_id uuid, p_elector_id uuid, p_is_on_paper boolean) returns public.paper_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_elector private.electors;
  v_flat jsonb; -- of a person none
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  end if;
  select * into v_elector from private.electors e where e.id = p_elector_id and e.poll_id = p_poll_id for update;
  if not found then
    return 'not_found';
  end if;
  v_flat := jsonb_strip_nulls(jsonb_build_object('place_id', v_elector.flat_id));
  if v_elector.way = 'web' and p_is_on_paper then
    perform private.log_act(v_poll.block_id, 'try_mark_paper', 'poll', p_poll_id, v_flat);
    return 'already_voted';
  elsif p_is_on_paper and v_elector.way is null then
    update private.electors e set used_on = private.today(), way = 'paper' where e.id = p_elector_id;
  elsif not p_is_on_paper and v_elector.way = 'paper' then
    update private.electors e set used_on = null, way = null where e.id = p_elector_id;
  else
    return case when p_is_on_paper then 'marked' else 'not_marked' end;
  end if;
  perform private.log_act(v_poll.block_id, case when p_is_on_paper then 'mark_paper' else 'unmark_paper' end::public.audit_act,
    'poll', p_poll_id, v_flat);
  return case when p_is_on_paper then 'marked' else 'unmarked' end;
end
$$;
create function public.mark_paper_vote(poll_id uuid, elector_id uuid) returns public.paper_outcome
language sql set search_path = '' as $$ select private.set_paper_vote(poll_id, elector_id, true) $$;
create function public.unmark_paper_vote(poll_id uuid, elector_id uuid) returns public.paper_outcome
language sql set search_path = '' as $$ select private.set_paper_vote(poll_id, elector_id, false) $$;
grant execute on function private.set_paper_vote(uuid, uuid, boolean) to authenticated;
grant execute on function public.mark_paper_vote(uuid, uuid) to authenticated;
grant execute on function public.unmark_paper_vote(uuid, uuid) to authenticated;

create type public.count_outcome as enum ('counted', 'wrong_number', 'wrong_choices', 'not_closed', 'already_counted', 'not_allowed');

-- Enters the ballots of the sealed box, once, after closing: one list of options for each, an empty one for a blank or spoilt ballot; as many
-- as were marked. They are mixed with the others under receipts that nobody has, so that nothing shows which they were. After that
-- the vote has its result. Logged with the number. Definer: writes the ballots.
-- API: authenticated
create function private.count_paper_votes(p_poll_id uuid, p_ballots jsonb) returns public.count_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_choices uuid[];
  v_ballot jsonb;
begin
  perform private.settle_polls(array[p_poll_id]);
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'closed' then
    return 'not_closed';
  elsif v_poll.counted_at is not null then
    return 'already_counted';
  elsif jsonb_typeof(p_ballots) is distinct from 'array'
    or jsonb_array_length(p_ballots) <> (select count(*) from private.electors e where e.poll_id = p_poll_id and e.way = 'paper') then
    return 'wrong_number';
  end if;
  for v_ballot in select b from jsonb_array_elements(p_ballots) b loop
    if jsonb_typeof(v_ballot) <> 'array' or exists (
      select from jsonb_array_elements(v_ballot) c
      where not exists (select from public.poll_options o where o.poll_id = p_poll_id and o.id::text = c #>> '{}')
    ) then
      return 'wrong_choices';
    end if;
    v_choices := array(select c::uuid from jsonb_array_elements_text(v_ballot) c);
    if v_choices <> '{}' and private.choices_refusal(v_poll, v_choices) is not null then
      return 'wrong_choices';
    end if;
  end loop;
  perform private.shuffle_ballots(p_poll_id, p_ballots);
  update public.polls p set counted_at = clock_timestamp() where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'count_paper', 'poll', p_poll_id, jsonb_build_object('count', jsonb_array_length(p_ballots)));
  return 'counted';
end
$$;
