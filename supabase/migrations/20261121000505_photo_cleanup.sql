-- Photos of forms that were never sent are removed after a day. The file lies in storage, which SQL may not delete from: a job
-- asks here for names (they are marked), removes the files through the storage service, and says that it is done.
--
-- A report may be sent at that very moment. Both sides take the row of the file in storage.objects: the report to keep it
-- (hold_photo), the job to mark it. Whoever comes second sees what the first did: a file that a report points to is not
-- marked, and a marked file is in no report any more.

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
create function private.keep_photo(p_path text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update storage.objects o set last_accessed_at = now()
  where o.bucket_id = 'report-photos' and o.name = p_path
    and split_part(p_path, '/', 1) = (select auth.uid())::text;
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;
create function public.keep_photo(path text) returns boolean
language sql set search_path = '' as $$ select private.keep_photo(path) $$;
grant execute on function private.keep_photo(text) to authenticated;
grant execute on function public.keep_photo(text) to authenticated;

-- Marks up to 200 files that were stored or chosen again more than 24 hours ago (with some storage services also: shown) and
-- that no report and no draft points to, and answers their names, oldest first. Looks at all files, so it does at most every ten minutes;
-- in between, and to a second caller at the same time, it answers none. A file that somebody holds is left for the next time.
-- Definer: sees every file and every photo.
create function private.mark_abandoned_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
  v_names text[];
begin
  if not private.attempt('photo_cleanup', 'all', 1, '10 minutes') then
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
create function public.mark_abandoned_photos() returns setof text
language sql set search_path = '' as $$ select private.mark_abandoned_photos() $$;
grant execute on function private.mark_abandoned_photos() to service_role;
grant execute on function public.mark_abandoned_photos() to service_role;

-- These files were removed: the marks go, and the same picture may be stored again. The mark of a file that is still there
-- stays for its hour. Definer: nobody may see the marks.
create function private.unmark_removed_photos(p_paths text[]) returns void
language sql security definer set search_path = '' as $$
  delete from private.photo_removals r
  where r.path = any (p_paths)
    and not exists (
      select from storage.objects o where o.bucket_id in ('report-photos', 'space-photos') and o.name = r.path)
$$;
create function public.unmark_removed_photos(paths text[]) returns void
language sql set search_path = '' as $$ select private.unmark_removed_photos(paths) $$;
grant execute on function private.unmark_removed_photos(text[]) to service_role;
grant execute on function public.unmark_removed_photos(text[]) to service_role;
