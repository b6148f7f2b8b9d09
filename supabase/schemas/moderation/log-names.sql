-- The names of things in the log, for people who may read the things themselves. Each domain names its own, in its `log.sql`;
-- a new subject needs a line here, unless it has no name (tests/db/log-names.test.ts checks).

-- The things with these ids as the reader sees them: a title, or the title of the page it is on; the number of a case; the name of a flat
-- or a place. Deleted things, and things that the reader may not see, are left out. Invoker: the policies decide.
create function public.log_names(ids uuid[])
returns table (id uuid, name text, number integer, page_id uuid)
language sql stable set search_path = '' as $$
  select * from private.log_names_of_proposals(ids)
  union all select * from private.log_names_of_polls(ids)
  union all select * from private.log_names_of_activities(ids)
  union all select * from private.log_names_of_notices(ids)
  union all select * from private.log_names_of_reports(ids)
  union all select * from private.log_names_of_places(ids)
  union all select * from private.log_names_of_members(ids)
$$;
grant execute on function public.log_names(uuid[]) to authenticated;
