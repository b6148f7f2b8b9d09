-- Dates and times in Oslo, whatever the server's time zone.

-- Today in Oslo, whatever the server's time zone.
create function private.today() returns date
language sql stable set search_path = '' as $$
  select (now() at time zone 'Europe/Oslo')::date
$$;
grant execute on function private.today() to anon, authenticated;
