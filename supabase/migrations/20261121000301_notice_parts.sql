-- What belongs to a notice: its words in other languages, its picture, and the wish to have the picture removed.

create type public.notice_photo_kind as enum ('situation', 'portrait', 'drawing');
create type public.photo_request_outcome as enum ('hidden', 'noted', 'not_found');

-- The words in another language, written by people. source_version is the version of the original they were made of.
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

-- The one picture of a notice, with what it shows in words. A portrait needs the consent of whoever is on it, and of the parents
-- of a child under 15. Hidden since somebody asked for its removal, until the consultant has looked at it; once looked at and
-- kept, it is not hidden by the next wish.
create table public.notice_photos (
  notice_id uuid primary key,
  block_id uuid not null,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200),
  kind public.notice_photo_kind not null,
  has_consent boolean not null default false,
  hidden_at timestamptz,
  reviewed_at timestamptz,
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade,
  constraint portrait_has_consent check (kind <> 'portrait' or has_consent)
);
create index notice_photos_notice_id_idx on public.notice_photos (notice_id, block_id);

-- Somebody wants a picture removed. Nothing about who; the words go when the consultant has decided.
create table public.notice_photo_requests (
  id uuid primary key default gen_random_uuid(),
  notice_id uuid not null,
  block_id uuid not null,
  reason text check (length(reason) <= 300),
  created_at timestamptz not null default now(),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade
);
create index notice_photo_requests_notice_id_idx on public.notice_photo_requests (notice_id, block_id);
create index notice_photo_requests_block_id_idx on public.notice_photo_requests (block_id, created_at);

alter table public.notice_translations enable row level security;
alter table public.notice_photos enable row level security;
alter table public.notice_photo_requests enable row level security;

-- `offset 0`: look this one notice up; else PostgreSQL reads the notices of all buildings into a hash to ask it.
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

create policy select_visible on public.notice_photos for select to anon, authenticated
  using (
    (hidden_at is null and exists (select from public.notices n where n.id = notice_id offset 0))
    or block_id in (select private.my_block_ids('{consultant}'))
  );
-- No insert, update or delete: save_notice and act_on_notice do it.
grant select on public.notice_photos to anon, authenticated;

create policy select_consultant on public.notice_photo_requests for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No insert: request_photo_removal. No update or delete: act_on_notice.
grant select on public.notice_photo_requests to authenticated;

-- A translation is of the words as they are now. Writing one is an act of the staff.
-- Definer: reads the version and writes the audit log.
create function private.tg_notice_translations__source() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.source_version := coalesce((select n.version from public.notices n where n.id = new.notice_id), 0);
  perform private.log_act(new.block_id, 'translate', 'notice', new.notice_id, new.language);
  return new;
end
$$;
create trigger source before insert or update on public.notice_translations
  for each row execute function private.tg_notice_translations__source();

-- A translation taken away by somebody (not with its notice) is an act too.
-- Definer: writes the audit log.
create function private.tg_notice_translations__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.notices n where n.id = old.notice_id) then
    perform private.log_act(old.block_id, 'remove_translation', 'notice', old.notice_id, old.language);
  end if;
  return null;
end
$$;
create trigger log after delete on public.notice_translations
  for each row execute function private.tg_notice_translations__log();

-- Somebody, with or without an account, wants this picture removed. It is hidden at once, until the consultant has looked at
-- it; after that another wish is only noted. At most 20 wait to be read: more say nothing new. The server asks first whether
-- that person may see the picture, and counts the wishes of a network address. Tells the consultant, once per notice and day.
-- Definer: writes a table that nobody may write.
create function private.request_photo_removal(p_notice_id uuid, p_path text, p_reason text) returns public.photo_request_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_photo public.notice_photos;
begin
  -- The notice first, as everybody who changes one does: nobody waits in a circle.
  perform from public.notices n where n.id = p_notice_id for key share;
  select * into v_photo from public.notice_photos p where p.notice_id = p_notice_id and p.path = p_path for update;
  if not found then
    return 'not_found';
  end if;
  insert into public.notice_photo_requests (notice_id, block_id, reason)
  select p_notice_id, v_photo.block_id, nullif(btrim(p_reason), '')
  where 20 > (select count(*) from public.notice_photo_requests r where r.notice_id = p_notice_id);
  update public.notice_photos p set hidden_at = coalesce(p.hidden_at, now())
  where p.notice_id = p_notice_id and p.reviewed_at is null;
  perform private.tell_of_photo_request(p_notice_id, v_photo.block_id);
  return case when v_photo.reviewed_at is null then 'hidden' else 'noted' end;
end
$$;
create function public.request_photo_removal(notice_id uuid, path text, reason text default null) returns public.photo_request_outcome
language sql set search_path = '' as $$ select private.request_photo_removal(notice_id, path, reason) $$;
grant execute on function private.request_photo_removal(uuid, text, text) to service_role;
grant execute on function public.request_photo_removal(uuid, text, text) to service_role;
