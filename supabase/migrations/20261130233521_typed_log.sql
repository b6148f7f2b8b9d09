set check_function_bodies = off;

-- Written by hand, before what `npm run migration` wrote: the types that its tables and functions need.

-- What was done, in the imperative. A new one: here, in the `log.sql` of its domain, and its words (`moderation.act.…`).
create type public.audit_act as enum (
  'approve', 'decline', 'ask', 'merge', 'check', 'check_for_landlord', 'make_physical', 'make_social', 'publish', 'cancel', 'plan', 'open',
  'extend', 'stop', 'answer', 'mark_paper', 'unmark_paper', 'try_mark_paper', 'count_paper', 'add', 'change', 'translate',
  'remove_translation', 'withdraw', 'remove', 'keep_photo', 'remove_photo', 'update_follow_up', 'reopen_follow_up', 'add_milestone',
  'complete_milestone', 'reopen_milestone', 'remove_milestone', 'add_follow_up_photo', 'remove_follow_up_photo', 'hide_by_flags', 'hide',
  'uphold', 'dismiss', 'restore', 'edit', 'warn', 'pause', 'lift_pause', 'end_membership', 'lock_out', 'lift_lock_out', 'change_tenant',
  'make_account', 'make_slip', 'set_password', 'make_letters', 'write_letter_text', 'make_code', 'revoke_code', 'become',
  'approve_join_request', 'decline_join_request', 'require_second_factor', 'allow_one_factor', 'remove_second_factor',
  'switch_on_second_factor', 'switch_off_second_factor', 'take_back', 'move', 'take_up', 'tick', 'untick', 'sign_up_for', 'end_signup',
  'send', 'resend', 'try', 'write_message', 'share_photos', 'hide_photos', 'change_status', 'chase', 'say_still_working', 'merge_in',
  'unmerge', 'assign'
);

-- Written by `npm run migration`.

-- What staff did that is about me and stands in a history, not in the log: `signup_` and the status of a sign-up, `report_` and the kind
-- of an event. Its words: `moderation.event.…`.
create type public.about_me_event as enum ('signup_signed_up', 'signup_offered', 'signup_waitlisted', 'signup_cancelled', 'signup_declined',
  'signup_lapsed', 'report_status', 'report_chased', 'report_still_working', 'report_merged_in', 'report_unmerged', 'report_assigned');

-- What an act is about. A new one: here, what it is called (`moderation.subject.…`), and where its name is found (moderation/log-names.sql).
create type public.audit_subject as enum (
  'proposal', 'comment', 'question', 'activity', 'message', 'poll', 'notice', 'membership', 'join_request', 'flat', 'place', 'block',
  'contact', 'translation', 'host', 'outage', 'responsibility', 'deadline', 'assignee', 'landlord_settings', 'webhook', 'session', 'series',
  'attendance', 'join_code', 'installation', 'signup', 'report', 'api_key'
);

-- What the details of a line hold (has_shape).
create type public.audit_shape as enum ('none', 'role', 'language', 'fields', 'status', 'dates', 'merged', 'taken_back', 'count', 'flat',
  'title', 'check');

create type public.usual_reason as enum ('person', 'rude', 'private', 'off_topic', 'misleading');

-- What a change can touch, as the audit log names it (`moderation.field.…`).
create type public.notice_field as enum ('title', 'body', 'class', 'audience', 'published_at', 'ends_at');

-- The pairs that may be logged. The rows stand in the `log.sql` of each domain.
create table private.audit_acts (
  act public.audit_act,
  subject public.audit_subject,
  shape public.audit_shape not null default 'none',
  primary key (act, subject),
  unique (act, subject, shape)
);

DROP FUNCTION "private"."notice_difference"(public.notices, public.notices, boolean);

-- Publishes a draft (when it was meant to, or at once), publishes at once what is planned, takes a notice down, removes for
-- good what nobody can see, shows a picture again that somebody wanted away, or removes it.
-- Definer: writes notices, which nobody may.
create or replace function private.act_on_notice(p_notice_id uuid, p_act public.notice_act) returns public.notice_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_notice public.notices;
  v_starts_at timestamptz := now();
begin
  select * into v_notice from public.notices n where n.id = p_notice_id for update;
  if not found or not private.has_role(v_notice.block_id, '{consultant}') then
    return 'not_found';
  end if;
  if p_act = 'publish' then
    if v_notice.state = 'published' and v_notice.published_at <= clock_timestamp() then
      return 'nothing_to_do';
    elsif v_notice.state = 'draft' then
      v_starts_at := greatest(v_notice.published_at, now());
    end if;
    if v_notice.ends_at <= v_starts_at then
      return 'end_has_passed';
    end if;
    perform private.publish_notice(v_notice, v_starts_at);
    return case when v_starts_at > now() then 'planned' else 'published' end;
  elsif p_act = 'withdraw' then
    update public.notices n set state = 'withdrawn', told_at = null
    where n.id = p_notice_id and n.state = 'published' returning * into v_notice;
  elsif p_act = 'remove' then
    delete from public.notices n where n.id = p_notice_id and n.state <> 'published';
  elsif p_act = 'remove_photo' then
    delete from public.notice_photos p where p.notice_id = p_notice_id;
  else
    update public.notice_photos p set hidden_at = null, reviewed_at = now()
    where p.notice_id = p_notice_id and (p.hidden_at is not null or exists (
      select from public.notice_photo_requests r where r.notice_id = p_notice_id));
  end if;
  if not found then
    return 'nothing_to_do';
  end if;
  if p_act = 'withdraw' then
    perform private.untell_notice(v_notice);
  elsif p_act in ('keep_photo', 'remove_photo') then
    delete from public.notice_photo_requests r where r.notice_id = p_notice_id;
  end if;
  perform private.log_act(v_notice.block_id, p_act::text::public.audit_act, 'notice', p_notice_id);
  return case p_act when 'withdraw' then 'withdrawn' when 'remove' then 'removed' when 'keep_photo' then 'photo_kept'
    else 'photo_removed' end;
end
$$;

-- Lines about me: what was done with the pictures of my cases, and that I was asked. The rest is in the history of the case
-- (my_case_events). For acts_about_me; granted to nobody.
create function private.acts_on_my_cases() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from private.my_report_ids() r (id) join public.audit_entries e on e.subject_id = r.id
  where e.subject = 'report' and e.act in ('share_photos', 'hide_photos', 'ask')
$$;

-- Lines about me: of my membership, my request to join, and my flat while I lived there. For acts_about_me; granted to nobody.
create function private.acts_on_my_membership() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from public.memberships m join public.audit_entries e on e.subject_id = m.id and e.subject = 'membership'
  where m.person_id = (select auth.uid())
  union all
  select e.id from public.join_requests r join public.audit_entries e on e.subject_id = r.id and e.subject = 'join_request'
  where r.person_id = (select auth.uid())
  union all
  select e.id from public.memberships m join public.audit_entries e on e.subject_id = m.flat_id and e.subject = 'flat'
  where m.person_id = (select auth.uid()) and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
$$;

-- Lines about me: that a flat was marked as voting on paper while I lived there. For acts_about_me; granted to nobody.
create function private.acts_on_my_paper_vote() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from public.memberships m
  join public.audit_entries e on e.act in ('mark_paper', 'unmark_paper', 'try_mark_paper') and e.subject = 'poll' and e.shape = 'flat'
    and e.details ->> 'place_id' = m.flat_id::text
  where m.person_id = (select auth.uid()) and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
$$;

-- Lines about me: of what I have written, and that I was paused for it. For acts_about_me; granted to nobody.
create function private.acts_on_my_things() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from private.my_thing_ids() t (id) join public.audit_entries e on e.subject_id = t.id
  union all
  select e.id from private.paused_people w join public.pauses p on p.id = w.pause_id
  join public.audit_entries e on e.subject_id = p.thing_id and e.act in ('pause', 'lift_pause')
  where w.person_id = (select auth.uid())
$$;

-- Adds a picture that I have stored, also to what is done: that is when there is an "after". Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.add_follow_up_photo(
  p_id uuid, p_poll_id uuid, p_moment public.follow_up_moment, p_path text, p_alternative_text text
) returns public.follow_up_photo_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups := private.lock_follow_up(p_poll_id);
begin
  if v_follow_up.poll_id is null then
    return 'not_allowed';
  elsif exists (select from public.follow_up_photos p where p.id = p_id) then
    return case when exists (select from public.follow_up_photos p where p.id = p_id and p.poll_id = p_poll_id)
      then 'added' else 'not_allowed' end;
  elsif (select count(*) from public.follow_up_photos p where p.poll_id = p_poll_id and p.moment = p_moment)
    >= private.number('follow_up_photos') then
    return 'too_many';
  elsif not private.hold_space_photo(p_path) or private.is_space_photo_used(p_path) then
    return 'no_picture';
  end if;
  insert into public.follow_up_photos (id, poll_id, block_id, moment, path, alternative_text)
  values (p_id, p_poll_id, v_follow_up.block_id, p_moment, p_path, private.trimmed(p_alternative_text));
  perform private.log_act(v_follow_up.block_id, 'add_follow_up_photo', 'poll', p_poll_id,
    jsonb_build_object('title', private.trimmed(p_alternative_text)));
  return 'added';
end
$$;

-- Adds a step to what is not done or declined. p_id is the form's own key. Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.add_milestone(p_id uuid, p_poll_id uuid, p_title text, p_due_on date) returns public.milestone_outcome
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

-- The consultant's answer, for everybody in the building. An answer may be put right: `answered_at` is that of the answer
-- the consultant had before them, so that two who answer at once do not write over each other. Every version is logged.
-- Definer: questions are not writable, and who asked is nobody's to see.
create or replace function private.answer_poll_question(p_question_id uuid, p_answer text, p_answered_at timestamptz)
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

-- Asks the resident of an open case. p_starts_at and p_ends_at are up to 6 proposed times to come, each at most a day long, or
-- none. The same id asks once.
-- Definer: writes tables that nobody may write to.
create or replace function private.ask_report_question(
  p_id uuid, p_report_id uuid, p_body text, p_starts_at timestamptz[], p_ends_at timestamptz[]
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

-- Cancels a published activity, with a reason that its readers see. All sign-ups end, offers are dead, and everybody who
-- had one is told once. Final: a new try is a copy.
-- Definer: nobody may write the status column, nor other people's sign-ups.
create or replace function private.cancel_activity(p_activity_id uuid, p_reason text) returns public.activity_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif v_activity.status <> 'published' then
    return case v_activity.status when 'cancelled' then 'already_cancelled' else 'not_published' end::public.activity_cancel_outcome;
  elsif private.is_over(p_activity_id) then
    return 'past';
  end if;
  -- Whoever is paused may cancel, without words.
  update public.activities a
  set status = 'cancelled', cancel_reason = case when private.is_paused(v_activity.block_id) then '–' else btrim(p_reason) end
  where a.id = p_activity_id;
  if private.has_role(v_activity.block_id, '{consultant}') then
    perform private.log_act(v_activity.block_id, 'cancel', 'activity', p_activity_id, p_reason => btrim(p_reason));
  end if;
  for v_signup_id in
    select s.id from public.signups s
    where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted') order by s.queue_number
  loop
    perform private.set_signup(v_signup_id, 'cancelled', 'activity_cancelled', 'staff');
    perform private.notify_signup(v_signup_id, 'activity_cancelled');
  end loop;
  return 'cancelled';
end
$$;

-- Marks a step as done today, as not done after all, or takes it away. Saying it twice changes nothing. Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.change_milestone(p_milestone_id uuid, p_act public.milestone_act) returns public.milestone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_milestone public.follow_up_milestones;
  v_follow_up public.follow_ups;
begin
  select * into v_milestone from public.follow_up_milestones m where m.id = p_milestone_id;
  v_follow_up := private.lock_follow_up(v_milestone.poll_id);
  if v_follow_up.poll_id is null or p_act is null then
    return 'not_allowed';
  elsif v_follow_up.next_on is null then
    return 'closed';
  elsif p_act = 'removed' then
    delete from public.follow_up_milestones m where m.id = p_milestone_id;
  else
    update public.follow_up_milestones m set done_on = case when p_act = 'done' then private.today() end
    where m.id = p_milestone_id and (m.done_on is null) = (p_act = 'done');
  end if;
  if found then
    perform private.log_act(v_follow_up.block_id,
      case p_act when 'done' then 'complete_milestone' when 'undone' then 'reopen_milestone' else 'remove_milestone' end::public.audit_act,
      'poll', v_follow_up.poll_id, jsonb_build_object('title', v_milestone.title));
  end if;
  return p_act::text::public.milestone_outcome;
end
$$;

-- Everything of the old tenants ends at once: memberships, the codes of letters, and with the memberships their slips.
-- Locks the flat, so that two presses are one change, and nobody joins with an old code in between.
-- Definer: memberships are not writable.
create or replace function private.change_tenant(p_flat_id uuid) returns public.tenant_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
  v_ended integer;
  v_revoked integer;
begin
  select f.block_id into v_block_id from public.places f where f.id = p_flat_id and f.kind = 'flat' for no key update;
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  end if;
  update public.join_codes c set revoked_at = now()
  where c.flat_id = p_flat_id and c.revoked_at is null and c.expires_at > now() and c.used_count < c.max_uses;
  get diagnostics v_revoked = row_count;
  update public.memberships m set ended_at = now() where m.flat_id = p_flat_id and m.ended_at is null;
  get diagnostics v_ended = row_count;
  if v_ended + v_revoked = 0 then
    return 'nothing_to_do';
  end if;
  perform private.log_act(v_block_id, 'change_tenant', 'flat', p_flat_id);
  return 'changed';
end
$$;

-- Writes down the answer for everybody to read, over an earlier one. Who answered is kept as a role. Logged: what is built and
-- answered by the consultant as such. Locks the proposal. Definer: proposals are not writable.
create or replace function private.check_proposal(p_proposal_id uuid, p_is_possible boolean, p_cost_nok integer, p_reason text)
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

-- Enters the ballots of the sealed box, once, after closing: one list of options for each, an empty one for a blank or spoilt ballot; as many
-- as were marked. They are mixed among the others with receipts that nobody has, so that nothing tells which they were. From then on
-- the vote has its result. Logged with the number. Definer: writes the ballots.
create or replace function private.count_paper_votes(p_poll_id uuid, p_ballots jsonb) returns public.count_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_choices uuid[];
  v_ballot jsonb;
begin
  perform private.settle_polls(array[p_poll_id]);
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'closed' then
    return 'not_closed';
  elsif v_poll.counted_at is not null then
    return 'already_counted';
  elsif jsonb_typeof(p_ballots) is distinct from 'array'
    or jsonb_array_length(p_ballots) <> (select count(*) from private.electors e where e.poll_id = p_poll_id and e.way = 'paper') then
    return 'wrong_number';
  end if;
  for v_ballot in select b from jsonb_array_elements(p_ballots) b loop
    if jsonb_typeof(v_ballot) <> 'array' or exists (
      select from jsonb_array_elements(v_ballot) c
      where not exists (select from public.poll_options o where o.poll_id = p_poll_id and o.id::text = c #>> '{}')
    ) then
      return 'wrong_choices';
    end if;
    v_choices := array(select c::uuid from jsonb_array_elements_text(v_ballot) c);
    if v_choices <> '{}' and private.choices_refusal(v_poll, v_choices) is not null then
      return 'wrong_choices';
    end if;
  end loop;
  perform private.shuffle_ballots(p_poll_id, p_ballots);
  update public.polls p set counted_at = clock_timestamp() where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'count_paper', 'poll', p_poll_id, jsonb_build_object('count', jsonb_array_length(p_ballots)));
  return 'counted';
end
$$;

-- The consultant lets somebody in as a resident of a flat, or (without a flat) says no, with a reason when there is one to give. Locks
-- the request. Logged without name, and told.
-- Definer: writes requests, people, memberships and what somebody is told.
create or replace function private.decide_join_request(p_request_id uuid, p_flat_id uuid, p_reason text) returns public.join_decide_outcome
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
create or replace function private.decide_proposal(p_proposal_id uuid, p_approve boolean, p_answer text, p_kind public.proposal_kind)
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

-- Says no to a proposal, with a reason that its host sees.
-- Definer: nobody may write the status column.
create or replace function private.decline_activity(p_activity_id uuid, p_reason text) returns public.activity_decline_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status <> 'proposed' then
    return 'not_proposed';
  end if;
  update public.activities a set status = 'declined', decline_reason = btrim(p_reason) where a.id = p_activity_id;
  perform private.log_act(v_activity.block_id, 'decline', 'activity', p_activity_id, p_reason => btrim(p_reason));
  perform private.notify_hosts(p_activity_id, 'activity_declined');
  return 'declined';
end
$$;

-- Ends a membership: mine, or one of a role that I may give (see may_appoint). With p_lock_out (the consultant, residents
-- and partners) nothing lets the person in again, and a reason must be given: it stands in the log, where the person reads it.
-- Answers false when there is no such membership that I may end. When somebody else ends it, the flat's live codes are
-- revoked too: what is left of a household's code would let the same person in again. Logged, also when somebody ends their own role of staff.
-- Definer: memberships are not writable, so that nobody can give themselves a role.
create or replace function private.end_membership(p_membership_id uuid, p_lock_out boolean, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_ended public.memberships;
  v_me constant uuid := (select auth.uid());
  v_reason constant text := nullif(btrim(p_reason), '');
begin
  if p_lock_out and v_reason is null then
    return false;
  end if;
  update public.memberships m set ended_at = now(), blocked_at = case when p_lock_out then now() end
  where m.id = p_membership_id and m.ended_at is null
    and (private.may_appoint(m.block_id, m.role) or (m.person_id = v_me and not p_lock_out))
    -- A role of staff is not given up by whoever only knows the password.
    and (m.person_id <> v_me or not private.is_staff_role(m.role) or private.session_gate() = 'open')
    and not (p_lock_out and (m.role not in ('resident', 'partner') or m.person_id = v_me))
  returning * into v_ended;
  if v_ended.id is null then
    return false;
  end if;
  if v_ended.person_id <> v_me then
    update public.join_codes c set revoked_at = now() where c.flat_id = v_ended.flat_id and c.revoked_at is null;
  end if;
  if v_ended.person_id <> v_me or private.is_staff_role(v_ended.role) then
    perform private.log_act(v_ended.block_id, case when p_lock_out then 'lock_out' else 'end_membership' end::public.audit_act,
      'membership', v_ended.id, p_reason => v_reason);
  end if;
  return true;
end
$$;

-- Ends a sign-up on behalf of the person, also after the deadline. Logged as sign_up_for is.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
create or replace function private.end_signup(p_signup_id uuid) returns public.signup_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
begin
  select * into v_signup from public.signups s where s.id = p_signup_id;
  if not found or not private.manages(v_signup.activity_id, v_signup.block_id) then
    return 'not_found';
  end if;
  perform from public.activities a where a.id = v_signup.activity_id for update;
  perform private.settle_offers(v_signup.activity_id);
  select * into v_signup from public.signups s where s.id = p_signup_id;
  if not found or v_signup.status not in ('signed_up', 'offered', 'waitlisted') then
    return 'not_signed_up';
  elsif private.is_over(v_signup.activity_id) then
    return 'past';
  end if;
  perform private.set_signup(p_signup_id, 'cancelled', 'cancelled_by_staff', 'staff');
  perform private.log_act(v_signup.block_id, 'end_signup', 'signup', v_signup.activity_id)
  where private.has_role(v_signup.block_id, '{consultant}');
  perform private.fill_places(v_signup.activity_id, 'place_freed');
  return 'cancelled';
end
$$;

-- Lets an open vote go on, once and for a time, with a reason everybody sees. Logged. Definer: writes the poll.
create or replace function private.extend_poll(p_poll_id uuid, p_closes_at timestamptz, p_reason text) returns public.extend_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  elsif v_poll.extended_at is not null then
    return 'already_extended';
  elsif nullif(btrim(p_reason), '') is null then
    return 'reason_missing';
  elsif p_closes_at is null or p_closes_at <= v_poll.closes_at then
    return 'too_early';
  elsif p_closes_at > v_poll.closes_at + private.period('extension') then
    return 'too_late';
  end if;
  update public.polls p
  set closes_at = p_closes_at, first_closes_at = p.closes_at, extended_at = now(), extension_reason = btrim(p_reason)
  where p.id = p_poll_id;
  -- What was promised for then and later moves by as many days.
  update public.poll_phases f
  set ends_on = f.ends_on + ((p_closes_at at time zone 'Europe/Oslo')::date - (v_poll.closes_at at time zone 'Europe/Oslo')::date)
  where f.poll_id = p_poll_id and f.ends_on >= (v_poll.closes_at at time zone 'Europe/Oslo')::date;
  perform private.log_act(v_poll.block_id, 'extend', 'poll', p_poll_id, p_reason => btrim(p_reason));
  return 'extended';
end
$$;

-- What staff and neighbours said about this person's things stays, without the person's names: reasons and titles in the audit log, reasons
-- of flags, edits and pauses, appeals, and words as they were before an edit. Granted to nobody.
create or replace function private.forget_in_moderation(p_person_id uuid, p_words text[]) returns void
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
  -- Of details only titles are words (private.has_shape); they are of what the whole building sees.
  update public.audit_entries a
  set details = jsonb_build_object('title', private.masked(a.details ->> 'title', private.words_before(p_person_id, p_words, a.acted_at)))
  where a.shape = 'title' and a.block_id in (select m.block_id from public.memberships m where m.person_id = p_person_id);
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

-- Whether these are details of this shape: its keys and no others, each with a value that can be one. Granted to nobody.
-- `dates`: the first date, where it was moved to, and how many more. `flat`: none for a vote of a person; the name in lines from before
-- flats were kept by id, when two had it. `title`: words that staff wrote, the only ones in details (residents/deletion.sql).
create function private.has_shape(p_shape public.audit_shape, p_details jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(case p_shape
    when 'none' then p_details = '{}'
    when 'role' then p_details - 'role' = '{}' and pg_input_is_valid(p_details ->> 'role', 'public.member_role')
    when 'language' then p_details - 'language' = '{}' and p_details ->> 'language' ~ '^[a-z]{2,3}$'
    when 'fields' then p_details - 'fields' = '{}' and jsonb_typeof(p_details -> 'fields') = 'array' and not exists (
      select from jsonb_array_elements_text(p_details -> 'fields') f where not pg_input_is_valid(f, 'public.notice_field'))
    when 'status' then p_details - 'status' = '{}' and pg_input_is_valid(p_details ->> 'status', 'public.report_status')
    when 'dates' then p_details - '{at,moved_to,more}'::text[] = '{}' and pg_input_is_valid(p_details ->> 'at', 'timestamptz')
      and coalesce(pg_input_is_valid(p_details ->> 'moved_to', 'timestamptz'), not p_details ? 'moved_to')
      and coalesce(p_details ->> 'more' ~ '^[1-9][0-9]{0,4}$', not p_details ? 'more')
    when 'merged' then p_details - 'into' = '{}' and pg_input_is_valid(p_details ->> 'into', 'uuid')
    when 'taken_back' then p_details - '{flags,is_appealed,is_waiting}'::text[] = '{}' and p_details ->> 'flags' ~ '^[0-9]{1,5}$'
      and jsonb_typeof(p_details -> 'is_appealed') = 'boolean' and jsonb_typeof(p_details -> 'is_waiting') = 'boolean'
    when 'count' then p_details - 'count' = '{}' and p_details ->> 'count' ~ '^[0-9]{1,5}$'
    when 'flat' then p_details = '{}' or p_details - 'place_id' = '{}' and pg_input_is_valid(p_details ->> 'place_id', 'uuid')
      or p_details - 'name' = '{}' and length(p_details ->> 'name') between 1 and 80
    when 'title' then p_details - 'title' = '{}' and length(p_details ->> 'title') between 1 and 200
    when 'check' then p_details - '{is_possible,cost_nok}'::text[] = '{}' and jsonb_typeof(p_details -> 'is_possible') = 'boolean'
      and coalesce(p_details ->> 'cost_nok' ~ '^[0-9]{1,9}$', not p_details ? 'cost_nok')
  end, false)
$$;

-- Hides what three flats have flagged. No staff act: the log gets an entry without anybody, never with who flagged last.
-- Granted to nobody.
create or replace function private.hide_by_flags(p_thing public.things) returns void
language plpgsql set search_path = '' as $$
declare
  v_entry_id uuid;
begin
  perform private.set_hidden(p_thing, now(), 'flags', null);
  v_entry_id := private.log_act_by(null, null, p_thing.block_id, 'hide_by_flags', p_thing.kind::text::public.audit_subject, p_thing.id);
  perform private.tell_author(p_thing, 'account_moderated', v_entry_id);
end
$$;

-- Uses a code: makes me a member, under the name I choose. The tries of an account are limited.
-- Locks the code row, so that two people can not share its last use.
-- Definer: reads the hash and writes memberships and people, which only this function may.
create or replace function private.join_block(p_code text, p_display_name text, p_locale text) returns public.join_outcome
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

-- Lets somebody who was locked out ask or use a code again. It gives nothing back by itself.
-- Definer: memberships are not writable.
create or replace function private.lift_lock_out(p_membership_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
begin
  update public.memberships m set blocked_at = null
  where m.id = p_membership_id and m.blocked_at is not null and private.has_role(m.block_id, '{consultant}')
  returning m.block_id into v_block_id;
  if v_block_id is null then
    return false;
  end if;
  perform private.log_act(v_block_id, 'lift_lock_out', 'membership', p_membership_id);
  return true;
end
$$;

-- What activities in the log are called (also of dates, sign-ups and the like, which go by their activity), and messages of hosts.
-- For log_names. Invoker: the policies decide.
create function private.log_names_of_activities(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select a.id, a.title, null::integer, a.id from public.activities a where a.id = any (p_ids)
  union all
  select m.id, a.title, null, a.id from public.activity_messages m join public.activities a on a.id = m.activity_id where m.id = any (p_ids)
$$;

-- What a member in the log is called: the flat, never the person. For log_names. Invoker: the policies decide.
create function private.log_names_of_members(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select m.id, f.name, null::integer, f.id from public.memberships m join public.places f on f.id = m.flat_id where m.id = any (p_ids)
$$;

-- What notices in the log are called. For log_names. Invoker: the policies decide.
create function private.log_names_of_notices(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select n.id, n.title, null::integer, n.id from public.notices n where n.id = any (p_ids)
$$;

-- What places and flats in the log are called. For log_names. Invoker: the policies decide.
create function private.log_names_of_places(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select f.id, f.name, null::integer, f.id from public.places f where f.id = any (p_ids)
$$;

-- What votes and questions in the log are called: the title of the vote. For log_names. Invoker: the policies decide.
create function private.log_names_of_polls(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select v.id, v.title, null::integer, v.id from public.polls v where v.id = any (p_ids)
  union all
  select q.id, v.title, null, v.id from public.poll_questions q join public.polls v on v.id = q.poll_id where q.id = any (p_ids)
$$;

-- What proposals and comments in the log are called: the title of the page they stand on. For log_names. Invoker: the policies decide.
create function private.log_names_of_proposals(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select p.id, p.title, null::integer, p.id from public.proposals p where p.id = any (p_ids)
  union all
  select c.id, p.title, null, p.id from public.proposal_comments c join public.proposals p on p.id = c.proposal_id where c.id = any (p_ids)
$$;

-- Which case the log is about: its number. For log_names. Invoker: the policies decide.
create function private.log_names_of_reports(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select r.id, null::text, r.number, r.id from public.reports r where r.id = any (p_ids)
$$;

-- An account without e-mail for somebody in a flat, made with the consultant: user name, password, what to call them. `p_id` becomes
-- the account's own, so that a form sent twice makes one.
-- Definer: writes the tables of the auth service, people and memberships, which nobody may.
create or replace function private.make_account(p_id uuid, p_flat_id uuid, p_user_name text, p_password text, p_display_name text)
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
  elsif not private.is_password(p_password) then
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
      extensions.crypt(p_password, extensions.gen_salt('bf', 10)), now(),
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

-- Makes a key and answers it, not shown again; null for everybody but the landlord, and beyond the most keys in use. Logged.
-- Definer: writes the hash, which nobody may.
create or replace function private.make_api_key(p_name text, p_scopes public.api_scope[]) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := 'bomiljo_' || encode(extensions.gen_random_bytes(32), 'hex');
  v_id uuid;
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or (select count(*) from public.api_keys k where k.revoked_at is null) >= private.number('api_keys') then
    return null;
  end if;
  insert into public.api_keys (name, scopes, key_hash)
  values (
    btrim(p_name), array(select distinct s from unnest(p_scopes) s order by s),
    encode(sha256(convert_to(v_secret, 'UTF8')), 'hex')
  )
  returning id into v_id;
  perform private.log_act(null, 'add', 'api_key', v_id);
  return v_secret;
end
$$;

-- Draws a code and keeps its hash: for a flat, or (without) for another role; see may_appoint (residents/people.sql). Roles for all buildings have none.
-- Answers the code as it is printed (XXXX-XXXX-XXXX): it is not shown again.
-- Definer: writes the hash, which nobody may write or read. Raises 42501 when the caller may not.
create or replace function private.make_join_code(
  p_block_id uuid, p_flat_id uuid, p_max_uses integer, p_valid_days integer, p_role public.member_role
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_code text := private.draw_code(private.number('join_code_signs'));
  v_id uuid;
begin
  if private.may_appoint(p_block_id, p_role) is not true then
    raise exception using errcode = '42501', message = 'not allowed to make this code';
  end if;
  insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
  values (
    p_block_id, p_role, p_flat_id, private.code_hash(v_code), p_max_uses,
    now() + make_interval(days => least(greatest(p_valid_days, 1), private.number('code_days'))), (select auth.uid())
  ) returning id into v_id;
  perform private.log_act(p_block_id, 'make_code', 'join_code', v_id, jsonb_build_object('role', p_role));
  return v_code;
end
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones die. With p_only_empty
-- only where nobody has joined yet. Answers each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two at once wait for each other, so that exactly one code of a flat lives.
-- Definer: writes hashes, which nobody may.
create or replace function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_only_empty boolean, p_max_uses integer, p_valid_days integer
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
create or replace function private.merge_proposal(p_proposal_id uuid, p_into uuid) returns public.merge_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_from public.proposals;
  v_into public.proposals;
  v_count integer;
begin
  perform from public.proposals p where p.id in (p_proposal_id, p_into) order by p.id for update;
  select * into v_from from public.proposals p where p.id = p_proposal_id;
  select * into v_into from public.proposals p where p.id = p_into;
  if v_from.id is null or not private.has_role(v_from.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_from.status = 'merged' and v_from.merged_into = p_into then
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
  select p_into, s.person_id from public.proposal_supporters s where s.proposal_id = p_proposal_id
  union
  select p_into, a.person_id from public.proposal_authors a
  where a.proposal_id = p_proposal_id and exists (
    select from public.memberships m
    where m.person_id = a.person_id and m.block_id = v_from.block_id and m.role = 'resident' and m.ended_at is null
  )
  on conflict do nothing;
  get diagnostics v_count = row_count;
  delete from public.proposal_supporters s where s.proposal_id = p_proposal_id;
  update public.proposals p set support_count = p.support_count + v_count where p.id = p_into;
  update public.proposals p
  set status = 'merged', merged_into = p_into, merged_at = now(), support_count = 0
  where p.id = p_proposal_id;
  -- What was put together with it before leads on to where it is now.
  update public.proposals p set merged_into = p_into where p.merged_into = p_proposal_id;
  update public.flags f set resolved_at = now(), verdict = 'dismissed'
  where f.proposal_id = p_proposal_id and f.resolved_at is null;
  perform private.log_act(v_from.block_id, 'merge', 'proposal', p_proposal_id, jsonb_build_object('into', p_into));
  perform private.tell_proposer(p_proposal_id, 'proposal_merged', p_proposal_id::text);
  return 'merged';
end
$$;

-- An act of the consultant on a thing. p_parts: what else stands in an activity that is edited, by column. Hiding what flags have hidden,
-- or what was appealed, leaves it hidden, for good. Putting the words right shows the thing again. Whoever wrote it is told (not when it
-- is left as it was), and sees the reason. A reason may begin with a line `template:…`: a usual one, which the portal puts into the
-- reader's language. Logged. Holds the thing. Definer: writes what nobody may, and reads who wrote it.
create or replace function private.moderate(
  p_kind public.thing_kind, p_id uuid, p_act public.moderation_act, p_reason text, p_title text, p_body text, p_days integer, p_parts jsonb
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

-- The reason behind what I was told: a column of notifications over the API. Definer: reads one entry of the trail, of mine.
create or replace function private.moderation_reason(p_notification_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select private.stored_reason(e.usual_reason, e.reason) from public.notifications n join public.audit_entries e on e.id::text = n.subject
  where n.id = p_notification_id and n.person_id = (select auth.uid()) and n.kind in ('account_moderated', 'account_paused')
$$;

-- What staff did in my cases, from their history. For acts_about_me; granted to nobody.
create function private.my_case_events()
returns table (block_id uuid, event public.about_me_event, subject public.audit_subject, subject_id uuid, actor_role public.member_role,
  acted_at timestamptz)
language sql stable set search_path = '' as $$
  select r.block_id, ('report_' || v.kind)::public.about_me_event, 'report'::public.audit_subject, r.id,
    v.actor_role::text::public.member_role, v.created_at
  from public.report_details d join public.reports r on r.id = d.report_id
  join public.report_events v on v.report_id = r.id and v.actor_role in ('consultant', 'landlord')
  where d.reporter_id = (select auth.uid())
$$;

-- What was changed and said of what I wrote, what I flagged, when I was paused, and what I did as one of the staff. Granted to nobody.
create or replace function private.my_moderation_data(p_me uuid) returns jsonb
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
      select coalesce(jsonb_agg(jsonb_build_object('acted_at', a.acted_at, 'role', a.actor_role, 'act', a.act, 'subject', a.subject,
        'shape', a.shape, 'details', a.details, 'usual_reason', a.usual_reason, 'reason', a.reason) order by a.acted_at), '[]')
      from public.audit_entries a where a.actor_id = p_me)
  )
$$;

-- What staff did with my sign-ups, from their history. For acts_about_me; granted to nobody.
create function private.my_signup_events()
returns table (block_id uuid, event public.about_me_event, subject public.audit_subject, subject_id uuid, actor_role public.member_role,
  acted_at timestamptz)
language sql stable set search_path = '' as $$
  select s.block_id, ('signup_' || v.status)::public.about_me_event, 'signup'::public.audit_subject, s.activity_id,
    null::public.member_role, v.created_at
  from public.signups s join public.signup_events v on v.signup_id = s.id and v.actor = 'staff'
  where s.person_id = (select auth.uid())
$$;

-- What a change touched, for the audit log: the fields, never the words. They may be what had to go.
create function private.notice_difference(p_old public.notices, p_new public.notices, p_places_differ boolean) returns public.notice_field[]
language sql immutable set search_path = '' as $$
  select coalesce(array_agg(field order by field), '{}') from (values
    ('title'::public.notice_field, p_old.title is distinct from p_new.title),
    ('body', p_old.body is distinct from p_new.body),
    ('class', p_old.class is distinct from p_new.class),
    ('audience', p_old.audience is distinct from p_new.audience or p_places_differ),
    ('published_at', p_old.published_at is distinct from p_new.published_at),
    ('ends_at', p_old.ends_at is distinct from p_new.ends_at)
  ) as f (field, differs) where differs
$$;

-- Opens a vote. What is built on or changed in the building must have Boligbygg's yes, and nothing that cannot be done or is not shown any more
-- is voted on. Logged.
-- Definer: writes the status and the electorate, which nobody may.
create or replace function private.open_poll(p_poll_id uuid) returns public.open_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_lack text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  v_lack := private.poll_lack(v_poll);
  if v_poll.id is null or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status not in ('draft', 'planned') then
    return 'not_draft';
  elsif v_poll.closes_at <= now() then
    return 'closes_too_early';
  elsif v_lack is not null then
    return v_lack;
  elsif exists (
    select from public.poll_options o join public.proposals i on i.id = o.proposal_id
    where o.poll_id = p_poll_id and (i.status <> 'approved' or i.hidden_at is not null or i.is_possible is false
      or (i.kind = 'physical' and i.is_possible is not true))
  ) then
    return 'not_checked';
  elsif private.start_voting(p_poll_id) = 0 then
    return 'nobody_entitled';
  end if;
  perform private.log_act(v_poll.block_id, 'open', 'poll', p_poll_id);
  return 'opened';
end
$$;

-- The own words of a stored reason; null when there are none. Granted to nobody.
create function private.own_words_in(p_stored text) returns text
language sql stable set search_path = '' as $$
  select nullif(case when private.usual_reason_in(p_stored) is null then p_stored
    else substr(p_stored, strpos(p_stored || E'\n', E'\n') + 1) end, '')
$$;

-- Pauses a resident or a partner, or (p_days null) ends the pause that was given so. It neither says nor changes whether the same
-- person has a pause for a thing. Locks the membership. Logged. Definer: pauses and memberships are not writable.
create or replace function private.pause_member(p_membership_id uuid, p_days integer, p_reason text) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
  v_reason text := nullif(btrim(p_reason), '');
  v_pause_id uuid;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id and m.ended_at is null for no key update;
  if not found or v_member.role not in ('resident', 'partner') or not private.has_role(v_member.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null then
    return 'reason_missing';
  end if;
  select p.id into v_pause_id from public.pauses p
  where p.membership_id = p_membership_id and p.lifted_at is null and p.ends_at > now();
  if (p_days is null) = (v_pause_id is null) then
    return 'nothing_to_do';
  elsif p_days is null then
    update public.pauses p set lifted_at = now() where p.id = v_pause_id;
  elsif p_days not between 1 and private.number('pause_days') then
    return 'days_missing';
  else
    insert into public.pauses (block_id, membership_id, reason, ends_at)
    values (v_member.block_id, p_membership_id, v_reason, now() + make_interval(days => p_days)) returning id into v_pause_id;
    insert into private.paused_people (pause_id, person_id) values (v_pause_id, v_member.person_id);
  end if;
  v_entry_id := private.log_act(v_member.block_id, case when p_days is null then 'lift_pause' else 'pause' end::public.audit_act,
    'membership', p_membership_id, p_reason => v_reason);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, 'account_paused', v_entry_id::text);
  return 'done';
end
$$;

-- Shows a draft to the building. Logged. Definer: writes the status, which nobody may.
create or replace function private.plan_poll(p_poll_id uuid) returns public.plan_poll_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_lack text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  v_lack := private.poll_lack(v_poll);
  if v_poll.id is null or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'draft' then
    return 'not_draft';
  elsif v_lack is not null then
    return v_lack;
  end if;
  update public.polls p set status = 'planned' where p.id = p_poll_id;
  perform private.log_act(v_poll.block_id, 'plan', 'poll', p_poll_id);
  return 'planned';
end
$$;

-- Shows a draft or a proposal to its readers: the consultant's yes. Needs a date that is still to come.
-- Definer: nobody may write the status column, so that what is cancelled stays cancelled.
create or replace function private.publish_activity(p_activity_id uuid) returns public.activity_publish_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.has_role(v_activity.block_id, '{consultant}') then
    return 'not_found';
  elsif v_activity.status not in ('draft', 'proposed') then
    return case v_activity.status when 'published' then 'already_published' else 'cancelled' end::public.activity_publish_outcome;
  elsif private.is_over(p_activity_id) then
    return 'no_dates';
  end if;
  update public.activities a set status = 'published' where a.id = p_activity_id;
  perform private.log_act(v_activity.block_id, 'publish', 'activity', p_activity_id);
  perform private.notify_hosts(p_activity_id, 'activity_approved');
  return 'published';
end
$$;

-- Lets a notice be seen from a moment on, as something new: told of and counted anew. Granted to nobody.
create or replace function private.publish_notice(p_notice public.notices, p_starts_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.notices n
  set state = 'published', published_at = p_starts_at, changed_at = null, told_at = null, reader_count = null
  where n.id = p_notice.id;
  perform private.log_act(p_notice.block_id, 'publish', 'notice', p_notice.id);
end
$$;

-- Takes a picture off the page; the file goes with the next clean-up. Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.remove_follow_up_photo(p_photo_id uuid) returns public.follow_up_photo_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_photo public.follow_up_photos;
begin
  select * into v_photo from public.follow_up_photos p where p.id = p_photo_id;
  if (private.lock_follow_up(v_photo.poll_id)).poll_id is null then
    return 'not_allowed';
  end if;
  delete from public.follow_up_photos p where p.id = p_photo_id;
  if found then
    perform private.log_act(v_photo.block_id, 'remove_follow_up_photo', 'poll', v_photo.poll_id,
      jsonb_build_object('title', v_photo.alternative_text));
  end if;
  return 'removed';
end
$$;

-- The admin takes away the second factor of somebody who lost the phone; all devices of theirs are signed out. Their own they take away
-- themselves, with a code. Answers false when there is none that I may take away. Logged.
-- Definer: writes the tables of the auth service.
create or replace function private.remove_second_factor(p_membership_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
begin
  select * into v_member from public.memberships m
  where m.id = p_membership_id and m.ended_at is null and private.is_staff_role(m.role)
    and private.is_admin() and m.person_id <> (select auth.uid());
  if v_member.id is null then
    return false;
  end if;
  delete from auth.mfa_factors f where f.user_id = v_member.person_id;
  if not found then
    return false;
  end if;
  delete from auth.sessions s where s.user_id = v_member.person_id;
  perform private.log_act(v_member.block_id, 'remove_second_factor', 'membership', p_membership_id);
  return true;
end
$$;

-- The admin requires a second factor of all staff, or no longer. Required only by whoever has shown one: so it works here, and nobody is
-- locked out of the rule itself. Logged.
-- Definer: writes the settings, which nobody may.
create or replace function private.require_second_factor(p_is_required boolean) returns public.factor_rule_outcome
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_admin() then
    return 'not_found';
  elsif p_is_required and (select auth.jwt() ->> 'aal') is distinct from 'aal2' then
    return 'own_first';
  end if;
  update private.installation_settings s set staff_needs_second_factor = p_is_required
  where s.staff_needs_second_factor <> p_is_required;
  if found then
    perform private.log_act(null, case when p_is_required then 'require_second_factor' else 'allow_one_factor' end::public.audit_act,
      'installation', '00000000-0000-0000-0000-000000000000');
  end if;
  return 'saved';
end
$$;

-- Sends again from the start what was given up for this receiver; without one, the landlord's own e-mails about new cases.
-- Answers how many; none for everybody but the landlord. Logged.
-- Definer: writes rows that nobody may write.
create or replace function private.resend_failed(p_endpoint_id uuid) returns integer
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

-- Ends a key for good; false when there is no such key in use, and for everybody but the landlord. Logged.
-- Definer: writes a table that nobody may write to.
create or replace function private.revoke_api_key(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}')) then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null;
  if not found then
    return false;
  end if;
  perform private.log_act(null, 'remove', 'api_key', p_id);
  return true;
end
$$;

-- Revokes a code that somebody who may give its role has made. Answers false when there is no living one that I may revoke. Logged.
-- Definer: codes are not writable, so that no act of staff is without a trace.
create or replace function private.revoke_join_code(p_code_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_code public.join_codes;
begin
  update public.join_codes c set revoked_at = now()
  where c.id = p_code_id and c.revoked_at is null
    and (private.has_role(c.block_id, '{consultant}') or private.may_appoint(c.block_id, c.role))
  returning * into v_code;
  if v_code.id is null then
    return false;
  end if;
  perform private.log_act(v_code.block_id, 'revoke_code', 'join_code', p_code_id, jsonb_build_object('role', v_code.role));
  return true;
end
$$;

-- Writes, changes or (without words) takes away what letters say in a language. Logged. Locks the building, so that two at
-- once are not four languages.
-- Definer: writes a table that nobody may write.
create or replace function private.save_letter_text(p_block_id uuid, p_language text, p_body text) returns public.letter_text_outcome
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

-- Writes a notice or changes it, and publishes it when asked to: at once, or at p_publishes_at. The same form sent twice is one
-- notice. What is published stays published, since when it was. p_place_ids are the stairs or flats of such an audience;
-- p_photo null leaves the picture alone (see set_notice_photo).
-- Definer: writes notices, which nobody may; the first line asks whether I am the consultant.
create or replace function private.save_notice(
  p_id uuid, p_block_id uuid, p_class public.notice_class, p_title text, p_body text, p_audience public.notice_audience,
  p_place_ids uuid[], p_publishes_at timestamptz, p_ends_at timestamptz, p_photo jsonb, p_publish boolean
) returns public.notice_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_old public.notices;
  v_new public.notices;
  v_kind public.place_kind := case p_audience when 'stairs' then 'stair' when 'flats' then 'flat' end;
  v_places uuid[] := case when v_kind is null then '{}' else array(select distinct unnest(p_place_ids) order by 1) end;
  v_old_places uuid[];
  v_fields public.notice_field[];
  v_is_live boolean;
  v_starts_at timestamptz;
  v_reaches_others boolean;
begin
  if not private.has_role(p_block_id, '{consultant}') then
    return 'not_found';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('notice' || p_id, 0));
  select * into v_old from public.notices n where n.id = p_id for update;
  if v_old.block_id <> p_block_id then
    return 'not_found';
  end if;
  -- The clock, not now(): what published it may have begun after me and been first at the lock.
  v_is_live := coalesce(v_old.state = 'published' and v_old.published_at <= clock_timestamp(), false);
  v_starts_at := case when v_is_live then v_old.published_at else greatest(p_publishes_at, now()) end;
  v_old_places := array(select np.place_id from public.notice_places np where np.notice_id = p_id order by 1);
  if p_ends_at <= v_starts_at then
    return 'end_has_passed';
  elsif v_kind is not null and (cardinality(v_places) = 0 or cardinality(v_places) <> (
    select count(*) from public.places p where p.id = any (v_places) and p.block_id = p_block_id and p.kind = v_kind
  )) then
    return 'places_missing';
  elsif p_photo ->> 'path' is not null and not private.can_show_photo(p_id, p_photo ->> 'path') then
    return 'photo_missing';
  end if;

  insert into public.notices as n (id, block_id, class, title, body, audience, state, published_at, ends_at)
  values (p_id, p_block_id, p_class, p_title, p_body, p_audience, case when p_publish then 'published' else 'draft' end::public.notice_state,
    case when p_publish then v_starts_at else p_publishes_at end, p_ends_at)
  on conflict (id) do update
  set class = excluded.class, title = excluded.title, body = excluded.body, audience = excluded.audience,
    ends_at = excluded.ends_at,
    state = case when p_publish then 'published' else n.state end,
    published_at = case when p_publish or n.state = 'published' then v_starts_at else p_publishes_at end
  returning * into v_new;
  delete from public.notice_places np where np.notice_id = p_id and not np.place_id = any (v_places);
  insert into public.notice_places (notice_id, block_id, place_id, kind)
  select p_id, p_block_id, unnest(v_places), v_kind on conflict do nothing;
  if p_photo is not null then
    perform private.set_notice_photo(p_id, p_block_id, p_photo);
  end if;

  v_reaches_others := (v_old.audience, v_old.class, v_old_places) is distinct from (v_new.audience, v_new.class, v_places);
  if v_is_live and v_reaches_others then
    update public.notices n set told_at = null where n.id = p_id;
    perform private.untell_notice(v_new);
  end if;
  if v_new.state <> 'published' then
    return 'saved';
  elsif v_old.state is distinct from 'published' then
    perform private.publish_notice(v_new, v_starts_at);
    return case when v_starts_at > now() then 'planned' else 'published' end;
  end if;
  v_fields := private.notice_difference(v_old, v_new, v_old_places <> v_places);
  if v_fields <> '{}' or p_photo is not null then
    perform private.log_act(p_block_id, 'change', 'notice', p_id, jsonb_build_object('fields', v_fields));
  end if;
  return 'saved';
end
$$;

-- Sends a message to everybody with a live sign-up: one notification each. Limited for an activity.
-- p_id: the form sent twice is one message. Of the consultant it is logged. Definer: writes notifications of people the caller may not see.
create or replace function private.send_activity_message(p_activity_id uuid, p_id uuid, p_body text) returns public.activity_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_activity public.activities;
  v_signup_id uuid;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id for update;
  if not found or not private.manages(v_activity.id, v_activity.block_id) then
    return 'not_found';
  elsif exists (select from public.activity_messages m where m.id = p_id) then
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
  values (p_id, p_activity_id, v_activity.block_id, btrim(p_body), private.has_role(v_activity.block_id, '{consultant}'));
  insert into public.activity_message_authors (message_id, person_id)
  select p_id, (select auth.uid()) where not private.has_role(v_activity.block_id, '{consultant}');
  perform private.log_act(v_activity.block_id, 'send', 'message', p_id) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_id);
  end loop;
  return 'sent';
end
$$;

-- Marks that a flat (or person) votes on paper, or takes the mark back: until closing, and never over a vote on the web. Marking twice
-- changes nothing. Locks as cast_vote does: the web and the paper wait for each other. Logged with the flat; a person is not named. That a flat has
-- voted on the web is told only when it is to be marked, and that is logged too: nobody asks through the list without a trace.
-- Definer: writes the electorate.
create or replace function private.set_paper_vote(p_poll_id uuid, p_elector_id uuid, p_is_on_paper boolean) returns public.paper_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_elector private.electors;
  v_flat jsonb; -- of a person none
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status <> 'open' or v_poll.closes_at <= clock_timestamp() then
    return 'not_open';
  end if;
  select * into v_elector from private.electors e where e.id = p_elector_id and e.poll_id = p_poll_id for update;
  if not found then
    return 'not_found';
  end if;
  v_flat := jsonb_strip_nulls(jsonb_build_object('place_id', v_elector.flat_id));
  if v_elector.way = 'web' and p_is_on_paper then
    perform private.log_act(v_poll.block_id, 'try_mark_paper', 'poll', p_poll_id, v_flat);
    return 'already_voted';
  elsif p_is_on_paper and v_elector.way is null then
    update private.electors e set used_on = private.today(), way = 'paper' where e.id = p_elector_id;
  elsif not p_is_on_paper and v_elector.way = 'paper' then
    update private.electors e set used_on = null, way = null where e.id = p_elector_id;
  else
    return case when p_is_on_paper then 'marked' else 'not_marked' end;
  end if;
  perform private.log_act(v_poll.block_id, case when p_is_on_paper then 'mark_paper' else 'unmark_paper' end::public.audit_act,
    'poll', p_poll_id, v_flat);
  return case when p_is_on_paper then 'marked' else 'unmarked' end;
end
$$;

-- Lets the neighbours of a common-area case see its pictures, or hides them again: the reporter, or the staff after looking.
-- What the staff do is logged. Definer: writes the case, which nobody may.
create or replace function private.share_report_photos(p_report_id uuid, p_are_shared boolean) returns public.share_photos_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles constant public.report_actor[] := private.my_report_roles(p_report_id);
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  perform private.log_act(r.block_id, case when p_are_shared then 'share_photos' else 'hide_photos' end::public.audit_act, 'report', r.id)
  from public.reports r
  where r.id = p_report_id and r.is_common and r.are_photos_shared <> p_are_shared and not 'reporter' = any (v_roles);
  update public.reports r set are_photos_shared = p_are_shared where r.id = p_report_id and r.is_common;
  return case when not found then 'not_allowed' when p_are_shared then 'shared' else 'hidden' end;
end
$$;

-- Signs up somebody else: a resident by account (only the consultant knows those), or anybody by first name. Also when
-- sign-up is closed, but in the same queue. p_id: the form sent twice is one sign-up. Of the consultant it is logged; never for whom.
-- Definer: must lock the activity and count; looks at the memberships of the building.
create or replace function private.sign_up_for(p_activity_id uuid, p_id uuid, p_person_id uuid, p_first_name text, p_party_size integer)
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
    select from public.signups s where s.id = p_id or (
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
  return private.add_signup(v_activity, p_id, p_person_id, btrim(p_first_name), p_party_size, 'staff');
end
$$;

-- Stops a vote that is shown or open, with a reason everybody sees. Its ballots are destroyed, and nobody ever learns a count. Logged.
-- Definer: writes the status.
create or replace function private.stop_poll(p_poll_id uuid, p_reason text) returns public.stop_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for update;
  if not found or not private.has_role(v_poll.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_poll.status not in ('planned', 'open') or (v_poll.status = 'open' and v_poll.closes_at <= clock_timestamp()) then
    return 'not_open';
  elsif nullif(btrim(p_reason), '') is null then
    return 'reason_missing';
  end if;
  update public.polls p set status = 'stopped', stopped_at = clock_timestamp(), stop_reason = btrim(p_reason) where p.id = p_poll_id;
  execute format('drop table if exists private.%I', private.ballots_of(p_poll_id));
  perform private.log_act(v_poll.block_id, 'stop', 'poll', p_poll_id, p_reason => btrim(p_reason));
  return 'stopped';
end
$$;

-- A reason as it is stored: the usual one, own words, or both. Granted to nobody.
create function private.stored_reason(p_usual public.usual_reason, p_words text) returns text
language sql stable set search_path = '' as $$
  select nullif(concat_ws(E'\n', 'template:' || p_usual, p_words), '')
$$;

-- Takes my own comment away, hidden or not, with its words and what was said about it. Answers false when there is none. That somebody had
-- flagged it, or that I had appealed, does not vanish without a trace: the log says how many had, and whether any of it waited for an answer;
-- not whose comment it was. Definer: comments are not writable.
create or replace function private.take_back_comment(p_comment_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid;
begin
  -- No flag comes in between: it holds the comment too.
  select c.block_id into v_block_id from public.proposal_comments c
  join public.proposal_comment_authors a on a.comment_id = c.id and a.person_id = (select auth.uid())
  where c.id = p_comment_id for update of c;
  if not found then
    return false;
  end if;
  perform private.log_act_by(null, null, v_block_id, 'take_back', 'comment', p_comment_id,
    jsonb_build_object('flags', m.flags, 'is_appealed', m.appeals > 0, 'is_waiting', m.waiting > 0))
  from (
    select count(*) filter (where not o.is_appeal) as flags, count(*) filter (where o.is_appeal) as appeals, count(*) filter (where o.waits) as waiting
    from (
      select false as is_appeal, f.resolved_at is null as waits from public.flags f where f.comment_id = p_comment_id
      union all
      select true, y.answered_at is null from public.appeals y where y.comment_id = p_comment_id
    ) o
  ) m
  where m.flags + m.appeals > 0;
  delete from public.proposal_comments c where c.id = p_comment_id;
  return true;
end
$$;

-- Logs what a member of staff did with dates: a line for each activity and act.
-- Definer: writes the log, and reads memberships past their policies.
create or replace function private.tg_activity_sessions__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    perform private.log_dates(d.activity_id, d.block_id, 'add', array_agg(d.starts_at order by d.starts_at), null)
    from new_rows d group by d.activity_id, d.block_id order by d.activity_id;
  elsif tg_op = 'DELETE' then
    perform private.log_dates(d.activity_id, d.block_id, 'remove', array_agg(d.starts_at order by d.starts_at), null)
    from old_rows d group by d.activity_id, d.block_id order by d.activity_id;
  else
    perform private.log_dates(d.activity_id, d.block_id, d.act, array_agg(d.was order by d.was), array_agg(d.starts_at order by d.was))
    from (
      select n.activity_id, n.block_id, n.starts_at, o.starts_at as was,
        case when o.cancelled_at is null and n.cancelled_at is not null then 'cancel'
          when o.cancelled_at is not null and n.cancelled_at is null then 'take_up'
          when (o.starts_at, o.ends_at) <> (n.starts_at, n.ends_at) then 'move'
          when o.note is distinct from n.note then 'change' end::public.audit_act as act
      from new_rows n join old_rows o on o.id = n.id
    ) d
    where d.act is not null group by d.activity_id, d.block_id, d.act order by d.activity_id, d.act;
  end if;
  return null;
end
$$;

-- Holds even for the owner of the table: an account that is deleted leaves its row, and a transaction that forgets
-- (residents/forgetting.sql) may take names out of a reason and of details, a person out of the subject, and what is too old. Never who did what when.
create or replace function private.tg_audit_entries__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.actor_id is null and to_jsonb(new) - 'actor_id' = to_jsonb(old) - 'actor_id'
    and not exists (select from public.people p where p.id = old.actor_id) then
    return new;
  elsif tg_op = 'UPDATE' and private.may_forget()
    and to_jsonb(new) - '{reason,details,subject_id}'::text[] = to_jsonb(old) - '{reason,details,subject_id}'::text[] then
    return new;
  elsif tg_op = 'DELETE' and private.may_forget() then
    return old;
  end if;
  raise exception using errcode = '42501', message = 'the audit log is only ever added to';
end
$$;

-- Logs that a member of staff kept the door of a date (numbers were set or raised), or took numbers back: each once in twelve hours, so
-- that a door kept a whole evening is two lines at most. Never who came and never how many: the log is read by people who do not run
-- the activity, and kept for years, the names on a list for 30 days. The argument is the column with the number.
-- Definer: writes the log, and reads memberships past their policies.
create or replace function private.tg_door__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_was constant integer := (to_jsonb(old) ->> tg_argv[0])::integer;
  v_is constant integer := (to_jsonb(new) ->> tg_argv[0])::integer;
  v_act constant public.audit_act := case when v_is is null or v_is < v_was then 'untick' else 'tick' end;
  v_date constant timestamptz := (
    select s.starts_at from public.activity_sessions s where s.id = (v_row ->> 'session_id')::uuid
  );
begin
  if v_is is distinct from v_was and private.acts_as_staff((v_row ->> 'block_id')::uuid) and not exists (
    select from public.audit_entries e
    where e.subject_id = (v_row ->> 'activity_id')::uuid and e.acted_at > now() - interval '12 hours'
      and e.subject = 'attendance' and e.act = v_act and (e.details ->> 'at')::timestamptz = v_date and e.actor_id = (select auth.uid())
  ) then
    perform private.log_act((v_row ->> 'block_id')::uuid, v_act, 'attendance', (v_row ->> 'activity_id')::uuid,
      jsonb_build_object('at', v_date));
  end if;
  return null;
end
$$;

-- A member of staff switched a second factor on or off. The auth service does it, so it is seen where the service writes it: hosted and
-- embedded keep factors in the same table.
-- Logs that a factor is in use now, or no longer, in each building where its owner is of the staff. Not what the admin takes away
-- (remove_second_factor logs that) and not what goes with an account (no membership is left then). The auth service does not say who asked: it
-- lets nobody but the owner set up a factor or take one away. Whoever holds the key of the server could too, and is not told from the owner.
-- Definer: the auth service may not see memberships or write the log.
create or replace function private.tg_mfa_factors__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id constant uuid := coalesce(new.user_id, old.user_id);
  v_was constant boolean := tg_op <> 'INSERT' and coalesce(old.status::text, '') = 'verified';
  v_is constant boolean := tg_op <> 'DELETE' and coalesce(new.status::text, '') = 'verified';
begin
  if v_was <> v_is and coalesce((select auth.uid()), v_person_id) = v_person_id then
    perform private.log_act_by(m.person_id, m.role, m.block_id,
      case when v_is then 'switch_on_second_factor' else 'switch_off_second_factor' end::public.audit_act, 'membership', m.id)
    from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and private.is_staff_role(m.role)
    order by m.id;
  end if;
  return null;
end
$$;

-- A translation taken away by somebody (not with its notice) is an act too.
-- Definer: writes the audit log.
create or replace function private.tg_notice_translations__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.notices n where n.id = old.notice_id) then
    perform private.log_act(old.block_id, 'remove_translation', 'notice', old.notice_id, jsonb_build_object('language', old.language));
  end if;
  return null;
end
$$;

-- A translation is of the words as they are now. Writing one is an act of the staff.
-- Definer: reads the version and writes the audit log.
create or replace function private.tg_notice_translations__source() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.source_version := coalesce((select n.version from public.notices n where n.id = new.notice_id), 0);
  perform private.log_act(new.block_id, 'translate', 'notice', new.notice_id, jsonb_build_object('language', new.language));
  return new;
end
$$;

-- Logs that the hours of a contact were changed: one line for the whole save. A contact that is added, removed or changed with them has its own.
-- Definer: writes the log, and reads memberships past their policies.
create or replace function private.tg_opening_hours__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  select * into v_contact from public.contacts c where c.id = coalesce(new.contact_id, old.contact_id);
  if private.acts_as_staff(v_contact.block_id) and not exists (
    select from public.audit_entries e where e.subject_id = v_contact.id and e.subject = 'contact' and e.acted_at = now()
  ) then
    perform private.log_act(v_contact.block_id, 'change', 'contact', v_contact.id);
  end if;
  return null;
end
$$;

-- Logs a place that the admin added. Those that a new building comes with are one line: the building.
-- Definer: writes the log, and reads memberships past their policies.
create or replace function private.tg_places__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.acts_as_staff(new.block_id) and not exists (
    select from public.audit_entries e
    where e.subject_id = new.block_id and e.subject = 'block' and e.act = 'add' and e.acted_at = now()
  ) then
    perform private.log_act(new.block_id, 'add', 'place', new.id);
  end if;
  return null;
end
$$;

-- Logs the change when a member of staff made it: what staff write to a table directly, past any function that logs (settings of the
-- building, contacts, activities and who runs them, outages, the rules and the people of Boligbygg). The triggers stand with their tables.
-- "Directly" is `current_user = 'authenticated'`: a function that changes a table runs as its owner and logs by itself. What is not
-- published yet is no act. Dates: activities/log.sql; the door: activities/door.sql; hours of a contact: blocks/contacts.sql.
-- The argument says what kind of thing it was: of a row without an id, the thing that the row belongs to. A save that changes nothing is
-- nothing: the version of an activity and how far ahead its dates are made count themselves.
-- Definer: writes the log, and reads memberships past their policies.
create or replace function private.tg_staff_change__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_block_id constant uuid := case tg_table_name when 'blocks' then v_row ->> 'id' else v_row ->> 'block_id' end;
  v_subject_id constant text := coalesce(v_row ->> 'activity_id', v_row ->> 'report_id', v_row ->> 'id');
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - '{version,made_until}'::text[] = to_jsonb(old) - '{version,made_until}'::text[]
    or v_row ? 'activity_id' and not private.is_known((v_row ->> 'activity_id')::uuid) then
    return null;
  end if;
  if private.acts_as_staff(v_block_id) then
    perform private.log_act(
      v_block_id, case tg_op when 'INSERT' then 'add' when 'UPDATE' then 'change' else 'remove' end::public.audit_act,
      tg_argv[0]::public.audit_subject,
      case when v_subject_id ~ '^[0-9a-f-]{36}$' then v_subject_id::uuid
        else coalesce(v_block_id, '00000000-0000-0000-0000-000000000000') end);
  end if;
  return null;
end
$$;

-- Puts a trial message in the queue; false for everybody but the landlord, for a receiver there is not, and beyond the limit.
-- Definer: writes a row that nobody may write.
create or replace function private.try_webhook(p_endpoint_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or not exists (select from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null)
    or not private.attempt('webhook_test', p_endpoint_id::text) then
    return false;
  end if;
  insert into public.outbox_messages (channel, endpoint_id, kind, payload)
  values ('webhook', p_endpoint_id, 'test', jsonb_build_object('type', 'test', 'timestamp', now(), 'data', '{}'::jsonb));
  perform private.log_act(null, 'try', 'webhook', p_endpoint_id);
  return true;
end
$$;

-- Tells the building how it goes, unless somebody has since p_seen_version was shown (null: as it stands). p_id is the form's own key: sent
-- twice it is said once. Words always. While anything is left to do a day within a year, and a reason when the last day has passed or is
-- moved without anything having come further. Done and declined are final: only p_is_reopened takes the work up again. Logged; who
-- supported what won is told, and the landlord when it becomes the landlord's to do.
-- Definer: writes tables that nobody may write to.
create or replace function private.update_follow_up(
  p_id uuid, p_poll_id uuid, p_status public.follow_up_status, p_body text, p_next_on date, p_delayed_because text,
  p_cost_nok integer, p_owner public.phase_owner, p_is_reopened boolean, p_seen_version integer
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

-- The usual reason that a stored one names, or null. Granted to nobody.
create function private.usual_reason_in(p_stored text) returns public.usual_reason
language sql stable set search_path = '' as $$
  select u from unnest(enum_range(null::public.usual_reason)) u where split_part(p_stored, E'\n', 1) = 'template:' || u
$$;

-- A line in the conversation about a proposal that waits: the consultant asks, the author answers once asked. p_id is the
-- form's own key: the same form sent twice is one line. Locks the proposal.
-- Definer: writes messages, which nobody may, and reads whose proposal it is.
create or replace function private.write_about_proposal(p_id uuid, p_proposal_id uuid, p_body text)
returns public.proposal_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_is_mine boolean;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  v_is_mine := found and exists (
    select from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id = (select auth.uid()));
  if v_proposal.id is null or not (v_is_mine or private.has_role(v_proposal.block_id, '{consultant}')) then
    return 'not_allowed';
  elsif exists (
    select from public.proposal_messages m
    where m.id = p_id and m.proposal_id = p_proposal_id and m.is_from_staff <> v_is_mine
  ) then
    return 'sent';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif v_is_mine and not exists (
    select from public.proposal_messages m where m.proposal_id = p_proposal_id and m.is_from_staff
  ) then
    return 'nothing_asked';
  elsif (select count(*) from public.proposal_messages m where m.proposal_id = p_proposal_id)
    >= private.number('proposal_messages') then
    return 'too_many';
  end if;
  insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
  values (p_id, p_proposal_id, v_proposal.block_id, not v_is_mine, btrim(p_body), clock_timestamp())
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  elsif not v_is_mine then
    perform private.log_act(v_proposal.block_id, 'ask', 'proposal', p_proposal_id, p_reason => btrim(p_body));
    perform private.tell_proposer(p_proposal_id, 'proposal_question', p_id::text);
  end if;
  return 'sent';
end
$$;

-- Appends an event; of the staff it is kept who it was, and logged: the admin reads the log, not the case. Answers its id. Granted to nobody.
create or replace function private.write_report_event(
  p_report public.reports, p_role public.report_actor, p_kind public.report_event_kind,
  p_to public.report_status default null, p_waiting_for public.report_wait default null
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_id bigint;
begin
  insert into public.report_events (report_id, block_id, kind, from_status, to_status, waiting_for, actor_role)
  values (
    p_report.id, p_report.block_id, p_kind, case when p_kind = 'status' then p_report.status end, p_to, p_waiting_for, p_role
  )
  returning id into v_id;
  if p_role in ('landlord', 'consultant') then
    insert into public.report_event_actors (event_id, block_id, person_id)
    select v_id, p_report.block_id, p.id from public.people p where p.id = (select auth.uid());
    perform private.log_act(p_report.block_id,
      case p_kind when 'status' then 'change_status' when 'chased' then 'chase' when 'still_working' then 'say_still_working'
        when 'merged_in' then 'merge_in' when 'unmerged' then 'unmerge' when 'assigned' then 'assign' end::public.audit_act,
      'report', p_report.id, jsonb_strip_nulls(jsonb_build_object('status', p_to)))
    where (select auth.uid()) is not null;
  end if;
  return v_id;
end
$$;

-- Appends a message and remembers whether the reporter waits for an answer. What everyone may read of a flat is what the
-- resident may read. Of the staff it is logged, never what was written. Granted to nobody: only functions call it, after they have decided
-- that the author may.
create or replace function private.write_report_message(
  p_id uuid, p_report public.reports, p_role public.report_actor, p_audience public.message_audience, p_body text,
  p_event_id bigint default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_audience public.message_audience := case when p_audience = 'everyone' and not p_report.is_common then 'resident' else p_audience end;
begin
  insert into public.report_messages (id, report_id, block_id, event_id, author_role, audience, body)
  values (p_id, p_report.id, p_report.block_id, p_event_id, p_role, v_audience, private.trimmed(p_body))
  on conflict do nothing;
  if not found then
    return;
  end if;
  if p_event_id is null and p_role in ('landlord', 'consultant') and (select auth.uid()) is not null then
    perform private.log_act(p_report.block_id, 'write_message', 'report', p_report.id);
  end if;
  if v_audience <> 'internal' then
    update public.report_details d
    set asked_at = case when p_role = 'reporter' then coalesce(d.asked_at, now()) end
    where d.report_id = p_report.id;
    if p_event_id is null and p_role <> 'reporter' then
      perform private.notify_report(p_report, 'report_message', p_id::text, v_audience = 'everyone');
    end if;
  end if;
end
$$;

-- The things with these ids as the reader sees them: a title, or that of the page it stands on; the number of a case; the name of a flat
-- or a place. What is gone, or is not the reader's to see, is left out. Invoker: the policies decide.
create or replace function public.log_names(ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select * from private.log_names_of_proposals(ids)
  union all select * from private.log_names_of_polls(ids)
  union all select * from private.log_names_of_activities(ids)
  union all select * from private.log_names_of_notices(ids)
  union all select * from private.log_names_of_reports(ids)
  union all select * from private.log_names_of_places(ids)
  union all select * from private.log_names_of_members(ids)
$$;

REVOKE ALL ON FUNCTION "private"."notice_difference"(public.notices, public.notices, boolean) FROM PUBLIC;

alter table private.audit_acts enable row level security;

insert into private.audit_acts (act, subject, shape) values
  ('publish', 'activity', 'none'), ('decline', 'activity', 'none'), ('cancel', 'activity', 'none'), ('change', 'activity', 'none'),
  ('add', 'translation', 'none'), ('change', 'translation', 'none'), ('remove', 'translation', 'none'), ('remove', 'host', 'none'),
  ('add', 'series', 'none'), ('change', 'series', 'none'), ('remove', 'series', 'none'), ('sign_up_for', 'signup', 'none'),
  ('end_signup', 'signup', 'none'), ('send', 'message', 'none'), ('add', 'session', 'dates'), ('change', 'session', 'dates'),
  ('remove', 'session', 'dates'), ('cancel', 'session', 'dates'), ('take_up', 'session', 'dates'), ('move', 'session', 'dates'),
  ('tick', 'attendance', 'dates'), ('untick', 'attendance', 'dates');

insert into private.audit_acts (act, subject, shape) values
  ('add', 'block', 'none'), ('change', 'block', 'none'), ('add', 'place', 'none'), ('add', 'contact', 'none'),
  ('change', 'contact', 'none'), ('remove', 'contact', 'none');

-- Moderation: of what residents write, and of a member.
insert into private.audit_acts (act, subject)
select a, s
from unnest('{hide_by_flags,dismiss,hide,uphold,restore,edit,warn,pause,lift_pause}'::public.audit_act[]) a
cross join unnest('{proposal,comment,question,activity,message}'::public.audit_subject[]) s;

insert into private.audit_acts (act, subject) values ('pause', 'membership'), ('lift_pause', 'membership');

insert into private.audit_acts (act, subject, shape) values
  ('publish', 'notice', 'none'), ('withdraw', 'notice', 'none'), ('remove', 'notice', 'none'), ('keep_photo', 'notice', 'none'),
  ('remove_photo', 'notice', 'none'), ('change', 'notice', 'fields'), ('translate', 'notice', 'language'),
  ('remove_translation', 'notice', 'language');

insert into private.audit_acts (act, subject, shape) values
  ('plan', 'poll', 'none'), ('open', 'poll', 'none'), ('extend', 'poll', 'none'), ('stop', 'poll', 'none'),
  ('update_follow_up', 'poll', 'none'), ('reopen_follow_up', 'poll', 'none'), ('answer', 'question', 'none'),
  ('mark_paper', 'poll', 'flat'), ('unmark_paper', 'poll', 'flat'), ('try_mark_paper', 'poll', 'flat'), ('count_paper', 'poll', 'count'),
  ('add_milestone', 'poll', 'title'), ('complete_milestone', 'poll', 'title'), ('reopen_milestone', 'poll', 'title'),
  ('remove_milestone', 'poll', 'title'), ('add_follow_up_photo', 'poll', 'title'), ('remove_follow_up_photo', 'poll', 'title');

insert into private.audit_acts (act, subject, shape) values
  ('approve', 'proposal', 'none'), ('decline', 'proposal', 'none'), ('ask', 'proposal', 'none'), ('make_physical', 'proposal', 'none'),
  ('make_social', 'proposal', 'none'), ('check', 'proposal', 'check'), ('check_for_landlord', 'proposal', 'check'),
  ('merge', 'proposal', 'merged'), ('take_back', 'comment', 'taken_back');

insert into private.audit_acts (act, subject, shape) values
  ('chase', 'report', 'none'), ('say_still_working', 'report', 'none'), ('merge_in', 'report', 'none'), ('unmerge', 'report', 'none'),
  ('assign', 'report', 'none'), ('write_message', 'report', 'none'), ('ask', 'report', 'none'), ('share_photos', 'report', 'none'),
  ('hide_photos', 'report', 'none'), ('remove', 'outage', 'none'), ('change', 'responsibility', 'none'), ('add', 'deadline', 'none'),
  ('change', 'deadline', 'none'), ('remove', 'deadline', 'none'), ('add', 'assignee', 'none'), ('change', 'assignee', 'none'),
  ('change_status', 'report', 'status');

insert into private.audit_acts (act, subject, shape) values
  ('end_membership', 'membership', 'none'), ('lock_out', 'membership', 'none'), ('lift_lock_out', 'membership', 'none'),
  ('make_slip', 'membership', 'none'), ('set_password', 'membership', 'none'), ('remove_second_factor', 'membership', 'none'),
  ('switch_on_second_factor', 'membership', 'none'), ('switch_off_second_factor', 'membership', 'none'),
  ('approve_join_request', 'join_request', 'none'), ('decline_join_request', 'join_request', 'none'), ('make_account', 'flat', 'none'),
  ('change_tenant', 'flat', 'none'), ('make_letters', 'block', 'none'), ('make_letters', 'place', 'none'),
  ('require_second_factor', 'installation', 'none'), ('allow_one_factor', 'installation', 'none'), ('make_code', 'join_code', 'role'),
  ('revoke_code', 'join_code', 'role'), ('become', 'membership', 'role'), ('write_letter_text', 'block', 'language');

insert into private.audit_acts (act, subject, shape) values
  ('change', 'landlord_settings', 'none'), ('add', 'webhook', 'none'), ('change', 'webhook', 'none'), ('try', 'webhook', 'none'),
  ('resend', 'webhook', 'none'), ('add', 'api_key', 'none'), ('remove', 'api_key', 'none');

grant execute on function private.log_names_of_activities(uuid[]) to authenticated;

grant execute on function private.log_names_of_places(uuid[]) to authenticated;

grant execute on function private.log_names_of_notices(uuid[]) to authenticated;

grant execute on function private.log_names_of_polls(uuid[]) to authenticated;

grant execute on function private.log_names_of_proposals(uuid[]) to authenticated;

grant execute on function private.log_names_of_reports(uuid[]) to authenticated;

grant execute on function private.log_names_of_members(uuid[]) to authenticated;

-- Written by hand: the lines of the log get their new form. The act is one of a list and in one tense; what stood in the reason without
-- anybody having written it goes to `details`, a usual reason to its own column. Triggers that refuse every change are off meanwhile.

drop trigger audit_entries_append_only on public.audit_entries;
drop trigger audit_entries_no_truncate on public.audit_entries;
alter table public.audit_entries drop constraint audit_entries_act_check, drop constraint audit_entries_subject_kind_check;
alter table public.audit_entries rename column subject_kind to subject;
alter table public.audit_entries add column shape public.audit_shape, add column details jsonb not null default '{}',
  add column usual_reason public.usual_reason;

-- What a line was called, what it was about, what its reason must look like (null: anything), and what it is called now (null: the same).
create temporary table moves (old_act text, subject text, pattern text, act text, role public.member_role, primary key (old_act, subject))
on commit drop;
insert into moves (old_act, subject, pattern, act)
select a, s, m.pattern, coalesce(m.act, a)
from (values
  ('hide_by_flags dismiss hide uphold restore edit warn pause lift_pause', 'proposal comment question activity message', null, null),
  ('pause lift_pause end_membership lock_out lift_lock_out make_slip set_password', 'membership', null, null),
  ('remove_second_factor switch_on_second_factor switch_off_second_factor', 'membership', null, null),
  ('approve decline ask make_physical make_social', 'proposal', null, null),
  ('merge', 'proposal', '^[0-9a-f-]{36}$', null),
  ('check check_for_landlord', 'proposal', '^(yes|no)( · |$)', null),
  ('take_back', 'comment', '^(flags:[0-9]+)?( ?appeal)?( ?waiting)?$', null),
  ('publish decline cancel change', 'activity', null, null),
  ('add change remove', 'translation series contact deadline', null, null),
  ('remove', 'host outage api_key notice', null, null),
  ('sign_up_for end_signup', 'signup', null, null),
  ('send', 'message', null, null),
  ('add change remove cancel take_up move', 'session', '^\S+Z( \S+Z)?( \+[0-9]+)?$', null),
  ('tick untick', 'attendance', '^\S+Z$', null),
  ('add change', 'block assignee webhook', null, null),
  ('add', 'place api_key', null, null),
  ('change', 'responsibility landlord_settings', null, null),
  ('try resend', 'webhook', null, null),
  ('make_account change_tenant', 'flat', null, null),
  ('make_letters', 'block place', null, null),
  ('write_letter_text', 'block', '^[a-z]{2,3}$', null),
  ('require_second_factor allow_one_factor', 'installation', null, null),
  ('publish withdraw keep_photo remove_photo change', 'notice', null, null),
  ('translate remove_translation', 'notice', '^[a-z]{2,3}$', null),
  ('plan open extend stop update_follow_up reopen_follow_up', 'poll', null, null),
  ('answer', 'question', null, null),
  ('mark_paper unmark_paper', 'poll', null, null),
  ('count_paper', 'poll', '^[0-9]+$', null),
  ('add_milestone add_follow_up_photo remove_follow_up_photo', 'poll', '.', null),
  ('ask share_photos hide_photos', 'report', null, null),
  ('mark_paper_refused', 'poll', null, 'try_mark_paper'),
  ('done_milestone', 'poll', '.', 'complete_milestone'),
  ('undone_milestone', 'poll', '.', 'reopen_milestone'),
  ('removed_milestone', 'poll', '.', 'remove_milestone'),
  ('approved_join_request', 'join_request', null, 'approve_join_request'),
  ('declined_join_request', 'join_request', null, 'decline_join_request'),
  ('report_status', 'report', '^[a-z_]+$', 'change_status'),
  ('report_chased', 'report', null, 'chase'),
  ('report_still_working', 'report', null, 'say_still_working'),
  ('report_merged_in', 'report', null, 'merge_in'),
  ('report_unmerged', 'report', null, 'unmerge'),
  ('report_assigned', 'report', null, 'assign'),
  ('report_message', 'report', null, 'write_message')
) m (old_acts, subjects, pattern, act)
cross join string_to_table(m.old_acts, ' ') a cross join string_to_table(m.subjects, ' ') s;
insert into moves (old_act, subject, act, role)
select m.family || '_' || r, m.subject, m.act, r
from (values ('make_code_for', 'join_code', 'make_code'), ('revoke_code_for', 'join_code', 'revoke_code'), ('become', 'membership', 'become'))
  m (family, subject, act)
cross join unnest(enum_range(null::public.member_role)) r;

update public.audit_entries e set
  act = m.act, shape = a.shape,
  details = case a.shape
    when 'role' then jsonb_build_object('role', m.role)
    when 'language' then jsonb_build_object('language', e.reason)
    when 'fields' then jsonb_build_object('fields', string_to_array(coalesce(e.reason, ''), ', '))
    when 'status' then jsonb_build_object('status', e.reason)
    when 'dates' then jsonb_strip_nulls(jsonb_build_object('at', d.match[1]::timestamptz, 'moved_to', d.match[2]::timestamptz,
      'more', d.match[3]::integer))
    when 'merged' then jsonb_build_object('into', e.reason)
    when 'taken_back' then jsonb_build_object('flags', coalesce(substring(e.reason from 'flags:([0-9]+)'), '0')::integer,
      'is_appealed', e.reason ~ 'appeal', 'is_waiting', e.reason ~ 'waiting')
    when 'count' then jsonb_build_object('count', e.reason::integer)
    -- Flats are kept by id from here on. A name that two of a building share tells neither, and stays.
    when 'flat' then case when f.place_id is not null then jsonb_build_object('place_id', f.place_id)
      else jsonb_strip_nulls(jsonb_build_object('name', e.reason)) end
    when 'title' then jsonb_build_object('title', e.reason)
    when 'check' then jsonb_strip_nulls(jsonb_build_object('is_possible', c.match[1] = 'yes', 'cost_nok', c.match[2]::integer))
    else '{}' end,
  usual_reason = case when a.shape = 'none' then private.usual_reason_in(e.reason) end,
  reason = case a.shape when 'none' then private.own_words_in(e.reason) when 'check' then c.match[3] end
from moves m join private.audit_acts a on a.act::text = m.act and a.subject::text = m.subject,
  public.audit_entries o
left join lateral (select regexp_match(o.reason, '^(\S+Z)(?: (\S+Z))?(?: \+([0-9]+))?$')) d (match) on true
left join lateral (select regexp_match(o.reason, '^(yes|no)(?: · ([0-9]{1,9})(?= · |$))?(?: · (.*))?$')) c (match) on true
left join lateral (
  select min(p.id::text)::uuid from public.places p
  where p.block_id = o.block_id and p.kind = 'flat' and p.name = o.reason having count(*) = 1
) f (place_id) on true
where o.id = e.id and m.old_act = e.act and m.subject = e.subject and (m.pattern is null or coalesce(e.reason, '') ~ m.pattern);

do $$
begin
  if exists (select from public.audit_entries e where e.shape is null) then
    raise exception 'the log has lines that this migration does not know: %',
      (select string_agg(distinct e.act || ' ' || e.subject, ', ') from public.audit_entries e where e.shape is null);
  end if;
end
$$;

drop function public.acts_about_me();
drop function private.acts_about_me();
drop function private.log_act(uuid, text, text, uuid, text);
drop function private.log_dates(uuid, uuid, text, timestamptz[], timestamptz[]);
drop function private.logged_moment(timestamptz);
drop function private.tell_of_help(uuid, text, public.notification_kind);

alter table public.audit_entries alter column act type public.audit_act using act::public.audit_act,
  alter column subject type public.audit_subject using subject::public.audit_subject, alter column shape set not null,
  add foreign key (act, subject, shape) references private.audit_acts (act, subject, shape) on delete restrict,
  add constraint details_have_shape check (private.has_shape(shape, details));
create index audit_entries_act_idx on public.audit_entries (act, subject, shape);
create trigger audit_entries_append_only before update or delete on public.audit_entries
  for each row execute function private.tg_audit_entries__append_only();
create trigger audit_entries_no_truncate before truncate on public.audit_entries
  for each statement execute function private.tg_audit_entries__append_only();

-- Writes down an act of this person in this role, or (both null) of the portal by itself, and answers its id. Refused when the act and its
-- subject are in no list, or the details are not what the list says (moderation/log-acts.sql). p_reason is a reason as it is stored
-- elsewhere: a usual one, own words, or both. For triggers and jobs that know who it was; everybody else calls log_act. Granted to nobody.
create function private.log_act_by(
  p_actor_id uuid, p_actor_role public.member_role, p_block_id uuid, p_act public.audit_act, p_subject public.audit_subject,
  p_subject_id uuid, p_details jsonb default '{}', p_reason text default null
) returns uuid
language sql set search_path = '' as $$
  insert into public.audit_entries (block_id, actor_id, actor_role, act, subject, subject_id, shape, details, usual_reason, reason)
  values (
    p_block_id, p_actor_id, p_actor_role, p_act, p_subject, p_subject_id,
    (select a.shape from private.audit_acts a where a.act = p_act and a.subject = p_subject),
    p_details, private.usual_reason_in(p_reason), private.own_words_in(p_reason)
  )
  returning id
$$;

-- Writes down an act of the signed-in person, in the role that gave the right (staff roles first), and answers its id.
-- p_block_id null: it belongs to no building. For the definer functions of all domains; granted to nobody, so that nobody
-- can write history by hand.
create function private.log_act(
  p_block_id uuid, p_act public.audit_act, p_subject public.audit_subject, p_subject_id uuid, p_details jsonb default '{}',
  p_reason text default null
) returns uuid
language sql set search_path = '' as $$
  select private.log_act_by(
    (select auth.uid()),
    (select m.role from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and (m.block_id = p_block_id or m.block_id is null)
      order by array_position('{consultant,landlord,admin,partner,resident,observer}'::public.member_role[], m.role)
      limit 1),
    p_block_id, p_act, p_subject, p_subject_id, p_details, p_reason
  )
$$;

-- Logs one act on these dates of an activity: the first of them (where it was, where it is now) and how many more. The subject is the
-- activity, because a date that was removed is known by nothing but its time. Never the words that stand with a date: they may be what
-- had to go. Granted to nobody.
create function private.log_dates(p_activity_id uuid, p_block_id uuid, p_act public.audit_act, p_was timestamptz[], p_is timestamptz[])
returns void
language sql set search_path = '' as $$
  select private.log_act(p_block_id, p_act, 'session', p_activity_id, jsonb_strip_nulls(jsonb_build_object(
    'at', p_was[1], 'moved_to', nullif(p_is[1], p_was[1]), 'more', nullif(cardinality(p_was) - 1, 0))))
  where private.is_known(p_activity_id) and private.acts_as_staff(p_block_id)
$$;

-- Logs that somebody was helped to sign in, and tells them: whoever has not asked for it must learn that there is another way into their
-- account now. Granted to nobody.
create function private.tell_of_help(p_membership_id uuid, p_act public.audit_act, p_kind public.notification_kind) returns void
language plpgsql set search_path = '' as $$
declare
  v_member public.memberships;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id;
  v_entry_id := private.log_act(v_member.block_id, p_act, 'membership', p_membership_id);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, p_kind, v_entry_id::text);
end
$$;

-- What staff did that is about me, newest first, at most 500: lines of the log (`act`), and steps in the histories of what is mine
-- (`event`). By role, never by name. Each domain finds its own in its `log.sql`, and has a line here. What my proposal was put together
-- with is not told. Definer: reads the trail, which I may not.
create function private.acts_about_me()
returns table (block_id uuid, act public.audit_act, event public.about_me_event, subject public.audit_subject, subject_id uuid,
  actor_role public.member_role, shape public.audit_shape, details jsonb, usual_reason public.usual_reason, reason text, acted_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with entries (id) as (
    select private.acts_on_my_things()
    union select private.acts_on_my_membership()
    union select private.acts_on_my_cases()
    union select private.acts_on_my_paper_vote()
  ), events as (
    select * from private.my_signup_events()
    union all select * from private.my_case_events()
  )
  select e.block_id, e.act, null::public.about_me_event, e.subject, e.subject_id, e.actor_role, e.shape, e.details - 'into',
    e.usual_reason, e.reason, e.acted_at
  from entries join public.audit_entries e using (id) where e.actor_id is distinct from (select auth.uid())
  union all
  select v.block_id, null, v.event, v.subject, v.subject_id, v.actor_role, 'none', '{}', null, null, v.acted_at from events v
  order by 11 desc, 2, 3 limit 500
$$;

create function public.acts_about_me()
returns table (block_id uuid, act public.audit_act, event public.about_me_event, subject public.audit_subject, subject_id uuid,
  actor_role public.member_role, shape public.audit_shape, details jsonb, usual_reason public.usual_reason, reason text, acted_at timestamptz)
language sql stable set search_path = '' as $$ select * from private.acts_about_me() $$;
grant execute on function private.acts_about_me() to authenticated;
grant execute on function public.acts_about_me() to authenticated;
