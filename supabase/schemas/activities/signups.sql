-- Sign-ups: who takes part in an activity, in which state, and each step with its reason.
-- Signing up: activities/sign-up.sql; who gets a place: activities/waiting-list.sql; who came: activities/door.sql.

create type public.signup_status as enum ('signed_up', 'offered', 'waitlisted', 'cancelled', 'declined', 'lapsed');

-- One sign-up: a person with an account, or somebody without one by first name, and the size of their party.
-- Live are signed_up, offered (a place is held until offer_expires_at) and waitlisted; the others are history, and coming
-- back is a new row, last in the queue. `queue_number` is the order of arrival, drawn while the activity row is locked.
-- Thirty days after the last date the name goes (forgotten_at); the numbers stay.
create table public.signups (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid references public.people on delete cascade,
  first_name text check (length(btrim(first_name)) >= 1 and length(first_name) <= 40),
  -- The size of the party, including the person: all get a place, or nobody does.
  party_size integer not null default 1 check (party_size between 1 and 20),
  status public.signup_status not null default 'waitlisted',
  queue_number bigint generated always as identity,
  created_at timestamptz not null default now(),
  -- When the person got the place.
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
-- One live sign-up per person.
create unique index signups_live_idx on public.signups (activity_id, person_id)
  where status in ('signed_up', 'offered', 'waitlisted');
create index signups_activity_id_idx on public.signups (activity_id, block_id, queue_number);
create index signups_person_id_idx on public.signups (person_id, created_at);
create index signups_unforgotten_idx on public.signups (activity_id) where forgotten_at is null;
create index signups_offer_expires_at_idx on public.signups (offer_expires_at) where status = 'offered';
create index signups_block_id_created_at_idx on public.signups (block_id, created_at);
alter table public.signups enable row level security;

-- I see my own sign-ups; the consultant and the host see those of their activity. Others see only numbers.
create policy select_own_or_manager on public.signups for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
  );
-- No insert, update or delete: the functions must count rows that the caller may not see.
grant select on public.signups to authenticated;

create type public.signup_reason as enum (
  'free_place', 'full', 'does_not_fit', 'place_freed', 'more_places', 'offer_accepted', 'offer_declined', 'offer_lapsed',
  'cancelled_by_self', 'cancelled_by_staff', 'activity_cancelled', 'moved_out'
);
create type public.signup_actor as enum ('self', 'staff', 'system');

-- Every step of a sign-up with its reason, so that the consultant can explain why somebody has no place. Append-only.
create table public.signup_events (
  id bigint generated always as identity primary key,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  -- The state after this step. Equal to the state before it when somebody was passed over because the party did not fit.
  status public.signup_status not null,
  reason public.signup_reason not null,
  actor public.signup_actor not null,
  created_at timestamptz not null default now(),
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);
create index signup_events_signup_id_idx on public.signup_events (signup_id, activity_id, block_id, id);
alter table public.signup_events enable row level security;

create policy select_manager on public.signup_events for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
-- No insert, update or delete: the functions write it, and nobody changes history.
grant select on public.signup_events to authenticated;

-- Append-only: moderation/log.sql.
create trigger append_only before update or delete on public.signup_events
  for each row execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.signup_events
  for each statement execute function private.tg_trails__append_only();
