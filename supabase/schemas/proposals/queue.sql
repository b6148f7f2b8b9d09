-- The consultant's queue: a question to the proposer and the answer, then yes or no. Neither side learns a name: a message has a
-- side, not an author. Merging two proposals: proposals/merging.sql.

-- The most messages between the consultant and the author.
insert into private.numbers (what, value) values ('proposal_messages', 30);

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

create type public.proposal_message_outcome as enum ('sent', 'nothing_asked', 'too_many', 'already_decided', 'not_allowed');

-- A message about a waiting proposal: the consultant asks, the author answers once asked. p_id is a
-- key chosen by the form: the same form sent twice is one message. Locks the proposal.
-- Definer: writes messages, which no role may write directly, and reads who the author is.
-- API: authenticated
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
  elsif (select count(*) from public.proposal_messages m where m.proposal_id = p_proposal_id)
    >= private.number('proposal_messages') then
    return 'too_many';
  end if;
  insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
  values (p_id, p_proposal_id, v_proposal.block_id, not v_is_mine, btrim(p_body), clock_timestamp())
  on conflict do nothing;
  if not found then
    return 'not_allowed';
  elsif not v_is_mine then
    perform private.log_act(v_proposal.block_id, 'ask', 'proposal', p_proposal_id, p_reason => btrim(p_body));
    perform private.tell_proposer(p_proposal_id, 'proposal_question', p_id::text);
  end if;
  return 'sent';
end
$$;

create type public.decide_outcome as enum ('approved', 'declined', 'reason_missing', 'already_decided', 'not_allowed');

-- The consultant's decision, once: approve (the answer is then for everybody, and optional) or decline (with a reason,
-- for the author). `p_kind` corrects the kind when the author chose wrongly: what is built or changed must be checked by Boligbygg. Logged.
-- Definer: no role may write proposals.
-- API: authenticated
create function private.decide_proposal(
  p_proposal_id uuid, p_approve boolean, p_answer text default null, p_kind public.proposal_kind default null
)
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
    perform private.log_act(v_proposal.block_id, case p_kind when 'physical' then 'make_physical' else 'make_social' end::public.audit_act,
      'proposal', p_proposal_id);
  end if;
  perform private.log_act(v_proposal.block_id, case when p_approve then 'approve' else 'decline' end::public.audit_act,
    'proposal', p_proposal_id, p_reason => v_answer);
  perform private.tell_proposer(p_proposal_id,
    case when p_approve then 'proposal_approved' else 'proposal_declined' end::public.notification_kind, p_proposal_id::text);
  return case when p_approve then 'approved' else 'declined' end::public.decide_outcome;
end
$$;
