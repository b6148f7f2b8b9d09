-- The two private tables of a vote, and the moment it opens.

create type public.vote_way as enum ('web', 'paper');
create type public.open_poll_outcome as enum (
  'opened', 'not_draft', 'too_few_options', 'cost_missing', 'closes_too_early', 'not_checked', 'nobody_entitled', 'not_allowed'
);

-- Who may vote, frozen at opening: a row per flat, or per person, whether the vote is used, how, and on which day. No time.
-- person_id goes when the account is deleted; the row stays, so that the turnout stays true.
create table private.electors (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  flat_id uuid references public.places on delete restrict,
  person_id uuid references public.people on delete set null,
  used_on date,
  way public.vote_way,
  constraint one_voter check (num_nonnulls(flat_id, person_id) <= 1),
  constraint used_has_way check ((used_on is null) = (way is null)),
  unique (poll_id, flat_id),
  unique (poll_id, person_id)
);
create index electors_flat_id_idx on private.electors (flat_id);
create index electors_person_id_idx on private.electors (person_id);

-- The pattern of a ballot, itself without rows: each vote has a table of its own, so that nothing of one vote waits for another (a backup that
-- reads, a vote that closes), and closing can replace it by a fresh one. The chosen options (in the order of their ids; none: a blank paper
-- ballot) and what is kept of the receipt. No person, no flat, no time, no serial number, and no foreign key.
create table private.ballots (
  id uuid primary key default gen_random_uuid(),
  choices uuid[] not null check (cardinality(choices) <= 20),
  receipt_hash bytea not null unique
);

-- What the receipts of a vote are hashed with.
create table private.poll_salts (
  poll_id uuid primary key references public.polls on delete cascade,
  salt bytea not null default extensions.gen_random_bytes(32)
);

-- People who moved in or out while a vote was open: how many, not who. It changes nothing in the vote.
create table private.electorate_moves (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  is_in boolean not null,
  moved_on date not null default private.today()
);
create index electorate_moves_poll_id_idx on private.electorate_moves (poll_id);

-- No policy and no grant on these, for anybody.
alter table private.electors enable row level security;
alter table private.ballots enable row level security;
alter table private.poll_salts enable row level security;
alter table private.electorate_moves enable row level security;

-- The name of a vote's own table of ballots.
create function private.ballots_of(p_poll_id uuid) returns text
language sql immutable set search_path = '' as $$ select 'ballots_' || replace(p_poll_id::text, '-', '') $$;

-- Makes an empty table of ballots. Granted to nobody, as the next two.
create function private.make_ballots(p_name text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('create table private.%I (like private.ballots including all)', p_name);
  execute format('alter table private.%I enable row level security', p_name);
end
$$;

-- The ballots of a vote; none before it opens and when it was stopped.
create function private.ballots_in(p_poll_id uuid) returns setof private.ballots
language plpgsql stable set search_path = '' as $$
begin
  if to_regclass('private.' || private.ballots_of(p_poll_id)) is not null then
    return query execute format('select * from private.%I', private.ballots_of(p_poll_id));
  end if;
end
$$;

-- Gives the ballot of this receipt other choices. Answers false when there is none.
create function private.change_ballot(p_poll_id uuid, p_receipt_hash bytea, p_choices uuid[]) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  execute format('update private.%I set choices = $1 where receipt_hash = $2', private.ballots_of(p_poll_id)) using p_choices, p_receipt_hash;
  get diagnostics v_count = row_count;
  return v_count > 0;
end
$$;

-- A vote that goes takes its table of ballots along. Definer: drops a table, which nobody may.
create function private.tg_polls__drop_ballots() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format('drop table if exists private.%I', private.ballots_of(old.id));
  return null;
end
$$;
create trigger polls_drop_ballots after delete on public.polls for each row
  when (old.opened_at is not null) execute function private.tg_polls__drop_ballots();

-- Who may vote if it opens now: all flats, or all who live there. Granted to nobody.
create function private.who_could_vote(p_poll_id uuid) returns table (flat_id uuid, person_id uuid)
language sql stable set search_path = '' as $$
  select f.id, null::uuid
  from public.polls p join public.places f on f.block_id = p.block_id and f.kind = 'flat'
  where p.id = p_poll_id and p.rule = 'per_flat'
  union
  select null, m.person_id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  where p.id = p_poll_id and p.rule = 'per_person'
$$;

-- Whether fewer than ten could vote in what is a draft or planned, so that nobody is promised secrecy: yes or no, never a number. Null from the
-- opening on, when `entitled` says it, and for a vote I do not see. Definer: counts who lives there.
create function private.has_few_voters(p_poll_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select (select count(*) from private.who_could_vote(p.id)) < 10
  from public.polls p
  where p.id = p_poll_id and (
    p.status in ('draft', 'planned') and private.has_role(p.block_id, '{consultant}')
    or p.status = 'planned' and private.has_role(p.block_id, '{resident,partner,landlord}')
  )
$$;
create function public.has_few_voters(poll_id uuid) returns boolean
language sql stable set search_path = '' as $$ select private.has_few_voters(poll_id) $$;
grant execute on function private.has_few_voters(uuid) to authenticated;
grant execute on function public.has_few_voters(uuid) to authenticated;

-- Starts the voting: the electorate (all flats, or all who live there now), an empty table for the ballots, a new salt. Answers how many may
-- vote; nothing is done when that is nobody. For open_poll; granted to nobody.
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

-- Opens a vote. What is built on or changed in the building must have Boligbygg's yes, and nothing that cannot be done or is not shown any more
-- is voted on. Logged.
-- Definer: writes the status and the electorate, which nobody may.
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
  perform private.log_act(v_poll.block_id, 'open', 'poll', p_poll_id, null);
  return 'opened';
end
$$;
create function public.open_poll(poll_id uuid) returns public.open_poll_outcome
language sql set search_path = '' as $$ select private.open_poll(poll_id) $$;
grant execute on function private.open_poll(uuid) to authenticated;
grant execute on function public.open_poll(uuid) to authenticated;

-- Counts those who move in or out while votes of the building are open. Definer: writes what nobody may.
create function private.tg_memberships__count_moves() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.electorate_moves (poll_id, is_in)
  select p.id, new.ended_at is null from public.polls p where p.block_id = new.block_id and p.status = 'open';
  return null;
end
$$;
create trigger count_moves_in after insert on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is null) execute function private.tg_memberships__count_moves();
create trigger count_moves_out after update on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is not null and old.ended_at is null) execute function private.tg_memberships__count_moves();
