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

  it('lists everything that can be reported, except the unspecified thing', async () => {
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

  const inSomali = { is_common: false, thing: 'door_lock' as const, language: 'so' };
  const translations = (db: Db) => db.from('responsibility_translations');

  it('is translated by the landlord, into any language, and read by everybody', async () => {
    const landlord = await t.as(CAST.landlord);
    const row = { ...inSomali, advice: 'Qufulka' };
    expect((await translations(landlord).insert(row)).error).toBeNull();
    const { data } = await translations(t.anonymous()).select('advice').match(inSomali);
    expect(data).toEqual([{ advice: 'Qufulka' }]);
    const changed = translations(landlord).update({ advice: 'Quful' }).match(inSomali);
    expect((await changed.select('language')).data).toHaveLength(1);
    const removed = translations(landlord).delete().match(inSomali);
    expect((await removed.select('language')).data).toHaveLength(1);
  });

  it('is translated by nobody else, into no language without a code, and not with an empty text', async () => {
    const count = async () =>
      (await t.sql('select from public.responsibility_translations')).length;
    const before = await count();
    for (const email of [CAST.drobak.resident, CAST.drobak.consultant, CAST.admin] as const) {
      const db = await t.as(email);
      const { error } = await translations(db).insert({ ...inSomali, advice: 'x' });
      expect(error?.code).toBe('42501');
      expect((await translations(db).delete().neq('thing', 'other').select()).data).toEqual([]);
    }
    const landlord = await t.as(CAST.landlord);
    for (const wrong of [{ language: 'Somali' }, { advice: '  ' }, { advice: 'x'.repeat(601) }])
      expect(
        (await translations(landlord).insert({ ...inSomali, advice: 'x', ...wrong })).error?.code,
      ).toBe('23514');
    expect(await count()).toBe(before);
  });

  it('can not get or lose rows, and has a limit of length', async () => {
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
