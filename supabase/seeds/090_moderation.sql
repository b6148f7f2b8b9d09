-- DEMO DATA. One flag waiting per building, and the trail of what the consultants did to proposals and votes.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;

insert into public.flags (block_id, proposal_id, reason, flagged_by, created_at) values
  (pg_temp.id('drobakgata-1'), pg_temp.id('drobakgata-1/proposal/laundry'),
   'Dette peker på noen bestemte naboer. Det er ikke greit.',
   pg_temp.person('beboer3@drobakgata-1.example'), now() - interval '20 hours'),
  (pg_temp.id('stovner-senter'), pg_temp.id('stovner-senter/proposal/music'),
   'Den siste setningen er uhøflig mot dem som må sove.',
   pg_temp.person('beboer3@stovner-senter.example'), now() - interval '30 hours');

insert into public.audit_entries (block_id, actor_id, actor_role, act, subject_kind, subject_id, reason, acted_at)
select p.block_id, m.person_id, m.role, case p.status when 'approved' then 'approve' else 'decline' end, 'proposal',
  p.id, p.answer, p.decided_at
from public.proposals p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant'
where p.decided_at is not null
union all
select p.block_id, m.person_id, m.role, 'open', 'poll', p.id, null, p.opened_at
from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant'
where p.opened_at is not null;
