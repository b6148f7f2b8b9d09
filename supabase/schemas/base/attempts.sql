-- Attempts at what can be guessed or overdone (sign-in, join codes, phone numbers, flags): counting them, and forgetting them.
-- Keys are hashed: no address or e-mail is kept.

-- One attempt, by kind and hashed key. Reached over the API by nobody.
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
grant execute on function private.attempt(text, text, integer, interval) to service_role;
-- Only the server may count attempts of a network address: the address is its word, not the caller's.
create function public.attempt(kind text, key text, max_count integer, window_minutes integer) returns boolean
language sql set search_path = '' as $$
  select private.attempt(kind, key, max_count, make_interval(mins => window_minutes))
$$;
grant execute on function public.attempt(text, text, integer, integer) to service_role;

-- Whether there is an attempt left, without counting one: for what only counts when it was wrong. Granted to nobody.
create function private.has_attempts_left(p_kind text, p_key text, p_max integer, p_window interval) returns boolean
language sql stable set search_path = '' as $$
  select count(*) < p_max from private.attempts a
  where a.kind = p_kind and a.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') and a.attempted_at > now() - p_window
$$;

-- Whoever got in was not guessing: their earlier attempts no longer count.
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
