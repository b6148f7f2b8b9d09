-- What the author of a proposal is told.

-- Tells one person once. For the definer functions; granted to nobody.
create function private.notify_proposal(
  p_person_id uuid, p_kind public.notification_kind, p_proposal_id uuid, p_subject text
) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, proposal_id)
  select p_person_id, p.block_id, p_kind, p_subject, p.id from public.proposals p
  where p.id = p_proposal_id and p_person_id is not null
  on conflict (person_id, kind, subject) do nothing
$$;

-- Tells the author of a proposal, unless it is the one who acts. For the definer functions; granted to nobody.
create function private.tell_proposer(p_proposal_id uuid, p_kind text, p_subject text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.notify_proposal(a.person_id, p_kind::public.notification_kind, p_proposal_id, p_subject)
  from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id is distinct from (select auth.uid());
end
$$;
