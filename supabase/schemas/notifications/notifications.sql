-- Notifications: what somebody is to be told, as rows, written in the transaction of what happened; messages/ delivers them.
-- A row holds what and about what, never the words: those are made neutral, in the receiver's language, when it is sent.

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

-- Makes a delivery per channel: messages/deliveries.sql.
create trigger deliver after insert on public.notifications
  referencing new table as new_rows
  for each statement execute function private.tg_notifications__deliver();
