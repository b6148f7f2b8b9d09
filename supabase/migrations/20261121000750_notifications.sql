-- The outbox: what somebody is to be told, as rows, written in the transaction of what happened. Delivery reads them.
-- A row holds what and about what, never the words: those are made neutral, in the receiver's language, when it is sent.

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

-- `subject` is what makes it one thing: the same person is never told of the same kind and subject twice.
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
alter table public.notifications enable row level security;
create policy select_own on public.notifications for select to authenticated using (person_id = (select auth.uid()));
-- No insert, update or delete: what happens writes them, in the same transaction.
grant select on public.notifications to authenticated;

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

-- Tells the person of a sign-up; somebody without an account is told by the consultant. Granted to nobody.
create function private.notify_signup(p_signup_id uuid, p_kind public.notification_kind, p_message_id uuid default null) returns void
language sql set search_path = '' as $$
  select private.notify(s.person_id, p_kind, coalesce(p_message_id, s.id)::text, s.activity_id, null, s.id, p_message_id)
  from public.signups s where s.id = p_signup_id
$$;

-- Tells the hosts of an activity. Granted to nobody.
create function private.notify_hosts(p_activity_id uuid, p_kind public.notification_kind) returns void
language sql set search_path = '' as $$
  select private.notify(h.person_id, p_kind, h.activity_id::text, h.activity_id)
  from public.activity_hosts h where h.activity_id = p_activity_id
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
create trigger notify after update on public.activity_sessions
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_activity_sessions__notify();

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
create trigger notify_removed after delete on public.activity_sessions
  referencing old table as old_rows
  for each statement execute function private.tg_activity_sessions__notify_removed();

-- A published activity that is still to come has moved to another place. Definer, for the same reason.
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
create trigger notify_place after update on public.activities for each row
  when (new.status = 'published' and old.status = 'published'
    and (old.place_id, old.whereabouts) is distinct from (new.place_id, new.whereabouts))
  execute function private.tg_activities__notify_place();
