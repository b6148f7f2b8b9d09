-- The foundation: extensions, the schema `private`, and default privileges that grant nothing.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;

-- `public` holds tables and security invoker functions: the REST API exposes it to the whole internet.
-- `private` is not exposed. Definer functions live there, state which rows they must see, and are called by a one-line
-- invoker function in `public`.
create schema private;
grant usage on schema private to anon, authenticated, service_role;

-- Execute is granted by name, never by default.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
