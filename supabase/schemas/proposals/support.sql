-- Support: who supports which proposal, and giving and withdrawing support.

-- Who supports what: own rows only. Neighbours see the number.
create table public.proposal_supporters (
  proposal_id uuid not null references public.proposals on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  primary key (proposal_id, person_id)
);
create index proposal_supporters_person_id_idx on public.proposal_supporters (person_id);
alter table public.proposal_supporters enable row level security;

create policy select_self on public.proposal_supporters for select to authenticated using (person_id = (select auth.uid()));
grant select on public.proposal_supporters to authenticated;

create type public.support_outcome as enum ('supported', 'not_supported', 'not_open');

-- Gives or withdraws my support of an approved proposal of my building; doing it twice changes nothing.
-- Locks the proposal: the count is right when twenty people press at once, and nothing hidden gets support afterwards.
-- Definer: no role may write the count or read other supporters.
create function private.set_support(p_proposal_id uuid, p_wanted boolean) returns public.support_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or v_proposal.status <> 'approved' or v_proposal.hidden_at is not null
    or not private.has_role(v_proposal.block_id, '{resident}') then
    return 'not_open';
  end if;
  if p_wanted then
    insert into public.proposal_supporters (proposal_id, person_id) values (p_proposal_id, (select auth.uid()))
    on conflict do nothing;
  else
    delete from public.proposal_supporters s where s.proposal_id = p_proposal_id and s.person_id = (select auth.uid());
  end if;
  if found then
    update public.proposals p set support_count = p.support_count + case when p_wanted then 1 else -1 end
    where p.id = p_proposal_id;
  end if;
  return case when p_wanted then 'supported' else 'not_supported' end::public.support_outcome;
end
$$;
create function public.support_proposal(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, true) $$;
create function public.withdraw_support(proposal_id uuid) returns public.support_outcome
language sql set search_path = '' as $$ select private.set_support(proposal_id, false) $$;
grant execute on function private.set_support(uuid, boolean) to authenticated;
grant execute on function public.support_proposal(uuid) to authenticated;
grant execute on function public.withdraw_support(uuid) to authenticated;
