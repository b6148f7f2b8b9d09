-- Asking to join without a code: somebody with an account states where they live, and the consultant confirms it.

insert into private.limits (what, most, per) values ('ask_to_join', 3, '1 day');
-- The most open requests in a building.
insert into private.numbers (what, value) values ('join_requests', 100);

create type public.join_request_status as enum ('open', 'approved', 'declined');

-- A request. The flat is free text: nobody is shown which flats exist. The name and the flat are deleted with the decision.
create table public.join_requests (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  person_id uuid not null references auth.users on delete cascade,
  display_name text check (length(btrim(display_name)) >= 1 and length(display_name) <= 40),
  constraint name_is_a_line check (display_name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  flat_text text check (length(btrim(flat_text)) >= 1 and length(flat_text) <= 20),
  constraint flat_is_a_line check (flat_text !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  locale public.locale not null default 'nb',
  status public.join_request_status not null default 'open',
  asked_at timestamptz not null default now(),
  decided_at timestamptz,
  constraint decided_is_bare check ((status = 'open') = (decided_at is null) and (status = 'open') = (display_name is not null)
    and (status = 'open') = (flat_text is not null))
);
create unique index join_requests_open_idx on public.join_requests (block_id, person_id) where status = 'open';
create index join_requests_block_id_idx on public.join_requests (block_id, status, asked_at);
create index join_requests_person_id_idx on public.join_requests (person_id);
alter table public.join_requests enable row level security;

create policy select_self_or_consultant on public.join_requests for select to authenticated
  using (person_id = (select auth.uid()) or block_id in (select private.my_block_ids('{consultant}')));
-- No insert or update: ask_to_join and decide_join_request do it. No delete: with the account. person_id is not granted: the
-- consultant needs no id of somebody who is not a member.
grant select (id, block_id, display_name, flat_text, status, asked_at, decided_at) on public.join_requests to authenticated;

create type public.join_ask_outcome as enum ('asked', 'already_member', 'too_many_attempts');

-- Asks to join. Limited per account and building; one open request of an account in each.
-- An unknown flat, an unknown building, and a person who is locked out give the same result as any other request.
-- Definer: writes requests, and reads whether I am locked out.
-- API: authenticated
create function private.ask_to_join(p_id uuid, p_block_id uuid, p_display_name text, p_flat_text text, p_locale public.locale default 'nb')
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

create type public.join_decide_outcome as enum ('approved', 'declined', 'already_decided', 'no_such_flat', 'not_found');

-- The consultant accepts somebody as a resident of a flat, or (without a flat) declines, with an optional reason. Locks
-- the request. Logged without name; the person is notified.
-- Definer: writes requests, people, memberships and notifications.
-- API: authenticated
create function private.decide_join_request(
  p_request_id uuid, p_flat_id uuid default null, p_reason text default null
) returns public.join_decide_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_request public.join_requests;
  v_status constant public.join_request_status := case when p_flat_id is null then 'declined' else 'approved' end;
begin
  select * into v_request from public.join_requests r where r.id = p_request_id for update;
  if private.has_role(v_request.block_id, '{consultant}') is not true then
    return 'not_found';
  elsif v_request.status <> 'open' then
    return 'already_decided';
  elsif p_flat_id is not null and not exists (select from public.places f
      where f.id = p_flat_id and f.block_id = v_request.block_id and f.kind = 'flat') then
    return 'no_such_flat';
  end if;
  if p_flat_id is not null then
    insert into public.people (id, display_name, locale)
    values (v_request.person_id, v_request.display_name, v_request.locale)
    on conflict (id) do update set display_name = excluded.display_name;
    insert into public.memberships (person_id, role, block_id, flat_id)
    values (v_request.person_id, 'resident', v_request.block_id, p_flat_id)
    on conflict do nothing;
  end if;
  update public.join_requests r
  set status = v_status, decided_at = now(), display_name = null, flat_text = null
  where r.id = p_request_id;
  perform private.log_act(v_request.block_id, case v_status when 'approved' then 'approve_join_request' else 'decline_join_request' end::public.audit_act,
    'join_request', p_request_id, p_reason => case when p_flat_id is null then btrim(p_reason) end);
  perform private.tell_join_answer(p_request_id);
  return v_status::text::public.join_decide_outcome;
end
$$;
