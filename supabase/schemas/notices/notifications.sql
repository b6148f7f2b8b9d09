-- Who is notified of a notice: everybody it is for, once, when it is shown. Withdrawn notices, and people it is no longer for, lose theirs.

-- The kinds. The last one goes to the consultants.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('notice_new', 'notice', 'notices', 'whenever', 'notice', false, false, true),
  ('notice_urgent', 'notice', 'notices', 'urgent', 'notice', false, false, true),
  ('notice_photo_request', 'notice', 'notices', 'whenever', 'notice_desk', true, false, true);

-- A shown notice, for everybody it is for. A request to remove a picture also when the notice has ended. For may_be_told; granted to nobody.
create function private.may_be_told_of_notice(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select p_notification.kind = 'notice_photo_request' or exists (
    select from public.notices x
    where x.id = p_notification.notice_id and x.state = 'published' and x.published_at <= now() and (x.ends_at is null or x.ends_at > now())
      and p_notification.person_id in (select private.notice_person_ids(x))
  )
$$;

-- Deletes notifications of a notice from people it is not for (any more). Granted to nobody.
create function private.untell_notice(p_notice public.notices) returns void
language sql set search_path = '' as $$
  delete from public.notifications n
  where n.notice_id = p_notice.id and n.kind in ('notice_new', 'notice_urgent')
    and (p_notice.state <> 'published' or n.person_id not in (select private.notice_person_ids(p_notice)))
$$;

-- Notifies the consultants that somebody wants a picture removed: once per notice and day. Granted to nobody.
create function private.tell_of_photo_request(p_notice_id uuid, p_block_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, notice_id)
  select m.person_id, p_block_id, 'notice_photo_request', p_notice_id || ':' || private.today(), p_notice_id
  from public.memberships m where m.block_id = p_block_id and m.role = 'consultant' and m.ended_at is null
  order by m.person_id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing
$$;

-- Sends notifications of notices that are shown by now and have not been announced. A notice that became urgent is announced again, one
-- that is no longer urgent is not. A notice locked by somebody is left for the next minute. Returns how many people are notified.
-- Definer: reads all notices and writes notifications.
create function private.tell_notices() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_notice public.notices;
  v_kind public.notification_kind;
  v_told integer;
  v_count integer := 0;
begin
  for v_notice in
    select * from public.notices n
    where n.state = 'published' and n.told_at is null and n.published_at <= now() and (n.ends_at is null or n.ends_at > now())
    order by n.published_at, n.id limit 100 for update skip locked
  loop
    v_kind := case v_notice.class when 'urgent' then 'notice_urgent' else 'notice_new' end::public.notification_kind;
    insert into public.notifications (person_id, block_id, kind, subject, notice_id)
    select distinct p.id, v_notice.block_id, v_kind, v_notice.id::text, v_notice.id
    from private.notice_person_ids(v_notice) p (id)
    where not exists (
      select from public.notifications n
      where n.person_id = p.id and n.notice_id = v_notice.id and n.kind in (v_kind, 'notice_urgent')
    )
    order by p.id
    on conflict (person_id, kind, subject) do nothing;
    get diagnostics v_told = row_count;
    v_count := v_count + v_told;
    update public.notices n set told_at = now() where n.id = v_notice.id;
  end loop;
  return v_count;
end
$$;
grant execute on function private.tell_notices() to service_role;

-- All jobs of notices. Returns the numbers.
create function public.run_notice_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('notices_told', private.tell_notices(), 'notice_reads_settled', private.settle_notice_reads())
$$;
grant execute on function public.run_notice_jobs() to service_role;
