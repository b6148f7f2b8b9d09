-- DEMO DATA. What the three parties do with cases: an outage that a second report was merged into, a question with times, an appeal and
-- a chase. All in Stovner senter.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email || '@stovner-senter.example' $$;

-- "3 14:20" is 20 past 2, three days ago in Oslo, "-2 10:00" in two days; past times are never later than a moment ago.
create function pg_temp.at(p_when text) returns timestamptz language sql as $$
  select case when p_when like '-%' then w.at else least(w.at, now() - interval '20 minutes') end
  from (
    select (private.today() - split_part(p_when, ' ', 1)::integer + split_part(p_when, ' ', 2)::time) at time zone 'Europe/Oslo' as at
  ) w
$$;

-- One event of a case, with its text if there is one.
create function pg_temp.event(
  p_report uuid, p_kind public.report_event_kind, p_role public.report_actor, p_when text, p_to public.report_status default null,
  p_text text default null, p_audience public.message_audience default 'resident'
) returns void language sql as $$
  with event as (
    insert into public.report_events (report_id, block_id, kind, from_status, to_status, actor_role, created_at)
    select r.id, r.block_id, p_kind, case when p_to is not null then r.status end, p_to, p_role, pg_temp.at(p_when)
    from public.reports r where r.id = p_report
    returning id, report_id, block_id, created_at
  ), actor as (
    insert into public.report_event_actors (event_id, block_id, person_id)
    select e.id, e.block_id, pg_temp.person('konsulent') from event e where p_role = 'consultant'
  )
  insert into public.report_messages (id, report_id, block_id, event_id, author_role, audience, body, created_at)
  select pg_temp.id('text/' || e.report_id || e.created_at), e.report_id, e.block_id, e.id, p_role, p_audience, p_text, e.created_at
  from event e where p_text is not null
$$;

-- Two reports of the lift. The first has the outage, the second was merged into it.
insert into public.reports (id, block_id, place_id, place_kind, thing, created_at, status_changed_at)
select pg_temp.id('stovner-senter/report/' || r.name), p.block_id, p.id, p.kind, 'lift_stopped', pg_temp.at(r.at), pg_temp.at(r.at)
from (values ('lift-14/outage', '0 07:05'), ('lift-14/outage-too', '0 07:40')) r (name, at)
join public.places p on p.id = pg_temp.id('stovner-senter/lift-14')
order by r.at;
insert into public.report_details (report_id, block_id, reporter_id, description)
select r.id, r.block_id, pg_temp.person(who), words
from (values
  ('lift-14/outage', 'beboer3', 'Heisen i nr. 14 står i 2. etasje. Døra er åpen.'),
  ('lift-14/outage-too', 'beboer1', 'Heisen kommer ikke når jeg trykker.')
) d (name, who, words)
join public.reports r on r.id = pg_temp.id('stovner-senter/report/' || d.name);
insert into public.report_events (report_id, block_id, to_status, actor_role, created_at)
select id, block_id, 'received', 'reporter', created_at from public.reports where thing = 'lift_stopped' and status = 'received';
select pg_temp.event(pg_temp.id('stovner-senter/report/lift-14/outage'), 'status', 'consultant', '0 07:20', 'forwarded');
update public.reports set status = 'forwarded', status_changed_at = pg_temp.at('0 07:20')
where id = pg_temp.id('stovner-senter/report/lift-14/outage');
insert into public.outages (report_id, block_id, place_id, thing, body, expected_on, posted_at)
select id, block_id, place_id, thing, 'Heisen i nr. 14 står. Boligbygg har fått beskjed. Heisen i nr. 16 går.', private.today() + 1,
  pg_temp.at('0 07:20')
from public.reports where id = pg_temp.id('stovner-senter/report/lift-14/outage');
select pg_temp.event(pg_temp.id('stovner-senter/report/lift-14/outage-too'), 'status', 'system', '0 07:40', 'merged');
update public.reports set status = 'merged', merged_into = pg_temp.id('stovner-senter/report/lift-14/outage'), status_changed_at = pg_temp.at('0 07:40')
where id = pg_temp.id('stovner-senter/report/lift-14/outage-too');
select pg_temp.event(pg_temp.id('stovner-senter/report/lift-14/outage'), 'merged_in', 'system', '0 07:40');
insert into public.report_followers (report_id, person_id, merged_from)
values (pg_temp.id('stovner-senter/report/lift-14/outage'), pg_temp.person('beboer1'), pg_temp.id('stovner-senter/report/lift-14/outage-too'));

-- A question that waits, with times in the coming days.
insert into public.report_questions (id, report_id, block_id, author_role, body, asked_at)
select pg_temp.id('stovner-senter/question'), id, block_id, 'landlord', 'Firmaet vil se på avtrekket på badet. Når kan de komme?', pg_temp.at('1 11:00')
from public.reports where id = pg_temp.id('stovner-senter/report/flat/203/damp_air');
insert into public.report_question_times (question_id, position, starts_at, ends_at)
select pg_temp.id('stovner-senter/question'), position, pg_temp.at(day || ' ' || starts), pg_temp.at(day || ' ' || ends)
from (values (1, -2, '09:00', '11:00'), (2, -3, '12:00', '14:00'), (3, -6, '15:00', '17:00')) t (position, day, starts, ends);

-- "Jeg er uenig".
select pg_temp.event(pg_temp.id('stovner-senter/report/cellar/rubbish'), 'status', 'reporter', '20 18:30', 'reopened',
  'Sofaen er borte, men nå står det et skap og tre dekk der.');
update public.reports set status = 'reopened', status_changed_at = pg_temp.at('20 18:30')
where id = pg_temp.id('stovner-senter/report/cellar/rubbish');
update public.report_details set appealed_at = pg_temp.at('20 18:30'), asked_at = pg_temp.at('20 18:30')
where report_id = pg_temp.id('stovner-senter/report/cellar/rubbish');

-- A chase.
select pg_temp.event(pg_temp.id('stovner-senter/report/yard/paving'), 'chased', 'consultant', '2 10:15', null,
  'To har snublet nå. Kan dere sperre av hullet til det er fylt igjen?', 'internal');
update public.reports set chased_at = pg_temp.at('2 10:15'), chase_count = 1 where id = pg_temp.id('stovner-senter/report/yard/paving');
