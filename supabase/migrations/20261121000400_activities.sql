-- What happens in a building: activities (what), their sessions (when), their series (the rule that dates are made by)
-- and who hosts them. Sign-ups: ..._signups.sql; what is done with an activity: ..._activity_rules.sql.

create type public.activity_kind as enum ('drop_in', 'event', 'course', 'meeting', 'trip');
create type public.activity_status as enum ('proposed', 'draft', 'published', 'cancelled', 'declined');
create type public.audience_group as enum ('children', 'youth', 'families', 'adults', 'seniors');

-- A short name for printed addresses (`/a/k7m3xz`): no letters that look alike, no vowels that make words. Not a secret.
-- For the trigger below; granted to nobody.
create function private.new_slug() returns text
language sql volatile set search_path = '' as $$
  select string_agg(substr('bcdfghjkmnpqrstvwxz23456789', get_byte(b, i) % 27 + 1, 1), '')
  from (select extensions.gen_random_bytes(6) as b) r, generate_series(0, 5) i
$$;

-- One thing to take part in. A course is one activity with several sessions and one sign-up for all of them.
-- The counts are of people, not of rows: they are kept by a trigger on signups, because nobody but the consultant and
-- the host may see those rows. `version` goes up with every change: two tabs can not overwrite each other, and calendars
-- know which text is newer. Text is Markdown of a small subset.
create table public.activities (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.activity_kind not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  audience text check (length(audience) <= 120),
  -- For the filter; empty: for everybody.
  for_whom public.audience_group[] not null default '{}' check (cardinality(for_whom) <= 5),
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
  decline_reason text check (length(btrim(decline_reason)) >= 1 and length(decline_reason) <= 300),
  -- A resident or a partner runs it, or did; see 000801.
  was_hosted boolean not null default false,
  -- Away from its readers (also those signed up), because of what stands in it; see 000801.
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  -- Places; null means that nobody needs to sign up.
  capacity integer check (capacity between 1 and 500),
  -- How many one sign-up may be for, oneself included.
  max_party integer not null default 5 check (max_party between 1 and 20),
  signup_opens_at timestamptz,
  signup_closes_at timestamptz,
  -- Until when one may give up the place oneself; later it is the consultant's to do.
  signoff_closes_at timestamptz,
  signed_up_count integer not null default 0 check (signed_up_count >= 0),
  offered_count integer not null default 0 check (offered_count >= 0),
  waitlisted_count integer not null default 0 check (waitlisted_count >= 0),
  -- Set by a trigger: a default would show its function in the API's description.
  slug text not null default '' unique,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (place_id, block_id) references public.places (id, block_id) on delete set null (place_id),
  constraint cancelled_has_reason check ((status = 'cancelled') = (cancel_reason is not null)),
  constraint declined_has_reason check ((status = 'declined') = (decline_reason is not null)),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  constraint opens_before_it_closes check (signup_closes_at > signup_opens_at)
);
create index activities_block_id_status_idx on public.activities (block_id, status, created_at);
create index activities_place_id_idx on public.activities (place_id, block_id);

-- One date of an activity. Rows, made ahead, so that "what comes in this building" is one index scan:
-- a session lasts 14 days at most, so the scan may begin 14 days back.
-- `recurs_on` is the day (in Oslo) that the series gave this date: it stays when the date is moved, so that a change of
-- the series finds it again. `sequence` counts the changes of time, for calendars and for messages.
create table public.activity_sessions (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  starts_at timestamptz not null check (starts_at >= '2000-01-01 00:00+00' and starts_at < '2100-01-01 00:00+00'),
  ends_at timestamptz not null,
  cancelled_at timestamptz,
  -- Why it was moved or cancelled; its readers see it.
  note text check (length(btrim(note)) >= 1 and length(note) <= 200),
  recurs_on date,
  is_moved boolean not null default false,
  sequence integer not null default 0,
  unique (activity_id, recurs_on),
  unique (id, activity_id, block_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (ends_at > starts_at and ends_at - starts_at <= interval '14 days')
);
create index activity_sessions_activity_id_idx on public.activity_sessions (activity_id, block_id, starts_at);
create index activity_sessions_coming_idx on public.activity_sessions (block_id, starts_at);

-- The rule that an activity repeats by (RFC 5545), counted in days of Oslo; the clock is the wall's, so summer time moves
-- nothing. The server makes the rows ahead, to `made_until`. What the rule gave before a change of it is history.
create table public.activity_series (
  activity_id uuid primary key,
  block_id uuid not null,
  rrule text not null check (
    length(rrule) <= 200
    and rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY)(;INTERVAL=[1-9][0-9]?|;BYDAY=[-+,0-9A-Z]+|;BYMONTHDAY=[-,0-9]+|;UNTIL=[0-9]{8}|;COUNT=[1-9][0-9]{0,2})*$'
  ),
  starts_on date not null check (starts_on >= '2000-01-01' and starts_on < '2100-01-01'),
  starts_clock time not null,
  ends_clock time not null,
  -- Days between start and end: 1 is over midnight.
  extra_days smallint not null default 0 check (extra_days between 0 and 13),
  made_until date not null,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (extra_days > 0 or ends_clock > starts_clock)
);
create index activity_series_activity_id_idx on public.activity_series (activity_id, block_id);
create index activity_series_made_until_idx on public.activity_series (made_until);

-- Who runs an activity beside the consultant: a resident or a partner who proposed it. Never shown to others; the page
-- prints the free text `host`.
create table public.activity_hosts (
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid not null references public.people on delete cascade,
  primary key (activity_id, person_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_hosts_activity_id_idx on public.activity_hosts (activity_id, block_id);
create index activity_hosts_person_id_idx on public.activity_hosts (person_id);

-- The activity's words in another language, written by people; a poster prints all of them.
create table public.activity_translations (
  activity_id uuid not null,
  block_id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  primary key (activity_id, language),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_translations_activity_id_idx on public.activity_translations (activity_id, block_id);

alter table public.activity_series enable row level security;
alter table public.activity_hosts enable row level security;
alter table public.activity_translations enable row level security;
alter table public.activities enable row level security;
alter table public.activity_sessions enable row level security;

-- The activities I host, while I still belong to the building. For policies, like my_block_ids.
-- Definer: reads the caller's rows of two tables whose own policies would ask again.
create function private.my_hosted_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select h.activity_id from public.activity_hosts h
  where h.person_id = (select auth.uid()) and exists (
    select from public.memberships m
    where m.person_id = h.person_id and m.block_id = h.block_id and m.ended_at is null and m.role in ('resident', 'partner')
  )
$$;
grant execute on function private.my_hosted_ids() to anon, authenticated;

-- Whether this activity is mine to run: as the building's consultant, or as its host.
create function private.manages(p_activity_id uuid, p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_role(p_block_id, '{consultant}') or p_activity_id in (select private.my_hosted_ids())
$$;
grant execute on function private.manages(uuid, uuid) to anon, authenticated;
-- For the pages: a column of activities over the API (select=title,is_mine_to_run).
create function public.is_mine_to_run(activity public.activities) returns boolean
language sql stable set search_path = '' as $$ select private.manages((activity).id, (activity).block_id) $$;
grant execute on function public.is_mine_to_run(public.activities) to anon, authenticated;

-- Everybody reads what is public, members of the building the rest; its consultant and its hosts also what is no more
-- or not yet published.
create policy select_visible on public.activities for select to anon, authenticated
  using (
    (status in ('published', 'cancelled') and hidden_at is null and (is_public or block_id in (select private.my_block_ids('{resident,partner}'))))
    or block_id in (select private.my_block_ids('{consultant}'))
    or id in (select private.my_hosted_ids())
  );
-- Never a flat: nobody's home stands on a public page.
create policy insert_consultant on public.activities for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );
create policy update_manager on public.activities for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or id in (select private.my_hosted_ids()))
  with check (
    (block_id in (select private.my_block_ids('{consultant}')) or id in (select private.my_hosted_ids()))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );
-- What has been published is cancelled with a reason, never deleted. A host takes back what is only proposed.
create policy delete_unpublished on public.activities for delete to authenticated
  using (
    (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')))
    or (status in ('proposed', 'declined') and id in (select private.my_hosted_ids()))
  );
grant select on public.activities to anon, authenticated;
-- Not status, reasons, counts, slug and version: functions and triggers set them.
grant insert (id, block_id, kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;
grant update (kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;
grant delete on public.activities to authenticated;

-- A date is seen by those who see its activity, and set by those who run it. `offset 0`, here and below: look this one
-- activity up; else PostgreSQL reads the activities of all buildings into a hash to ask it.
create policy select_visible on public.activity_sessions for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_sessions for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_sessions for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_sessions for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.activity_sessions to anon, authenticated;
grant insert (id, activity_id, block_id, starts_at, ends_at, cancelled_at, recurs_on) on public.activity_sessions to authenticated;
grant update (starts_at, ends_at, cancelled_at, note, recurs_on, is_moved) on public.activity_sessions to authenticated;
grant delete on public.activity_sessions to authenticated;

create policy select_visible on public.activity_series for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_series for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_series for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_series for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.activity_series to anon, authenticated;
grant insert (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  on public.activity_series to authenticated;
grant update (rrule, starts_on, starts_clock, ends_clock, extra_days, made_until) on public.activity_series to authenticated;
grant delete on public.activity_series to authenticated;

create policy select_own_or_consultant on public.activity_hosts for select to authenticated
  using (person_id = (select auth.uid()) or block_id in (select private.my_block_ids('{consultant}')));
-- No insert: propose_activity makes the proposer the host. The consultant can end it.
create policy delete_consultant on public.activity_hosts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
grant select, delete on public.activity_hosts to authenticated;

create policy select_visible on public.activity_translations for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));
create policy insert_manager on public.activity_translations for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy update_manager on public.activity_translations for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
create policy delete_manager on public.activity_translations for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));
grant select on public.activity_translations to anon, authenticated;
grant insert (activity_id, block_id, language, title, body) on public.activity_translations to authenticated;
grant update (title, body) on public.activity_translations to authenticated;
grant delete on public.activity_translations to authenticated;

-- Two tabs, and a plain update of the counts is no change of the activity.
create function private.tg_activities__version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;
create trigger version before update on public.activities for each row
  when ((old.signed_up_count, old.offered_count, old.waitlisted_count) = (new.signed_up_count, new.offered_count, new.waitlisted_count))
  execute function private.tg_activities__version();

-- Draws the short name. Definer: new_slug is nobody's to call.
create function private.tg_activities__slug() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.slug := private.new_slug();
  return new;
end
$$;
create trigger slug before insert on public.activities for each row execute function private.tg_activities__slug();

-- Counts the changes of a date's time, for calendars (SEQUENCE) and messages.
create function private.tg_activity_sessions__sequence() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.sequence := old.sequence + 1;
  return new;
end
$$;
create trigger sequence before update on public.activity_sessions for each row
  when ((old.starts_at, old.ends_at, old.cancelled_at is null) is distinct from (new.starts_at, new.ends_at, new.cancelled_at is null))
  execute function private.tg_activity_sessions__sequence();
