-- The building itself: its name and address, its owner, what its consultant has switched on, and how an admin adds one.
-- Contacts and opening hours: blocks/contacts.sql. Stairs, floors, flats and common places: blocks/places.sql.

create type public.owner_type as enum ('heleid', 'borettslag_sameie');

-- One building. Everybody may read it; only an admin adds one.
create table public.blocks (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  -- These words are addresses of pages of the portal itself.
  constraint slug_is_free check (slug not in ('404', '500', 'a', 'admin', 'api', 'avmeld', 'bli-med', 'boligbygg', 'dev', 'kalender', 'konto',
    'logg-inn', 'logg-ut', 'mitt', 'personvern', 'tilgjengelighet')),
  name text not null check (length(name) between 1 and 80),
  address text not null check (length(address) between 1 and 120),
  district text not null check (length(district) between 1 and 60),
  owner_type public.owner_type not null default 'heleid',
  about text check (length(about) <= 1000),
  -- Whether neighbours may comment on proposals.
  allows_comments boolean not null default true,
  created_at timestamptz not null default now(),
  -- Whether residents are asked the monthly question: on once the consultant switches it on.
  asks_pulse boolean not null default false
);
alter table public.blocks enable row level security;

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
grant update (asks_pulse) on public.blocks to authenticated;

-- Adds a building with its stairs, floors and flats: flats are named floor + number (101, 102 …), numbered across
-- the stairs. Only an admin (enforced by the insert policies). At most 20 stairs, 40 floors, 20 flats per floor.
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

-- Direct writes of staff are logged: moderation/log.sql.
create trigger log_staff_change after insert or update on public.blocks for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('block');
