-- Keys for other systems: the landlord makes and revokes them, and each has a scope. Stored as a hash. Counting their calls.

-- Limits: calls of an address without a key, calls with a key, and wrong keys from an address.
insert into private.limits (what, most, per) values
  ('api_calls', 120, '1 minute'), ('api_key_calls', 600, '1 minute'), ('api_key', 20, '15 minutes');
-- The most keys in use at a time.
insert into private.numbers (what, value) values ('api_keys', 50);

-- 'read_all': flats and the resident's words too. 'create': new cases. 'update': changes of status and messages.
create type public.api_scope as enum ('read_all', 'create', 'update');

-- One key of one system. Never deleted, so that its last use stays known.
create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(btrim(name)) >= 1 and length(name) <= 60),
  scopes public.api_scope[] not null check (cardinality(scopes) between 1 and 3),
  key_hash text not null unique,
  created_at timestamptz not null default now(),
  last_used_on date,
  revoked_at timestamptz
);
alter table public.api_keys enable row level security;

create policy select_landlord on public.api_keys for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
-- No insert, update or delete: make_api_key draws the secret, revoke_api_key ends it. No role may read the hash.
grant select (id, name, scopes, created_at, last_used_on, revoked_at) on public.api_keys to authenticated;

-- How often a caller asked in a window of its limit. Keys and addresses as hashes; the jobs delete past windows.
create table private.api_calls (
  caller_hash text not null,
  minute_at timestamptz not null,
  calls integer not null default 1,
  primary key (minute_at, caller_hash)
);
alter table private.api_calls enable row level security;

-- Makes a key and returns it, not shown again; null for everybody but the landlord, and beyond the most keys in use. Logged.
-- Definer: writes the hash, which no role may write directly.
-- API: authenticated
create function private.make_api_key(p_name text, p_scopes public.api_scope[]) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := 'bomiljo_' || encode(extensions.gen_random_bytes(32), 'hex');
  v_id uuid;
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or (select count(*) from public.api_keys k where k.revoked_at is null) >= private.number('api_keys') then
    return null;
  end if;
  insert into public.api_keys (name, scopes, key_hash)
  values (
    btrim(p_name), array(select distinct s from unnest(p_scopes) s order by s),
    encode(sha256(convert_to(v_secret, 'UTF8')), 'hex')
  )
  returning id into v_id;
  perform private.log_act(null, 'add', 'api_key', v_id);
  return v_secret;
end
$$;

-- Revokes a key for good; false when there is no such key in use, and for everybody but the landlord. Logged.
-- Definer: writes a table that no role may write.
-- API: authenticated
create function private.revoke_api_key(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}')) then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null;
  if not found then
    return false;
  end if;
  perform private.log_act(null, 'remove', 'api_key', p_id);
  return true;
end
$$;

-- The key in use with this secret. For the functions of the Open311 server; granted to nobody.
create function private.api_key_of(p_secret text) returns public.api_keys
language sql stable set search_path = '' as $$
  select k from public.api_keys k
  where k.key_hash = encode(sha256(convert_to(p_secret, 'UTF8')), 'hex') and k.revoked_at is null
$$;

create type public.api_entry as enum ('nobody', 'system', 'wrong_key', 'too_many');

-- Counts one call and returns whether it is allowed; wrong keys are counted separately. A right key is allowed whatever its address tried
-- before: it cannot have been guessed.
-- Definer: counts and looks up keys, which no role may do directly.
-- Only the server: it states the address, not the caller.
-- API: service_role
create function private.enter_api(p_secret text, p_address text) returns public.api_entry
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_limit constant private.limits := private.limit_of(case when v_key.id is null then 'api_calls' else 'api_key_calls' end);
  v_calls integer;
begin
  if p_secret is not null and v_key.id is null then
    return case when private.attempt('api_key', p_address) then 'wrong_key' else 'too_many' end;
  end if;
  insert into private.api_calls as c (caller_hash, minute_at)
  values (private.hash_attempt(coalesce(v_key.id::text, p_address)), date_bin(v_limit.per, now(), timestamptz 'epoch'))
  on conflict (minute_at, caller_hash) do update set calls = c.calls + 1
  returning c.calls into v_calls;
  if v_calls > v_limit.most then
    return 'too_many';
  end if;
  if v_key.id is not null and v_key.last_used_on is distinct from private.today() then
    update public.api_keys k set last_used_on = private.today() where k.id = v_key.id;
  end if;
  return case when v_key.id is null then 'nobody' else 'system' end;
end
$$;
