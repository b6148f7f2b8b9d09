-- Letters with join codes: one sheet per flat, for a flat, a stair or the whole building at once.

-- A set of letters that was printed. It is shown once: the same id never draws codes again.
-- Nobody's to read: it only keeps a sheet that is loaded again from killing the codes on paper.
create table private.letter_batches (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  made_at timestamptz not null default now()
);
create index letter_batches_block_id_idx on private.letter_batches (block_id);
alter table private.letter_batches enable row level security;

-- The flats of a building, or of one stair, or just one flat. Flats hang on a floor or on the stair itself.
create function private.flats_of(p_block_id uuid, p_place_id uuid) returns setof public.places
language sql stable set search_path = '' as $$
  select f.*
  from public.places f
  left join public.places up on up.id = f.parent_id
  where f.block_id = p_block_id and f.kind = 'flat'
    and (p_place_id is null or p_place_id in (f.id, up.id, up.parent_id))
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones die. With p_only_empty
-- only where nobody has joined yet. Answers each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two at once wait for each other, so that exactly one code of a flat lives.
-- Definer: writes hashes, which nobody may.
create function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_only_empty boolean, p_max_uses integer, p_valid_days integer
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at constant timestamptz := now() + make_interval(days => least(greatest(p_valid_days, 1), 365));
  v_flat record;
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  insert into private.letter_batches (id, block_id) values (p_id, p_block_id) on conflict (id) do nothing;
  if not found then
    return;
  end if;
  for v_flat in
    select f.id from private.flats_of(p_block_id, p_place_id) f
    where not coalesce(p_only_empty, false) or not exists (
      select from public.memberships m where m.flat_id = f.id and m.ended_at is null)
    order by f.position, f.name limit 1000
  loop
    update public.join_codes c set revoked_at = now() where c.flat_id = v_flat.id and c.revoked_at is null;
    flat_id := v_flat.id;
    join_code := private.draw_code(12);
    expires_at := v_expires_at;
    insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
    values (p_block_id, 'resident', v_flat.id, private.code_hash(join_code), p_max_uses, v_expires_at, (select auth.uid()));
    return next;
  end loop;
  if flat_id is not null then
    perform private.log_act(p_block_id, 'make_letters', case when p_place_id is null then 'block' else 'place' end,
      coalesce(p_place_id, p_block_id), null);
  end if;
end
$$;
create function public.make_letters(
  id uuid, block_id uuid, place_id uuid default null, only_empty boolean default false, max_uses integer default 4,
  valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language sql set search_path = '' as $$
  select * from private.make_letters(id, block_id, place_id, only_empty, max_uses, valid_days)
$$;
grant execute on function private.make_letters(uuid, uuid, uuid, boolean, integer, integer) to authenticated;
grant execute on function public.make_letters(uuid, uuid, uuid, boolean, integer, integer) to authenticated;
