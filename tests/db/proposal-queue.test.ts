import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { hold, isWaiting } from '../support/held.ts';
import {
  decide,
  hide,
  OUTSIDERS,
  personOf,
  propose,
  rowOf,
  toldOf,
  BLOCK,
} from '../support/proposals.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());
/** At most five may wait at a time. */
afterEach(() =>
  at.sql("update public.proposals set status = 'withdrawn' where status = 'pending'"),
);

const { drobak, stovner, landlord } = CAST;
const notItsConsultant = [drobak.resident, drobak.neighbour, landlord, ...OUTSIDERS] as Email[];

describe('the conversation about a waiting proposal', () => {
  const say = async (
    who: Email,
    proposal_id: string,
    body = 'Hvor skal de stå?',
    id = randomUUID(),
  ) => {
    const { data, error } = await (
      await at.as(who)
    ).rpc('write_about_proposal', { id, proposal_id, body });
    return error?.code ?? data;
  };
  const lines = (id: string) =>
    at.sql(
      'select is_from_staff, body from public.proposal_messages where proposal_id = $1 order by created_at',
      [id],
    );

  test('the consultant asks, the author answers, both read it, and it still waits', async () => {
    const id = await propose(at);
    expect(await say(drobak.resident, id)).toBe('nothing_asked');
    expect(await say(drobak.consultant, id)).toBe('sent');
    expect(await say(drobak.resident, id, 'Ved vinduet.')).toBe('sent');
    expect(await lines(id)).toEqual([
      { is_from_staff: true, body: 'Hvor skal de stå?' },
      { is_from_staff: false, body: 'Ved vinduet.' },
    ]);
    for (const who of [drobak.resident, drobak.consultant] as Email[]) {
      const { data } = await (
        await at.as(who)
      )
        .from('proposal_messages')
        .select('*')
        .eq('proposal_id', id);
      expect(data, who).toHaveLength(2);
      // The side that wrote it, and nobody's id.
      expect(Object.keys(data![0]!).toSorted()).toEqual([
        'block_id',
        'body',
        'created_at',
        'id',
        'is_from_staff',
        'proposal_id',
      ]);
      expect(JSON.stringify(data)).not.toContain(await personOf(at, drobak.resident));
    }
    expect(await rowOf(at, id)).toMatchObject({ status: 'pending' });
    expect(await toldOf(at, drobak.resident, id)).toEqual(['proposal_question']);
  });

  test.each([drobak.household, drobak.neighbour, landlord, ...OUTSIDERS] as Email[])(
    '%s neither reads nor writes it',
    async (who) => {
      const id = await propose(at);
      await say(drobak.consultant, id);
      expect(await say(who, id)).toBe('not_allowed');
      const { data } = await (
        await at.as(who)
      )
        .from('proposal_messages')
        .select('id')
        .eq('proposal_id', id);
      expect(data).toEqual([]);
      expect(await lines(id)).toHaveLength(1);
    },
  );

  test('sent twice is one line; a key of another proposal is refused', async () => {
    const [id, other] = [await propose(at), await propose(at)];
    const key = randomUUID();
    expect(await Promise.all([1, 2].map(() => say(drobak.consultant, id, 'Hva?', key)))).toEqual([
      'sent',
      'sent',
    ]);
    expect(await say(drobak.consultant, other, 'Hva?', key)).toBe('not_allowed');
    expect([await lines(id), await lines(other)].map(({ length }) => length)).toEqual([1, 0]);
  });

  test('ends with the decision, and has limits of length', async () => {
    const id = await propose(at);
    expect(await say(drobak.consultant, id, 'x'.repeat(1001))).toBe('23514');
    expect(await say(drobak.consultant, id, '  ')).toBe('23514');
    expect(await say(drobak.consultant, id, 'x'.repeat(1000))).toBe('sent');
    await decide(at, id, true);
    expect(await say(drobak.consultant, id)).toBe('already_decided');
    expect(await say(drobak.resident, id)).toBe('already_decided');
    expect(await lines(id)).toHaveLength(1);
  });

  test('nobody writes without the function', async () => {
    const id = await propose(at);
    for (const who of [drobak.resident, drobak.consultant] as Email[]) {
      const table = (await at.as(who)).from('proposal_messages');
      const row = {
        id: randomUUID(),
        proposal_id: id,
        block_id: BLOCK,
        is_from_staff: true,
        body: 'Hei',
      };
      expect((await table.insert(row)).error?.code).toBe('42501');
      expect((await table.delete().eq('proposal_id', id)).error?.code).toBe('42501');
    }
    expect(await lines(id)).toEqual([]);
  });
});

describe('the author is told', () => {
  test('of a yes and of a no, once, and nobody else is', async () => {
    const [yes, no] = [await propose(at), await propose(at)];
    await decide(at, yes, true);
    await decide(at, yes, true);
    await decide(at, no, false);
    expect(await toldOf(at, drobak.resident, yes)).toEqual(['proposal_approved']);
    expect(await toldOf(at, drobak.resident, no)).toEqual(['proposal_declined']);
    expect(
      await at.sql('select from public.notifications where proposal_id = any ($1)', [[yes, no]]),
    ).toHaveLength(2);
  });
});

describe('merging two proposals', () => {
  const merge = async (who: Email, proposal_id: string, into_id: string) => {
    const { data, error } = await (
      await at.as(who)
    ).rpc('merge_proposal', { proposal_id, into_id });
    return error?.code ?? data;
  };
  const supporters = (id: string) =>
    at.sql('select person_id from public.proposal_supporters where proposal_id = $1', [id]);
  const support = async (who: Email, id: string) =>
    (await at.as(who)).rpc('support_proposal', { proposal_id: id });

  test('moves the author and the supporters, each counted once', async () => {
    const [from, into] = [
      await propose(at, { approve: true }),
      await propose(at, { who: drobak.neighbour, approve: true }),
    ];
    await support(drobak.household, from);
    await support(drobak.household, into);
    await support(drobak.neighbour, from);
    expect(await merge(drobak.consultant, from, into)).toBe('merged');
    expect(await rowOf(at, from)).toMatchObject({
      status: 'merged',
      merged_into: into,
      support_count: 0,
    });
    expect(await rowOf(at, into)).toMatchObject({ status: 'approved', support_count: 3 });
    expect(await supporters(into)).toHaveLength(3);
    expect(await supporters(from)).toEqual([]);
    expect(await toldOf(at, drobak.resident, from)).toEqual([
      'proposal_approved',
      'proposal_merged',
    ]);
    expect(await merge(drobak.consultant, from, into)).toBe('merged');
    expect(await rowOf(at, into)).toMatchObject({ support_count: 3 });
    const log = await at.sql(
      "select details from public.audit_entries where subject_id = $1 and act = 'merge'",
      [from],
    );
    expect(log).toEqual([{ details: { into } }]);
  });

  test('the author sees where a waiting one went; neighbours never see its text', async () => {
    const [from, into] = [await propose(at), await propose(at, { approve: true })];
    expect(await merge(drobak.consultant, from, into)).toBe('merged');
    const seen = async (who: Email) =>
      (await (await at.as(who)).from('proposals').select('merged_into').eq('id', from)).data;
    expect(await seen(drobak.resident)).toEqual([{ merged_into: into }]);
    expect(await seen(drobak.neighbour)).toEqual([]);
    expect(await seen(landlord)).toEqual([]);
  });

  test('one that neighbours saw still redirects them', async () => {
    const [from, into] = [
      await propose(at, { approve: true }),
      await propose(at, { approve: true }),
    ];
    await merge(drobak.consultant, from, into);
    const db = await at.as(drobak.neighbour);
    expect((await db.from('proposals').select('merged_into').eq('id', from)).data).toEqual([
      { merged_into: into },
    ]);
    expect((await support(drobak.neighbour, from)).data).toBe('not_open');
  });

  test('of an author who has moved out counts nobody', async () => {
    const [one] = await moveIn(at, BLOCK, [demoId('drobakgata-1/flat/B101')]);
    const [from, into] = [randomUUID(), await propose(at, { approve: true })];
    await one!.db.rpc('propose', {
      id: from,
      block_id: BLOCK,
      title: 'Krakk',
      body: 'En krakk.',
      kind: 'physical',
    });
    await at.sql('update public.memberships set ended_at = now() where person_id = $1', [one!.id]);
    expect(await merge(drobak.consultant, from, into)).toBe('merged');
    expect(await rowOf(at, into)).toMatchObject({ support_count: 0 });
  });

  test.each(notItsConsultant)('%s may not', async (who) => {
    const [from, into] = [await propose(at), demoId('drobakgata-1/proposal/flowers')];
    const before = await rowOf(at, into);
    expect(await merge(who, from, into)).toBe('not_allowed');
    expect(await rowOf(at, from)).toMatchObject({ status: 'pending', merged_into: null });
    expect(await rowOf(at, into)).toEqual(before);
  });

  test('needs another visible proposal of the same building, and one that is not answered', async () => {
    const from = await propose(at);
    const hidden = await propose(at, { approve: true });
    await hide(at, hidden);
    const waiting = await propose(at);
    const elsewhere = demoId('stovner-senter/proposal/knitting');
    for (const into of [hidden, waiting, elsewhere, from, randomUUID()])
      expect(await merge(drobak.consultant, from, into), into).toBe('not_found');
    expect(await rowOf(at, from)).toMatchObject({ status: 'pending' });
    const flowers = demoId('drobakgata-1/proposal/flowers');
    for (const done of [hidden, demoId('drobakgata-1/proposal/stroller')])
      expect(await merge(drobak.consultant, done, flowers)).toBe('already_decided');
    expect(await merge(drobak.consultant, elsewhere, flowers)).toBe('not_allowed');
  });

  test('leaves a proposal alone that is in a poll', async () => {
    const bench = demoId('drobakgata-1/proposal/bench');
    const before = await rowOf(at, bench);
    expect(await merge(drobak.consultant, bench, demoId('drobakgata-1/proposal/dinner'))).toBe(
      'in_vote',
    );
    expect(await rowOf(at, bench)).toEqual(before);
  });

  test('in both directions at once: one succeeds', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await propose(at, { approve: true }), await propose(at, { approve: true })];
      const answers = await Promise.all([
        merge(drobak.consultant, a, b),
        merge(drobak.consultant, b, a),
      ]);
      expect(answers.filter((answer) => answer === 'merged')).toHaveLength(1);
      const rows = [await rowOf(at, a), await rowOf(at, b)];
      expect(rows.map((row) => row!['status']).toSorted()).toEqual(['approved', 'merged']);
    }
  });

  test('support given meanwhile waits, and is then refused and counted nowhere', async () => {
    const [from, into] = [
      await propose(at, { approve: true }),
      await propose(at, { approve: true }),
    ];
    const held = await hold(
      at,
      await personOf(at, drobak.consultant),
      'public.merge_proposal($1, $2)',
      [from, into],
    );
    const late = support(drobak.neighbour, from).then(({ data }) => data);
    expect(await isWaiting(late)).toBe(true);
    await held.commit();
    expect(await late).toBe('not_open');
    expect(await rowOf(at, into)).toMatchObject({ support_count: 1 });
    expect(await rowOf(at, from)).toMatchObject({ support_count: 0 });
  });

  test('earlier merged proposals redirect to where it is now', async () => {
    const [a, b, c] = [
      await propose(at, { approve: true }),
      await propose(at, { approve: true }),
      await propose(at, { approve: true }),
    ];
    await merge(drobak.consultant, a, b);
    await merge(drobak.consultant, b, c);
    expect(await rowOf(at, a)).toMatchObject({ merged_into: c });
  });
});

describe('the check', () => {
  const check = async (
    who: Email,
    proposal_id: string,
    more: { is_possible?: boolean; cost_nok?: number; reason?: string } = {},
  ) => {
    const { data, error } = await (
      await at.as(who)
    ).rpc('check_proposal', { proposal_id, is_possible: true, ...more });
    return error?.code ?? data;
  };
  const result = async (id: string) => {
    const { is_possible, cost_nok, check_reason, checked_by_role } = (await rowOf(at, id))!;
    return [is_possible, cost_nok, check_reason, checked_by_role];
  };
  const acts = async (id: string) =>
    (
      await at.sql<{ act: string }>(
        "select act from public.audit_entries where subject_id = $1 and act::text like 'check%' order by acted_at",
        [id],
      )
    ).map(({ act }) => act);

  test('of what is built is done by the landlord, or by the consultant on its behalf and logged as such', async () => {
    const id = await propose(at, { approve: true });
    expect(await check(landlord, id, { cost_nok: 12_000 })).toBe('checked');
    expect(await result(id)).toEqual([true, 12_000, null, 'landlord']);
    expect(
      await check(drobak.consultant, id, { is_possible: false, cost_nok: 5, reason: 'Nei.' }),
    ).toBe('checked');
    expect(await result(id)).toEqual([false, null, 'Nei.', 'consultant']);
    expect(await acts(id)).toEqual(['check', 'check_for_landlord']);
    expect(await toldOf(at, drobak.resident, id)).toEqual([
      'proposal_approved',
      'proposal_checked',
      'proposal_checked',
    ]);
  });

  test('of what people do together is done only by the consultant', async () => {
    const id = await propose(at, { kind: 'social', approve: true });
    expect(await check(landlord, id)).toBe('not_allowed');
    expect(await result(id)).toEqual([null, null, null, null]);
    expect(await check(drobak.consultant, id)).toBe('checked');
    expect(await result(id)).toEqual([true, null, null, 'consultant']);
    expect(await acts(id)).toEqual(['check']);
  });

  test('a no needs its reason', async () => {
    const id = await propose(at, { approve: true });
    for (const reason of [undefined, '', '  '])
      expect(
        await check(landlord, id, { is_possible: false, ...(reason !== undefined && { reason }) }),
      ).toBe('reason_missing');
    expect(await check(landlord, id, { is_possible: null as never })).toBe('reason_missing');
    expect(await result(id)).toEqual([null, null, null, null]);
  });

  test('is only possible for what neighbours can see', async () => {
    const hidden = await propose(at, { approve: true });
    await hide(at, hidden);
    for (const id of [
      await propose(at),
      hidden,
      demoId('drobakgata-1/proposal/stroller'),
      demoId('drobakgata-1/proposal/seats'),
    ]) {
      const before = await rowOf(at, id);
      expect(await check(landlord, id)).toBe('not_open');
      expect(await rowOf(at, id)).toEqual(before);
    }
    expect(await check(landlord, randomUUID())).toBe('not_allowed');
  });

  test('has limits of cost and reason', async () => {
    const id = await propose(at, { approve: true });
    expect(await check(landlord, id, { cost_nok: -1 })).toBe('23514');
    expect(await check(landlord, id, { cost_nok: 100_000_001 })).toBe('23514');
    expect(await check(landlord, id, { is_possible: false, reason: 'x'.repeat(1001) })).toBe(
      '23514',
    );
    expect(await result(id)).toEqual([null, null, null, null]);
    expect(await check(landlord, id, { cost_nok: 100_000_000, reason: 'x'.repeat(1000) })).toBe(
      'checked',
    );
  });

  test.each([drobak.resident, drobak.neighbour, stovner.consultant, ...OUTSIDERS] as Email[])(
    '%s may not',
    async (who) => {
      const id = demoId('drobakgata-1/proposal/bike-pump');
      expect(await check(who, id)).toBe('not_allowed');
      expect(await result(id)).toEqual([null, null, null, null]);
    },
  );

  test('nobody who is not signed in reaches any of it', async () => {
    const db = at.anonymous();
    const id = demoId('drobakgata-1/proposal/bike-pump');
    const answers = [
      await db.rpc('check_proposal', { proposal_id: id, is_possible: true }),
      await db.rpc('merge_proposal', { proposal_id: id, into_id: id }),
      await db.rpc('write_about_proposal', { id: randomUUID(), proposal_id: id, body: 'x' }),
      await db.rpc('suggest_merges', { block_id: BLOCK }),
      await db.rpc('like_proposals', { block_id: BLOCK, title: 'Benk' }),
      await db.from('proposal_messages').select('id'),
    ];
    expect(answers.map(({ error }) => error?.code)).toEqual(Array(6).fill('42501'));
  });
});
