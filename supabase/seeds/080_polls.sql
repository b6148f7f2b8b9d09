-- DEMO DATA. An open and a closed vote per building. Votes come from flats where nobody of the cast lives.
create function pg_temp.id(p_name text) returns uuid language sql as $$ select md5('bomiljo-demo/' || p_name)::uuid $$;
create function pg_temp.day(p_days integer, p_clock time) returns timestamptz language sql as $$
  select (private.today() + p_days + p_clock) at time zone 'Europe/Oslo'
$$;
-- options: [{"title": …, "body": …, "cost": …, "proposal": …, "votes": …}, …]. These include the votes on paper.
create function pg_temp.poll(
  p_block text, p_name text, p_opened integer, p_closes integer, p_title text, p_body text, p_decides text,
  p_afterwards text, p_budget integer, p_options jsonb, p_paper integer default 0
) returns void language plpgsql as $$
declare
  v_id uuid := pg_temp.id(p_block || '/poll/' || p_name);
begin
  insert into public.polls (id, block_id, title, body, decides, afterwards, kind, winner_count, budget_nok, rule, closes_at, created_at)
  values (v_id, pg_temp.id(p_block), p_title, p_body, p_decides, p_afterwards, 'single', 1, p_budget, 'per_flat',
    pg_temp.day(p_closes, '20:00'), pg_temp.day(p_opened - 21, '13:00'));
  insert into public.poll_options (poll_id, block_id, position, title, body, cost_nok, proposal_id)
  select v_id, pg_temp.id(p_block), n, o ->> 'title', o ->> 'body', (o ->> 'cost')::integer,
    pg_temp.id(p_block || '/proposal/' || (o ->> 'proposal'))
  from jsonb_array_elements(p_options) with ordinality e (o, n);
  insert into public.poll_phases (poll_id, block_id, phase, owner, ends_on)
  select v_id, pg_temp.id(p_block), f.phase, f.owner, private.today() + f.days
  from (values
    ('ideas'::public.poll_phase, 'residents'::public.phase_owner, p_opened - 14), ('check', 'landlord', p_opened - 7),
    ('questions', 'consultant', p_opened - 1), ('vote', 'residents', p_closes), ('decision', 'consultant', p_closes + 14),
    ('work', 'consultant', p_closes + 60), ('done', 'consultant', p_closes + 74)
  ) f (phase, owner, days);
  perform private.start_voting(v_id, pg_temp.day(p_opened, '10:00'));
  execute format('insert into private.%I (choices, receipt_hash)
    select array[po.id], extensions.gen_random_bytes(32)
    from jsonb_array_elements($2) with ordinality e (o, n)
    join public.poll_options po on po.poll_id = $1 and po.position = n, generate_series(1, (o ->> ''votes'')::integer)
    order by random()', private.ballots_of(v_id)) using v_id, p_options;
  update private.electors e set used_on = private.today() + p_opened, way = case when u.n <= p_paper then 'paper' else 'web' end::public.vote_way
  from (
    select x.id, row_number() over (order by random()) as n from private.electors x
    where x.poll_id = v_id and x.flat_id not in (select m.flat_id from public.memberships m where m.flat_id is not null)
  ) u
  where e.id = u.id and u.n <= (select count(*) from private.ballots_in(v_id));
  if p_closes <= 0 then
    perform private.settle_polls(array[v_id]);
    update public.polls set counted_at = closed_at where id = v_id and counted_at is null;
  end if;
end
$$;

select pg_temp.poll('drobakgata-1', 'corner', -4, 5, 'Hva vil vi ha i hjørnet ved sandkassa?',
  'Hjørnet har stått tomt siden i fjor. Her er tre forslag vi har funnet pris på.',
  'Dere velger hva pengene skal gå til. Bomiljøkonsulenten bestiller det som får flest stemmer.',
  'Vi bestiller innen to uker etter at avstemningen er over, og skriver her når det kommer.', 25000,
  '[{"title": "Blomsterkasser langs veggen", "body": "Kasser med blomster og litt krydder som alle kan plukke av.", "cost": 12000, "proposal": "flowers", "votes": 4},
    {"title": "Bordtennisbord ute", "body": "Tåler regn. Vi låner ut rekkerter og baller på kontoret.", "cost": 18000, "votes": 3},
    {"title": "En huske til", "body": "Med plass til to, ved siden av den vi har.", "cost": 25000, "votes": 2}]');
select pg_temp.poll('drobakgata-1', 'yard', -60, -46, 'Hva ønsker vi oss først i gårdsrommet?', null,
  'Dere velger hva vi kjøper først. Bomiljøkonsulenten bestiller.',
  'Det som får flest stemmer, bestilles med en gang. Resten kan komme med i neste avstemning.', 15000,
  '[{"title": "En benk i gårdsrommet", "body": "En solid benk ved sandkassa.", "cost": 9000, "proposal": "bench", "votes": 9},
    {"title": "Sykkelstativ", "body": "Plass til ti sykler.", "cost": 11000, "votes": 4},
    {"title": "Kasse med uteleker", "body": "Baller, tau og spader, med lås.", "cost": 6000, "votes": 2}]');

select pg_temp.poll('stovner-senter', 'course', -3, 5, 'Hvilket kurs starter vi neste gang?',
  'Vi har plass til ett nytt kurs på Værestedet. Kurset er gratis.',
  'Dere velger kurset. De ansatte på Værestedet finner kursleder og dager.',
  'Kurset legges ut under Hva skjer, og da kan alle melde seg på.', 8000,
  '[{"title": "Strikkekafé", "body": "En fast ettermiddag med garn og kaffe. Ingen må kunne noe fra før.", "cost": 3000, "proposal": "knitting", "votes": 14},
    {"title": "Gitar for nybegynnere", "body": "Vi har seks gitarer til utlån på kurset.", "cost": 8000, "votes": 11},
    {"title": "Lag mat fra tre land", "body": "Tre kvelder på kjøkkenet, og vi spiser sammen.", "cost": 6500, "votes": 17}]');
select pg_temp.poll('stovner-senter', 'trip', -50, -40, 'Hvor skal neste tur gå?', null,
  'Dere velger turmålet. De ansatte på Værestedet ordner reisen.',
  'Turen legges ut under Hva skjer, med påmelding.', 10000,
  '[{"title": "Hovedøya", "body": "Båttur, niste og kaffe. Lett å gå.", "cost": 4000, "proposal": "island-trip", "votes": 38},
    {"title": "Oscarsborg", "body": "Båt til festningen, omvisning og is.", "cost": 9500, "votes": 26},
    {"title": "Losby", "body": "Buss, bål og en rundtur på tre kilometer.", "cost": 5000, "votes": 11}]', 12);
