-- DEMO DATA. Cases in every state with their history, oldest first, so that the case numbers grow with time.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;

-- "3 14:20" is 20 past 2, three days ago in Oslo; never later than a moment ago.
create function pg_temp.at(p_when text) returns timestamptz language sql as $$
  select least(
    (private.today() - split_part(p_when, ' ', 1)::integer + split_part(p_when, ' ', 2)::time) at time zone 'Europe/Oslo',
    now() - interval '20 minutes'
  )
$$;

-- One case. p_who is the number of the demo resident; p_life: "<when> <status> <role> [<waiting for>]" for each change.
create function pg_temp.report(
  p_block text, p_place text, p_thing public.report_thing, p_who integer, p_when text, p_life text[], p_text text,
  p_urgent boolean default false, p_access public.report_access default 'call_first'
) returns void language plpgsql as $$
declare
  v_id uuid := pg_temp.id(p_block || '/report/' || p_place || '/' || p_thing);
  v_place public.places;
  v_from public.report_status := 'received';
  v_change text[];
begin
  select * into strict v_place from public.places where id = pg_temp.id(p_block || '/' || p_place);
  insert into public.reports (id, block_id, place_id, place_kind, thing, is_urgent, created_at, status_changed_at)
  values (v_id, v_place.block_id, v_place.id, v_place.kind, p_thing, p_urgent, pg_temp.at(p_when), pg_temp.at(p_when));
  insert into public.report_details (report_id, block_id, reporter_id, description, access)
  values (v_id, v_place.block_id, pg_temp.person(format('beboer%s@%s.example', p_who, p_block)), p_text,
    case when v_place.kind = 'flat' then p_access end);
  insert into public.report_events (report_id, block_id, to_status, actor_role, created_at)
  values (v_id, v_place.block_id, 'received', 'reporter', pg_temp.at(p_when));
  for i in 1 .. coalesce(cardinality(p_life), 0) loop
    v_change := string_to_array(p_life[i], ' ');
    insert into public.report_events (report_id, block_id, from_status, to_status, waiting_for, actor_role, created_at)
    values (v_id, v_place.block_id, v_from, v_change[3]::public.report_status, v_change[5]::public.report_wait, v_change[4]::public.report_actor,
      pg_temp.at(v_change[1] || ' ' || v_change[2]));
    v_from := v_change[3];
    update public.reports
    set status = v_from, waiting_for = v_change[5]::public.report_wait, status_changed_at = pg_temp.at(v_change[1] || ' ' || v_change[2])
    where id = v_id;
  end loop;
end
$$;

-- One message or internal note; a resident's last word waits for an answer. What is said at the moment of a change is its text, and
-- the staff say it to everyone who sees the case.
create function pg_temp.message(
  p_report text, p_when text, p_role public.report_actor, p_text text, p_audience public.message_audience default 'resident'
) returns void language sql as $$
  insert into public.report_messages (id, report_id, block_id, event_id, author_role, audience, body, created_at)
  select pg_temp.id('message/' || p_report || p_when), r.id, r.block_id, e.id, p_role,
    case when e.id is not null and r.is_common and p_role <> 'reporter' then 'everyone' else p_audience end, p_text, pg_temp.at(p_when)
  from public.reports r
  left join public.report_events e
    on e.report_id = r.id and e.created_at = pg_temp.at(p_when) and e.actor_role = p_role and p_audience = 'resident'
  where r.id = pg_temp.id(replace(p_report, ':', '/report/'));
  update public.report_details
  set asked_at = case when p_role = 'reporter' then pg_temp.at(p_when) end
  where report_id = pg_temp.id(replace(p_report, ':', '/report/')) and p_audience = 'resident';
$$;

select pg_temp.report('drobakgata-1', 'yard', 'playground', 3, '46 17:30',
  '{"45 10:20 forwarded consultant","41 09:05 in_progress landlord","34 14:10 fixed landlord","33 18:02 confirmed reporter"}',
  'Benken ved sandkassa mangler to planker. Det stikker ut skruer.');
select pg_temp.report('stovner-senter', 'lift-14', 'lift_stopped', 3, '40 08:10',
  '{"40 10:02 forwarded consultant","40 10:40 in_progress landlord","39 15:30 fixed landlord","39 19:11 confirmed reporter"}',
  'Heisen står i 6. etasje og kommer ikke når jeg trykker.', true);
select pg_temp.report('drobakgata-1', 'flat/A201', 'window', 1, '33 20:15',
  '{"32 10:10 forwarded consultant","20 13:00 closed landlord"}',
  'Vinduet på soverommet er vanskelig å lukke.');
select pg_temp.message('drobakgata-1:flat/A201/window', '20 13:00', 'landlord',
  'Vi var innom sammen med deg. Vinduet lar seg lukke når låsen er smurt, og det er gjort. Derfor avslutter vi saken. Skriv til oss her hvis det blir vanskelig igjen.');
select pg_temp.report('stovner-senter', 'cellar', 'rubbish', 1, '30 12:00',
  '{"29 10:30 forwarded consultant","22 11:00 closed landlord"}', 'Det står en sofa foran bodene.');
select pg_temp.message('stovner-senter:cellar/rubbish', '22 11:00', 'landlord',
  'Sofaen var borte da vi kom. Derfor gjør vi ikke mer nå.');
select pg_temp.report('stovner-senter', 'flat/203', 'damp_air', 1, '27 19:40',
  '{"26 10:15 forwarded consultant","21 09:30 in_progress landlord","13 10:00 waiting landlord contractor"}',
  'Det er svarte flekker i hjørnet bak skapet på badet. Vifta virker.', false, 'call_first');
select pg_temp.message('stovner-senter:flat/203/damp_air', '21 09:35', 'landlord', 'Vi kommer og måler fukt. Passer torsdag formiddag?');
select pg_temp.message('stovner-senter:flat/203/damp_air', '21 12:50', 'reporter', 'Torsdag passer fint. Ring gjerne på.');
select pg_temp.message('stovner-senter:flat/203/damp_air', '13 10:00', 'landlord', 'Vi har målt. Nå venter vi på firmaet som skal se på avtrekket i hele stammen.');
select pg_temp.message('stovner-senter:flat/203/damp_air', '13 10:20', 'landlord', 'Målt 17 % i nedre hjørne. Samme stamme som 303 og 403: sjekk dem også.', 'internal');
select pg_temp.report('drobakgata-1', 'stair/A', 'light', 1, '24 21:05',
  '{"23 10:05 forwarded consultant","18 08:40 in_progress landlord","16 12:00 fixed landlord","14 20:30 reopened reporter","13 09:10 in_progress landlord"}',
  'Lyset i 2. etasje blinker og går av.');
select pg_temp.message('drobakgata-1:stair/A/light', '14 20:30', 'reporter', 'Det virket i to dager. Nå er det mørkt igjen.');
select pg_temp.message('drobakgata-1:stair/A/light', '13 09:12', 'landlord', 'Takk for at du sa fra. Vi bytter hele lampen, ikke bare pæren.');
select pg_temp.message('drobakgata-1:stair/A/light', '13 09:15', 'landlord', 'Armaturet er av den gamle typen. Se om de andre etasjene skal tas samtidig.', 'internal');
select pg_temp.report('drobakgata-1', 'laundry', 'washing_machine', 2, '19 16:20',
  '{"18 10:00 forwarded consultant","15 11:25 in_progress landlord","11 13:45 waiting landlord parts"}',
  'Maskin 2 stopper midt i programmet og står full av vann.');
select pg_temp.message('drobakgata-1:laundry/washing_machine', '11 13:45', 'landlord', 'Pumpa må byttes. Vi venter på delen.');
select pg_temp.report('stovner-senter', 'yard', 'paving', 3, '17 15:00',
  '{"16 10:40 forwarded consultant"}', 'Det er et hull i asfalten rett foran inngangen til nr. 16. Lett å snuble i.');
select pg_temp.message('stovner-senter:yard/paving', '9 10:00', 'consultant', 'Flere har nevnt hullet på Værestedet. Kan dere gi en tid?', 'internal');
select pg_temp.report('drobakgata-1', 'cellar', 'escape_route', 3, '15 18:45',
  '{"14 10:30 closed landlord"}', 'Det står sykler foran nødutgangen.', true);
select pg_temp.message('drobakgata-1:cellar/escape_route', '14 10:30', 'landlord',
  'Syklene var flyttet da vi kom, og utgangen er fri. Derfor gjør vi ikke mer. Si fra igjen hvis det blir sperret.');
select pg_temp.report('drobakgata-1', 'flat/A201', 'drain', 1, '12 07:50',
  '{"12 10:10 forwarded consultant","11 09:00 in_progress landlord","4 14:00 fixed landlord"}',
  'Vannet renner sakte ned i dusjen. Jeg har renset sluket.');
select pg_temp.message('drobakgata-1:flat/A201/drain', '4 14:00', 'landlord', 'Rørlegger har spylt avløpet. Renner det som det skal nå?');
select pg_temp.report('stovner-senter', 'lift-16', 'lift_sound', 3, '11 09:30',
  '{"11 11:00 forwarded consultant","8 10:10 in_progress landlord"}', 'Det skraper når heisen passerer 4. etasje.');
select pg_temp.report('drobakgata-1', 'stair/B', 'intercom', 3, '9 19:10',
  '{"8 10:20 forwarded consultant"}', 'Callingen ringer ikke hos oss i 3. etasje.');
select pg_temp.report('stovner-senter', 'flat/911', 'power', 3, '8 21:20',
  '{"7 10:05 forwarded consultant","6 12:30 in_progress landlord","2 11:15 fixed landlord"}',
  'To stikkontakter på kjøkkenet er uten strøm. Sikringene er hele.', false, 'may_enter');
select pg_temp.report('drobakgata-1', 'flat/B302', 'heating', 3, '6 22:05',
  '{"5 10:00 forwarded consultant","5 12:40 in_progress landlord"}',
  'Ovnen i stua er kald. De andre ovnene er varme.', true, 'may_enter');
select pg_temp.message('drobakgata-1:flat/B302/heating', '5 12:45', 'landlord', 'Vi lufter anlegget og kommer innom i morgen. Du har sagt at vi kan låse oss inn.');
select pg_temp.report('drobakgata-1', 'stair/B', 'door_lock', 3, '5 16:30',
  '{"4 10:00 forwarded consultant","4 13:30 in_progress landlord","2 09:40 fixed landlord","1 20:10 reopened reporter"}',
  'Inngangsdøra går ikke i lås av seg selv.');
select pg_temp.message('drobakgata-1:stair/B/door_lock', '1 20:10', 'reporter', 'Døra sto åpen i kveld også. Den må dras igjen.');
select pg_temp.report('stovner-senter', 'stair/14', 'cleaning', 1, '4 18:00', '{}', 'Det er sølt noe klissete i trappa mellom 1. og 2. etasje.');
select pg_temp.report('stovner-senter', 'laundry', 'dryer', 2, '3 13:15',
  '{"2 10:30 forwarded consultant","1 12:10 fixed landlord","1 18:20 reopened reporter"}', 'Tørketrommelen blir ikke varm.');
select pg_temp.message('stovner-senter:laundry/dryer', '1 18:20', 'reporter', 'Den ble varm i ti minutter, så kald igjen.');
select pg_temp.report('drobakgata-1', 'flat/A201', 'leak', 1, '1 19:25', '{}',
  'Det drypper under kjøkkenvasken. Jeg har satt en bøtte der.');
select pg_temp.message('drobakgata-1:flat/A201/leak', '0 09:00', 'reporter', 'Jeg er hjemme etter klokka 15 hver dag denne uka.');
select pg_temp.report('stovner-senter', 'flat/203', 'fire_safety', 2, '1 20:40', '{}', 'Røykvarsleren piper selv om batteriet er nytt.', true);
select pg_temp.report('drobakgata-1', 'cellar', 'light', 2, '0 08:15', '{}', 'Det er mørkt i gangen til bodene.');
select pg_temp.report('stovner-senter', 'stair/16', 'door_lock', 3, '0 08:40', '{}', 'Håndtaket på inngangsdøra er løst.');

insert into public.report_followers (report_id, person_id)
select pg_temp.id(r.block || '/report/' || r.report), pg_temp.person(format('beboer%s@%s.example', who, r.block))
from (values
  ('drobakgata-1', 'stair/A/light', '{2}'::integer[]),
  ('drobakgata-1', 'laundry/washing_machine', '{1,3}'),
  ('drobakgata-1', 'stair/B/intercom', '{1}'),
  ('stovner-senter', 'lift-16/lift_sound', '{1,2}'),
  ('stovner-senter', 'yard/paving', '{1,2}'),
  ('stovner-senter', 'laundry/dryer', '{3}')
) r (block, report, people), unnest(r.people) who;
