-- The part of the consultant's desk about cases: what waits for a decision (desk/waiting.sql).

-- How long after it was chased a late case does not appear at the desk.
insert into private.periods (what, lasts) values ('chased', '3 days');

-- `case` is for the consultant to forward; `late_case` is past its expected day and was not chased recently.
-- Cases that wait for the resident's answer are left out. Granted to nobody.
create function private.waiting_in_reports(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select w.kind, r.id, r.thing::text, null::text, d.description, null::text[], p.name, null::uuid, r.number,
    r.expected_by::timestamp at time zone 'Europe/Oslo', w.kind = 'case' and r.is_urgent, r.chase_count, w.since, w.cases,
    null::integer
  from (
    (
      select 'case'::public.waiting_kind as kind, c.id, c.status_changed_at as since, count(*) over ()::integer as cases
      from public.reports c
      where c.block_id = p_block_id and c.status in ('received', 'reopened') and not exists (
        select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.is_urgent desc, c.status_changed_at, c.id limit private.number('desk_kind')
    )
    union all
    (
      select 'late_case', c.id, (c.expected_by + 1)::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer
      from public.reports c
      where c.block_id = p_block_id and c.is_open and c.expected_by < private.today()
        and c.status not in ('received', 'reopened')
        and (c.chased_at is null or c.chased_at < now() - (select private.period('chased'))) and not exists (
          select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.expected_by, c.id limit private.number('desk_kind')
    )
  ) w
  join public.reports r on r.id = w.id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
$$;
