import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { loadConfig, pgDirOf } from '../../scripts/backend/config.ts';
import {
  attack,
  keyOf,
  links,
  scan,
  superuser,
  tellApart,
  type Pairing,
} from '../support/attacker.ts';
import { CAST } from '../support/cast.ts';
import { signedIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { differentBallots, type Wish } from '../support/different-ballots.ts';
import { building, castInTurn } from '../support/electorate.ts';
import { ask, ballotsOf, close, openVote, receipt } from '../support/polls.ts';

/** The attacker of tests/support/attacker.ts identifies everybody before a poll is closed, and nobody afterwards. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const paperBallots = (ballots: { choices: string[] }[]) => ballots.map(({ choices }) => choices);
const CONTROL = /^[0-9a-f]{12}$/;

/** Closes the poll, counts the paper ballots, and adds the list that residents get to the attacker's knowledge. */
async function counted(vote: Awaited<ReturnType<typeof differentBallots>>, asker: string) {
  await close(at, vote.id);
  if (vote.onPaper.length)
    expect(
      await ask(await at.as(CAST.drobak.consultant), 'count_paper_votes', {
        poll_id: vote.id,
        ballots: paperBallots(vote.onPaper),
      }),
    ).toBe('counted');
  const list = (await ask(await signedIn(at, asker), 'poll_ballots', { poll_id: vote.id })) as {
    control_number: string;
    choices: string[];
  }[];
  expect(list).toHaveLength(vote.truth.size);
  expect(list.filter(({ control_number }) => !CONTROL.test(control_number))).toEqual([]);
  return { ...vote.truth, listed: list.map(({ choices }) => keyOf(choices)) };
}

/** The same pairing over several polls: the sum of its hits, and how many sigmas its correlation is from chance. */
function together(all: Pairing[][], size: number) {
  const sums = new Map<string, { name: string; hits: number; z: number }>();
  for (const { name, rho, hits } of all.flat()) {
    const sum = sums.get(name) ?? { name, hits: 0, z: 0 };
    sum.hits += hits;
    sum.z += (rho * Math.sqrt(size - 1)) / Math.sqrt(all.length);
    sums.set(name, sum);
  }
  return [...sums.values()];
}

/** How many ballots a random order hits in one poll, read from the better end. */
function luckIn(size: number) {
  const order = Array.from({ length: size }, (_, n) => n);
  const hits = Array.from({ length: 2000 }, () => {
    const keys = order.map(() => Math.random());
    const drawn = order.toSorted((a, b) => keys[a]! - keys[b]!);
    const [from, back] = [drawn, drawn.toReversed()];
    return Math.max(...[from, back].map((one) => one.filter((n, at) => n === at).length));
  });
  const mean = hits.reduce((sum, n) => sum + n, 0) / hits.length;
  const spread = hits.reduce((sum, n) => sum + (n - mean) ** 2, 0) / hits.length;
  return { mean, sigma: Math.sqrt(spread) };
}

const ELECTORATES: (Wish & { size: number; votes: number })[] = [
  { size: 6, votes: 24 },
  { size: 12, votes: 12, paper: 1 },
  { size: 40, votes: 3, paper: 12, isChanged: true },
  { size: 200, votes: 1, rule: 'per_person' },
];

describe.each(ELECTORATES)('$votes votes of $size voters', ({ size, votes, ...wish }) => {
  test('leave no order and no value, in any table, that identifies the ballot of a voter', async () => {
    const { id: block, voters } = await building(at, size);
    const all: Awaited<ReturnType<typeof differentBallots>>[] = [];
    for (let n = 0; n < votes; n++) all.push(await differentBallots(at, block, voters, wish));

    // Before closing, the transaction that marks the voter is the one that stores the ballot, and rows lie in the order of
    // voting. An attack that did not find that would prove nothing.
    const early = await scan(at);
    if (!wish.paper) {
      const best = attack(early, all[0]!.truth);
      expect(Math.max(...best.map(({ hits }) => hits))).toBe(size);
      expect(Math.max(...best.map(({ rho }) => Math.abs(rho)))).toBeGreaterThan(0.99);
    }

    const truths = [];
    for (const vote of all) truths.push(await counted(vote, voters[0]!.id));
    const found = await scan(at);
    expect(truths.flatMap((truth) => links(found, truth))).toEqual([]);

    const pairings = together(
      truths.map((truth) => attack(found, truth)),
      size,
    );
    expect(pairings.length).toBeGreaterThan(20);
    // Six sigmas, because there are hundreds of pairings; and four, because the tail of a single poll is long.
    const { mean, sigma } = luckIn(size);
    const luck = 4 + votes * mean + 6 * sigma * Math.sqrt(votes);
    expect(pairings.filter(({ hits, z }) => hits > luck || Math.abs(z) > 6)).toEqual([]);

    if (!wish.paper) return;
    const groups = truths.map((truth, n) =>
      tellApart(found, truth, new Set(all[n]!.onPaper.map((one) => one.n))),
    );
    for (const name of groups[0]!.keys()) {
      const z = groups.reduce((sum, one) => sum + (one.get(name) ?? 0), 0) / Math.sqrt(votes);
      expect(Math.abs(z), `paper told from web by ${name}`).toBeLessThan(6);
    }
  }, 240_000);
});

describe('a ballot', () => {
  const columns = (table: string) =>
    at.sql<{ name: string; type: string }>(
      `select a.attname as name, a.atttypid::regtype::text as type from pg_attribute a
       where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by 1`,
      [table],
    );

  test('holds choices and the hash of a receipt, and nothing about who, how or when', async () => {
    expect((await columns('private.ballots')).map(({ name }) => name)).toEqual([
      'choices',
      'id',
      'receipt_hash',
    ]);
  });

  test('is stored apart from its mark, which has a date and no time', async () => {
    const types = (await columns('private.electors')).map(({ type }) => type);
    expect(types.filter((type) => /^time/.test(type))).toEqual([]);
  });

  test('is written with its mark to two tables and nowhere else, and advances no sequence', async () => {
    const { id: block, voters } = await building(at, 3);
    const { id, options } = await openVote(at, { block_id: block });
    const cast = (voter: number) =>
      castInTurn(at, id, [
        { person: voters[voter]!.id, choices: [options[0]!], receipt: receipt() },
      ]);
    await cast(0);
    const state = async () => {
      const sequences = await at.sql<{ name: string; last: string }>(
        `select format('%I.%I', schemaname, sequencename) as name, last_value::text as last from pg_sequences`,
      );
      const tables = (await scan(at)).map(
        ({ table, rows }) => [table, JSON.stringify(rows, written)] as const,
      );
      return new Map([...sequences.map((one) => [one.name, one.last] as const), ...tables]);
    };
    const before = await state();
    await cast(1);
    const changed = [...(await state())].filter(([name, now]) => before.get(name) !== now);
    expect(
      changed.map(([name]) => name.replace(/ballots.*/, 'ballots').replaceAll('"', '')),
    ).toEqual(['private.ballots', 'private.electors']);
  });

  test('of a changed vote looks like any other, and nothing of the first choice remains', async () => {
    const { id: block, voters } = await building(at, 12);
    const vote = await differentBallots(at, block, voters, { isChanged: true });
    await counted(vote, voters[0]!.id);
    const rows = await at.sql<{ choices: string[]; receipt_hash: unknown }>(
      'select * from private.ballots_in($1)',
      [vote.id],
    );
    expect(rows.map(({ choices }) => keyOf(choices)).toSorted()).toEqual(
      [...vote.truth.ballots.keys()].toSorted(),
    );
  });
});

/** All rows except their lock marks: everybody who votes locks the poll itself. */
const written = (key: string, value: unknown) => (key === '#xmax' ? undefined : value);

describe('the files of the database', () => {
  const files = async (poll: string) => {
    const root = await superuser(at);
    const { rows } = await root.query<{ file: string }>('select pg_relation_filepath($1) as file', [
      ballotsOf(poll),
    ]);
    await root.end();
    const folder = pgDirOf({
      dataDir: inject('databaseFolder'),
      config: loadConfig(inject('databaseFolder')),
      log: () => {},
    });
    return rows.map(({ file }) => path.join(folder, file));
  };
  const checkpoint = async () => {
    const root = await superuser(at);
    await root.query('checkpoint');
    await root.end();
  };

  test.each([0, 4])(
    'hold the ballots once, from one transaction, with %i on paper',
    async (paper) => {
      const { id: block, voters } = await building(at, 24);
      const vote = await differentBallots(at, block, voters, { paper, isChanged: true });
      const [old] = await files(vote.id);
      await checkpoint();
      const seen = tuplesOf(old!);
      expect(new Set(seen.map(({ xmin }) => xmin)).size).toBeGreaterThan(20);

      await counted(vote, voters[0]!.id);
      const [fresh] = await files(vote.id);
      await checkpoint();
      expect(fresh).not.toBe(old);
      expect(fs.existsSync(old!) ? fs.statSync(old!).size : 0).toBe(0);
      const left = tuplesOf(fresh!);
      expect(left).toHaveLength(24);
      expect(new Set(left.map(({ xmin }) => xmin)).size).toBe(1);
      expect(left.filter(({ xmax }) => xmax !== 0)).toEqual([]);
    },
  );
});

/** The rows in the file of a table as they are on the disk, including dead ones. */
function tuplesOf(file: string): { xmin: number; xmax: number }[] {
  const bytes = fs.readFileSync(file);
  const tuples = [];
  for (let page = 0; page < bytes.length; page += 8192)
    for (let item = page + 24; item < page + bytes.readUInt16LE(page + 12); item += 4) {
      const line = bytes.readUInt32LE(item);
      if (line >>> 17 === 0) continue;
      const tuple = page + (line & 0x7fff);
      tuples.push({ xmin: bytes.readUInt32LE(tuple), xmax: bytes.readUInt32LE(tuple + 4) });
    }
  return tuples;
}
