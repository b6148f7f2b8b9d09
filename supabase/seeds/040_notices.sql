-- DEMO DATA.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

insert into public.notices (id, block_id, class, title, body, audience, state, published_at, ends_at, told_at)
select pg_temp.id('notice/' || n.title), pg_temp.id(n.block), n.class::public.notice_class, n.title, n.body,
  case when n.is_public then 'everybody' else 'members' end::public.notice_audience, 'published',
  now() - n.age, now() + n.lasts, now() - n.age
from (values
  ('drobakgata-1', 'important', 'Trappevask flyttes til torsdag',
   E'Denne uka vaskes trappene torsdag i stedet for tirsdag. Fint om du tar inn dørmatter og sko.', true, interval '5 hours', interval '6 days'),
  ('drobakgata-1', 'ordinary', 'Nytt på Bomiljøkontoret: lån verktøykasse',
   E'Du kan låne drill, vater og malerutstyr på kontoret. Det koster ingenting. Si fra om noe blir borte.', true, interval '3 days', interval '60 days'),
  ('drobakgata-1', 'ordinary', 'Barnevogner i oppgangen',
   E'Oppgangen er rømningsvei og må være fri. Sett barnevogna i vognrommet i kjelleren. Trenger du nøkkel? Kom innom kontoret.', true, interval '9 days', null),
  ('drobakgata-1', 'ordinary', 'Nøkler til fellesrommet',
   E'Beboere kan låne fellesrommet. Avtal tid med Bomiljøkontoret først.', false, interval '14 days', null),
  ('stovner-senter', 'important', 'Værestedet stenger tidlig på fredag',
   E'På fredag stenger vi klokka 12 fordi vi skal på tur. Kaffen er klar fra klokka 10 som vanlig.', true, interval '20 hours', interval '5 days'),
  ('stovner-senter', 'ordinary', 'Nye brikker til inngangsdøra',
   E'Har du ikke fått ny brikke ennå? Kom innom Værestedet i åpningstiden, så hjelper vi deg.', true, interval '2 days', interval '40 days'),
  ('stovner-senter', 'ordinary', 'Ønsker du et kurs?',
   E'Vi planlegger våren. Fortell oss hva du har lyst til, på Værestedet eller under Forslag her i portalen.', true, interval '6 days', null)
) as n (block, class, title, body, is_public, age, lasts);

-- One for a stair alone, one that is not published yet.
insert into public.notices (id, block_id, title, body, audience, state, published_at, told_at) values
  (pg_temp.id('notice/stair'), pg_temp.id('drobakgata-1'), 'Nye postkasser i oppgang A',
   E'Vi bytter postkassene i oppgang A. Ta ut posten din før du reiser bort.', 'stairs', 'published', now() - interval '1 day', now()),
  (pg_temp.id('notice/draft'), pg_temp.id('drobakgata-1'), 'Bokhylle i vaskeriet',
   E'Ta en bok, eller sett igjen en du er ferdig med.', 'everybody', 'draft', null, null);
insert into public.notice_places (notice_id, block_id, place_id, kind) values
  (pg_temp.id('notice/stair'), pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/stair/A'), 'stair');

insert into public.notice_translations (notice_id, block_id, language, title, body) values
  (pg_temp.id('notice/Trappevask flyttes til torsdag'), pg_temp.id('drobakgata-1'), 'en', 'The stairs are washed on Thursday',
   E'This week the stairs are washed on Thursday instead of Tuesday. Please take in doormats and shoes.'),
  (pg_temp.id('notice/Trappevask flyttes til torsdag'), pg_temp.id('drobakgata-1'), 'pl', 'Sprzątanie schodów w czwartek',
   E'W tym tygodniu schody będą myte w czwartek zamiast we wtorek. Prosimy zabrać wycieraczki i buty.');
