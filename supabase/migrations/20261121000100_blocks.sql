-- The building itself: who runs it, the people to talk to, when they are there, and the places in it.

create type public.owner_type as enum ('heleid', 'borettslag_sameie');
create type public.contact_kind as enum ('consultant', 'meeting_place', 'landlord', 'duty_phone');
create type public.place_kind as enum (
  'stair', 'floor', 'flat', 'common_room', 'lift', 'laundry', 'cellar', 'yard'
);

-- One building. Everybody may read it; only an admin adds one.
create table public.blocks (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  -- These words are pages of the portal itself.
  constraint slug_is_free check (slug not in ('404', '500', 'a', 'admin', 'api', 'avmeld', 'bli-med', 'boligbygg', 'dev', 'kalender', 'konto',
    'logg-inn', 'logg-ut', 'mitt', 'personvern', 'tilgjengelighet')),
  name text not null check (length(name) between 1 and 80),
  address text not null check (length(address) between 1 and 120),
  district text not null check (length(district) between 1 and 60),
  owner_type public.owner_type not null default 'heleid',
  about text check (length(about) <= 1000),
  -- Whether neighbours may comment on proposals.
  allows_comments boolean not null default true,
  created_at timestamptz not null default now()
);

-- Somebody to talk to. Numbers and addresses are settings: what is not set is not shown, and never invented.
create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.contact_kind not null,
  title text not null check (length(title) between 1 and 80),
  person_name text check (length(person_name) <= 80),
  phone text check (phone ~ '^\+?[0-9 ]{3,20}$'),
  email text check (length(email) <= 120 and email like '%_@_%'),
  whereabouts text check (length(whereabouts) <= 120),
  note text check (length(note) <= 300),
  position smallint not null default 0,
  unique (block_id, kind, title)
);

-- When a contact is there, by weekday (1 = Monday … 7 = Sunday), wall-clock time in Oslo.
create table public.opening_hours (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references public.contacts on delete cascade,
  weekday smallint not null check (weekday between 1 and 7),
  opens_at time not null,
  closes_at time not null,
  check (closes_at > opens_at),
  unique (contact_id, weekday, opens_at)
);

-- The place tree: stair > floor > flat, and the common places. A name is read alone in lists: "Oppgang A, 2. etasje".
-- `(id, block_id, kind)` lets other tables demand "a flat of this building" with a plain foreign key.
create table public.places (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  parent_id uuid,
  kind public.place_kind not null,
  name text not null check (length(name) between 1 and 80),
  position integer not null default 0,
  unique (id, block_id),
  unique (id, block_id, kind),
  unique nulls not distinct (block_id, parent_id, name),
  foreign key (parent_id, block_id) references public.places (id, block_id) on delete cascade
);
create index places_parent_id_idx on public.places (parent_id, block_id);
create index places_block_id_position_idx on public.places (block_id, position);

alter table public.blocks enable row level security;
alter table public.contacts enable row level security;
alter table public.opening_hours enable row level security;
alter table public.places enable row level security;

create policy select_all on public.blocks for select to anon, authenticated using (true);
create policy insert_admin on public.blocks for insert to authenticated
  with check ((select private.is_admin()));
create policy update_staff on public.blocks for update to authenticated
  using (id in (select private.my_block_ids('{consultant,admin}')))
  with check (id in (select private.my_block_ids('{consultant,admin}')));
-- No delete: a building with history is never removed over the API.
grant select on public.blocks to anon, authenticated, service_role;
grant insert (slug, name, address, district, owner_type, about) on public.blocks to authenticated;
grant update (about, allows_comments) on public.blocks to authenticated;

create policy select_all on public.contacts for select to anon, authenticated using (true);
create policy insert_staff on public.contacts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));
create policy update_staff on public.contacts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')))
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));
create policy delete_staff on public.contacts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')));
grant select on public.contacts to anon, authenticated;
grant insert (block_id, kind, title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;
grant update (title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;
grant delete on public.contacts to authenticated;

create policy select_all on public.opening_hours for select to anon, authenticated using (true);
create policy insert_staff on public.opening_hours for insert to authenticated
  with check (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));
create policy delete_staff on public.opening_hours for delete to authenticated
  using (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));
-- No update: hours are replaced as a whole by save_contact.
grant select on public.opening_hours to anon, authenticated;
grant insert (contact_id, weekday, opens_at, closes_at) on public.opening_hours to authenticated;
grant delete on public.opening_hours to authenticated;

-- Common places are public; which flats exist is known to their own residents and to those who run the building.
create policy select_visible on public.places for select to anon, authenticated
  using (
    kind <> 'flat'
    or id in (select private.my_flat_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord,admin}'))
  );
create policy insert_admin on public.places for insert to authenticated
  with check (block_id in (select private.my_block_ids('{admin}')));
-- No update or delete: reports, memberships and votes point here.
grant select on public.places to anon, authenticated;
grant insert (id, block_id, parent_id, kind, name, position) on public.places to authenticated;

-- Adds (contact_id null) or changes a contact card and replaces its weekly hours, whole or not at all.
-- hours: [{"weekday": 1, "opens_at": "10:00", "closes_at": "15:00"}, …]. The kind is set once.
-- Answers false when there is no such card that I may change. Invoker: the policies above decide.
create function public.save_contact(
  block_id uuid, contact_id uuid, kind public.contact_kind, title text, person_name text, phone text, email text,
  whereabouts text, note text, hours jsonb
) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_contact_id uuid := save_contact.contact_id;
begin
  if v_contact_id is null then
    insert into public.contacts (block_id, kind, title, person_name, phone, email, whereabouts, note)
    values (save_contact.block_id, save_contact.kind, save_contact.title, save_contact.person_name, save_contact.phone,
      save_contact.email, save_contact.whereabouts, save_contact.note)
    returning id into v_contact_id;
  else
    update public.contacts c
    set title = save_contact.title, person_name = save_contact.person_name, phone = save_contact.phone,
      email = save_contact.email, whereabouts = save_contact.whereabouts, note = save_contact.note
    where c.id = v_contact_id and c.block_id = save_contact.block_id;
    if not found then
      return false;
    end if;
  end if;
  -- What stays is left alone, or each save would be a change in the log. The same hour twice is refused by the table.
  delete from public.opening_hours o where o.contact_id = v_contact_id and not exists (
    select from jsonb_array_elements(hours) h
    where (o.weekday, o.opens_at, o.closes_at) = ((h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time)
  );
  insert into public.opening_hours (contact_id, weekday, opens_at, closes_at)
  select v_contact_id, (h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time
  from jsonb_array_elements(hours) h
  except all
  select o.contact_id, o.weekday, o.opens_at, o.closes_at from public.opening_hours o where o.contact_id = v_contact_id;
  return true;
end
$$;
grant execute on function public.save_contact(
  uuid, uuid, public.contact_kind, text, text, text, text, text, text, jsonb
) to authenticated;

-- A new building with its stairs, floors and flats: flats are named floor + number (101, 102 …), counted through
-- the stairs. Only an admin (the insert policies hold it). At most 20 stairs, 40 floors, 20 flats a floor.
-- Raises 22023 beyond that, 23505 or 23514 when the slug is taken or reserved.
create function public.add_block(
  slug text, name text, address text, district text, owner_type public.owner_type, stairs text[], floors integer,
  flats_per_floor integer
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_block_id uuid;
  v_stair text;
  v_stair_no integer := 0;
  v_stair_id uuid;
  v_floor_id uuid;
  -- lpad cuts what is longer
  v_digits integer := greatest(2, length((cardinality(stairs) * flats_per_floor)::text));
begin
  if (cardinality(stairs) between 1 and 20 and floors between 1 and 40 and flats_per_floor between 1 and 20) is not true then
    raise exception using errcode = '22023', message = 'building too large or empty';
  end if;
  insert into public.blocks (slug, name, address, district, owner_type)
  values (add_block.slug, add_block.name, add_block.address, add_block.district, add_block.owner_type)
  returning id into v_block_id;
  foreach v_stair in array stairs loop
    v_stair_id := gen_random_uuid();
    insert into public.places (id, block_id, kind, name, position)
    values (v_stair_id, v_block_id, 'stair', v_stair, v_stair_no);
    for v_floor in 1 .. floors loop
      v_floor_id := gen_random_uuid();
      insert into public.places (id, block_id, parent_id, kind, name, position)
      values (v_floor_id, v_block_id, v_stair_id, 'floor', format('%s, %s. etasje', left(v_stair, 60), v_floor), v_floor);
      insert into public.places (block_id, parent_id, kind, name, position)
      select v_block_id, v_floor_id, 'flat',
        v_floor || lpad((v_stair_no * flats_per_floor + n)::text, v_digits, '0'), v_floor * 100 + n
      from generate_series(1, flats_per_floor) n;
    end loop;
    v_stair_no := v_stair_no + 1;
  end loop;
  return v_block_id;
end
$$;
grant execute on function public.add_block(
  text, text, text, text, public.owner_type, text[], integer, integer
) to authenticated;
