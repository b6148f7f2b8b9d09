-- Flags on what residents write, hiding with a reason, and the trail of every staff act.

create type public.flag_verdict as enum ('hidden', 'dismissed');
create type public.flag_outcome as enum ('flagged', 'already_flagged', 'not_found');
create type public.moderation_act as enum ('hide', 'dismiss', 'restore');
create type public.moderation_outcome as enum ('done', 'reason_missing', 'nothing_to_do', 'not_found');

-- Somebody says that a thing should not be there. One live flag per person and thing. The consultant sees thing and
-- reason; who flagged is kept only so that it counts once, and is granted to nobody. Each kind of thing has a column.
create table public.flags (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  proposal_id uuid,
  comment_id uuid,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 300),
  flagged_by uuid default auth.uid() references public.people on delete set null,
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  verdict public.flag_verdict,
  constraint one_thing check (num_nonnulls(proposal_id, comment_id) = 1),
  constraint resolved_has_verdict check ((resolved_at is null) = (verdict is null)),
  foreign key (proposal_id, block_id) references public.proposals (id, block_id) on delete cascade,
  foreign key (comment_id, block_id) references public.proposal_comments (id, block_id) on delete cascade
);
create unique index flags_live_idx on public.flags (proposal_id, comment_id, flagged_by) nulls not distinct
  where resolved_at is null and flagged_by is not null;
create index flags_block_id_idx on public.flags (block_id, resolved_at, created_at);
create index flags_proposal_id_idx on public.flags (proposal_id, block_id);
create index flags_comment_id_idx on public.flags (comment_id, block_id);
create index flags_flagged_by_idx on public.flags (flagged_by);

-- What staff did: who, as what, what, to which thing, why, when. Written by log_act in the transaction of the act
-- itself; read by the building's consultant and the admin; changed by nobody. When an account is deleted only actor_id
-- goes: role and act stay.
create table public.audit_entries (
  id uuid primary key default gen_random_uuid(),
  block_id uuid references public.blocks on delete restrict,
  actor_id uuid references public.people on delete set null,
  actor_role public.member_role,
  act text not null check (act ~ '^[a-z_]{1,40}$'),
  subject_kind text not null check (subject_kind ~ '^[a-z_]{1,40}$'),
  subject_id uuid not null,
  reason text check (length(reason) <= 2000),
  acted_at timestamptz not null default now()
);
create index audit_entries_block_id_idx on public.audit_entries (block_id, acted_at desc);
create index audit_entries_actor_id_idx on public.audit_entries (actor_id);

alter table public.flags enable row level security;
alter table public.audit_entries enable row level security;

create policy select_consultant_or_self on public.flags for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')) or flagged_by = (select auth.uid()));
create policy insert_member on public.flags for insert to authenticated
  with check (
    flagged_by = (select auth.uid())
    and block_id in (select private.my_block_ids('{resident,partner,landlord}'))
    and (
      exists (select from public.proposals p where p.id = proposal_id and p.status = 'approved' and p.hidden_at is null)
      or exists (select from public.proposal_comments c where c.id = comment_id and c.hidden_at is null)
    )
  );
-- No update: moderate_proposal and moderate_comment resolve. No delete. flagged_by is not granted, neither to read nor to write.
grant select (id, block_id, proposal_id, comment_id, reason, created_at, resolved_at, verdict) on public.flags to authenticated;
grant insert (block_id, proposal_id, comment_id, reason) on public.flags to authenticated;

create policy select_staff on public.audit_entries for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')) or (block_id is null and (select private.is_admin())));
-- No insert, update or delete, for nobody.
grant select on public.audit_entries to authenticated;

-- Holds even for the owner of the table. Only a deleted account may leave its row.
create function private.tg_audit_entries__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.actor_id is null and to_jsonb(new) - 'actor_id' = to_jsonb(old) - 'actor_id' then
    return new;
  end if;
  raise exception using errcode = '42501', message = 'the audit log is only ever added to';
end
$$;
create trigger audit_entries_append_only before update or delete on public.audit_entries
  for each row execute function private.tg_audit_entries__append_only();
create trigger audit_entries_no_truncate before truncate on public.audit_entries
  for each statement execute function private.tg_audit_entries__append_only();

-- Writes down an act of the signed-in person, in the role that gave the right (staff roles first). For the definer
-- functions of all domains; granted to nobody, so that nobody can write history by hand.
create function private.log_act(p_block_id uuid, p_act text, p_subject_kind text, p_subject_id uuid, p_reason text)
returns void
language sql set search_path = '' as $$
  insert into public.audit_entries (block_id, actor_id, actor_role, act, subject_kind, subject_id, reason)
  values (
    p_block_id, (select auth.uid()),
    (select m.role from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and (m.block_id = p_block_id or m.block_id is null)
      order by array_position('{consultant,landlord,admin,partner,resident,observer}'::public.member_role[], m.role)
      limit 1),
    p_act, p_subject_kind, p_subject_id, p_reason
  )
$$;

-- "Si fra" about an approved proposal. Saying it twice is one flag. Invoker: the policies above decide.
create function public.flag_proposal(proposal_id uuid, reason text) returns public.flag_outcome
language plpgsql set search_path = '' as $$
declare
  v_block_id uuid := (select p.block_id from public.proposals p
    where p.id = flag_proposal.proposal_id and p.status = 'approved' and p.hidden_at is null);
begin
  if v_block_id is null then
    return 'not_found';
  end if;
  insert into public.flags (block_id, proposal_id, reason)
  values (v_block_id, flag_proposal.proposal_id, btrim(flag_proposal.reason))
  on conflict do nothing;
  return case when found then 'flagged' else 'already_flagged' end::public.flag_outcome;
end
$$;
grant execute on function public.flag_proposal(uuid, text) to authenticated;

-- The consultant's verdict on an approved proposal: hide it, let it stand (dismiss its flags), or show it again.
-- Always with a reason; when hidden the author sees that reason. Logged. Locks the proposal.
-- Definer: writes proposals and flags, which nobody may.
create function private.moderate_proposal(p_proposal_id uuid, p_act public.moderation_act, p_reason text)
returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_proposal public.proposals;
  v_reason text := nullif(btrim(p_reason), '');
begin
  select * into v_proposal from public.proposals p where p.id = p_proposal_id for update;
  if not found or v_proposal.status <> 'approved' or not private.has_role(v_proposal.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null then
    return 'reason_missing';
  end if;
  if p_act = 'dismiss' then
    update public.flags f set resolved_at = now(), verdict = 'dismissed'
    where f.proposal_id = p_proposal_id and f.resolved_at is null;
  elsif (v_proposal.hidden_at is null) = (p_act = 'hide') then
    update public.proposals p
    set hidden_at = case when p_act = 'hide' then now() end, hidden_reason = case when p_act = 'hide' then v_reason end
    where p.id = p_proposal_id;
  else
    return 'nothing_to_do';
  end if;
  if not found then
    return 'nothing_to_do';
  end if;
  if p_act = 'hide' then
    update public.flags f set resolved_at = now(), verdict = 'hidden'
    where f.proposal_id = p_proposal_id and f.resolved_at is null;
  end if;
  perform private.log_act(v_proposal.block_id, p_act::text, 'proposal', p_proposal_id, v_reason);
  return 'done';
end
$$;
create function public.moderate_proposal(proposal_id uuid, act public.moderation_act, reason text)
returns public.moderation_outcome
language sql set search_path = '' as $$ select private.moderate_proposal(proposal_id, act, reason) $$;
grant execute on function private.moderate_proposal(uuid, public.moderation_act, text) to authenticated;
grant execute on function public.moderate_proposal(uuid, public.moderation_act, text) to authenticated;

-- "Si fra" about a comment, as flag_proposal.
create function public.flag_comment(comment_id uuid, reason text) returns public.flag_outcome
language plpgsql set search_path = '' as $$
declare
  v_block_id uuid := (select c.block_id from public.proposal_comments c
    where c.id = flag_comment.comment_id and c.hidden_at is null);
begin
  if v_block_id is null then
    return 'not_found';
  end if;
  insert into public.flags (block_id, comment_id, reason)
  values (v_block_id, flag_comment.comment_id, btrim(flag_comment.reason))
  on conflict do nothing;
  return case when found then 'flagged' else 'already_flagged' end::public.flag_outcome;
end
$$;
grant execute on function public.flag_comment(uuid, text) to authenticated;

-- The consultant's verdict on a comment, as moderate_proposal. Locks the comment.
-- Definer: writes comments and flags, which nobody may.
create function private.moderate_comment(p_comment_id uuid, p_act public.moderation_act, p_reason text)
returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_comment public.proposal_comments;
  v_reason text := nullif(btrim(p_reason), '');
begin
  select * into v_comment from public.proposal_comments c where c.id = p_comment_id for update;
  if not found or not private.has_role(v_comment.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null then
    return 'reason_missing';
  elsif p_act <> 'dismiss' and (v_comment.hidden_at is null) <> (p_act = 'hide') then
    return 'nothing_to_do';
  elsif p_act <> 'dismiss' then
    update public.proposal_comments c
    set hidden_at = case when p_act = 'hide' then now() end, hidden_reason = case when p_act = 'hide' then v_reason end
    where c.id = p_comment_id;
  end if;
  if p_act <> 'restore' then
    update public.flags f
    set resolved_at = now(), verdict = case when p_act = 'hide' then 'hidden' else 'dismissed' end::public.flag_verdict
    where f.comment_id = p_comment_id and f.resolved_at is null;
    if not found and p_act = 'dismiss' then
      return 'nothing_to_do';
    end if;
  end if;
  perform private.log_act(v_comment.block_id, p_act::text, 'comment', p_comment_id, v_reason);
  return 'done';
end
$$;
create function public.moderate_comment(comment_id uuid, act public.moderation_act, reason text)
returns public.moderation_outcome
language sql set search_path = '' as $$ select private.moderate_comment(comment_id, act, reason) $$;
grant execute on function private.moderate_comment(uuid, public.moderation_act, text) to authenticated;
grant execute on function public.moderate_comment(uuid, public.moderation_act, text) to authenticated;
