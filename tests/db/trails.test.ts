import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { moderated } from '../support/moderation.ts';
import { personOf } from '../support/proposals.ts';

/** What trails must hold whatever happens to the people in them. */

let at: TestDb;
let they: Awaited<ReturnType<typeof moderated>>;
beforeAll(async () => {
  at = await testDatabase();
  they = await moderated(at, 3);
});
afterAll(() => at.close());

const { drobak, stovner } = CAST;
const desk = drobak.consultant;
const allOf = (table: string) =>
  at.sql(`select to_jsonb(x) as x from public.${table} x order by to_jsonb(x)::text`);

describe('not even the owner of the database takes out', () => {
  test.each([
    ['audit_entries', 'update public.audit_entries set actor_id = null'],
    ['report_event_actors', 'delete from public.report_event_actors'],
    ['report_event_actors', 'truncate public.report_event_actors'],
    ['signup_events', 'delete from public.signup_events'],
    ['signup_events', "update public.signup_events set actor = 'self'"],
    ['signup_events', 'truncate public.signup_events'],
    ['edits', "update public.edits set reason = 'Annet'"],
    ['edits', 'delete from public.edits'],
    ['edit_texts', "update public.edit_texts set old_body = 'Annet'"],
    ['edit_texts', 'delete from public.edit_texts'],
  ])('of %s: %s', async (table, change) => {
    const before = await allOf(table);
    expect(before.length).toBeGreaterThan(0);
    await expect(at.sql(change)).rejects.toThrow('only ever added to');
    expect(await allOf(table)).toEqual(before);
  });
});

describe('an activity whose host is gone', () => {
  const queueOf = async (id: string) => {
    const { data } = await (
      await at.as(desk)
    ).rpc('moderation_queue', { block_id: (await they.rowOf('activity', id))['block_id'] });
    return data!.filter((one) => one.id === id);
  };

  test('is still said from about and moderated when the consultant ended the hosting', async () => {
    const id = await they.make.activity();
    expect(await they.flag(drobak.neighbour, 'activity', id)).toBe('flagged');
    const ended = await (await at.as(desk)).from('activity_hosts').delete().eq('activity_id', id);
    expect(ended.error).toBeNull();
    expect(await at.sql('select from public.activity_hosts where activity_id = $1', [id])).toEqual(
      [],
    );
    expect(await queueOf(id)).toHaveLength(1);
    expect(await they.flag(they.people[0]!.db, 'activity', id)).toBe('flagged');
    expect(await they.judge(desk, 'activity', id, 'hide')).toBe('done');
    expect(await they.sees(drobak.neighbour, 'activity', id)).toBe(false);
    expect(await queueOf(id)).toEqual([]);
  });

  test('is still said from about and moderated when the account of the host is deleted', async () => {
    const id = await they.make.activity();
    const partner = await personOf(at, stovner.partner);
    await at.sql('update public.activity_hosts set person_id = $2 where activity_id = $1', [
      id,
      partner,
    ]);
    expect(await they.flag(drobak.neighbour, 'activity', id)).toBe('flagged');
    await at.sql('delete from auth.users where id = $1', [partner]);
    expect(await at.sql('select from public.activity_hosts where activity_id = $1', [id])).toEqual(
      [],
    );
    expect(await they.judge(desk, 'activity', id, 'edit', { body: 'Nye ord.' })).toBe('done');
    expect(await they.rowOf('activity', id)).toMatchObject({ body: 'Nye ord.' });
    expect(await queueOf(id)).toEqual([]);
  });

  test('what the consultant made alone is no such thing', async () => {
    const [row] = await at.sql<{ id: string }>(
      `select a.id from public.activities a where a.status = 'published' and not a.was_hosted
        and a.block_id = (select block_id from public.activities where was_hosted order by id limit 1) order by a.id limit 1`,
    );
    expect(await they.flag(drobak.neighbour, 'activity', row!.id)).toBe('not_found');
    expect(await they.judge(desk, 'activity', row!.id, 'hide')).toBe('not_found');
  });
});
