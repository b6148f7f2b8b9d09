-- "Hvem fikser hva?": whose job a thing is, as data that the landlord edits. Everybody reads it, and the form shows it before
-- a report is written; it never stops one. The rental contract goes before this table, and the page says so.

create type public.responsible_party as enum ('tenant', 'shared', 'landlord');

-- One row per thing, in a flat and in the common areas of a building that the landlord owns whole. Advice is what the tenant
-- does first or alone. The rows below are the landlord's published practice and the rental law (husleieloven kapittel 5).
create table public.responsibilities (
  thing public.report_thing not null,
  is_common boolean not null,
  party public.responsible_party not null,
  advice text check (length(btrim(advice)) >= 1 and length(advice) <= 600),
  advice_en text check (length(btrim(advice_en)) >= 1 and length(advice_en) <= 600),
  primary key (is_common, thing)
);
insert into public.responsibilities (is_common, thing, party, advice, advice_en)
select false, thing::public.report_thing, party::public.responsible_party, advice, advice_en
from (values
  ('leak', 'shared', 'Steng stoppekranen først, og tørk opp. En kran som drypper, en pakning eller en dusjslange er vanligvis din jobb.',
    'Close the stop valve first and dry up. A dripping tap, a washer or a shower hose is usually your job.'),
  ('drain', 'shared', 'Sluket og vannlåsen renser du selv. Er avløpet helt tett, melder du fra.',
    'You clean the floor drain and the water trap yourself. If the drain is blocked altogether, report it.'),
  ('hot_water', 'landlord', null, null),
  ('heating', 'landlord', 'Meld fra med en gang. Hold leiligheten så varm at rør ikke fryser.',
    'Report it at once. Keep the flat warm enough that pipes do not freeze.'),
  ('power', 'shared', 'Sjekk sikringen først, og om naboene har strøm. Brytere og kontakter holder du ved like. Gnister eller varme: slå av sikringen og ring.',
    'Check the fuse first, and whether neighbours have power. Switches and sockets are yours to look after. Sparks or heat: switch off the fuse and call.'),
  ('damp_air', 'shared', 'Luft godt, hold ventilene åpne og rengjør filteret i vifta. Blir det ikke bedre, melder du fra.',
    'Air well, keep the vents open and clean the filter of the fan. If it does not get better, report it.'),
  ('window', 'landlord', null, null),
  ('door_lock', 'tenant', 'Låsen i din egen dør og nøklene til den er vanligvis din jobb.', 'The lock of your own door and its keys are usually your job.'),
  ('pests', 'landlord', 'Meld fra med en gang. Ikke bruk gift selv: noen midler er bare for dem som er godkjent.',
    'Report it at once. Do not use poison yourself: some agents are only for approved people.'),
  ('fire_safety', 'shared', 'Test røykvarsleren, gjør den ren og bytt batteri. Snu og rist slukkeapparatet to ganger i året. Virker det ikke, melder du fra.',
    'Test the smoke alarm, clean it and change its battery. Turn and shake the extinguisher twice a year. If it does not work, report it.'),
  ('appliance', 'shared', 'Det som hører til boligen, holder du ved like. Må det byttes, melder du fra.',
    'You look after what belongs to the flat. If it must be replaced, report it.')
) v (thing, party, advice, advice_en)
on conflict do nothing;
insert into public.responsibilities (is_common, thing, party, advice, advice_en)
select true, thing::public.report_thing, party::public.responsible_party, advice, advice_en
from (values
  ('light', 'landlord', null, null), ('door_lock', 'landlord', null, null), ('intercom', 'landlord', null, null),
  ('window', 'landlord', null, null), ('leak', 'landlord', null, null), ('drain', 'landlord', null, null),
  ('power', 'landlord', null, null), ('heating', 'landlord', null, null), ('damp_air', 'landlord', null, null),
  ('appliance', 'landlord', null, null), ('cleaning', 'landlord', null, null), ('pests', 'landlord', null, null),
  ('fire_safety', 'landlord', null, null), ('storage_room', 'landlord', null, null), ('playground', 'landlord', null, null),
  ('greenery', 'landlord', null, null), ('paving', 'landlord', null, null), ('washing_machine', 'landlord', null, null),
  ('dryer', 'landlord', null, null), ('lift_door', 'landlord', null, null), ('lift_button', 'landlord', null, null),
  ('lift_sound', 'landlord', null, null),
  ('lift_stopped', 'landlord', 'Sitter noen fast, trykk på alarmen i heisen.', 'If somebody is stuck, press the alarm in the lift.'),
  ('snow_ice', 'landlord', 'Du kan strø selv med sand fra kassa.', 'You can grit yourself with sand from the box.'),
  ('vandalism', 'landlord', 'Skjer det nå, ring politiet på 112.', 'If it happens now, call the police on 112.'),
  ('rubbish', 'shared', 'Store ting du vil kaste, tar du med selv.', 'Large things you throw away are yours to take away.'),
  ('escape_route', 'shared', 'Ha ingenting stående der folk må ut ved brann.', 'Leave nothing where people must get out in a fire.')
) v (thing, party, advice, advice_en)
on conflict do nothing;
alter table public.responsibilities enable row level security;

create policy select_all on public.responsibilities for select to anon, authenticated using (true);
create policy update_landlord on public.responsibilities for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
-- No insert or delete: the list of things changes by migration.
grant select on public.responsibilities to anon, authenticated;
grant update (party, advice, advice_en) on public.responsibilities to authenticated;

-- What the staff write here directly is logged.
create trigger log_staff_change after update on public.responsibilities for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('responsibility');
