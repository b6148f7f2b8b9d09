-- Rate limits: at most so many times within a window. The table for all of them: each row is in the file of the rule it belongs to.
-- Most are counted by private.attempt (base/attempts.sql), some from the rows that the rule writes anyway.

-- `most` times `per` window, each window counted back from now. Not reachable over the API.
create table private.limits (
  what text primary key check (what ~ '^[a-z0-9_]{1,40}$'),
  most integer not null check (most > 0),
  per interval not null check (per > interval '0')
);
alter table private.limits enable row level security;

-- The limit of this name. An unknown name is an error. Granted to nobody: definer functions ask.
create function private.limit_of(p_what text) returns private.limits
language plpgsql stable set search_path = '' as $$
declare
  v_limit private.limits;
begin
  select * into v_limit from private.limits l where l.what = p_what;
  if not found then
    raise exception 'no limit %', p_what;
  end if;
  return v_limit;
end
$$;

-- The number of times. For limits that are counted from rows of their own: `(select private.most('…'))` in a query. Granted to nobody.
create function private.most(p_what text) returns integer
language sql stable set search_path = '' as $$ select (private.limit_of(p_what)).most $$;

-- The start of the current window. Granted to nobody.
create function private.window_start(p_what text) returns timestamptz
language sql stable set search_path = '' as $$ select now() - (private.limit_of(p_what)).per $$;
