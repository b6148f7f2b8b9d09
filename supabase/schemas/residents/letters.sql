-- Letters with join codes: one sheet per flat, for a flat, a stair or the whole building at once; their words in other languages.

-- Languages of a letter besides ours, and the lines of each. The check of the table repeats the number, because it cannot look it up.
insert into private.numbers (what, value) values ('letter_texts', 3), ('letter_lines', 6);

-- A printed set of letters. It is shown once: the same id never draws codes again.
-- No role may read it: it only prevents a reloaded sheet from invalidating the printed codes.
create table private.letter_batches (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  made_at timestamptz not null default now()
);
create index letter_batches_block_id_idx on private.letter_batches (block_id);
alter table private.letter_batches enable row level security;

-- The flats of a building, of one stair, or just one flat. A flat's parent is a floor or the stair itself.
create function private.flats_of(p_block_id uuid, p_place_id uuid) returns setof public.places
language sql stable set search_path = '' as $$
  select f.*
  from public.places f
  left join public.places up on up.id = f.parent_id
  where f.block_id = p_block_id and f.kind = 'flat'
    and (p_place_id is null or p_place_id in (f.id, up.id, up.parent_id))
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones are revoked. With p_only_empty
-- only where nobody has joined yet. Returns each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two calls at once wait for each other, so that a flat has exactly one valid code.
-- Definer: writes hashes, which no role may write directly.
-- API: authenticated
create function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid default null, p_only_empty boolean default false, p_max_uses integer default 4,
  p_valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at constant timestamptz := now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days')));
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
    join_code := private.draw_code(private.number('join_code_signs'));
    expires_at := v_expires_at;
    insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
    values (p_block_id, 'resident', v_flat.id, private.code_hash(join_code), p_max_uses, v_expires_at, (select auth.uid()));
    return next;
  end loop;
  if flat_id is not null then
    perform private.log_act(p_block_id, 'make_letters', case when p_place_id is null then 'block' else 'place' end::public.audit_subject,
      coalesce(p_place_id, p_block_id));
  end if;
end
$$;

-- The text of a building's letters in its other languages, in the consultant's own words: a sheet has room for three.
create table public.letter_texts (
  block_id uuid not null references public.blocks on delete cascade,
  language text not null check (language ~ '^[a-z]{2,3}$'),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 400),
  -- There is room for six short lines.
  check (length(body) - length(replace(body, E'\n', '')) <= 5),
  primary key (block_id, language)
);
alter table public.letter_texts enable row level security;

create policy select_consultant on public.letter_texts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No insert, update or delete: save_letter_text writes.
grant select on public.letter_texts to authenticated;

create type public.letter_text_outcome as enum ('saved', 'removed', 'too_many', 'not_allowed');

-- Writes, changes or (without words) deletes the text of letters in a language. Logged. Locks the building, so that two calls
-- at once cannot exceed the number of languages.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.save_letter_text(p_block_id uuid, p_language text, p_body text default null) returns public.letter_text_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_body constant text := nullif(btrim(p_body), '');
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return 'not_allowed';
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  if v_body is not null and (
    select count(*) from public.letter_texts t where t.block_id = p_block_id and t.language <> p_language
  ) >= private.number('letter_texts') then
    return 'too_many';
  end if;
  perform private.log_act(p_block_id, 'write_letter_text', 'block', p_block_id, jsonb_build_object('language', p_language));
  if v_body is null then
    delete from public.letter_texts t where t.block_id = p_block_id and t.language = p_language;
    return 'removed';
  end if;
  insert into public.letter_texts (block_id, language, body) values (p_block_id, p_language, v_body)
  on conflict (block_id, language) do update set body = excluded.body;
  return 'saved';
end
$$;
