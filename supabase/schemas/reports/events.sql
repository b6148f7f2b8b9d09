-- The history of a case: what happened and in which role, which member of staff did it, and the trigger that keeps it unchanged.

-- In this order: of several roles of one person the first counts. A consultant who also reported the case writes as the consultant.
create type public.report_actor as enum ('landlord', 'consultant', 'reporter', 'neighbour', 'system');
create type public.report_event_kind as enum ('status', 'chased', 'still_working', 'merged_in', 'unmerged', 'assigned');

-- Append-only history; the first row of a case has no from_status. Its text, if any, is the message that refers to it.
create table public.report_events (
  id bigint generated always as identity primary key,
  report_id uuid not null,
  block_id uuid not null,
  kind public.report_event_kind not null default 'status',
  from_status public.report_status,
  to_status public.report_status,
  waiting_for public.report_wait,
  actor_role public.report_actor not null,
  created_at timestamptz not null default now(),
  unique (id, report_id),
  check ((kind = 'status') = (to_status is not null)),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_events_report_id_idx on public.report_events (report_id, block_id, created_at);
-- Changes by time, for Open311 (systems/open311.sql).
create index report_events_status_created_at_idx on public.report_events (created_at, id) where kind = 'status';
-- Answers of the staff, which the figures of a month count (figures/counting.sql).
create index report_events_answers_idx on public.report_events (block_id, created_at) include (report_id, to_status)
  where kind = 'status' and actor_role in ('landlord', 'consultant');
alter table public.report_events enable row level security;

-- Whoever sees the case: the policy of `reports` decides.
-- Assignments are visible to staff only.
create policy select_with_report on public.report_events for select to authenticated
  using (
    (kind <> 'assigned' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );
-- No insert, update or delete for any role, staff included: history is not corrected.
grant select on public.report_events to authenticated;

-- Which member of staff did it. Deleted with the account: the role stays.
create table public.report_event_actors (
  event_id bigint primary key references public.report_events on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  person_id uuid not null references public.people on delete cascade
);
create index report_event_actors_block_id_idx on public.report_event_actors (block_id);
create index report_event_actors_person_id_idx on public.report_event_actors (person_id);
alter table public.report_event_actors enable row level security;

create policy select_staff on public.report_event_actors for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));
-- No insert, update or delete: written with the event.
grant select on public.report_event_actors to authenticated;

-- History is not corrected: nobody changes or deletes it, staff and server included. People may have words deleted
-- (residents/forgetting.sql), never events.
create function private.tg_report_history__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_table_name = 'report_messages' and tg_op <> 'TRUNCATE' and private.may_forget() then
    return null;
  end if;
  raise exception 'table % is append-only', tg_table_name;
end
$$;
create trigger append_only before update or delete or truncate on public.report_events
  for each statement execute function private.tg_report_history__append_only();
create trigger append_only before update or delete or truncate on public.report_messages
  for each statement execute function private.tg_report_history__append_only();

-- Appends an event; for staff also records the person and logs it: the admin reads the log, not the case. Returns its id. Granted to nobody.
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
    perform private.log_act(p_report.block_id,
      case p_kind when 'status' then 'change_status' when 'chased' then 'chase' when 'still_working' then 'say_still_working'
        when 'merged_in' then 'merge_in' when 'unmerged' then 'unmerge' when 'assigned' then 'assign' end::public.audit_act,
      'report', p_report.id, jsonb_strip_nulls(jsonb_build_object('status', p_to)))
    where (select auth.uid()) is not null;
  end if;
  return v_id;
end
$$;

-- Queued for the landlord's systems: systems/webhooks.sql.
create trigger tell_systems after insert on public.report_events
  for each row when (new.kind = 'status') execute function private.tg_report_events__tell_systems();
-- The person is not corrected either.
create trigger append_only before update or delete on public.report_event_actors
  for each row execute function private.tg_trails__append_only();
create trigger no_truncate before truncate on public.report_event_actors
  for each statement execute function private.tg_trails__append_only();
