import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
}, 60_000);
afterAll(() => t.close());

const lock = async () =>
  (
    await t.sql<{ party: string; advice: string | null }>(
      "select party, advice from responsibilities where thing = 'door_lock' and not is_common",
    )
  )[0]!;
const change = (db: Db, values: { party?: 'landlord'; advice?: string }) =>
  db
    .from('responsibilities')
    .update(values)
    .eq('thing', 'door_lock')
    .is('is_common', false)
    .select('thing');

describe('who fixes what', () => {
  it('is read by everybody, also without an account', async () => {
    const { data } = await t.anonymous().from('responsibilities').select('thing, is_common');
    expect(data!.length).toBeGreaterThan(30);
  });

  it('knows every thing that can be reported, but the one that says nothing', async () => {
    const missing = await t.sql<{ thing: string }>(
      `select distinct r.thing from report_things r where r.thing <> 'other' and not exists (
         select from responsibilities s where s.thing = r.thing and s.is_common = (r.place_kind <> 'flat'))`,
    );
    expect(missing).toEqual([]);
  });

  it('is changed by the landlord', async () => {
    const { data } = await change(await t.as(CAST.landlord), { advice: 'Ring oss om nøkler.' });
    expect(data).toHaveLength(1);
    expect((await lock()).advice).toBe('Ring oss om nøkler.');
  });

  it.each([
    ['a resident', CAST.drobak.resident],
    ['the consultant', CAST.drobak.consultant],
    ['the admin', CAST.admin],
  ] as const)('is not changed by %s', async (_, email) => {
    const before = await lock();
    const { data } = await change(await t.as(email), { party: 'landlord' });
    expect(data).toEqual([]);
    expect(await lock()).toEqual(before);
  });

  it('is neither added to nor taken from, and has a limit', async () => {
    const landlord = await t.as(CAST.landlord);
    const deleted = await landlord.from('responsibilities').delete().eq('thing', 'door_lock');
    expect(deleted.error?.code).toBe('42501');
    const before = await lock();
    for (const advice of ['x'.repeat(601), '   '])
      expect((await change(landlord, { advice })).error?.code).toBe('23514');
    expect(await lock()).toEqual(before);
    expect((await change(landlord, { advice: 'x'.repeat(600) })).error).toBeNull();
  });
});
