-- Audit log entries of notices: the acts and the names of their subjects.

insert into private.audit_acts (act, subject, shape) values
  ('publish', 'notice', 'none'), ('withdraw', 'notice', 'none'), ('remove', 'notice', 'none'), ('keep_photo', 'notice', 'none'),
  ('remove_photo', 'notice', 'none'), ('change', 'notice', 'fields'), ('translate', 'notice', 'language'),
  ('remove_translation', 'notice', 'language');

-- What notices in the log are called. For log_names. Invoker: the policies decide.
create function private.log_names_of_notices(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select n.id, n.title, null::integer, n.id from public.notices n where n.id = any (p_ids)
$$;
grant execute on function private.log_names_of_notices(uuid[]) to authenticated;
