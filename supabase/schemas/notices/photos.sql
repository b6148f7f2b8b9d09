-- The picture of a notice, and requests to have it removed, from anybody, with or without an account.

-- Limits: requests of a network address about one picture, and about any; and how many requests about one notice may wait.
insert into private.limits (what, most, per) values ('photo_removal', 1, '1 day'), ('photo_removals', 10, '1 day');
insert into private.numbers (what, value) values ('photo_requests', 20);

create type public.notice_photo_kind as enum ('situation', 'portrait', 'drawing');

-- The one picture of a notice, with a text that describes it. A portrait needs the consent of the person in it, and of the parents
-- of a child under 15. Hidden from a request for its removal until the consultant has reviewed it; once reviewed and
-- kept, further requests do not hide it.
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
alter table public.notice_photos enable row level security;

create policy select_visible on public.notice_photos for select to anon, authenticated
  using (
    (hidden_at is null and exists (select from public.notices n where n.id = notice_id offset 0))
    or block_id in (select private.my_block_ids('{consultant}'))
  );
-- No insert, update or delete: save_notice and act_on_notice do it.
grant select on public.notice_photos to anon, authenticated;

-- A request to have a picture removed. Not who asked; the words are deleted when the consultant has decided.
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
alter table public.notice_photo_requests enable row level security;

create policy select_consultant on public.notice_photo_requests for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No insert: request_photo_removal does it. No update or delete: act_on_notice.
grant select on public.notice_photo_requests to authenticated;

create type public.photo_request_outcome as enum ('hidden', 'noted', 'not_found');

-- Requests the removal of this picture, with or without an account. It is hidden at once, until the consultant has reviewed
-- it; after that further requests are only recorded, up to a limit of waiting ones. The server checks first whether
-- the person may see the picture, and counts the requests of a network address. Notifies the consultant, once per notice and day.
-- Definer: writes a table that no role may write.
-- API: service_role
create function private.request_photo_removal(
  p_notice_id uuid, p_path text, p_reason text default null
) returns public.photo_request_outcome
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
  where private.number('photo_requests') > (select count(*) from public.notice_photo_requests r where r.notice_id = p_notice_id);
  update public.notice_photos p set hidden_at = coalesce(p.hidden_at, now())
  where p.notice_id = p_notice_id and p.reviewed_at is null;
  perform private.tell_of_photo_request(p_notice_id, v_photo.block_id);
  return case when v_photo.reviewed_at is null then 'hidden' else 'noted' end;
end
$$;

-- Whether this notice can use this file: it already does, or the file exists, is mine and belongs to no other notice. Granted to nobody.
create function private.can_show_photo(p_notice_id uuid, p_path text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_notice_id uuid := (select p.notice_id from public.notice_photos p where p.path = p_path);
begin
  return case when v_notice_id is null then private.hold_space_photo(p_path) else v_notice_id = p_notice_id end;
end
$$;

-- Adds a picture to a notice, changes its text or removes it. p_photo: {"path", "text", "kind", "consent"}, or {} for none.
-- Requests for removal are deleted with the picture. Granted to nobody.
create function private.set_notice_photo(p_notice_id uuid, p_block_id uuid, p_photo jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_path text := p_photo ->> 'path';
begin
  delete from public.notice_photos p where p.notice_id = p_notice_id and p.path is distinct from v_path;
  if found then
    delete from public.notice_photo_requests r where r.notice_id = p_notice_id;
  end if;
  insert into public.notice_photos (notice_id, block_id, path, alternative_text, kind, has_consent)
  select p_notice_id, p_block_id, v_path, p_photo ->> 'text', (p_photo ->> 'kind')::public.notice_photo_kind,
    (p_photo ->> 'consent')::boolean
  where v_path is not null
  on conflict (notice_id) do update
  set alternative_text = excluded.alternative_text, kind = excluded.kind, has_consent = excluded.has_consent;
end
$$;
