-- Chasing: the consultant asks the landlord to hurry with a case.

-- How long until a case may be chased again.
insert into private.periods (what, lasts) values ('chase', '24 hours');

create type public.chase_report_outcome as enum ('chased', 'chased_today', 'not_open', 'not_allowed', 'not_found');

-- The consultant asks the landlord to hurry, at most once per period and case. That it happened is visible to everyone who sees
-- the case, the words are an internal note.
-- Definer: writes tables that no role may write.
-- API: authenticated
create function private.chase_report(p_report_id uuid, p_body text default null) returns public.chase_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_event_id bigint;
begin
  if not 'consultant' = any (v_roles) then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if not v_report.is_open then
    return 'not_open';
  elsif v_report.chased_at > now() - private.period('chase') then
    return 'chased_today';
  end if;
  update public.reports r set chased_at = now(), chase_count = r.chase_count + 1 where r.id = p_report_id;
  v_event_id := private.write_report_event(v_report, 'consultant', 'chased');
  if nullif(private.trimmed(p_body), '') is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'consultant', 'internal', p_body, v_event_id);
  end if;
  return 'chased';
end
$$;
