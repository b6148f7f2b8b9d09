-- What comes of a vote: a row from its closing on, shown from the count on, with an owner and a day by which
-- the next update is due.

-- From the closing of a vote without a decision day until the first update is due.
insert into private.periods (what, lasts) values ('first_follow_up', '14 days');

-- In this order; it only goes back when a done or declined follow-up is reopened.
create type public.follow_up_status as enum ('decision', 'work', 'done', 'declined');

-- The current state; all updates are in follow_up_updates. `owner` is who is responsible, `next_on` the day by which the
-- residents hear more: never empty while anything is left to do. `decision` is the update that ended the wait for a decision,
-- `body` the last update, `cost_nok` the amount spent so far.
create table public.follow_ups (
  poll_id uuid primary key,
  block_id uuid not null,
  owner public.phase_owner not null check (owner <> 'residents'),
  status public.follow_up_status not null default 'decision',
  next_on date,
  decision text check (length(btrim(decision)) >= 1 and length(decision) <= 1000),
  body text check (length(btrim(body)) >= 1 and length(body) <= 1000),
  delayed_because text check (length(btrim(delayed_because)) >= 1 and length(delayed_because) <= 500),
  cost_nok integer check (cost_nok between 0 and 100000000),
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  -- The number of updates: the writer states the version that the page showed.
  version integer not null default 0,
  closed_at timestamptz,
  -- When the owner was last told that it is overdue.
  told_late_at timestamptz,
  unique (poll_id, block_id),
  constraint open_has_next_date check ((status in ('decision', 'work')) = (next_on is not null)),
  constraint closed_has_time check ((status in ('done', 'declined')) = (closed_at is not null)),
  constraint declined_has_reason check (status <> 'declined' or body is not null),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);
create index follow_ups_block_id_idx on public.follow_ups (block_id, next_on);
create index follow_ups_owner_idx on public.follow_ups (owner, next_on);
create index follow_ups_due_idx on public.follow_ups (next_on) where next_on is not null;
alter table public.follow_ups enable row level security;

create policy select_member on public.follow_ups for select to authenticated
  using (
    block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
    and exists (select from public.polls p where p.id = poll_id and p.counted_at is not null)
  );
-- No insert, update or delete: closing makes it, and update_follow_up changes it. No role may read told_late_at.
grant select (poll_id, block_id, owner, status, next_on, decision, body, delayed_because, cost_nok, created_at, updated_at, closed_at, version)
  on public.follow_ups to authenticated;

-- An update: words, role and time. The id is a key chosen by the form: sent twice it is one row. The person is in the audit log.
create table public.follow_up_updates (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  author_role public.phase_owner not null check (author_role <> 'residents'),
  status public.follow_up_status not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  next_on date,
  -- The day it was due, and why a day was moved.
  promised_on date,
  delayed_because text check (length(btrim(delayed_because)) >= 1 and length(delayed_because) <= 500),
  cost_nok integer check (cost_nok between 0 and 100000000),
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete restrict
);
create index follow_up_updates_poll_id_idx on public.follow_up_updates (poll_id, block_id, created_at);
alter table public.follow_up_updates enable row level security;

-- Visible to everybody who sees the follow-up (its policy decides). No insert, update or delete: update_follow_up does it.
create policy select_with_follow_up on public.follow_up_updates for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));
grant select on public.follow_up_updates to authenticated;

-- Published updates are final: nobody changes or deletes them.
create function private.tg_follow_up_updates__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'table % is append-only', tg_table_name;
end
$$;
create trigger append_only before update or delete or truncate on public.follow_up_updates
  for each statement execute function private.tg_follow_up_updates__append_only();

-- Makes the follow-up of a vote that closes: owner and day from its phase `decision`, else the consultant (who also speaks
-- for the residents) within the first period after the closing. Does nothing the second time. For the closing; granted to nobody.
create function private.start_follow_up(p_poll_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.follow_ups (poll_id, block_id, owner, next_on)
  select p.id, p.block_id, coalesce(nullif(d.owner, 'residents'), 'consultant'),
    case when d.ends_on > c.closed_on then d.ends_on else (c.closed_on + private.period('first_follow_up'))::date end
  from public.polls p
  cross join lateral (select (p.closes_at at time zone 'Europe/Oslo')::date as closed_on) c
  left join public.poll_phases d on d.poll_id = p.id and d.phase = 'decision'
  where p.id = p_poll_id
  on conflict (poll_id) do nothing
$$;
