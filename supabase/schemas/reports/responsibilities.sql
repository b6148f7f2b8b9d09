-- "Hvem fikser hva?": who is responsible for which thing, as data that the landlord edits. Everybody reads it, and the form shows it before
-- a report is written; it never stops one. The rental contract takes precedence over this table, and the page says so.

create type public.responsible_party as enum ('tenant', 'shared', 'landlord');

-- One row per thing, in a flat and in the common areas of a building that the landlord owns whole. Advice is what the tenant
-- does first or alone; in other languages: translations.sql. The rows below are the landlord's published practice and the rental law (husleieloven kapittel 5).
create table public.responsibilities (
  thing public.report_thing not null,
  is_common boolean not null,
  party public.responsible_party not null,
  advice text check (length(btrim(advice)) >= 1 and length(advice) <= 600),
  primary key (is_common, thing)
);
insert into public.responsibilities (is_common, thing, party, advice)
select false, thing::public.report_thing, party::public.responsible_party, advice
from (values
  ('leak', 'shared', 'Steng stoppekranen først, og tørk opp. En kran som drypper, en pakning eller en dusjslange er vanligvis din jobb.'),
  ('drain', 'shared', 'Sluket og vannlåsen renser du selv. Er avløpet helt tett, melder du fra.'),
  ('hot_water', 'landlord', null),
  ('heating', 'landlord', 'Meld fra med en gang. Hold leiligheten så varm at rør ikke fryser.'),
  ('power', 'shared', 'Sjekk sikringen først, og om naboene har strøm. '
    || 'Brytere og kontakter holder du ved like. Gnister eller varme: slå av sikringen og ring.'),
  ('damp_air', 'shared', 'Luft godt, hold ventilene åpne og rengjør filteret i vifta. Blir det ikke bedre, melder du fra.'),
  ('window', 'landlord', null),
  ('door_lock', 'tenant', 'Låsen i din egen dør og nøklene til den er vanligvis din jobb.'),
  ('pests', 'landlord', 'Meld fra med en gang. Ikke bruk gift selv: noen midler er bare for dem som er godkjent.'),
  ('fire_safety', 'shared', 'Test røykvarsleren, gjør den ren og bytt batteri. Snu og rist slukkeapparatet to ganger i året. Virker det ikke, melder du fra.'),
  ('appliance', 'shared', 'Det som hører til boligen, holder du ved like. Må det byttes, melder du fra.')
) v (thing, party, advice)
on conflict do nothing;
insert into public.responsibilities (is_common, thing, party, advice)
select true, thing::public.report_thing, party::public.responsible_party, advice
from (values
  ('light', 'landlord', null), ('door_lock', 'landlord', null), ('intercom', 'landlord', null),
  ('window', 'landlord', null), ('leak', 'landlord', null), ('drain', 'landlord', null),
  ('power', 'landlord', null), ('heating', 'landlord', null), ('damp_air', 'landlord', null),
  ('appliance', 'landlord', null), ('cleaning', 'landlord', null), ('pests', 'landlord', null),
  ('fire_safety', 'landlord', null), ('storage_room', 'landlord', null), ('playground', 'landlord', null),
  ('greenery', 'landlord', null), ('paving', 'landlord', null), ('washing_machine', 'landlord', null),
  ('dryer', 'landlord', null), ('lift_door', 'landlord', null), ('lift_button', 'landlord', null),
  ('lift_sound', 'landlord', null),
  ('lift_stopped', 'landlord', 'Sitter noen fast, trykk på alarmen i heisen.'),
  ('snow_ice', 'landlord', 'Du kan strø selv med sand fra kassa.'),
  ('vandalism', 'landlord', 'Skjer det nå, ring politiet på 112.'),
  ('rubbish', 'shared', 'Store ting du vil kaste, tar du med selv.'),
  ('escape_route', 'shared', 'Ha ingenting stående der folk må ut ved brann.')
) v (thing, party, advice)
on conflict do nothing;
alter table public.responsibilities enable row level security;

create policy select_all on public.responsibilities for select to anon, authenticated using (true);
create policy update_landlord on public.responsibilities for update to authenticated
  using (exists (select from private.my_block_ids('{landlord}')))
  with check (exists (select from private.my_block_ids('{landlord}')));
-- No insert or delete: the list of things is changed by migrations.
grant select on public.responsibilities to anon, authenticated;
grant update (party, advice) on public.responsibilities to authenticated;

-- Direct writes of staff to this table are logged.
create trigger log_staff_change after update on public.responsibilities for each row
  when (current_user = 'authenticated') execute function private.tg_staff_change__log('responsibility');
