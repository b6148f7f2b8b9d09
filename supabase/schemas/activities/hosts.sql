-- Hosts: residents and partners who run an activity beside the consultant. Who they are, whether I run an activity,
-- and what happens when a host steps down.

-- Who runs an activity beside the consultant: a resident or a partner who proposed it. Never shown to others; the page
-- prints the free text `host`.
create table public.activity_hosts (
  activity_id uuid not null,
  block_id uuid not null,
  person_id uuid not null references public.people on delete cascade,
  primary key (activity_id, person_id),
  foreign key (activity_id, block_id) references public.activities (id, block_id) on delete cascade
);
create index activity_hosts_activity_id_idx on public.activity_hosts (activity_id, block_id);
create index activity_hosts_person_id_idx on public.activity_hosts (person_id);
alter table public.activity_hosts enable row level security;

create policy select_own_or_consultant on public.activity_hosts for select to authenticated
  using (person_id = (select auth.uid()) or block_id in (select private.my_block_ids('{consultant}')));
-- No insert: propose_activity makes the proposer the host. The consultant can end it.
create policy delete_consultant on public.activity_hosts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant}')));
grant select, delete on public.activity_hosts to authenticated;

-- The activities I host, while I still belong to the building. For policies, like my_block_ids.
-- Definer: reads the caller's rows of two tables whose own policies would ask again.
create function private.my_hosted_ids() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select h.activity_id from public.activity_hosts h
  where h.person_id = (select auth.uid()) and exists (
    select from public.memberships m
    where m.person_id = h.person_id and m.block_id = h.block_id and m.ended_at is null and m.role in ('resident', 'partner')
  )
$$;
grant execute on function private.my_hosted_ids() to anon, authenticated;

-- Whether I run this activity: as the building's consultant, or as its host.
create function private.manages(p_activity_id uuid, p_block_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.has_role(p_block_id, '{consultant}') or p_activity_id in (select private.my_hosted_ids())
$$;
grant execute on function private.manages(uuid, uuid) to anon, authenticated;
-- For the pages: a column of activities over the API (select=title,is_mine_to_run).
create function public.is_mine_to_run(activity public.activities) returns boolean
language sql stable set search_path = '' as $$ select private.manages((activity).id, (activity).block_id) $$;
grant execute on function public.is_mine_to_run(public.activities) to anon, authenticated;

-- Keeps the mark that a resident or a partner runs or once ran an activity, also when it has no host any more: their words are still in it.
-- Definer: writes tables that no role may write.
create function private.tg_activity_hosts__mark() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.activities a set was_hosted = true where a.id = new.activity_id and not a.was_hosted;
  return null;
end
$$;
create trigger mark after insert on public.activity_hosts
  for each row execute function private.tg_activity_hosts__mark();

-- Notifies the hosts of an activity. Granted to nobody.
create function private.notify_hosts(p_activity_id uuid, p_kind public.notification_kind) returns void
language sql set search_path = '' as $$
  select private.notify(h.person_id, p_kind, h.activity_id::text, h.activity_id)
  from public.activity_hosts h where h.activity_id = p_activity_id
$$;

-- Notifies the building's consultants that an upcoming activity has lost a host; once for everything in one transaction.
-- It does not name the host: the consultants see who is left. Granted to nobody.
create function private.tell_of_host(p_activity_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.notifications (person_id, block_id, kind, subject, activity_id)
  select m.person_id, a.block_id, 'activity_host_left', a.id || ':' || pg_current_xact_id(), a.id
  from public.activities a
  join public.memberships m on m.block_id = a.block_id and m.role = 'consultant' and m.ended_at is null
  where a.id = p_activity_id and a.status = 'published' and not private.is_over(a.id)
  order by m.person_id
  on conflict (person_id, kind, subject) do nothing
$$;

-- Ends my hosting of this activity. It stays as it is, with its dates and sign-ups, and the consultant runs it. False when I host no
-- such activity that is shown and upcoming.
-- Definer: no role may write hosts.
-- API: authenticated
create function private.stop_hosting(p_activity_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.activity_hosts h using public.activities a
  where h.activity_id = p_activity_id and a.id = h.activity_id and h.person_id = (select auth.uid())
    and a.status = 'published' and not private.is_over(a.id);
  return found;
end
$$;

-- A host left, by stepping down or by deleting the account; not when the consultant took the activity over.
-- Definer: writes notifications of people whom the caller may not see.
create function private.tg_activity_hosts__tell() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not coalesce(private.has_role(old.block_id, '{consultant}'), false) then
    perform private.tell_of_host(old.activity_id);
  end if;
  return null;
end
$$;
create trigger tell_of_host after delete on public.activity_hosts
  for each row execute function private.tg_activity_hosts__tell();

-- Ends the hosting of people who no longer belong to the building (my_hosted_ids). The consultant is notified also of their own act: ending
-- a membership does not show that an activity depends on it. The trigger is defined with its table, in residents/people.sql.
-- Definer: writes notifications of people whom the caller may not see.
create function private.tg_memberships__tell_of_host() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.memberships m
    where m.person_id = new.person_id and m.block_id = new.block_id and m.ended_at is null and m.role in ('resident', 'partner')
  ) then
    perform private.tell_of_host(h.activity_id) from public.activity_hosts h
    where h.person_id = new.person_id and h.block_id = new.block_id order by h.activity_id;
  end if;
  return null;
end
$$;

-- Direct writes of staff are logged: moderation/log.sql.
create trigger log_staff_change after delete on public.activity_hosts for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('host');
