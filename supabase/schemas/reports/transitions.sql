-- Who may change the status of a case to what (report_transitions). The functions that follow it: status.sql, and followers.sql for neighbours.

create type public.report_status as enum (
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn', 'merged'
);

-- The allowed changes of status by role. A change without a row here is refused. merge_report and unmerge_report make those from and to
-- 'merged', object_report the neighbour's, change_report_status all others.
create table public.report_transitions (
  from_status public.report_status not null,
  to_status public.report_status not null,
  role public.report_actor not null,
  is_reason_required boolean not null default false,
  primary key (from_status, to_status, role)
);
insert into public.report_transitions (role, from_status, to_status, is_reason_required)
select 'landlord'::public.report_actor, f, t::public.report_status, t = 'closed'
from unnest('{received,forwarded,reopened}'::public.report_status[]) f,
  unnest('{in_progress,waiting,fixed,closed}'::text[]) t
union all values
  ('landlord'::public.report_actor, 'in_progress'::public.report_status, 'waiting'::public.report_status, false),
  ('landlord', 'in_progress', 'fixed', false),
  ('landlord', 'in_progress', 'closed', true),
  ('landlord', 'waiting', 'in_progress', false),
  -- To wait for something else than before.
  ('landlord', 'waiting', 'waiting', false),
  ('landlord', 'waiting', 'fixed', false),
  ('landlord', 'waiting', 'closed', true),
  ('consultant', 'received', 'forwarded', false),
  ('consultant', 'reopened', 'forwarded', false),
  ('reporter', 'fixed', 'confirmed', false),
  ('reporter', 'fixed', 'reopened', false),
  ('reporter', 'received', 'withdrawn', false),
  ('reporter', 'forwarded', 'withdrawn', false),
  ('reporter', 'in_progress', 'withdrawn', false),
  ('reporter', 'waiting', 'withdrawn', false),
  ('reporter', 'reopened', 'withdrawn', false),
  -- The appeal: once per case.
  ('reporter', 'closed', 'reopened', true),
  ('neighbour', 'fixed', 'reopened', false),
  ('neighbour', 'confirmed', 'reopened', false),
  -- A new report of an outage that is posted.
  ('system', 'received', 'merged', false);
insert into public.report_transitions (role, from_status, to_status)
select role, f, t
from unnest('{landlord,consultant}'::public.report_actor[]) role,
  unnest('{received,forwarded,in_progress,waiting,reopened}'::public.report_status[]) o,
  lateral (values (o, 'merged'::public.report_status), ('merged'::public.report_status, o)) change (f, t);
alter table public.report_transitions enable row level security;

-- Changed by migrations only.
create policy select_all on public.report_transitions for select to authenticated using (true);
grant select on public.report_transitions to authenticated;
