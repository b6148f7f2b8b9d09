import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { hold, isWaiting } from '../support/held.ts';
import { demoId } from '../support/demo.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const yard = demoId('drobakgata-1/yard');
const flowers = demoId('drobakgata-1/proposal/flowers');
const everybodyElse = [...Object.values(stovner), admin] as Email[];

const idea = (more = {}) => ({
  id: randomUUID(),
  block_id: block,
  title: 'Flere krakker',
  body: 'To krakker til i vaskeriet.',
  kind: 'physical' as const,
  ...more,
});
const propose = async (who: Email, more = {}) => {
  const sent = idea(more);
  const { data, error } = await (await at.as(who)).rpc('propose', sent);
  return { id: sent.id, data, code: error?.code };
};
const rowOf = async (id: string) =>
  (await at.sql('select * from public.proposals where id = $1', [id]))[0];
const sees = async (who: Email | null, id: string) => {
  const db = who ? await at.as(who) : at.anonymous();
  const { data } = await db.from('proposals').select('id').eq('id', id);
  return data?.length ?? 0;
};
/** A fresh proposal of `resident` in the wanted state. */
async function inState(status: 'pending' | 'approved' | 'declined' | 'hidden') {
  const { id } = await propose(drobak.resident);
  const desk = await at.as(drobak.consultant);
  if (status !== 'pending')
    await desk.rpc('decide_proposal', {
      proposal_id: id,
      approve: status !== 'declined',
      answer: 'Svar',
    });
  if (status === 'hidden')
    await desk.rpc('moderate', {
      kind: 'proposal',
      id,
      act: 'hide',
      reason: 'Navngir en nabo',
    });
  return id;
}

describe('proposing', () => {
  test('sent twice with the same key is one proposal', async () => {
    const sent = idea();
    const db = await at.as(drobak.neighbour);
    expect((await db.rpc('propose', sent)).data).toBe('proposed');
    expect((await db.rpc('propose', { ...sent, title: 'Noe annet' })).data).toBe('proposed');
    expect(await rowOf(sent.id)).toMatchObject({ title: 'Flere krakker', status: 'pending' });
    expect((await (await at.as(drobak.resident)).rpc('propose', sent)).data).toBe('not_allowed');
    expect(
      await at.sql('select * from public.proposal_authors where proposal_id = $1', [sent.id]),
    ).toHaveLength(1);
  });

  test.each([...everybodyElse, drobak.consultant, landlord])(
    '%s does not live here and cannot',
    async (who) => {
      const { id, data } = await propose(who);
      expect(data).toBe('not_allowed');
      expect(await rowOf(id)).toBeUndefined();
    },
  );

  test('nobody signed in cannot', async () => {
    const { error } = await at.anonymous().rpc('propose', idea());
    expect(error?.code).toBe('42501');
  });

  test('names a common place of the same building, never a flat', async () => {
    const ok = await propose(drobak.household, { place_id: yard });
    expect(await rowOf(ok.id)).toMatchObject({ place_id: yard, place_kind: 'yard' });
    for (const place of [
      'drobakgata-1/flat/A201',
      'drobakgata-1/floor/A2',
      'stovner-senter/yard',
    ]) {
      const { id, data } = await propose(drobak.household, { place_id: demoId(place) });
      expect(data, place).toBe('not_allowed');
      expect(await rowOf(id)).toBeUndefined();
    }
  });

  test('has limits of length for title and text', async () => {
    const [one] = await moveIn(at, block, [demoId('drobakgata-1/flat/B101')]);
    const codeOf = async (more: object) => (await one!.db.rpc('propose', idea(more))).error?.code;
    expect(await codeOf({ title: 'x'.repeat(120), body: 'x'.repeat(2000) })).toBeUndefined();
    expect(await codeOf({ title: 'x'.repeat(121) })).toBe('23514');
    expect(await codeOf({ body: 'x'.repeat(2001) })).toBe('23514');
    expect(await codeOf({ title: '   ' })).toBe('23514');
  });

  test('ten at once leave five waiting', async () => {
    const [one] = await moveIn(at, block, [demoId('drobakgata-1/flat/B102')]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => one!.db.rpc('propose', idea())),
    );
    expect(answers.filter(({ data }) => data === 'proposed')).toHaveLength(5);
    expect(answers.filter(({ data }) => data === 'too_many_pending')).toHaveLength(5);
  });

  test('a sixth waits for the fifth in progress, and is then refused', async () => {
    const [one] = await moveIn(at, block, [demoId('drobakgata-1/flat/B103')]);
    for (let n = 0; n < 4; n++) await one!.db.rpc('propose', idea());
    const fifth = await hold(at, one!.id, "public.propose($1, $2, 'En', 'To', 'social')", [
      randomUUID(),
      block,
    ]);
    const sixth = one!.db.rpc('propose', idea()).then(({ data }) => data);
    expect(await isWaiting(sixth)).toBe(true);
    await fifth.commit();
    expect(await sixth).toBe('too_many_pending');
  });
});

describe('who sees a proposal', () => {
  const insiders = [drobak.household, drobak.neighbour, landlord] as Email[];
  test.each([
    ['pending', 0],
    ['approved', 1],
    ['declined', 0],
    ['hidden', 0],
  ] as const)(
    '%s: author and consultant, and %i for the neighbours',
    async (status, forNeighbours) => {
      const id = await inState(status);
      expect(await sees(drobak.resident, id)).toBe(1);
      expect(await sees(drobak.consultant, id)).toBe(1);
      for (const who of insiders) expect(await sees(who, id), who).toBe(forNeighbours);
      for (const who of everybodyElse) expect(await sees(who, id), who).toBe(0);
      expect(await sees(null, id)).toBe(0);
    },
  );

  test('only the author knows who the author is', async () => {
    const others = [...insiders, ...everybodyElse, drobak.consultant] as Email[];
    for (const who of others) {
      const db = await at.as(who);
      const own = await at.sql<{ id: string }>('select id from auth.users where email = $1', [who]);
      const { data } = await db.from('proposal_authors').select('*');
      expect(
        data!.every(({ person_id }) => person_id === own[0]!.id),
        who,
      ).toBe(true);
      const joined = await db
        .from('proposals')
        .select('id, proposal_authors (person_id)')
        .eq('id', flowers);
      expect(
        joined.data?.flatMap((row) => row.proposal_authors ?? []),
        who,
      ).toEqual([]);
    }
    for (const db of [at.anonymous(), at.service()])
      expect((await db.from('proposal_authors').select('*')).error?.code).toBe('42501');
    const me = await (
      await at.as(drobak.resident)
    )
      .from('proposal_authors')
      .select('*')
      .eq('proposal_id', flowers);
    expect(me.data).toHaveLength(1);
  });

  test('supporters see only their own support', async () => {
    const db = await at.as(drobak.resident);
    const { data } = await db
      .from('proposal_supporters')
      .select('proposal_id')
      .eq('proposal_id', flowers);
    expect(data).toEqual([]); // the neighbour supports it
    expect((await at.service().from('proposal_supporters').select('*')).error?.code).toBe('42501');
  });
});

describe('nobody writes without the functions', () => {
  test.each([drobak.resident, drobak.consultant, stovner.consultant, landlord, admin] as Email[])(
    '%s',
    async (who) => {
      const db = await at.as(who);
      const before = await rowOf(flowers);
      const answers = [
        await db.from('proposals').insert({ ...idea(), status: 'approved' }),
        await db.from('proposals').update({ support_count: 99 }).eq('id', flowers),
        await db.from('proposals').delete().eq('id', flowers),
        await db.from('proposal_authors').insert({ proposal_id: flowers, person_id: randomUUID() }),
        await db
          .from('proposal_supporters')
          .insert({ proposal_id: flowers, person_id: randomUUID() }),
        await db.from('proposal_supporters').delete().eq('proposal_id', flowers),
      ];
      expect(answers.map(({ error }) => error?.code)).toEqual(Array(6).fill('42501'));
      expect(await rowOf(flowers)).toEqual(before);
    },
  );
});

describe('deciding', () => {
  const decide = async (who: Email, id: string, approve: boolean, answer?: string) =>
    (
      await (
        await at.as(who)
      ).rpc('decide_proposal', { proposal_id: id, approve, ...(answer && { answer }) })
    ).data;

  test('belongs to the consultant of the building', async () => {
    const id = await inState('pending');
    const others = [drobak.resident, drobak.neighbour, landlord, ...everybodyElse] as Email[];
    for (const who of others) expect(await decide(who, id, true), who).toBe('not_allowed');
    expect(
      (await at.anonymous().rpc('decide_proposal', { proposal_id: id, approve: true })).error?.code,
    ).toBe('42501');
    expect(await rowOf(id)).toMatchObject({ status: 'pending' });
    expect(await decide(drobak.consultant, id, true)).toBe('approved');
  });

  test('a decline needs a reason', async () => {
    const id = await inState('pending');
    expect(await decide(drobak.consultant, id, false)).toBe('reason_missing');
    expect(await decide(drobak.consultant, id, false, '  ')).toBe('reason_missing');
    expect(await rowOf(id)).toMatchObject({ status: 'pending' });
    expect(await decide(drobak.consultant, id, false, 'Rømningsvei.')).toBe('declined');
    expect(await rowOf(id)).toMatchObject({ status: 'declined', answer: 'Rømningsvei.' });
  });

  test('sets the kind when the author chose wrongly: then Boligbygg has to answer before a poll', async () => {
    const id = await inState('pending');
    await at.sql(`update public.proposals set kind = 'social' where id = $1`, [id]);
    const { data } = await (
      await at.as(drobak.consultant)
    ).rpc('decide_proposal', { proposal_id: id, approve: true, kind: 'physical' });
    expect(data).toBe('approved');
    expect(await rowOf(id)).toMatchObject({ status: 'approved', kind: 'physical' });
    const { data: found } = await (
      await at.as(landlord)
    )
      .from('proposals')
      .select('kind')
      .eq('id', id);
    expect(found).toEqual([{ kind: 'physical' }]);
    expect(
      await at.sql('select act from public.audit_entries where subject_id = $1 order by act desc', [
        id,
      ]),
    ).toEqual([{ act: 'make_physical' }, { act: 'approve' }]);
  });

  test('happens once, and is logged once', async () => {
    const id = await inState('pending');
    const answers = await Promise.all(
      [true, false, true, false].map((approve) => decide(drobak.consultant, id, approve, 'Fordi')),
    );
    expect(answers.filter((answer) => answer === 'already_decided')).toHaveLength(3);
    expect(
      await at.sql('select act from public.audit_entries where subject_id = $1', [id]),
    ).toHaveLength(1);
  });

  test('a waiting proposal can be withdrawn only by its author', async () => {
    const id = await inState('pending');
    const takeBack = async (who: Email) =>
      (await (await at.as(who)).rpc('withdraw_proposal', { proposal_id: id })).data;
    expect(await takeBack(drobak.household)).toBe(false);
    expect(await takeBack(drobak.consultant)).toBe(false);
    expect(await takeBack(drobak.resident)).toBe(true);
    expect(await takeBack(drobak.resident)).toBe(false);
    expect(await rowOf(id)).toMatchObject({ status: 'withdrawn' });
    // From then on only its author sees it.
    const seenBy = async (who: Email) =>
      (await (await at.as(who)).from('proposals').select('id').eq('id', id)).data?.length;
    expect([await seenBy(drobak.resident), await seenBy(drobak.consultant)]).toEqual([1, 0]);
  });
});

describe('support', () => {
  const countOf = async (id: string) => (await rowOf(id))?.['support_count'];

  test('of twenty neighbours at once is counted twenty times, and of one only once', async () => {
    const id = await inState('approved');
    const flats = ['A101', 'A102', 'B103', 'B201'].map((name) =>
      demoId(`drobakgata-1/flat/${name}`),
    );
    const crowd = await moveIn(
      at,
      block,
      Array.from({ length: 20 }, (_, n) => flats[n % 4]!),
    );
    const twice = [...crowd, ...crowd];
    await Promise.all(twice.map(({ db }) => db.rpc('support_proposal', { proposal_id: id })));
    expect(await countOf(id)).toBe(20);
    await Promise.all(
      crowd.slice(0, 7).map(({ db }) => db.rpc('withdraw_support', { proposal_id: id })),
    );
    expect(await countOf(id)).toBe(13);
    const rows = await at.sql('select * from public.proposal_supporters where proposal_id = $1', [
      id,
    ]);
    expect(rows).toHaveLength(13);
  });

  test('that was not given cannot be withdrawn', async () => {
    const id = await inState('approved');
    const { data } = await (
      await at.as(drobak.neighbour)
    ).rpc('withdraw_support', { proposal_id: id });
    expect(data).toBe('not_supported');
    expect(await countOf(id)).toBe(0);
  });

  test.each(['pending', 'declined', 'hidden'] as const)(
    'of a %s proposal is refused',
    async (status) => {
      const id = await inState(status);
      const { data } = await (
        await at.as(drobak.neighbour)
      ).rpc('support_proposal', { proposal_id: id });
      expect(data).toBe('not_open');
      expect(await countOf(id)).toBe(0);
    },
  );

  test.each([...everybodyElse, drobak.consultant, landlord])('from %s is refused', async (who) => {
    const before = await rowOf(flowers);
    expect((await (await at.as(who)).rpc('support_proposal', { proposal_id: flowers })).data).toBe(
      'not_open',
    );
    expect(await rowOf(flowers)).toEqual(before);
  });
});
