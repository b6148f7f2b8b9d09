-- Votes of a building, with their options and phases. One vote per flat or per person, a ballot nobody can read, counts only
-- after closing. What is protected and how: polls/ballots.sql.

create type public.poll_kind as enum ('yes_no', 'single', 'multiple', 'budget');
create type public.poll_rule as enum ('per_flat', 'per_person');
-- In this order, and never backwards. `planned`: shown to the building, not open yet. `stopped`: has no result, ever.
create type public.poll_status as enum ('draft', 'planned', 'open', 'closed', 'stopped');

-- One vote: the question, who decides what (`decides`), for how much, and what happens then (`afterwards`). Everything is
-- fixed once it opens; it can be extended once and stopped, each with a reason that everybody sees. A vote whose closes_at
-- has passed is over even while its status still says open: the first request for the result closes it. Its result exists from
-- counted_at on: at closing, or when the paper votes have been counted too.
create table public.polls (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  decides text not null check (length(btrim(decides)) >= 1 and length(decides) <= 500),
  afterwards text not null check (length(btrim(afterwards)) >= 1 and length(afterwards) <= 500),
  kind public.poll_kind not null default 'single',
  -- How many may be chosen (of several), and how many win.
  max_choices smallint check (max_choices between 2 and 20),
  winner_count smallint check (winner_count between 1 and 20),
  budget_nok integer check (budget_nok between 0 and 100000000),
  rule public.poll_rule not null,
  -- A statement of the voter. No birth dates.
  min_age smallint check (min_age in (13, 18)),
  -- Whether the list of control numbers and choices is shown after the count.
  is_list_published boolean not null default true,
  closes_at timestamptz not null,
  status public.poll_status not null default 'draft',
  created_at timestamptz not null default now(),
  opened_at timestamptz,
  -- How many flats or persons may vote, frozen at opening.
  entitled integer check (entitled > 0),
  first_closes_at timestamptz,
  extended_at timestamptz,
  extension_reason text check (length(btrim(extension_reason)) >= 1 and length(extension_reason) <= 500),
  closed_at timestamptz,
  counted_at timestamptz,
  stopped_at timestamptz,
  stop_reason text check (length(btrim(stop_reason)) >= 1 and length(stop_reason) <= 500),
  unique (id, block_id),
  constraint several_has_max check ((kind = 'multiple') = (max_choices is not null)),
  constraint choice_has_winners check ((kind in ('single', 'multiple')) = (winner_count is not null) and (kind <> 'single' or winner_count = 1)),
  constraint budget_is_said check (kind <> 'budget' or coalesce(budget_nok, 0) > 0),
  constraint person_has_age check ((rule = 'per_person') = (min_age is not null)),
  constraint opened_has_time check (case when status in ('draft', 'planned') then opened_at is null
    else status = 'stopped' or opened_at is not null end and (opened_at is null) = (entitled is null)),
  constraint closed_has_time check ((status = 'closed') = (closed_at is not null) and (counted_at is null or closed_at is not null)),
  constraint stop_has_reason check ((status = 'stopped') = (stopped_at is not null) and (stopped_at is null) = (stop_reason is null)),
  constraint extension_has_reason check (num_nulls(extended_at, extension_reason, first_closes_at) in (0, 3))
);
create index polls_block_id_status_idx on public.polls (block_id, status, closes_at);
create index polls_open_idx on public.polls (closes_at) where status = 'open';
alter table public.polls enable row level security;

create policy select_member on public.polls for select to authenticated
  using (
    (status <> 'draft' and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or block_id in (select private.my_block_ids('{consultant}'))
  );
create policy insert_consultant on public.polls for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy update_consultant on public.polls for update to authenticated
  using (status in ('draft', 'planned') and block_id in (select private.my_block_ids('{consultant}')))
  with check (status in ('draft', 'planned') and block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.polls for delete to authenticated
  using (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')));
-- No role may write the status directly: the functions and the jobs do it.
grant select, delete on public.polls to authenticated;
grant insert (id, block_id, title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age, is_list_published, closes_at)
  on public.polls to authenticated;
grant update (title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age, is_list_published, closes_at)
  on public.polls to authenticated;

create type public.poll_stance as enum ('yes', 'no', 'abstain');

-- What can be chosen, 2 to 20. An option made from a proposal keeps the words it had when the vote was set up. A yes/no vote has three,
-- known by their stance.
create table public.poll_options (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 1 and 20),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  cost_nok integer check (cost_nok between 0 and 100000000),
  stance public.poll_stance,
  proposal_id uuid,
  unique (poll_id, position),
  unique (poll_id, stance),
  unique (poll_id, id),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade,
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete set null (proposal_id)
);
create index poll_options_poll_id_idx on public.poll_options (poll_id, block_id);
create index poll_options_proposal_id_idx on public.poll_options (proposal_id, block_id);
alter table public.poll_options enable row level security;

create policy select_member on public.poll_options for select to authenticated
  using (poll_id in (select p.id from public.polls p));
create policy insert_consultant on public.poll_options for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (proposal_id is null or exists (select from public.proposals p
      where p.id = proposal_id and p.status = 'approved' and p.hidden_at is null))
  );
create policy delete_consultant on public.poll_options for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No update: save_poll replaces them all.
grant select, delete on public.poll_options to authenticated;
grant insert (poll_id, block_id, position, title, body, cost_nok, stance, proposal_id) on public.poll_options to authenticated;

create type public.poll_phase as enum ('ideas', 'check', 'questions', 'vote', 'decision', 'work', 'done');
create type public.phase_owner as enum ('residents', 'consultant', 'landlord');

-- The way from idea to finished work: who is responsible in each phase, and until when. Promised before the vote, frozen with it.
create table public.poll_phases (
  poll_id uuid not null,
  block_id uuid not null,
  phase public.poll_phase not null,
  owner public.phase_owner not null,
  ends_on date not null,
  primary key (poll_id, phase),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);
create index poll_phases_poll_id_idx on public.poll_phases (poll_id, block_id);
alter table public.poll_phases enable row level security;

create policy select_member on public.poll_phases for select to authenticated
  using (poll_id in (select p.id from public.polls p));
create policy insert_consultant on public.poll_phases for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.poll_phases for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No update: save_poll replaces them all.
grant select, delete on public.poll_phases to authenticated;
grant insert (poll_id, block_id, phase, owner, ends_on) on public.poll_phases to authenticated;
