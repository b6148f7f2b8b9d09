-- Signing in without e-mail: a user name and password chosen at the desk, and a paper slip that signs in once. An
-- account without e-mail is known to the auth service by <user name>@bruker.invalid, an address that no mail can reach.

-- Tries of one account (or address to mail to), and of one network address. A code from a mail is valid as long as its window.
insert into private.limits (what, most, per) values
  ('sign_in', 10, '15 minutes'), ('sign_in_address', 60, '15 minutes'),
  ('mail_code', 3, '15 minutes'), ('mail_code_address', 15, '15 minutes'),
  ('mail_try', 5, '15 minutes'), ('mail_try_address', 30, '15 minutes'), ('slip', 20, '15 minutes');
insert into private.periods (what, lasts) values ('slip', '30 minutes');
-- What the auth service accepts: the fewest characters of a password, and the most bytes, which bcrypt reads. Characters of a user name, of
-- a slip.
insert into private.numbers (what, value) values
  ('password_least', 8), ('password_most', 72), ('user_name_least', 3), ('user_name_most', 30), ('slip_signs', 8);

-- A slip, one valid per membership. Only its hash is stored.
create table private.sign_in_slips (
  id uuid primary key,
  membership_id uuid not null references public.memberships on delete cascade,
  slip_hash text not null unique,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_slips_membership_id_idx on private.sign_in_slips (membership_id);
alter table private.sign_in_slips enable row level security;

-- The address of an account without e-mail.
create function private.mailless_address(p_user_name text) returns text
language sql immutable set search_path = '' as $$ select lower(btrim(p_user_name)) || '@bruker.invalid' $$;

-- Whether the auth service accepts this password.
create function private.is_password(p_password text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(
    length(p_password) >= private.number('password_least') and octet_length(p_password) <= private.number('password_most'), false)
$$;

-- Whether the consultant may help this member sign in: has no e-mail (others get a code there), lives here or is a partner here, and
-- has no other role anywhere. Otherwise helping would be a way into accounts that need no help, into another building, or
-- into the rights of staff.
-- Definer: reads accounts, and all memberships of that person.
create function private.may_help_in(p_membership_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m join auth.users u on u.id = m.person_id and u.email like '%@bruker.invalid'
    where m.id = p_membership_id and m.ended_at is null and m.role in ('resident', 'partner')
      and private.has_role(m.block_id, '{consultant}')
      and not exists (
        select from public.memberships o
        where o.person_id = m.person_id and o.ended_at is null
          and (o.block_id is distinct from m.block_id or o.role not in ('resident', 'partner'))
      )
  )
$$;
grant execute on function private.may_help_in(uuid) to authenticated;

create type public.account_outcome as enum ('made', 'name_taken', 'name_invalid', 'password_invalid', 'not_found');

-- Makes an account without e-mail for a resident of a flat, together with the consultant: user name, password, display name. `p_id` becomes
-- the account's own id, so that a form sent twice makes one.
-- Definer: writes the tables of the auth service, people and memberships, which no role may write directly.
-- API: authenticated
create function private.make_account(p_id uuid, p_flat_id uuid, p_user_name text, p_new_word text, p_display_name text)
returns public.account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid := (select f.block_id from public.places f where f.id = p_flat_id and f.kind = 'flat');
  v_address constant text := private.mailless_address(p_user_name);
begin
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  elsif (lower(btrim(p_user_name)) ~ '^[a-z0-9][a-z0-9._-]*$'
      and length(btrim(p_user_name)) between private.number('user_name_least') and private.number('user_name_most')) is not true then
    return 'name_invalid';
  elsif not private.is_password(p_new_word) then
    return 'password_invalid';
  elsif exists (select from auth.users u join public.memberships m on m.person_id = u.id
      where u.id = p_id and u.email = v_address and m.flat_id = p_flat_id and m.ended_at is null) then
    return 'made';
  end if;
  begin
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new
    ) values (
      '00000000-0000-0000-0000-000000000000', p_id, 'authenticated', 'authenticated', v_address,
      extensions.crypt(p_new_word, extensions.gen_salt('bf', 10)), now(),
      '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', ''
    );
  exception when unique_violation then
    return 'name_taken';
  end;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
  values (p_id, 'email', p_id::text, p_id,
    jsonb_build_object('sub', p_id, 'email', v_address, 'email_verified', true, 'phone_verified', false), now(), now());
  insert into public.people (id, display_name) values (p_id, btrim(p_display_name));
  insert into public.memberships (person_id, role, block_id, flat_id) values (p_id, 'resident', v_block_id, p_flat_id);
  perform private.log_act(v_block_id, 'make_account', 'flat', p_flat_id);
  return 'made';
end
$$;

-- Logs that somebody was helped to sign in, and notifies them: somebody who did not ask for it must learn that there is a new way into
-- their account. Granted to nobody.
create function private.tell_of_help(p_membership_id uuid, p_act public.audit_act, p_kind public.notification_kind) returns void
language plpgsql set search_path = '' as $$
declare
  v_member public.memberships;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id;
  v_entry_id := private.log_act(v_member.block_id, p_act, 'membership', p_membership_id);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, p_kind, v_entry_id::text);
end
$$;

create type public.password_outcome as enum ('changed', 'password_invalid', 'not_found');

-- A new password for an account without e-mail, chosen with the consultant; other devices are signed out. Logged; the person is notified.
-- Definer: writes the tables of the auth service.
-- API: authenticated
create function private.set_desk_password(p_membership_id uuid, p_new_word text) returns public.password_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
begin
  if not private.may_help_in(p_membership_id) then
    return 'not_found';
  elsif not private.is_password(p_new_word) then
    return 'password_invalid';
  end if;
  select * into v_member from public.memberships m where m.id = p_membership_id;
  update auth.users u
  set encrypted_password = extensions.crypt(p_new_word, extensions.gen_salt('bf', 10)), updated_at = now()
  where u.id = v_member.person_id and u.email like '%@bruker.invalid';
  if not found then
    return 'not_found';
  end if;
  delete from auth.sessions s where s.user_id = v_member.person_id;
  perform private.tell_of_help(p_membership_id, 'set_password', 'account_password');
  return 'changed';
end
$$;

-- A slip that signs this member in once while it is valid; earlier ones of the member are revoked. Returns its code, once: null when
-- this id was used before, or I may not. Logged; the person is notified.
-- Definer: writes the hash, which nobody may read.
-- API: authenticated
create function private.make_slip(p_id uuid, p_membership_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_slip constant text := private.draw_code(private.number('slip_signs'));
begin
  perform from public.memberships m where m.id = p_membership_id for update;
  if not private.may_help_in(p_membership_id) or exists (select from private.sign_in_slips s where s.id = p_id) then
    return null;
  end if;
  delete from private.sign_in_slips s where s.membership_id = p_membership_id and s.used_at is null
    or s.expires_at < now() - (select private.keep('sign_in_slips'));
  insert into private.sign_in_slips (id, membership_id, slip_hash, expires_at)
  values (p_id, p_membership_id, private.code_hash(v_slip), now() + private.period('slip'));
  perform private.tell_of_help(p_membership_id, 'make_slip', 'account_slip');
  return v_slip;
end
$$;

-- Uses up a slip: returns the address of its account, or null. Only the server may call it; it counts tries per network address first.
-- Definer: reads hashes and the tables of the auth service.
-- API: service_role
create function private.use_slip(p_slip text) returns text
language sql security definer set search_path = '' as $$
  update private.sign_in_slips s set used_at = now()
  from public.memberships m join auth.users u on u.id = m.person_id
  where s.slip_hash = private.code_hash(p_slip) and s.used_at is null and s.expires_at > now()
    and m.id = s.membership_id and m.ended_at is null
  returning u.email
$$;

-- What the consultant sees beside a name: the user name of an account without e-mail, and whether the consultant may help it sign in.
-- An e-mail is never shown.
-- Definer: reads the tables of the auth service.
-- API: authenticated
create function private.desk_accounts(p_block_id uuid) returns table (membership_id uuid, user_name text, may_help boolean)
language sql stable security definer set search_path = '' as $$
  select m.id, case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end, private.may_help_in(m.id)
  from public.memberships m join auth.users u on u.id = m.person_id
  where m.block_id = p_block_id and m.ended_at is null and m.role in ('resident', 'partner')
    and private.has_role(p_block_id, '{consultant}')
$$;
