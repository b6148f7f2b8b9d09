import { afterAll, beforeAll, expect, test } from 'vitest';
import { listFigures } from '../../src/domains/figures/figures.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { addCases } from '../support/many-cases.ts';

/**
 * The page of the figures reads stored numbers: its cost must not grow with the cases of the building. Two databases with 1 000
 * and with 100 000 cases in one building get requests in turns. The cost of counting is printed: it is done once a month.
 */

const [FEW, MANY] = [1_000, 100_000];
const ROUNDS = 40;
const ALLOWED = 1.5;

interface Side {
  test: TestDb;
  admin: Db;
  block: string;
}
const sides: Side[] = [];

beforeAll(async () => {
  for (const count of [FEW, MANY]) {
    const db = await testDatabase();
    await addCases(db, count, count);
    const [block] = await db.sql<{ id: string }>(
      "select id from public.blocks where slug = 'mange-1'",
    );
    const begin = performance.now();
    const [counted] = await db.sql<{ months: number }>('select private.count_figures() as months');
    const took = performance.now() - begin;
    console.log(
      `${count} cases: ${counted!.months} months counted in ${took.toFixed(0)} ms, ${(took / counted!.months).toFixed(1)} ms each`,
    );
    sides.push({ test: db, admin: await db.as(CAST.admin), block: block!.id });
  }
}, 300_000);
afterAll(() => Promise.all(sides.map((side) => side.test.close())), 60_000);

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

test('figures of a building', async () => {
  const times: number[][] = [[], []];
  for (let round = -5; round < ROUNDS; round++)
    for (const [i, { admin, block }] of sides.entries()) {
      const begin = performance.now();
      expect((await listFigures(admin, block)).length).toBe(13);
      if (round >= 0) times[i]!.push(performance.now() - begin);
    }
  const [few, many] = times.map(median) as [number, number];
  console.log(
    `figures: ${few.toFixed(1)} ms -> ${many.toFixed(1)} ms, ratio ${(many / few).toFixed(2)}`,
  );
  expect(many / few).toBeLessThanOrEqual(ALLOWED);
});
