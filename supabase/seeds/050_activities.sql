-- DEMO DATA. What happens in the two buildings, around today. All of it is made up; the kinds of things are those of the
-- source documents. Clock times are Oslo's.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;

-- The next given weekday after today (1 = Monday), plus a number of weeks; negative weeks are in the past.
create function pg_temp.on_weekday(p_weekday integer, p_weeks integer default 0) returns date language sql as $$
  select private.today() + (p_weekday - extract(isodow from private.today())::integer + 6) % 7 + 1 + 7 * p_weeks
$$;
create function pg_temp.add_session(p_activity text, p_day date, p_from time, p_to time) returns void language sql as $$
  insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
  select a.id, a.block_id, (p_day + p_from) at time zone 'Europe/Oslo',
    (p_day + p_to + case when p_to <= p_from then interval '1 day' else interval '0' end) at time zone 'Europe/Oslo'
  from public.activities a where a.id = pg_temp.id(p_activity)
$$;
create function pg_temp.add_signup(p_activity text, p_email text, p_status public.signup_status, p_ago interval)
returns void language sql as $$
  insert into public.signups (activity_id, block_id, person_id, status, created_at, signed_up_at)
  select a.id, a.block_id, pg_temp.person(p_email), p_status, now() - p_ago,
    case when p_status = 'signed_up' then now() - p_ago end
  from public.activities a where a.id = pg_temp.id(p_activity)
$$;

-- Drøbakgata 1: many families with children.
insert into public.activities (id, block_id, kind, title, body, audience, place_id, whereabouts, host, what_to_expect, food,
  languages, step_free, is_public, status, cancel_reason, capacity, signup_closes_at, created_at)
select pg_temp.id('drobakgata-1/' || key), pg_temp.id('drobakgata-1'), kind::public.activity_kind, title, body, audience,
  pg_temp.id('drobakgata-1/' || place), whereabouts, host, expect, food, languages, step_free, is_public,
  status::public.activity_status, reason, capacity, closes, now() - interval '40 days'
from (values
  ('homework', 'drop_in', 'Leksehjelp', E'Ta med det du jobber med. Frivillige lærere hjelper med alle fag.\n\nForeldre er velkomne til å bli med.',
    'Barn og unge fra 1. til 10. klasse', 'common-room', null, 'Bomiljøkontoret og frivillige lærere',
    'Du kommer når du vil og går når du vil. Vi spiser litt først, så finner du en plass ved et bord.', 'Brød, frukt og saft. Alt er halal.',
    'Norsk, engelsk, somali og arabisk', true, true, 'published', null, null::integer, null::timestamptz),
  ('meeting', 'meeting', 'Beboermøte', E'Vi går gjennom det som er gjort siden sist, og det dere vil at vi skal gjøre nå.\n\nSaker: benker i gårdsrommet, sykkelparkering, lys i kjelleren.',
    'Alle som bor i gården', 'common-room', null, 'Bomiljøkontoret', 'Vi begynner med kaffe. Alle får snakke, og ingen må.',
    'Kaffe, te og frukt', 'Norsk. Si fra hvis du trenger tolk.', true, false, 'published', null, null, null),
  ('cafe', 'drop_in', 'Norsk kafé', E'Øv på norsk over en kopp kaffe. Vi snakker om vanlige ting: skole, jobb, vær og mat.',
    'Voksne som vil snakke mer norsk', 'common-room', null, 'Frivillige i nabolaget', 'Du får en plass ved et bord med tre eller fire andre. Ingen prøver, ingen lekser.',
    'Kaffe, te og noe å bite i', 'Norsk', true, true, 'published', null, null, null),
  ('cooking', 'course', 'Barnas matkurs', E'Fire ganger lager vi mat fra bunnen av: brød, suppe, fisk og en dessert.\n\nKjøkkenet er lite. Derfor tar vi to barn om gangen.',
    'Barn fra 8 til 12 år', 'common-room', null, 'Bomiljøkontoret', 'Vi vasker hendene, tar på forkle og deler på oppgavene. Til slutt spiser vi sammen.',
    'Det vi lager. Alt er halal. Si fra om allergi når du kommer.', 'Norsk og engelsk', true, true, 'published', null, 2, null),
  ('spring-clean', 'event', 'Dugnad i gårdsrommet', E'Vi rydder bed, maler benkene og henger opp fuglekasser. Hansker og redskap er her.\n\nKom en halvtime eller hele dagen.',
    'Alle', 'yard', null, 'Bomiljøkontoret', 'Du får en oppgave som passer deg. Det finnes noe for alle, også for barn.', 'Pølser, grønnsakspølser og saft', null, true, true,
    'published', null, null, null),
  ('fire-safety', 'event', 'Brannvernkveld', E'Prøv å slukke en liten brann ute, og lær hva du gjør hvis røykvarsleren går.\n\nTa med batteriet fra røykvarsleren din, så får du et nytt.',
    'Alle, også barn sammen med en voksen', 'yard', 'ved porten', 'Bomiljøkontoret sammen med brannvesenet', 'Først ti minutter inne, så prøver vi ute. Kle deg godt.', 'Kakao', 'Norsk og engelsk', true, true,
    'published', null, 30, (pg_temp.on_weekday(2, 1) + time '12:00') at time zone 'Europe/Oslo'),
  ('open-air-cinema', 'event', 'Utekino', 'Vi henger opp et lerret i gårdsrommet og ser en film for hele familien.', 'Familier', 'yard', null, 'Bomiljøkontoret', null, 'Popkorn', null, true, true,
    'cancelled', 'Det er meldt mye vind. Vi finner en ny dag.', null, null),
  ('garden-party', 'event', 'Gårdsfest', E'Mat fra mange land, musikk og leker for barna.', 'Alle', 'yard', null, 'Beboerne og bomiljøkontoret', null, 'Alle tar med en rett', null, true, true,
    'published', null, null, null),
  ('bike-repair', 'event', 'Sykkelverksted', 'Vi fikser sykler sammen.', 'Alle', 'yard', null, 'Bomiljøkontoret', null, null, null, true, true,
    'draft', null, 10, null)
) as v (key, kind, title, body, audience, place, whereabouts, host, expect, food, languages, step_free, is_public, status, reason, capacity, closes);

select pg_temp.add_session('drobakgata-1/cooking', pg_temp.on_weekday(2, w), '17:00', '19:00') from generate_series(0, 3) w;
select pg_temp.add_session('drobakgata-1/meeting', pg_temp.on_weekday(3, 1), '18:00', '19:30'),
  pg_temp.add_session('drobakgata-1/spring-clean', pg_temp.on_weekday(6, 1), '11:00', '15:00'),
  pg_temp.add_session('drobakgata-1/fire-safety', pg_temp.on_weekday(3, 1), '17:00', '18:30'),
  pg_temp.add_session('drobakgata-1/open-air-cinema', pg_temp.on_weekday(5), '19:00', '21:30'),
  pg_temp.add_session('drobakgata-1/garden-party', pg_temp.on_weekday(6, -4), '13:00', '17:00'),
  pg_temp.add_session('drobakgata-1/bike-repair', pg_temp.on_weekday(6, 3), '12:00', '15:00');

select pg_temp.add_signup('drobakgata-1/cooking', 'beboer3@drobakgata-1.example', 'signed_up', '9 days'),
  pg_temp.add_signup('drobakgata-1/cooking', 'beboer2@drobakgata-1.example', 'signed_up', '8 days'),
  pg_temp.add_signup('drobakgata-1/cooking', 'beboer1@drobakgata-1.example', 'waitlisted', '3 days'),
  pg_temp.add_signup('drobakgata-1/fire-safety', 'beboer1@drobakgata-1.example', 'signed_up', '6 days'),
  pg_temp.add_signup('drobakgata-1/fire-safety', 'beboer3@drobakgata-1.example', 'signed_up', '2 days');

-- Stovner senter 14–16: Værestedet, with coffee every weekday.
insert into public.activities (id, block_id, kind, title, body, audience, place_id, whereabouts, host, what_to_expect, food,
  languages, step_free, is_public, status, cancel_reason, capacity, signup_closes_at, created_at)
select pg_temp.id('stovner-senter/' || key), pg_temp.id('stovner-senter'), kind::public.activity_kind, title, body, audience,
  pg_temp.id('stovner-senter/' || place), whereabouts, host, expect, food, languages, step_free, is_public,
  status::public.activity_status, reason, capacity, closes, now() - interval '40 days'
from (values
  ('coffee', 'drop_in', 'Dropp-inn kaffe', E'Kaffe, aviser og noen å snakke med. Kom innom så lenge du vil.', 'Alle som bor her', 'meeting-place', null, 'Værestedet',
    'Døra er åpen. Du trenger ikke å ringe på eller å ha en grunn til å komme.', 'Kaffe, te og brødmat', 'Norsk og engelsk', true, true, 'published', null, null::integer, null::timestamptz),
  ('lunch', 'drop_in', 'Varm lunsj', E'Suppe eller gryte med brød. Vi lager maten sammen fra klokka 11 hvis du har lyst til å være med på kjøkkenet.', 'Alle som bor her', 'meeting-place', null, 'Værestedet',
    'Du tar en tallerken og setter deg der det er plass.', 'Varm mat. Det er alltid en rett uten kjøtt.', null, true, true, 'published', null, null, null),
  ('photo', 'course', 'Fotokurs', E'Lær å ta bilder med telefonen: lys, portrett og natur.\n\nVi går ut og tar bilder, og ser på dem sammen. Kurset er fire ganger.', 'Alle, du trenger ikke å kunne noe fra før', 'meeting-place', null, 'Værestedet',
    'Første gang blir vi kjent og ser på innstillingene i telefonen. Har du ikke en egen, kan du låne.', 'Kaffe og frukt', 'Norsk', true, true, 'published', null, 8, null),
  ('spanish', 'course', 'Spanskkurs for nybegynnere', E'Hils, bestill mat og spør om veien. Vi øver høyt, og ler mye.', 'Voksne', 'meeting-place', null, 'En beboer som kan spansk', 'Vi sitter rundt ett bord. Du får et hefte.', 'Kaffe', 'Norsk og spansk', true, true, 'published', null, 10, null),
  ('trip', 'trip', 'Tur i Østmarka', E'En rolig tur på vei, omtrent fem kilometer. Vi griller ved vannet.\n\nVi tar T-banen sammen.', 'Alle som kan gå på grusvei', null, 'Vi møtes utenfor nr. 16', 'Værestedet',
    'Vi teller oss, tar T-banen og går i det tempoet som passer alle. Ta med varme klær.', 'Pølser, grønnsakspølser og kaffe', null, false, true, 'published', null, 12, (pg_temp.on_weekday(4, 1) + time '14:00') at time zone 'Europe/Oslo'),
  ('christmas', 'event', 'Julebord', E'Julemat, musikk og loddtrekning. Vi pynter sammen fra klokka 15.', 'Alle som bor her', 'meeting-place', null, 'Værestedet',
    'Vi tar imot deg i døra. Det er satt av plass til deg, også når du kommer alene.', 'Julemat, med fisk og grønnsaksrett', null, true, true, 'published', null, 40, null),
  ('klart-vi-kan', 'meeting', '«Klart vi kan!»-møte', E'Her planlegger vi det vi vil få til i gården. Denne gangen: mer lys ute, og hva vi gjør til våren.', 'Alle som bor her', 'meeting-place', null, 'Beboerne og Værestedet',
    'Vi begynner med en runde. Du kan bare høre på.', 'Vafler', null, true, false, 'published', null, null, null),
  ('swimming', 'trip', 'Tur til svømmehallen', 'Vi drar sammen og bader i en time.', 'Alle som bor her', null, 'Vi møtes ved Værestedet', 'Værestedet', null, null, null, true, true,
    'cancelled', 'Svømmehallen er stengt for vedlikehold den dagen.', 10, null),
  ('summer-party', 'event', 'Sommerfest', E'Grill, musikk og boccia på uteområdet.', 'Alle', 'yard', null, 'Værestedet', null, 'Grillmat', null, true, true, 'published', null, null, null),
  ('breakfast', 'event', 'Felles frokost', 'Vi dekker langbord.', 'Alle som bor her', 'meeting-place', null, 'Værestedet', null, 'Frokost', null, true, true, 'draft', null, 20, null)
) as v (key, kind, title, body, audience, place, whereabouts, host, expect, food, languages, step_free, is_public, status, reason, capacity, closes);

select pg_temp.add_session('stovner-senter/photo', pg_temp.on_weekday(3, w), '13:00', '15:00') from generate_series(1, 4) w;
select pg_temp.add_session('stovner-senter/spanish', pg_temp.on_weekday(1, w), '12:30', '14:00') from generate_series(-1, 4) w;
select pg_temp.add_session('stovner-senter/trip', pg_temp.on_weekday(6, 1), '10:30', '15:30'),
  pg_temp.add_session('stovner-senter/christmas', pg_temp.on_weekday(5, 2), '17:00', '21:00'),
  pg_temp.add_session('stovner-senter/klart-vi-kan', pg_temp.on_weekday(2), '14:30', '16:00'),
  pg_temp.add_session('stovner-senter/swimming', pg_temp.on_weekday(5), '13:00', '15:30'),
  pg_temp.add_session('stovner-senter/summer-party', pg_temp.on_weekday(6, -5), '14:00', '18:00'),
  pg_temp.add_session('stovner-senter/breakfast', pg_temp.on_weekday(5, 3), '09:00', '10:30');

select pg_temp.add_signup('stovner-senter/photo', 'beboer1@stovner-senter.example', 'signed_up', '5 days'),
  pg_temp.add_signup('stovner-senter/photo', 'beboer2@stovner-senter.example', 'signed_up', '4 days'),
  pg_temp.add_signup('stovner-senter/christmas', 'beboer1@stovner-senter.example', 'signed_up', '4 days'),
  pg_temp.add_signup('stovner-senter/christmas', 'beboer3@stovner-senter.example', 'signed_up', '3 days'),
  pg_temp.add_signup('stovner-senter/trip', 'beboer2@stovner-senter.example', 'signed_up', '2 days'),
  pg_temp.add_signup('stovner-senter/swimming', 'beboer2@stovner-senter.example', 'signed_up', '6 days'),
  pg_temp.add_signup('stovner-senter/spanish', 'beboer3@stovner-senter.example', 'signed_up', '10 days');
