-- Audit log entries of votes, what came of them, and questions: the acts, the names of their subjects, and which are about me.

insert into private.audit_acts (act, subject, shape) values
  ('plan', 'poll', 'none'), ('open', 'poll', 'none'), ('extend', 'poll', 'none'), ('stop', 'poll', 'none'),
  ('update_follow_up', 'poll', 'none'), ('reopen_follow_up', 'poll', 'none'), ('answer', 'question', 'none'),
  ('mark_paper', 'poll', 'flat'), ('unmark_paper', 'poll', 'flat'), ('try_mark_paper', 'poll', 'flat'), ('count_paper', 'poll', 'count'),
  ('add_milestone', 'poll', 'title'), ('complete_milestone', 'poll', 'title'), ('reopen_milestone', 'poll', 'title'),
  ('remove_milestone', 'poll', 'title'), ('add_follow_up_photo', 'poll', 'title'), ('remove_follow_up_photo', 'poll', 'title');

-- What votes and questions in the log are called: the title of the vote. For log_names. Invoker: the policies decide.
create function private.log_names_of_polls(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select v.id, v.title, null::integer, v.id from public.polls v where v.id = any (p_ids)
  union all
  select q.id, v.title, null, v.id from public.poll_questions q join public.polls v on v.id = q.poll_id where q.id = any (p_ids)
$$;
grant execute on function private.log_names_of_polls(uuid[]) to authenticated;

-- Lines about me: that a flat was marked as voting on paper while I lived there. For acts_about_me; granted to nobody.
create function private.acts_on_my_paper_vote() returns setof uuid
language sql stable set search_path = '' as $$
  select e.id from public.memberships m
  join public.audit_entries e on e.act in ('mark_paper', 'unmark_paper', 'try_mark_paper') and e.subject = 'poll' and e.shape = 'flat'
    and e.details ->> 'place_id' = m.flat_id::text
  where m.person_id = (select auth.uid()) and e.acted_at >= m.started_at and e.acted_at <= coalesce(m.ended_at, 'infinity')
$$;
