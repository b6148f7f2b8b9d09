-- Numbers of rules that have no window: how many at a time, a minimum, how long something lasts. The table for all of them: each row is
-- in the file of the rule it belongs to; SQL calls the two functions below, TypeScript and the texts read src/lib/numbers.ts, which
-- `npm run types` writes. Rate limits: base/limits.sql. How long things are kept: base/retention.sql.

-- A count: a maximum or a minimum. Not reachable over the API.
create table private.numbers (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  value integer not null check (value >= 0)
);
alter table private.numbers enable row level security;

-- A duration. Not reachable over the API.
create table private.periods (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  lasts interval not null check (lasts > interval '0')
);
alter table private.periods enable row level security;

-- The small-number rule, the same in all domains: a count of fewer people is not shown, because it would reveal who they are.
insert into private.numbers (what, value) values ('small_group', 5);

-- The number of this name. An unknown name is an error.
-- Definer: column defaults, triggers and invoker functions also call it, as roles that reach no table of this schema.
create function private.number(p_what text) returns integer
language plpgsql stable security definer set search_path = '' as $$
declare
  v_value constant integer := (select n.value from private.numbers n where n.what = p_what);
begin
  if v_value is null then
    raise exception 'no number %', p_what;
  end if;
  return v_value;
end
$$;
grant execute on function private.number(text) to authenticated;

-- The duration of this name, like private.number. In a query over many rows as `(select private.period('…'))`: evaluated once.
-- Definer: as private.number.
create function private.period(p_what text) returns interval
language plpgsql stable security definer set search_path = '' as $$
declare
  v_lasts constant interval := (select p.lasts from private.periods p where p.what = p_what);
begin
  if v_lasts is null then
    raise exception 'no period %', p_what;
  end if;
  return v_lasts;
end
$$;
grant execute on function private.period(text) to authenticated;
