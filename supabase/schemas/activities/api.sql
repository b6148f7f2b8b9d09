-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- calendar-links.sql
create function public.make_calendar_link() returns text
language sql set search_path = '' as $$ select private.make_calendar_link() $$;
grant execute on function private.make_calendar_link, public.make_calendar_link to authenticated;

-- calendar-links.sql
create function public.calendar_of(secret text) returns table (
  session_id uuid, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, note text, sequence integer, title text, body text,
  place_name text, whereabouts text, activity_id uuid, block_name text, block_slug text
)
language sql stable set search_path = '' as $$ select * from private.calendar_of(secret) $$;
grant execute on function private.calendar_of, public.calendar_of to anon, authenticated;

-- hosts.sql
create function public.stop_hosting(activity_id uuid) returns boolean
language sql set search_path = '' as $$ select private.stop_hosting(activity_id) $$;
grant execute on function private.stop_hosting, public.stop_hosting to authenticated;

-- messages.sql
create function public.send_activity_message(activity_id uuid, message_id uuid, body text) returns public.activity_message_outcome
language sql set search_path = '' as $$ select private.send_activity_message(activity_id, message_id, body) $$;
grant execute on function private.send_activity_message, public.send_activity_message to authenticated;

-- participants.sql
create function public.signup_list(activity_id uuid, session_id uuid default null) returns table (
  id uuid, name text, has_account boolean, party_size integer, status public.signup_status, created_at timestamptz,
  signed_up_at timestamptz, offer_expires_at timestamptz, ended_at timestamptz, reason public.signup_reason, actor public.signup_actor,
  present_count integer
)
language sql stable set search_path = '' as $$ select * from private.signup_list(activity_id, session_id) $$;
grant execute on function private.signup_list, public.signup_list to authenticated;

-- proposing.sql
create function public.propose_activity(activity jsonb, sessions jsonb, series jsonb default null) returns public.activity_propose_outcome
language sql set search_path = '' as $$ select private.propose_activity(activity, sessions, series) $$;
grant execute on function private.propose_activity, public.propose_activity to authenticated;

-- proposing.sql
create function public.decline_activity(activity_id uuid, reason text) returns public.activity_decline_outcome
language sql set search_path = '' as $$ select private.decline_activity(activity_id, reason) $$;
grant execute on function private.decline_activity, public.decline_activity to authenticated;

-- publishing.sql
create function public.publish_activity(activity_id uuid) returns public.activity_publish_outcome
language sql set search_path = '' as $$ select private.publish_activity(activity_id) $$;
grant execute on function private.publish_activity, public.publish_activity to authenticated;

-- publishing.sql
create function public.cancel_activity(activity_id uuid, reason text) returns public.activity_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_activity(activity_id, reason) $$;
grant execute on function private.cancel_activity, public.cancel_activity to authenticated;

-- series.sql
create function public.due_series(until date) returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable set search_path = '' as $$ select * from private.due_series(until) $$;
grant execute on function private.due_series, public.due_series to service_role;

-- series.sql
create function public.extend_series(activity_id uuid, rrule text, days date[], until date) returns void
language sql set search_path = '' as $$ select private.extend_series(activity_id, rrule, days, until) $$;
grant execute on function private.extend_series, public.extend_series to service_role;

-- sign-up.sql
create function public.sign_up(activity_id uuid, party_size integer default 1) returns public.signup_outcome
language sql set search_path = '' as $$ select private.sign_up(activity_id, party_size) $$;
grant execute on function private.sign_up, public.sign_up to authenticated;

-- sign-up.sql
create function public.sign_up_for(
  activity_id uuid, signup_id uuid, person_id uuid default null, first_name text default null, party_size integer default 1
) returns public.signup_outcome
language sql set search_path = '' as $$ select private.sign_up_for(activity_id, signup_id, person_id, first_name, party_size) $$;
grant execute on function private.sign_up_for, public.sign_up_for to authenticated;

-- sign-up.sql
create function public.cancel_signup(activity_id uuid) returns public.signup_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_signup(activity_id) $$;
grant execute on function private.cancel_signup, public.cancel_signup to authenticated;

-- sign-up.sql
create function public.end_signup(signup_id uuid) returns public.signup_cancel_outcome
language sql set search_path = '' as $$ select private.end_signup(signup_id) $$;
grant execute on function private.end_signup, public.end_signup to authenticated;

-- waiting-list.sql
create function public.accept_offer(activity_id uuid) returns public.offer_outcome
language sql set search_path = '' as $$ select private.accept_offer(activity_id) $$;
grant execute on function private.accept_offer, public.accept_offer to authenticated;
