-- Who takes part: sign-ups with their history, who came, how many heads, and what those who are signed up are told.
-- Who gets a place: ..._signup_rules.sql.

create type public.signup_status as enum ('signed_up', 'offered', 'waitlisted', 'cancelled', 'declined', 'lapsed');
create type public.signup_reason as enum (
  'free_place', 'full', 'does_not_fit', 'place_freed', 'more_places', 'offer_accepted', 'offer_declined', 'offer_lapsed',
  'cancelled_by_self', 'cancelled_by_staff', 'activity_cancelled', 'moved_out'
);
create type public.signup_actor as enum ('self', 'staff', 'system');

-- One sign-up: a person with an account, or somebody without one by first name, and how many they come with.
-- Live are signed_up, offered (a place is held until offer_expires_at) and waitlisted; the others are history, and coming
-- back is a new row, last in the queue. `queue_number` is the order of arrival, drawn while the activity row is locked.
-- Thirty days after the last date the name goes (forgotten_at); the numbers stay.
create table public.signups (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid references public.people on delete cascade,
  first_name text check (length(btrim(first_name)) >= 1 and length(first_name) <= 40),
  -- Oneself and those one brings: all get a place, or nobody does.
  party_size integer not null default 1 check (party_size between 1 and 20),
  status public.signup_status not null default 'waitlisted',
  queue_number bigint generated always as identity,
  created_at timestamptz not null default now(),
  -- When the place was won.
  signed_up_at timestamptz,
  offer_expires_at timestamptz,
  ended_at timestamptz,
  forgotten_at timestamptz,
  unique (id, activity_id, block_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint signed_up_has_moment check (status <> 'signed_up' or signed_up_at is not null),
  constraint offer_has_end check ((status = 'offered') = (offer_expires_at is not null)),
  constraint ended_has_moment check ((status in ('cancelled', 'declined', 'lapsed')) = (ended_at is not null)),
  constraint is_somebody check (num_nonnulls(person_id, first_name) = case when forgotten_at is null then 1 else 0 end)
);
-- One person, one live sign-up.
create unique index signups_live_idx on public.signups (activity_id, person_id)
  where status in ('signed_up', 'offered', 'waitlisted');
create index signups_activity_id_idx on public.signups (activity_id, block_id, queue_number);
create index signups_person_id_idx on public.signups (person_id, created_at);
create index signups_unforgotten_idx on public.signups (activity_id) where forgotten_at is null;
create index signups_offer_expires_at_idx on public.signups (offer_expires_at) where status = 'offered';

-- Every step of a sign-up and why, so that the consultant can say why somebody has no place. Only ever added to.
create table public.signup_events (
  id bigint generated always as identity primary key,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  -- The state after it. The same as before it: somebody was passed over, because the party did not fit.
  status public.signup_status not null,
  reason public.signup_reason not null,
  actor public.signup_actor not null,
  created_at timestamptz not null default now(),
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);
create index signup_events_signup_id_idx on public.signup_events (signup_id, activity_id, block_id, id);

-- Who came: how many of the party, on one date. No row: not ticked yet.
create table public.attendances (
  session_id uuid not null,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  present_count integer not null check (present_count between 0 and 20),
  primary key (session_id, signup_id),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade,
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);
create index attendances_session_id_idx on public.attendances (session_id, activity_id, block_id);
create index attendances_signup_id_idx on public.attendances (signup_id, activity_id, block_id);

-- How many came to a date where nobody signs up. A table of its own: the number is for those who run it.
create table public.head_counts (
  session_id uuid primary key,
  activity_id uuid not null,
  block_id uuid not null,
  heads integer not null check (heads between 0 and 10000),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade
);
create index head_counts_session_id_idx on public.head_counts (session_id, activity_id, block_id);

-- A message from those who run an activity to all who are signed up, offered a place or waiting.
create table public.activity_messages (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  -- By the consultant; else by a host.
  is_from_staff boolean not null default true,
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  created_at timestamptz not null default now(),
  unique (id, block_id),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_messages_activity_id_idx on public.activity_messages (activity_id, block_id, created_at);

-- Which host wrote it. Everybody sees their own rows and nobody else's.
create table public.activity_message_authors (
  message_id uuid primary key references public.activity_messages on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index activity_message_authors_person_id_idx on public.activity_message_authors (person_id);

alter table public.signups enable row level security;
alter table public.signup_events enable row level security;
alter table public.attendances enable row level security;
alter table public.head_counts enable row level security;
alter table public.activity_messages enable row level security;
alter table public.activity_message_authors enable row level security;
create policy select_self on public.activity_message_authors for select to authenticated using (person_id = (select auth.uid()));
-- No insert, update or delete: send_activity_message.
grant select on public.activity_message_authors to authenticated;

-- I see my own sign-ups; the consultant and the host those of their activity. Nobody else: others see numbers.
create policy select_own_or_manager on public.signups for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
  );
-- No insert, update or delete: the functions must count rows that the caller may not see.
grant select on public.signups to authenticated;

create policy select_manager on public.signup_events for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
-- No insert, update or delete: the functions write it, and nobody changes what has been.
grant select on public.signup_events to authenticated;

create policy select_manager on public.attendances for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy insert_manager on public.attendances for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.attendances for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.attendances for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select, delete on public.attendances to authenticated;
grant insert (session_id, signup_id, activity_id, block_id, present_count) on public.attendances to authenticated;
grant update (present_count) on public.attendances to authenticated;

create policy select_manager on public.head_counts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy insert_manager on public.head_counts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.head_counts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.head_counts to authenticated;
grant insert (session_id, activity_id, block_id, heads) on public.head_counts to authenticated;
grant update (heads) on public.head_counts to authenticated;

-- Those who run it, and those who have a live sign-up; when it is hidden the consultant and the host alone.
create policy select_concerned on public.activity_messages for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
    or hidden_at is null and exists (
      select from public.signups s
      where s.activity_id = activity_messages.activity_id and s.person_id = (select auth.uid())
        and s.status in ('signed_up', 'offered', 'waitlisted')
    )
  );
-- No insert: send_activity_message also writes one notification for each.
grant select on public.activity_messages to authenticated;

-- Adds heads to a date (a negative number takes away; never under 0). Answers the new number.
-- Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.count_heads(session_id uuid, change integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_heads integer;
begin
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, greatest(0, least(coalesce(change, 0), 10000))
  from public.activity_sessions s where s.id = count_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = greatest(0, least(h.heads + coalesce(change, 0), 10000))
  returning heads into v_heads;
  return v_heads;
end
$$;
grant execute on function public.count_heads(uuid, integer) to authenticated;
