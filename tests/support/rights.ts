import type { SupabaseClient } from '@supabase/supabase-js';
import { describe, expect, test } from 'vitest';
import { CAST } from './cast.ts';
import type { TestDb } from './database.ts';

/** All roles, as seen from Drøbakgata 1. */
export const EVERYBODY = [
  'anonymous',
  'resident',
  'same flat',
  'neighbour',
  'consultant here',
  'resident elsewhere',
  'consultant elsewhere',
  'landlord',
  'admin',
] as const;
export type Who = (typeof EVERYBODY)[number];

const emails = {
  resident: CAST.drobak.resident,
  'same flat': CAST.drobak.household,
  neighbour: CAST.drobak.neighbour,
  'consultant here': CAST.drobak.consultant,
  'resident elsewhere': CAST.stovner.resident,
  'consultant elsewhere': CAST.stovner.consultant,
  landlord: CAST.landlord,
  admin: CAST.admin,
} as const satisfies Record<Exclude<Who, 'anonymous'>, string>;

/** Untyped on purpose: the tests send what the types forbid. */
export const clientOf = async (db: TestDb, who: Who): Promise<SupabaseClient> =>
  (who === 'anonymous' ? db.anonymous() : await db.as(emails[who])) as unknown as SupabaseClient;

/** All rows of a table as the owner role sees them, as one value to compare. */
export async function fingerprint(db: TestDb, table: string): Promise<string> {
  const [row] = await db.sql<{ all: string }>(
    `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as all from ${table} t`,
  );
  return row!.all;
}

/** The call is refused (an error, or no row) and leaves the tables as they were. */
export async function expectRefused(
  db: TestDb,
  tables: string | string[],
  call: () => PromiseLike<{ data: unknown; error: unknown }>,
): Promise<void> {
  const all = async () => Promise.all([tables].flat().map((table) => fingerprint(db, table)));
  const before = await all();
  const { data, error } = await call();
  expect(await all()).toEqual(before);
  const nothing = data === null || data === false || (Array.isArray(data) && data.length === 0);
  expect(error !== null || nothing, `answered ${JSON.stringify(data)}`).toBe(true);
}

export interface TableRights {
  table: string;
  /** Names the row when a table is listed more than once. */
  row?: string;
  /** The column that identifies a row; `id` by default. */
  key?: string;
  /** A row of Drøbakgata 1, new or from the seed, by its key. */
  make: () => Promise<string>;
  /** A valid new row of Drøbakgata 1. */
  insert: () => object;
  /** A valid change of the row. */
  change: () => object;
  may: Record<'select' | 'insert' | 'update' | 'delete', readonly Who[]>;
}

/** One test for every person and verb: people with the right succeed; everybody else sees nothing and changes no row. */
export function describeRights(db: () => TestDb, rights: TableRights) {
  const { table, row, key = 'id', make, insert, change, may } = rights;
  const whole = `public.${table}`;

  describe(`${table}${row ? ` (${row})` : ''}`, () => {
    test.each(EVERYBODY)('select: %s', async (who) => {
      const id = await make();
      const client = await clientOf(db(), who);
      const { data } = await client.from(table).select(key).eq(key, id);
      expect(data ?? []).toEqual(may.select.includes(who) ? [{ [key]: id }] : []);
    });

    test.each(EVERYBODY)('insert: %s', async (who) => {
      const client = await clientOf(db(), who);
      if (!may.insert.includes(who))
        return expectRefused(db(), whole, () => client.from(table).insert(insert()));
      const before = await fingerprint(db(), whole);
      expect((await client.from(table).insert(insert())).error).toBeNull();
      expect(await fingerprint(db(), whole)).not.toBe(before);
    });

    test.each(EVERYBODY)('update: %s', async (who) => {
      const id = await make();
      const client = await clientOf(db(), who);
      const call = () => client.from(table).update(change()).eq(key, id);
      if (!may.update.includes(who)) return expectRefused(db(), whole, call);
      const before = await fingerprint(db(), whole);
      expect((await call()).error).toBeNull();
      expect(await fingerprint(db(), whole)).not.toBe(before);
    });

    test.each(EVERYBODY)('delete: %s', async (who) => {
      const id = await make();
      const client = await clientOf(db(), who);
      const call = () => client.from(table).delete().eq(key, id);
      if (!may.delete.includes(who)) return expectRefused(db(), whole, call);
      expect((await call()).error).toBeNull();
      expect(await db().sql(`select from ${whole} where ${key} = $1`, [id])).toEqual([]);
    });
  });
}

/** The id that supabase/seeds gives to a thing of this name. */
export const seedId = async (db: TestDb, name: string): Promise<string> =>
  (await db.sql<{ id: string }>(`select md5('bomiljo-demo/' || $1)::uuid as id`, [name]))[0]!.id;
