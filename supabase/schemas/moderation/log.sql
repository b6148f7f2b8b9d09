-- The trail of every staff act: what was done, as what, to which thing, why, when. Added to, never changed.

-- Written by log_act in the transaction of the act itself; read by the building's consultant and the admin. Acts that belong
-- to no building (appointing Boligbygg or an admin) have none, and the admin alone reads them. Without a role the system did
-- it by itself. When an account is deleted only actor_id goes: role and act stay.
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
create index audit_entries_subject_id_idx on public.audit_entries (subject_id, acted_at);

alter table public.audit_entries enable row level security;
create policy select_staff on public.audit_entries for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );
-- No insert, update or delete, for nobody.
grant select on public.audit_entries to authenticated;

-- Holds even for the owner of the table: an account that is deleted leaves its row, and a transaction that forgets (000901) may take names
-- out of a reason, a person out of the subject, and what is too old. Never who did what when.
create function private.tg_audit_entries__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.actor_id is null and to_jsonb(new) - 'actor_id' = to_jsonb(old) - 'actor_id'
    and not exists (select from public.people p where p.id = old.actor_id) then
    return new;
  elsif tg_op = 'UPDATE' and private.may_forget()
    and to_jsonb(new) - '{reason,subject_id}'::text[] = to_jsonb(old) - '{reason,subject_id}'::text[] then
    return new;
  elsif tg_op = 'DELETE' and private.may_forget() then
    return old;
  end if;
  raise exception using errcode = '42501', message = 'the audit log is only ever added to';
end
$$;
create trigger audit_entries_append_only before update or delete on public.audit_entries
  for each row execute function private.tg_audit_entries__append_only();
create trigger audit_entries_no_truncate before truncate on public.audit_entries
  for each statement execute function private.tg_audit_entries__append_only();

-- Writes down an act of the signed-in person, in the role that gave the right (staff roles first), and answers its id.
-- p_block_id null: it belongs to no building. For the definer functions of all domains; granted to nobody, so that nobody
-- can write history by hand.
create function private.log_act(p_block_id uuid, p_act text, p_subject_kind text, p_subject_id uuid, p_reason text)
returns uuid
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
  returning id
$$;

-- Who did it, by the name they go under, for those who may read the entry. A column of audit_entries over the API; the row is
-- looked up anew, so that a made-up one tells no name. Definer: the admin may not read the table of people.
create function private.actor_name(p_entry_id uuid) returns text
language sql stable security definer set search_path = '' as $$
  select p.display_name from public.audit_entries e join public.people p on p.id = e.actor_id
  where e.id = p_entry_id and case when e.block_id is null then private.is_admin()
    else private.has_role(e.block_id, '{consultant,admin}') end
$$;
create function public.actor_name(entry public.audit_entries) returns text
language sql stable set search_path = '' as $$ select private.actor_name((entry).id) $$;
grant execute on function private.actor_name(uuid) to authenticated;
grant execute on function public.actor_name(public.audit_entries) to authenticated;
