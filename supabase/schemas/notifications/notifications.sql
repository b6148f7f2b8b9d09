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
create trigger deliver after insert on public.notifications
  referencing new table as new_rows
  for each statement execute function private.tg_notifications__deliver();
