-- The kinds of notifications. The row of a kind has its properties: which setting turns it off, how urgent it is, where it leads. The rows
-- are in the notifications.sql of the domain that writes them; the texts in src/i18n are required by type.

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

-- What a notification can be about. For each: a column in notifications.sql, private.may_be_told_of_<about> and its address in TypeScript.
create type public.notification_about as enum ('activity', 'report', 'proposal', 'poll', 'notice', 'account');

-- What can be switched on and off in messages/settings.sql. Without a row there: e-mail about everything, at once, not between 21 and 8;
-- push and SMS only for people who have switched them on.
create type public.message_topic as enum ('activities', 'reports', 'votes', 'notices', 'account');

-- `pressing` has a time limit of its own and is not held back for gathering. `urgent` is danger: sent at any hour, whatever is
-- switched off.
create type public.notification_urgency as enum ('whenever', 'pressing', 'urgent');

-- The page a notification leads to; the addresses are in src/domains/notifications/notifications.ts.
create type public.notification_page as enum (
  'activity', 'activity_desk', 'report', 'proposal', 'poll', 'poll_questions', 'poll_count', 'poll_follow_up', 'notice', 'notice_desk',
  'home', 'join_without_code', 'my_pause', 'staff_acts'
);

-- Each kind with what it can be about and its properties. No column has a default: a new kind must set every property.
create table public.notification_kinds (
  kind public.notification_kind not null,
  about public.notification_about not null,
  topic public.message_topic not null,
  urgency public.notification_urgency not null,
  leads_to public.notification_page not null,
  -- The receiver is asked to act: to accept or decline, to explain, to vote, to decide.
  wants_answer boolean not null,
  -- A receiver who did not cause this should report it: somebody else may be using the account.
  warns_of_misuse boolean not null,
  -- Only for people who still live or work in the building. False for the kinds that tell somebody that they are no member (any more).
  is_for_members boolean not null,
  primary key (kind, about)
);
alter table public.notification_kinds enable row level security;

-- Changed by migrations only.
create policy select_all on public.notification_kinds for select to authenticated using (true);
grant select on public.notification_kinds to authenticated;
