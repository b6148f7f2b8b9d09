import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { BLOCK, OTHER_BLOCK, PEOPLE, type Who } from '../support/reports.ts';

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
}, 60_000);
afterAll(() => t.close());

const save = (db: Db, draft: { description?: string; block_id?: string; photos?: string } = {}) =>
  db
    .from('report_drafts')
    .upsert(
      { id: randomUUID(), block_id: BLOCK, description: 'Det drypper.', ...draft },
      { onConflict: 'person_id,block_id' },
    )
    .select('id');
const all = () =>
  t.sql<{ id: string; description: string }>(
    'select id, description from report_drafts order by id',
  );
const empty = () => t.sql('delete from report_drafts');

describe('a report that is typed and not sent', () => {
  test('is kept for me, and the next one replaces it', async () => {
    await empty();
    const me = await t.as(PEOPLE.reporter);
    await save(me, { description: 'Først.' });
    const { data } = await save(me, { description: 'Så.' });
    expect(await all()).toEqual([{ id: data![0]!.id, description: 'Så.' }]);
  });

  test.each<Who>(['household', 'neighbour', 'consultant', 'landlord', 'admin'])(
    'is neither seen, changed nor deleted by the %s',
    async (who) => {
      await empty();
      await save(await t.as(PEOPLE.reporter));
      const before = await all();
      const other = await t.as(PEOPLE[who]);
      expect((await other.from('report_drafts').select('*')).data).toEqual([]);
      const id = before[0]!.id;
      await other.from('report_drafts').update({ description: 'Min.' }).eq('id', id);
      await other.from('report_drafts').delete().eq('id', id);
      expect(await all()).toEqual(before);
    },
  );

  test('can not be stored in the name of another person', async () => {
    await empty();
    const [one] = await t.sql<{ id: string }>('select id from auth.users where email = $1', [
      PEOPLE.neighbour,
    ]);
    const me = await t.as(PEOPLE.reporter);
    const row = { id: randomUUID(), block_id: BLOCK, person_id: one!.id };
    expect((await me.from('report_drafts').insert(row as never)).error?.code).toBe('42501');
    expect(await all()).toEqual([]);
  });

  test('is not kept for a building where I neither live nor work', async () => {
    await empty();
    const me = await t.as(PEOPLE.reporter);
    expect((await save(me, { block_id: OTHER_BLOCK })).error?.code).toBe('42501');
    expect((await t.anonymous().from('report_drafts').select('id')).error?.code).toBe('42501');
    expect(await all()).toEqual([]);
  });

  test('has the limits of a case', async () => {
    await empty();
    const me = await t.as(PEOPLE.reporter);
    expect((await save(me, { description: 'å'.repeat(1000) })).error).toBeNull();
    expect((await save(me, { description: 'å'.repeat(1001) })).error?.code).toBe('23514');
    const photos = (count: number) =>
      Array.from({ length: count }, (_, n) => `${String(n).repeat(64)}_1600x1600`).join(' ');
    expect((await save(me, { photos: photos(4) })).error).toBeNull();
    expect((await save(me, { photos: photos(5) })).error?.code).toBe('23514');
  });

  test('is deleted a day after the last change, and not before', async () => {
    await empty();
    await save(await t.as(PEOPLE.reporter));
    await save(await t.as(PEOPLE.neighbour), { description: 'Nylig.' });
    await t.sql('alter table report_drafts disable trigger saved');
    await t.sql(`update report_drafts set saved_at = now() - interval '25 hours'
      where description = 'Det drypper.'`);
    await t.sql('alter table report_drafts enable trigger saved');
    const { data } = await t.service().rpc('forget_report_drafts');
    expect(data).toBe(1);
    expect((await all()).map(({ description }) => description)).toEqual(['Nylig.']);
    const me = await t.as(PEOPLE.neighbour);
    expect((await me.rpc('forget_report_drafts')).error?.code).toBe('42501');
  });
});
