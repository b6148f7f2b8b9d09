-- The kinds of notifications. What follows from a kind is its row: by which switch it is turned off, how urgent it is, where it leads. The rows
-- stand in the notifications.sql of the domain that writes them; the words in src/i18n are asked for by type.

-- What happened.
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

-- What it can be about. For each one: a column in notifications.sql, private.may_be_told_of_<about> and its address in TypeScript.
create type public.notification_about as enum ('activity', 'report', 'proposal', 'poll', 'notice', 'account');

-- What somebody can switch on and off in messages/settings.sql. Without a row there: e-mail about everything, at once, not between 21 and 8;
-- push and SMS reach nobody who has not switched them on.
create type public.message_topic as enum ('activities', 'reports', 'votes', 'notices', 'account');

-- `pressing` has a time limit of its own and is not kept back to be gathered. `urgent` is danger: told at any hour, whatever somebody has
-- switched off.
create type public.notification_urgency as enum ('whenever', 'pressing', 'urgent');

-- Where one leads; the address of each is in src/domains/notifications/notifications.ts.
create type public.notification_page as enum (
  'activity', 'activity_desk', 'report', 'proposal', 'poll', 'poll_questions', 'poll_count', 'poll_follow_up', 'notice', 'notice_desk',
  'home', 'join_without_code', 'my_pause', 'staff_acts'
);

-- Each kind and what it can be about, and what follows. No column has a default: whoever adds a kind answers every question.
create table public.notification_kinds (
  kind public.notification_kind not null,
  about public.notification_about not null,
  topic public.message_topic not null,
  urgency public.notification_urgency not null,
  leads_to public.notification_page not null,
  -- Whoever is told is asked for something: to say yes or no, to explain, to vote, to decide.
  wants_answer boolean not null,
  -- Whoever did not ask for what happened should speak up: somebody else may be using the account.
  warns_of_misuse boolean not null,
  -- Told only while somebody lives or works in the building. Not so what says that somebody is no member (any more).
  is_for_members boolean not null,
  primary key (kind, about)
);
alter table public.notification_kinds enable row level security;

-- Changed by migrations only.
create policy select_all on public.notification_kinds for select to authenticated using (true);
grant select on public.notification_kinds to authenticated;
