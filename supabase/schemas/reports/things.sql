-- What can be wrong where (report_things): the rules that a new case is checked against. Allowed changes of status: transitions.sql.

create type public.report_thing as enum (
  'leak', 'drain', 'hot_water', 'heating', 'power', 'light', 'damp_air', 'window', 'door_lock', 'intercom', 'pests',
  'fire_safety', 'appliance', 'escape_route', 'rubbish', 'vandalism', 'cleaning', 'snow_ice', 'playground', 'greenery',
  'paving', 'storage_room', 'washing_machine', 'dryer', 'lift_stopped', 'lift_door', 'lift_button', 'lift_sound', 'other'
);

-- What can be wrong where: about 12 things per kind of place. A case refers to a row, so a thing that does not fit is refused.
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

-- Changed by migrations only.
create policy select_all on public.report_things for select to authenticated using (true);
grant select on public.report_things to authenticated;
