-- Assignees: the people and firms that the landlord can assign cases to, and the assignee of each case.

create type public.report_assignee_kind as enum ('person', 'contractor');

-- An assignee: somebody at the landlord's, or a firm. Never deleted, so that old cases keep theirs.
create table public.report_assignees (
  id uuid primary key,
  name text not null check (length(btrim(name)) >= 1 and length(name) <= 60),
  constraint name_is_a_line check (name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  kind public.report_assignee_kind not null,
  -- Their account with the landlord, if they have one.
  person_id uuid references public.people on delete set null,
  is_active boolean not null default true,
  check (person_id is null or kind = 'person')
);
create unique index report_assignees_name_idx on public.report_assignees (lower(btrim(name)));
create unique index report_assignees_person_id_idx on public.report_assignees (person_id);
alter table public.report_assignees enable row level security;

create policy select_staff on public.report_assignees for select to authenticated
  using (exists (select from private.my_block_ids('{consultant,landlord}')));
create policy insert_landlord on public.report_assignees for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy update_landlord on public.report_assignees for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
-- No delete: is_active is set to false instead.
grant select on public.report_assignees to authenticated;
grant insert (id, name, kind, person_id, is_active) on public.report_assignees to authenticated;
-- The id is granted too, because a row is saved as "insert or update".
grant update (id, name, kind, person_id, is_active) on public.report_assignees to authenticated;

-- The assignee of a case: one row per case from its creation, so that "nobody yet" has an index too. number, reported_at and
-- is_open are copies that this index is ordered by.
create table public.report_assignments (
  report_id uuid primary key,
  block_id uuid not null,
  number bigint not null,
  reported_at timestamptz not null,
  is_open boolean not null,
  assignee_id uuid references public.report_assignees on delete restrict,
  assigned_at timestamptz,
  check ((assignee_id is null) = (assigned_at is null)),
  unique (report_id, block_id),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);
create index report_assignments_queue_idx on public.report_assignments (assignee_id, is_open, reported_at, number) include (report_id);
-- The planner cannot use "is null" for an order as it can "= value".
create index report_assignments_nobody_idx on public.report_assignments (is_open, reported_at, number) include (report_id)
  where assignee_id is null;
alter table public.report_assignments enable row level security;

create policy select_staff on public.report_assignments for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));
-- No insert, update or delete: the row is made with the case, and assign_reports changes it.
grant select on public.report_assignments to authenticated;

-- Only the landlord's own people: a case cannot be assigned to a resident's account.
-- Definer: reads memberships, whoever saves.
create function private.tg_report_assignees__person() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.person_id is not null and not exists (
    select from public.memberships m where m.person_id = new.person_id and m.role = 'landlord' and m.ended_at is null
  ) then
    raise exception 'not an account of the landlord' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger person before insert or update of person_id on public.report_assignees
  for each row execute function private.tg_report_assignees__person();

-- Makes the row of a new case, and keeps is_open equal to that of the case. Definer: people who make or change a case may not write here.
create function private.tg_reports__assignment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into public.report_assignments (report_id, block_id, number, reported_at, is_open)
    values (new.id, new.block_id, new.number, new.created_at, new.is_open);
  elsif new.is_open <> old.is_open then
    update public.report_assignments a set is_open = new.is_open where a.report_id = new.id;
  end if;
  return null;
end
$$;
create trigger assignment after insert or update of status on public.reports
  for each row execute function private.tg_reports__assignment();

create type public.assign_report_outcome as enum ('assigned', 'unassigned', 'unchanged', 'wrong_assignee', 'not_allowed', 'not_found');

-- Assigns a case to somebody, or to nobody (null). The event and the name, an internal note, are visible to staff only.
-- Definer: writes tables that no role may write.
create function private.assign_report(p_report_id uuid, p_assignee_id uuid) returns public.assign_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_name text;
begin
  if not 'landlord' = any (v_roles) then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select a.name into v_name from public.report_assignees a where a.id = p_assignee_id and a.is_active;
  if not found and p_assignee_id is not null then
    return 'wrong_assignee';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  update public.report_assignments a
  set assignee_id = p_assignee_id, assigned_at = case when p_assignee_id is not null then now() end
  where a.report_id = p_report_id and a.assignee_id is distinct from p_assignee_id;
  if not found then
    return 'unchanged';
  end if;
  perform private.write_report_message(
    gen_random_uuid(), v_report, 'landlord', 'internal', coalesce(v_name, 'Ingen'),
    private.write_report_event(v_report, 'landlord', 'assigned'));
  return case when v_name is null then 'unassigned' else 'assigned' end;
end
$$;
grant execute on function private.assign_report(uuid, uuid) to authenticated;

-- Assigns many cases, each checked by itself, in the order of their ids, like change_reports_status.
create function public.assign_reports(report_ids uuid[], assignee_id uuid default null)
returns table (report_id uuid, outcome public.assign_report_outcome)
language sql set search_path = '' as $$
  select o.id, private.assign_report(o.id, assignee_id)
  from (select distinct id from unnest(report_ids[1:private.number('reports_at_once')]) id order by id) o
$$;
grant execute on function public.assign_reports(uuid[], uuid) to authenticated;

-- Direct writes of staff to this table are logged.
create trigger log_staff_change after insert or update on public.report_assignees for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('assignee');
