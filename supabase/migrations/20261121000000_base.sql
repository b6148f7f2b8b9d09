-- What every domain file builds on: extensions, the private schema, who I am and what I may do.
--
-- `public` holds tables and security invoker functions: it is what the REST API shows to the whole internet.
-- `private` is not exposed. A definer function lives there, says which rows it must see, and is called by a one-line
-- invoker function in `public`. Execute is granted by name, never by default.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;

create schema private;
grant usage on schema private to anon, authenticated, service_role;

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- What somebody can be in a building. `landlord` (Boligbygg) and `admin` cover all buildings.
create type public.member_role as enum ('resident', 'partner', 'consultant', 'landlord', 'observer', 'admin');

-- What residents write that can be flagged and moderated, and what a thing was hidden by: flags of neighbours, or the consultant.
create type public.thing_kind as enum ('proposal', 'comment', 'question', 'activity', 'message');
create type public.hidden_by as enum ('flags', 'staff');

-- Today in Oslo, wherever the server stands.
create function private.today() returns date
language sql stable set search_path = '' as $$
  select (now() at time zone 'Europe/Oslo')::date
$$;
grant execute on function private.today() to anon, authenticated;

-- Whether my session has ended (signed out, another password, a factor taken away). A token outlives the session it was made for by up to an
-- hour; one that names no session is not of a person who signed in.
-- Definer: reads the sessions of the auth service. Granted to nobody: only definer functions ask.
create function private.session_has_ended() returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session_id constant uuid := (auth.jwt() ->> 'session_id')::uuid;
begin
  return v_session_id is not null and not exists (select from auth.sessions s where s.id = v_session_id);
end
$$;

-- The buildings where I have one of these roles right now. For policies, always as
-- `block_id in (select private.my_block_ids('{consultant}'))`, so that it runs once per query. None in a session that has ended; a role
-- of staff counts only in one that has shown what is asked of staff (20261121000230).
-- Definer: it reads all memberships of the caller, which the policies of that table themselves depend on.
-- plpgsql, because the tables come in later files.
create function private.my_block_ids(p_roles public.member_role[]) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return;
  end if;
  -- Two questions, so that only somebody with a role in all buildings reads the list of buildings.
  return query
  select m.block_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is not null
    and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  union
  select b.id
  from public.blocks b
  where exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is null
      and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  );
end
$$;
grant execute on function private.my_block_ids(public.member_role[]) to anon, authenticated;

-- Whether I have one of these roles in this building. For SQL functions that act on one row.
create function private.has_role(p_block_id uuid, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select p_block_id in (select private.my_block_ids(p_roles))
$$;
grant execute on function private.has_role(uuid, public.member_role[]) to anon, authenticated;

-- The flats I live in right now; none in a session that has ended. Definer for the same reason as my_block_ids.
create function private.my_flat_ids() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select m.flat_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.flat_id is not null and not private.session_has_ended();
end
$$;
grant execute on function private.my_flat_ids() to anon, authenticated;

-- Whether I hold the admin role (adds buildings, appoints consultants; sees no cases, votes or sign-ups).
-- Definer for the same reason as my_block_ids.
create function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'admin' and (select private.session_gate()) = 'open'
  );
end
$$;
grant execute on function private.is_admin() to anon, authenticated;

-- Attempts at something that can be guessed (sign-in, join codes). Keys are hashed: no address or e-mail is kept.
create table private.attempts (
  id bigint generated always as identity primary key,
  kind text not null,
  key_hash text not null,
  attempted_at timestamptz not null default now()
);
create index attempts_kind_key_idx on private.attempts (kind, key_hash, attempted_at);
alter table private.attempts enable row level security;

-- Counts one attempt and answers whether it is allowed: at most p_max per p_window for this kind and key.
-- The advisory lock makes parallel attempts wait for each other, so that 40 at once count as 40.
-- Definer: the table is nobody's to read or write, or somebody could remove their own attempts.
create function private.attempt(p_kind text, p_key text, p_max integer, p_window interval) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_hash text := encode(sha256(convert_to(p_key, 'UTF8')), 'hex');
  v_count integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_kind || v_hash, 0));
  delete from private.attempts a where a.attempted_at < now() - (select private.keep('attempts'));
  select count(*) into v_count
  from private.attempts a
  where a.kind = p_kind and a.key_hash = v_hash and a.attempted_at > now() - p_window;
  if v_count >= p_max then
    return false;
  end if;
  insert into private.attempts (kind, key_hash) values (p_kind, v_hash);
  return true;
end
$$;
-- Whether there is an attempt left, without counting one: for what only counts when it was wrong. Granted to nobody.
create function private.has_attempts_left(p_kind text, p_key text, p_max integer, p_window interval) returns boolean
language sql stable set search_path = '' as $$
  select count(*) < p_max from private.attempts a
  where a.kind = p_kind and a.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') and a.attempted_at > now() - p_window
$$;
-- Only the server may count attempts of a network address: the address is its word, not the caller's.
create function public.attempt(kind text, key text, max_count integer, window_minutes integer) returns boolean
language sql set search_path = '' as $$
  select private.attempt(kind, key, max_count, make_interval(mins => window_minutes))
$$;
-- Whoever got in was not guessing: their earlier tries no longer count.
-- Definer: deletes attempts, which nobody may see.
create function private.forget_attempts(p_kind text, p_key text) returns void
language sql security definer set search_path = '' as $$
  delete from private.attempts a
  where a.kind = p_kind and a.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex')
$$;
create function public.forget_attempts(kind text, key text) returns void
language sql set search_path = '' as $$ select private.forget_attempts(kind, key) $$;
grant execute on function private.forget_attempts(text, text) to service_role;
grant execute on function public.forget_attempts(text, text) to service_role;
grant execute on function private.attempt(text, text, integer, interval) to service_role;
grant execute on function public.attempt(text, text, integer, integer) to service_role;
