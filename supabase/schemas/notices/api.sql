-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- photos.sql
create function public.request_photo_removal(notice_id uuid, path text, reason text default null) returns public.photo_request_outcome
language sql set search_path = '' as $$ select private.request_photo_removal(notice_id, path, reason) $$;
grant execute on function private.request_photo_removal, public.request_photo_removal to service_role;

-- readers.sql
create function public.count_notice_reads(notice_ids uuid[]) returns void
language sql set search_path = '' as $$ select private.count_notice_reads(notice_ids) $$;
grant execute on function private.count_notice_reads, public.count_notice_reads to authenticated;

-- readers.sql
create function public.notice_read_counts(block_id uuid) returns table (notice_id uuid, readers integer)
language sql stable set search_path = '' as $$ select * from private.notice_read_counts(block_id) $$;
grant execute on function private.notice_read_counts, public.notice_read_counts to authenticated;

-- write.sql
create function public.act_on_notice(notice_id uuid, act public.notice_act) returns public.notice_outcome
language sql set search_path = '' as $$ select private.act_on_notice(notice_id, act) $$;
grant execute on function private.act_on_notice, public.act_on_notice to authenticated;
