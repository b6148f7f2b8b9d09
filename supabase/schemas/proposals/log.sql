-- Audit log entries of proposals and comments: the acts and the names of their subjects.

insert into private.audit_acts (act, subject, shape) values
  ('approve', 'proposal', 'none'), ('decline', 'proposal', 'none'), ('ask', 'proposal', 'none'), ('make_physical', 'proposal', 'none'),
  ('make_social', 'proposal', 'none'), ('check', 'proposal', 'check'), ('check_for_landlord', 'proposal', 'check'),
  ('merge', 'proposal', 'merged'), ('take_back', 'comment', 'taken_back');

-- What proposals and comments in the log are called: the title of the page they stand on. For log_names. Invoker: the policies decide.
create function private.log_names_of_proposals(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select p.id, p.title, null::integer, p.id from public.proposals p where p.id = any (p_ids)
  union all
  select c.id, p.title, null, p.id from public.proposal_comments c join public.proposals p on p.id = c.proposal_id where c.id = any (p_ids)
$$;
grant execute on function private.log_names_of_proposals(uuid[]) to authenticated;
