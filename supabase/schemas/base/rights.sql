-- Who I am and what I may do: in which buildings I have a role, which flats I live in, whether I am an admin.
-- For policies and functions of all domains. The memberships: residents/people.sql.

-- Whether my session has ended (signed out, password changed, second factor removed). A token outlives its session by up to an
-- hour; a token that names no session does not belong to a signed-in person.
-- Definer: reads the sessions of the auth service. Granted to nobody: only definer functions ask.
create function private.session_has_ended() returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session_id constant uuid := (auth.jwt() ->> 'session_id')::uuid;
begin
  return v_session_id is not null and not exists (select from auth.sessions s where s.id = v_session_id);
end
$$;

-- The buildings where I currently have one of these roles. For policies, always as
-- `block_id in (select private.my_block_ids('{consultant}'))`, so that it runs once per query. None in a session that has ended; a role
-- of staff counts only in a session that has shown what is required of staff (residents/second-factor.sql).
-- Definer: it reads all memberships of the caller, which the policies of that table themselves depend on.
create function private.my_block_ids(p_roles public.member_role[]) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return;
  end if;
  -- Two questions, so that only somebody with a role in all buildings reads the list of buildings.
  return query
  select m.block_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is not null
    and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  union
  select b.id
  from public.blocks b
  where exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is null
      and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  );
end
$$;
grant execute on function private.my_block_ids(public.member_role[]) to anon, authenticated;

-- Whether I have one of these roles in this building. For SQL functions that act on one row.
create function private.has_role(p_block_id uuid, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select p_block_id in (select private.my_block_ids(p_roles))
$$;
grant execute on function private.has_role(uuid, public.member_role[]) to anon, authenticated;

-- The flats where I currently live; none in a session that has ended. Definer for the same reason as my_block_ids.
create function private.my_flat_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.flat_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.flat_id is not null and not private.session_has_ended()
$$;
grant execute on function private.my_flat_ids() to anon, authenticated;

-- Whether I hold the admin role (adds buildings, appoints consultants; sees no cases, votes or sign-ups).
-- Definer for the same reason as my_block_ids.
create function private.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'admin' and (select private.session_gate()) = 'open'
  )
$$;
grant execute on function private.is_admin() to anon, authenticated;
