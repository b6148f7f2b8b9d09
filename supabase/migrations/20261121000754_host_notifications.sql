-- A host steps down: the office learns that an activity has one host less.

-- Tells the building's consultants of an activity that is still to come; once for all that one transaction does. It does not say who it
-- was: they see who is left. Granted to nobody.
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

-- I host this activity no more. It stays as it is, with its dates and sign-ups, and the consultant runs it. False when there is none
-- of mine that is shown and still to come.
-- Definer: hosts are not writable.
create function private.stop_hosting(p_activity_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.activity_hosts h using public.activities a
  where h.activity_id = p_activity_id and a.id = h.activity_id and h.person_id = (select auth.uid())
    and a.status = 'published' and not private.is_over(a.id);
  return found;
end
$$;
create function public.stop_hosting(activity_id uuid) returns boolean
language sql set search_path = '' as $$ select private.stop_hosting(activity_id) $$;
grant execute on function private.stop_hosting(uuid) to authenticated;
grant execute on function public.stop_hosting(uuid) to authenticated;

-- Whoever hosted it went, by stepping down or with the account; not when the consultant took it over.
-- Definer: writes notifications of people the caller may not see.
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

-- Who belongs to the building no more hosts nothing there (my_hosted_ids). The consultant is told also of what they did themselves: ending a
-- membership does not say that an activity hangs on it. Definer, for the same reason.
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
create trigger tell_of_host after update of ended_at on public.memberships for each row
  when (new.ended_at is not null and old.ended_at is null and new.role in ('resident', 'partner'))
  execute function private.tg_memberships__tell_of_host();
