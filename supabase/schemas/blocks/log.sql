-- Audit log entries of buildings, their places and contacts: the acts and the names of their subjects.

insert into private.audit_acts (act, subject, shape) values
  ('add', 'block', 'none'), ('change', 'block', 'none'), ('add', 'place', 'none'), ('add', 'contact', 'none'),
  ('change', 'contact', 'none'), ('remove', 'contact', 'none');

-- What places and flats in the log are called. For log_names. Invoker: the policies decide.
create function private.log_names_of_places(p_ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select f.id, f.name, null::integer, f.id from public.places f where f.id = any (p_ids)
$$;
grant execute on function private.log_names_of_places(uuid[]) to authenticated;
