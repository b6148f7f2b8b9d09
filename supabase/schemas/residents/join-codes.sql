-- The one-time codes that let people in, as residents of a flat or in another role: making, revoking, checking and using one.

-- Limits: codes tried by an account, checked from a network address, and e-mails tried with a valid code.
insert into private.limits (what, most, per) values ('join', 10, '1 hour'), ('peek', 30, '15 minutes'), ('join_email', 12, '15 minutes');
-- How many days a code is valid: at most, and by default. And its number of characters.
insert into private.numbers (what, value) values ('code_days', 365), ('code_days_usual', 60), ('join_code_signs', 12);

-- A code from a letter (or an appointment to another role). Only its hash is kept; it expires, can be revoked, and works max_uses times.
create table public.join_codes (
  id uuid primary key default gen_random_uuid(),
  block_id uuid references public.blocks on delete cascade,
  role public.member_role not null default 'resident',
  flat_id uuid,
  flat_kind public.place_kind generated always as ('flat') stored,
  code_hash text not null unique,
  max_uses smallint not null check (max_uses between 1 and 20),
  used_count smallint not null default 0 check (used_count between 0 and max_uses),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_by uuid references public.people on delete set null,
  created_at timestamptz not null default now(),
  foreign key (flat_id, block_id, flat_kind) references public.places (id, block_id, kind) on delete cascade,
  constraint code_scope check ((role in ('landlord', 'admin')) = (block_id is null)),
  constraint resident_code_has_flat check ((role = 'resident') = (flat_id is not null))
);
create index join_codes_flat_id_idx on public.join_codes (flat_id, block_id, flat_kind);
create index join_codes_block_id_idx on public.join_codes (block_id, created_at);
create index join_codes_created_by_idx on public.join_codes (created_by);
alter table public.join_codes enable row level security;

create policy select_staff on public.join_codes for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or (role not in ('resident', 'partner') and (select private.is_admin()))
  );
-- No insert: make_join_code draws the code, so that nobody can choose one. No update: revoke_join_code. code_hash is not granted.
grant select (id, block_id, role, flat_id, flat_kind, max_uses, used_count, expires_at, revoked_at, created_by, created_at)
  on public.join_codes to authenticated;

-- Normalises a typed code: spaces, dashes, case, O/0 and I/L/1 are forgiven. Crockford's base 32.
create function private.plain_code(p_code text) returns text
language sql immutable set search_path = '' as $$
  select translate(upper(regexp_replace(coalesce(p_code, ''), '[^0-9A-Za-z]', '', 'g')), 'OIL', '011')
$$;

-- The stored form of a join code (12 characters, 60 bits).
create function private.code_hash(p_code text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(private.plain_code(p_code), 'UTF8')), 'hex')
$$;

-- A code nobody can guess: random characters of Crockford's base 32, 5 bits each, in groups of four.
create function private.draw_code(p_length integer) returns text
language sql volatile set search_path = '' as $$
  select regexp_replace(string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', get_byte(b.bytes, i) % 32 + 1, 1), '' order by i),
    '(.{4})(?=.)', '\1-', 'g')
  from (select extensions.gen_random_bytes(p_length) as bytes) b, generate_series(0, p_length - 1) i
$$;

-- Draws a code and stores its hash: for a flat, or (without one) for another role; see may_appoint (residents/people.sql). Roles for all
-- buildings have no building. Returns the code as printed (XXXX-XXXX-XXXX): it is not shown again.
-- Definer: writes the hash, which no role may read or write. Raises 42501 when the caller may not.
create function private.make_join_code(
  p_block_id uuid, p_flat_id uuid, p_max_uses integer, p_valid_days integer, p_role public.member_role
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_code text := private.draw_code(private.number('join_code_signs'));
  v_id uuid;
begin
  if private.may_appoint(p_block_id, p_role) is not true then
    raise exception using errcode = '42501', message = 'not allowed to make this code';
  end if;
  insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
  values (
    p_block_id, p_role, p_flat_id, private.code_hash(v_code), p_max_uses,
    now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days'))), (select auth.uid())
  ) returning id into v_id;
  perform private.log_act(p_block_id, 'make_code', 'join_code', v_id, jsonb_build_object('role', p_role));
  return v_code;
end
$$;
create function public.make_join_code(
  block_id uuid default null, flat_id uuid default null, max_uses integer default 1, valid_days integer default private.number('code_days_usual'),
  role public.member_role default null
) returns text language sql set search_path = '' as $$
  select private.make_join_code(
    block_id, flat_id, max_uses, valid_days, coalesce(role, case when flat_id is null then 'consultant' else 'resident' end::public.member_role)
  )
$$;
grant execute on function private.make_join_code(uuid, uuid, integer, integer, public.member_role) to authenticated;
grant execute on function public.make_join_code(uuid, uuid, integer, integer, public.member_role) to authenticated;

-- Revokes a code that somebody who may give its role has made. Returns false when there is no valid code that I may revoke. Logged.
-- Definer: no role may write codes, so that every act of staff is logged.
-- API: authenticated
create function private.revoke_join_code(p_code_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_code public.join_codes;
begin
  update public.join_codes c set revoked_at = now()
  where c.id = p_code_id and c.revoked_at is null
    and (private.has_role(c.block_id, '{consultant}') or private.may_appoint(c.block_id, c.role))
  returning * into v_code;
  if v_code.id is null then
    return false;
  end if;
  perform private.log_act(v_code.block_id, 'revoke_code', 'join_code', p_code_id, jsonb_build_object('role', v_code.role));
  return true;
end
$$;

-- Checks a code before there is an account: the building it opens, or nothing. Only the server may call it (it counts
-- attempts per network address first), so that codes cannot be guessed over the REST API.
-- Definer: reads hashes, which no role may read directly.
-- API: service_role
create function private.peek_join_code(p_code text) returns table (block_name text, block_slug text, role public.member_role)
language sql stable security definer set search_path = '' as $$
  select b.name, b.slug, c.role
  from public.join_codes c left join public.blocks b on b.id = c.block_id
  where c.code_hash = private.code_hash(p_code)
    and c.revoked_at is null and c.expires_at > now() and c.used_count < c.max_uses
$$;

create type public.join_outcome as enum ('joined', 'already_member', 'wrong_code', 'expired', 'used_up', 'too_many_attempts');

-- Uses a code: makes me a member, under the name I choose. The tries of an account are limited.
-- Locks the code row, so that two people cannot share its last use.
-- Definer: reads the hash and writes memberships and people, which only this function may.
-- API: authenticated
create function private.join_block(p_code text, p_display_name text, p_locale public.locale default 'nb') returns public.join_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_code public.join_codes;
  v_membership_id uuid;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('join', v_person_id::text) then
    return 'too_many_attempts';
  end if;
  select * into v_code from public.join_codes c where c.code_hash = private.code_hash(p_code) for update;
  if not found or v_code.revoked_at is not null or private.is_locked_out(v_person_id, v_code.block_id) then
    return 'wrong_code';
  elsif v_code.expires_at <= now() then
    return 'expired';
  end if;
  if exists (
    select from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and m.role = v_code.role
      and m.block_id is not distinct from v_code.block_id and m.flat_id is not distinct from v_code.flat_id
  ) then
    return 'already_member';
  elsif v_code.used_count >= v_code.max_uses then
    return 'used_up';
  end if;
  update public.join_codes c set used_count = c.used_count + 1 where c.id = v_code.id;
  insert into public.people (id, display_name, locale) values (v_person_id, btrim(p_display_name), p_locale)
  on conflict (id) do nothing;
  insert into public.memberships (person_id, role, block_id, flat_id)
  values (v_person_id, v_code.role, v_code.block_id, v_code.flat_id)
  returning id into v_membership_id;
  if v_code.role not in ('resident', 'partner') then
    perform private.log_act(v_code.block_id, 'become', 'membership', v_membership_id, jsonb_build_object('role', v_code.role));
  end if;
  return 'joined';
end
$$;
