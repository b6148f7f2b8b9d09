-- People and memberships: who has which role in which building, and since when; ending a membership, locking somebody out, and who
-- may give which role.

-- A signed-in person. Only the name that others see: no phone number, birth date or address.
create table public.people (
  id uuid primary key references auth.users on delete cascade,
  display_name text not null check (length(btrim(display_name)) >= 1 and length(display_name) <= 40),
  -- One visible line: no control characters, none that change the text direction.
  constraint name_is_a_line check (display_name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  locale public.locale not null default 'nb',
  created_at timestamptz not null default now(),
  -- Since when they have this name.
  named_at timestamptz not null default now()
);
alter table public.people enable row level security;

-- I see myself; a consultant sees the display names of people who live in the building now, and of those locked out of it.
-- People who moved out are not visible any more. Neighbours see nobody.
create policy select_self_or_consultant on public.people for select to authenticated
  using (
    id = (select auth.uid())
    or exists (select from public.memberships m where m.person_id = people.id
      and (m.ended_at is null or m.blocked_at is not null)
      and m.block_id in (select private.my_block_ids('{consultant}')))
  );
create policy update_self on public.people for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
-- No insert: join_block makes the row. No delete: with the account.
grant select on public.people to authenticated;
grant update (display_name, locale) on public.people to authenticated;

-- The roles in a building. `landlord` (Boligbygg) and `admin` cover all buildings.
create type public.member_role as enum ('resident', 'partner', 'consultant', 'landlord', 'observer', 'admin');

-- The role of a person in a building, and since when. Rows end, they are not deleted.
create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  role public.member_role not null,
  block_id uuid references public.blocks on delete cascade,
  flat_id uuid,
  flat_kind public.place_kind generated always as ('flat') stored,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  -- Ended by the consultant; no code or request lets this person in again until the lock is lifted.
  blocked_at timestamptz check (blocked_at is null or ended_at is not null),
  foreign key (flat_id, block_id, flat_kind) references public.places (id, block_id, kind) on delete cascade,
  constraint membership_scope check ((role in ('landlord', 'admin')) = (block_id is null)),
  constraint resident_has_flat check ((role = 'resident') = (flat_id is not null))
);
create unique index memberships_live_idx on public.memberships (person_id, role, block_id, flat_id)
  nulls not distinct where ended_at is null;
create index memberships_person_id_idx on public.memberships (person_id);
create index memberships_block_id_idx on public.memberships (block_id);
create index memberships_flat_id_idx on public.memberships (flat_id, block_id, flat_kind);
alter table public.memberships enable row level security;

create policy select_self_or_staff on public.memberships for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );
-- No insert, update or delete: join_block and end_membership do it.
grant select on public.memberships to authenticated;

-- Records when the name was chosen.
create function private.tg_people__named() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.named_at := now();
  return new;
end
$$;
create trigger named before update of display_name on public.people for each row
  when (new.display_name <> old.display_name) execute function private.tg_people__named();

-- Whether I may give (and end) this role: the consultant residents, partners and observers of the building, the admin staff and observers.
create function private.may_appoint(p_block_id uuid, p_role public.member_role) returns boolean
language sql stable set search_path = '' as $$
  select case
    when p_role in ('resident', 'partner') then private.has_role(p_block_id, '{consultant}')
    when p_role = 'observer' then private.has_role(p_block_id, '{consultant,admin}')
    else private.is_admin()
  end
$$;
grant execute on function private.may_appoint(uuid, public.member_role) to authenticated;

-- Whether the consultant has locked this person out of the building.
-- Definer: reads memberships of others. Granted to nobody: only definer functions ask.
create function private.is_locked_out(p_person_id uuid, p_block_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = p_person_id and m.block_id = p_block_id and m.blocked_at is not null
  )
$$;

-- Ends a membership: mine, or one with a role that I may give (see may_appoint). With p_lock_out (the consultant, for residents
-- and partners) the person cannot join again, and a reason is required: it is in the log, where the person reads it.
-- Returns false when there is no such membership that I may end. When somebody else ends it, the flat's valid codes are
-- revoked too: a remaining code of the household would let the same person in again. Logged, also when staff end their own role.
-- Definer: no role may write memberships, so that nobody can give themselves a role.
create function private.end_membership(p_membership_id uuid, p_lock_out boolean, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_ended public.memberships;
  v_me constant uuid := (select auth.uid());
  v_reason constant text := nullif(btrim(p_reason), '');
begin
  if p_lock_out and v_reason is null then
    return false;
  end if;
  update public.memberships m set ended_at = now(), blocked_at = case when p_lock_out then now() end
  where m.id = p_membership_id and m.ended_at is null
    and (private.may_appoint(m.block_id, m.role) or (m.person_id = v_me and not p_lock_out))
    -- A role of staff is not given up by whoever only knows the password.
    and (m.person_id <> v_me or not private.is_staff_role(m.role) or private.session_gate() = 'open')
    and not (p_lock_out and (m.role not in ('resident', 'partner') or m.person_id = v_me))
  returning * into v_ended;
  if v_ended.id is null then
    return false;
  end if;
  if v_ended.person_id <> v_me then
    update public.join_codes c set revoked_at = now() where c.flat_id = v_ended.flat_id and c.revoked_at is null;
  end if;
  if v_ended.person_id <> v_me or private.is_staff_role(v_ended.role) then
    perform private.log_act(v_ended.block_id, case when p_lock_out then 'lock_out' else 'end_membership' end::public.audit_act,
      'membership', v_ended.id, p_reason => v_reason);
  end if;
  return true;
end
$$;
create function public.end_membership(membership_id uuid, lock_out boolean default false, reason text default null) returns boolean
language sql set search_path = '' as $$ select private.end_membership(membership_id, lock_out is true, reason) $$;
grant execute on function private.end_membership(uuid, boolean, text) to authenticated;
grant execute on function public.end_membership(uuid, boolean, text) to authenticated;

-- Lets somebody who was locked out ask to join or use a code again. It restores nothing by itself.
-- Definer: no role may write memberships.
-- API: authenticated
create function private.lift_lock_out(p_membership_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
begin
  update public.memberships m set blocked_at = null
  where m.id = p_membership_id and m.blocked_at is not null and private.has_role(m.block_id, '{consultant}')
  returning m.block_id into v_block_id;
  if v_block_id is null then
    return false;
  end if;
  perform private.log_act(v_block_id, 'lift_lock_out', 'membership', p_membership_id);
  return true;
end
$$;

-- Moves in and out while a vote is open are counted: polls/electorate.sql.
create trigger count_moves_in after insert on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is null) execute function private.tg_memberships__count_moves();
create trigger count_moves_out after update on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is not null and old.ended_at is null) execute function private.tg_memberships__count_moves();
-- Hosts who leave are reported to the consultant: activities/hosts.sql.
create trigger tell_of_host after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null and new.role in ('resident', 'partner'))
  execute function private.tg_memberships__tell_of_host();
-- Sign-ups end with the membership: activities/forgetting.sql.
create trigger end_signups after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null)
  execute function private.tg_memberships__end_signups();
