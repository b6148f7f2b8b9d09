-- The pulse: once a month a resident may answer "how is it to live here now?" with one of three smileys. Stored are three numbers
-- per building and month, and a hash, with the month's own salt, of who has answered. No row connects an answer to a person.

-- The fewest answers of a month from which anything is published.
insert into private.numbers (what, value) values ('pulse_answers', 10);

-- The answers of a month. No salt: the month is over and waits to be counted. An answer cannot be changed, because the old one is not known.
-- Somebody with the database files can pair an answer with a hash through their transaction until the next night: then both tables
-- are rewritten in random order and the old files are removed (rewrite_pulse). When the month is over, hashes and salts are deleted too.
create table private.pulse_months (
  block_id uuid not null references public.blocks on delete cascade,
  month date not null check (extract(day from month) = 1),
  salt bytea default extensions.gen_random_bytes(32),
  good integer not null default 0,
  ok integer not null default 0,
  bad integer not null default 0,
  primary key (block_id, month)
);
alter table private.pulse_months enable row level security;

-- Who has answered this month, as hashes.
create table private.pulse_marks (
  block_id uuid not null references public.blocks on delete cascade,
  month date not null,
  mark bytea not null,
  primary key (block_id, month, mark)
);
alter table private.pulse_marks enable row level security;

-- The day of the last rewrite; one row.
create table private.pulse_rewrites (
  is_only boolean primary key default true check (is_only),
  rewritten_on date not null
);
alter table private.pulse_rewrites enable row level security;
insert into private.pulse_rewrites (rewritten_on) values ('2026-01-01') on conflict do nothing;

-- The current month in Oslo, as its first day. Granted to nobody.
create function private.this_month() returns date
language sql stable set search_path = '' as $$ select date_trunc('month', private.today())::date $$;

create type public.pulse_state as enum ('ask', 'answered', 'not_asked');

-- Whether I am asked in this building: I am a resident, the building asks, and I have not answered this month.
-- Definer: looks up my own hash, which no role may read.
-- API: authenticated
create function private.pulse_state(p_block_id uuid) returns public.pulse_state
language sql stable security definer set search_path = '' as $$
  select case
    when not private.has_role(p_block_id, '{resident}') or not exists (select from public.blocks b where b.id = p_block_id and b.asks_pulse)
      then 'not_asked'
    when exists (
      select from private.pulse_months p
      join private.pulse_marks k on k.block_id = p.block_id and k.month = p.month
        and k.mark = sha256(p.salt || convert_to((select auth.uid())::text, 'UTF8'))
      where p.block_id = p_block_id and p.month = private.this_month()
    ) then 'answered'
    else 'ask' end::public.pulse_state
$$;

create type public.pulse_answer as enum ('good', 'ok', 'bad');
create type public.pulse_outcome as enum ('thanks', 'answered_already', 'not_asked');

-- Stores my answer of this month: the first one counts. Locks the row of the month, so that two phones at once count once.
-- Definer: writes numbers and hashes that no role may read or write.
-- API: authenticated
create function private.answer_pulse(p_block_id uuid, p_answer public.pulse_answer) returns public.pulse_outcome
language plpgsql security definer set search_path = '' as $$
declare
  v_month constant date := private.this_month();
  v_salt bytea;
begin
  if p_answer is null or private.pulse_state(p_block_id) = 'not_asked' then
    return 'not_asked';
  end if;
  insert into private.pulse_months (block_id, month) values (p_block_id, v_month) on conflict (block_id, month) do nothing;
  select p.salt into v_salt from private.pulse_months p where p.block_id = p_block_id and p.month = v_month for update;
  if v_salt is null then
    return 'not_asked'; -- it was the last second of the month
  end if;
  insert into private.pulse_marks (block_id, month, mark)
  values (p_block_id, v_month, sha256(v_salt || convert_to((select auth.uid())::text, 'UTF8')))
  on conflict (block_id, month, mark) do nothing;
  if not found then
    return 'answered_already';
  end if;
  update private.pulse_months p
  set good = p.good + (p_answer = 'good')::integer, ok = p.ok + (p_answer = 'ok')::integer, bad = p.bad + (p_answer = 'bad')::integer
  where p.block_id = p_block_id and p.month = v_month;
  return 'thanks';
end
$$;

-- What is shown of a month's answers: below `pulse_answers` only that they were few. From then on how many answered, and the three answers
-- when each is of a small group; else two neighbouring answers together, so that both parts are; where that is not possible, no answer.
-- Granted to nobody, like the next one.
create function private.pulse_told(p_good integer, p_ok integer, p_bad integer) returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  with few as (
    select private.number('pulse_answers') as answers, private.number('small_group') as one_answer
  ), p as (
    select p_good as good, p_ok as ok, p_bad as bad, p_good + p_ok + p_bad as answers, case
      when p_good + p_ok + p_bad < few.answers then 'none'
      when least(p_good, p_ok, p_bad) >= few.one_answer then 'all'
      when least(p_good, p_ok + p_bad) >= few.one_answer then 'good'
      when least(p_good + p_ok, p_bad) >= few.one_answer then 'bad'
      else 'none' end as told
    from few
  )
  select 'pulse_answers'::public.figure_metric, (case when p.answers >= few.answers then p.answers end)::numeric from p, few
  union all select 'pulse_good', p.good from p where p.told in ('all', 'good')
  union all select 'pulse_ok', p.ok from p where p.told = 'all'
  union all select 'pulse_bad', p.bad from p where p.told in ('all', 'bad')
  union all select 'pulse_good_or_ok', p.good + p.ok from p where p.told = 'bad'
  union all select 'pulse_ok_or_bad', p.ok + p.bad from p where p.told = 'good'
$$;

-- The same for a stored month; no row: the question was not asked. For count_month.
create function private.pulse_figures(p_block_id uuid, p_month date) returns table (metric public.figure_metric, value numeric)
language sql stable set search_path = '' as $$
  select t.metric, t.value
  from private.pulse_months p cross join lateral private.pulse_told(p.good, p.ok, p.bad) t
  where p.block_id = p_block_id and p.month = p_month
$$;

-- Once a day, as soon as the day changes: rewrites all rows in random order into fresh files; of past months only the numbers stay.
-- Waits at most a second for a lock (a backup may be reading) and otherwise tries again a minute later. Returns whether it was done.
-- Definer: writes tables that no role may write.
create function private.rewrite_pulse() returns boolean
language plpgsql security definer set search_path = '' set lock_timeout = '1s' as $$
declare
  v_months private.pulse_months[];
  v_marks private.pulse_marks[];
begin
  update private.pulse_rewrites r set rewritten_on = private.today() where r.rewritten_on < private.today();
  if not found then
    return false;
  end if;
  lock table private.pulse_months, private.pulse_marks in access exclusive mode;
  v_months := array(select p from private.pulse_months p order by random());
  v_marks := array(select k from private.pulse_marks k where k.month >= private.this_month() order by random());
  truncate private.pulse_months, private.pulse_marks;
  insert into private.pulse_months (block_id, month, salt, good, ok, bad)
  select p.block_id, p.month, case when p.month >= private.this_month() then p.salt end, p.good, p.ok, p.bad from unnest(v_months) p;
  insert into private.pulse_marks select k.* from unnest(v_marks) k;
  return true;
exception when lock_not_available then
  return false;
end
$$;
grant execute on function private.rewrite_pulse() to service_role;

-- Jobs of figures, called by the server. Returns the numbers. The pulse comes last: it locks its tables.
-- Safe to run twice and by several servers at once.
create function public.run_figure_jobs() returns jsonb
language sql set search_path = '' as $$
  select jsonb_build_object('months_counted', private.count_figures(), 'pulse_rewritten', private.rewrite_pulse())
$$;
grant execute on function public.run_figure_jobs() to service_role;
