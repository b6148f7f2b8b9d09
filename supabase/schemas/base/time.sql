-- Dates and time in Oslo, wherever the server stands.

-- Today in Oslo, wherever the server stands.
create function private.today() returns date
language sql stable set search_path = '' as $$
  select (now() at time zone 'Europe/Oslo')::date
$$;
grant execute on function private.today() to anon, authenticated;
