-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- deliveries.sql
create function public.form_messages(channels public.outbox_channel[]) returns integer
language sql set search_path = '' as $$ select private.form_messages(channels) $$;
grant execute on function private.form_messages, public.form_messages to service_role;

-- keys.sql
create function public.keep_message_keys(vapid_public_key text, vapid_private_key text, link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language sql set search_path = '' as $$ select * from private.keep_message_keys(vapid_public_key, vapid_private_key, link_key) $$;
grant execute on function private.keep_message_keys, public.keep_message_keys to service_role;

-- phones.sql
create function public.start_phone(person_id uuid, phone text) returns text
language sql set search_path = '' as $$ select private.start_phone(person_id, phone) $$;
grant execute on function private.start_phone, public.start_phone to service_role;

-- phones.sql
create function public.confirm_phone(digits text) returns public.phone_outcome
language sql set search_path = '' as $$ select private.confirm_phone(digits) $$;
grant execute on function private.confirm_phone, public.confirm_phone to authenticated;

-- push.sql
create function public.subscribe_push(endpoint text, public_key text, auth_key text) returns void
language sql set search_path = '' as $$ select private.subscribe_push(endpoint, public_key, auth_key) $$;
grant execute on function private.subscribe_push, public.subscribe_push to authenticated;

-- sending.sql
create function public.claim_messages(channel public.outbox_channel, max_count integer) returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale public.locale, block_names text[],
  kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language sql set search_path = '' as $$ select * from private.claim_messages(channel, max_count) $$;
grant execute on function private.claim_messages, public.claim_messages to service_role;

-- sending.sql
create function public.finish_message(id uuid, attempts integer, error text, is_final boolean) returns boolean
language sql set search_path = '' as $$ select private.finish_message(id, attempts, error, is_final) $$;
grant execute on function private.finish_message, public.finish_message to service_role;

-- sending.sql
create function public.stop_emails(person_id uuid) returns void
language sql set search_path = '' as $$ select private.stop_emails(person_id) $$;
grant execute on function private.stop_emails, public.stop_emails to service_role;
