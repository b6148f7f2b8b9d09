import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAssignment, listAssignees } from '../../src/domains/reports/desk/assignees.server.ts';
import {
  queueFilter,
  reportSorts,
  type QueueFilter,
} from '../../src/domains/reports/desk/queue.ts';
import { findBeside, listQueue } from '../../src/domains/reports/desk/queue.server.ts';
import {
  findReport,
  listSimilar,
  listTransitions,
} from '../../src/domains/reports/reports.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { addCases } from '../support/many-cases.ts';

/**
 * The cost of the landlord's desk and the duplicate look-up must not grow with the number of cases: two databases with 1 000 and
 * with 1 000 000 cases get the same requests in turns, so that the machine is equally busy for both.
 */

const [FEW, MANY] = [1_000, 1_000_000];
const ROUNDS = 40;
const ALLOWED = 1.5;
/** Filters without an index for the order: of a million, up to 1 000 are searched; of a thousand, the few that match. */
const searches =
  /of (an assignee|nobody), (changed|affected|deadline)|late and urgent|for an answer/;
const ALLOWED_SEARCH = 4;

interface Side {
  test: TestDb;
  landlord: Db;
  resident: Db;
  /** An open case in the middle of the queue. */
  case: { number: number; block_id: string; place_id: string; thing: 'light' };
  assignee: string;
}
const sides: Side[] = [];

beforeAll(async () => {
  for (const count of [FEW, MANY]) {
    const db = await testDatabase();
    const begin = performance.now();
    await addCases(db, count);
    console.log(`${count} cases made in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
    const [middle] = await db.sql<Side['case']>(
      `select number::integer, block_id, place_id, thing from public.reports where is_open and thing = 'light' and number > 1000000
       order by number offset (select count(*) / 2 from public.reports where is_open and thing = 'light' and number > 1000000) limit 1`,
    );
    const [assignee] = await db.sql<{ id: string }>(
      'select assignee_id as id from public.report_assignments where is_open and assignee_id is not null order by number limit 1',
    );
    const landlord = await db.as(CAST.landlord);
    const resident = await db.as(CAST.drobak.resident);
    sides.push({ test: db, landlord, resident, case: middle!, assignee: assignee!.id });
  }
}, 900_000);
afterAll(() => Promise.all(sides.map((side) => side.test.close())), 60_000);

const filter = (query: string) => queueFilter(new URLSearchParams(query));
const queue = (query: (side: Side) => string) => (side: Side) =>
  listQueue(side.landlord, filter(query(side)));

/** A page a quarter into the queue. */
const deep = (sort: string) => {
  const starts = new Map<Side, QueueFilter['after']>();
  return async (side: Side) => {
    if (!starts.has(side)) {
      const order = { oldest: 'created_at', newest: 'created_at desc', changed: 'status_changed_at desc',
        affected: 'affected_count desc', deadline: `coalesce(expected_by, '9999-12-31')` }[sort]; // prettier-ignore
      const down = order!.endsWith('desc') ? 'desc' : '';
      const [row] = await side.test.sql<{ number: string }>(
        `select number from public.reports where is_open order by ${order}, number ${down}
         offset (select count(*) / 4 from public.reports where is_open) limit 1`,
      );
      starts.set(side, { number: Number(row!.number) });
    }
    return listQueue(side.landlord, { ...filter(`sorter=${sort}`), after: starts.get(side) });
  };
};

const questions: Record<string, (side: Side) => Promise<unknown>> = {
  ...Object.fromEntries(
    reportSorts.flatMap((sort) => [
      [`queue, ${sort}`, queue(() => `sorter=${sort}`)],
      [`queue, ${sort}, deep`, deep(sort)],
      [
        `queue of a building, ${sort}`,
        queue((side) => `gard=${side.case.block_id}&sorter=${sort}`),
      ],
      [`queue of an assignee, ${sort}`, queue((side) => `hvem=${side.assignee}&sorter=${sort}`)],
      [`queue of nobody, ${sort}`, queue(() => `hvem=ingen&sorter=${sort}`)],
    ]),
  ),
  'queue, late and urgent': queue(() => 'bare=late&bare=urgent'),
  'queue, waiting for an answer': queue(() => 'bare=awaiting'),
  'queue, one thing, newest': queue(() => 'hva=light&sorter=newest'),
  'queue, waiting, last changed': queue(() => 'status=waiting&sorter=changed'),
  'queue, all, older than 30 days, newest': queue(() => 'status=all&alder=30&sorter=newest'),
  'queue, closed': queue(() => 'status=closed'),
  'queue, a narrow choice': queue(
    (side) => `status=all&gard=${side.case.block_id}&hva=light&sorter=changed`,
  ),
  'case page': async ({ landlord, case: { number } }) => {
    const report = await findReport(landlord, null, String(number));
    return Promise.all([
      listTransitions(landlord, report!.status, 'landlord'),
      listAssignees(landlord),
      findAssignment(landlord, report!.id),
      findBeside(landlord, filter(''), number, 'before'),
      findBeside(landlord, filter(''), number, 'after'),
    ]);
  },
  'duplicates, for the landlord': ({ landlord, case: { place_id, thing } }) =>
    listSimilar(landlord, place_id, thing, new Date()),
  'duplicates, for a resident': ({ resident, case: { place_id, thing } }) =>
    listSimilar(resident, place_id, thing, new Date()),
};

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
const ms = (time: number) => `${time.toFixed(1)} ms`;

test.each(Object.entries(questions))('%s', async (name, ask) => {
  const times: number[][] = [[], []];
  for (let round = -5; round < ROUNDS; round++)
    for (const [i, side] of sides.entries()) {
      const begin = performance.now();
      await ask(side);
      if (round >= 0) times[i]!.push(performance.now() - begin);
    }
  const [few, many] = times.map(median) as [number, number];
  console.log(`${name}: ${ms(few)} -> ${ms(many)}, ratio ${(many / few).toFixed(2)}`);
  expect(many / few).toBeLessThanOrEqual(searches.test(name) ? ALLOWED_SEARCH : ALLOWED);
});
