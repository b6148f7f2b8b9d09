import { afterAll, beforeAll, expect, test } from 'vitest';
import { findWeek, listWaiting } from '../../src/domains/desk/desk.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { addCases } from '../support/many-cases.ts';
import { addBuildings } from '../support/many-dates.ts';

/**
 * The home page of the desk of one building (2 000 cases, of them 200 open and 80 to send on, 600 waiting proposals, 500 failed
 * messages) must cost the same among 100 such buildings as alone. Requests are sent in turns, so that the machine is equally busy for both.
 */

const ROUNDS = 60;
const ALLOWED = 1.5;
const sides: { db: TestDb; desk: Db; blockId: string }[] = [];

async function side(buildings: number) {
  const db = await testDatabase();
  await addCases(db, buildings * 2000);
  if (buildings > 1) await addBuildings(db, 1000);
  const [block] = await db.sql<{ id: string }>(
    `select id from public.blocks where slug = 'mange-1'`,
  );
  await db.sql(
    `insert into public.memberships (person_id, role, block_id) select id, 'consultant', $1 from auth.users where email = $2`,
    [block!.id, CAST.drobak.consultant],
  );
  await db.sql(
    `insert into public.proposals (id, block_id, title, body, kind)
     select gen_random_uuid(), b.id, 'Idé', repeat('Mer om den. ', 40), 'social'
     from public.blocks b, generate_series(1, 600) where b.slug like 'mange-%'`,
  );
  await db.sql(
    `with m as (insert into public.outbox_messages (channel, kind, payload, status, person_id, finished_at)
       select 'email', 'personal', '{}', 'failed', p.id, now() - make_interval(mins => n)
       from (select id from public.people limit 1) p, generate_series(1, 500) n
       returning id, person_id),
     n as (insert into public.notifications (person_id, block_id, kind, subject, proposal_id)
       select m.person_id, $1, 'proposal_approved', m.id::text, (select id from public.proposals where block_id = $1 limit 1) from m
       returning id, subject, person_id)
     insert into private.deliveries (notification_id, person_id, channel, due_at, message_id)
     select n.id, n.person_id, 'email', now(), n.subject::uuid from n`,
    [block!.id],
  );
  await db.sql('vacuum analyze');
  sides.push({ db, desk: await db.as(CAST.drobak.consultant), blockId: block!.id });
}

beforeAll(async () => {
  await side(1);
  await side(100);
}, 900_000);
afterAll(() => Promise.all(sides.map(({ db }) => db.close())), 60_000);

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

test.each(Object.entries({ waiting: listWaiting, week: findWeek }))(
  'the desk (%s) of one building costs the same among 100',
  async (name, ask) => {
    const times: number[][] = [[], []];
    for (let round = -5; round < ROUNDS; round++)
      for (const [i, { desk, blockId }] of sides.entries()) {
        const begin = performance.now();
        await ask(desk, blockId);
        if (round >= 0) times[i]!.push(performance.now() - begin);
      }
    const [alone, among] = times.map(median) as [number, number];
    const ratio = among / alone;
    console.log(
      `${name}: ${alone.toFixed(1)} -> ${among.toFixed(1)} ms, ratio ${ratio.toFixed(2)}`,
    );
    expect(ratio).toBeLessThanOrEqual(ALLOWED);
  },
);
