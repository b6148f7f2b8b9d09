-- Pictures of a case (bucket report-photos): storing them, who sees them, and removing those of forms that were never sent.

-- Files of a person, how often the clean-up looks, the pictures of a case, and how large one may be when it is sent: the server makes it
-- smaller before it is stored.
insert into private.limits (what, most, per) values ('report_photo', 60, '1 day'), ('photo_cleanup', 1, '10 minutes');
insert into private.numbers (what, value) values ('report_photos', 4), ('photo_megabytes', 10);

-- Pictures in the private bucket `report-photos`: `<uid>/<sha256>_<width>x<height>.webp`. The name carries the size, so
-- that it is one text from the upload to the page.
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

-- Shared ones: whoever sees the case; the policy of `reports` decides.
create policy select_reporter_staff_or_shared on public.report_photos for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
    or exists (select from public.reports r where r.id = report_id and r.are_photos_shared)
  );
-- No insert, update or delete: written with the case by make_report (reports/sending.sql).
grant select on public.report_photos to authenticated;

-- The server re-encodes every picture and stores it as the person; whoever goes around it still may only
-- store WebP of at most 3 MB under their own folder, within the limit, and a picture is served to the case's audience alone.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('report-photos', 'report-photos', false, 3 * 1024 * 1024, '{image/webp}');

-- Whether I may store one more file today: somebody who belongs to a building, for an account costs nothing. Not by an address signed
-- beforehand: nothing is asked when a file is sent there, so that a thousand addresses signed in the morning would be a thousand files.
-- (Storage asks before a file is sent and notes it after: some that are sent at the very same time pass over the limit together. No lock
-- here outlives the question.)
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

-- Photos of forms that were never sent are removed after a day. The file lies in storage, which SQL may not delete from: a job
-- asks here for names (they are marked), removes the files through the storage service, and says that it is done.
--
-- A report may be sent at that very moment. Both sides take the row of the file in storage.objects: the report to keep it
-- (hold_photo), the job to mark it. Whoever comes second sees what the first did: a file that a report points to is not
-- marked, and a marked file is in no report any more.
--
-- Files that a job is about to remove. Away when it is done, or after an hour when the job died: then the next one tries.
create table private.photo_removals (
  path text primary key,
  marked_at timestamptz not null default now()
);
alter table private.photo_removals enable row level security;

-- Whether this file of mine is there and is no job's to remove. Holds it until the end of the transaction. For the functions
-- that write report_photos; granted to nobody.
create function private.hold_photo(p_path text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from storage.objects o where o.bucket_id = 'report-photos' and o.name = p_path for key share;
  -- A statement of its own: it sees what was marked while this one waited.
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Last line of defence: no photo of a report without its file, whichever function writes it. An expected refusal is an outcome
-- of that function, which asks hold_photo first.
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

-- Somebody chose again a picture that they stored before: its day begins anew, as if it had been sent now. False when it is not
-- there, or a job is about to remove it.
-- Definer: the policies of storage let nobody change a file. Only that moment is changed, and only in the own folder.
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
-- that no report and no draft points to, and returns their names, oldest first. Looks at all files, so it does at most every ten minutes;
-- in between, and to a second caller at the same time, it answers none. A file that somebody holds is left for the next time.
-- Definer: sees every file and every photo.
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

-- These files were removed: the marks go, and the same picture may be stored again. The mark of a file that is still there
-- stays for its hour. Definer: nobody may see the marks.
-- API: service_role
create function private.unmark_removed_photos(p_paths text[]) returns void
language sql security definer set search_path = '' as $$
  delete from private.photo_removals r
  where r.path = any (p_paths)
    and not exists (
      select from storage.objects o where o.bucket_id in ('report-photos', 'space-photos') and o.name = r.path)
$$;
