-- DEMO DATA. At the door: who came, how many, a message to the list, and texts in other languages. All of it is made up.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

-- What the signup functions would have written: how everybody on the lists of 050 got there.
insert into public.signup_events (signup_id, activity_id, block_id, status, reason, actor, created_at)
select s.id, s.activity_id, s.block_id, s.status,
  case s.status when 'signed_up' then 'free_place' else 'full' end::public.signup_reason,
  case s.status when 'signed_up' then 'system' else 'self' end::public.signup_actor, s.created_at
from public.signups s
where s.status in ('signed_up', 'waitlisted')
  and not exists (select from public.signup_events e where e.signup_id = s.id)
order by s.queue_number;

-- Two without an account on the list for the evening about fire: one comes alone, one with three children; and one who left.
with added as (
  insert into public.signups (id, activity_id, block_id, first_name, party_size, status, created_at, signed_up_at, ended_at)
  select pg_temp.id('drobakgata-1/fire-safety/' || name), a.id, a.block_id, name, size, v.status::public.signup_status,
    now() - ago::interval, now() - ago::interval, case v.status when 'cancelled' then now() - interval '1 day' end
  from public.activities a,
    (values ('Halima', 4, 'signed_up', '5 days'), ('Per', 1, 'signed_up', '4 days'), ('Solveig', 2, 'cancelled', '4 days'))
      as v (name, size, status, ago)
  where a.id = pg_temp.id('drobakgata-1/fire-safety')
  returning *
)
insert into public.signup_events (signup_id, activity_id, block_id, status, reason, actor, created_at)
select id, activity_id, block_id, status,
  case status when 'cancelled' then 'cancelled_by_staff' else 'free_place' end::public.signup_reason,
  case status when 'cancelled' then 'staff' else 'system' end::public.signup_actor, coalesce(ended_at, created_at)
from added;

-- Who came to the Spanish course the last time, and how many came for homework, coffee and the café.
insert into public.attendances (session_id, signup_id, activity_id, block_id, present_count)
select distinct on (g.id) s.id, g.id, g.activity_id, g.block_id, g.party_size
from public.signups g
join public.activity_sessions s on s.activity_id = g.activity_id and s.starts_at < now()
where g.activity_id = pg_temp.id('stovner-senter/spanish') and g.status = 'signed_up'
order by g.id, s.starts_at desc;
insert into public.head_counts (session_id, activity_id, block_id, heads)
select s.id, s.activity_id, s.block_id, 6 + extract(day from s.starts_at)::integer % 9
from public.activity_sessions s
where s.ends_at < now() and s.cancelled_at is null
  and s.activity_id in (pg_temp.id('drobakgata-1/homework'), pg_temp.id('drobakgata-1/cafe'), pg_temp.id('stovner-senter/coffee'));

insert into public.activity_messages (id, activity_id, block_id, body, created_at)
select pg_temp.id(a.id::text || '/message'), a.id, a.block_id, v.body, now() - interval '1 day'
from (values
  ('drobakgata-1/cooking', 'Ta med en boks med lokk, så får dere med dere mat hjem. Vi begynner presis.'),
  ('stovner-senter/trip', 'Vi møtes utenfor nr. 16 kl. 10.15. Ta med varme klær og noe å sitte på.')
) as v (activity, body)
join public.activities a on a.id = pg_temp.id(v.activity);
insert into public.notifications (person_id, block_id, kind, subject, activity_id, signup_id, message_id, created_at)
select g.person_id, g.block_id, 'activity_message', m.id::text, g.activity_id, g.id, m.id, m.created_at
from public.activity_messages m
join public.signups g on g.activity_id = m.activity_id and g.status in ('signed_up', 'waitlisted') and g.person_id is not null;

insert into public.activity_translations (activity_id, block_id, language, title, body)
select a.id, a.block_id, v.language, v.title, v.body
from (values
  ('drobakgata-1/cooking', 'en', 'Children''s cooking course',
    E'Four times we cook from scratch: bread, soup, fish and a dessert.\n\nThe kitchen is small, so we take two children at a time.'),
  ('drobakgata-1/homework', 'en', 'Help with homework',
    E'Bring what you are working on. Volunteer teachers help with all subjects.\n\nParents are welcome to join.'),
  ('drobakgata-1/homework', 'ar', 'المساعدة في الواجبات المدرسية',
    E'أحضر ما تعمل عليه. يساعدك معلمون متطوعون في جميع المواد.\n\nالآباء والأمهات مرحب بهم.'),
  ('drobakgata-1/homework', 'so', 'Caawinta casharrada guriga',
    E'Keen waxaad ka shaqaynayso. Macallimiin mutadawiciin ah ayaa ku caawinaya maaddooyinka oo dhan.\n\nWaalidiintu waa soo dhawaan karaan.'),
  ('stovner-senter/coffee', 'en', 'Drop-in coffee', 'Coffee, newspapers and somebody to talk to. Stay as long as you like.')
) as v (activity, language, title, body)
join public.activities a on a.id = pg_temp.id(v.activity);
