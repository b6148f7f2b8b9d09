import pg from 'pg';
import { inject } from 'vitest';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import type { TestDb } from './database.ts';

/**
 * An attacker with the superuser's password and the whole database. They read every table of every schema with the hidden
 * columns of each row, and try to pair voters with ballots by every value that can be ordered or compared. The test knows who
 * voted what; the attack is as good as the best of its pairings.
 */

type Row = Record<string, string | null>;
export type Scan = { table: string; rows: Row[] }[];

/** A connection as the superuser, to the copy of this test file. */
export async function superuser(at: TestDb) {
  const name = new URL(at.databaseUrl).pathname.slice(1);
  const client = new pg.Client({
    connectionString: databaseUrl(loadConfig(inject('databaseFolder')), 'supabase_admin', name),
    types: { getTypeParser: () => (value: string) => value },
  });
  await client.connect();
  return client;
}

/** Every row of every table, with its position and the transactions that wrote and locked it. */
export async function scan(at: TestDb): Promise<Scan> {
  const root = await superuser(at);
  const { rows: tables } = await root.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'test', 'supabase_migrations')
     order by 1`,
  );
  const all: Scan = [];
  for (const { name } of tables) {
    const { rows } = await root.query<Row>(
      `select ctid as "#ctid", xmin as "#xmin", xmax as "#xmax", cmin as "#cmin", t.* from ${name} t`,
    );
    if (rows.length) all.push({ table: name, rows });
  }
  await root.end();
  return all;
}

/** What the test knows: the owner of each key. A key is any text in the database that identifies a voter or a ballot. */
export interface Truth {
  size: number;
  /** Ids of the voter's elector, flat and account. */
  voters: Map<string, number>;
  /** A value that only this voter's ballot has (keyOf). */
  ballots: Map<string, number>;
  /** Ids of the options of this vote. */
  options: Set<string>;
  /** The same in the order of the list that residents are given. */
  listed?: string[];
}

/** The same for the same choices in any order. */
export const keyOf = (choices: string[]) => choices.toSorted().join(',');

/** Values of one column, by the voter whose row has them. */
interface Clue {
  name: string;
  values: (string | undefined)[];
}
export interface Pairing {
  name: string;
  /** Rank correlation (Spearman) of this pairing with the truth. */
  rho: number;
  /** Voters whose ballot this pairing finds: by rank, from either end, or by an equal value. */
  hits: number;
}

/** Every pairing there is between a clue to the voters and a clue to the ballots. */
export function attack(found: Scan, truth: Truth): Pairing[] {
  const ballotKeys = keysOfBallots(found, truth);
  const voterClues = clues(found, truth.voters, truth.size);
  const ballotClues = clues(found, ballotKeys, truth.size);
  if (truth.listed) ballotClues.push(listClue(truth.listed, truth));
  const ranked = ballotClues.map((clue) => ({ ...clue, ranks: ranksOf(clue.values) }));
  return voterClues.flatMap((voter) => {
    const ranks = ranksOf(voter.values);
    return ranked.map((ballot) => ({
      name: `${voter.name} ~ ${ballot.name}`,
      rho: correlation(ranks, ballot.ranks),
      hits: Math.max(
        sameRank(ranks, ballot.ranks),
        sameRank(ranks, reversed(ballot.ranks)),
        sameValue(voter.values, ballot.values),
      ),
    }));
  });
}

/** Rows that hold a voter and a ballot (or an option of the vote) at once. */
export function links(found: Scan, truth: Truth): string[] {
  const ballotKeys = new Set([...keysOfBallots(found, truth).keys(), ...truth.options]);
  return found.flatMap(({ table, rows }) =>
    rows.flatMap((row) => {
      const words = Object.values(row).flatMap((value) => value?.match(/[0-9a-f-]{12,}/gi) ?? []);
      const isLink = words.some((w) => truth.voters.has(w)) && words.some((w) => ballotKeys.has(w));
      return isLink ? [`${table}: ${JSON.stringify(row)}`] : [];
    }),
  );
}

/** For each clue to the ballots: how far those of this group are from a random order, in sigmas. */
export function tellApart(found: Scan, truth: Truth, group: Set<number>): Map<string, number> {
  const all = clues(found, keysOfBallots(found, truth), truth.size);
  if (truth.listed) all.push(listClue(truth.listed, truth));
  const member = Array.from({ length: truth.size }, (_, n) => (group.has(n) ? 1 : 0));
  return new Map(
    all.map(({ name, values }) => [
      name,
      correlation(ranksOf(values), member) * Math.sqrt(truth.size - 1),
    ]),
  );
}

/** The choices, and values that are in a row with them and in no other: id and hash link to other tables. */
function keysOfBallots(found: Scan, { ballots }: Truth): Map<string, number> {
  const keys = new Map<string, number>();
  for (const { rows } of found)
    for (const row of rows) {
      const lists = Object.values(row).filter((value) => value && LIST.test(value));
      const said = lists.map((list) => ballots.get(keyOf(list!.slice(1, -1).split(','))));
      const whose = said.find((one) => one !== undefined);
      if (whose === undefined) continue;
      for (const [column, value] of Object.entries(row))
        if (!column.startsWith('#') && value && value.length >= 12 && isUnique(rows, column, value))
          keys.set(value, whose);
    }
  return keys;
}

const LIST = /^\{[0-9a-f-]{36}(,[0-9a-f-]{36})*\}$/;

const isUnique = (rows: Row[], column: string, value: string) =>
  rows.filter((row) => row[column] === value).length === 1;

/** Every column of every table in whose rows at least half of these are known by one of their keys. */
function clues(found: Scan, keys: Map<string, number>, size: number): Clue[] {
  return found.flatMap(({ table, rows }) =>
    Object.keys(rows[0]!).flatMap((known) => {
      const mine = rows.filter((row) => keys.has(row[known] ?? ''));
      if (new Set(mine.map((row) => keys.get(row[known]!))).size < size / 2) return [];
      return Object.keys(rows[0]!).flatMap((column) => {
        const values: (string | undefined)[] = Array(size).fill(undefined);
        for (const row of mine) values[keys.get(row[known]!)!] ??= row[column] ?? undefined;
        return new Set(values).size < 2
          ? []
          : [{ name: `${plain(table)}[${known}].${column}`, values }];
      });
    }),
  );
}

/** The name of a table without the part that differs from poll to poll. */
const plain = (table: string) => table.replaceAll(/[0-9a-f]{8,}|"/g, '');

const listClue = (listed: string[], { ballots, size }: Truth): Clue => {
  const values: (string | undefined)[] = Array(size).fill(undefined);
  listed.forEach((key, n) => (values[ballots.get(key)!] = String(n)));
  return { name: 'published list', values };
};

/** Ranks from 0, the same for equal values; what is missing comes last. */
function ranksOf(values: (string | undefined)[]): number[] {
  const order = values
    .map((value, n) => ({ n, value }))
    .toSorted((a, b) => compare(a.value, b.value));
  const ranks: number[] = Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && compare(order[to + 1]!.value, order[from]!.value) === 0) to++;
    for (let i = from; i <= to; i++) ranks[order[i]!.n] = (from + to) / 2;
    from = to + 1;
  }
  return ranks;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const PLACE = /^\((\d+),(\d+)\)$/;

function compare(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const [at, bt] = [numberOf(a), numberOf(b)];
  if (at !== undefined && bt !== undefined) return at - bt;
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberOf(text: string): number | undefined {
  const place = PLACE.exec(text);
  if (place) return Number(place[1]) * 10_000 + Number(place[2]);
  return NUMBER.test(text) ? Number(text) : undefined;
}

function correlation(a: number[], b: number[]): number {
  const mean = (ns: number[]) => ns.reduce((sum, n) => sum + n, 0) / ns.length;
  const [am, bm] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - am, b[i]! - bm];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa && bb ? ab / Math.sqrt(aa * bb) : 0;
}

const reversed = (ranks: number[]) => ranks.map((rank) => ranks.length - 1 - rank);
/** Only ranks that are unique identify a ballot. */
const sameRank = (a: number[], b: number[]) =>
  new Set(b).size < b.length ? 0 : a.filter((rank, n) => rank === b[n]).length;
const sameValue = (a: (string | undefined)[], b: (string | undefined)[]) =>
  new Set(b).size < b.length ? 0 : a.filter((value, n) => value && value === b[n]).length;
