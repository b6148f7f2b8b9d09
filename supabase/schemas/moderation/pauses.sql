-- Pauses from writing to neighbours: for 1 to 30 days somebody can read, vote, support, sign up and report faults as before, but
-- cannot propose, comment, ask, flag or (as a host) write. A pause ends by itself.

-- The longest pause, in days.
insert into private.numbers (what, value) values ('pause_days', 30);

-- What the consultant sees of a pause: the thing it was given for, or the member, never both. A pause for a thing
-- does not reveal its author: not here and not on the member's page, and two things of one person have a pause each.
create table public.pauses (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  -- No foreign key: removing the thing does not end the pause.
  thing_kind public.thing_kind,
  thing_id uuid,
  membership_id uuid references public.memberships on delete cascade,
  reason text not null check (length(btrim(reason)) >= 1 and length(reason) <= 1000),
  started_at timestamptz not null default now(),
  ends_at timestamptz not null,
  lifted_at timestamptz,
  constraint for_thing_or_member check ((thing_id is null) = (membership_id is not null) and (thing_id is null) = (thing_kind is null)),
  constraint at_most_30_days check (ends_at > started_at and ends_at <= started_at + interval '31 days')
);
create index pauses_block_id_idx on public.pauses (block_id, ends_at);
create index pauses_membership_id_idx on public.pauses (membership_id);
create index pauses_thing_id_idx on public.pauses (thing_id);
alter table public.pauses enable row level security;

create policy select_consultant on public.pauses for select to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
-- No insert, update or delete: moderate, pause_member and lift_member_pause do it. Paused people read my_pauses.
grant select on public.pauses to authenticated;

-- The person a pause is for: no role may read it. Deleted with the account.
create table private.paused_people (
  pause_id uuid not null references public.pauses on delete cascade,
  person_id uuid not null references public.people on delete cascade,
  primary key (pause_id, person_id)
);
create index paused_people_person_id_idx on private.paused_people (person_id);
alter table private.paused_people enable row level security;

-- My current pauses, one row per building: until when, and why. A pause does not keep a building's consultant from working there.
-- Definer: reads the persons of pauses.
-- API: authenticated
create function private.my_pauses() returns table (block_id uuid, ends_at timestamptz, reason text)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.block_id) p.block_id, p.ends_at, p.reason
  from private.paused_people w join public.pauses p on p.id = w.pause_id
  where w.person_id = (select auth.uid()) and p.lifted_at is null and p.ends_at > now()
    and not private.has_role(p.block_id, '{consultant}')
  order by p.block_id, p.ends_at desc
$$;

-- Whether I am paused in this building. For functions that write.
create function private.is_paused(p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select p_block_id in (select m.block_id from private.my_pauses() m)
$$;
grant execute on function private.is_paused(uuid) to authenticated;

-- Pauses the author of a thing, or (p_is_start false) ends that pause. False: there is already one for this thing, or none. The result
-- does not reveal whether the author's account still exists. For moderate; granted to nobody.
create function private.pause_author(p_thing public.things, p_is_start boolean, p_days integer, p_reason text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_pause_id uuid;
begin
  if not p_is_start then
    update public.pauses p set lifted_at = now()
    where p.thing_id = p_thing.id and p.lifted_at is null and p.ends_at > now();
    return found;
  elsif exists (select from public.pauses p where p.thing_id = p_thing.id and p.lifted_at is null and p.ends_at > now()) then
    return false;
  end if;
  insert into public.pauses (block_id, thing_kind, thing_id, reason, ends_at)
  values (p_thing.block_id, p_thing.kind, p_thing.id, p_reason, now() + make_interval(days => p_days))
  returning id into v_pause_id;
  insert into private.paused_people (pause_id, person_id) select v_pause_id, a from private.authors_of(p_thing.id) a;
  return true;
end
$$;

-- Pauses a resident or a partner, or (p_days null) ends a pause given this way. It neither reveals nor changes whether the same
-- person has a pause for a thing. Locks the membership. Logged. Definer: no role may write pauses and memberships.
create function private.pause_member(p_membership_id uuid, p_days integer, p_reason text) returns public.moderation_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_member public.memberships;
  v_reason text := nullif(btrim(p_reason), '');
  v_pause_id uuid;
  v_entry_id uuid;
begin
  select * into v_member from public.memberships m where m.id = p_membership_id and m.ended_at is null for no key update;
  if not found or v_member.role not in ('resident', 'partner') or not private.has_role(v_member.block_id, '{consultant}') then
    return 'not_found';
  elsif v_reason is null then
    return 'reason_missing';
  end if;
  select p.id into v_pause_id from public.pauses p
  where p.membership_id = p_membership_id and p.lifted_at is null and p.ends_at > now();
  if (p_days is null) = (v_pause_id is null) then
    return 'nothing_to_do';
  elsif p_days is null then
    update public.pauses p set lifted_at = now() where p.id = v_pause_id;
  elsif p_days not between 1 and private.number('pause_days') then
    return 'days_missing';
  else
    insert into public.pauses (block_id, membership_id, reason, ends_at)
    values (v_member.block_id, p_membership_id, v_reason, now() + make_interval(days => p_days)) returning id into v_pause_id;
    insert into private.paused_people (pause_id, person_id) values (v_pause_id, v_member.person_id);
  end if;
  v_entry_id := private.log_act(v_member.block_id, case when p_days is null then 'lift_pause' else 'pause' end::public.audit_act,
    'membership', p_membership_id, p_reason => v_reason);
  insert into public.notifications (person_id, block_id, kind, subject)
  values (v_member.person_id, v_member.block_id, 'account_paused', v_entry_id::text);
  return 'done';
end
$$;
create function public.pause_member(membership_id uuid, days integer, reason text) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.pause_member(membership_id, coalesce(days, 0), reason) $$;
create function public.lift_member_pause(membership_id uuid, reason text) returns public.moderation_outcome
language sql set search_path = '' as $$ select private.pause_member(membership_id, null, reason) $$;
grant execute on function private.pause_member(uuid, integer, text) to authenticated;
grant execute on function public.pause_member(uuid, integer, text) to authenticated;
grant execute on function public.lift_member_pause(uuid, text) to authenticated;
