-- DEMO DATA. The landlord's assignees, and some cases assigned to them.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

insert into public.report_assignees (id, name, kind) values
  (pg_temp.id('assignee/caretaker'), 'Vaktmesterlaget (demo)', 'person'),
  (pg_temp.id('assignee/lifts'), 'Demo Heis AS', 'contractor'),
  (pg_temp.id('assignee/pipes'), 'Demo Rør AS', 'contractor');

update public.report_assignments a
set assigned_at = r.status_changed_at, assignee_id = pg_temp.id('assignee/' || case
  when r.place_kind = 'lift' then 'lifts' when r.thing in ('leak', 'drain', 'washing_machine') then 'pipes' else 'caretaker' end)
from public.reports r
where r.id = a.report_id and r.status in ('in_progress', 'waiting');
