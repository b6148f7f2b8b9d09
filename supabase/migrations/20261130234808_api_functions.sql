set check_function_bodies = off;

DROP FUNCTION "private"."add_milestone"(uuid, uuid, text, date);

DROP FUNCTION "private"."add_report_message"(uuid, uuid, text, public.message_audience);

DROP FUNCTION "private"."answer_poll_question"(uuid, text, timestamp with time zone);

DROP FUNCTION "private"."answer_report_question"(uuid, smallint, text);

DROP FUNCTION "private"."ask_report_question"(uuid, uuid, text, timestamp with time zone[], timestamp with time zone[]);

DROP FUNCTION "private"."ask_to_join"(uuid, uuid, text, text, public.locale);

DROP FUNCTION "private"."attempt"(text, text);

DROP FUNCTION "private"."change_report_status"(uuid, public.report_status, text, public.report_wait);

DROP FUNCTION "private"."chase_report"(uuid, text);

DROP FUNCTION "private"."check_password"(text);

DROP FUNCTION "private"."check_proposal"(uuid, boolean, integer, text);

DROP FUNCTION "private"."claim_messages"(public.outbox_channel, integer);

DROP FUNCTION "private"."claim_webhooks"(integer);

DROP FUNCTION "private"."comment_proposal"(uuid, uuid, text, text);

DROP FUNCTION "private"."decide_join_request"(uuid, uuid, text);

DROP FUNCTION "private"."decide_proposal"(uuid, boolean, text, public.proposal_kind);

DROP FUNCTION "private"."delete_account"(text);

DROP FUNCTION "private"."figures"(uuid, date);

DROP FUNCTION "private"."follow_report"(uuid, boolean);

DROP FUNCTION "private"."forget_attempts"(text, text);

DROP FUNCTION "private"."join_block"(text, text, public.locale);

DROP FUNCTION "private"."like_proposals"(uuid, text, uuid);

DROP FUNCTION "private"."list_report_queue"(public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean, bigint, bigint, bigint, boolean, integer);

DROP FUNCTION "private"."make_account"(uuid, uuid, text, text, text);

DROP FUNCTION "private"."make_letters"(uuid, uuid, uuid, boolean, integer, integer);

DROP FUNCTION "private"."merge_proposal"(uuid, uuid);

DROP FUNCTION "private"."moderate"(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb);

DROP FUNCTION "private"."open311_requests"(text, bigint[], text, text[], boolean, timestamp with time zone, timestamp with time zone);

DROP FUNCTION "private"."open311_update"(text, bigint, text, public.report_status, public.report_wait, text);

DROP FUNCTION "private"."open311_updates"(text, bigint[], timestamp with time zone, timestamp with time zone);

DROP FUNCTION "private"."post_outage"(uuid, uuid, uuid, public.report_thing, text, date);

DROP FUNCTION "private"."propose"(uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text);

DROP FUNCTION "private"."propose_activity"(jsonb, jsonb, jsonb);

DROP FUNCTION "private"."request_photo_removal"(uuid, text, text);

DROP FUNCTION "private"."resend_failed"(uuid);

DROP FUNCTION "private"."save_letter_text"(uuid, text, text);

DROP FUNCTION "private"."send_activity_message"(uuid, uuid, text);

DROP FUNCTION "private"."set_desk_password"(uuid, text);

DROP FUNCTION "private"."sign_up"(uuid, integer);

DROP FUNCTION "private"."sign_up_for"(uuid, uuid, uuid, text, integer);

DROP FUNCTION "private"."signup_list"(uuid, uuid);

DROP FUNCTION "private"."update_follow_up"(uuid, uuid, public.follow_up_status, text, date, text, integer, public.phase_owner, boolean, integer);

-- Adds a step to what is not done or declined. p_id is the form's own key. Logged.
-- Definer: writes a table that nobody may write to.
-- API: authenticated
create function private.add_milestone(p_id uuid, p_poll_id uuid, p_title text, p_due_on date default null) returns public.milestone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_milestones m where m.id = p_id) then
    return case when exists (select from public.follow_up_milestones m where m.id = p_id and m.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif v_follow_up.next_on is null then
    return 'closed';
  elsif (select count(*) from public.follow_up_milestones m where m.poll_id = p_poll_id)
    >= private.number('milestones') then
    return 'too_many';
  end if;
  insert into public.follow_up_milestones (id, poll_id, block_id, title, due_on)
  values (p_id, p_poll_id, v_follow_up.block_id, private.trimmed(p_title), p_due_on);
  perform private.log_act(v_follow_up.block_id, 'add_milestone', 'poll', p_poll_id,
    jsonb_build_object('title', private.trimmed(p_title)));
  return 'added';
end
$$;

-- Writes to the other side ('resident'), to everyone who sees the case, or an internal note ('internal'); the last two are
-- the staff's. Sending the same id twice writes once. Limited by the day, for a resident more than for staff.
-- Definer: writes tables that nobody may write to.
-- API: authenticated
create function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience default 'resident')
returns public.report_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_role public.report_actor;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select min(role) into v_role from unnest(v_roles) role;
  if v_role = 'reporter' and p_audience <> 'resident' then
    return 'not_allowed';
  elsif not private.attempt(
    case v_role when 'reporter' then 'report_message' else 'report_message_by_staff' end, (select auth.uid())::text) then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;

-- The consultant's answer, for everybody in the building. An answer may be put right: `answered_at` is that of the answer
-- the consultant had before them, so that two who answer at once do not write over each other. Every version is logged.
-- Definer: questions are not writable, and who asked is nobody's to see.
-- API: authenticated
create function private.answer_poll_question(p_question_id uuid, p_answer text, p_answered_at timestamptz default null)
returns public.answer_poll_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_question public.poll_questions;
  v_answer text := nullif(btrim(p_answer), '');
begin
  select * into v_question from public.poll_questions q where q.id = p_question_id for update;
  if not found or not private.has_role(v_question.block_id, '{consultant}') then
    return 'not_found';
  elsif v_question.hidden_at is not null then
    return 'hidden';
  elsif v_answer is null then
    return 'answer_missing';
  elsif v_question.answer = v_answer then
    return 'answered';
  elsif v_question.answered_at is distinct from p_answered_at then
    return 'already_answered';
  end if;
  update public.poll_questions q set answer = v_answer, answered_at = clock_timestamp() where q.id = p_question_id;
  perform private.log_act(v_question.block_id, 'answer', 'question', p_question_id, p_reason => v_answer);
  -- Who asked is told once, and nobody learns who that is.
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select a.person_id, v_question.block_id, 'poll_answer', p_question_id::text, v_question.poll_id
  from public.poll_question_authors a where a.question_id = p_question_id
  on conflict (person_id, kind, subject) do nothing;
  return 'answered';
end
$$;

-- Answers: one of the proposed times that is still to come, or words, or both; null for the time says that none suits. Once; the
-- reporter, or the consultant when nobody with an account reported it.
-- Definer: writes tables that nobody may write to.
-- API: authenticated
create function private.answer_report_question(p_question_id uuid, p_chosen_position smallint default null, p_answer text default null)
returns public.report_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_question public.report_questions;
  v_roles public.report_actor[];
begin
  select * into v_question from public.report_questions q where q.id = p_question_id for update;
  v_roles := private.my_report_roles(v_question.report_id);
  if v_roles = '{}' then
    return 'not_found';
  elsif not 'reporter' = any (v_roles) then
    return 'not_allowed';
  elsif v_question.answered_at is not null or v_question.withdrawn_at is not null then
    return 'closed';
  elsif (p_chosen_position is not null and not exists (
    select from public.report_question_times t
    where t.question_id = p_question_id and t.position = p_chosen_position and t.starts_at > now()
  )) or (p_chosen_position is null and nullif(private.trimmed(p_answer), '') is null
    and not exists (select from public.report_question_times t where t.question_id = p_question_id)) then
    return 'wrong_times';
  end if;
  update public.report_questions q
  set answered_at = now(), chosen_position = p_chosen_position, answer = nullif(private.trimmed(p_answer), ''),
    answered_by = case when q.report_id in (select private.my_report_ids()) then 'reporter' else 'consultant' end::public.report_actor
  where q.id = p_question_id;
  update public.report_details d set asked_at = coalesce(d.asked_at, now()) where d.report_id = v_question.report_id;
  return 'answered';
end
$$;

-- Asks the resident of an open case. p_starts_at and p_ends_at are up to 6 proposed times to come, each at most a day long, or
-- none. The same id asks once.
-- Definer: writes tables that nobody may write to.
-- API: authenticated
create function private.ask_report_question(
  p_id uuid, p_report_id uuid, p_body text, p_starts_at timestamptz[] default '{}', p_ends_at timestamptz[] default '{}'
) returns public.report_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
begin
  if not v_roles && '{landlord,consultant}' then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if exists (select from public.report_questions q where q.id = p_id) then
    return case when exists (select from public.report_questions q where q.id = p_id and q.report_id = p_report_id)
      then 'asked' else 'not_allowed' end;
  elsif not v_report.is_open then
    return 'closed';
  elsif cardinality(p_starts_at) > private.number('question_times') or cardinality(p_starts_at) <> cardinality(p_ends_at) or exists (
    select from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)
    where (starts_at > now() and ends_at > starts_at and ends_at <= starts_at + private.period('visit')
      and starts_at < now() + private.period('visit_ahead')) is not true
  ) then
    return 'wrong_times';
  end if;
  update public.report_questions q set withdrawn_at = now()
  where q.report_id = p_report_id and q.answered_at is null and q.withdrawn_at is null;
  insert into public.report_questions (id, report_id, block_id, author_role, body)
  values (p_id, p_report_id, v_report.block_id, (select min(role) from unnest(v_roles) role where role <> 'reporter'),
    private.trimmed(p_body));
  insert into public.report_question_times (question_id, position, starts_at, ends_at)
  select p_id, row_number() over (order by t.starts_at, t.ends_at), t.starts_at, t.ends_at
  from (select distinct * from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)) t;
  perform private.notify_report(v_report, 'report_question', p_id::text, false);
  perform private.log_act(v_report.block_id, 'ask', 'report', p_report_id);
  return 'asked';
end
$$;

-- Asks. Limited for an account and a building; one open request of an account in each.
-- A flat that is not there, a building that is not there, and somebody who is locked out get the same answer as everybody.
-- Definer: writes requests, and reads whether I am locked out.
-- API: authenticated
create function private.ask_to_join(p_id uuid, p_block_id uuid, p_display_name text, p_flat_text text, p_locale public.locale default 'nb')
returns public.join_ask_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif exists (select from public.join_requests r where r.id = p_id and r.person_id = v_me) then
    return 'asked';
  elsif exists (select from public.memberships m
      where m.person_id = v_me and m.block_id = p_block_id and m.role = 'resident' and m.ended_at is null) then
    return 'already_member';
  elsif not private.attempt('ask_to_join', v_me::text) then
    return 'too_many_attempts';
  end if;
  if private.is_locked_out(v_me, p_block_id)
    or (select count(*) from public.join_requests r where r.block_id = p_block_id and r.status = 'open')
      >= private.number('join_requests') then
    return 'asked';
  end if;
  insert into public.join_requests (id, block_id, person_id, display_name, flat_text, locale)
  select p_id, b.id, v_me, btrim(p_display_name), btrim(p_flat_text), p_locale
  from public.blocks b where b.id = p_block_id
  on conflict do nothing;
  return 'asked';
end
$$;

-- Counts one attempt and answers whether the limit of this name (base/limits.sql) allows it for this key.
-- The advisory lock makes parallel attempts wait for each other, so that 40 at once count as 40.
-- Definer: the table is nobody's to read or write, or somebody could remove their own attempts.
-- Only the server may count attempts of a network address: the address is its word, not the caller's.
-- API: service_role
create function private.attempt(p_limit_name text, p_key text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_limit constant private.limits := private.limit_of(p_limit_name);
  v_hash constant text := private.hash_attempt(p_key);
begin
  perform pg_advisory_xact_lock(hashtextextended(p_limit_name || v_hash, 0));
  delete from private.attempts a where a.kind = p_limit_name and a.key_hash = v_hash and a.attempted_at <= now() - v_limit.per;
  if (select count(*) from private.attempts a where a.kind = p_limit_name and a.key_hash = v_hash) >= v_limit.most then
    return false;
  end if;
  insert into private.attempts (kind, key_hash) values (p_limit_name, v_hash);
  return true;
end
$$;

-- Changes the status when a row of report_transitions allows it to one of my roles. The staff's reason is for everyone who
-- sees the case, the reporter's for the staff. Locks the case, so that of two changes at once the second is judged by the
-- first. A neighbour who sees the case hears 'not_allowed', somebody who does not see it 'not_found'.
-- Definer: locks and writes tables that nobody may write to.
-- API: authenticated
create function private.change_report_status(
  p_report_id uuid, p_to_status public.report_status, p_reason text default null, p_waiting_for public.report_wait default null
) returns public.report_status_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_reason text := nullif(private.trimmed(p_reason), '');
  v_report public.reports;
  v_rule public.report_transitions;
  v_role public.report_actor;
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if v_report.status = p_to_status and (p_to_status <> 'waiting' or v_report.waiting_for is not distinct from p_waiting_for) then
    return 'unchanged';
  end if;
  select * into v_rule from public.report_transitions t
  where t.from_status = v_report.status and t.to_status = p_to_status and t.role = any (v_roles)
    and 'merged' not in (t.from_status, t.to_status)
  order by t.role limit 1;
  if not found then
    return 'not_allowed';
  elsif v_rule.is_reason_required and v_reason is null then
    return 'reason_missing';
  elsif p_to_status = 'waiting' and p_waiting_for is null then
    return 'waiting_for_missing';
  elsif p_to_status = 'withdrawn' and (v_report.affected_count > 1 or exists (
    select from public.reports m
    join public.report_details d on d.report_id = m.id
    join public.report_details mine on mine.report_id = p_report_id
    where m.merged_into = p_report_id and d.reporter_id is distinct from mine.reporter_id
  )) then
    -- The fault is others' too, with an account or without: one of them cannot take it back for all.
    return 'others_have_it';
  elsif v_report.status = 'closed' then
    update public.report_details d set appealed_at = now() where d.report_id = p_report_id and d.appealed_at is null;
    if not found then
      return 'appealed_already';
    end if;
  end if;
  v_role := case when v_rule.role <> 'reporter' or p_report_id in (select private.my_report_ids()) then v_rule.role else 'consultant' end;
  perform private.set_report_status(
    v_report, p_to_status, v_role, v_reason, case when p_to_status = 'waiting' then p_waiting_for end);
  return 'changed';
end
$$;

-- The consultant asks the landlord to hurry, each case once in a while. That it happened is for everyone who sees
-- the case, the words are an internal note.
-- Definer: writes tables that nobody may write to.
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

-- Whether I may choose a new password with this old one. Definer: reads the tables of the auth service.
-- API: authenticated
create function private.check_password(p_word text default null) returns public.password_check
language sql security definer set search_path = '' as $$
  select case when private.asks_password() then private.try_password('change_password', p_word) else 'right' end
$$;

-- Writes down the answer for everybody to read, over an earlier one. Who answered is kept as a role. Logged: what is built and
-- answered by the consultant as such. Locks the proposal. Definer: proposals are not writable.
-- API: authenticated
create function private.check_proposal(
  p_proposal_id uuid, p_is_possible boolean, p_cost_nok integer default null, p_reason text default null
)
returns public.check_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_role public.member_role;
  v_reason text := nullif(btrim(p_reason), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  v_role := case
    when not found then null
    when v_proposal.kind = 'physical' and private.has_role(v_proposal.block_id, '{landlord}') then 'landlord'
    when private.has_role(v_proposal.block_id, '{consultant}') then 'consultant' end;
  if v_role is null then
    return 'not_allowed';
  elsif v_proposal.status <> 'approved' or v_proposal.hidden_at is not null then
    return 'not_open';
  elsif p_is_possible is not true and v_reason is null then
    return 'reason_missing';
  end if;
  update public.proposals p
  set is_possible = coalesce(p_is_possible, false), cost_nok = case when p_is_possible then p_cost_nok end,
    check_reason = v_reason, checked_at = now(), checked_by_role = v_role
  where p.id = p_proposal_id;
  perform private.log_act(v_proposal.block_id,
    case when v_proposal.kind = 'physical' and v_role = 'consultant' then 'check_for_landlord' else 'check' end::public.audit_act,
    'proposal', p_proposal_id,
    jsonb_strip_nulls(jsonb_build_object('is_possible', coalesce(p_is_possible, false), 'cost_nok', case when p_is_possible then p_cost_nok end)),
    v_reason);
  perform private.tell_proposer(p_proposal_id, 'proposal_checked', p_proposal_id || ':' || now());
  return 'checked';
end
$$;

-- Takes e-mails, push messages or SMS that are due. What is taken is another's after two minutes: a
-- server that died loses nothing. Several servers at once never take the same. A message that has nothing to say any more
-- (the place was given back, somebody moved out, e-mail was ended) is dropped; so is the landlord's without an address.
-- At night only what is urgent, and the landlord's. Definer: reads and writes what nobody may, addresses among it.
-- API: service_role
create function private.claim_messages(p_channel public.outbox_channel, p_max_count integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale public.locale,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids uuid[];
  v_dropped integer;
begin
  loop
    with due as materialized (
      select o.id from public.outbox_messages o
      where o.channel = p_channel and o.status = 'queued' and o.next_attempt_at <= now()
        and (o.kind = 'report_created' or o.is_urgent or not private.is_quiet(o.person_id))
        and (o.kind <> 'report_created' or exists (select from public.landlord_settings s where s.intake_email is not null))
      order by o.next_attempt_at limit p_max_count for update skip locked
    ), taken as (
      update public.outbox_messages o
      set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
      from due where o.id = due.id
      returning o.id
    )
    select coalesce(array_agg(t.id), '{}') into v_ids from taken t;
    delete from public.outbox_messages o
    where o.id = any (v_ids) and o.person_id is not null and not exists (select from private.lines_of(o.id));
    get diagnostics v_dropped = row_count;
    exit when v_dropped = 0 or v_dropped < cardinality(v_ids);
  end loop;
  return query
  select t.id, t.kind, t.attempts,
    case
      when t.join_request_id is not null then private.address_of(q.person_id, 'email')
      when t.person_id is null then (select s.intake_email from public.landlord_settings s)
      when t.channel = 'push' then s.endpoint
      else private.address_of(t.person_id, t.channel) end,
    t.person_id, coalesce(p.locale, q.locale, 'nb'),
    coalesce(l.block_names, array[b.name]),
    case when t.join_request_id is not null then '{account_not_joined}'::public.notification_kind[] else l.kinds end, s.public_key, s.auth_key, r.number::bigint
  from public.outbox_messages t
  left join public.people p on p.id = t.person_id
  left join public.push_subscriptions s on s.id = t.subscription_id
  left join public.reports r on r.id = t.report_id
  left join public.join_requests q on q.id = t.join_request_id
  left join public.blocks b on b.id in (r.block_id, q.block_id)
  left join lateral (
    select array_agg(distinct x.block_name) as block_names, array_agg(x.kind) as kinds from private.lines_of(t.id) x
  ) l on true
  where t.id = any (v_ids) and (t.person_id is null or l.kinds is not null);
end
$$;

-- Takes webhooks that are due, at most 5 a receiver, so that a slow one is in nobody's way. What is taken is another's after
-- two minutes: a server that died loses nothing. Several servers at once never take the same.
-- Definer: reads and writes what nobody may.
-- API: service_role
create function private.claim_webhooks(p_max_count integer)
returns table (id uuid, endpoint_id uuid, url text, version integer, is_newly_renewed boolean, payload jsonb, attempts integer)
language sql security definer set search_path = '' as $$
  with due as materialized (
    select m.id, e.url, e.version, coalesce(e.renewed_at > now() - interval '1 day', false) as is_newly_renewed
    from public.webhook_endpoints e
    cross join lateral (
      select o.id from public.outbox_messages o
      where o.endpoint_id = e.id and o.status = 'queued' and o.next_attempt_at <= now()
      order by o.next_attempt_at limit 5 for update skip locked
    ) m
    where e.removed_at is null
    limit p_max_count
  )
  update public.outbox_messages o
  set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
  from due where o.id = due.id
  returning o.id, o.endpoint_id, due.url, due.version, due.is_newly_renewed, o.payload, o.attempts
$$;

-- Says something about an approved proposal of my building. p_id is the form's own key. Limited by the hour and
-- by the day; my own row is locked, so that many at once are counted one after the other. Holds the building's setting
-- and the proposal: nothing is said a moment after comments were switched off or the proposal was hidden.
-- Definer: writes tables nobody may write.
-- API: authenticated
create function private.comment_proposal(p_id uuid, p_proposal_id uuid, p_body text, p_alias text default null)
returns public.comment_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_proposal public.proposals;
  v_allows boolean;
begin
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (
    select from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
    where a.comment_id = p_id and a.person_id = v_person_id and c.proposal_id = p_proposal_id
  ) then
    return 'commented';
  end if;
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for share;
  if not found or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'approved' or v_proposal.hidden_at is not null then
    return 'not_open';
  end if;
  select b.allows_comments into v_allows from public.blocks b where b.id = v_proposal.block_id for share;
  if private.is_paused(v_proposal.block_id) then
    return 'paused';
  elsif not v_allows then
    return 'comments_off';
  elsif not private.may_use_alias(v_proposal.block_id, p_alias) then
    return 'alias_taken';
  elsif not (private.attempt('comment', v_person_id::text) and private.attempt('comment_day', v_person_id::text)) then
    return 'too_many';
  end if;
  insert into public.proposal_comments (id, proposal_id, block_id, alias, body)
  values (p_id, p_proposal_id, v_proposal.block_id, nullif(btrim(p_alias), ''), btrim(p_body))
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  end if;
  insert into public.proposal_comment_authors (comment_id, person_id) values (p_id, v_person_id);
  return 'commented';
end
$$;

-- The consultant lets somebody in as a resident of a flat, or (without a flat) says no, with a reason when there is one to give. Locks
-- the request. Logged without name, and told.
-- Definer: writes requests, people, memberships and what somebody is told.
-- API: authenticated
create function private.decide_join_request(
  p_request_id uuid, p_flat_id uuid default null, p_reason text default null
) returns public.join_decide_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_request public.join_requests;
  v_status constant public.join_request_status := case when p_flat_id is null then 'declined' else 'approved' end;
begin
  select * into v_request from public.join_requests r where r.id = p_request_id for update;
  if private.has_role(v_request.block_id, '{consultant}') is not true then
    return 'not_found';
  elsif v_request.status <> 'open' then
    return 'already_decided';
  elsif p_flat_id is not null and not exists (select from public.places f
      where f.id = p_flat_id and f.block_id = v_request.block_id and f.kind = 'flat') then
    return 'no_such_flat';
  end if;
  if p_flat_id is not null then
    insert into public.people (id, display_name, locale)
    values (v_request.person_id, v_request.display_name, v_request.locale)
    on conflict (id) do update set display_name = excluded.display_name;
    insert into public.memberships (person_id, role, block_id, flat_id)
    values (v_request.person_id, 'resident', v_request.block_id, p_flat_id)
    on conflict do nothing;
  end if;
  update public.join_requests r
  set status = v_status, decided_at = now(), display_name = null, flat_text = null
  where r.id = p_request_id;
  perform private.log_act(v_request.block_id, case v_status when 'approved' then 'approve_join_request' else 'decline_join_request' end::public.audit_act,
    'join_request', p_request_id, p_reason => case when p_flat_id is null then btrim(p_reason) end);
  perform private.tell_join_answer(p_request_id);
  return v_status::text::public.join_decide_outcome;
end
$$;

-- The consultant's answer, once: approve (the answer is then for everybody, and optional) or decline (with a reason,
-- for the author). `p_kind` says what it is when its author chose wrongly: what is built or changed must be checked by Boligbygg. Logged.
-- Definer: proposals are not writable.
-- API: authenticated
create function private.decide_proposal(
  p_proposal_id uuid, p_approve boolean, p_answer text default null, p_kind public.proposal_kind default null
)
returns public.decide_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_answer text := nullif(btrim(p_answer), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or not private.has_role(v_proposal.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif p_approve is not true and v_answer is null then
    return 'reason_missing';
  end if;
  update public.proposals p
  set status = case when p_approve then 'approved' else 'declined' end::public.proposal_status,
    answer = v_answer, decided_at = now(), kind = coalesce(p_kind, p.kind)
  where p.id = p_proposal_id;
  if p_kind <> v_proposal.kind then
    perform private.log_act(v_proposal.block_id, case p_kind when 'physical' then 'make_physical' else 'make_social' end::public.audit_act,
      'proposal', p_proposal_id);
  end if;
  perform private.log_act(v_proposal.block_id, case when p_approve then 'approve' else 'decline' end::public.audit_act,
    'proposal', p_proposal_id, p_reason => v_answer);
  perform private.tell_proposer(p_proposal_id,
    case when p_approve then 'proposal_approved' else 'proposal_declined' end::public.notification_kind, p_proposal_id::text);
  return case when p_approve then 'approved' else 'declined' end::public.decide_outcome;
end
$$;

-- Deletes my account, now and for good; with its password when it has one, limited tries, and
-- its second factor when it has that. Asked twice, the second finds nobody.
-- Definer: reads and deletes in the tables of the auth service.
-- API: authenticated
create function private.delete_account(p_word text default null) returns public.delete_account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_check public.password_check;
begin
  if v_me is null then
    raise exception using errcode = '42501', message = 'sign in first';
  elsif private.account_state() = 'none' then
    return 'not_found';
  elsif private.my_staff_gate() = 'code' then
    return 'second_factor_missing';
  end if;
  v_check := private.try_password('delete_account', p_word);
  if v_check <> 'right' then
    return case v_check when 'wrong' then 'wrong_password' else 'too_many_attempts' end::public.delete_account_outcome;
  end if;
  delete from auth.users u where u.id = v_me;
  return case when found then 'deleted' else 'not_found' end::public.delete_account_outcome;
end
$$;

-- The figures of a building: of this month (null: the last one counted), the twelve before it and those since. What is hidden is null, here
-- as on the page. For the steering group, the consultant and the admin; others hear nothing.
-- Definer: reads stored figures, which nobody may read.
-- API: authenticated
create function private.figures(p_block_id uuid, p_month date default null)
returns table (month date, metric public.figure_metric, thing public.report_thing, value numeric, is_hidden boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_role(p_block_id, '{observer,consultant,admin}') then
    return;
  end if;
  return query
  select f.month, f.metric, f.thing, f.value, f.value is null
  from private.figures f
  where f.block_id = p_block_id and f.month >= coalesce(
    p_month, (select max(m.month) from private.figure_months m where m.block_id = p_block_id)) - interval '12 months'
  order by f.month, f.metric, f.thing nulls first;
end
$$;

-- "Jeg har det også", and taking it back. Locks the case, so that nobody joins at the moment it is finished; the
-- trigger below keeps the count.
-- Definer: locks the case, which nobody may write to.
-- API: authenticated
create function private.follow_report(p_report_id uuid, p_is_following boolean default true) returns public.follow_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_report public.reports;
begin
  if not private.sees_as_neighbour(p_report_id) then
    return 'not_found';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if p_report_id in (select private.my_report_ids()) then
    return 'own_report';
  elsif p_is_following and not v_report.is_open then
    return 'finished';
  end if;
  if p_is_following then
    insert into public.report_followers (report_id, person_id) values (p_report_id, v_me) on conflict do nothing;
  else
    delete from public.report_followers f where f.report_id = p_report_id and f.person_id = v_me;
  end if;
  return case when not found then 'unchanged' when p_is_following then 'followed' else 'unfollowed' end;
end
$$;

-- Whoever got in was not guessing: their earlier attempts no longer count.
-- Definer: deletes attempts, which nobody may see.
-- API: service_role
create function private.forget_attempts(p_limit_name text, p_key text) returns void
language sql security definer set search_path = '' as $$
  delete from private.attempts a where a.kind = p_limit_name and a.key_hash = (select private.attempt_hash(p_key))
$$;

-- Uses a code: makes me a member, under the name I choose. The tries of an account are limited.
-- Locks the code row, so that two people can not share its last use.
-- Definer: reads the hash and writes memberships and people, which only this function may.
-- API: authenticated
create function private.join_block(p_code text, p_display_name text, p_locale public.locale default 'nb') returns public.join_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_code public.join_codes;
  v_membership_id uuid;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('join', v_person_id::text) then
    return 'too_many_attempts';
  end if;
  select * into v_code from public.join_codes c where c.code_hash = private.code_hash(p_code) for update;
  if not found or v_code.revoked_at is not null or private.is_locked_out(v_person_id, v_code.block_id) then
    return 'wrong_code';
  elsif v_code.expires_at <= now() then
    return 'expired';
  end if;
  if exists (
    select from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and m.role = v_code.role
      and m.block_id is not distinct from v_code.block_id and m.flat_id is not distinct from v_code.flat_id
  ) then
    return 'already_member';
  elsif v_code.used_count >= v_code.max_uses then
    return 'used_up';
  end if;
  update public.join_codes c set used_count = c.used_count + 1 where c.id = v_code.id;
  insert into public.people (id, display_name, locale) values (v_person_id, btrim(p_display_name), p_locale)
  on conflict (id) do nothing;
  insert into public.memberships (person_id, role, block_id, flat_id)
  values (v_person_id, v_code.role, v_code.block_id, v_code.flat_id)
  returning id into v_membership_id;
  if v_code.role not in ('resident', 'partner') then
    perform private.log_act(v_code.block_id, 'become', 'membership', v_membership_id, jsonb_build_object('role', v_code.role));
  end if;
  return 'joined';
end
$$;

-- While a proposal is written, for everybody of the building. Definer: reads approved, visible proposals only, past their policy,
-- under which the indexes of words and titles (proposals/proposals.sql) could not be used.
-- API: authenticated
create function private.like_proposals(p_block_id uuid, p_title text, p_place_id uuid default null) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l from private.find_like_proposals(p_block_id, p_title, p_place_id, null) l
  where private.has_role(p_block_id, '{resident,partner,consultant,landlord}')
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
-- API: authenticated
create function private.list_report_queue(
  p_sort public.report_sort default 'oldest', p_block_id uuid default null, p_is_open boolean default null,
  p_status public.report_status default null, p_thing public.report_thing default null, p_min_days integer default null,
  p_is_late boolean default false, p_is_urgent boolean default false, p_is_awaiting boolean default false,
  p_assignee_id uuid default null, p_is_unassigned boolean default false, p_number bigint default null, p_after_value bigint default null,
  p_after_number bigint default null, p_is_back boolean default false, p_max_rows integer default 30
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

-- An account without e-mail for somebody in a flat, made with the consultant: user name, password, what to call them. `p_id` becomes
-- the account's own, so that a form sent twice makes one.
-- Definer: writes the tables of the auth service, people and memberships, which nobody may.
-- API: authenticated
create function private.make_account(p_id uuid, p_flat_id uuid, p_user_name text, p_new_word text, p_display_name text)
returns public.account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid := (select f.block_id from public.places f where f.id = p_flat_id and f.kind = 'flat');
  v_address constant text := private.mailless_address(p_user_name);
begin
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  elsif (lower(btrim(p_user_name)) ~ '^[a-z0-9][a-z0-9._-]*$'
      and length(btrim(p_user_name)) between private.number('user_name_least') and private.number('user_name_most')) is not true then
    return 'name_invalid';
  elsif not private.is_password(p_new_word) then
    return 'password_invalid';
  elsif exists (select from auth.users u join public.memberships m on m.person_id = u.id
      where u.id = p_id and u.email = v_address and m.flat_id = p_flat_id and m.ended_at is null) then
    return 'made';
  end if;
  begin
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new
    ) values (
      '00000000-0000-0000-0000-000000000000', p_id, 'authenticated', 'authenticated', v_address,
      extensions.crypt(p_new_word, extensions.gen_salt('bf', 10)), now(),
      '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', ''
    );
  exception when unique_violation then
    return 'name_taken';
  end;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
  values (p_id, 'email', p_id::text, p_id,
    jsonb_build_object('sub', p_id, 'email', v_address, 'email_verified', true, 'phone_verified', false), now(), now());
  insert into public.people (id, display_name) values (p_id, btrim(p_display_name));
  insert into public.memberships (person_id, role, block_id, flat_id) values (p_id, 'resident', v_block_id, p_flat_id);
  perform private.log_act(v_block_id, 'make_account', 'flat', p_flat_id);
  return 'made';
end
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones die. With p_only_empty
-- only where nobody has joined yet. Answers each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two at once wait for each other, so that exactly one code of a flat lives.
-- Definer: writes hashes, which nobody may.
-- API: authenticated
create function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid default null, p_only_empty boolean default false, p_max_uses integer default 4,
  p_valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at constant timestamptz := now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days')));
  v_flat record;
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  insert into private.letter_batches (id, block_id) values (p_id, p_block_id) on conflict (id) do nothing;
  if not found then
    return;
  end if;
  for v_flat in
    select f.id from private.flats_of(p_block_id, p_place_id) f
    where not coalesce(p_only_empty, false) or not exists (
      select from public.memberships m where m.flat_id = f.id and m.ended_at is null)
    order by f.position, f.name limit 1000
  loop
    update public.join_codes c set revoked_at = now() where c.flat_id = v_flat.id and c.revoked_at is null;
    flat_id := v_flat.id;
    join_code := private.draw_code(private.number('join_code_signs'));
    expires_at := v_expires_at;
    insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
    values (p_block_id, 'resident', v_flat.id, private.code_hash(join_code), p_max_uses, v_expires_at, (select auth.uid()));
    return next;
  end loop;
  if flat_id is not null then
    perform private.log_act(p_block_id, 'make_letters', case when p_place_id is null then 'block' else 'place' end::public.audit_subject,
      coalesce(p_place_id, p_block_id));
  end if;
end
$$;

-- Puts a waiting or approved proposal together with an approved one of the same building: its supporters stand under the
-- other one now, and its author with them when still living here, each counted once. One that is in a vote stays as it
-- is. Done twice is done. Logged. Locks both, in the same order whoever asks: two merges at once never wait in a circle,
-- and support that arrives meanwhile finds where it belongs or is refused.
-- Definer: proposals and supporters are not writable, and whose proposal it is nobody may read.
-- API: authenticated
create function private.merge_proposal(p_proposal_id uuid, p_into_id uuid) returns public.merge_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_from public.proposals;
  v_into public.proposals;
  v_count integer;
begin
  perform from public.proposals p where p.id in (p_proposal_id, p_into_id) order by p.id for update;
  select * into v_from from public.proposals p where p.id = p_proposal_id;
  select * into v_into from public.proposals p where p.id = p_into_id;
  if v_from.id is null or not private.has_role(v_from.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_from.status = 'merged' and v_from.merged_into = p_into_id then
    return 'merged';
  elsif v_from.status not in ('pending', 'approved') or v_from.hidden_at is not null then
    return 'already_decided';
  elsif v_into.id is null or v_into.id = v_from.id or v_into.block_id <> v_from.block_id or v_into.status <> 'approved'
    or v_into.hidden_at is not null then
    return 'not_found';
  elsif exists (select from public.poll_options o where o.proposal_id = p_proposal_id) then
    return 'in_vote';
  end if;
  insert into public.proposal_supporters (proposal_id, person_id)
  select p_into_id, s.person_id from public.proposal_supporters s where s.proposal_id = p_proposal_id
  union
  select p_into_id, a.person_id from public.proposal_authors a
  where a.proposal_id = p_proposal_id and exists (
    select from public.memberships m
    where m.person_id = a.person_id and m.block_id = v_from.block_id and m.role = 'resident' and m.ended_at is null
  )
  on conflict do nothing;
  get diagnostics v_count = row_count;
  delete from public.proposal_supporters s where s.proposal_id = p_proposal_id;
  update public.proposals p set support_count = p.support_count + v_count where p.id = p_into_id;
  update public.proposals p
  set status = 'merged', merged_into = p_into_id, merged_at = now(), support_count = 0
  where p.id = p_proposal_id;
  -- What was put together with it before leads on to where it is now.
  update public.proposals p set merged_into = p_into_id where p.merged_into = p_proposal_id;
  update public.flags f set resolved_at = now(), verdict = 'dismissed'
  where f.proposal_id = p_proposal_id and f.resolved_at is null;
  perform private.log_act(v_from.block_id, 'merge', 'proposal', p_proposal_id, jsonb_build_object('into', p_into_id));
  perform private.tell_proposer(p_proposal_id, 'proposal_merged', p_proposal_id::text);
  return 'merged';
end
$$;

-- An act of the consultant on a thing. p_parts: what else stands in an activity that is edited, by column. Hiding what flags have hidden,
-- or what was appealed, leaves it hidden, for good. Putting the words right shows the thing again. Whoever wrote it is told (not when it
-- is left as it was), and sees the reason. A reason may begin with a line `template:…`: a usual one, which the portal puts into the
-- reader's language. Logged. Holds the thing. Definer: writes what nobody may, and reads who wrote it.
-- API: authenticated
create function private.moderate(
  p_kind public.thing_kind, p_id uuid, p_act public.moderation_act, p_reason text, p_title text default null, p_body text default null,
  p_days integer default null, p_parts jsonb default null
) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
  v_reason text := nullif(btrim(p_reason), '');
  v_title text := nullif(btrim(p_title), '');
  v_body text := nullif(btrim(p_body), '');
  v_is_hidden boolean := v_thing.hidden_at is not null;
  v_is_appealed boolean := exists (select from public.appeals a where a.thing_id = p_id and a.answered_at is null);
  v_is_flagged boolean := exists (select from public.flags f where f.thing_id = p_id and f.resolved_at is null);
  v_is_changed boolean := exists (select from public.edit_texts x where x.thing_id = p_id and x.changed_again_at is not null);
  v_act public.audit_act := p_act::text::public.audit_act;
  v_entry_id uuid;
begin
  if v_thing.id is null or not private.has_role(v_thing.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null and (p_act <> 'dismiss' or v_is_hidden) then
    return 'reason_missing';
  elsif p_act = 'hide' and v_is_hidden and v_thing.hidden_by = 'staff' and not v_is_appealed
    or p_act = 'restore' and not v_is_hidden
    or p_act = 'dismiss' and not ((v_is_flagged or v_is_changed) and coalesce(v_thing.hidden_by, 'flags') = 'flags')
    or p_act = 'edit' and (coalesce(v_title, v_thing.title), coalesce(v_body, v_thing.body))
      is not distinct from (v_thing.title, v_thing.body) and not private.changes_parts(p_id, p_parts) then
    return 'nothing_to_do';
  elsif p_act = 'edit' and v_body is null and (p_kind = 'activity' and p_parts ? 'body') is not true then
    return 'text_missing';
  elsif p_act = 'edit' and private.is_in_open_vote(v_thing) then
    return 'in_open_vote';
  elsif p_act = 'pause' and coalesce(p_days, 0) not between 1 and private.number('pause_days') then
    return 'days_missing';
  end if;
  if p_act in ('warn', 'pause', 'lift_pause') then
    if p_act <> 'warn' and not private.pause_author(v_thing, p_act = 'pause', p_days, v_reason) then
      return 'nothing_to_do';
    end if;
  elsif p_act = 'hide' then
    perform private.set_hidden(v_thing, coalesce(v_thing.hidden_at, now()), 'staff', v_reason);
  else
    if p_act = 'edit' then
      perform private.edit_thing(v_thing, coalesce(v_title, v_thing.title), v_body, v_reason, p_parts);
    end if;
    perform private.set_hidden(v_thing, null, null, null);
    v_act := case when p_act = 'dismiss' and v_is_hidden then 'restore' else v_act end;
  end if;
  if p_act in ('dismiss', 'hide', 'restore', 'edit') then
    update public.flags f set resolved_at = now(),
      verdict = case p_act when 'hide' then 'hidden' when 'edit' then 'edited' else 'dismissed' end::public.flag_verdict
    where f.thing_id = p_id and f.resolved_at is null;
    update public.appeals a set answered_at = now(), is_granted = p_act <> 'hide', answer = v_reason
    where a.thing_id = p_id and a.answered_at is null;
    update public.edit_texts x set changed_again_at = null where x.thing_id = p_id and x.changed_again_at is not null;
    v_act := case when v_is_appealed and p_act = 'hide' then 'uphold' else v_act end;
  end if;
  v_entry_id := private.log_act(v_thing.block_id, v_act, p_kind::text::public.audit_subject, p_id, p_reason => v_reason);
  if v_act <> 'dismiss' then
    perform private.tell_author(v_thing,
      case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end::public.notification_kind, v_entry_id);
  end if;
  return 'done';
end
$$;

-- Cases, newest first, at most 1000. p_numbers overrides all else. p_services: '<place kind>-<thing>'.
-- The description is null without the scope 'read_all'. The conditions are written out, so that each has its index.
-- Definer: the caller has no account; the secret says what it may see.
-- API: anon, authenticated
create function private.open311_requests(
  p_secret text, p_numbers bigint[], p_block_slug text, p_services text[], p_is_open boolean, p_from_at timestamptz, p_until_at timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing,
  description text, address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz,
  waiting_for public.report_wait, expected_by date
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_sees_all boolean := private.sees_all(p_secret);
  v_where text := case
    when p_numbers is not null then 'r.number = any ($2)'
    else concat_ws(' and ', 'r.created_at between $6 and $7',
      case when p_block_slug is not null then 'r.block_id = (select b.id from public.blocks b where b.slug = $3)' end,
      case when p_services is not null then
        $w$r.thing = any ($8) and r.place_kind = any ($9) and r.place_kind || '-' || r.thing = any ($4)$w$ end,
      case when p_is_open is not null then 'r.is_open = $5' end)
  end || case when v_sees_all then '' else ' and r.is_common' end;
begin
  return query execute format($q$
    select r.number, r.status, r.is_open, r.place_kind, r.thing,
      -- Looked up one by one: a join would come to read the whole table.
      case when $1 then (select d.description from public.report_details d where d.report_id = r.id) end,
      b.address || ', ' || p.name, p.name, p.id, r.created_at, r.status_changed_at, r.waiting_for, r.expected_by
    from (select * from public.reports r where %s order by r.created_at desc, r.number desc limit 1000) r
    join public.blocks b on b.id = r.block_id
    join public.places p on p.id = r.place_id
    order by r.created_at desc, r.number desc
  $q$, v_where) using v_sees_all, p_numbers, p_block_slug, p_services, p_is_open, p_from_at, p_until_at,
    array(select t.thing from public.report_things t where t.place_kind || '-' || t.thing = any (p_services)),
    array(select t.place_kind from public.report_things t where t.place_kind || '-' || t.thing = any (p_services));
end
$$;

-- What the landlord's system says of a case: a new status (null: as it was) as the landlord, and a text. With a new status it
-- is for everyone who sees the case, as on the landlord's own page; alone it is a message to the resident. The same key, case and reference is done once.
-- Definer: locks and writes tables that nobody may write to. Only the server may call it, which has counted the call.
-- API: service_role
create function private.open311_update(
  p_secret text, p_number bigint, p_reference text, p_to_status public.report_status, p_waiting_for public.report_wait, p_message text
) returns table (outcome public.open311_update_outcome, update_id text)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_report public.reports;
  v_rule public.report_transitions;
  v_changes boolean;
  v_outcome public.open311_update_outcome := 'done';
  v_event_id bigint;
begin
  if 'update' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_update_outcome, null::text;
    return;
  end if;
  select * into v_report from public.reports r where r.number = p_number for update;
  if not found then
    return query select 'not_found'::public.open311_update_outcome, null::text;
    return;
  end if;
  select u.event_id into v_event_id from public.report_updates u
  where u.api_key_id = v_key.id and u.report_id = v_report.id and u.reference = p_reference;
  if found then
    return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
    return;
  end if;
  v_changes := p_to_status <> v_report.status or p_to_status = 'waiting' and p_waiting_for <> v_report.waiting_for;
  if v_changes then
    select * into v_rule from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = p_to_status and t.role = 'landlord' and 'merged' not in (t.from_status, t.to_status);
    v_outcome := case when not found then 'not_allowed' when v_rule.is_reason_required and p_message is null then 'reason_missing'
      when p_to_status = 'waiting' and p_waiting_for is null then 'waiting_for_missing' else 'done' end;
  end if;
  if v_outcome = 'done' and not private.attempt('open311_update', v_key.id::text) then
    v_outcome := 'too_many_today';
  end if;
  if v_outcome <> 'done' then
    return query select v_outcome, null::text;
    return;
  end if;
  if v_changes then
    perform private.set_report_status(v_report, p_to_status, 'landlord', p_message, case when p_to_status = 'waiting' then p_waiting_for end);
    select max(e.id) into v_event_id from public.report_events e
    where e.report_id = v_report.id and e.block_id = v_report.block_id and e.kind = 'status';
  elsif p_message is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'landlord', 'resident', p_message);
  end if;
  insert into public.report_updates (api_key_id, report_id, reference, event_id)
  values (v_key.id, v_report.id, p_reference, v_event_id);
  return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
end
$$;

-- Changes of status, oldest first, at most 1000; of cases that the key may see, and with 'read_all' what was said to it.
-- Definer: the caller has no account; the secret says what it may see.
-- API: anon, authenticated
create function private.open311_updates(p_secret text, p_numbers bigint[], p_from_at timestamptz, p_until_at timestamptz)
returns table (event_id bigint, number bigint, to_status public.report_status, created_at timestamptz, body text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_sees_all boolean := private.sees_all(p_secret);
  v_where text := concat_ws(' and ', $w$e.kind = 'status' and e.created_at between $3 and $4$w$,
    case when p_numbers is not null then 'e.report_id in (select n.id from public.reports n where n.number = any ($2))' end,
    case when not v_sees_all then 'exists (select from public.reports c where c.id = e.report_id and c.is_common)' end);
begin
  return query execute format($q$
    select e.id, (select r.number from public.reports r where r.id = e.report_id), e.to_status, e.created_at,
      case when $1 then (
        select m.body from public.report_messages m
        where m.event_id = e.id and m.report_id = e.report_id and m.audience <> 'internal' order by m.id limit 1) end
    from (select * from public.report_events e where %s order by e.created_at, e.id limit 1000) e
    order by e.created_at, e.id
  $q$, v_where) using v_sees_all, p_numbers, p_from_at, p_until_at;
end
$$;

-- Posts what is known of a fault in a common place, or changes what was posted. p_id is an open case of that thing at that place,
-- or a new one that is made here. Those who have it are told.
-- Definer: as merge_report.
-- API: authenticated
create function private.post_outage(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_body text, p_expected_on date default null
) returns public.post_outage_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_role public.report_actor := private.my_staff_role(p_block_id);
  v_report public.reports;
  v_made public.create_report_outcome;
  v_is_new boolean;
  v_is_said boolean;
begin
  if v_role is null then
    return 'not_allowed';
  elsif not exists (
    select from public.places p where p.id = p_place_id and p.block_id = p_block_id and p.kind <> 'flat'
  ) then
    return 'wrong_place';
  end if;
  -- One at a time for a place, so that the second of two at once meets the first; the case before the place, as everywhere.
  perform from public.reports r where r.id = p_id for update;
  perform pg_advisory_xact_lock(hashtextextended('outage' || p_place_id::text, 0));
  if exists (
    select from public.outages o where o.place_id = p_place_id and o.thing = p_thing and o.ended_at is null and o.report_id <> p_id
  ) then
    return 'posted_already';
  end if;
  select * into v_report from public.reports r where r.id = p_id for update;
  v_is_new := not found;
  if v_is_new then
    select m.outcome into v_made
    from private.make_report(p_id, p_block_id, p_place_id, p_thing, false, p_body, null, null, '{}', false, null, v_role) m;
    if v_made <> 'created' then
      return 'wrong_thing';
    end if;
    select * into v_report from public.reports r where r.id = p_id;
  elsif (v_report.block_id, v_report.place_id, v_report.thing) is distinct from (p_block_id, p_place_id, p_thing) then
    return 'wrong_place';
  elsif not v_report.is_open then
    return 'finished';
  end if;
  v_is_said := v_is_new or exists (
    select from public.outages o where o.report_id = p_id and o.ended_at is null
      and o.body = private.trimmed(p_body) and o.expected_on is not distinct from p_expected_on
  );
  insert into public.outages (report_id, block_id, place_id, thing, body, expected_on)
  values (p_id, p_block_id, p_place_id, p_thing, private.trimmed(p_body), p_expected_on)
  on conflict (report_id) do update
  set body = excluded.body, expected_on = excluded.expected_on, posted_at = now(), ended_at = null;
  if not v_is_said then
    perform private.write_report_message(gen_random_uuid(), v_report, v_role, 'everyone', p_body);
  end if;
  return 'posted';
end
$$;

-- Sends an idea to the consultant. p_id is the form's own key: the same form sent twice is one proposal. Few
-- of mine may wait at a time; my own row is locked, so that ten at once are counted one after the other.
-- Definer: writes tables nobody may write, and sees any proposal that has the key already.
-- API: authenticated
create function private.propose(
  p_id uuid, p_block_id uuid, p_title text, p_body text, p_kind public.proposal_kind, p_place_id uuid default null,
  p_alias text default null, p_rough_cost_nok integer default null, p_photo_path text default null, p_photo_text text default null
) returns public.propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_place_kind public.place_kind;
begin
  if not private.has_role(p_block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.proposal_authors a where a.proposal_id = p_id and a.person_id = v_person_id) then
    return 'proposed';
  elsif exists (select from public.proposals p where p.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(p_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.proposal_authors a join public.proposals p on p.id = a.proposal_id
    where a.person_id = v_person_id and p.status = 'pending'
  ) >= private.number('proposals_waiting') then
    return 'too_many_pending';
  end if;
  select p.kind into v_place_kind from public.places p
  where p.id = p_place_id and p.block_id = p_block_id and p.kind not in ('flat', 'floor');
  if p_place_id is not null and v_place_kind is null then
    return 'not_allowed';
  elsif p_photo_path is not null and (
    not private.hold_space_photo(p_photo_path) or private.is_space_photo_used(p_photo_path)
  ) then
    return 'wrong_photo';
  elsif not private.may_use_alias(p_block_id, p_alias) then
    return 'alias_taken';
  end if;
  insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, alias, rough_cost_nok)
  values (p_id, p_block_id, btrim(p_title), btrim(p_body), p_kind, p_place_id, v_place_kind, nullif(btrim(p_alias), ''),
    p_rough_cost_nok);
  insert into public.proposal_authors (proposal_id, person_id) values (p_id, v_person_id);
  if p_photo_path is not null then
    insert into public.proposal_photos (proposal_id, path, alternative_text)
    values (p_id, p_photo_path, btrim(coalesce(p_photo_text, '')));
  end if;
  return 'proposed';
end
$$;

-- Proposes an activity to the consultant: a resident or a partner, who becomes its host. At most 5 wait at a time.
-- Definer: writes the status and the host, which nobody may. Never a flat: nobody's home stands on a public page.
-- API: authenticated
create function private.propose_activity(
  p_activity jsonb, p_sessions jsonb, p_series jsonb default null
) returns public.activity_propose_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := (p_activity ->> 'id')::uuid;
  v_block_id uuid := (p_activity ->> 'block_id')::uuid;
begin
  if not private.has_role(v_block_id, '{resident,partner}') then
    return 'not_member';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('propose_activity' || (select auth.uid())::text, 0));
  if exists (select from public.activities a where a.id = v_id) then
    return 'already_proposed';
  elsif private.is_paused(v_block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_hosts h join public.activities a on a.id = h.activity_id
    where h.person_id = (select auth.uid()) and a.status = 'proposed'
  ) >= private.number('activities_waiting') then
    return 'too_many';
  elsif exists (select from public.places p where p.id = (p_activity ->> 'place_id')::uuid and p.kind = 'flat') then
    raise exception using errcode = '42501', message = 'an activity is not in a flat';
  end if;
  perform public.create_activity(p_activity, p_sessions, p_series);
  update public.activities a set status = 'proposed' where a.id = v_id;
  insert into public.activity_hosts (activity_id, block_id, person_id) values (v_id, v_block_id, (select auth.uid()));
  return 'proposed';
end
$$;

-- Somebody, with or without an account, wants this picture removed. It is hidden at once, until the consultant has looked at
-- it; after that another wish is only noted. Beyond so many that wait to be read more say nothing new. The server asks first whether
-- that person may see the picture, and counts the wishes of a network address. Tells the consultant, once per notice and day.
-- Definer: writes a table that nobody may write.
-- API: service_role
create function private.request_photo_removal(
  p_notice_id uuid, p_path text, p_reason text default null
) returns public.photo_request_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_photo public.notice_photos;
begin
  -- The notice first, as everybody who changes one does: nobody waits in a circle.
  perform from public.notices n where n.id = p_notice_id for key share;
  select * into v_photo from public.notice_photos p where p.notice_id = p_notice_id and p.path = p_path for update;
  if not found then
    return 'not_found';
  end if;
  insert into public.notice_photo_requests (notice_id, block_id, reason)
  select p_notice_id, v_photo.block_id, nullif(btrim(p_reason), '')
  where private.number('photo_requests') > (select count(*) from public.notice_photo_requests r where r.notice_id = p_notice_id);
  update public.notice_photos p set hidden_at = coalesce(p.hidden_at, now())
  where p.notice_id = p_notice_id and p.reviewed_at is null;
  perform private.tell_of_photo_request(p_notice_id, v_photo.block_id);
  return case when v_photo.reviewed_at is null then 'hidden' else 'noted' end;
end
$$;

-- Sends again from the start what was given up for this receiver; without one, the landlord's own e-mails about new cases.
-- Answers how many; none for everybody but the landlord. Logged.
-- Definer: writes rows that nobody may write.
-- API: authenticated
create function private.resend_failed(p_endpoint_id uuid default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if not exists (select from private.my_block_ids('{landlord}')) then
    return 0;
  end if;
  update public.outbox_messages m set status = 'queued', attempts = 0, next_attempt_at = now(), finished_at = null
  where m.status = 'failed' and case
    when p_endpoint_id is null then m.channel = 'email' and m.kind = 'report_created'
    else m.endpoint_id in (select e.id from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null) end;
  get diagnostics v_count = row_count;
  perform private.log_act(null, 'resend', 'webhook', coalesce(p_endpoint_id, '00000000-0000-0000-0000-000000000000')) where v_count > 0;
  return v_count;
end
$$;

-- Writes, changes or (without words) takes away what letters say in a language. Logged. Locks the building, so that two at
-- once are not four languages.
-- Definer: writes a table that nobody may write.
-- API: authenticated
create function private.save_letter_text(p_block_id uuid, p_language text, p_body text default null) returns public.letter_text_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_body constant text := nullif(btrim(p_body), '');
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return 'not_allowed';
  end if;
  perform from public.blocks b where b.id = p_block_id for no key update;
  if v_body is not null and (
    select count(*) from public.letter_texts t where t.block_id = p_block_id and t.language <> p_language
  ) >= private.number('letter_texts') then
    return 'too_many';
  end if;
  perform private.log_act(p_block_id, 'write_letter_text', 'block', p_block_id, jsonb_build_object('language', p_language));
  if v_body is null then
    delete from public.letter_texts t where t.block_id = p_block_id and t.language = p_language;
    return 'removed';
  end if;
  insert into public.letter_texts (block_id, language, body) values (p_block_id, p_language, v_body)
  on conflict (block_id, language) do update set body = excluded.body;
  return 'saved';
end
$$;

-- Sends a message to everybody with a live sign-up: one notification each. Limited for an activity.
-- p_message_id: the form sent twice is one message. Of the consultant it is logged. Definer: writes notifications of people the caller may not see.
-- API: authenticated
create function private.send_activity_message(p_activity_id uuid, p_message_id uuid, p_body text) returns public.activity_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif exists (select from public.activity_messages m where m.id = p_message_id) then
    return 'already_sent';
  elsif private.is_paused(v_activity.block_id) then
    return 'paused';
  elsif (
    select count(*) from public.activity_messages m where m.activity_id = p_activity_id and m.created_at > private.window_start('activity_message')
  ) >= private.most('activity_message') then
    return 'too_many';
  elsif not exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id is not null and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'nobody';
  end if;
  insert into public.activity_messages (id, activity_id, block_id, body, is_from_staff)
  values (p_message_id, p_activity_id, v_activity.block_id, btrim(p_body), private.has_role(v_activity.block_id, '{consultant}'));
  insert into public.activity_message_authors (message_id, person_id)
  select p_message_id, (select auth.uid()) where not private.has_role(v_activity.block_id, '{consultant}');
  perform private.log_act(v_activity.block_id, 'send', 'message', p_message_id) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_message_id);
  end loop;
  return 'sent';
end
$$;

-- A new password for an account without e-mail, chosen with the consultant; other devices are signed out. Logged, and told.
-- Definer: writes the tables of the auth service.
-- API: authenticated
create function private.set_desk_password(p_membership_id uuid, p_new_word text) returns public.password_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
begin
  if not private.may_help_in(p_membership_id) then
    return 'not_found';
  elsif not private.is_password(p_new_word) then
    return 'password_invalid';
  end if;
  select * into v_member from public.memberships m where m.id = p_membership_id;
  update auth.users u
  set encrypted_password = extensions.crypt(p_new_word, extensions.gen_salt('bf', 10)), updated_at = now()
  where u.id = v_member.person_id and u.email like '%@bruker.invalid';
  if not found then
    return 'not_found';
  end if;
  delete from auth.sessions s where s.user_id = v_member.person_id;
  perform private.tell_of_help(p_membership_id, 'set_password', 'account_password');
  return 'changed';
end
$$;

-- Signs me up with my party, or puts us last on the waiting list. Only residents, only in their own building.
-- What I may not see answers like what does not exist.
-- Locks the membership before the activity, so that somebody who moves out meanwhile either waits or is seen.
-- Definer: must lock the activity and count sign-ups that the caller may not see.
-- API: authenticated
create function private.sign_up(p_activity_id uuid, p_party_size integer default 1) returns public.signup_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  perform from public.memberships m where m.person_id = (select auth.uid()) and m.role = 'resident' and m.ended_at is null for share;
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if not found or v_activity.status not in ('published', 'cancelled') or v_activity.hidden_at is not null then
    return 'not_found';
  elsif not private.has_role(v_activity.block_id, '{resident}') then
    return case when v_activity.is_public then 'not_member' else 'not_found' end::public.signup_outcome;
  elsif v_activity.status = 'cancelled' then
    return 'cancelled';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_activity.capacity is null then
    return 'no_signup_needed';
  elsif exists (
    select from public.signups s
    where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status in ('signed_up', 'offered', 'waitlisted')
  ) then
    return 'already_signed_up';
  elsif v_activity.signup_opens_at > now() then
    return 'not_open_yet';
  elsif v_activity.signup_closes_at <= now() or private.next_start(p_activity_id) is null then
    return 'closed';
  elsif coalesce(p_party_size, 0) not between 1 and least(v_activity.max_party, v_activity.capacity) then
    return 'party_too_big';
  end if;
  return private.add_signup(v_activity, gen_random_uuid(), (select auth.uid()), null, p_party_size, 'self');
end
$$;

-- Signs up somebody else: a resident by account (only the consultant knows those), or anybody by first name. Also when
-- sign-up is closed, but in the same queue. p_signup_id: the form sent twice is one sign-up. Of the consultant it is logged; never for whom.
-- Definer: must lock the activity and count; looks at the memberships of the building.
-- API: authenticated
create function private.sign_up_for(
  p_activity_id uuid, p_signup_id uuid, p_person_id uuid default null, p_first_name text default null, p_party_size integer default 1
)
returns public.signup_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  perform from public.memberships m where m.person_id = p_person_id and m.role = 'resident' and m.ended_at is null for share;
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if not found or not private.manages(v_activity.id, v_activity.block_id) or num_nonnulls(p_person_id, p_first_name) <> 1
    or p_person_id is not null and not (
      private.has_role(v_activity.block_id, '{consultant}') and exists (
        select from public.memberships m where m.person_id = p_person_id and m.block_id = v_activity.block_id
          and m.role = 'resident' and m.ended_at is null
      )
    )
  then
    return 'not_found';
  elsif v_activity.status <> 'published' then
    return case when v_activity.status = 'cancelled' then 'cancelled' else 'not_found' end::public.signup_outcome;
  elsif exists (
    select from public.signups s where s.id = p_signup_id or (
      s.activity_id = p_activity_id and s.person_id = p_person_id and s.status in ('signed_up', 'offered', 'waitlisted'))
  ) then
    return 'already_signed_up';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_activity.capacity is null then
    return 'no_signup_needed';
  elsif coalesce(p_party_size, 0) not between 1 and least(20, v_activity.capacity) then
    return 'party_too_big';
  end if;
  perform private.log_act(v_activity.block_id, 'sign_up_for', 'signup', p_activity_id)
  where private.has_role(v_activity.block_id, '{consultant}');
  return private.add_signup(v_activity, p_signup_id, p_person_id, btrim(p_first_name), p_party_size, 'staff');
end
$$;

-- All sign-ups of an activity with names, in order of arrival, and the last thing that happened to each and why; how many
-- of each came to p_session_id. Empty for everybody but those who run it: the host may not read the table of people.
-- Definer: reads names of people whom the host may not see otherwise.
-- API: authenticated
create function private.signup_list(p_activity_id uuid, p_session_id uuid default null)
returns table (
  id uuid, name text, has_account boolean, party_size integer, status public.signup_status, created_at timestamptz,
  signed_up_at timestamptz, offer_expires_at timestamptz, ended_at timestamptz, reason public.signup_reason,
  actor public.signup_actor, present_count integer
)
language sql stable security definer set search_path = '' as $$
  select s.id, coalesce(p.display_name, s.first_name), s.person_id is not null, s.party_size, s.status, s.created_at,
    s.signed_up_at, s.offer_expires_at, s.ended_at, e.reason, e.actor, c.present_count
  from public.activities a
  join public.signups s on s.activity_id = a.id
  left join public.people p on p.id = s.person_id
  left join public.attendances c on c.signup_id = s.id and c.session_id = p_session_id
  left join lateral (
    select e.reason, e.actor from public.signup_events e where e.signup_id = s.id order by e.id desc limit 1
  ) e on true
  where a.id = p_activity_id and private.manages(a.id, a.block_id)
  order by s.queue_number
  limit 1000
$$;

-- Tells the building how it goes, unless somebody has since p_seen_version was shown (null: as it stands). p_id is the form's own key: sent
-- twice it is said once. Words always. While anything is left to do a day within a year, and a reason when the last day has passed or is
-- moved without anything having come further. Done and declined are final: only p_is_reopened takes the work up again. Logged; who
-- supported what won is told, and the landlord when it becomes the landlord's to do.
-- Definer: writes tables that nobody may write to.
-- API: authenticated
create function private.update_follow_up(
  p_id uuid, p_poll_id uuid, p_status public.follow_up_status, p_body text, p_next_on date default null,
  p_delayed_because text default null, p_cost_nok integer default null, p_owner public.phase_owner default null,
  p_is_reopened boolean default false, p_seen_version integer default null
) returns public.update_follow_up_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.follow_ups := private.lock_follow_up(p_poll_id);
  v_body text := nullif(private.trimmed(p_body), '');
  v_reason text := nullif(private.trimmed(p_delayed_because), '');
  v_was_open boolean := v_old.status in ('decision', 'work');
  v_is_open boolean := p_status in ('decision', 'work');
  v_next_on date := case when v_is_open then p_next_on end;
begin
  if v_old.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_updates u where u.id = p_id) then
    return case when exists (select from public.follow_up_updates u where u.id = p_id and u.poll_id = p_poll_id)
      then 'updated' else 'not_allowed' end;
  elsif p_seen_version <> v_old.version then
    return 'changed_meanwhile';
  elsif not v_was_open and p_status <> v_old.status and not (p_status = 'work' and p_is_reopened) then
    return 'closed';
  elsif p_status is null or (v_was_open and p_status < v_old.status) then
    return 'wrong_status';
  elsif v_body is null then
    return 'body_missing';
  elsif v_is_open and v_next_on is null then
    return 'next_missing';
  elsif v_next_on < private.today() then
    return 'next_passed';
  elsif v_next_on > private.today() + private.period('next_follow_up') then
    return 'next_too_far';
  elsif v_was_open and v_is_open and v_reason is null
    and (v_old.next_on < private.today() or (p_status = v_old.status and v_next_on > v_old.next_on)) then
    return 'delay_missing';
  end if;
  update public.follow_ups f
  set status = p_status, body = v_body, next_on = v_next_on, delayed_because = case when v_is_open then v_reason end,
    cost_nok = coalesce(p_cost_nok, f.cost_nok),
    owner = case when private.has_role(f.block_id, '{consultant}') then coalesce(p_owner, f.owner) else f.owner end, updated_at = now(),
    version = f.version + 1,
    decision = case when v_old.status = 'decision' and p_status <> 'decision' then v_body else f.decision end,
    closed_at = case when v_is_open then null when v_was_open then now() else f.closed_at end
  where f.poll_id = p_poll_id;
  insert into public.follow_up_updates (id, poll_id, block_id, author_role, status, body, next_on, promised_on, delayed_because, cost_nok)
  values (p_id, p_poll_id, v_old.block_id,
    case when private.has_role(v_old.block_id, '{consultant}') then 'consultant' else 'landlord' end::public.phase_owner,
    p_status, v_body, v_next_on, v_old.next_on, case when v_is_open then v_reason end, p_cost_nok);
  perform private.log_act(v_old.block_id, case when v_is_open and not v_was_open then 'reopen_follow_up' else 'update_follow_up' end::public.audit_act,
    'poll', p_poll_id, p_reason => v_body);
  perform private.notify_follow_up_changed(p_poll_id, p_id);
  if v_old.owner <> 'landlord' or not v_was_open then
    perform private.notify_follow_up_given(p_poll_id, p_id::text, (select auth.uid()));
  end if;
  return case when v_is_open and not v_was_open then 'reopened' else 'updated' end::public.update_follow_up_outcome;
end
$$;

create or replace function public.list_report_queue(
  sort public.report_sort default 'oldest', block_id uuid default null, is_open boolean default null,
  status public.report_status default null, thing public.report_thing default null, min_days integer default null,
  is_late boolean default false, is_urgent boolean default false, is_awaiting boolean default false, assignee_id uuid default null,
  is_unassigned boolean default false, number bigint default null, after_value bigint default null, after_number bigint default null,
  is_back boolean default false, max_rows integer default 30
) returns setof public.report_queue_row
language sql stable set search_path = '' as $$ select * from private.list_report_queue(
  sort, block_id, is_open, status, thing, min_days, is_late, is_urgent, is_awaiting, assignee_id, is_unassigned, number, after_value,
  after_number, is_back, max_rows
) $$;

create or replace function public.make_letters(
  id uuid, block_id uuid, place_id uuid default null, only_empty boolean default false, max_uses integer default 4,
  valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language sql set search_path = '' as $$ select * from private.make_letters(id, block_id, place_id, only_empty, max_uses, valid_days) $$;

create or replace function public.mark_abandoned_photos() returns setof text
language sql set search_path = '' as $$ select * from private.mark_abandoned_photos() $$;

create or replace function public.mark_abandoned_space_photos() returns setof text
language sql set search_path = '' as $$ select * from private.mark_abandoned_space_photos() $$;

create or replace function public.open311_create(
  secret text, reference text, block_slug text, place_id uuid, address text, kind public.place_kind, thing public.report_thing,
  description text, access public.report_access, is_urgent boolean, contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language sql set search_path = '' as $$ select * from private.open311_create(
  secret, reference, block_slug, place_id, address, kind, thing, description, access, is_urgent, contact
) $$;

create or replace function public.open311_requests(
  secret text, numbers bigint[], block_slug text, services text[], is_open boolean, from_at timestamptz, until_at timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing, description text,
  address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz, waiting_for public.report_wait,
  expected_by date
)
language sql stable set search_path = ''
as $$ select * from private.open311_requests(secret, numbers, block_slug, services, is_open, from_at, until_at) $$;

create or replace function public.open311_update(
  secret text, number bigint, reference text, to_status public.report_status, waiting_for public.report_wait, message text
) returns table (outcome public.open311_update_outcome, update_id text)
language sql set search_path = '' as $$ select * from private.open311_update(secret, number, reference, to_status, waiting_for, message) $$;

create or replace function public.propose(
  id uuid, block_id uuid, title text, body text, kind public.proposal_kind, place_id uuid default null, alias text default null,
  rough_cost_nok integer default null, photo_path text default null, photo_text text default null
) returns public.propose_outcome
language sql set search_path = ''
as $$ select private.propose(id, block_id, title, body, kind, place_id, alias, rough_cost_nok, photo_path, photo_text) $$;

create or replace function public.propose_activity(activity jsonb, sessions jsonb, series jsonb default null) returns public.activity_propose_outcome
language sql set search_path = '' as $$ select private.propose_activity(activity, sessions, series) $$;

create or replace function public.sign_up_for(
  activity_id uuid, signup_id uuid, person_id uuid default null, first_name text default null, party_size integer default 1
) returns public.signup_outcome
language sql set search_path = '' as $$ select private.sign_up_for(activity_id, signup_id, person_id, first_name, party_size) $$;

create or replace function public.update_follow_up(
  id uuid, poll_id uuid, status public.follow_up_status, body text, next_on date default null, delayed_because text default null,
  cost_nok integer default null, owner public.phase_owner default null, is_reopened boolean default false, seen_version integer default null
) returns public.update_follow_up_outcome
language sql set search_path = ''
as $$ select private.update_follow_up(id, poll_id, status, body, next_on, delayed_because, cost_nok, owner, is_reopened, seen_version) $$;

REVOKE ALL ON FUNCTION "private"."add_milestone"(uuid, uuid, text, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_report_message"(uuid, uuid, text, public.message_audience) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."answer_poll_question"(uuid, text, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."answer_report_question"(uuid, smallint, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ask_report_question"(uuid, uuid, text, timestamp with time zone[], timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ask_to_join"(uuid, uuid, text, text, public.locale) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."attempt"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."change_report_status"(uuid, public.report_status, text, public.report_wait) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."chase_report"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_password"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_proposal"(uuid, boolean, integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_messages"(public.outbox_channel, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_webhooks"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comment_proposal"(uuid, uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decide_join_request"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decide_proposal"(uuid, boolean, text, public.proposal_kind) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delete_account"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."figures"(uuid, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."follow_report"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."forget_attempts"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."join_block"(text, text, public.locale) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."like_proposals"(uuid, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_report_queue"(public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean, bigint, bigint, bigint, boolean, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."make_account"(uuid, uuid, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."make_letters"(uuid, uuid, uuid, boolean, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."merge_proposal"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."moderate"(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open311_requests"(text, bigint[], text, text[], boolean, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open311_update"(text, bigint, text, public.report_status, public.report_wait, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open311_updates"(text, bigint[], timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."post_outage"(uuid, uuid, uuid, public.report_thing, text, date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."propose"(uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."propose_activity"(jsonb, jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."request_photo_removal"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."resend_failed"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."save_letter_text"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_activity_message"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_desk_password"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sign_up"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sign_up_for"(uuid, uuid, uuid, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."signup_list"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."update_follow_up"(uuid, uuid, public.follow_up_status, text, date, text, integer, public.phase_owner, boolean, integer) FROM PUBLIC;

grant execute on function private.send_activity_message, public.send_activity_message to authenticated;

grant execute on function private.signup_list, public.signup_list to authenticated;

grant execute on function private.propose_activity, public.propose_activity to authenticated;

grant execute on function private.sign_up, public.sign_up to authenticated;

grant execute on function private.sign_up_for, public.sign_up_for to authenticated;

grant execute on function private.attempt, public.attempt to service_role;

grant execute on function private.forget_attempts, public.forget_attempts to service_role;

grant execute on function private.figures, public.figures to authenticated;

grant execute on function private.claim_messages, public.claim_messages to service_role;

grant execute on function private.moderate, public.moderate to authenticated;

grant execute on function private.request_photo_removal, public.request_photo_removal to service_role;

grant execute on function private.update_follow_up, public.update_follow_up to authenticated;

grant execute on function private.add_milestone, public.add_milestone to authenticated;

grant execute on function private.answer_poll_question, public.answer_poll_question to authenticated;

grant execute on function private.check_proposal, public.check_proposal to authenticated;

grant execute on function private.comment_proposal, public.comment_proposal to authenticated;

grant execute on function private.like_proposals, public.like_proposals to authenticated;

grant execute on function private.merge_proposal, public.merge_proposal to authenticated;

grant execute on function private.propose, public.propose to authenticated;

grant execute on function private.decide_proposal, public.decide_proposal to authenticated;

grant execute on function private.chase_report, public.chase_report to authenticated;

grant execute on function private.follow_report, public.follow_report to authenticated;

grant execute on function private.add_report_message, public.add_report_message to authenticated;

grant execute on function private.post_outage, public.post_outage to authenticated;

grant execute on function private.ask_report_question, public.ask_report_question to authenticated;

grant execute on function private.answer_report_question, public.answer_report_question to authenticated;

grant execute on function private.list_report_queue, public.list_report_queue to authenticated;

grant execute on function private.change_report_status, public.change_report_status to authenticated;

grant execute on function private.delete_account, public.delete_account to authenticated;

grant execute on function private.join_block, public.join_block to authenticated;

grant execute on function private.ask_to_join, public.ask_to_join to authenticated;

grant execute on function private.decide_join_request, public.decide_join_request to authenticated;

grant execute on function private.make_letters, public.make_letters to authenticated;

grant execute on function private.save_letter_text, public.save_letter_text to authenticated;

grant execute on function private.check_password, public.check_password to authenticated;

grant execute on function private.make_account, public.make_account to authenticated;

grant execute on function private.set_desk_password, public.set_desk_password to authenticated;

grant execute on function private.open311_update, public.open311_update to service_role;

grant execute on function private.open311_requests, public.open311_requests to anon, authenticated;

grant execute on function private.open311_updates, public.open311_updates to anon, authenticated;

grant execute on function private.resend_failed, public.resend_failed to authenticated;

grant execute on function private.claim_webhooks, public.claim_webhooks to service_role;
