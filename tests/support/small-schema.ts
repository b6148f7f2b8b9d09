/** Rooms and bookings: one of each kind of object that schema files contain, as small as possible. */
export const SMALL_SCHEMA: Record<string, string> = {
  'base/setup.sql': `-- What everything builds on.

create schema private;
grant usage on schema private to anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

-- The day it is.
create function private.today() returns date language sql stable set search_path = '' as $$ select current_date $$;
`,
  'base/rules.sql': `-- Periods, as data: a list that only migrations change.

create table private.rules (
  what text primary key,
  keep interval not null,
  words text[],
  more jsonb,
  note text default 'no note'
);
alter table private.rules enable row level security;
insert into private.rules (what, keep, words, more, note) values
  ('bookings', '30 days', '{a,"b c"}', '{"a": [1, null]}', null),
  ('photos', '1 day', null, null, 'it''s short');
`,
  'base/settings.sql': `-- First values that people change.

create table private.settings (
  id boolean primary key default true check (id),
  most integer not null default 3
);
alter table private.settings enable row level security;
insert into private.settings default values on conflict do nothing;
`,
  'rooms/rooms.sql': `-- Rooms.

create type public.room_kind as enum ('hall', 'kitchen', 'yard');

-- A room that can be booked.
create table public.rooms (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  kind public.room_kind not null default 'hall',
  seats integer not null default 0 check (seats >= 0),
  position integer not null default 0,
  note text,
  constraint kitchens_are_small check (kind <> 'kitchen' or seats <= 10)
);
create index rooms_kind_idx on public.rooms (kind);
create index rooms_name_idx on public.rooms (name);
alter table public.rooms enable row level security;
create policy select_all on public.rooms for select to anon, authenticated using (true);
create policy update_own on public.rooms for update to authenticated
  using (seats > 0) with check (seats > 0);
grant select on public.rooms to anon, authenticated;
grant update (name, seats) on public.rooms to authenticated;

-- The rooms with at least so many seats.
create function public.large_rooms(p_seats integer) returns setof public.rooms
language sql stable set search_path = '' as $$
  select r.* from public.rooms r where r.seats >= p_seats
$$;
grant execute on function public.large_rooms(integer) to authenticated;

-- Which kinds have how many.
create table public.kind_limits (
  kind public.room_kind primary key,
  most integer not null
);
alter table public.kind_limits enable row level security;
create policy select_all on public.kind_limits for select to authenticated using (true);
grant select on public.kind_limits to authenticated;
insert into public.kind_limits (kind, most) values ('hall', 100), ('kitchen', 10);
`,
  'rooms/bookings.sql': `-- Bookings, and who sees them.

create type public.booking_status as enum ('asked', 'given');

-- A booking of a room.
create table public.bookings (
  id uuid primary key default gen_random_uuid(),
  room_id uuid not null references public.rooms on delete cascade,
  on_day date not null default private.today(),
  title text,
  status public.booking_status not null default 'asked',
  seats integer not null default 1,
  double_seats integer generated always as (seats * 2) stored,
  constraint status_known check (status in ('asked', 'given'))
);
create index bookings_room_id_idx on public.bookings (room_id);
alter table public.bookings enable row level security;
create policy select_given on public.bookings for select to authenticated using (status = 'given');
grant select on public.bookings to authenticated;

-- What is booked, for the door.
create view public.open_bookings with (security_invoker = true) as
select b.id, b.room_id, b.on_day, b.title from public.bookings b where b.status = 'given';
grant select on public.open_bookings to authenticated;

-- Definer: reads bookings of all.
create function private.bookings_of(p_room_id uuid) returns setof public.open_bookings
language sql stable security definer set search_path = '' as $$
  select o.* from public.open_bookings o where o.room_id = p_room_id
$$;
grant execute on function private.bookings_of(uuid) to authenticated;
create function public.bookings_of(p_room_id uuid) returns setof public.open_bookings
language sql stable set search_path = '' as $$ select * from private.bookings_of(p_room_id) $$;
grant execute on function public.bookings_of(uuid) to authenticated;

-- Writes what changed.
create function private.tg_bookings__note() returns trigger language plpgsql set search_path = '' as $$
begin
  update public.rooms set note = 'booked' where id = new.room_id;
  return null;
end
$$;
create trigger note after update on public.bookings for each row
  when ((old.on_day, old.title is null) is distinct from (new.on_day, new.title is null))
  execute function private.tg_bookings__note();
create trigger note_new after insert on public.bookings for each row execute function private.tg_bookings__note();
`,
  'rooms/photos.sql': `-- Pictures of rooms.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('rooms', 'rooms', false, 1048576, '{image/webp}');
create policy rooms_select on storage.objects for select to authenticated using (bucket_id = 'rooms');
`,
  'votes/ballots.sql': `-- The pattern of a table of ballots.

create table private.ballots (
  id uuid primary key default gen_random_uuid(),
  choices uuid[] not null,
  receipt_hash bytea not null unique
);
alter table private.ballots enable row level security;

-- How many there are: its name only begins like that of a table of ballots.
create table private.ballots_counted (
  id uuid primary key,
  count integer not null
);
alter table private.ballots_counted enable row level security;
`,
};
