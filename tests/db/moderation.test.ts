import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const outsiders = [...Object.values(stovner), admin] as Email[];

/** An approved proposal of `resident`. */
async function approved() {
  const id = randomUUID();
  const mine = await at.as(drobak.resident);
  await mine.rpc('propose', {
    id,
    block_id: block,
    title: 'Ny idé',
    body: 'Mer om ideen.',
    kind: 'social',
  });
  await (await at.as(drobak.consultant)).rpc('decide_proposal', { proposal_id: id, approve: true });
  return id;
}
const flag = async (who: Email, id: string, reason = 'Navngir en nabo') =>
  (await (await at.as(who)).rpc('flag_proposal', { proposal_id: id, reason })).data;
const judge = async (
  who: Email,
  id: string,
  act: 'hide' | 'dismiss' | 'restore',
  reason = 'Fordi',
) => (await (await at.as(who)).rpc('moderate_proposal', { proposal_id: id, act, reason })).data;
const flagsOf = (id: string) => at.sql('select * from public.flags where proposal_id = $1', [id]);
const rowOf = async (id: string) =>
  (await at.sql('select * from public.proposals where id = $1', [id]))[0];

describe('a flag', () => {
  test('counts once per person, also when pressed ten times at once', async () => {
    const id = await approved();
    const answers = await Promise.all(Array.from({ length: 10 }, () => flag(drobak.neighbour, id)));
    expect(answers.filter((answer) => answer === 'flagged')).toHaveLength(1);
    expect(await flag(drobak.household, id)).toBe('flagged');
    expect(await flagsOf(id)).toHaveLength(2);
  });

  test('after a verdict the same person may flag again', async () => {
    const id = await approved();
    await flag(drobak.neighbour, id);
    expect(await judge(drobak.consultant, id, 'dismiss')).toBe('done');
    expect(await flag(drobak.neighbour, id)).toBe('flagged');
  });

  test('is only on what I can read, and has a reason of at most 300 characters', async () => {
    const id = await approved();
    for (const who of outsiders) expect(await flag(who, id), who).toBe('not_found');
    const db = await at.as(drobak.neighbour);
    const long = (length: number) =>
      db.rpc('flag_proposal', { proposal_id: id, reason: 'x'.repeat(length) });
    expect((await long(301)).error?.code).toBe('23514');
    expect((await long(0)).error?.code).toBe('23514');
    expect(await flagsOf(id)).toEqual([]);
    expect((await long(300)).data).toBe('flagged');
    expect(
      (await at.anonymous().rpc('flag_proposal', { proposal_id: id, reason: 'x' })).error?.code,
    ).toBe('42501');
  });

  test('is seen by its sender and the consultant, not by author, neighbours or anybody else', async () => {
    const id = await approved();
    await flag(drobak.neighbour, id);
    const sees = async (who: Email) =>
      (await (await at.as(who)).from('flags').select('id, reason').eq('proposal_id', id)).data!
        .length;
    expect(await sees(drobak.neighbour)).toBe(1);
    expect(await sees(drobak.consultant)).toBe(1);
    for (const who of [drobak.resident, drobak.household, landlord, ...outsiders] as Email[])
      expect(await sees(who), who).toBe(0);
  });

  test('does not say who flagged, to anybody: no column, no filter, no embedding', async () => {
    const id = await approved();
    await flag(drobak.neighbour, id);
    for (const who of [drobak.consultant, drobak.resident, drobak.neighbour, admin] as Email[]) {
      const db = await at.as(who);
      for (const part of ['flagged_by', '*', 'people (id)', 'people!flagged_by (display_name)'])
        expect((await db.from('flags').select(part)).error?.code, `${who}: ${part}`).toMatch(
          /42501|PGRST/,
        );
      expect((await db.from('flags').select('id').not('flagged_by', 'is', null)).error?.code).toBe(
        '42501',
      );
      expect((await db.from('people').select('id, flags (id)')).error?.code, who).toBe('42501');
    }
  });

  test('can not be sent in the name of another or resolved by hand', async () => {
    const id = await approved();
    const [other] = await at.sql<{ id: string }>('select id from auth.users where email = $1', [
      drobak.household,
    ]);
    const forged = {
      block_id: block,
      proposal_id: id,
      reason: 'x',
      flagged_by: other!.id,
    } as never;
    const db = await at.as(drobak.neighbour);
    expect((await db.from('flags').insert(forged)).error?.code).toBe('42501');
    await flag(drobak.neighbour, id);
    const before = await flagsOf(id);
    for (const who of [drobak.neighbour, drobak.consultant] as Email[]) {
      const flags = (await at.as(who)).from('flags');
      expect(
        (await flags.update({ verdict: 'dismissed' } as never).eq('proposal_id', id)).error?.code,
      ).toBe('42501');
      expect((await flags.delete().eq('proposal_id', id)).error?.code).toBe('42501');
    }
    expect(await flagsOf(id)).toEqual(before);
  });
});

describe('a verdict', () => {
  test('belongs to the consultant of the building, with a reason', async () => {
    const id = await approved();
    const others = [drobak.resident, drobak.neighbour, landlord, ...outsiders] as Email[];
    for (const who of others) expect(await judge(who, id, 'hide'), who).toBe('not_found');
    expect(await judge(drobak.consultant, id, 'hide', ' ')).toBe('reason_missing');
    expect(await rowOf(id)).toMatchObject({ hidden_at: null });
  });

  test('hide: gone for neighbours, explained to the author, flags resolved', async () => {
    const id = await approved();
    await flag(drobak.neighbour, id);
    expect(await judge(drobak.consultant, id, 'hide', 'Skriv om uten navn')).toBe('done');
    const seenBy = async (who: Email) =>
      (await (await at.as(who)).from('proposals').select('hidden_reason').eq('id', id)).data;
    expect(await seenBy(drobak.neighbour)).toEqual([]);
    expect(await seenBy(drobak.resident)).toEqual([{ hidden_reason: 'Skriv om uten navn' }]);
    expect((await flagsOf(id))[0]).toMatchObject({ verdict: 'hidden' });
    expect(await flag(drobak.household, id)).toBe('not_found');
    expect(await judge(drobak.consultant, id, 'hide')).toBe('nothing_to_do');
    expect(await judge(drobak.consultant, id, 'restore')).toBe('done');
    expect(await seenBy(drobak.neighbour)).toEqual([{ hidden_reason: null }]);
  });

  test('dismiss: it stays, and the flags are gone from the queue', async () => {
    const id = await approved();
    await flag(drobak.neighbour, id);
    expect(await judge(drobak.consultant, id, 'dismiss')).toBe('done');
    expect(await judge(drobak.consultant, id, 'dismiss')).toBe('nothing_to_do');
    expect((await flagsOf(id))[0]).toMatchObject({ verdict: 'dismissed' });
    expect(await rowOf(id)).toMatchObject({ hidden_at: null });
  });
});

describe('the audit trail', () => {
  const trailOf = (id: string) =>
    at.sql(
      'select act, actor_role, reason from public.audit_entries where subject_id = $1 order by acted_at',
      [id],
    );

  test('holds who did what as what and why', async () => {
    const id = await approved();
    await judge(drobak.consultant, id, 'hide', 'Navn');
    await judge(drobak.consultant, id, 'restore', 'Rettet');
    expect(await trailOf(id)).toEqual([
      { act: 'approve', actor_role: 'consultant', reason: null },
      { act: 'hide', actor_role: 'consultant', reason: 'Navn' },
      { act: 'restore', actor_role: 'consultant', reason: 'Rettet' },
    ]);
  });

  test('is read by the consultant of the building and the admin alone', async () => {
    const count = async (who: Email) =>
      (await (await at.as(who)).from('audit_entries').select('id').eq('block_id', block)).data!
        .length;
    expect(await count(drobak.consultant)).toBeGreaterThan(5);
    expect(await count(admin)).toBeGreaterThan(5);
    for (const who of [
      drobak.resident,
      drobak.neighbour,
      landlord,
      ...Object.values(stovner),
    ] as Email[])
      expect(await count(who), who).toBe(0);
    for (const db of [at.anonymous(), at.service()])
      expect((await db.from('audit_entries').select('id')).error?.code).toBe('42501');
  });

  test('is written, changed and deleted by nobody, not even the owner of the database', async () => {
    const before = await at.sql('select * from public.audit_entries order by id');
    const row = {
      block_id: block,
      act: 'approve',
      subject_kind: 'proposal',
      subject_id: randomUUID(),
    };
    for (const who of [drobak.consultant, admin, drobak.resident] as Email[]) {
      const db = await at.as(who);
      expect((await db.from('audit_entries').insert(row)).error?.code, who).toBe('42501');
      expect(
        (await db.from('audit_entries').update({ reason: 'x' }).eq('block_id', block)).error?.code,
        who,
      ).toBe('42501');
      expect((await db.from('audit_entries').delete().eq('block_id', block)).error?.code, who).toBe(
        '42501',
      );
    }
    for (const change of [
      "update public.audit_entries set reason = 'x'",
      "update public.audit_entries set actor_id = null, act = 'hide'",
      'delete from public.audit_entries',
      'truncate public.audit_entries',
    ])
      await expect(at.sql(change)).rejects.toThrow('only ever added to');
    expect(await at.sql('select * from public.audit_entries order by id')).toEqual(before);
  });

  test('keeps the act when the account of the actor is deleted', async () => {
    const acts =
      'select id, act, actor_role from public.audit_entries where block_id = $1 order by id';
    const stovnerBlock = demoId('stovner-senter');
    const before = await at.sql(acts, [stovnerBlock]);
    await at.sql('delete from auth.users where email = $1', [stovner.consultant]);
    expect(before.length).toBeGreaterThan(3);
    expect(await at.sql(acts, [stovnerBlock])).toEqual(before);
    expect(
      await at.sql(
        'select from public.audit_entries where block_id = $1 and actor_id is not null',
        [stovnerBlock],
      ),
    ).toEqual([]);
  });
});
