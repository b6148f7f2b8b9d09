-- The electorate of a vote: who may vote, frozen at opening, whether the vote is used, and how many moved in or out while it was open.

-- The fewest voters for which secrecy is promised and turnout is shown while the vote is open.
insert into private.numbers (what, value) values ('secret_voters', 10);

create type public.vote_way as enum ('web', 'paper');

-- Who may vote, frozen at opening: a row per flat, or per person, with whether the vote is used, how, and on which day. No time.
-- person_id is cleared when the account is deleted; the row stays, so that the turnout stays true.
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
-- No policy and no grant for any role.
alter table private.electors enable row level security;

-- How many people moved in or out while a vote was open, not who. It changes nothing in the vote.
create table private.electorate_moves (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  is_in boolean not null,
  moved_on date not null default private.today()
);
create index electorate_moves_poll_id_idx on private.electorate_moves (poll_id);
-- No policy and no grant for any role.
alter table private.electorate_moves enable row level security;

-- The electorate if the vote opened now: all flats, or all residents. Granted to nobody.
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

-- Whether fewer than `secret_voters` could vote in a draft or planned vote, so that the page does not promise secrecy: yes or no, never a
-- number. Null once it is open, when `entitled` says it, and for a vote I cannot see. Definer: counts residents.
-- API: authenticated
create function private.has_few_voters(p_poll_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select (select count(*) from private.who_could_vote(p.id)) < private.number('secret_voters')
  from public.polls p
  where p.id = p_poll_id and (
    p.status in ('draft', 'planned') and private.has_role(p.block_id, '{consultant}')
    or p.status = 'planned' and private.has_role(p.block_id, '{resident,partner,landlord}')
  )
$$;

-- Counts those who move in or out while votes of the building are open; the triggers stand in residents/people.sql.
-- Definer: writes tables that no role may write.
create function private.tg_memberships__count_moves() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.electorate_moves (poll_id, is_in)
  select p.id, new.ended_at is null from public.polls p where p.block_id = new.block_id and p.status = 'open';
  return null;
end
$$;
