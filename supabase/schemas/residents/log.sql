-- Audit log entries of members, codes, flats and signing in: the acts, the names of their subjects, and which are about me.

insert into private.audit_acts (act, subject, shape) values
  ('end_membership', 'membership', 'none'), ('lock_out', 'membership', 'none'), ('lift_lock_out', 'membership', 'none'),
  ('make_slip', 'membership', 'none'), ('set_password', 'membership', 'none'), ('remove_second_factor', 'membership', 'none'),
  ('switch_on_second_factor', 'membership', 'none'), ('switch_off_second_factor', 'membership', 'none'),
  ('approve_join_request', 'join_request', 'none'), ('decline_join_request', 'join_request', 'none'), ('make_account', 'flat', 'none'),
  ('change_tenant', 'flat', 'none'), ('make_letters', 'block', 'none'), ('make_letters', 'place', 'none'),
  ('require_second_factor', 'installation', 'none'), ('allow_one_factor', 'installation', 'none'), ('make_code', 'join_code', 'role'),
  ('revoke_code', 'join_code', 'role'), ('become', 'membership', 'role'), ('write_letter_text', 'block', 'language');

-- The name of a member in the log: the flat, never the person. For log_names. Invoker: the policies decide.
create function private.log_names_of_members(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select m.id, f.name, null::integer, f.id from public.memberships m join public.places f on f.id = m.flat_id where m.id = any (p_ids)
$$;
grant execute on function private.log_names_of_members(uuid[]) to authenticated;

-- Log lines about me: my membership, my request to join, and my flat while I lived there. For acts_about_me; granted to nobody.
create function private.acts_on_my_membership() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from public.memberships m join public.audit_entries e on e.subject_id = m.id and e.subject = 'membership'
  where m.person_id = (select auth.uid())
  union all
  select e.id from public.join_requests r join public.audit_entries e on e.subject_id = r.id and e.subject = 'join_request'
  where r.person_id = (select auth.uid())
  union all
  select e.id from public.memberships m join public.audit_entries e on e.subject_id = m.flat_id and e.subject = 'flat'
  where m.person_id = (select auth.uid()) and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
$$;
