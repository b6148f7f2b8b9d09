-- Pictures of a case (bucket report-photos): storing them, who sees them, and removing those of forms that were never sent.

-- Limits: files of a person, runs of the clean-up, pictures of a case, and the size of a picture when it is sent: the server shrinks
-- it before it is stored.
insert into private.limits (what, most, per) values ('report_photo', 60, '1 day'), ('photo_cleanup', 1, '10 minutes');
insert into private.numbers (what, value) values ('report_photos', 4), ('photo_megabytes', 10);

-- Pictures in the private bucket `report-photos`: `<uid>/<sha256>_<width>x<height>.webp`. The name carries the dimensions, so
-- that it is one string from the upload to the page.
create table public.report_photos (
  report_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 0 and 3),
  path text not null check (path ~ '^[0-9a-f-]{36}/[0-9a-f]{64}_[0-9]{1,4}x[0-9]{1,4}\.webp$'),
  width smallint not null generated always as (substring(path from '_([0-9]+)x')::smallint) stored,
  height smallint not null generated always as (substring(path from 'x([0-9]+)\.')::smallint) stored,
  primary key (report_id, position),
  unique (report_id, path),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_photos_report_id_idx on public.report_photos (report_id, block_id);
create index report_photos_path_idx on public.report_photos (path);
alter table public.report_photos enable row level security;

-- Shared pictures: visible to everybody who sees the case; the policy of `reports` decides.
create policy select_reporter_staff_or_shared on public.report_photos for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
    or exists (select from public.reports r where r.id = report_id and r.are_photos_shared)
  );
-- No insert, update or delete: written with the case by make_report (reports/sending.sql).
grant select on public.report_photos to authenticated;

-- The server re-encodes every picture and stores it as the person; people who bypass the server can still only
-- store WebP of at most 3 MB under their own folder, within the limit, and a picture is served to the case's audience alone.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('report-photos', 'report-photos', false, 3 * 1024 * 1024, '{image/webp}');

-- Whether I may store one more file today. Requires membership of a building, because accounts are free. Not by an address signed
-- beforehand: no policy is checked when a file is sent there, so a thousand addresses signed in the morning would be a thousand files.
-- (Storage checks before a file is sent and records it afterwards: files sent at the very same time can exceed the limit together. No lock
-- taken here lasts that long.)
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create function private.may_store_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,partner,consultant,landlord}'))
    and (select private.most('report_photo')) > (
      select count(*) from storage.objects o
      where o.bucket_id = 'report-photos' and o.name like (select auth.uid())::text || '/%'
        and o.created_at > (select private.window_start('report_photo'))
    )
$$;
grant execute on function private.may_store_photo() to authenticated;

create policy report_photos_insert_own on storage.objects for insert to authenticated
  with check (
    bucket_id = 'report-photos'
    and split_part(name, '/', 1) = (select auth.uid())::text
    and name ~ '^[0-9a-f-]{36}/[0-9a-f]{64}_[0-9]{1,4}x[0-9]{1,4}\.webp$'
    and (select private.may_store_photo())
  );
-- My own uploads, and what belongs to a case whose pictures I may see: the policy of report_photos decides.
-- No update or delete: a picture of a case is part of its history.
create policy report_photos_select_own_or_visible on storage.objects for select to authenticated
  using (
    bucket_id = 'report-photos'
    and (
      split_part(name, '/', 1) = (select auth.uid())::text
      or exists (select from public.report_photos p where p.path = objects.name)
    )
  );

create type public.share_photos_outcome as enum ('shared', 'hidden', 'not_allowed', 'not_found');

-- Lets the neighbours of a common-area case see its pictures, or hides them again: the reporter, or the staff after looking.
-- What the staff do is logged. Definer: writes the case, which no role may write directly.
-- API: authenticated
create function private.share_report_photos(p_report_id uuid, p_are_shared boolean) returns public.share_photos_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles constant public.report_actor[] := private.my_report_roles(p_report_id);
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  perform private.log_act(r.block_id, case when p_are_shared then 'share_photos' else 'hide_photos' end::public.audit_act, 'report', r.id)
  from public.reports r
  where r.id = p_report_id and r.is_common and r.are_photos_shared <> p_are_shared and not 'reporter' = any (v_roles);
  update public.reports r set are_photos_shared = p_are_shared where r.id = p_report_id and r.is_common;
  return case when not found then 'not_allowed' when p_are_shared then 'shared' else 'hidden' end;
end
$$;

-- Photos of forms that were never sent are removed after a day. SQL may not delete files from storage: a job
-- asks here for names (which are marked), removes the files through the storage service, and reports when it is done.
--
-- A report may be sent at that very moment. Both sides lock the row of the file in storage.objects: the report to keep it
-- (hold_photo), the job to mark it. The second one sees what the first did: a file that a report refers to is not
-- marked, and a marked file can no longer be used in a report.
--
-- Files that a job is about to remove. A mark is deleted when the job is done, or after an hour when it died: then the next job tries.
create table private.photo_removals (
  path text primary key,
  marked_at timestamptz not null default now()
);
alter table private.photo_removals enable row level security;

-- Whether this file of mine exists and no job is removing it. Locks it until the end of the transaction. For the functions
-- that write report_photos; granted to nobody.
create function private.hold_photo(p_path text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from storage.objects o where o.bucket_id = 'report-photos' and o.name = p_path for key share;
  -- A statement of its own: it sees what was marked while this one waited.
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Last line of defence: no photo of a report without its file, whichever function writes it. Expected refusals are outcomes
-- of that function, which calls hold_photo first.
-- Definer: locks files, which nobody may change.
create function private.tg_report_photos__hold() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.hold_photo(new.path) then
    raise exception 'The photo is not stored' using errcode = '23503';
  end if;
  return new;
end
$$;
create trigger hold before insert on public.report_photos
  for each row execute function private.tg_report_photos__hold();

-- I have chosen a picture again that I stored before: its day starts again, as if it had been sent now. False when the file does not
-- exist, or a job is about to remove it.
-- Definer: the policies of storage let nobody change a file. Only that time is changed, and only in the own folder.
-- API: authenticated
create function private.keep_photo(p_path text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update storage.objects o set last_accessed_at = now()
  where o.bucket_id = 'report-photos' and o.name = p_path
    and split_part(p_path, '/', 1) = (select auth.uid())::text;
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Marks up to 200 files that were stored or chosen again more than 24 hours ago (with some storage services also: shown) and
-- that no report and no draft refers to, and returns their names, oldest first. It scans all files, so it runs at most every ten minutes;
-- in between, and for a second caller at the same time, it returns none. A locked file is left for the next run.
-- Definer: reads every file and every photo.
-- API: service_role
create function private.mark_abandoned_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
  v_names text[];
begin
  if not private.attempt('photo_cleanup', 'all') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_ids := array(
    select o.id from storage.objects o
    where o.bucket_id = 'report-photos' and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
      and not exists (select from public.report_photos p where p.path = o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
      and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
      and not exists (
        select from public.report_drafts d
        where d.person_id::text = split_part(o.name, '/', 1)
          and strpos(d.photos, substring(o.name from '/(.*)\.webp$')) > 0)
    order by o.created_at limit 200
  );
  v_names := array(select o.name from storage.objects o where o.id = any (v_ids) for update skip locked);
  -- Asked again under the lock: meanwhile a report may point to it, or somebody has chosen it again.
  return query
  insert into private.photo_removals as r (path)
  select o.name from storage.objects o
  where o.bucket_id = 'report-photos' and o.name = any (v_names)
    and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
    and not exists (select from public.report_photos p where p.path = o.name)
    and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
  on conflict do nothing
  returning r.path;
end
$$;

-- Deletes the marks of removed files, so that the same picture may be stored again. The mark of a file that still exists
-- stays for its hour. Definer: no role may read the marks.
-- API: service_role
create function private.unmark_removed_photos(p_paths text[]) returns void
language sql security definer set search_path = '' as $$
  delete from private.photo_removals r
  where r.path = any (p_paths)
    and not exists (
      select from storage.objects o where o.bucket_id in ('report-photos', 'space-photos') and o.name = r.path)
$$;
