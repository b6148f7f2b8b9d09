-- Asking for the password again, before what cannot be undone: on a shared phone, being signed in is not enough.

-- Limits of tries for each purpose.
insert into private.limits (what, most, per) values ('change_password', 5, '1 hour'), ('delete_account', 5, '1 hour');
-- How long after signing in a new password can be set without the old one.
insert into private.periods (what, lasts) values ('fresh_sign_in', '15 minutes');

create type public.password_check as enum ('right', 'wrong', 'too_many_attempts');

-- Whether this is my password; true when the account has none. p_purpose is the limit of tries. Granted to nobody.
create function private.try_password(p_purpose text, p_word text) returns public.password_check
language plpgsql set search_path = '' as $$
declare
  v_me constant uuid := auth.uid();
  v_hash text := (select u.encrypted_password from auth.users u where u.id = v_me);
begin
  if (v_hash like '$2%') is not true then
    return 'right';
  elsif not private.attempt(p_purpose, v_me::text) then
    return 'too_many_attempts';
  end if;
  -- bcrypt has three names for the same thing, of which pgcrypto knows one.
  v_hash := regexp_replace(v_hash, '^\$2[by]\$', '$2a$');
  return case when extensions.crypt(coalesce(p_word, ''), v_hash) = v_hash then 'right' else 'wrong' end;
end
$$;

-- Whether changing the password requires the old one: not just after signing in, or somebody who forgot it and signed in with a
-- code or a slip could never set a new one.
-- Definer: reads the tables of the auth service.
-- API: authenticated
create function private.asks_password() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.users u where u.id = (select auth.uid()) and u.encrypted_password like '$2%')
    and not exists (
      select from auth.sessions s
      where s.id = ((select auth.jwt()) ->> 'session_id')::uuid and s.created_at > now() - private.period('fresh_sign_in')
    )
$$;

-- Whether I may choose a new password with this old one. Definer: reads the tables of the auth service.
-- API: authenticated
create function private.check_password(p_word text default null) returns public.password_check
language sql security definer set search_path = '' as $$
  select case when private.asks_password() then private.try_password('change_password', p_word) else 'right' end
$$;
