-- Notifications to the author of a proposal.

-- The kinds.
insert into public.notification_kinds
  (kind, about, topic, urgency, leads_to, wants_answer, warns_of_misuse, is_for_members) values
  ('proposal_approved', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_declined', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_question', 'proposal', 'votes', 'whenever', 'proposal', true, false, true),
  ('proposal_merged', 'proposal', 'votes', 'whenever', 'proposal', false, false, true),
  ('proposal_checked', 'proposal', 'votes', 'whenever', 'proposal', false, false, true);

-- Only the author of a proposal or of a comment on it is notified, also when it is hidden. For may_be_told; granted to
-- nobody.
create function private.may_be_told_of_proposal(p_notification public.notifications, p_roles public.member_role[]) returns boolean
language sql stable set search_path = '' as $$ select true $$;

-- Notifies one person once. For the definer functions; granted to nobody.
create function private.notify_proposal(
  p_person_id uuid, p_kind public.notification_kind, p_proposal_id uuid, p_subject text
) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id)
  select p_person_id, p.block_id, p_kind, p_subject, p.id from public.proposals p
  where p.id = p_proposal_id and p_person_id is not null
  on conflict (person_id, kind, subject) do nothing
$$;

-- Notifies the author of a proposal, unless the author is the one who acts. For the definer functions; granted to nobody.
create function private.tell_proposer(p_proposal_id uuid, p_kind public.notification_kind, p_subject text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.notify_proposal(a.person_id, p_kind, p_proposal_id, p_subject)
  from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id is distinct from (select auth.uid());
end
$$;
