-- DEMO DATA. What happened to the ideas: checks with costs, a question, one merged into another,
-- and comments of neighbours. Prices and reasons are made up.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;
create function pg_temp.ago(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() - p_days + p_clock) at time zone 'Europe/Oslo'
$$;
create function pg_temp.checked(
  p_name text, p_days integer, p_role public.member_role, p_possible boolean, p_cost integer, p_reason text
) returns void language sql as $$
  update public.proposals set is_possible = p_possible, cost_nok = p_cost, check_reason = p_reason,
    checked_at = pg_temp.ago(p_days, '11:10'), checked_by_role = p_role
  where id = pg_temp.id(p_name);
$$;
create function pg_temp.idea(
  p_block text, p_name text, p_author text, p_kind public.proposal_kind, p_place text, p_days integer, p_title text, p_body text
) returns void language sql as $$
  insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, status, support_count, created_at, decided_at)
  select pg_temp.id(p_block || '/proposal/' || p_name), pg_temp.id(p_block), p_title, p_body, p_kind, pl.id, pl.kind,
    'approved', 3, pg_temp.ago(p_days, '19:05'), pg_temp.ago(p_days - 2, '09:30')
  from public.places pl where pl.id = pg_temp.id(p_block || '/' || p_place);
  insert into public.proposal_authors (proposal_id, person_id)
  values (pg_temp.id(p_block || '/proposal/' || p_name), pg_temp.person(p_author || '@' || p_block || '.example'));
$$;
create function pg_temp.comment(
  p_block text, p_proposal text, p_author text, p_days integer, p_alias text, p_body text
) returns void language sql as $$
  insert into public.proposal_comments (id, proposal_id, block_id, alias, body, created_at)
  values (pg_temp.id(p_block || '/comment/' || p_body), pg_temp.id(p_block || '/proposal/' || p_proposal), pg_temp.id(p_block),
    p_alias, p_body, pg_temp.ago(p_days, '20:15'));
  insert into public.proposal_comment_authors (comment_id, person_id)
  values (pg_temp.id(p_block || '/comment/' || p_body), pg_temp.person(p_author || '@' || p_block || '.example'));
$$;

select pg_temp.checked('drobakgata-1/proposal/bench', 68, 'landlord', true, 9000, null);
select pg_temp.checked('drobakgata-1/proposal/flowers', 30, 'landlord', true, 12000, 'Kassene må stå minst en meter fra kjellervinduene.');
select pg_temp.checked('drobakgata-1/proposal/dinner', 15, 'consultant', true, 2000, null);
select pg_temp.checked('stovner-senter/proposal/island-trip', 50, 'consultant', true, 4000, null);
select pg_temp.checked('stovner-senter/proposal/knitting', 20, 'consultant', true, 3000, null);
update public.proposals set alias = 'Glad i mat' where id = pg_temp.id('drobakgata-1/proposal/dinner');
update public.proposals set rough_cost_nok = 15000 where id = pg_temp.id('stovner-senter/proposal/raised-beds');

select pg_temp.idea('drobakgata-1', 'roof', 'beboer3', 'physical', 'stair/A', 26, 'Takterrasse over oppgang A',
  'Der er det sol hele kvelden. Noen bord og stoler er nok.');
select pg_temp.checked('drobakgata-1/proposal/roof', 19, 'landlord', false, null,
  'Taket er ikke bygd for at folk skal være der, og det mangler rekkverk og rømningsvei.');
select pg_temp.idea('drobakgata-1', 'bike-pump', 'beboer3', 'physical', 'yard', 12, 'Sykkelpumpe i gårdsrommet',
  'En fast pumpe som alle kan bruke, ved sykkelstativet.');

insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, status, merged_into, merged_at, created_at)
select pg_temp.id('drobakgata-1/proposal/seats'), p.block_id, 'Flere sitteplasser ute',
  'Om sommeren er det ikke nok plasser til alle. Gjerne med rygg.', 'physical', p.place_id, p.place_kind, 'merged', p.id,
  pg_temp.ago(63, '10:00'), pg_temp.ago(65, '17:20')
from public.proposals p where p.id = pg_temp.id('drobakgata-1/proposal/bench');
insert into public.proposal_authors (proposal_id, person_id)
values (pg_temp.id('drobakgata-1/proposal/seats'), pg_temp.person('beboer1@drobakgata-1.example'));

-- Waiting, and similar to an approved one.
insert into public.proposals (id, block_id, title, body, kind, place_id, place_kind, created_at)
select pg_temp.id('stovner-senter/proposal/planters'), p.block_id, 'Kasser til grønnsaker',
  'Noen kasser ute der vi kan dyrke poteter og gulrøtter.', 'physical', p.place_id, p.place_kind, pg_temp.ago(1, '16:45')
from public.proposals p where p.id = pg_temp.id('stovner-senter/proposal/raised-beds');
insert into public.proposal_authors (proposal_id, person_id)
values (pg_temp.id('stovner-senter/proposal/planters'), pg_temp.person('beboer3@stovner-senter.example'));

insert into public.proposal_messages (id, proposal_id, block_id, is_from_staff, body, created_at)
select md5('bomiljo-demo/question/' || p.id)::uuid, p.id, p.block_id, true,
  'Fint forslag. Hvor gamle er barna det gjelder, og kjenner du noen som kan hjelpe til?', pg_temp.ago(1, '12:30')
from public.proposals p where p.id = pg_temp.id('drobakgata-1/proposal/homework');
select private.tell_proposer(p.id, 'proposal_question', md5('bomiljo-demo/question/' || p.id)::uuid::text)
from public.proposals p where p.id = pg_temp.id('drobakgata-1/proposal/homework');

select pg_temp.comment('drobakgata-1', 'flowers', 'beboer3', 20, null, 'Jeg kan vanne i juli, da er jeg hjemme.');
select pg_temp.comment('drobakgata-1', 'flowers', 'beboer2', 18, 'Mint og timian', 'Krydder er fint. Kan vi ha en kasse barna kan så i?');
select pg_temp.comment('drobakgata-1', 'laundry', 'beboer1', 6, null, 'Kl. 22 passer for meg.');
select pg_temp.comment('stovner-senter', 'raised-beds', 'beboer2', 10, null, 'Vi trenger vann i nærheten. Er det kran ute?');
select pg_temp.comment('stovner-senter', 'raised-beds', 'beboer3', 9, 'Grønne fingre', 'Jeg har frø til overs.');
