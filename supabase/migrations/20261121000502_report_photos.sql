-- Pictures. The server re-encodes every picture and stores it as the person; whoever goes around it still may only
-- store WebP of at most 3 MB under their own folder, 60 a day, and a picture is served to the case's audience alone.
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
    and 60 > (
      select count(*) from storage.objects o
      where o.bucket_id = 'report-photos' and o.name like (select auth.uid())::text || '/%'
        and o.created_at > now() - interval '1 day'
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
create policy report_photos_select_own_or_visible on storage.objects for select to authenticated
  using (
    bucket_id = 'report-photos'
    and (
      split_part(name, '/', 1) = (select auth.uid())::text
      or exists (select from public.report_photos p where p.path = objects.name)
    )
  );
-- No update or delete: a picture of a case is part of its history.
