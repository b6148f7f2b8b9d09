set check_function_bodies = off;

create extension if not exists pgcrypto with schema extensions;

create extension if not exists pg_trgm with schema extensions;

-- `public` holds tables and security invoker functions: it is what the REST API shows to the whole internet.
-- `private` is not exposed. A definer function lives there, says which rows it must see, and is called by a one-line
-- invoker function in `public`.
create schema private;

-- Execute is granted by name, never by default.
alter default privileges revoke execute on functions from public;

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;

alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

create type public.activity_kind as enum ('drop_in', 'event', 'course', 'meeting', 'trip');

create type public.activity_status as enum ('proposed', 'draft', 'published', 'cancelled', 'declined');

create type public.audience_group as enum ('children', 'youth', 'families', 'adults', 'seniors');

create type public.activity_message_outcome as enum ('sent', 'already_sent', 'nobody', 'too_many', 'paused', 'not_found');

create type public.session_change_outcome as enum ('moved', 'cancelled', 'restored', 'past', 'taken', 'changed_meanwhile',
  'activity_cancelled', 'not_found');

create type public.activity_propose_outcome as enum ('proposed', 'already_proposed', 'too_many', 'paused', 'not_member');

create type public.activity_decline_outcome as enum ('declined', 'not_proposed', 'not_found');

create type public.activity_publish_outcome as enum ('published', 'already_published', 'no_dates', 'cancelled', 'not_found');

create type public.activity_change_outcome as enum ('saved', 'changed_meanwhile');

create type public.activity_cancel_outcome as enum ('cancelled', 'already_cancelled', 'not_published', 'past', 'not_found');

create type public.signup_outcome as enum (
  'signed_up', 'waitlisted', 'already_signed_up', 'not_open_yet', 'closed', 'cancelled', 'past', 'not_member',
  'no_signup_needed', 'party_too_big', 'not_found'
);

create type public.signup_cancel_outcome as enum ('cancelled', 'not_signed_up', 'too_late', 'past', 'not_found');

create type public.signup_status as enum ('signed_up', 'offered', 'waitlisted', 'cancelled', 'declined', 'lapsed');

create type public.signup_reason as enum (
  'free_place', 'full', 'does_not_fit', 'place_freed', 'more_places', 'offer_accepted', 'offer_declined', 'offer_lapsed',
  'cancelled_by_self', 'cancelled_by_staff', 'activity_cancelled', 'moved_out'
);

create type public.signup_actor as enum ('self', 'staff', 'system');

create type public.offer_outcome as enum ('accepted', 'declined', 'lapsed', 'not_offered');

create type public.owner_type as enum ('heleid', 'borettslag_sameie');

create type public.contact_kind as enum ('consultant', 'meeting_place', 'landlord', 'duty_phone');

create type public.place_kind as enum (
  'stair', 'floor', 'flat', 'common_room', 'lift', 'laundry', 'cellar', 'yard'
);

create type public.waiting_kind as enum (
  'flag', 'appeal', 'photo_request', 'join_request', 'case', 'late_case', 'question', 'proposal', 'activity', 'count', 'follow_up',
  'closing', 'unreached', 'draft'
);

-- In the order of the page. Of the pulse, an answer alone or two neighbouring ones together (see figures/pulse.sql).
create type public.figure_metric as enum (
  'dates_held', 'attendance', 'signups', 'new_cases', 'fixed_cases', 'late_cases', 'days_to_answer', 'days_to_fixed',
  'votes_counted', 'could_vote', 'voted', 'follow_ups_done',
  'pulse_answers', 'pulse_good', 'pulse_ok', 'pulse_bad', 'pulse_good_or_ok', 'pulse_ok_or_bad'
);

create type public.pulse_state as enum ('ask', 'answered', 'not_asked');

create type public.pulse_answer as enum ('good', 'ok', 'bad');

create type public.pulse_outcome as enum ('thanks', 'answered_already', 'not_asked');

create type public.outbox_channel as enum ('webhook', 'email', 'push', 'sms');

create type public.outbox_status as enum ('queued', 'sent', 'failed');

create type public.phone_outcome as enum ('confirmed', 'wrong', 'expired', 'too_many_attempts');

create type public.message_rhythm as enum ('at_once', 'gathered');

create type public.appeal_outcome as enum ('appealed', 'already_appealed', 'not_hidden', 'not_found');

create type public.flag_verdict as enum ('hidden', 'dismissed', 'edited');

create type public.flag_outcome as enum ('flagged', 'already_flagged', 'too_many', 'paused', 'not_found');

create type public.moderation_act as enum ('dismiss', 'hide', 'restore', 'edit', 'warn', 'pause', 'lift_pause');

create type public.moderation_outcome as enum ('done', 'reason_missing', 'text_missing', 'days_missing', 'in_open_vote', 'nothing_to_do',
  'not_found');

-- What residents write that can be flagged and moderated, and what a thing was hidden by: flags of neighbours, or the consultant.
create type public.thing_kind as enum ('proposal', 'comment', 'question', 'activity', 'message');

create type public.hidden_by as enum ('flags', 'staff');

-- ordinary: in the list. important: also on the home page. urgent: a band on every page until it ends.
create type public.notice_class as enum ('ordinary', 'important', 'urgent');

-- everybody: the whole internet. members: who belongs to the building. The others: who lives up those stairs or in those
-- flats, and families who have said that they want it.
create type public.notice_audience as enum ('everybody', 'members', 'stairs', 'flats', 'families');

create type public.notice_state as enum ('draft', 'published', 'withdrawn');

create type public.notice_photo_kind as enum ('situation', 'portrait', 'drawing');

create type public.photo_request_outcome as enum ('hidden', 'noted', 'not_found');

create type public.notice_outcome as enum (
  'saved', 'published', 'planned', 'withdrawn', 'removed', 'photo_kept', 'photo_removed', 'nothing_to_do', 'end_has_passed',
  'places_missing', 'photo_missing', 'not_found'
);

create type public.notice_act as enum ('publish', 'withdraw', 'remove', 'keep_photo', 'remove_photo');

-- What happened. The first word decides the topic (topic_of).
create type public.notification_kind as enum (
  'place_won', 'place_offered', 'session_today', 'session_moved', 'session_cancelled', 'place_changed', 'activity_cancelled', 'activity_message',
  'activity_approved', 'activity_declined', 'activity_host_left',
  'report_status', 'report_message', 'report_question', 'report_merged', 'report_late',
  'proposal_approved', 'proposal_declined', 'proposal_question', 'proposal_merged', 'proposal_checked',
  'poll_opened', 'poll_extended', 'poll_stopped', 'poll_counted', 'poll_uncounted', 'poll_answer',
  'follow_up_changed', 'follow_up_given', 'follow_up_late',
  'notice_new', 'notice_urgent', 'notice_photo_request',
  'account_moderated', 'account_paused', 'account_slip', 'account_password', 'account_joined', 'account_not_joined', 'account_ended'
);

-- What somebody can switch on and off in messages/settings.sql. Without a row there: e-mail about everything, at once, not between 21 and 8;
-- push and SMS reach nobody who has not switched them on.
create type public.message_topic as enum ('activities', 'reports', 'votes', 'notices', 'account');

create type public.extend_outcome as enum (
  'extended', 'already_extended', 'reason_missing', 'too_early', 'too_late', 'not_open', 'not_allowed'
);

create type public.stop_outcome as enum ('stopped', 'reason_missing', 'not_open', 'not_allowed');

create type public.vote_way as enum ('web', 'paper');

create type public.follow_up_moment as enum ('before', 'after');

create type public.follow_up_photo_outcome as enum ('added', 'removed', 'too_many', 'no_picture', 'not_allowed');

create type public.update_follow_up_outcome as enum (
  'updated', 'reopened', 'changed_meanwhile', 'body_missing', 'next_missing', 'next_passed', 'next_too_far', 'delay_missing', 'wrong_status', 'closed',
  'not_allowed'
);

-- In this order; back only by opening again what was done or declined.
create type public.follow_up_status as enum ('decision', 'work', 'done', 'declined');

create type public.milestone_outcome as enum ('added', 'done', 'undone', 'removed', 'too_many', 'closed', 'not_allowed');

create type public.milestone_act as enum ('done', 'undone', 'removed');

create type public.open_poll_outcome as enum (
  'opened', 'not_draft', 'too_few_options', 'cost_missing', 'closes_too_early', 'not_checked', 'nobody_entitled', 'not_allowed'
);

create type public.paper_outcome as enum ('marked', 'unmarked', 'already_voted', 'not_marked', 'not_open', 'not_found', 'not_allowed');

create type public.count_outcome as enum ('counted', 'wrong_number', 'wrong_choices', 'not_closed', 'already_counted', 'not_allowed');

create type public.poll_kind as enum ('yes_no', 'single', 'multiple', 'budget');

create type public.poll_rule as enum ('per_flat', 'per_person');

-- In this order, and never backwards. `planned`: shown to the building, not open yet. `stopped`: has no result, ever.
create type public.poll_status as enum ('draft', 'planned', 'open', 'closed', 'stopped');

create type public.poll_stance as enum ('yes', 'no', 'abstain');

create type public.poll_phase as enum ('ideas', 'check', 'questions', 'vote', 'decision', 'work', 'done');

create type public.phase_owner as enum ('residents', 'consultant', 'landlord');

create type public.ask_poll_question_outcome as enum ('asked', 'too_many_waiting', 'too_many_today', 'paused', 'not_open', 'not_allowed');

create type public.answer_poll_question_outcome as enum ('answered', 'already_answered', 'answer_missing', 'hidden', 'not_found');

create type public.change_outcome as enum (
  'changed', 'wrong_receipt', 'too_many_attempts', 'not_yet_open', 'closed', 'stopped', 'not_entitled',
  'wrong_choices', 'too_many_choices', 'over_budget'
);

create type public.receipt_outcome as enum ('counted', 'not_found', 'too_many_attempts', 'not_entitled');

-- hidden: fewer than 10 may vote, so that a band would tell too much.
create type public.turnout_band as enum ('hidden', 'under_quarter', 'under_half', 'under_three_quarters', 'three_quarters');

create type public.save_poll_outcome as enum ('saved', 'not_draft');

create type public.plan_poll_outcome as enum ('planned', 'not_draft', 'too_few_options', 'cost_missing', 'not_allowed');

create type public.vote_outcome as enum (
  'voted', 'already_voted', 'voted_on_paper', 'not_yet_open', 'closed', 'stopped', 'not_entitled',
  'wrong_choices', 'too_many_choices', 'over_budget', 'bad_receipt'
);

create type public.vote_state as enum ('can_vote', 'voted', 'voted_on_paper', 'not_entitled', 'closed', 'not_yet_open');

create type public.check_outcome as enum ('checked', 'reason_missing', 'not_open', 'not_allowed');

create type public.comment_outcome as enum ('commented', 'comments_off', 'too_many', 'alias_taken', 'paused', 'not_open', 'not_allowed');

create type public.merge_outcome as enum ('merged', 'already_decided', 'in_vote', 'not_found', 'not_allowed');

create type public.proposal_kind as enum ('social', 'physical');

create type public.proposal_status as enum ('pending', 'approved', 'declined', 'withdrawn', 'merged');

create type public.propose_outcome as enum ('proposed', 'too_many_pending', 'wrong_photo', 'alias_taken', 'paused', 'not_allowed');

create type public.proposal_message_outcome as enum ('sent', 'nothing_asked', 'too_many', 'already_decided', 'not_allowed');

create type public.decide_outcome as enum ('approved', 'declined', 'reason_missing', 'already_decided', 'not_allowed');

create type public.support_outcome as enum ('supported', 'not_supported', 'not_open');

create type public.report_assignee_kind as enum ('person', 'contractor');

create type public.assign_report_outcome as enum ('assigned', 'unassigned', 'unchanged', 'wrong_assignee', 'not_allowed', 'not_found');

create type public.chase_report_outcome as enum ('chased', 'chased_today', 'not_open', 'not_allowed', 'not_found');

create type public.report_access as enum ('call_first', 'may_enter');

-- In this order: of several roles of one person the first counts. A consultant who also reported the case writes as the consultant.
create type public.report_actor as enum ('landlord', 'consultant', 'reporter', 'neighbour', 'system');

create type public.report_event_kind as enum ('status', 'chased', 'still_working', 'merged_in', 'unmerged', 'assigned');

create type public.follow_report_outcome as enum ('followed', 'unfollowed', 'unchanged', 'own_report', 'finished', 'not_found');

create type public.object_report_outcome as enum ('counted', 'reopened', 'unchanged', 'not_allowed', 'too_late', 'not_found');

create type public.merge_report_outcome as enum (
  'merged', 'unmerged', 'not_allowed', 'not_found', 'wrong_target', 'not_merged', 'target_merged'
);

create type public.message_audience as enum ('resident', 'everyone', 'internal');

create type public.report_message_outcome as enum ('sent', 'not_allowed', 'not_found', 'too_many_today');

create type public.post_outage_outcome as enum ('posted', 'not_allowed', 'wrong_place', 'wrong_thing', 'finished', 'posted_already');

create type public.share_photos_outcome as enum ('shared', 'hidden', 'not_allowed', 'not_found');

create type public.report_question_outcome as enum ('asked', 'answered', 'not_allowed', 'not_found', 'wrong_times', 'closed');

create type public.report_sort as enum ('oldest', 'newest', 'changed', 'affected', 'deadline');

-- What a case waits for.
create type public.report_wait as enum ('parts', 'contractor', 'access');

create type public.responsible_party as enum ('tenant', 'shared', 'landlord');

create type public.create_report_outcome as enum (
  'created', 'not_member', 'wrong_place', 'wrong_thing', 'wrong_photo', 'too_many_today', 'sent_already', 'id_taken'
);

create type public.report_status_outcome as enum (
  'changed', 'unchanged', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'others_have_it', 'appealed_already', 'not_found'
);

create type public.report_thing as enum (
  'leak', 'drain', 'hot_water', 'heating', 'power', 'light', 'damp_air', 'window', 'door_lock', 'intercom', 'pests',
  'fire_safety', 'appliance', 'escape_route', 'rubbish', 'vandalism', 'cleaning', 'snow_ice', 'playground', 'greenery',
  'paving', 'storage_room', 'washing_machine', 'dryer', 'lift_stopped', 'lift_door', 'lift_button', 'lift_sound', 'other'
);

create type public.report_status as enum (
  'received', 'forwarded', 'in_progress', 'waiting', 'fixed', 'confirmed', 'reopened', 'closed', 'withdrawn', 'merged'
);

create type public.delete_account_outcome as enum ('deleted', 'wrong_password', 'too_many_attempts', 'second_factor_missing',
  'not_found');

create type public.join_outcome as enum ('joined', 'already_member', 'wrong_code', 'expired', 'used_up', 'too_many_attempts');

create type public.join_request_status as enum ('open', 'approved', 'declined');

create type public.join_ask_outcome as enum ('asked', 'already_member', 'too_many_attempts');

create type public.join_decide_outcome as enum ('approved', 'declined', 'already_decided', 'no_such_flat', 'not_found');

create type public.letter_text_outcome as enum ('saved', 'removed', 'too_many', 'not_allowed');

create type public.account_state as enum ('none', 'with_password', 'without_password');

create type public.password_check as enum ('right', 'wrong', 'too_many_attempts');

-- What somebody can be in a building. `landlord` (Boligbygg) and `admin` cover all buildings.
create type public.member_role as enum ('resident', 'partner', 'consultant', 'landlord', 'observer', 'admin');

-- `ended` is said of residents' sessions too.
create type public.staff_gate as enum ('open', 'code', 'setup', 'ended');

create type public.factor_rule_outcome as enum ('saved', 'own_first', 'not_found');

create type public.account_outcome as enum ('made', 'name_taken', 'name_invalid', 'password_invalid', 'not_found');

create type public.password_outcome as enum ('changed', 'password_invalid', 'not_found');

create type public.tenant_outcome as enum ('changed', 'nothing_to_do', 'not_found');

-- 'read_all': flats and the resident's words too. 'create': new cases. 'update': changes of status and messages.
create type public.api_scope as enum ('read_all', 'create', 'update');

create type public.api_entry as enum ('nobody', 'system', 'wrong_key', 'too_many');

create type public.open311_create_outcome as enum (
  'created', 'wrong_key', 'place_unknown', 'place_ambiguous', 'wrong_place', 'too_many_today'
);

create type public.open311_update_outcome as enum (
  'done', 'wrong_key', 'not_found', 'not_allowed', 'reason_missing', 'waiting_for_missing', 'too_many_today'
);

create type public.delivery_state as enum ('in_desk', 'queued', 'sent', 'failed', 'acknowledged');

-- `personal`: what one person is to be told (deliveries). `join_answer`: to somebody who is no member yet. Everything else is for the
-- landlord's systems.
create type public.outbox_kind as enum ('report_created', 'report_changed', 'test', 'personal', 'join_answer');

-- One thing that waits. `kind_count`: how many of its kind there are, `total`: how many of all kinds.
-- about: the kind of thing within its kind. parent_id: the vote of a question, the flat that somebody who asks to join means.
create type public.waiting_thing as (
  kind public.waiting_kind, id uuid, about text, title text, body text, reasons text[], place text, parent_id uuid,
  number bigint, due_at timestamptz, is_urgent boolean, amount integer, since timestamptz, kind_count integer, total integer
);

-- A line of the queue, with what a table shows of the case.
create type public.report_queue_row as (
  id uuid, number bigint, block_id uuid, block_slug text, block_name text, place_name text, place_kind public.place_kind,
  is_common boolean, thing public.report_thing, status public.report_status, is_open boolean, is_urgent boolean,
  waiting_for public.report_wait, expected_by date, affected_count integer, created_at timestamptz,
  status_changed_at timestamptz, asked_at timestamptz, chase_count integer, assignee_name text, sort_value bigint
);

-- One building. Everybody may read it; only an admin adds one.
create table public.blocks (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 60),
  -- These words are pages of the portal itself.
  constraint slug_is_free check (slug not in ('404', '500', 'a', 'admin', 'api', 'avmeld', 'bli-med', 'boligbygg', 'dev', 'kalender', 'konto',
    'logg-inn', 'logg-ut', 'mitt', 'personvern', 'tilgjengelighet')),
  name text not null check (length(name) between 1 and 80),
  address text not null check (length(address) between 1 and 120),
  district text not null check (length(district) between 1 and 60),
  owner_type public.owner_type not null default 'heleid',
  about text check (length(about) <= 1000),
  -- Whether neighbours may comment on proposals.
  allows_comments boolean not null default true,
  created_at timestamptz not null default now(),
  -- Whether residents are asked the monthly question: from when the consultant says so.
  asks_pulse boolean not null default false
);

-- The place tree: stair > floor > flat, and the common places. A name is read alone in lists: "Oppgang A, 2. etasje".
-- `(id, block_id, kind)` lets other tables demand "a flat of this building" with a plain foreign key.
create table public.places (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  parent_id uuid,
  kind public.place_kind not null,
  name text not null check (length(name) between 1 and 80),
  position integer not null default 0,
  unique (id, block_id),
  unique (id, block_id, kind),
  unique nulls not distinct (block_id, parent_id, name),
  foreign key (parent_id, block_id) references public.places (id, block_id) on delete cascade
);

-- One thing to take part in. A course is one activity with several sessions and one sign-up for all of them.
-- The counts are of people, not of rows: they are kept by a trigger on signups, because nobody but the consultant and
-- the host may see those rows. `version` goes up with every change: two tabs can not overwrite each other, and calendars
-- know which text is newer. Text is Markdown of a small subset.
create table public.activities (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.activity_kind not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  audience text check (length(audience) <= 120),
  -- For the filter; empty: for everybody.
  for_whom public.audience_group[] not null default '{}' check (cardinality(for_whom) <= 5),
  place_id uuid,
  -- Where, when it is not one of the building's places; or where in it.
  whereabouts text check (length(whereabouts) <= 120),
  host text check (length(host) <= 80),
  what_to_expect text check (length(what_to_expect) <= 1000),
  food text check (length(food) <= 200),
  languages text check (length(languages) <= 120),
  step_free boolean,
  -- Public ones are read by everybody; the others by the building's members.
  is_public boolean not null default true,
  status public.activity_status not null default 'draft',
  cancel_reason text check (length(btrim(cancel_reason)) >= 1 and length(cancel_reason) <= 300),
  decline_reason text check (length(btrim(decline_reason)) >= 1 and length(decline_reason) <= 300),
  -- A resident or a partner runs it, or did; see activities/hosts.sql.
  was_hosted boolean not null default false,
  -- Away from its readers (also those signed up), because of what stands in it; see moderation/moderate.sql.
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  -- Places; null means that nobody needs to sign up.
  capacity integer check (capacity between 1 and 500),
  -- How many one sign-up may be for, oneself included.
  max_party integer not null default 5 check (max_party between 1 and 20),
  signup_opens_at timestamptz,
  signup_closes_at timestamptz,
  -- Until when one may give up the place oneself; later it is the consultant's to do.
  signoff_closes_at timestamptz,
  signed_up_count integer not null default 0 check (signed_up_count >= 0),
  offered_count integer not null default 0 check (offered_count >= 0),
  waitlisted_count integer not null default 0 check (waitlisted_count >= 0),
  -- Set by a trigger: a default would show its function in the API's description.
  slug text not null default '' unique,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (place_id, block_id) references public.places (id, block_id) on delete set null (place_id),
  constraint cancelled_has_reason check ((status = 'cancelled') = (cancel_reason is not null)),
  constraint declined_has_reason check ((status = 'declined') = (decline_reason is not null)),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  constraint opens_before_it_closes check (signup_closes_at > signup_opens_at)
);

-- A signed-in person. Nothing but what others may call them: no name, number, birth date or address.
create table public.people (
  id uuid primary key references auth.users on delete cascade,
  display_name text not null check (length(btrim(display_name)) >= 1 and length(display_name) <= 40),
  -- One visible line: no control signs, none that turn the direction of the text around it.
  constraint name_is_a_line check (display_name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  locale text not null default 'nb' check (locale in ('nb', 'en')),
  created_at timestamptz not null default now(),
  -- Since when they are called so.
  named_at timestamptz not null default now()
);

-- One link per person; no row: no link.
create table public.calendar_links (
  person_id uuid primary key references public.people on delete cascade,
  link_hash text not null unique,
  created_at timestamptz not null default now()
);

-- One date of an activity. Rows, made ahead, so that "what comes in this building" is one index scan:
-- a session lasts 14 days at most, so the scan may begin 14 days back.
-- `recurs_on` is the day (in Oslo) that the series gave this date: it stays when the date is moved, so that a change of
-- the series finds it again. `sequence` counts the changes of time, for calendars and for messages.
create table public.activity_sessions (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  starts_at timestamptz not null check (starts_at >= '2000-01-01 00:00+00' and starts_at < '2100-01-01 00:00+00'),
  ends_at timestamptz not null,
  cancelled_at timestamptz,
  -- Why it was moved or cancelled; its readers see it.
  note text check (length(btrim(note)) >= 1 and length(note) <= 200),
  recurs_on date,
  is_moved boolean not null default false,
  sequence integer not null default 0,
  unique (activity_id, recurs_on),
  unique (id, activity_id, block_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (ends_at > starts_at and ends_at - starts_at <= interval '14 days')
);

-- One sign-up: a person with an account, or somebody without one by first name, and how many they come with.
-- Live are signed_up, offered (a place is held until offer_expires_at) and waitlisted; the others are history, and coming
-- back is a new row, last in the queue. `queue_number` is the order of arrival, drawn while the activity row is locked.
-- Thirty days after the last date the name goes (forgotten_at); the numbers stay.
create table public.signups (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid references public.people on delete cascade,
  first_name text check (length(btrim(first_name)) >= 1 and length(first_name) <= 40),
  -- Oneself and those one brings: all get a place, or nobody does.
  party_size integer not null default 1 check (party_size between 1 and 20),
  status public.signup_status not null default 'waitlisted',
  queue_number bigint generated always as identity,
  created_at timestamptz not null default now(),
  -- When the place was won.
  signed_up_at timestamptz,
  offer_expires_at timestamptz,
  ended_at timestamptz,
  forgotten_at timestamptz,
  unique (id, activity_id, block_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint signed_up_has_moment check (status <> 'signed_up' or signed_up_at is not null),
  constraint offer_has_end check ((status = 'offered') = (offer_expires_at is not null)),
  constraint ended_has_moment check ((status in ('cancelled', 'declined', 'lapsed')) = (ended_at is not null)),
  constraint is_somebody check (num_nonnulls(person_id, first_name) = case when forgotten_at is null then 1 else 0 end)
);

-- Who came: how many of the party, on one date. No row: not ticked yet.
create table public.attendances (
  session_id uuid not null,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  present_count integer not null check (present_count between 0 and 20),
  primary key (session_id, signup_id),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade,
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);

-- How many came to a date where nobody signs up. A table of its own: the number is for those who run it.
create table public.head_counts (
  session_id uuid primary key,
  activity_id uuid not null,
  block_id uuid not null,
  heads integer not null check (heads between 0 and 10000),
  foreign key (session_id, activity_id, block_id) references public.activity_sessions (id, activity_id, block_id) on delete cascade
);

-- Who runs an activity beside the consultant: a resident or a partner who proposed it. Never shown to others; the page
-- prints the free text `host`.
create table public.activity_hosts (
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid not null references public.people on delete cascade,
  primary key (activity_id, person_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);

-- A message from those who run an activity to all who are signed up, offered a place or waiting.
create table public.activity_messages (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null,
  block_id uuid not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  -- By the consultant; else by a host.
  is_from_staff boolean not null default true,
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  created_at timestamptz not null default now(),
  unique (id, block_id),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);

-- Which host wrote it. Everybody sees their own rows and nobody else's.
create table public.activity_message_authors (
  message_id uuid primary key references public.activity_messages on delete cascade,
  person_id uuid not null references public.people on delete cascade
);

-- The rule that an activity repeats by (RFC 5545), counted in days of Oslo; the clock is the wall's, so summer time moves
-- nothing. The server makes the rows ahead, to `made_until`. What the rule gave before a change of it is history.
create table public.activity_series (
  activity_id uuid primary key,
  block_id uuid not null,
  rrule text not null check (
    length(rrule) <= 200
    and rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY)(;INTERVAL=[1-9][0-9]?|;BYDAY=[-+,0-9A-Z]+|;BYMONTHDAY=[-,0-9]+|;UNTIL=[0-9]{8}|;COUNT=[1-9][0-9]{0,2})*$'
  ),
  starts_on date not null check (starts_on >= '2000-01-01' and starts_on < '2100-01-01'),
  starts_clock time not null,
  ends_clock time not null,
  -- Days between start and end: 1 is over midnight.
  extra_days smallint not null default 0 check (extra_days between 0 and 13),
  made_until date not null,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  constraint ends_after_start check (extra_days > 0 or ends_clock > starts_clock)
);

-- Every step of a sign-up and why, so that the consultant can say why somebody has no place. Only ever added to.
create table public.signup_events (
  id bigint generated always as identity primary key,
  signup_id uuid not null,
  activity_id uuid not null,
  block_id uuid not null,
  -- The state after it. The same as before it: somebody was passed over, because the party did not fit.
  status public.signup_status not null,
  reason public.signup_reason not null,
  actor public.signup_actor not null,
  created_at timestamptz not null default now(),
  foreign key (signup_id, activity_id, block_id) references public.signups (id, activity_id, block_id) on delete cascade
);

-- The activity's words in another language, written by people; a poster prints all of them.
create table public.activity_translations (
  activity_id uuid not null,
  block_id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(body) <= 4000),
  primary key (activity_id, language),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);

-- One attempt, by kind and hashed key. Reached over the API by nobody.
create table private.attempts (
  id bigint generated always as identity primary key,
  kind text not null,
  key_hash text not null,
  attempted_at timestamptz not null default now()
);

-- `what` is kept for `keep`, counted from `since`. Reached over the API by nobody.
create table private.retention_rules (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  keep interval not null check (keep > interval '0'),
  since text not null
);

-- Somebody to talk to. Numbers and addresses are settings: what is not set is not shown, and never invented.
create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.contact_kind not null,
  title text not null check (length(title) between 1 and 80),
  person_name text check (length(person_name) <= 80),
  phone text check (phone ~ '^\+?[0-9 ]{3,20}$'),
  email text check (length(email) <= 120 and email like '%_@_%'),
  whereabouts text check (length(whereabouts) <= 120),
  note text check (length(note) <= 300),
  position smallint not null default 0,
  unique (block_id, kind, title)
);

-- When a contact is there, by weekday (1 = Monday … 7 = Sunday), wall-clock time in Oslo.
create table public.opening_hours (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references public.contacts on delete cascade,
  weekday smallint not null check (weekday between 1 and 7),
  opens_at time not null,
  closes_at time not null,
  check (closes_at > opens_at),
  unique (contact_id, weekday, opens_at)
);

-- The months of a building that are counted. A month is counted on the 4th of the next one and stored as it is told; nothing of it
-- changes afterwards. So
--   the page reads stored numbers, however many cases there are,
--   a month is the same number whoever asks and when: no two answers differ by one person,
--   the numbers outlive accounts, names and whatever is removed later,
--   what is hidden is not stored at all.
create table private.figure_months (
  block_id uuid not null references public.blocks on delete cascade,
  -- Its first day.
  month date not null check (extract(day from month) = 1),
  counted_at timestamptz not null default now(),
  primary key (block_id, month)
);

-- One number of one month. `value` null: there are too few to tell. No row: there is nothing to tell of.
create table private.figures (
  block_id uuid not null,
  month date not null,
  metric public.figure_metric not null,
  -- Only for new and fixed cases; null is all things together.
  thing public.report_thing,
  value numeric(10, 1) check (value >= 0),
  unique nulls not distinct (block_id, month, metric, thing),
  foreign key (block_id, month) references private.figure_months on delete cascade
);

-- The answers of a month. No salt: it is over, and waits to be counted. An answer can not be changed: to take the old one back it would
-- have to be known. Whoever holds the database files can pair an answer with a hash through their transaction until the next night: then
-- both tables are written anew in random order and the old files go (rewrite_pulse). When the month is over, hashes and salts go too.
create table private.pulse_months (
  block_id uuid not null references public.blocks on delete cascade,
  month date not null check (extract(day from month) = 1),
  salt bytea default extensions.gen_random_bytes(32),
  good integer not null default 0,
  ok integer not null default 0,
  bad integer not null default 0,
  primary key (block_id, month)
);

-- Who has answered this month, as hashes.
create table private.pulse_marks (
  block_id uuid not null references public.blocks on delete cascade,
  month date not null,
  mark bytea not null,
  primary key (block_id, month, mark)
);

-- The day of the last writing anew; one row.
create table private.pulse_rewrites (
  is_only boolean primary key default true check (is_only),
  rewritten_on date not null
);

-- What can be wrong where: about 12 things a place. A case points here, so a thing that does not fit is refused.
create table public.report_things (
  thing public.report_thing not null,
  place_kind public.place_kind not null,
  position smallint not null,
  primary key (thing, place_kind)
);

-- One case: a fault, what the landlord does about it, and who may see which part.
--
-- A case is split by audience, because row-level security hides rows and not columns:
--   reports                  place, thing, status, how many: also the neighbours, when the place is common
--   report_details, _photos  the reporter's words, contact, pictures: the reporter and the staff
--   report_events            what happened, without text: whoever sees the case
--   report_event_actors      who of the staff did it: the staff
--   report_messages          to everyone who sees the case, to the resident (reporter and staff) or internal (staff only)
--   report_followers         "Jeg har det også": each one their own row; the number is a column of the case
-- Staff here means the building's consultant and the landlord. Nothing of this is open to somebody not signed in, but for the
-- place, thing and status of common-area cases through Open311.
--
-- The row itself holds nothing that tells who reported it.
-- There is deliberately no "updated at": it would tell the reporter that the staff wrote an internal note.
create table public.reports (
  -- Chosen by the form: sending the same form twice makes one case.
  id uuid primary key,
  number bigint generated always as identity (start with 1001) unique,
  block_id uuid not null references public.blocks on delete cascade,
  place_id uuid not null,
  place_kind public.place_kind not null,
  -- Seen by the neighbours. Follows from the place, so nobody can set it.
  is_common boolean not null generated always as (place_kind <> 'flat') stored,
  thing public.report_thing not null,
  status public.report_status not null default 'received',
  is_open boolean not null generated always as (status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged')) stored,
  -- Only while it waits.
  waiting_for public.report_wait,
  -- The case it is told in from now on. It stays what it is, and can be taken out again.
  merged_into uuid,
  is_urgent boolean not null default false,
  -- The reporter and those who pressed "Jeg har det også".
  affected_count integer not null default 1 check (affected_count >= 1),
  -- The day (Oslo) by which the landlord's own expected time is out; empty when the landlord has set none.
  expected_by date,
  -- When the reporter was last told that it takes longer.
  told_late_at timestamptz,
  -- When the consultant last asked the landlord to hurry, and how often.
  chased_at timestamptz,
  chase_count integer not null default 0,
  -- The reporter, or the staff after looking, lets the neighbours see the pictures.
  are_photos_shared boolean not null default false check (not are_photos_shared or place_kind <> 'flat'),
  created_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  unique (id, block_id),
  check ((status = 'waiting') = (waiting_for is not null)),
  check ((status = 'merged') = (merged_into is not null) and merged_into <> id),
  foreign key (merged_into, block_id) references public.reports (id, block_id) on delete restrict,
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind) on delete cascade,
  foreign key (thing, place_kind) references public.report_things (thing, place_kind) on delete restrict
);

-- One idea, without its author: neighbours see approved rows, and may never learn whose they are. `alias` is what the author
-- wants to be called in public, when anything. `rough_cost_nok` is the author's guess; `cost_nok` is what was found out.
-- `answer` is what the consultant said (a decline needs one). Hidden (by flags or the consultant): only the author and the
-- consultant still see it, with why. Merged: its supporters stand under another one now. `support_count` is kept by set_support:
-- nobody may read the rows it counts. The check (is it possible, what does it cost) is in proposals/checks.sql.
create table public.proposals (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  kind public.proposal_kind not null,
  place_id uuid,
  place_kind public.place_kind,
  alias text check (length(btrim(alias)) >= 1 and length(alias) <= 40 and alias !~ '[[:cntrl:]\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  rough_cost_nok integer check (rough_cost_nok between 0 and 100000000),
  status public.proposal_status not null default 'pending',
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  support_count integer not null default 0 check (support_count >= 0),
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  merged_into uuid,
  merged_at timestamptz,
  is_possible boolean,
  cost_nok integer check (cost_nok between 0 and 100000000),
  check_reason text check (length(btrim(check_reason)) >= 1 and length(check_reason) <= 1000),
  checked_at timestamptz,
  checked_by_role public.member_role check (checked_by_role in ('consultant', 'landlord')),
  unique (id, block_id),
  foreign key (merged_into, block_id) references public.proposals (id, block_id) on delete cascade,
  -- A flat would tell whose idea it is.
  constraint place_is_common check (place_kind not in ('flat', 'floor') and (place_id is null) = (place_kind is null)),
  foreign key (place_id, block_id, place_kind) references public.places (id, block_id, kind)
    on delete set null (place_id, place_kind),
  constraint decline_has_reason check (status <> 'declined' or answer is not null),
  -- One that was merged before it was approved has no such time: neighbours never saw it.
  constraint decided_has_time check (status = 'merged' or (status in ('approved', 'declined')) = (decided_at is not null)),
  constraint merged_has_target check ((status = 'merged') = (merged_into is not null)),
  constraint merged_has_time check ((merged_into is null) = (merged_at is null)),
  constraint merged_into_another check (merged_into <> id),
  constraint checked_has_time check ((is_possible is null) = (checked_at is null) and (checked_at is null) = (checked_by_role is null)),
  constraint no_has_reason check (is_possible is null or is_possible or check_reason is not null),
  constraint only_possible_has_cost check (cost_nok is null or is_possible is true),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null))
);

-- One vote: what is asked, what is decided and by whom (`decides`), for how much, and what happens then (`afterwards`). Everything is
-- fixed from the moment it opens; it can be extended once and stopped, each with a reason that everybody sees. A vote whose closes_at
-- has passed is over even while its status still says open: the first one who asks for the result settles it. Its result exists from
-- counted_at on: at closing, or when the paper votes have been counted too.
create table public.polls (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  decides text not null check (length(btrim(decides)) >= 1 and length(decides) <= 500),
  afterwards text not null check (length(btrim(afterwards)) >= 1 and length(afterwards) <= 500),
  kind public.poll_kind not null default 'single',
  -- How many may be chosen (of several), and how many win.
  max_choices smallint check (max_choices between 2 and 20),
  winner_count smallint check (winner_count between 1 and 20),
  budget_nok integer check (budget_nok between 0 and 100000000),
  rule public.poll_rule not null,
  -- A statement of the voter. No birth dates.
  min_age smallint check (min_age in (13, 18)),
  -- Whether the list of control numbers and choices is shown after the count.
  is_list_published boolean not null default true,
  closes_at timestamptz not null,
  status public.poll_status not null default 'draft',
  created_at timestamptz not null default now(),
  opened_at timestamptz,
  -- How many flats or persons may vote, frozen at opening.
  entitled integer check (entitled > 0),
  first_closes_at timestamptz,
  extended_at timestamptz,
  extension_reason text check (length(btrim(extension_reason)) >= 1 and length(extension_reason) <= 500),
  closed_at timestamptz,
  counted_at timestamptz,
  stopped_at timestamptz,
  stop_reason text check (length(btrim(stop_reason)) >= 1 and length(stop_reason) <= 500),
  unique (id, block_id),
  constraint several_has_max check ((kind = 'multiple') = (max_choices is not null)),
  constraint choice_has_winners check ((kind in ('single', 'multiple')) = (winner_count is not null) and (kind <> 'single' or winner_count = 1)),
  constraint budget_is_said check (kind <> 'budget' or coalesce(budget_nok, 0) > 0),
  constraint person_has_age check ((rule = 'per_person') = (min_age is not null)),
  constraint opened_has_time check (case when status in ('draft', 'planned') then opened_at is null
    else status = 'stopped' or opened_at is not null end and (opened_at is null) = (entitled is null)),
  constraint closed_has_time check ((status = 'closed') = (closed_at is not null) and (counted_at is null or closed_at is not null)),
  constraint stop_has_reason check ((status = 'stopped') = (stopped_at is not null) and (stopped_at is null) = (stop_reason is null)),
  constraint extension_has_reason check (num_nulls(extended_at, extension_reason, first_closes_at) in (0, 3))
);

-- One notice. A draft, one that is published later, one that was taken down and one that has ended are the consultant's alone.
-- Who of the staff wrote it is in the audit log, not here.
create table public.notices (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  class public.notice_class not null default 'ordinary',
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  audience public.notice_audience not null default 'everybody',
  state public.notice_state not null default 'draft',
  -- Since or from when it is seen; of a draft, when that is meant to be.
  published_at timestamptz,
  ends_at timestamptz,
  -- Counts the changes of its words: a translation knows which ones it was made of.
  version integer not null default 1,
  -- When its words were changed after somebody may have read them.
  changed_at timestamptz,
  -- When its audience was told; null is for the job to do.
  told_at timestamptz,
  created_at timestamptz not null default now(),
  -- How many accounts have read it, once that is counted for good (see count_notice_reads).
  reader_count integer,
  unique (id, block_id),
  constraint published_since check (state <> 'published' or published_at is not null),
  constraint ends_after_start check (ends_at > published_at),
  constraint urgent_ends check (class <> 'urgent' or ends_at is not null)
);

-- What one person is told. `subject` is what makes it one thing: the same person is never told of the same kind and subject twice.
create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  kind public.notification_kind not null,
  subject text not null check (length(subject) <= 100),
  -- What it is about: an activity, a case, a proposal, a vote or a notice.
  activity_id uuid references public.activities on delete cascade,
  report_id uuid references public.reports on delete cascade,
  proposal_id uuid references public.proposals on delete cascade,
  poll_id uuid references public.polls on delete cascade,
  notice_id uuid references public.notices on delete cascade,
  -- What the account itself is told is about none of them.
  check (num_nonnulls(activity_id, report_id, proposal_id, poll_id, notice_id) = 1
    or kind in ('account_paused', 'account_slip', 'account_password', 'account_joined', 'account_not_joined', 'account_ended')),
  session_id uuid references public.activity_sessions on delete set null,
  signup_id uuid references public.signups on delete cascade,
  message_id uuid references public.activity_messages on delete cascade,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  unique (person_id, kind, subject)
);

-- A browser that push messages go to: the address its maker gave it, and the keys that only it can read with. It lasts as
-- long as the sign-in it was switched on in (form_messages forgets it then): on a shared phone the next one reads nothing.
create table public.push_subscriptions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  endpoint text not null unique check (endpoint ~ '^https://[^[:space:]]+$' and length(endpoint) <= 1000),
  public_key text not null check (public_key ~ '^[A-Za-z0-9_-]{87}$'),
  auth_key text not null check (auth_key ~ '^[A-Za-z0-9_-]{22}$'),
  -- Of the auth service; null where it names none.
  session_id uuid,
  created_at timestamptz not null default now()
);

-- Where webhooks go. What they are signed with is derived by the server from the id and the version: it is stored nowhere.
create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  url text not null check (url ~ '^https?://[^[:space:]]+$' and length(url) <= 500),
  kinds public.outbox_kind[] not null check (cardinality(kinds) between 1 and 2 and kinds <@ '{report_created,report_changed}'),
  -- One more: signed with something new; for a day with what was before too.
  version integer not null default 1 check (version >= 1),
  renewed_at timestamptz,
  created_at timestamptz not null default now(),
  removed_at timestamptz
);

-- Append-only history; the first row of a case has no from_status. Its text, if any, is the message that points to it.
create table public.report_events (
  id bigint generated always as identity primary key,
  report_id uuid not null,
  block_id uuid not null,
  kind public.report_event_kind not null default 'status',
  from_status public.report_status,
  to_status public.report_status,
  waiting_for public.report_wait,
  actor_role public.report_actor not null,
  created_at timestamptz not null default now(),
  unique (id, report_id),
  check ((kind = 'status') = (to_status is not null)),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- A request. The flat is what the person wrote: nobody is told which flats there are. With the decision the name and the flat go.
create table public.join_requests (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  person_id uuid not null references auth.users on delete cascade,
  display_name text check (length(btrim(display_name)) >= 1 and length(display_name) <= 40),
  constraint name_is_a_line check (display_name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  flat_text text check (length(btrim(flat_text)) >= 1 and length(flat_text) <= 20),
  constraint flat_is_a_line check (flat_text !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  locale text not null default 'nb' check (locale in ('nb', 'en')),
  status public.join_request_status not null default 'open',
  asked_at timestamptz not null default now(),
  decided_at timestamptz,
  constraint decided_is_bare check ((status = 'open') = (decided_at is null) and (status = 'open') = (display_name is not null)
    and (status = 'open') = (flat_text is not null))
);

-- One message to one receiver; the id goes with it, the same at each try. To the landlord's systems (webhooks, and an e-mail for each new
-- case) there is a row per event and receiver, written in the transaction of what happened. It holds what happened to which case, never
-- the resident's words: the receiver fetches the rest with its key.
create table public.outbox_messages (
  id uuid primary key default gen_random_uuid(),
  channel public.outbox_channel not null,
  endpoint_id uuid references public.webhook_endpoints on delete cascade,
  kind public.outbox_kind not null,
  report_id uuid references public.reports on delete cascade,
  event_id bigint references public.report_events on delete cascade,
  payload jsonb not null,
  status public.outbox_status not null default 'queued',
  attempts integer not null default 0,
  -- While somebody sends it: when another may take it over. When it is finished: when that was.
  next_attempt_at timestamptz not null default now(),
  failures integer not null default 0,
  last_error text check (length(last_error) <= 100),
  tried_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  -- Whose message it is, and the device of a push message; the other columns are those of the landlord's systems.
  person_id uuid references public.people on delete cascade,
  subscription_id uuid references public.push_subscriptions on delete cascade,
  is_urgent boolean not null default false,
  -- Whose answer it is.
  join_request_id uuid references public.join_requests on delete cascade,
  check ((kind = 'join_answer') = (join_request_id is not null)),
  check ((channel = 'webhook') = (endpoint_id is not null)),
  check ((kind = 'personal') = (person_id is not null)),
  check ((channel = 'push') = (subscription_id is not null))
);

-- A notification on its way by one channel, and when it may go; a push message per browser.
create table private.deliveries (
  id bigint generated always as identity primary key,
  notification_id uuid not null references public.notifications on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  channel public.outbox_channel not null check (channel <> 'webhook'),
  subscription_id uuid references public.push_subscriptions on delete cascade,
  due_at timestamptz not null,
  message_id uuid references public.outbox_messages on delete cascade,
  check ((channel = 'push') = (subscription_id is not null))
);

-- What all copies of the server sign with: push messages (VAPID), and the links that end e-mail without signing in. One row.
create table private.message_keys (
  id boolean primary key default true check (id),
  vapid_public_key text not null,
  vapid_private_key text not null,
  link_key text not null
);

-- A number that SMS go to, when its owner has shown that it is theirs. International, as +4790000000.
create table public.message_phones (
  person_id uuid primary key references public.people on delete cascade,
  phone text not null check (phone ~ '^\+[1-9][0-9]{7,14}$'),
  asked_at timestamptz not null default now(),
  confirmed_at timestamptz
);

-- What was sent to a phone to show whose it is. Only the hash is kept.
create table private.phone_checks (
  person_id uuid primary key references public.message_phones on delete cascade,
  code_hash text not null,
  expires_at timestamptz not null
);

-- One row per person who has changed something. The same hour twice: no quiet hours.
create table public.message_settings (
  person_id uuid primary key references public.people on delete cascade,
  email_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  push_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  sms_topics public.message_topic[] not null default '{}',
  rhythm public.message_rhythm not null default 'at_once',
  quiet_from smallint not null default 21 check (quiet_from between 0 and 23),
  quiet_to smallint not null default 8 check (quiet_to between 0 and 23)
);

-- One comment, without its author, as proposals. `alias` is what the author wants to be called. Hidden: only
-- the author and the consultant still see it, with why.
create table public.proposal_comments (
  id uuid primary key,
  proposal_id uuid not null,
  block_id uuid not null,
  alias text check (length(btrim(alias)) >= 1 and length(alias) <= 40 and alias !~ '[[:cntrl:]\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  created_at timestamptz not null default now(),
  unique (id, block_id),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null))
);

-- One question, without who asked: neighbours see it when it is answered. Hidden (by flags or the consultant): only who asked and the
-- consultant still see it, with why.
create table public.poll_questions (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 500),
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  hidden_at timestamptz,
  hidden_by public.hidden_by,
  hidden_reason text check (length(btrim(hidden_reason)) >= 1 and length(hidden_reason) <= 1000),
  unique (id, block_id),
  constraint answered_has_time check ((answer is null) = (answered_at is null)),
  constraint hidden_has_reason check ((hidden_at is null) = (hidden_by is null) and (hidden_by is not distinct from 'staff') = (hidden_reason is not null)),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);

-- The author's word against a thing being hidden: once for each time it was hidden (`hidden_at` says which). The consultant's
-- answer is the last word.
create table public.appeals (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity that the thing stands with.
  page_id uuid not null,
  hidden_at timestamptz not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  appealed_at timestamptz not null default now(),
  answered_at timestamptz,
  is_granted boolean,
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 1000),
  unique (thing_id, hidden_at),
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  constraint answered_is_whole check ((answered_at is null) = (is_granted is null) and (answered_at is null) = (answer is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);

-- That the consultant changed somebody's words, and why; seen by whoever sees the thing.
create table public.edits (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  -- The proposal, the vote or the activity that the thing stands with.
  page_id uuid not null,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 1000),
  edited_at timestamptz not null default now(),
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);

-- The words as they were: for the author, the consultant and the admin.
create table public.edit_texts (
  edit_id uuid primary key references public.edits on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  thing_id uuid not null,
  -- Of an activity what else was changed or went, one text each: what it was called on a line of its own, then the words.
  old_parts text[] not null default '{}',
  old_title text,
  old_body text,
  -- Whoever hosts wrote it anew after this edit, and the consultant has not looked at that.
  changed_again_at timestamptz
);

-- Somebody says that a thing should not be there. One live flag per person and thing. The consultant sees thing and
-- reason; who flagged, and from which flat, is kept only so that a person and a flat count once, and is granted to nobody.
create table public.flags (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  question_id uuid,
  activity_id uuid,
  message_id uuid,
  thing_id uuid not null generated always as (coalesce(proposal_id, comment_id, question_id, activity_id, message_id)) stored,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 300),
  flagged_by uuid references public.people on delete set null,
  -- Null for a partner, for Boligbygg and for readers from elsewhere: theirs wait for the consultant, and hide nothing.
  flat_id uuid references public.places on delete set null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  verdict public.flag_verdict,
  constraint one_thing check (num_nonnulls(proposal_id, comment_id, question_id, activity_id, message_id) = 1),
  constraint resolved_has_verdict check ((resolved_at is null) = (verdict is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade,
  foreign key (question_id, block_id) references public.poll_questions (id, block_id) on delete cascade,
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade,
  foreign key (message_id, block_id) references public.activity_messages (id, block_id) on delete cascade
);

-- Written by log_act in the transaction of the act itself; read by the building's consultant and the admin. Acts that belong
-- to no building (appointing Boligbygg or an admin) have none, and the admin alone reads them. Without a role the system did
-- it by itself. When an account is deleted only actor_id goes: role and act stay.
create table public.audit_entries (
  id uuid primary key default gen_random_uuid(),
  block_id uuid references public.blocks on delete restrict,
  actor_id uuid references public.people on delete set null,
  actor_role public.member_role,
  act text not null check (act ~ '^[a-z_]{1,40}$'),
  subject_kind text not null check (subject_kind ~ '^[a-z_]{1,40}$'),
  subject_id uuid not null,
  reason text check (length(reason) <= 2000),
  acted_at timestamptz not null default now()
);

-- What a person is in a building, and since when. Rows end, they are not deleted.
create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  role public.member_role not null,
  block_id uuid references public.blocks on delete cascade,
  flat_id uuid,
  flat_kind public.place_kind generated always as ('flat') stored,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  -- Ended by the consultant, and no code or request lets this person in again until it is lifted.
  blocked_at timestamptz check (blocked_at is null or ended_at is not null),
  foreign key (flat_id, block_id, flat_kind) references public.places (id, block_id, kind) on delete cascade,
  constraint membership_scope check ((role in ('landlord', 'admin')) = (block_id is null)),
  constraint resident_has_flat check ((role = 'resident') = (flat_id is not null))
);

-- What the consultant knows of a pause: the thing it was given for, or the member, and never both. A pause given for a thing
-- says nothing about whose thing it is: not here, not on the member's page, and two things of one person have a pause each.
create table public.pauses (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  -- No foreign key: whoever takes the thing away does not end the pause.
  thing_kind public.thing_kind,
  thing_id uuid,
  membership_id uuid references public.memberships on delete cascade,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 1000),
  started_at timestamptz not null default now(),
  ends_at timestamptz not null,
  lifted_at timestamptz,
  constraint for_thing_or_member check ((thing_id is null) = (membership_id is not null) and (thing_id is null) = (thing_kind is null)),
  constraint at_most_30_days check (ends_at > started_at and ends_at <= started_at + interval '31 days')
);

-- Whom a pause is for: nobody's to read. Goes with the account.
create table private.paused_people (
  pause_id uuid not null references public.pauses on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  primary key (pause_id, person_id)
);

-- The stairs or the flats a notice is for. The consultant's alone: nobody else learns whom it was sent to.
create table public.notice_places (
  notice_id uuid not null,
  block_id uuid not null,
  place_id uuid not null,
  kind public.place_kind not null check (kind in ('stair', 'flat')),
  primary key (notice_id, place_id),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade,
  foreign key (place_id, block_id, kind) references public.places (id, block_id, kind) on delete cascade
);

-- The one picture of a notice, with what it shows in words. A portrait needs the consent of whoever is on it, and of the parents
-- of a child under 15. Hidden since somebody asked for its removal, until the consultant has looked at it; once looked at and
-- kept, it is not hidden by the next wish.
create table public.notice_photos (
  notice_id uuid primary key,
  block_id uuid not null,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200),
  kind public.notice_photo_kind not null,
  has_consent boolean not null default false,
  hidden_at timestamptz,
  reviewed_at timestamptz,
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade,
  constraint portrait_has_consent check (kind <> 'portrait' or has_consent)
);

-- Somebody wants a picture removed. Nothing about who; the words go when the consultant has decided.
create table public.notice_photo_requests (
  id uuid primary key default gen_random_uuid(),
  notice_id uuid not null,
  block_id uuid not null,
  reason text check (length(reason) <= 300),
  created_at timestamptz not null default now(),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade
);

-- Who wants what is meant for families with children. That they want it, and nothing about any child.
create table public.family_readers (
  person_id uuid primary key default auth.uid() references public.people on delete cascade,
  joined_at timestamptz not null default now()
);

-- Counting readers: each account once per notice, as a hash with the notice's own salt. Neither can be read by anybody over the
-- API. 30 days after publication, or when the notice has ended, the number is written down and salt and hashes go.
create table private.notice_salts (
  notice_id uuid primary key references public.notices on delete cascade,
  salt bytea not null default extensions.gen_random_bytes(16)
);

-- Who has read a notice, as hashes.
create table private.notice_readers (
  notice_id uuid not null references private.notice_salts on delete cascade,
  reader_hash bytea not null,
  primary key (notice_id, reader_hash)
);

-- The words in another language, written by people. source_version is the version of the original they were made of.
create table public.notice_translations (
  notice_id uuid not null,
  block_id uuid not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 4000),
  -- Set by a trigger.
  source_version integer not null default 0,
  primary key (notice_id, language),
  foreign key (notice_id, block_id) references public.notices (id, block_id) on delete cascade
);

-- The pattern of a ballot, itself without rows: each vote has a table of its own, so that nothing of one vote waits for another (a backup that
-- reads, a vote that closes), and closing can replace it by a fresh one. The chosen options (in the order of their ids; none: a blank paper
-- ballot) and what is kept of the receipt. No person, no flat, no time, no serial number, and no foreign key.
-- What is protected: who has voted (private.electors) and what was voted (private.ballots) share no key, time or number; neither can
-- be reached over the API by anybody, the server's own key included; and poll_results is the only function that answers numbers.
-- While a vote is open, whoever holds the database files could pair the two through the hidden order and transaction of the rows;
-- closing writes all ballots anew in random order into a fresh table and drops the old one. See docs/privacy.md, "Votes".
create table private.ballots (
  id uuid primary key default gen_random_uuid(),
  choices uuid[] not null check (cardinality(choices) <= 20),
  receipt_hash bytea not null unique
);

-- What the receipts of a vote are hashed with.
create table private.poll_salts (
  poll_id uuid primary key references public.polls on delete cascade,
  salt bytea not null default extensions.gen_random_bytes(32)
);

-- Who may vote, frozen at opening: a row per flat, or per person, whether the vote is used, how, and on which day. No time.
-- person_id goes when the account is deleted; the row stays, so that the turnout stays true.
create table private.electors (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  flat_id uuid references public.places on delete restrict,
  person_id uuid references public.people on delete set null,
  used_on date,
  way public.vote_way,
  constraint one_voter check (num_nonnulls(flat_id, person_id) <= 1),
  constraint used_has_way check ((used_on is null) = (way is null)),
  unique (poll_id, flat_id),
  unique (poll_id, person_id)
);

-- Today in Oslo, wherever the server stands.
create function private.today() returns date
language sql stable set search_path = '' as $$
  select (now() at time zone 'Europe/Oslo')::date
$$;

-- People who moved in or out while a vote was open: how many, not who. It changes nothing in the vote.
create table private.electorate_moves (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null references public.polls on delete cascade,
  is_in boolean not null,
  moved_on date not null default private.today()
);

-- How it stands now; everything ever said is in follow_up_updates. `owner` is who answers for it, `next_on` the day by which the
-- residents hear more: never empty while anything is left to do. `decision` is what was said when the wait for a decision ended,
-- `body` what was said last, `cost_nok` what was spent so far.
create table public.follow_ups (
  poll_id uuid primary key,
  block_id uuid not null,
  owner public.phase_owner not null check (owner <> 'residents'),
  status public.follow_up_status not null default 'decision',
  next_on date,
  decision text check (length(btrim(decision)) >= 1 and length(decision) <= 1000),
  body text check (length(btrim(body)) >= 1 and length(body) <= 1000),
  delayed_because text check (length(btrim(delayed_because)) >= 1 and length(delayed_because) <= 500),
  cost_nok integer check (cost_nok between 0 and 100000000),
  created_at timestamptz not null default now(),
  updated_at timestamptz,
  -- How often something was said: who writes says which one stood on the page.
  version integer not null default 0,
  closed_at timestamptz,
  -- When the owner was last told that it is overdue.
  told_late_at timestamptz,
  unique (poll_id, block_id),
  constraint open_has_next_date check ((status in ('decision', 'work')) = (next_on is not null)),
  constraint closed_has_time check ((status in ('done', 'declined')) = (closed_at is not null)),
  constraint declined_has_reason check (status <> 'declined' or body is not null),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);

-- At most four of each. The file lies in the store of pictures of shared spaces; `id` is the form's own key.
create table public.follow_up_photos (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  moment public.follow_up_moment not null,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200),
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete cascade
);

-- What was said, in which role and when. The id is the form's own key: sent twice it is one row. Who it was is in the audit log.
create table public.follow_up_updates (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  author_role public.phase_owner not null check (author_role <> 'residents'),
  status public.follow_up_status not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  next_on date,
  -- The day it was to be said by, and why a day was moved.
  promised_on date,
  delayed_because text check (length(btrim(delayed_because)) >= 1 and length(delayed_because) <= 500),
  cost_nok integer check (cost_nok between 0 and 100000000),
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete restrict
);

-- Steps on the way, at most twenty. `id` is the form's own key.
create table public.follow_up_milestones (
  id uuid primary key,
  poll_id uuid not null,
  block_id uuid not null,
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  due_on date,
  done_on date,
  created_at timestamptz not null default now(),
  foreign key (poll_id, block_id) references public.follow_ups (poll_id, block_id) on delete cascade
);

-- What can be chosen, 2 to 20. An option made from a proposal keeps the words it had when the vote was set up. A yes/no vote has three,
-- known by their stance.
create table public.poll_options (
  id uuid primary key default gen_random_uuid(),
  poll_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 1 and 20),
  title text not null check (length(btrim(title)) >= 1 and length(title) <= 120),
  body text check (length(btrim(body)) >= 1 and length(body) <= 2000),
  cost_nok integer check (cost_nok between 0 and 100000000),
  stance public.poll_stance,
  proposal_id uuid,
  unique (poll_id, position),
  unique (poll_id, stance),
  unique (poll_id, id),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade,
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete set null (proposal_id)
);

-- The way from idea to finished work: who has the ball in each phase, and until when. Promised before the vote, fixed with it.
create table public.poll_phases (
  poll_id uuid not null,
  block_id uuid not null,
  phase public.poll_phase not null,
  owner public.phase_owner not null,
  ends_on date not null,
  primary key (poll_id, phase),
  foreign key (poll_id, block_id) references public.polls (id, block_id) on delete cascade
);

-- Who asked. Everybody sees their own rows and nobody else's, staff included. Goes with the account; the question stays.
create table public.poll_question_authors (
  question_id uuid primary key references public.poll_questions on delete cascade,
  person_id uuid not null references public.people on delete cascade
);

-- Whose comment it is. Everybody sees their own rows and nobody else's, staff included.
create table public.proposal_comment_authors (
  comment_id uuid primary key references public.proposal_comments on delete cascade,
  person_id uuid not null references public.people on delete cascade
);

-- The one picture of a proposal, with what it shows in words. Seen by whoever sees the proposal; who sent it is not here.
create table public.proposal_photos (
  proposal_id uuid primary key references public.proposals on delete cascade,
  path text not null unique,
  alternative_text text not null check (length(btrim(alternative_text)) >= 1 and length(alternative_text) <= 200)
);

-- Whose idea it is. Everybody sees their own rows and nobody else's, staff included.
create table public.proposal_authors (
  proposal_id uuid primary key references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade
);

-- What the consultant asked about a waiting proposal, and what its author answered. Only these two read it.
create table public.proposal_messages (
  id uuid primary key,
  proposal_id uuid not null,
  block_id uuid not null,
  is_from_staff boolean not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  created_at timestamptz not null default now(),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade
);

-- Who supports what: own rows only. Neighbours see the number.
create table public.proposal_supporters (
  proposal_id uuid not null references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  primary key (proposal_id, person_id)
);

-- Whom a case can be given to: somebody at the landlord's, or a firm. Never deleted, or old cases would lose whom they were with.
create table public.report_assignees (
  id uuid primary key,
  name text not null check (length(btrim(name)) >= 1 and length(name) <= 60),
  constraint name_is_a_line check (name !~ '[\u0001-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]'),
  kind public.report_assignee_kind not null,
  -- Their account with the landlord, if they have one.
  person_id uuid references public.people on delete set null,
  is_active boolean not null default true,
  check (person_id is null or kind = 'person')
);

-- Who works with a case: one row a case from its first moment, so that "nobody yet" has an index too. number, reported_at and
-- is_open are copies that this index is ordered by.
create table public.report_assignments (
  report_id uuid primary key,
  block_id uuid not null,
  number bigint not null,
  reported_at timestamptz not null,
  is_open boolean not null,
  assignee_id uuid references public.report_assignees on delete restrict,
  assigned_at timestamptz,
  check ((assignee_id is null) = (assigned_at is null)),
  unique (report_id, block_id),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- A row is a promise to the residents, so only the landlord makes one.
create table public.report_deadlines (
  thing public.report_thing not null,
  is_urgent boolean not null,
  days smallint not null check (days between 0 and 365),
  -- Saturdays, Sundays and public holidays do not count.
  is_working_days boolean not null default true,
  primary key (thing, is_urgent)
);

-- The reporter's part. block_id is a copy (held by the foreign key), so that the policies need no join.
create table public.report_details (
  report_id uuid primary key,
  block_id uuid not null,
  -- Empty when the case was made on behalf of somebody without an account, and when the account was deleted: the case
  -- stays, the person does not. The consultant then does what the reporter could.
  reporter_id uuid references public.people on delete set null,
  -- A system may write as much as the standard lets it (4000 signs); people have the form's limit.
  description text not null,
  constraint report_details_description_check check (
    length(btrim(description)) >= 1 and length(description) <= case when reporter_id is null then 4000 else 1000 end),
  -- Only for a flat.
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- When the reporter wrote what is not answered yet.
  asked_at timestamptz,
  -- When "closed without action" was appealed: that is possible once.
  appealed_at timestamptz,
  -- When the words, contact and pictures of a flat's case were taken away: with the account, or a year after it was closed.
  forgotten_at timestamptz,
  unique (report_id, block_id),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- What somebody has typed in "Meld feil" and not sent: kept by the server and not by the browser, because phones are shared.
-- One a person and building, for a day; the form's later steps read it, and sending takes it away.
create table public.report_drafts (
  person_id uuid not null default auth.uid() references public.people on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  -- Of the case it becomes: sending it twice makes one case.
  id uuid not null,
  description text not null default '' check (length(description) <= 1000),
  access public.report_access,
  contact text check (length(contact) <= 80),
  -- Up to four pictures in my own folder, named as in the form, with blanks between.
  photos text not null default '' check (length(photos) <= 320),
  are_photos_shared boolean not null default false,
  saved_at timestamptz not null default now(),
  primary key (person_id, block_id)
);

-- Who of the staff it was. An account that is deleted takes it along: the role stays.
create table public.report_event_actors (
  event_id bigint primary key references public.report_events on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  person_id uuid not null references public.people on delete cascade
);

-- Who else has the fault: in common places, and where their own case was merged into this one.
create table public.report_followers (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- The case that brought them: they leave with it when the merge is undone. Not a foreign key, or the API would know two
  -- ways from a follower to a case.
  merged_from uuid,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);

-- "Ikke fikset" from the neighbours: the second flat opens the case again. One row a person; a flat counts once.
create table public.report_objections (
  report_id uuid not null references public.reports on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  -- Empty for somebody who works in the building.
  flat_id uuid references public.places on delete cascade,
  created_at timestamptz not null default now(),
  primary key (report_id, person_id)
);

-- What was written, append-only. The id is chosen by the form, as for a case. 'everyone' is whoever sees the case.
create table public.report_messages (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  -- The event this is the text of.
  event_id bigint,
  author_role public.report_actor not null,
  audience public.message_audience not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 2000),
  created_at timestamptz not null default now(),
  constraint reporter_writes_to_staff check (author_role in ('landlord', 'consultant', 'system') or audience = 'resident'),
  foreign key (event_id, report_id) references public.report_events (id, report_id) on delete cascade,
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- What is known of a fault in a common place ("tekniker torsdag"). It belongs to a case: whoever reports the same thing at the
-- same place is answered with it and gathered there. The words are the staff's, for the whole internet.
create table public.outages (
  report_id uuid primary key,
  block_id uuid not null,
  place_id uuid not null,
  thing public.report_thing not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 300),
  -- When something is to happen; empty when nobody knows.
  expected_on date,
  posted_at timestamptz not null default now(),
  -- When its case was no longer open.
  ended_at timestamptz,
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade,
  foreign key (place_id, block_id) references public.places (id, block_id) on delete cascade
);

-- Pictures in the private bucket `report-photos`: `<uid>/<sha256>_<width>x<height>.webp`. The name carries the size, so
-- that it is one text from the upload to the page.
create table public.report_photos (
  report_id uuid not null,
  block_id uuid not null,
  position smallint not null check (position between 0 and 3),
  path text not null check (path ~ '^[0-9a-f-]{36}/[0-9a-f]{64}_[0-9]{1,4}x[0-9]{1,4}\.webp$'),
  width smallint not null generated always as (substring(path from '_([0-9]+)x')::smallint) stored,
  height smallint not null generated always as (substring(path from 'x([0-9]+)\.')::smallint) stored,
  primary key (report_id, position),
  unique (report_id, path),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- Photos of forms that were never sent are removed after a day. The file lies in storage, which SQL may not delete from: a job
-- asks here for names (they are marked), removes the files through the storage service, and says that it is done.
--
-- A report may be sent at that very moment. Both sides take the row of the file in storage.objects: the report to keep it
-- (hold_photo), the job to mark it. Whoever comes second sees what the first did: a file that a report points to is not
-- marked, and a marked file is in no report any more.
--
-- Files that a job is about to remove. Away when it is done, or after an hour when the job died: then the next one tries.
create table private.photo_removals (
  path text primary key,
  marked_at timestamptz not null default now()
);

-- A question to the resident, with times to choose from. One at a time: a new one takes the place of the one that waits.
create table public.report_questions (
  id uuid primary key,
  report_id uuid not null,
  block_id uuid not null,
  author_role public.report_actor not null check (author_role in ('landlord', 'consultant')),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 500),
  asked_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  answered_at timestamptz,
  answered_by public.report_actor check (answered_by in ('reporter', 'consultant')),
  -- Empty when none of the times suits, or none was proposed.
  chosen_position smallint,
  answer text check (length(btrim(answer)) >= 1 and length(answer) <= 500),
  check ((answered_at is null) = (answered_by is null)),
  check (answered_at is not null or (chosen_position is null and answer is null)),
  foreign key (report_id, block_id) references public.reports (id, block_id) on delete cascade
);

-- The proposed times of a question.
create table public.report_question_times (
  question_id uuid not null references public.report_questions on delete cascade,
  position smallint not null check (position between 1 and 6),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  primary key (question_id, position)
);

-- One row per thing, in a flat and in the common areas of a building that the landlord owns whole. Advice is what the tenant
-- does first or alone. The rows below are the landlord's published practice and the rental law (husleieloven kapittel 5).
create table public.responsibilities (
  thing public.report_thing not null,
  is_common boolean not null,
  party public.responsible_party not null,
  advice text check (length(btrim(advice)) >= 1 and length(advice) <= 600),
  advice_en text check (length(btrim(advice_en)) >= 1 and length(advice_en) <= 600),
  primary key (is_common, thing)
);

-- Which change of status is whose. A change that is not a row here does not happen. From and to 'merged' goes by merge_report
-- and unmerge_report, the neighbour's by object_report, all others by change_report_status.
create table public.report_transitions (
  from_status public.report_status not null,
  to_status public.report_status not null,
  role public.report_actor not null,
  is_reason_required boolean not null default false,
  primary key (from_status, to_status, role)
);

-- Files in somebody's own folder of report-photos, whose name is the person's id: those that stay with a case get a folder drawn at
-- random, the others go (no path_to). SQL may not touch files: a job reads this, moves or removes through the storage
-- service, and says that it has tried. What was cut is done again, whatever was done already: finish_photo_moves looks at what is there.
create table private.photo_moves (
  path_from text primary key,
  path_to text unique,
  asked_at timestamptz not null default now()
);

-- A code from a letter (or an appointment to another role). Only its hash is kept; it expires, can be revoked, and works max_uses times.
create table public.join_codes (
  id uuid primary key default gen_random_uuid(),
  block_id uuid references public.blocks on delete cascade,
  role public.member_role not null default 'resident',
  flat_id uuid,
  flat_kind public.place_kind generated always as ('flat') stored,
  code_hash text not null unique,
  max_uses smallint not null check (max_uses between 1 and 20),
  used_count smallint not null default 0 check (used_count between 0 and max_uses),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  created_by uuid references public.people on delete set null,
  created_at timestamptz not null default now(),
  foreign key (flat_id, block_id, flat_kind) references public.places (id, block_id, kind) on delete cascade,
  constraint code_scope check ((role in ('landlord', 'admin')) = (block_id is null)),
  constraint resident_code_has_flat check ((role = 'resident') = (flat_id is not null))
);

-- A set of letters that was printed. It is shown once: the same id never draws codes again.
-- Nobody's to read: it only keeps a sheet that is loaded again from killing the codes on paper.
create table private.letter_batches (
  id uuid primary key,
  block_id uuid not null references public.blocks on delete cascade,
  made_at timestamptz not null default now()
);

-- What letters of a building say in its other languages, in the consultant's own words: there is room for three on a sheet.
create table public.letter_texts (
  block_id uuid not null references public.blocks on delete cascade,
  language text not null check (language ~ '^[a-z]{2,3}$'),
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 400),
  -- There is room for six short lines.
  check (length(body) - length(replace(body, E'\n', '')) <= 5),
  primary key (block_id, language)
);

-- What holds for the whole installation: one row. Nobody's to read or write directly.
create table private.installation_settings (
  id boolean primary key default true check (id),
  staff_needs_second_factor boolean not null default false
);

-- A slip, one live per membership. Only its hash is kept.
create table private.sign_in_slips (
  id uuid primary key,
  membership_id uuid not null references public.memberships on delete cascade,
  slip_hash text not null unique,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- One key of one system. Never deleted: when it was last used is worth knowing afterwards.
create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(btrim(name)) >= 1 and length(name) <= 60),
  scopes public.api_scope[] not null check (cardinality(scopes) between 1 and 3),
  key_hash text not null unique,
  created_at timestamptz not null default now(),
  last_used_on date,
  revoked_at timestamptz
);

-- How often a caller asked in one minute. Keys and addresses as hashes; the jobs delete what is over.
create table private.api_calls (
  caller_hash text not null,
  minute_at timestamptz not null,
  calls integer not null default 1,
  primary key (minute_at, caller_hash)
);

-- What a system sent about a case, so that the same update sent twice is done once.
create table public.report_updates (
  api_key_id uuid not null references public.api_keys on delete restrict,
  report_id uuid not null references public.reports on delete cascade,
  -- The sender's own name for it.
  reference text not null check (length(reference) between 1 and 100),
  -- Empty when the status stayed as it was.
  event_id bigint references public.report_events on delete cascade,
  created_at timestamptz not null default now(),
  primary key (api_key_id, report_id, reference)
);

-- What holds for the landlord as a whole: one row. An empty address: no e-mail.
create table public.landlord_settings (
  id boolean primary key default true check (id),
  intake_email text check (length(intake_email) <= 120 and intake_email like '%_@_%')
);

alter table public.activities enable row level security;

alter table public.calendar_links enable row level security;

alter table public.attendances enable row level security;

alter table public.head_counts enable row level security;

alter table public.activity_hosts enable row level security;

alter table public.activity_messages enable row level security;

alter table public.activity_message_authors enable row level security;

alter table public.activity_series enable row level security;

alter table public.activity_sessions enable row level security;

alter table public.signups enable row level security;

alter table public.signup_events enable row level security;

alter table public.activity_translations enable row level security;

alter table private.attempts enable row level security;

alter table private.retention_rules enable row level security;

alter table public.blocks enable row level security;

alter table public.contacts enable row level security;

alter table public.opening_hours enable row level security;

alter table public.places enable row level security;

alter table private.figure_months enable row level security;

-- The figures of a building: of this month (null: the last one counted), the twelve before it and those since. What is hidden is null, here
-- as on the page. For the steering group, the consultant and the admin; others hear nothing.
-- Definer: reads stored figures, which nobody may read.
create function private.figures(p_block_id uuid, p_month date)
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

alter table private.figures enable row level security;

alter table private.pulse_months enable row level security;

alter table private.pulse_marks enable row level security;

alter table private.pulse_rewrites enable row level security;

alter table private.deliveries enable row level security;

alter table private.message_keys enable row level security;

alter table public.outbox_messages enable row level security;

alter table public.message_phones enable row level security;

alter table private.phone_checks enable row level security;

alter table public.push_subscriptions enable row level security;

alter table public.message_settings enable row level security;

alter table public.appeals enable row level security;

alter table public.edits enable row level security;

alter table public.edit_texts enable row level security;

alter table public.flags enable row level security;

alter table public.audit_entries enable row level security;

alter table public.pauses enable row level security;

alter table private.paused_people enable row level security;

alter table public.notices enable row level security;

alter table public.notice_places enable row level security;

alter table public.notice_photos enable row level security;

alter table public.notice_photo_requests enable row level security;

alter table public.family_readers enable row level security;

alter table private.notice_salts enable row level security;

alter table private.notice_readers enable row level security;

alter table public.notice_translations enable row level security;

alter table public.notifications enable row level security;

alter table private.ballots enable row level security;

alter table private.poll_salts enable row level security;

-- No policy and no grant, for anybody.
alter table private.electors enable row level security;

-- No policy and no grant, for anybody.
alter table private.electorate_moves enable row level security;

alter table public.follow_up_photos enable row level security;

alter table public.follow_ups enable row level security;

alter table public.follow_up_updates enable row level security;

alter table public.follow_up_milestones enable row level security;

alter table public.polls enable row level security;

alter table public.poll_options enable row level security;

alter table public.poll_phases enable row level security;

alter table public.poll_questions enable row level security;

alter table public.poll_question_authors enable row level security;

alter table public.proposal_comments enable row level security;

alter table public.proposal_comment_authors enable row level security;

alter table public.proposal_photos enable row level security;

alter table public.proposals enable row level security;

alter table public.proposal_authors enable row level security;

alter table public.proposal_messages enable row level security;

alter table public.proposal_supporters enable row level security;

alter table public.report_assignees enable row level security;

alter table public.report_assignments enable row level security;

alter table public.report_deadlines enable row level security;

alter table public.report_details enable row level security;

alter table public.report_drafts enable row level security;

alter table public.report_events enable row level security;

alter table public.report_event_actors enable row level security;

alter table public.report_followers enable row level security;

alter table public.report_objections enable row level security;

alter table public.report_messages enable row level security;

alter table public.outages enable row level security;

alter table public.report_photos enable row level security;

alter table private.photo_removals enable row level security;

-- A time of the question itself.
alter table public.report_questions add constraint chosen_time
  foreign key (id, chosen_position) references public.report_question_times (question_id, position) on delete cascade;

alter table public.report_questions enable row level security;

alter table public.report_question_times enable row level security;

alter table public.reports enable row level security;

alter table public.responsibilities enable row level security;

alter table public.report_things enable row level security;

alter table public.report_transitions enable row level security;

alter table private.photo_moves enable row level security;

alter table public.join_codes enable row level security;

alter table public.join_requests enable row level security;

alter table private.letter_batches enable row level security;

alter table public.letter_texts enable row level security;

alter table public.people enable row level security;

alter table public.memberships enable row level security;

alter table private.installation_settings enable row level security;

alter table private.sign_in_slips enable row level security;

alter table public.api_keys enable row level security;

alter table private.api_calls enable row level security;

alter table public.report_updates enable row level security;

alter table public.webhook_endpoints enable row level security;

alter table public.landlord_settings enable row level security;

-- Counts the changes of an activity, against two tabs. A plain update of the numbers of people is no change of it.
create function private.tg_activities__version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  return new;
end
$$;

-- A short name for printed addresses (`/a/k7m3xz`): no letters that look alike, no vowels that make words. Not a secret.
-- For the trigger below; granted to nobody.
create function private.new_slug() returns text
language sql volatile set search_path = '' as $$
  select string_agg(substr('bcdfghjkmnpqrstvwxz23456789', get_byte(b, i) % 27 + 1, 1), '')
  from (select extensions.gen_random_bytes(6) as b) r, generate_series(0, 5) i
$$;

-- Draws the short name. Definer: new_slug is nobody's to call.
create function private.tg_activities__slug() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.slug := private.new_slug();
  return new;
end
$$;

-- Makes my link, anew when there is one: the old one stops working. Answers the secret, which is not shown again.
-- Definer: writes the hash, which nobody may.
create function private.make_calendar_link() returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := encode(extensions.gen_random_bytes(24), 'hex');
begin
  insert into public.calendar_links (person_id, link_hash)
  values ((select auth.uid()), encode(sha256(convert_to(v_secret, 'UTF8')), 'hex'))
  on conflict (person_id) do update set link_hash = excluded.link_hash, created_at = now();
  return v_secret;
end
$$;

create function public.make_calendar_link() returns text
language sql set search_path = '' as $$ select private.make_calendar_link() $$;

-- The dates of what the owner of this link is signed up for or hosts, from 30 days back, at most 1000. Cancelled ones too:
-- a calendar must learn of it; what the owner gave up is gone. A wrong link has no row, one without dates a row of nulls.
-- Definer: the caller is a calendar app without an account; the secret says whose sign-ups to read.
create function private.calendar_of(p_secret text)
returns table (
  session_id uuid, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, note text, sequence integer, title text,
  body text, place_name text, whereabouts text, activity_id uuid, block_name text, block_slug text
)
language sql stable security definer set search_path = '' as $$
  select d.*
  from public.calendar_links l
  left join lateral (
    select s.id, s.starts_at, s.ends_at, s.cancelled_at is not null or a.status = 'cancelled',
      coalesce(a.cancel_reason, s.note), s.sequence + a.version, a.title, a.body, p.name, a.whereabouts, a.id, b.name, b.slug
    from (
      select g.activity_id from public.signups g
      where g.person_id = l.person_id and (g.status = 'signed_up' or g.status = 'cancelled' and exists (
        select from public.signup_events e where e.signup_id = g.id and e.reason = 'activity_cancelled'))
      union
      -- As long as they belong to the building, like my_hosted_ids.
      select h.activity_id from public.activity_hosts h
      join public.memberships m on m.person_id = h.person_id and m.block_id = h.block_id
      where h.person_id = l.person_id and m.ended_at is null and m.role in ('resident', 'partner')
    ) mine
    join public.activities a on a.id = mine.activity_id and a.status in ('published', 'cancelled') and a.hidden_at is null
    join public.activity_sessions s on s.activity_id = a.id and s.starts_at > now() - interval '30 days'
    join public.blocks b on b.id = a.block_id
    left join public.places p on p.id = a.place_id
    order by s.starts_at
    limit 1000
  ) d on true
  where l.link_hash = encode(sha256(convert_to(coalesce(p_secret, ''), 'UTF8')), 'hex')
  order by d.starts_at
$$;

create function public.calendar_of(secret text)
returns table (
  session_id uuid, starts_at timestamptz, ends_at timestamptz, is_cancelled boolean, note text, sequence integer, title text,
  body text, place_name text, whereabouts text, activity_id uuid, block_name text, block_slug text
)
language sql stable set search_path = '' as $$ select * from private.calendar_of(secret) $$;

-- Adds heads to a date (a negative number takes away; never under 0). Answers the new number.
-- Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.count_heads(session_id uuid, change integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_heads integer;
begin
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, greatest(0, least(coalesce(change, 0), 10000))
  from public.activity_sessions s where s.id = count_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = greatest(0, least(h.heads + coalesce(change, 0), 10000))
  returning heads into v_heads;
  return v_heads;
end
$$;

-- Sets how many of a party came to a date, never more than it was for. It says what is so, not what changed: sent twice, or from two
-- phones, it is the same. Answers the new number; null when the date or the sign-up is not one I see, or they are not of one activity.
-- Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.tick_attendance(session_id uuid, signup_id uuid, present_count integer) returns integer
language sql set search_path = '' as $$
  insert into public.attendances as c (session_id, signup_id, activity_id, block_id, present_count)
  select s.id, g.id, g.activity_id, g.block_id, greatest(0, least(coalesce(tick_attendance.present_count, 0), g.party_size))
  from public.signups g
  join public.activity_sessions s on s.id = tick_attendance.session_id and s.activity_id = g.activity_id
  where g.id = tick_attendance.signup_id
  on conflict on constraint attendances_pkey do update set present_count = excluded.present_count
  returning c.present_count
$$;

-- Sets the heads of a date: what is so, like tick_attendance; count_heads adds to them. Answers the new number; null when there is
-- no such date that I see. Invoker: the policies decide. Raises 42501 when the date is not mine to run.
create function public.set_heads(session_id uuid, heads integer) returns integer
language sql set search_path = '' as $$
  insert into public.head_counts as h (session_id, activity_id, block_id, heads)
  select s.id, s.activity_id, s.block_id, set_heads.heads
  from public.activity_sessions s where s.id = set_heads.session_id
  on conflict on constraint head_counts_pkey do update set heads = excluded.heads
  returning h.heads
$$;

-- Logs that a member of staff kept the door of a date (numbers were set or raised), or took numbers back: each once in twelve hours, so
-- that a door kept a whole evening is two lines at most. Never who came and never how many: the log is read by people who do not run
-- the activity, and kept for years, the names on a list for 30 days. The argument is the column with the number.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_door__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_was constant integer := (to_jsonb(old) ->> tg_argv[0])::integer;
  v_is constant integer := (to_jsonb(new) ->> tg_argv[0])::integer;
  v_act constant text := case when v_is is null or v_is < v_was then 'untick' else 'tick' end;
  v_date constant text := (
    select private.logged_moment(s.starts_at) from public.activity_sessions s where s.id = (v_row ->> 'session_id')::uuid
  );
begin
  if v_is is distinct from v_was and private.acts_as_staff((v_row ->> 'block_id')::uuid) and not exists (
    select from public.audit_entries e
    where e.subject_id = (v_row ->> 'activity_id')::uuid and e.acted_at > now() - interval '12 hours'
      and e.subject_kind = 'attendance' and e.act = v_act and e.reason = v_date and e.actor_id = (select auth.uid())
  ) then
    perform private.log_act((v_row ->> 'block_id')::uuid, v_act, 'attendance', (v_row ->> 'activity_id')::uuid, v_date);
  end if;
  return null;
end
$$;

-- Takes the names off the sign-ups of activities whose last date ended 30 days ago (without any date: 30 days after the
-- sign-up), and what these people were told about it; the numbers stay. Answers how many.
-- Definer: writes sign-ups, which nobody may.
create function private.forget_signups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  with due as (
    select g.id from public.signups g
    where g.forgotten_at is null and g.status <> 'offered' and coalesce(
        (select max(s.ends_at) from public.activity_sessions s where s.activity_id = g.activity_id), g.created_at
      ) < now() - (select private.keep('signup_names'))
    for update skip locked
  ), told as (
    delete from public.notifications n where n.signup_id in (select due.id from due)
  )
  update public.signups g set person_id = null, first_name = null, forgotten_at = now()
  where g.id in (select due.id from due);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Somebody whose last membership in a building ends has no more sign-ups there: their places go to the next. The trigger stands with
-- its table, in residents/people.sql. Definer: writes sign-ups, which nobody may.
create function private.tg_memberships__end_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_signup record;
begin
  if exists (
    select from public.memberships m
    where m.person_id = new.person_id and m.block_id = new.block_id and m.ended_at is null and m.role = 'resident'
  ) then
    return null;
  end if;
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = new.person_id and s.block_id = new.block_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform from public.activities a where a.id = v_signup.activity_id for update;
    perform private.settle_offers(v_signup.activity_id);
    -- Asked again under the lock: meanwhile it may have ended.
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'moved_out', 'system');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  return null;
end
$$;

-- An account that is deleted takes its sign-ups with it. What they stand in is locked first, in the order that everybody
-- keeps (memberships, then activities by id, then sign-ups), or two who meet there would wait for each other for ever.
-- Definer: the account service may not see memberships and sign-ups.
create function private.tg_users__lock_signups() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.memberships m where m.person_id = old.id for update;
  perform from public.activities a
  where a.id in (
    select s.activity_id from public.signups s where s.person_id = old.id
    union select h.activity_id from public.activity_hosts h where h.person_id = old.id
  ) order by a.id for update;
  return old;
end
$$;

-- Of an account that is deleted: live sign-ups end, and their places go to the next; who it was goes out of all of them, the numbers
-- stay. The activities are locked (tg_users__lock_signups). Granted to nobody.
create function private.forget_signups_of(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_signup record;
begin
  for v_signup in
    select s.id, s.activity_id from public.signups s
    where s.person_id = p_person_id and s.status in ('signed_up', 'offered', 'waitlisted')
    order by s.activity_id
  loop
    perform private.settle_offers(v_signup.activity_id);
    if not private.is_over(v_signup.activity_id) and exists (
      select from public.signups s where s.id = v_signup.id and s.status in ('signed_up', 'offered', 'waitlisted')
    ) then
      perform private.set_signup(v_signup.id, 'cancelled', 'cancelled_by_self', 'self');
      perform private.fill_places(v_signup.activity_id, 'place_freed');
    end if;
  end loop;
  update public.signups s set person_id = null, first_name = null, forgotten_at = now()
  where s.person_id = p_person_id and s.status <> 'offered';
end
$$;

-- Of an account that is deleted: activities this person hosts stay, without the free text that says who does; those that only they and
-- the consultant have seen go. The activities are locked (tg_users__lock_signups). Granted to nobody.
create function private.forget_hosting(p_person_id uuid, p_words text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_ids uuid[] := array(select h.activity_id from public.activity_hosts h where h.person_id = p_person_id);
begin
  delete from public.activities a where a.id = any (v_ids) and a.status in ('proposed', 'declined')
    and not exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id);
  update public.activities a set
    title = private.masked(a.title, p_words), body = private.masked(a.body, p_words), audience = private.masked(a.audience, p_words),
    what_to_expect = private.masked(a.what_to_expect, p_words), food = private.masked(a.food, p_words),
    whereabouts = private.masked(a.whereabouts, p_words), hidden_reason = private.masked(a.hidden_reason, p_words),
    host = case when exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id <> p_person_id)
      then private.masked(a.host, p_words) end
  where a.id = any (v_ids);
  update public.activities a set
    cancel_reason = private.masked(a.cancel_reason, p_words), languages = private.masked(a.languages, p_words)
  where a.id = any (v_ids) and num_nonnulls(a.cancel_reason, a.languages) > 0;
  update public.activity_sessions s set note = private.masked(s.note, p_words) where s.activity_id = any (v_ids) and s.note is not null;
  update public.activity_translations x set title = private.masked(x.title, p_words), body = private.masked(x.body, p_words)
  where x.activity_id = any (v_ids);
  update public.activity_messages m set body = private.masked(m.body, p_words), hidden_reason = private.masked(m.hidden_reason, p_words)
  where m.activity_id = any (v_ids);
end
$$;

-- The activities I host, while I still belong to the building. For policies, like my_block_ids.
-- Definer: reads the caller's rows of two tables whose own policies would ask again.
create function private.my_hosted_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select h.activity_id from public.activity_hosts h
  where h.person_id = (select auth.uid()) and exists (
    select from public.memberships m
    where m.person_id = h.person_id and m.block_id = h.block_id and m.ended_at is null and m.role in ('resident', 'partner')
  )
$$;

-- Whether this activity is mine to run: as the building's consultant, or as its host.
create function private.manages(p_activity_id uuid, p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_role(p_block_id, '{consultant}') or p_activity_id in (select private.my_hosted_ids())
$$;

-- For the pages: a column of activities over the API (select=title,is_mine_to_run).
create function public.is_mine_to_run(activity public.activities) returns boolean
language sql stable set search_path = '' as $$ select private.manages((activity).id, (activity).block_id) $$;

-- What a resident or a partner runs or once ran stays theirs, also when nobody hosts it any more: their words stand there.
-- Definer: writes what nobody may.
create function private.tg_activity_hosts__mark() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.activities a set was_hosted = true where a.id = new.activity_id and not a.was_hosted;
  return null;
end
$$;

-- Tells the hosts of an activity. Granted to nobody.
create function private.notify_hosts(p_activity_id uuid, p_kind public.notification_kind) returns void
language sql set search_path = '' as $$
  select private.notify(h.person_id, p_kind, h.activity_id::text, h.activity_id)
  from public.activity_hosts h where h.activity_id = p_activity_id
$$;

-- Tells the building's consultants that an activity which is still to come has one host less; once for all that one transaction does.
-- It does not say who it was: they see who is left. Granted to nobody.
create function private.tell_of_host(p_activity_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, activity_id)
  select m.person_id, a.block_id, 'activity_host_left', a.id || ':' || pg_current_xact_id(), a.id
  from public.activities a
  join public.memberships m on m.block_id = a.block_id and m.role = 'consultant' and m.ended_at is null
  where a.id = p_activity_id and a.status = 'published' and not private.is_over(a.id)
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing
$$;

-- I host this activity no more. It stays as it is, with its dates and sign-ups, and the consultant runs it. False when there is none
-- of mine that is shown and still to come.
-- Definer: hosts are not writable.
create function private.stop_hosting(p_activity_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.activity_hosts h using public.activities a
  where h.activity_id = p_activity_id and a.id = h.activity_id and h.person_id = (select auth.uid())
    and a.status = 'published' and not private.is_over(a.id);
  return found;
end
$$;

create function public.stop_hosting(activity_id uuid) returns boolean
language sql set search_path = '' as $$ select private.stop_hosting(activity_id) $$;

-- Whoever hosted it went, by stepping down or with the account; not when the consultant took it over.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_activity_hosts__tell() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not coalesce(private.has_role(old.block_id, '{consultant}'), false) then
    perform private.tell_of_host(old.activity_id);
  end if;
  return null;
end
$$;

-- Who belongs to the building no more hosts nothing there (my_hosted_ids). The consultant is told also of what they did themselves: ending
-- a membership does not say that an activity hangs on it. The trigger stands with its table, in residents/people.sql.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_memberships__tell_of_host() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.memberships m
    where m.person_id = new.person_id and m.block_id = new.block_id and m.ended_at is null and m.role in ('resident', 'partner')
  ) then
    perform private.tell_of_host(h.activity_id) from public.activity_hosts h
    where h.person_id = new.person_id and h.block_id = new.block_id order by h.activity_id;
  end if;
  return null;
end
$$;

-- Ends offers whose time is out, in every activity. Answers how many ended. An activity that somebody holds is left for
-- the next minute: whoever holds it does the same first, and the job can not stand in anybody's way.
-- Definer: writes sign-ups, which nobody may.
create function private.lapse_offers() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id uuid;
  v_count integer := 0;
begin
  for v_activity_id in
    select a.id from public.activities a
    where a.id in (select s.activity_id from public.signups s where s.status = 'offered' and s.offer_expires_at <= now())
    order by a.id limit 500 for update skip locked
  loop
    select v_count + count(*) into v_count from public.signups s
    where s.activity_id = v_activity_id and s.status = 'offered' and s.offer_expires_at <= now();
    perform private.settle_offers(v_activity_id);
  end loop;
  return v_count;
end
$$;

-- All jobs of activities but the dates of series. Answers the numbers. Offers last: from then on this holds activities, and must wait for nothing.
create function public.run_activity_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object(
    'reminded', private.remind_of_today(), 'forgotten', private.forget_signups(), 'lapsed', private.lapse_offers())
$$;

-- Whether the building has seen this activity: before that nothing about it is an act. Granted to nobody.
create function private.is_known(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.activities a where a.id = p_activity_id and a.status not in ('draft', 'proposed', 'declined'))
$$;

-- A moment in the `reason` of a line; whoever shows it puts it into words. Granted to nobody.
create function private.logged_moment(p_at timestamptz) returns text
language sql immutable set search_path = '' as $$ select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') $$;

-- Logs one act on these dates of an activity: the first of them (where it was, where it is now) and how many more. The subject is the
-- activity, because a date that was removed is known by nothing but its time. Never the words that stand with a date: they may be what
-- had to go. Granted to nobody.
create function private.log_dates(p_activity_id uuid, p_block_id uuid, p_act text, p_was timestamptz[], p_is timestamptz[]) returns void
language sql set search_path = '' as $$
  select private.log_act(p_block_id, p_act, 'session', p_activity_id, concat_ws(' ',
    private.logged_moment(p_was[1]),
    case when p_is[1] <> p_was[1] then private.logged_moment(p_is[1]) end,
    case when cardinality(p_was) > 1 then '+' || cardinality(p_was) - 1 end))
  where private.is_known(p_activity_id) and private.acts_as_staff(p_block_id)
$$;

-- Logs what a member of staff did with dates: a line for each activity and act.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_activity_sessions__log() returns trigger
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
          when o.note is distinct from n.note then 'change' end as act
      from new_rows n join old_rows o on o.id = n.id
    ) d
    where d.act is not null group by d.activity_id, d.block_id, d.act order by d.activity_id, d.act;
  end if;
  return null;
end
$$;

-- Sends a message to everybody with a live sign-up: one notification each. At most 10 a day per activity.
-- p_id: the form sent twice is one message. Of the consultant it is logged. Definer: writes notifications of people the caller may not see.
create function private.send_activity_message(p_activity_id uuid, p_id uuid, p_body text) returns public.activity_message_outcome
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
    select count(*) from public.activity_messages m where m.activity_id = p_activity_id and m.created_at > now() - interval '1 day'
  ) >= 10 then
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
  perform private.log_act(v_activity.block_id, 'send', 'message', p_id, null) where private.has_role(v_activity.block_id, '{consultant}');
  for v_signup_id in
    select s.id from public.signups s where s.activity_id = p_activity_id and s.status in ('signed_up', 'offered', 'waitlisted')
  loop
    perform private.notify_signup(v_signup_id, 'activity_message', p_id);
  end loop;
  return 'sent';
end
$$;

create function public.send_activity_message(activity_id uuid, message_id uuid, body text) returns public.activity_message_outcome
language sql set search_path = '' as $$ select private.send_activity_message(activity_id, message_id, body) $$;

-- Why this date can not be changed any more; null when it can. An unknown one, or one that I can not see, is not found.
-- Invoker: the policies decide.
create function private.why_not_change(p_session_id uuid) returns public.session_change_outcome
language sql stable set search_path = '' as $$
  select case
    when s.id is null or not private.manages(s.activity_id, s.block_id) then 'not_found'
    when a.status in ('cancelled', 'declined') then 'activity_cancelled'
    when s.ends_at <= now() then 'past'
  end::public.session_change_outcome
  from (select p_session_id as id) asked
  left join public.activity_sessions s on s.id = asked.id
  left join public.activities a on a.id = s.activity_id
$$;

-- Marks the activity of a date as changed: a form opened before it can not set the old dates again. Locks it, so that
-- changes of one activity come one after the other. Invoker: the policies decide.
create function private.touch_activity(p_session_id uuid) returns void
language sql set search_path = '' as $$
  update public.activities a set title = a.title
  from public.activity_sessions s where s.id = p_session_id and a.id = s.activity_id
$$;

-- Moves one date. A new time in the past is refused as past. Raises 23514 when it ends before it starts.
-- Invoker: the policies decide.
create function public.move_session(session_id uuid, starts_at timestamptz, ends_at timestamptz, note text default null)
returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  elsif move_session.ends_at <= now() then
    return 'past';
  end if;
  perform private.touch_activity(session_id);
  update public.activity_sessions s set
    starts_at = move_session.starts_at, ends_at = move_session.ends_at, note = nullif(btrim(move_session.note), ''),
    is_moved = true, cancelled_at = null
  where s.id = session_id;
  return 'moved';
end
$$;

-- Cancels one date; the others stay. Invoker: the policies decide.
create function public.cancel_session(session_id uuid, note text default null) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  end if;
  perform private.touch_activity(session_id);
  update public.activity_sessions s set cancelled_at = coalesce(s.cancelled_at, now()), note = nullif(btrim(cancel_session.note), '')
  where s.id = session_id;
  return 'cancelled';
end
$$;

-- Takes a cancelled date up again. Invoker: the policies decide.
create function public.restore_session(session_id uuid) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
begin
  if v_no is not null then
    return v_no;
  end if;
  perform private.touch_activity(session_id);
  update public.activity_sessions s set cancelled_at = null, note = null where s.id = session_id;
  return 'restored';
end
$$;

-- Cancels a date and all that follow, and ends the series the day before. Invoker: the policies decide.
create function public.cancel_following(session_id uuid, note text default null) returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
  v_from public.activity_sessions;
begin
  if v_no is not null then
    return v_no;
  end if;
  perform private.touch_activity(session_id);
  select * into v_from from public.activity_sessions s where s.id = session_id;
  update public.activity_sessions s set cancelled_at = now(), note = nullif(btrim(cancel_following.note), '')
  where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at and s.cancelled_at is null;
  update public.activity_series r set
    rrule = regexp_replace(r.rrule, ';(UNTIL|COUNT)=[^;]*', '', 'g') || ';UNTIL=' || to_char(least(
      to_date(substring(r.rrule from 'UNTIL=([0-9]{8})'), 'YYYYMMDD'),
      coalesce(v_from.recurs_on, (v_from.starts_at at time zone 'Europe/Oslo')::date) - 1), 'YYYYMMDD')
  where r.activity_id = v_from.activity_id;
  return 'cancelled';
end
$$;

-- Moves a date and all that follow. Without a series: by as many days, to this clock and length. With one, `series` says what
-- follows: the new rule (the columns rrule, starts_on, starts_clock, ends_clock, extra_days), the rule it was made from and
-- how far that had made dates (seen_rrule, seen_until), and the new day of each date ("moves": {"2026-11-23": "2026-11-24", …}, by what the old rule gave).
-- Dates that were moved by hand keep their time, but are known by their new day; cancelled ones stay cancelled. Refused when the
-- rule was changed meanwhile, and when a new day already has a date that stays. A length that the night of summer time would eat
-- is a minute. Invoker: the policies decide.
create function public.move_following(session_id uuid, starts_at timestamptz, ends_at timestamptz, series jsonb default null, note text default null)
returns public.session_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_no public.session_change_outcome := private.why_not_change(session_id);
  v_from public.activity_sessions;
  v_new timestamp := move_following.starts_at at time zone 'Europe/Oslo';
  v_length interval := (move_following.ends_at at time zone 'Europe/Oslo') - v_new;
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, series);
  v_rrule text;
  v_made_until date;
  v_ids uuid[];
  v_days date[];
begin
  if v_no is not null then
    return v_no;
  elsif move_following.ends_at <= now() then
    return 'past';
  end if;
  perform private.touch_activity(session_id);
  select * into v_from from public.activity_sessions s where s.id = session_id;
  select r.rrule, r.made_until into v_rrule, v_made_until from public.activity_series r
  where r.activity_id = v_from.activity_id for update;
  if (v_rrule, v_made_until) is distinct from (series ->> 'seen_rrule', (series ->> 'seen_until')::date) then
    return 'changed_meanwhile';
  elsif v_rrule is null then
    select array_agg(s.id), array_agg((s.starts_at at time zone 'Europe/Oslo')::date
      + (v_new::date - (v_from.starts_at at time zone 'Europe/Oslo')::date)) into v_ids, v_days
    from public.activity_sessions s where s.activity_id = v_from.activity_id and s.starts_at >= v_from.starts_at;
  else
    select array_agg(s.id), array_agg(m.value::date) into v_ids, v_days
    from public.activity_sessions s join jsonb_each_text(series -> 'moves') m on m.key = s.recurs_on::text
    where s.activity_id = v_from.activity_id;
    if v_from.id <> all (coalesce(v_ids, '{}')) then
      return 'changed_meanwhile';
    elsif exists (
      select from public.activity_sessions s where s.activity_id = v_from.activity_id and s.id <> all (v_ids)
        and s.recurs_on = any (v_days) and not s.is_moved and s.cancelled_at is null
    ) then
      return 'taken';
    end if;
    -- The days of a series are unique, and must not meet on the way.
    update public.activity_sessions s set recurs_on = null
    where s.activity_id = v_from.activity_id and (s.id = any (v_ids) or s.recurs_on = any (v_days));
    update public.activity_series r set
      rrule = v_series.rrule, starts_on = v_series.starts_on, starts_clock = v_series.starts_clock, ends_clock = v_series.ends_clock,
      extra_days = v_series.extra_days, made_until = (select max(d) from unnest(v_days) d)
    where r.activity_id = v_from.activity_id;
  end if;
  update public.activity_sessions s set
    recurs_on = case when v_rrule is not null then n.day end,
    note = case when s.id = v_from.id then nullif(btrim(move_following.note), '') else s.note end,
    is_moved = s.is_moved and s.id <> v_from.id,
    cancelled_at = case when s.id <> v_from.id then s.cancelled_at end,
    starts_at = case when s.is_moved and s.id <> v_from.id then s.starts_at
      else (n.day + v_new::time) at time zone 'Europe/Oslo' end,
    ends_at = case when s.is_moved and s.id <> v_from.id then s.ends_at
      else greatest((n.day + v_new::time + v_length) at time zone 'Europe/Oslo',
        (n.day + v_new::time) at time zone 'Europe/Oslo' + interval '1 minute') end
  from unnest(v_ids, v_days) as n (id, day)
  where s.id = n.id;
  return 'moved';
end
$$;

-- Tells the person of a sign-up; somebody without an account is told by the consultant. Granted to nobody.
create function private.notify_signup(p_signup_id uuid, p_kind public.notification_kind, p_message_id uuid default null) returns void
language sql set search_path = '' as $$
  select private.notify(s.person_id, p_kind, coalesce(p_message_id, s.id)::text, s.activity_id, null, s.id, p_message_id)
  from public.signups s where s.id = p_signup_id
$$;

-- A reminder that has not been sent is not for somebody who is out. For set_signup; granted to nobody.
create function private.drop_reminders(p_signup_id uuid) returns void
language sql set search_path = '' as $$
  delete from public.notifications n where n.signup_id = p_signup_id and n.kind = 'session_today' and n.sent_at is null
$$;

-- Dates of a published activity were moved, cancelled or taken up again: everybody signed up is told once per change, of the
-- first of the dates when many change together. What is over is told to nobody. A reminder that has not been sent goes with
-- a date that is no longer today.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_activity_sessions__notify() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.notifications n using new_rows s
  where n.session_id = s.id and n.kind = 'session_today' and n.sent_at is null
    and (s.cancelled_at is not null or (s.starts_at at time zone 'Europe/Oslo')::date <> private.today());
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id)
  select distinct on (g.person_id, s.activity_id) g.person_id, s.block_id,
    case when s.cancelled_at is null then 'session_moved' else 'session_cancelled' end::public.notification_kind,
    s.id || ':' || s.sequence, s.activity_id, s.id, g.id
  from new_rows s
  join old_rows o on o.id = s.id and o.sequence <> s.sequence
  join public.activities a on a.id = s.activity_id and a.status = 'published'
  join public.signups g on g.activity_id = s.activity_id and g.status = 'signed_up' and g.person_id is not null
  where greatest(s.ends_at, o.ends_at) > now() and not exists (
    -- Said already in this change: dates of the same activity were taken away with it.
    select from public.notifications n
    where n.person_id = g.person_id and n.activity_id = s.activity_id and n.kind = 'session_moved' and n.created_at = now()
  )
  order by g.person_id, s.activity_id, s.starts_at
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;

-- Dates to come of a published activity were taken away (its form or its series no longer has them): everybody signed up is
-- told once that the dates are others now. Which one it was, nobody can look up any more: the activity lists those left.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_activity_sessions__notify_removed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, signup_id)
  select distinct on (g.person_id, s.activity_id) g.person_id, s.block_id, 'session_moved', s.id || ':removed', s.activity_id, g.id
  from old_rows s
  join public.activities a on a.id = s.activity_id and a.status = 'published'
  join public.signups g on g.activity_id = s.activity_id and g.status = 'signed_up' and g.person_id is not null
  where s.ends_at > now() and s.cancelled_at is null
  order by g.person_id, s.activity_id, s.starts_at
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;

-- A published activity that is still to come has moved to another place: everybody signed up is told.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_activities__notify_place() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_over(new.id) then
    return null;
  end if;
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, signup_id)
  select g.person_id, new.block_id, 'place_changed', new.id || ':' || new.version, new.id, g.id
  from public.signups g
  where g.activity_id = new.id and g.status = 'signed_up' and g.person_id is not null
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;

-- Reminds everybody who was signed up before today of what starts today, from 8 in the morning (Oslo) on, until it starts.
-- A date that is moved to another day is another thing: the day is part of the subject.
-- Answers how many are new. Definer: reads all sign-ups and writes notifications.
create function private.remind_of_today() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if (now() at time zone 'Europe/Oslo')::time not between '08:00' and '21:00' then
    return 0;
  end if;
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id)
  select g.person_id, s.block_id, 'session_today', s.id || ':' || private.today(), s.activity_id, s.id, g.id
  from public.activity_sessions s
  join public.activities a on a.id = s.activity_id and a.status = 'published' and a.hidden_at is null
  join public.signups g on g.activity_id = a.id and g.status = 'signed_up' and g.person_id is not null
  where s.cancelled_at is null and s.starts_at > now()
    and s.starts_at < (private.today() + 1)::timestamp at time zone 'Europe/Oslo'
    and g.signed_up_at < private.today()::timestamp at time zone 'Europe/Oslo'
  order by a.id, s.id, g.id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- All sign-ups of an activity with names, in order of arrival, and the last thing that happened to each and why; how many
-- of each came to p_session_id. Empty for everybody but those who run it: the host may not read the table of people.
-- Definer: reads names of people whom the host may not see otherwise.
create function private.signup_list(p_activity_id uuid, p_session_id uuid)
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

create function public.signup_list(activity_id uuid, session_id uuid default null)
returns table (
  id uuid, name text, has_account boolean, party_size integer, status public.signup_status, created_at timestamptz,
  signed_up_at timestamptz, offer_expires_at timestamptz, ended_at timestamptz, reason public.signup_reason,
  actor public.signup_actor, present_count integer
)
language sql stable set search_path = '' as $$ select * from private.signup_list(activity_id, session_id) $$;

-- My place on the waiting list (1 = next in); null when I do not wait, or the sign-up is not mine.
-- Definer: counts sign-ups that the caller may not see. A column of signups over the API: select=status,place_in_line.
create function private.place_in_line(p_signup_id uuid) returns integer
language sql stable security definer set search_path = '' as $$
  select nullif(count(*), 0)::integer
  from public.signups mine
  join public.signups w on w.activity_id = mine.activity_id and w.status = 'waitlisted' and w.queue_number <= mine.queue_number
  where mine.id = p_signup_id and mine.person_id = (select auth.uid()) and mine.status = 'waitlisted'
$$;

create function public.place_in_line(signup public.signups) returns integer
language sql stable set search_path = '' as $$ select private.place_in_line((signup).id) $$;

-- The columns of an activity that its form sets, from JSON; dates by `series` when there is one, else by `sessions`.
-- Makes a draft, all or nothing. The same id again (the form was sent twice) changes nothing.
-- Invoker: the policies decide.
create function public.create_activity(activity jsonb, sessions jsonb, series jsonb default null) returns void
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
begin
  insert into public.activities (id, block_id, kind, title, body, audience, for_whom, place_id, whereabouts, host,
    what_to_expect, food, languages, step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  values (v_new.id, v_new.block_id, v_new.kind, v_new.title, v_new.body, v_new.audience, coalesce(v_new.for_whom, '{}'),
    v_new.place_id, v_new.whereabouts, v_new.host, v_new.what_to_expect, v_new.food, v_new.languages, v_new.step_free,
    v_new.is_public, v_new.capacity, coalesce(v_new.max_party, 5), v_new.signup_opens_at, v_new.signup_closes_at,
    v_new.signoff_closes_at)
  on conflict do nothing;
  if not found then
    return;
  elsif series is null then
    perform private.set_sessions(v_new.id, v_new.block_id, sessions);
  else
    perform private.set_series(v_new.id, v_new.block_id, series);
  end if;
end
$$;

-- Proposes an activity to the consultant: a resident or a partner, who becomes its host. At most 5 wait at a time.
-- Definer: writes the status and the host, which nobody may. Never a flat: nobody's home stands on a public page.
create function private.propose_activity(p_activity jsonb, p_sessions jsonb, p_series jsonb) returns public.activity_propose_outcome
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
  ) >= 5 then
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

create function public.propose_activity(activity jsonb, sessions jsonb, series jsonb default null)
returns public.activity_propose_outcome language sql set search_path = '' as $$
  select private.propose_activity(activity, sessions, series)
$$;

-- Says no to a proposal, with a reason that its host sees.
-- Definer: nobody may write the status column.
create function private.decline_activity(p_activity_id uuid, p_reason text) returns public.activity_decline_outcome
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
  perform private.log_act(v_activity.block_id, 'decline', 'activity', p_activity_id, btrim(p_reason));
  perform private.notify_hosts(p_activity_id, 'activity_declined');
  return 'declined';
end
$$;

create function public.decline_activity(activity_id uuid, reason text) returns public.activity_decline_outcome
language sql set search_path = '' as $$ select private.decline_activity(activity_id, reason) $$;

-- Shows a draft or a proposal to its readers: the consultant's yes. Needs a date that is still to come.
-- Definer: nobody may write the status column, so that what is cancelled stays cancelled.
create function private.publish_activity(p_activity_id uuid) returns public.activity_publish_outcome
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
  perform private.log_act(v_activity.block_id, 'publish', 'activity', p_activity_id, null);
  perform private.notify_hosts(p_activity_id, 'activity_approved');
  return 'published';
end
$$;

create function public.publish_activity(activity_id uuid) returns public.activity_publish_outcome
language sql set search_path = '' as $$ select private.publish_activity(activity_id) $$;

-- Changes an activity and its dates, unless it was changed or cancelled since `seen_version` was shown. Dates by `series`
-- when there is one, else by `sessions`; neither: they stay.
-- Invoker: the policies decide; an activity I may not change answers like one that was changed.
create function public.change_activity(
  activity_id uuid, seen_version integer, activity jsonb, sessions jsonb default null, series jsonb default null
) returns public.activity_change_outcome
language plpgsql set search_path = '' as $$
declare
  v_new public.activities := jsonb_populate_record(null::public.activities, activity);
  v_block_id uuid;
begin
  update public.activities a set
    kind = v_new.kind, title = v_new.title, body = v_new.body, audience = v_new.audience, for_whom = coalesce(v_new.for_whom, '{}'),
    place_id = v_new.place_id, whereabouts = v_new.whereabouts, host = v_new.host, what_to_expect = v_new.what_to_expect,
    food = v_new.food, languages = v_new.languages, step_free = v_new.step_free, is_public = v_new.is_public,
    capacity = v_new.capacity, max_party = coalesce(v_new.max_party, 5), signup_opens_at = v_new.signup_opens_at,
    signup_closes_at = v_new.signup_closes_at, signoff_closes_at = v_new.signoff_closes_at
  where a.id = change_activity.activity_id and a.version = seen_version and a.status not in ('cancelled', 'declined')
  returning a.block_id into v_block_id;
  if not found then
    return 'changed_meanwhile';
  elsif series is not null then
    perform private.set_series(activity_id, v_block_id, series);
  elsif sessions is not null then
    perform private.set_sessions(activity_id, v_block_id, sessions);
  end if;
  return 'saved';
end
$$;

-- Cancels a published activity, with a reason that its readers see. All sign-ups end, offers are dead, and everybody who
-- had one is told once. Final: a new try is a copy.
-- Definer: nobody may write the status column, nor other people's sign-ups.
create function private.cancel_activity(p_activity_id uuid, p_reason text) returns public.activity_cancel_outcome
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
    perform private.log_act(v_activity.block_id, 'cancel', 'activity', p_activity_id, btrim(p_reason));
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

create function public.cancel_activity(activity_id uuid, reason text) returns public.activity_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_activity(activity_id, reason) $$;

-- Sets the rule of an activity and makes its dates to come follow it. What has begun stays; dates that were moved or
-- cancelled by hand stay; others that the rule no longer gives go.
-- p_series: the columns of activity_series, and "days": the days the rule gives from today (or its start) to made_until,
-- 1 to 800. A sign-up needs an end: it is for all dates. Invoker: the policies decide.
create function private.set_series(p_activity_id uuid, p_block_id uuid, p_series jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_series public.activity_series := jsonb_populate_record(null::public.activity_series, p_series
    || jsonb_build_object('activity_id', p_activity_id, 'block_id', p_block_id));
  v_days date[] := array(select d::date from jsonb_array_elements_text(p_series -> 'days') d);
begin
  if cardinality(v_days) not between 1 and 800 then
    raise exception using errcode = '22023', message = 'a series gives 1 to 800 dates';
  elsif v_series.rrule !~ '(UNTIL|COUNT)='
    and exists (select from public.activities a where a.id = p_activity_id and a.capacity is not null)
  then
    raise exception using errcode = '22023', message = 'a series with sign-up has an end';
  end if;
  insert into public.activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  values (p_activity_id, p_block_id, v_series.rrule, v_series.starts_on, v_series.starts_clock, v_series.ends_clock,
    coalesce(v_series.extra_days, 0), v_series.made_until)
  on conflict (activity_id) do update set rrule = excluded.rrule, starts_on = excluded.starts_on,
    starts_clock = excluded.starts_clock, ends_clock = excluded.ends_clock, extra_days = excluded.extra_days,
    made_until = excluded.made_until
  returning * into v_series;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id and s.starts_at > now() and not s.is_moved and s.cancelled_at is null
    and (s.recurs_on is null or s.recurs_on <> all (v_days));
  perform private.make_sessions(v_series, v_days);
end
$$;

-- A sign-up is for all dates, so what repeats without an end has none: also when the number of places and the rule are set one by one.
-- At the end of the transaction, because a change may set both.
create function private.tg_activity_series__ends() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (
    select from public.activities a join public.activity_series r on r.activity_id = a.id
    where a.id = case tg_table_name when 'activities' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'activity_id' end::uuid
      and a.capacity is not null and r.rrule !~ '(UNTIL|COUNT)='
  ) then
    raise exception using errcode = '22023', message = 'a series with sign-up has an end';
  end if;
  return null;
end
$$;

-- The series whose rows end before p_until and whose rule may give more, longest behind first, at most 200.
-- Definer: the server has no right to read activities.
create function private.due_series(p_until date)
returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable security definer set search_path = '' as $$
  select r.activity_id, r.rrule, r.starts_on, r.made_until
  from public.activity_series r join public.activities a on a.id = r.activity_id and a.status in ('draft', 'published')
  where r.made_until < p_until and coalesce(to_date(substring(r.rrule from 'UNTIL=(\d{8})'), 'YYYYMMDD') > r.made_until, true)
  order by r.made_until limit 200
$$;

create function public.due_series(until date)
returns table (activity_id uuid, rrule text, starts_on date, made_until date)
language sql stable set search_path = '' as $$ select * from private.due_series(until) $$;

-- Makes the rows of these days and remembers how far. Nothing when the rule was changed meanwhile.
-- Definer: writes dates, which only those who run the activity may.
create function private.extend_series(p_activity_id uuid, p_rrule text, p_days date[], p_until date) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_series public.activity_series;
begin
  update public.activity_series r set made_until = p_until
  where r.activity_id = p_activity_id and r.rrule = p_rrule and r.made_until < p_until
  returning * into v_series;
  if found then
    perform private.make_sessions(v_series, p_days);
  end if;
end
$$;

create function public.extend_series(activity_id uuid, rrule text, days date[], until date) returns void
language sql set search_path = '' as $$ select private.extend_series(activity_id, rrule, days, until) $$;

-- Counts the changes of a date's time, for calendars (SEQUENCE) and messages.
create function private.tg_activity_sessions__sequence() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.sequence := old.sequence + 1;
  return new;
end
$$;

-- Whether no date is left: all are over or cancelled. For the definer functions of activities; granted to nobody.
create function private.is_over(p_activity_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select not exists (
    select from public.activity_sessions s
    where s.activity_id = p_activity_id and s.cancelled_at is null and s.ends_at > now()
  )
$$;

-- The next start that is to come; null when the last one has begun. For the definer functions; granted to nobody.
create function private.next_start(p_activity_id uuid) returns timestamptz
language sql stable set search_path = '' as $$
  select min(s.starts_at) from public.activity_sessions s
  where s.activity_id = p_activity_id and s.cancelled_at is null and s.starts_at > now()
$$;

-- Sets all dates of an activity that has no series: rows with a known id are changed, rows without one are added, dates not
-- named are removed. p_sessions: [{"id": …, "starts_at": …, "ends_at": …, "is_cancelled": false}, …], 1 to 100 of them.
-- Invoker: the policies on activity_sessions decide.
create function private.set_sessions(p_activity_id uuid, p_block_id uuid, p_sessions jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if coalesce(jsonb_array_length(p_sessions), 0) not between 1 and 100 then
    raise exception using errcode = '22023', message = 'an activity has 1 to 100 dates';
  end if;
  delete from public.activity_series r where r.activity_id = p_activity_id;
  delete from public.activity_sessions s
  where s.activity_id = p_activity_id
    and not exists (select from jsonb_array_elements(p_sessions) n where (n ->> 'id')::uuid = s.id);
  update public.activity_sessions s set
    starts_at = (n ->> 'starts_at')::timestamptz,
    ends_at = (n ->> 'ends_at')::timestamptz,
    recurs_on = null,
    cancelled_at = case when (n ->> 'is_cancelled')::boolean then coalesce(s.cancelled_at, now()) end
  from jsonb_array_elements(p_sessions) n
  where s.activity_id = p_activity_id and s.id = (n ->> 'id')::uuid;
  insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
  select p_activity_id, p_block_id, (n ->> 'starts_at')::timestamptz, (n ->> 'ends_at')::timestamptz
  from jsonb_array_elements(p_sessions) n
  where n ->> 'id' is null;
end
$$;

-- Makes the rows of these days of a series, and gives unmoved ones its clock. Rows that were moved or cancelled stay as
-- they are. A wall clock that does not exist (the night summer time begins) is the hour after it; what would then end before
-- it starts keeps its length.
-- Invoker: the policies decide; the job calls it as a definer.
create function private.make_sessions(p_series public.activity_series, p_days date[]) returns void
language sql set search_path = '' as $$
  insert into public.activity_sessions as s (activity_id, block_id, recurs_on, starts_at, ends_at)
  select p_series.activity_id, p_series.block_id, d, at.starts, greatest(at.ends,
    case when at.ends <= at.starts then at.starts + (p_series.ends_clock - p_series.starts_clock) end)
  from unnest(p_days) d
  cross join lateral (select (d + p_series.starts_clock) at time zone 'Europe/Oslo' as starts,
    (d + p_series.extra_days + p_series.ends_clock) at time zone 'Europe/Oslo' as ends) at
  on conflict (activity_id, recurs_on) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at
  where not s.is_moved and s.cancelled_at is null and s.ends_at > now()
    and (s.starts_at, s.ends_at) is distinct from (excluded.starts_at, excluded.ends_at)
$$;

-- The first date of each activity of a building from a moment on, one that is not cancelled before one that is: daily coffee
-- is one row, and hides nothing that comes after it. Invoker: the policies decide.
create function public.first_sessions(block_id uuid, after timestamptz) returns setof public.activity_sessions
language sql stable set search_path = '' as $$
  select distinct on (s.activity_id) s.*
  from public.activity_sessions s
  where s.block_id = first_sessions.block_id and s.starts_at >= after
  order by s.activity_id, s.cancelled_at is not null, s.starts_at
$$;

-- What a paused host says about a date does not come with it; what was said before stays.
create function private.tg_activity_sessions__pause() returns trigger
language plpgsql set search_path = '' as $$
begin
  if (tg_op = 'INSERT' or new.note is distinct from old.note) and private.is_paused(new.block_id) then
    new.note := null;
  end if;
  return new;
end
$$;

-- Dates were made, moved or taken up again: when all that were left had begun or were cancelled, places came free that nobody
-- was called into; now somebody is. An activity that is held by somebody else is skipped: they fill it.
-- Definer: writes other people's sign-ups.
create function private.tg_activity_sessions__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id uuid;
begin
  for v_activity_id in
    select a.id from public.activities a
    where a.id in (select s.activity_id from new_rows s) and a.status = 'published' and a.waitlisted_count > 0
      and a.capacity > a.signed_up_count + a.offered_count
    order by a.id for update skip locked
  loop
    perform private.settle_offers(v_activity_id);
    perform private.fill_places(v_activity_id, 'place_freed');
  end loop;
  return null;
end
$$;

-- Signs me up with my party, or puts us last on the waiting list. Only residents, only in their own building.
-- What I may not see answers like what does not exist.
-- Locks the membership before the activity, so that somebody who moves out meanwhile either waits or is seen.
-- Definer: must lock the activity and count sign-ups that the caller may not see.
create function private.sign_up(p_activity_id uuid, p_party_size integer) returns public.signup_outcome
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

create function public.sign_up(activity_id uuid, party_size integer default 1) returns public.signup_outcome
language sql set search_path = '' as $$ select private.sign_up(activity_id, party_size) $$;

-- Signs up somebody else: a resident by account (only the consultant knows those), or anybody by first name. Also when
-- sign-up is closed, but in the same queue. p_id: the form sent twice is one sign-up. Of the consultant it is logged; never for whom.
-- Definer: must lock the activity and count; looks at the memberships of the building.
create function private.sign_up_for(p_activity_id uuid, p_id uuid, p_person_id uuid, p_first_name text, p_party_size integer)
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
  perform private.log_act(v_activity.block_id, 'sign_up_for', 'signup', p_activity_id, null)
  where private.has_role(v_activity.block_id, '{consultant}');
  return private.add_signup(v_activity, p_id, p_person_id, btrim(p_first_name), p_party_size, 'staff');
end
$$;

create function public.sign_up_for(
  activity_id uuid, signup_id uuid, person_id uuid default null, first_name text default null, party_size integer default 1
) returns public.signup_outcome language sql set search_path = '' as $$
  select private.sign_up_for(activity_id, signup_id, person_id, first_name, party_size)
$$;

-- Gives up my place, declines my offer, or leaves the waiting list; a freed place goes to the next in the same transaction.
-- A place can be given up until signoff_closes_at; the waiting list can always be left.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
create function private.cancel_signup(p_activity_id uuid) returns public.signup_cancel_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
  v_closes timestamptz;
begin
  select a.signoff_closes_at into v_closes from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_signup from public.signups s
  where s.activity_id = p_activity_id and s.person_id = (select auth.uid()) and s.status in ('signed_up', 'offered', 'waitlisted');
  if not found then
    return 'not_signed_up';
  elsif private.is_over(p_activity_id) then
    return 'past';
  elsif v_signup.status = 'signed_up' and v_closes <= now() then
    return 'too_late';
  end if;
  if v_signup.status = 'offered' then
    perform private.set_signup(v_signup.id, 'declined', 'offer_declined', 'self');
  else
    perform private.set_signup(v_signup.id, 'cancelled', 'cancelled_by_self', 'self');
  end if;
  perform private.fill_places(p_activity_id, 'place_freed');
  return 'cancelled';
end
$$;

create function public.cancel_signup(activity_id uuid) returns public.signup_cancel_outcome
language sql set search_path = '' as $$ select private.cancel_signup(activity_id) $$;

-- Ends a sign-up on behalf of the person, also after the deadline. Logged as sign_up_for is.
-- Definer: must lock the activity and write the sign-up of the person who gets the place.
create function private.end_signup(p_signup_id uuid) returns public.signup_cancel_outcome
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
  perform private.log_act(v_signup.block_id, 'end_signup', 'signup', v_signup.activity_id, null)
  where private.has_role(v_signup.block_id, '{consultant}');
  perform private.fill_places(v_signup.activity_id, 'place_freed');
  return 'cancelled';
end
$$;

create function public.end_signup(signup_id uuid) returns public.signup_cancel_outcome
language sql set search_path = '' as $$ select private.end_signup(signup_id) $$;

-- Until when an offer made at p_now holds: 3 hours, but an end between 21 and 8 in Oslo waits for 8 in the morning;
-- never past the start. For the definer functions; granted to nobody.
create function private.offer_end(p_now timestamptz, p_starts_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select least(p_starts_at, case
    when l::time >= '21:00' then ((l::date + 1) + time '08:00') at time zone 'Europe/Oslo'
    when l::time < '08:00' then (l::date + time '08:00') at time zone 'Europe/Oslo'
    else p_now + interval '3 hours'
  end)
  from (select (p_now + interval '3 hours') at time zone 'Europe/Oslo' as l) o
$$;

-- Puts a sign-up into a state and writes down why. The one place that does. The caller holds the activity's lock.
-- For the definer functions; granted to nobody.
create function private.set_signup(
  p_signup_id uuid, p_status public.signup_status, p_reason public.signup_reason, p_actor public.signup_actor,
  p_offer_expires_at timestamptz default null
) returns void
language plpgsql set search_path = '' as $$
begin
  update public.signups s set
    status = p_status,
    signed_up_at = case when p_status = 'signed_up' then now() else s.signed_up_at end,
    offer_expires_at = p_offer_expires_at,
    ended_at = case when p_status in ('cancelled', 'declined', 'lapsed') then now() end
  where s.id = p_signup_id and s.status <> p_status;
  insert into public.signup_events (signup_id, activity_id, block_id, status, reason, actor)
  select s.id, s.activity_id, s.block_id, p_status, p_reason, p_actor from public.signups s where s.id = p_signup_id;
  if p_status in ('cancelled', 'declined', 'lapsed') then
    perform private.drop_reminders(p_signup_id);
  end if;
end
$$;

-- Writes down that a waiting party was passed over, once until something else happens to it. Granted to nobody.
create function private.pass_over(p_signup_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  if (select e.reason from public.signup_events e where e.signup_id = p_signup_id order by e.id desc limit 1)
    is distinct from 'does_not_fit'
  then
    perform private.set_signup(p_signup_id, 'waitlisted', 'does_not_fit', 'system');
  end if;
end
$$;

-- Gives free places to those who have waited longest. The one place where somebody gets in. The rules:
-- a party gets in whole or not at all, and is passed over only when it does not fit; people waiting come before newcomers;
-- a freed place is given at once when the start is more than 24 hours away, and offered for 3 hours within them; more places
-- are given at once; fewer throw nobody out; what somebody gives up, declines or lets lapse is over for them.
-- The caller holds the lock of the activity row. p_newcomer: the sign-up that was just made, by p_actor; it is asked for now, so it
-- is never an offer. Places may be fewer than sign-ups (they were lowered): then nobody gets in, and nobody is out.
-- For the definer functions and triggers; granted to nobody.
create function private.fill_places(
  p_activity_id uuid, p_reason public.signup_reason, p_newcomer uuid default null, p_actor public.signup_actor default 'system'
) returns void
language plpgsql set search_path = '' as $$
declare
  v_activity public.activities;
  v_free integer;
  v_start timestamptz := private.next_start(p_activity_id);
  v_waiting record;
begin
  select * into v_activity from public.activities a where a.id = p_activity_id;
  if v_activity.status is distinct from 'published' or v_activity.waitlisted_count = 0 then
    return;
  end if;
  v_free := coalesce(v_activity.capacity - v_activity.signed_up_count - v_activity.offered_count, v_activity.waitlisted_count);
  for v_waiting in
    select s.id, s.party_size from public.signups s
    where s.activity_id = p_activity_id and s.status = 'waitlisted'
    order by s.queue_number
  loop
    exit when v_free <= 0;
    if v_waiting.party_size > v_free then
      if v_waiting.id is distinct from p_newcomer then
        perform private.pass_over(v_waiting.id);
      end if;
      continue;
    end if;
    if v_waiting.id = p_newcomer then
      perform private.set_signup(v_waiting.id, 'signed_up', 'free_place', p_actor);
    elsif v_start is null then
      -- The last date has begun: nobody is called in any more.
      continue;
    elsif p_reason = 'more_places' or v_start > now() + interval '24 hours' then
      perform private.set_signup(v_waiting.id, 'signed_up', p_reason, 'system');
      perform private.notify_signup(v_waiting.id, 'place_won');
    else
      perform private.set_signup(v_waiting.id, 'offered', p_reason, 'system', private.offer_end(now(), v_start));
      perform private.notify_signup(v_waiting.id, 'place_offered');
    end if;
    v_free := v_free - v_waiting.party_size;
  end loop;
end
$$;

-- Ends offers whose time is out (all, when the last date was moved forward and has begun), and gives their places to the
-- next. The caller holds the activity's lock. For the definer functions; granted to nobody.
create function private.settle_offers(p_activity_id uuid, p_reason public.signup_reason default 'place_freed') returns void
language plpgsql set search_path = '' as $$
declare
  v_lapsed uuid;
  v_start timestamptz := private.next_start(p_activity_id);
  v_any boolean := false;
begin
  for v_lapsed in
    select s.id from public.signups s
    where s.activity_id = p_activity_id and s.status = 'offered' and (s.offer_expires_at <= now() or v_start is null)
    order by s.queue_number
  loop
    perform private.set_signup(v_lapsed, 'lapsed', 'offer_lapsed', 'system');
    v_any := true;
  end loop;
  if v_any then
    perform private.fill_places(p_activity_id, p_reason);
  end if;
end
$$;

-- Keeps the counts of an activity: people, not rows. A sign-up that disappears with its account frees its place.
-- Definer: writes counts and other people's sign-ups, which nobody may.
create function private.tg_signups__count() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_new integer := case when tg_op = 'DELETE' then 0 else new.party_size end;
  v_old integer := case when tg_op = 'INSERT' then 0 else old.party_size end;
  v_live constant public.signup_status[] := '{signed_up,offered,waitlisted}';
begin
  -- History that goes with an account changes no count, and is no change of the activity.
  if (old.status = any (v_live)) is not true and (new.status = any (v_live)) is not true then
    return null;
  end if;
  update public.activities a set
    signed_up_count = a.signed_up_count + case when new.status = 'signed_up' then v_new else 0 end
      - case when old.status = 'signed_up' then v_old else 0 end,
    offered_count = a.offered_count + case when new.status = 'offered' then v_new else 0 end
      - case when old.status = 'offered' then v_old else 0 end,
    waitlisted_count = a.waitlisted_count + case when new.status = 'waitlisted' then v_new else 0 end
      - case when old.status = 'waitlisted' then v_old else 0 end
  where a.id = coalesce(new.activity_id, old.activity_id);
  if tg_op = 'DELETE' and old.status in ('signed_up', 'offered') then
    perform private.fill_places(old.activity_id, 'place_freed');
  end if;
  return null;
end
$$;

-- More places, or no limit any more: the waiting people get in at once. Definer: writes other people's sign-ups.
create function private.tg_activities__fill_places() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_offers(new.id, 'more_places');
  perform private.fill_places(new.id, 'more_places');
  return null;
end
$$;

-- Puts somebody into the queue and fills. Answers whether they got in. The caller holds the lock and has checked the rest.
-- For the definer functions; granted to nobody.
create function private.add_signup(
  p_activity public.activities, p_id uuid, p_person_id uuid, p_first_name text, p_party_size integer, p_actor public.signup_actor
) returns public.signup_outcome
language plpgsql set search_path = '' as $$
declare
  v_free integer := p_activity.capacity - p_activity.signed_up_count - p_activity.offered_count;
  v_status public.signup_status;
begin
  insert into public.signups (id, activity_id, block_id, person_id, first_name, party_size)
  values (p_id, p_activity.id, p_activity.block_id, p_person_id, p_first_name, p_party_size);
  perform private.fill_places(p_activity.id, 'place_freed', p_id, p_actor);
  select s.status into v_status from public.signups s where s.id = p_id;
  if v_status = 'waitlisted' then
    perform private.set_signup(p_id, 'waitlisted', case when v_free <= 0 then 'full' else 'does_not_fit' end::public.signup_reason, p_actor);
  end if;
  return v_status::text::public.signup_outcome;
end
$$;

-- Takes the place I am offered. Somebody who comes too late is out, and says so plainly. Declining is cancel_signup.
-- Definer: must lock the activity and write the sign-up of the person who gets a lapsed place.
create function private.accept_offer(p_activity_id uuid) returns public.offer_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_signup public.signups;
begin
  perform from public.activities a where a.id = p_activity_id for update;
  perform private.settle_offers(p_activity_id);
  select * into v_signup from public.signups s
  where s.activity_id = p_activity_id and s.person_id = (select auth.uid())
  order by s.queue_number desc limit 1;
  if v_signup.status = 'offered' then
    perform private.set_signup(v_signup.id, 'signed_up', 'offer_accepted', 'self');
    return 'accepted';
  end if;
  return case v_signup.status when 'signed_up' then 'accepted' when 'lapsed' then 'lapsed' else 'not_offered' end::public.offer_outcome;
end
$$;

create function public.accept_offer(activity_id uuid) returns public.offer_outcome
language sql set search_path = '' as $$ select private.accept_offer(activity_id) $$;

-- Counts one attempt and answers whether it is allowed: at most p_max per p_window for this kind and key.
-- The advisory lock makes parallel attempts wait for each other, so that 40 at once count as 40.
-- Definer: the table is nobody's to read or write, or somebody could remove their own attempts.
create function private.attempt(p_kind text, p_key text, p_max integer, p_window interval) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_hash text := encode(sha256(convert_to(p_key, 'UTF8')), 'hex');
  v_count integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_kind || v_hash, 0));
  delete from private.attempts a where a.attempted_at < now() - (select private.keep('attempts'));
  select count(*) into v_count
  from private.attempts a
  where a.kind = p_kind and a.key_hash = v_hash and a.attempted_at > now() - p_window;
  if v_count >= p_max then
    return false;
  end if;
  insert into private.attempts (kind, key_hash) values (p_kind, v_hash);
  return true;
end
$$;

-- Only the server may count attempts of a network address: the address is its word, not the caller's.
create function public.attempt(kind text, key text, max_count integer, window_minutes integer) returns boolean
language sql set search_path = '' as $$
  select private.attempt(kind, key, max_count, make_interval(mins => window_minutes))
$$;

-- Whether there is an attempt left, without counting one: for what only counts when it was wrong. Granted to nobody.
create function private.has_attempts_left(p_kind text, p_key text, p_max integer, p_window interval) returns boolean
language sql stable set search_path = '' as $$
  select count(*) < p_max from private.attempts a
  where a.kind = p_kind and a.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex') and a.attempted_at > now() - p_window
$$;

-- Whoever got in was not guessing: their earlier attempts no longer count.
-- Definer: deletes attempts, which nobody may see.
create function private.forget_attempts(p_kind text, p_key text) returns void
language sql security definer set search_path = '' as $$
  delete from private.attempts a
  where a.kind = p_kind and a.key_hash = encode(sha256(convert_to(p_key, 'UTF8')), 'hex')
$$;

create function public.forget_attempts(kind text, key text) returns void
language sql set search_path = '' as $$ select private.forget_attempts(kind, key) $$;

-- How long this is kept. A word that is not in the table is a mistake, and stops the job. Granted to nobody.
create function private.keep(p_what text) returns interval
language plpgsql stable set search_path = '' as $$
declare
  v_keep interval := (select r.keep from private.retention_rules r where r.what = p_what);
begin
  if v_keep is null then
    raise exception 'no retention rule for %', p_what;
  end if;
  return v_keep;
end
$$;

-- Whether my session has ended (signed out, another password, a factor taken away). A token outlives the session it was made for by up to an
-- hour; one that names no session is not of a person who signed in.
-- Definer: reads the sessions of the auth service. Granted to nobody: only definer functions ask.
create function private.session_has_ended() returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_session_id constant uuid := (auth.jwt() ->> 'session_id')::uuid;
begin
  return v_session_id is not null and not exists (select from auth.sessions s where s.id = v_session_id);
end
$$;

-- The buildings where I have one of these roles right now. For policies, always as
-- `block_id in (select private.my_block_ids('{consultant}'))`, so that it runs once per query. None in a session that has ended; a role
-- of staff counts only in one that has shown what is asked of staff (residents/second-factor.sql).
-- Definer: it reads all memberships of the caller, which the policies of that table themselves depend on.
create function private.my_block_ids(p_roles public.member_role[]) returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return;
  end if;
  -- Two questions, so that only somebody with a role in all buildings reads the list of buildings.
  return query
  select m.block_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is not null
    and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  union
  select b.id
  from public.blocks b
  where exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = any (p_roles) and m.block_id is null
      and (m.role not in ('consultant', 'landlord', 'admin') or (select private.session_gate()) = 'open')
  );
end
$$;

-- Whether I have one of these roles in this building. For SQL functions that act on one row.
create function private.has_role(p_block_id uuid, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select p_block_id in (select private.my_block_ids(p_roles))
$$;

-- The flats I live in right now; none in a session that has ended. Definer for the same reason as my_block_ids.
create function private.my_flat_ids() returns setof uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select m.flat_id
  from public.memberships m
  where m.person_id = (select auth.uid()) and m.ended_at is null and m.flat_id is not null and not private.session_has_ended();
end
$$;

-- Whether I hold the admin role (adds buildings, appoints consultants; sees no cases, votes or sign-ups).
-- Definer for the same reason as my_block_ids.
create function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'admin' and (select private.session_gate()) = 'open'
  );
end
$$;

-- Without blanks, line ends, tabs and hard spaces around it: what is left of nothing but those is ''.
create function private.trimmed(p_text text) returns text
language sql immutable set search_path = '' as $$ select btrim(p_text, E' \n\r\t\u00A0') $$;

-- A new building with its stairs, floors and flats: flats are named floor + number (101, 102 …), counted through
-- the stairs. Only an admin (the insert policies hold it). At most 20 stairs, 40 floors, 20 flats a floor.
-- Raises 22023 beyond that, 23505 or 23514 when the slug is taken or reserved.
create function public.add_block(
  slug text, name text, address text, district text, owner_type public.owner_type, stairs text[], floors integer,
  flats_per_floor integer
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_block_id uuid;
  v_stair text;
  v_stair_no integer := 0;
  v_stair_id uuid;
  v_floor_id uuid;
  -- lpad cuts what is longer
  v_digits integer := greatest(2, length((cardinality(stairs) * flats_per_floor)::text));
begin
  if (cardinality(stairs) between 1 and 20 and floors between 1 and 40 and flats_per_floor between 1 and 20) is not true then
    raise exception using errcode = '22023', message = 'building too large or empty';
  end if;
  insert into public.blocks (slug, name, address, district, owner_type)
  values (add_block.slug, add_block.name, add_block.address, add_block.district, add_block.owner_type)
  returning id into v_block_id;
  foreach v_stair in array stairs loop
    v_stair_id := gen_random_uuid();
    insert into public.places (id, block_id, kind, name, position)
    values (v_stair_id, v_block_id, 'stair', v_stair, v_stair_no);
    for v_floor in 1 .. floors loop
      v_floor_id := gen_random_uuid();
      insert into public.places (id, block_id, parent_id, kind, name, position)
      values (v_floor_id, v_block_id, v_stair_id, 'floor', format('%s, %s. etasje', left(v_stair, 60), v_floor), v_floor);
      insert into public.places (block_id, parent_id, kind, name, position)
      select v_block_id, v_floor_id, 'flat',
        v_floor || lpad((v_stair_no * flats_per_floor + n)::text, v_digits, '0'), v_floor * 100 + n
      from generate_series(1, flats_per_floor) n;
    end loop;
    v_stair_no := v_stair_no + 1;
  end loop;
  return v_block_id;
end
$$;

-- Adds (contact_id null) or changes a contact card and replaces its weekly hours, whole or not at all.
-- hours: [{"weekday": 1, "opens_at": "10:00", "closes_at": "15:00"}, …]. The kind is set once.
-- Answers false when there is no such card that I may change. Invoker: the policies of both tables decide.
create function public.save_contact(
  block_id uuid, contact_id uuid, kind public.contact_kind, title text, person_name text, phone text, email text,
  whereabouts text, note text, hours jsonb
) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_contact_id uuid := save_contact.contact_id;
begin
  if v_contact_id is null then
    insert into public.contacts (block_id, kind, title, person_name, phone, email, whereabouts, note)
    values (save_contact.block_id, save_contact.kind, save_contact.title, save_contact.person_name, save_contact.phone,
      save_contact.email, save_contact.whereabouts, save_contact.note)
    returning id into v_contact_id;
  else
    update public.contacts c
    set title = save_contact.title, person_name = save_contact.person_name, phone = save_contact.phone,
      email = save_contact.email, whereabouts = save_contact.whereabouts, note = save_contact.note
    where c.id = v_contact_id and c.block_id = save_contact.block_id;
    if not found then
      return false;
    end if;
  end if;
  -- What stays is left alone, or each save would be a change in the log. The same hour twice is refused by the table.
  delete from public.opening_hours o where o.contact_id = v_contact_id and not exists (
    select from jsonb_array_elements(hours) h
    where (o.weekday, o.opens_at, o.closes_at) = ((h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time)
  );
  insert into public.opening_hours (contact_id, weekday, opens_at, closes_at)
  select v_contact_id, (h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time
  from jsonb_array_elements(hours) h
  except all
  select o.contact_id, o.weekday, o.opens_at, o.closes_at from public.opening_hours o where o.contact_id = v_contact_id;
  return true;
end
$$;

-- Logs that the hours of a contact were changed: one line for the whole save. A contact that is added, removed or changed with them has its own.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_opening_hours__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  select * into v_contact from public.contacts c where c.id = coalesce(new.contact_id, old.contact_id);
  if private.acts_as_staff(v_contact.block_id) and not exists (
    select from public.audit_entries e where e.subject_id = v_contact.id and e.subject_kind = 'contact' and e.acted_at = now()
  ) then
    perform private.log_act(v_contact.block_id, 'change', 'contact', v_contact.id, null);
  end if;
  return null;
end
$$;

-- Logs a place that the admin added. Those that a new building comes with are one line: the building.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_places__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.acts_as_staff(new.block_id) and not exists (
    select from public.audit_entries e
    where e.subject_id = new.block_id and e.subject_kind = 'block' and e.act = 'add' and e.acted_at = now()
  ) then
    perform private.log_act(new.block_id, 'add', 'place', new.id, null);
  end if;
  return null;
end
$$;

-- So many of a kind stand on the home; the rest is one link. Nobody reads a wall.
create function private.waiting_shown() returns integer
language sql immutable set search_path = '' as $$ select 5 $$;

-- What moderation waits with: what was flagged, or hidden by flags, and appeals; never who. `amount` is null where one tap can not
-- let it stand, because it is hidden. This is all the desk knows of moderation. Granted to nobody.
create function private.waiting_flags(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable set search_path = '' as $$
begin
  return query
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
  where w.place <= private.waiting_shown();
end
$$;

-- Cases: `case` is for the consultant to send on; `late_case` is past its expected day and was not chased for three days.
-- One that waits for the resident's answer waits for nobody here. Granted to nobody.
create function private.waiting_cases(p_block_id uuid) returns setof public.waiting_thing
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
      order by c.is_urgent desc, c.status_changed_at, c.id limit private.waiting_shown()
    )
    union all
    (
      select 'late_case', c.id, (c.expected_by + 1)::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer
      from public.reports c
      where c.block_id = p_block_id and c.is_open and c.expected_by < private.today()
        and c.status not in ('received', 'reopened')
        and (c.chased_at is null or c.chased_at < now() - interval '3 days') and not exists (
          select from public.report_questions q where q.report_id = c.id and q.answered_at is null and q.withdrawn_at is null)
      order by c.expected_by, c.id limit private.waiting_shown()
    )
  ) w
  join public.reports r on r.id = w.id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
$$;

-- What residents wrote or asked for: proposals, activities, questions about votes, to join, to have a picture removed.
-- Granted to nobody.
create function private.waiting_people(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'proposal'::public.waiting_kind, p.id, p.kind::text, p.title, p.body, null::text[], l.name, null::uuid, null::bigint,
      null::timestamptz, false, p.rough_cost_nok, p.created_at, count(*) over ()::integer, null::integer
    from public.proposals p left join public.places l on l.id = p.place_id
    where p.block_id = p_block_id and p.status = 'pending'
    order by p.created_at, p.id limit private.waiting_shown()
  )
  union all
  (
    select 'activity', a.id, a.kind::text, a.title, a.body, null, concat_ws(', ', l.name, a.whereabouts), null, null,
      (select s.starts_at from public.activity_sessions s where s.activity_id = a.id order by s.starts_at < now(), s.starts_at limit 1),
      false, a.capacity, a.created_at, count(*) over ()::integer, null
    from public.activities a left join public.places l on l.id = a.place_id
    where a.block_id = p_block_id and a.status = 'proposed'
    order by a.created_at, a.id limit private.waiting_shown()
  )
  union all
  (
    select 'question', q.id, null, p.title, q.body, null, null, q.poll_id, null, p.closes_at, false, null, q.created_at,
      count(*) over ()::integer, null
    from public.poll_questions q join public.polls p on p.id = q.poll_id
    where q.block_id = p_block_id and q.answered_at is null and q.hidden_at is null
    order by q.created_at, q.id limit private.waiting_shown()
  )
  union all
  (
    -- The flat is a claim; `amount` is how many live there already.
    select 'join_request', j.id, j.flat_text, j.display_name, null, null, f.name, f.id, null, null, false,
      (select count(*)::integer from public.memberships m where m.flat_id = f.id and m.ended_at is null), j.asked_at,
      count(*) over ()::integer, null
    from public.join_requests j
    left join lateral (
      select l.id, l.name from public.places l
      where l.block_id = j.block_id and l.kind = 'flat'
        and upper(regexp_replace(l.name, '\s', '', 'g')) = upper(regexp_replace(j.flat_text, '\s', '', 'g'))
      order by l.id limit 1
    ) f on true
    where j.block_id = p_block_id and j.status = 'open'
    order by j.asked_at, j.id limit private.waiting_shown()
  )
  union all
  (
    select 'photo_request', n.id, case when f.hidden_at is null then 'shown' else 'hidden' end, n.title, f.alternative_text, r.reasons,
      null, null, null, null, false, r.wishes, r.since, r.pictures, null
    from (
      select q.notice_id, min(q.created_at) as since, count(*)::integer as wishes, count(*) over ()::integer as pictures,
        array_agg(q.reason order by q.created_at) filter (where q.reason is not null) as reasons
      from public.notice_photo_requests q
      where q.block_id = p_block_id
      group by q.notice_id
      order by min(q.created_at), q.notice_id limit private.waiting_shown()
    ) r
    join public.notices n on n.id = r.notice_id
    join public.notice_photos f on f.notice_id = n.id
  )
$$;

-- The consultant's own: votes to count and about to close, follow-ups, people who were not reached, what is half written.
-- A follow-up of the landlord's is the consultant's to ask about when it is overdue. Granted to nobody.
create function private.waiting_own(p_block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$
  (
    select 'count'::public.waiting_kind, p.id, null::text, p.title, null::text, null::text[], null::text, null::uuid, null::bigint,
      null::timestamptz, false, null::integer, p.closes_at, count(*) over ()::integer, null::integer
    from public.polls p
    where p.block_id = p_block_id and p.status in ('open', 'closed') and p.counted_at is null and p.closes_at <= now()
      and exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper')
    order by p.closes_at, p.id limit private.waiting_shown()
  )
  union all
  (
    select 'closing', p.id, null, p.title, null, null, null, null, null, p.closes_at, false, null, p.opened_at,
      count(*) over ()::integer, null
    from public.polls p
    where p.block_id = p_block_id and p.status = 'open' and p.closes_at > now() and p.closes_at <= now() + interval '7 days'
    order by p.closes_at, p.id limit private.waiting_shown()
  )
  union all
  (
    select 'follow_up', f.poll_id, f.owner::text, p.title, f.body, null, null, null, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', false, null,
      f.next_on::timestamp at time zone 'Europe/Oslo', count(*) over ()::integer, null
    from public.follow_ups f join public.polls p on p.id = f.poll_id and p.counted_at is not null
    where f.block_id = p_block_id
      and f.next_on <= case f.owner when 'consultant' then private.today() + 7 else private.today() - 1 end
    order by f.next_on, f.poll_id limit private.waiting_shown()
  )
  union all
  (
    -- A number, not who: what somebody is told is nobody else's.
    select 'unreached', null, null, null, null, null, null, null, null, null, false, count(distinct o.person_id)::integer,
      min(o.finished_at), 1, null
    from public.outbox_messages o
    join private.deliveries d on d.message_id = o.id
    join public.notifications n on n.id = d.notification_id and n.block_id = p_block_id
    where o.status = 'failed' and o.finished_at > now() - interval '7 days'
    having count(*) > 0
  )
  union all
  (
    select 'draft', w.id, w.about, w.title, null, null, null, null, null, null, false, null, w.created_at, count(*) over ()::integer, null
    from (
      select a.id, 'activity' as about, a.title, a.created_at from public.activities a
      where a.block_id = p_block_id and a.status = 'draft'
      union all
      select n.id, 'notice', n.title, n.created_at from public.notices n where n.block_id = p_block_id and n.state = 'draft'
      union all
      select p.id, p.status::text, p.title, p.created_at from public.polls p
      where p.block_id = p_block_id and p.status in ('draft', 'planned')
    ) w
    order by w.created_at, w.id limit private.waiting_shown()
  )
$$;

-- What waits for the consultant of a building: danger first, then what somebody waits for, then what is the consultant's own;
-- the oldest first in each. At most five of a kind and thirty in all, with how many there are. Nobody else gets a row.
-- Definer: asks for the role once instead of in every row's policy; reads who voted on paper and was not reached, to say that there is some.
create function private.desk_waiting(p_block_id uuid) returns setof public.waiting_thing
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role(p_block_id, '{consultant}') is not true then
    return;
  end if;
  return query
  select w.kind, w.id, w.about, w.title, w.body, w.reasons, w.place, w.parent_id, w.number, w.due_at, w.is_urgent, w.amount,
    w.since, w.kind_count, sum(case when w.position = 1 then w.kind_count end) over ()::integer
  from (
    select a.*, row_number() over (partition by a.kind order by a.since, a.id) as position
    from (
      select * from private.waiting_flags(p_block_id)
      union all
      select * from private.waiting_cases(p_block_id)
      union all
      select * from private.waiting_people(p_block_id)
      union all
      select * from private.waiting_own(p_block_id)
    ) a
  ) w
  order by not (w.kind = 'case' and w.is_urgent), w.kind in ('closing', 'unreached', 'draft'), w.since, w.id
  limit 30;
end
$$;

create function public.desk_waiting(block_id uuid) returns setof public.waiting_thing
language sql stable set search_path = '' as $$ select * from private.desk_waiting(block_id) $$;

-- The last seven days of a building in figures, for its consultant; `late_cases` are those of now. Numbers only.
-- Definer: counts rows past their policies, after it has asked for the role itself.
create function private.desk_week(p_block_id uuid)
returns table (
  sign_ups integer, dates_held integer, people_came integer, cases_opened integer, cases_finished integer, late_cases integer,
  join_requests integer, new_members integer
)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_from constant timestamptz := now() - interval '7 days';
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

create function public.desk_week(block_id uuid)
returns table (
  sign_ups integer, dates_held integer, people_came integer, cases_opened integer, cases_finished integer, late_cases integer,
  join_requests integer, new_members integer
)
language sql stable set search_path = '' as $$ select * from private.desk_week(block_id) $$;

-- The small-number rule: counts of 1 to 4 are hidden, a zero is told. Granted to nobody, like all of this file but count_figures.
create function private.at_least_five(p_count bigint) returns numeric
language sql immutable set search_path = '' as $$ select case when p_count not between 1 and 4 then p_count end $$;

-- Of cases, given as the thing of each: how many in all (thing null), and the most frequent things, ten at most, each with at least 5.
-- Total and things told also tell the rest, which must say nothing of a single one. So only as many things are told as leave a rest of 0
-- or of at least 5 that can not be all fours; where not even the total alone is like that, it is null and no thing is told.
create function private.things_told(p_things public.report_thing[]) returns table (thing public.report_thing, value numeric)
language sql immutable set search_path = '' as $$
  with counts as (
    select u.thing, count(*) as value, row_number() over (order by count(*) desc, u.thing) as place
    from unnest(p_things) u (thing) group by u.thing
  ), told as (
    select n
    from generate_series(0, 10) n,
    lateral (select count(*) as things, coalesce(min(c.value), 5) as least, coalesce(sum(c.value), 0) as sum from counts c where c.place <= n) l,
    lateral (select cardinality(p_things) - l.sum as cases, cardinality(enum_range(null::public.report_thing)) - n as things) rest
    where l.things = n and l.least >= 5 and (rest.cases = 0 or (rest.cases >= 5 and rest.cases <> 4 * rest.things))
    order by n desc limit 1
  )
  select null::public.report_thing, (select cardinality(p_things)::numeric from told)
  union all
  select c.thing, c.value from counts c where c.place <= (select n from told)
$$;

-- The median of at least five numbers of days, to a tenth; fewer: null, none at all: no row.
create function private.median_told(p_days double precision[]) returns table (value numeric)
language sql immutable set search_path = '' as $$
  select case when count(*) >= 5 then round((percentile_cont(0.5) within group (order by d))::numeric, 1) end
  from unnest(p_days) d having count(*) > 0
$$;

-- What happened in these days: dates held (published, or somebody came), how many came where it was counted, and sign-ups made, also
-- those that were taken back.
create function private.activity_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with dates as (
    select a.status, c.heads
    from public.activity_sessions s join public.activities a on a.id = s.activity_id,
    lateral (select sum(n.heads) as heads from (
      select h.heads from public.head_counts h where h.session_id = s.id
      union all select t.present_count from public.attendances t where t.session_id = s.id) n) c
    where s.block_id = p_block_id and s.starts_at >= p_from and s.starts_at < p_to and s.cancelled_at is null
  ), held as (select d.heads from dates d where d.status = 'published' or d.heads > 0)
  select 'dates_held'::public.figure_metric, private.at_least_five(count(*)) from held
  union all select 'attendance', private.at_least_five(sum(h.heads)::bigint) from held h where h.heads is not null having count(*) > 0
  union all select 'signups', private.at_least_five(count(*)) from public.signups g
    where g.block_id = p_block_id and g.created_at >= p_from and g.created_at < p_to
$$;

-- Cases of these days. New: reported, and not found to be another one told again. Fixed: said to be fixed by the landlord, once a case.
-- First answer: the first word or step of the landlord or the consultant that the reporter sees (forwarding is none); the median is over the
-- cases that were first answered in these days, and that of fixed over those fixed in them, so that none is left out for being slow.
-- Late: open at the end of the last day with the landlord's own expected day passed.
create function private.case_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, thing public.report_thing, value numeric)
language sql stable set search_path = '' as $$
  with fixed as (
    select e.report_id, max(e.created_at) as fixed_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status = 'fixed'
    group by e.report_id
  ), answers as (
    select e.report_id, e.created_at from public.report_events e
    where e.block_id = p_block_id and e.created_at >= p_from and e.created_at < p_to
      and e.kind = 'status' and e.actor_role in ('landlord', 'consultant') and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    union all
    select m.report_id, m.created_at from public.report_messages m
    where m.block_id = p_block_id and m.created_at >= p_from and m.created_at < p_to
      and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
  ), answered as (
    select a.report_id, min(a.created_at) as answered_at from answers a
    where not exists (
      select from public.report_events e
      where e.report_id = a.report_id and e.created_at < p_from and e.kind = 'status' and e.actor_role in ('landlord', 'consultant')
        and e.to_status in ('in_progress', 'waiting', 'fixed', 'closed')
    ) and not exists (
      select from public.report_messages m
      where m.report_id = a.report_id and m.created_at < p_from
        and m.author_role in ('landlord', 'consultant') and m.audience <> 'internal'
    )
    group by a.report_id
  )
  select 'new_cases'::public.figure_metric, t.thing, t.value from private.things_told(array(
    select r.thing from public.reports r
    where r.block_id = p_block_id and r.is_open = any ('{true,false}') and r.created_at >= p_from and r.created_at < p_to
      and r.status <> 'merged'
  )) t
  union all
  select 'fixed_cases', t.thing, t.value from private.things_told(array(
    select r.thing from fixed f join public.reports r on r.id = f.report_id
  )) t
  union all
  select 'days_to_answer', null, m.value from private.median_told(array(
    select extract(epoch from a.answered_at - r.created_at) / 86400 from answered a join public.reports r on r.id = a.report_id
  )) m
  union all
  select 'days_to_fixed', null, m.value from private.median_told(array(
    select extract(epoch from f.fixed_at - r.created_at) / 86400 from fixed f join public.reports r on r.id = f.report_id
  )) m
  union all
  select 'late_cases', null, private.at_least_five(count(*))
  from (
    select r.id, r.created_at, r.expected_by from public.reports r where r.block_id = p_block_id and r.is_open
    union all
    select r.id, r.created_at, r.expected_by from public.reports r
    where r.block_id = p_block_id and not r.is_open and r.status_changed_at >= p_to
  ) r
  where r.created_at < p_to and r.expected_by < (p_to at time zone 'Europe/Oslo')::date and (
    select e.to_status not in ('fixed', 'confirmed', 'closed', 'withdrawn', 'merged') from public.report_events e
    where e.report_id = r.id and e.created_at < p_to and e.to_status is not null order by e.id desc limit 1
  )
$$;

-- Votes counted in these days and their turnout together, from the one outlet of votes; told when at least five voted and at least five
-- did not. And what came of votes: follow-ups that were finished.
create function private.poll_figures(p_block_id uuid, p_from timestamptz, p_to timestamptz)
returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with counted as (
    select array(select p.id from public.polls p
      where p.block_id = p_block_id and p.status = 'closed' and p.counted_at >= p_from and p.counted_at < p_to) as ids
  ), turnouts as (
    select distinct t.poll_id, t.entitled, t.voted from counted c cross join lateral private.tell_polls(c.ids, array[p_block_id]) t
  ), turnout as (
    -- Of few ballots the number is not told: such a vote is in neither sum.
    select sum(t.entitled) filter (where t.voted is not null) as entitled, sum(t.voted) as voted,
      sum(t.voted) >= 5 and sum(t.entitled - t.voted) >= 5 as is_told
    from turnouts t having count(*) > 0
  )
  select 'votes_counted'::public.figure_metric, private.at_least_five(cardinality(c.ids)) from counted c
  union all select 'could_vote', case when t.is_told then t.entitled end from turnout t
  union all select 'voted', case when t.is_told then t.voted end from turnout t
  union all select 'follow_ups_done', private.at_least_five(count(*)) from public.follow_ups f
    where f.block_id = p_block_id and f.status = 'done' and f.closed_at >= p_from and f.closed_at < p_to
$$;

-- Counts a month of a building and stores what is told of it.
create function private.count_month(p_block_id uuid, p_month date) returns void
language plpgsql set search_path = '' as $$
declare
  v_from timestamptz := p_month::timestamp at time zone 'Europe/Oslo';
  v_to timestamptz := (p_month + interval '1 month') at time zone 'Europe/Oslo';
begin
  insert into private.figure_months (block_id, month) values (p_block_id, p_month);
  insert into private.figures (block_id, month, metric, thing, value)
  select p_block_id, p_month, f.metric, f.thing, f.value
  from (
    select c.metric, c.thing, c.value from private.case_figures(p_block_id, v_from, v_to) c
    union all select a.metric, null, a.value from private.activity_figures(p_block_id, v_from, v_to) a
    union all select p.metric, null, p.value from private.poll_figures(p_block_id, v_from, v_to) p
    union all select s.metric, null, s.value from private.pulse_figures(p_block_id, p_month) s
  ) f;
  delete from private.pulse_months p where p.block_id = p_block_id and p.month = p_month;
end
$$;

-- The first month that there is anything of in a building: it was added, a case or a date.
create function private.first_month(p_block public.blocks) returns date
language sql stable set search_path = '' as $$
  select date_trunc('month', least(
    p_block.created_at,
    (select min(r.created_at) from public.reports r where r.block_id = p_block.id and r.is_open),
    (select min(r.created_at) from public.reports r where r.block_id = p_block.id and not r.is_open),
    (select min(s.starts_at) from public.activity_sessions s where s.block_id = p_block.id)
  ) at time zone 'Europe/Oslo')::date
$$;

-- The last month that is old enough to be counted: from the 4th on the one before this.
create function private.last_full_month() returns date
language sql stable set search_path = '' as $$
  select (date_trunc('month', private.today() - 3) - interval '1 month')::date
$$;

-- Counts what has not been counted, at most 25 months at once, so that it takes seconds: up to last month from the 4th on (what came
-- in late at the door and the desk is in it then), at most two years back. Answers how many months. Only one server counts at a time.
-- Definer: reads rows of all buildings and writes what nobody may write.
create function private.count_figures() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_last constant date := private.last_full_month();
  v_one record;
  v_count integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('figures', 0)) then
    return 0;
  end if;
  for v_one in
    select b.id, m.month::date as month
    from (
      select b.id, greatest(private.first_month(b), (v_last - interval '24 months')::date) as first from public.blocks b
      where not exists (select from private.figure_months f where f.block_id = b.id and f.month = v_last)
        and private.first_month(b) <= v_last
      order by b.id limit 25
    ) b, generate_series(b.first, v_last, interval '1 month') m (month)
    where not exists (select from private.figure_months f where f.block_id = b.id and f.month = m.month::date)
    order by 1, 2 limit 25
  loop
    perform private.count_month(v_one.id, v_one.month);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function public.figures(block_id uuid, month date default null)
returns table (month date, metric public.figure_metric, thing public.report_thing, value numeric, is_hidden boolean)
language sql stable set search_path = '' as $$ select * from private.figures(block_id, month) $$;

-- The month it is in Oslo, as its first day. Granted to nobody.
create function private.this_month() returns date
language sql stable set search_path = '' as $$ select date_trunc('month', private.today())::date $$;

create function public.pulse_state(block_id uuid) returns public.pulse_state
language sql stable set search_path = '' as $$ select private.pulse_state(block_id) $$;

-- Whether I am asked in this building: a resident, where it is asked, who has not answered this month.
-- Definer: looks my own hash up, which nobody may see.
create function private.pulse_state(p_block_id uuid) returns public.pulse_state
language sql stable security definer set search_path = '' as $$
  select case
    when not private.has_role(p_block_id, '{resident}') or not exists (select from public.blocks b where b.id = p_block_id and b.asks_pulse)
      then 'not_asked'
    when exists (
      select from private.pulse_months p
      join private.pulse_marks k on k.block_id = p.block_id and k.month = p.month
        and k.mark = sha256(p.salt || convert_to((select auth.uid())::text, 'UTF8'))
      where p.block_id = p_block_id and p.month = private.this_month()
    ) then 'answered'
    else 'ask' end::public.pulse_state
$$;

-- My answer of this month: the first one counts. The row of the month is locked, so that two phones at once count once.
-- Definer: writes numbers and hashes that nobody may write or see.
create function private.answer_pulse(p_block_id uuid, p_answer public.pulse_answer) returns public.pulse_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_month constant date := private.this_month();
  v_salt bytea;
begin
  if p_answer is null or private.pulse_state(p_block_id) = 'not_asked' then
    return 'not_asked';
  end if;
  insert into private.pulse_months (block_id, month) values (p_block_id, v_month) on conflict (block_id, month) do nothing;
  select p.salt into v_salt from private.pulse_months p where p.block_id = p_block_id and p.month = v_month for update;
  if v_salt is null then
    return 'not_asked'; -- it was the last second of the month
  end if;
  insert into private.pulse_marks (block_id, month, mark)
  values (p_block_id, v_month, sha256(v_salt || convert_to((select auth.uid())::text, 'UTF8')))
  on conflict (block_id, month, mark) do nothing;
  if not found then
    return 'answered_already';
  end if;
  update private.pulse_months p
  set good = p.good + (p_answer = 'good')::integer, ok = p.ok + (p_answer = 'ok')::integer, bad = p.bad + (p_answer = 'bad')::integer
  where p.block_id = p_block_id and p.month = v_month;
  return 'thanks';
end
$$;

create function public.answer_pulse(block_id uuid, answer public.pulse_answer) returns public.pulse_outcome
language sql set search_path = '' as $$ select private.answer_pulse(block_id, answer) $$;

-- What is told of a month's answers: nothing but that they were few under 10. From 10 on how many answered, and the three answers when each
-- has at least 5; else two neighbouring answers are told as one, so that both parts have at least 5; where that can not be, no answer.
-- Granted to nobody, like the next one.
create function private.pulse_told(p_good integer, p_ok integer, p_bad integer) returns table (metric public.figure_metric, value numeric)
language sql immutable set search_path = '' as $$
  with p as (
    select p_good as good, p_ok as ok, p_bad as bad, p_good + p_ok + p_bad as answers, case
      when p_good + p_ok + p_bad < 10 then 'none'
      when least(p_good, p_ok, p_bad) >= 5 then 'all'
      when least(p_good, p_ok + p_bad) >= 5 then 'good'
      when least(p_good + p_ok, p_bad) >= 5 then 'bad'
      else 'none' end as told
  )
  select 'pulse_answers'::public.figure_metric, (case when p.answers >= 10 then p.answers end)::numeric from p
  union all select 'pulse_good', p.good from p where p.told in ('all', 'good')
  union all select 'pulse_ok', p.ok from p where p.told = 'all'
  union all select 'pulse_bad', p.bad from p where p.told in ('all', 'bad')
  union all select 'pulse_good_or_ok', p.good + p.ok from p where p.told = 'bad'
  union all select 'pulse_ok_or_bad', p.ok + p.bad from p where p.told = 'good'
$$;

-- The same of a stored month; no row: it was not asked. For count_month.
create function private.pulse_figures(p_block_id uuid, p_month date) returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  select t.metric, t.value
  from private.pulse_months p cross join lateral private.pulse_told(p.good, p.ok, p.bad) t
  where p.block_id = p_block_id and p.month = p_month
$$;

-- Once a day, as soon as it is another day: writes all rows anew in random order into fresh files; of months that are over only the numbers stay.
-- Waits for nobody longer than a second (a backup may be reading): then it is done a minute later. Answers whether it was done.
-- Definer: writes tables that nobody may write.
create function private.rewrite_pulse() returns boolean
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_months private.pulse_months[];
  v_marks private.pulse_marks[];
begin
  update private.pulse_rewrites r set rewritten_on = private.today() where r.rewritten_on < private.today();
  if not found then
    return false;
  end if;
  lock table private.pulse_months, private.pulse_marks in access exclusive mode;
  v_months := array(select p from private.pulse_months p order by random());
  v_marks := array(select k from private.pulse_marks k where k.month >= private.this_month() order by random());
  truncate private.pulse_months, private.pulse_marks;
  insert into private.pulse_months (block_id, month, salt, good, ok, bad)
  select p.block_id, p.month, case when p.month >= private.this_month() then p.salt end, p.good, p.ok, p.bad from unnest(v_months) p;
  insert into private.pulse_marks select k.* from unnest(v_marks) k;
  return true;
exception when lock_not_available then
  return false;
end
$$;

-- What time does to figures, called by the server. Answers the numbers. The pulse last: from then on its tables are locked.
-- Safe to run twice and by several copies at once.
create function public.run_figure_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('months_counted', private.count_figures(), 'pulse_rewritten', private.rewrite_pulse())
$$;

-- Whoever is told gets a delivery for each channel they want it by. The trigger stands with its table, in notifications/notifications.sql.
-- Definer: reads settings and writes what nobody may.
create function private.tg_notifications__deliver() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.deliveries (notification_id, person_id, channel, subscription_id, due_at)
  select n.id, n.person_id, c.channel, s.id, private.due_at(n.person_id, n.kind, now())
  from new_rows n
  cross join unnest('{email,push,sms}'::public.outbox_channel[]) c (channel)
  left join public.push_subscriptions s on c.channel = 'push' and s.person_id = n.person_id
  where private.wants(n.person_id, c.channel, n.kind);
  return null;
end
$$;

-- Gathers what is due into messages, one per person and channel (and browser), for the channels this server can send by.
-- What nobody may be told any more, or has waited for two days, is forgotten: nobody gets a pile of old news when a channel
-- is switched on. A browser that was signed out is forgotten with all that waits for it. Answers how many messages.
-- One server at a time, so that what belongs together stays together; the others have nothing to do.
-- Definer: reads and writes what nobody may, and the sessions of the auth service.
create function private.form_messages(p_channels public.outbox_channel[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('form_messages', 0)) then
    return 0;
  end if;
  delete from public.push_subscriptions s
  where s.session_id is not null and not exists (select from auth.sessions x where x.id = s.session_id);
  delete from private.deliveries d
  where d.message_id is null and d.due_at < now() - interval '2 days';
  delete from private.deliveries d using public.notifications n
  where d.message_id is null and d.due_at <= now() and n.id = d.notification_id
    and not (private.wants(d.person_id, d.channel, n.kind) and private.may_be_told(n));
  with due as materialized (
    select d.id, d.person_id, d.channel, d.subscription_id, private.is_urgent(n.kind) as is_urgent
    from private.deliveries d join public.notifications n on n.id = d.notification_id
    where d.message_id is null and d.due_at <= now() and d.channel = any (p_channels)
      -- the server was away when it was time, and now it is night
      and (private.is_urgent(n.kind) or not private.is_quiet(d.person_id))
    for update of d skip locked
  ), message as materialized (
    select gen_random_uuid() as id, u.person_id, u.channel, u.subscription_id, bool_or(u.is_urgent) as is_urgent
    from due u group by u.person_id, u.channel, u.subscription_id
  ), written as (
    insert into public.outbox_messages (id, channel, kind, payload, person_id, subscription_id, is_urgent)
    select m.id, m.channel, 'personal', '{}', m.person_id, m.subscription_id, m.is_urgent from message m
  )
  update private.deliveries d set message_id = m.id
  from due u join message m on m.person_id = u.person_id and m.channel = u.channel
    and m.subscription_id is not distinct from u.subscription_id
  where d.id = u.id;
  select count(distinct d.message_id) into v_count from private.deliveries d
  join public.outbox_messages o on o.id = d.message_id and o.created_at = now();
  return v_count;
end
$$;

create function public.form_messages(channels public.outbox_channel[]) returns integer
language sql set search_path = '' as $$ select private.form_messages(channels) $$;

-- The keys: the first server that asks brings them, all others get the same. Definer: nobody may read them otherwise.
create function private.keep_message_keys(p_vapid_public_key text, p_vapid_private_key text, p_link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.message_keys (vapid_public_key, vapid_private_key, link_key)
  values (p_vapid_public_key, p_vapid_private_key, p_link_key) on conflict (id) do nothing;
  return query select k.vapid_public_key, k.vapid_private_key, k.link_key from private.message_keys k;
end
$$;

create function public.keep_message_keys(vapid_public_key text, vapid_private_key text, link_key text)
returns table (vapid_public_key text, vapid_private_key text, link_key text)
language sql set search_path = '' as $$ select * from private.keep_message_keys(vapid_public_key, vapid_private_key, link_key) $$;

-- Begins with a number: answers the six digits that the server now sends to it, for ten minutes; null when there were three
-- today, of this person or to this number. Only the server may ask: whoever read the answer could confirm any number.
-- Definer: writes what nobody may write or read.
create function private.start_phone(p_person_id uuid, p_phone text) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_bytes bytea := extensions.gen_random_bytes(4);
  v_digits text := lpad(
    (((get_byte(v_bytes, 0)::bigint << 24) + (get_byte(v_bytes, 1) << 16) + (get_byte(v_bytes, 2) << 8) + get_byte(v_bytes, 3))
      % 1000000)::text, 6, '0');
begin
  if not (private.attempt('phone_person', p_person_id::text, 3, interval '1 day')
    and private.attempt('phone_number', p_phone, 3, interval '1 day')) then
    return null;
  end if;
  insert into public.message_phones as m (person_id, phone) values (p_person_id, p_phone)
  on conflict (person_id) do update set phone = excluded.phone, asked_at = now(), confirmed_at = null;
  insert into private.phone_checks (person_id, code_hash, expires_at)
  values (p_person_id, encode(sha256(convert_to(p_person_id || v_digits, 'UTF8')), 'hex'), now() + interval '10 minutes')
  on conflict (person_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at;
  return v_digits;
end
$$;

create function public.start_phone(person_id uuid, phone text) returns text
language sql set search_path = '' as $$ select private.start_phone(person_id, phone) $$;

-- Confirms my number with what was sent to it; five tries an hour. Definer: reads the hash and writes the row, which nobody may.
create function private.confirm_phone(p_digits text) returns public.phone_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_check private.phone_checks;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('phone_confirm', v_person_id::text, 5, interval '1 hour') then
    return 'too_many_attempts';
  end if;
  select * into v_check from private.phone_checks c where c.person_id = v_person_id for update;
  if not found or v_check.expires_at <= now() then
    return 'expired';
  elsif v_check.code_hash <> encode(sha256(convert_to(v_person_id || coalesce(p_digits, ''), 'UTF8')), 'hex') then
    return 'wrong';
  end if;
  delete from private.phone_checks c where c.person_id = v_person_id;
  update public.message_phones m set confirmed_at = now() where m.person_id = v_person_id;
  return 'confirmed';
end
$$;

create function public.confirm_phone(digits text) returns public.phone_outcome
language sql set search_path = '' as $$ select private.confirm_phone(digits) $$;

-- Switches push on for this browser. It is now mine, whoever had it before: the other one has signed out of it. Of more than
-- ten browsers the oldest goes. Definer: takes another person's row away, which I may not see.
create function private.subscribe_push(p_endpoint text, p_public_key text, p_auth_key text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from public.people p where p.id = (select auth.uid())) then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  delete from public.push_subscriptions s where s.endpoint = p_endpoint and s.person_id <> (select auth.uid());
  insert into public.push_subscriptions (person_id, endpoint, public_key, auth_key, session_id)
  values ((select auth.uid()), p_endpoint, p_public_key, p_auth_key, ((select auth.jwt()) ->> 'session_id')::uuid)
  on conflict (endpoint) do update
    set public_key = excluded.public_key, auth_key = excluded.auth_key, session_id = excluded.session_id;
  delete from public.push_subscriptions s where s.person_id = (select auth.uid()) and s.id not in (
    select n.id from public.push_subscriptions n where n.person_id = s.person_id order by n.created_at desc, n.id limit 10
  );
end
$$;

create function public.subscribe_push(endpoint text, public_key text, auth_key text) returns void
language sql set search_path = '' as $$ select private.subscribe_push(endpoint, public_key, auth_key) $$;

-- What a personal message is to say: the kinds and the buildings of what may still be told, the oldest first. No row: nothing.
-- Definer: reads what other people are told.
create function private.lines_of(p_message_id uuid) returns table (kind public.notification_kind, block_name text)
language sql stable security definer set search_path = '' as $$
  select n.kind, b.name
  from private.deliveries d
  join public.notifications n on n.id = d.notification_id
  join public.blocks b on b.id = n.block_id
  where d.message_id = p_message_id and private.wants(d.person_id, d.channel, n.kind) and private.may_be_told(n)
  order by n.created_at, n.id
$$;

-- Takes e-mails, push messages or SMS that are due. What is taken is another's after two minutes: a
-- server that died loses nothing. Several servers at once never take the same. A message that has nothing to say any more
-- (the place was given back, somebody moved out, e-mail was ended) is dropped; so is the landlord's without an address.
-- At night only what is urgent, and the landlord's. Definer: reads and writes what nobody may, addresses among it.
create function private.claim_messages(p_channel public.outbox_channel, p_limit integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale text,
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
      order by o.next_attempt_at limit p_limit for update skip locked
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
    coalesce(l.block_names, array[b.name]), l.kinds, s.public_key, s.auth_key, r.number::bigint
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

create function public.claim_messages(channel public.outbox_channel, max_count integer)
returns table (
  id uuid, kind public.outbox_kind, attempts integer, recipient text, person_id uuid, locale text,
  block_names text[], kinds public.notification_kind[], push_public_key text, push_auth_key text, report_number bigint
)
language sql set search_path = '' as $$ select * from private.claim_messages(channel, max_count) $$;

-- How a try went (error null: well). Given up after the 8th, or at once when trying again is no use (is_final). A browser that
-- took its permission back is forgotten, with what waits for it. Only who made this very try may say.
-- Definer: reads and writes what nobody may.
create function private.finish_message(p_id uuid, p_attempts integer, p_error text, p_is_final boolean) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_message public.outbox_messages;
begin
  update public.outbox_messages o set
    status = case
      when p_error is null then 'sent' when p_is_final or o.attempts >= 8 then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or p_is_final or o.attempts >= 8 then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued' and o.channel <> 'webhook'
  returning * into v_message;
  if v_message.id is null then
    return false;
  elsif p_error is null then
    update public.notifications n set sent_at = now()
    where n.sent_at is null and n.id in (select d.notification_id from private.deliveries d where d.message_id = p_id);
  elsif v_message.channel = 'push' and p_error in ('status 404', 'status 410') then
    delete from public.push_subscriptions s where s.id = v_message.subscription_id;
  end if;
  return true;
end
$$;

create function public.finish_message(id uuid, attempts integer, error text, is_final boolean) returns boolean
language sql set search_path = '' as $$ select private.finish_message(id, attempts, error, is_final) $$;

-- Ends e-mail to somebody who followed the link in one, without signing in; the server has checked the link's signature.
-- Danger is still told. Twice is as once; nobody of that id: nothing. Definer: writes the settings of somebody else.
create function private.stop_emails(p_person_id uuid) returns void
language sql security definer set search_path = '' as $$
  insert into public.message_settings (person_id, email_topics)
  select p.id, '{}' from public.people p where p.id = p_person_id
  on conflict (person_id) do update set email_topics = '{}'
$$;

create function public.stop_emails(person_id uuid) returns void
language sql set search_path = '' as $$ select private.stop_emails(person_id) $$;

-- Saves my settings; null leaves the topics of a channel as they are. Invoker: the policies decide.
create function public.save_message_settings(
  email_topics public.message_topic[], push_topics public.message_topic[], sms_topics public.message_topic[],
  rhythm public.message_rhythm, quiet_from integer, quiet_to integer
) returns void
language sql set search_path = '' as $$
  insert into public.message_settings as s (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to)
  values (
    (select auth.uid()), coalesce(save_message_settings.email_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.push_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.sms_topics, '{}'), save_message_settings.rhythm,
    save_message_settings.quiet_from::smallint, save_message_settings.quiet_to::smallint
  )
  on conflict (person_id) do update set
    email_topics = coalesce(save_message_settings.email_topics, s.email_topics),
    push_topics = coalesce(save_message_settings.push_topics, s.push_topics),
    sms_topics = coalesce(save_message_settings.sms_topics, s.sms_topics),
    rhythm = excluded.rhythm, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
$$;

-- Where an e-mail or an SMS to somebody goes; null: nowhere. For push: that there is a browser. Names that are no address
-- (accounts without e-mail) end in `.invalid`. Definer: reads what only its owner may.
create function private.address_of(p_person_id uuid, p_channel public.outbox_channel) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  return case p_channel
    when 'email' then (
      select u.email::text from auth.users u where u.id = p_person_id and u.email like '%_@_%' and u.email not like '%.invalid'
    )
    when 'sms' then (
      select m.phone from public.message_phones m where m.person_id = p_person_id and m.confirmed_at is not null
    )
    else (select 'push' from public.push_subscriptions s where s.person_id = p_person_id limit 1) end;
end
$$;

-- Whether somebody wants this kind by this channel. Definer: reads settings and addresses of people, for triggers and the server.
create function private.wants(p_person_id uuid, p_channel public.outbox_channel, p_kind public.notification_kind) returns boolean
language sql stable security definer set search_path = '' as $$
  select (
      private.is_urgent(p_kind)
      or coalesce((
        select private.topic_of(p_kind) = any (case p_channel when 'email' then s.email_topics when 'push' then s.push_topics
          else s.sms_topics end)
        from public.message_settings s where s.person_id = p_person_id
      ), p_channel in ('email', 'push'))
    ) and private.address_of(p_person_id, p_channel) is not null
$$;

-- The first moment from this one on that is not quiet. Hours of Oslo's clock, also on the days it is changed.
create function private.after_quiet(p_at timestamptz, p_from integer, p_to integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_local timestamp := p_at at time zone 'Europe/Oslo';
  v_hour integer := extract(hour from v_local);
  v_is_quiet boolean := case when p_from <= p_to then v_hour >= p_from and v_hour < p_to else v_hour >= p_from or v_hour < p_to end;
  v_end timestamp := v_local::date + make_interval(hours => p_to);
begin
  if not v_is_quiet then
    return p_at;
  end if;
  return (case when v_end > v_local then v_end else v_end + interval '1 day' end) at time zone 'Europe/Oslo';
end
$$;

-- The next 8 or 17 o'clock in Oslo, for those who want messages gathered.
create function private.next_gathering(p_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select min(c.at at time zone 'Europe/Oslo')
  from (
    select (p_at at time zone 'Europe/Oslo')::date + make_interval(hours => h) as at from unnest('{8,17,32}'::integer[]) h
  ) c
  where c.at > p_at at time zone 'Europe/Oslo'
$$;

-- When somebody is told of what happens at that moment. Definer: reads the settings of others, for triggers and the server.
create function private.due_at(p_person_id uuid, p_kind public.notification_kind, p_at timestamptz) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case
    when private.is_urgent(p_kind) then p_at
    else private.after_quiet(
      case when s.rhythm = 'gathered' and not private.is_pressing(p_kind) then private.next_gathering(p_at) else p_at end,
      coalesce(s.quiet_from, 21), coalesce(s.quiet_to, 8)) end
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- Whether it is quiet for somebody right now. Definer: reads the settings of others, for the server.
create function private.is_quiet(p_person_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.after_quiet(now(), coalesce(s.quiet_from, 21), coalesce(s.quiet_to, 8)) > now()
  from (select p_person_id as id) p left join public.message_settings s on s.person_id = p.id
$$;

-- The reason behind what I was told: a column of notifications over the API. Definer: reads one entry of the trail, of mine.
create function private.moderation_reason(p_notification_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select e.reason from public.notifications n join public.audit_entries e on e.id::text = n.subject
  where n.id = p_notification_id and n.person_id = (select auth.uid()) and n.kind in ('account_moderated', 'account_paused')
$$;

create function public.moderation_reason(notification public.notifications) returns text
language sql stable set search_path = '' as $$
  select case when (notification).kind in ('account_moderated', 'account_paused') then private.moderation_reason((notification).id) end
$$;

-- What staff did that is about me, newest first, at most 500: to what I have written, to my membership, to my request to join, to my
-- flat while I live there (also on its paper vote), to the pictures of my cases, and, from their own histories, to my sign-ups and my
-- cases. By role, never by name.
-- Definer: reads the trail, which I may not.
create function private.acts_about_me()
returns table (block_id uuid, act text, subject_kind text, subject_id uuid, actor_role public.member_role, reason text, acted_at timestamptz)
language sql stable security definer set search_path = '' as $$
  with me as (select auth.uid() as id)
  select * from (
    select e.block_id, e.act, e.subject_kind, e.subject_id, e.actor_role, case when e.act <> 'merge' then e.reason end, e.acted_at
    from public.audit_entries e, me
    where e.actor_id is distinct from me.id and (
      e.subject_id in (select private.my_thing_ids())
      or e.subject_kind = 'membership' and e.subject_id in (select m.id from public.memberships m where m.person_id = me.id)
      or e.subject_kind = 'join_request' and e.subject_id in (select r.id from public.join_requests r where r.person_id = me.id)
      or e.subject_kind = 'flat' and exists (
        select from public.memberships m where m.person_id = me.id and m.flat_id = e.subject_id
          and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity'))
      or e.subject_kind = 'report' and e.act in ('share_photos', 'hide_photos', 'ask') and e.subject_id in (select private.my_report_ids())
      -- That my flat was marked as voting on paper. A name that two flats have tells neither.
      or e.subject_kind = 'poll' and e.act in ('mark_paper', 'unmark_paper', 'mark_paper_refused') and exists (
        select from public.memberships m join public.places f on f.id = m.flat_id
        where m.person_id = me.id and f.block_id = e.block_id and f.name = e.reason
          and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
          and not exists (select from public.places o where o.block_id = f.block_id and o.kind = 'flat' and o.name = f.name and o.id <> f.id))
      or e.act in ('pause', 'lift_pause') and exists (
        select from private.paused_people w join public.pauses p on p.id = w.pause_id
        where w.person_id = me.id and p.thing_id = e.subject_id)
    )
    union all
    select s.block_id, 'signup_' || v.status, 'signup', s.activity_id, null, null, v.created_at
    from me join public.signups s on s.person_id = me.id join public.signup_events v on v.signup_id = s.id and v.actor = 'staff'
    union all
    select r.block_id, 'report_' || v.kind, 'report', r.id, v.actor_role::text::public.member_role, null, v.created_at
    from me join public.report_details d on d.reporter_id = me.id join public.reports r on r.id = d.report_id
    join public.report_events v on v.report_id = r.id and v.actor_role::text in ('consultant', 'landlord')
  ) acts (block_id, act, subject_kind, subject_id, actor_role, reason, acted_at)
  order by acted_at desc, act limit 500
$$;

create function public.acts_about_me()
returns table (block_id uuid, act text, subject_kind text, subject_id uuid, actor_role public.member_role, reason text, acted_at timestamptz)
language sql stable set search_path = '' as $$ select * from private.acts_about_me() $$;

-- What I have flagged on a page and nobody has looked at. Definer: flags are read by the consultant, and of mine it is
-- not granted which are mine.
create function private.my_flagged(p_page_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select f.thing_id from public.flags f join public.things t on t.id = f.thing_id and t.page_id = p_page_id
  where f.flagged_by = (select auth.uid()) and f.resolved_at is null
$$;

create function public.my_flagged(page_id uuid) returns setof uuid
language sql stable set search_path = '' as $$ select * from private.my_flagged(page_id) $$;

-- The author says why something should be shown again: once for each time it was hidden. Holds the thing.
-- Definer: reads who wrote it, and writes appeals.
create function private.appeal(p_kind public.thing_kind, p_id uuid, p_body text) returns public.appeal_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or (select auth.uid()) not in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif v_thing.hidden_at is null then
    return 'not_hidden';
  elsif exists (select from public.appeals a where a.thing_id = p_id and a.hidden_at = v_thing.hidden_at) then
    return 'already_appealed';
  end if;
  execute format('insert into public.appeals (block_id, %I, page_id, hidden_at, body) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, v_thing.page_id, v_thing.hidden_at, btrim(p_body);
  return 'appealed';
end
$$;

create function public.appeal(kind public.thing_kind, id uuid, body text) returns public.appeal_outcome
language sql set search_path = '' as $$ select private.appeal(kind, id, body) $$;

-- What else its host wrote in an activity: one text for each field with words and for each translation. Granted to nobody.
create function private.activity_parts(p_activity_id uuid) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(x.part order by x.nr, x.part), '{}') from (
    select f.nr, f.name || E'\n' || f.words
    from public.activities a cross join lateral (values (1, 'audience', a.audience), (2, 'whereabouts', a.whereabouts), (3, 'host', a.host),
      (4, 'what_to_expect', a.what_to_expect), (5, 'food', a.food), (6, 'languages', a.languages)) f (nr, name, words)
    where a.id = p_activity_id and f.words is not null
    union all
    select 7, concat_ws(E'\n', 'translation:' || x.language, x.title, x.body) from public.activity_translations x where x.activity_id = p_activity_id
  ) x (nr, part)
$$;

-- Whether these words are others than those that stand in the activity; `body` is one of them. Granted to nobody.
create function private.changes_parts(p_activity_id uuid, p_parts jsonb) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.activities a cross join lateral jsonb_each_text(coalesce(p_parts, '{}')) f (name, words)
    where a.id = p_activity_id and f.name in ('body', 'audience', 'whereabouts', 'host', 'what_to_expect', 'food', 'languages')
      and nullif(btrim(f.words), '') is distinct from to_jsonb(a) ->> f.name
  )
$$;

-- Puts these words into an activity; an empty one takes them out. Granted to nobody.
create function private.set_parts(p_activity_id uuid, p_parts jsonb) returns void
language sql set search_path = '' as $$
  with given (parts) as (select jsonb_object_agg(f.name, nullif(btrim(f.words), '')) from jsonb_each_text(p_parts) f (name, words))
  update public.activities a set
    audience = case when parts ? 'audience' then parts ->> 'audience' else a.audience end,
    whereabouts = case when parts ? 'whereabouts' then parts ->> 'whereabouts' else a.whereabouts end,
    host = case when parts ? 'host' then parts ->> 'host' else a.host end,
    what_to_expect = case when parts ? 'what_to_expect' then parts ->> 'what_to_expect' else a.what_to_expect end,
    food = case when parts ? 'food' then parts ->> 'food' else a.food end,
    languages = case when parts ? 'languages' then parts ->> 'languages' else a.languages end
  from given where a.id = p_activity_id
$$;

-- Everything that can be flagged and moderated, in one shape, seen by whoever sees the thing itself. `page_id` and `page_title`
-- are of the page it stands on: the proposal, the vote, the activity. A new kind: a line here, in the enum, in table_of and in
-- authors_of, and a column in the three tables that point to a thing.
create view public.things with (security_invoker = true) as
select 'proposal'::public.thing_kind as kind, p.id, p.block_id, p.id as page_id, p.title as page_title, p.title, p.body, p.alias,
  p.hidden_at, p.hidden_by, p.hidden_reason
from public.proposals p where p.status in ('approved', 'merged') and p.decided_at is not null
union all
select 'comment', c.id, c.block_id, p.id, p.title, null, c.body, c.alias, c.hidden_at, c.hidden_by, c.hidden_reason
from public.proposal_comments c join public.proposals p on p.id = c.proposal_id
union all
select 'question', q.id, q.block_id, v.id, v.title, null, q.body, null, q.hidden_at, q.hidden_by, q.hidden_reason
from public.poll_questions q join public.polls v on v.id = q.poll_id
union all
select 'activity', a.id, a.block_id, a.id, a.title, a.title, a.body, a.host, a.hidden_at, a.hidden_by, a.hidden_reason
from public.activities a
where a.status in ('published', 'cancelled') and (a.hidden_at is not null or a.was_hosted)
union all
select 'message', m.id, m.block_id, a.id, a.title, null, m.body, a.host, m.hidden_at, m.hidden_by, m.hidden_reason
from public.activity_messages m join public.activities a on a.id = m.activity_id where not m.is_from_staff;

-- Changes the words of a thing and keeps the old ones, all that are gone afterwards. Granted to nobody.
create function private.edit_thing(p_thing public.things, p_title text, p_body text, p_reason text, p_parts jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_edit_id uuid;
  v_were constant text[] := private.activity_parts(p_thing.id);
begin
  execute format('insert into public.edits (block_id, %I, reason, page_id) values ($1, $2, $3, $4) returning id', p_thing.kind || '_id')
  into v_edit_id using p_thing.block_id, p_thing.id, p_reason, p_thing.page_id;
  execute format('update public.%I x set body = $2 where x.id = $1', private.table_of(p_thing.kind)) using p_thing.id, p_body;
  if p_thing.title is not null then
    execute format('update public.%I x set title = $2 where x.id = $1', private.table_of(p_thing.kind)) using p_thing.id, p_title;
  end if;
  if p_thing.kind = 'activity' and p_parts is not null then
    perform private.set_parts(p_thing.id, p_parts);
  end if;
  -- Translations say what the words were.
  delete from public.activity_translations x where x.activity_id = p_thing.id;
  insert into public.edit_texts (edit_id, block_id, thing_id, old_title, old_body, old_parts)
  values (v_edit_id, p_thing.block_id, p_thing.id, p_thing.title, p_thing.body,
    array(select w.part from unnest(v_were) with ordinality w (part, nr)
      where w.part <> all (private.activity_parts(p_thing.id)) order by w.nr));
end
$$;

-- A host can write what the consultant took out again: then the activity is back in the queue. For its words, and for those of its
-- translations; the triggers stand with these tables, in activities/activities.sql and activities/translations.sql.
-- Definer: reads roles, and writes what nobody may.
create function private.tg_activity_words__changed_again() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_activity_id constant uuid := (to_jsonb(new) ->> case tg_table_name when 'activities' then 'id' else 'activity_id' end)::uuid;
begin
  if (select auth.uid()) is not null and not private.has_role(new.block_id, '{consultant}') then
    update public.edit_texts x set changed_again_at = coalesce(x.changed_again_at, now()) where x.thing_id = v_activity_id;
  end if;
  return null;
end
$$;

-- An account that is deleted takes its flat out of its flags.
create function private.tg_flags__forget() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.flat_id := null;
  return new;
end
$$;

-- How many flats have something against a thing that the consultant has not looked at. A flat counts once for a thing, for good:
-- when the consultant has answered its flag, neither it nor who flagged counts again, and to hide the thing it takes three
-- others. Granted to nobody.
create function private.flats_against(p_thing_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select count(distinct f.flat_id) from public.flags f
  where f.thing_id = p_thing_id and f.resolved_at is null and f.flat_id is not null and not exists (
    select from public.flags o
    where o.thing_id = f.thing_id and o.resolved_at is not null and (o.flat_id = f.flat_id or o.flagged_by = f.flagged_by)
  )
$$;

-- Flags something I can read and have not written. At most twenty a day. Holds the thing, so that flags from three
-- flats at once are counted one after the other: with the third it is hidden until the consultant has looked at it.
-- Definer: writes flags and things, which nobody may.
create function private.flag_thing(p_kind public.thing_kind, p_id uuid, p_reason text) returns public.flag_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
  v_thing public.things := private.lock_thing(p_kind, p_id);
begin
  if v_thing.id is null or v_thing.hidden_at is not null or private.has_role(v_thing.block_id, '{consultant}')
    or v_me in (select private.authors_of(p_id)) then
    return 'not_found';
  elsif private.is_paused(v_thing.block_id) then
    return 'paused';
  elsif exists (select from public.flags f where f.thing_id = p_id and f.flagged_by = v_me and f.resolved_at is null) then
    return 'already_flagged';
  elsif not private.attempt('flag', v_me::text, 20, interval '1 day') then
    return 'too_many';
  end if;
  execute format('insert into public.flags (block_id, %I, reason, flagged_by, flat_id) values ($1, $2, $3, $4, $5)', p_kind || '_id')
  using v_thing.block_id, p_id, btrim(p_reason), v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_thing.block_id and m.flat_id is not null and m.ended_at is null
    order by m.flat_id limit 1);
  if private.flats_against(p_id) >= 3 and not private.is_in_open_vote(v_thing) then
    perform private.hide_by_flags(v_thing);
  end if;
  return 'flagged';
end
$$;

-- Who may flag is who may read: asked here, as the caller.
create function public.flag_thing(kind public.thing_kind, id uuid, reason text) returns public.flag_outcome
language sql set search_path = '' as $$
  select case when exists (select from public.things t where t.kind = flag_thing.kind and t.id = flag_thing.id)
    then private.flag_thing(kind, id, reason) else 'not_found' end
$$;

-- Holds even for the owner of the table: an account that is deleted leaves its row, and a transaction that forgets
-- (residents/forgetting.sql) may take names out of a reason, a person out of the subject, and what is too old. Never who did what when.
create function private.tg_audit_entries__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.actor_id is null and to_jsonb(new) - 'actor_id' = to_jsonb(old) - 'actor_id'
    and not exists (select from public.people p where p.id = old.actor_id) then
    return new;
  elsif tg_op = 'UPDATE' and private.may_forget()
    and to_jsonb(new) - '{reason,subject_id}'::text[] = to_jsonb(old) - '{reason,subject_id}'::text[] then
    return new;
  elsif tg_op = 'DELETE' and private.may_forget() then
    return old;
  end if;
  raise exception using errcode = '42501', message = 'the audit log is only ever added to';
end
$$;

-- Writes down an act of the signed-in person, in the role that gave the right (staff roles first), and answers its id.
-- p_block_id null: it belongs to no building. For the definer functions of all domains; granted to nobody, so that nobody
-- can write history by hand.
create function private.log_act(p_block_id uuid, p_act text, p_subject_kind text, p_subject_id uuid, p_reason text)
returns uuid
language sql set search_path = '' as $$
  insert into public.audit_entries (block_id, actor_id, actor_role, act, subject_kind, subject_id, reason)
  values (
    p_block_id, (select auth.uid()),
    (select m.role from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and (m.block_id = p_block_id or m.block_id is null)
      order by array_position('{consultant,landlord,admin,partner,resident,observer}'::public.member_role[], m.role)
      limit 1),
    p_act, p_subject_kind, p_subject_id, p_reason
  )
  returning id
$$;

-- Who did it, by the name they go under, for those who may read the entry. A column of audit_entries over the API; the row is
-- looked up anew, so that a made-up one tells no name. Definer: the admin may not read the table of people.
create function private.actor_name(p_entry_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select p.display_name from public.audit_entries e join public.people p on p.id = e.actor_id
  where e.id = p_entry_id and case when e.block_id is null then private.is_admin()
    else private.has_role(e.block_id, '{consultant,admin}') end
$$;

create function public.actor_name(entry public.audit_entries) returns text
language sql stable set search_path = '' as $$ select private.actor_name((entry).id) $$;

-- Whether the signed-in person has a role of staff in this building, or one that is of no building. Granted to nobody.
create function private.acts_as_staff(p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and private.is_staff_role(m.role)
      and (m.block_id is null or m.block_id = p_block_id)
  )
$$;

-- Logs the change when a member of staff made it: what staff write to a table directly, past any function that logs (settings of the
-- building, contacts, activities and who runs them, outages, the rules and the people of Boligbygg). The triggers stand with their tables.
-- "Directly" is `current_user = 'authenticated'`: a function that changes a table runs as its owner and logs by itself. What is not
-- published yet is no act. Dates: activities/log.sql; the door: activities/door.sql; hours of a contact: blocks/contacts.sql.
-- The argument says what kind of thing it was: of a row without an id, the thing that the row belongs to. A save that changes nothing is
-- nothing: the version of an activity and how far ahead its dates are made count themselves.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_staff_change__log() returns trigger
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
      v_block_id, case tg_op when 'INSERT' then 'add' when 'UPDATE' then 'change' else 'remove' end, tg_argv[0],
      case when v_subject_id ~ '^[0-9a-f-]{36}$' then v_subject_id::uuid
        else coalesce(v_block_id, '00000000-0000-0000-0000-000000000000') end,
      null);
  end if;
  return null;
end
$$;

-- What the things in the log are called, for those who may read the things themselves: the things with these ids as the reader sees
-- them. A title, or that of the page it stands on; the number of a case; the name of a flat or a place. What is gone, or is not the
-- reader's to see, is left out. Invoker: the policies decide.
create function public.log_names(ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select p.id, p.title, null::integer, p.id from public.proposals p where p.id = any (log_names.ids)
  union all
  select c.id, p.title, null, p.id from public.proposal_comments c join public.proposals p on p.id = c.proposal_id where c.id = any (log_names.ids)
  union all
  select v.id, v.title, null, v.id from public.polls v where v.id = any (log_names.ids)
  union all
  select q.id, v.title, null, v.id from public.poll_questions q join public.polls v on v.id = q.poll_id where q.id = any (log_names.ids)
  union all
  select a.id, a.title, null, a.id from public.activities a where a.id = any (log_names.ids)
  union all
  select m.id, a.title, null, a.id from public.activity_messages m join public.activities a on a.id = m.activity_id where m.id = any (log_names.ids)
  union all
  select n.id, n.title, null, n.id from public.notices n where n.id = any (log_names.ids)
  union all
  select r.id, null, r.number, r.id from public.reports r where r.id = any (log_names.ids)
  union all
  select f.id, f.name, null, f.id from public.places f where f.id = any (log_names.ids)
  union all
  select m.id, f.name, null, f.id from public.memberships m join public.places f on f.id = m.flat_id where m.id = any (log_names.ids)
$$;

-- For trails beside the log: the steps of sign-ups, who of the staff acted in a case, what the words were before an edit. Only ever added
-- to; the triggers stand with their tables. A row goes with what it belongs to (the sign-up, the account, the thing), and never before
-- it. Words from before an edit lose a name in a transaction that forgets (residents/forgetting.sql). Holds even for the owner of the tables.
create function private.tg_trails__append_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_old constant jsonb := to_jsonb(old);
  -- The thing of an edit is made of other columns, which stay, and is not made yet here.
  v_forgotten constant text[] := case tg_table_name when 'edits' then '{reason,thing_id}' else '{old_title,old_body,old_parts}' end;
begin
  if tg_op = 'DELETE' and not (case tg_table_name
    when 'signup_events' then exists (select from public.signups s where s.id = (v_old ->> 'signup_id')::uuid)
    when 'report_event_actors' then exists (select from public.people p where p.id = (v_old ->> 'person_id')::uuid)
    when 'edit_texts' then exists (select from public.edits e where e.id = (v_old ->> 'edit_id')::uuid)
    else exists (select from public.proposals x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.proposal_comments x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.poll_questions x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activities x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activity_messages x where x.id = (v_old ->> 'thing_id')::uuid) end) then
    return old;
  elsif tg_op = 'UPDATE' and tg_table_name in ('edits', 'edit_texts') and (
    -- That a host wrote anew, and that the consultant has looked at it.
    to_jsonb(new) - 'changed_again_at' = v_old - 'changed_again_at'
    or private.may_forget() and to_jsonb(new) - v_forgotten = v_old - v_forgotten
  ) then
    return new;
  end if;
  raise exception using errcode = '42501', message = format('%s are only ever added to', tg_table_name);
end
$$;

-- Tells whoever wrote a thing, unless it is the one who acts. The subject is the entry in the log: its reason is read through
-- moderation_reason. Granted to nobody.
create function private.tell_author(p_thing public.things, p_kind text, p_entry_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id, poll_id, activity_id)
  select a, p_thing.block_id, p_kind::public.notification_kind, p_entry_id::text,
    case when p_thing.kind in ('proposal', 'comment') then p_thing.page_id end,
    case when p_thing.kind = 'question' then p_thing.page_id end,
    case when p_thing.kind in ('activity', 'message') then p_thing.page_id end
  from private.authors_of(p_thing.id) a
  where a is distinct from (select auth.uid())
  order by a
$$;

-- Hides what three flats have flagged. No staff act: the log gets an entry without anybody, never with who flagged last.
-- Granted to nobody.
create function private.hide_by_flags(p_thing public.things) returns void
language plpgsql set search_path = '' as $$
declare
  v_entry_id uuid;
begin
  perform private.set_hidden(p_thing, now(), 'flags', null);
  insert into public.audit_entries (block_id, act, subject_kind, subject_id)
  values (p_thing.block_id, 'hide_by_flags', p_thing.kind::text, p_thing.id) returning id into v_entry_id;
  perform private.tell_author(p_thing, 'account_moderated', v_entry_id);
end
$$;

-- An act of the consultant on a thing. p_parts: what else stands in an activity that is edited, by column. Hiding what flags have hidden,
-- or what was appealed, leaves it hidden, for good. Putting the words right shows the thing again. Whoever wrote it is told (not when it
-- is left as it was), and sees the reason. A reason may begin with a line `template:…`: a usual one, which the portal puts into the
-- reader's language. Logged. Holds the thing. Definer: writes what nobody may, and reads who wrote it.
create function private.moderate(
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
  v_act text := p_act::text;
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
  elsif p_act = 'pause' and coalesce(p_days, 0) not between 1 and 30 then
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
  v_entry_id := private.log_act(v_thing.block_id, v_act, p_kind::text, p_id, v_reason);
  if v_act <> 'dismiss' then
    perform private.tell_author(v_thing, case when p_act in ('pause', 'lift_pause') then 'account_paused' else 'account_moderated' end,
      v_entry_id);
  end if;
  return 'done';
end
$$;

create function public.moderate(
  kind public.thing_kind, id uuid, act public.moderation_act, reason text, title text default null, body text default null,
  days integer default null, parts jsonb default null
) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.moderate(kind, id, act, reason, title, body, days, parts) $$;

-- My pauses that run, one row a building: until when, and why. The consultant of a building is not kept from working there.
-- Definer: reads whom a pause is for.
create function private.my_pauses() returns table (block_id uuid, ends_at timestamptz, reason text)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.block_id) p.block_id, p.ends_at, p.reason
  from private.paused_people w join public.pauses p on p.id = w.pause_id
  where w.person_id = (select auth.uid()) and p.lifted_at is null and p.ends_at > now()
    and not private.has_role(p.block_id, '{consultant}')
  order by p.block_id, p.ends_at desc
$$;

create function public.my_pauses() returns table (block_id uuid, ends_at timestamptz, reason text)
language sql stable set search_path = '' as $$ select * from private.my_pauses() $$;

-- Whether I am paused in this building. For the functions that write.
create function private.is_paused(p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select p_block_id in (select m.block_id from private.my_pauses() m)
$$;

-- Pauses whoever wrote a thing, or (p_is_start false) ends that. False: there is one for this thing already, or none. Whether
-- there still is an account behind the thing makes no difference that anybody sees. For moderate; granted to nobody.
create function private.pause_author(p_thing public.things, p_is_start boolean, p_days integer, p_reason text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_pause_id uuid;
begin
  if not p_is_start then
    update public.pauses p set lifted_at = now()
    where p.thing_id = p_thing.id and p.lifted_at is null and p.ends_at > now();
    return found;
  elsif exists (select from public.pauses p where p.thing_id = p_thing.id and p.lifted_at is null and p.ends_at > now()) then
    return false;
  end if;
  insert into public.pauses (block_id, thing_kind, thing_id, reason, ends_at)
  values (p_thing.block_id, p_thing.kind, p_thing.id, p_reason, now() + make_interval(days => p_days))
  returning id into v_pause_id;
  insert into private.paused_people (pause_id, person_id) select v_pause_id, a from private.authors_of(p_thing.id) a;
  return true;
end
$$;

-- Pauses a resident or a partner, or (p_days null) ends the pause that was given so. It neither says nor changes whether the same
-- person has a pause for a thing. Locks the membership. Logged. Definer: pauses and memberships are not writable.
create function private.pause_member(p_membership_id uuid, p_days integer, p_reason text) returns public.moderation_outcome
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
  elsif p_days not between 1 and 30 then
    return 'days_missing';
  else
    insert into public.pauses (block_id, membership_id, reason, ends_at)
    values (v_member.block_id, p_membership_id, v_reason, now() + make_interval(days => p_days)) returning id into v_pause_id;
    insert into private.paused_people (pause_id, person_id) values (v_pause_id, v_member.person_id);
  end if;
  v_entry_id := private.log_act(v_member.block_id, case when p_days is null then 'lift_pause' else 'pause' end,
    'membership', p_membership_id, v_reason);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, 'account_paused', v_entry_id::text);
  return 'done';
end
$$;

create function public.pause_member(membership_id uuid, days integer, reason text) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.pause_member(membership_id, coalesce(days, 0), reason) $$;

create function public.lift_member_pause(membership_id uuid, reason text) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.pause_member(membership_id, null, reason) $$;

-- What waits for the consultant of a building: flags nobody has looked at, what flags have hidden, appeals without an answer, what
-- its host wrote anew after the consultant had put it right; the longest waiting first. Invoker: for everybody else it is empty or their own.
create function public.moderation_queue(block_id uuid)
returns table (
  kind public.thing_kind, id uuid, page_id uuid, page_title text, title text, body text, alias text, hidden_by public.hidden_by,
  hidden_reason text, reasons text[], appeal text, waiting_since timestamptz, is_in_open_vote boolean, paused_until timestamptz,
  changed_at timestamptz
)
language sql stable set search_path = '' as $$
  select t.kind, t.id, t.page_id, t.page_title, t.title, t.body, t.alias, t.hidden_by, t.hidden_reason,
    coalesce(f.reasons, '{}'), a.body,
    least(f.since, a.appealed_at, case when t.hidden_by = 'flags' then t.hidden_at end, case when t.hidden_at is null then e.changed_at end),
    exists (
      select from public.polls v where v.status = 'open' and (
        t.kind = 'question' and v.id = t.page_id
        or t.kind = 'proposal' and exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = t.id))
    ),
    (select max(p.ends_at) from public.pauses p where p.thing_id = t.id and p.lifted_at is null and p.ends_at > now()),
    e.changed_at
  from (
    select x.thing_id as id from public.flags x where x.block_id = moderation_queue.block_id and x.resolved_at is null
    union select x.thing_id from public.appeals x where x.block_id = moderation_queue.block_id and x.answered_at is null
    union select x.id from public.things x where x.block_id = moderation_queue.block_id and x.hidden_by = 'flags'
    union select x.thing_id from public.edit_texts x join public.things y on y.id = x.thing_id
    where x.block_id = moderation_queue.block_id and x.changed_again_at is not null and y.hidden_at is null
  ) w
  join public.things t on t.id = w.id
  left join lateral (
    select array_agg(x.reason order by x.created_at, x.id) as reasons, min(x.created_at) as since
    from public.flags x where x.thing_id = t.id and x.resolved_at is null
  ) f on true
  left join public.appeals a on a.thing_id = t.id and a.answered_at is null
  left join lateral (select min(x.changed_again_at) as changed_at from public.edit_texts x where x.thing_id = t.id) e on true
  where private.has_role(t.block_id, '{consultant}')
  order by 12, t.id
  limit 100
$$;

-- The table of a kind of thing, for the few statements that are made of it. Granted to nobody.
create function private.table_of(p_kind public.thing_kind) returns text
language sql immutable set search_path = '' as $$
  select case p_kind when 'proposal' then 'proposals' when 'comment' then 'proposal_comments' when 'question' then 'poll_questions'
    when 'activity' then 'activities' when 'message' then 'activity_messages' end
$$;

-- Who wrote a thing: a secret of theirs. Granted to nobody.
create function private.authors_of(p_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.person_id from public.proposal_authors a where a.proposal_id = p_id
  union select a.person_id from public.proposal_comment_authors a where a.comment_id = p_id
  union select a.person_id from public.poll_question_authors a where a.question_id = p_id
  union select a.person_id from public.activity_hosts a where a.activity_id = p_id
  union select a.person_id from public.activity_message_authors a where a.message_id = p_id
$$;

-- What I have written myself. For policies. Definer: reads rows of the caller in tables whose policies would ask again.
create function private.my_thing_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid())
  union select a.comment_id from public.proposal_comment_authors a where a.person_id = (select auth.uid())
  union select a.question_id from public.poll_question_authors a where a.person_id = (select auth.uid())
  union select a.activity_id from public.activity_hosts a where a.person_id = (select auth.uid())
  union select a.message_id from public.activity_message_authors a where a.person_id = (select auth.uid())
$$;

-- Holds a thing and answers it as it is then; all null when there is none. Granted to nobody.
create function private.lock_thing(p_kind public.thing_kind, p_id uuid) returns public.things
language plpgsql set search_path = '' as $$
declare
  v_thing public.things;
begin
  execute format('select from public.%I x where x.id = $1 for update', private.table_of(p_kind)) using p_id;
  -- A statement of its own: it sees what happened while this one waited.
  select * into v_thing from public.things t where t.kind = p_kind and t.id = p_id;
  return v_thing;
end
$$;

-- Whether a thing belongs to a vote that is open: its words stay, and no flags take it away. Granted to nobody.
create function private.is_in_open_vote(p_thing public.things) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.polls v where v.status = 'open' and case p_thing.kind
      when 'question' then v.id = p_thing.page_id
      when 'proposal' then exists (select from public.poll_options o where o.poll_id = v.id and o.proposal_id = p_thing.id)
      else false end
  )
$$;

-- Writes that a thing is hidden, or (p_at null) is not. Granted to nobody.
create function private.set_hidden(p_thing public.things, p_at timestamptz, p_by public.hidden_by, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('update public.%I x set hidden_at = $2, hidden_by = $3, hidden_reason = $4 where x.id = $1',
    private.table_of(p_thing.kind))
  using p_thing.id, p_at, p_by, p_reason;
end
$$;

-- A flat, its floor and its stairs. Granted to nobody.
create function private.home_place_ids(p_flat_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  with recursive up (id) as (
    select p_flat_id
    union
    select p.parent_id from up join public.places p on p.id = up.id where p.parent_id is not null
  )
  select up.id from up
$$;

-- The notices that are meant for me because of where I live, or as a family. For policies, like my_block_ids.
-- Definer: reads to whom notices are sent, which I may not see, and my own rows.
create function private.my_notice_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with home as (
    select m.block_id, m.flat_id from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and m.role = 'resident'
  )
  select np.notice_id
  from home cross join lateral private.home_place_ids(home.flat_id) mine (id)
  join public.notice_places np on np.place_id = mine.id
  union
  select n.id from public.notices n
  where n.audience = 'families' and n.block_id in (select home.block_id from home)
    and exists (select from public.family_readers f where f.person_id = (select auth.uid()))
$$;

-- Other words are another version; people are told of it when they may have read the earlier ones.
create function private.tg_notices__version() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.version := old.version + 1;
  if old.state = 'published' and old.published_at <= now() then
    new.changed_at := now();
  end if;
  return new;
end
$$;

-- Everybody a notice is for: who belongs to the building, who lives there, or who of them asked for it. Staff are not told
-- of what they write. Granted to nobody.
create function private.notice_person_ids(p_notice public.notices) returns setof uuid
language sql stable set search_path = '' as $$
  select m.person_id from public.memberships m
  where m.block_id = p_notice.block_id and m.ended_at is null and case
    when p_notice.audience in ('everybody', 'members') then m.role in ('resident', 'partner')
    when p_notice.audience = 'families' then m.role = 'resident'
      and exists (select from public.family_readers f where f.person_id = m.person_id)
    else m.role = 'resident' and exists (
      select from public.notice_places np
      where np.notice_id = p_notice.id and np.place_id in (select private.home_place_ids(m.flat_id))
    )
  end
$$;

-- Takes what people were told of a notice back from those it is not for (any more). Granted to nobody.
create function private.untell_notice(p_notice public.notices) returns void
language sql set search_path = '' as $$
  delete from public.notifications n
  where n.notice_id = p_notice.id and n.kind in ('notice_new', 'notice_urgent')
    and (p_notice.state <> 'published' or n.person_id not in (select private.notice_person_ids(p_notice)))
$$;

-- Tells the consultants that somebody wants a picture removed: once per notice and day. Granted to nobody.
create function private.tell_of_photo_request(p_notice_id uuid, p_block_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, notice_id)
  select m.person_id, p_block_id, 'notice_photo_request', p_notice_id || ':' || private.today(), p_notice_id
  from public.memberships m where m.block_id = p_block_id and m.role = 'consultant' and m.ended_at is null
  order by m.person_id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing
$$;

-- Tells of the notices that can be seen by now and have not been told of. One that became urgent is told of again, one that is
-- no longer urgent is not. A notice that somebody holds is left for the next minute. Answers how many people are told.
-- Definer: reads all notices and writes notifications.
create function private.tell_notices() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_notice public.notices;
  v_kind public.notification_kind;
  v_told integer;
  v_count integer := 0;
begin
  for v_notice in
    select * from public.notices n
    where n.state = 'published' and n.told_at is null and n.published_at <= now() and (n.ends_at is null or n.ends_at > now())
    order by n.published_at, n.id limit 100 for update skip locked
  loop
    v_kind := case v_notice.class when 'urgent' then 'notice_urgent' else 'notice_new' end;
    insert into public.notifications (person_id, block_id, kind, subject, notice_id)
    select distinct p.id, v_notice.block_id, v_kind, v_notice.id::text, v_notice.id
    from private.notice_person_ids(v_notice) p (id)
    where not exists (
      select from public.notifications n
      where n.person_id = p.id and n.notice_id = v_notice.id and n.kind in (v_kind, 'notice_urgent')
    )
    order by p.id
    on conflict (person_id, kind, subject) do nothing;
    get diagnostics v_told = row_count;
    v_count := v_count + v_told;
    update public.notices n set told_at = now() where n.id = v_notice.id;
  end loop;
  return v_count;
end
$$;

-- All that time does to notices. Answers the numbers.
create function public.run_notice_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('notices_told', private.tell_notices(), 'notice_reads_settled', private.settle_notice_reads())
$$;

-- Somebody, with or without an account, wants this picture removed. It is hidden at once, until the consultant has looked at
-- it; after that another wish is only noted. At most 20 wait to be read: more say nothing new. The server asks first whether
-- that person may see the picture, and counts the wishes of a network address. Tells the consultant, once per notice and day.
-- Definer: writes a table that nobody may write.
create function private.request_photo_removal(p_notice_id uuid, p_path text, p_reason text) returns public.photo_request_outcome
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
  where 20 > (select count(*) from public.notice_photo_requests r where r.notice_id = p_notice_id);
  update public.notice_photos p set hidden_at = coalesce(p.hidden_at, now())
  where p.notice_id = p_notice_id and p.reviewed_at is null;
  perform private.tell_of_photo_request(p_notice_id, v_photo.block_id);
  return case when v_photo.reviewed_at is null then 'hidden' else 'noted' end;
end
$$;

create function public.request_photo_removal(notice_id uuid, path text, reason text default null) returns public.photo_request_outcome
language sql set search_path = '' as $$ select private.request_photo_removal(notice_id, path, reason) $$;

-- Whether this notice can show this file: it does already, or the file is there, mine and of no other notice. Granted to nobody.
create function private.can_show_photo(p_notice_id uuid, p_path text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_notice_id uuid := (select p.notice_id from public.notice_photos p where p.path = p_path);
begin
  return case when v_notice_id is null then private.hold_space_photo(p_path) else v_notice_id = p_notice_id end;
end
$$;

-- Puts a picture to a notice, changes its words or takes it away. p_photo: {"path", "text", "kind", "consent"}, or {} for none.
-- A wish to have a picture removed goes with the picture. Granted to nobody.
create function private.set_notice_photo(p_notice_id uuid, p_block_id uuid, p_photo jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_path text := p_photo ->> 'path';
begin
  delete from public.notice_photos p where p.notice_id = p_notice_id and p.path is distinct from v_path;
  if found then
    delete from public.notice_photo_requests r where r.notice_id = p_notice_id;
  end if;
  insert into public.notice_photos (notice_id, block_id, path, alternative_text, kind, has_consent)
  select p_notice_id, p_block_id, v_path, p_photo ->> 'text', (p_photo ->> 'kind')::public.notice_photo_kind,
    (p_photo ->> 'consent')::boolean
  where v_path is not null
  on conflict (notice_id) do update
  set alternative_text = excluded.alternative_text, kind = excluded.kind, has_consent = excluded.has_consent;
end
$$;

-- I have read these notices, at most 50 at once: those that are for me as one who belongs to the building. Staff and
-- visitors are not counted.
-- Definer: writes hashes that nobody may see.
create function private.count_notice_reads(p_notice_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[] := array(
    select n.id from public.notices n
    where n.id = any (p_notice_ids[1:50]) and n.reader_count is null
      and n.state = 'published' and n.published_at <= now() and (n.ends_at is null or n.ends_at > now())
      and n.block_id in (select private.my_block_ids('{resident,partner}'))
      and (n.audience in ('everybody', 'members') or n.id in (select private.my_notice_ids()))
    order by n.id -- several at once never wait for each other in a circle
  );
begin
  insert into private.notice_salts (notice_id) select unnest(v_ids) on conflict do nothing;
  insert into private.notice_readers (notice_id, reader_hash)
  select s.notice_id, sha256(s.salt || convert_to((select auth.uid())::text, 'UTF8'))
  from private.notice_salts s where s.notice_id = any (v_ids) order by s.notice_id
  on conflict do nothing;
end
$$;

create function public.count_notice_reads(notice_ids uuid[]) returns void
language sql set search_path = '' as $$ select private.count_notice_reads(notice_ids) $$;

-- How many accounts have read each notice of my building, for its consultant. Fewer than five are not told (null): of a
-- notice to one flat the number would say who.
-- Definer: counts hashes that nobody may see.
create function private.notice_read_counts(p_block_id uuid) returns table (notice_id uuid, readers integer)
language sql stable security definer set search_path = '' as $$
  select n.id, case when c.count >= 5 then c.count end
  from public.notices n
  cross join lateral (
    select coalesce(n.reader_count, (select count(*)::integer from private.notice_readers r where r.notice_id = n.id)) as count
  ) c
  where n.block_id = p_block_id and private.has_role(p_block_id, '{consultant}')
  order by n.published_at desc nulls first limit 200
$$;

create function public.notice_read_counts(block_id uuid) returns table (notice_id uuid, readers integer)
language sql stable set search_path = '' as $$ select * from private.notice_read_counts(block_id) $$;

-- Writes down for good how many have read what ended, or was published 30 days ago; the hashes go. Answers of how many notices.
-- Definer: reads and removes hashes that nobody may see.
create function private.settle_notice_reads() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
  v_count integer := 0;
begin
  for v_id in
    select n.id from public.notices n
    where n.id in (select s.notice_id from private.notice_salts s)
      and (n.ends_at <= now() or n.published_at < now() - (select private.keep('notice_readers')))
    order by n.id limit 500 for update skip locked
  loop
    -- Another run may have settled it while this one looked; asked again under the lock, or the number would be lost.
    continue when not exists (select from private.notice_salts s where s.notice_id = v_id);
    update public.notices n
    set reader_count = (select count(*) from private.notice_readers r where r.notice_id = v_id)
    where n.id = v_id;
    delete from private.notice_salts s where s.notice_id = v_id;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- A translation is of the words as they are now. Writing one is an act of the staff.
-- Definer: reads the version and writes the audit log.
create function private.tg_notice_translations__source() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.source_version := coalesce((select n.version from public.notices n where n.id = new.notice_id), 0);
  perform private.log_act(new.block_id, 'translate', 'notice', new.notice_id, new.language);
  return new;
end
$$;

-- A translation taken away by somebody (not with its notice) is an act too.
-- Definer: writes the audit log.
create function private.tg_notice_translations__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.notices n where n.id = old.notice_id) then
    perform private.log_act(old.block_id, 'remove_translation', 'notice', old.notice_id, old.language);
  end if;
  return null;
end
$$;

-- What a change touched, for the audit log: the fields, never the words. They may be what had to go.
create function private.notice_difference(p_old public.notices, p_new public.notices, p_places_differ boolean) returns text
language sql immutable set search_path = '' as $$
  select string_agg(field, ', ' order by nr) from (values
    (1, 'title', p_old.title is distinct from p_new.title),
    (2, 'body', p_old.body is distinct from p_new.body),
    (3, 'class', p_old.class is distinct from p_new.class),
    (4, 'audience', p_old.audience is distinct from p_new.audience or p_places_differ),
    (5, 'published_at', p_old.published_at is distinct from p_new.published_at),
    (6, 'ends_at', p_old.ends_at is distinct from p_new.ends_at)
  ) as f (nr, field, differs) where differs
$$;

-- Lets a notice be seen from a moment on, as something new: told of and counted anew. Granted to nobody.
create function private.publish_notice(p_notice public.notices, p_starts_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  update public.notices n
  set state = 'published', published_at = p_starts_at, changed_at = null, told_at = null, reader_count = null
  where n.id = p_notice.id;
  perform private.log_act(p_notice.block_id, 'publish', 'notice', p_notice.id, null);
end
$$;

-- Writes a notice or changes it, and publishes it when asked to: at once, or at p_publishes_at. The same form sent twice is one
-- notice. What is published stays published, since when it was. p_place_ids are the stairs or flats of such an audience;
-- p_photo null leaves the picture alone (see set_notice_photo).
-- Definer: writes notices, which nobody may; the first line asks whether I am the consultant.
create function private.save_notice(
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
  if private.notice_difference(v_old, v_new, v_old_places <> v_places) is not null or p_photo is not null then
    perform private.log_act(p_block_id, 'change', 'notice', p_id, private.notice_difference(v_old, v_new, v_old_places <> v_places));
  end if;
  return 'saved';
end
$$;

create function public.save_notice(
  id uuid, block_id uuid, class public.notice_class, title text, body text, audience public.notice_audience, place_ids uuid[],
  publish boolean, publishes_at timestamptz default null, ends_at timestamptz default null, photo jsonb default null
) returns public.notice_outcome
language sql set search_path = '' as $$
  select private.save_notice(id, block_id, class, title, body, audience, place_ids, publishes_at, ends_at, photo, publish)
$$;

-- Publishes a draft (when it was meant to, or at once), publishes at once what is planned, takes a notice down, removes for
-- good what nobody can see, shows a picture again that somebody wanted away, or removes it.
-- Definer: writes notices, which nobody may.
create function private.act_on_notice(p_notice_id uuid, p_act public.notice_act) returns public.notice_outcome
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
  perform private.log_act(v_notice.block_id, p_act::text, 'notice', p_notice_id, null);
  return case p_act when 'withdraw' then 'withdrawn' when 'remove' then 'removed' when 'keep_photo' then 'photo_kept'
    else 'photo_removed' end;
end
$$;

create function public.act_on_notice(notice_id uuid, act public.notice_act) returns public.notice_outcome
language sql set search_path = '' as $$ select private.act_on_notice(notice_id, act) $$;

-- Which of the switches in the settings a kind hangs on. By its first word, so that a new kind has one too.
create function private.topic_of(p_kind public.notification_kind) returns public.message_topic
language sql immutable set search_path = '' as $$
  select case split_part(p_kind::text, '_', 1)
    when 'report' then 'reports' when 'outage' then 'reports'
    when 'poll' then 'votes' when 'vote' then 'votes' when 'proposal' then 'votes' when 'follow' then 'votes'
    when 'notice' then 'notices' when 'account' then 'account' when 'member' then 'account'
    else 'activities' end::public.message_topic
$$;

-- Danger: told at any hour, whatever somebody has switched off.
create function private.is_urgent(p_kind public.notification_kind) returns boolean
language sql immutable set search_path = '' as $$ select p_kind::text like '%\_urgent' $$;

-- Has a time limit of its own: not kept back to be gathered.
create function private.is_pressing(p_kind public.notification_kind) returns boolean
language sql immutable set search_path = '' as $$
  select private.is_urgent(p_kind)
    or p_kind::text in ('place_offered', 'session_today', 'session_moved', 'session_cancelled', 'place_changed', 'activity_cancelled')
$$;

-- Whether somebody may still be told of it: lives or works in the building, may see what it is about, and it still holds. That they are
-- no member (any more) they may always be told.
-- Definer: asks for another person what the policies ask for the caller.
create function private.may_be_told(p_notification public.notifications) returns boolean
language sql stable security definer set search_path = '' as $$
  select (p_notification.kind in ('account_not_joined', 'account_ended') or exists (
    select from public.memberships m
    where m.person_id = p_notification.person_id and m.ended_at is null
      and (m.block_id = p_notification.block_id and m.role in ('resident', 'partner', 'consultant') or m.role = 'landlord')
      and (p_notification.activity_id is null or exists (
        select from public.activities a where a.id = p_notification.activity_id and (
          a.status in ('published', 'cancelled') and a.hidden_at is null or m.role = 'consultant' -- as the policies say
          or exists (select from public.activity_hosts h where h.activity_id = a.id and h.person_id = m.person_id)
        )
      ))
      and (p_notification.poll_id is null or exists (
        select from public.polls p where p.id = p_notification.poll_id and (p.status <> 'draft' or m.role = 'consultant')
      ))
      and (p_notification.notice_id is null or p_notification.kind = 'notice_photo_request' or exists (
        select from public.notices x
        where x.id = p_notification.notice_id and x.state = 'published' and x.published_at <= now() and (x.ends_at is null or x.ends_at > now())
          and m.person_id in (select private.notice_person_ids(x))
      ))
      and (p_notification.report_id is null or exists (
        select from public.reports r where r.id = p_notification.report_id and (
          m.role in ('consultant', 'landlord') or r.is_common
          or exists (
            with recursive told_here (id) as (
              select r.id union select x.id from public.reports x join told_here h on x.merged_into = h.id
            )
            select from told_here h join public.report_details d on d.report_id = h.id where d.reporter_id = m.person_id
          )
        )
      ))
  ))
  and (p_notification.kind <> 'place_offered' or exists (
    select from public.signups g where g.id = p_notification.signup_id and g.status = 'offered' and g.offer_expires_at > now()
  ))
  and (p_notification.kind <> 'session_today' or exists (
    select from public.activity_sessions s where s.id = p_notification.session_id and s.starts_at > now()
  ))
$$;

-- Tells one person once. For the definer functions; granted to nobody.
create function private.notify(
  p_person_id uuid, p_kind public.notification_kind, p_subject text, p_activity_id uuid,
  p_session_id uuid default null, p_signup_id uuid default null, p_message_id uuid default null
) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, activity_id, session_id, signup_id, message_id)
  select p_person_id, a.block_id, p_kind, p_subject, a.id, p_session_id, p_signup_id, p_message_id
  from public.activities a where a.id = p_activity_id and p_person_id is not null
  on conflict (person_id, kind, subject) do nothing
$$;

-- The name of a vote's own table of ballots.
create function private.ballots_of(p_poll_id uuid) returns text
language sql immutable set search_path = '' as $$ select 'ballots_' || replace(p_poll_id::text, '-', '') $$;

-- Makes an empty table of ballots. Granted to nobody.
create function private.make_ballots(p_name text) returns void
language plpgsql set search_path = '' as $$
begin
  execute format('create table private.%I (like private.ballots including all)', p_name);
  execute format('alter table private.%I enable row level security', p_name);
end
$$;

-- The ballots of a vote; none before it opens and when it was stopped. Granted to nobody.
create function private.ballots_in(p_poll_id uuid) returns setof private.ballots
language plpgsql stable set search_path = '' as $$
begin
  if to_regclass('private.' || private.ballots_of(p_poll_id)) is not null then
    return query execute format('select * from private.%I', private.ballots_of(p_poll_id));
  end if;
end
$$;

-- What is kept of a receipt: SHA-256 of the vote's salt and the 16 signs (80 bits). Its first 12 hex signs are the control number.
create function private.receipt_hash(p_poll_id uuid, p_receipt text) returns bytea
language sql stable set search_path = '' as $$
  select sha256(s.salt || convert_to(private.plain_code(p_receipt), 'UTF8')) from private.poll_salts s where s.poll_id = p_poll_id
$$;

-- Gives the ballot of this receipt other choices. Answers false when there is none. Granted to nobody.
create function private.change_ballot(p_poll_id uuid, p_receipt_hash bytea, p_choices uuid[]) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  execute format('update private.%I set choices = $1 where receipt_hash = $2', private.ballots_of(p_poll_id)) using p_choices, p_receipt_hash;
  get diagnostics v_count = row_count;
  return v_count > 0;
end
$$;

-- Writes all ballots of a vote, and those from the box (`p_paper`), in random order and with new ids into a fresh table, and drops the old
-- one: row order, transaction numbers and dead rows go with it. Granted to nobody.
create function private.shuffle_ballots(p_poll_id uuid, p_paper jsonb default '[]') returns void
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

-- A vote that goes takes its table of ballots along. Definer: drops a table, which nobody may.
create function private.tg_polls__drop_ballots() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  execute format('drop table if exists private.%I', private.ballots_of(old.id));
  return null;
end
$$;

-- Lets an open vote go on, once, to at most 60 days later, with a reason everybody sees. Logged. Definer: writes the poll.
create function private.extend_poll(p_poll_id uuid, p_closes_at timestamptz, p_reason text) returns public.extend_outcome
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
  elsif p_closes_at > v_poll.closes_at + interval '60 days' then
    return 'too_late';
  end if;
  update public.polls p
  set closes_at = p_closes_at, first_closes_at = p.closes_at, extended_at = now(), extension_reason = btrim(p_reason)
  where p.id = p_poll_id;
  -- What was promised for then and later moves by as many days.
  update public.poll_phases f
  set ends_on = f.ends_on + ((p_closes_at at time zone 'Europe/Oslo')::date - (v_poll.closes_at at time zone 'Europe/Oslo')::date)
  where f.poll_id = p_poll_id and f.ends_on >= (v_poll.closes_at at time zone 'Europe/Oslo')::date;
  perform private.log_act(v_poll.block_id, 'extend', 'poll', p_poll_id, btrim(p_reason));
  return 'extended';
end
$$;

create function public.extend_poll(poll_id uuid, closes_at timestamptz, reason text) returns public.extend_outcome
language sql set search_path = '' as $$ select private.extend_poll(poll_id, closes_at, reason) $$;

-- Stops a vote that is shown or open, with a reason everybody sees. Its ballots are destroyed, and nobody ever learns a count. Logged.
-- Definer: writes the status.
create function private.stop_poll(p_poll_id uuid, p_reason text) returns public.stop_outcome
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
  perform private.log_act(v_poll.block_id, 'stop', 'poll', p_poll_id, btrim(p_reason));
  return 'stopped';
end
$$;

create function public.stop_poll(poll_id uuid, reason text) returns public.stop_outcome
language sql set search_path = '' as $$ select private.stop_poll(poll_id, reason) $$;

-- Who may vote if it opens now: all flats, or all who live there. Granted to nobody.
create function private.who_could_vote(p_poll_id uuid) returns table (flat_id uuid, person_id uuid)
language sql stable set search_path = '' as $$
  select f.id, null::uuid
  from public.polls p join public.places f on f.block_id = p.block_id and f.kind = 'flat'
  where p.id = p_poll_id and p.rule = 'per_flat'
  union
  select null, m.person_id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  where p.id = p_poll_id and p.rule = 'per_person'
$$;

-- Whether fewer than ten could vote in what is a draft or planned, so that nobody is promised secrecy: yes or no, never a number. Null from the
-- opening on, when `entitled` says it, and for a vote I do not see. Definer: counts who lives there.
create function private.has_few_voters(p_poll_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select (select count(*) from private.who_could_vote(p.id)) < 10
  from public.polls p
  where p.id = p_poll_id and (
    p.status in ('draft', 'planned') and private.has_role(p.block_id, '{consultant}')
    or p.status = 'planned' and private.has_role(p.block_id, '{resident,partner,landlord}')
  )
$$;

create function public.has_few_voters(poll_id uuid) returns boolean
language sql stable set search_path = '' as $$ select private.has_few_voters(poll_id) $$;

-- Counts those who move in or out while votes of the building are open; the triggers stand in residents/people.sql.
-- Definer: writes what nobody may.
create function private.tg_memberships__count_moves() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.electorate_moves (poll_id, is_in)
  select p.id, new.ended_at is null from public.polls p where p.block_id = new.block_id and p.status = 'open';
  return null;
end
$$;

-- Adds a picture that I have stored, also to what is done: that is when there is an "after". Logged.
-- Definer: writes a table that nobody may write to.
create function private.add_follow_up_photo(
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
  elsif (select count(*) from public.follow_up_photos p where p.poll_id = p_poll_id and p.moment = p_moment) >= 4 then
    return 'too_many';
  elsif not private.hold_space_photo(p_path) or private.is_space_photo_used(p_path) then
    return 'no_picture';
  end if;
  insert into public.follow_up_photos (id, poll_id, block_id, moment, path, alternative_text)
  values (p_id, p_poll_id, v_follow_up.block_id, p_moment, p_path, private.trimmed(p_alternative_text));
  perform private.log_act(v_follow_up.block_id, 'add_follow_up_photo', 'poll', p_poll_id, private.trimmed(p_alternative_text));
  return 'added';
end
$$;

create function public.add_follow_up_photo(
  id uuid, poll_id uuid, moment public.follow_up_moment, path text, alternative_text text
) returns public.follow_up_photo_outcome
language sql set search_path = '' as $$ select private.add_follow_up_photo(id, poll_id, moment, path, alternative_text) $$;

-- Takes a picture off the page; the file goes with the next clean-up. Logged.
-- Definer: writes a table that nobody may write to.
create function private.remove_follow_up_photo(p_photo_id uuid) returns public.follow_up_photo_outcome
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
    perform private.log_act(v_photo.block_id, 'remove_follow_up_photo', 'poll', v_photo.poll_id, v_photo.alternative_text);
  end if;
  return 'removed';
end
$$;

create function public.remove_follow_up_photo(photo_id uuid) returns public.follow_up_photo_outcome
language sql set search_path = '' as $$ select private.remove_follow_up_photo(photo_id) $$;

-- The follow-up, locked, when I may write about it: the consultant of the building always, the landlord where it is the
-- landlord's. Null for everybody else and before the count. Granted to nobody.
create function private.lock_follow_up(p_poll_id uuid) returns public.follow_ups
language plpgsql set search_path = '' as $$
declare
  v_follow_up public.follow_ups;
begin
  select f.* into v_follow_up from public.follow_ups f
  where f.poll_id = p_poll_id and exists (select from public.polls p where p.id = f.poll_id and p.counted_at is not null)
  for update;
  if private.has_role(v_follow_up.block_id, '{consultant}')
    or (v_follow_up.owner = 'landlord' and private.has_role(v_follow_up.block_id, '{landlord}')) then
    return v_follow_up;
  end if;
  return null;
end
$$;

-- Tells the building how it goes, unless somebody has since p_seen_version was shown (null: as it stands). p_id is the form's own key: sent
-- twice it is said once. Words always. While anything is left to do a day within a year, and a reason when the last day has passed or is
-- moved without anything having come further. Done and declined are final: only p_is_reopened takes the work up again. Logged; who
-- supported what won is told, and the landlord when it becomes the landlord's to do.
-- Definer: writes tables that nobody may write to.
create function private.update_follow_up(
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
  elsif v_next_on > private.today() + 366 then
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
  perform private.log_act(v_old.block_id, case when v_is_open and not v_was_open then 'reopen_follow_up' else 'update_follow_up' end,
    'poll', p_poll_id, v_body);
  perform private.notify_follow_up_changed(p_poll_id, p_id);
  if v_old.owner <> 'landlord' or not v_was_open then
    perform private.notify_follow_up_given(p_poll_id, p_id::text, (select auth.uid()));
  end if;
  return case when v_is_open and not v_was_open then 'reopened' else 'updated' end::public.update_follow_up_outcome;
end
$$;

create function public.update_follow_up(
  id uuid, poll_id uuid, status public.follow_up_status, body text, next_on date default null, delayed_because text default null,
  cost_nok integer default null, owner public.phase_owner default null, is_reopened boolean default false, seen_version integer default null
) returns public.update_follow_up_outcome
language sql set search_path = '' as $$
  select private.update_follow_up(id, poll_id, status, body, next_on, delayed_because, cost_nok, owner, is_reopened, seen_version)
$$;

-- What was said to the building is not unsaid: nobody changes or deletes it.
create function private.tg_follow_up_updates__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'table % is append-only', tg_table_name;
end
$$;

-- Makes the follow-up of a vote that closes: who decides and by when as its phase `decision` says, else the consultant (who speaks
-- for the residents too) within 14 days of the closing. Does nothing the second time. For the closing; granted to nobody.
create function private.start_follow_up(p_poll_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.follow_ups (poll_id, block_id, owner, next_on)
  select p.id, p.block_id, coalesce(nullif(d.owner, 'residents'), 'consultant'),
    case when d.ends_on > c.closed_on then d.ends_on else c.closed_on + 14 end
  from public.polls p
  cross join lateral (select (p.closes_at at time zone 'Europe/Oslo')::date as closed_on) c
  left join public.poll_phases d on d.poll_id = p.id and d.phase = 'decision'
  where p.id = p_poll_id
  on conflict (poll_id) do nothing
$$;

-- Once open, a vote stays as it was, whoever asks: it may be extended once, to later; stopped; closed; counted. No status goes back.
create function private.tg_polls__freeze() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_moving constant text[] := '{status,closes_at,first_closes_at,extended_at,extension_reason,closed_at,counted_at,stopped_at,stop_reason}';
begin
  if new.status < old.status or (old.status = 'closed' and new.status = 'stopped')
    or (old.status not in ('draft', 'planned') and to_jsonb(new) - v_moving is distinct from to_jsonb(old) - v_moving)
    or (old.status not in ('draft', 'planned')
      and (new.closes_at, new.first_closes_at, new.extended_at, new.extension_reason)
        is distinct from (old.closes_at, old.first_closes_at, old.extended_at, old.extension_reason)
      and not (old.status = 'open' and old.extended_at is null and new.extended_at is not null and new.closes_at > old.closes_at
        and new.first_closes_at = old.closes_at))
    or (old.status = 'closed' and (new.closed_at is distinct from old.closed_at
      or (old.counted_at is not null and new.counted_at is distinct from old.counted_at)))
    or (old.status = 'stopped' and to_jsonb(new) is distinct from to_jsonb(old)) then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return new;
end
$$;

-- Once open, options and phases stay as they were; only extending moves days, to later. The lock makes one that is being written wait for open_poll.
-- Definer: must see and lock the poll whatever its status.
create function private.tg_poll_parts__freeze() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p
  where p.id = case when tg_op = 'DELETE' then old.poll_id else new.poll_id end
  for share;
  if v_poll.status not in ('draft', 'planned')
    and not (tg_table_name = 'poll_phases' and tg_op = 'UPDATE' and v_poll.status = 'open' and v_poll.extended_at is not distinct from now()) then
    raise exception using errcode = '23514', message = 'a vote that has opened does not change';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;

-- Closes one vote whose time has passed, after the votes on their way, so that no count changes afterwards. Without paper votes the result
-- exists at once. Answers false when there is nothing to close. Granted to nobody.
create function private.settle_poll(p_poll_id uuid) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from public.polls p where p.id = p_poll_id and p.status = 'open' and p.closes_at <= clock_timestamp() for update;
  if not found then
    return false;
  end if;
  perform private.shuffle_ballots(p_poll_id);
  perform private.start_follow_up(p_poll_id);
  update public.polls p set status = 'closed', closed_at = p.closes_at, counted_at = case
    when not exists (select from private.electors e where e.poll_id = p.id and e.way = 'paper') then p.closes_at end
  where p.id = p_poll_id;
  return true;
end
$$;

-- Closes these votes if their time has passed. One that somebody holds for long (a backup that reads it) is left for the next who asks:
-- nobody waits more than a second for it. Answers how many. Granted to nobody.
create function private.settle_polls(p_poll_ids uuid[]) returns integer
language plpgsql set search_path = '' set lock_timeout = '1s' as $$
declare
  v_poll_id uuid;
  v_count integer := 0;
begin
  for v_poll_id in
    select p.id from public.polls p where p.id = any (p_poll_ids) and p.status = 'open' and p.closes_at <= clock_timestamp() order by p.id
  loop
    begin
      v_count := v_count + private.settle_poll(v_poll_id)::integer;
    exception when lock_not_available then
      null;
    end;
  end loop;
  return v_count;
end
$$;

-- Closes what nobody has asked for since its time passed. Safe twice and by several servers at once. Answers how many.
-- Definer: writes the status.
create function private.run_poll_jobs() returns integer
language sql security definer set search_path = '' as $$
  select private.settle_polls(array(
    select p.id from public.polls p where p.status = 'open' and p.closes_at <= clock_timestamp() order by p.closes_at limit 50
  ))
$$;

create function public.run_poll_jobs() returns integer
language sql set search_path = '' as $$ select private.run_poll_jobs() $$;

-- Tells those who answer for a follow-up that its day has passed, once a week: the landlord's people, or the consultants of the
-- building. At most 500 at a time. Answers how many follow-ups.
-- Definer: reads who works where, and writes notifications.
create function private.push_late_follow_ups() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_follow_up public.follow_ups;
  v_count integer := 0;
begin
  for v_follow_up in
    select f.* from public.follow_ups f
    where f.next_on < private.today()
      and exists (select from public.polls p where p.id = f.poll_id and p.counted_at is not null)
      and (f.told_late_at is null or f.told_late_at <= now() - interval '7 days')
    order by f.next_on, f.poll_id limit 500 for update skip locked
  loop
    update public.follow_ups f set told_late_at = now() where f.poll_id = v_follow_up.poll_id;
    perform private.notify_follow_up_late(v_follow_up);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

-- Votes that are over, with paper ballots that nobody has counted: the consultants are told at once, and again every week.
-- Answers how many were told. Definer: writes notifications.
create function private.push_uncounted_polls() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, p.block_id, 'poll_uncounted'::public.notification_kind,
    p.id || ':' || (private.today() - (p.closed_at at time zone 'Europe/Oslo')::date) / 7, p.id
  from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant' and m.ended_at is null
  where p.status = 'closed' and p.counted_at is null
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- What time does to follow-ups. Answers the numbers. Safe to run twice and by several copies at once.
create function public.run_follow_up_jobs() returns jsonb
language sql set search_path = '' as $$ 
  select jsonb_build_object('late_follow_ups', private.push_late_follow_ups(), 'uncounted', private.push_uncounted_polls())
$$;

-- Adds a step to what is not done or declined. p_id is the form's own key. Logged.
-- Definer: writes a table that nobody may write to.
create function private.add_milestone(p_id uuid, p_poll_id uuid, p_title text, p_due_on date) returns public.milestone_outcome
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
  elsif (select count(*) from public.follow_up_milestones m where m.poll_id = p_poll_id) >= 20 then
    return 'too_many';
  end if;
  insert into public.follow_up_milestones (id, poll_id, block_id, title, due_on)
  values (p_id, p_poll_id, v_follow_up.block_id, private.trimmed(p_title), p_due_on);
  perform private.log_act(v_follow_up.block_id, 'add_milestone', 'poll', p_poll_id, private.trimmed(p_title));
  return 'added';
end
$$;

create function public.add_milestone(id uuid, poll_id uuid, title text, due_on date default null) returns public.milestone_outcome
language sql set search_path = '' as $$ select private.add_milestone(id, poll_id, title, due_on) $$;

-- Marks a step as done today, as not done after all, or takes it away. Saying it twice changes nothing. Logged.
-- Definer: writes a table that nobody may write to.
create function private.change_milestone(p_milestone_id uuid, p_act public.milestone_act) returns public.milestone_outcome
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
    perform private.log_act(v_follow_up.block_id, p_act || '_milestone', 'poll', v_follow_up.poll_id, v_milestone.title);
  end if;
  return p_act::text::public.milestone_outcome;
end
$$;

create function public.change_milestone(milestone_id uuid, act public.milestone_act) returns public.milestone_outcome
language sql set search_path = '' as $$ select private.change_milestone(milestone_id, act) $$;

-- Tells everybody who lives in the building. Granted to nobody.
create function private.notify_residents_of_poll(p_poll_id uuid, p_kind public.notification_kind) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, p.block_id, p_kind, p.id::text, p.id
  from public.polls p
  join public.memberships m on m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  where p.id = p_poll_id
  order by m.person_id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing
$$;

-- Tells that a vote has opened. Granted to nobody.
create function private.notify_poll_opened(p_poll_id uuid) returns void
language sql set search_path = '' as $$ select private.notify_residents_of_poll(p_poll_id, 'poll_opened') $$;

-- Tells that the votes are counted. Granted to nobody.
create function private.notify_poll_counted(p_poll_id uuid) returns void
language sql set search_path = '' as $$ select private.notify_residents_of_poll(p_poll_id, 'poll_counted') $$;

-- Something was said of what came of a vote: those who supported a proposal that won are told, while they live there, but not the
-- one who said it. Their support is nobody else's to see, and the row does not name it. Granted to nobody.
create function private.notify_follow_up_changed(p_poll_id uuid, p_update_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct s.person_id, p.block_id, 'follow_up_changed'::public.notification_kind, p_update_id::text, p.id
  from public.polls p
  join lateral private.tally_poll(p) w on w.is_winner
  join public.poll_options o on o.poll_id = p.id and o.id = w.option_id
  join public.proposal_supporters s on s.proposal_id = o.proposal_id
  join public.memberships m on m.person_id = s.person_id and m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  where p.id = p_poll_id and s.person_id is distinct from (select auth.uid())
  order by s.person_id
  on conflict (person_id, kind, subject) do nothing
$$;

-- A follow-up is the landlord's from now on, with something left to do: its people are told, but not `p_by`, who handed it over. Nothing
-- before the count. Granted to nobody.
create function private.notify_follow_up_given(p_poll_id uuid, p_subject text, p_by uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, f.block_id, 'follow_up_given'::public.notification_kind, p_subject, f.poll_id
  from public.follow_ups f
  join public.polls p on p.id = f.poll_id and p.counted_at is not null
  join public.memberships m on m.role = 'landlord' and m.ended_at is null and (m.block_id = f.block_id or m.block_id is null)
  where f.poll_id = p_poll_id and f.owner = 'landlord' and f.next_on is not null and m.person_id is distinct from p_by
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing
$$;

-- The day of a follow-up has passed: its owner's people are told. Granted to nobody.
create function private.notify_follow_up_late(p_follow_up public.follow_ups) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select distinct m.person_id, p_follow_up.block_id, 'follow_up_late'::public.notification_kind,
    p_follow_up.poll_id || ':' || private.today(), p_follow_up.poll_id
  from public.memberships m
  where m.ended_at is null and (m.block_id = p_follow_up.block_id or m.block_id is null)
    and m.role = case when p_follow_up.owner = 'landlord' then 'landlord' else 'consultant' end::public.member_role
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing
$$;

-- A vote has opened, goes on for longer, was stopped while it was open, or is counted. One that was only shown told nobody, and its end neither.
-- Definer: writes notifications of people the caller may not see.
create function private.tg_polls__notify() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'open' and old.status <> 'open' then
    perform private.notify_poll_opened(new.id);
  end if;
  if new.extended_at is not null and old.extended_at is null then
    perform private.notify_residents_of_poll(new.id, 'poll_extended');
  end if;
  if new.status = 'stopped' and old.status = 'open' then
    perform private.notify_residents_of_poll(new.id, 'poll_stopped');
  end if;
  if new.counted_at is not null and old.counted_at is null then
    perform private.notify_poll_counted(new.id);
    perform private.notify_follow_up_given(new.id, new.id::text, null);
  end if;
  return null;
end
$$;

-- Starts the voting: the electorate (all flats, or all who live there now), an empty table for the ballots, a new salt. Answers how many may
-- vote; nothing is done when that is nobody. For open_poll; granted to nobody.
create function private.start_voting(p_poll_id uuid, p_at timestamptz default now()) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.electors (poll_id, flat_id, person_id)
  select p_poll_id, w.flat_id, w.person_id from private.who_could_vote(p_poll_id) w;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform private.make_ballots(private.ballots_of(p_poll_id));
    insert into private.poll_salts (poll_id) values (p_poll_id);
    update public.polls p set status = 'open', opened_at = p_at, entitled = v_count where p.id = p_poll_id;
  end if;
  return v_count;
end
$$;

-- Opens a vote. What is built on or changed in the building must have Boligbygg's yes, and nothing that cannot be done or is not shown any more
-- is voted on. Logged.
-- Definer: writes the status and the electorate, which nobody may.
create function private.open_poll(p_poll_id uuid) returns public.open_poll_outcome
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
  perform private.log_act(v_poll.block_id, 'open', 'poll', p_poll_id, null);
  return 'opened';
end
$$;

create function public.open_poll(poll_id uuid) returns public.open_poll_outcome
language sql set search_path = '' as $$ select private.open_poll(poll_id) $$;

-- The flats (or persons) of an open vote, for the consultant, with those marked by hand. Who has voted on the web is not told.
-- A person is named as long as they live in the building. Whoever has left or deleted the account is there without a name when marked: the
-- ballot lies in the box and is counted; else not at all, since they cannot vote any more.
-- Definer: reads the electorate.
create function private.paper_electors(p_poll_id uuid)
returns table (elector_id uuid, name text, stair text, is_on_paper boolean)
language sql stable security definer set search_path = '' as $$
  select e.id, coalesce(f.name, h.display_name), s.name, coalesce(e.way = 'paper', false)
  from public.polls p
  join private.electors e on e.poll_id = p.id
  left join public.people h on h.id = e.person_id and exists (
    select from public.memberships m
    where m.person_id = e.person_id and m.block_id = p.block_id and m.role = 'resident' and m.ended_at is null
  )
  left join public.places f on f.id = e.flat_id
  left join public.places fl on fl.id = f.parent_id
  left join public.places s on s.id = case when fl.kind = 'stair' then fl.id else fl.parent_id end
  where p.id = p_poll_id and p.status in ('open', 'closed') and p.counted_at is null
    and private.has_role(p.block_id, '{consultant}') and (num_nonnulls(f.id, h.id) = 1 or e.way = 'paper')
  order by s.position, f.position, coalesce(f.name, h.display_name), e.id
$$;

create function public.paper_electors(poll_id uuid) returns table (elector_id uuid, name text, stair text, is_on_paper boolean)
language sql stable set search_path = '' as $$ select * from private.paper_electors(poll_id) $$;

-- Marks that a flat (or person) votes on paper, or takes the mark back: until closing, and never over a vote on the web. Marking twice
-- changes nothing. Locks as cast_vote does: the web and the paper wait for each other. Logged with the flat; a person is not named. That a flat has
-- voted on the web is told only when it is to be marked, and that is logged too: nobody asks through the list without a trace.
-- Definer: writes the electorate.
create function private.set_paper_vote(p_poll_id uuid, p_elector_id uuid, p_is_on_paper boolean) returns public.paper_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_elector private.electors;
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
  elsif v_elector.way = 'web' and p_is_on_paper then
    perform private.log_act(v_poll.block_id, 'mark_paper_refused', 'poll', p_poll_id,
      (select f.name from public.places f where f.id = v_elector.flat_id));
    return 'already_voted';
  elsif p_is_on_paper and v_elector.way is null then
    update private.electors e set used_on = private.today(), way = 'paper' where e.id = p_elector_id;
  elsif not p_is_on_paper and v_elector.way = 'paper' then
    update private.electors e set used_on = null, way = null where e.id = p_elector_id;
  else
    return case when p_is_on_paper then 'marked' else 'not_marked' end;
  end if;
  perform private.log_act(v_poll.block_id, case when p_is_on_paper then 'mark_paper' else 'unmark_paper' end, 'poll', p_poll_id,
    (select f.name from public.places f where f.id = v_elector.flat_id));
  return case when p_is_on_paper then 'marked' else 'unmarked' end;
end
$$;

create function public.mark_paper_vote(poll_id uuid, elector_id uuid) returns public.paper_outcome
language sql set search_path = '' as $$ select private.set_paper_vote(poll_id, elector_id, true) $$;

create function public.unmark_paper_vote(poll_id uuid, elector_id uuid) returns public.paper_outcome
language sql set search_path = '' as $$ select private.set_paper_vote(poll_id, elector_id, false) $$;

-- Enters the ballots of the sealed box, once, after closing: one list of options for each, an empty one for a blank or spoilt ballot; as many
-- as were marked. They are mixed among the others with receipts that nobody has, so that nothing tells which they were. From then on
-- the vote has its result. Logged with the number. Definer: writes the ballots.
create function private.count_paper_votes(p_poll_id uuid, p_ballots jsonb) returns public.count_outcome
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
  perform private.log_act(v_poll.block_id, 'count_paper', 'poll', p_poll_id, jsonb_array_length(p_ballots)::text);
  return 'counted';
end
$$;

create function public.count_paper_votes(poll_id uuid, ballots jsonb) returns public.count_outcome
language sql set search_path = '' as $$ select private.count_paper_votes(poll_id, ballots) $$;

-- Asks about a vote that is shown or open. p_id is the form's own key: the same form sent twice is one question. At most
-- three of mine wait in a vote, and ten a day in all; my own row is locked, so that ten at once are counted one by one.
-- Definer: writes tables nobody may write, and sees any question that has the key already.
create function private.ask_poll_question(p_id uuid, p_poll_id uuid, p_body text) returns public.ask_poll_question_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or v_poll.status = 'draft' or not private.has_role(v_poll.block_id, '{resident}') then
    return 'not_allowed';
  end if;
  perform from public.people p where p.id = v_person_id for no key update;
  if exists (select from public.poll_question_authors a where a.question_id = p_id and a.person_id = v_person_id) then
    return 'asked';
  elsif exists (select from public.poll_questions q where q.id = p_id) then
    return 'not_allowed';
  elsif private.is_paused(v_poll.block_id) then
    return 'paused';
  elsif v_poll.status not in ('planned', 'open') or v_poll.closes_at <= now() then
    return 'not_open';
  elsif (
    select count(*) from public.poll_question_authors a join public.poll_questions q on q.id = a.question_id
    where a.person_id = v_person_id and q.poll_id = p_poll_id and q.answered_at is null and q.hidden_at is null
  ) >= 3 then
    return 'too_many_waiting';
  elsif not private.attempt('poll_question', v_person_id::text, 10, interval '1 day') then
    return 'too_many_today';
  end if;
  insert into public.poll_questions (id, poll_id, block_id, body)
  values (p_id, p_poll_id, v_poll.block_id, btrim(p_body));
  insert into public.poll_question_authors (question_id, person_id) values (p_id, v_person_id);
  return 'asked';
end
$$;

create function public.ask_poll_question(id uuid, poll_id uuid, body text) returns public.ask_poll_question_outcome
language sql set search_path = '' as $$ select private.ask_poll_question(id, poll_id, body) $$;

-- The consultant's answer, for everybody in the building. An answer may be put right: `answered_at` is that of the answer
-- the consultant had before them, so that two who answer at once do not write over each other. Every version is logged.
-- Definer: questions are not writable, and who asked is nobody's to see.
create function private.answer_poll_question(p_question_id uuid, p_answer text, p_answered_at timestamptz)
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
  perform private.log_act(v_question.block_id, 'answer', 'question', p_question_id, v_answer);
  -- Who asked is told once, and nobody learns who that is.
  insert into public.notifications (person_id, block_id, kind, subject, poll_id)
  select a.person_id, v_question.block_id, 'poll_answer', p_question_id::text, v_question.poll_id
  from public.poll_question_authors a where a.question_id = p_question_id
  on conflict (person_id, kind, subject) do nothing;
  return 'answered';
end
$$;

create function public.answer_poll_question(question_id uuid, answer text, answered_at timestamptz default null)
returns public.answer_poll_question_outcome
language sql set search_path = '' as $$ select private.answer_poll_question(question_id, answer, answered_at) $$;

-- Whether I may try a receipt: after 20 wrong ones in an hour not, for each person and vote.
create function private.may_try_receipt(p_poll_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_attempts_left('receipt', (select auth.uid())::text || p_poll_id, 20, interval '1 hour')
$$;

-- Counts a wrong receipt. A right one leaves no row: it would tell who voted, and when. Answers false when it was one too many.
create function private.count_wrong_receipt(p_poll_id uuid) returns boolean
language sql volatile set search_path = '' as $$
  select private.attempt('receipt', (select auth.uid())::text || p_poll_id, 20, interval '1 hour')
$$;

-- Changes the vote that this receipt belongs to, until closing. Who asks must live in the building; whose vote it is, is known to nobody.
-- Definer: writes a private table.
create function private.change_vote(p_poll_id uuid, p_receipt text, p_choices uuid[]) returns public.change_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_refusal text;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  v_refusal := coalesce(private.voting_refusal(v_poll), private.choices_refusal(v_poll, p_choices));
  if v_refusal is not null then
    return v_refusal;
  elsif not private.may_try_receipt(p_poll_id) then
    return 'too_many_attempts';
  elsif private.change_ballot(p_poll_id, private.receipt_hash(p_poll_id, p_receipt), private.sorted(p_choices)) then
    return 'changed';
  end if;
  return case when private.count_wrong_receipt(p_poll_id) then 'wrong_receipt' else 'too_many_attempts' end;
end
$$;

create function public.change_vote(poll_id uuid, receipt text, choices uuid[]) returns public.change_outcome
language sql set search_path = '' as $$ select private.change_vote(poll_id, receipt, choices) $$;

-- Whether the vote of this receipt is in the box, with its control number; after the count also what was chosen, if the list is published.
-- The share lock waits for a vote that is just closing. Definer: reads a private table.
create function private.check_receipt(p_poll_id uuid, p_receipt text)
returns table (outcome public.receipt_outcome, control_number text, choices uuid[])
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  if not found or v_poll.status = 'draft' or not private.has_role(v_poll.block_id, '{resident,partner,consultant,landlord}') then
    outcome := 'not_entitled';
  elsif not private.may_try_receipt(p_poll_id) then
    outcome := 'too_many_attempts';
  else
    select left(encode(b.receipt_hash, 'hex'), 12), case when v_poll.counted_at is not null and v_poll.is_list_published then b.choices end
    into control_number, choices
    from private.ballots_in(p_poll_id) b where b.receipt_hash = private.receipt_hash(p_poll_id, p_receipt);
    outcome := case when found then 'counted' when private.count_wrong_receipt(p_poll_id) then 'not_found' else 'too_many_attempts' end;
  end if;
  return next;
end
$$;

create function public.check_receipt(poll_id uuid, receipt text)
returns table (outcome public.receipt_outcome, control_number text, choices uuid[])
language sql set search_path = '' as $$ select * from private.check_receipt(poll_id, receipt) $$;

-- How many votes each option of a counted vote has, and which win.
-- yes/no: yes wins with more votes than no, otherwise no; abstaining is not counted. One or several of several: the most votes, as many as
-- were to win. Budget: in the order of votes, each that still fits in what is left. Nothing wins without a vote. Ties everywhere: the
-- lower cost first (no cost counts as 0), then what stands first in the consultant's list. Granted to nobody.
create function private.tally_poll(p_poll public.polls)
returns table (option_id uuid, option_position smallint, votes integer, is_winner boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_left bigint := p_poll.budget_nok;
  v_taken integer := 0;
  v_against integer;
  v_option record;
begin
  if p_poll.counted_at is null then
    return; -- nobody counts what is not over, nor waits for a vote that is just being stopped
  end if;
  select count(*) into v_against from private.ballots_in(p_poll.id) b join public.poll_options o on o.id = any (b.choices)
  where o.poll_id = p_poll.id and o.stance = 'no';
  for v_option in
    select o.id, o.position, o.stance, coalesce(o.cost_nok, 0) as cost, count(b.id)::integer as count
    from public.poll_options o left join private.ballots_in(p_poll.id) b on o.id = any (b.choices)
    where o.poll_id = p_poll.id
    group by o.id order by count(b.id) desc, coalesce(o.cost_nok, 0), o.position
  loop
    is_winner := v_option.count > 0 and (case p_poll.kind
      -- "No" has won when "yes" has not: with more votes it comes first here, with as many "yes" came first and did not win.
      when 'yes_no' then case v_option.stance when 'yes' then v_option.count > v_against when 'no' then v_taken = 0 else false end
      when 'budget' then v_option.cost <= v_left
      else v_taken < p_poll.winner_count end);
    if is_winner then
      v_taken := v_taken + 1;
      v_left := v_left - v_option.cost;
    end if;
    option_id := v_option.id;
    option_position := v_option.position;
    votes := v_option.count;
    return next;
  end loop;
end
$$;

-- So few ballots that their number, and what stands on them, is told to nobody.
create function private.is_few(p_ballots integer) returns boolean
language sql immutable set search_path = '' as $$ select p_ballots between 1 and 4 $$;

-- The only outlet of numbers, for polls of these buildings. A draft, planned or stopped vote: no row. Before the
-- count: one row with the turnout in a band. After it: a row per option, with how many could vote and did, on the web and on paper (both
-- null when one of the two is few), and how many moved in or out meanwhile. Of few ballots in all only what won is told: the
-- numbers of votes are null, and there is no list. Granted to nobody: poll_results asks it for those of the building, and
-- the figures of the steering group take the turnout from it.
create function private.tell_polls(p_poll_ids uuid[], p_block_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language sql stable set search_path = '' as $$
  select p.id, p.counted_at is not null, case
      when p.entitled < 10 then 'hidden' when e.voted * 4 < p.entitled then 'under_quarter' when e.voted * 2 < p.entitled then 'under_half'
      when e.voted * 4 < p.entitled * 3 then 'under_three_quarters' else 'three_quarters' end::public.turnout_band,
    c.entitled, c.voted, c.on_web, c.on_paper, c.moves, t.option_id,
    case when not private.is_few(e.voted) then t.votes end, t.is_winner
  from public.polls p
  cross join lateral (
    select count(x.used_on)::integer as voted, (count(*) filter (where x.way = 'web'))::integer as on_web,
      (count(*) filter (where x.way = 'paper'))::integer as on_paper
    from private.electors x where x.poll_id = p.id
  ) e
  left join lateral (
    select p.entitled, case when not private.is_few(e.voted) then e.voted end as voted,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_web end as on_web,
      case when not (private.is_few(e.on_web) or private.is_few(e.on_paper)) then e.on_paper end as on_paper,
      (select count(*)::integer from private.electorate_moves m where m.poll_id = p.id) as moves
  ) c on p.counted_at is not null
  left join lateral private.tally_poll(p) t on p.counted_at is not null
  where p.id = any (p_poll_ids) and p.status in ('open', 'closed') and p.block_id = any (p_block_ids)
  order by p.id, t.option_position
$$;

-- What tell_polls says, whoever asks and for whatever page, for those of the building. Not granted to the server's own key.
-- Definer: counts the private tables.
create function private.poll_results(p_poll_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.settle_polls(p_poll_ids);
  return query select * from private.tell_polls(p_poll_ids,
    array(select private.my_block_ids('{resident,partner,consultant,landlord}')));
end
$$;

create function public.poll_results(poll_ids uuid[])
returns table (
  poll_id uuid, is_counted boolean, turnout public.turnout_band, entitled integer, voted integer, on_web integer, on_paper integer,
  moves integer, option_id uuid, votes integer, is_winner boolean
)
language sql set search_path = '' as $$ select * from private.poll_results(poll_ids) $$;

-- The list of a counted vote, if it is published and its numbers are told: each ballot's control number and choices (none: blank), in the
-- order of the numbers. For those of the building. Not granted to the server's own key. Definer: reads a private table.
create function private.poll_ballots(p_poll_id uuid) returns table (control_number text, choices uuid[])
language sql stable security definer set search_path = '' as $$
  select left(encode(b.receipt_hash, 'hex'), 12), b.choices
  from public.polls p cross join lateral private.ballots_in(p.id) b
  where p.id = p_poll_id and p.is_list_published and exists (
    select from private.tell_polls(array[p.id], array(select private.my_block_ids('{resident,partner,consultant,landlord}'))) t
    where t.is_counted and t.voted is not null
  )
  order by 1
$$;

create function public.poll_ballots(poll_id uuid) returns table (control_number text, choices uuid[])
language sql stable set search_path = '' as $$ select * from private.poll_ballots(poll_id) $$;

-- A title as people read it: without case, kinds of signs, signs without width, and how many spaces. For save_poll.
create function private.plain_title(p_title text) returns text
language sql immutable set search_path = '' as $$
  select btrim(regexp_replace(
    translate(lower(normalize(p_title, NFKC)), U&'\200B\200C\200D\200E\200F\2060\00AD\FEFF', ''), '\s+', ' ', 'g'))
$$;

-- Makes or changes a vote that has not opened, with all its options and phases in one step. id is the form's own key.
-- options: [{"proposal_id": …, "cost_nok": …} or {"title": …, "body": …, "cost_nok": …}, …] in order; a yes/no vote has its own three.
-- One in own words that reads as another is refused; two proposals may.
-- phases: [{"phase": …, "owner": …, "ends_on": …}, …].
-- Invoker: the policies decide (42501 for anybody but the building's consultant).
create function public.save_poll(
  id uuid, block_id uuid, title text, decides text, afterwards text, kind public.poll_kind, rule public.poll_rule, closes_at timestamptz,
  options jsonb, body text default null, budget_nok integer default null, max_choices integer default null, winner_count integer default null,
  min_age integer default null, is_list_published boolean default true, phases jsonb default '[]'
) returns public.save_poll_outcome
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
  v_twin text;
begin
  insert into public.polls (id, block_id, title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age,
    is_list_published, closes_at)
  values (save_poll.id, save_poll.block_id, btrim(save_poll.title), nullif(btrim(save_poll.body), ''), btrim(save_poll.decides),
    btrim(save_poll.afterwards), save_poll.kind, save_poll.max_choices, save_poll.winner_count, save_poll.budget_nok, save_poll.rule,
    save_poll.min_age, save_poll.is_list_published, save_poll.closes_at)
  on conflict do nothing;
  if not found then
    update public.polls p
    set title = btrim(save_poll.title), body = nullif(btrim(save_poll.body), ''), decides = btrim(save_poll.decides),
      afterwards = btrim(save_poll.afterwards), kind = save_poll.kind, max_choices = save_poll.max_choices,
      winner_count = save_poll.winner_count, budget_nok = save_poll.budget_nok, rule = save_poll.rule, min_age = save_poll.min_age,
      is_list_published = save_poll.is_list_published, closes_at = save_poll.closes_at
    where p.id = save_poll.id and p.block_id = save_poll.block_id;
    if not found then
      return 'not_draft';
    end if;
    delete from public.poll_options o where o.poll_id = save_poll.id;
    delete from public.poll_phases f where f.poll_id = save_poll.id;
  end if;
  insert into public.poll_options (poll_id, block_id, position, title, stance)
  select save_poll.id, save_poll.block_id, s.position, s.title, s.stance
  from (values (1, 'Ja', 'yes'::public.poll_stance), (2, 'Nei', 'no'), (3, 'Avstår', 'abstain')) s (position, title, stance)
  where save_poll.kind = 'yes_no';
  insert into public.poll_options (poll_id, block_id, position, title, body, cost_nok, proposal_id)
  select save_poll.id, save_poll.block_id, o.position, coalesce(p.title, btrim(o.option ->> 'title')),
    coalesce(p.body, nullif(btrim(o.option ->> 'body'), '')), (o.option ->> 'cost_nok')::integer,
    (o.option ->> 'proposal_id')::uuid
  from jsonb_array_elements(save_poll.options) with ordinality o (option, position)
  left join public.proposals p on p.id = (o.option ->> 'proposal_id')::uuid
  where save_poll.kind <> 'yes_no';
  select o.title into v_twin
  from public.poll_options o
  join public.poll_options x on x.poll_id = o.poll_id and private.plain_title(x.title) = private.plain_title(o.title)
    and (x.position < o.position or x.proposal_id is not null and x.position <> o.position)
  where o.poll_id = save_poll.id and o.proposal_id is null and o.stance is null
  order by o.position limit 1;
  if found then
    raise exception using errcode = '23514', message = 'two options read the same', hint = 'same_title', detail = v_twin;
  end if;
  insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on)
  select save_poll.id, save_poll.block_id, f.phase, f.owner, f.ends_on
  from jsonb_to_recordset(save_poll.phases) f (phase public.poll_phase, owner public.phase_owner, ends_on date);
  return 'saved';
end
$$;

-- What is missing before a vote can be shown or opened; null when nothing is.
create function private.poll_lack(p_poll public.polls) returns text
language sql stable set search_path = '' as $$
  select case
    when p_poll.kind = 'yes_no' and not (count(*) = 3 and count(o.stance) = 3) then 'too_few_options'
    when p_poll.kind <> 'yes_no' and (count(*) < 2 or count(o.stance) > 0 or count(*) < p_poll.max_choices) then 'too_few_options'
    when p_poll.kind = 'budget' and count(o.cost_nok) < count(*) then 'cost_missing'
  end
  from public.poll_options o where o.poll_id = p_poll.id
$$;

-- Shows a draft to the building. Logged. Definer: writes the status, which nobody may.
create function private.plan_poll(p_poll_id uuid) returns public.plan_poll_outcome
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
  perform private.log_act(v_poll.block_id, 'plan', 'poll', p_poll_id, null);
  return 'planned';
end
$$;

create function public.plan_poll(poll_id uuid) returns public.plan_poll_outcome
language sql set search_path = '' as $$ select private.plan_poll(poll_id) $$;

-- A day that nobody means: more than a year before the vote was made, or more than five years from now. Says which phase it is.
create function private.tg_poll_phases__reach() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.ends_on > private.today() + interval '5 years' or new.ends_on < (
    select (p.created_at at time zone 'Europe/Oslo')::date - interval '1 year' from public.polls p where p.id = new.poll_id
  ) then
    raise exception using errcode = '23514', message = 'the day of a phase is out of reach', hint = 'out_of_reach', detail = new.phase;
  end if;
  return new;
end
$$;

-- My rows in the electorate: myself, or the flats I live in now. There is no argument to say who I am.
-- Definer functions below call it; nobody else may.
create function private.my_electors(p_poll_id uuid) returns setof private.electors
language sql stable set search_path = '' as $$
  select e.* from private.electors e
  where e.poll_id = p_poll_id
    and (e.person_id = (select auth.uid()) or e.flat_id in (select private.my_flat_ids()))
$$;

-- Why I may not vote in this poll now; null when I may.
create function private.voting_refusal(p_poll public.polls) returns text
language sql volatile set search_path = '' as $$
  select case
    when p_poll.id is null or p_poll.status = 'draft' or not private.has_role(p_poll.block_id, '{resident}') then 'not_entitled'
    when p_poll.status = 'planned' then 'not_yet_open'
    when p_poll.status = 'stopped' then 'stopped'
    when p_poll.status = 'closed' or p_poll.closes_at <= clock_timestamp() then 'closed'
  end
$$;

-- What is wrong with these choices; null when nothing is. yes/no and one of several: exactly one; up to N of several: 1 to N different;
-- budget: at least one, together within the sum.
create function private.choices_refusal(p_poll public.polls, p_choices uuid[]) returns text
language sql stable set search_path = '' as $$
  select case
    when coalesce(cardinality(p_choices), 0) = 0 then 'wrong_choices'
    when count(o.id) <> cardinality(p_choices) or count(distinct o.id) <> cardinality(p_choices) then 'wrong_choices'
    when p_poll.kind <> 'budget' and cardinality(p_choices) > coalesce(p_poll.max_choices, 1) then 'too_many_choices'
    when p_poll.kind = 'budget' and sum(o.cost_nok::bigint) > p_poll.budget_nok then 'over_budget'
  end
  from unnest(p_choices) c (id) left join public.poll_options o on o.id = c.id and o.poll_id = p_poll.id
$$;

-- Choices as they are stored: in the order of their ids, so that the order of ticking says nothing.
create function private.sorted(p_choices uuid[]) returns uuid[]
language sql immutable set search_path = '' as $$ select array_agg(c order by c) from unnest(p_choices) c $$;

-- Casts my vote: marks my row in the electorate as used today and stores a ballot that does not point back to it. The receipt is drawn by
-- whoever votes: the same form sent twice is one vote with one receipt, with the choices that came last.
-- The share lock on the poll makes closing wait for votes on their way; the row lock makes the second phone of a flat wait for the first
-- and then find the vote used. Definer: sees and writes the private tables.
create function private.cast_vote(p_poll_id uuid, p_choices uuid[], p_receipt text) returns public.vote_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_poll public.polls;
  v_refusal text;
  v_hash bytea;
  v_elector_id uuid;
begin
  select * into v_poll from public.polls p where p.id = p_poll_id for share;
  v_refusal := coalesce(private.voting_refusal(v_poll), private.choices_refusal(v_poll, p_choices));
  if v_refusal is not null then
    return v_refusal;
  elsif private.plain_code(p_receipt) !~ '^[0-9A-HJKMNP-TV-Z]{16}$' then
    return 'bad_receipt';
  end if;
  v_hash := private.receipt_hash(p_poll_id, p_receipt);
  perform pg_advisory_xact_lock(hashtextextended(encode(v_hash, 'hex'), 0));
  if private.change_ballot(p_poll_id, v_hash, private.sorted(p_choices)) then
    return 'voted';
  end if;
  select e.id into v_elector_id
  from private.electors e
  where e.id in (select m.id from private.my_electors(p_poll_id) m) and e.used_on is null
  order by e.flat_id limit 1
  for update;
  if not found then
    return (select case count(*) when 0 then 'not_entitled' when count(*) filter (where m.way = 'web') then 'already_voted'
      else 'voted_on_paper' end from private.my_electors(p_poll_id) m);
  end if;
  update private.electors e set used_on = private.today(), way = 'web' where e.id = v_elector_id;
  execute format('insert into private.%I (choices, receipt_hash) values ($1, $2)', private.ballots_of(p_poll_id))
    using private.sorted(p_choices), v_hash;
  return 'voted';
end
$$;

create function public.cast_vote(poll_id uuid, choices uuid[], receipt text) returns public.vote_outcome
language sql set search_path = '' as $$ select private.cast_vote(poll_id, choices, receipt) $$;

-- Whether I can still vote, for each of these votes. `voted` also when somebody else in my flat has: nothing tells who.
-- Definer: reads the electorate.
create function private.my_votes(p_poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable security definer set search_path = '' as $$
  select p.id, case
    when p.status = 'planned' then 'not_yet_open'
    when p.status <> 'open' or p.closes_at <= now() then 'closed'
    when not private.has_role(p.block_id, '{resident}') then 'not_entitled'
    else (
      select case when count(*) = 0 then 'not_entitled' when count(*) > count(e.used_on) then 'can_vote'
        when count(*) = count(*) filter (where e.way = 'paper') then 'voted_on_paper' else 'voted' end
      from private.my_electors(p.id) e
    ) end::public.vote_state
  from public.polls p
  where p.id = any (p_poll_ids) and p.status <> 'draft'
    and p.block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
$$;

create function public.my_votes(poll_ids uuid[]) returns table (poll_id uuid, state public.vote_state)
language sql stable set search_path = '' as $$ select * from private.my_votes(poll_ids) $$;

-- Writes down the answer for everybody to read, over an earlier one. Who answered is kept as a role. Logged: what is built and
-- answered by the consultant as such. Locks the proposal. Definer: proposals are not writable.
create function private.check_proposal(p_proposal_id uuid, p_is_possible boolean, p_cost_nok integer, p_reason text)
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
    case when v_proposal.kind = 'physical' and v_role = 'consultant' then 'check_for_landlord' else 'check' end,
    'proposal', p_proposal_id,
    concat_ws(' · ', case when p_is_possible then 'yes' else 'no' end, case when p_is_possible then p_cost_nok end, v_reason));
  perform private.tell_proposer(p_proposal_id, 'proposal_checked', p_proposal_id || ':' || now());
  return 'checked';
end
$$;

create function public.check_proposal(
  proposal_id uuid, is_possible boolean, cost_nok integer default null, reason text default null
) returns public.check_outcome
language sql set search_path = '' as $$ select private.check_proposal(proposal_id, is_possible, cost_nok, reason) $$;

-- Says something about an approved proposal of my building. p_id is the form's own key. At most ten an hour and thirty a
-- day of mine; my own row is locked, so that many at once are counted one after the other. Holds the building's setting
-- and the proposal: nothing is said a moment after comments were switched off or the proposal was hidden.
-- Definer: writes tables nobody may write.
create function private.comment_proposal(p_id uuid, p_proposal_id uuid, p_body text, p_alias text)
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
  elsif not (private.attempt('comment', v_person_id::text, 10, '1 hour')
    and private.attempt('comment_day', v_person_id::text, 30, '1 day')) then
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

create function public.comment_proposal(id uuid, proposal_id uuid, body text, alias text default null)
returns public.comment_outcome
language sql set search_path = '' as $$ select private.comment_proposal(id, proposal_id, body, alias) $$;

-- Takes my own comment away, hidden or not, with its words and what was said about it. Answers false when there is none. That somebody had
-- flagged it, or that I had appealed, does not vanish without a trace: the log says how many had, and whether any of it waited for an answer;
-- not whose comment it was. Definer: comments are not writable.
create function private.take_back_comment(p_comment_id uuid) returns boolean
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
  insert into public.audit_entries (block_id, act, subject_kind, subject_id, reason)
  select v_block_id, 'take_back', 'comment', p_comment_id, concat_ws(' ', 'flags:' || nullif(m.flags, 0),
    case when m.appeals > 0 then 'appeal' end, case when m.waiting > 0 then 'waiting' end)
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

create function public.take_back_comment(comment_id uuid) returns boolean
language sql set search_path = '' as $$ select private.take_back_comment(comment_id) $$;

-- What neighbours have seen stays as by "en beboer", without alias and names; what only the author and the consultant have seen goes.
-- The proposals are locked. Granted to nobody.
create function private.forget_ideas(p_person_id uuid, p_words text[]) returns void
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
  update public.poll_questions q set
    body = private.masked(q.body, p_words), answer = private.masked(q.answer, p_words), hidden_reason = private.masked(q.hidden_reason, p_words)
  where q.id in (select a.question_id from public.poll_question_authors a where a.person_id = p_person_id);
end
$$;

-- The words of a proposal without their endings. Immutable, so that an index can hold them; and dear, as it is, so that the
-- planner asks the index instead of taking every text apart.
create function private.proposal_words(p_title text, p_body text) returns tsvector
language sql immutable cost 10000 set search_path = '' as $$
  select to_tsvector('pg_catalog.norwegian'::regconfig, p_title || ' ' || p_body)
$$;

-- Any of these words, as a query. Null when there is no word that says something.
create function private.any_word(p_text text) returns tsquery
language sql immutable set search_path = '' as $$
  select string_agg('''' || replace(replace(l, '\', '\\'), '''', '''''') || '''', ' | ')::tsquery
  from unnest(tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, p_text))) l
$$;

-- Approved, visible proposals of this building that are like this title at this place, most like first, at most five. Its score:
-- how many of the words are in its title (or by half in its text), how alike the titles are letter by letter, and a little
-- for the same place. The name of a place is no word that says something, unless it is all there is.
-- No right is asked here: granted to nobody.
create function private.find_like_proposals(p_block_id uuid, p_title text, p_place_id uuid, p_except uuid)
returns setof uuid
language plpgsql stable set search_path = '' as $$
declare
  v_title text := left(p_title, 120);
  v_all text[] := tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, left(p_title, 120)));
  v_words text[] := array(
    select unnest(v_all) except
    select unnest(tsvector_to_array(to_tsvector('pg_catalog.norwegian'::regconfig, pl.name)))
    from public.places pl where pl.block_id = p_block_id and pl.kind not in ('flat', 'floor'));
  v_query tsquery := private.any_word(left(p_title, 120));
begin
  if v_words = '{}' then
    v_words := v_all;
  end if;
  return query
  select l.id
  from (
    select p.id, p.support_count, w.share + 0.7 * extensions.similarity(p.title, v_title)
      + case when w.share > 0 and p.place_id = p_place_id then 0.2 else 0 end as score
    from public.proposals p, lateral (
      select coalesce(sum(
        case when one = any (tsvector_to_array(private.proposal_words(p.title, ''))) then 1
          when one = any (tsvector_to_array(private.proposal_words(p.title, p.body))) then 0.5 else 0 end
      ), 0)::real / greatest(cardinality(v_words), 1) as share
      from unnest(v_words) one
    ) w
    where p.block_id = p_block_id and p.status = 'approved' and p.hidden_at is null and p.id is distinct from p_except
      and (
        private.proposal_words(p.title, p.body) @@ v_query
        or p.title operator(extensions.%) v_title
        or v_title operator(extensions.<%) p.title
      )
  ) l
  where l.score >= 0.5
  order by l.score desc, l.support_count desc, l.id
  limit 5;
end
$$;

-- While a proposal is written, for everybody of the building. Definer: reads approved, visible proposals only, past their policy,
-- under which the indexes of words and titles (proposals/proposals.sql) could not be used.
create function private.like_proposals(p_block_id uuid, p_title text, p_place_id uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select l from private.find_like_proposals(p_block_id, p_title, p_place_id, null) l
  where private.has_role(p_block_id, '{resident,partner,consultant,landlord}')
$$;

create function public.like_proposals(block_id uuid, title text, place_id uuid default null) returns setof uuid
language sql stable set search_path = '' as $$ select * from private.like_proposals(block_id, title, place_id) $$;

-- For each waiting proposal of a building (the hundred oldest) the approved ones it is like, for its consultant.
-- Definer, as like_proposals.
create function private.suggest_merges(p_block_id uuid) returns table (proposal_id uuid, like_id uuid)
language sql stable security definer set search_path = '' as $$
  select w.id, l.id
  from (
    select p.id, p.title, p.place_id from public.proposals p
    where p.block_id = p_block_id and p.status = 'pending' and private.has_role(p_block_id, '{consultant}')
    order by p.created_at limit 100
  ) w, lateral (select private.find_like_proposals(p_block_id, w.title, w.place_id, w.id) as id) l
$$;

create function public.suggest_merges(block_id uuid) returns table (proposal_id uuid, like_id uuid)
language sql stable set search_path = '' as $$ select * from private.suggest_merges(block_id) $$;

-- Puts a waiting or approved proposal together with an approved one of the same building: its supporters stand under the
-- other one now, and its author with them when still living here, each counted once. One that is in a vote stays as it
-- is. Done twice is done. Logged. Locks both, in the same order whoever asks: two merges at once never wait in a circle,
-- and support that arrives meanwhile finds where it belongs or is refused.
-- Definer: proposals and supporters are not writable, and whose proposal it is nobody may read.
create function private.merge_proposal(p_proposal_id uuid, p_into uuid) returns public.merge_outcome
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
  perform private.log_act(v_from.block_id, 'merge', 'proposal', p_proposal_id, p_into::text);
  perform private.tell_proposer(p_proposal_id, 'proposal_merged', p_proposal_id::text);
  return 'merged';
end
$$;

create function public.merge_proposal(proposal_id uuid, into_id uuid) returns public.merge_outcome
language sql set search_path = '' as $$ select private.merge_proposal(proposal_id, into_id) $$;

-- Tells one person once. For the definer functions; granted to nobody.
create function private.notify_proposal(
  p_person_id uuid, p_kind public.notification_kind, p_proposal_id uuid, p_subject text
) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id)
  select p_person_id, p.block_id, p_kind, p_subject, p.id from public.proposals p
  where p.id = p_proposal_id and p_person_id is not null
  on conflict (person_id, kind, subject) do nothing
$$;

-- Tells the author of a proposal, unless it is the one who acts. For the definer functions; granted to nobody.
create function private.tell_proposer(p_proposal_id uuid, p_kind text, p_subject text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.notify_proposal(a.person_id, p_kind::public.notification_kind, p_proposal_id, p_subject)
  from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id is distinct from (select auth.uid());
end
$$;

-- Whether I may store one more file today: somebody who belongs to a building, 20 a day, and not by an address signed
-- beforehand (see may_store_photo, reports/photos.sql).
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create function private.may_store_space_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,consultant,landlord}'))
    and 20 > (
      select count(*) from storage.objects o
      where o.bucket_id = 'space-photos' and o.owner_id = (select auth.uid())::text
        and o.created_at > now() - interval '1 day'
    )
$$;

-- Whether this file is there, mine, and no job's to remove. Holds it until the end of the transaction. For the functions
-- that point to a picture; granted to nobody.
create function private.hold_space_photo(p_path text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from storage.objects o
  where o.bucket_id = 'space-photos' and o.name = p_path and o.owner_id = (select auth.uid())::text for key share;
  -- A statement of its own: it sees what was marked while this one waited.
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Whether something points to this file. A table that keeps such pictures adds a line. Granted to nobody.
create function private.is_space_photo_used(p_path text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.proposal_photos p where p.path = p_path)
    or exists (select from public.follow_up_photos p where p.path = p_path)
    or exists (select from public.notice_photos p where p.path = p_path);
end
$$;

-- As mark_abandoned_photos (reports/photos.sql), for pictures of what all share: those of forms that nobody sent for 24 hours, and
-- of what is not there any more. Definer: sees every file and every picture.
create function private.mark_abandoned_space_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_names text[];
begin
  if not private.attempt('space_photo_cleanup', 'all', 1, '10 minutes') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.created_at < now() - (select private.keep('unsent_photos'))
      and not private.is_space_photo_used(o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
    order by o.created_at limit 200
  );
  v_names := array(
    select o.name from storage.objects o
    where o.bucket_id = 'space-photos' and o.name = any (v_names) for update skip locked
  );
  -- Asked again under the lock: meanwhile something may point to it.
  return query
  insert into private.photo_removals as r (path)
  select n from unnest(v_names) n where not private.is_space_photo_used(n)
  on conflict do nothing
  returning r.path;
end
$$;

create function public.mark_abandoned_space_photos() returns setof text
language sql set search_path = '' as $$ select private.mark_abandoned_space_photos() $$;

-- A name as it is read in passing: signs that look like others are those (wide and Cyrillic letters, digits), and only letters count.
create function private.plain_name(p_name text) returns text
language sql immutable set search_path = '' as $$
  select regexp_replace(translate(lower(normalize(p_name, NFKC)), 'аеіјорсухѕкмт01345', 'aeijopcyxskmtoleas'), '[^[:alpha:]]', '', 'g')
$$;

-- Whether this alias would be taken for somebody else: those who run the building, or a neighbour's own display name. Definer: reads the
-- display names of the building's members, which neighbours may not; granted to nobody.
create function private.is_alias_taken(p_block_id uuid, p_alias text) returns boolean
language sql stable security definer set search_path = '' as $$
  with typed as (select private.plain_name(p_alias) as alias)
  select coalesce(
    t.alias ~ 'bol[il]gbygg|bomilj|konsulent|vaktmester|kommune|utleier|landlord|adviser|caretaker|administrator|^drift|^admin|^politi'
    or t.alias = 'nav'
    or exists (
      select from public.memberships m join public.people p on p.id = m.person_id
      where m.block_id = p_block_id and m.ended_at is null and m.person_id <> (select auth.uid())
        and private.plain_name(p.display_name) = t.alias and t.alias <> ''
    ), false)
  from typed t
$$;

-- Whether I may be called this. Five that were taken a day; from then on none is free: nobody finds out by trying who lives here.
-- Granted to nobody.
create function private.may_use_alias(p_block_id uuid, p_alias text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_me constant text := (select auth.uid())::text;
begin
  if nullif(btrim(p_alias), '') is null then
    return true;
  elsif not private.has_attempts_left('alias', v_me, 5, interval '1 day') then
    return false;
  elsif private.is_alias_taken(p_block_id, p_alias) then
    perform private.attempt('alias', v_me, 5, interval '1 day');
    return false;
  end if;
  return true;
end
$$;

-- Sends an idea to the consultant. p_id is the form's own key: the same form sent twice is one proposal. At most five
-- of mine may wait at a time; my own row is locked, so that ten at once are counted one after the other.
-- Definer: writes tables nobody may write, and sees any proposal that has the key already.
create function private.propose(
  p_id uuid, p_block_id uuid, p_title text, p_body text, p_kind public.proposal_kind, p_place_id uuid, p_alias text,
  p_rough_cost_nok integer, p_photo_path text, p_photo_text text
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
  ) >= 5 then
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

create function public.propose(
  id uuid, block_id uuid, title text, body text, kind public.proposal_kind, place_id uuid default null,
  alias text default null, rough_cost_nok integer default null, photo_path text default null, photo_text text default null
) returns public.propose_outcome
language sql set search_path = '' as $$
  select private.propose(id, block_id, title, body, kind, place_id, alias, rough_cost_nok, photo_path, photo_text)
$$;

-- Takes my own idea back while it waits. Answers false when there is none to take back.
-- Definer: proposals are not writable.
create function private.withdraw_proposal(p_proposal_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.proposals p set status = 'withdrawn'
  where p.id = p_proposal_id and p.status = 'pending'
    and exists (select from public.proposal_authors a where a.proposal_id = p.id and a.person_id = (select auth.uid()));
  return found;
end
$$;

create function public.withdraw_proposal(proposal_id uuid) returns boolean
language sql set search_path = '' as $$ select private.withdraw_proposal(proposal_id) $$;

-- A line in the conversation about a proposal that waits: the consultant asks, the author answers once asked. p_id is the
-- form's own key: the same form sent twice is one line. At most thirty. Locks the proposal.
-- Definer: writes messages, which nobody may, and reads whose proposal it is.
create function private.write_about_proposal(p_id uuid, p_proposal_id uuid, p_body text)
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
  elsif (select count(*) from public.proposal_messages m where m.proposal_id = p_proposal_id) >= 30 then
    return 'too_many';
  end if;
  insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
  values (p_id, p_proposal_id, v_proposal.block_id, not v_is_mine, btrim(p_body), clock_timestamp())
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  elsif not v_is_mine then
    perform private.log_act(v_proposal.block_id, 'ask', 'proposal', p_proposal_id, btrim(p_body));
    perform private.tell_proposer(p_proposal_id, 'proposal_question', p_id::text);
  end if;
  return 'sent';
end
$$;

create function public.write_about_proposal(id uuid, proposal_id uuid, body text) returns public.proposal_message_outcome
language sql set search_path = '' as $$ select private.write_about_proposal(id, proposal_id, body) $$;

-- The consultant's answer, once: approve (the answer is then for everybody, and optional) or decline (with a reason,
-- for the author). `p_kind` says what it is when its author chose wrongly: what is built or changed must be checked by Boligbygg. Logged.
-- Definer: proposals are not writable.
create function private.decide_proposal(p_proposal_id uuid, p_approve boolean, p_answer text, p_kind public.proposal_kind)
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
    perform private.log_act(v_proposal.block_id, case p_kind when 'physical' then 'make_physical' else 'make_social' end,
      'proposal', p_proposal_id, null);
  end if;
  perform private.log_act(v_proposal.block_id, case when p_approve then 'approve' else 'decline' end,
    'proposal', p_proposal_id, v_answer);
  perform private.tell_proposer(p_proposal_id, case when p_approve then 'proposal_approved' else 'proposal_declined' end,
    p_proposal_id::text);
  return case when p_approve then 'approved' else 'declined' end::public.decide_outcome;
end
$$;

create function public.decide_proposal(
  proposal_id uuid, approve boolean, answer text default null, kind public.proposal_kind default null
) returns public.decide_outcome
language sql set search_path = '' as $$ select private.decide_proposal(proposal_id, approve, answer, kind) $$;

-- Puts my support under an approved proposal of my building, or takes it away; saying it twice changes nothing.
-- Locks the proposal: the number is right when twenty press at once, and nothing hidden is supported a moment later.
-- Definer: the number is not writable, and the other supporters are not readable.
create function private.set_support(p_proposal_id uuid, p_wanted boolean) returns public.support_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or v_proposal.status <> 'approved' or v_proposal.hidden_at is not null
    or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_open';
  end if;
  if p_wanted then
    insert into public.proposal_supporters (proposal_id, person_id) values (p_proposal_id, (select auth.uid()))
    on conflict do nothing;
  else
    delete from public.proposal_supporters s where s.proposal_id = p_proposal_id and s.person_id = (select auth.uid());
  end if;
  if found then
    update public.proposals p set support_count = p.support_count + case when p_wanted then 1 else -1 end
    where p.id = p_proposal_id;
  end if;
  return case when p_wanted then 'supported' else 'not_supported' end::public.support_outcome;
end
$$;

create function public.support_proposal(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, true) $$;

create function public.withdraw_support(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, false) $$;

-- Only the landlord's own people: a case is not given to a resident's account.
-- Definer: reads memberships, whoever saves.
create function private.tg_report_assignees__person() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.person_id is not null and not exists (
    select from public.memberships m where m.person_id = new.person_id and m.role = 'landlord' and m.ended_at is null
  ) then
    raise exception 'not an account of the landlord' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

-- Makes the row of a new case, and keeps is_open as that of the case. Definer: whoever makes or changes a case may not write here.
create function private.tg_reports__assignment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    insert into public.report_assignments (report_id, block_id, number, reported_at, is_open)
    values (new.id, new.block_id, new.number, new.created_at, new.is_open);
  elsif new.is_open <> old.is_open then
    update public.report_assignments a set is_open = new.is_open where a.report_id = new.id;
  end if;
  return null;
end
$$;

-- Gives a case to somebody, or to nobody (null). The event and the name, an internal note, are the staff's alone.
-- Definer: writes tables that nobody may write to.
create function private.assign_report(p_report_id uuid, p_assignee_id uuid) returns public.assign_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles public.report_actor[] := private.my_report_roles(p_report_id);
  v_report public.reports;
  v_name text;
begin
  if not 'landlord' = any (v_roles) then
    return case when v_roles <> '{}' or private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  select a.name into v_name from public.report_assignees a where a.id = p_assignee_id and a.is_active;
  if not found and p_assignee_id is not null then
    return 'wrong_assignee';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  update public.report_assignments a
  set assignee_id = p_assignee_id, assigned_at = case when p_assignee_id is not null then now() end
  where a.report_id = p_report_id and a.assignee_id is distinct from p_assignee_id;
  if not found then
    return 'unchanged';
  end if;
  perform private.write_report_message(
    gen_random_uuid(), v_report, 'landlord', 'internal', coalesce(v_name, 'Ingen'),
    private.write_report_event(v_report, 'landlord', 'assigned'));
  return case when v_name is null then 'unassigned' else 'assigned' end;
end
$$;

-- At most 100 at once, each judged by itself, in the order of their ids, as change_reports_status.
create function public.assign_reports(report_ids uuid[], assignee_id uuid default null)
returns table (report_id uuid, outcome public.assign_report_outcome)
language sql set search_path = '' as $$
  select o.id, private.assign_report(o.id, assignee_id)
  from (select distinct id from unnest(report_ids[1:100]) id order by id) o
$$;

-- The consultant asks the landlord to hurry, at most once a day (24 hours) and case. That it happened is for everyone who sees
-- the case, the words are an internal note.
-- Definer: writes tables that nobody may write to.
create function private.chase_report(p_report_id uuid, p_body text) returns public.chase_report_outcome
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
  elsif v_report.chased_at > now() - interval '1 day' then
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

create function public.chase_report(report_id uuid, body text default null) returns public.chase_report_outcome
language sql set search_path = '' as $$ select private.chase_report(report_id, body) $$;

-- Easter Sunday, by the Gregorian calculation of Meeus, Jones and Butcher.
create function private.easter(p_year integer) returns date
language sql immutable set search_path = '' as $$
  select make_date(p_year, (h.h + l.l - 7 * m.m + 114) / 31, (h.h + l.l - 7 * m.m + 114) % 31 + 1)
  from
    (select p_year % 19 as a, p_year / 100 as b, p_year % 100 as c) y,
    lateral (select (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30 as h) h,
    lateral (select (32 + 2 * (b % 4) + 2 * (c / 4) - h.h - c % 4) % 7 as l) l,
    lateral (select (a + 11 * h.h + 22 * l.l) / 451 as m) m
$$;

-- Monday to Friday, without the public holidays of Norway (lov om helligdager; 1 and 17 May).
create function private.is_working_day(p_day date) returns boolean
language sql immutable set search_path = '' as $$
  select extract(isodow from p_day) < 6
    and to_char(p_day, 'MMDD') not in ('0101', '0501', '0517', '1225', '1226')
    and p_day - private.easter(extract(year from p_day)::integer) not in (-3, -2, 0, 1, 39, 49, 50)
$$;

-- The p_count-th working day after this day; with 0 the day itself, or the next working day when it is none.
create function private.add_working_days(p_day date, p_count integer) returns date
language sql immutable set search_path = '' as $$
  select d::date
  from generate_series(p_day + least(p_count, 1), p_day + 2 * p_count + 14, interval '1 day') d
  where private.is_working_day(d::date)
  order by d offset greatest(p_count - 1, 0) limit 1
$$;

-- By when a case from now on is expected to be done; null when the landlord has set no time. Granted to nobody.
create function private.expected_by(p_thing public.report_thing, p_is_urgent boolean) returns date
language sql stable set search_path = '' as $$
  select case when d.is_working_days then private.add_working_days(private.today(), d.days) else private.today() + d.days end
  from public.report_deadlines d where d.thing = p_thing and d.is_urgent = p_is_urgent
$$;

-- A deleted account takes the contact with it; the fault and its history stay with the landlord.
create function private.tg_report_details__forget_contact() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.contact := null;
  return new;
end
$$;

-- The day counts from the last change.
create function private.tg_report_drafts__saved() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.saved_at := now();
  return new;
end
$$;

-- Takes away what nobody came back to. Answers how many. Definer: the server has no right to read drafts.
create function private.forget_report_drafts() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.report_drafts d where d.saved_at <= now() - (select private.keep('report_drafts'));
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

create function public.forget_report_drafts() returns integer
language sql set search_path = '' as $$ select private.forget_report_drafts() $$;

-- History is not corrected: nobody changes or deletes it, the staff and the server included. What a person may have deleted
-- (residents/forgetting.sql) are words, never what happened.
create function private.tg_report_history__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_table_name = 'report_messages' and tg_op <> 'TRUNCATE' and private.may_forget() then
    return null;
  end if;
  raise exception 'table % is append-only', tg_table_name;
end
$$;

-- Appends an event; of the staff it is kept who it was, and logged: the admin reads the log, not the case. Answers its id. Granted to nobody.
create function private.write_report_event(
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
    perform private.log_act(p_report.block_id, 'report_' || p_kind, 'report', p_report.id, p_to::text) where (select auth.uid()) is not null;
  end if;
  return v_id;
end
$$;

-- "Jeg har det også", and taking it back. Locks the case, so that nobody joins at the moment it is finished; the
-- trigger below keeps the count.
-- Definer: locks the case, which nobody may write to.
create function private.follow_report(p_report_id uuid, p_is_following boolean) returns public.follow_report_outcome
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

create function public.follow_report(report_id uuid, is_following boolean default true) returns public.follow_report_outcome
language sql set search_path = '' as $$ select private.follow_report(report_id, is_following) $$;

-- Keeps the count of the case, also when a follower deletes their account.
-- Definer: the row may go by the account's cascade, whoever that runs as.
create function private.tg_report_followers__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.reports r
  set affected_count = r.affected_count + case when tg_op = 'INSERT' then 1 else -1 end
  where r.id = coalesce(new.report_id, old.report_id);
  return null;
end
$$;

-- "Ikke fikset" from a neighbour in a common place, within 14 days: the second flat opens the case again. Somebody who works in
-- the building counts as a flat of their own. Locks the case, so that the second is judged with the first.
-- Definer: reads the others' objections, and writes the case.
create function private.object_report(p_report_id uuid) returns public.object_report_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_report public.reports;
begin
  if not private.sees_as_neighbour(p_report_id) then
    return 'not_found';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id for update;
  if p_report_id in (select private.my_report_ids()) or not exists (
    select from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = 'reopened' and t.role = 'neighbour'
  ) then
    return 'not_allowed';
  elsif v_report.status_changed_at < now() - interval '14 days' then
    return 'too_late';
  end if;
  insert into public.report_objections (report_id, person_id, flat_id)
  values (p_report_id, v_me, (
    select m.flat_id from public.memberships m
    where m.person_id = v_me and m.block_id = v_report.block_id and m.ended_at is null and m.flat_id is not null
    order by m.flat_id limit 1
  ))
  on conflict do nothing;
  if not found then
    return 'unchanged';
  elsif (
    select count(distinct coalesce(o.flat_id, o.person_id)) from public.report_objections o where o.report_id = p_report_id
  ) < 2 then
    return 'counted';
  end if;
  perform private.set_report_status(v_report, 'reopened', 'neighbour');
  return 'reopened';
end
$$;

create function public.object_report(report_id uuid) returns public.object_report_outcome
language sql set search_path = '' as $$ select private.object_report(report_id) $$;

-- Takes what is personal out of the cases of a flat: words, contact, way in, pictures, and who reported them. Number, place, thing and
-- what happened stay. With p_all also what the staff wrote; else what the reporter wrote, and the rest without these words.
-- The caller has locked the cases and begun forgetting. Granted to nobody.
create function private.forget_flat_cases(p_report_ids uuid[], p_words text[], p_all boolean) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.photo_moves (path_from)
  select distinct f.path from public.report_photos f
  where f.report_id = any (p_report_ids)
    and not exists (select from public.report_photos o where o.path = f.path and o.report_id <> all (p_report_ids))
  on conflict (path_from) do nothing;
  delete from public.report_photos f where f.report_id = any (p_report_ids);
  delete from public.report_messages m where m.report_id = any (p_report_ids) and (p_all or m.author_role = 'reporter');
  update public.report_messages m set body = private.masked(m.body, p_words) where m.report_id = any (p_report_ids);
  delete from public.report_questions q where q.report_id = any (p_report_ids) and p_all;
  update public.report_questions q set answer = null, body = private.masked(q.body, p_words) where q.report_id = any (p_report_ids);
  update public.report_details d
  set description = '–', contact = null, access = null, reporter_id = null, forgotten_at = now()
  where d.report_id = any (p_report_ids);
end
$$;

-- Cases: of a flat see forget_flat_cases; of common places the words and pictures stay, for the fault is everybody's, without the
-- reporter, the contact and the names in them. The cases are locked. Granted to nobody.
create function private.forget_cases(p_person_id uuid, p_words text[]) returns void
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
end
$$;

-- Personal data of flats' cases that were closed so long ago (base/retention.sql); of cases in common places only the contact. A case that
-- is told in another one waits for that one. Answers how many. Definer: writes what nobody may.
create function private.forget_closed_cases() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_before constant timestamptz := now() - (select private.keep('flat_cases'));
  v_ids uuid[];
begin
  v_ids := array(
    select r.id from public.reports r
    where not r.is_open and r.status_changed_at < v_before
      and exists (select from public.report_details d where d.report_id = r.id and (d.forgotten_at is null and not r.is_common or d.contact is not null))
      and not exists (select from public.reports t where t.id = r.merged_into and t.is_open)
    order by r.id limit 500 for update of r skip locked
  );
  perform private.begin_forgetting();
  perform private.forget_flat_cases(array(select r.id from public.reports r where r.id = any (v_ids) and not r.is_common), '{}', true);
  perform private.end_forgetting();
  update public.report_details d set contact = null where d.report_id = any (v_ids) and d.contact is not null;
  return cardinality(v_ids);
end
$$;

-- Says once a week that we still work on a case whose expected time is out: an event, and a word to the reporter and those who
-- have it too. At most 500 at a time. Answers how many.
-- Definer: writes cases of people whom the server may not see.
create function private.tell_late() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_report public.reports;
  v_count integer := 0;
begin
  for v_report in
    select r.* from public.reports r
    where r.is_open and r.expected_by < private.today() and (r.told_late_at is null or r.told_late_at <= now() - interval '7 days')
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

-- What time does to cases. Answers the numbers. Safe to run twice and by several copies at once.
create function public.run_report_jobs() returns jsonb
language sql set search_path = '' as $$ select jsonb_build_object('told_late', private.tell_late()) $$;

-- The reporter of a case and those who have it too. Granted to nobody.
create function private.report_people(p_report_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select d.reporter_id from public.report_details d where d.report_id = p_report_id and d.reporter_id is not null
  union
  select f.person_id from public.report_followers f where f.report_id = p_report_id
$$;

-- Takes a locked case into another: its reporter and those who have it too follow the other one from now on, and are told once.
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

-- The role in which I, as staff, merge in this case; null for everybody else. Granted to nobody.
create function private.my_staff_role(p_block_id uuid) returns public.report_actor
language sql stable set search_path = '' as $$
  select case
    when private.has_role(p_block_id, '{landlord}') then 'landlord'
    when private.has_role(p_block_id, '{consultant}') then 'consultant'
  end::public.report_actor
$$;

-- Merges an open case into another of the same building: into one of a common place, or of the same flat, so that nobody comes to
-- see another's home. The other one is neither withdrawn nor merged itself.
-- Definer: locks and writes tables that nobody may write to.
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

create function public.merge_report(report_id uuid, into_id uuid) returns public.merge_report_outcome
language sql set search_path = '' as $$ select private.merge_report(report_id, into_id) $$;

-- Undoes a merge: the case is what it was before, and those it brought leave the other one. When that one was merged too, it
-- comes out first.
-- Definer: as merge_report.
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

create function public.unmerge_report(report_id uuid) returns public.merge_report_outcome
language sql set search_path = '' as $$ select private.unmerge_report(report_id) $$;

-- Appends a message and remembers whether the reporter waits for an answer. What everyone may read of a flat is what the
-- resident may read. Of the staff it is logged, never what was written. Granted to nobody: only functions call it, after they have decided
-- that the author may.
create function private.write_report_message(
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
    perform private.log_act(p_report.block_id, 'report_message', 'report', p_report.id, null);
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

-- Writes to the other side ('resident'), to everyone who sees the case, or an internal note ('internal'); the last two are
-- the staff's. Sending the same id twice writes once. At most 50 messages a person and day.
-- Definer: writes tables that nobody may write to.
create function private.add_report_message(p_id uuid, p_report_id uuid, p_body text, p_audience public.message_audience)
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
  elsif not private.attempt('report_message', (select auth.uid())::text, case v_role when 'reporter' then 50 else 1000 end, '1 day') then
    return 'too_many_today';
  end if;
  select * into v_report from public.reports r where r.id = p_report_id;
  perform private.write_report_message(p_id, v_report, v_role, p_audience, p_body);
  return 'sent';
end
$$;

create function public.add_report_message(
  id uuid, report_id uuid, body text, audience public.message_audience default 'resident'
) returns public.report_message_outcome
language sql set search_path = '' as $$ select private.add_report_message(id, report_id, body, audience) $$;

-- Tells the reporter of a case, and those who have it too, but not the one who did it. Nobody is told of a case that they
-- may not see any more. Granted to nobody.
create function private.notify_report(
  p_report public.reports, p_kind public.notification_kind, p_subject text, p_with_followers boolean
) returns void
language sql set search_path = '' as $$
  with recursive told_here (id) as (
    select p_report.id
    union
    select r.id from public.reports r join told_here t on r.merged_into = t.id
  )
  insert into public.notifications (person_id, block_id, kind, subject, report_id)
  select p.person_id, p_report.block_id, p_kind, p_subject, p_report.id
  from (
    select d.reporter_id as person_id from public.report_details d where d.report_id = p_report.id
    union
    select f.person_id from public.report_followers f
    where f.report_id = p_report.id and p_with_followers and (
      exists (
        select from public.memberships m
        where m.person_id = f.person_id and m.block_id = p_report.block_id and m.ended_at is null
          and m.role in ('resident', 'partner', 'consultant')
      )
      -- who reported what was merged into it sees it also from elsewhere
      or f.person_id in (select d.reporter_id from told_here t join public.report_details d on d.report_id = t.id)
    )
  ) p
  where p.person_id is not null and p.person_id is distinct from (select auth.uid())
  order by p.person_id -- several at once never wait for each other in a circle
  on conflict (person_id, kind, subject) do nothing
$$;

-- Posts what is known of a fault in a common place, or changes what was posted. p_id is an open case of that thing at that place,
-- or a new one that is made here. Those who have it are told.
-- Definer: as merge_report.
create function private.post_outage(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_body text, p_expected_on date
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

create function public.post_outage(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, body text, expected_on date default null
) returns public.post_outage_outcome
language sql set search_path = '' as $$ select private.post_outage(id, block_id, place_id, thing, body, expected_on) $$;

-- A case in few words, for lists of what I did. Granted to nobody.
create function private.case_words(p_report_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('number', r.number, 'building', b.name, 'place', p.name, 'thing', r.thing, 'case_status', r.status)
  from public.reports r join public.places p on p.id = r.place_id join public.blocks b on b.id = r.block_id
  where r.id = p_report_id
$$;

-- The cases I reported, with what I wrote in them and what was written to me. Internal notes of the staff are not in it: they are
-- the landlord's working papers, and who asks for them asks the landlord. Granted to nobody.
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

-- Whether I may store one more file today: somebody who belongs to a building, for an account costs nothing. Not by an address signed
-- beforehand: nothing is asked when a file is sent there, so that a thousand addresses signed in the morning would be a thousand files.
-- (Storage asks before a file is sent and notes it after: some that are sent at the very same time pass over the limit together. No lock
-- here outlives the question.)
-- Definer: counts my files whatever the policies of storage.objects say (they call this).
create function private.may_store_photo() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(current_setting('storage.operation', true), '') not like '%sign_upload_url'
    and exists (select from private.my_block_ids('{resident,partner,consultant,landlord}'))
    and 60 > (
      select count(*) from storage.objects o
      where o.bucket_id = 'report-photos' and o.name like (select auth.uid())::text || '/%'
        and o.created_at > now() - interval '1 day'
    )
$$;

-- Lets the neighbours of a common-area case see its pictures, or hides them again: the reporter, or the staff after looking.
-- What the staff do is logged. Definer: writes the case, which nobody may.
create function private.share_report_photos(p_report_id uuid, p_are_shared boolean) returns public.share_photos_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_roles constant public.report_actor[] := private.my_report_roles(p_report_id);
begin
  if v_roles = '{}' then
    return case when private.sees_as_neighbour(p_report_id) then 'not_allowed' else 'not_found' end;
  end if;
  perform private.log_act(r.block_id, case when p_are_shared then 'share_photos' else 'hide_photos' end, 'report', r.id, null)
  from public.reports r
  where r.id = p_report_id and r.is_common and r.are_photos_shared <> p_are_shared and not 'reporter' = any (v_roles);
  update public.reports r set are_photos_shared = p_are_shared where r.id = p_report_id and r.is_common;
  return case when not found then 'not_allowed' when p_are_shared then 'shared' else 'hidden' end;
end
$$;

create function public.share_report_photos(report_id uuid, are_shared boolean) returns public.share_photos_outcome
language sql set search_path = '' as $$ select private.share_report_photos(report_id, are_shared) $$;

-- Whether this file of mine is there and is no job's to remove. Holds it until the end of the transaction. For the functions
-- that write report_photos; granted to nobody.
create function private.hold_photo(p_path text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from storage.objects o where o.bucket_id = 'report-photos' and o.name = p_path for key share;
  -- A statement of its own: it sees what was marked while this one waited.
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

-- Last line of defence: no photo of a report without its file, whichever function writes it. An expected refusal is an outcome
-- of that function, which asks hold_photo first.
-- Definer: locks files, which nobody may change.
create function private.tg_report_photos__hold() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.hold_photo(new.path) then
    raise exception 'The photo is not stored' using errcode = '23503';
  end if;
  return new;
end
$$;

-- Somebody chose again a picture that they stored before: its day begins anew, as if it had been sent now. False when it is not
-- there, or a job is about to remove it.
-- Definer: the policies of storage let nobody change a file. Only that moment is changed, and only in the own folder.
create function private.keep_photo(p_path text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update storage.objects o set last_accessed_at = now()
  where o.bucket_id = 'report-photos' and o.name = p_path
    and split_part(p_path, '/', 1) = (select auth.uid())::text;
  return found and not exists (select from private.photo_removals r where r.path = p_path);
end
$$;

create function public.keep_photo(path text) returns boolean
language sql set search_path = '' as $$ select private.keep_photo(path) $$;

-- Marks up to 200 files that were stored or chosen again more than 24 hours ago (with some storage services also: shown) and
-- that no report and no draft points to, and answers their names, oldest first. Looks at all files, so it does at most every ten minutes;
-- in between, and to a second caller at the same time, it answers none. A file that somebody holds is left for the next time.
-- Definer: sees every file and every photo.
create function private.mark_abandoned_photos() returns setof text
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
  v_names text[];
begin
  if not private.attempt('photo_cleanup', 'all', 1, '10 minutes') then
    return;
  end if;
  delete from private.photo_removals r where r.marked_at < now() - interval '1 hour';
  v_ids := array(
    select o.id from storage.objects o
    where o.bucket_id = 'report-photos' and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
      and not exists (select from public.report_photos p where p.path = o.name)
      and not exists (select from private.photo_removals r where r.path = o.name)
      and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
      and not exists (
        select from public.report_drafts d
        where d.person_id::text = split_part(o.name, '/', 1)
          and strpos(d.photos, substring(o.name from '/(.*)\.webp$')) > 0)
    order by o.created_at limit 200
  );
  v_names := array(select o.name from storage.objects o where o.id = any (v_ids) for update skip locked);
  -- Asked again under the lock: meanwhile a report may point to it, or somebody has chosen it again.
  return query
  insert into private.photo_removals as r (path)
  select o.name from storage.objects o
  where o.bucket_id = 'report-photos' and o.name = any (v_names)
    and greatest(o.created_at, o.last_accessed_at) < now() - (select private.keep('unsent_photos'))
    and not exists (select from public.report_photos p where p.path = o.name)
    and not exists (select from private.photo_moves m where o.name in (m.path_from, m.path_to))
  on conflict do nothing
  returning r.path;
end
$$;

create function public.mark_abandoned_photos() returns setof text
language sql set search_path = '' as $$ select private.mark_abandoned_photos() $$;

-- These files were removed: the marks go, and the same picture may be stored again. The mark of a file that is still there
-- stays for its hour. Definer: nobody may see the marks.
create function private.unmark_removed_photos(p_paths text[]) returns void
language sql security definer set search_path = '' as $$
  delete from private.photo_removals r
  where r.path = any (p_paths)
    and not exists (
      select from storage.objects o where o.bucket_id in ('report-photos', 'space-photos') and o.name = r.path)
$$;

create function public.unmark_removed_photos(paths text[]) returns void
language sql set search_path = '' as $$ select private.unmark_removed_photos(paths) $$;

-- Asks the resident of an open case. p_starts_at and p_ends_at are up to 6 proposed times to come, each at most a day long, or
-- none. The same id asks once.
-- Definer: writes tables that nobody may write to.
create function private.ask_report_question(
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
  elsif cardinality(p_starts_at) > 6 or cardinality(p_starts_at) <> cardinality(p_ends_at) or exists (
    select from unnest(p_starts_at, p_ends_at) t (starts_at, ends_at)
    where (starts_at > now() and ends_at > starts_at and ends_at <= starts_at + interval '1 day'
      and starts_at < now() + interval '180 days') is not true
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
  perform private.log_act(v_report.block_id, 'ask', 'report', p_report_id, null);
  return 'asked';
end
$$;

create function public.ask_report_question(
  id uuid, report_id uuid, body text, starts_at timestamptz[] default '{}', ends_at timestamptz[] default '{}'
) returns public.report_question_outcome
language sql set search_path = '' as $$ select private.ask_report_question(id, report_id, body, starts_at, ends_at) $$;

-- Answers: one of the proposed times that is still to come, or words, or both; null for the time says that none suits. Once; the
-- reporter, or the consultant when nobody with an account reported it.
-- Definer: writes tables that nobody may write to.
create function private.answer_report_question(p_question_id uuid, p_chosen_position smallint, p_answer text)
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

create function public.answer_report_question(question_id uuid, chosen_position smallint default null, answer text default null)
returns public.report_question_outcome
language sql set search_path = '' as $$ select private.answer_report_question(question_id, chosen_position, answer) $$;

-- One page of the queue. The roles are asked once, not per row and policy.
--
-- No filter makes it slow. Where one of the filters leaves at most v_window cases, those are sorted and that is the answer.
-- Else it walks the index of the order and looks at no more than v_window cases: when that was not enough for a page, the last
-- row has no id, only the place (sort_value, number) where the next page goes on.
--
-- p_is_open: true, or null for all. p_after_value null means the case with p_after_number as it is now. p_is_back walks the other
-- way. 'affected' and 'deadline' are orders of open cases. The landlord sees all buildings, a consultant gives theirs.
-- Definer: reads cases past their policies, after it has asked for the role itself.
create function private.list_report_queue(
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
  v_is_given boolean := p_assignee_id is not null or p_is_unassigned;
  v_is_down boolean := (v_sort in ('newest', 'changed', 'affected')) <> p_is_back;
  -- What is written into the query below is chosen here and never comes from outside; values are parameters.
  v_is text := case when v_open is null then 'true' when v_open then 'r.is_open' else 'not r.is_open' end;
  v_given text := case when p_is_unassigned then 'a.assignee_id is null' else 'a.assignee_id = $9' end;
  v_from text := 'public.reports r';
  v_where text;
  v_key text := case v_sort when 'changed' then 'r.status_changed_at' when 'affected' then 'r.affected_count'
    when 'deadline' then 'coalesce(r.expected_by, date ''9999-12-31'')' else 'r.created_at' end;
  v_value text;
  v_after text := case v_sort when 'affected' then '$11' when 'deadline' then 'date ''1970-01-01'' + least(greatest($11, 0), 2932896)::integer'
    else 'timestamptz ''epoch'' + $11 * interval ''1 microsecond''' end;
  v_number text := 'r.number';
  v_before timestamptz := now() - make_interval(days => p_min_days);
  v_after_value bigint := p_after_value;
  v_driver text;
  v_few uuid[];
  v_is_few boolean := false;
  v_row record;
  v_end public.report_queue_row;
  v_today date := private.today();
  v_seen integer := 0;
  v_ids uuid[] := '{}';
  v_values bigint[] := '{}';
begin
  if not exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null
      and (m.role = 'landlord' or (m.role = 'consultant' and m.block_id = p_block_id))
  ) then
    return;
  end if;
  v_value := case v_sort when 'affected' then 'r.affected_count::bigint'
    when 'deadline' then format('(%s - date ''1970-01-01'')::bigint', v_key)
    else format('(extract(epoch from %s) * 1000000)::bigint', v_key) end;
  if v_after_value is null and p_after_number is not null then
    execute format('select %s from public.reports r where r.number = $1', v_value) into v_after_value using p_after_number;
  end if;

  foreach v_driver in array array_remove(array[
    case when p_number is not null then 'select r.id from public.reports r where r.number = $1' end,
    case when v_is_given and not (v_is_by_date and v_open is not null) then format('select a.report_id from public.report_assignments a where %s and %s',
      replace(v_given, '$9', '$2'), replace(v_is, 'r.', 'a.')) end,
    case when p_is_awaiting then 'select d.report_id from public.report_details d where d.asked_at is not null' end,
    case when p_is_late then format('select r.id from public.reports r where r.is_open and %s < $6',
      'coalesce(r.expected_by, date ''9999-12-31'')') end,
    case when p_is_urgent and v_open then 'select r.id from public.reports r where r.is_open and r.is_urgent' end,
    case when p_thing is not null then format('select r.id from public.reports r where r.thing = $3 and %s', v_is) end,
    case when p_status is not null and not v_is_by_date then 'select r.id from public.reports r where r.status = $4' end,
    case when p_block_id is not null and not (v_is_by_date and v_open is not null)
      then format('select r.id from public.reports r where r.block_id = $5 and %s', v_is) end
  ], null) loop
    execute format('select coalesce(array_agg(f.id), ''{}'') from (%s limit %s) f (id)', v_driver, v_window + 1)
    into v_few using p_number, p_assignee_id, p_thing, p_status, p_block_id, v_today;
    v_is_few := cardinality(v_few) <= v_window;
    exit when v_is_few;
  end loop;

  if v_is_few then
    v_from := '(select * from public.reports q where q.id = any ($13) offset 0) r';
    v_where := v_is;
  elsif v_is_by_date and v_is_given and v_open is not null then
    v_from := 'public.report_assignments a join public.reports r on r.id = a.report_id';
    v_where := v_given || ' and ' || replace(v_is, 'r.', 'a.');
    v_key := 'a.reported_at';
    v_number := 'a.number';
  elsif v_is_by_date and p_block_id is not null and v_open is not null then
    v_where := 'r.block_id = $1 and ' || v_is;
  elsif v_is_by_date and p_status is not null then
    v_where := 'r.status = $2';
  elsif v_is_by_date and p_is_urgent and v_open then
    v_where := 'r.is_open and r.is_urgent';
  elsif v_is_by_date and p_thing is not null and v_open is not null then
    v_where := 'r.thing = $3 and ' || v_is;
  else
    v_where := v_is;
  end if;
  if v_is_by_date and p_min_days is not null then
    v_where := format('%s and %s <= $4', v_where, v_key);
  end if;
  if v_after_value is not null then
    v_where := format('%s and (%s, %s) %s (%s, $12)', v_where, v_key, v_number, case when v_is_down then '<' else '>' end, v_after);
  end if;

  for v_row in execute format(
    $q$select r.id, %1$s as value, r.number,
      ($1 is null or r.block_id = $1) and ($2 is null or r.status = $2) and ($3 is null or r.thing = $3)
      and ($4 is null or r.created_at <= $4) and (not $5 or r.expected_by < $14) and (not $6 or r.is_urgent)
      and (not $7 or (select d.asked_at from public.report_details d where d.report_id = r.id) is not null)
      and (not $8 or (select %2$s from public.report_assignments a where a.report_id = r.id))
      and ($10 is null or r.number = $10) as is_match
    from %3$s where %4$s order by %5$s %7$s, %6$s %7$s limit %8$s$q$,
    v_value, v_given, v_from, v_where, v_key, v_number, case when v_is_down then 'desc' else 'asc' end, v_window
  ) using p_block_id, p_status, p_thing, v_before, p_is_late, p_is_urgent, p_is_awaiting, v_is_given, p_assignee_id, p_number,
    v_after_value, p_after_number, v_few, v_today
  loop
    v_seen := v_seen + 1;
    if v_row.is_match then
      v_ids := v_ids || v_row.id;
      v_values := v_values || v_row.value;
      exit when cardinality(v_ids) = v_max;
    end if;
  end loop;

  return query
  select r.id, r.number, b.id, b.slug, b.name, p.name, p.kind, r.is_common, r.thing, r.status, r.is_open, r.is_urgent, r.waiting_for,
    r.expected_by, r.affected_count, r.created_at, r.status_changed_at, d.asked_at, r.chase_count, s.name, f.value
  from unnest(v_ids, v_values) with ordinality f (id, value, position)
  join public.reports r on r.id = f.id
  join public.blocks b on b.id = r.block_id
  join public.places p on p.id = r.place_id
  left join public.report_details d on d.report_id = r.id
  left join public.report_assignments a on a.report_id = r.id
  left join public.report_assignees s on s.id = a.assignee_id
  order by f.position;
  if v_seen = v_window and not v_is_few and cardinality(v_ids) < v_max then
    v_end.number := v_row.number;
    v_end.sort_value := v_row.value;
    return next v_end;
  end if;
end
$$;

create function public.list_report_queue(
  sort public.report_sort default 'oldest', block_id uuid default null, is_open boolean default null,
  status public.report_status default null, thing public.report_thing default null, min_days integer default null,
  is_late boolean default false, is_urgent boolean default false, is_awaiting boolean default false, assignee_id uuid default null,
  is_unassigned boolean default false, number bigint default null, after_value bigint default null, after_number bigint default null,
  is_back boolean default false, max_rows integer default 30
) returns setof public.report_queue_row
language sql stable set search_path = '' as $$
  select * from private.list_report_queue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
$$;

-- The cases I reported. Definer: the policies of report_details themselves depend on it.
create function private.my_report_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.report_id from public.report_details d where d.reporter_id = (select auth.uid())
$$;

-- The cases that tell on what I reported: mine was merged into them. Definer, for the same reason.
create function private.my_merged_into_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  with recursive into_ids (id) as (
    select r.merged_into
    from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = (select auth.uid()) and r.merged_into is not null
    union
    select r.merged_into from into_ids i join public.reports r on r.id = i.id where r.merged_into is not null
  )
  select id from into_ids
$$;

-- The cases I reported in this building. Invoker: the policies decide; it only picks mine among what staff see too.
create function public.my_reports(block_id uuid) returns setof public.reports
language sql stable set search_path = '' as $$
  select r.* from public.reports r
  where r.block_id = my_reports.block_id and r.id in (select private.my_report_ids())
$$;

-- Makes a case, or answers the case that the same person made before with this id.
-- p_reporter_id: null when nobody with an account reports it. p_photo_paths: files already stored in the caller's own folder,
-- at most 4. Where an outage is posted for this thing at this place, the new case is merged into it at once.
-- Granted to nobody: the callers have decided who may, and hold a lock of the person.
create function private.make_report(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[], p_are_photos_shared boolean,
  p_reporter_id uuid, p_role public.report_actor
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_kind public.place_kind;
  v_report public.reports;
  v_outage public.reports;
begin
  select p.kind into v_kind from public.places p where p.id = p_place_id and p.block_id = p_block_id;
  if not found then
    return query select 'wrong_place'::public.create_report_outcome, null::bigint;
    return;
  elsif not exists (select from public.report_things t where t.thing = p_thing and t.place_kind = v_kind) then
    return query select 'wrong_thing'::public.create_report_outcome, null::bigint;
    return;
  elsif cardinality(p_photo_paths) > 4 or exists (
    select from unnest(p_photo_paths) path
    where split_part(path, '/', 1) is distinct from v_me::text
      or not private.hold_photo(path)
  ) then
    return query select 'wrong_photo'::public.create_report_outcome, null::bigint;
    return;
  end if;

  insert into public.reports as r (id, block_id, place_id, place_kind, thing, is_urgent, are_photos_shared, expected_by)
  values (
    p_id, p_block_id, p_place_id, v_kind, p_thing, p_is_urgent, coalesce(p_are_photos_shared, false) and v_kind <> 'flat',
    private.expected_by(p_thing, p_is_urgent)
  )
  on conflict do nothing
  returning r.* into v_report;
  if v_report.id is null then -- somebody else, at the same moment
    return query select 'id_taken'::public.create_report_outcome, null::bigint;
    return;
  end if;
  insert into public.report_details (report_id, block_id, reporter_id, description, access, contact)
  values (
    p_id, p_block_id, p_reporter_id, private.trimmed(p_description),
    case when v_kind = 'flat' then coalesce(p_access, 'call_first') end, nullif(private.trimmed(p_contact), '')
  );
  insert into public.report_photos (report_id, block_id, position, path)
  select p_id, p_block_id, row_number() over (order by min(o)) - 1, path
  from unnest(p_photo_paths) with ordinality u (path, o) group by path;
  v_report.status := null; -- it comes from nothing
  perform private.write_report_event(v_report, p_role, 'status', 'received');
  v_report.status := 'received';

  select r.* into v_outage from public.outages o join public.reports r on r.id = o.report_id
  where o.place_id = p_place_id and o.thing = p_thing and o.ended_at is null and r.id <> p_id for update of r;
  if found and v_outage.is_open then
    perform private.move_into(v_report, v_outage, 'system');
  end if;
  return query select 'created'::public.create_report_outcome, v_report.number;
end
$$;

-- The case that I made with this id, or that somebody else did; nothing when the id is free. Granted to nobody.
create function private.made_before(p_id uuid) returns table (outcome public.create_report_outcome, number bigint)
language sql stable set search_path = '' as $$
  select case when m.is_mine then 'created' else 'id_taken' end::public.create_report_outcome, case when m.is_mine then r.number end
  from public.reports r
  left join public.report_details d on d.report_id = r.id,
  lateral (
    select coalesce(d.reporter_id = (select auth.uid()), false) or exists (
      select from public.report_events e join public.report_event_actors a on a.event_id = e.id
      where e.report_id = r.id and e.to_status = 'received' and e.from_status is null and a.person_id = (select auth.uid())
    ) as is_mine
  ) m
  where r.id = p_id
$$;

-- What counts as the same text: without case, and with any white space as one blank.
create function private.plain_words(p_text text) returns text
language sql immutable set search_path = '' as $$
  select btrim(lower(regexp_replace(p_text, '\s+', ' ', 'g')))
$$;

-- Reports a fault in my own flat or in a common place. At most 10 cases a person and day (Oslo), counted behind a lock of
-- the person, so that 40 at once are 10 too. The same words for the same thing at the same place are answered with the case that has them,
-- while it is open or from today.
-- Definer: writes tables that nobody may write to, and looks whether the id is taken by somebody else.
create function private.create_report(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[], p_are_photos_shared boolean
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
  v_today timestamptz := private.today()::timestamp at time zone 'Europe/Oslo';
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  return query select * from private.made_before(p_id);
  if found then
    return;
  elsif not private.has_role(p_block_id, '{resident,partner,consultant}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  elsif exists (
    select from public.places p where p.id = p_place_id and p.kind = 'flat' and p.id not in (select private.my_flat_ids())
  ) then
    return query select 'wrong_place'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select 'sent_already'::public.create_report_outcome, r.number
  from public.report_details d join public.reports r on r.id = d.report_id
  where d.reporter_id = v_me and r.place_id = p_place_id and r.thing = p_thing and (r.is_open or r.created_at >= v_today)
    and private.plain_words(d.description) = private.plain_words(p_description)
  order by r.number desc limit 1;
  if found then
    return;
  elsif (
    select count(*) from public.report_details d join public.reports r on r.id = d.report_id
    where d.reporter_id = v_me and r.created_at >= v_today
  ) >= 10 then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select * from private.make_report(
    p_id, p_block_id, p_place_id, p_thing, p_is_urgent, p_description, p_access, p_contact, p_photo_paths,
    p_are_photos_shared, v_me, 'reporter');
end
$$;

create function public.create_report(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}',
  are_photos_shared boolean default false
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report(
    id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths, are_photos_shared)
$$;

-- The staff report for somebody without an account, for any place of the building. `contact` is how to reach the person; who it
-- is, nobody is asked. At most 100 a person and day.
-- Definer: as create_report.
create function private.create_report_for(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_thing public.report_thing, p_is_urgent boolean, p_description text,
  p_access public.report_access, p_contact text, p_photo_paths text[]
) returns table (outcome public.create_report_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_me uuid := (select auth.uid());
begin
  perform pg_advisory_xact_lock(hashtextextended('report' || v_me::text, 0));
  return query select * from private.made_before(p_id);
  if found then
    return;
  elsif not private.has_role(p_block_id, '{consultant,landlord}') then
    return query select 'not_member'::public.create_report_outcome, null::bigint;
    return;
  elsif not private.attempt('report_for', v_me::text, 100, '1 day') then
    return query select 'too_many_today'::public.create_report_outcome, null::bigint;
    return;
  end if;
  return query
  select * from private.make_report(
    p_id, p_block_id, p_place_id, p_thing, p_is_urgent, p_description, p_access, p_contact, p_photo_paths, false, null,
    case when private.has_role(p_block_id, '{consultant}') then 'consultant' else 'landlord' end::public.report_actor);
end
$$;

create function public.create_report_for(
  id uuid, block_id uuid, place_id uuid, thing public.report_thing, description text, is_urgent boolean default false,
  access public.report_access default null, contact text default null, photo_paths text[] default '{}'
) returns table (outcome public.create_report_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.create_report_for(id, block_id, place_id, thing, is_urgent, description, access, contact, photo_paths)
$$;

-- What I am in this case; empty for everybody else. Where nobody with an account reported it, the consultant is the reporter too.
-- Definer: asks who the reporter is, which the neighbours may not read.
create function private.my_report_roles(p_report_id uuid) returns public.report_actor[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(a.role), '{}')
  from public.reports r
  left join public.report_details d on d.report_id = r.id,
  lateral (select private.has_role(r.block_id, '{consultant}') as is_consultant) me,
  lateral (values
    ('landlord'::public.report_actor, private.has_role(r.block_id, '{landlord}')),
    ('consultant', me.is_consultant),
    ('reporter', case when d.reporter_id is null then me.is_consultant else d.reporter_id = (select auth.uid()) end)
  ) a (role, is_mine)
  where r.id = p_report_id and a.is_mine
$$;

-- Whether I live or work where this common-area case is.
-- Definer: called by definer functions, so that they need no policy.
create function private.sees_as_neighbour(p_report_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.reports r
    where r.id = p_report_id and r.is_common and private.has_role(r.block_id, '{resident,partner}')
  )
$$;

-- Changes the status of a locked case, with its event, its text and what the others are told. Granted to nobody: the
-- callers have looked it up in report_transitions. An objection counts until the case is open or fixed again; the expected
-- time starts anew when the case is opened again (not when a merge is undone); what is known of an outage is over with its case.
create function private.set_report_status(
  p_report public.reports, p_to public.report_status, p_role public.report_actor, p_note text default null,
  p_waiting_for public.report_wait default null, p_merged_into uuid default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_event_id bigint := private.write_report_event(p_report, p_role, 'status', p_to, p_waiting_for);
  v_is_new_start boolean := p_to = 'reopened' and p_report.status <> 'merged';
  v_is_open boolean;
begin
  update public.reports r
  set status = p_to, status_changed_at = now(), waiting_for = p_waiting_for, merged_into = p_merged_into,
    expected_by = case when v_is_new_start then private.expected_by(r.thing, r.is_urgent) else r.expected_by end,
    told_late_at = case when not v_is_new_start then r.told_late_at end
  where r.id = p_report.id
  returning r.is_open into v_is_open;
  if v_is_open and not p_report.is_open and exists (select from public.outages o where o.report_id = p_report.id) then
    -- Another one may be posted right now: see post_outage.
    perform pg_advisory_xact_lock(hashtextextended('outage' || p_report.place_id::text, 0));
  end if;
  update public.outages o set ended_at = case when not v_is_open then now() end
  where o.report_id = p_report.id and (o.ended_at is null) <> v_is_open
    and not (v_is_open and exists ( -- meanwhile another one is told of this place and thing
      select from public.outages n where n.place_id = o.place_id and n.thing = o.thing and n.ended_at is null));
  if p_to in ('fixed', 'reopened') then
    delete from public.report_objections o where o.report_id = p_report.id;
  end if;
  if p_note is not null then
    perform private.write_report_message(
      gen_random_uuid(), p_report, p_role,
      case when p_role in ('landlord', 'consultant') then 'everyone' else 'resident' end::public.message_audience, p_note, v_event_id);
  end if;
  if p_to not in ('confirmed', 'withdrawn') then
    perform private.notify_report(
      p_report, case p_to when 'merged' then 'report_merged' else 'report_status' end::public.notification_kind, v_event_id::text, true);
  end if;
end
$$;

-- Changes the status when a row of report_transitions allows it to one of my roles. The staff's reason is for everyone who
-- sees the case, the reporter's for the staff. Locks the case, so that of two changes at once the second is judged by the
-- first. A neighbour who sees the case hears 'not_allowed', somebody who does not see it 'not_found'.
-- Definer: locks and writes tables that nobody may write to.
create function private.change_report_status(
  p_report_id uuid, p_to public.report_status, p_reason text, p_waiting_for public.report_wait
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
  if v_report.status = p_to and (p_to <> 'waiting' or v_report.waiting_for is not distinct from p_waiting_for) then
    return 'unchanged';
  end if;
  select * into v_rule from public.report_transitions t
  where t.from_status = v_report.status and t.to_status = p_to and t.role = any (v_roles)
    and 'merged' not in (t.from_status, t.to_status)
  order by t.role limit 1;
  if not found then
    return 'not_allowed';
  elsif v_rule.is_reason_required and v_reason is null then
    return 'reason_missing';
  elsif p_to = 'waiting' and p_waiting_for is null then
    return 'waiting_for_missing';
  elsif p_to = 'withdrawn' and (v_report.affected_count > 1 or exists (
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
    v_report, p_to, v_role, v_reason, case when p_to = 'waiting' then p_waiting_for end);
  return 'changed';
end
$$;

create function public.change_report_status(
  report_id uuid, to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns public.report_status_outcome
language sql set search_path = '' as $$ select private.change_report_status(report_id, to_status, reason, waiting_for) $$;

-- The same change of many cases, at most 100, each judged by itself. In the order of their ids, so that two at once never
-- wait for each other in a circle.
create function public.change_reports_status(
  report_ids uuid[], to_status public.report_status, reason text default null, waiting_for public.report_wait default null
) returns table (report_id uuid, outcome public.report_status_outcome)
language sql set search_path = '' as $$
  select o.id, private.change_report_status(o.id, to_status, reason, waiting_for)
  from (select distinct id from unnest(report_ids[1:100]) id order by id) o
$$;

-- What staff and neighbours said about this person's things stays, without the person's names: reasons in the audit log, of flags,
-- edits and pauses, appeals, and words as they were before an edit. Granted to nobody.
create function private.forget_in_log(p_person_id uuid, p_words text[]) returns void
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

-- What the auth and storage services keep beside the account, where they have such tables. Granted to nobody.
create function private.forget_in_services(p_person_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update storage.objects o set owner = null, owner_id = null where o.owner_id = p_person_id::text or o.owner = p_person_id;
  delete from auth.refresh_tokens r where r.user_id::text = p_person_id::text;
  if to_regclass('auth.audit_log_entries') is not null then
    execute 'delete from auth.audit_log_entries e where e.payload::text like $1' using '%' || p_person_id || '%';
  end if;
  if to_regclass('auth.flow_state') is not null then
    execute 'delete from auth.flow_state f where f.user_id = $1' using p_person_id;
  end if;
end
$$;

-- Before the account goes: what the forget_ functions of all domains take out, then the memberships end (which counts moves in open
-- votes). What hangs on people by a foreign key follows. Locks in the order that everybody keeps: memberships, activities (both by
-- tg_users__lock_signups, which is first by its name), cases, proposals.
-- Definer: the account service may not see any of this.
create function private.tg_users__take_leave() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_words constant text[] := private.words_of(old.id);
begin
  perform from public.reports r
  where r.id in (
    select d.report_id from public.report_details d where d.reporter_id = old.id
    union select f.report_id from public.report_followers f where f.person_id = old.id
  ) order by r.id for update;
  perform from public.proposals p
  where p.id in (
    select a.proposal_id from public.proposal_authors a where a.person_id = old.id
    union select c.proposal_id from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      where a.person_id = old.id
  ) order by p.id for update;
  perform private.begin_forgetting();
  perform private.forget_in_log(old.id, v_words);
  perform private.forget_signups_of(old.id);
  perform private.forget_hosting(old.id, v_words);
  perform private.forget_cases(old.id, v_words);
  perform private.forget_ideas(old.id, v_words);
  perform private.forget_in_services(old.id);
  update public.report_assignees a set name = 'Sluttet ' || left(a.id::text, 8), is_active = false where a.person_id = old.id;
  update public.memberships m set ended_at = now() where m.person_id = old.id and m.ended_at is null;
  perform private.end_forgetting();
  return old;
end
$$;

-- Deletes my account, now and for good; with its password when it has one, five tries an hour, and
-- its second factor when it has that. Asked twice, the second finds nobody.
-- Definer: reads and deletes in the tables of the auth service.
create function private.delete_account(p_word text) returns public.delete_account_outcome
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

create function public.delete_account(word text default null) returns public.delete_account_outcome
language sql set search_path = '' as $$ select private.delete_account(word) $$;

-- Whether this very transaction is one that forgets. Opened by private.begin_forgetting, whose setting names the transaction, and only
-- while running as the owner of the tables: so not for any role of the API, not for the server, and not for the owner by accident.
-- Granted to nobody; asked by the triggers of report_messages and audit_entries.
create function private.may_forget() returns boolean
language sql stable set search_path = '' as $$
  select coalesce(current_setting('bomiljo.forgetting', true) = pg_current_xact_id_if_assigned()::text, false)
    and current_user = (select t.tableowner from pg_catalog.pg_tables t where t.schemaname = 'public' and t.tablename = 'audit_entries')
$$;

-- Opens and ends it. Granted to nobody: only definer functions can call them.
create function private.begin_forgetting() returns void
language sql set search_path = '' as $$
  select set_config('bomiljo.forgetting', pg_current_xact_id()::text, true)
$$;

-- See begin_forgetting.
create function private.end_forgetting() returns void
language sql set search_path = '' as $$
  select set_config('bomiljo.forgetting', '', true)
$$;

-- A pattern for one name, e-mail or number in running text, as a whole word; a number however it is spaced. Granted to nobody.
create function private.pattern_of(p_word text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_digits text := regexp_replace(p_word, '[^0-9]', '', 'g');
begin
  if p_word ~ '^\+?[0-9][0-9 .()-]{5,}$' then
    v_digits := regexp_replace(v_digits, '^(00)?47(?=[0-9]{8}$)', '');
    return '(?<![0-9])((\+|00)47[ .-]?)?' || regexp_replace(v_digits, '([0-9])(?=[0-9])', '\1[ .-]?', 'g') || '(?![0-9])';
  end if;
  return '(?<!\w)' || regexp_replace(regexp_replace(p_word, '([^[:alnum:][:space:]])', '\\\1', 'g'), '\s+', '\\s+', 'g') || '(s|''s|’s)?(?!\w)';
end
$$;

-- A text without these words: "…" stands for each. Never longer than before. Granted to nobody.
create function private.masked(p_text text, p_words text[]) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_word text;
begin
  foreach v_word in array p_words loop
    p_text := regexp_replace(p_text, private.pattern_of(v_word), '…', 'gi');
  end loop;
  return p_text;
end
$$;

-- What somebody is known by here, the longest first: display name and its parts, e-mail, user name, number for SMS, aliases, and what they
-- typed as contact in cases, whole and the numbers and addresses in it. Granted to nobody.
create function private.words_of(p_person_id uuid) returns text[]
language sql stable set search_path = '' as $$
  with typed (words) as (
    select p.display_name from public.people p where p.id = p_person_id
    union all select r.display_name from public.join_requests r where r.person_id = p_person_id
    union all select d.contact from public.report_details d where d.reporter_id = p_person_id
    union all select d.contact from public.report_drafts d where d.person_id = p_person_id
    union all select i.alias from public.proposal_authors a join public.proposals i on i.id = a.proposal_id where a.person_id = p_person_id
    union all select c.alias from public.proposal_comment_authors a join public.proposal_comments c on c.id = a.comment_id
      where a.person_id = p_person_id
    union all select m.phone from public.message_phones m where m.person_id = p_person_id
    union all select u.email from auth.users u where u.id = p_person_id
    union all select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id
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

-- The same for what others have said about them before a moment: addresses and numbers, and what they were called then. A name, alias or
-- contact that was chosen afterwards takes no words out of the reasons of the staff. Granted to nobody.
create function private.words_before(p_person_id uuid, p_words text[], p_at timestamptz) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(w.word order by length(w.word) desc, w.word), '{}')
  from unnest(p_words) w (word)
  where w.word ~ '@|[0-9][0-9 .-]{5,}' or exists (
    select from public.people p where p.id = p_person_id and p.named_at <= p_at
      and lower(w.word) in (select lower(x) from unnest(p.display_name || regexp_split_to_array(p.display_name, '[^[:alpha:]]+')) x)
  ) or w.word in (select split_part(u.email, '@', 1) from auth.users u where u.id = p_person_id)
$$;

-- What is to be moved or removed, at most 200, the oldest first. Definer: nobody may see the names.
create function private.due_photo_moves() returns table (path_from text, path_to text)
language sql stable security definer set search_path = '' as $$
  select m.path_from, m.path_to from private.photo_moves m order by m.asked_at, m.path_from limit 200
$$;

create function public.due_photo_moves() returns table (path_from text, path_to text)
language sql stable set search_path = '' as $$ select * from private.due_photo_moves() $$;

-- Strikes what is done: the old name is not in storage any more. The rows of cases get the new name, the file loses its owner.
-- A file that is lost takes its old name along all the same. Answers how many are done.
-- Definer: writes pictures and files, which nobody may.
create function private.finish_photo_moves() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_move record;
  v_count integer := 0;
begin
  for v_move in
    select m.path_from, m.path_to from private.photo_moves m
    where not exists (select from storage.objects o where o.bucket_id = 'report-photos' and o.name = m.path_from)
    order by m.path_from for update skip locked
  loop
    update public.report_photos f set path = v_move.path_to where f.path = v_move.path_from and v_move.path_to is not null;
    update storage.objects o set owner = null, owner_id = null where o.bucket_id = 'report-photos' and o.name = v_move.path_to;
    delete from private.photo_moves m where m.path_from = v_move.path_from;
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

create function public.finish_photo_moves() returns integer
language sql set search_path = '' as $$ select private.finish_photo_moves() $$;

-- A code as it is drawn, whatever was typed: spaces, dashes, case, O/0 and I/L/1 are forgiven. Crockford's base 32.
create function private.plain_code(p_code text) returns text
language sql immutable set search_path = '' as $$
  select translate(upper(regexp_replace(coalesce(p_code, ''), '[^0-9A-Za-z]', '', 'g')), 'OIL', '011')
$$;

-- What is kept of a join code (12 signs, 60 bits).
create function private.code_hash(p_code text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(private.plain_code(p_code), 'UTF8')), 'hex')
$$;

-- A code nobody can guess: so many signs of Crockford's base 32, 5 bits each, in groups of four.
create function private.draw_code(p_length integer) returns text
language sql volatile set search_path = '' as $$
  select regexp_replace(string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', get_byte(b.bytes, i) % 32 + 1, 1), '' order by i),
    '(.{4})(?=.)', '\1-', 'g')
  from (select extensions.gen_random_bytes(p_length) as bytes) b, generate_series(0, p_length - 1) i
$$;

-- Draws a code and keeps its hash: for a flat, or (without) for another role; see may_appoint (residents/people.sql). Roles for all buildings have none.
-- Answers the code as it is printed (XXXX-XXXX-XXXX): it is not shown again.
-- Definer: writes the hash, which nobody may write or read. Raises 42501 when the caller may not.
create function private.make_join_code(
  p_block_id uuid, p_flat_id uuid, p_max_uses integer, p_valid_days integer, p_role public.member_role
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_code text := private.draw_code(12);
  v_id uuid;
begin
  if private.may_appoint(p_block_id, p_role) is not true then
    raise exception using errcode = '42501', message = 'not allowed to make this code';
  end if;
  insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
  values (
    p_block_id, p_role, p_flat_id, private.code_hash(v_code), p_max_uses,
    now() + make_interval(days => least(greatest(p_valid_days, 1), 365)), (select auth.uid())
  ) returning id into v_id;
  perform private.log_act(p_block_id, 'make_code_for_' || p_role, 'join_code', v_id, null);
  return v_code;
end
$$;

create function public.make_join_code(
  block_id uuid default null, flat_id uuid default null, max_uses integer default 1, valid_days integer default 60,
  role public.member_role default null
) returns text language sql set search_path = '' as $$
  select private.make_join_code(
    block_id, flat_id, max_uses, valid_days, coalesce(role, case when flat_id is null then 'consultant' else 'resident' end::public.member_role)
  )
$$;

-- Revokes a code that somebody who may give its role has made. Answers false when there is no living one that I may revoke. Logged.
-- Definer: codes are not writable, so that no act of staff is without a trace.
create function private.revoke_join_code(p_code_id uuid) returns boolean
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
  perform private.log_act(v_code.block_id, 'revoke_code_for_' || v_code.role, 'join_code', p_code_id, null);
  return true;
end
$$;

create function public.revoke_join_code(code_id uuid) returns boolean
language sql set search_path = '' as $$ select private.revoke_join_code(code_id) $$;

-- Looks at a code before there is an account: which building it opens, or nothing. Only the server may ask (it counts
-- attempts per network address first), so the open REST API is no place to guess.
-- Definer: reads hashes, which nobody may.
create function private.peek_join_code(p_code text) returns table (block_name text, block_slug text, role public.member_role)
language sql stable security definer set search_path = '' as $$
  select b.name, b.slug, c.role
  from public.join_codes c left join public.blocks b on b.id = c.block_id
  where c.code_hash = private.code_hash(p_code)
    and c.revoked_at is null and c.expires_at > now() and c.used_count < c.max_uses
$$;

create function public.peek_join_code(code text) returns table (block_name text, block_slug text, role public.member_role)
language sql stable set search_path = '' as $$ select * from private.peek_join_code(code) $$;

-- Uses a code: makes me a member, under the name I choose. At most 10 tries an hour per account.
-- Locks the code row, so that two people can not share its last use.
-- Definer: reads the hash and writes memberships and people, which only this function may.
create function private.join_block(p_code text, p_display_name text, p_locale text) returns public.join_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id uuid := (select auth.uid());
  v_code public.join_codes;
  v_membership_id uuid;
begin
  if v_person_id is null then
    raise exception using errcode = '42501', message = 'sign in first';
  end if;
  if not private.attempt('join', v_person_id::text, 10, interval '1 hour') then
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
    perform private.log_act(v_code.block_id, 'become_' || v_code.role, 'membership', v_membership_id, null);
  end if;
  return 'joined';
end
$$;

create function public.join_block(code text, display_name text, locale text default 'nb') returns public.join_outcome
language sql set search_path = '' as $$ select private.join_block(code, display_name, locale) $$;

-- Asks. At most three times a day per account, one open request per building, 100 open ones in a building.
-- A flat that is not there, a building that is not there, and somebody who is locked out get the same answer as everybody.
-- Definer: writes requests, and reads whether I am locked out.
create function private.ask_to_join(p_id uuid, p_block_id uuid, p_display_name text, p_flat_text text, p_locale text)
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
  elsif not private.attempt('ask_to_join', v_me::text, 3, interval '1 day') then
    return 'too_many_attempts';
  end if;
  if private.is_locked_out(v_me, p_block_id)
    or (select count(*) from public.join_requests r where r.block_id = p_block_id and r.status = 'open') >= 100 then
    return 'asked';
  end if;
  insert into public.join_requests (id, block_id, person_id, display_name, flat_text, locale)
  select p_id, b.id, v_me, btrim(p_display_name), btrim(p_flat_text), p_locale
  from public.blocks b where b.id = p_block_id
  on conflict do nothing;
  return 'asked';
end
$$;

create function public.ask_to_join(id uuid, block_id uuid, display_name text, flat_text text, locale text default 'nb')
returns public.join_ask_outcome
language sql set search_path = '' as $$ select private.ask_to_join(id, block_id, display_name, flat_text, locale) $$;

-- The consultant lets somebody in as a resident of a flat, or (without a flat) says no, with a reason when there is one to give. Locks
-- the request. Logged without name, and told.
-- Definer: writes requests, people, memberships and what somebody is told.
create function private.decide_join_request(p_request_id uuid, p_flat_id uuid, p_reason text) returns public.join_decide_outcome
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
  perform private.log_act(v_request.block_id, v_status || '_join_request', 'join_request', p_request_id,
    case when p_flat_id is null then nullif(btrim(p_reason), '') end);
  perform private.tell_join_answer(p_request_id);
  return v_status::text::public.join_decide_outcome;
end
$$;

create function public.decide_join_request(request_id uuid, flat_id uuid default null, reason text default null)
returns public.join_decide_outcome
language sql set search_path = '' as $$ select private.decide_join_request(request_id, flat_id, reason) $$;

-- The flats of a building, or of one stair, or just one flat. Flats hang on a floor or on the stair itself.
create function private.flats_of(p_block_id uuid, p_place_id uuid) returns setof public.places
language sql stable set search_path = '' as $$
  select f.*
  from public.places f
  left join public.places up on up.id = f.parent_id
  where f.block_id = p_block_id and f.kind = 'flat'
    and (p_place_id is null or p_place_id in (f.id, up.id, up.parent_id))
$$;

-- New codes for the flats of a building (p_place_id null), of a stair, or for one flat; the old ones die. With p_only_empty
-- only where nobody has joined yet. Answers each flat with its code as printed, once: none when this id was used before,
-- there is no such flat, or I am not the consultant here. At most 1000 flats.
-- Two at once wait for each other, so that exactly one code of a flat lives.
-- Definer: writes hashes, which nobody may.
create function private.make_letters(
  p_id uuid, p_block_id uuid, p_place_id uuid, p_only_empty boolean, p_max_uses integer, p_valid_days integer
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  v_expires_at constant timestamptz := now() + make_interval(days => least(greatest(p_valid_days, 1), 365));
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
    join_code := private.draw_code(12);
    expires_at := v_expires_at;
    insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by)
    values (p_block_id, 'resident', v_flat.id, private.code_hash(join_code), p_max_uses, v_expires_at, (select auth.uid()));
    return next;
  end loop;
  if flat_id is not null then
    perform private.log_act(p_block_id, 'make_letters', case when p_place_id is null then 'block' else 'place' end,
      coalesce(p_place_id, p_block_id), null);
  end if;
end
$$;

create function public.make_letters(
  id uuid, block_id uuid, place_id uuid default null, only_empty boolean default false, max_uses integer default 4,
  valid_days integer default 60
) returns table (flat_id uuid, join_code text, expires_at timestamptz)
language sql set search_path = '' as $$
  select * from private.make_letters(id, block_id, place_id, only_empty, max_uses, valid_days)
$$;

-- Writes, changes or (without words) takes away what letters say in a language. Logged. Locks the building, so that two at
-- once are not four languages.
-- Definer: writes a table that nobody may write.
create function private.save_letter_text(p_block_id uuid, p_language text, p_body text) returns public.letter_text_outcome
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
  ) >= 3 then
    return 'too_many';
  end if;
  perform private.log_act(p_block_id, 'write_letter_text', 'block', p_block_id, p_language);
  if v_body is null then
    delete from public.letter_texts t where t.block_id = p_block_id and t.language = p_language;
    return 'removed';
  end if;
  insert into public.letter_texts (block_id, language, body) values (p_block_id, p_language, v_body)
  on conflict (block_id, language) do update set body = excluded.body;
  return 'saved';
end
$$;

create function public.save_letter_text(block_id uuid, language text, body text default null)
returns public.letter_text_outcome
language sql set search_path = '' as $$ select private.save_letter_text(block_id, language, body) $$;

-- Tells who asked to join that they are answered. Who is in no list of people yet gets an e-mail where there is an address; their name and flat
-- are not kept for it. On /mitt stands the answer itself. Granted to nobody.
create function private.tell_join_answer(p_request_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_request public.join_requests;
begin
  select * into v_request from public.join_requests r where r.id = p_request_id;
  insert into public.notifications (person_id, block_id, kind, subject)
  select p.id, v_request.block_id,
    case v_request.status when 'approved' then 'account_joined' else 'account_not_joined' end::public.notification_kind, v_request.id::text
  from public.people p where p.id = v_request.person_id
  on conflict (person_id, kind, subject) do nothing;
  if not exists (select from public.people p where p.id = v_request.person_id)
    and private.address_of(v_request.person_id, 'email') is not null then
    insert into public.outbox_messages (channel, kind, payload, join_request_id) values ('email', 'join_answer', '{}', v_request.id);
  end if;
end
$$;

-- A membership in a building was ended by somebody else: the consultant, also with a change of tenant, or the admin. Definer: writes
-- notifications of people the caller may not see.
create function private.tg_memberships__tell_end() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.notifications (person_id, block_id, kind, subject)
  values (new.person_id, new.block_id, 'account_ended', new.id || ':' || new.ended_at)
  on conflict (person_id, kind, subject) do nothing;
  return null;
end
$$;

create function public.account_state() returns public.account_state
language sql stable set search_path = '' as $$ select private.account_state() $$;

-- Whether my account is still there, and whether it has a password. None in a session that has ended: its token outlives it by up to an hour.
-- Definer: reads the tables of the auth service.
create function private.account_state() returns public.account_state
language sql stable security definer set search_path = '' as $$
  select coalesce((
    select case when u.encrypted_password like '$2%' then 'with_password' else 'without_password' end::public.account_state
    from auth.users u where u.id = (select auth.uid()) and not private.session_has_ended()
  ), 'none')
$$;

-- The ids of all that this person wrote and others can read. Granted to nobody.
create function private.things_by(p_person_id uuid) returns setof uuid
language sql stable set search_path = '' as $$
  select a.proposal_id from public.proposal_authors a where a.person_id = p_person_id
  union all select a.comment_id from public.proposal_comment_authors a where a.person_id = p_person_id
  union all select a.question_id from public.poll_question_authors a where a.person_id = p_person_id
  union all select a.activity_id from public.activity_hosts a where a.person_id = p_person_id
  union all select a.message_id from public.activity_message_authors a where a.person_id = p_person_id
$$;

-- What I proposed, said and asked. Granted to nobody.
create function private.my_ideas_data(p_me uuid) returns jsonb
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
      join public.proposals p on p.id = c.proposal_id where a.person_id = p_me),
    'texts_changed', (
      select coalesce(jsonb_agg(jsonb_build_object('edited_at', e.edited_at, 'title', x.old_title,
        'body', concat_ws(E'\n\n', x.old_body, (
          select string_agg(regexp_replace(w.part, '^[^\n]*\n', ''), E'\n\n' order by w.nr) from unnest(x.old_parts) with ordinality w (part, nr))),
        'reason', e.reason)
        order by e.edited_at), '[]')
      from public.edit_texts x join public.edits e on e.id = x.edit_id where x.thing_id in (select private.things_by(p_me))),
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
        select m.flat_id from public.memberships m where m.person_id = p_me and m.ended_at is null)),
    'flags', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', f.created_at, 'reason', f.reason, 'verdict', f.verdict) order by f.created_at), '[]')
      from public.flags f where f.flagged_by = p_me),
    'sent_activity_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', m.created_at, 'title', x.title, 'body', m.body, 'hidden_reason', m.hidden_reason)
        order by m.created_at), '[]')
      from public.activity_message_authors a join public.activity_messages m on m.id = a.message_id
      join public.activities x on x.id = m.activity_id where a.person_id = p_me),
    'appeals', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', y.appealed_at, 'body', y.body, 'answer', y.answer) order by y.appealed_at), '[]')
      from public.appeals y where y.thing_id in (select private.things_by(p_me))),
    'pauses', (
      select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'started_at', s.started_at, 'ended_at', coalesce(s.lifted_at, s.ends_at),
        'reason', s.reason) order by s.started_at), '[]')
      from private.paused_people w join public.pauses s on s.id = w.pause_id join public.blocks b on b.id = s.block_id
      where w.person_id = p_me)
  )
$$;

-- How I am told, and what I was told. Granted to nobody.
create function private.my_message_data(p_me uuid) returns jsonb
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
    'family_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('joined_at', f.joined_at)), '[]') from public.family_readers f where f.person_id = p_me),
    'calendar_link', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', l.created_at)), '[]') from public.calendar_links l where l.person_id = p_me),
    -- Found again by the hash, as long as it is kept.
    'read_notices', (
      select coalesce(jsonb_agg(jsonb_build_object('title', n.title) order by n.published_at), '[]')
      from private.notice_salts s join public.notices n on n.id = s.notice_id
      join private.notice_readers r on r.notice_id = s.notice_id
        and r.reader_hash = sha256(s.salt || convert_to(p_me::text, 'UTF8'))),
    'notifications', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', n.created_at, 'notification_kind', n.kind, 'building', b.name,
        'waits_to_be_sent_by', (select array_agg(distinct d.channel) from private.deliveries d where d.notification_id = n.id and d.message_id is null)
      ) order by n.created_at), '[]')
      from public.notifications n join public.blocks b on b.id = n.block_id where n.person_id = p_me),
    'sent_messages', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at, 'channel', o.channel, 'sending', o.status,
        'finished_at', o.finished_at) order by o.created_at), '[]')
      from public.outbox_messages o where o.person_id = p_me)
  )
$$;

-- That I have answered the pulse, found again by the hash of the month; never what. Granted to nobody.
create function private.my_pulse_data(p_me uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('building', b.name, 'month', k.month) order by k.month), '[]')
    from private.pulse_months h join private.pulse_marks k on k.block_id = h.block_id and k.month = h.month
      and k.mark = sha256(h.salt || convert_to(p_me::text, 'UTF8'))
    join public.blocks b on b.id = h.block_id
  );
end
$$;

-- What I did as one of the staff. Granted to nobody.
create function private.my_staff_data(p_me uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'staff_acts', (
      select coalesce(jsonb_agg(jsonb_build_object('acted_at', a.acted_at, 'role', a.actor_role, 'act', a.act, 'subject_kind', a.subject_kind,
        'reason', a.reason) order by a.acted_at), '[]')
      from public.audit_entries a where a.actor_id = p_me),
    'staff_case_acts', (
      select coalesce(jsonb_agg(private.case_words(e.report_id) || jsonb_build_object('acted_at', e.created_at) order by e.created_at, e.id), '[]')
      from public.report_event_actors a join public.report_events e on e.id = a.event_id where a.person_id = p_me),
    'codes_made', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'role', c.role) order by c.created_at), '[]')
      from public.join_codes c where c.created_by = p_me),
    'case_handler', (
      select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'is_active', a.is_active)), '[]')
      from public.report_assignees a where a.person_id = p_me)
  )
$$;

-- Everything, as one object: of each kind a list of rows. Whoever adds a table that names a person adds it here, or says in
-- tests/db/my-data.test.ts why not.
-- Definer: reads every table that holds something of the caller; `p_me` is never an argument of whoever asks.
create function private.my_data() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_me constant uuid := (select auth.uid());
begin
  if private.account_state() = 'none' then
    return null;
  end if;
  return jsonb_build_object(
    'account', (
      select jsonb_agg(jsonb_build_object('id', u.id,
        'email', case when u.email not like '%@bruker.invalid' then u.email end,
        'user_name', case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end,
        'display_name', p.display_name, 'language', p.locale, 'has_password', private.account_state() = 'with_password',
        'created_at', u.created_at, 'last_sign_in_at', u.last_sign_in_at))
      from auth.users u left join public.people p on p.id = u.id where u.id = v_me),
    'sign_ins', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', s.created_at, 'device', to_jsonb(s) -> 'user_agent',
        'network_address', to_jsonb(s) -> 'ip') order by s.created_at), '[]')
      from auth.sessions s where s.user_id = v_me),
    'memberships', (
      select coalesce(jsonb_agg(jsonb_build_object('role', m.role, 'building', b.name, 'flat', f.name, 'started_at', m.started_at,
        'ended_at', m.ended_at, 'blocked_at', m.blocked_at) order by m.started_at, m.id), '[]')
      from public.memberships m left join public.blocks b on b.id = m.block_id left join public.places f on f.id = m.flat_id
      where m.person_id = v_me),
    'join_requests', (
      select coalesce(jsonb_agg(jsonb_build_object('asked_at', r.asked_at, 'building', b.name, 'display_name', r.display_name,
        'flat', r.flat_text, 'request_status', r.status, 'decided_at', r.decided_at) order by r.asked_at), '[]')
      from public.join_requests r join public.blocks b on b.id = r.block_id where r.person_id = v_me),
    'sign_in_slips', (
      select coalesce(jsonb_agg(jsonb_build_object('expires_at', s.expires_at, 'used_at', s.used_at) order by s.expires_at), '[]')
      from private.sign_in_slips s join public.memberships m on m.id = s.membership_id where m.person_id = v_me),
    'signups', (
      select coalesce(jsonb_agg(jsonb_build_object('title', a.title, 'signup_status', s.status, 'party_size', s.party_size,
        'created_at', s.created_at, 'signed_up_at', s.signed_up_at, 'ended_at', s.ended_at,
        'came', (select sum(c.present_count) from public.attendances c where c.signup_id = s.id),
        'steps', (select jsonb_agg(jsonb_build_object('created_at', e.created_at, 'signup_status', e.status, 'signup_reason', e.reason) order by e.id)
          from public.signup_events e where e.signup_id = s.id)
      ) order by s.created_at), '[]')
      from public.signups s join public.activities a on a.id = s.activity_id where s.person_id = v_me),
    'hosted_activities', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', a.created_at, 'title', a.title, 'body', a.body, 'host', a.host,
        'activity_status', a.status) order by a.created_at), '[]')
      from public.activity_hosts h join public.activities a on a.id = h.activity_id where h.person_id = v_me),
    'cases', private.my_case_data(v_me),
    'pulse_answers', private.my_pulse_data(v_me),
    'followed_cases', (
      select coalesce(jsonb_agg(private.case_words(f.report_id) || jsonb_build_object('created_at', f.created_at) order by f.created_at), '[]')
      from public.report_followers f where f.person_id = v_me),
    'case_objections', (
      select coalesce(jsonb_agg(private.case_words(o.report_id) || jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from public.report_objections o where o.person_id = v_me),
    'case_drafts', (
      select coalesce(jsonb_agg(jsonb_build_object('saved_at', d.saved_at, 'description', d.description, 'access', d.access, 'contact', d.contact)), '[]')
      from public.report_drafts d where d.person_id = v_me),
    'unsent_photos', (
      select coalesce(jsonb_agg(jsonb_build_object('created_at', o.created_at) order by o.created_at), '[]')
      from storage.objects o where o.owner_id = v_me::text
        and not exists (select from public.report_photos f where f.path = o.name) and not private.is_space_photo_used(o.name))
  ) || private.my_ideas_data(v_me) || private.my_message_data(v_me) || private.my_staff_data(v_me);
end
$$;

create function public.my_data() returns jsonb
language sql stable set search_path = '' as $$ select private.my_data() $$;

-- Whether this is my password; right when the account has none. Five tries an hour for each purpose. Granted to nobody.
create function private.try_password(p_purpose text, p_word text) returns public.password_check
language plpgsql set search_path = '' as $$
declare
  v_me constant uuid := auth.uid();
  v_hash text := (select u.encrypted_password from auth.users u where u.id = v_me);
begin
  if (v_hash like '$2%') is not true then
    return 'right';
  elsif not private.attempt(p_purpose, v_me::text, 5, interval '1 hour') then
    return 'too_many_attempts';
  end if;
  -- bcrypt has three names for the same thing, of which pgcrypto knows one.
  v_hash := regexp_replace(v_hash, '^\$2[by]\$', '$2a$');
  return case when extensions.crypt(coalesce(p_word, ''), v_hash) = v_hash then 'right' else 'wrong' end;
end
$$;

-- Whether a change of password asks for the old one: not in the first quarter of an hour after signing in, or who forgot it and came in by a
-- code or a slip could never get a new one.
-- Definer: reads the tables of the auth service.
create function private.asks_password() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from auth.users u where u.id = (select auth.uid()) and u.encrypted_password like '$2%')
    and not exists (
      select from auth.sessions s
      where s.id = ((select auth.jwt()) ->> 'session_id')::uuid and s.created_at > now() - interval '15 minutes'
    )
$$;

create function public.asks_password() returns boolean
language sql stable set search_path = '' as $$ select private.asks_password() $$;

-- Whether I may choose a new password with this old one. Definer: reads the tables of the auth service.
create function private.check_password(p_word text) returns public.password_check
language sql security definer set search_path = '' as $$
  select case when private.asks_password() then private.try_password('change_password', p_word) else 'right' end
$$;

create function public.check_password(word text default null) returns public.password_check
language sql set search_path = '' as $$ select private.check_password(word) $$;

-- Remembers when the name was chosen.
create function private.tg_people__named() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.named_at := now();
  return new;
end
$$;

-- Whether I may give (and end) this role: the consultant those of the house and its partners and observers, the admin staff and observers.
create function private.may_appoint(p_block_id uuid, p_role public.member_role) returns boolean
language sql stable set search_path = '' as $$
  select case
    when p_role in ('resident', 'partner') then private.has_role(p_block_id, '{consultant}')
    when p_role = 'observer' then private.has_role(p_block_id, '{consultant,admin}')
    else private.is_admin()
  end
$$;

-- Whether the consultant has locked this person out of the building.
-- Definer: reads memberships of others. Granted to nobody: only definer functions ask.
create function private.is_locked_out(p_person_id uuid, p_block_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = p_person_id and m.block_id = p_block_id and m.blocked_at is not null
  )
$$;

-- Ends a membership: mine, or one of a role that I may give (see may_appoint). With p_lock_out (the consultant, residents
-- and partners) nothing lets the person in again, and a reason must be given: it stands in the log, where the person reads it.
-- Answers false when there is no such membership that I may end. When somebody else ends it, the flat's live codes are
-- revoked too: what is left of a household's code would let the same person in again. Logged, also when somebody ends their own role of staff.
-- Definer: memberships are not writable, so that nobody can give themselves a role.
create function private.end_membership(p_membership_id uuid, p_lock_out boolean, p_reason text) returns boolean
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
    perform private.log_act(v_ended.block_id, case when p_lock_out then 'lock_out' else 'end_membership' end,
      'membership', v_ended.id, v_reason);
  end if;
  return true;
end
$$;

create function public.end_membership(membership_id uuid, lock_out boolean default false, reason text default null) returns boolean
language sql set search_path = '' as $$ select private.end_membership(membership_id, lock_out is true, reason) $$;

-- Lets somebody who was locked out ask or use a code again. It gives nothing back by itself.
-- Definer: memberships are not writable.
create function private.lift_lock_out(p_membership_id uuid) returns boolean
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
  perform private.log_act(v_block_id, 'lift_lock_out', 'membership', p_membership_id, null);
  return true;
end
$$;

create function public.lift_lock_out(membership_id uuid) returns boolean
language sql set search_path = '' as $$ select private.lift_lock_out(membership_id) $$;

-- Accounts that never became anything (no name, no membership, no request), and those of people who belong nowhere any more and do
-- not come back. Deleted as if they had done it themselves. Answers how many. Definer: reads and deletes accounts.
create function private.forget_accounts() returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from auth.users u
  where u.id in (
    select a.id from auth.users a
    cross join lateral (
      select now() - private.keep(case when exists (select from public.people p where p.id = a.id)
        then 'left_accounts' else 'never_joined_accounts' end) as before
    ) c
    where greatest(a.created_at, a.last_sign_in_at) < c.before
      and not exists (select from public.memberships m where m.person_id = a.id)
      and not exists (select from public.join_requests r where r.person_id = a.id)
      and not exists (select from auth.sessions s where s.user_id = a.id and greatest(s.created_at, s.updated_at) > c.before)
    order by a.id limit 100 for update of a skip locked
  );
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Old rows of one table after the other, the oldest acts of the staff last. Answers how many of each.
-- Definer: deletes what nobody may, and is one that forgets.
create function private.forget_old_rows() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_counts jsonb := '{}';
  v_sql text;
  v_what text;
  v_count integer;
begin
  perform private.begin_forgetting();
  for v_what, v_sql in values
    ('sign_in_slips', 'delete from private.sign_in_slips s where s.expires_at < $1'),
    ('unconfirmed_phones', 'delete from public.message_phones m where m.confirmed_at is null and m.asked_at < $1'),
    ('join_requests', 'delete from public.join_requests r where coalesce(r.decided_at, r.asked_at) < $1'),
    -- Who was locked out stays so until the consultant lifts it.
    ('memberships', 'delete from public.memberships m where m.ended_at < $1 and m.blocked_at is null'),
    ('notifications', 'delete from public.notifications n where n.id in
      (select o.id from public.notifications o where o.created_at < $1 limit 5000 for update skip locked)'),
    ('flaggers', 'update public.flags f set flagged_by = null where f.resolved_at < $1 and f.flagged_by is not null'),
    ('electors', 'update private.electors e set person_id = null from public.polls p
      where p.id = e.poll_id and e.person_id is not null and coalesce(p.closed_at, p.stopped_at) < $1'),
    ('audit_entries', 'delete from public.audit_entries a where a.id in
      (select o.id from public.audit_entries o where o.acted_at < $1 limit 5000 for update skip locked)')
  loop
    execute v_sql using now() - (select private.keep(v_what));
    get diagnostics v_count = row_count;
    v_counts := v_counts || jsonb_build_object('forgotten_' || v_what, v_count);
  end loop;
  perform private.end_forgetting();
  return v_counts;
end
$$;

-- All of the above and old cases (reports/forgetting.sql), every ten minutes at most: it looks at whole tables. In between, and to a
-- second caller at the same time, nothing.
-- Definer: counts the calls.
create function private.run_retention_jobs() returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.attempt('retention', 'all', 1, '10 minutes') then
    return '{}';
  end if;
  return private.forget_old_rows()
    || jsonb_build_object('forgotten_cases', private.forget_closed_cases(), 'forgotten_accounts', private.forget_accounts());
end
$$;

create function public.run_retention_jobs() returns jsonb
language sql set search_path = '' as $$ select private.run_retention_jobs() $$;

-- The periods as the page on privacy prints them. Definer: the table is reached by nobody.
create function private.kept_for() returns table (what text, years integer, months integer, days integer, hours integer)
language sql stable security definer set search_path = '' as $$
  select r.what, extract(year from r.keep)::integer, extract(month from r.keep)::integer, extract(day from r.keep)::integer,
    extract(hour from r.keep)::integer
  from private.retention_rules r order by r.keep, r.what
$$;

create function public.kept_for() returns table (what text, years integer, months integer, days integer, hours integer)
language sql stable set search_path = '' as $$ select * from private.kept_for() $$;

-- Computed column of people: read with the person, in the same round trip. Only of myself.
create function public.staff_gate(person public.people) returns public.staff_gate
language sql stable set search_path = '' as $$
  select case when person.id = (select auth.uid()) then private.my_staff_gate() end
$$;

-- Whether this session may act as staff: `code` when there is a factor that it has not shown, `setup` when one is required and there is
-- none. my_block_ids and is_admin ask, and only for whoever has a role of staff.
-- Definer: reads factors and sessions, which nobody may.
create function private.session_gate() returns public.staff_gate
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return 'ended';
  elsif exists (
    select from auth.mfa_factors f
    where f.user_id = (select auth.uid()) and f.status = 'verified' and f.factor_type = 'totp'
  ) then
    return case when (select auth.jwt() ->> 'aal') = 'aal2' then 'open' else 'code' end;
  end if;
  return case when (select s.staff_needs_second_factor from private.installation_settings s) then 'setup' else 'open' end;
end
$$;

-- The roles that the second factor is about.
create function private.is_staff_role(p_role public.member_role) returns boolean
language sql immutable set search_path = '' as $$ select p_role in ('consultant', 'landlord', 'admin') $$;

-- `ended` for whoever has a token of a session that has ended; else the gate of somebody who has a role of staff, and null for everybody else.
-- Definer: reads my memberships also where the gate keeps me from my rights.
create function private.my_staff_gate() returns public.staff_gate
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.session_has_ended() then
    return 'ended';
  end if;
  return (
    select private.session_gate()
    where exists (select from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and private.is_staff_role(m.role))
  );
end
$$;

-- Whether this installation requires a second factor of staff; false for whoever is no admin.
-- Definer: reads the settings, which nobody may.
create function private.staff_needs_second_factor() returns boolean
language sql stable security definer set search_path = '' as $$
  select private.is_admin() and s.staff_needs_second_factor from private.installation_settings s
$$;

create function public.staff_needs_second_factor() returns boolean
language sql stable set search_path = '' as $$ select private.staff_needs_second_factor() $$;

-- The admin requires a second factor of all staff, or no longer. Required only by whoever has shown one: so it works here, and nobody is
-- locked out of the rule itself. Logged.
-- Definer: writes the settings, which nobody may.
create function private.require_second_factor(p_is_required boolean) returns public.factor_rule_outcome
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
    perform private.log_act(null, case when p_is_required then 'require_second_factor' else 'allow_one_factor' end,
      'installation', '00000000-0000-0000-0000-000000000000', null);
  end if;
  return 'saved';
end
$$;

create function public.require_second_factor(is_required boolean) returns public.factor_rule_outcome
language sql set search_path = '' as $$ select private.require_second_factor(is_required is true) $$;

-- The memberships of staff who have a second factor; for the admin, who may have to take it away.
-- Definer: reads factors, which nobody may.
create function private.staff_with_second_factor() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select m.id from public.memberships m
  where (select private.is_admin()) and m.ended_at is null and private.is_staff_role(m.role)
    and exists (select from auth.mfa_factors f where f.user_id = m.person_id and f.status = 'verified' and f.factor_type = 'totp')
$$;

create function public.staff_with_second_factor() returns setof uuid
language sql stable set search_path = '' as $$ select * from private.staff_with_second_factor() $$;

-- The admin takes away the second factor of somebody who lost the phone; all devices of theirs are signed out. Their own they take away
-- themselves, with a code. Answers false when there is none that I may take away. Logged.
-- Definer: writes the tables of the auth service.
create function private.remove_second_factor(p_membership_id uuid) returns boolean
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
  perform private.log_act(v_member.block_id, 'remove_second_factor', 'membership', p_membership_id, null);
  return true;
end
$$;

create function public.remove_second_factor(membership_id uuid) returns boolean
language sql set search_path = '' as $$ select private.remove_second_factor(membership_id) $$;

-- A member of staff switched a second factor on or off. The auth service does it, so it is seen where the service writes it: hosted and
-- embedded keep factors in the same table.
-- Logs that a factor is in use now, or no longer, in each building where its owner is of the staff. Not what the admin takes away
-- (remove_second_factor logs that) and not what goes with an account (no membership is left then). The auth service does not say who asked: it
-- lets nobody but the owner set up a factor or take one away. Whoever holds the key of the server could too, and is not told from the owner.
-- Definer: the auth service may not see memberships or write the log.
create function private.tg_mfa_factors__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_person_id constant uuid := coalesce(new.user_id, old.user_id);
  v_was constant boolean := tg_op <> 'INSERT' and coalesce(old.status::text, '') = 'verified';
  v_is constant boolean := tg_op <> 'DELETE' and coalesce(new.status::text, '') = 'verified';
begin
  if v_was <> v_is and coalesce((select auth.uid()), v_person_id) = v_person_id then
    insert into public.audit_entries (block_id, actor_id, actor_role, act, subject_kind, subject_id)
    select m.block_id, m.person_id, m.role, case when v_is then 'switch_on_second_factor' else 'switch_off_second_factor' end, 'membership', m.id
    from public.memberships m
    where m.person_id = v_person_id and m.ended_at is null and private.is_staff_role(m.role)
    order by m.id;
  end if;
  return null;
end
$$;

-- The address an account has instead of an e-mail.
create function private.mailless_address(p_user_name text) returns text
language sql immutable set search_path = '' as $$ select lower(btrim(p_user_name)) || '@bruker.invalid' $$;

-- What the auth service takes: 8 signs at least, and bcrypt reads 72 bytes.
create function private.is_password(p_password text) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(length(p_password) >= 8 and octet_length(p_password) <= 72, false)
$$;

-- Whether the consultant may help this member back in: has no e-mail (who has one gets a code there), lives here or is a partner here, and
-- is nothing else anywhere. Otherwise helping somebody in would be a way into accounts that need no help, into another building, or
-- into the rights of staff.
-- Definer: reads accounts, and all memberships of that person.
create function private.may_help_in(p_membership_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.memberships m join auth.users u on u.id = m.person_id and u.email like '%@bruker.invalid'
    where m.id = p_membership_id and m.ended_at is null and m.role in ('resident', 'partner')
      and private.has_role(m.block_id, '{consultant}')
      and not exists (
        select from public.memberships o
        where o.person_id = m.person_id and o.ended_at is null
          and (o.block_id is distinct from m.block_id or o.role not in ('resident', 'partner'))
      )
  )
$$;

-- An account without e-mail for somebody in a flat, made with the consultant: user name, password, what to call them. `p_id` becomes
-- the account's own, so that a form sent twice makes one.
-- Definer: writes the tables of the auth service, people and memberships, which nobody may.
create function private.make_account(p_id uuid, p_flat_id uuid, p_user_name text, p_password text, p_display_name text)
returns public.account_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_block_id uuid := (select f.block_id from public.places f where f.id = p_flat_id and f.kind = 'flat');
  v_address constant text := private.mailless_address(p_user_name);
begin
  if private.has_role(v_block_id, '{consultant}') is not true then
    return 'not_found';
  elsif (lower(btrim(p_user_name)) ~ '^[a-z0-9][a-z0-9._-]{2,29}$') is not true then
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
  perform private.log_act(v_block_id, 'make_account', 'flat', p_flat_id, null);
  return 'made';
end
$$;

create function public.make_account(id uuid, flat_id uuid, user_name text, new_word text, display_name text)
returns public.account_outcome
language sql set search_path = '' as $$ select private.make_account(id, flat_id, user_name, new_word, display_name) $$;

-- Logs that somebody was helped to sign in, and tells them: whoever has not asked for it must learn that there is another way into their
-- account now. Granted to nobody.
create function private.tell_of_help(p_membership_id uuid, p_act text, p_kind text) returns void
language plpgsql set search_path = '' as $$
declare
  v_member public.memberships;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id;
  v_entry_id := private.log_act(v_member.block_id, p_act, 'membership', p_membership_id, null);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, p_kind::public.notification_kind, v_entry_id::text);
end
$$;

-- A new password for an account without e-mail, chosen with the consultant; other devices are signed out. Logged, and told.
-- Definer: writes the tables of the auth service.
create function private.set_desk_password(p_membership_id uuid, p_password text) returns public.password_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
begin
  if not private.may_help_in(p_membership_id) then
    return 'not_found';
  elsif not private.is_password(p_password) then
    return 'password_invalid';
  end if;
  select * into v_member from public.memberships m where m.id = p_membership_id;
  update auth.users u
  set encrypted_password = extensions.crypt(p_password, extensions.gen_salt('bf', 10)), updated_at = now()
  where u.id = v_member.person_id and u.email like '%@bruker.invalid';
  if not found then
    return 'not_found';
  end if;
  delete from auth.sessions s where s.user_id = v_member.person_id;
  perform private.tell_of_help(p_membership_id, 'set_password', 'account_password');
  return 'changed';
end
$$;

create function public.set_desk_password(membership_id uuid, new_word text) returns public.password_outcome
language sql set search_path = '' as $$ select private.set_desk_password(membership_id, new_word) $$;

-- A slip that signs this member in once within half an hour; earlier ones of the member die. Answers its code, once: null when
-- this id was used before, or I may not. Logged, and told.
-- Definer: writes the hash, which nobody may read.
create function private.make_slip(p_id uuid, p_membership_id uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_slip constant text := private.draw_code(8);
begin
  perform from public.memberships m where m.id = p_membership_id for update;
  if not private.may_help_in(p_membership_id) or exists (select from private.sign_in_slips s where s.id = p_id) then
    return null;
  end if;
  delete from private.sign_in_slips s where s.membership_id = p_membership_id and s.used_at is null
    or s.expires_at < now() - (select private.keep('sign_in_slips'));
  insert into private.sign_in_slips (id, membership_id, slip_hash, expires_at)
  values (p_id, p_membership_id, private.code_hash(v_slip), now() + interval '30 minutes');
  perform private.tell_of_help(p_membership_id, 'make_slip', 'account_slip');
  return v_slip;
end
$$;

create function public.make_slip(id uuid, membership_id uuid) returns text
language sql set search_path = '' as $$ select private.make_slip(id, membership_id) $$;

-- Uses a slip up: answers the address of the account it opens, or null. Only the server may ask; it counts tries per network address first.
-- Definer: reads hashes and the tables of the auth service.
create function private.use_slip(p_slip text) returns text
language sql security definer set search_path = '' as $$
  update private.sign_in_slips s set used_at = now()
  from public.memberships m join auth.users u on u.id = m.person_id
  where s.slip_hash = private.code_hash(p_slip) and s.used_at is null and s.expires_at > now()
    and m.id = s.membership_id and m.ended_at is null
  returning u.email
$$;

create function public.use_slip(slip text) returns text
language sql set search_path = '' as $$ select private.use_slip(slip) $$;

-- What the consultant sees beside a name: the user name of an account without e-mail, and whether they may help it in.
-- An e-mail is never shown.
-- Definer: reads the tables of the auth service.
create function private.desk_accounts(p_block_id uuid) returns table (membership_id uuid, user_name text, may_help boolean)
language sql stable security definer set search_path = '' as $$
  select m.id, case when u.email like '%@bruker.invalid' then split_part(u.email, '@', 1) end, private.may_help_in(m.id)
  from public.memberships m join auth.users u on u.id = m.person_id
  where m.block_id = p_block_id and m.ended_at is null and m.role in ('resident', 'partner')
    and private.has_role(p_block_id, '{consultant}')
$$;

create function public.desk_accounts(block_id uuid) returns table (membership_id uuid, user_name text, may_help boolean)
language sql stable set search_path = '' as $$ select * from private.desk_accounts(block_id) $$;

-- Everything of the old tenants ends at once: memberships, the codes of letters, and with the memberships their slips.
-- Locks the flat, so that two presses are one change, and nobody joins with an old code in between.
-- Definer: memberships are not writable.
create function private.change_tenant(p_flat_id uuid) returns public.tenant_outcome
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
  perform private.log_act(v_block_id, 'change_tenant', 'flat', p_flat_id, null);
  return 'changed';
end
$$;

create function public.change_tenant(flat_id uuid) returns public.tenant_outcome
language sql set search_path = '' as $$ select private.change_tenant(flat_id) $$;

-- Makes a key and answers it, not shown again; null for everybody but the landlord, and beyond 50 keys in use. Logged.
-- Definer: writes the hash, which nobody may.
create function private.make_api_key(p_name text, p_scopes public.api_scope[]) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_secret text := 'bomiljo_' || encode(extensions.gen_random_bytes(32), 'hex');
  v_id uuid;
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or (select count(*) from public.api_keys k where k.revoked_at is null) >= 50 then
    return null;
  end if;
  insert into public.api_keys (name, scopes, key_hash)
  values (
    btrim(p_name), array(select distinct s from unnest(p_scopes) s order by s),
    encode(sha256(convert_to(v_secret, 'UTF8')), 'hex')
  )
  returning id into v_id;
  perform private.log_act(null, 'add', 'api_key', v_id, null);
  return v_secret;
end
$$;

create function public.make_api_key(name text, scopes public.api_scope[]) returns text
language sql set search_path = '' as $$ select private.make_api_key(name, scopes) $$;

-- Ends a key for good; false when there is no such key in use, and for everybody but the landlord. Logged.
-- Definer: writes a table that nobody may write to.
create function private.revoke_api_key(p_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}')) then
    return false;
  end if;
  update public.api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null;
  if not found then
    return false;
  end if;
  perform private.log_act(null, 'remove', 'api_key', p_id, null);
  return true;
end
$$;

create function public.revoke_api_key(id uuid) returns boolean
language sql set search_path = '' as $$ select private.revoke_api_key(id) $$;

-- The key in use that has this secret. For the functions of the Open311 server; granted to nobody.
create function private.api_key_of(p_secret text) returns public.api_keys
language sql stable set search_path = '' as $$
  select k from public.api_keys k
  where k.key_hash = encode(sha256(convert_to(p_secret, 'UTF8')), 'hex') and k.revoked_at is null
$$;

-- Counts one call and says whether it may go on: 120 a minute for an address without a key, 600 for a key, and 20 wrong
-- keys in a quarter of an hour. A right key is let in whatever its address tried before: it cannot have been guessed.
-- Definer: counts and looks up keys, which nobody may.
create function private.enter_api(p_secret text, p_address text) returns public.api_entry
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_caller text := coalesce(v_key.id::text, p_address);
  v_calls integer;
begin
  if p_secret is not null and v_key.id is null then
    return case when private.attempt('api_key', p_address, 20, '15 minutes') then 'wrong_key' else 'too_many' end;
  end if;
  insert into private.api_calls as c (caller_hash, minute_at)
  values (encode(sha256(convert_to(v_caller, 'UTF8')), 'hex'), date_trunc('minute', now()))
  on conflict (minute_at, caller_hash) do update set calls = c.calls + 1
  returning c.calls into v_calls;
  if v_calls > (case when v_key.id is null then 120 else 600 end) then
    return 'too_many';
  end if;
  if v_key.id is not null and v_key.last_used_on is distinct from private.today() then
    update public.api_keys k set last_used_on = private.today() where k.id = v_key.id;
  end if;
  return case when v_key.id is null then 'nobody' else 'system' end;
end
$$;

-- Only the server: the address is its word, not the caller's.
create function public.enter_api(secret text, address text) returns public.api_entry
language sql set search_path = '' as $$ select private.enter_api(secret, address) $$;

-- The places with this written address, as open311_requests writes it; upper and lower case are one. Granted to nobody.
create function private.places_at(p_address text) returns setof uuid
language sql stable set search_path = '' as $$
  select p.id
  from public.blocks b
  join public.places p on p.block_id = b.id
  where starts_with(lower(btrim(p_address)), lower(b.address))
    and lower(b.address || ', ' || p.name) = lower(btrim(p_address))
$$;

-- A case from a system with the scope 'create'. The same key and reference is one case, whatever it says; without a
-- reference each is a new one. The place is its id, else its written address. At most 1000 a key and day.
-- Definer: writes tables that nobody may write to. Only the server may call it, which has counted the call.
create function private.open311_create(
  p_secret text, p_reference text, p_block_slug text, p_place_id uuid, p_address text, p_kind public.place_kind, p_thing public.report_thing,
  p_description text, p_access public.report_access, p_is_urgent boolean, p_contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language plpgsql security definer set search_path = '' as $$
declare
  v_key public.api_keys := private.api_key_of(p_secret);
  v_id uuid := coalesce(md5('open311/' || v_key.id || '/' || nullif(p_reference, ''))::uuid, gen_random_uuid());
  v_place_ids uuid[] := case when p_place_id is null then array(select private.places_at(p_address)) else array[p_place_id] end;
  v_place public.places;
  v_number bigint;
begin
  if 'create' = any (v_key.scopes) is not true then
    return query select 'wrong_key'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('open311' || v_id, 0));
  select r.number into v_number from public.reports r where r.id = v_id;
  if found then
    return query select 'created'::public.open311_create_outcome, v_number;
    return;
  end if;
  select p.* into v_place from public.places p join public.blocks b on b.id = p.block_id
  where p.id = v_place_ids[1] and coalesce(b.slug = p_block_slug, true);
  if not found or cardinality(v_place_ids) > 1 or v_place.kind <> p_kind then
    return query select (case when cardinality(v_place_ids) > 1 then 'place_ambiguous'
      when v_place.id is null then 'place_unknown' else 'wrong_place' end)::public.open311_create_outcome, null::bigint;
    return;
  end if;
  if not private.attempt('open311_create', v_key.id::text, 1000, '1 day') then
    return query select 'too_many_today'::public.open311_create_outcome, null::bigint;
    return;
  end if;
  select m.number into v_number
  from private.make_report(
    v_id, v_place.block_id, v_place.id, p_thing, p_is_urgent, p_description, p_access, p_contact, '{}', false, null, 'landlord') m;
  return query select 'created'::public.open311_create_outcome, v_number where v_number is not null
  union all select 'wrong_place', null where v_number is null;
end
$$;

create function public.open311_create(
  secret text, reference text, block_slug text, place_id uuid, address text, kind public.place_kind, thing public.report_thing,
  description text, access public.report_access, is_urgent boolean, contact text
) returns table (outcome public.open311_create_outcome, number bigint)
language sql set search_path = '' as $$
  select * from private.open311_create(
    secret, reference, block_slug, place_id, address, kind, thing, description, access, is_urgent, contact)
$$;

-- What the landlord's system says of a case: a new status (null: as it was) as the landlord, and a text. With a new status it
-- is for everyone who sees the case, as on the landlord's own page; alone it is a message to the resident. The same key, case and reference is done once.
-- Definer: locks and writes tables that nobody may write to. Only the server may call it, which has counted the call.
create function private.open311_update(
  p_secret text, p_number bigint, p_reference text, p_to public.report_status, p_waiting_for public.report_wait, p_text text
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
  v_changes := p_to <> v_report.status or p_to = 'waiting' and p_waiting_for <> v_report.waiting_for;
  if v_changes then
    select * into v_rule from public.report_transitions t
    where t.from_status = v_report.status and t.to_status = p_to and t.role = 'landlord' and 'merged' not in (t.from_status, t.to_status);
    v_outcome := case when not found then 'not_allowed' when v_rule.is_reason_required and p_text is null then 'reason_missing'
      when p_to = 'waiting' and p_waiting_for is null then 'waiting_for_missing' else 'done' end;
  end if;
  if v_outcome = 'done' and not private.attempt('open311_update', v_key.id::text, 10000, '1 day') then
    v_outcome := 'too_many_today';
  end if;
  if v_outcome <> 'done' then
    return query select v_outcome, null::text;
    return;
  end if;
  if v_changes then
    perform private.set_report_status(v_report, p_to, 'landlord', p_text, case when p_to = 'waiting' then p_waiting_for end);
    select max(e.id) into v_event_id from public.report_events e
    where e.report_id = v_report.id and e.block_id = v_report.block_id and e.kind = 'status';
  elsif p_text is not null then
    perform private.write_report_message(gen_random_uuid(), v_report, 'landlord', 'resident', p_text);
  end if;
  insert into public.report_updates (api_key_id, report_id, reference, event_id)
  values (v_key.id, v_report.id, p_reference, v_event_id);
  return query select 'done'::public.open311_update_outcome, coalesce(v_event_id::text, p_reference);
end
$$;

create function public.open311_update(
  secret text, number bigint, reference text, to_status public.report_status, waiting_for public.report_wait, message text
) returns table (outcome public.open311_update_outcome, update_id text)
language sql set search_path = '' as $$
  select * from private.open311_update(secret, number, reference, to_status, waiting_for, message)
$$;

-- What can be wrong where, in the order of the form. Definer: the list is for accounts, here it is open.
create function private.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable security definer set search_path = '' as $$
  select t.place_kind, t.thing from public.report_things t order by t.place_kind, t.position
$$;

create function public.open311_services() returns table (place_kind public.place_kind, thing public.report_thing)
language sql stable set search_path = '' as $$ select * from private.open311_services() $$;

-- Whether this key may see the flats too. Granted to nobody.
create function private.sees_all(p_secret text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce('read_all' = any ((private.api_key_of(p_secret)).scopes), false)
$$;

-- Cases, newest first, at most 1000. p_numbers overrides all else. p_services: '<place kind>-<thing>'.
-- The description is null without the scope 'read_all'. The conditions are written out, so that each has its index.
-- Definer: the caller has no account; the secret says what it may see.
create function private.open311_requests(
  p_secret text, p_numbers bigint[], p_block_slug text, p_services text[], p_is_open boolean, p_from timestamptz, p_until timestamptz
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
  $q$, v_where) using v_sees_all, p_numbers, p_block_slug, p_services, p_is_open, p_from, p_until,
    array(select t.thing from public.report_things t where t.place_kind || '-' || t.thing = any (p_services)),
    array(select t.place_kind from public.report_things t where t.place_kind || '-' || t.thing = any (p_services));
end
$$;

create function public.open311_requests(
  secret text, numbers bigint[], block_slug text, services text[], is_open boolean, from_at timestamptz, until_at timestamptz
) returns table (
  number bigint, status public.report_status, is_open boolean, place_kind public.place_kind, thing public.report_thing,
  description text, address text, place_name text, place_id uuid, created_at timestamptz, status_changed_at timestamptz,
  waiting_for public.report_wait, expected_by date
)
language sql stable set search_path = '' as $$
  select * from private.open311_requests(secret, numbers, block_slug, services, is_open, from_at, until_at)
$$;

-- Changes of status, oldest first, at most 1000; of cases that the key may see, and with 'read_all' what was said to it.
-- Definer: the caller has no account; the secret says what it may see.
create function private.open311_updates(p_secret text, p_numbers bigint[], p_from timestamptz, p_until timestamptz)
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
  $q$, v_where) using v_sees_all, p_numbers, p_from, p_until;
end
$$;

create function public.open311_updates(secret text, numbers bigint[], from_at timestamptz, until_at timestamptz)
returns table (event_id bigint, number bigint, to_status public.report_status, created_at timestamptz, body text)
language sql stable set search_path = '' as $$ select * from private.open311_updates(secret, numbers, from_at, until_at) $$;

-- Whether the landlord has got a case, for its staff and its reporter: no row for everybody else. The desk has every case
-- at once; beside it stand the landlord's systems, and that somebody there has done something. An internal note does not count.
-- Definer: reads the outbox, which is the landlord's.
create function private.report_delivery(p_report_id uuid)
returns table (state public.delivery_state, since timestamptz, failures bigint)
language sql stable security definer set search_path = '' as $$
  select case
      when a.at is not null then 'acknowledged' when w.failed > 0 then 'failed' when w.queued > 0 then 'queued'
      when w.sent > 0 then 'sent' else 'in_desk' end::public.delivery_state,
    case
      when a.at is not null then a.at when w.failed > 0 or w.queued > 0 then w.tried_at
      when w.sent > 0 then w.sent_at else r.created_at end,
    w.failures
  from public.reports r,
  lateral (
    select min(x.at) as at from (
      select e.created_at as at from public.report_events e
      where e.report_id = r.id and e.block_id = r.block_id and e.actor_role = 'landlord' and e.from_status is not null
      union all
      select m.created_at from public.report_messages m
      where m.report_id = r.id and m.block_id = r.block_id and m.author_role = 'landlord' and m.audience <> 'internal'
    ) x
  ) a,
  lateral (
    select count(*) filter (where o.status = 'failed') as failed, count(*) filter (where o.status = 'queued') as queued,
      count(*) filter (where o.status = 'sent') as sent, max(o.finished_at) as sent_at,
      max(coalesce(o.tried_at, o.created_at)) as tried_at,
      coalesce(sum(o.failures), 0) as failures
    from public.outbox_messages o
    where o.report_id = r.id and o.kind = 'report_created' and o.channel = 'webhook'
  ) w
  where r.id = p_report_id and private.my_report_roles(r.id) <> '{}'
$$;

create function public.report_delivery(report_id uuid)
returns table (state public.delivery_state, since timestamptz, failures bigint)
language sql stable set search_path = '' as $$ select * from private.report_delivery(report_id) $$;

-- A message for each receiver that wants to know of this event (trigger: reports/events.sql). Definer: writes rows that nobody may write.
create function private.tg_report_events__tell_systems() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_kind public.outbox_kind := case when new.from_status is null then 'report_created' else 'report_changed' end;
  v_payload jsonb;
begin
  if not exists (select from public.webhook_endpoints e where e.removed_at is null)
    and not exists (select from public.landlord_settings s where s.intake_email is not null) then
    return null;
  end if;
  select jsonb_build_object(
    'type', replace(v_kind::text, '_', '.'), 'timestamp', new.created_at, 'data', jsonb_build_object(
      'service_request_id', r.number::text, 'update_id', new.id::text, 'status', new.to_status,
      'service_code', r.place_kind || '-' || r.thing, 'address_id', r.place_id, 'jurisdiction_id', b.slug))
  into v_payload from public.reports r join public.blocks b on b.id = r.block_id where r.id = new.report_id;
  insert into public.outbox_messages (channel, endpoint_id, kind, report_id, event_id, payload)
  select 'webhook'::public.outbox_channel, e.id, v_kind, new.report_id, new.id, v_payload
  from public.webhook_endpoints e where e.removed_at is null and v_kind = any (e.kinds)
  union all
  select 'email', null, v_kind, new.report_id, new.id, v_payload
  from public.landlord_settings s where s.intake_email is not null and v_kind = 'report_created';
  return null;
end
$$;

-- What waits for a receiver that was taken away is given up. Definer: writes rows that nobody may write.
create function private.tg_webhook_endpoints__give_up() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.outbox_messages m set status = 'failed', last_error = 'endpoint removed', finished_at = now()
  where m.endpoint_id = new.id and m.status = 'queued';
  return null;
end
$$;

-- Puts a trial message in the queue; false for everybody but the landlord, for a receiver there is not, and after 20 an hour.
-- Definer: writes a row that nobody may write.
create function private.try_webhook(p_endpoint_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from private.my_block_ids('{landlord}'))
    or not exists (select from public.webhook_endpoints e where e.id = p_endpoint_id and e.removed_at is null)
    or not private.attempt('webhook_test', p_endpoint_id::text, 20, '1 hour') then
    return false;
  end if;
  insert into public.outbox_messages (channel, endpoint_id, kind, payload)
  values ('webhook', p_endpoint_id, 'test', jsonb_build_object('type', 'test', 'timestamp', now(), 'data', '{}'::jsonb));
  perform private.log_act(null, 'try', 'webhook', p_endpoint_id, null);
  return true;
end
$$;

create function public.try_webhook(endpoint_id uuid) returns boolean
language sql set search_path = '' as $$ select private.try_webhook(endpoint_id) $$;

-- Sends again from the start what was given up for this receiver; without one, the landlord's own e-mails about new cases.
-- Answers how many; none for everybody but the landlord. Logged.
-- Definer: writes rows that nobody may write.
create function private.resend_failed(p_endpoint_id uuid) returns integer
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
  perform private.log_act(null, 'resend', 'webhook', coalesce(p_endpoint_id, '00000000-0000-0000-0000-000000000000'), null) where v_count > 0;
  return v_count;
end
$$;

create function public.resend_failed(endpoint_id uuid default null) returns integer
language sql set search_path = '' as $$ select private.resend_failed(endpoint_id) $$;

-- Takes webhooks that are due, at most 5 a receiver, so that a slow one is in nobody's way. What is taken is another's after
-- two minutes: a server that died loses nothing. Several servers at once never take the same.
-- Definer: reads and writes what nobody may.
create function private.claim_webhooks(p_limit integer)
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
    limit p_limit
  )
  update public.outbox_messages o
  set attempts = o.attempts + 1, next_attempt_at = now() + interval '2 minutes'
  from due where o.id = due.id
  returning o.id, o.endpoint_id, due.url, due.version, due.is_newly_renewed, o.payload, o.attempts
$$;

create function public.claim_webhooks(max_count integer)
returns table (id uuid, endpoint_id uuid, url text, version integer, is_newly_renewed boolean, payload jsonb, attempts integer)
language sql set search_path = '' as $$ select * from private.claim_webhooks(max_count) $$;

-- How a try went (error null: well). After the 8th it is given up; before that the next comes after half a minute, two
-- minutes, eight … at most 12 hours, a fifth more or less. Only who made this very try may say.
-- Definer: reads and writes what nobody may.
create function private.finish_webhook(p_id uuid, p_attempts integer, p_error text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.outbox_messages o set
    status = case when p_error is null then 'sent' when o.attempts >= 8 then 'failed' else 'queued' end::public.outbox_status,
    last_error = left(p_error, 100), tried_at = now(),
    failures = o.failures + case when p_error is null then 0 else 1 end,
    finished_at = case when p_error is null or o.attempts >= 8 then now() end,
    next_attempt_at = case when p_error is null then now() else
      now() + least(interval '30 seconds' * 4 ^ (o.attempts - 1), interval '12 hours') * (0.8 + 0.4 * random()) end
  where o.id = p_id and o.attempts = p_attempts and o.status = 'queued';
  return found;
end
$$;

create function public.finish_webhook(id uuid, attempts integer, error text) returns boolean
language sql set search_path = '' as $$ select private.finish_webhook(id, attempts, error) $$;

-- What is finished is kept for 90 days, a count of calls for an hour. Definer: deletes what nobody may.
create function private.tidy_systems() returns void
language sql security definer set search_path = '' as $$
  delete from public.outbox_messages o where o.finished_at < now() - (select private.keep('sent_messages'));
  delete from private.api_calls c where c.minute_at < now() - (select private.keep('api_calls'))
$$;

create function public.tidy_systems() returns void
language sql set search_path = '' as $$ select private.tidy_systems() $$;

-- How each receiver stands, the oldest first. Invoker: the policies decide.
create function public.webhook_states() returns table (
  id uuid, url text, kinds public.outbox_kind[], version integer, created_at timestamptz, queued bigint, failed bigint,
  last_sent_at timestamptz, last_error text, last_error_at timestamptz
)
language sql stable set search_path = '' as $$
  select e.id, e.url, e.kinds, e.version, e.created_at,
    (select count(*) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'queued'),
    (select count(*) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'failed'),
    (select max(m.next_attempt_at) from public.outbox_messages m where m.endpoint_id = e.id and m.status = 'sent'),
    problem.last_error, problem.tried_at
  from public.webhook_endpoints e
  left join lateral (
    select m.last_error, m.tried_at from public.outbox_messages m
    where m.endpoint_id = e.id and m.status in ('queued', 'failed') and m.last_error is not null
    order by m.tried_at desc nulls last limit 1
  ) problem on true
  where e.removed_at is null
  order by e.created_at, e.id
$$;

create index activities_block_id_status_idx on public.activities (block_id, status, created_at);

create index activities_place_id_idx on public.activities (place_id, block_id);

create index attendances_session_id_idx on public.attendances (session_id, activity_id, block_id);

create index attendances_signup_id_idx on public.attendances (signup_id, activity_id, block_id);

create index head_counts_session_id_idx on public.head_counts (session_id, activity_id, block_id);

create index activity_hosts_activity_id_idx on public.activity_hosts (activity_id, block_id);

create index activity_hosts_person_id_idx on public.activity_hosts (person_id);

create index activity_messages_activity_id_idx on public.activity_messages (activity_id, block_id, created_at);

create index activity_message_authors_person_id_idx on public.activity_message_authors (person_id);

create index activity_series_activity_id_idx on public.activity_series (activity_id, block_id);

create index activity_series_made_until_idx on public.activity_series (made_until);

create index activity_sessions_activity_id_idx on public.activity_sessions (activity_id, block_id, starts_at);

create index activity_sessions_coming_idx on public.activity_sessions (block_id, starts_at);

-- One person, one live sign-up.
create unique index signups_live_idx on public.signups (activity_id, person_id)
  where status in ('signed_up', 'offered', 'waitlisted');

create index signups_activity_id_idx on public.signups (activity_id, block_id, queue_number);

create index signups_person_id_idx on public.signups (person_id, created_at);

create index signups_unforgotten_idx on public.signups (activity_id) where forgotten_at is null;

create index signups_offer_expires_at_idx on public.signups (offer_expires_at) where status = 'offered';

create index signups_block_id_created_at_idx on public.signups (block_id, created_at);

create index signups_block_created_idx on public.signups (block_id, created_at);

create index signup_events_signup_id_idx on public.signup_events (signup_id, activity_id, block_id, id);

create index activity_translations_activity_id_idx on public.activity_translations (activity_id, block_id);

create index attempts_kind_key_idx on private.attempts (kind, key_hash, attempted_at);

create index places_parent_id_idx on public.places (parent_id, block_id);

create index places_block_id_position_idx on public.places (block_id, position);

create index deliveries_notification_id_idx on private.deliveries (notification_id);

create index deliveries_person_id_idx on private.deliveries (person_id);

create index deliveries_subscription_id_idx on private.deliveries (subscription_id);

create index deliveries_message_id_idx on private.deliveries (message_id);

create index deliveries_waiting_idx on private.deliveries (due_at) where message_id is null;

create index outbox_messages_endpoint_id_idx on public.outbox_messages (endpoint_id, status, next_attempt_at);

create index outbox_messages_report_id_idx on public.outbox_messages (report_id);

create index outbox_messages_event_id_idx on public.outbox_messages (event_id);

create index outbox_messages_channel_idx on public.outbox_messages (channel, status, created_at);

create index outbox_messages_due_idx on public.outbox_messages (channel, next_attempt_at) where status = 'queued';

create index outbox_messages_finished_at_idx on public.outbox_messages (finished_at);

create index outbox_messages_failed_idx on public.outbox_messages (finished_at) where status = 'failed';

create index outbox_messages_person_id_idx on public.outbox_messages (person_id, status);

create index outbox_messages_join_request_id_idx on public.outbox_messages (join_request_id);

create index outbox_messages_subscription_id_idx on public.outbox_messages (subscription_id);

create index push_subscriptions_person_id_idx on public.push_subscriptions (person_id, created_at);

create index appeals_block_id_idx on public.appeals (block_id, answered_at);

create index appeals_page_id_idx on public.appeals (page_id);

create index appeals_proposal_id_idx on public.appeals (proposal_id, block_id);

create index appeals_comment_id_idx on public.appeals (comment_id, block_id);

create index appeals_question_id_idx on public.appeals (question_id, block_id);

create index appeals_activity_id_idx on public.appeals (activity_id, block_id);

create index appeals_message_id_idx on public.appeals (message_id, block_id);

create index edits_block_id_idx on public.edits (block_id);

create index edits_page_id_idx on public.edits (page_id);

create index edits_proposal_id_idx on public.edits (proposal_id, block_id);

create index edits_comment_id_idx on public.edits (comment_id, block_id);

create index edits_question_id_idx on public.edits (question_id, block_id);

create index edits_activity_id_idx on public.edits (activity_id, block_id);

create index edits_message_id_idx on public.edits (message_id, block_id);

create index edit_texts_block_id_idx on public.edit_texts (block_id);

create index edit_texts_thing_id_idx on public.edit_texts (thing_id);

create unique index flags_live_idx on public.flags (thing_id, flagged_by) where resolved_at is null;

create index flags_block_id_idx on public.flags (block_id, resolved_at, created_at);

create index flags_thing_id_idx on public.flags (thing_id);

create index flags_proposal_id_idx on public.flags (proposal_id, block_id);

create index flags_comment_id_idx on public.flags (comment_id, block_id);

create index flags_question_id_idx on public.flags (question_id, block_id);

create index flags_activity_id_idx on public.flags (activity_id, block_id);

create index flags_message_id_idx on public.flags (message_id, block_id);

create index flags_flagged_by_idx on public.flags (flagged_by);

create index flags_flat_id_idx on public.flags (flat_id);

create index audit_entries_block_id_idx on public.audit_entries (block_id, acted_at desc);

create index audit_entries_actor_id_idx on public.audit_entries (actor_id);

create index audit_entries_subject_id_idx on public.audit_entries (subject_id, acted_at);

create index pauses_block_id_idx on public.pauses (block_id, ends_at);

create index pauses_membership_id_idx on public.pauses (membership_id);

create index pauses_thing_id_idx on public.pauses (thing_id);

create index paused_people_person_id_idx on private.paused_people (person_id);

create index notices_block_id_published_at_idx on public.notices (block_id, published_at desc, id);

create index notices_untold_idx on public.notices (published_at) where state = 'published' and told_at is null;

create index notices_families_idx on public.notices (block_id) where audience = 'families';

-- The drafts of a building, for the desk.
create index notices_draft_idx on public.notices (block_id, created_at) where state = 'draft';

create index notice_places_notice_id_idx on public.notice_places (notice_id, block_id);

create index notice_places_place_id_idx on public.notice_places (place_id, block_id, kind);

create index notice_photos_notice_id_idx on public.notice_photos (notice_id, block_id);

create index notice_photo_requests_notice_id_idx on public.notice_photo_requests (notice_id, block_id);

create index notice_photo_requests_block_id_idx on public.notice_photo_requests (block_id, created_at);

create index notice_translations_notice_id_idx on public.notice_translations (notice_id, block_id);

create index notifications_person_id_idx on public.notifications (person_id, created_at);

create index notifications_block_id_idx on public.notifications (block_id);

create index notifications_activity_id_idx on public.notifications (activity_id);

create index notifications_report_id_idx on public.notifications (report_id);

create index notifications_notice_id_idx on public.notifications (notice_id);

create index notifications_proposal_id_idx on public.notifications (proposal_id);

create index notifications_poll_id_idx on public.notifications (poll_id);

create index notifications_session_id_idx on public.notifications (session_id);

create index notifications_signup_id_idx on public.notifications (signup_id);

create index notifications_message_id_idx on public.notifications (message_id);

create index electors_flat_id_idx on private.electors (flat_id);

create index electors_person_id_idx on private.electors (person_id);

create index electorate_moves_poll_id_idx on private.electorate_moves (poll_id);

create index follow_up_photos_poll_id_idx on public.follow_up_photos (poll_id, block_id);

create index follow_ups_block_id_idx on public.follow_ups (block_id, next_on);

create index follow_ups_owner_idx on public.follow_ups (owner, next_on);

create index follow_ups_due_idx on public.follow_ups (next_on) where next_on is not null;

create index follow_up_updates_poll_id_idx on public.follow_up_updates (poll_id, block_id, created_at);

create index follow_up_milestones_poll_id_idx on public.follow_up_milestones (poll_id, block_id);

create index polls_block_id_status_idx on public.polls (block_id, status, closes_at);

create index polls_open_idx on public.polls (closes_at) where status = 'open';

create index poll_options_poll_id_idx on public.poll_options (poll_id, block_id);

create index poll_options_proposal_id_idx on public.poll_options (proposal_id, block_id);

create index poll_phases_poll_id_idx on public.poll_phases (poll_id, block_id);

create index poll_questions_poll_id_idx on public.poll_questions (poll_id, block_id);

create index poll_questions_waiting_idx on public.poll_questions (block_id, created_at)
  where answered_at is null and hidden_at is null;

create index poll_question_authors_person_id_idx on public.poll_question_authors (person_id);

create index proposal_comments_proposal_id_idx on public.proposal_comments (proposal_id, block_id);

create index proposal_comments_block_id_idx on public.proposal_comments (block_id, hidden_at) where hidden_at is not null;

create index proposal_comment_authors_person_id_idx on public.proposal_comment_authors (person_id);

create index proposals_block_id_status_idx on public.proposals (block_id, status, created_at);

create index proposals_place_id_idx on public.proposals (place_id, block_id, place_kind);

create index proposals_merged_into_idx on public.proposals (merged_into, block_id);

-- What Boligbygg has to look at, in all buildings.
create index proposals_to_check_idx on public.proposals (decided_at)
  where status = 'approved' and kind = 'physical' and hidden_at is null and is_possible is null;

-- What is like a proposal, by words and by title: proposals/likeness.sql.
create index proposals_words_idx on public.proposals using gin (private.proposal_words(title, body))
  where status = 'approved' and hidden_at is null;

create index proposals_title_idx on public.proposals using gin (title extensions.gin_trgm_ops)
  where status = 'approved' and hidden_at is null;

create index proposal_authors_person_id_idx on public.proposal_authors (person_id);

create index proposal_messages_proposal_id_idx on public.proposal_messages (proposal_id, block_id);

create index proposal_supporters_person_id_idx on public.proposal_supporters (person_id);

create unique index report_assignees_name_idx on public.report_assignees (lower(btrim(name)));

create unique index report_assignees_person_id_idx on public.report_assignees (person_id);

create index report_assignments_queue_idx on public.report_assignments (assignee_id, is_open, reported_at, number) include (report_id);

-- "is null" is no order to the planner, as "= this one" is.
create index report_assignments_nobody_idx on public.report_assignments (is_open, reported_at, number) include (report_id)
  where assignee_id is null;

create index report_details_reporter_id_idx on public.report_details (reporter_id);

-- What waits for an answer of the staff.
create index report_details_asked_idx on public.report_details (asked_at) include (report_id) where asked_at is not null;

create index report_drafts_block_id_idx on public.report_drafts (block_id);

create index report_drafts_saved_at_idx on public.report_drafts (saved_at);

create index report_events_report_id_idx on public.report_events (report_id, block_id, created_at);

-- Changes by time, for Open311 (systems/open311.sql).
create index report_events_status_created_at_idx on public.report_events (created_at, id) where kind = 'status';

-- Answers of the staff, which the figures of a month count (figures/counting.sql).
create index report_events_answers_idx on public.report_events (block_id, created_at) include (report_id, to_status)
  where kind = 'status' and actor_role in ('landlord', 'consultant');

create index report_event_actors_block_id_idx on public.report_event_actors (block_id);

create index report_event_actors_person_id_idx on public.report_event_actors (person_id);

create index report_followers_person_id_idx on public.report_followers (person_id);

create index report_objections_person_id_idx on public.report_objections (person_id);

create index report_objections_flat_id_idx on public.report_objections (flat_id);

create index report_messages_report_id_idx on public.report_messages (report_id, block_id, created_at);

create index report_messages_event_id_idx on public.report_messages (event_id, report_id);

-- Answers of the staff, which the figures of a month count (figures/counting.sql).
create index report_messages_answers_idx on public.report_messages (block_id, created_at) include (report_id)
  where author_role in ('landlord', 'consultant') and audience <> 'internal';

create unique index outages_current_idx on public.outages (place_id, thing) where ended_at is null;

create index outages_report_id_idx on public.outages (report_id, block_id);

create index outages_place_id_idx on public.outages (place_id, block_id);

create index outages_block_id_idx on public.outages (block_id) where ended_at is null;

create index report_photos_report_id_idx on public.report_photos (report_id, block_id);

create index report_photos_path_idx on public.report_photos (path);

create unique index report_questions_waiting_idx on public.report_questions (report_id) where answered_at is null and withdrawn_at is null;

create index report_questions_report_id_idx on public.report_questions (report_id, block_id, asked_at);

create index report_questions_chosen_idx on public.report_questions (id, chosen_position);

create index reports_place_id_idx on public.reports (place_id, block_id, place_kind);

-- "Er det denne?": the same thing at the same place, newest first.
create index reports_similar_idx on public.reports (place_id, thing, number desc);

create index reports_thing_idx on public.reports (thing, place_kind);

-- A building's cases by number, which grows with time.
create index reports_block_id_idx on public.reports (block_id, is_open, number);

create index reports_merged_into_idx on public.reports (merged_into, block_id);

-- What is late, the latest first.
create index reports_late_idx on public.reports (expected_by, number) where is_open and expected_by is not null;

-- The orders of the queue (reports/queue.sql). `number` makes each of them total.
create index reports_created_idx on public.reports (created_at, number);

create index reports_open_created_idx on public.reports (is_open, created_at, number);

create index reports_block_created_idx on public.reports (block_id, is_open, created_at, number) include (id);

create index reports_status_created_idx on public.reports (status, created_at, number) include (id);

create index reports_thing_created_idx on public.reports (thing, is_open, created_at, number) include (id);

create index reports_urgent_idx on public.reports (created_at, number) include (id) where is_open and is_urgent;

create index reports_changed_idx on public.reports (status_changed_at, number);

create index reports_open_changed_idx on public.reports (is_open, status_changed_at, number);

create index reports_affected_idx on public.reports (affected_count, number) where is_open;

create index reports_deadline_idx on public.reports ((coalesce(expected_by, date '9999-12-31')), number) include (id)
  where is_open;

-- Cases of common places by time, for Open311 (systems/open311.sql); with the flats it is the index of the queue.
create index reports_common_created_at_idx on public.reports (created_at) where is_common;

-- What waits in one building (desk/), each by an index of its own.
create index reports_waiting_idx on public.reports (block_id, status_changed_at) where status in ('received', 'reopened');

create index reports_block_late_idx on public.reports (block_id, expected_by) where is_open and expected_by is not null;

create index reports_block_finished_idx on public.reports (block_id, status_changed_at)
  where status in ('fixed', 'confirmed', 'closed');

create index reports_block_changed_idx on public.reports (block_id, status_changed_at);

create index join_codes_flat_id_idx on public.join_codes (flat_id, block_id, flat_kind);

create index join_codes_block_id_idx on public.join_codes (block_id, created_at);

create index join_codes_created_by_idx on public.join_codes (created_by);

create unique index join_requests_open_idx on public.join_requests (block_id, person_id) where status = 'open';

create index join_requests_block_id_idx on public.join_requests (block_id, status, asked_at);

create index join_requests_person_id_idx on public.join_requests (person_id);

create index letter_batches_block_id_idx on private.letter_batches (block_id);

create unique index memberships_live_idx on public.memberships (person_id, role, block_id, flat_id)
  nulls not distinct where ended_at is null;

create index memberships_person_id_idx on public.memberships (person_id);

create index memberships_block_id_idx on public.memberships (block_id);

create index memberships_flat_id_idx on public.memberships (flat_id, block_id, flat_kind);

create index sign_in_slips_membership_id_idx on private.sign_in_slips (membership_id);

create index report_updates_report_id_idx on public.report_updates (report_id);

create index report_updates_event_id_idx on public.report_updates (event_id);

-- Everybody reads what is public, members of the building the rest; its consultant and its hosts also what is no more
-- or not yet published.
create policy select_visible on public.activities for select to anon, authenticated
  using (
    (status in ('published', 'cancelled') and hidden_at is null and (is_public or block_id in (select private.my_block_ids('{resident,partner}'))))
    or block_id in (select private.my_block_ids('{consultant}'))
    or id in (select private.my_hosted_ids())
  );

-- Never a flat: nobody's home stands on a public page.
create policy insert_consultant on public.activities for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );

create policy update_manager on public.activities for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or id in (select private.my_hosted_ids()))
  with check (
    (block_id in (select private.my_block_ids('{consultant}')) or id in (select private.my_hosted_ids()))
    and (place_id is null or exists (select from public.places p where p.id = place_id and p.kind <> 'flat'))
  );

-- Whoever hosts writes the words directly, past the functions: this policy holds a pause there. Dates can still be moved or cancelled,
-- and the door kept: people count on them. But without words.
create policy update_unless_paused on public.activities as restrictive for update to authenticated
  using (block_id not in (select m.block_id from private.my_pauses() m));

-- What has been published is cancelled with a reason, never deleted. A host takes back what is only proposed.
create policy delete_unpublished on public.activities for delete to authenticated
  using (
    (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')))
    or (status in ('proposed', 'declined') and id in (select private.my_hosted_ids()))
  );

create policy select_own on public.calendar_links for select to authenticated using (person_id = (select auth.uid()));

create policy delete_own on public.calendar_links for delete to authenticated using (person_id = (select auth.uid()));

create policy select_manager on public.attendances for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy insert_manager on public.attendances for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy update_manager on public.attendances for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy delete_manager on public.attendances for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy select_manager on public.head_counts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy insert_manager on public.head_counts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy update_manager on public.head_counts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy select_own_or_consultant on public.activity_hosts for select to authenticated
  using (person_id = (select auth.uid()) or block_id in (select private.my_block_ids('{consultant}')));

-- No insert: propose_activity makes the proposer the host. The consultant can end it.
create policy delete_consultant on public.activity_hosts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

-- Those who run it, and those who have a live sign-up; when it is hidden the consultant and the host alone.
create policy select_concerned on public.activity_messages for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
    or hidden_at is null and exists (
      select from public.signups s
      where s.activity_id = activity_messages.activity_id and s.person_id = (select auth.uid())
        and s.status in ('signed_up', 'offered', 'waitlisted')
    )
  );

create policy select_self on public.activity_message_authors for select to authenticated using (person_id = (select auth.uid()));

create policy select_visible on public.activity_series for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));

create policy insert_manager on public.activity_series for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy update_manager on public.activity_series for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy delete_manager on public.activity_series for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

-- A date is seen by those who see its activity, and set by those who run it. `offset 0`, here as for series and translations: look
-- this one activity up; else PostgreSQL reads the activities of all buildings into a hash to ask it.
create policy select_visible on public.activity_sessions for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));

create policy insert_manager on public.activity_sessions for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy update_manager on public.activity_sessions for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy delete_manager on public.activity_sessions for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

-- I see my own sign-ups; the consultant and the host those of their activity. Nobody else: others see numbers.
create policy select_own_or_manager on public.signups for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant}'))
    or activity_id in (select private.my_hosted_ids())
  );

create policy select_manager on public.signup_events for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy select_visible on public.activity_translations for select to anon, authenticated
  using (exists (select from public.activities a where a.id = activity_id offset 0));

create policy insert_manager on public.activity_translations for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy update_manager on public.activity_translations for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()))
  with check (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

create policy delete_manager on public.activity_translations for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or activity_id in (select private.my_hosted_ids()));

-- Whoever is paused writes no words, as in activities/activities.sql.
create policy insert_unless_paused on public.activity_translations as restrictive for insert to authenticated
  with check (block_id not in (select m.block_id from private.my_pauses() m));

create policy update_unless_paused on public.activity_translations as restrictive for update to authenticated
  using (block_id not in (select m.block_id from private.my_pauses() m));

create policy select_all on public.blocks for select to anon, authenticated using (true);

create policy insert_admin on public.blocks for insert to authenticated
  with check ((select private.is_admin()));

create policy update_staff on public.blocks for update to authenticated
  using (id in (select private.my_block_ids('{consultant,admin}')))
  with check (id in (select private.my_block_ids('{consultant,admin}')));

create policy select_all on public.contacts for select to anon, authenticated using (true);

create policy insert_staff on public.contacts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));

create policy update_staff on public.contacts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')))
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));

create policy delete_staff on public.contacts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')));

create policy select_all on public.opening_hours for select to anon, authenticated using (true);

create policy insert_staff on public.opening_hours for insert to authenticated
  with check (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));

create policy delete_staff on public.opening_hours for delete to authenticated
  using (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));

-- Common places are public; which flats exist is known to their own residents and to those who run the building.
create policy select_visible on public.places for select to anon, authenticated
  using (
    kind <> 'flat'
    or id in (select private.my_flat_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord,admin}'))
  );

create policy insert_admin on public.places for insert to authenticated
  with check (block_id in (select private.my_block_ids('{admin}')));

create policy select_landlord_or_own on public.outbox_messages for select to authenticated
  using ((person_id is null and kind <> 'join_answer' and exists (select from private.my_block_ids('{landlord}')))
    or person_id = (select auth.uid()));

create policy select_own on public.message_phones for select to authenticated using (person_id = (select auth.uid()));

create policy delete_own on public.message_phones for delete to authenticated using (person_id = (select auth.uid()));

create policy select_own on public.push_subscriptions for select to authenticated using (person_id = (select auth.uid()));

create policy delete_own on public.push_subscriptions for delete to authenticated using (person_id = (select auth.uid()));

create policy select_own on public.message_settings for select to authenticated using (person_id = (select auth.uid()));

create policy insert_own on public.message_settings for insert to authenticated with check (person_id = (select auth.uid()));

create policy update_own on public.message_settings for update to authenticated
  using (person_id = (select auth.uid())) with check (person_id = (select auth.uid()));

create policy select_author_or_consultant on public.appeals for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or thing_id in (select private.my_thing_ids()));

create policy select_with_public_activity on public.edits for select to anon
  using (exists (select from public.activities x where x.id = activity_id));

create policy select_with_thing on public.edits for select to authenticated
  using (
    block_id in (select private.my_block_ids('{admin}'))
    or exists (select from public.proposals x where x.id = proposal_id)
    or exists (select from public.proposal_comments x where x.id = comment_id)
    or exists (select from public.poll_questions x where x.id = question_id)
    or exists (select from public.activities x where x.id = activity_id)
    or exists (select from public.activity_messages x where x.id = message_id)
  );

create policy select_author_or_staff on public.edit_texts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')) or thing_id in (select private.my_thing_ids()));

create policy select_consultant_or_self on public.flags for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or flagged_by = (select auth.uid()));

create policy select_staff on public.audit_entries for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );

create policy select_consultant on public.pauses for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_visible on public.notices for select to anon, authenticated
  using (
    (
      state = 'published' and published_at <= now() and (ends_at is null or ends_at > now())
      and (
        audience = 'everybody'
        or (audience = 'members' and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
        or (audience in ('stairs', 'flats', 'families') and id in (select private.my_notice_ids()))
      )
    )
    or block_id in (select private.my_block_ids('{consultant}'))
  );

create policy select_consultant on public.notice_places for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_visible on public.notice_photos for select to anon, authenticated
  using (
    (hidden_at is null and exists (select from public.notices n where n.id = notice_id offset 0))
    or block_id in (select private.my_block_ids('{consultant}'))
  );

create policy select_consultant on public.notice_photo_requests for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_own on public.family_readers for select to authenticated using (person_id = (select auth.uid()));

create policy insert_own on public.family_readers for insert to authenticated with check (person_id = (select auth.uid()));

create policy delete_own on public.family_readers for delete to authenticated using (person_id = (select auth.uid()));

-- `offset 0`: look this one notice up; else PostgreSQL reads the notices of all buildings into a hash to ask it.
create policy select_visible on public.notice_translations for select to anon, authenticated
  using (exists (select from public.notices n where n.id = notice_id offset 0));

create policy insert_consultant on public.notice_translations for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));

create policy update_consultant on public.notice_translations for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')))
  with check (block_id in (select private.my_block_ids('{consultant}')));

create policy delete_consultant on public.notice_translations for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_own on public.notifications for select to authenticated using (person_id = (select auth.uid()));

-- Whoever sees the follow-up: its policy decides. No insert, update or delete: the functions below do it.
create policy select_with_follow_up on public.follow_up_photos for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));

create policy select_member on public.follow_ups for select to authenticated
  using (
    block_id in (select private.my_block_ids('{resident,partner,consultant,landlord}'))
    and exists (select from public.polls p where p.id = poll_id and p.counted_at is not null)
  );

-- Whoever sees the follow-up: its policy decides. No insert, update or delete: update_follow_up does it.
create policy select_with_follow_up on public.follow_up_updates for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));

-- Whoever sees the follow-up: its policy decides. No insert, update or delete: the functions below do it.
create policy select_with_follow_up on public.follow_up_milestones for select to authenticated
  using (poll_id in (select f.poll_id from public.follow_ups f));

create policy select_member on public.polls for select to authenticated
  using (
    (status <> 'draft' and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or block_id in (select private.my_block_ids('{consultant}'))
  );

create policy insert_consultant on public.polls for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));

create policy update_consultant on public.polls for update to authenticated
  using (status in ('draft', 'planned') and block_id in (select private.my_block_ids('{consultant}')))
  with check (status in ('draft', 'planned') and block_id in (select private.my_block_ids('{consultant}')));

create policy delete_consultant on public.polls for delete to authenticated
  using (status = 'draft' and block_id in (select private.my_block_ids('{consultant}')));

create policy select_member on public.poll_options for select to authenticated
  using (poll_id in (select p.id from public.polls p));

create policy insert_consultant on public.poll_options for insert to authenticated
  with check (
    block_id in (select private.my_block_ids('{consultant}'))
    and (proposal_id is null or exists (select from public.proposals p
      where p.id = proposal_id and p.status = 'approved' and p.hidden_at is null))
  );

create policy delete_consultant on public.poll_options for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_member on public.poll_phases for select to authenticated
  using (poll_id in (select p.id from public.polls p));

create policy insert_consultant on public.poll_phases for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant}')));

create policy delete_consultant on public.poll_phases for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

create policy select_visible on public.poll_questions for select to authenticated
  using (
    (answered_at is not null and hidden_at is null
      and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or block_id in (select private.my_block_ids('{consultant}'))
    or id in (select a.question_id from public.poll_question_authors a where a.person_id = (select auth.uid()))
  );

create policy select_self on public.poll_question_authors for select to authenticated using (person_id = (select auth.uid()));

create policy select_visible on public.proposal_comments for select to authenticated
  using (
    (
      hidden_at is null or block_id in (select private.my_block_ids('{consultant}'))
      or id in (select a.comment_id from public.proposal_comment_authors a where a.person_id = (select auth.uid()))
    )
    -- and the proposal itself, by its own policy
    and exists (select from public.proposals p where p.id = proposal_id)
  );

create policy select_self on public.proposal_comment_authors for select to authenticated
  using (person_id = (select auth.uid()));

create policy select_with_proposal on public.proposal_photos for select to authenticated
  using (exists (select from public.proposals p where p.id = proposal_id));

create policy space_photos_insert_own on storage.objects for insert to authenticated
  with check (
    bucket_id = 'space-photos'
    and name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_[0-9]{1,4}x[0-9]{1,4}\.webp$'
    and (select private.may_store_space_photo())
  );

-- No update or delete: what a page shows does not change behind the back of whoever approved it.
create policy space_photos_select_own on storage.objects for select to authenticated
  using (bucket_id = 'space-photos' and owner_id = (select auth.uid())::text);

create policy select_visible on public.proposals for select to authenticated
  using (
    (status in ('approved', 'merged') and decided_at is not null and hidden_at is null
      and block_id in (select private.my_block_ids('{resident,partner,landlord}')))
    or (status <> 'withdrawn' and block_id in (select private.my_block_ids('{consultant}')))
    or id in (select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid()))
  );

create policy select_self on public.proposal_authors for select to authenticated using (person_id = (select auth.uid()));

create policy select_both_sides on public.proposal_messages for select to authenticated
  using (
    (block_id in (select private.my_block_ids('{consultant}')) and proposal_id in (select p.id from public.proposals p))
    or proposal_id in (select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid()))
  );

create policy select_self on public.proposal_supporters for select to authenticated using (person_id = (select auth.uid()));

create policy select_staff on public.report_assignees for select to authenticated
  using (exists (select from private.my_block_ids('{consultant,landlord}')));

create policy insert_landlord on public.report_assignees for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy update_landlord on public.report_assignees for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy select_staff on public.report_assignments for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));

create policy select_all on public.report_deadlines for select to anon, authenticated using (true);

create policy insert_landlord on public.report_deadlines for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy update_landlord on public.report_deadlines for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy delete_landlord on public.report_deadlines for delete to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy select_reporter_or_staff on public.report_details for select to authenticated
  using (
    reporter_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );

-- Nobody else ever, the staff included: it is not sent.
create policy select_own on public.report_drafts for select to authenticated
  using (person_id = (select auth.uid()));

create policy insert_own on public.report_drafts for insert to authenticated
  with check (
    person_id = (select auth.uid())
    and block_id in (select private.my_block_ids('{resident,partner,consultant}'))
  );

create policy update_own on public.report_drafts for update to authenticated
  using (person_id = (select auth.uid())) with check (person_id = (select auth.uid()));

create policy delete_own on public.report_drafts for delete to authenticated
  using (person_id = (select auth.uid()));

-- Whoever sees the case: the policy of `reports` decides.
-- Whom a case is given to is the staff's own.
create policy select_with_report on public.report_events for select to authenticated
  using (
    (kind <> 'assigned' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );

create policy select_staff on public.report_event_actors for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));

create policy select_own on public.report_followers for select to authenticated
  using (person_id = (select auth.uid()));

create policy select_own on public.report_objections for select to authenticated
  using (person_id = (select auth.uid()));

create policy select_audience on public.report_messages for select to authenticated
  using (
    (audience in ('resident', 'everyone') and report_id in (select private.my_report_ids()))
    or (audience = 'everyone' and exists (select from public.reports r where r.id = report_id))
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );

create policy select_current on public.outages for select to anon, authenticated
  using (ended_at is null or block_id in (select private.my_block_ids('{consultant,landlord}')));

create policy delete_staff on public.outages for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant,landlord}')));

-- Shared ones: whoever sees the case; the policy of `reports` decides.
create policy select_reporter_staff_or_shared on public.report_photos for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
    or exists (select from public.reports r where r.id = report_id and r.are_photos_shared)
  );

create policy report_photos_insert_own on storage.objects for insert to authenticated
  with check (
    bucket_id = 'report-photos'
    and split_part(name, '/', 1) = (select auth.uid())::text
    and name ~ '^[0-9a-f-]{36}/[0-9a-f]{64}_[0-9]{1,4}x[0-9]{1,4}\.webp$'
    and (select private.may_store_photo())
  );

-- My own uploads, and what belongs to a case whose pictures I may see: the policy of report_photos decides.
-- No update or delete: a picture of a case is part of its history.
create policy report_photos_select_own_or_visible on storage.objects for select to authenticated
  using (
    bucket_id = 'report-photos'
    and (
      split_part(name, '/', 1) = (select auth.uid())::text
      or exists (select from public.report_photos p where p.path = objects.name)
    )
  );

create policy select_reporter_or_staff on public.report_questions for select to authenticated
  using (
    report_id in (select private.my_report_ids())
    or block_id in (select private.my_block_ids('{consultant,landlord}'))
  );

-- Whoever sees the question: its policy decides.
create policy select_with_question on public.report_question_times for select to authenticated
  using (exists (select from public.report_questions q where q.id = question_id));

create policy select_reporter_staff_or_neighbour on public.reports for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,landlord}'))
    or (is_common and block_id in (select private.my_block_ids('{resident,partner}')))
    or id in (select private.my_report_ids())
    or id in (select private.my_merged_into_ids())
  );

create policy select_all on public.responsibilities for select to anon, authenticated using (true);

create policy update_landlord on public.responsibilities for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

-- Changed by migrations only.
create policy select_all on public.report_things for select to authenticated using (true);

-- Changed by migrations only.
create policy select_all on public.report_transitions for select to authenticated using (true);

create policy select_staff on public.join_codes for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant}'))
    or (role not in ('resident', 'partner') and (select private.is_admin()))
  );

create policy select_self_or_consultant on public.join_requests for select to authenticated
  using (person_id = (select auth.uid()) or block_id in (select private.my_block_ids('{consultant}')));

create policy select_consultant on public.letter_texts for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));

-- I see myself; a consultant sees the display names of who lives in the building now, and of who is locked out of it.
-- Whoever moved out is a stranger again. Neighbours see nobody.
create policy select_self_or_consultant on public.people for select to authenticated
  using (
    id = (select auth.uid())
    or exists (select from public.memberships m where m.person_id = people.id
      and (m.ended_at is null or m.blocked_at is not null)
      and m.block_id in (select private.my_block_ids('{consultant}')))
  );

create policy update_self on public.people for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy select_self_or_staff on public.memberships for select to authenticated
  using (
    person_id = (select auth.uid())
    or block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );

create policy select_landlord on public.api_keys for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy select_landlord on public.report_updates for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy select_landlord on public.webhook_endpoints for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy insert_landlord on public.webhook_endpoints for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy update_landlord on public.webhook_endpoints for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

create policy select_landlord on public.landlord_settings for select to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));

create policy update_landlord on public.landlord_settings for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));

create trigger version before update on public.activities for each row
  when ((old.signed_up_count, old.offered_count, old.waitlisted_count) = (new.signed_up_count, new.offered_count, new.waitlisted_count))
  execute function private.tg_activities__version();

create trigger slug before insert on public.activities for each row execute function private.tg_activities__slug();

-- A host who writes anew what the consultant has edited brings it back into the queue: moderation/edits.sql.
create trigger changed_again after update of title, body, audience, whereabouts, host, what_to_expect, food, languages on public.activities
  for each row when ((old.title, old.body, old.audience, old.whereabouts, old.host, old.what_to_expect, old.food, old.languages)
    is distinct from (new.title, new.body, new.audience, new.whereabouts, new.host, new.what_to_expect, new.food, new.languages))
  execute function private.tg_activity_words__changed_again();

-- What staff change directly is logged: moderation/log.sql. What is not published yet is no act.
create trigger log_staff_change after update on public.activities for each row
  when (current_user = 'authenticated' and old.status not in ('draft', 'proposed')) execute function private.tg_staff_change__log('activity');

create trigger log_door after insert or update or delete on public.attendances for each row
  when (current_user = 'authenticated') execute function private.tg_door__log('present_count');

create trigger log_door after insert or update or delete on public.head_counts for each row
  when (current_user = 'authenticated') execute function private.tg_door__log('heads');

create trigger lock_signups before delete on auth.users
  for each row execute function private.tg_users__lock_signups();

create trigger mark after insert on public.activity_hosts
  for each row execute function private.tg_activity_hosts__mark();

create trigger tell_of_host after delete on public.activity_hosts
  for each row execute function private.tg_activity_hosts__tell();

-- What staff write directly is logged: moderation/log.sql.
create trigger log_staff_change after delete on public.activity_hosts for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('host');

-- `current_user`, as in moderation/log.sql: the jobs, and functions that log by themselves, run as somebody else.
create trigger log_added after insert on public.activity_sessions
  referencing new table as new_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();

create trigger log_changed after update on public.activity_sessions
  referencing old table as old_rows new table as new_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();

create trigger log_removed after delete on public.activity_sessions
  referencing old table as old_rows for each statement
  when (current_user = 'authenticated') execute function private.tg_activity_sessions__log();

create trigger notify after update on public.activity_sessions
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_activity_sessions__notify();

create trigger notify_removed after delete on public.activity_sessions
  referencing old table as old_rows
  for each statement execute function private.tg_activity_sessions__notify_removed();

create trigger notify_place after update on public.activities for each row
  when (new.status = 'published' and old.status = 'published'
    and (old.place_id, old.whereabouts) is distinct from (new.place_id, new.whereabouts))
  execute function private.tg_activities__notify_place();

create constraint trigger series_ends after update of capacity on public.activities
  deferrable initially deferred for each row when (new.capacity is not null and old.capacity is null)
  execute function private.tg_activity_series__ends();

create constraint trigger ends after insert or update of rrule on public.activity_series
  deferrable initially deferred for each row execute function private.tg_activity_series__ends();

-- What staff write directly is logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.activity_series for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('series');

create trigger sequence before update on public.activity_sessions for each row
  when ((old.starts_at, old.ends_at, old.cancelled_at is null) is distinct from (new.starts_at, new.ends_at, new.cancelled_at is null))
  execute function private.tg_activity_sessions__sequence();

create trigger pause before insert or update on public.activity_sessions for each row
  when (new.note is not null) execute function private.tg_activity_sessions__pause();

create trigger fill_places_added after insert on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();

create trigger fill_places_changed after update on public.activity_sessions
  referencing new table as new_rows for each statement execute function private.tg_activity_sessions__fill_places();

-- Only ever added to: moderation/log.sql.
create trigger append_only before update or delete on public.signup_events
  for each row execute function private.tg_trails__append_only();

create trigger no_truncate before truncate on public.signup_events
  for each statement execute function private.tg_trails__append_only();

-- A host who writes anew what the consultant has edited brings it back into the queue: moderation/edits.sql.
create trigger changed_again after insert or update of title, body on public.activity_translations for each row
  execute function private.tg_activity_words__changed_again();

-- What staff write directly is logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.activity_translations for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('translation');

create trigger count after insert or update of status or delete on public.signups
  for each row execute function private.tg_signups__count();

create trigger fill_places after update of capacity on public.activities for each row
  when (new.capacity is null and old.capacity is not null or new.capacity > old.capacity)
  execute function private.tg_activities__fill_places();

-- What staff write directly is logged: moderation/log.sql.
create trigger log_staff_change after insert or update on public.blocks for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('block');

-- What staff write directly is logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.contacts for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('contact');

create trigger log_hours after insert or delete on public.opening_hours for each row
  when (current_user = 'authenticated') execute function private.tg_opening_hours__log();

create trigger log_place after insert on public.places for each row
  when (current_user = 'authenticated') execute function private.tg_places__log();

-- Only ever added to: moderation/log.sql.
create trigger append_only before update or delete on public.edits
  for each row execute function private.tg_trails__append_only();

create trigger no_truncate before truncate on public.edits
  for each statement execute function private.tg_trails__append_only();

-- Only ever added to: moderation/log.sql.
create trigger append_only before update or delete on public.edit_texts
  for each row execute function private.tg_trails__append_only();

create trigger no_truncate before truncate on public.edit_texts
  for each statement execute function private.tg_trails__append_only();

create trigger forget before update of flagged_by on public.flags for each row
  when (new.flagged_by is null) execute function private.tg_flags__forget();

create trigger audit_entries_append_only before update or delete on public.audit_entries
  for each row execute function private.tg_audit_entries__append_only();

create trigger audit_entries_no_truncate before truncate on public.audit_entries
  for each statement execute function private.tg_audit_entries__append_only();

create trigger version before update on public.notices for each row
  when ((old.title, old.body) is distinct from (new.title, new.body))
  execute function private.tg_notices__version();

create trigger source before insert or update on public.notice_translations
  for each row execute function private.tg_notice_translations__source();

create trigger log after delete on public.notice_translations
  for each row execute function private.tg_notice_translations__log();

-- Makes a delivery per channel: messages/deliveries.sql.
create trigger deliver after insert on public.notifications
  referencing new table as new_rows
  for each statement execute function private.tg_notifications__deliver();

create trigger polls_drop_ballots after delete on public.polls for each row
  when (old.opened_at is not null) execute function private.tg_polls__drop_ballots();

create trigger append_only before update or delete or truncate on public.follow_up_updates
  for each statement execute function private.tg_follow_up_updates__append_only();

create trigger polls_freeze before update on public.polls for each row execute function private.tg_polls__freeze();

create trigger poll_options_freeze before insert or update or delete on public.poll_options
  for each row execute function private.tg_poll_parts__freeze();

create trigger poll_phases_freeze before insert or update or delete on public.poll_phases
  for each row execute function private.tg_poll_parts__freeze();

create trigger notify after update on public.polls for each row
  when ((new.status, new.counted_at, new.extended_at) is distinct from (old.status, old.counted_at, old.extended_at))
  execute function private.tg_polls__notify();

-- Not on update: only extending moves days, by as many as the vote.
create trigger poll_phases_reach before insert on public.poll_phases for each row execute function private.tg_poll_phases__reach();

create trigger person before insert or update of person_id on public.report_assignees
  for each row execute function private.tg_report_assignees__person();

create trigger assignment after insert or update of status on public.reports
  for each row execute function private.tg_reports__assignment();

-- What the staff write here directly is logged.
create trigger log_staff_change after insert or update on public.report_assignees for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('assignee');

-- What the staff write here directly is logged.
create trigger log_staff_change after insert or update or delete on public.report_deadlines for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('deadline');

create trigger forget_contact before update of reporter_id on public.report_details
  for each row when (new.reporter_id is null) execute function private.tg_report_details__forget_contact();

create trigger saved before update on public.report_drafts
  for each row execute function private.tg_report_drafts__saved();

create trigger append_only before update or delete or truncate on public.report_events
  for each statement execute function private.tg_report_history__append_only();

create trigger append_only before update or delete or truncate on public.report_messages
  for each statement execute function private.tg_report_history__append_only();

-- To the landlord's systems: systems/webhooks.sql.
create trigger tell_systems after insert on public.report_events
  for each row when (new.kind = 'status') execute function private.tg_report_events__tell_systems();

-- Who it was is not corrected either.
create trigger append_only before update or delete on public.report_event_actors
  for each row execute function private.tg_trails__append_only();

create trigger no_truncate before truncate on public.report_event_actors
  for each statement execute function private.tg_trails__append_only();

create trigger count after insert or delete on public.report_followers
  for each row execute function private.tg_report_followers__count();

-- What the staff take away here directly is logged.
create trigger log_staff_change after delete on public.outages for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('outage');

create trigger hold before insert on public.report_photos
  for each row execute function private.tg_report_photos__hold();

-- What the staff write here directly is logged.
create trigger log_staff_change after update on public.responsibilities for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('responsibility');

create trigger take_leave before delete on auth.users
  for each row execute function private.tg_users__take_leave();

create trigger tell_end after update of ended_at on public.memberships for each row
  when (old.ended_at is null and new.ended_at is not null and new.block_id is not null and auth.uid() <> new.person_id)
  execute function private.tg_memberships__tell_end();

create trigger named before update of display_name on public.people for each row
  when (new.display_name <> old.display_name) execute function private.tg_people__named();

-- Who moves in or out while a vote is open is counted: polls/electorate.sql.
create trigger count_moves_in after insert on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is null) execute function private.tg_memberships__count_moves();

create trigger count_moves_out after update on public.memberships for each row
  when (new.role = 'resident' and new.ended_at is not null and old.ended_at is null) execute function private.tg_memberships__count_moves();

-- Who ran activities and leaves is told of: activities/hosts.sql.
create trigger tell_of_host after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null and new.role in ('resident', 'partner'))
  execute function private.tg_memberships__tell_of_host();

-- Sign-ups end with the membership: activities/forgetting.sql.
create trigger end_signups after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null)
  execute function private.tg_memberships__end_signups();

create trigger log_factor after insert or update of status or delete on auth.mfa_factors
  for each row execute function private.tg_mfa_factors__log();

create trigger give_up after update of removed_at on public.webhook_endpoints for each row
  when (new.removed_at is not null) execute function private.tg_webhook_endpoints__give_up();

-- What the landlord writes here directly is logged.
create trigger log_staff_change after update on public.landlord_settings for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('landlord_settings');

create trigger log_staff_change after insert or update on public.webhook_endpoints for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('webhook');

insert into private.retention_rules (what, keep, since) values
  ('api_calls', '1 hour', 'the call'),
  ('attempts', '1 day', 'the try'),
  ('sign_in_slips', '1 day', 'it ran out'),
  ('report_drafts', '1 day', 'the last change'),
  ('unsent_photos', '1 day', 'it was stored or chosen again'),
  ('unconfirmed_phones', '1 day', 'the number was given'),
  ('signup_names', '30 days', 'the last date of the activity'),
  ('notice_readers', '30 days', 'the notice was published'),
  ('sent_messages', '90 days', 'it was sent or given up'),
  ('join_requests', '90 days', 'it was decided, or asked when nobody decided'),
  ('never_joined_accounts', '90 days', 'it was made and last used'),
  ('notifications', '12 months', 'it was written'),
  ('flaggers', '12 months', 'the flag was decided'),
  ('electors', '12 months', 'the vote closed'),
  ('flat_cases', '12 months', 'the case was closed'),
  ('memberships', '12 months', 'it ended'),
  ('left_accounts', '12 months', 'it was last used, and no membership is left'),
  ('audit_entries', '5 years', 'the act');

insert into private.pulse_rewrites (rewritten_on) values ('2026-01-01') on conflict do nothing;

-- Who sent one is a secret of whoever sent it: a proposal has no author, for the consultant neither. So the name of the
-- file is drawn at random, and nobody reads another one's file from storage, not even when it is on a page for all: what
-- storage answers about a file (list, info) holds its owner. The portal asks the tables, as the person, whether the
-- picture may be seen, and passes on the bytes itself.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('space-photos', 'space-photos', false, 3 * 1024 * 1024, '{image/webp}');

-- The server re-encodes every picture and stores it as the person; whoever goes around it still may only
-- store WebP of at most 3 MB under their own folder, 60 a day, and a picture is served to the case's audience alone.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('report-photos', 'report-photos', false, 3 * 1024 * 1024, '{image/webp}');

insert into public.responsibilities (is_common, thing, party, advice, advice_en)
select false, thing::public.report_thing, party::public.responsible_party, advice, advice_en
from (values
  ('leak', 'shared', 'Steng stoppekranen først, og tørk opp. En kran som drypper, en pakning eller en dusjslange er vanligvis din jobb.',
    'Close the stop valve first and dry up. A dripping tap, a washer or a shower hose is usually your job.'),
  ('drain', 'shared', 'Sluket og vannlåsen renser du selv. Er avløpet helt tett, melder du fra.',
    'You clean the floor drain and the water trap yourself. If the drain is blocked altogether, report it.'),
  ('hot_water', 'landlord', null, null),
  ('heating', 'landlord', 'Meld fra med en gang. Hold leiligheten så varm at rør ikke fryser.',
    'Report it at once. Keep the flat warm enough that pipes do not freeze.'),
  ('power', 'shared', 'Sjekk sikringen først, og om naboene har strøm. Brytere og kontakter holder du ved like. Gnister eller varme: slå av sikringen og ring.',
    'Check the fuse first, and whether neighbours have power. Switches and sockets are yours to look after. Sparks or heat: switch off the fuse and call.'),
  ('damp_air', 'shared', 'Luft godt, hold ventilene åpne og rengjør filteret i vifta. Blir det ikke bedre, melder du fra.',
    'Air well, keep the vents open and clean the filter of the fan. If it does not get better, report it.'),
  ('window', 'landlord', null, null),
  ('door_lock', 'tenant', 'Låsen i din egen dør og nøklene til den er vanligvis din jobb.', 'The lock of your own door and its keys are usually your job.'),
  ('pests', 'landlord', 'Meld fra med en gang. Ikke bruk gift selv: noen midler er bare for dem som er godkjent.',
    'Report it at once. Do not use poison yourself: some agents are only for approved people.'),
  ('fire_safety', 'shared', 'Test røykvarsleren, gjør den ren og bytt batteri. Snu og rist slukkeapparatet to ganger i året. Virker det ikke, melder du fra.',
    'Test the smoke alarm, clean it and change its battery. Turn and shake the extinguisher twice a year. If it does not work, report it.'),
  ('appliance', 'shared', 'Det som hører til boligen, holder du ved like. Må det byttes, melder du fra.',
    'You look after what belongs to the flat. If it must be replaced, report it.')
) v (thing, party, advice, advice_en)
on conflict do nothing;

insert into public.responsibilities (is_common, thing, party, advice, advice_en)
select true, thing::public.report_thing, party::public.responsible_party, advice, advice_en
from (values
  ('light', 'landlord', null, null), ('door_lock', 'landlord', null, null), ('intercom', 'landlord', null, null),
  ('window', 'landlord', null, null), ('leak', 'landlord', null, null), ('drain', 'landlord', null, null),
  ('power', 'landlord', null, null), ('heating', 'landlord', null, null), ('damp_air', 'landlord', null, null),
  ('appliance', 'landlord', null, null), ('cleaning', 'landlord', null, null), ('pests', 'landlord', null, null),
  ('fire_safety', 'landlord', null, null), ('storage_room', 'landlord', null, null), ('playground', 'landlord', null, null),
  ('greenery', 'landlord', null, null), ('paving', 'landlord', null, null), ('washing_machine', 'landlord', null, null),
  ('dryer', 'landlord', null, null), ('lift_door', 'landlord', null, null), ('lift_button', 'landlord', null, null),
  ('lift_sound', 'landlord', null, null),
  ('lift_stopped', 'landlord', 'Sitter noen fast, trykk på alarmen i heisen.', 'If somebody is stuck, press the alarm in the lift.'),
  ('snow_ice', 'landlord', 'Du kan strø selv med sand fra kassa.', 'You can grit yourself with sand from the box.'),
  ('vandalism', 'landlord', 'Skjer det nå, ring politiet på 112.', 'If it happens now, call the police on 112.'),
  ('rubbish', 'shared', 'Store ting du vil kaste, tar du med selv.', 'Large things you throw away are yours to take away.'),
  ('escape_route', 'shared', 'Ha ingenting stående der folk må ut ved brann.', 'Leave nothing where people must get out in a fire.')
) v (thing, party, advice, advice_en)
on conflict do nothing;

insert into public.report_things (place_kind, thing, position)
select k.place_kind::public.place_kind, t.thing::public.report_thing, t.position
from (values
  ('flat', 'leak drain hot_water heating power damp_air window door_lock pests fire_safety appliance other'),
  ('stair', 'light door_lock intercom window leak cleaning vandalism rubbish escape_route fire_safety pests other'),
  ('floor', 'light door_lock intercom window leak cleaning vandalism rubbish escape_route fire_safety pests other'),
  ('lift', 'lift_stopped lift_door lift_button lift_sound light cleaning vandalism other'),
  ('laundry', 'washing_machine dryer leak drain light power damp_air door_lock cleaning other'),
  ('cellar', 'light door_lock storage_room leak damp_air power pests rubbish escape_route fire_safety vandalism other'),
  ('yard', 'light snow_ice playground greenery paving rubbish drain door_lock pests vandalism other'),
  ('common_room', 'light power heating leak damp_air window door_lock appliance fire_safety cleaning vandalism other')
) k (place_kind, things),
lateral unnest(string_to_array(k.things, ' ')) with ordinality t (thing, position);

insert into public.report_transitions (role, from_status, to_status, is_reason_required)
select 'landlord'::public.report_actor, f, t::public.report_status, t = 'closed'
from unnest('{received,forwarded,reopened}'::public.report_status[]) f,
  unnest('{in_progress,waiting,fixed,closed}'::text[]) t
union all values
  ('landlord'::public.report_actor, 'in_progress'::public.report_status, 'waiting'::public.report_status, false),
  ('landlord', 'in_progress', 'fixed', false),
  ('landlord', 'in_progress', 'closed', true),
  ('landlord', 'waiting', 'in_progress', false),
  -- For something else than until now.
  ('landlord', 'waiting', 'waiting', false),
  ('landlord', 'waiting', 'fixed', false),
  ('landlord', 'waiting', 'closed', true),
  ('consultant', 'received', 'forwarded', false),
  ('consultant', 'reopened', 'forwarded', false),
  ('reporter', 'fixed', 'confirmed', false),
  ('reporter', 'fixed', 'reopened', false),
  ('reporter', 'received', 'withdrawn', false),
  ('reporter', 'forwarded', 'withdrawn', false),
  ('reporter', 'in_progress', 'withdrawn', false),
  ('reporter', 'waiting', 'withdrawn', false),
  ('reporter', 'reopened', 'withdrawn', false),
  -- The appeal: once a case.
  ('reporter', 'closed', 'reopened', true),
  ('neighbour', 'fixed', 'reopened', false),
  ('neighbour', 'confirmed', 'reopened', false),
  -- A new report of an outage that is posted.
  ('system', 'received', 'merged', false);

insert into public.report_transitions (role, from_status, to_status)
select role, f, t
from unnest('{landlord,consultant}'::public.report_actor[]) role,
  unnest('{received,forwarded,in_progress,waiting,reopened}'::public.report_status[]) o,
  lateral (values (o, 'merged'::public.report_status), ('merged'::public.report_status, o)) change (f, t);

insert into private.installation_settings default values on conflict do nothing;

insert into public.landlord_settings default values on conflict do nothing;

grant select on public.activities to anon, authenticated;

-- Not status, reasons, counts, slug and version: functions and triggers set them.
grant insert (id, block_id, kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;

grant update (kind, title, body, audience, for_whom, place_id, whereabouts, host, what_to_expect, food, languages,
  step_free, is_public, capacity, max_party, signup_opens_at, signup_closes_at, signoff_closes_at)
  on public.activities to authenticated;

grant delete on public.activities to authenticated;

-- No insert or update: make_calendar_link draws the secret. The hash is nobody's to read.
grant select (person_id, created_at) on public.calendar_links to authenticated;

grant delete on public.calendar_links to authenticated;

grant execute on function private.make_calendar_link() to authenticated;

grant execute on function public.make_calendar_link() to authenticated;

grant execute on function private.calendar_of(text) to anon, authenticated;

grant execute on function public.calendar_of(text) to anon, authenticated;

grant select, delete on public.attendances to authenticated;

grant insert (session_id, signup_id, activity_id, block_id, present_count) on public.attendances to authenticated;

grant update (present_count) on public.attendances to authenticated;

grant select on public.head_counts to authenticated;

grant insert (session_id, activity_id, block_id, heads) on public.head_counts to authenticated;

grant update (heads) on public.head_counts to authenticated;

grant execute on function public.count_heads(uuid, integer) to authenticated;

grant execute on function public.tick_attendance(uuid, uuid, integer) to authenticated;

grant execute on function public.set_heads(uuid, integer) to authenticated;

grant execute on function private.forget_signups() to service_role;

grant select, delete on public.activity_hosts to authenticated;

grant execute on function private.my_hosted_ids() to anon, authenticated;

grant execute on function private.manages(uuid, uuid) to anon, authenticated;

grant execute on function public.is_mine_to_run(public.activities) to anon, authenticated;

grant execute on function private.stop_hosting(uuid) to authenticated;

grant execute on function public.stop_hosting(uuid) to authenticated;

grant execute on function private.lapse_offers() to service_role;

grant execute on function public.run_activity_jobs() to service_role;

-- No insert: send_activity_message also writes one notification for each.
grant select on public.activity_messages to authenticated;

-- No insert, update or delete: send_activity_message.
grant select on public.activity_message_authors to authenticated;

grant execute on function private.send_activity_message(uuid, uuid, text) to authenticated;

grant execute on function public.send_activity_message(uuid, uuid, text) to authenticated;

grant execute on function private.why_not_change(uuid) to authenticated;

grant execute on function private.touch_activity(uuid) to authenticated;

grant execute on function public.move_session(uuid, timestamptz, timestamptz, text) to authenticated;

grant execute on function public.cancel_session(uuid, text) to authenticated;

grant execute on function public.restore_session(uuid) to authenticated;

grant execute on function public.cancel_following(uuid, text) to authenticated;

grant execute on function public.move_following(uuid, timestamptz, timestamptz, jsonb, text) to authenticated;

grant execute on function private.remind_of_today() to service_role;

grant execute on function private.signup_list(uuid, uuid) to authenticated;

grant execute on function public.signup_list(uuid, uuid) to authenticated;

grant execute on function private.place_in_line(uuid) to authenticated;

grant execute on function public.place_in_line(public.signups) to authenticated;

grant execute on function public.create_activity(jsonb, jsonb, jsonb) to authenticated;

grant execute on function private.propose_activity(jsonb, jsonb, jsonb) to authenticated;

grant execute on function public.propose_activity(jsonb, jsonb, jsonb) to authenticated;

grant execute on function private.decline_activity(uuid, text) to authenticated;

grant execute on function public.decline_activity(uuid, text) to authenticated;

grant execute on function private.publish_activity(uuid) to authenticated;

grant execute on function public.publish_activity(uuid) to authenticated;

grant execute on function public.change_activity(uuid, integer, jsonb, jsonb, jsonb) to authenticated;

grant execute on function private.cancel_activity(uuid, text) to authenticated;

grant execute on function public.cancel_activity(uuid, text) to authenticated;

grant select on public.activity_series to anon, authenticated;

grant insert (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, extra_days, made_until)
  on public.activity_series to authenticated;

grant update (rrule, starts_on, starts_clock, ends_clock, extra_days, made_until) on public.activity_series to authenticated;

grant delete on public.activity_series to authenticated;

grant execute on function private.set_series(uuid, uuid, jsonb) to authenticated;

grant execute on function private.due_series(date) to service_role;

grant execute on function public.due_series(date) to service_role;

grant execute on function private.extend_series(uuid, text, date[], date) to service_role;

grant execute on function public.extend_series(uuid, text, date[], date) to service_role;

grant select on public.activity_sessions to anon, authenticated;

grant insert (id, activity_id, block_id, starts_at, ends_at, cancelled_at, recurs_on) on public.activity_sessions to authenticated;

grant update (starts_at, ends_at, cancelled_at, note, recurs_on, is_moved) on public.activity_sessions to authenticated;

grant delete on public.activity_sessions to authenticated;

grant execute on function private.set_sessions(uuid, uuid, jsonb) to authenticated;

grant execute on function private.make_sessions(public.activity_series, date[]) to authenticated;

grant execute on function public.first_sessions(uuid, timestamptz) to anon, authenticated;

grant execute on function private.sign_up(uuid, integer) to authenticated;

grant execute on function public.sign_up(uuid, integer) to authenticated;

grant execute on function private.sign_up_for(uuid, uuid, uuid, text, integer) to authenticated;

grant execute on function public.sign_up_for(uuid, uuid, uuid, text, integer) to authenticated;

grant execute on function private.cancel_signup(uuid) to authenticated;

grant execute on function public.cancel_signup(uuid) to authenticated;

grant execute on function private.end_signup(uuid) to authenticated;

grant execute on function public.end_signup(uuid) to authenticated;

-- No insert, update or delete: the functions must count rows that the caller may not see.
grant select on public.signups to authenticated;

-- No insert, update or delete: the functions write it, and nobody changes what has been.
grant select on public.signup_events to authenticated;

grant select on public.activity_translations to anon, authenticated;

grant insert (activity_id, block_id, language, title, body) on public.activity_translations to authenticated;

grant update (title, body) on public.activity_translations to authenticated;

grant delete on public.activity_translations to authenticated;

grant execute on function private.accept_offer(uuid) to authenticated;

grant execute on function public.accept_offer(uuid) to authenticated;

grant execute on function private.attempt(text, text, integer, interval) to service_role;

grant execute on function public.attempt(text, text, integer, integer) to service_role;

grant execute on function private.forget_attempts(text, text) to service_role;

grant execute on function public.forget_attempts(text, text) to service_role;

grant execute on function private.my_block_ids(public.member_role[]) to anon, authenticated;

grant execute on function private.has_role(uuid, public.member_role[]) to anon, authenticated;

grant execute on function private.my_flat_ids() to anon, authenticated;

grant execute on function private.is_admin() to anon, authenticated;

grant usage on schema private to anon, authenticated, service_role;

grant execute on function private.today() to anon, authenticated;

-- No delete: a building with history is never removed over the API.
grant select on public.blocks to anon, authenticated, service_role;

grant insert (slug, name, address, district, owner_type, about) on public.blocks to authenticated;

grant update (about, allows_comments) on public.blocks to authenticated;

grant update (asks_pulse) on public.blocks to authenticated;

grant execute on function public.add_block(
  text, text, text, text, public.owner_type, text[], integer, integer
) to authenticated;

grant select on public.contacts to anon, authenticated;

grant insert (block_id, kind, title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;

grant update (title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;

grant delete on public.contacts to authenticated;

-- No update: hours are replaced as a whole by save_contact.
grant select on public.opening_hours to anon, authenticated;

grant insert (contact_id, weekday, opens_at, closes_at) on public.opening_hours to authenticated;

grant delete on public.opening_hours to authenticated;

grant execute on function public.save_contact(
  uuid, uuid, public.contact_kind, text, text, text, text, text, text, jsonb
) to authenticated;

-- No update or delete: reports, memberships and votes point here.
grant select on public.places to anon, authenticated;

grant insert (id, block_id, parent_id, kind, name, position) on public.places to authenticated;

grant execute on function private.desk_waiting(uuid) to authenticated;

grant execute on function public.desk_waiting(uuid) to authenticated;

grant execute on function private.desk_week(uuid) to authenticated;

grant execute on function public.desk_week(uuid) to authenticated;

grant execute on function private.count_figures() to service_role;

grant execute on function private.figures(uuid, date) to authenticated;

grant execute on function public.figures(uuid, date) to authenticated;

grant execute on function private.pulse_state(uuid) to authenticated;

grant execute on function public.pulse_state(uuid) to authenticated;

grant execute on function private.answer_pulse(uuid, public.pulse_answer) to authenticated;

grant execute on function public.answer_pulse(uuid, public.pulse_answer) to authenticated;

grant execute on function private.rewrite_pulse() to service_role;

grant execute on function public.run_figure_jobs() to service_role;

grant execute on function private.form_messages(public.outbox_channel[]) to service_role;

grant execute on function public.form_messages(public.outbox_channel[]) to service_role;

grant execute on function private.keep_message_keys(text, text, text) to service_role;

grant execute on function public.keep_message_keys(text, text, text) to service_role;

-- No insert, update or delete: what happens writes them, and the server says how it went.
grant select on public.outbox_messages to authenticated;

-- No insert or update: start_phone and confirm_phone do it, or anybody could have anybody's phone ring.
grant select, delete on public.message_phones to authenticated;

grant execute on function private.start_phone(uuid, text) to service_role;

grant execute on function public.start_phone(uuid, text) to service_role;

grant execute on function private.confirm_phone(text) to authenticated;

grant execute on function public.confirm_phone(text) to authenticated;

-- No insert or update: subscribe_push does it.
grant select (id, person_id, created_at), delete on public.push_subscriptions to authenticated;

grant execute on function private.subscribe_push(text, text, text) to authenticated;

grant execute on function public.subscribe_push(text, text, text) to authenticated;

grant execute on function private.claim_messages(public.outbox_channel, integer) to service_role;

grant execute on function public.claim_messages(public.outbox_channel, integer) to service_role;

grant execute on function private.finish_message(uuid, integer, text, boolean) to service_role;

grant execute on function public.finish_message(uuid, integer, text, boolean) to service_role;

grant execute on function private.stop_emails(uuid) to service_role;

grant execute on function public.stop_emails(uuid) to service_role;

-- No delete: with the account.
grant select on public.message_settings to authenticated;

grant insert (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;

grant update (email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;

grant execute on function public.save_message_settings(
  public.message_topic[], public.message_topic[], public.message_topic[], public.message_rhythm, integer, integer
) to authenticated;

grant execute on function private.moderation_reason(uuid) to authenticated;

grant execute on function public.moderation_reason(public.notifications) to authenticated;

grant execute on function private.acts_about_me() to authenticated;

grant execute on function public.acts_about_me() to authenticated;

grant execute on function private.my_flagged(uuid) to authenticated;

grant execute on function public.my_flagged(uuid) to authenticated;

-- No insert, update or delete: appeal and moderate.
grant select on public.appeals to authenticated;

grant execute on function private.appeal(public.thing_kind, uuid, text) to authenticated;

grant execute on function public.appeal(public.thing_kind, uuid, text) to authenticated;

-- No insert, update or delete: moderate.
grant select on public.edits to anon, authenticated;

-- No insert, update or delete: moderate.
grant select on public.edit_texts to authenticated;

-- No insert, update or delete: flag_thing and moderate. Who and from where is granted to nobody.
grant select (id, block_id, proposal_id, comment_id, question_id, activity_id, message_id, thing_id, reason, created_at, resolved_at, verdict)
  on public.flags to authenticated;

grant execute on function private.flag_thing(public.thing_kind, uuid, text) to authenticated;

grant execute on function public.flag_thing(public.thing_kind, uuid, text) to authenticated;

-- No insert, update or delete, for nobody.
grant select on public.audit_entries to authenticated;

grant execute on function private.actor_name(uuid) to authenticated;

grant execute on function public.actor_name(public.audit_entries) to authenticated;

grant execute on function public.log_names(uuid[]) to authenticated;

grant execute on function private.moderate(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb) to authenticated;

grant execute on function public.moderate(public.thing_kind, uuid, public.moderation_act, text, text, text, integer, jsonb) to authenticated;

-- No insert, update or delete: moderate, pause_member and lift_member_pause. Whoever is paused reads my_pauses.
grant select on public.pauses to authenticated;

grant execute on function private.my_pauses() to authenticated;

grant execute on function public.my_pauses() to authenticated;

grant execute on function private.is_paused(uuid) to authenticated;

grant execute on function private.pause_member(uuid, integer, text) to authenticated;

grant execute on function public.pause_member(uuid, integer, text) to authenticated;

grant execute on function public.lift_member_pause(uuid, text) to authenticated;

grant execute on function public.moderation_queue(uuid) to authenticated;

grant select on public.things to authenticated;

grant execute on function private.my_thing_ids() to authenticated;

-- No insert, update or delete: save_notice and act_on_notice do it and write it into the audit log. told_at and reader_count
-- are not granted: they are for the jobs.
grant select (id, block_id, class, title, body, audience, state, published_at, ends_at, version, changed_at)
  on public.notices to anon, authenticated;

-- No insert, update or delete: save_notice writes them.
grant select on public.notice_places to authenticated;

grant execute on function private.my_notice_ids() to anon, authenticated;

grant execute on function private.tell_notices() to service_role;

grant execute on function public.run_notice_jobs() to service_role;

-- No insert, update or delete: save_notice and act_on_notice do it.
grant select on public.notice_photos to anon, authenticated;

-- No insert: request_photo_removal. No update or delete: act_on_notice.
grant select on public.notice_photo_requests to authenticated;

grant execute on function private.request_photo_removal(uuid, text, text) to service_role;

grant execute on function public.request_photo_removal(uuid, text, text) to service_role;

grant select on public.family_readers to authenticated;

grant insert (person_id) on public.family_readers to authenticated;

grant delete on public.family_readers to authenticated;

grant execute on function private.count_notice_reads(uuid[]) to authenticated;

grant execute on function public.count_notice_reads(uuid[]) to authenticated;

grant execute on function private.notice_read_counts(uuid) to authenticated;

grant execute on function public.notice_read_counts(uuid) to authenticated;

grant execute on function private.settle_notice_reads() to service_role;

-- Not source_version: the trigger sets it.
grant select on public.notice_translations to anon, authenticated;

grant insert (notice_id, block_id, language, title, body) on public.notice_translations to authenticated;

grant update (title, body) on public.notice_translations to authenticated;

grant delete on public.notice_translations to authenticated;

grant execute on function private.save_notice(
  uuid, uuid, public.notice_class, text, text, public.notice_audience, uuid[], timestamptz, timestamptz, jsonb, boolean
) to authenticated;

grant execute on function public.save_notice(
  uuid, uuid, public.notice_class, text, text, public.notice_audience, uuid[], boolean, timestamptz, timestamptz, jsonb
) to authenticated;

grant execute on function private.act_on_notice(uuid, public.notice_act) to authenticated;

grant execute on function public.act_on_notice(uuid, public.notice_act) to authenticated;

-- No insert, update or delete: what happens writes them, in the same transaction.
grant select on public.notifications to authenticated;

grant execute on function private.extend_poll(uuid, timestamptz, text) to authenticated;

grant execute on function public.extend_poll(uuid, timestamptz, text) to authenticated;

grant execute on function private.stop_poll(uuid, text) to authenticated;

grant execute on function public.stop_poll(uuid, text) to authenticated;

grant execute on function private.has_few_voters(uuid) to authenticated;

grant execute on function public.has_few_voters(uuid) to authenticated;

grant select on public.follow_up_photos to authenticated;

grant execute on function private.add_follow_up_photo(uuid, uuid, public.follow_up_moment, text, text) to authenticated;

grant execute on function public.add_follow_up_photo(uuid, uuid, public.follow_up_moment, text, text) to authenticated;

grant execute on function private.remove_follow_up_photo(uuid) to authenticated;

grant execute on function public.remove_follow_up_photo(uuid) to authenticated;

grant execute on function private.update_follow_up(
  uuid, uuid, public.follow_up_status, text, date, text, integer, public.phase_owner, boolean, integer) to authenticated;

grant execute on function public.update_follow_up(
  uuid, uuid, public.follow_up_status, text, date, text, integer, public.phase_owner, boolean, integer) to authenticated;

-- No insert, update or delete: closing makes it, and update_follow_up changes it. told_late_at is nobody's to read.
grant select (poll_id, block_id, owner, status, next_on, decision, body, delayed_because, cost_nok, created_at, updated_at, closed_at, version)
  on public.follow_ups to authenticated;

grant select on public.follow_up_updates to authenticated;

grant execute on function private.run_poll_jobs() to service_role;

grant execute on function public.run_poll_jobs() to service_role;

grant execute on function private.push_late_follow_ups() to service_role;

grant execute on function private.push_uncounted_polls() to service_role;

grant execute on function public.run_follow_up_jobs() to service_role;

grant select on public.follow_up_milestones to authenticated;

grant execute on function private.add_milestone(uuid, uuid, text, date) to authenticated;

grant execute on function public.add_milestone(uuid, uuid, text, date) to authenticated;

grant execute on function private.change_milestone(uuid, public.milestone_act) to authenticated;

grant execute on function public.change_milestone(uuid, public.milestone_act) to authenticated;

grant execute on function private.open_poll(uuid) to authenticated;

grant execute on function public.open_poll(uuid) to authenticated;

grant execute on function private.paper_electors(uuid) to authenticated;

grant execute on function public.paper_electors(uuid) to authenticated;

grant execute on function private.set_paper_vote(uuid, uuid, boolean) to authenticated;

grant execute on function public.mark_paper_vote(uuid, uuid) to authenticated;

grant execute on function public.unmark_paper_vote(uuid, uuid) to authenticated;

grant execute on function private.count_paper_votes(uuid, jsonb) to authenticated;

grant execute on function public.count_paper_votes(uuid, jsonb) to authenticated;

-- The status is nobody's to write: the functions and the clock do it.
grant select, delete on public.polls to authenticated;

grant insert (id, block_id, title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age, is_list_published, closes_at)
  on public.polls to authenticated;

grant update (title, body, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, min_age, is_list_published, closes_at)
  on public.polls to authenticated;

-- No update: save_poll replaces them all.
grant select, delete on public.poll_options to authenticated;

grant insert (poll_id, block_id, position, title, body, cost_nok, stance, proposal_id) on public.poll_options to authenticated;

-- No update: save_poll replaces them all.
grant select, delete on public.poll_phases to authenticated;

grant insert (poll_id, block_id, phase, owner, ends_on) on public.poll_phases to authenticated;

-- No insert, update or delete: the functions below count, lock and log.
grant select on public.poll_questions to authenticated;

grant select on public.poll_question_authors to authenticated;

grant execute on function private.ask_poll_question(uuid, uuid, text) to authenticated;

grant execute on function public.ask_poll_question(uuid, uuid, text) to authenticated;

grant execute on function private.answer_poll_question(uuid, text, timestamptz) to authenticated;

grant execute on function public.answer_poll_question(uuid, text, timestamptz) to authenticated;

grant execute on function private.change_vote(uuid, text, uuid[]) to authenticated;

grant execute on function public.change_vote(uuid, text, uuid[]) to authenticated;

grant execute on function private.check_receipt(uuid, text) to authenticated;

grant execute on function public.check_receipt(uuid, text) to authenticated;

grant execute on function private.poll_results(uuid[]) to authenticated;

grant execute on function public.poll_results(uuid[]) to authenticated;

grant execute on function private.poll_ballots(uuid) to authenticated;

grant execute on function public.poll_ballots(uuid) to authenticated;

grant execute on function private.plain_title(text) to authenticated;

grant execute on function public.save_poll(
  uuid, uuid, text, text, text, public.poll_kind, public.poll_rule, timestamptz, jsonb, text, integer, integer, integer, integer, boolean, jsonb
) to authenticated;

grant execute on function private.plan_poll(uuid) to authenticated;

grant execute on function public.plan_poll(uuid) to authenticated;

grant execute on function private.cast_vote(uuid, uuid[], text) to authenticated;

grant execute on function public.cast_vote(uuid, uuid[], text) to authenticated;

grant execute on function private.my_votes(uuid[]) to authenticated;

grant execute on function public.my_votes(uuid[]) to authenticated;

grant execute on function private.check_proposal(uuid, boolean, integer, text) to authenticated;

grant execute on function public.check_proposal(uuid, boolean, integer, text) to authenticated;

-- No insert, update or delete: the functions below ask for the building's setting, count and log.
grant select on public.proposal_comments to authenticated;

grant select on public.proposal_comment_authors to authenticated;

grant execute on function private.comment_proposal(uuid, uuid, text, text) to authenticated;

grant execute on function public.comment_proposal(uuid, uuid, text, text) to authenticated;

grant execute on function private.take_back_comment(uuid) to authenticated;

grant execute on function public.take_back_comment(uuid) to authenticated;

grant execute on function private.like_proposals(uuid, text, uuid) to authenticated;

grant execute on function public.like_proposals(uuid, text, uuid) to authenticated;

grant execute on function private.suggest_merges(uuid) to authenticated;

grant execute on function public.suggest_merges(uuid) to authenticated;

grant execute on function private.merge_proposal(uuid, uuid) to authenticated;

grant execute on function public.merge_proposal(uuid, uuid) to authenticated;

-- No insert, update or delete: private.propose writes it.
grant select on public.proposal_photos to authenticated;

grant execute on function private.may_store_space_photo() to authenticated;

grant execute on function private.mark_abandoned_space_photos() to service_role;

grant execute on function public.mark_abandoned_space_photos() to service_role;

-- No insert, update or delete: functions (propose.sql, queue.sql, checks.sql, merging.sql, support.sql) count, lock and log.
grant select on public.proposals to authenticated;

grant select on public.proposal_authors to authenticated;

grant execute on function private.propose(
  uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text
) to authenticated;

grant execute on function public.propose(
  uuid, uuid, text, text, public.proposal_kind, uuid, text, integer, text, text
) to authenticated;

grant execute on function private.withdraw_proposal(uuid) to authenticated;

grant execute on function public.withdraw_proposal(uuid) to authenticated;

-- No insert, update or delete: write_about_proposal writes.
grant select on public.proposal_messages to authenticated;

grant execute on function private.write_about_proposal(uuid, uuid, text) to authenticated;

grant execute on function public.write_about_proposal(uuid, uuid, text) to authenticated;

grant execute on function private.decide_proposal(uuid, boolean, text, public.proposal_kind) to authenticated;

grant execute on function public.decide_proposal(uuid, boolean, text, public.proposal_kind) to authenticated;

grant select on public.proposal_supporters to authenticated;

grant execute on function private.set_support(uuid, boolean) to authenticated;

grant execute on function public.support_proposal(uuid) to authenticated;

grant execute on function public.withdraw_support(uuid) to authenticated;

-- No delete: is_active ends them.
grant select on public.report_assignees to authenticated;

grant insert (id, name, kind, person_id, is_active) on public.report_assignees to authenticated;

-- The id too, because a row is saved as "insert or update".
grant update (id, name, kind, person_id, is_active) on public.report_assignees to authenticated;

-- No insert, update or delete: it comes with the case, and assign_reports changes it.
grant select on public.report_assignments to authenticated;

grant execute on function private.assign_report(uuid, uuid) to authenticated;

grant execute on function public.assign_reports(uuid[], uuid) to authenticated;

grant execute on function private.chase_report(uuid, text) to authenticated;

grant execute on function public.chase_report(uuid, text) to authenticated;

grant select on public.report_deadlines to anon, authenticated;

grant insert (thing, is_urgent, days, is_working_days) on public.report_deadlines to authenticated;

-- The key too, because a row is saved as "insert or update"; the policy and the check hold for both.
grant update (thing, is_urgent, days, is_working_days) on public.report_deadlines to authenticated;

grant delete on public.report_deadlines to authenticated;

-- No insert, update or delete: written with the case by make_report (reports/sending.sql).
grant select on public.report_details to authenticated;

grant select, delete on public.report_drafts to authenticated;

grant insert (block_id, id, description, access, contact, photos, are_photos_shared)
  on public.report_drafts to authenticated;

grant update (block_id, id, description, access, contact, photos, are_photos_shared)
  on public.report_drafts to authenticated;

grant execute on function private.forget_report_drafts() to service_role;

grant execute on function public.forget_report_drafts() to service_role;

-- No insert, update or delete for anybody, the staff included: history is not corrected.
grant select on public.report_events to authenticated;

-- No insert, update or delete: written with the event.
grant select on public.report_event_actors to authenticated;

-- No insert or delete: follow_report does it, and a trigger keeps the count of the case.
grant select on public.report_followers to authenticated;

-- No insert or delete: object_report counts them.
grant select on public.report_objections to authenticated;

grant execute on function private.follow_report(uuid, boolean) to authenticated;

grant execute on function public.follow_report(uuid, boolean) to authenticated;

grant execute on function private.object_report(uuid) to authenticated;

grant execute on function public.object_report(uuid) to authenticated;

grant execute on function private.tell_late() to service_role;

grant execute on function public.run_report_jobs() to service_role;

grant execute on function private.merge_report(uuid, uuid) to authenticated;

grant execute on function public.merge_report(uuid, uuid) to authenticated;

grant execute on function private.unmerge_report(uuid) to authenticated;

grant execute on function public.unmerge_report(uuid) to authenticated;

-- No insert, update or delete for anybody, the staff included: add_report_message writes, nothing is taken back.
grant select on public.report_messages to authenticated;

grant execute on function private.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;

grant execute on function public.add_report_message(uuid, uuid, text, public.message_audience) to authenticated;

-- No insert or update: post_outage makes its case with it.
grant select on public.outages to anon, authenticated;

grant delete on public.outages to authenticated;

grant execute on function private.post_outage(uuid, uuid, uuid, public.report_thing, text, date) to authenticated;

grant execute on function public.post_outage(uuid, uuid, uuid, public.report_thing, text, date) to authenticated;

-- No insert, update or delete: written with the case by make_report (reports/sending.sql).
grant select on public.report_photos to authenticated;

grant execute on function private.may_store_photo() to authenticated;

grant execute on function private.share_report_photos(uuid, boolean) to authenticated;

grant execute on function public.share_report_photos(uuid, boolean) to authenticated;

grant execute on function private.keep_photo(text) to authenticated;

grant execute on function public.keep_photo(text) to authenticated;

grant execute on function private.mark_abandoned_photos() to service_role;

grant execute on function public.mark_abandoned_photos() to service_role;

grant execute on function private.unmark_removed_photos(text[]) to service_role;

grant execute on function public.unmark_removed_photos(text[]) to service_role;

-- No insert, update or delete: ask_report_question and answer_report_question do it.
grant select on public.report_questions to authenticated;

-- No insert, update or delete: written with the question.
grant select on public.report_question_times to authenticated;

grant execute on function private.ask_report_question(uuid, uuid, text, timestamptz[], timestamptz[]) to authenticated;

grant execute on function public.ask_report_question(uuid, uuid, text, timestamptz[], timestamptz[]) to authenticated;

grant execute on function private.answer_report_question(uuid, smallint, text) to authenticated;

grant execute on function public.answer_report_question(uuid, smallint, text) to authenticated;

grant execute on function private.list_report_queue(
  public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean,
  bigint, bigint, bigint, boolean, integer) to authenticated;

grant execute on function public.list_report_queue(
  public.report_sort, uuid, boolean, public.report_status, public.report_thing, integer, boolean, boolean, boolean, uuid, boolean,
  bigint, bigint, bigint, boolean, integer) to authenticated;

-- No insert, update or delete: create_report, change_report_status and their like do it. A case is never deleted.
grant select on public.reports to authenticated;

grant execute on function private.my_report_ids() to authenticated;

grant execute on function private.my_merged_into_ids() to authenticated;

grant execute on function public.my_reports(uuid) to authenticated;

-- No insert or delete: the list of things changes by migration.
grant select on public.responsibilities to anon, authenticated;

grant update (party, advice, advice_en) on public.responsibilities to authenticated;

grant execute on function private.create_report(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[], boolean) to authenticated;

grant execute on function public.create_report(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[], boolean) to authenticated;

grant execute on function private.create_report_for(
  uuid, uuid, uuid, public.report_thing, boolean, text, public.report_access, text, text[]) to authenticated;

grant execute on function public.create_report_for(
  uuid, uuid, uuid, public.report_thing, text, boolean, public.report_access, text, text[]) to authenticated;

grant execute on function private.change_report_status(uuid, public.report_status, text, public.report_wait) to authenticated;

grant execute on function public.change_report_status(uuid, public.report_status, text, public.report_wait) to authenticated;

grant execute on function public.change_reports_status(uuid[], public.report_status, text, public.report_wait) to authenticated;

grant select on public.report_things to authenticated;

grant select on public.report_transitions to authenticated;

grant execute on function private.delete_account(text) to authenticated;

grant execute on function public.delete_account(text) to authenticated;

grant execute on function private.due_photo_moves() to service_role;

grant execute on function public.due_photo_moves() to service_role;

grant execute on function private.finish_photo_moves() to service_role;

grant execute on function public.finish_photo_moves() to service_role;

-- No insert: make_join_code draws the code, so that nobody can choose one. No update: revoke_join_code. code_hash is not granted.
grant select (id, block_id, role, flat_id, flat_kind, max_uses, used_count, expires_at, revoked_at, created_by, created_at)
  on public.join_codes to authenticated;

grant execute on function private.make_join_code(uuid, uuid, integer, integer, public.member_role) to authenticated;

grant execute on function public.make_join_code(uuid, uuid, integer, integer, public.member_role) to authenticated;

grant execute on function private.revoke_join_code(uuid) to authenticated;

grant execute on function public.revoke_join_code(uuid) to authenticated;

grant execute on function private.peek_join_code(text) to service_role;

grant execute on function public.peek_join_code(text) to service_role;

grant execute on function private.join_block(text, text, text) to authenticated;

grant execute on function public.join_block(text, text, text) to authenticated;

-- No insert or update: ask_to_join and decide_join_request. No delete: with the account. person_id is not granted: the
-- consultant needs no id of somebody who is not a member.
grant select (id, block_id, display_name, flat_text, status, asked_at, decided_at) on public.join_requests to authenticated;

grant execute on function private.ask_to_join(uuid, uuid, text, text, text) to authenticated;

grant execute on function public.ask_to_join(uuid, uuid, text, text, text) to authenticated;

grant execute on function private.decide_join_request(uuid, uuid, text) to authenticated;

grant execute on function public.decide_join_request(uuid, uuid, text) to authenticated;

grant execute on function private.make_letters(uuid, uuid, uuid, boolean, integer, integer) to authenticated;

grant execute on function public.make_letters(uuid, uuid, uuid, boolean, integer, integer) to authenticated;

-- No insert, update or delete: save_letter_text writes.
grant select on public.letter_texts to authenticated;

grant execute on function private.save_letter_text(uuid, text, text) to authenticated;

grant execute on function public.save_letter_text(uuid, text, text) to authenticated;

grant execute on function private.account_state() to authenticated;

grant execute on function public.account_state() to authenticated;

grant execute on function private.my_data() to authenticated;

grant execute on function public.my_data() to authenticated;

grant execute on function private.asks_password() to authenticated;

grant execute on function public.asks_password() to authenticated;

grant execute on function private.check_password(text) to authenticated;

grant execute on function public.check_password(text) to authenticated;

-- No insert: join_block makes the row. No delete: with the account.
grant select on public.people to authenticated;

grant update (display_name, locale) on public.people to authenticated;

-- No insert, update or delete: join_block and end_membership do it.
grant select on public.memberships to authenticated;

grant execute on function private.may_appoint(uuid, public.member_role) to authenticated;

grant execute on function private.end_membership(uuid, boolean, text) to authenticated;

grant execute on function public.end_membership(uuid, boolean, text) to authenticated;

grant execute on function private.lift_lock_out(uuid) to authenticated;

grant execute on function public.lift_lock_out(uuid) to authenticated;

grant execute on function private.run_retention_jobs() to service_role;

grant execute on function public.run_retention_jobs() to service_role;

grant execute on function private.kept_for() to anon, authenticated;

grant execute on function public.kept_for() to anon, authenticated;

grant execute on function private.is_staff_role(public.member_role) to anon, authenticated;

grant execute on function private.my_staff_gate() to authenticated;

grant execute on function public.staff_gate(public.people) to authenticated;

grant execute on function private.staff_needs_second_factor() to authenticated;

grant execute on function public.staff_needs_second_factor() to authenticated;

grant execute on function private.require_second_factor(boolean) to authenticated;

grant execute on function public.require_second_factor(boolean) to authenticated;

grant execute on function private.staff_with_second_factor() to authenticated;

grant execute on function public.staff_with_second_factor() to authenticated;

grant execute on function private.remove_second_factor(uuid) to authenticated;

grant execute on function public.remove_second_factor(uuid) to authenticated;

grant execute on function private.may_help_in(uuid) to authenticated;

grant execute on function private.make_account(uuid, uuid, text, text, text) to authenticated;

grant execute on function public.make_account(uuid, uuid, text, text, text) to authenticated;

grant execute on function private.set_desk_password(uuid, text) to authenticated;

grant execute on function public.set_desk_password(uuid, text) to authenticated;

grant execute on function private.make_slip(uuid, uuid) to authenticated;

grant execute on function public.make_slip(uuid, uuid) to authenticated;

grant execute on function private.use_slip(text) to service_role;

grant execute on function public.use_slip(text) to service_role;

grant execute on function private.desk_accounts(uuid) to authenticated;

grant execute on function public.desk_accounts(uuid) to authenticated;

grant execute on function private.change_tenant(uuid) to authenticated;

grant execute on function public.change_tenant(uuid) to authenticated;

-- No insert, update or delete: make_api_key draws the secret, revoke_api_key ends it. The hash is nobody's to read.
grant select (id, name, scopes, created_at, last_used_on, revoked_at) on public.api_keys to authenticated;

grant execute on function private.make_api_key(text, public.api_scope[]) to authenticated;

grant execute on function public.make_api_key(text, public.api_scope[]) to authenticated;

grant execute on function private.revoke_api_key(uuid) to authenticated;

grant execute on function public.revoke_api_key(uuid) to authenticated;

grant execute on function private.enter_api(text, text) to service_role;

grant execute on function public.enter_api(text, text) to service_role;

-- No insert, update or delete: open311_update writes.
grant select on public.report_updates to authenticated;

grant execute on function private.open311_create(
  text, text, text, uuid, text, public.place_kind, public.report_thing, text, public.report_access, boolean, text) to service_role;

grant execute on function public.open311_create(
  text, text, text, uuid, text, public.place_kind, public.report_thing, text, public.report_access, boolean, text) to service_role;

grant execute on function private.open311_update(text, bigint, text, public.report_status, public.report_wait, text) to service_role;

grant execute on function public.open311_update(text, bigint, text, public.report_status, public.report_wait, text) to service_role;

grant execute on function private.open311_services() to anon, authenticated;

grant execute on function public.open311_services() to anon, authenticated;

grant execute on function private.open311_requests(text, bigint[], text, text[], boolean, timestamptz, timestamptz) to anon, authenticated;

grant execute on function public.open311_requests(text, bigint[], text, text[], boolean, timestamptz, timestamptz) to anon, authenticated;

grant execute on function private.open311_updates(text, bigint[], timestamptz, timestamptz) to anon, authenticated;

grant execute on function public.open311_updates(text, bigint[], timestamptz, timestamptz) to anon, authenticated;

grant execute on function private.report_delivery(uuid) to authenticated;

grant execute on function public.report_delivery(uuid) to authenticated;

-- No delete: what was sent where is worth knowing afterwards.
grant select on public.webhook_endpoints to authenticated;

grant insert (id, url, kinds) on public.webhook_endpoints to authenticated;

grant update (version, renewed_at, removed_at) on public.webhook_endpoints to authenticated;

-- No insert or delete: there is one row.
grant select on public.landlord_settings to authenticated;

grant update (intake_email) on public.landlord_settings to authenticated;

grant execute on function private.try_webhook(uuid) to authenticated;

grant execute on function public.try_webhook(uuid) to authenticated;

grant execute on function private.resend_failed(uuid) to authenticated;

grant execute on function public.resend_failed(uuid) to authenticated;

grant execute on function private.claim_webhooks(integer) to service_role;

grant execute on function public.claim_webhooks(integer) to service_role;

grant execute on function private.finish_webhook(uuid, integer, text) to service_role;

grant execute on function public.finish_webhook(uuid, integer, text) to service_role;

grant execute on function private.tidy_systems() to service_role;

grant execute on function public.tidy_systems() to service_role;

grant execute on function public.webhook_states() to authenticated;
