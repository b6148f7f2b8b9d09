-- Everything the portal keeps about me: for the page and the file of /konto/mine-data.

create type public.account_state as enum ('none', 'with_password', 'without_password');

-- Whether my account still exists, and whether it has a password. None in a session that has ended: its token outlives it by up to an hour.
-- Definer: reads the tables of the auth service.
-- API: authenticated
create function private.account_state() returns public.account_state
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select case when u.encrypted_password like '$2%' then 'with_password' else 'without_password' end::public.account_state
    from auth.users u where u.id = (select auth.uid()) and not private.session_has_ended()
  ), 'none')
$$;

-- The ids of all that this person wrote and others can read, a line for each domain. Granted to nobody.
create function private.things_by(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select private.things_in_activities(p_person_id)
  union all select private.things_in_proposals(p_person_id)
  union all select private.things_in_polls(p_person_id)
$$;

-- My account, where I live, and the codes I made. Granted to nobody.
create function private.my_residents_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'account', (
      select jsonb_agg(jsonb_build_object('id', u.id,
        'email', case when u.email not like '%@bruker.invalid' then u.email end,
        'user_name', case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end,
        'display_name', p.display_name, 'language', p.locale, 'has_password', private.account_state() = 'with_password',
        'created_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at))
      from auth.users u left join public.people p on p.id = u.id where u.id = p_me),
    'sign_ins', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'device', to_jsonb(s) -> 'user_agent',
        'network_address', to_jsonb(s) -> 'ip') order by s.created_at), '[]')
      from auth.sessions s where s.user_id = p_me),
    'memberships', (
      select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'building', b.name, 'flat', f.name, 'started_at', m.started_at,
        'ended_at', m.ended_at, 'blocked_at', m.blocked_at) order by m.started_at, m.id), '[]')
      from public.memberships m left join public.blocks b on b.id = m.block_id left join public.places f on f.id = m.flat_id
      where m.person_id = p_me),
    'join_requests', (
      select coalesce(jsonb_agg(jsonb_build_object('asked_at', r.asked_at, 'building', b.name, 'display_name', r.display_name,
        'flat', r.flat_text, 'request_status', r.status, 'decided_at', r.decided_at) order by r.asked_at), '[]')
      from public.join_requests r join public.blocks b on b.id = r.block_id where r.person_id = p_me),
    'sign_in_slips', (
      select coalesce(jsonb_agg(jsonb_build_object('expires_at', s.expires_at, 'used_at', s.used_at) order by s.expires_at), '[]')
      from private.sign_in_slips s join public.memberships m on m.id = s.membership_id where m.person_id = p_me),
    'codes_made', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'role', c.role) order by c.created_at), '[]')
      from public.join_codes c where c.created_by = p_me)
  )
$$;

-- Everything, as one object: a list of rows for each kind. A line for each domain: a new table that names a person is added in
-- the own-data.sql of its domain, or listed in tests/db/my-data.test.ts with the reason why not.
-- Definer: reads every table with data of the caller; callers cannot pass `p_me`.
-- API: authenticated
create function private.my_data() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if private.account_state() = 'none' then
    return null;
  end if;
  return private.my_residents_data(v_me)
    || private.my_activities_data(v_me)
    || private.my_reports_data(v_me)
    || private.my_proposals_data(v_me)
    || private.my_polls_data(v_me)
    || private.my_notices_data(v_me)
    || private.my_notifications_data(v_me)
    || private.my_messages_data(v_me)
    || private.my_moderation_data(v_me)
    || private.my_figures_data(v_me);
end
$$;
