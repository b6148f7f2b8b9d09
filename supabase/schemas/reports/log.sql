-- Audit log entries of cases and what staff set up for them: the acts, the names of their subjects, and which are about me.

insert into private.audit_acts (act, subject, shape) values
  ('chase', 'report', 'none'), ('say_still_working', 'report', 'none'), ('merge_in', 'report', 'none'), ('unmerge', 'report', 'none'),
  ('assign', 'report', 'none'), ('write_message', 'report', 'none'), ('ask', 'report', 'none'), ('share_photos', 'report', 'none'),
  ('hide_photos', 'report', 'none'), ('remove', 'outage', 'none'), ('change', 'responsibility', 'none'), ('add', 'deadline', 'none'),
  ('change', 'deadline', 'none'), ('remove', 'deadline', 'none'), ('add', 'assignee', 'none'), ('change', 'assignee', 'none'),
  ('change_status', 'report', 'status');

-- The number of the case that a log line is about. For log_names. Invoker: the policies decide.
create function private.log_names_of_reports(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select r.id, null::text, r.number, r.id from public.reports r where r.id = any (p_ids)
$$;
grant execute on function private.log_names_of_reports(uuid[]) to authenticated;

-- Log lines about me: acts on the pictures of my cases, and questions to me. The rest is in the history of the case
-- (my_case_events). For acts_about_me; granted to nobody.
create function private.acts_on_my_cases() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from private.my_report_ids() r (id) join public.audit_entries e on e.subject_id = r.id
  where e.subject = 'report' and e.act in ('share_photos', 'hide_photos', 'ask')
$$;

-- Acts of staff in my cases, from their history. For acts_about_me; granted to nobody.
create function private.my_case_events()
returns table (block_id uuid, event public.about_me_event, subject public.audit_subject, subject_id uuid, actor_role public.member_role,
  acted_at timestamptz)
language sql stable set search_path = '' as $$
  select r.block_id, ('report_' || v.kind)::public.about_me_event, 'report'::public.audit_subject, r.id,
    v.actor_role::text::public.member_role, v.created_at
  from public.report_details d join public.reports r on r.id = d.report_id
  join public.report_events v on v.report_id = r.id and v.actor_role in ('consultant', 'landlord')
  where d.reporter_id = (select auth.uid())
$$;
