-- DEMO DATA. Votes of the other kinds: a budget and a question that are open, a choice of several that is over, one that was stopped and one
-- that is only shown. Votes come from flats where nobody of the cast lives.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.day(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() + p_days + p_clock) at time zone 'Europe/Oslo'
$$;
-- p_options: [{"title": …, "body": …, "cost": …, "stance": …}, …]. p_ballots: numbers of options on each ballot, [[1], [1, 3], …].
create function pg_temp.vote(
  p_block text, p_name text, p_kind public.poll_kind, p_opened integer, p_closes integer, p_title text, p_decides text, p_afterwards text,
  p_options jsonb, p_ballots jsonb default '[]', p_budget integer default null, p_max integer default null, p_winners integer default null
) returns uuid language plpgsql as $$
declare
  v_id uuid := pg_temp.id(p_block || '/poll/' || p_name);
begin
  insert into public.polls (id, block_id, title, decides, afterwards, kind, max_choices, winner_count, budget_nok, rule, closes_at, created_at)
  values (v_id, pg_temp.id(p_block), p_title, p_decides, p_afterwards, p_kind, p_max, p_winners, p_budget, 'per_flat',
    pg_temp.day(p_closes, '20:00'), pg_temp.day(least(p_opened, 0) - 21, '13:00'));
  insert into public.poll_options (poll_id, block_id, position, title, body, cost_nok, stance)
  select v_id, pg_temp.id(p_block), n, o ->> 'title', o ->> 'body', (o ->> 'cost')::integer, (o ->> 'stance')::public.poll_stance
  from jsonb_array_elements(p_options) with ordinality e (o, n);
  insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on)
  select v_id, pg_temp.id(p_block), f.phase, f.owner, private.today() + f.days
  from (values
    ('ideas'::public.poll_phase, 'residents'::public.phase_owner, p_opened - 14), ('check', 'landlord', p_opened - 7),
    ('questions', 'consultant', p_opened - 1), ('vote', 'residents', p_closes), ('decision', 'consultant', p_closes + 14),
    ('work', 'landlord', p_closes + 60), ('done', 'consultant', p_closes + 74)
  ) f (phase, owner, days);
  if p_opened > 0 then
    update public.polls set status = 'planned' where id = v_id;
    return v_id;
  end if;
  perform private.start_voting(v_id, pg_temp.day(p_opened, '10:00'));
  execute format('insert into private.%I (choices, receipt_hash)
    select array(select o.id from jsonb_array_elements_text(b) c join public.poll_options o on o.poll_id = $1 and o.position = c::integer order by 1),
      extensions.gen_random_bytes(32)
    from jsonb_array_elements($2) b
    order by random()', private.ballots_of(v_id)) using v_id, p_ballots;
  update private.electors e set used_on = private.today() + p_opened, way = 'web'
  where e.id in (
    select x.id from private.electors x
    where x.poll_id = v_id and x.flat_id not in (select m.flat_id from public.memberships m where m.flat_id is not null)
    order by random() limit jsonb_array_length(p_ballots));
  if p_closes <= 0 then
    perform private.settle_polls(array[v_id]);
  end if;
  return v_id;
end
$$;

select pg_temp.vote('drobakgata-1', 'spring', 'budget', -2, 9, 'Hva skal vi bruke våren på?',
  'Dere fordeler pengene. Bomiljøkonsulenten bestiller det som vinner.', 'Vi bestiller innen to uker og skriver her når det kommer.',
  '[{"title": "Utegrill", "body": "En fast grill ved bordet, med aske i egen bøtte.", "cost": 14000},
    {"title": "Lys i porten", "body": "To lamper som tennes når noen kommer.", "cost": 9000},
    {"title": "Jord og frø til kassene", "body": "Nok til alle kassene langs veggen.", "cost": 3500},
    {"title": "Krakker av stokker", "body": "Seks stykker rundt sandkassa.", "cost": 6000}]',
  '[[1], [1, 3], [2, 3, 4], [2, 4], [3]]', 20000);
select pg_temp.vote('drobakgata-1', 'quiet', 'yes_no', -3, 4, 'Skal vi ha stille i bakgården etter klokka 22?',
  'Dere bestemmer. Regelen settes opp på tavla i oppgangene.', 'Blir det ja, gjelder det fra den første i neste måned.',
  '[{"title": "Ja", "stance": "yes"}, {"title": "Nei", "stance": "no"}, {"title": "Avstår", "stance": "abstain"}]',
  '[[1], [1], [2], [3]]');
select pg_temp.vote('drobakgata-1', 'evenings', 'multiple', -40, -30, 'Hvilke kvelder skal vi ha åpent på fellesrommet?',
  'Dere velger to kvelder. Bomiljøkonsulenten låser opp.', 'De to kveldene gjelder ut våren.',
  '[{"title": "Mandag"}, {"title": "Tirsdag"}, {"title": "Torsdag"}, {"title": "Søndag"}]',
  '[[1, 3], [3, 4], [3], [2, 3], [1, 4], [4], [1, 3], [2], [3, 4]]', null, 2, 2);
select pg_temp.vote('stovner-senter', 'sofa', 'single', -9, 12, 'Hvilken sofa kjøper vi til Værestedet?',
  'Dere velger sofaen. De ansatte bestiller.', 'Sofaen kommer omtrent seks uker etter.',
  '[{"title": "Hjørnesofa", "cost": 12000}, {"title": "To små sofaer", "cost": 9500}]', '[]', null, null, 1);
update public.polls set status = 'stopped', stopped_at = now(),
  stop_reason = 'To av prisene var feil. Vi lager en ny avstemning når vi har fått riktige tall.'
where id = pg_temp.id('stovner-senter/poll/sofa');
do $$ begin execute format('drop table private.%I', private.ballots_of(pg_temp.id('stovner-senter/poll/sofa'))); end $$;
select pg_temp.vote('stovner-senter', 'entrance', 'multiple', 6, 20, 'Hva trenger vi i inngangen?',
  'Dere velger inntil to ting. Boligbygg setter dem opp.', 'Boligbygg setter opp det som vinner innen to måneder.',
  '[{"title": "Benk"}, {"title": "Tavle for oppslag"}, {"title": "Bedre lys"}]', '[]', null, 2, 2);
