-- More of what staff write to a table directly (000805): places of a building, and when a contact is there.

-- Logs a place that the admin added. Those that a new building comes with are one line: the building.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_places__log() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.acts_as_staff(new.block_id) and not exists (
    select from public.audit_entries e
    where e.subject_id = new.block_id and e.subject_kind = 'block' and e.act = 'add' and e.acted_at = now()
  ) then
    perform private.log_act(new.block_id, 'add', 'place', new.id, null);
  end if;
  return null;
end
$$;
create trigger log_place after insert on public.places for each row
  when (current_user = 'authenticated') execute function private.tg_places__log();

-- Logs that the hours of a contact were changed: one line for the whole save. A contact that is added, removed or changed with them has its own.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_opening_hours__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  select * into v_contact from public.contacts c where c.id = coalesce(new.contact_id, old.contact_id);
  if private.acts_as_staff(v_contact.block_id) and not exists (
    select from public.audit_entries e where e.subject_id = v_contact.id and e.subject_kind = 'contact' and e.acted_at = now()
  ) then
    perform private.log_act(v_contact.block_id, 'change', 'contact', v_contact.id, null);
  end if;
  return null;
end
$$;
create trigger log_hours after insert or delete on public.opening_hours for each row
  when (current_user = 'authenticated') execute function private.tg_opening_hours__log();
