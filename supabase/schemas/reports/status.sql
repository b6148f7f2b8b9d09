-- Changing the status of one or many cases, by the rules in report_transitions (reports/transitions.sql); my role in a case.

-- The most cases that are changed or assigned at once.
insert into private.numbers (what, value) values ('reports_at_once', 100);

-- My roles in this case; empty for everybody else. Where nobody with an account reported it, the consultant is the reporter too.
-- Definer: reads who the reporter is, which the neighbours may not.
create function private.my_report_roles(p_report_id uuid) returns public.report_actor[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(a.role), '{}')
  from public.reports r
  left join public.report_details d on d.report_id = r.id,
  lateral (select private.has_role(r.block_id, '{consultant}') as is_consultant) me,
  lateral (values
    ('landlord'::public.report_actor, private.has_role(r.block_id, '{landlord}')),
    ('consultant', me.is_consultant),
    ('reporter', case when d.reporter_id is null then me.is_consultant else d.reporter_id = (select auth.uid()) end)
  ) a (role, is_mine)
  where r.id = p_report_id and a.is_mine
$$;

-- Whether I live or work where this common-area case is.
-- Definer: called by definer functions, so that they need no policy.
create function private.sees_as_neighbour(p_report_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.reports r
    where r.id = p_report_id and r.is_common and private.has_role(r.block_id, '{resident,partner}')
  )
$$;

-- Changes the status of a locked case, with its event, its text and the notifications. Granted to nobody: the
-- callers have looked it up in report_transitions. Objections count until the case is open or fixed again; the expected
-- time starts again when the case is reopened (not when a merge is undone); an outage ends with its case.
create function private.set_report_status(
  p_report public.reports, p_to public.report_status, p_role public.report_actor, p_note text default null,
  p_waiting_for public.report_wait default null, p_merged_into uuid default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_event_id bigint := private.write_report_event(p_report, p_role, 'status', p_to, p_waiting_for);
  v_is_new_start boolean := p_to = 'reopened' and p_report.status <> 'merged';
  v_is_open boolean;
begin
  update public.reports r
  set status = p_to, status_changed_at = now(), waiting_for = p_waiting_for, merged_into = p_merged_into,
    expected_by = case when v_is_new_start then private.expected_by(r.thing, r.is_urgent) else r.expected_by end,
    told_late_at = case when not v_is_new_start then r.told_late_at end
  where r.id = p_report.id
  returning r.is_open into v_is_open;
  if v_is_open and not p_report.is_open and exists (select from public.outages o where o.report_id = p_report.id) then
    -- Another one may be posted right now: see post_outage.
    perform pg_advisory_xact_lock(hashtextextended('outage' || p_report.place_id::text, 0));
  end if;
  update public.outages o set ended_at = case when not v_is_open then now() end
  where o.report_id = p_report.id and (o.ended_at is null) <> v_is_open
    and not (v_is_open and exists ( -- meanwhile another one is told of this place and thing
      select from public.outages n where n.place_id = o.place_id and n.thing = o.thing and n.ended_at is null));
  if p_to in ('fixed', 'reopened') then
    delete from public.report_objections o where o.report_id = p_report.id;
  end if;
  if p_note is not null then
    perform private.write_report_message(
      gen_random_uuid(), p_report, p_role,
      case when p_role in ('landlord', 'consultant') then 'everyone' else 'resident' end::public.message_audience, p_note, v_event_id);
  end if;
  if p_to not in ('confirmed', 'withdrawn') then
    perform private.notify_report(
      p_report, case p_to when 'merged' then 'report_merged' else 'report_status' end::public.notification_kind, v_event_id::text, true);
  end if;
end
$$;

create type public.report_status_outcome as enum (
  'changed', 'unchanged', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'others_have_it', 'appealed_already', 'not_found'
);

-- Changes the status when a row of report_transitions allows it to one of my roles. The staff's reason is visible to everyone who
-- sees the case, the reporter's to the staff. Locks the case, so that the second of two parallel changes sees the
-- first. A neighbour who sees the case gets 'not_allowed', somebody who does not see it 'not_found'.
-- Definer: locks and writes tables that no role may write.
-- API: authenticated
create function private.change_report_status(
  p_report_id uuid, p_to_status public.report_status, p_reason text default null, p_waiting_for public.report_wait default null
) returns public.report_status_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_reason text := nullif(private.trimmed(p_reason), '');
  v_report public.reports;
  v_rule public.report_transitions;
  v_role public.report_actor;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if v_report.status = p_to_status and (p_to_status <> 'waiting' or v_report.waiting_for is not distinct from p_waiting_for) then
    return 'unchanged';
  end if;
  select * into v_rule from public.report_transitions t
  where t.from_status = v_report.status and t.to_status = p_to_status and t.role = any (v_roles)
    and 'merged' not in (t.from_status, t.to_status)
  order by t.role limit 1;
  if not found then
    return 'not_allowed';
  elsif v_rule.is_reason_required and v_reason is null then
    return 'reason_missing';
  elsif p_to_status = 'waiting' and p_waiting_for is null then
    return 'waiting_for_missing';
  elsif p_to_status = 'withdrawn' and (v_report.affected_count > 1 or exists (
    select from public.reports m
    join public.report_details d on d.report_id = m.id
    join public.report_details mine on mine.report_id = p_report_id
    where m.merged_into = p_report_id and d.reporter_id is distinct from mine.reporter_id
  )) then
    -- The fault is others' too, with an account or without: one of them cannot take it back for all.
    return 'others_have_it';
  elsif v_report.status = 'closed' then
    update public.report_details d set appealed_at = now() where d.report_id = p_report_id and d.appealed_at is null;
    if not found then
      return 'appealed_already';
    end if;
  end if;
  v_role := case when v_rule.role <> 'reporter' or p_report_id in (select private.my_report_ids()) then v_rule.role else 'consultant' end;
  perform private.set_report_status(
    v_report, p_to_status, v_role, v_reason, case when p_to_status = 'waiting' then p_waiting_for end);
  return 'changed';
end
$$;

-- The same change of many cases, each checked by itself. In the order of their ids, so that two calls at once
-- never deadlock.
create function public.change_reports_status(
  report_ids uuid[], to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns table (report_id uuid, outcome public.report_status_outcome)
language sql set search_path = '' as $$
  select o.id, private.change_report_status(o.id, to_status, reason, waiting_for)
  from (select distinct id from unnest(report_ids[1:private.number('reports_at_once')]) id order by id) o
$$;
grant execute on function public.change_reports_status(uuid[], public.report_status, text, public.report_wait) to authenticated;
