import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYBODY, followUps, type Who } from '../support/follow-ups.ts';
import { fingerprint } from '../support/rights.ts';

/** The follow-up of a poll: who may write it, what it must contain, and that it stays. */

let t: Awaited<ReturnType<typeof followUps>>;
beforeAll(async () => {
  t = await followUps();
});
afterAll(() => t?.close());

const TABLES = ['follow_ups', 'follow_up_updates', 'follow_up_milestones'] as const;
const READERS: Who[] = [
  'reporter', 'household', 'neighbour', 'partner', 'consultant', 'landlord',
]; // prettier-ignore
const all = () => Promise.all(TABLES.map((table) => fingerprint(t, `public.${table}`)));
const unchanged = async (call: () => Promise<unknown>) => {
  const before = await all();
  const answer = await call();
  expect(await all()).toEqual(before);
  return answer;
};

describe('reading', () => {
  test.each(EVERYBODY)('%s', async (who) => {
    const id = await t.counted();
    await t.say('consultant', id);
    await t.call('consultant', 'add_milestone', { id: randomUUID(), poll_id: id, title: 'Bestille' }); // prettier-ignore
    const db = await t.as(who);
    for (const table of TABLES) {
      const { data } = await db.from(table).select('poll_id').eq('poll_id', id);
      expect(data ?? [], table).toEqual(READERS.includes(who) ? [{ poll_id: id }] : []);
    }
  });

  test('nothing is read or written before the votes are counted, whoever asks', async () => {
    const id = await t.counted({ isCounted: false });
    await t.sql(
      `insert into public.follow_up_updates (id, poll_id, block_id, author_role, status, body)
       values ($1, $2, $3, 'consultant', 'work', 'For tidlig.')`,
      [randomUUID(), id, t.block],
    );
    for (const who of EVERYBODY) {
      const db = await t.as(who);
      for (const table of TABLES)
        expect((await db.from(table).select('poll_id').eq('poll_id', id)).data ?? []).toEqual([]);
    }
    expect(await unchanged(() => t.say('consultant', id))).toBe('not_allowed');
  });

  test('nobody reads when the owner was reminded', async () => {
    const { error } = await (await t.as('consultant')).from('follow_ups').select('told_late_at');
    expect(error?.code).toBe('42501');
  });
});

describe('writing', () => {
  test.each(EVERYBODY)('%s writes no table directly', async (who) => {
    const id = await t.counted();
    await t.say('consultant', id);
    const db = await t.as(who);
    await unchanged(async () => {
      for (const table of TABLES) {
        await db.from(table).delete().eq('poll_id', id);
        await db.from(table).update({ block_id: t.block }).eq('poll_id', id);
        await db.from(table).insert({ poll_id: id, block_id: t.block } as never);
      }
    });
  });

  test.each(EVERYBODY)('%s writes about a follow-up of the consultant', async (who) => {
    const id = await t.counted();
    if (who === 'consultant') return expect(await t.say(who, id)).toBe('updated');
    const answer = await unchanged(() => t.say(who, id));
    expect(answer).toBe(who === 'anonymous' ? '42501' : 'not_allowed');
  });

  test.each(EVERYBODY)('%s writes about a follow-up of the landlord', async (who) => {
    const id = await t.counted({ owner: 'landlord' });
    if (who === 'consultant' || who === 'landlord') {
      expect(await t.say(who, id)).toBe('updated');
      expect((await t.said(id)).map(({ author_role }) => author_role)).toEqual([who]);
      return;
    }
    const answer = await unchanged(() => t.say(who, id));
    expect(answer).toBe(who === 'anonymous' ? '42501' : 'not_allowed');
  });

  test('the consultant hands it over and takes it back; the landlord does not hand on its own promise', async () => {
    const id = await t.counted();
    await t.say('consultant', id, { owner: 'landlord' });
    expect(await t.say('landlord', id, { owner: 'consultant', delayed_because: 'Is.' })).toBe('updated'); // prettier-ignore
    expect(await t.row(id)).toMatchObject({ owner: 'landlord' });
    expect(await t.say('consultant', id, { owner: 'consultant', delayed_because: 'Is.' })).toBe('updated'); // prettier-ignore
    expect(await unchanged(() => t.say('landlord', id))).toBe('not_allowed');
  });

  test('the row has the state, the history what was written, and the log who acted', async () => {
    const id = await t.counted();
    await t.say('consultant', id, { body: ' Benken kjøpes. ', cost_nok: 100 });
    await t.say('consultant', id, { body: 'Den er her.', status: 'done', cost_nok: 9000 });
    expect(await t.row(id)).toMatchObject({
      status: 'done', decision: 'Benken kjøpes.', body: 'Den er her.', next_on: null, cost_nok: 9000,
    }); // prettier-ignore
    expect((await t.row(id))['closed_at']).not.toBeNull();
    expect((await t.said(id)).map(({ status, body }) => [status, body])).toEqual([
      ['work', 'Benken kjøpes.'],
      ['done', 'Den er her.'],
    ]);
    expect(await t.acts(id)).toEqual(['update_follow_up', 'update_follow_up']);
  });
});

describe('required texts', () => {
  test.each([
    ['no words', {}, { body: ' \n ' }, 'body_missing'],
    ['no day while it is in work', {}, { next_on: null }, 'next_missing'],
    ['no day while a decision is awaited', {}, { status: 'decision', next_on: null }, 'next_missing'],
    ['a day that has passed', {}, { next_on: -1 }, 'next_passed'],
    ['today', {}, { next_on: 0 }, 'updated'],
    ['a day in a year', {}, { next_on: 365 }, 'updated'],
    ['a day in more than a year', {}, { next_on: 367 }, 'next_too_far'],
    ['a later day, having come no further', { status: 'work' }, { next_on: 8 }, 'delay_missing'],
    ['a later day with why', { status: 'work' }, { next_on: 8, delayed_because: 'Is.' }, 'updated'],
    ['a later day with white space for why', { status: 'work' }, { next_on: 8, delayed_because: ' ' }, 'delay_missing'],
    ['the same day', { status: 'work' }, { next_on: 7 }, 'updated'],
    ['an earlier day', { status: 'work' }, { next_on: 3 }, 'updated'],
    ['a later day, having come further', {}, { next_on: 60 }, 'updated'],
    ['after the day had passed, having come further', { days: -1 }, { next_on: 60 }, 'delay_missing'],
    ['on the last day', { days: 0 }, { next_on: 60 }, 'updated'],
    ['after the day had passed, with why', { days: -1 }, { delayed_because: 'Is.' }, 'updated'],
    ['that it is done, late', { days: -9 }, { status: 'done', next_on: null }, 'updated'],
    ['that it is declined, with a reason', {}, { status: 'declined', next_on: null }, 'updated'],
    ['that it is declined, without', {}, { status: 'declined', body: '' }, 'body_missing'],
    ['back to before the decision', { status: 'work' }, { status: 'decision' }, 'wrong_status'],
    ['no status', {}, { status: null }, 'wrong_status'],
    ['that what is done is in work', { status: 'done' }, {}, 'closed'],
    ['that what is done is declined', { status: 'done' }, { status: 'declined' }, 'closed'],
    ['that what is done awaits a decision, reopened', { status: 'done' }, { status: 'decision', is_reopened: true }, 'closed'],
    ['that what is done is taken up again', { status: 'done' }, { is_reopened: true }, 'reopened'],
    ['that what is declined is taken up again', { status: 'declined' }, { is_reopened: true }, 'reopened'],
    ['that it is taken up again without a day', { status: 'done' }, { is_reopened: true, next_on: null }, 'next_missing'],
    ['more of what is done', { status: 'done' }, { status: 'done', cost_nok: 1 }, 'updated'],
  ])('%s', async (_what, before, sent, outcome) => {
    const id = await t.counted(before);
    const next = (sent as { next_on?: unknown }).next_on;
    const call = () =>
      t.say('consultant', id, {
        next_on: t.day(5),
        ...sent,
        ...(typeof next === 'number' && { next_on: t.day(next) }),
      });
    if (outcome === 'updated' || outcome === 'reopened') return expect(await call()).toBe(outcome);
    expect(await unchanged(call)).toBe(outcome);
  }); // prettier-ignore

  test('a text longer than the form allows is an error and changes nothing', async () => {
    const id = await t.counted();
    for (const sent of [
      { body: 'x'.repeat(1001) },
      { delayed_because: 'x'.repeat(501) },
      { cost_nok: -1 },
    ])
      // prettier-ignore
      expect(await unchanged(() => t.say('consultant', id, sent))).toBe('23514');
    expect(await t.say('consultant', id, { body: 'x'.repeat(1000) })).toBe('updated');
  });

  test('the promised day is kept with what is written after it', async () => {
    const id = await t.counted({ days: -3 });
    await t.say('consultant', id, { delayed_because: 'Is.' });
    const [row] = await t.sql<{ promised_on: string }>(
      'select promised_on::text from public.follow_up_updates where poll_id = $1',
      [id],
    );
    expect(row!.promised_on).toBe(t.day(-3));
  });
});

describe('twice and at once', () => {
  test('the same form sent five times at once is stored once', async () => {
    const id = await t.counted();
    const key = { id: randomUUID() };
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => t.say('consultant', id, key)));
    expect(new Set(answers)).toEqual(new Set(['updated']));
    expect(await t.said(id)).toHaveLength(1);
    expect(await t.acts(id)).toHaveLength(1);
  });

  test('a change based on an outdated page is refused, and nothing is changed or notified', async () => {
    const id = await t.counted();
    expect((await t.row(id))['version']).toBe(0);
    expect(await t.say('consultant', id, { seen_version: 0, cost_nok: 900 })).toBe('updated');
    const told = await t.told(id);
    for (const stale of [{ cost_nok: 100 }, { status: 'done' }, { owner: 'landlord' }, { body: '' }])
      expect(await unchanged(() => t.say('consultant', id, { seen_version: 0, ...stale }))).toBe('changed_meanwhile');
    expect(await t.told(id)).toEqual(told);
    expect(await t.row(id)).toMatchObject({ version: 1, cost_nok: 900, owner: 'consultant' });
    expect(await t.say('consultant', id, { seen_version: 1, cost_nok: 950 })).toBe('updated');
  }); // prettier-ignore

  test('of several who saw the same state, one is accepted; the same form twice is not a conflict', async () => {
    const id = await t.counted({ owner: 'landlord' });
    const keys = ['consultant', 'landlord', 'consultant', 'landlord'].map((who) => ({ who: who as Who, id: randomUUID() })); // prettier-ignore
    const send = ({ who, id: key }: (typeof keys)[number]) =>
      t.say(who, id, { id: key, seen_version: 0 });
    const answers = await Promise.all(keys.map(send));
    expect(answers.toSorted()).toEqual([...Array<string>(3).fill('changed_meanwhile'), 'updated']);
    const heard = keys[answers.indexOf('updated')]!;
    expect(await unchanged(() => send(heard))).toBe('updated');
    expect(await t.said(id)).toHaveLength(1);
  });

  test('a step or a picture does not count as a conflicting change', async () => {
    const id = await t.counted();
    await t.call('consultant', 'add_milestone', { id: randomUUID(), poll_id: id, title: 'Bestille' }); // prettier-ignore
    expect(await t.say('consultant', id, { seen_version: 0 })).toBe('updated');
  });

  test('a key that was used for another poll is refused', async () => {
    const [one, other] = [await t.counted(), await t.counted()];
    const key = { id: randomUUID() };
    await t.say('consultant', one, key);
    expect(await unchanged(() => t.say('consultant', other, key))).toBe('not_allowed');
  });

  test('of done and work at once, done stays', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await t.counted({ owner: 'landlord', status: 'work' });
      await Promise.all([
        t.say('consultant', id, { status: 'done', body: 'Ferdig.' }),
        t.say('landlord', id, { next_on: t.day(2) }),
      ]);
      expect((await t.row(id))['status']).toBe('done');
    }
  });
});

describe('the history', () => {
  test.each(['update', 'delete', 'truncate'])('is not open to %s, not even to its owner', async (verb) => {
    const id = await t.counted();
    await t.say('consultant', id);
    const statement = {
      update: "update public.follow_up_updates set body = 'Noe annet'",
      delete: 'delete from public.follow_up_updates',
      truncate: 'truncate public.follow_up_updates',
    }[verb]!;
    const answer = await unchanged(() => t.sql(statement).then(() => 'done', (error: Error) => error.message)); // prettier-ignore
    expect(answer).toMatch(/append-only/);
  }); // prettier-ignore
});

describe('steps', () => {
  const add = (who: Who, poll_id: string, more: object = {}) =>
    t.call(who, 'add_milestone', { id: randomUUID(), poll_id, title: 'Bestille', ...more });
  const change = (who: Who, milestone_id: string, act: string) =>
    t.call(who, 'change_milestone', { milestone_id, act });

  test.each(EVERYBODY)('%s adds, marks and removes one of the landlord’s', async (who) => {
    const id = await t.counted({ owner: 'landlord' });
    await add('consultant', id);
    const [step] = await t.milestones(id);
    const tries = () => [
      () => add(who, id),
      ...['done', 'undone', 'removed'].map((act) => () => change(who, step!.id, act)),
    ];
    if (who === 'consultant' || who === 'landlord') {
      const answers = [];
      for (const attempt of tries()) answers.push(await attempt());
      expect(answers).toEqual(['added', 'done', 'undone', 'removed']);
      expect(await t.acts(id)).toEqual([
        'add_milestone', 'add_milestone', 'complete_milestone', 'reopen_milestone', 'remove_milestone',
      ]); // prettier-ignore
      return;
    }
    for (const attempt of tries())
      expect(await unchanged(attempt)).toBe(who === 'anonymous' ? '42501' : 'not_allowed');
  });

  test('marking twice keeps the day and is logged once', async () => {
    const id = await t.counted();
    const step = randomUUID();
    await add('consultant', id, { id: step });
    await t.sql("update public.follow_up_milestones set done_on = '2020-01-01' where id = $1", [
      step,
    ]);
    expect(await unchanged(() => change('consultant', step, 'done'))).toBe('done');
    expect(await t.acts(id)).toEqual(['add_milestone']);
  });

  test('the same form twice is one step, and the twenty-first is refused, also at once', async () => {
    const id = await t.counted();
    const key = { id: randomUUID() };
    await Promise.all([add('consultant', id, key), add('consultant', id, key)]);
    expect(await t.milestones(id)).toHaveLength(1);
    const answers = await Promise.all(Array.from({ length: 21 }, () => add('consultant', id)));
    expect(answers.filter((answer) => answer === 'too_many')).toHaveLength(2);
    expect(await t.milestones(id)).toHaveLength(20);
  });

  test('a finished follow-up gets no more steps and changes none', async () => {
    const id = await t.counted();
    const step = randomUUID();
    await add('consultant', id, { id: step });
    await t.say('consultant', id, { status: 'done' });
    expect(await unchanged(() => add('consultant', id))).toBe('closed');
    expect(await unchanged(() => change('consultant', step, 'removed'))).toBe('closed');
  });

  test('an unknown follow-up gets the same answer as one of somebody else', async () => {
    expect(await change('consultant', randomUUID(), 'done')).toBe('not_allowed');
    expect(await add('consultant', randomUUID())).toBe('not_allowed');
  });
});
