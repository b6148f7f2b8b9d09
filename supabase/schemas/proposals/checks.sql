-- The check, before a proposal can be voted on: whether it is possible, what it costs, and if not, why. Boligbygg answers for what
-- is built; the consultant for what people do together, and on Boligbygg's behalf when it has answered outside the portal.

create type public.check_outcome as enum ('checked', 'reason_missing', 'not_open', 'not_allowed');

-- Stores the answer for everybody to read, replacing an earlier one. Only the role of its author is kept. Logged, with an act of its own when
-- the consultant answers for what is built. Locks the proposal. Definer: no role may write proposals.
-- API: authenticated
create function private.check_proposal(
  p_proposal_id uuid, p_is_possible boolean, p_cost_nok integer default null, p_reason text default null
)
returns public.check_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_role public.member_role;
  v_reason text := nullif(btrim(p_reason), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  v_role := case
    when not found then null
    when v_proposal.kind = 'physical' and private.has_role(v_proposal.block_id, '{landlord}') then 'landlord'
    when private.has_role(v_proposal.block_id, '{consultant}') then 'consultant' end;
  if v_role is null then
    return 'not_allowed';
  elsif v_proposal.status <> 'approved' or v_proposal.hidden_at is not null then
    return 'not_open';
  elsif p_is_possible is not true and v_reason is null then
    return 'reason_missing';
  end if;
  update public.proposals p
  set is_possible = coalesce(p_is_possible, false), cost_nok = case when p_is_possible then p_cost_nok end,
    check_reason = v_reason, checked_at = now(), checked_by_role = v_role
  where p.id = p_proposal_id;
  perform private.log_act(v_proposal.block_id,
    case when v_proposal.kind = 'physical' and v_role = 'consultant' then 'check_for_landlord' else 'check' end::public.audit_act,
    'proposal', p_proposal_id,
    jsonb_strip_nulls(jsonb_build_object('is_possible', coalesce(p_is_possible, false), 'cost_nok', case when p_is_possible then p_cost_nok end)),
    v_reason);
  perform private.tell_proposer(p_proposal_id, 'proposal_checked', p_proposal_id || ':' || now());
  return 'checked';
end
$$;
