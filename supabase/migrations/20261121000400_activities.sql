-- What happens in a building: activities (what), their sessions (when) and sign-ups (who). Rules: ..._activity_rules.sql.

create type public.activity_kind as enum ('drop_in', 'event', 'course', 'meeting', 'trip');
create type public.activity_status as enum ('draft', 'published', 'cancelled');
create type public.signup_status as enum ('signed_up', 'waitlisted', 'cancelled');

-- One thing to take part in. A course is one activity with several sessions and one sign-up for all of them.
-- The two counts are kept by a trigger on signups, because nobody but the consultant may see those rows.
-- `version` goes up with every change, so that two tabs can not overwrite each other (and for calendars later).
create table public.activities (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.activity_kind not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  audience text check (length(audience) <= 120),
  place_id uuid,
  -- Where, when it is not one of the building's places; or where in it.
  whereabouts text check (length(whereabouts) <= 120),
  host text check (length(host) <= 80),
  what_to_expect text check (length(what_to_expect) <= 1000),
  food text check (length(food) <= 200),
  languages text check (length(languages) <= 120),
  step_free boolean,
  -- Public ones are read by everybody; the others by the building's members.
  is_public boolean not null default true,
  status public.activity_status not null default 'draft',
  cancel_reason text check (length(btrim(cancel_reason)) >= 1 and length(cancel_reason) <= 300),
  -- Places; null means that nobody needs to sign up.
  capacity integer check (capacity between 1 and 500),
  signup_closes_at timestamptz,
  signed_up_count integer not null default 0 check (signed_up_count >= 0),
  waitlisted_count integer not null default 0 check (waitlisted_count >= 0),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (place_id, block_id) references public.places (id, block_id) on delete set null (place_id),
  constraint cancelled_has_reason check ((status = 'cancelled') = (cancel_reason is not null))
);
create index activities_block_id_status_idx on public.activities (block_id, status, created_at);
create index activities_place_id_idx on public.activities (place_id, block_id);

-- One date of an activity. Rows, made ahead, so that "what comes in this building" is one index scan:
-- a session lasts 14 days at most, so the scan may begin 14 days back.
create table public.activity_sessions (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  starts_at timestamptz not null check (starts_at >= '2000-01-01 00:00+00' and starts_at < '2100-01-01 00:00+00'),
  ends_at timestamptz not null,
  cancelled_at timestamptz,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (ends_at > starts_at and ends_at - starts_at <= interval '14 days')
);
create index activity_sessions_activity_id_idx on public.activity_sessions (activity_id, block_id, starts_at);
create index activity_sessions_coming_idx on public.activity_sessions (block_id, starts_at);

-- One person's sign-up. `queue_number` is the order of arrival: it is drawn while the activity row is locked.
-- A cancelled sign-up stays as history; coming back is a new row, last in the queue.
create table public.signups (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid not null references public.people on delete cascade,
  status public.signup_status not null default 'waitlisted',
  queue_number bigint generated always as identity,
  created_at timestamptz not null default now(),
  -- When the place was won.
  signed_up_at timestamptz,
  cancelled_at timestamptz,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint signed_up_has_moment check (status <> 'signed_up' or signed_up_at is not null),
  constraint cancelled_has_moment check ((status = 'cancelled') = (cancelled_at is not null))
);
create unique index signups_live_idx on public.signups (activity_id, person_id) where status <> 'cancelled';
create index signups_activity_id_idx on public.signups (activity_id, block_id, queue_number);
create index signups_person_id_idx on public.signups (person_id, created_at);

alter table public.activities enable row level security;
alter table public.activity_sessions enable row level security;
alter table public.signups enable row level security;

-- Everybody reads what is public, members of the building the rest, its consultant also drafts.
create policy select_visible on public.activities for select to anon, authenticated
  using (
    (status <> 'draft' and (is_public or block_id in (select private.my_block_ids('{resident,partner}'))))
    or block_id in (select private.my_block_ids('{consultant}'))
  );
-- Never a flat: nobody's home stands on a public page.
create policy insert_consultant on public.activities for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );
create policy update_consultant on public.activities for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')))
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );
-- What has been published is cancelled with a reason, never deleted.
create policy delete_draft on public.activities for delete to authenticated
  using (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')));
grant select on public.activities to anon, authenticated;
-- Not status, reason, counts and version: publish_activity, cancel_activity and the triggers set them.
grant insert (id, block_id, kind, title, body, audience, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, signup_closes_at) on public.activities to authenticated;
grant update (kind, title, body, audience, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, signup_closes_at) on public.activities to authenticated;
grant delete on public.activities to authenticated;

-- A date is seen by those who see its activity.
create policy select_visible on public.activity_sessions for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id));
create policy insert_consultant on public.activity_sessions for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy update_consultant on public.activity_sessions for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')))
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.activity_sessions for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
grant select on public.activity_sessions to anon, authenticated;
grant insert (id, activity_id, block_id, starts_at, ends_at, cancelled_at) on public.activity_sessions to authenticated;
grant update (starts_at, ends_at, cancelled_at) on public.activity_sessions to authenticated;
grant delete on public.activity_sessions to authenticated;

-- I see my own sign-ups, the consultant those of the building. Neighbours, other consultants and the landlord see none.
create policy select_own_or_consultant on public.signups for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant}'))
  );
-- No insert, update or delete: sign_up and cancel_signup must count rows that the caller may not see.
grant select on public.signups to authenticated;

-- Two tabs, and a plain update of the counts is no change of the activity.
create function private.tg_activities__version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
create trigger version before update on public.activities for each row
  when (old.signed_up_count = new.signed_up_count and old.waitlisted_count = new.waitlisted_count)
  execute function private.tg_activities__version();
