-- Merging duplicate cases: by the staff or by an outage (reports/outages.sql), and undoing it.

-- How long a fixed case is still shown to somebody who is about to report the same fault.
insert into private.periods (what, lasts) values ('similar_cases', '14 days');

-- The reporter and the followers of a case. Granted to nobody.
create function private.report_people(p_report_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select d.reporter_id from public.report_details d where d.report_id = p_report_id and d.reporter_id is not null
  union
  select f.person_id from public.report_followers f where f.report_id = p_report_id
$$;

-- Merges a locked case into another: its reporter and followers follow the other one from now on, and are notified once.
-- What they wrote stays in the case. Granted to nobody.
create function private.move_into(p_report public.reports, p_into public.reports, p_role public.report_actor) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.report_followers (report_id, person_id, merged_from)
  select p_into.id, p.person_id, p_report.id
  from private.report_people(p_report.id) p (person_id)
  where p.person_id is distinct from (select d.reporter_id from public.report_details d where d.report_id = p_into.id)
  on conflict do nothing;
  perform private.set_report_status(p_report, 'merged', p_role, null, null, p_into.id);
  perform private.write_report_event(p_into, p_role, 'merged_in');
end
$$;

-- The role in which I, as staff, merge this case; null for everybody else. Granted to nobody.
create function private.my_staff_role(p_block_id uuid) returns public.report_actor
language sql stable set search_path = '' as $$
  select case
    when private.has_role(p_block_id, '{landlord}') then 'landlord'
    when private.has_role(p_block_id, '{consultant}') then 'consultant'
  end::public.report_actor
$$;

create type public.merge_report_outcome as enum (
  'merged', 'unmerged', 'not_allowed', 'not_found', 'wrong_target', 'not_merged', 'target_merged'
);

-- Merges an open case into another of the same building: one of a common place, or of the same flat, so that nobody
-- sees another person's home. The target must not be withdrawn or merged itself.
-- Definer: locks and writes tables that no role may write.
-- API: authenticated
create function private.merge_report(p_report_id uuid, p_into_id uuid) returns public.merge_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_report public.reports;
  v_into public.reports;
  v_role public.report_actor;
begin
  -- In the order of their ids, so that two merges at once never wait for each other in a circle.
  perform from public.reports r where r.id in (p_report_id, p_into_id) order by r.id for update;
  select * into v_report from public.reports r where r.id = p_report_id;
  v_role := private.my_staff_role(v_report.block_id);
  if v_role is null then
    return case when v_report.id in (select private.my_report_ids()) or private.sees_as_neighbour(p_report_id)
      then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_into from public.reports r where r.id = p_into_id and r.block_id = v_report.block_id and r.id <> p_report_id;
  if not found or v_into.status in ('merged', 'withdrawn') or not (v_into.is_common or v_into.place_id = v_report.place_id) then
    return 'wrong_target';
  elsif not exists (
    select from public.report_transitions t where t.from_status = v_report.status and t.to_status = 'merged' and t.role = v_role
  ) then
    return 'not_allowed';
  end if;
  perform private.move_into(v_report, v_into, v_role);
  return 'merged';
end
$$;

-- Undoes a merge: the case gets its earlier status, and the followers it brought leave the other case. When that one was merged
-- as well, its merge must be undone first.
-- Definer: for the same reason as merge_report.
-- API: authenticated
create function private.unmerge_report(p_report_id uuid) returns public.merge_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_report public.reports;
  v_into public.reports;
  v_role public.report_actor;
  v_was public.report_events;
begin
  perform from public.reports r
  where r.id = p_report_id or r.id = (select m.merged_into from public.reports m where m.id = p_report_id)
  order by r.id for update;
  select * into v_report from public.reports r where r.id = p_report_id;
  v_role := private.my_staff_role(v_report.block_id);
  if v_role is null then
    return case when v_report.id in (select private.my_report_ids()) or private.sees_as_neighbour(p_report_id)
      then 'not_allowed' else 'not_found' end;
  elsif v_report.status <> 'merged' then
    return 'not_merged';
  end if;
  select * into v_into from public.reports r where r.id = v_report.merged_into;
  if v_into.status = 'merged' then
    return 'target_merged';
  end if;
  select * into v_was from public.report_events e
  where e.report_id = p_report_id and e.to_status = 'merged' order by e.id desc limit 1;
  update public.report_followers f set merged_from = o.id -- they came with another case as well
  from public.reports o
  where f.report_id = v_into.id and f.merged_from = p_report_id and o.merged_into = v_into.id and o.id <> p_report_id
    and f.person_id in (select private.report_people(o.id));
  delete from public.report_followers f where f.report_id = v_into.id and f.merged_from = p_report_id;
  perform private.set_report_status(v_report, v_was.from_status, v_role, null, (
    select e.waiting_for from public.report_events e
    where v_was.from_status = 'waiting' and e.report_id = p_report_id and e.to_status = 'waiting' and e.id < v_was.id order by e.id desc limit 1
  ));
  perform private.write_report_event(v_into, v_role, 'unmerged');
  return 'unmerged';
end
$$;
