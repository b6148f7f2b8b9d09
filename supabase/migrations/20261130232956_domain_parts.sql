set check_function_bodies = off;

-- What the queue shows. is_open: true, false, or null for all; reported_before: at the latest then; expected_before: by an earlier day
-- than that; of the rest null or false means whatever it is.
create type private.report_queue_filter as (
  block_id uuid, is_open boolean, status public.report_status, thing public.report_thing, reported_before timestamptz, expected_before date,
  is_urgent boolean, is_awaiting boolean, assignee_id uuid, is_unassigned boolean, number bigint
);

DROP POLICY "select_staff" ON "public"."audit_entries";

DROP POLICY "insert_admin" ON "public"."blocks";

DROP POLICY "select_staff" ON "public"."join_codes";

DROP POLICY "select_self_or_staff" ON "public"."memberships";

DROP POLICY "select_visible" ON "public"."places";

DROP INDEX "public"."signups_block_created_idx";

DROP FUNCTION "private"."address_of"(uuid, public.outbox_channel);

DROP FUNCTION "private"."forget_cases"(uuid, text[]);

DROP FUNCTION "private"."forget_ideas"(uuid, text[]);

DROP FUNCTION "private"."forget_in_log"(uuid, text[]);

DROP FUNCTION "private"."is_admin"();

DROP FUNCTION "private"."is_space_photo_used"(text);

DROP FUNCTION "private"."my_flat_ids"();

DROP FUNCTION "private"."my_ideas_data"(uuid);

DROP FUNCTION "private"."my_message_data"(uuid);

DROP FUNCTION "private"."my_pulse_data"(uuid);

DROP FUNCTION "private"."my_staff_data"(uuid);

DROP FUNCTION "private"."waiting_cases"(uuid);

DROP FUNCTION "private"."waiting_flags"(uuid);

DROP FUNCTION "private"."waiting_own"(uuid);

DROP FUNCTION "private"."waiting_people"(uuid);

-- Where an e-mail or an SMS to somebody goes; null: nowhere. For push: that there is a browser. Names that are no address
-- (accounts without e-mail) end in `.invalid`. Definer: reads what only its owner may.
create function private.address_of(p_person_id uuid, p_channel public.outbox_channel) returns text
language sql stable security definer set search_path = '' as $$
  select case p_channel
    when 'email' then (
      select u.email::text from auth.users u where u.id = p_person_id and u.email like '%_@_%' and u.email not like '%.invalid'
    )
    when 'sms' then (
      select m.phone from public.message_phones m where m.person_id = p_person_id and m.confirmed_at is not null
    )
    else (select 'push' from public.push_subscriptions s where s.person_id = p_person_id limit 1) end
$$;

-- What waits for the consultant of a building: danger first, then what somebody waits for, then what is the consultant's own;
-- the oldest first in each. At most so many of a kind and in all, with how many there are. Nobody else gets a row.
-- Definer: asks for the role once instead of in every row's policy; reads who voted on paper and was not reached, to say that there is some.
create or replace function private.desk_waiting(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  -- Several domains may have things of one kind (drafts): the first of each part brings its count.
  return query
  with things as (
    select (p.thing).*, row_number() over (partition by (p.thing).kind, p.part) = 1 as is_first_of_part from private.waiting_parts(p_block_id) p
  ), counted as (
    select t.*, row_number() over (partition by t.kind order by t.since, t.id) as position,
      sum(t.kind_count) filter (where t.is_first_of_part) over (partition by t.kind)::integer as of_kind,
      sum(t.kind_count) filter (where t.is_first_of_part) over ()::integer as of_all
    from things t
  )
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, w.place, w.parent_id, w.number, w.due_at, w.is_urgent, w.amount,
    w.since, w.of_kind, w.of_all
  from counted w
  where w.position <= private.number('desk_kind')
  order by not (w.kind = 'case' and w.is_urgent), w.kind in ('closing', 'unreached', 'draft'), w.since, w.id
  limit private.number('desk_things');
end
$$;

-- The cases that one of these filters leaves, when that is at most p_most; null when each of them leaves more. By date some have an index
-- that holds the order as well: they need not be few. Each question is planned for its values, so that what is not asked drops out.
-- Granted to nobody.
create function private.few_in_report_queue(p_filter private.report_queue_filter, p_is_by_date boolean, p_most integer) returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_has_order boolean := p_is_by_date and p_filter.is_open is not null;
  v_ids uuid[];
begin
  if p_filter.number is not null then
    return array(select r.id from public.reports r where r.number = p_filter.number);
  end if;
  if p_filter.is_unassigned and not v_has_order then
    v_ids := array(select a.report_id from public.report_assignments a
      where a.assignee_id is null and (p_filter.is_open is null or a.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  elsif p_filter.assignee_id is not null and not v_has_order then
    v_ids := array(select a.report_id from public.report_assignments a
      where a.assignee_id = p_filter.assignee_id and (p_filter.is_open is null or a.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.is_awaiting then
    v_ids := array(select d.report_id from public.report_details d where d.asked_at is not null limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.expected_before is not null then
    v_ids := array(select r.id from public.reports r
      where r.is_open and coalesce(r.expected_by, date '9999-12-31') < p_filter.expected_before limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.is_urgent and p_filter.is_open then
    v_ids := array(select r.id from public.reports r where r.is_open and r.is_urgent limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.thing is not null then
    v_ids := array(select r.id from public.reports r
      where r.thing = p_filter.thing and (p_filter.is_open is null or r.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.status is not null and not p_is_by_date then
    v_ids := array(select r.id from public.reports r where r.status = p_filter.status limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  if p_filter.block_id is not null and not v_has_order then
    v_ids := array(select r.id from public.reports r
      where r.block_id = p_filter.block_id and (p_filter.is_open is null or r.is_open = p_filter.is_open) limit p_most + 1);
    if cardinality(v_ids) <= p_most then return v_ids; end if;
  end if;
  return null;
end
$$;

-- Of an account that is deleted (residents/deletion.sql): sign-ups and hosting. Granted to nobody.
create function private.forget_in_activities(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.forget_signups_of(p_person_id);
  perform private.forget_hosting(p_person_id, p_words);
end
$$;

-- What staff and neighbours said about this person's things stays, without the person's names: reasons in the audit log, of flags,
-- edits and pauses, appeals, and words as they were before an edit. Granted to nobody.
create function private.forget_in_moderation(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_things uuid[] := array(select private.things_by(p_person_id));
begin
  update public.audit_entries a set
    reason = private.masked(a.reason, private.words_before(p_person_id, p_words, a.acted_at)),
    subject_id = case when a.subject_id = p_person_id then '00000000-0000-0000-0000-000000000000' else a.subject_id end
  where a.subject_id = p_person_id or a.reason is not null and (a.subject_id = any (v_things) or a.subject_id in (
    select m.id from public.memberships m where m.person_id = p_person_id
    union all select r.id from public.join_requests r where r.person_id = p_person_id
    union all select d.report_id from public.report_details d where d.reporter_id = p_person_id
  ));
  update public.flags f set reason = private.masked(f.reason, private.words_before(p_person_id, p_words, f.created_at))
  where f.flagged_by = p_person_id or f.thing_id = any (v_things);
  update public.edits e set reason = private.masked(e.reason, private.words_before(p_person_id, p_words, e.edited_at)) where e.thing_id = any (v_things);
  update public.edit_texts x set
    old_title = private.masked(x.old_title, private.words_before(p_person_id, p_words, e.edited_at)),
    old_body = private.masked(x.old_body, private.words_before(p_person_id, p_words, e.edited_at)),
    old_parts = array(select private.masked(w.part, private.words_before(p_person_id, p_words, e.edited_at))
      from unnest(x.old_parts) with ordinality w (part, nr) order by w.nr)
  from public.edits e where e.id = x.edit_id and x.thing_id = any (v_things);
  update public.appeals y set body = private.masked(y.body, p_words), answer = private.masked(y.answer, p_words)
  where y.thing_id = any (v_things);
  update public.pauses s set reason = private.masked(s.reason, private.words_before(p_person_id, p_words, s.started_at))
  where s.id in (select w.pause_id from private.paused_people w where w.person_id = p_person_id);
end
$$;

-- Questions that neighbours have seen stay, without names. Granted to nobody.
create function private.forget_in_polls(p_person_id uuid, p_words text[]) returns void
language sql set search_path = '' as $$
  update public.poll_questions q set
    body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words), hidden_reason = private.masked(q.hidden_reason, p_words)
  where q.id in (select a.question_id from public.poll_question_authors a where a.person_id = p_person_id)
$$;

-- What neighbours have seen stays as by "en beboer", without alias and names; what only the author and the consultant have seen goes.
-- The proposals are locked (lock_in_proposals). Granted to nobody.
create function private.forget_in_proposals(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id);
begin
  delete from public.proposals p where p.id = any (v_ids) and p.status in ('pending', 'declined', 'withdrawn');
  update public.proposals p set
    alias = null, title = private.masked(p.title, p_words), body = private.masked(p.body, p_words),
    answer = private.masked(p.answer, p_words), hidden_reason = private.masked(p.hidden_reason, p_words),
    check_reason = private.masked(p.check_reason, p_words)
  where p.id = any (v_ids);
  update public.proposal_messages m set body = private.masked(m.body, p_words) where m.proposal_id = any (v_ids);
  update public.proposal_photos f set alternative_text = private.masked(f.alternative_text, p_words) where f.proposal_id = any (v_ids);
  update public.proposal_comments c set
    alias = null, body = private.masked(c.body, p_words), hidden_reason = private.masked(c.hidden_reason, p_words)
  where c.id in (select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id);
end
$$;

-- Cases: of a flat see forget_flat_cases; of common places the words and pictures stay, for the fault is everybody's, without the
-- reporter, the contact and the names in them. Somebody who handled cases keeps no name. The cases are locked
-- (lock_in_reports). Granted to nobody.
create function private.forget_in_reports(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select d.report_id from public.report_details d where d.reporter_id = p_person_id);
  v_flat_ids uuid[] := array(select r.id from public.reports r where r.id = any (v_ids) and not r.is_common);
begin
  perform private.forget_flat_cases(v_flat_ids, p_words, false);
  update public.report_details d set description = private.masked(d.description, p_words), reporter_id = null
  where d.reporter_id = p_person_id;
  update public.report_messages m set body = private.masked(m.body, p_words) where m.report_id = any (v_ids);
  update public.report_questions q set body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words)
  where q.report_id = any (v_ids);
  insert into private.photo_moves (path_from, path_to)
  select o.name, case when exists (select from public.report_photos f where f.path = o.name)
    then gen_random_uuid() || '/' || split_part(o.name, '/', 2) end
  from storage.objects o
  where o.bucket_id = 'report-photos' and o.name like p_person_id || '/%'
  on conflict (path_from) do nothing;
  update public.report_assignees a set name = 'Sluttet ' || left(a.id::text, 8), is_active = false where a.person_id = p_person_id;
end
$$;

-- Numbers that were never confirmed. Answers how many. Granted to nobody.
create function private.forget_old_in_messages() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    delete from public.message_phones m where m.confirmed_at is null and m.asked_at < now() - (select private.keep('unconfirmed_phones'))
    returning m.person_id
  )
  select jsonb_build_object('forgotten_unconfirmed_phones', count(*)) from forgotten
$$;

-- Old rows: who flagged, and, last, acts of the staff. Answers how many of each; the caller has begun forgetting. Granted to nobody.
create function private.forget_old_in_moderation() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_flaggers integer;
  v_acts integer;
begin
  update public.flags f set flagged_by = null where f.resolved_at < now() - (select private.keep('flaggers')) and f.flagged_by is not null;
  get diagnostics v_flaggers = row_count;
  delete from public.audit_entries a where a.id in (
    select o.id from public.audit_entries o where o.acted_at < now() - (select private.keep('audit_entries')) limit 5000 for update skip locked);
  get diagnostics v_acts = row_count;
  return jsonb_build_object('forgotten_flaggers', v_flaggers, 'forgotten_audit_entries', v_acts);
end
$$;

-- Old notifications, at most 5000 at a time. Answers how many. Granted to nobody.
create function private.forget_old_in_notifications() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    delete from public.notifications n where n.id in (
      select o.id from public.notifications o where o.created_at < now() - (select private.keep('notifications')) limit 5000 for update skip locked)
    returning n.id
  )
  select jsonb_build_object('forgotten_notifications', count(*)) from forgotten
$$;

-- Who was on the list of a vote that closed long ago. Answers how many. Granted to nobody.
create function private.forget_old_in_polls() returns jsonb
language sql set search_path = '' as $$
  with forgotten as (
    update private.electors e set person_id = null from public.polls p
    where p.id = e.poll_id and e.person_id is not null and coalesce(p.closed_at, p.stopped_at) < now() - (select private.keep('electors'))
    returning e.poll_id
  )
  select jsonb_build_object('forgotten_electors', count(*)) from forgotten
$$;

-- Old ways in: slips, requests that were decided or that nobody decided, and memberships that ended. Who was locked out stays so until the
-- consultant lifts it. Answers how many of each. Granted to nobody.
create function private.forget_old_in_residents() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_slips integer;
  v_requests integer;
  v_memberships integer;
begin
  delete from private.sign_in_slips s where s.expires_at < now() - (select private.keep('sign_in_slips'));
  get diagnostics v_slips = row_count;
  delete from public.join_requests r where coalesce(r.decided_at, r.asked_at) < now() - (select private.keep('join_requests'));
  get diagnostics v_requests = row_count;
  delete from public.memberships m where m.ended_at < now() - (select private.keep('memberships')) and m.blocked_at is null;
  get diagnostics v_memberships = row_count;
  return jsonb_build_object('forgotten_sign_in_slips', v_slips, 'forgotten_join_requests', v_requests, 'forgotten_memberships', v_memberships);
end
$$;

-- Old rows, a line for each domain (forget_old_in_…), the acts of the staff last. Answers how many of each.
-- Definer: deletes what nobody may, and is one that forgets.
create or replace function private.forget_old_rows() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_counts jsonb;
begin
  perform private.begin_forgetting();
  v_counts := private.forget_old_in_residents()
    || private.forget_old_in_messages()
    || private.forget_old_in_notifications()
    || private.forget_old_in_polls()
    || private.forget_old_in_moderation();
  perform private.end_forgetting();
  return v_counts;
end
$$;

-- Whether I hold the admin role (adds buildings, appoints consultants; sees no cases, votes or sign-ups).
-- Definer for the same reason as my_block_ids.
create function private.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'admin' and (select private.session_gate()) = 'open'
  )
$$;

-- Whether something points to this file. A table that keeps such pictures adds a line. Granted to nobody.
create function private.is_space_photo_used(p_path text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.proposal_photos p where p.path = p_path)
    or exists (select from public.follow_up_photos p where p.path = p_path)
    or exists (select from public.notice_photos p where p.path = p_path)
$$;

-- One page of the queue. The roles are asked once, not per row and policy.
--
-- No filter makes it slow. Where one of the filters leaves at most v_window cases, those are sorted and that is the answer.
-- Else it walks the index of the order and looks at no more than v_window cases: when that was not enough for a page, the last
-- row has no id, only the place (sort_value, number) where the next page goes on.
--
-- p_is_open: true, or null for all. p_after_value null means the case with p_after_number as it is now. p_is_back walks the other
-- way. 'affected' and 'deadline' are orders of open cases. The landlord sees all buildings, a consultant gives theirs.
-- Definer: reads cases past their policies, after it has asked for the role itself.
create or replace function private.list_report_queue(
  p_sort public.report_sort, p_block_id uuid, p_is_open boolean, p_status public.report_status, p_thing public.report_thing,
  p_min_days integer, p_is_late boolean, p_is_urgent boolean, p_is_awaiting boolean, p_assignee_id uuid, p_is_unassigned boolean,
  p_number bigint, p_after_value bigint, p_after_number bigint, p_is_back boolean, p_max_rows integer
) returns setof public.report_queue_row
language plpgsql stable security definer set search_path = ''
  -- The columns of a filter depend on each other, so the planner guesses too few rows and sorts thousands: it is to walk.
  set enable_bitmapscan = off set enable_seqscan = off set enable_sort = off set jit = off as $$
declare
  v_max integer := least(greatest(p_max_rows, 1), 500);
  -- A download asks for hundreds of rows: it may look further at once.
  v_window integer := case when v_max > 100 then 20000 else 1000 end;
  v_open boolean := case when p_is_open or p_is_late then true
    when p_status is not null then p_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') end;
  v_sort public.report_sort := case when p_sort in ('affected', 'deadline') and v_open is not true then 'oldest' else p_sort end;
  v_is_by_date boolean := v_sort in ('oldest', 'newest');
  v_is_down boolean := (v_sort in ('newest', 'changed', 'affected')) <> p_is_back;
  v_filter private.report_queue_filter := row(p_block_id, v_open, p_status, p_thing, now() - make_interval(days => p_min_days),
    case when p_is_late then private.today() end, p_is_urgent, p_is_awaiting, p_assignee_id, p_is_unassigned, p_number);
  v_walk private.report_queue_filter;
  v_few uuid[];
  v_from text := 'public.reports r';
  v_key text := case v_sort when 'changed' then 'r.status_changed_at' when 'affected' then 'r.affected_count'
    when 'deadline' then 'coalesce(r.expected_by, date ''9999-12-31'')' else 'r.created_at' end;
  v_number text := 'r.number';
  v_reported_at text := 'r.created_at';
  v_after_key text := case v_sort when 'affected' then '$4' when 'deadline' then 'date ''1970-01-01'' + least(greatest($4, 0), 2932896)::integer'
    else 'timestamptz ''epoch'' + $4 * interval ''1 microsecond''' end;
  v_after_value bigint := p_after_value;
  v_id uuid;
  v_is_match boolean;
  v_end public.report_queue_row;
  v_seen integer := 0;
  v_ids uuid[] := '{}';
begin
  if not exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null
      and (m.role = 'landlord' or (m.role = 'consultant' and m.block_id = p_block_id))
  ) then
    return;
  end if;
  if v_after_value is null and p_after_number is not null then
    v_after_value := (select private.report_queue_value(r, v_sort) from public.reports r where r.number = p_after_number);
  end if;

  v_few := private.few_in_report_queue(v_filter, v_is_by_date, v_window);
  if v_few is not null then
    v_walk.is_open := v_open;
    v_from := '(select * from public.reports q where q.id = any ($3) offset 0) r';
  else
    v_walk := private.walk_of_report_queue(v_filter, v_is_by_date);
    if v_walk.assignee_id is not null or v_walk.is_unassigned then
      v_from := 'public.report_assignments a join public.reports r on r.id = a.report_id and a.is_open = ($2).is_open
        and case when ($2).is_unassigned then a.assignee_id is null else a.assignee_id = ($2).assignee_id end';
      v_key := 'a.reported_at';
      v_number := 'a.number';
      v_reported_at := 'a.reported_at';
    end if;
  end if;

  -- $1 is the filter, $2 what the walk goes by: their values are known when it is planned, so what is null drops out. What is written into
  -- the query is chosen above and never comes from outside.
  for v_id, v_is_match in execute format(
    $q$
      select r.id,
        (($1).block_id is null or r.block_id = ($1).block_id) and (($1).status is null or r.status = ($1).status)
        and (($1).thing is null or r.thing = ($1).thing) and (($1).reported_before is null or r.created_at <= ($1).reported_before)
        and (($1).expected_before is null or r.expected_by < ($1).expected_before) and (not ($1).is_urgent or r.is_urgent)
        and (not ($1).is_awaiting or (select d.asked_at from public.report_details d where d.report_id = r.id) is not null)
        and (not ($1).is_unassigned or (select a.assignee_id is null from public.report_assignments a where a.report_id = r.id))
        and (($1).is_unassigned or ($1).assignee_id is null
          or (select a.assignee_id = ($1).assignee_id from public.report_assignments a where a.report_id = r.id))
        and (($1).number is null or r.number = ($1).number) as is_match
      from %1$s
      where (($2).block_id is null or r.block_id = ($2).block_id)
        and (($2).is_open is null or r.is_open = ($2).is_open)
        and (($2).status is null or r.status = ($2).status)
        and (($2).thing is null or r.thing = ($2).thing)
        and (($2).is_urgent is null or r.is_urgent)
        and (($2).reported_before is null or %7$s <= ($2).reported_before)
        and ($4 is null or (%2$s, %3$s) %4$s (%5$s, $5))
      order by %2$s %6$s, %3$s %6$s
      limit $6
    $q$,
    v_from, v_key, v_number, case when v_is_down then '<' else '>' end, v_after_key, case when v_is_down then 'desc' else 'asc' end, v_reported_at
  ) using v_filter, v_walk, v_few, v_after_value, p_after_number, v_window
  loop
    v_seen := v_seen + 1;
    if v_is_match then
      v_ids := v_ids || v_id;
      exit when cardinality(v_ids) = v_max;
    end if;
  end loop;

  return query
  select r.id, r.number, b.id, b.slug, b.name, p.name, p.kind, r.is_common, r.thing, r.status, r.is_open, r.is_urgent, r.waiting_for,
    r.expected_by, r.affected_count, r.created_at, r.status_changed_at, d.asked_at, r.chase_count, s.name, private.report_queue_value(r, v_sort)
  from unnest(v_ids) with ordinality f (id, position)
  join public.reports r on r.id = f.id
  join public.blocks b on b.id = r.block_id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
  left join public.report_assignments a on a.report_id = r.id
  left join public.report_assignees s on s.id = a.assignee_id
  order by f.position;
  if v_seen = v_window and v_few is null and cardinality(v_ids) < v_max then
    select r.number, private.report_queue_value(r, v_sort) into v_end.number, v_end.sort_value from public.reports r where r.id = v_id;
    return next v_end;
  end if;
end
$$;

-- Locks the proposals that somebody made or commented on, before any of them is changed. Granted to nobody.
create function private.lock_in_proposals(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from public.proposals p
  where p.id in (
    select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
    union select c.proposal_id from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      where a.person_id = p_person_id
  ) order by p.id for update;
end
$$;

-- Locks the cases that somebody reported or follows, before any of them is changed. Granted to nobody.
create function private.lock_in_reports(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from public.reports r
  where r.id in (
    select d.report_id from public.report_details d where d.reporter_id = p_person_id
    union select f.report_id from public.report_followers f where f.person_id = p_person_id
  ) order by r.id for update;
end
$$;

-- What I signed up for, host and wrote to those who come, and the link of my calendar. Granted to nobody.
create function private.my_activities_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'signups', (
      select coalesce(jsonb_agg(jsonb_build_object('title', a.title, 'signup_status', s.status, 'party_size', s.party_size,
        'created_at', s.created_at, 'signed_up_at', s.signed_up_at, 'ended_at', s.ended_at,
        'came', (select sum(c.present_count) from public.attendances c where c.signup_id = s.id),
        'steps', (select jsonb_agg(jsonb_build_object('created_at', e.created_at, 'signup_status', e.status, 'signup_reason', e.reason) order by e.id)
          from public.signup_events e where e.signup_id = s.id)
      ) order by s.created_at), '[]')
      from public.signups s join public.activities a on a.id = s.activity_id where s.person_id = p_me),
    'hosted_activities', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', a.created_at, 'title', a.title, 'body', a.body, 'host', a.host,
        'activity_status', a.status) order by a.created_at), '[]')
      from public.activity_hosts h join public.activities a on a.id = h.activity_id where h.person_id = p_me),
    'sent_activity_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'title', x.title, 'body', m.body, 'hidden_reason', m.hidden_reason)
        order by m.created_at), '[]')
      from public.activity_message_authors a join public.activity_messages m on m.id = a.message_id
      join public.activities x on x.id = m.activity_id where a.person_id = p_me),
    'calendar_link', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', l.created_at)), '[]') from public.calendar_links l where l.person_id = p_me)
  )
$$;

-- Everything, as one object: of each kind a list of rows. A line for each domain: whoever adds a table that names a person adds it in
-- the own-data.sql of its domain, or says in tests/db/my-data.test.ts why not.
-- Definer: reads every table that holds something of the caller; `p_me` is never an argument of whoever asks.
create or replace function private.my_data() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if private.account_state() = 'none' then
    return null;
  end if;
  return private.my_residents_data(v_me)
    || private.my_activities_data(v_me)
    || private.my_reports_data(v_me)
    || private.my_proposals_data(v_me)
    || private.my_polls_data(v_me)
    || private.my_notices_data(v_me)
    || private.my_notifications_data(v_me)
    || private.my_messages_data(v_me)
    || private.my_moderation_data(v_me)
    || private.my_figures_data(v_me);
end
$$;

-- That I have answered the pulse, found again by the hash of the month; never what. Granted to nobody.
create function private.my_figures_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'pulse_answers', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'month', k.month) order by k.month), '[]')
      from private.pulse_months h join private.pulse_marks k on k.block_id = h.block_id and k.month = h.month
        and k.mark = sha256(h.salt || convert_to(p_me::text, 'UTF8'))
      join public.blocks b on b.id = h.block_id)
  )
$$;

-- The flats I live in right now; none in a session that has ended. Definer for the same reason as my_block_ids.
create function private.my_flat_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.flat_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.flat_id is not null and not private.session_has_ended()
$$;

-- How I am told outside the portal, and what was sent. Granted to nobody.
create function private.my_messages_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'message_settings', (
      select coalesce(jsonb_agg(jsonb_build_object('email_topics', s.email_topics, 'push_topics', s.push_topics, 'sms_topics', s.sms_topics,
        'rhythm', s.rhythm, 'quiet_from', s.quiet_from, 'quiet_to', s.quiet_to)), '[]')
      from public.message_settings s where s.person_id = p_me),
    'phones', (
      select coalesce(jsonb_agg(jsonb_build_object('phone', m.phone, 'asked_at', m.asked_at, 'confirmed_at', m.confirmed_at,
        'check_expires_at', c.expires_at)), '[]')
      from public.message_phones m left join private.phone_checks c on c.person_id = m.person_id where m.person_id = p_me),
    'push_devices', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'endpoint', s.endpoint) order by s.created_at), '[]')
      from public.push_subscriptions s where s.person_id = p_me),
    'sent_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at, 'channel', o.channel, 'sending', o.status,
        'finished_at', o.finished_at) order by o.created_at), '[]')
      from public.outbox_messages o where o.person_id = p_me)
  )
$$;

-- What was changed and said of what I wrote, what I flagged, when I was paused, and what I did as one of the staff. Granted to nobody.
create function private.my_moderation_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'texts_changed', (
      select coalesce(jsonb_agg(jsonb_build_object('edited_at', e.edited_at, 'title', x.old_title,
        'body', concat_ws(E'\n\n', x.old_body, (
          select string_agg(regexp_replace(w.part, '^[^\n]*\n', ''), E'\n\n' order by w.nr) from unnest(x.old_parts) with ordinality w (part, nr))),
        'reason', e.reason)
        order by e.edited_at), '[]')
      from public.edit_texts x join public.edits e on e.id = x.edit_id where x.thing_id in (select private.things_by(p_me))),
    'flags', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', f.created_at, 'reason', f.reason, 'verdict', f.verdict) order by f.created_at), '[]')
      from public.flags f where f.flagged_by = p_me),
    'appeals', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', y.appealed_at, 'body', y.body, 'answer', y.answer) order by y.appealed_at), '[]')
      from public.appeals y where y.thing_id in (select private.things_by(p_me))),
    'pauses', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'started_at', s.started_at, 'ended_at', coalesce(s.lifted_at, s.ends_at),
        'reason', s.reason) order by s.started_at), '[]')
      from private.paused_people w join public.pauses s on s.id = w.pause_id join public.blocks b on b.id = s.block_id
      where w.person_id = p_me),
    'staff_acts', (
      select coalesce(jsonb_agg(jsonb_build_object('acted_at', a.acted_at, 'role', a.actor_role, 'act', a.act, 'subject_kind', a.subject_kind,
        'reason', a.reason) order by a.acted_at), '[]')
      from public.audit_entries a where a.actor_id = p_me)
  )
$$;

-- What I read, and whether I read for a family. Granted to nobody.
create function private.my_notices_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'family_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('joined_at', f.joined_at)), '[]') from public.family_readers f where f.person_id = p_me),
    -- Found again by the hash, as long as it is kept.
    'read_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('title', n.title) order by n.published_at), '[]')
      from private.notice_salts s join public.notices n on n.id = s.notice_id
      join private.notice_readers r on r.notice_id = s.notice_id
        and r.reader_hash = sha256(s.salt || convert_to(p_me::text, 'UTF8')))
  )
$$;

-- What I was told, and how it waits to be sent. Granted to nobody.
create function private.my_notifications_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'notifications', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', n.created_at, 'notification_kind', n.kind, 'building', b.name,
        'waits_to_be_sent_by', (select array_agg(distinct d.channel) from private.deliveries d where d.notification_id = n.id and d.message_id is null)
      ) order by n.created_at), '[]')
      from public.notifications n join public.blocks b on b.id = n.block_id where n.person_id = p_me)
  )
$$;

-- What I asked, and where I may vote. Granted to nobody.
create function private.my_polls_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'poll_questions', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', q.created_at, 'title', p.title, 'body', q.body, 'answer', q.answer,
        'hidden_reason', q.hidden_reason) order by q.created_at), '[]')
      from public.poll_question_authors a join public.poll_questions q on q.id = a.question_id
      join public.polls p on p.id = q.poll_id where a.person_id = p_me),
    -- That I or my flat may vote and whether the vote is used. Never what was voted: that is tied to nobody.
    'votes', (
      select coalesce(jsonb_agg(jsonb_build_object('title', p.title, 'flat', f.name, 'is_used', e.used_on is not null)
        order by p.created_at, f.name), '[]')
      from private.electors e join public.polls p on p.id = e.poll_id left join public.places f on f.id = e.flat_id
      where e.person_id = p_me or e.flat_id in (
        select m.flat_id from public.memberships m where m.person_id = p_me and m.ended_at is null))
  )
$$;

-- What I proposed, supported and said. Granted to nobody.
create function private.my_proposals_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'proposals', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'created_at', p.created_at, 'title', p.title, 'body', p.body, 'alias', p.alias, 'proposal_status', p.status,
        'rough_cost_nok', p.rough_cost_nok, 'answer', p.answer, 'hidden_reason', p.hidden_reason, 'photo', f.alternative_text,
        'messages', (
          select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'is_from_staff', m.is_from_staff, 'body', m.body)
            order by m.created_at, m.id), '[]')
          from public.proposal_messages m where m.proposal_id = p.id)
      ) order by p.created_at), '[]')
      from public.proposal_authors a join public.proposals p on p.id = a.proposal_id
      left join public.proposal_photos f on f.proposal_id = p.id
      where a.person_id = p_me),
    'supported_proposals', (
      select coalesce(jsonb_agg(jsonb_build_object('title', case when p.hidden_at is null then p.title end) order by p.created_at), '[]')
      from public.proposal_supporters s join public.proposals p on p.id = s.proposal_id where s.person_id = p_me),
    'comments', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'title', case when p.hidden_at is null then p.title end,
        'body', c.body, 'alias', c.alias,
        'hidden_reason', c.hidden_reason) order by c.created_at), '[]')
      from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      join public.proposals p on p.id = c.proposal_id where a.person_id = p_me)
  )
$$;

-- All of it, with what is not sent yet, and what I did in cases as one of the staff. Granted to nobody.
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

-- My account, where I live, and the codes I made. Granted to nobody.
create function private.my_residents_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'account', (
      select jsonb_agg(jsonb_build_object('id', u.id,
        'email', case when u.email not like '%@bruker.invalid' then u.email end,
        'user_name', case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end,
        'display_name', p.display_name, 'language', p.locale, 'has_password', private.account_state() = 'with_password',
        'created_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at))
      from auth.users u left join public.people p on p.id = u.id where u.id = p_me),
    'sign_ins', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'device', to_jsonb(s) -> 'user_agent',
        'network_address', to_jsonb(s) -> 'ip') order by s.created_at), '[]')
      from auth.sessions s where s.user_id = p_me),
    'memberships', (
      select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'building', b.name, 'flat', f.name, 'started_at', m.started_at,
        'ended_at', m.ended_at, 'blocked_at', m.blocked_at) order by m.started_at, m.id), '[]')
      from public.memberships m left join public.blocks b on b.id = m.block_id left join public.places f on f.id = m.flat_id
      where m.person_id = p_me),
    'join_requests', (
      select coalesce(jsonb_agg(jsonb_build_object('asked_at', r.asked_at, 'building', b.name, 'display_name', r.display_name,
        'flat', r.flat_text, 'request_status', r.status, 'decided_at', r.decided_at) order by r.asked_at), '[]')
      from public.join_requests r join public.blocks b on b.id = r.block_id where r.person_id = p_me),
    'sign_in_slips', (
      select coalesce(jsonb_agg(jsonb_build_object('expires_at', s.expires_at, 'used_at', s.used_at) order by s.expires_at), '[]')
      from private.sign_in_slips s join public.memberships m on m.id = s.membership_id where m.person_id = p_me),
    'codes_made', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'role', c.role) order by c.created_at), '[]')
      from public.join_codes c where c.created_by = p_me)
  )
$$;

-- A name as it is read in passing: signs that look like others are those (wide and Cyrillic letters, digits), and only letters count.
create or replace function private.plain_name(p_name text) returns text
language sql immutable set search_path = '' as $$
  select regexp_replace(translate(lower(normalize(p_name, nfkc)), 'аеіјорсухѕкмт01345', 'aeijopcyxskmtoleas'), '[^[:alpha:]]', '', 'g')
$$;

-- A title as people read it: without case, kinds of signs, signs without width, and how many spaces. For save_poll.
create or replace function private.plain_title(p_title text) returns text
language sql immutable set search_path = '' as $$
  select btrim(regexp_replace(
    translate(lower(normalize(p_title, nfkc)), U&'\200B\200C\200D\200E\200F\2060\00AD\FEFF', ''), '\s+', ' ', 'g'))
$$;

-- What an order goes by, as a whole number that a page can carry: microseconds since 1970, people, or days. Granted to nobody.
create function private.report_queue_value(p_report public.reports, p_sort public.report_sort) returns bigint
language sql immutable set search_path = '' as $$
  select case p_sort
    when 'affected' then p_report.affected_count
    when 'deadline' then coalesce(p_report.expected_by, date '9999-12-31') - date '1970-01-01'
    when 'changed' then (extract(epoch from p_report.status_changed_at) * 1000000)::bigint
    else (extract(epoch from p_report.created_at) * 1000000)::bigint
  end
$$;

-- Writes all ballots of a vote, and those from the box (`p_paper`), in random order and with new ids into a fresh table, and drops the old
-- one: row order, transaction numbers and dead rows go with it. Granted to nobody.
create or replace function private.shuffle_ballots(p_poll_id uuid, p_paper jsonb default '[]') returns void
language plpgsql set search_path = '' as $$
declare
  v_old constant text := private.ballots_of(p_poll_id);
  v_fresh constant text := v_old || '_fresh';
begin
  perform private.make_ballots(v_fresh);
  execute format(
    'insert into private.%I (choices, receipt_hash)
    select b.choices, b.receipt_hash from (
      select choices, receipt_hash from private.%I
      union all
      select array(select c::uuid from jsonb_array_elements_text(p) c order by 1), extensions.gen_random_bytes(32) from jsonb_array_elements($1) p
    ) b
    order by gen_random_uuid()', v_fresh, v_old) using p_paper;
  execute format('drop table private.%I', v_old);
  execute format('alter table private.%I rename to %I', v_fresh, v_old);
end
$$;

-- Before the account goes: what each domain takes out (its forgetting.sql), a line for each, then the memberships end (which counts moves in
-- open votes). What hangs on people by a foreign key follows. Locks in the order that everybody keeps: memberships, activities (both by
-- tg_users__lock_signups, which is first by its name), cases, proposals.
-- Definer: the account service may not see any of this.
create or replace function private.tg_users__take_leave() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_words constant text[] := private.words_of(old.id);
begin
  perform private.lock_in_reports(old.id);
  perform private.lock_in_proposals(old.id);
  perform private.begin_forgetting();
  perform private.forget_in_moderation(old.id, v_words);
  perform private.forget_in_activities(old.id, v_words);
  perform private.forget_in_reports(old.id, v_words);
  perform private.forget_in_proposals(old.id, v_words);
  perform private.forget_in_polls(old.id, v_words);
  perform private.forget_in_services(old.id);
  update public.memberships m set ended_at = now() where m.person_id = old.id and m.ended_at is null;
  perform private.end_forgetting();
  return old;
end
$$;

-- The ids of all that this person wrote and others can read, a line for each domain. Granted to nobody.
create or replace function private.things_by(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select private.things_in_activities(p_person_id)
  union all select private.things_in_proposals(p_person_id)
  union all select private.things_in_polls(p_person_id)
$$;

-- The ids of what this person hosts, and of messages to those who come. Granted to nobody.
create function private.things_in_activities(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.activity_id from public.activity_hosts a where a.person_id = p_person_id
  union all select a.message_id from public.activity_message_authors a where a.person_id = p_person_id
$$;

-- The ids of this person's questions. Granted to nobody.
create function private.things_in_polls(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.question_id from public.poll_question_authors a where a.person_id = p_person_id
$$;

-- The ids of this person's proposals and comments. Granted to nobody.
create function private.things_in_proposals(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
  union all select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id
$$;

-- What residents and partners suggest, and what is half written. Granted to nobody.
create function private.waiting_in_activities(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'activity'::public.waiting_kind, a.id, a.kind::text, a.title, a.body, null::text[], concat_ws(', ', l.name, a.whereabouts),
      null::uuid, null::bigint,
      (select s.starts_at from public.activity_sessions s where s.activity_id = a.id order by s.starts_at < now(), s.starts_at limit 1),
      false, a.capacity, a.created_at, count(*) over ()::integer, null::integer
    from public.activities a left join public.places l on l.id = a.place_id
    where a.block_id = p_block_id and a.status = 'proposed'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
  union all
  (
    select 'draft', a.id, 'activity', a.title, null, null, null, null, null, null, false, null, a.created_at, count(*) over ()::integer, null
    from public.activities a
    where a.block_id = p_block_id and a.status = 'draft'
    order by a.created_at, a.id limit private.number('desk_kind')
  )
$$;

-- People who were not reached lately. A number, not who: what somebody is told is nobody else's. Granted to nobody.
create function private.waiting_in_messages(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'unreached'::public.waiting_kind, null::uuid, null::text, null::text, null::text, null::text[], null::text, null::uuid, null::bigint,
    null::timestamptz, false, count(distinct o.person_id)::integer, min(o.finished_at), 1, null::integer
  from public.outbox_messages o
  join private.deliveries d on d.message_id = o.id
  join public.notifications n on n.id = d.notification_id and n.block_id = p_block_id
  where o.status = 'failed' and o.finished_at > now() - (select private.period('unreached'))
  having count(*) > 0
$$;

-- What was flagged, or hidden by flags, and appeals; never who. `amount` is null where one tap can not let it stand, because it is hidden.
-- Granted to nobody.
create function private.waiting_in_moderation(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, null::text, w.page_id, null::bigint, null::timestamptz, false, w.flags, w.since,
    w.things, null::integer
  from (
    select a.*, count(*) over (partition by a.kind)::integer as things, row_number() over (partition by a.kind order by a.since, a.id) as place
    from (
      select case when q.appeal is null then 'flag' else 'appeal' end::public.waiting_kind as kind, q.id, q.kind::text as about,
        coalesce(q.title, q.page_title) as title, coalesce(q.appeal, q.body) as body, q.reasons, q.page_id,
        case when q.hidden_by is null then cardinality(q.reasons) end as flags, q.waiting_since as since
      from public.moderation_queue(p_block_id) q
    ) a
  ) w
  where w.place <= private.number('desk_kind')
$$;

-- Who asks to have a picture removed, and what is half written. Granted to nobody.
create function private.waiting_in_notices(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'photo_request'::public.waiting_kind, n.id, case when f.hidden_at is null then 'shown' else 'hidden' end, n.title, f.alternative_text,
    r.reasons, null::text, null::uuid, null::bigint, null::timestamptz, false, r.wishes, r.since, r.pictures, null::integer
  from (
    select q.notice_id, min(q.created_at) as since, count(*)::integer as wishes, count(*) over ()::integer as pictures,
      array_agg(q.reason order by q.created_at) filter (where q.reason is not null) as reasons
    from public.notice_photo_requests q
    where q.block_id = p_block_id
    group by q.notice_id
    order by min(q.created_at), q.notice_id limit private.number('desk_kind')
  ) r
  join public.notices n on n.id = r.notice_id
  join public.notice_photos f on f.notice_id = n.id
  union all
  (
    select 'draft', n.id, 'notice', n.title, null, null, null, null, null, null, false, null, n.created_at, count(*) over ()::integer, null
    from public.notices n
    where n.block_id = p_block_id and n.state = 'draft'
    order by n.created_at, n.id limit private.number('desk_kind')
  )
$$;

-- Questions without an answer, votes to count, about to close and half written, and follow-ups. A follow-up of the landlord's is the
-- consultant's to ask about when it is overdue. Granted to nobody.
create function private.waiting_in_polls(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'question'::public.waiting_kind, q.id, null::text, p.title, q.body, null::text[], null::text, q.poll_id, null::bigint, p.closes_at,
      false, null::integer, q.created_at, count(*) over ()::integer, null::integer
    from public.poll_questions q join public.polls p on p.id = q.poll_id
    where q.block_id = p_block_id and q.answered_at is null and q.hidden_at is null
    order by q.created_at, q.id limit private.number('desk_kind')
  )
  union all
  (
    select 'count', p.id, null, p.title, null, null, null, null, null, null, false, null, p.closes_at, count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status in ('open', 'closed') and p.counted_at is null and p.closes_at <= now()
      and exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper')
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'closing', p.id, null, p.title, null, null, null, null, null, p.closes_at, false, null, p.opened_at,
      count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status = 'open' and p.closes_at > now() and p.closes_at <= now() + (select private.period('desk_ahead'))
    order by p.closes_at, p.id limit private.number('desk_kind')
  )
  union all
  (
    select 'follow_up', f.poll_id, f.owner::text, p.title, f.body, null, null, null, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', false, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer, null
    from public.follow_ups f join public.polls p on p.id = f.poll_id and p.counted_at is not null
    where f.block_id = p_block_id
      and f.next_on <= case f.owner when 'consultant' then (private.today() + (select private.period('desk_ahead')))::date else private.today() - 1 end
    order by f.next_on, f.poll_id limit private.number('desk_kind')
  )
  union all
  (
    select 'draft', p.id, p.status::text, p.title, null, null, null, null, null, null, false, null, p.created_at, count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status in ('draft', 'planned')
    order by p.created_at, p.id limit private.number('desk_kind')
  )
$$;

-- Proposals that nobody has decided on. Granted to nobody.
create function private.waiting_in_proposals(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'proposal'::public.waiting_kind, p.id, p.kind::text, p.title, p.body, null::text[], l.name, null::uuid, null::bigint,
    null::timestamptz, false, p.rough_cost_nok, p.created_at, count(*) over ()::integer, null::integer
  from public.proposals p left join public.places l on l.id = p.place_id
  where p.block_id = p_block_id and p.status = 'pending'
  order by p.created_at, p.id limit private.number('desk_kind')
$$;

-- `case` is for the consultant to send on; `late_case` is past its expected day and was not chased lately.
-- One that waits for the resident's answer waits for nobody here. Granted to nobody.
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

-- Who asks to join. The flat is a claim; `amount` is how many live there already. Granted to nobody.
create function private.waiting_in_residents(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  select 'join_request'::public.waiting_kind, j.id, j.flat_text, j.display_name, null::text, null::text[], f.name, f.id, null::bigint,
    null::timestamptz, false,
    (select count(*)::integer from public.memberships m where m.flat_id = f.id and m.ended_at is null), j.asked_at,
    count(*) over ()::integer, null::integer
  from public.join_requests j
  left join lateral (
    select l.id, l.name from public.places l
    where l.block_id = j.block_id and l.kind = 'flat'
      and upper(regexp_replace(l.name, '\s', '', 'g')) = upper(regexp_replace(j.flat_text, '\s', '', 'g'))
    order by l.id limit 1
  ) f on true
  where j.block_id = p_block_id and j.status = 'open'
  order by j.asked_at, j.id limit private.number('desk_kind')
$$;

-- What waits in a building, a line for each domain. A part answers at most private.number('desk_kind') of a kind, the oldest first, and in
-- kind_count how many it has of it; `total` is left empty. Granted to nobody.
create function private.waiting_parts(p_block_id uuid) returns table (part text, thing public.waiting_thing)
language sql stable set search_path = '' as $$
  select 'moderation', w from private.waiting_in_moderation(p_block_id) w
  union all select 'reports', w from private.waiting_in_reports(p_block_id) w
  union all select 'proposals', w from private.waiting_in_proposals(p_block_id) w
  union all select 'activities', w from private.waiting_in_activities(p_block_id) w
  union all select 'polls', w from private.waiting_in_polls(p_block_id) w
  union all select 'residents', w from private.waiting_in_residents(p_block_id) w
  union all select 'notices', w from private.waiting_in_notices(p_block_id) w
  union all select 'messages', w from private.waiting_in_messages(p_block_id) w
$$;

-- The part of the filter that the index of an order holds: `reports_*_created_idx` one thing each, all others only whether a case is open.
-- Granted to nobody.
create function private.walk_of_report_queue(p_filter private.report_queue_filter, p_is_by_date boolean) returns private.report_queue_filter
language plpgsql immutable set search_path = '' as $$
declare
  v_walk private.report_queue_filter;
begin
  v_walk.is_open := p_filter.is_open;
  if not p_is_by_date then
    return v_walk;
  end if;
  v_walk.reported_before := p_filter.reported_before;
  if p_filter.is_open is not null and (p_filter.assignee_id is not null or p_filter.is_unassigned) then
    v_walk.assignee_id := p_filter.assignee_id;
    v_walk.is_unassigned := p_filter.is_unassigned;
  elsif p_filter.is_open is not null and p_filter.block_id is not null then
    v_walk.block_id := p_filter.block_id;
  elsif p_filter.status is not null then
    v_walk.status := p_filter.status;
    v_walk.is_open := null;
  elsif p_filter.is_open and p_filter.is_urgent then
    v_walk.is_urgent := true;
  elsif p_filter.is_open is not null then
    v_walk.thing := p_filter.thing;
  end if;
  return v_walk;
end
$$;

-- The number that somebody is told by. Granted to nobody.
create function private.words_in_messages(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select m.phone from public.message_phones m where m.person_id = p_person_id
$$;

-- The aliases that somebody proposed and commented under. Granted to nobody.
create function private.words_in_proposals(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select i.alias from public.proposal_authors a join public.proposals i on i.id = a.proposal_id where a.person_id = p_person_id
  union all select c.alias from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
    where a.person_id = p_person_id
$$;

-- What somebody typed as contact in cases and in the draft of one. Granted to nobody.
create function private.words_in_reports(p_person_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select d.contact from public.report_details d where d.reporter_id = p_person_id
  union all select d.contact from public.report_drafts d where d.person_id = p_person_id
$$;

-- What somebody is known by here, the longest first: display name and its parts, e-mail, user name, number for SMS, aliases, and what they
-- typed as contact in cases, whole and the numbers and addresses in it. Granted to nobody.
create or replace function private.words_of(p_person_id uuid) returns text[]
language sql stable set search_path = '' as $$
  with typed (words) as (
    select p.display_name from public.people p where p.id = p_person_id
    union all select r.display_name from public.join_requests r where r.person_id = p_person_id
    union all select u.email from auth.users u where u.id = p_person_id
    union all select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id
    -- A line for each domain in which people name themselves.
    union all select private.words_in_reports(p_person_id)
    union all select private.words_in_proposals(p_person_id)
    union all select private.words_in_messages(p_person_id)
  ), words (word) as (
    select t.words from typed t
    -- The parts of what they wanted to be called, however it is written; of the rest those that look like a name: three letters, the
    -- first a capital.
    union select part.word from public.people p, regexp_split_to_table(p.display_name, '[^[:alpha:]]+') part (word)
      where p.id = p_person_id and length(part.word) >= 3
    union select part.word from typed t, regexp_split_to_table(t.words, '\s+') part (word) where part.word ~ '^[[:upper:]][^0-9@,;:]{2,}$'
    union select found.match[1] from typed t, regexp_matches(t.words, '([^\s,;:<>()]+@[^\s,;:<>()]+)', 'g') found (match)
    union select found.match[1] from typed t, regexp_matches(t.words, '(\+?[0-9][0-9 .-]{5,}[0-9])', 'g') found (match)
  )
  select coalesce(array_agg(w.word order by length(w.word) desc, w.word), '{}')
  from (select distinct btrim(word) as word from words) w where length(w.word) >= 2
$$;

-- What time does to follow-ups. Answers the numbers. Safe to run twice and by several copies at once.
create or replace function public.run_follow_up_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('late_follow_ups', private.push_late_follow_ups(), 'uncounted', private.push_uncounted_polls())
$$;

create policy select_staff on public.audit_entries for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );

create policy insert_admin on public.blocks for insert to authenticated
  with check ((select private.is_admin()));

create policy select_staff on public.join_codes for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or (role not in ('resident', 'partner') and (select private.is_admin()))
  );

create policy select_self_or_staff on public.memberships for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );

-- Common places are public; which flats exist is known to their own residents and to those who run the building.
create policy select_visible on public.places for select to anon, authenticated
  using (
    kind <> 'flat'
    or id in (select private.my_flat_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord,admin}'))
  );

REVOKE ALL ON FUNCTION "private"."address_of"(uuid, public.outbox_channel) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_admin"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_space_photo_used"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."my_flat_ids"() FROM PUBLIC;

grant execute on function private.my_flat_ids() to anon, authenticated;

grant execute on function private.is_admin() to anon, authenticated;
