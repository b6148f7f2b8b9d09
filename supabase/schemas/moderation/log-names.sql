-- What the things in the log are called, for those who may read the things themselves.

-- The things with these ids as the reader sees them: a title, or that of the page it stands on; the number of a case; the name of a
-- flat or a place. What is gone, or is not the reader's to see, is left out.
create function public.log_names(ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select p.id, p.title, null::integer, p.id from public.proposals p where p.id = any (log_names.ids)
  union all
  select c.id, p.title, null, p.id from public.proposal_comments c join public.proposals p on p.id = c.proposal_id where c.id = any (log_names.ids)
  union all
  select v.id, v.title, null, v.id from public.polls v where v.id = any (log_names.ids)
  union all
  select q.id, v.title, null, v.id from public.poll_questions q join public.polls v on v.id = q.poll_id where q.id = any (log_names.ids)
  union all
  select a.id, a.title, null, a.id from public.activities a where a.id = any (log_names.ids)
  union all
  select m.id, a.title, null, a.id from public.activity_messages m join public.activities a on a.id = m.activity_id where m.id = any (log_names.ids)
  union all
  select n.id, n.title, null, n.id from public.notices n where n.id = any (log_names.ids)
  union all
  select r.id, null, r.number, r.id from public.reports r where r.id = any (log_names.ids)
  union all
  select f.id, f.name, null, f.id from public.places f where f.id = any (log_names.ids)
  union all
  select m.id, f.name, null, f.id from public.memberships m join public.places f on f.id = m.flat_id where m.id = any (log_names.ids)
$$;
grant execute on function public.log_names(uuid[]) to authenticated;
