-- Votes of a building. One vote per flat or per person, a ballot nobody can read, counts only after closing.
--
-- What is protected: who has voted (private.electors) and what was voted (private.ballots) share no key, time or
-- number; neither table can be reached over the API by anybody, the server's own key included; and poll_results is the
-- only function that counts. What is not, yet: whoever holds the database files themselves could pair the two rows
-- through PostgreSQL's hidden row order and transaction ids, which follow the order of voting. When everybody voted
-- alike, the result itself tells. See docs/privacy.md, "Votes".

create type public.poll_rule as enum ('per_flat', 'per_person');
-- In this order, and never backwards.
create type public.poll_status as enum ('draft', 'open', 'closed');
create type public.save_poll_outcome as enum ('saved', 'not_draft');
create type public.open_poll_outcome as enum ('opened', 'not_draft', 'too_few_options', 'closes_too_early', 'not_allowed');
create type public.close_poll_outcome as enum ('closed', 'already_closed', 'not_open', 'reason_missing', 'not_allowed');
create type public.follow_up_outcome as enum ('saved', 'not_closed', 'not_allowed');
create type public.vote_outcome as enum ('voted', 'already_voted', 'not_open', 'not_entitled', 'wrong_option');
create type public.vote_state as enum ('can_vote', 'voted', 'not_entitled', 'closed');

-- One vote: what is asked, what is decided and by whom (`decides`), for how much, and what happens then (`afterwards`).
-- The text and the rule are fixed from the moment it opens. A vote whose closes_at has passed is over even while its
-- status still says open: the first one who asks for the result settles it. `follow_up` is what came of it.
create table public.polls (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  decides text not null check (length(btrim(decides)) >= 1 and length(decides) <= 500),
  afterwards text not null check (length(btrim(afterwards)) >= 1 and length(afterwards) <= 500),
  budget_nok integer check (budget_nok between 0 and 100000000),
  rule public.poll_rule not null,
  closes_at timestamptz not null,
  status public.poll_status not null default 'draft',
  created_at timestamptz not null default now(),
  opened_at timestamptz,
  closed_at timestamptz,
  early_reason text check (length(btrim(early_reason)) >= 1 and length(early_reason) <= 500),
  follow_up text check (length(btrim(follow_up)) >= 1 and length(follow_up) <= 1000),
  followed_up_at timestamptz,
  unique (id, block_id),
  constraint opened_has_time check ((status = 'draft') = (opened_at is null)),
  constraint closed_has_time check ((status = 'closed') = (closed_at is not null)),
  constraint early_close_has_reason check (closed_at >= closes_at or early_reason is not null),
  constraint follow_up_after_closing check (follow_up is null or status = 'closed')
);
create index polls_block_id_status_idx on public.polls (block_id, status, closes_at);

-- What can be chosen, 2 to 20. An option made from a proposal keeps the words it had when the vote was set up.
create table public.poll_options (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 1 and 20),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  cost_nok integer check (cost_nok between 0 and 100000000),
  proposal_id uuid,
  unique (poll_id, position),
  unique (poll_id, id),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade,
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete set null (proposal_id)
);
create index poll_options_poll_id_idx on public.poll_options (poll_id, block_id);
create index poll_options_proposal_id_idx on public.poll_options (proposal_id, block_id);

-- Who may vote, frozen at opening: a row per flat, or per person, and whether the vote is used. Without a time.
-- person_id goes when the account is deleted; the row stays, so that the turnout stays true.
create table private.electors (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  flat_id uuid references public.places on delete restrict,
  person_id uuid references public.people on delete set null,
  has_voted boolean not null default false,
  constraint one_voter check (num_nonnulls(flat_id, person_id) <= 1),
  unique (poll_id, flat_id),
  unique (poll_id, person_id)
);
create index electors_flat_id_idx on private.electors (flat_id);
create index electors_person_id_idx on private.electors (person_id);

-- The ballots: an option of the vote and nothing more. No person, no flat, no time, no serial number.
create table private.ballots (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null,
  option_id uuid not null,
  foreign key (poll_id, option_id) references public.poll_options (poll_id, id) on delete restrict
);
create index ballots_poll_id_option_id_idx on private.ballots (poll_id, option_id);

alter table public.polls enable row level security;
alter table public.poll_options enable row level security;
-- No policy and no grant on these two, for anybody.
alter table private.electors enable row level security;
alter table private.ballots enable row level security;

create policy select_member on public.polls for select to authenticated
  using (
    (status <> 'draft' and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or block_id in (select private.my_block_ids('{consultant}'))
  );
create policy insert_consultant on public.polls for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy update_consultant on public.polls for update to authenticated
  using (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')))
  with check (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.polls for delete to authenticated
  using (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')));
-- The status is nobody's to write: open_poll, close_poll and the clock do it.
grant select, delete on public.polls to authenticated;
grant insert (id, block_id, title, body, decides, afterwards, budget_nok, rule, closes_at) on public.polls to authenticated;
grant update (title, body, decides, afterwards, budget_nok, rule, closes_at) on public.polls to authenticated;

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
grant insert (poll_id, block_id, position, title, body, cost_nok, proposal_id) on public.poll_options to authenticated;

-- Once open, question and rule stay as they were, and no status goes back; whoever asks.
create function private.tg_polls__freeze() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.status < old.status
    or (old.status <> 'draft'
      and (new.block_id, new.title, new.body, new.decides, new.afterwards, new.budget_nok, new.rule, new.closes_at)
      is distinct from
      (old.block_id, old.title, old.body, old.decides, old.afterwards, old.budget_nok, old.rule, old.closes_at)) then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return new;
end
$$;
create trigger polls_freeze before update on public.polls for each row execute function private.tg_polls__freeze();

-- Once open, the options stay as they were. The lock makes an option that is being written wait for open_poll.
-- Definer: must see and lock the poll whatever its status.
create function private.tg_poll_options__freeze() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_status public.poll_status;
begin
  select p.status into v_status from public.polls p
  where p.id = case when tg_op = 'DELETE' then old.poll_id else new.poll_id end
  for share;
  if v_status <> 'draft' then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger poll_options_freeze before insert or update or delete on public.poll_options
  for each row execute function private.tg_poll_options__freeze();

-- Makes or changes a draft with all its options in one step. id is the form's own key.
-- options: [{"proposal_id": …, "cost_nok": …} or {"title": …, "body": …, "cost_nok": …}, …] in order.
-- Invoker: the policies decide (42501 for anybody but the building's consultant).
create function public.save_poll(
  id uuid, block_id uuid, title text, decides text, afterwards text, rule public.poll_rule, closes_at timestamptz,
  options jsonb, body text default null, budget_nok integer default null
) returns public.save_poll_outcome
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
  insert into public.polls (id, block_id, title, body, decides, afterwards, budget_nok, rule, closes_at)
  values (save_poll.id, save_poll.block_id, btrim(save_poll.title), nullif(btrim(save_poll.body), ''),
    btrim(save_poll.decides), btrim(save_poll.afterwards), save_poll.budget_nok, save_poll.rule, save_poll.closes_at)
  on conflict (id) do nothing;
  if not found then
    update public.polls p
    set title = btrim(save_poll.title), body = nullif(btrim(save_poll.body), ''), decides = btrim(save_poll.decides),
      afterwards = btrim(save_poll.afterwards), budget_nok = save_poll.budget_nok, rule = save_poll.rule,
      closes_at = save_poll.closes_at
    where p.id = save_poll.id and p.block_id = save_poll.block_id;
    if not found then
      return 'not_draft';
    end if;
    delete from public.poll_options o where o.poll_id = save_poll.id;
  end if;
  insert into public.poll_options (poll_id, block_id, position, title, body, cost_nok, proposal_id)
  select save_poll.id, save_poll.block_id, o.position, coalesce(p.title, btrim(o.option ->> 'title')),
    coalesce(p.body, nullif(btrim(o.option ->> 'body'), '')), (o.option ->> 'cost_nok')::integer,
    (o.option ->> 'proposal_id')::uuid
  from jsonb_array_elements(save_poll.options) with ordinality o (option, position)
  left join public.proposals p on p.id = (o.option ->> 'proposal_id')::uuid;
  return 'saved';
end
$$;
grant execute on function
  public.save_poll(uuid, uuid, text, text, text, public.poll_rule, timestamptz, jsonb, text, integer) to authenticated;
