-- What comes of a vote. Closing starts it, so that no result is left without somebody who answers for it, and a day.

create type public.follow_up_status as enum ('decision', 'work', 'done', 'declined');

-- One per closed vote: who answers for it, how it stands, and the day by which the residents hear more.
create table public.follow_ups (
  poll_id uuid primary key,
  block_id uuid not null,
  owner public.phase_owner not null check (owner <> 'residents'),
  status public.follow_up_status not null default 'decision',
  next_on date not null,
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);
create index follow_ups_poll_id_idx on public.follow_ups (poll_id, block_id);
alter table public.follow_ups enable row level security;
create policy select_member on public.follow_ups for select to authenticated
  using (block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}')));
grant select on public.follow_ups to authenticated;

-- Starts the follow-up of a vote that closes: owner and day as promised for the decision, otherwise the consultant within 14 days.
-- Granted to nobody.
create function private.start_follow_up(p_poll_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.follow_ups (poll_id, block_id, owner, next_on)
  select p.id, p.block_id, coalesce(nullif(f.owner, 'residents'), 'consultant'),
    greatest(coalesce(f.ends_on, (p.closed_at at time zone 'Europe/Oslo')::date + 14), (p.closed_at at time zone 'Europe/Oslo')::date)
  from public.polls p left join public.poll_phases f on f.poll_id = p.id and f.phase = 'decision'
  where p.id = p_poll_id
  on conflict (poll_id) do nothing
$$;
