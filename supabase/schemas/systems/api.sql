-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- api-keys.sql
create function public.make_api_key(name text, scopes public.api_scope[]) returns text
language sql set search_path = '' as $$ select private.make_api_key(name, scopes) $$;
grant execute on function private.make_api_key, public.make_api_key to authenticated;

-- api-keys.sql
create function public.revoke_api_key(id uuid) returns boolean
language sql set search_path = '' as $$ select private.revoke_api_key(id) $$;
grant execute on function private.revoke_api_key, public.revoke_api_key to authenticated;

-- api-keys.sql
create function public.enter_api(secret text, address text) returns public.api_entry
language sql set search_path = '' as $$ select private.enter_api(secret, address) $$;
grant execute on function private.enter_api, public.enter_api to service_role;

-- open311-write.sql
create function public.open311_create(
  secret text, reference text, block_slug text, place_id uuid, address text, kind public.place_kind, thing public.report_thing,
  description text, access public.report_access, is_urgent boolean, contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language sql set search_path = '' as $$ select * from private.open311_create(
  secret, reference, block_slug, place_id, address, kind, thing, description, access, is_urgent, contact
) $$;
grant execute on function private.open311_create, public.open311_create to service_role;

-- open311-write.sql
create function public.open311_update(
  secret text, number bigint, reference text, to_status public.report_status, waiting_for public.report_wait, message text
) returns table (outcome public.open311_update_outcome, update_id text)
language sql set search_path = '' as $$ select * from private.open311_update(secret, number, reference, to_status, waiting_for, message) $$;
grant execute on function private.open311_update, public.open311_update to service_role;

-- open311.sql
create function public.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable set search_path = '' as $$ select * from private.open311_services() $$;
grant execute on function private.open311_services, public.open311_services to anon, authenticated;

-- open311.sql
create function public.open311_requests(
  secret text, numbers bigint[], block_slug text, services text[], is_open boolean, from_at timestamptz, until_at timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing, description text,
  address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz, waiting_for public.report_wait,
  expected_by date
)
language sql stable set search_path = ''
as $$ select * from private.open311_requests(secret, numbers, block_slug, services, is_open, from_at, until_at) $$;
grant execute on function private.open311_requests, public.open311_requests to anon, authenticated;

-- open311.sql
create function public.open311_updates(secret text, numbers bigint[], from_at timestamptz, until_at timestamptz)
returns table (event_id bigint, number bigint, to_status public.report_status, created_at timestamptz, body text)
language sql stable set search_path = '' as $$ select * from private.open311_updates(secret, numbers, from_at, until_at) $$;
grant execute on function private.open311_updates, public.open311_updates to anon, authenticated;

-- report-delivery.sql
create function public.report_delivery(report_id uuid) returns table (state public.delivery_state, since timestamptz, failures bigint)
language sql stable set search_path = '' as $$ select * from private.report_delivery(report_id) $$;
grant execute on function private.report_delivery, public.report_delivery to authenticated;

-- webhooks.sql
create function public.try_webhook(endpoint_id uuid) returns boolean
language sql set search_path = '' as $$ select private.try_webhook(endpoint_id) $$;
grant execute on function private.try_webhook, public.try_webhook to authenticated;

-- webhooks.sql
create function public.resend_failed(endpoint_id uuid default null) returns integer
language sql set search_path = '' as $$ select private.resend_failed(endpoint_id) $$;
grant execute on function private.resend_failed, public.resend_failed to authenticated;

-- webhooks.sql
create function public.claim_webhooks(max_count integer)
returns table (id uuid, endpoint_id uuid, url text, version integer, is_newly_renewed boolean, payload jsonb, attempts integer)
language sql set search_path = '' as $$ select * from private.claim_webhooks(max_count) $$;
grant execute on function private.claim_webhooks, public.claim_webhooks to service_role;

-- webhooks.sql
create function public.finish_webhook(id uuid, attempts integer, error text) returns boolean
language sql set search_path = '' as $$ select private.finish_webhook(id, attempts, error) $$;
grant execute on function private.finish_webhook, public.finish_webhook to service_role;

-- webhooks.sql
create function public.tidy_systems() returns void
language sql set search_path = '' as $$ select private.tidy_systems() $$;
grant execute on function private.tidy_systems, public.tidy_systems to service_role;
