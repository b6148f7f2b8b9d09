-- DEMO DATA. What residents and a partner host: one in the program, and one proposal in each building that waits for an
-- answer. And the audiences of activities, for the filter. All of it is made up.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;
create function pg_temp.on_weekday(p_weekday integer, p_weeks integer default 0) returns date language sql as $$
  select private.today() + (p_weekday - extract(isodow from private.today())::integer + 6) % 7 + 1 + 7 * p_weeks
$$;

insert into public.activities (id, block_id, kind, title, body, audience, for_whom, place_id, host, what_to_expect, food,
  step_free, status, capacity, max_party, created_at)
select pg_temp.id(block || '/' || key), pg_temp.id(block), kind::public.activity_kind, title, body, audience,
  for_whom::public.audience_group[], pg_temp.id(block || '/' || place), host, expect, food, true,
  status::public.activity_status, capacity, party, now() - interval '3 days'
from (values
  ('stovner-senter', 'knitting', 'event', 'Strikkekveld', E'Vi strikker og prater. Ta med det du holder på med, eller begynn på noe nytt.\n\n- Garn og pinner er her\n- Du trenger **ikke** å kunne strikke',
    null, '{adults,seniors}', 'meeting-place', 'En frivillig', 'Vi sitter rundt bordet. Den som kan, viser den som vil lære.', 'Te og kjeks', 'published', 12, 3),
  ('stovner-senter', 'board-games', 'event', 'Brettspillkveld', 'Jeg har mange spill. Barn kan være med sammen med en voksen.',
    null, '{families,youth}', 'meeting-place', 'En beboer', null, null, 'proposed', null, 5),
  ('drobakgata-1', 'football', 'event', 'Fotball i gårdsrommet', E'Vi deler i lag når vi ser hvor mange som kommer.\n\nTa med sko som tåler grus.',
    'Ungdom fra 12 år', '{youth}', 'yard', 'En beboer', null, null, 'proposed', null, 5)
) as v (block, key, kind, title, body, audience, for_whom, place, host, expect, food, status, capacity, party);

insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
select a.id, a.block_id, (d + time '17:30') at time zone 'Europe/Oslo', (d + time '19:30') at time zone 'Europe/Oslo'
from (values
  ('stovner-senter/knitting', pg_temp.on_weekday(1, 1)),
  ('stovner-senter/knitting', pg_temp.on_weekday(1, 2)),
  ('stovner-senter/board-games', pg_temp.on_weekday(4, 2)),
  ('drobakgata-1/football', pg_temp.on_weekday(7, 2))
) as v (key, d)
join public.activities a on a.id = pg_temp.id(v.key);

insert into public.activity_hosts (activity_id, block_id, person_id)
select a.id, a.block_id, pg_temp.person(v.email)
from (values
  ('stovner-senter/knitting', 'frivillig@stovner-senter.example'),
  ('stovner-senter/board-games', 'frivillig@stovner-senter.example'),
  ('drobakgata-1/football', 'beboer1@drobakgata-1.example')
) as v (key, email)
join public.activities a on a.id = pg_temp.id(v.key);

update public.activities a set for_whom = v.groups::public.audience_group[]
from (values
  ('drobakgata-1/homework', '{children,youth}'),
  ('drobakgata-1/cooking', '{children}'),
  ('drobakgata-1/cafe', '{adults}'),
  ('drobakgata-1/open-air-cinema', '{families}'),
  ('stovner-senter/spanish', '{adults}')
) as v (key, groups)
where a.id = pg_temp.id(v.key);

-- The latest notifications of the cast.
insert into public.notifications (person_id, block_id, kind, subject, activity_id, created_at)
select pg_temp.person(v.email), a.block_id, v.kind::public.notification_kind, a.id::text, a.id, now() - v.ago::interval
from (values
  ('beboer2@stovner-senter.example', 'stovner-senter/swimming', 'activity_cancelled', '1 day'),
  ('frivillig@stovner-senter.example', 'stovner-senter/knitting', 'activity_approved', '2 days'),
  ('beboer1@drobakgata-1.example', 'drobakgata-1/fire-safety', 'session_moved', '5 days')
) as v (email, key, kind, ago)
join public.activities a on a.id = pg_temp.id(v.key);
