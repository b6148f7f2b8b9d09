-- DEMO DATA. The cast: three residents in two flats and a consultant per building, a partner, the landlord, the admin.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;

insert into public.people (id, display_name) values
  (pg_temp.person('beboer1@drobakgata-1.example'), 'Amina'),
  (pg_temp.person('beboer2@drobakgata-1.example'), 'Yusuf'),
  (pg_temp.person('beboer3@drobakgata-1.example'), 'Nabo i B'),
  (pg_temp.person('konsulent@drobakgata-1.example'), 'Bomiljøkonsulenten'),
  (pg_temp.person('beboer1@stovner-senter.example'), 'Kaffevenn'),
  (pg_temp.person('beboer2@stovner-senter.example'), 'Turglad'),
  (pg_temp.person('beboer3@stovner-senter.example'), 'Rune'),
  (pg_temp.person('konsulent@stovner-senter.example'), 'Ansatt på Værestedet'),
  (pg_temp.person('frivillig@stovner-senter.example'), 'En frivillig'),
  (pg_temp.person('mottak@boligbygg.example'), 'Boligbygg mottak'),
  (pg_temp.person('admin@bomiljo.example'), 'Administrator');

insert into public.memberships (person_id, role, block_id, flat_id) values
  (pg_temp.person('beboer1@drobakgata-1.example'), 'resident', pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/flat/A201')),
  (pg_temp.person('beboer2@drobakgata-1.example'), 'resident', pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/flat/A201')),
  (pg_temp.person('beboer3@drobakgata-1.example'), 'resident', pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/flat/B302')),
  (pg_temp.person('konsulent@drobakgata-1.example'), 'consultant', pg_temp.id('drobakgata-1'), null),
  (pg_temp.person('beboer1@stovner-senter.example'), 'resident', pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/flat/203')),
  (pg_temp.person('beboer2@stovner-senter.example'), 'resident', pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/flat/203')),
  (pg_temp.person('beboer3@stovner-senter.example'), 'resident', pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/flat/911')),
  (pg_temp.person('konsulent@stovner-senter.example'), 'consultant', pg_temp.id('stovner-senter'), null),
  (pg_temp.person('frivillig@stovner-senter.example'), 'partner', pg_temp.id('stovner-senter'), null),
  (pg_temp.person('mottak@boligbygg.example'), 'landlord', null, null),
  (pg_temp.person('admin@bomiljo.example'), 'admin', null, null);

-- One known code per building, to try joining: DEMO-DROB-AKG1 and DEMO-STOV-NER1.
insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at, created_by) values
  (pg_temp.id('drobakgata-1'), 'resident', pg_temp.id('drobakgata-1/flat/A402'), private.code_hash('DEMO-DROB-AKG1'), 5,
   now() + interval '365 days', pg_temp.person('konsulent@drobakgata-1.example')),
  (pg_temp.id('stovner-senter'), 'resident', pg_temp.id('stovner-senter/flat/1204'), private.code_hash('DEMO-STOV-NER1'), 5,
   now() + interval '365 days', pg_temp.person('konsulent@stovner-senter.example'));
