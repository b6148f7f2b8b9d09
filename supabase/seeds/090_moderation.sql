-- DEMO DATA. One flag waiting per building, a comment that was hidden and appealed, one that was edited, and the audit log of the consultants' acts on proposals and votes.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.person(p_email text) returns uuid language sql as $$ select id from auth.users where email = p_email $$;

insert into public.flags (block_id, proposal_id, reason, flagged_by, flat_id, created_at)
select p.block_id, p.id, v.reason, m.person_id, m.flat_id, now() - v.ago::interval
from (values
  ('drobakgata-1/proposal/laundry', 'Dette peker på noen bestemte naboer. Det er ikke greit.', 'beboer3@drobakgata-1.example', '20 hours'),
  ('stovner-senter/proposal/music', 'Den siste setningen er uhøflig mot dem som må sove.', 'beboer3@stovner-senter.example', '30 hours')
) as v (key, reason, email, ago)
join public.proposals p on p.id = pg_temp.id(v.key)
join public.memberships m on m.person_id = pg_temp.person(v.email) and m.role = 'resident';

-- Hidden by the consultant, and its author asks for another look.
insert into public.proposal_comments (id, proposal_id, block_id, body, created_at, hidden_at, hidden_by, hidden_reason)
select pg_temp.id('drobakgata-1/comment/hidden'), p.id, p.block_id,
  'Hun i A402 vasker alltid om natten.', now() - interval '5 days', now() - interval '3 days', 'staff',
  E'template:person\nSkriv gjerne om vaskerommet uten å nevne en leilighet.'
from public.proposals p where p.id = pg_temp.id('drobakgata-1/proposal/laundry');
insert into public.proposal_comment_authors (comment_id, person_id)
values (pg_temp.id('drobakgata-1/comment/hidden'), pg_temp.person('beboer2@drobakgata-1.example'));
insert into public.appeals (block_id, comment_id, page_id, hidden_at, body, appealed_at)
select c.block_id, c.id, c.proposal_id, c.hidden_at, 'Jeg mente ikke å henge ut noen. Kan jeg få skrive det på nytt uten leiligheten?',
  now() - interval '2 days'
from public.proposal_comments c where c.id = pg_temp.id('drobakgata-1/comment/hidden');

-- The consultant took a name out.
insert into public.edits (id, block_id, comment_id, page_id, reason, edited_at)
select pg_temp.id('edit/water'), c.block_id, c.id, c.proposal_id, 'Navnet på en nabo er tatt ut.', now() - interval '8 days'
from public.proposal_comments c where c.id = pg_temp.id('stovner-senter/comment/Vi trenger vann i nærheten. Er det kran ute?');
insert into public.edit_texts (edit_id, block_id, thing_id, old_body)
select e.id, e.block_id, e.thing_id, 'Vi trenger vann i nærheten. Per har kran, kan vi bruke den?'
from public.edits e where e.id = pg_temp.id('edit/water');

insert into public.audit_entries (block_id, actor_id, actor_role, shape, act, subject, subject_id, usual_reason, reason, acted_at)
select p.block_id, m.person_id, m.role, 'none'::public.audit_shape,
  case p.status when 'approved' then 'approve' else 'decline' end::public.audit_act, 'proposal'::public.audit_subject,
  p.id, private.usual_reason_in(p.answer), private.own_words_in(p.answer), p.decided_at
from public.proposals p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant'
where p.decided_at is not null
union all
select p.block_id, m.person_id, m.role, 'none', 'open', 'poll', p.id, null, null, p.opened_at
from public.polls p join public.memberships m on m.block_id = p.block_id and m.role = 'consultant'
where p.opened_at is not null
union all
select c.block_id, m.person_id, m.role, 'none', 'hide', 'comment', c.id,
  private.usual_reason_in(c.hidden_reason), private.own_words_in(c.hidden_reason), c.hidden_at
from public.proposal_comments c join public.memberships m on m.block_id = c.block_id and m.role = 'consultant'
where c.hidden_by = 'staff'
union all
select e.block_id, m.person_id, m.role, 'none', 'edit', 'comment', e.comment_id,
  private.usual_reason_in(e.reason), private.own_words_in(e.reason), e.edited_at
from public.edits e join public.memberships m on m.block_id = e.block_id and m.role = 'consultant';
