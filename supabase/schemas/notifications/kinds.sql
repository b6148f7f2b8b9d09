-- The kinds of notifications, the topic of the message settings that each belongs to, and which are urgent or pressing.

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
