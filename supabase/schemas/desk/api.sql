-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- waiting.sql
create function public.desk_waiting(block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$ select * from private.desk_waiting(block_id) $$;
grant execute on function private.desk_waiting, public.desk_waiting to authenticated;

-- week.sql
create function public.desk_week(block_id uuid) returns table (
  sign_ups integer, dates_held integer, people_came integer, cases_opened integer, cases_finished integer, late_cases integer,
  join_requests integer, new_members integer
)
language sql stable set search_path = '' as $$ select * from private.desk_week(block_id) $$;
grant execute on function private.desk_week, public.desk_week to authenticated;
