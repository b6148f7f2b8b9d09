-- Places of a building: stairs, floors, flats and common places, as one tree.

create type public.place_kind as enum (
  'stair', 'floor', 'flat', 'common_room', 'lift', 'laundry', 'cellar', 'yard'
);

-- The place tree: stair > floor > flat, and the common places. A name must be clear on its own in lists: "Oppgang A, 2. etasje".
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
alter table public.places enable row level security;

-- Common places are public; which flats exist is known to their own residents and to those who run the building.
create policy select_visible on public.places for select to anon, authenticated
  using (
    kind <> 'flat'
    or id in (select private.my_flat_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord,admin}'))
  );
create policy insert_admin on public.places for insert to authenticated
  with check (block_id in (select private.my_block_ids('{admin}')));
-- No update or delete: reports, memberships and votes refer to it.
grant select on public.places to anon, authenticated;
grant insert (id, block_id, parent_id, kind, name, position) on public.places to authenticated;

-- Logs a place that the admin added. Places that are created with a new building are one line: the building.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_places__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.acts_as_staff(new.block_id) and not exists (
    select from public.audit_entries e
    where e.subject_id = new.block_id and e.subject = 'block' and e.act = 'add' and e.acted_at = now()
  ) then
    perform private.log_act(new.block_id, 'add', 'place', new.id);
  end if;
  return null;
end
$$;
create trigger log_place after insert on public.places for each row
  when (current_user = 'authenticated') execute function private.tg_places__log();
