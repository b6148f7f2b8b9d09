-- Activities: what happens in a building and people can take part in. The table, its settings and its policies.
-- Dates: activities/sessions.sql; hosts: activities/hosts.sql; sign-ups: activities/signups.sql;
-- creating: activities/proposing.sql; changing and cancelling: activities/publishing.sql.

-- The largest party of one sign-up, unless the host sets another limit.
insert into private.numbers (what, value) values ('usual_party', 5);

create type public.activity_kind as enum ('drop_in', 'event', 'course', 'meeting', 'trip');
create type public.activity_status as enum ('proposed', 'draft', 'published', 'cancelled', 'declined');
create type public.audience_group as enum ('children', 'youth', 'families', 'adults', 'seniors');

-- One thing to take part in. A course is one activity with several sessions and one sign-up for all of them.
-- The counts are of people, not of rows: they are kept by a trigger on signups, because nobody but the consultant and
-- the host may see those rows. `version` goes up with every change: two tabs cannot overwrite each other, and calendars
-- know which text is newer. Text is Markdown of a small subset.
create table public.activities (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.activity_kind not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  audience text check (length(audience) <= 120),
  -- For the filter; empty means everybody.
  for_whom public.audience_group[] not null default '{}' check (cardinality(for_whom) <= 5),
  place_id uuid,
  -- Where, when it is not one of the building's places; or where inside that place.
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
  -- Whether a resident or a partner runs it or has run it; see activities/hosts.sql.
  was_hosted boolean not null default false,
  -- Hidden from readers (also from those signed up) because of its content; see moderation/moderate.sql.
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  -- Number of places; null means that nobody needs to sign up.
  capacity integer check (capacity between 1 and 500),
  -- The largest party of one sign-up, including the person who signs up.
  max_party integer not null default private.number('usual_party') check (max_party between 1 and 20),
  signup_opens_at timestamptz,
  signup_closes_at timestamptz,
  -- Until when people may give up their own place; after that only the consultant can do it.
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
alter table public.activities enable row level security;

-- Everybody reads public activities, members of the building the rest; its consultant and hosts also read drafts and
-- cancelled or hidden ones.
create policy select_visible on public.activities for select to anon, authenticated
  using (
    (status in ('published', 'cancelled') and hidden_at is null and (is_public or block_id in (select private.my_block_ids('{resident,partner}'))))
    or block_id in (select private.my_block_ids('{consultant}'))
    or id in (select private.my_hosted_ids())
  );
-- Never a flat: nobody's home address may appear on a public page.
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
-- A host can write the texts directly, without the functions: this policy enforces a pause there. A paused host can still move or cancel
-- dates and keep attendance, because people rely on them, but without any text.
create policy update_unless_paused on public.activities as restrictive for update to authenticated
  using (block_id not in (select m.block_id from private.my_pauses() m));
-- A published activity is cancelled with a reason, never deleted. A host can delete an activity that is only proposed.
create policy delete_unpublished on public.activities for delete to authenticated
  using (
    (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')))
    or (status in ('proposed', 'declined') and id in (select private.my_hosted_ids()))
  );
grant select on public.activities to anon, authenticated;
-- Status, reasons, counts, slug and version are not granted: functions and triggers set them.
grant insert (id, block_id, kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;
grant update (kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;
grant delete on public.activities to authenticated;

-- Counts the changes of an activity, so that two tabs cannot overwrite each other. An update of the counts alone is not a change.
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

-- A short name for printed addresses (`/a/k7m3xz`), without letters that look alike and without vowels (no words). Not a secret.
-- For the trigger below; granted to nobody.
create function private.new_slug() returns text
language sql volatile set search_path = '' as $$
  select string_agg(substr('bcdfghjkmnpqrstvwxz23456789', get_byte(b, i) % 27 + 1, 1), '')
  from (select extensions.gen_random_bytes(6) as b) r, generate_series(0, 5) i
$$;

-- Draws the short name. Definer: new_slug is granted to nobody.
create function private.tg_activities__slug() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.slug := private.new_slug();
  return new;
end
$$;
create trigger slug before insert on public.activities for each row execute function private.tg_activities__slug();

-- When a host rewrites what the consultant has edited, the activity returns to the queue: moderation/edits.sql.
create trigger changed_again after update of title, body, audience, whereabouts, host, what_to_expect, food, languages on public.activities
  for each row when ((old.title, old.body, old.audience, old.whereabouts, old.host, old.what_to_expect, old.food, old.languages)
    is distinct from (new.title, new.body, new.audience, new.whereabouts, new.host, new.what_to_expect, new.food, new.languages))
  execute function private.tg_activity_words__changed_again();

-- Direct changes by staff are logged: moderation/log.sql. Changes of what is not published yet are not logged.
create trigger log_staff_change after update on public.activities for each row
  when (current_user = 'authenticated' and old.status not in ('draft', 'proposed')) execute function private.tg_staff_change__log('activity');
