-- Casting a vote, and asking whether I can still vote. Changing it with its receipt: polls/receipts.sql.

-- My rows in the electorate: myself, or the flats I live in now. There is no argument to say who I am.
-- Definer functions below call it; nobody else may.
create function private.my_electors(p_poll_id uuid) returns setof private.electors
language sql stable set search_path = '' as $$
  select e.* from private.electors e
  where e.poll_id = p_poll_id
    and (e.person_id = (select auth.uid()) or e.flat_id in (select private.my_flat_ids()))
$$;

-- Why I may not vote in this poll now; null when I may.
create function private.voting_refusal(p_poll public.polls) returns text
language sql volatile set search_path = '' as $$
  select case
    when p_poll.id is null or p_poll.status = 'draft' or not private.has_role(p_poll.block_id, '{resident}') then 'not_entitled'
    when p_poll.status = 'planned' then 'not_yet_open'
    when p_poll.status = 'stopped' then 'stopped'
    when p_poll.status = 'closed' or p_poll.closes_at <= clock_timestamp() then 'closed'
  end
$$;

-- What is wrong with these choices; null when nothing is. yes/no and one of several: exactly one; up to N of several: 1 to N different;
-- budget: at least one, together within the sum.
create function private.choices_refusal(p_poll public.polls, p_choices uuid[]) returns text
language sql stable set search_path = '' as $$
  select case
    when coalesce(cardinality(p_choices), 0) = 0 then 'wrong_choices'
    when count(o.id) <> cardinality(p_choices) or count(distinct o.id) <> cardinality(p_choices) then 'wrong_choices'
    when p_poll.kind <> 'budget' and cardinality(p_choices) > coalesce(p_poll.max_choices, 1) then 'too_many_choices'
    when p_poll.kind = 'budget' and sum(o.cost_nok::bigint) > p_poll.budget_nok then 'over_budget'
  end
  from unnest(p_choices) c (id) left join public.poll_options o on o.id = c.id and o.poll_id = p_poll.id
$$;

-- Choices as they are stored: ordered by id, so that the order of ticking is lost.
create function private.sorted(p_choices uuid[]) returns uuid[]
language sql immutable set search_path = '' as $$ select array_agg(c order by c) from unnest(p_choices) c $$;

create type public.vote_outcome as enum (
  'voted', 'already_voted', 'voted_on_paper', 'not_yet_open', 'closed', 'stopped', 'not_entitled',
  'wrong_choices', 'too_many_choices', 'over_budget', 'bad_receipt'
);

-- Casts my vote: marks my row in the electorate as used today and stores a ballot that does not refer to it. The voter's form draws the
-- receipt: the same form sent twice is one vote with one receipt, with the last choices.
-- The share lock on the poll makes closing wait for votes being cast; the row lock makes the second phone of a flat wait for the first
-- and then find the vote used. Definer: reads and writes the private tables.
-- API: authenticated
create function private.cast_vote(p_poll_id uuid, p_choices uuid[], p_receipt text) returns public.vote_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_refusal text;
  v_hash bytea;
  v_elector_id uuid;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  v_refusal := coalesce(private.voting_refusal(v_poll), private.choices_refusal(v_poll, p_choices));
  if v_refusal is not null then
    return v_refusal;
  elsif private.plain_code(p_receipt) !~ '^[0-9A-HJKMNP-TV-Z]{16}$' then
    return 'bad_receipt';
  end if;
  v_hash := private.receipt_hash(p_poll_id, p_receipt);
  perform pg_advisory_xact_lock(hashtextextended(encode(v_hash, 'hex'), 0));
  if private.change_ballot(p_poll_id, v_hash, private.sorted(p_choices)) then
    return 'voted';
  end if;
  select e.id into v_elector_id
  from private.electors e
  where e.id in (select m.id from private.my_electors(p_poll_id) m) and e.used_on is null
  order by e.flat_id limit 1
  for update;
  if not found then
    return (select case count(*) when 0 then 'not_entitled' when count(*) filter (where m.way = 'web') then 'already_voted'
      else 'voted_on_paper' end from private.my_electors(p_poll_id) m);
  end if;
  update private.electors e set used_on = private.today(), way = 'web' where e.id = v_elector_id;
  execute format('insert into private.%I (choices, receipt_hash) values ($1, $2)', private.ballots_of(p_poll_id))
    using private.sorted(p_choices), v_hash;
  return 'voted';
end
$$;

create type public.vote_state as enum ('can_vote', 'voted', 'voted_on_paper', 'not_entitled', 'closed', 'not_yet_open');

-- Whether I can still vote, for each of these votes. `voted` also when somebody else in my flat has: nothing shows who.
-- Definer: reads the electorate.
-- API: authenticated
create function private.my_votes(p_poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable security definer set search_path = '' as $$
  select p.id, case
    when p.status = 'planned' then 'not_yet_open'
    when p.status <> 'open' or p.closes_at <= now() then 'closed'
    when not private.has_role(p.block_id, '{resident}') then 'not_entitled'
    else (
      select case when count(*) = 0 then 'not_entitled' when count(*) > count(e.used_on) then 'can_vote'
        when count(*) = count(*) filter (where e.way = 'paper') then 'voted_on_paper' else 'voted' end
      from private.my_electors(p.id) e
    ) end::public.vote_state
  from public.polls p
  where p.id = any (p_poll_ids) and p.status <> 'draft'
    and p.block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
$$;
