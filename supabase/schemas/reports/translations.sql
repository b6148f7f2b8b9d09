-- "Hvem fikser hva?" in other languages: the advice of responsibilities.sql, written by the landlord.

-- The advice on one thing in another language. Without a row the reader gets the Norwegian one.
create table public.responsibility_translations (
  is_common boolean not null,
  thing public.report_thing not null,
  language text not null check (language ~ '^[a-z]{2,3}$' and length(language) <= 3),
  advice text not null check (length(btrim(advice)) >= 1 and length(advice) <= 600),
  primary key (is_common, thing, language),
  foreign key (is_common, thing) references public.responsibilities (is_common, thing) on delete cascade
);
insert into public.responsibility_translations (is_common, thing, language, advice)
select is_common, thing::public.report_thing, language, advice
from (values
  (false, 'leak', 'en', 'Close the stop valve first and dry up. A dripping tap, a washer or a shower hose is usually your job.'),
  (false, 'drain', 'en', 'You clean the floor drain and the water trap yourself. If the drain is blocked altogether, report it.'),
  (false, 'heating', 'en', 'Report it at once. Keep the flat warm enough that pipes do not freeze.'),
  (false, 'power', 'en', 'Check the fuse first, and whether neighbours have power. '
    || 'Switches and sockets are yours to look after. Sparks or heat: switch off the fuse and call.'),
  (false, 'damp_air', 'en', 'Air well, keep the vents open and clean the filter of the fan. If it does not get better, report it.'),
  (false, 'door_lock', 'en', 'The lock of your own door and its keys are usually your job.'),
  (false, 'pests', 'en', 'Report it at once. Do not use poison yourself: some agents are only for approved people.'),
  (false, 'fire_safety', 'en', 'Test the smoke alarm, clean it and change its battery. '
    || 'Turn and shake the extinguisher twice a year. If it does not work, report it.'),
  (false, 'appliance', 'en', 'You look after what belongs to the flat. If it must be replaced, report it.'),
  (true, 'lift_stopped', 'en', 'If somebody is stuck, press the alarm in the lift.'),
  (true, 'snow_ice', 'en', 'You can grit yourself with sand from the box.'),
  (true, 'vandalism', 'en', 'If it happens now, call the police on 112.'),
  (true, 'rubbish', 'en', 'Large things you throw away are yours to take away.'),
  (true, 'escape_route', 'en', 'Leave nothing where people must get out in a fire.')
) v (is_common, thing, language, advice)
on conflict do nothing;
alter table public.responsibility_translations enable row level security;

create policy select_all on public.responsibility_translations for select to anon, authenticated using (true);
create policy insert_landlord on public.responsibility_translations for insert to authenticated
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy update_landlord on public.responsibility_translations for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
create policy delete_landlord on public.responsibility_translations for delete to authenticated
  using (exists (select from private.my_block_ids('{landlord}')));
grant select on public.responsibility_translations to anon, authenticated;
grant insert (is_common, thing, language, advice) on public.responsibility_translations to authenticated;
grant update (advice) on public.responsibility_translations to authenticated;
grant delete on public.responsibility_translations to authenticated;

-- Direct writes of staff to this table are logged.
create trigger log_staff_change after insert or update or delete on public.responsibility_translations for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('translation');
