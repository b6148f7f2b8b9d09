-- What may be in the log: each act, its possible subjects, and its details. A domain lists its own pairs in its `log.sql`.
-- An act that is in no list, or details of another shape, are refused when they are written.

-- The acts, in the imperative. To add one: here, in the `log.sql` of its domain, and its text (`moderation.act.…`).
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

-- The subjects of acts. To add one: here, its text (`moderation.subject.…`), and where its name is found (moderation/log-names.sql).
create type public.audit_subject as enum (
  'proposal', 'comment', 'question', 'activity', 'message', 'poll', 'notice', 'membership', 'join_request', 'flat', 'place', 'block',
  'contact', 'translation', 'host', 'outage', 'responsibility', 'deadline', 'assignee', 'landlord_settings', 'webhook', 'session', 'series',
  'attendance', 'join_code', 'installation', 'signup', 'report', 'api_key'
);

-- What the details of a line hold (has_shape).
create type public.audit_shape as enum ('none', 'role', 'language', 'fields', 'status', 'dates', 'merged', 'taken_back', 'count', 'flat',
  'title', 'check');

-- Whether the details have this shape: exactly its keys, each with a valid value. Granted to nobody.
-- `dates`: the first date, where it was moved to, and how many more. `flat`: none for a vote per person; the name in lines from before
-- flats were kept by id, when two had it. `title`: words that staff wrote, the only words in details (residents/deletion.sql).
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

-- The pairs that may be logged. The rows are in the `log.sql` of each domain.
create table private.audit_acts (
  act public.audit_act,
  subject public.audit_subject,
  shape public.audit_shape not null default 'none',
  primary key (act, subject),
  unique (act, subject, shape)
);
alter table private.audit_acts enable row level security;

-- Moderation: of what residents write, and of a member.
insert into private.audit_acts (act, subject)
select a, s
from unnest('{hide_by_flags,dismiss,hide,uphold,restore,edit,warn,pause,lift_pause}'::public.audit_act[]) a
cross join unnest('{proposal,comment,question,activity,message}'::public.audit_subject[]) s;
insert into private.audit_acts (act, subject) values ('pause', 'membership'), ('lift_pause', 'membership');
