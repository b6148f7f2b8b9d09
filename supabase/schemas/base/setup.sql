-- What every domain file builds on: extensions, the private schema, who I am and what I may do.
--
-- `public` holds tables and security invoker functions: it is what the REST API shows to the whole internet.
-- `private` is not exposed. A definer function lives there, says which rows it must see, and is called by a one-line
-- invoker function in `public`. Execute is granted by name, never by default.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
grant usage on schema private to anon, authenticated, service_role;

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- Today in Oslo, wherever the server stands.
create function private.today() returns date
language sql stable set search_path = '' as $$
  select (now() at time zone 'Europe/Oslo')::date
$$;
grant execute on function private.today() to anon, authenticated;
