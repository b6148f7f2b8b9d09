-- Notifications of votes, written in the transaction that opens, counts or updates one. They never contain a choice, a number or who
-- voted: the kinds say that something happened, and lead to the page.

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('poll_opened', 'poll', 'votes', 'whenever', 'poll', true, false, true),
  ('poll_extended', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_stopped', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_counted', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('poll_uncounted', 'poll', 'votes', 'whenever', 'poll_count', false, false, true),
  ('poll_answer', 'poll', 'votes', 'whenever', 'poll_questions', false, false, true),
  ('follow_up_changed', 'poll', 'votes', 'whenever', 'poll', false, false, true),
  ('follow_up_given', 'poll', 'votes', 'whenever', 'poll_follow_up', false, false, true),
  ('follow_up_late', 'poll', 'votes', 'whenever', 'poll_follow_up', false, false, true);

-- A shown vote; for the consultant a draft too. For may_be_told; granted to nobody.
create function private.may_be_told_of_poll(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.polls p where p.id = p_notification.poll_id and (p.status <> 'draft' or 'consultant' = any (p_roles))
  )
$$;

-- Notifies everybody who lives in the building. Granted to nobody.
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

-- Announces that a vote has opened. Granted to nobody.
create function private.notify_poll_opened(p_poll_id uuid) returns void
language sql set search_path = '' as $$ select private.notify_residents_of_poll(p_poll_id, 'poll_opened') $$;

-- Announces that the votes are counted. Granted to nobody.
create function private.notify_poll_counted(p_poll_id uuid) returns void
language sql set search_path = '' as $$ select private.notify_residents_of_poll(p_poll_id, 'poll_counted') $$;

-- An update on the result of a vote: supporters of a winning proposal are notified while they live there, except
-- the author of the update. Their support is private, and the row does not name it. Granted to nobody.
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

-- A follow-up has become the landlord's, with something left to do: the landlord's people are notified, except `p_by`, who handed it over.
-- Nothing before the count. Granted to nobody.
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

-- The day of a follow-up has passed: its owner's people are notified. Granted to nobody.
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

-- A vote has opened, was extended, was stopped while open, or is counted. A vote that was only planned notified nobody, nor does its end.
-- Definer: writes notifications of people whom the caller may not see.
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
create trigger notify after update on public.polls for each row
  when ((new.status, new.counted_at, new.extended_at) is distinct from (old.status, old.counted_at, old.extended_at))
  execute function private.tg_polls__notify();
