-- Phones that receive SMS, and how their owners confirm a number.

-- Limits: confirmations started by a person, and for one number; wrong codes.
insert into private.limits (what, most, per) values ('phone_person', 3, '1 day'), ('phone_number', 3, '1 day'), ('phone_confirm', 5, '1 hour');
insert into private.periods (what, lasts) values ('phone_code', '10 minutes');

-- A phone number for SMS, once its owner has confirmed it. International, as +4790000000.
create table public.message_phones (
  person_id uuid primary key references public.people on delete cascade,
  phone text not null check (phone ~ '^\+[1-9][0-9]{7,14}$'),
  asked_at timestamptz not null default now(),
  confirmed_at timestamptz
);
alter table public.message_phones enable row level security;

create policy select_own on public.message_phones for select to authenticated using (person_id = (select auth.uid()));
create policy delete_own on public.message_phones for delete to authenticated using (person_id = (select auth.uid()));
-- No insert or update: start_phone and confirm_phone do it, or people could enter the numbers of others.
grant select, delete on public.message_phones to authenticated;

-- The code that was sent to a phone to confirm it. Only the hash is stored.
create table private.phone_checks (
  person_id uuid primary key references public.message_phones on delete cascade,
  code_hash text not null,
  expires_at timestamptz not null
);
alter table private.phone_checks enable row level security;

-- Starts the confirmation of a number: returns the six digits that the server now sends to it, valid for ten minutes; null after three
-- today, of this person or to this number. Only the server may call it: with the digits, anybody could confirm any number.
-- Definer: writes tables that no role may read or write.
-- API: service_role
create function private.start_phone(p_person_id uuid, p_phone text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_bytes bytea := extensions.gen_random_bytes(4);
  v_digits text := lpad(
    (((get_byte(v_bytes, 0)::bigint << 24) + (get_byte(v_bytes, 1) << 16) + (get_byte(v_bytes, 2) << 8) + get_byte(v_bytes, 3))
      % 1000000)::text, 6, '0');
begin
  if not (private.attempt('phone_person', p_person_id::text)
    and private.attempt('phone_number', p_phone)) then
    return null;
  end if;
  insert into public.message_phones as m (person_id, phone) values (p_person_id, p_phone)
  on conflict (person_id) do update set phone = excluded.phone, asked_at = now(), confirmed_at = null;
  insert into private.phone_checks (person_id, code_hash, expires_at)
  values (p_person_id, encode(sha256(convert_to(p_person_id || v_digits, 'UTF8')), 'hex'), now() + private.period('phone_code'))
  on conflict (person_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;
  return v_digits;
end
$$;

create type public.phone_outcome as enum ('confirmed', 'wrong', 'expired', 'too_many_attempts');

-- Confirms my number with the code sent to it; limited tries. Definer: reads the hash and writes the row, which no role may do directly.
-- API: authenticated
create function private.confirm_phone(p_digits text) returns public.phone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_check private.phone_checks;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('phone_confirm', v_person_id::text) then
    return 'too_many_attempts';
  end if;
  select * into v_check from private.phone_checks c where c.person_id = v_person_id for update;
  if not found or v_check.expires_at <= now() then
    return 'expired';
  elsif v_check.code_hash <> encode(sha256(convert_to(v_person_id || coalesce(p_digits, ''), 'UTF8')), 'hex') then
    return 'wrong';
  end if;
  delete from private.phone_checks c where c.person_id = v_person_id;
  update public.message_phones m set confirmed_at = now() where m.person_id = v_person_id;
  return 'confirmed';
end
$$;
