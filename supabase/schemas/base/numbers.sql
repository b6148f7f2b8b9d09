-- The numbers of rules that are not counted within a window: how many at a time, from how many on, how long something holds.
-- The one place for them: each row stands in the file of the rule it belongs to; SQL asks the two functions below, TypeScript and the texts
-- read src/lib/numbers.ts, which `npm run types` writes. Most within a window: base/limits.sql. How long things are kept: base/retention.sql.

-- How many, or from how many on. Reached over the API by nobody.
create table private.numbers (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  value integer not null check (value >= 0)
);
alter table private.numbers enable row level security;

-- How long something holds. Reached over the API by nobody.
create table private.periods (
  what text primary key check (what ~ '^[a-z_]{1,40}$'),
  lasts interval not null check (lasts > interval '0')
);
alter table private.periods enable row level security;

-- The small-number rule, the same in all domains: what fewer than these have done is not told, or it would tell who.
insert into private.numbers (what, value) values ('small_group', 5);

-- The number of this name. A name that is not in the table is a mistake.
-- Definer: defaults of columns, triggers and invoker functions ask too, as people who reach no table of this schema.
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

-- How long this lasts. Otherwise as private.number. In a query over many rows as `(select private.period('…'))`: asked once.
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
