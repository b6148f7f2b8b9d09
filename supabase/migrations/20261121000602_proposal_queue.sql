-- The consultant's queue: a question to the proposer and the answer, yes or no, or one with another that asks for the
-- same. Neither side learns a name: a message has a side, not a writer.

create type public.decide_outcome as enum ('approved', 'declined', 'reason_missing', 'already_decided', 'not_allowed');
create type public.proposal_message_outcome as enum ('sent', 'nothing_asked', 'too_many', 'already_decided', 'not_allowed');
create type public.merge_outcome as enum ('merged', 'already_decided', 'in_vote', 'not_found', 'not_allowed');

-- What the consultant asked about a waiting proposal, and what its author answered. Only these two read it.
create table public.proposal_messages (
  id uuid primary key,
  proposal_id uuid not null,
  block_id uuid not null,
  is_from_staff boolean not null,
  body text not null check (length(btrim(body)) >= 1 and length(body) <= 1000),
  created_at timestamptz not null default now(),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade
);
create index proposal_messages_proposal_id_idx on public.proposal_messages (proposal_id, block_id);
alter table public.proposal_messages enable row level security;
create policy select_both_sides on public.proposal_messages for select to authenticated
  using (
    (block_id in (select private.my_block_ids('{consultant}')) and proposal_id in (select p.id from public.proposals p))
    or proposal_id in (select a.proposal_id from public.proposal_authors a where a.person_id = (select auth.uid()))
  );
-- No insert, update or delete: write_about_proposal writes.
grant select on public.proposal_messages to authenticated;

-- Tells the author of a proposal, unless it is the one who acts. For the definer functions; granted to nobody.
create function private.tell_proposer(p_proposal_id uuid, p_kind text, p_subject text) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.notify_proposal(a.person_id, p_kind::public.notification_kind, p_proposal_id, p_subject)
  from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id is distinct from (select auth.uid());
end
$$;

-- A line in the conversation about a proposal that waits: the consultant asks, the author answers once asked. p_id is the
-- form's own key: the same form sent twice is one line. At most thirty. Locks the proposal.
-- Definer: writes messages, which nobody may, and reads whose proposal it is.
create function private.write_about_proposal(p_id uuid, p_proposal_id uuid, p_body text)
returns public.proposal_message_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_is_mine boolean;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  v_is_mine := found and exists (
    select from public.proposal_authors a where a.proposal_id = p_proposal_id and a.person_id = (select auth.uid()));
  if v_proposal.id is null or not (v_is_mine or private.has_role(v_proposal.block_id, '{consultant}')) then
    return 'not_allowed';
  elsif exists (
    select from public.proposal_messages m
    where m.id = p_id and m.proposal_id = p_proposal_id and m.is_from_staff <> v_is_mine
  ) then
    return 'sent';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif v_is_mine and not exists (
    select from public.proposal_messages m where m.proposal_id = p_proposal_id and m.is_from_staff
  ) then
    return 'nothing_asked';
  elsif (select count(*) from public.proposal_messages m where m.proposal_id = p_proposal_id) >= 30 then
    return 'too_many';
  end if;
  insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
  values (p_id, p_proposal_id, v_proposal.block_id, not v_is_mine, btrim(p_body), clock_timestamp())
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  elsif not v_is_mine then
    perform private.log_act(v_proposal.block_id, 'ask', 'proposal', p_proposal_id, btrim(p_body));
    perform private.tell_proposer(p_proposal_id, 'proposal_question', p_id::text);
  end if;
  return 'sent';
end
$$;
create function public.write_about_proposal(id uuid, proposal_id uuid, body text) returns public.proposal_message_outcome
language sql set search_path = '' as $$ select private.write_about_proposal(id, proposal_id, body) $$;
grant execute on function private.write_about_proposal(uuid, uuid, text) to authenticated;
grant execute on function public.write_about_proposal(uuid, uuid, text) to authenticated;

-- The consultant's answer, once: approve (the answer is then for everybody, and optional) or decline (with a reason,
-- for the author). `p_kind` says what it is when its author chose wrongly: what is built or changed must be checked by Boligbygg. Logged.
-- Definer: proposals are not writable.
create function private.decide_proposal(p_proposal_id uuid, p_approve boolean, p_answer text, p_kind public.proposal_kind)
returns public.decide_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_answer text := nullif(btrim(p_answer), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or not private.has_role(v_proposal.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_proposal.status <> 'pending' then
    return 'already_decided';
  elsif p_approve is not true and v_answer is null then
    return 'reason_missing';
  end if;
  update public.proposals p
  set status = case when p_approve then 'approved' else 'declined' end::public.proposal_status,
    answer = v_answer, decided_at = now(), kind = coalesce(p_kind, p.kind)
  where p.id = p_proposal_id;
  if p_kind <> v_proposal.kind then
    perform private.log_act(v_proposal.block_id, case p_kind when 'physical' then 'make_physical' else 'make_social' end,
      'proposal', p_proposal_id, null);
  end if;
  perform private.log_act(v_proposal.block_id, case when p_approve then 'approve' else 'decline' end,
    'proposal', p_proposal_id, v_answer);
  perform private.tell_proposer(p_proposal_id, case when p_approve then 'proposal_approved' else 'proposal_declined' end,
    p_proposal_id::text);
  return case when p_approve then 'approved' else 'declined' end::public.decide_outcome;
end
$$;
create function public.decide_proposal(
  proposal_id uuid, approve boolean, answer text default null, kind public.proposal_kind default null
) returns public.decide_outcome
language sql set search_path = '' as $$ select private.decide_proposal(proposal_id, approve, answer, kind) $$;
grant execute on function private.decide_proposal(uuid, boolean, text, public.proposal_kind) to authenticated;
grant execute on function public.decide_proposal(uuid, boolean, text, public.proposal_kind) to authenticated;

-- Puts a waiting or approved proposal together with an approved one of the same building: its supporters stand under the
-- other one now, and its author with them when still living here, each counted once. One that is in a vote stays as it
-- is. Done twice is done. Logged. Locks both, in the same order whoever asks: two merges at once never wait in a circle,
-- and support that arrives meanwhile finds where it belongs or is refused.
-- Definer: proposals and supporters are not writable, and whose proposal it is nobody may read.
create function private.merge_proposal(p_proposal_id uuid, p_into uuid) returns public.merge_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_from public.proposals;
  v_into public.proposals;
  v_count integer;
begin
  perform from public.proposals p where p.id in (p_proposal_id, p_into) order by p.id for update;
  select * into v_from from public.proposals p where p.id = p_proposal_id;
  select * into v_into from public.proposals p where p.id = p_into;
  if v_from.id is null or not private.has_role(v_from.block_id, '{consultant}') then
    return 'not_allowed';
  elsif v_from.status = 'merged' and v_from.merged_into = p_into then
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
  select p_into, s.person_id from public.proposal_supporters s where s.proposal_id = p_proposal_id
  union
  select p_into, a.person_id from public.proposal_authors a
  where a.proposal_id = p_proposal_id and exists (
    select from public.memberships m
    where m.person_id = a.person_id and m.block_id = v_from.block_id and m.role = 'resident' and m.ended_at is null
  )
  on conflict do nothing;
  get diagnostics v_count = row_count;
  delete from public.proposal_supporters s where s.proposal_id = p_proposal_id;
  update public.proposals p set support_count = p.support_count + v_count where p.id = p_into;
  update public.proposals p
  set status = 'merged', merged_into = p_into, merged_at = now(), support_count = 0
  where p.id = p_proposal_id;
  -- What was put together with it before leads on to where it is now.
  update public.proposals p set merged_into = p_into where p.merged_into = p_proposal_id;
  update public.flags f set resolved_at = now(), verdict = 'dismissed'
  where f.proposal_id = p_proposal_id and f.resolved_at is null;
  perform private.log_act(v_from.block_id, 'merge', 'proposal', p_proposal_id, p_into::text);
  perform private.tell_proposer(p_proposal_id, 'proposal_merged', p_proposal_id::text);
  return 'merged';
end
$$;
create function public.merge_proposal(proposal_id uuid, into_id uuid) returns public.merge_outcome
language sql set search_path = '' as $$ select private.merge_proposal(proposal_id, into_id) $$;
grant execute on function private.merge_proposal(uuid, uuid) to authenticated;
grant execute on function public.merge_proposal(uuid, uuid) to authenticated;
