-- Notifications: what people are told, as rows, written in the transaction of the event; messages/ delivers them.
-- A row holds the kind and its subject, never words: neutral words in the receiver's language are made when it is sent.

-- One notification to one person. `subject` identifies it: a person gets the same kind and subject only once.
create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references public.people on delete cascade,
  block_id uuid not null references public.blocks on delete cascade,
  kind public.notification_kind not null,
  subject text not null check (length(subject) <= 100),
  -- What it is about; the column `about` says which one is set. Notifications about the account itself have none of these.
  activity_id uuid references public.activities on delete cascade,
  report_id uuid references public.reports on delete cascade,
  proposal_id uuid references public.proposals on delete cascade,
  poll_id uuid references public.polls on delete cascade,
  notice_id uuid references public.notices on delete cascade,
  check (num_nonnulls(activity_id, report_id, proposal_id, poll_id, notice_id) <= 1),
  session_id uuid references public.activity_sessions on delete set null,
  signup_id uuid references public.signups on delete cascade,
  message_id uuid references public.activity_messages on delete cascade,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  about public.notification_about not null generated always as (
    case
      when activity_id is not null then 'activity'::public.notification_about
      when report_id is not null then 'report'
      when proposal_id is not null then 'proposal'
      when poll_id is not null then 'poll'
      when notice_id is not null then 'notice'
      else 'account'
    end
  ) stored,
  unique (person_id, kind, subject),
  -- A kind about something that has no row is refused.
  foreign key (kind, about) references public.notification_kinds on delete restrict
);
create index notifications_person_id_idx on public.notifications (person_id, created_at);
create index notifications_block_id_idx on public.notifications (block_id);
create index notifications_activity_id_idx on public.notifications (activity_id);
create index notifications_report_id_idx on public.notifications (report_id);
create index notifications_notice_id_idx on public.notifications (notice_id);
create index notifications_proposal_id_idx on public.notifications (proposal_id);
create index notifications_poll_id_idx on public.notifications (poll_id);
create index notifications_kind_idx on public.notifications (kind, about);
create index notifications_session_id_idx on public.notifications (session_id);
create index notifications_signup_id_idx on public.notifications (signup_id);
create index notifications_message_id_idx on public.notifications (message_id);
alter table public.notifications enable row level security;

create policy select_own on public.notifications for select to authenticated using (person_id = (select auth.uid()));
-- No insert, update or delete: events write the rows, in the same transaction.
grant select on public.notifications to authenticated;

-- Whether somebody may still be told: lives or works in the building, may see the subject, and it still holds. What that means for
-- a subject is defined by its domain, in private.may_be_told_of_<about>; a subject missing here is an error, not a yes.
-- Definer: checks for another person what the policies check for the caller.
create function private.may_be_told(p_notification public.notifications) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  -- As what somebody lives or works in the building; the landlord's people work in all.
  v_roles public.member_role[] := (
    select array_agg(m.role) from public.memberships m
    where m.person_id = p_notification.person_id and m.ended_at is null
      and (m.block_id = p_notification.block_id and m.role in ('resident', 'partner', 'consultant') or m.role = 'landlord')
  );
begin
  if v_roles is null then
    return exists (
      select from public.notification_kinds k
      where k.kind = p_notification.kind and k.about = p_notification.about and not k.is_for_members
    );
  end if;
  case p_notification.about
    when 'activity' then return private.may_be_told_of_activity(p_notification, v_roles);
    when 'report' then return private.may_be_told_of_report(p_notification, v_roles);
    when 'proposal' then return private.may_be_told_of_proposal(p_notification, v_roles);
    when 'poll' then return private.may_be_told_of_poll(p_notification, v_roles);
    when 'notice' then return private.may_be_told_of_notice(p_notification, v_roles);
    when 'account' then return private.may_be_told_of_account(p_notification, v_roles);
  end case; -- without an else: what is not named raises an exception
end
$$;

-- Notifies one person once. For the definer functions; granted to nobody.
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
