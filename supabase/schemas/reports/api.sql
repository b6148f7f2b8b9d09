-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- chasing.sql
create function public.chase_report(report_id uuid, body text default null) returns public.chase_report_outcome
language sql set search_path = '' as $$ select private.chase_report(report_id, body) $$;
grant execute on function private.chase_report, public.chase_report to authenticated;

-- drafts.sql
create function public.forget_report_drafts() returns integer
language sql set search_path = '' as $$ select private.forget_report_drafts() $$;
grant execute on function private.forget_report_drafts, public.forget_report_drafts to service_role;

-- followers.sql
create function public.follow_report(report_id uuid, is_following boolean default true) returns public.follow_report_outcome
language sql set search_path = '' as $$ select private.follow_report(report_id, is_following) $$;
grant execute on function private.follow_report, public.follow_report to authenticated;

-- followers.sql
create function public.object_report(report_id uuid) returns public.object_report_outcome
language sql set search_path = '' as $$ select private.object_report(report_id) $$;
grant execute on function private.object_report, public.object_report to authenticated;

-- merges.sql
create function public.merge_report(report_id uuid, into_id uuid) returns public.merge_report_outcome
language sql set search_path = '' as $$ select private.merge_report(report_id, into_id) $$;
grant execute on function private.merge_report, public.merge_report to authenticated;

-- merges.sql
create function public.unmerge_report(report_id uuid) returns public.merge_report_outcome
language sql set search_path = '' as $$ select private.unmerge_report(report_id) $$;
grant execute on function private.unmerge_report, public.unmerge_report to authenticated;

-- messages.sql
create function public.add_report_message(id uuid, report_id uuid, body text, audience public.message_audience default 'resident')
returns public.report_message_outcome
language sql set search_path = '' as $$ select private.add_report_message(id, report_id, body, audience) $$;
grant execute on function private.add_report_message, public.add_report_message to authenticated;

-- outages.sql
create function public.post_outage(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, body text, expected_on date default null
) returns public.post_outage_outcome
language sql set search_path = '' as $$ select private.post_outage(id, block_id, place_id, thing, body, expected_on) $$;
grant execute on function private.post_outage, public.post_outage to authenticated;

-- photos.sql
create function public.share_report_photos(report_id uuid, are_shared boolean) returns public.share_photos_outcome
language sql set search_path = '' as $$ select private.share_report_photos(report_id, are_shared) $$;
grant execute on function private.share_report_photos, public.share_report_photos to authenticated;

-- photos.sql
create function public.keep_photo(path text) returns boolean
language sql set search_path = '' as $$ select private.keep_photo(path) $$;
grant execute on function private.keep_photo, public.keep_photo to authenticated;

-- photos.sql
create function public.mark_abandoned_photos() returns setof text
language sql set search_path = '' as $$ select * from private.mark_abandoned_photos() $$;
grant execute on function private.mark_abandoned_photos, public.mark_abandoned_photos to service_role;

-- photos.sql
create function public.unmark_removed_photos(paths text[]) returns void
language sql set search_path = '' as $$ select private.unmark_removed_photos(paths) $$;
grant execute on function private.unmark_removed_photos, public.unmark_removed_photos to service_role;

-- questions.sql
create function public.ask_report_question(
  id uuid, report_id uuid, body text, starts_at timestamptz[] default '{}', ends_at timestamptz[] default '{}'
) returns public.report_question_outcome
language sql set search_path = '' as $$ select private.ask_report_question(id, report_id, body, starts_at, ends_at) $$;
grant execute on function private.ask_report_question, public.ask_report_question to authenticated;

-- questions.sql
create function public.answer_report_question(question_id uuid, chosen_position smallint default null, answer text default null)
returns public.report_question_outcome
language sql set search_path = '' as $$ select private.answer_report_question(question_id, chosen_position, answer) $$;
grant execute on function private.answer_report_question, public.answer_report_question to authenticated;

-- queue.sql
create function public.list_report_queue(
  sort public.report_sort default 'oldest', block_id uuid default null, is_open boolean default null,
  status public.report_status default null, thing public.report_thing default null, min_days integer default null,
  is_late boolean default false, is_urgent boolean default false, is_awaiting boolean default false, assignee_id uuid default null,
  is_unassigned boolean default false, number bigint default null, after_value bigint default null, after_number bigint default null,
  is_back boolean default false, max_rows integer default 30
) returns setof public.report_queue_row
language sql stable set search_path = '' as $$ select * from private.list_report_queue(
  sort, block_id, is_open, status, thing, min_days, is_late, is_urgent, is_awaiting, assignee_id, is_unassigned, number, after_value,
  after_number, is_back, max_rows
) $$;
grant execute on function private.list_report_queue, public.list_report_queue to authenticated;

-- status.sql
create function public.change_report_status(
  report_id uuid, to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns public.report_status_outcome
language sql set search_path = '' as $$ select private.change_report_status(report_id, to_status, reason, waiting_for) $$;
grant execute on function private.change_report_status, public.change_report_status to authenticated;
