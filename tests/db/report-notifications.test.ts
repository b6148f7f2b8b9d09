import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { YARD, cases, type Cases, type Who } from '../support/cases.ts';
import { FLAT } from '../support/reports.ts';

/** Who is notified of events in a case: the others it concerns, once, and nobody of their own acts. */

let t: Cases;
beforeAll(async () => {
  t = await cases();
});
afterAll(() => t?.close());

const follow = (who: Who, report_id: string) => t.call(who, 'follow_report', { report_id });
/** A case of the yard that the neighbour and the partner follow, without notifications so far. */
const common = async () => {
  const id = await t.newCase(YARD);
  await follow('neighbour', id);
  await follow('partner', id);
  return id;
};
const say = (who: Who, report_id: string, audience: string, id = randomUUID(), body = 'Hei.') =>
  t.call(who, 'add_report_message', { id, report_id, body, audience });
const object = (who: Who, report_id: string) => t.call(who, 'object_report', { report_id });
const merge = (report_id: string, into_id: string) =>
  t.call('landlord', 'merge_report', { report_id, into_id });
const ALL = ['neighbour', 'partner', 'reporter'];

describe('in a common case, with followers', () => {
  test.each([
    ['received', 'the consultant forwards it', (id: string) => t.change('consultant', id, 'forwarded'), 'report_status', ALL],
    ['received', 'the landlord begins', (id: string) => t.change('landlord', id, 'in_progress'), 'report_status', ALL],
    ['received', 'it waits', (id: string) => t.change('landlord', id, 'waiting'), 'report_status', ALL],
    ['received', 'it is closed with words', (id: string) => t.change('landlord', id, 'closed', 'Nei.'), 'report_status', ALL],
    ['fixed', 'the reporter confirms', (id: string) => t.change('reporter', id, 'confirmed'), '', []],
    ['fixed', 'the reporter opens it again', (id: string) => t.change('reporter', id, 'reopened', 'Nei.'), 'report_status', ['neighbour', 'partner']],
    ['closed', 'the reporter appeals', (id: string) => t.change('reporter', id, 'reopened', 'Jo.'), 'report_status', ['neighbour', 'partner']],
    ['fixed', 'one neighbour objects', (id: string) => object('neighbour', id), '', []],
    ['received', 'the staff write to everyone', (id: string) => say('landlord', id, 'everyone'), 'report_message', ALL],
    ['received', 'the staff write to the resident', (id: string) => say('landlord', id, 'resident'), 'report_message', ['reporter']],
    ['received', 'the staff write a note', (id: string) => say('consultant', id, 'internal'), '', []],
    ['received', 'the reporter writes', (id: string) => say('reporter', id, 'resident'), '', []],
    ['received', 'the consultant chases', (id: string) => t.call('consultant', 'chase_report', { report_id: id, body: 'x' }), '', []],
    ['received', 'the staff ask', (id: string) => t.call('landlord', 'ask_report_question', { id: randomUUID(), report_id: id, body: 'x' }), 'report_question', ['reporter']],
    ['received', 'the pictures are shared', (id: string) => t.call('reporter', 'share_report_photos', { report_id: id, are_shared: true }), '', []],
    ['received', 'another one follows', (id: string) => follow('household', id), '', []],
  ] as const)('%s: when %s', async (status, _what, act, kind, people) => {
    const id = await common();
    await t.put(id, status);
    expect(await act(id)).not.toMatch(/not_|wrong|missing|^\d/);
    expect(await t.told(id)).toEqual(people.map((who) => `${kind} ${who}`));
  }); // prettier-ignore

  test('the second neighbour reopens it: all but that one are notified', async () => {
    const id = await common();
    await t.put(id, 'fixed');
    await object('neighbour', id);
    expect(await object('partner', id)).toBe('reopened');
    expect(await t.told(id)).toEqual(['report_status neighbour', 'report_status reporter']);
  });

  test('each change is notified once, however often it is sent', async () => {
    const id = await common();
    await Promise.all([1, 2, 3].map(() => t.change('landlord', id, 'in_progress')));
    const message = randomUUID();
    await Promise.all([1, 2, 3].map(() => say('landlord', id, 'resident', message)));
    expect(await t.told(id)).toEqual(['report_message reporter', ...ALL.map((who) => `report_status ${who}`)]); // prettier-ignore
    await t.change('landlord', id, 'fixed');
    expect((await t.told(id)).filter((line) => line === 'report_status reporter')).toHaveLength(2);
  });
});

test('a message for everyone in a case of a flat is notified only to the reporter', async () => {
  const id = await t.newCase(FLAT);
  await say('landlord', id, 'everyone');
  await t.change('landlord', id, 'in_progress', 'Vi kommer.');
  expect(await t.told(id)).toEqual(['report_message reporter', 'report_status reporter']);
});

test('nobody is notified of their own act, even with two roles in the case', async () => {
  const id = await t.newCase(YARD, 'consultant');
  await follow('neighbour', id);
  await t.change('consultant', id, 'forwarded');
  await say('consultant', id, 'everyone');
  expect(await t.told(id)).toEqual(['report_message neighbour', 'report_status neighbour']);
  await t.change('landlord', id, 'in_progress');
  expect(await t.told(id)).toContain('report_status consultant');
});

test('a case reported without an account notifies its followers only', async () => {
  const id = await t.newCaseFor(YARD);
  await follow('neighbour', id);
  await t.change('landlord', id, 'in_progress');
  expect(await t.told(id)).toEqual(['report_status neighbour']);
});

test('a person who stops following is notified no more', async () => {
  const id = await common();
  await t.call('neighbour', 'follow_report', { report_id: id, is_following: false });
  await t.change('landlord', id, 'in_progress');
  expect(await t.told(id)).toEqual(['report_status partner', 'report_status reporter']);
});

describe('merging', () => {
  test('notifies the people of the merged case, and undoing notifies them too', async () => {
    const [one, into] = [await common(), await t.newCase(YARD, 'household')];
    await merge(one, into);
    expect(await t.told(one)).toEqual(ALL.map((who) => `report_merged ${who}`));
    expect(await t.told(into)).toEqual([]);
    await t.call('landlord', 'unmerge_report', { report_id: one });
    expect(await t.told(one)).toEqual([
      ...ALL.map((who) => `report_merged ${who}`),
      ...ALL.map((who) => `report_status ${who}`),
    ]);
    expect(await t.told(into)).toEqual([]);
  });

  test('afterwards notifies all in the case they were moved to, and in no other', async () => {
    const [one, into] = [await common(), await t.newCase(YARD, 'household')];
    await merge(one, into);
    await t.change('landlord', into, 'in_progress');
    await say('landlord', into, 'resident');
    expect(await t.told(into)).toEqual([
      'report_message household',
      ...['household', ...ALL].map((who) => `report_status ${who}`),
    ]);
    expect(await t.told(one)).toHaveLength(3);
  });
});

describe('a person who moved out', () => {
  const away = async (who: 'reporter' | 'neighbour', during: () => Promise<void>) => {
    const id = await t.idOf(who);
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [id]);
    try {
      await during();
    } finally {
      await t.sql('update public.memberships set ended_at = null where person_id = $1', [id]);
    }
  };

  test('is notified of their own case, not of one they only followed', async () => {
    const id = await common();
    await away('reporter', async () => void (await t.change('landlord', id, 'in_progress')));
    await away('neighbour', async () => void (await t.change('landlord', id, 'fixed')));
    expect(await t.told(id)).toEqual([
      'report_status neighbour', 'report_status partner', 'report_status partner', 'report_status reporter', 'report_status reporter',
    ]); // prettier-ignore
  });

  test('is notified where their own case was merged to, along a chain, and no longer of what they only followed', async () => {
    const [a, b, c] = [await common(), await t.newCase(YARD, 'household'), await t.newCase(YARD, 'household')]; // prettier-ignore
    await merge(a, b);
    await merge(b, c);
    await away('reporter', () =>
      away('neighbour', async () => void (await t.change('landlord', c, 'in_progress'))),
    );
    expect(await t.told(c)).toEqual(['report_status household', 'report_status partner', 'report_status reporter']); // prettier-ignore
  });

  test('and is now only an observer here is not notified either', async () => {
    const id = await common();
    const [who] = [await t.idOf('neighbour')];
    await away('neighbour', async () => {
      await t.sql("insert into public.memberships (person_id, role, block_id) select $1, 'observer', block_id from public.reports where id = $2", [who, id]); // prettier-ignore
      await t.change('landlord', id, 'in_progress');
      await t.sql("delete from public.memberships where person_id = $1 and role = 'observer'", [who]); // prettier-ignore
    });
    expect(await t.told(id)).toEqual(['report_status partner', 'report_status reporter']);
  });
});

describe('the row of a notification', () => {
  test('does not exist when the event did not happen', async () => {
    const id = await common();
    expect(await t.change('landlord', id, 'closed', 'x'.repeat(2001))).toBe('23514');
    expect(await say('landlord', id, 'everyone', randomUUID(), 'x'.repeat(2001))).toBe('23514');
    expect(await t.call('landlord', 'ask_report_question', { id: randomUUID(), report_id: id, body: 'x'.repeat(501) })).toBe('23514'); // prettier-ignore
    expect(await t.told(id)).toEqual([]);
    expect(await t.events(id)).toHaveLength(1);
    expect(await t.statusOf(id)).toBe('received');
  });

  test('contains no text of the case, and is read only by its receiver', async () => {
    const id = await common();
    await say('landlord', id, 'resident', randomUUID(), 'ORDENE');
    await t.change('landlord', id, 'closed', 'GRUNNEN');
    const rows = await t.sql('select * from public.notifications where report_id = $1', [id]);
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/ORDENE|GRUNNEN/);
    for (const who of ['reporter', 'neighbour', 'household', 'consultant', 'landlord'] as const) {
      const { data } = await (await t.as(who)).from('notifications').select('person_id').eq('report_id', id); // prettier-ignore
      const mine = await t.idOf(who);
      expect(data, who).toEqual(rows.flatMap(({ person_id }) => (person_id === mine ? [{ person_id }] : []))); // prettier-ignore
    }
  });
});
