-- Faults: what a resident reports, what the landlord does about it, and who may see which part.
--
-- A case is split by audience, because row-level security hides rows and not columns:
--   reports                  place, thing, status, how many: also the neighbours, when the place is common
--   report_details, _photos  the reporter's words, contact, pictures: the reporter and the staff
--   report_events            history of the status, without text: whoever sees the case
--   report_messages          to the resident (reporter and staff) or internal (staff only)
--   report_followers         "Jeg har det også": each one their own row; the number is a column of the case
-- Staff here means the building's consultant and the landlord. Nothing of this is open to somebody not signed in.

create type public.report_status as enum (
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn'
);
create type public.report_actor as enum ('landlord', 'consultant', 'reporter');
create type public.report_access as enum ('call_first', 'may_enter');
create type public.message_audience as enum ('resident', 'internal');
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

-- Which change of status is whose. A change that is not a row here does not happen.
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
  ('reporter', 'reopened', 'withdrawn', false);

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
  is_open boolean not null generated always as (status not in ('fixed', 'confirmed', 'closed', 'withdrawn')) stored,
  is_urgent boolean not null default false,
  -- The reporter and those who pressed "Jeg har det også".
  affected_count integer not null default 1 check (affected_count >= 1),
  created_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind) on delete cascade,
  foreign key (thing, place_kind) references public.report_things (thing, place_kind) on delete restrict
);
create index reports_place_id_idx on public.reports (place_id, block_id, place_kind);
-- "Er det denne?": the same thing at the same place, newest first.
create index reports_similar_idx on public.reports (place_id, thing, number desc);
create index reports_thing_idx on public.reports (thing, place_kind);
-- The queue (all buildings, oldest first), by status, by building; keyset on the number, which grows with time.
create index reports_queue_idx on public.reports (is_open, number);
create index reports_status_idx on public.reports (status, number);
create index reports_block_id_idx on public.reports (block_id, is_open, number);

-- The reporter's part. block_id is a copy (held by the foreign key), so that the policies need no join.
create table public.report_details (
  report_id uuid primary key,
  block_id uuid not null,
  -- Empty when the account was deleted: the case stays, the person does not.
  reporter_id uuid references public.people on delete set null,
  description text not null check (length(btrim(description)) >= 1 and length(description) <= 1000),
  -- Only for a flat.
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- When the reporter wrote what is not answered yet.
  asked_at timestamptz,
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

-- Append-only history of the status; the first row of a case has no from_status.
create table public.report_events (
  id bigint generated always as identity primary key,
  report_id uuid not null,
  block_id uuid not null,
  from_status public.report_status,
  to_status public.report_status not null,
  actor_role public.report_actor not null,
  created_at timestamptz not null default now(),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_events_report_id_idx on public.report_events (report_id, block_id, created_at);

-- What was written, append-only. The id is chosen by the form, as for a case.
create table public.report_messages (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  author_role public.report_actor not null,
  audience public.message_audience not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  created_at timestamptz not null default now(),
  constraint reporter_writes_no_internal_note check (author_role <> 'reporter' or audience = 'resident'),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_messages_report_id_idx on public.report_messages (report_id, block_id, created_at);

-- Who else has the fault. Only for common places.
create table public.report_followers (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);
create index report_followers_person_id_idx on public.report_followers (person_id);

-- The cases I reported. Definer: the policies of report_details themselves depend on it.
create function private.my_report_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.report_id from public.report_details d where d.reporter_id = (select auth.uid())
$$;
grant execute on function private.my_report_ids() to authenticated;

alter table public.report_things enable row level security;
alter table public.report_transitions enable row level security;
alter table public.reports enable row level security;
alter table public.report_details enable row level security;
alter table public.report_photos enable row level security;
alter table public.report_events enable row level security;
alter table public.report_messages enable row level security;
alter table public.report_followers enable row level security;

-- The two rule books change by migration only.
create policy select_all on public.report_things for select to authenticated using (true);
create policy select_all on public.report_transitions for select to authenticated using (true);
grant select on public.report_things, public.report_transitions to authenticated;

create policy select_reporter_staff_or_neighbour on public.reports for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,landlord}'))
    or (is_common and block_id in (select private.my_block_ids('{resident,partner}')))
    or id in (select private.my_report_ids())
  );
-- No insert, update or delete: create_report, change_report_status and follow_report do it. A case is never deleted.
grant select on public.reports to authenticated;

create policy select_reporter_or_staff on public.report_details for select to authenticated
  using (
    reporter_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete: written once by create_report.
grant select on public.report_details to authenticated;

create policy select_reporter_or_staff on public.report_photos for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete: written once by create_report.
grant select on public.report_photos to authenticated;

-- Whoever sees the case: the policy of `reports` decides.
create policy select_with_report on public.report_events for select to authenticated
  using (exists (select from public.reports r where r.id = report_id));
-- No insert, update or delete for anybody, the staff included: history is not corrected.
grant select on public.report_events to authenticated;

create policy select_reporter_or_staff on public.report_messages for select to authenticated
  using (
    (audience = 'resident' and report_id in (select private.my_report_ids()))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete for anybody, the staff included: add_report_message writes, nothing is taken back.
grant select on public.report_messages to authenticated;

create policy select_own on public.report_followers for select to authenticated
  using (person_id = (select auth.uid()));
-- No insert or delete: follow_report and unfollow_report keep the count of the case.
grant select on public.report_followers to authenticated;
