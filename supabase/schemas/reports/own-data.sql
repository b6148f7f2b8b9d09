-- What the portal keeps about me in cases, for the page of my own data (residents/own-data.sql).

-- A short description of a case, for lists of what I did. Granted to nobody.
create function private.case_words(p_report_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('number', r.number, 'building', b.name, 'place', p.name, 'thing', r.thing, 'case_status', r.status)
  from public.reports r join public.places p on p.id = r.place_id join public.blocks b on b.id = r.block_id
  where r.id = p_report_id
$$;

-- The cases I reported, with what I wrote in them and what was written to me. Without internal notes of the staff: they are
-- the landlord's working papers, and a request for them goes to the landlord. Granted to nobody.
create function private.my_case_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.case_words(r.id) || jsonb_build_object(
    'created_at', r.created_at, 'description', d.description, 'access', d.access, 'contact', d.contact,
    'photos', (select count(*) from public.report_photos f where f.report_id = r.id),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'written_by', m.author_role, 'body', m.body) order by m.created_at, m.id), '[]')
      from public.report_messages m where m.report_id = r.id and m.audience <> 'internal'),
    'questions', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', q.asked_at, 'body', q.body, 'answer', q.answer, 'chosen_time', t.starts_at)
        order by q.asked_at), '[]')
      from public.report_questions q
      left join public.report_question_times t on t.question_id = q.id and t.position = q.chosen_position
      where q.report_id = r.id)
  ) order by r.number), '[]')
  from public.report_details d join public.reports r on r.id = d.report_id
  where d.reporter_id = p_me
$$;

-- All of it, with my draft, and what I did in cases as staff. Granted to nobody.
create function private.my_reports_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'cases', private.my_case_data(p_me),
    'followed_cases', (
      select coalesce(jsonb_agg(private.case_words(f.report_id) || jsonb_build_object('created_at', f.created_at) order by f.created_at), '[]')
      from public.report_followers f where f.person_id = p_me),
    'case_objections', (
      select coalesce(jsonb_agg(private.case_words(o.report_id) || jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from public.report_objections o where o.person_id = p_me),
    'case_drafts', (
      select coalesce(jsonb_agg(jsonb_build_object('saved_at', d.saved_at, 'description', d.description, 'access', d.access, 'contact', d.contact)), '[]')
      from public.report_drafts d where d.person_id = p_me),
    'unsent_photos', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from storage.objects o where o.owner_id = p_me::text
        and not exists (select from public.report_photos f where f.path = o.name) and not private.is_space_photo_used(o.name)),
    'staff_case_acts', (
      select coalesce(jsonb_agg(private.case_words(e.report_id) || jsonb_build_object('acted_at', e.created_at) order by e.created_at, e.id), '[]')
      from public.report_event_actors a join public.report_events e on e.id = a.event_id where a.person_id = p_me),
    'case_handler', (
      select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'is_active', a.is_active)), '[]')
      from public.report_assignees a where a.person_id = p_me)
  )
$$;
