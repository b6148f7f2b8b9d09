-- Notifications of cases.

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('report_status', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_message', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_question', 'report', 'reports', 'whenever', 'report', true, false, true),
  ('report_merged', 'report', 'reports', 'whenever', 'report', false, false, true),
  ('report_late', 'report', 'reports', 'whenever', 'report', false, false, true);

-- Staff: every case; a resident: common places and their own reports, also when merged into this case. For may_be_told;
-- granted to nobody.
create function private.may_be_told_of_report(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.reports r where r.id = p_notification.report_id and (
      p_roles && '{consultant,landlord}' or r.is_common
      or exists (
        with recursive told_here (id) as (
          select r.id union select x.id from public.reports x join told_here h on x.merged_into = h.id
        )
        select from told_here h join public.report_details d on d.report_id = h.id where d.reporter_id = p_notification.person_id
      )
    )
  )
$$;

-- Notifies the reporter and the followers of a case, except the one who acts. Nobody is notified of a case that they
-- may not see any more. Granted to nobody.
create function private.notify_report(
  p_report public.reports, p_kind public.notification_kind, p_subject text, p_with_followers boolean
) returns void
language sql set search_path = '' as $$
  with recursive told_here (id) as (
    select p_report.id
    union
    select r.id from public.reports r join told_here t on r.merged_into = t.id
  )
  insert into public.notifications (person_id, block_id, kind, subject, report_id)
  select p.person_id, p_report.block_id, p_kind, p_subject, p_report.id
  from (
    select d.reporter_id as person_id from public.report_details d where d.report_id = p_report.id
    union
    select f.person_id from public.report_followers f
    where f.report_id = p_report.id and p_with_followers and (
      exists (
        select from public.memberships m
        where m.person_id = f.person_id and m.block_id = p_report.block_id and m.ended_at is null
          and m.role in ('resident', 'partner', 'consultant')
      )
      -- who reported what was merged into it sees it also from elsewhere
      or f.person_id in (select d.reporter_id from told_here t join public.report_details d on d.report_id = t.id)
    )
  ) p
  where p.person_id is not null and p.person_id is distinct from (select auth.uid())
  order by p.person_id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing
$$;
