-- The audit log: every staff act (what was done, in which role, to which thing, why, when), append-only; direct writes of
-- staff to tables. And the trigger that keeps other histories from being changed.

-- Written by log_act in the transaction of the act itself; read by the building's consultant and the admin. Acts without
-- a building (appointing Boligbygg or an admin) are read by the admin alone. Without a role, the system acted
-- by itself. When an account is deleted only actor_id is removed: role and act stay.
create table public.audit_entries (
  id uuid primary key default gen_random_uuid(),
  block_id uuid references public.blocks on delete restrict,
  actor_id uuid references public.people on delete set null,
  actor_role public.member_role,
  act public.audit_act not null,
  subject public.audit_subject not null,
  subject_id uuid not null,
  -- Words that somebody wrote, in addition to the usual reason or instead of it.
  reason text check (length(reason) <= 2000),
  acted_at timestamptz not null default now(),
  shape public.audit_shape not null,
  -- The details: moderation/log-acts.sql says what each act has.
  details jsonb not null default '{}',
  usual_reason public.usual_reason,
  foreign key (act, subject, shape) references private.audit_acts (act, subject, shape) on delete restrict,
  constraint details_have_shape check (private.has_shape(shape, details))
);
create index audit_entries_block_id_idx on public.audit_entries (block_id, acted_at desc);
create index audit_entries_actor_id_idx on public.audit_entries (actor_id);
create index audit_entries_subject_id_idx on public.audit_entries (subject_id, acted_at);
create index audit_entries_act_idx on public.audit_entries (act, subject, shape);
alter table public.audit_entries enable row level security;

create policy select_staff on public.audit_entries for select to authenticated
  using (
    block_id in (select private.my_block_ids('{consultant,admin}'))
    or (block_id is null and (select private.is_admin()))
  );
-- No insert, update or delete, for any role.
grant select on public.audit_entries to authenticated;

-- Holds even for the owner of the table. Exceptions: a deleted account is removed from its row, and a transaction that forgets
-- (residents/forgetting.sql) may remove names from a reason and details, a person from the subject, and old rows. Who did what when never changes.
create function private.tg_audit_entries__append_only() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and new.actor_id is null and to_jsonb(new) - 'actor_id' = to_jsonb(old) - 'actor_id'
    and not exists (select from public.people p where p.id = old.actor_id) then
    return new;
  elsif tg_op = 'UPDATE' and private.may_forget()
    and to_jsonb(new) - '{reason,details,subject_id}'::text[] = to_jsonb(old) - '{reason,details,subject_id}'::text[] then
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

-- Records an act of this person in this role, or (both null) of the portal by itself, and returns its id. Refused when the pair of act and
-- subject is in no list, or the details do not have its shape (moderation/log-acts.sql). p_reason is a reason as it is stored
-- elsewhere: a usual one, own words, or both. For triggers and jobs that know the actor; everything else calls log_act. Granted to nobody.
create function private.log_act_by(
  p_actor_id uuid, p_actor_role public.member_role, p_block_id uuid, p_act public.audit_act, p_subject public.audit_subject,
  p_subject_id uuid, p_details jsonb default '{}', p_reason text default null
) returns uuid
language sql set search_path = '' as $$
  insert into public.audit_entries (block_id, actor_id, actor_role, act, subject, subject_id, shape, details, usual_reason, reason)
  values (
    p_block_id, p_actor_id, p_actor_role, p_act, p_subject, p_subject_id,
    (select a.shape from private.audit_acts a where a.act = p_act and a.subject = p_subject),
    p_details, private.usual_reason_in(p_reason), private.own_words_in(p_reason)
  )
  returning id
$$;

-- Records an act of the signed-in person, in the role that gave the right (staff roles first), and returns its id.
-- p_block_id null: the act has no building. For the definer functions of all domains; granted to nobody, so that nobody
-- can forge history.
create function private.log_act(
  p_block_id uuid, p_act public.audit_act, p_subject public.audit_subject, p_subject_id uuid, p_details jsonb default '{}',
  p_reason text default null
) returns uuid
language sql set search_path = '' as $$
  select private.log_act_by(
    (select auth.uid()),
    (select m.role from public.memberships m
      where m.person_id = (select auth.uid()) and m.ended_at is null and (m.block_id = p_block_id or m.block_id is null)
      order by array_position('{consultant,landlord,admin,partner,resident,observer}'::public.member_role[], m.role)
      limit 1),
    p_block_id, p_act, p_subject, p_subject_id, p_details, p_reason
  )
$$;

-- The actor's display name, for people who may read the entry. A column of audit_entries over the API; the row is
-- looked up again, so that a made-up row reveals no name. Definer: the admin may not read the table of people.
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

-- Whether the signed-in person has a staff role in this building, or one that covers all buildings. Granted to nobody.
create function private.acts_as_staff(p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.memberships m
    where m.person_id = (select auth.uid()) and m.ended_at is null and private.is_staff_role(m.role)
      and (m.block_id is null or m.block_id = p_block_id)
  )
$$;

-- Logs changes that staff make to a table directly, without a function that logs (settings of the
-- building, contacts, activities and their hosts, outages, the rules and the people of Boligbygg). The triggers are defined with their tables.
-- "Directly" is `current_user = 'authenticated'`: a function that changes a table runs as its owner and logs by itself. Changes of what is
-- not published yet are not logged. Dates: activities/log.sql; attendance: activities/door.sql; hours of a contact: blocks/contacts.sql.
-- The argument is the kind of subject: for a row without an id, the thing that the row belongs to. A save that changes nothing is
-- not logged: the version of an activity and how far ahead its dates are made do not count as changes.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_staff_change__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row constant jsonb := to_jsonb(coalesce(new, old));
  v_block_id constant uuid := case tg_table_name when 'blocks' then v_row ->> 'id' else v_row ->> 'block_id' end;
  v_subject_id constant text := coalesce(v_row ->> 'activity_id', v_row ->> 'report_id', v_row ->> 'id');
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - '{version,made_until}'::text[] = to_jsonb(old) - '{version,made_until}'::text[]
    or v_row ? 'activity_id' and not private.is_known((v_row ->> 'activity_id')::uuid) then
    return null;
  end if;
  if private.acts_as_staff(v_block_id) then
    perform private.log_act(
      v_block_id, case tg_op when 'INSERT' then 'add' when 'UPDATE' then 'change' else 'remove' end::public.audit_act,
      tg_argv[0]::public.audit_subject,
      case when v_subject_id ~ '^[0-9a-f-]{36}$' then v_subject_id::uuid
        else coalesce(v_block_id, '00000000-0000-0000-0000-000000000000') end);
  end if;
  return null;
end
$$;

-- For histories beside the log: the steps of sign-ups, the staff who acted in a case, the words before an edit. Append-only; the
-- triggers are defined with their tables. A row is deleted with what it belongs to (the sign-up, the account, the thing), never earlier.
-- Words from before an edit lose a name in a transaction that forgets (residents/forgetting.sql). Holds even for the owner of the tables.
create function private.tg_trails__append_only() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_old constant jsonb := to_jsonb(old);
  -- The thing of an edit is made of other columns, which stay, and is not made yet here.
  v_forgotten constant text[] := case tg_table_name when 'edits' then '{reason,thing_id}' else '{old_title,old_body,old_parts}' end;
begin
  if tg_op = 'DELETE' and not (case tg_table_name
    when 'signup_events' then exists (select from public.signups s where s.id = (v_old ->> 'signup_id')::uuid)
    when 'report_event_actors' then exists (select from public.people p where p.id = (v_old ->> 'person_id')::uuid)
    when 'edit_texts' then exists (select from public.edits e where e.id = (v_old ->> 'edit_id')::uuid)
    else exists (select from public.proposals x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.proposal_comments x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.poll_questions x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activities x where x.id = (v_old ->> 'thing_id')::uuid)
      or exists (select from public.activity_messages x where x.id = (v_old ->> 'thing_id')::uuid) end) then
    return old;
  elsif tg_op = 'UPDATE' and tg_table_name in ('edits', 'edit_texts') and (
    -- That a host wrote anew, and that the consultant has looked at it.
    to_jsonb(new) - 'changed_again_at' = v_old - 'changed_again_at'
    or private.may_forget() and to_jsonb(new) - v_forgotten = v_old - v_forgotten
  ) then
    return new;
  end if;
  raise exception using errcode = '42501', message = format('%s are only ever added to', tg_table_name);
end
$$;
