set check_function_bodies = off;

-- The advice on one thing in another language. Without a row the reader gets the Norwegian one.
create table public.responsibility_translations (
  is_common boolean not null,
  thing public.report_thing not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  advice text not null check (length(btrim(advice)) >= 1 and length(advice) <= 600),
  primary key (is_common, thing, language),
  foreign key (is_common, thing) references public.responsibilities (is_common, thing) on delete cascade
);

-- What the staff write here directly is logged.
create trigger log_staff_change after insert or update or delete on public.responsibility_translations for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('translation');

create policy delete_landlord on public.responsibility_translations for delete to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy insert_landlord on public.responsibility_translations for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy select_all on public.responsibility_translations for select to anon, authenticated using (true);

create policy update_landlord on public.responsibility_translations for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

alter table public.responsibility_translations enable row level security;

-- By hand: the English advice that is there, edited by the landlord or not, becomes the translations.
insert into public.responsibility_translations (is_common, thing, language, advice)
select r.is_common, r.thing, 'en', r.advice_en from public.responsibilities r where r.advice_en is not null;
alter table public.responsibilities drop column advice_en;

grant select on public.responsibility_translations to anon, authenticated;

grant insert (is_common, thing, language, advice) on public.responsibility_translations to authenticated;

grant update (advice) on public.responsibility_translations to authenticated;

grant delete on public.responsibility_translations to authenticated;

-- By hand: the language of a person and of a request is one of the list.
create type public.locale as enum ('nb', 'en');
alter table public.people
  drop constraint people_locale_check,
  alter column locale drop default,
  alter column locale type public.locale using locale::public.locale,
  alter column locale set default 'nb';
alter table public.join_requests
  drop constraint join_requests_locale_check,
  alter column locale drop default,
  alter column locale type public.locale using locale::public.locale,
  alter column locale set default 'nb';

-- By hand: so do the functions that take or answer one; what a function takes cannot be changed, only made anew.
drop function public.ask_to_join(uuid, uuid, text, text, text);
drop function private.ask_to_join(uuid, uuid, text, text, text);
drop function public.join_block(text, text, text);
drop function private.join_block(text, text, text);
drop function public.claim_messages(public.outbox_channel, integer);
drop function private.claim_messages(public.outbox_channel, integer);

create function private.ask_to_join(p_id uuid, p_block_id uuid, p_display_name text, p_flat_text text, p_locale public.locale)
returns public.join_ask_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif exists (select from public.join_requests r where r.id = p_id and r.person_id = v_me) then
    return 'asked';
  elsif exists (select from public.memberships m
      where m.person_id = v_me and m.block_id = p_block_id and m.role = 'resident' and m.ended_at is null) then
    return 'already_member';
  elsif not private.attempt('ask_to_join', v_me::text) then
    return 'too_many_attempts';
  end if;
  if private.is_locked_out(v_me, p_block_id)
    or (select count(*) from public.join_requests r where r.block_id = p_block_id and r.status = 'open')
      >= private.number('join_requests') then
    return 'asked';
  end if;
  insert into public.join_requests (id, block_id, person_id, display_name, flat_text, locale)
  select p_id, b.id, v_me, btrim(p_display_name), btrim(p_flat_text), p_locale
  from public.blocks b where b.id = p_block_id
  on conflict do nothing;
  return 'asked';
end
$$;
create function public.ask_to_join(id uuid, block_id uuid, display_name text, flat_text text, locale public.locale default 'nb')
returns public.join_ask_outcome
language sql set search_path = '' as $$ select private.ask_to_join(id, block_id, display_name, flat_text, locale) $$;
create function private.join_block(p_code text, p_display_name text, p_locale public.locale) returns public.join_outcome
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
create function public.join_block(code text, display_name text, locale public.locale default 'nb') returns public.join_outcome
language sql set search_path = '' as $$ select private.join_block(code, display_name, locale) $$;
create function private.claim_messages(p_channel public.outbox_channel, p_limit integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale public.locale,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids uuid[];
  v_dropped integer;
begin
  loop
    with due as materialized (
      select o.id from public.outbox_messages o
      where o.channel = p_channel and o.status = 'queued' and o.next_attempt_at <= now()
        and (o.kind = 'report_created' or o.is_urgent or not private.is_quiet(o.person_id))
        and (o.kind <> 'report_created' or exists (select from public.landlord_settings s where s.intake_email is not null))
      order by o.next_attempt_at limit p_limit for update skip locked
    ), taken as (
      update public.outbox_messages o
      set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
      from due where o.id = due.id
      returning o.id
    )
    select coalesce(array_agg(t.id), '{}') into v_ids from taken t;
    delete from public.outbox_messages o
    where o.id = any (v_ids) and o.person_id is not null and not exists (select from private.lines_of(o.id));
    get diagnostics v_dropped = row_count;
    exit when v_dropped = 0 or v_dropped < cardinality(v_ids);
  end loop;
  return query
  select t.id, t.kind, t.attempts,
    case
      when t.join_request_id is not null then private.address_of(q.person_id, 'email')
      when t.person_id is null then (select s.intake_email from public.landlord_settings s)
      when t.channel = 'push' then s.endpoint
      else private.address_of(t.person_id, t.channel) end,
    t.person_id, coalesce(p.locale, q.locale, 'nb'),
    coalesce(l.block_names, array[b.name]),
    case when t.join_request_id is not null then '{account_not_joined}'::public.notification_kind[] else l.kinds end, s.public_key, s.auth_key, r.number::bigint
  from public.outbox_messages t
  left join public.people p on p.id = t.person_id
  left join public.push_subscriptions s on s.id = t.subscription_id
  left join public.reports r on r.id = t.report_id
  left join public.join_requests q on q.id = t.join_request_id
  left join public.blocks b on b.id in (r.block_id, q.block_id)
  left join lateral (
    select array_agg(distinct x.block_name) as block_names, array_agg(x.kind) as kinds from private.lines_of(t.id) x
  ) l on true
  where t.id = any (v_ids) and (t.person_id is null or l.kinds is not null);
end
$$;
create function public.claim_messages(channel public.outbox_channel, max_count integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale public.locale,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language sql set search_path = '' as $$ select * from private.claim_messages(channel, max_count) $$;

revoke all on function private.ask_to_join(uuid, uuid, text, text, public.locale) from public;
grant execute on function private.ask_to_join(uuid, uuid, text, text, public.locale) to authenticated;
revoke all on function public.ask_to_join(uuid, uuid, text, text, public.locale) from public;
grant execute on function public.ask_to_join(uuid, uuid, text, text, public.locale) to authenticated;
revoke all on function private.join_block(text, text, public.locale) from public;
grant execute on function private.join_block(text, text, public.locale) to authenticated;
revoke all on function public.join_block(text, text, public.locale) from public;
grant execute on function public.join_block(text, text, public.locale) to authenticated;
revoke all on function private.claim_messages(public.outbox_channel, integer) from public;
grant execute on function private.claim_messages(public.outbox_channel, integer) to service_role;
revoke all on function public.claim_messages(public.outbox_channel, integer) from public;
grant execute on function public.claim_messages(public.outbox_channel, integer) to service_role;
