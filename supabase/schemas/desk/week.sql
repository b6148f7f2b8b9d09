-- The week of a building in figures, on the home page of the consultant's desk. What waits for a decision: desk/waiting.sql.

insert into private.periods (what, lasts) values ('desk_week', '7 days');

-- The last days of a building in figures, for its consultant; `late_cases` is the current number. Numbers only.
-- Definer: counts rows past their policies, after it has checked the role itself.
-- API: authenticated
create function private.desk_week(p_block_id uuid)
returns table (
  sign_ups integer, dates_held integer, people_came integer, cases_opened integer, cases_finished integer, late_cases integer,
  join_requests integer, new_members integer
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_from constant timestamptz := now() - private.period('desk_week');
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  return query
  with held as (
    select s.id from public.activity_sessions s join public.activities a on a.id = s.activity_id and a.status = 'published'
    where s.block_id = p_block_id and s.starts_at > v_from and s.starts_at <= now() and s.cancelled_at is null
  )
  select
    (select coalesce(sum(g.party_size), 0)::integer from public.signups g
      where g.block_id = p_block_id and g.created_at > v_from and g.status in ('signed_up', 'offered', 'waitlisted')),
    (select count(*)::integer from held),
    ((select coalesce(sum(c.present_count), 0) from held join public.attendances c on c.session_id = held.id)
      + (select coalesce(sum(h.heads), 0) from held join public.head_counts h on h.session_id = held.id))::integer,
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.is_open = any ('{true,false}') and r.created_at > v_from),
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.status in ('fixed', 'confirmed', 'closed') and r.status_changed_at > v_from),
    (select count(*)::integer from public.reports r
      where r.block_id = p_block_id and r.is_open and r.expected_by < private.today()),
    (select count(*)::integer from public.join_requests j
      where j.block_id = p_block_id and j.status = any ('{open,approved,declined}') and j.asked_at > v_from),
    (select count(distinct m.person_id)::integer from public.memberships m
      where m.block_id = p_block_id and m.role = 'resident' and m.ended_at is null and m.started_at > v_from);
end
$$;
