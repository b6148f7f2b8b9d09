-- How somebody wants to be told, beside the list in the portal: what by e-mail, push and SMS, when, and one by one or gathered.
-- No row: e-mail about everything, at once, not between 21 and 8. Push and SMS reach nobody who has not switched them on.

create type public.message_topic as enum ('activities', 'reports', 'votes', 'notices', 'account');
create type public.message_rhythm as enum ('at_once', 'gathered');
create type public.phone_outcome as enum ('confirmed', 'wrong', 'expired', 'too_many_attempts');

-- One row per person who has changed something. The same hour twice: no quiet hours.
create table public.message_settings (
  person_id uuid primary key references public.people on delete cascade,
  email_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  push_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  sms_topics public.message_topic[] not null default '{}',
  rhythm public.message_rhythm not null default 'at_once',
  quiet_from smallint not null default 21 check (quiet_from between 0 and 23),
  quiet_to smallint not null default 8 check (quiet_to between 0 and 23)
);
alter table public.message_settings enable row level security;
create policy select_own on public.message_settings for select to authenticated using (person_id = (select auth.uid()));
create policy insert_own on public.message_settings for insert to authenticated with check (person_id = (select auth.uid()));
create policy update_own on public.message_settings for update to authenticated
  using (person_id = (select auth.uid())) with check (person_id = (select auth.uid()));
-- No delete: with the account.
grant select on public.message_settings to authenticated;
grant insert (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;
grant update (email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;

-- Saves my settings; null leaves the topics of a channel as they are. Invoker: the policies decide.
create function public.save_message_settings(
  email_topics public.message_topic[], push_topics public.message_topic[], sms_topics public.message_topic[],
  rhythm public.message_rhythm, quiet_from integer, quiet_to integer
) returns void
language sql set search_path = '' as $$
  insert into public.message_settings as s (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to)
  values (
    (select auth.uid()), coalesce(save_message_settings.email_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.push_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.sms_topics, '{}'), save_message_settings.rhythm,
    save_message_settings.quiet_from::smallint, save_message_settings.quiet_to::smallint
  )
  on conflict (person_id) do update set
    email_topics = coalesce(save_message_settings.email_topics, s.email_topics),
    push_topics = coalesce(save_message_settings.push_topics, s.push_topics),
    sms_topics = coalesce(save_message_settings.sms_topics, s.sms_topics),
    rhythm = excluded.rhythm, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
$$;
grant execute on function public.save_message_settings(
  public.message_topic[], public.message_topic[], public.message_topic[], public.message_rhythm, integer, integer
) to authenticated;

-- A number that SMS go to, when its owner has shown that it is theirs. International, as +4790000000.
create table public.message_phones (
  person_id uuid primary key references public.people on delete cascade,
  phone text not null check (phone ~ '^\+[1-9][0-9]{7,14}$'),
  asked_at timestamptz not null default now(),
  confirmed_at timestamptz
);
alter table public.message_phones enable row level security;
create policy select_own on public.message_phones for select to authenticated using (person_id = (select auth.uid()));
create policy delete_own on public.message_phones for delete to authenticated using (person_id = (select auth.uid()));
-- No insert or update: start_phone and confirm_phone do it, or anybody could have anybody's phone ring.
grant select, delete on public.message_phones to authenticated;

-- What was sent to a phone to show whose it is. Only the hash is kept.
create table private.phone_checks (
  person_id uuid primary key references public.message_phones on delete cascade,
  code_hash text not null,
  expires_at timestamptz not null
);
alter table private.phone_checks enable row level security;

-- Begins with a number: answers the six digits that the server now sends to it, for ten minutes; null when there were three
-- today, of this person or to this number. Only the server may ask: whoever read the answer could confirm any number.
-- Definer: writes what nobody may write or read.
create function private.start_phone(p_person_id uuid, p_phone text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_bytes bytea := extensions.gen_random_bytes(4);
  v_digits text := lpad(
    (((get_byte(v_bytes, 0)::bigint << 24) + (get_byte(v_bytes, 1) << 16) + (get_byte(v_bytes, 2) << 8) + get_byte(v_bytes, 3))
      % 1000000)::text, 6, '0');
begin
  if not (private.attempt('phone_person', p_person_id::text, 3, interval '1 day')
    and private.attempt('phone_number', p_phone, 3, interval '1 day')) then
    return null;
  end if;
  insert into public.message_phones as m (person_id, phone) values (p_person_id, p_phone)
  on conflict (person_id) do update set phone = excluded.phone, asked_at = now(), confirmed_at = null;
  insert into private.phone_checks (person_id, code_hash, expires_at)
  values (p_person_id, encode(sha256(convert_to(p_person_id || v_digits, 'UTF8')), 'hex'), now() + interval '10 minutes')
  on conflict (person_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;
  return v_digits;
end
$$;
create function public.start_phone(person_id uuid, phone text) returns text
language sql set search_path = '' as $$ select private.start_phone(person_id, phone) $$;
grant execute on function private.start_phone(uuid, text) to service_role;
grant execute on function public.start_phone(uuid, text) to service_role;

-- Confirms my number with what was sent to it; five tries an hour. Definer: reads the hash and writes the row, which nobody may.
create function private.confirm_phone(p_digits text) returns public.phone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_check private.phone_checks;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('phone_confirm', v_person_id::text, 5, interval '1 hour') then
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
create function public.confirm_phone(digits text) returns public.phone_outcome
language sql set search_path = '' as $$ select private.confirm_phone(digits) $$;
grant execute on function private.confirm_phone(text) to authenticated;
grant execute on function public.confirm_phone(text) to authenticated;

-- A browser that push messages go to: the address its maker gave it, and the keys that only it can read with. It lasts as
-- long as the sign-in it was switched on in (form_messages forgets it then): on a shared phone the next one reads nothing.
create table public.push_subscriptions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  endpoint text not null unique check (endpoint ~ '^https://[^[:space:]]+$' and length(endpoint) <= 1000),
  public_key text not null check (public_key ~ '^[A-Za-z0-9_-]{87}$'),
  auth_key text not null check (auth_key ~ '^[A-Za-z0-9_-]{22}$'),
  -- Of the auth service; null where it names none.
  session_id uuid,
  created_at timestamptz not null default now()
);
create index push_subscriptions_person_id_idx on public.push_subscriptions (person_id, created_at);
alter table public.outbox_messages
  add foreign key (subscription_id) references public.push_subscriptions on delete cascade;
alter table public.push_subscriptions enable row level security;
create policy select_own on public.push_subscriptions for select to authenticated using (person_id = (select auth.uid()));
create policy delete_own on public.push_subscriptions for delete to authenticated using (person_id = (select auth.uid()));
-- No insert or update: subscribe_push does it.
grant select (id, person_id, created_at), delete on public.push_subscriptions to authenticated;

-- Switches push on for this browser. It is now mine, whoever had it before: the other one has signed out of it. Of more than
-- ten browsers the oldest goes. Definer: takes another person's row away, which I may not see.
create function private.subscribe_push(p_endpoint text, p_public_key text, p_auth_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.people p where p.id = (select auth.uid())) then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  delete from public.push_subscriptions s where s.endpoint = p_endpoint and s.person_id <> (select auth.uid());
  insert into public.push_subscriptions (person_id, endpoint, public_key, auth_key, session_id)
  values ((select auth.uid()), p_endpoint, p_public_key, p_auth_key, ((select auth.jwt()) ->> 'session_id')::uuid)
  on conflict (endpoint) do update
    set public_key = excluded.public_key, auth_key = excluded.auth_key, session_id = excluded.session_id;
  delete from public.push_subscriptions s where s.person_id = (select auth.uid()) and s.id not in (
    select n.id from public.push_subscriptions n where n.person_id = s.person_id order by n.created_at desc, n.id limit 10
  );
end
$$;
create function public.subscribe_push(endpoint text, public_key text, auth_key text) returns void
language sql set search_path = '' as $$ select private.subscribe_push(endpoint, public_key, auth_key) $$;
grant execute on function private.subscribe_push(text, text, text) to authenticated;
grant execute on function public.subscribe_push(text, text, text) to authenticated;

-- What all copies of the server sign with: push messages (VAPID), and the links that end e-mail without signing in. One row.
create table private.message_keys (
  id boolean primary key default true check (id),
  vapid_public_key text not null,
  vapid_private_key text not null,
  link_key text not null
);
alter table private.message_keys enable row level security;

-- The keys: the first server that asks brings them, all others get the same. Definer: nobody may read them otherwise.
create function private.keep_message_keys(p_vapid_public_key text, p_vapid_private_key text, p_link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.message_keys (vapid_public_key, vapid_private_key, link_key)
  values (p_vapid_public_key, p_vapid_private_key, p_link_key) on conflict (id) do nothing;
  return query select k.vapid_public_key, k.vapid_private_key, k.link_key from private.message_keys k;
end
$$;
create function public.keep_message_keys(vapid_public_key text, vapid_private_key text, link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language sql set search_path = '' as $$ select * from private.keep_message_keys(vapid_public_key, vapid_private_key, link_key) $$;
grant execute on function private.keep_message_keys(text, text, text) to service_role;
grant execute on function public.keep_message_keys(text, text, text) to service_role;
