-- Jobs of cases: repeated notifications of cases that are past their expected time.

-- How often waiting people are told that a case is late.
insert into private.periods (what, lasts) values ('late_case', '7 days');

-- Adds an event once per period to each case past its expected time ("we are still working on it"), and notifies the reporter and
-- followers. At most 500 at a time. Returns how many.
-- Definer: writes cases of people, which the server may not read.
create function private.tell_late() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_report public.reports;
  v_count integer := 0;
begin
  for v_report in
    select r.* from public.reports r
    where r.is_open and r.expected_by < private.today() and (r.told_late_at is null or r.told_late_at <= now() - (select private.period('late_case')))
    order by r.expected_by, r.number limit 500 for update skip locked
  loop
    update public.reports r set told_late_at = now() where r.id = v_report.id;
    perform private.notify_report(
      v_report, 'report_late', private.write_report_event(v_report, 'system', 'still_working')::text, true);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
grant execute on function private.tell_late() to service_role;

-- Jobs of cases. Returns the numbers. Safe to run twice and by several servers at once.
create function public.run_report_jobs() returns jsonb
language sql set search_path = '' as $$ select jsonb_build_object('told_late', private.tell_late()) $$;
grant execute on function public.run_report_jobs() to service_role;
