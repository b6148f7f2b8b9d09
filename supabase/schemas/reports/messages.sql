-- Messages in a case: to the resident, to everyone who sees the case, or internal. Messages are never withdrawn.

-- Daily limits of messages: for residents over all their cases, and for staff.
insert into private.limits (what, most, per) values ('report_message', 50, '1 day'), ('report_message_by_staff', 1000, '1 day');

create type public.message_audience as enum ('resident', 'everyone', 'internal');

-- Append-only messages. The form chooses the id, as for a case. 'everyone' means everybody who sees the case.
create table public.report_messages (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  -- The event that this text belongs to.
  event_id bigint,
  author_role public.report_actor not null,
  audience public.message_audience not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  created_at timestamptz not null default now(),
  constraint reporter_writes_to_staff check (author_role in ('landlord', 'consultant', 'system') or audience = 'resident'),
  foreign key (event_id, report_id) references public.report_events (id, report_id) on delete cascade,
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_messages_report_id_idx on public.report_messages (report_id, block_id, created_at);
create index report_messages_event_id_idx on public.report_messages (event_id, report_id);
-- Answers of the staff, which the figures of a month count (figures/counting.sql).
create index report_messages_answers_idx on public.report_messages (block_id, created_at) include (report_id)
  where author_role in ('landlord', 'consultant') and audience <> 'internal';
alter table public.report_messages enable row level security;

create policy select_audience on public.report_messages for select to authenticated
  using (
    (audience in ('resident', 'everyone') and report_id in (select private.my_report_ids()))
    or (audience = 'everyone' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete for any role, staff included: add_report_message writes, nothing is withdrawn.
grant select on public.report_messages to authenticated;

-- Appends a message and records whether the reporter waits for an answer. In a flat's case, 'everyone' becomes
-- 'resident'. For staff it is logged, without the words. Granted to nobody: only functions call it, after they have checked
-- the author's rights.
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
    perform private.log_act(p_report.block_id, 'write_message', 'report', p_report.id);
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

create type public.report_message_outcome as enum ('sent', 'not_allowed', 'not_found', 'too_many_today');

-- Writes to the other side ('resident'), to everyone who sees the case, or an internal note ('internal'); only staff may use
-- the last two. Sending the same id twice writes once. Limited per day, for a resident more strictly than for staff.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience default 'resident')
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
  elsif not private.attempt(
    case v_role when 'reporter' then 'report_message' else 'report_message_by_staff' end, (select auth.uid())::text) then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;
