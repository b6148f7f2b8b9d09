-- Merging: the consultant merges a proposal into another one of the building that asks for the same.

create type public.merge_outcome as enum ('merged', 'already_decided', 'in_vote', 'not_found', 'not_allowed');

-- Merges a waiting or approved proposal into an approved one of the same building: its supporters now support the
-- other one, and so does its author when still living here, each counted once. A proposal that is in a vote is not
-- merged. Safe to repeat. Logged. Locks both, always in the same order: two merges at once never deadlock,
-- and support given at the same time goes to the right proposal or is refused.
-- Definer: no role may write proposals and supporters or read authors.
-- API: authenticated
create function private.merge_proposal(p_proposal_id uuid, p_into_id uuid) returns public.merge_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_from public.proposals;
  v_into public.proposals;
  v_count integer;
begin
  perform from public.proposals p where p.id in (p_proposal_id, p_into_id) order by p.id for update;
  select * into v_from from public.proposals p where p.id = p_proposal_id;
  select * into v_into from public.proposals p where p.id = p_into_id;
  if v_from.id is null or not private.has_role(v_from.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_from.status = 'merged' and v_from.merged_into = p_into_id then
    return 'merged';
  elsif v_from.status not in ('pending', 'approved') or v_from.hidden_at is not null then
    return 'already_decided';
  elsif v_into.id is null or v_into.id = v_from.id or v_into.block_id <> v_from.block_id or v_into.status <> 'approved'
    or v_into.hidden_at is not null then
    return 'not_found';
  elsif exists (select from public.poll_options o where o.proposal_id = p_proposal_id) then
    return 'in_vote';
  end if;
  insert into public.proposal_supporters (proposal_id, person_id)
  select p_into_id, s.person_id from public.proposal_supporters s where s.proposal_id = p_proposal_id
  union
  select p_into_id, a.person_id from public.proposal_authors a
  where a.proposal_id = p_proposal_id and exists (
    select from public.memberships m
    where m.person_id = a.person_id and m.block_id = v_from.block_id and m.role = 'resident' and m.ended_at is null
  )
  on conflict do nothing;
  get diagnostics v_count = row_count;
  delete from public.proposal_supporters s where s.proposal_id = p_proposal_id;
  update public.proposals p set support_count = p.support_count + v_count where p.id = p_into_id;
  update public.proposals p
  set status = 'merged', merged_into = p_into_id, merged_at = now(), support_count = 0
  where p.id = p_proposal_id;
  -- What was put together with it before leads on to where it is now.
  update public.proposals p set merged_into = p_into_id where p.merged_into = p_proposal_id;
  update public.flags f set resolved_at = now(), verdict = 'dismissed'
  where f.proposal_id = p_proposal_id and f.resolved_at is null;
  perform private.log_act(v_from.block_id, 'merge', 'proposal', p_proposal_id, jsonb_build_object('into', p_into_id));
  perform private.tell_proposer(p_proposal_id, 'proposal_merged', p_proposal_id::text);
  return 'merged';
end
$$;
