-- DEMO DATA. What came of the votes: one is done, one is in progress and late, another is the landlord's and in progress.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.day(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() + p_days + p_clock) at time zone 'Europe/Oslo'
$$;
-- An update, p_days ago, and the status since then.
create function pg_temp.said(
  p_poll text, p_days integer, p_role public.phase_owner, p_status public.follow_up_status, p_body text, p_next integer,
  p_because text, p_cost integer
) returns void language plpgsql as $$
declare
  v_old public.follow_ups;
  v_at timestamptz := pg_temp.day(p_days, '13:30');
begin
  select * into strict v_old from public.follow_ups f where f.poll_id = pg_temp.id(p_poll);
  insert into public.follow_up_updates
    (id, poll_id, block_id, author_role, status, body, next_on, promised_on, delayed_because, cost_nok, created_at)
  values (pg_temp.id(p_poll || '/update/' || p_days), v_old.poll_id, v_old.block_id, p_role, p_status, p_body,
    private.today() + p_next, v_old.next_on, p_because, p_cost, v_at);
  update public.follow_ups f
  set status = p_status, body = p_body, next_on = private.today() + p_next, delayed_because = p_because, cost_nok = p_cost,
    updated_at = v_at, decision = case when v_old.status = 'decision' and p_status <> 'decision' then p_body else f.decision end,
    closed_at = case when p_next is null then v_at end
  where f.poll_id = v_old.poll_id;
end
$$;
create function pg_temp.milestone(p_poll text, p_title text, p_due integer, p_done integer) returns void language sql as $$
  insert into public.follow_up_milestones (id, poll_id, block_id, title, due_on, done_on)
  select pg_temp.id(p_poll || '/' || p_title), f.poll_id, f.block_id, p_title, private.today() + p_due, private.today() + p_done
  from public.follow_ups f where f.poll_id = pg_temp.id(p_poll)
$$;

update public.follow_ups set created_at = pg_temp.day(-46, '20:05'), next_on = private.today() - 39
where poll_id = pg_temp.id('drobakgata-1/poll/yard');
select pg_temp.said('drobakgata-1/poll/yard', -42, 'consultant', 'work',
  'Benken er bestilt. Den skal stå ved sandkassa.', -20, null, null);
select pg_temp.said('drobakgata-1/poll/yard', -21, 'consultant', 'work',
  'Benken kommer senere enn vi trodde.', -10, 'Butikken hadde ikke flere på lager.', 9000);
select pg_temp.said('drobakgata-1/poll/yard', -12, 'consultant', 'done',
  'Benken står på plass ved sandkassa. Takk til dere som bar og skrudde! Sykkelstativ kan komme med neste gang.', null, null, 9400);
select pg_temp.milestone('drobakgata-1/poll/yard', 'Bestille benken', -42, -42);
select pg_temp.milestone('drobakgata-1/poll/yard', 'Benken leveres', -20, -13);
select pg_temp.milestone('drobakgata-1/poll/yard', 'Skru sammen, dugnad', -12, -12);

update public.follow_ups set created_at = pg_temp.day(-40, '20:05'), next_on = private.today() - 33
where poll_id = pg_temp.id('stovner-senter/poll/trip');
select pg_temp.said('stovner-senter/poll/trip', -35, 'consultant', 'work',
  'Turen går til Hovedøya. Vi finner en dag som passer.', -14, null, null);
select pg_temp.said('stovner-senter/poll/trip', -14, 'consultant', 'work',
  'Vi tar turen når båtene går oftere.', -3, 'Båten var full den dagen vi hadde tenkt.', 1200);
select pg_temp.milestone('stovner-senter/poll/trip', 'Velge dag', -14, null);
select pg_temp.milestone('stovner-senter/poll/trip', 'Bestille niste og kaffe', 10, null);

-- A vote whose follow-up the landlord owns.
insert into public.polls (id, block_id, title, decides, afterwards, kind, rule, closes_at, created_at) values (
  pg_temp.id('drobakgata-1/poll/cellar'), pg_temp.id('drobakgata-1'), 'Skal vi be om nye lys i kjelleren?',
  'Dere sier hva dere ønsker. Boligbygg eier kjelleren og bestemmer.', 'Boligbygg svarer her på hva som blir gjort.', 'yes_no', 'per_flat',
  pg_temp.day(-25, '20:00'), pg_temp.day(-50, '13:00'));
insert into public.poll_options (poll_id, block_id, position, title, stance)
select pg_temp.id('drobakgata-1/poll/cellar'), pg_temp.id('drobakgata-1'), o.n, o.title, o.stance
from (values (1, 'Ja', 'yes'::public.poll_stance), (2, 'Nei', 'no'), (3, 'Avstår', 'abstain')) o (n, title, stance);
insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on) values
  (pg_temp.id('drobakgata-1/poll/cellar'), pg_temp.id('drobakgata-1'), 'vote', 'residents', private.today() - 25),
  (pg_temp.id('drobakgata-1/poll/cellar'), pg_temp.id('drobakgata-1'), 'decision', 'landlord', private.today() - 11);
select private.start_voting(pg_temp.id('drobakgata-1/poll/cellar'), pg_temp.day(-35, '10:00'));
do $$
begin
  execute format('insert into private.%I (choices, receipt_hash)
    select array[o.id], extensions.gen_random_bytes(32)
    from public.poll_options o, generate_series(1, case o.stance when ''yes'' then 11 when ''no'' then 2 else 1 end)
    where o.poll_id = $1 order by random()', private.ballots_of(pg_temp.id('drobakgata-1/poll/cellar')))
    using pg_temp.id('drobakgata-1/poll/cellar');
end
$$;
update private.electors e set used_on = private.today() - 30, way = 'web' where e.id in (
  select x.id from private.electors x
  where x.poll_id = pg_temp.id('drobakgata-1/poll/cellar')
    and x.flat_id not in (select m.flat_id from public.memberships m where m.flat_id is not null)
  order by random() limit 14);
select private.settle_polls(array[pg_temp.id('drobakgata-1/poll/cellar')]);
update public.follow_ups set created_at = pg_temp.day(-25, '20:05') where poll_id = pg_temp.id('drobakgata-1/poll/cellar');
select pg_temp.said('drobakgata-1/poll/cellar', -12, 'landlord', 'work',
  'Vi bytter lysene i kjellergangen. De i bodene venter til neste år.', 12, null, 3500);
select pg_temp.milestone('drobakgata-1/poll/cellar', 'Elektriker ser på kjelleren', -6, -6);
select pg_temp.milestone('drobakgata-1/poll/cellar', 'Nye lys i kjellergangen', 10, null);
select pg_temp.milestone('drobakgata-1/poll/cellar', 'Rydde etter arbeidet', null, null);

-- The notifications of the demo were written just now; this moves them to the days of their votes.
update public.notifications n set created_at = case n.kind when 'poll_opened' then p.opened_at else p.counted_at end
from public.polls p where p.id = n.poll_id and n.kind in ('poll_opened', 'poll_counted');
