-- DEMO DATA. The two buildings of the source documents. Real: who runs what, and which rooms exist. Numbers of stairs and
-- flats are made up for the demo. No telephone number is invented: they are empty until staff fill them in.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

insert into public.blocks (id, slug, name, address, district, owner_type, about) values
  (pg_temp.id('drobakgata-1'), 'drobakgata-1', 'Drøbakgata 1', 'Drøbakgata 1, Oslo', 'Bydel Sagene', 'heleid',
   'Her bor mange barnefamilier. Bomiljøkonsulenten har kontor i gården. Dette er en demo med oppdiktet innhold.'),
  (pg_temp.id('stovner-senter'), 'stovner-senter', 'Stovner senter 14–16', 'Stovner senter 14–16, Oslo', 'Bydel Stovner', 'heleid',
   'Værestedet i leilighet 110 er for alle som bor her. Kom innom for kaffe, mat og kurs. Dette er en demo med oppdiktet innhold.');

insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('drobakgata-1/stair/' || s), pg_temp.id('drobakgata-1'), null, 'stair', 'Oppgang ' || s, ascii(s)
from unnest('{A,B}'::text[]) s;
insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('drobakgata-1/floor/' || s || f), pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/stair/' || s),
  'floor', format('Oppgang %s, %s. etasje', s, f), f
from unnest('{A,B}'::text[]) s, generate_series(1, 4) f;
insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('drobakgata-1/flat/' || s || f || '0' || n), pg_temp.id('drobakgata-1'),
  pg_temp.id('drobakgata-1/floor/' || s || f), 'flat', s || f || '0' || n, f * 100 + n
from unnest('{A,B}'::text[]) s, generate_series(1, 4) f, generate_series(1, 3) n;
insert into public.places (id, block_id, parent_id, kind, name, position) values
  (pg_temp.id('drobakgata-1/office'), pg_temp.id('drobakgata-1'), null, 'common_room', 'Bomiljøkontoret', 200),
  (pg_temp.id('drobakgata-1/common-room'), pg_temp.id('drobakgata-1'), null, 'common_room', 'Fellesrommet', 201),
  (pg_temp.id('drobakgata-1/laundry'), pg_temp.id('drobakgata-1'), null, 'laundry', 'Vaskeriet', 210),
  (pg_temp.id('drobakgata-1/cellar'), pg_temp.id('drobakgata-1'), null, 'cellar', 'Kjelleren', 220),
  (pg_temp.id('drobakgata-1/yard'), pg_temp.id('drobakgata-1'), null, 'yard', 'Gårdsrommet', 230);

-- Stovner: stair 14 holds the flats x01–x06, stair 16 x07–x12; flat 110 is Værestedet and therefore a common room.
insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('stovner-senter/stair/' || s), pg_temp.id('stovner-senter'), null, 'stair', 'Nr. ' || s, s
from unnest('{14,16}'::integer[]) s;
insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('stovner-senter/floor/' || s || '/' || f), pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/stair/' || s),
  'floor', format('Nr. %s, %s. etasje', s, f), f
from unnest('{14,16}'::integer[]) s, generate_series(1, 14) f;
insert into public.places (id, block_id, parent_id, kind, name, position)
select pg_temp.id('stovner-senter/flat/' || f || lpad(n::text, 2, '0')), pg_temp.id('stovner-senter'),
  pg_temp.id('stovner-senter/floor/' || case when n <= 6 then 14 else 16 end || '/' || f),
  'flat', f || lpad(n::text, 2, '0'), f * 100 + n
from generate_series(1, 14) f, generate_series(1, 12) n
where (f, n) <> (1, 10);
insert into public.places (id, block_id, parent_id, kind, name, position) values
  (pg_temp.id('stovner-senter/meeting-place'), pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/floor/16/1'), 'common_room', 'Værestedet (leilighet 110)', 2000),
  (pg_temp.id('stovner-senter/lift-14'), pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/stair/14'), 'lift', 'Heisen i nr. 14', 2010),
  (pg_temp.id('stovner-senter/lift-16'), pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/stair/16'), 'lift', 'Heisen i nr. 16', 2011),
  (pg_temp.id('stovner-senter/laundry'), pg_temp.id('stovner-senter'), null, 'laundry', 'Vaskeriet', 2020),
  (pg_temp.id('stovner-senter/cellar'), pg_temp.id('stovner-senter'), null, 'cellar', 'Kjelleren', 2030),
  (pg_temp.id('stovner-senter/yard'), pg_temp.id('stovner-senter'), null, 'yard', 'Uteområdet', 2040);

insert into public.contacts (id, block_id, kind, title, person_name, whereabouts, note, position) values
  (pg_temp.id('drobakgata-1/contact/consultant'), pg_temp.id('drobakgata-1'), 'consultant', 'Bomiljøkonsulent', null,
   'Bomiljøkontoret i 1. etasje, oppgang A', 'Ingen sak er for liten. Kom innom, eller ring på.', 1),
  (pg_temp.id('drobakgata-1/contact/landlord'), pg_temp.id('drobakgata-1'), 'landlord', 'Boligbygg kundesenter', null,
   null, 'Utleier og ansvarlig for vedlikehold.', 2),
  (pg_temp.id('stovner-senter/contact/meeting-place'), pg_temp.id('stovner-senter'), 'meeting_place', 'Værestedet', null,
   'Leilighet 110, Stovner senter 16', 'Det er alltid ansatte til stede i åpningstiden. Kaffen er varm.', 1),
  (pg_temp.id('stovner-senter/contact/landlord'), pg_temp.id('stovner-senter'), 'landlord', 'Boligbygg kundesenter', null,
   null, 'Utleier og ansvarlig for vedlikehold.', 2);

-- Demo hours: staff change them under Drift.
insert into public.opening_hours (contact_id, weekday, opens_at, closes_at)
select pg_temp.id('drobakgata-1/contact/consultant'), d, '10:00'::time, '15:00'::time from generate_series(1, 4) d
union all select pg_temp.id('drobakgata-1/contact/consultant'), 3, '16:00', '18:00'
union all select pg_temp.id('stovner-senter/contact/meeting-place'), d, '10:00', '14:30' from generate_series(1, 5) d;
