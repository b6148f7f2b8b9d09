-- The two rule books of cases: what can be wrong where (report_things), and whose each change of status is (report_transitions).

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
alter table public.report_things enable row level security;

-- Both tables change by migration only.
create policy select_all on public.report_things for select to authenticated using (true);
grant select on public.report_things, public.report_transitions to authenticated;

create type public.report_status as enum (
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn', 'merged'
);

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
alter table public.report_transitions enable row level security;

create policy select_all on public.report_transitions for select to authenticated using (true);
