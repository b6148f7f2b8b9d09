-- What one can do with a case. Every outcome somebody may meet is a value, not an exception.

create type public.create_report_outcome as enum (
  'created', 'not_member', 'wrong_place', 'wrong_thing', 'wrong_photo', 'too_many_today', 'sent_already', 'id_taken'
);
create type public.report_status_outcome as enum (
  'changed', 'unchanged', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'others_have_it', 'appealed_already', 'not_found'
);
create type public.report_message_outcome as enum ('sent', 'not_allowed', 'not_found', 'too_many_today');
create type public.follow_report_outcome as enum ('followed', 'unfollowed', 'unchanged', 'own_report', 'finished', 'not_found');
create type public.object_report_outcome as enum ('counted', 'reopened', 'unchanged', 'not_allowed', 'too_late', 'not_found');
create type public.share_photos_outcome as enum ('shared', 'hidden', 'not_allowed', 'not_found');

-- Without blanks, line ends, tabs and hard spaces around it: what is left of nothing but those is ''.
create function private.trimmed(p_text text) returns text
language sql immutable set search_path = '' as $$ select btrim(p_text, E' \n\r\t\u00A0') $$;

-- What I am in this case; empty for everybody else. Where nobody with an account reported it, the consultant is the reporter too.
-- Definer: asks who the reporter is, which the neighbours may not read.
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

-- Appends an event; of the staff it is kept who it was, and logged: the admin reads the log, not the case. Answers its id. Granted to nobody.
create function private.write_report_event(
  p_report public.reports, p_role public.report_actor, p_kind public.report_event_kind,
  p_to public.report_status default null, p_waiting_for public.report_wait default null
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_id bigint;
begin
  insert into public.report_events (report_id, block_id, kind, from_status, to_status, waiting_for, actor_role)
  values (
    p_report.id, p_report.block_id, p_kind, case when p_kind = 'status' then p_report.status end, p_to, p_waiting_for, p_role
  )
  returning id into v_id;
  if p_role in ('landlord', 'consultant') then
    insert into public.report_event_actors (event_id, block_id, person_id)
    select v_id, p_report.block_id, p.id from public.people p where p.id = (select auth.uid());
    perform private.log_act(p_report.block_id, 'report_' || p_kind, 'report', p_report.id, p_to::text) where (select auth.uid()) is not null;
  end if;
  return v_id;
end
$$;

-- Appends a message and remembers whether the reporter waits for an answer. What everyone may read of a flat is what the
-- resident may read. Of the staff it is logged, never what was written. Granted to nobody: only functions call it, after they have decided
-- that the author may.
create function private.write_report_message(
  p_id uuid, p_report public.reports, p_role public.report_actor, p_audience public.message_audience, p_body text,
  p_event_id bigint default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_audience public.message_audience := case when p_audience = 'everyone' and not p_report.is_common then 'resident' else p_audience end;
begin
  insert into public.report_messages (id, report_id, block_id, event_id, author_role, audience, body)
  values (p_id, p_report.id, p_report.block_id, p_event_id, p_role, v_audience, private.trimmed(p_body))
  on conflict do nothing;
  if not found then
    return;
  end if;
  if p_event_id is null and p_role in ('landlord', 'consultant') and (select auth.uid()) is not null then
    perform private.log_act(p_report.block_id, 'report_message', 'report', p_report.id, null);
  end if;
  if v_audience <> 'internal' then
    update public.report_details d
    set asked_at = case when p_role = 'reporter' then coalesce(d.asked_at, now()) end
    where d.report_id = p_report.id;
    if p_event_id is null and p_role <> 'reporter' then
      perform private.notify_report(p_report, 'report_message', p_id::text, v_audience = 'everyone');
    end if;
  end if;
end
$$;

-- Changes the status of a locked case, with its event, its text and what the others are told. Granted to nobody: the
-- callers have looked it up in report_transitions. An objection counts until the case is open or fixed again; the expected
-- time starts anew when the case is opened again (not when a merge is undone); what is known of an outage is over with its case.
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

-- Changes the status when a row of report_transitions allows it to one of my roles. The staff's reason is for everyone who
-- sees the case, the reporter's for the staff. Locks the case, so that of two changes at once the second is judged by the
-- first. A neighbour who sees the case hears 'not_allowed', somebody who does not see it 'not_found'.
-- Definer: locks and writes tables that nobody may write to.
create function private.change_report_status(
  p_report_id uuid, p_to public.report_status, p_reason text, p_waiting_for public.report_wait
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
  if v_report.status = p_to and (p_to <> 'waiting' or v_report.waiting_for is not distinct from p_waiting_for) then
    return 'unchanged';
  end if;
  select * into v_rule from public.report_transitions t
  where t.from_status = v_report.status and t.to_status = p_to and t.role = any (v_roles)
    and 'merged' not in (t.from_status, t.to_status)
  order by t.role limit 1;
  if not found then
    return 'not_allowed';
  elsif v_rule.is_reason_required and v_reason is null then
    return 'reason_missing';
  elsif p_to = 'waiting' and p_waiting_for is null then
    return 'waiting_for_missing';
  elsif p_to = 'withdrawn' and (v_report.affected_count > 1 or exists (
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
    v_report, p_to, v_role, v_reason, case when p_to = 'waiting' then p_waiting_for end);
  return 'changed';
end
$$;
create function public.change_report_status(
  report_id uuid, to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns public.report_status_outcome
language sql set search_path = '' as $$ select private.change_report_status(report_id, to_status, reason, waiting_for) $$;
grant execute on function private.change_report_status(uuid, public.report_status, text, public.report_wait) to authenticated;
grant execute on function public.change_report_status(uuid, public.report_status, text, public.report_wait) to authenticated;

-- The same change of many cases, at most 100, each judged by itself. In the order of their ids, so that two at once never
-- wait for each other in a circle.
create function public.change_reports_status(
  report_ids uuid[], to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns table (report_id uuid, outcome public.report_status_outcome)
language sql set search_path = '' as $$
  select o.id, private.change_report_status(o.id, to_status, reason, waiting_for)
  from (select distinct id from unnest(report_ids[1:100]) id order by id) o
$$;
grant execute on function public.change_reports_status(uuid[], public.report_status, text, public.report_wait) to authenticated;

-- Writes to the other side ('resident'), to everyone who sees the case, or an internal note ('internal'); the last two are
-- the staff's. Sending the same id twice writes once. At most 50 messages a person and day.
-- Definer: writes tables that nobody may write to.
create function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience)
returns public.report_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_role public.report_actor;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select min(role) into v_role from unnest(v_roles) role;
  if v_role = 'reporter' and p_audience <> 'resident' then
    return 'not_allowed';
  elsif not private.attempt('report_message', (select auth.uid())::text, case v_role when 'reporter' then 50 else 1000 end, '1 day') then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;
create function public.add_report_message(
  id uuid, report_id uuid, body text, audience public.message_audience default 'resident'
) returns public.report_message_outcome
language sql set search_path = '' as $$ select private.add_report_message(id, report_id, body, audience) $$;
grant execute on function private.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;
grant execute on function public.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;

-- "Jeg har det også", and taking it back. Locks the case, so that nobody joins at the moment it is finished; the
-- trigger below keeps the count.
-- Definer: locks the case, which nobody may write to.
create function private.follow_report(p_report_id uuid, p_is_following boolean) returns public.follow_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_report public.reports;
begin
  if not private.sees_as_neighbour(p_report_id) then
    return 'not_found';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if p_report_id in (select private.my_report_ids()) then
    return 'own_report';
  elsif p_is_following and not v_report.is_open then
    return 'finished';
  end if;
  if p_is_following then
    insert into public.report_followers (report_id, person_id) values (p_report_id, v_me) on conflict do nothing;
  else
    delete from public.report_followers f where f.report_id = p_report_id and f.person_id = v_me;
  end if;
  return case when not found then 'unchanged' when p_is_following then 'followed' else 'unfollowed' end;
end
$$;
create function public.follow_report(report_id uuid, is_following boolean default true) returns public.follow_report_outcome
language sql set search_path = '' as $$ select private.follow_report(report_id, is_following) $$;
grant execute on function private.follow_report(uuid, boolean) to authenticated;
grant execute on function public.follow_report(uuid, boolean) to authenticated;

-- The cases I reported in this building. Invoker: the policies decide; it only picks mine among what staff see too.
create function public.my_reports(block_id uuid) returns setof public.reports
language sql stable set search_path = '' as $$
  select r.* from public.reports r
  where r.block_id = my_reports.block_id and r.id in (select private.my_report_ids())
$$;
grant execute on function public.my_reports(uuid) to authenticated;

-- A deleted account takes the contact with it; the fault and its history stay with the landlord.
create function private.tg_report_details__forget_contact() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.contact := null;
  return new;
end
$$;
create trigger forget_contact before update of reporter_id on public.report_details
  for each row when (new.reporter_id is null) execute function private.tg_report_details__forget_contact();

-- Keeps the count of the case, also when a follower deletes their account.
-- Definer: the row may go by the account's cascade, whoever that runs as.
create function private.tg_report_followers__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.reports r
  set affected_count = r.affected_count + case when tg_op = 'INSERT' then 1 else -1 end
  where r.id = coalesce(new.report_id, old.report_id);
  return null;
end
$$;
create trigger count after insert or delete on public.report_followers
  for each row execute function private.tg_report_followers__count();
