-- What everything else builds on: extensions, the schema `private`, and default privileges that grant nothing.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;

-- `public` holds tables and security invoker functions: it is what the REST API shows to the whole internet.
-- `private` is not exposed. A definer function lives there, says which rows it must see, and is called by a one-line
-- invoker function in `public`.
create schema private;
grant usage on schema private to anon, authenticated, service_role;

-- Execute is granted by name, never by default.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
