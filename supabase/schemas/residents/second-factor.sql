-- A second factor for staff. The auth service keeps the factors and states in the token how a session was verified (claim
-- `aal`); this file defines what follows: without the second factor there are no rights of staff, also over REST. Residents
-- have no such rights.

-- Tries of codes per person; and each code works once.
insert into private.limits (what, most, per) values ('factor', 5, '15 minutes'), ('factor_code', 1, '15 minutes');

-- Settings of the whole installation: one row. No role may read or write it directly.
create table private.installation_settings (
  id boolean primary key default true check (id),
  staff_needs_second_factor boolean not null default false
);
insert into private.installation_settings default values on conflict do nothing;
alter table private.installation_settings enable row level security;

-- `ended` applies to residents' sessions too.
create type public.staff_gate as enum ('open', 'code', 'setup', 'ended');

-- Whether this session may act as staff: `code` when there is a factor that it has not shown, `setup` when one is required and none
-- exists. Called by my_block_ids and is_admin, only for people with a role of staff.
-- Definer: reads factors and sessions, which no role may read directly.
create function private.session_gate() returns public.staff_gate
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return 'ended';
  elsif exists (
    select from auth.mfa_factors f
    where f.user_id = (select auth.uid()) and f.status = 'verified' and f.factor_type = 'totp'
  ) then
    return case when (select auth.jwt() ->> 'aal') = 'aal2' then 'open' else 'code' end;
  end if;
  return case when (select s.staff_needs_second_factor from private.installation_settings s) then 'setup' else 'open' end;
end
$$;

-- The roles that the second factor protects.
create function private.is_staff_role(p_role public.member_role) returns boolean
language sql immutable set search_path = '' as $$ select p_role in ('consultant', 'landlord', 'admin') $$;
grant execute on function private.is_staff_role(public.member_role) to anon, authenticated;

-- `ended` for a token of a session that has ended; else the gate of somebody who has a role of staff, and null for everybody else.
-- Definer: reads my memberships also where the gate denies me my rights.
create function private.my_staff_gate() returns public.staff_gate
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return 'ended';
  end if;
  return (
    select private.session_gate()
    where exists (select from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and private.is_staff_role(m.role))
  );
end
$$;
grant execute on function private.my_staff_gate() to authenticated;

-- Computed column of people: read with the person, in the same round trip. Only for the caller's own row.
create function public.staff_gate(person public.people) returns public.staff_gate
language sql stable set search_path = '' as $$
  select case when person.id = (select auth.uid()) then private.my_staff_gate() end
$$;
grant execute on function public.staff_gate(public.people) to authenticated;

-- Whether this installation requires a second factor of staff; false for everybody who is not an admin.
-- Definer: reads the settings, which no role may read directly.
-- API: authenticated
create function private.staff_needs_second_factor() returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_admin() and s.staff_needs_second_factor from private.installation_settings s
$$;

create type public.factor_rule_outcome as enum ('saved', 'own_first', 'not_found');

-- The admin requires a second factor of all staff, or no longer. Requires that the admin has shown one: so that it is known to work, and
-- nobody is locked out of this setting. Logged.
-- Definer: writes the settings, which no role may write directly.
create function private.require_second_factor(p_is_required boolean) returns public.factor_rule_outcome
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_admin() then
    return 'not_found';
  elsif p_is_required and (select auth.jwt() ->> 'aal') is distinct from 'aal2' then
    return 'own_first';
  end if;
  update private.installation_settings s set staff_needs_second_factor = p_is_required
  where s.staff_needs_second_factor <> p_is_required;
  if found then
    perform private.log_act(null, case when p_is_required then 'require_second_factor' else 'allow_one_factor' end::public.audit_act,
      'installation', '00000000-0000-0000-0000-000000000000');
  end if;
  return 'saved';
end
$$;
create function public.require_second_factor(is_required boolean) returns public.factor_rule_outcome
language sql set search_path = '' as $$ select private.require_second_factor(is_required is true) $$;
grant execute on function private.require_second_factor(boolean) to authenticated;
grant execute on function public.require_second_factor(boolean) to authenticated;

-- The memberships of staff who have a second factor; for the admin, who may have to remove one.
-- Definer: reads factors, which no role may read directly.
-- API: authenticated
create function private.staff_with_second_factor() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.id from public.memberships m
  where (select private.is_admin()) and m.ended_at is null and private.is_staff_role(m.role)
    and exists (select from auth.mfa_factors f where f.user_id = m.person_id and f.status = 'verified' and f.factor_type = 'totp')
$$;

-- The admin removes the second factor of somebody who lost the phone; all their devices are signed out. Admins remove their own
-- themselves, with a code. Returns false when there is none that I may remove. Logged.
-- Definer: writes the tables of the auth service.
-- API: authenticated
create function private.remove_second_factor(p_membership_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
begin
  select * into v_member from public.memberships m
  where m.id = p_membership_id and m.ended_at is null and private.is_staff_role(m.role)
    and private.is_admin() and m.person_id <> (select auth.uid());
  if v_member.id is null then
    return false;
  end if;
  delete from auth.mfa_factors f where f.user_id = v_member.person_id;
  if not found then
    return false;
  end if;
  delete from auth.sessions s where s.user_id = v_member.person_id;
  perform private.log_act(v_member.block_id, 'remove_second_factor', 'membership', p_membership_id);
  return true;
end
$$;

-- A member of staff switched a second factor on or off. The auth service does it, so it is observed where the service writes it: hosted and
-- embedded keep factors in the same table.
-- Logs that a factor is in use now, or no longer, in each building where its owner is staff. Not what the admin removes
-- (remove_second_factor logs that) and not what is deleted with an account (no membership is left then). The auth service does not say who
-- asked: only the owner can set up or remove a factor there. Somebody with the server's key could too, and cannot be told from the owner.
-- Definer: the auth service may not see memberships or write the log.
create function private.tg_mfa_factors__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id constant uuid := coalesce(new.user_id, old.user_id);
  v_was constant boolean := tg_op <> 'INSERT' and coalesce(old.status::text, '') = 'verified';
  v_is constant boolean := tg_op <> 'DELETE' and coalesce(new.status::text, '') = 'verified';
begin
  if v_was <> v_is and coalesce((select auth.uid()), v_person_id) = v_person_id then
    perform private.log_act_by(m.person_id, m.role, m.block_id,
      case when v_is then 'switch_on_second_factor' else 'switch_off_second_factor' end::public.audit_act, 'membership', m.id)
    from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and private.is_staff_role(m.role)
    order by m.id;
  end if;
  return null;
end
$$;
create trigger log_factor after insert or update of status or delete on auth.mfa_factors
  for each row execute function private.tg_mfa_factors__log();
