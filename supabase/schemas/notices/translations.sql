-- Notices in other languages, written by people. Each records the version of the original it is made of; writing one is logged.

-- The words in another language, written by people. source_version is the version of the original.
create table public.notice_translations (
  notice_id uuid not null,
  block_id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 4000),
  -- Set by a trigger.
  source_version integer not null default 0,
  primary key (notice_id, language),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade
);
create index notice_translations_notice_id_idx on public.notice_translations (notice_id, block_id);
alter table public.notice_translations enable row level security;

-- `offset 0` makes PostgreSQL look up this one notice; without it the planner hashes the notices of all buildings.
create policy select_visible on public.notice_translations for select to anon, authenticated
  using (exists (select from public.notices n where n.id = notice_id offset 0));
create policy insert_consultant on public.notice_translations for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy update_consultant on public.notice_translations for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')))
  with check (block_id in (select private.my_block_ids('{consultant}')));
create policy delete_consultant on public.notice_translations for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- Not source_version: the trigger sets it.
grant select on public.notice_translations to anon, authenticated;
grant insert (notice_id, block_id, language, title, body) on public.notice_translations to authenticated;
grant update (title, body) on public.notice_translations to authenticated;
grant delete on public.notice_translations to authenticated;

-- Sets source_version to the current version. Writing a translation is an act of staff.
-- Definer: reads the version and writes the audit log.
create function private.tg_notice_translations__source() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.source_version := coalesce((select n.version from public.notices n where n.id = new.notice_id), 0);
  perform private.log_act(new.block_id, 'translate', 'notice', new.notice_id, jsonb_build_object('language', new.language));
  return new;
end
$$;
create trigger source before insert or update on public.notice_translations
  for each row execute function private.tg_notice_translations__source();

-- Deleting a translation (except with its notice) is an act of staff too.
-- Definer: writes the audit log.
create function private.tg_notice_translations__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.notices n where n.id = old.notice_id) then
    perform private.log_act(old.block_id, 'remove_translation', 'notice', old.notice_id, jsonb_build_object('language', old.language));
  end if;
  return null;
end
$$;
create trigger log after delete on public.notice_translations
  for each row execute function private.tg_notice_translations__log();
