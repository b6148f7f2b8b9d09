-- DEMO DATA. Questions about votes, a vote that is shown but not open, and one whose paper votes wait to be counted.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.day(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() + p_days + p_clock) at time zone 'Europe/Oslo'
$$;
create function pg_temp.ask(p_poll text, p_name text, p_author text, p_days integer, p_body text, p_answer text) returns void
language sql as $$
  insert into public.poll_questions (id, poll_id, block_id, body, answer, created_at, answered_at)
  select pg_temp.id(p_poll || '/question/' || p_name), p.id, p.block_id, p_body, p_answer, pg_temp.day(-p_days, '19:10'),
    case when p_answer is not null then pg_temp.day(1 - p_days, '10:30') end
  from public.polls p where p.id = pg_temp.id(p_poll);
  insert into public.poll_question_authors (question_id, person_id)
  select pg_temp.id(p_poll || '/question/' || p_name), u.id from auth.users u where u.email = p_author;
$$;

insert into public.polls (id, block_id, title, body, decides, afterwards, kind, max_choices, winner_count, rule, closes_at, created_at) values
  (pg_temp.id('drobakgata-1/poll/winter'), pg_temp.id('drobakgata-1'), 'Hva gjør vi sammen i vinter?', 'Vi har plass i Fellesrommet på fredager.',
   'Dere velger to ting. Bomiljøkonsulenten ordner det praktiske.', 'De to som vinner, legges ut under Hva skjer.',
   'multiple', 2, 2, 'per_flat', pg_temp.day(16, '20:00'), pg_temp.day(-2, '11:00')),
  (pg_temp.id('drobakgata-1/poll/bench-colour'), pg_temp.id('drobakgata-1'), 'Hvilken farge skal benken ha?', null,
   'Dere velger fargen. Bomiljøkonsulenten kjøper malingen.', 'Vi maler sammen på neste dugnad.',
   'single', null, 1, 'per_flat', pg_temp.day(-1, '20:00'), pg_temp.day(-20, '11:00'));
insert into public.poll_options (poll_id, block_id, position, title, body)
select pg_temp.id('drobakgata-1/poll/' || o.poll), pg_temp.id('drobakgata-1'), o.position, o.title, o.body
from (values
  ('winter', 1, 'Spillkveld', 'Brettspill og saft. Ta gjerne med et spill.'), ('winter', 2, 'Filmkveld', 'Vi velger filmen sammen.'),
  ('winter', 3, 'Bakedag', 'Vi baker boller, og alle får med seg noen hjem.'),
  ('bench-colour', 1, 'Grønn', null), ('bench-colour', 2, 'Rød', null), ('bench-colour', 3, 'Bare olje', null)
) o (poll, position, title, body);
insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on)
select pg_temp.id('drobakgata-1/poll/winter'), pg_temp.id('drobakgata-1'), f.phase::public.poll_phase, f.owner::public.phase_owner,
  private.today() + f.days
from (values ('questions', 'consultant', 5), ('vote', 'residents', 16), ('decision', 'consultant', 23)) f (phase, owner, days);
update public.polls set status = 'planned' where id = pg_temp.id('drobakgata-1/poll/winter');

select private.start_voting(pg_temp.id('drobakgata-1/poll/bench-colour'), pg_temp.day(-8, '10:00'));
update private.electors e set used_on = private.today() - 3, way = 'paper'
where e.poll_id = pg_temp.id('drobakgata-1/poll/bench-colour') and e.flat_id in (
  select f.id from public.places f where f.block_id = pg_temp.id('drobakgata-1') and f.name in ('A101', 'B303', 'B401'));
select private.settle_polls(array[pg_temp.id('drobakgata-1/poll/bench-colour')]);

select pg_temp.ask('drobakgata-1/poll/corner', 'water', 'beboer3@drobakgata-1.example', 3, 'Hvem vanner kassene om sommeren?',
  'Vi lager en liste på kontoret. Én uke hver holder.');
select pg_temp.ask('drobakgata-1/poll/corner', 'noise', 'beboer2@drobakgata-1.example', 1, 'Blir det bråk av bordtennisbordet om kvelden?', null);
select pg_temp.ask('drobakgata-1/poll/winter', 'children', 'beboer1@drobakgata-1.example', 1, 'Er dette for barn også?',
  'Ja, alle tre er for store og små.');
