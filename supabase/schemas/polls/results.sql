-- Results of a vote: only turnout in bands before the count; afterwards the numbers, and the list that anybody can recount.

-- How many votes each option of a counted vote has, and which win.
-- yes/no: yes wins with more votes than no, otherwise no; abstaining is not counted. One or several of several: the most votes, as many as
-- were to win. Budget: in the order of votes, each that still fits in what is left. Nothing wins without a vote. Ties everywhere: the
-- lower cost first (no cost counts as 0), then what stands first in the consultant's list. Granted to nobody.
create function private.tally_poll(p_poll public.polls)
returns table (option_id uuid, option_position smallint, votes integer, is_winner boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_left bigint := p_poll.budget_nok;
  v_taken integer := 0;
  v_against integer;
  v_option record;
begin
  if p_poll.counted_at is null then
    return; -- nobody counts what is not over, nor waits for a vote that is just being stopped
  end if;
  select count(*) into v_against from private.ballots_in(p_poll.id) b join public.poll_options o on o.id = any (b.choices)
  where o.poll_id = p_poll.id and o.stance = 'no';
  for v_option in
    select o.id, o.position, o.stance, coalesce(o.cost_nok, 0) as cost, count(b.id)::integer as count
    from public.poll_options o left join private.ballots_in(p_poll.id) b on o.id = any (b.choices)
    where o.poll_id = p_poll.id
    group by o.id order by count(b.id) desc, coalesce(o.cost_nok, 0), o.position
  loop
    is_winner := v_option.count > 0 and (case p_poll.kind
      -- "No" has won when "yes" has not: with more votes it comes first here, with as many "yes" came first and did not win.
      when 'yes_no' then case v_option.stance when 'yes' then v_option.count > v_against when 'no' then v_taken = 0 else false end
      when 'budget' then v_option.cost <= v_left
      else v_taken < p_poll.winner_count end);
    if is_winner then
      v_taken := v_taken + 1;
      v_left := v_left - v_option.cost;
    end if;
    option_id := v_option.id;
    option_position := v_option.position;
    votes := v_option.count;
    return next;
  end loop;
end
$$;

-- With fewer ballots, neither their number nor their choices are shown.
create function private.is_few(p_ballots integer) returns boolean
language sql stable set search_path = '' as $$ select p_ballots between 1 and private.number('small_group') - 1 $$;

-- hidden: few may vote (`secret_voters`, polls/electorate.sql), so that a band would reveal too much.
create type public.turnout_band as enum ('hidden', 'under_quarter', 'under_half', 'under_three_quarters', 'three_quarters');

-- The only function that publishes numbers, for polls of these buildings. A draft, planned or stopped vote: no row. Before the
-- count: one row with the turnout in a band. After it: a row per option, with how many could vote and did, on the web and on paper (both
-- null when one of the two is few), and how many moved in or out meanwhile. With few ballots in all only the winners are shown: the
-- numbers of votes are null, and there is no list. Granted to nobody: poll_results calls it for members of the building, and
-- the figures of the steering group take the turnout from it.
create function private.tell_polls(p_poll_ids uuid[], p_block_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language sql stable set search_path = '' as $$
  select p.id, p.counted_at is not null, case
      when p.entitled < private.number('secret_voters') then 'hidden'
      when e.voted * 4 < p.entitled then 'under_quarter' when e.voted * 2 < p.entitled then 'under_half'
      when e.voted * 4 < p.entitled * 3 then 'under_three_quarters' else 'three_quarters' end::public.turnout_band,
    c.entitled, c.voted, c.on_web, c.on_paper, c.moves, t.option_id,
    case when not private.is_few(e.voted) then t.votes end, t.is_winner
  from public.polls p
  cross join lateral (
    select count(x.used_on)::integer as voted, (count(*) filter (where x.way = 'web'))::integer as on_web,
      (count(*) filter (where x.way = 'paper'))::integer as on_paper
    from private.electors x where x.poll_id = p.id
  ) e
  left join lateral (
    select p.entitled, case when not private.is_few(e.voted) then e.voted end as voted,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_web end as on_web,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_paper end as on_paper,
      (select count(*)::integer from private.electorate_moves m where m.poll_id = p.id) as moves
  ) c on p.counted_at is not null
  left join lateral private.tally_poll(p) t on p.counted_at is not null
  where p.id = any (p_poll_ids) and p.status in ('open', 'closed') and p.block_id = any (p_block_ids)
  order by p.id, t.option_position
$$;

-- The result of tell_polls, the same for all readers and pages, for members of the building. Not granted to the server's own key.
-- Definer: counts the private tables.
-- API: authenticated
create function private.poll_results(p_poll_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_polls(p_poll_ids);
  return query select * from private.tell_polls(p_poll_ids,
    array(select private.my_block_ids('{resident,partner,consultant,landlord}')));
end
$$;

-- The list of a counted vote, if it is published and its numbers are shown: each ballot's control number and choices (none: blank), ordered
-- by number. For members of the building. Not granted to the server's own key. Definer: reads a private table.
-- API: authenticated
create function private.poll_ballots(p_poll_id uuid) returns table (control_number text, choices uuid[])
language sql stable security definer set search_path = '' as $$
  select left(encode(b.receipt_hash, 'hex'), 12), b.choices
  from public.polls p cross join lateral private.ballots_in(p.id) b
  where p.id = p_poll_id and p.is_list_published and exists (
    select from private.tell_polls(array[p.id], array(select private.my_block_ids('{resident,partner,consultant,landlord}'))) t
    where t.is_counted and t.voted is not null
  )
  order by 1
$$;
