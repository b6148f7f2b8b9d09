-- DEMO DATA. Ideas in every state. The numbers of supporters are made up: only the cast has rows of its own.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;
-- A number of days ago at this time in Oslo.
create function pg_temp.ago(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() - p_days + p_clock) at time zone 'Europe/Oslo'
$$;
create function pg_temp.propose(
  p_block text, p_name text, p_author text, p_kind public.proposal_kind, p_place text, p_status public.proposal_status,
  p_supports integer, p_days integer, p_title text, p_body text, p_answer text
) returns void language sql as $$
  insert into public.proposals
    (id, block_id, title, body, kind, place_id, place_kind, status, answer, support_count, created_at, decided_at)
  select pg_temp.id(p_block || '/proposal/' || p_name), pg_temp.id(p_block), p_title, p_body, p_kind, pl.id, pl.kind,
    p_status, p_answer, p_supports, pg_temp.ago(p_days, '18:40'),
    case when p_status in ('approved', 'declined') then pg_temp.ago(p_days - 2, '10:20') end
  from (select) one left join public.places pl on pl.id = pg_temp.id(p_block || '/' || p_place);
  insert into public.proposal_authors (proposal_id, person_id)
  values (pg_temp.id(p_block || '/proposal/' || p_name), pg_temp.person(p_author || '@' || p_block || '.example'));
$$;

select pg_temp.propose('drobakgata-1', 'bench', 'beboer3', 'physical', 'yard', 'approved', 11, 75,
  'En benk i gårdsrommet', 'Det mangler et sted å sitte når barna leker ute. En solid benk ved sandkassa hadde vært fint.',
  'God idé. Vi tar den med i neste avstemning.');
select pg_temp.propose('drobakgata-1', 'flowers', 'beboer1', 'physical', 'yard', 'approved', 8, 40,
  'Blomsterkasser langs veggen', 'Kasser med blomster og litt krydder som alle kan plukke av. Jeg kan være med og vanne.', null);
select pg_temp.propose('drobakgata-1', 'dinner', 'beboer2', 'social', 'common-room', 'approved', 6, 21,
  'Felles middag en fredag i måneden', 'Vi lager maten sammen i Fellesrommet, og alle tar med noe. Gjerne retter fra flere land.',
  'Vi finner en dato sammen. Kom innom kontoret hvis du vil være med og lage mat.');
select pg_temp.propose('drobakgata-1', 'laundry', 'beboer2', 'social', 'laundry', 'approved', 1, 9,
  'Mindre bråk fra vaskeriet om kvelden', 'Kan vi bli enige om at maskinene er ferdige kl. 22? Det er alltid de samme som vasker til langt på natt.', null);
select pg_temp.propose('drobakgata-1', 'homework', 'beboer1', 'social', 'common-room', 'pending', 0, 2,
  'Leksehjelp på tirsdager', 'Mange barn i gården trenger et rolig sted å gjøre lekser. Kan vi bruke Fellesrommet etter skolen?', null);
select pg_temp.propose('drobakgata-1', 'stroller', 'beboer1', 'physical', 'stair/A', 'declined', 0, 30,
  'Barnevogner innerst i oppgang A', 'Det er tungt å bære vognene til kjelleren. Kan vi ha en plass til dem nederst i trappa?',
  'Trappa er rømningsvei, så der kan ingenting stå. Vi ser gjerne på et annet sted sammen med deg.');
insert into public.proposal_supporters (proposal_id, person_id) values
  (pg_temp.id('drobakgata-1/proposal/bench'), pg_temp.person('beboer1@drobakgata-1.example')),
  (pg_temp.id('drobakgata-1/proposal/flowers'), pg_temp.person('beboer3@drobakgata-1.example'));

select pg_temp.propose('stovner-senter', 'island-trip', 'beboer2', 'social', null, 'approved', 9, 60,
  'Tur til Hovedøya', 'Ta båten sammen, med niste og kaffe. Lett å gå for de fleste.', 'Den blir med i avstemningen om neste tur.');
select pg_temp.propose('stovner-senter', 'knitting', 'beboer3', 'social', 'meeting-place', 'approved', 7, 25,
  'Strikkekafé på Værestedet', 'En fast ettermiddag med garn og kaffe. Noen av oss kan lære bort.', null);
select pg_temp.propose('stovner-senter', 'raised-beds', 'beboer1', 'physical', 'yard', 'approved', 12, 18,
  'Pallekarmer med grønnsaker', 'Seks karmer på uteområdet som vi steller på omgang.',
  'Fint. Vi undersøker hva det koster, og hvem som må si ja.');
select pg_temp.propose('stovner-senter', 'music', 'beboer2', 'social', 'meeting-place', 'approved', 2, 8,
  'Høyere musikk på festene', 'Sist var det så lavt at ingen danset. De som klager kan vel gå hjem.', null);
select pg_temp.propose('stovner-senter', 'dinner-box', 'beboer1', 'social', 'meeting-place', 'pending', 0, 1,
  'Middag å ta med hjem på torsdager', 'Kan vi få kjøpe en porsjon til å ta med? Da blir det middag også på de travle dagene.', null);
select pg_temp.propose('stovner-senter', 'lift-sofa', 'beboer1', 'physical', 'lift-14', 'declined', 0, 33,
  'Klappstol i heisen', 'Det hadde vært godt å kunne sitte på vei opp til 14. etasje.',
  'Det er ikke plass til en stol og en rullestol samtidig. Vi foreslår en benk ved heisen i stedet. Skriv gjerne et nytt forslag.');
insert into public.proposal_supporters (proposal_id, person_id) values
  (pg_temp.id('stovner-senter/proposal/island-trip'), pg_temp.person('beboer1@stovner-senter.example')),
  (pg_temp.id('stovner-senter/proposal/raised-beds'), pg_temp.person('beboer3@stovner-senter.example'));
