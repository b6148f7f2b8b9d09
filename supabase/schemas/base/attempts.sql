-- Attempts at what can be guessed or overused (sign-in, join codes, phone numbers, flags): counting and deleting them.
-- Keys are hashed with a secret of the installation: no address or e-mail is stored, and the hashes cannot be reversed by trying addresses.

-- The secret, made by the very first attempt. One row. In the database, because functions count that people call without our server; in
-- the schema that the API does not expose, granted to nobody.
create table private.attempt_keys (
  id boolean primary key default true check (id),
  hash_key bytea not null default extensions.gen_random_bytes(32) check (octet_length(hash_key) = 32)
);
alter table private.attempt_keys enable row level security;

-- One attempt: the name of its limit and the hashed key. Not reachable over the API.
create table private.attempts (
  id bigint generated always as identity primary key,
  kind text not null,
  key_hash text not null,
  attempted_at timestamptz not null default now()
);
create index attempts_kind_key_idx on private.attempts (kind, key_hash, attempted_at);
alter table private.attempts enable row level security;

-- The stored form of a key: HMAC-SHA-256 with the secret. Null while there is no secret: then nothing was counted yet. Granted to nobody.
create function private.attempt_hash(p_key text) returns text
language sql stable set search_path = '' as $$
  select encode(extensions.hmac(convert_to(p_key, 'UTF8'), k.hash_key, 'sha256'), 'hex') from private.attempt_keys k
$$;

-- The same for counting: makes the secret when there is none. Granted to nobody.
create function private.hash_attempt(p_key text) returns text
language plpgsql set search_path = '' as $$
begin
  insert into private.attempt_keys default values on conflict (id) do nothing;
  return private.attempt_hash(p_key);
end
$$;

-- Counts one attempt and returns whether the limit of this name (base/limits.sql) allows it for this key.
-- The advisory lock makes parallel attempts wait for each other, so that 40 at once count as 40.
-- Definer: no role may read or write the table, or people could remove their own attempts.
-- Only the server may count attempts of a network address: the server states the address, not the caller.
-- API: service_role
create function private.attempt(p_limit_name text, p_key text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_limit constant private.limits := private.limit_of(p_limit_name);
  v_hash constant text := private.hash_attempt(p_key);
begin
  perform pg_advisory_xact_lock(hashtextextended(p_limit_name || v_hash, 0));
  delete from private.attempts a where a.kind = p_limit_name and a.key_hash = v_hash and a.attempted_at <= now() - v_limit.per;
  if (select count(*) from private.attempts a where a.kind = p_limit_name and a.key_hash = v_hash) >= v_limit.most then
    return false;
  end if;
  insert into private.attempts (kind, key_hash) values (p_limit_name, v_hash);
  return true;
end
$$;

-- Whether an attempt is left, without counting one: for limits that count only wrong tries. Granted to nobody.
create function private.has_attempts_left(p_limit text, p_key text) returns boolean
language sql stable set search_path = '' as $$
  select count(*) < (select private.most(p_limit)) from private.attempts a
  where a.kind = p_limit and a.key_hash = (select private.attempt_hash(p_key))
    and a.attempted_at > (select private.window_start(p_limit))
$$;

-- Deletes the earlier attempts of somebody who succeeded: they were not guessing.
-- Definer: deletes attempts, which no role may read.
-- API: service_role
create function private.forget_attempts(p_limit_name text, p_key text) returns void
language sql security definer set search_path = '' as $$
  delete from private.attempts a where a.kind = p_limit_name and a.key_hash = (select private.attempt_hash(p_key))
$$;

-- Deletes attempts that no longer count: older than the window of their limit, or of a limit that no longer exists. So no limit can
-- have a window longer than its attempts are kept. Returns how many. For run_retention_jobs; granted to nobody.
create function private.forget_old_attempts() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from private.attempts a
  where not exists (select from private.limits l where l.what = a.kind and a.attempted_at > now() - l.per);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
