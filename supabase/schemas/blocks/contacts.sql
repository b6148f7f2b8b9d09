-- Contacts of a building: whom to talk to, how to reach them, and the hours when they are there.

create type public.contact_kind as enum ('consultant', 'meeting_place', 'landlord', 'duty_phone');

-- One contact. Numbers and addresses are settings: what is not set is not shown.
create table public.contacts (
  id uuid primary key default gen_random_uuid(),
  block_id uuid not null references public.blocks on delete cascade,
  kind public.contact_kind not null,
  title text not null check (length(title) between 1 and 80),
  person_name text check (length(person_name) <= 80),
  phone text check (phone ~ '^\+?[0-9 ]{3,20}$'),
  email text check (length(email) <= 120 and email like '%_@_%'),
  whereabouts text check (length(whereabouts) <= 120),
  note text check (length(note) <= 300),
  position smallint not null default 0,
  unique (block_id, kind, title)
);
alter table public.contacts enable row level security;

create policy select_all on public.contacts for select to anon, authenticated using (true);
create policy insert_staff on public.contacts for insert to authenticated
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));
create policy update_staff on public.contacts for update to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')))
  with check (block_id in (select private.my_block_ids('{consultant,admin}')));
create policy delete_staff on public.contacts for delete to authenticated
  using (block_id in (select private.my_block_ids('{consultant,admin}')));
grant select on public.contacts to anon, authenticated;
grant insert (block_id, kind, title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;
grant update (title, person_name, phone, email, whereabouts, note, position) on public.contacts to authenticated;
grant delete on public.contacts to authenticated;

-- When a contact is there, by weekday (1 = Monday … 7 = Sunday), wall-clock time in Oslo.
create table public.opening_hours (
  id uuid primary key default gen_random_uuid(),
  contact_id uuid not null references public.contacts on delete cascade,
  weekday smallint not null check (weekday between 1 and 7),
  opens_at time not null,
  closes_at time not null,
  check (closes_at > opens_at),
  unique (contact_id, weekday, opens_at)
);
alter table public.opening_hours enable row level security;

create policy select_all on public.opening_hours for select to anon, authenticated using (true);
create policy insert_staff on public.opening_hours for insert to authenticated
  with check (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));
create policy delete_staff on public.opening_hours for delete to authenticated
  using (exists (select from public.contacts c where c.id = contact_id
    and c.block_id in (select private.my_block_ids('{consultant,admin}'))));
-- No update: hours are replaced as a whole by save_contact.
grant select on public.opening_hours to anon, authenticated;
grant insert (contact_id, weekday, opens_at, closes_at) on public.opening_hours to authenticated;
grant delete on public.opening_hours to authenticated;

-- Adds (contact_id null) or changes a contact card and replaces its weekly hours, whole or not at all.
-- hours: [{"weekday": 1, "opens_at": "10:00", "closes_at": "15:00"}, …]. The kind is set once.
-- Returns false when there is no such card that I may change. Invoker: the policies of both tables decide.
create function public.save_contact(
  block_id uuid, contact_id uuid, kind public.contact_kind, title text, person_name text, phone text, email text,
  whereabouts text, note text, hours jsonb
) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_contact_id uuid := save_contact.contact_id;
begin
  if v_contact_id is null then
    insert into public.contacts (block_id, kind, title, person_name, phone, email, whereabouts, note)
    values (save_contact.block_id, save_contact.kind, save_contact.title, save_contact.person_name, save_contact.phone,
      save_contact.email, save_contact.whereabouts, save_contact.note)
    returning id into v_contact_id;
  else
    update public.contacts c
    set title = save_contact.title, person_name = save_contact.person_name, phone = save_contact.phone,
      email = save_contact.email, whereabouts = save_contact.whereabouts, note = save_contact.note
    where c.id = v_contact_id and c.block_id = save_contact.block_id;
    if not found then
      return false;
    end if;
  end if;
  -- What stays is left alone, or each save would be a change in the log. The same hour twice is refused by the table.
  delete from public.opening_hours o where o.contact_id = v_contact_id and not exists (
    select from jsonb_array_elements(hours) h
    where (o.weekday, o.opens_at, o.closes_at) = ((h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time)
  );
  insert into public.opening_hours (contact_id, weekday, opens_at, closes_at)
  select v_contact_id, (h ->> 'weekday')::smallint, (h ->> 'opens_at')::time, (h ->> 'closes_at')::time
  from jsonb_array_elements(hours) h
  except all
  select o.contact_id, o.weekday, o.opens_at, o.closes_at from public.opening_hours o where o.contact_id = v_contact_id;
  return true;
end
$$;
grant execute on function public.save_contact(
  uuid, uuid, public.contact_kind, text, text, text, text, text, text, jsonb
) to authenticated;

-- Direct writes of staff are logged: moderation/log.sql.
create trigger log_staff_change after insert or update or delete on public.contacts for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('contact');

-- Logs that the hours of a contact were changed: one line per save. A contact that is added, removed or changed in the same save has its own.
-- Definer: writes the log, and reads memberships past their policies.
create function private.tg_opening_hours__log() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  select * into v_contact from public.contacts c where c.id = coalesce(new.contact_id, old.contact_id);
  if private.acts_as_staff(v_contact.block_id) and not exists (
    select from public.audit_entries e where e.subject_id = v_contact.id and e.subject = 'contact' and e.acted_at = now()
  ) then
    perform private.log_act(v_contact.block_id, 'change', 'contact', v_contact.id);
  end if;
  return null;
end
$$;
create trigger log_hours after insert or delete on public.opening_hours for each row
  when (current_user = 'authenticated') execute function private.tg_opening_hours__log();
