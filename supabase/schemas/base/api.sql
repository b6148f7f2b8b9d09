-- What the API may call of the definer functions in this folder. Made by `npm run types` from the lines "-- API:" above them, each in the file
-- named here; do not edit.

-- attempts.sql
create function public.attempt(limit_name text, key text) returns boolean
language sql set search_path = '' as $$ select private.attempt(limit_name, key) $$;
grant execute on function private.attempt, public.attempt to service_role;

-- attempts.sql
create function public.forget_attempts(limit_name text, key text) returns void
language sql set search_path = '' as $$ select private.forget_attempts(limit_name, key) $$;
grant execute on function private.forget_attempts, public.forget_attempts to service_role;
