import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  listLater,
  listUpcomingSessions,
} from '../../src/domains/activities/activity-lists.server.ts';
import {
  listFields,
  listPublicDates,
} from '../../src/domains/activities/calendar/calendar.server.ts';
import { laterBegins } from '../../src/domains/activities/schedule.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { addBuildings, addDates } from '../support/many-dates.ts';

/**
 * The cost of a page must not grow with the number of buildings. Two databases, one with the demo data and one with 1000 buildings
 * more, get the same requests about the same building in turns, so that the machine is equally busy for both.
 */

const BUILDINGS = 1000;
const ROUNDS = 60;
/** Times vary; a query that reads other buildings is 10 to 1000 times slower. */
const ALLOWED = 1.5;

const now = new Date();
const from = new Date(now.getTime() - 15 * 86_400_000);
const to = new Date(now.getTime() + 27 * 86_400_000);
const urlOf = (id: string) => `https://bomiljo.example/${id}`;

const questions: Record<string, (db: Db, blockId: string) => Promise<unknown>> = {
  list: (db, id) =>
    Promise.all([
      listUpcomingSessions(db, id, { limit: 300, now, until: laterBegins(now) }),
      listLater(db, id, laterBegins(now), { limit: 40 }),
    ]),
  calendar: (db, id) => listFields(db, id, { from, to }),
  feed: (db, id) => listPublicDates(db, id, { now, urlOf }),
};

let one: TestDb;
let many: TestDb;
beforeAll(async () => {
  [one, many] = [await testDatabase(), await testDatabase()];
  for (const db of [one, many]) await addDates(db, 'drobakgata-1', 500);
  await addBuildings(many, BUILDINGS);
  await one.sql('vacuum analyze');
});
afterAll(() => Promise.all([one?.close(), many?.close()]));

const blockId = async (db: TestDb) =>
  (await db.sql<{ id: string }>(`select id from public.blocks where slug = 'drobakgata-1'`))[0]!.id;

const askers: Record<string, (db: TestDb) => Promise<Db>> = {
  'nobody signed in': (db) => Promise.resolve(db.anonymous()),
  'a resident': (db) => db.as(CAST.drobak.resident),
  'the consultant': (db) => db.as(CAST.drobak.consultant),
  'the landlord': (db) => db.as(CAST.landlord),
};

/** How the big tables have been read: by a full scan, or by the intended index. */
async function scans(db: TestDb) {
  const [row] = await db.sql<{ whole: number; index: number }>(
    `select (select sum(seq_tup_read)::integer from pg_stat_user_tables
        where relname in ('activities', 'activity_sessions')) as whole,
      (select idx_scan::integer from pg_stat_user_indexes where indexrelname = 'activity_sessions_coming_idx') as index`,
  );
  return row!;
}

/** The database counts with some seconds' delay; an index that is not used is never counted. */
async function readSince(db: TestDb, before: Awaited<ReturnType<typeof scans>>) {
  await expect
    .poll(async () => (await scans(db)).index, { timeout: 15_000 })
    .toBeGreaterThan(before.index);
  return (await scans(db)).whole - before.whole;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

for (const [name, ask] of Object.entries(questions))
  test.each(Object.entries(askers))(`the ${name} costs the same for %s`, async (_who, asker) => {
    const sides = await Promise.all(
      [one, many].map(async (db) => ({ db: await asker(db), id: await blockId(db) })),
    );
    const before = await scans(many);
    const times: number[][] = [[], []];
    for (let round = -5; round < ROUNDS; round++)
      for (const [i, { db, id }] of sides.entries()) {
        const begin = performance.now();
        await ask(db, id);
        if (round >= 0) times[i]!.push(performance.now() - begin);
      }
    const [small, large] = times.map(median) as [number, number];
    const ratio = large / small;
    const ms = (time: number) => `${time.toFixed(1)} ms`;
    console.log(`${name} for ${_who}: ${ms(small)} -> ${ms(large)}, ratio ${ratio.toFixed(2)}`);
    expect(ratio).toBeLessThanOrEqual(ALLOWED);
    expect(await readSince(many, before), 'rows of other buildings that were read').toBe(0);
  });
