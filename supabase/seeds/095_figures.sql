-- DEMO DATA. Somebody of the steering group, and fourteen counted months of Drøbakgata 1: made up, so that the page has something to draw.
-- Stovner's months are counted from its demo rows: few, so that much is hidden.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
  confirmation_token, recovery_token, email_change, email_change_token_new
)
select u.instance_id, '00000000-0000-4000-8000-0000000000c1', u.aud, u.role, 'styringsgruppe@drobakgata-1.example', u.encrypted_password, now(),
  u.raw_app_meta_data, u.raw_user_meta_data, now(), now(), '', '', '', ''
from auth.users u where u.email = 'admin@bomiljo.example';
insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select u.id, 'email', u.id::text, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true, 'phone_verified', false),
  now(), now(), now()
from auth.users u where u.email = 'styringsgruppe@drobakgata-1.example';
insert into public.people (id, display_name) values ('00000000-0000-4000-8000-0000000000c1', 'Styringsgruppa');
insert into public.memberships (person_id, role, block_id)
values ('00000000-0000-4000-8000-0000000000c1', 'observer', pg_temp.id('drobakgata-1'));

-- n counts the months back from the last one.
create function pg_temp.things(p_counts jsonb) returns public.report_thing[] language sql as $$
  select array(select t.key::public.report_thing from jsonb_each_text(p_counts) t, generate_series(1, t.value::integer))
$$;
create temp table demo_months as
  select n, (private.last_full_month() - make_interval(months => n))::date as month from generate_series(0, 13) n;
insert into private.figure_months (block_id, month) select pg_temp.id('drobakgata-1'), month from demo_months;
insert into private.figures (block_id, month, metric, thing, value)
select pg_temp.id('drobakgata-1'), d.month, f.metric::public.figure_metric, f.thing, f.value
from demo_months d, lateral (
  select m.metric, null::public.report_thing, m.value::numeric
  from (values
    ('dates_held', 9 + (d.n * 5) % 7), ('attendance', 92 - 4 * d.n + (d.n * 13) % 17), ('signups', 38 - 2 * d.n + (d.n * 7) % 9),
    ('late_cases', case d.n % 4 when 0 then null when 1 then 0 when 2 then 6 else 7 end),
    ('days_to_answer', 1.5 + d.n * 0.3), ('days_to_fixed', 7.5 + (d.n * 4) % 9), ('follow_ups_done', case when d.n % 3 > 0 then 0 end),
    ('votes_counted', case when d.n in (1, 5, 9) then null else 0 end)
  ) m (metric, value)
  union all select 'could_vote', null, 24 where d.n in (1, 5, 9)
  union all select 'voted', null, 17 - d.n where d.n in (1, 5, 9)
  union all select 'new_cases', t.thing, t.value from private.things_told(pg_temp.things(jsonb_build_object(
    'vandalism', 6 + (d.n * 3) % 8, 'pests', 3 + (d.n * 5) % 6, 'light', 5 + d.n % 3, 'door_lock', 2 + d.n % 5, 'leak', 2, 'rubbish', 3))) t
  union all select 'fixed_cases', t.thing, t.value from private.things_told(pg_temp.things(jsonb_build_object(
    'vandalism', 7 + (d.n * 2) % 5, 'pests', 2 + d.n % 4, 'light', 5 + d.n % 4, 'door_lock', 1 + d.n % 5, 'leak', 2))) t
  union all select 'pulse_answers', null, case when d.n < 3 then 19 - d.n end where d.n < 5
  union all select 'pulse_good', null, 7 - d.n where d.n < 2
  union all select 'pulse_ok_or_bad', null, 12 where d.n = 1
  union all select 'pulse_ok', null, 7 where d.n = 0
  union all select 'pulse_bad', null, 5 where d.n = 0
  union all select 'pulse_good_or_ok', null, 11 where d.n = 2
  union all select 'pulse_bad', null, 6 where d.n = 2
) f (metric, thing, value);

update public.blocks set asks_pulse = true where id = pg_temp.id('drobakgata-1');
select private.count_figures();
