-- Faults: what a resident reports, what the landlord does about it, and who may see which part.
--
-- A case is split by audience, because row-level security hides rows and not columns:
--   reports                  place, thing, status, how many: also the neighbours, when the place is common
--   report_details, _photos  the reporter's words, contact, pictures: the reporter and the staff
--   report_events            what happened, without text: whoever sees the case
--   report_event_actors      who of the staff did it: the staff
--   report_messages          to everyone who sees the case, to the resident (reporter and staff) or internal (staff only)
--   report_followers         "Jeg har det også": each one their own row; the number is a column of the case
-- Staff here means the building's consultant and the landlord. Nothing of this is open to somebody not signed in, but for the
-- place, thing and status of common-area cases through Open311.

create type public.report_status as enum (
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn', 'merged'
);
-- The order is who one is first: a consultant who also reported the case writes as the consultant.
create type public.report_actor as enum ('landlord', 'consultant', 'reporter', 'neighbour', 'system');
create type public.report_event_kind as enum ('status', 'chased', 'still_working', 'merged_in', 'unmerged', 'assigned');
-- What a case waits for.
create type public.report_wait as enum ('parts', 'contractor', 'access');
create type public.report_access as enum ('call_first', 'may_enter');
create type public.message_audience as enum ('resident', 'everyone', 'internal');
create type public.report_thing as enum (
  'leak', 'drain', 'hot_water', 'heating', 'power', 'light', 'damp_air', 'window', 'door_lock', 'intercom', 'pests',
  'fire_safety', 'appliance', 'escape_route', 'rubbish', 'vandalism', 'cleaning', 'snow_ice', 'playground', 'greenery',
  'paving', 'storage_room', 'washing_machine', 'dryer', 'lift_stopped', 'lift_door', 'lift_button', 'lift_sound', 'other'
);

-- What can be wrong where: about 12 things a place. A case points here, so a thing that does not fit is refused.
create table public.report_things (
  thing public.report_thing not null,
  place_kind public.place_kind not null,
  position smallint not null,
  primary key (thing, place_kind)
);
insert into public.report_things (place_kind, thing, position)
select k.place_kind::public.place_kind, t.thing::public.report_thing, t.position
from (values
  ('flat', 'leak drain hot_water heating power damp_air window door_lock pests fire_safety appliance other'),
  ('stair', 'light door_lock intercom window leak cleaning vandalism rubbish escape_route fire_safety pests other'),
  ('floor', 'light door_lock intercom window leak cleaning vandalism rubbish escape_route fire_safety pests other'),
  ('lift', 'lift_stopped lift_door lift_button lift_sound light cleaning vandalism other'),
  ('laundry', 'washing_machine dryer leak drain light power damp_air door_lock cleaning other'),
  ('cellar', 'light door_lock storage_room leak damp_air power pests rubbish escape_route fire_safety vandalism other'),
  ('yard', 'light snow_ice playground greenery paving rubbish drain door_lock pests vandalism other'),
  ('common_room', 'light power heating leak damp_air window door_lock appliance fire_safety cleaning vandalism other')
) k (place_kind, things),
lateral unnest(string_to_array(k.things, ' ')) with ordinality t (thing, position);

-- Which change of status is whose. A change that is not a row here does not happen. From and to 'merged' goes by merge_report
-- and unmerge_report, the neighbour's by object_report, all others by change_report_status.
create table public.report_transitions (
  from_status public.report_status not null,
  to_status public.report_status not null,
  role public.report_actor not null,
  is_reason_required boolean not null default false,
  primary key (from_status, to_status, role)
);
insert into public.report_transitions (role, from_status, to_status, is_reason_required)
select 'landlord'::public.report_actor, f, t::public.report_status, t = 'closed'
from unnest('{received,forwarded,reopened}'::public.report_status[]) f,
  unnest('{in_progress,waiting,fixed,closed}'::text[]) t
union all values
  ('landlord'::public.report_actor, 'in_progress'::public.report_status, 'waiting'::public.report_status, false),
  ('landlord', 'in_progress', 'fixed', false),
  ('landlord', 'in_progress', 'closed', true),
  ('landlord', 'waiting', 'in_progress', false),
  -- For something else than until now.
  ('landlord', 'waiting', 'waiting', false),
  ('landlord', 'waiting', 'fixed', false),
  ('landlord', 'waiting', 'closed', true),
  ('consultant', 'received', 'forwarded', false),
  ('consultant', 'reopened', 'forwarded', false),
  ('reporter', 'fixed', 'confirmed', false),
  ('reporter', 'fixed', 'reopened', false),
  ('reporter', 'received', 'withdrawn', false),
  ('reporter', 'forwarded', 'withdrawn', false),
  ('reporter', 'in_progress', 'withdrawn', false),
  ('reporter', 'waiting', 'withdrawn', false),
  ('reporter', 'reopened', 'withdrawn', false),
  -- The appeal: once a case.
  ('reporter', 'closed', 'reopened', true),
  ('neighbour', 'fixed', 'reopened', false),
  ('neighbour', 'confirmed', 'reopened', false),
  -- A new report of an outage that is posted.
  ('system', 'received', 'merged', false);
insert into public.report_transitions (role, from_status, to_status)
select role, f, t
from unnest('{landlord,consultant}'::public.report_actor[]) role,
  unnest('{received,forwarded,in_progress,waiting,reopened}'::public.report_status[]) o,
  lateral (values (o, 'merged'::public.report_status), ('merged'::public.report_status, o)) change (f, t);

-- One case. Holds nothing that tells who reported it.
-- There is deliberately no "updated at": it would tell the reporter that the staff wrote an internal note.
create table public.reports (
  -- Chosen by the form: sending the same form twice makes one case.
  id uuid primary key,
  number bigint generated always as identity (start with 1001) unique,
  block_id uuid not null references public.blocks on delete cascade,
  place_id uuid not null,
  place_kind public.place_kind not null,
  -- Seen by the neighbours. Follows from the place, so nobody can set it.
  is_common boolean not null generated always as (place_kind <> 'flat') stored,
  thing public.report_thing not null,
  status public.report_status not null default 'received',
  is_open boolean not null generated always as (status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged')) stored,
  -- Only while it waits.
  waiting_for public.report_wait,
  -- The case it is told in from now on. It stays what it is, and can be taken out again.
  merged_into uuid,
  is_urgent boolean not null default false,
  -- The reporter and those who pressed "Jeg har det også".
  affected_count integer not null default 1 check (affected_count >= 1),
  -- The day (Oslo) by which the landlord's own expected time is out; empty when the landlord has set none.
  expected_by date,
  -- When the reporter was last told that it takes longer.
  told_late_at timestamptz,
  -- When the consultant last asked the landlord to hurry, and how often.
  chased_at timestamptz,
  chase_count integer not null default 0,
  -- The reporter, or the staff after looking, lets the neighbours see the pictures.
  are_photos_shared boolean not null default false check (not are_photos_shared or place_kind <> 'flat'),
  created_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  unique (id, block_id),
  check ((status = 'waiting') = (waiting_for is not null)),
  check ((status = 'merged') = (merged_into is not null) and merged_into <> id),
  foreign key (merged_into, block_id) references public.reports (id, block_id) on delete restrict,
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind) on delete cascade,
  foreign key (thing, place_kind) references public.report_things (thing, place_kind) on delete restrict
);
create index reports_place_id_idx on public.reports (place_id, block_id, place_kind);
-- "Er det denne?": the same thing at the same place, newest first.
create index reports_similar_idx on public.reports (place_id, thing, number desc);
create index reports_thing_idx on public.reports (thing, place_kind);
-- A building's cases by number, which grows with time. The orders of the landlord's queue stand with it (000509).
create index reports_block_id_idx on public.reports (block_id, is_open, number);
create index reports_merged_into_idx on public.reports (merged_into, block_id);
-- What is late, the latest first.
create index reports_late_idx on public.reports (expected_by, number) where is_open and expected_by is not null;

-- The reporter's part. block_id is a copy (held by the foreign key), so that the policies need no join.
create table public.report_details (
  report_id uuid primary key,
  block_id uuid not null,
  -- Empty when the case was made on behalf of somebody without an account, and when the account was deleted: the case
  -- stays, the person does not. The consultant then does what the reporter could.
  reporter_id uuid references public.people on delete set null,
  description text not null check (length(btrim(description)) >= 1 and length(description) <= 1000),
  -- Only for a flat.
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- When the reporter wrote what is not answered yet.
  asked_at timestamptz,
  -- When "closed without action" was appealed: that is possible once.
  appealed_at timestamptz,
  -- When the words, contact and pictures of a flat's case were taken away: with the account, or a year after it was closed.
  forgotten_at timestamptz,
  unique (report_id, block_id),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_details_reporter_id_idx on public.report_details (reporter_id);

-- Pictures in the private bucket `report-photos`: `<uid>/<sha256>_<width>x<height>.webp`. The name carries the size, so
-- that it is one text from the upload to the page.
create table public.report_photos (
  report_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 0 and 3),
  path text not null check (path ~ '^[0-9a-f-]{36}/[0-9a-f]{64}_[0-9]{1,4}x[0-9]{1,4}\.webp$'),
  width smallint not null generated always as (substring(path from '_([0-9]+)x')::smallint) stored,
  height smallint not null generated always as (substring(path from 'x([0-9]+)\.')::smallint) stored,
  primary key (report_id, position),
  unique (report_id, path),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_photos_report_id_idx on public.report_photos (report_id, block_id);
create index report_photos_path_idx on public.report_photos (path);

-- Append-only history; the first row of a case has no from_status. Its text, if any, is the message that points to it.
create table public.report_events (
  id bigint generated always as identity primary key,
  report_id uuid not null,
  block_id uuid not null,
  kind public.report_event_kind not null default 'status',
  from_status public.report_status,
  to_status public.report_status,
  waiting_for public.report_wait,
  actor_role public.report_actor not null,
  created_at timestamptz not null default now(),
  unique (id, report_id),
  check ((kind = 'status') = (to_status is not null)),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_events_report_id_idx on public.report_events (report_id, block_id, created_at);

-- Who of the staff it was. An account that is deleted takes it along: the role stays.
create table public.report_event_actors (
  event_id bigint primary key references public.report_events on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index report_event_actors_block_id_idx on public.report_event_actors (block_id);
create index report_event_actors_person_id_idx on public.report_event_actors (person_id);

-- What was written, append-only. The id is chosen by the form, as for a case. 'everyone' is whoever sees the case.
create table public.report_messages (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  -- The event this is the text of.
  event_id bigint,
  author_role public.report_actor not null,
  audience public.message_audience not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  created_at timestamptz not null default now(),
  constraint reporter_writes_to_staff check (author_role in ('landlord', 'consultant', 'system') or audience = 'resident'),
  foreign key (event_id, report_id) references public.report_events (id, report_id) on delete cascade,
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_messages_report_id_idx on public.report_messages (report_id, block_id, created_at);
create index report_messages_event_id_idx on public.report_messages (event_id, report_id);

-- History is not corrected: nobody changes or deletes it, the staff and the server included. What a person may have deleted
-- (000901) are words, never what happened.
create function private.tg_report_history__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_table_name = 'report_messages' and tg_op <> 'TRUNCATE' and private.may_forget() then
    return null;
  end if;
  raise exception 'table % is append-only', tg_table_name;
end
$$;
create trigger append_only before update or delete or truncate on public.report_events
  for each statement execute function private.tg_report_history__append_only();
create trigger append_only before update or delete or truncate on public.report_messages
  for each statement execute function private.tg_report_history__append_only();

-- Who else has the fault: in common places, and where their own case was merged into this one.
create table public.report_followers (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- The case that brought them: they leave with it when the merge is undone. Not a foreign key, or the API would know two
  -- ways from a follower to a case.
  merged_from uuid,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);
create index report_followers_person_id_idx on public.report_followers (person_id);

-- "Ikke fikset" from the neighbours: the second flat opens the case again. One row a person; a flat counts once.
create table public.report_objections (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- Empty for somebody who works in the building.
  flat_id uuid references public.places on delete cascade,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);
create index report_objections_person_id_idx on public.report_objections (person_id);
create index report_objections_flat_id_idx on public.report_objections (flat_id);

-- The cases I reported. Definer: the policies of report_details themselves depend on it.
create function private.my_report_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.report_id from public.report_details d where d.reporter_id = (select auth.uid())
$$;
grant execute on function private.my_report_ids() to authenticated;

-- The cases that tell on what I reported: mine was merged into them. Definer, for the same reason.
create function private.my_merged_into_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with recursive into_ids (id) as (
    select r.merged_into
    from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = (select auth.uid()) and r.merged_into is not null
    union
    select r.merged_into from into_ids i join public.reports r on r.id = i.id where r.merged_into is not null
  )
  select id from into_ids
$$;
grant execute on function private.my_merged_into_ids() to authenticated;

alter table public.report_things enable row level security;
alter table public.report_transitions enable row level security;
alter table public.reports enable row level security;
alter table public.report_details enable row level security;
alter table public.report_photos enable row level security;
alter table public.report_events enable row level security;
alter table public.report_event_actors enable row level security;
alter table public.report_messages enable row level security;
alter table public.report_followers enable row level security;
alter table public.report_objections enable row level security;

-- The two rule books change by migration only.
create policy select_all on public.report_things for select to authenticated using (true);
create policy select_all on public.report_transitions for select to authenticated using (true);
grant select on public.report_things, public.report_transitions to authenticated;

create policy select_reporter_staff_or_neighbour on public.reports for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,landlord}'))
    or (is_common and block_id in (select private.my_block_ids('{resident,partner}')))
    or id in (select private.my_report_ids())
    or id in (select private.my_merged_into_ids())
  );
-- No insert, update or delete: create_report, change_report_status and their like do it. A case is never deleted.
grant select on public.reports to authenticated;

create policy select_reporter_or_staff on public.report_details for select to authenticated
  using (
    reporter_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete: written once by create_report.
grant select on public.report_details to authenticated;

-- Shared ones: whoever sees the case; the policy of `reports` decides.
create policy select_reporter_staff_or_shared on public.report_photos for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
    or exists (select from public.reports r where r.id = report_id and r.are_photos_shared)
  );
-- No insert, update or delete: written once by create_report.
grant select on public.report_photos to authenticated;

-- Whoever sees the case: the policy of `reports` decides.
-- Whom a case is given to is the staff's own.
create policy select_with_report on public.report_events for select to authenticated
  using (
    (kind <> 'assigned' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete for anybody, the staff included: history is not corrected.
grant select on public.report_events to authenticated;

create policy select_staff on public.report_event_actors for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));
-- No insert, update or delete: written with the event.
grant select on public.report_event_actors to authenticated;

create policy select_audience on public.report_messages for select to authenticated
  using (
    (audience in ('resident', 'everyone') and report_id in (select private.my_report_ids()))
    or (audience = 'everyone' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete for anybody, the staff included: add_report_message writes, nothing is taken back.
grant select on public.report_messages to authenticated;

create policy select_own on public.report_followers for select to authenticated
  using (person_id = (select auth.uid()));
-- No insert or delete: follow_report and unfollow_report keep the count of the case.
grant select on public.report_followers to authenticated;

create policy select_own on public.report_objections for select to authenticated
  using (person_id = (select auth.uid()));
-- No insert or delete: object_report counts them.
grant select on public.report_objections to authenticated;
