import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  NEIGHBOURS,
  OUTSIDERS,
  STATUSES,
  YARD,
  cases,
  type Cases,
  type Status,
  type Who,
} from '../support/cases.ts';
import { hold, isWaiting } from '../support/held.ts';
import { FLAT } from '../support/reports.ts';

/** Who may make which change of status: everybody, by every function. */

let t: Cases;
beforeAll(async () => {
  t = await cases();
});
afterAll(() => t?.close());

const OPEN: Status[] = ['received', 'forwarded', 'in_progress', 'waiting', 'reopened'];
const pairs = (froms: Status[], tos: Status[]) =>
  froms.flatMap((from) => tos.map((to) => `${from} ${to}`));
const ASKS: Status[] = ['received', 'forwarded', 'reopened'];
const OF_LANDLORD = [
  ...pairs(ASKS, ['in_progress', 'waiting', 'fixed', 'closed']),
  ...pairs(['in_progress'], ['waiting', 'fixed', 'closed']),
  ...pairs(['waiting'], ['in_progress', 'fixed', 'closed']),
];
const OF_CONSULTANT = pairs(['received', 'reopened'], ['forwarded']);
const OF_REPORTER = [
  ...pairs(['fixed'], ['confirmed', 'reopened']),
  ...pairs(['closed'], ['reopened']),
  ...pairs(OPEN, ['withdrawn']),
];

describe('every change of status, requested by everybody', () => {
  /** A case in each status: one of `reporter`, and one of a person without an account. */
  const sets: Record<'common' | 'flat' | 'on behalf', string[]> = {
    common: [],
    flat: [],
    'on behalf': [],
  };
  let anchor: string;
  beforeAll(async () => {
    anchor = await t.newCase();
    for (let n = 0; n < STATUSES.length; n++) {
      sets.common.push(await t.newCase());
      sets.flat.push(await t.newCase(FLAT));
      sets['on behalf'].push(await t.newCaseFor());
    }
  });
  const reset = (ids: string[]) =>
    t.sql(
      `with never as (update public.report_details set appealed_at = null where report_id = any ($1))
       update public.reports r set status = s, waiting_for = case when s = 'waiting' then 'parts'::public.report_wait end,
         merged_into = case when s = 'merged' then $3::uuid end
       from unnest($1::uuid[], $2::public.report_status[]) u (id, s) where r.id = u.id`,
      [ids, STATUSES, anchor],
    );
  /** The results of requesting every change; the rows must agree with the answers. */
  const all = async (who: Who, ids: string[]) => {
    const seen = new Map<string, unknown>();
    for (const to of STATUSES) {
      await reset(ids);
      const answer = await t.call(who, 'change_reports_status', {
        report_ids: ids,
        to_status: to,
        reason: 'Fordi.',
        waiting_for: 'parts',
      });
      if (!Array.isArray(answer)) return answer;
      const outcomes = new Map(answer.map((one) => [one.report_id, one.outcome]));
      const rows = await t.sql<{ id: string; status: Status }>(
        'select id, status from public.reports where id = any ($1)',
        [ids],
      );
      for (const { id, status } of rows) {
        const from = STATUSES[ids.indexOf(id)]!;
        const outcome = outcomes.get(id);
        expect(status, `${who}: ${from} ${to}`).toBe(outcome === 'changed' ? to : from);
        seen.set(`${from} ${to}`, outcome);
      }
    }
    return seen;
  };
  const expected = (changes: string[], otherwise: string, same = otherwise) =>
    new Map(
      STATUSES.flatMap((to) => STATUSES.map((from) => [from, to] as const)).map(([from, to]) => {
        const pair = `${from} ${to}`;
        return [pair, from === to ? same : changes.includes(pair) ? 'changed' : otherwise];
      }),
    );
  const sorted = (map: unknown) => [...(map as Map<string, unknown>)].toSorted();

  test.each([
    ['landlord', 'common', OF_LANDLORD],
    ['landlord', 'flat', OF_LANDLORD],
    ['landlord', 'on behalf', OF_LANDLORD],
    ['consultant', 'common', OF_CONSULTANT],
    ['consultant', 'flat', OF_CONSULTANT],
    ['consultant', 'on behalf', [...OF_CONSULTANT, ...OF_REPORTER]],
    ['reporter', 'common', OF_REPORTER],
    ['reporter', 'flat', OF_REPORTER],
  ] as const)('%s, case %s: exactly these changes are made', async (who, set, changes) => {
    const seen = await all(who, sets[set]);
    expect(sorted(seen)).toEqual(sorted(expected([...changes], 'not_allowed', 'unchanged')));
  });

  test.each([
    ...NEIGHBOURS.map((who) => [who, 'common', 'not_allowed'] as const),
    ['neighbour', 'on behalf', 'not_allowed'] as const,
    ['household', 'flat', 'not_found'] as const,
    ...OUTSIDERS.map((who) => [who, 'common', 'not_found'] as const),
    ['consultant elsewhere', 'on behalf', 'not_found'] as const,
  ])('%s, case %s: nothing is changed, every answer is %s', async (who, set, outcome) => {
    expect(sorted(await all(who, sets[set]))).toEqual(sorted(expected([], outcome)));
  });

  test('anonymous: the functions can not be called', async () => {
    expect(await all('anonymous', sets.common)).toBe('42501');
    expect(await t.change('anonymous', sets.common[0]!, 'fixed')).toBe('42501');
    for (const [name, args] of Object.entries({
      object_report: { report_id: anchor },
      merge_report: { report_id: anchor, into_id: anchor },
      unmerge_report: { report_id: anchor },
      chase_report: { report_id: anchor },
    }))
      expect(await t.call('anonymous', name, args), name).toBe('42501');
  });
});

describe('what a case waits for', () => {
  const wait = (id: string, waiting_for: string | null, reason: string | null = null) =>
    t.call('landlord', 'change_report_status', {
      report_id: id,
      to_status: 'waiting',
      waiting_for,
      reason,
    });

  test('is stated when the status is waiting, and only then', async () => {
    const id = await t.newCase();
    expect(await wait(id, null)).toBe('waiting_for_missing');
    expect(await t.row(id)).toMatchObject({ status: 'received', waiting_for: null });
    expect(await wait(id, 'the moon')).toBe('22P02');
    expect(await t.events(id)).toHaveLength(1);
  });

  test('is stored in the case and its event, and removed when the case continues', async () => {
    const id = await t.newCase();
    for (const what of ['parts', 'contractor', 'access'])
      expect(await wait(id, what)).toBe('changed');
    expect(await t.row(id)).toMatchObject({ status: 'waiting', waiting_for: 'access' });
    expect(await wait(id, 'access')).toBe('unchanged');
    expect(await wait(id, null)).toBe('waiting_for_missing');
    expect(
      await t.call('landlord', 'change_report_status', {
        report_id: id,
        to_status: 'in_progress',
        waiting_for: 'parts',
      }),
    ).toBe('changed');
    expect(await t.row(id)).toMatchObject({ status: 'in_progress', waiting_for: null });
    const rows = await t.sql(
      'select from_status, to_status, waiting_for from public.report_events where report_id = $1 order by id',
      [id],
    );
    expect(rows).toEqual([
      { from_status: null, to_status: 'received', waiting_for: null },
      { from_status: 'received', to_status: 'waiting', waiting_for: 'parts' },
      { from_status: 'waiting', to_status: 'waiting', waiting_for: 'contractor' },
      { from_status: 'waiting', to_status: 'waiting', waiting_for: 'access' },
      { from_status: 'waiting', to_status: 'in_progress', waiting_for: null },
    ]);
  });

  test('is changed by the landlord, not by the reporter or the consultant', async () => {
    const id = await t.newCase();
    await wait(id, 'parts');
    for (const who of ['reporter', 'consultant'] as const)
      expect(
        await t.call(who, 'change_report_status', {
          report_id: id,
          to_status: 'waiting',
          waiting_for: 'access',
        }),
      ).toBe('not_allowed');
    expect(await t.row(id)).toMatchObject({ waiting_for: 'parts' });
  });
});

describe('reasons', () => {
  test.each([
    ['landlord', YARD, 'everyone'],
    ['landlord', FLAT, 'resident'],
    ['reporter', YARD, 'resident'],
    ['reporter', FLAT, 'resident'],
  ] as const)(
    'the reason of %s belongs to its event (place %s) and is for: %s',
    async (who, place, audience) => {
      const id = await t.newCase(place);
      await t.put(id, who === 'reporter' ? 'fixed' : 'in_progress');
      await t.change(who, id, who === 'reporter' ? 'reopened' : 'closed', '  Det er ikke slik.\n ');
      const [event] = await t.sql<{ id: string }>(
        'select id from public.report_events where report_id = $1 order by id desc limit 1',
        [id],
      );
      expect(await t.messages(id)).toEqual([
        { audience, author_role: who, body: expect.stringMatching(/^Det er ikke slik/), event_id: event!.id }, // prettier-ignore
      ]);
    },
  );

  test('a reason that is too long changes nothing', async () => {
    const id = await t.newCase();
    expect(await t.change('landlord', id, 'closed', 'x'.repeat(2001))).toBe('23514');
    expect(await t.statusOf(id)).toBe('received');
    expect(await t.events(id)).toHaveLength(1);
  });
});

describe('the appeal', () => {
  test('needs a reason, and is used up by an appeal, not by an attempt', async () => {
    const id = await t.newCase(FLAT);
    await t.change('landlord', id, 'closed', 'Nei.');
    expect(await t.change('reporter', id, 'reopened')).toBe('reason_missing');
    expect(await t.change('reporter', id, 'reopened', ' \n')).toBe('reason_missing');
    expect(await t.statusOf(id)).toBe('closed');
    expect(await t.change('reporter', id, 'reopened', 'Jo.')).toBe('changed');
    await t.change('landlord', id, 'closed', 'Fortsatt nei.');
    expect(await t.change('reporter', id, 'reopened', 'Fortsatt jo.')).toBe('appealed_already');
    expect(await t.statusOf(id)).toBe('closed');
  });

  test('sent twice at once it is one reopening', async () => {
    const id = await t.newCase(FLAT);
    await t.put(id, 'closed');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => t.change('reporter', id, 'reopened', 'Jo.')),
    );
    expect(answers.toSorted()).toEqual(['changed', ...Array<string>(5).fill('unchanged')]);
    expect(await t.events(id)).toHaveLength(2);
  });

  test('waits for a change in progress, and is decided after it', async () => {
    const id = await t.newCase(FLAT);
    await t.put(id, 'closed');
    const first = await hold(
      t,
      await t.idOf('reporter'),
      "private.change_report_status($1, 'reopened', 'Jo.', null)",
      [id],
    );
    const second = t.change('reporter', id, 'reopened', 'Jo.');
    expect(await isWaiting(second)).toBe(true);
    await first.commit();
    expect(await second).toBe('unchanged');
  });

  test('is made by the consultant for a case without an account, also once', async () => {
    const id = await t.newCaseFor(FLAT, 'landlord', 'leak');
    await t.put(id, 'closed');
    expect(await t.change('landlord', id, 'reopened', 'Jo.')).toBe('not_allowed');
    expect(await t.change('consultant', id, 'reopened')).toBe('reason_missing');
    expect(await t.change('consultant', id, 'reopened', 'Jo.')).toBe('changed');
    expect((await t.events(id)).at(-1)).toMatchObject({ actor_role: 'consultant' });
    await t.put(id, 'closed');
    expect(await t.change('consultant', id, 'reopened', 'Jo.')).toBe('appealed_already');
  });

  test('is not used up by reporting that a repair did not help', async () => {
    const id = await t.newCase(FLAT);
    await t.put(id, 'fixed');
    expect(await t.change('reporter', id, 'reopened')).toBe('changed');
    await t.put(id, 'closed');
    expect(await t.change('reporter', id, 'reopened', 'Jo.')).toBe('changed');
  });
});

describe('withdrawing', () => {
  test('is refused when a person without an account has the case too, through a merge', async () => {
    const mine = await t.newCase();
    const theirs = await t.newCaseFor();
    expect(await t.call('landlord', 'merge_report', { report_id: theirs, into_id: mine })).toBe('merged'); // prettier-ignore
    expect(await t.change('reporter', mine, 'withdrawn')).toBe('others_have_it');
    expect(await t.statusOf(mine)).toBe('received');
    await t.call('landlord', 'unmerge_report', { report_id: theirs });
    expect(await t.change('reporter', mine, 'withdrawn')).toBe('changed');
  });

  test('is possible for two merged cases of my own', async () => {
    const [one, two] = [await t.newCase(), await t.newCase()];
    await t.call('landlord', 'merge_report', { report_id: two, into_id: one });
    expect(await t.change('reporter', one, 'withdrawn')).toBe('changed');
  });
});

describe('“Ikke fikset” by neighbours', () => {
  const object = (who: Who, report_id: string) => t.call(who, 'object_report', { report_id });
  const fixed = async (status: Status = 'fixed') => {
    const id = await t.newCase();
    await t.put(id, status);
    return id;
  };

  test.each(['fixed', 'confirmed'] as const)(
    'the second flat reopens a case that was %s',
    async (status) => {
      const id = await fixed(status);
      expect(await object('neighbour', id)).toBe('counted');
      expect(await t.statusOf(id)).toBe(status);
      expect(await object('household', id)).toBe('reopened');
      expect((await t.events(id)).at(-1)).toEqual({
        kind: 'status', from_status: status, to_status: 'reopened', actor_role: 'neighbour',
      }); // prettier-ignore
    },
  );

  test('the same person and the same flat count once', async () => {
    const id = await fixed();
    const [one] = await t.neighbours(1);
    const mate = await t.neighbours(1);
    await t.sql('update public.memberships set flat_id = $2 where person_id = $1', [
      mate[0]!.id,
      one!.flatId,
    ]);
    expect(await t.callAs(one!.db, 'object_report', { report_id: id })).toBe('counted');
    expect(await t.callAs(one!.db, 'object_report', { report_id: id })).toBe('unchanged');
    expect(await t.callAs(mate[0]!.db, 'object_report', { report_id: id })).toBe('counted');
    expect(await t.statusOf(id)).toBe('fixed');
    expect(await object('neighbour', id)).toBe('reopened');
  });

  test('a person who works here counts as a flat of their own', async () => {
    const id = await fixed();
    expect(await object('partner', id)).toBe('counted');
    expect(await object('partner', id)).toBe('unchanged');
    expect(await object('neighbour', id)).toBe('reopened');
  });

  test.each([
    ['reporter', 'not_allowed'],
    ['landlord', 'not_found'],
    ['consultant', 'not_found'],
    ...OUTSIDERS.map((who) => [who, 'not_found'] as const),
  ] as const)('%s does not object: %s', async (who, outcome) => {
    const id = await fixed();
    await object('neighbour', id);
    expect(await object(who, id)).toBe(outcome);
    expect(await t.statusOf(id)).toBe('fixed');
  });

  test('a case of a flat has no neighbours, not even in the same flat', async () => {
    const id = await t.newCase(FLAT);
    await t.put(id, 'fixed');
    for (const who of NEIGHBOURS) expect(await object(who, id)).toBe('not_found');
  });

  test('only a case that is fixed or confirmed can be objected to', async () => {
    const anchor = await t.newCase();
    const id = await t.newCase();
    for (const status of STATUSES.filter((one) => one !== 'fixed' && one !== 'confirmed')) {
      await t.put(id, status, anchor);
      expect(await object('neighbour', id), status).toBe('not_allowed');
    }
    expect(await t.sql('select from public.report_objections where report_id = $1', [id])).toEqual(
      [],
    );
  });

  test('for 14 days', async () => {
    const id = await fixed();
    const ago = (time: string) =>
      t.sql('update public.reports set status_changed_at = now() - $2::interval where id = $1', [id, time]); // prettier-ignore
    await ago('14 days 1 minute');
    expect(await object('neighbour', id)).toBe('too_late');
    await ago('13 days 23 hours 59 minutes');
    expect(await object('neighbour', id)).toBe('counted');
  });

  test('after reopening the count starts again', async () => {
    const id = await fixed();
    await object('neighbour', id);
    await object('household', id);
    await t.change('landlord', id, 'fixed');
    expect(await object('neighbour', id)).toBe('counted');
    expect(await t.statusOf(id)).toBe('fixed');
  });

  test('an objection before the reporter reopened it does not count against the next repair', async () => {
    const id = await fixed();
    await object('neighbour', id);
    await t.change('reporter', id, 'reopened', 'Nei.');
    await t.change('landlord', id, 'fixed');
    expect(await object('household', id)).toBe('counted');
    expect(await t.statusOf(id)).toBe('fixed');
  });

  test('eight flats at the same instant are one reopening', async () => {
    const id = await fixed();
    const many = await t.neighbours(8);
    const answers = await Promise.all(
      many.map(({ db }) => t.callAs(db, 'object_report', { report_id: id })),
    );
    expect(answers.toSorted()).toEqual([
      'counted',
      ...Array<string>(6).fill('not_allowed'),
      'reopened',
    ]);
    expect(await t.events(id)).toHaveLength(2);
  });

  test('a person who moved out can not object any more', async () => {
    const id = await fixed();
    const [gone] = await t.neighbours(1);
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [gone!.id]);
    expect(await t.callAs(gone!.db, 'object_report', { report_id: id })).toBe('not_found');
  });
});

describe('many cases at once', () => {
  test('a case named twice is decided once, and beyond a hundred nothing is done', async () => {
    const id = await t.newCase();
    const twice = await t.call('landlord', 'change_reports_status', {
      report_ids: [id, id],
      to_status: 'in_progress',
    });
    expect(twice).toEqual([{ report_id: id, outcome: 'changed' }]);
    const late = await t.newCase();
    const ids = [...Array.from({ length: 100 }, () => id), late];
    expect(
      await t.call('landlord', 'change_reports_status', { report_ids: ids, to_status: 'fixed' }),
    ).toEqual([{ report_id: id, outcome: 'changed' }]);
    expect(await t.statusOf(late)).toBe('received');
  });

  test('each is decided separately: one refusal stops no other', async () => {
    const [mine, done] = [await t.newCase(), await t.newCase()];
    await t.put(done, 'withdrawn');
    const elsewhere = crypto.randomUUID();
    const answer = (await t.call('landlord', 'change_reports_status', {
      report_ids: [elsewhere, done, mine],
      to_status: 'fixed',
    })) as { report_id: string; outcome: string }[];
    expect(Object.fromEntries(answer.map((one) => [one.report_id, one.outcome]))).toEqual({
      [elsewhere]: 'not_found',
      [done]: 'not_allowed',
      [mine]: 'changed',
    });
  });

  test('two lists in opposite order at once never block each other, and every case is changed once', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await t.newCase());
    const send = (report_ids: string[]) =>
      t.call('landlord', 'change_reports_status', { report_ids, to_status: 'in_progress' });
    const answers = (await Promise.all([
      send(ids),
      send(ids.toReversed()),
      send(ids),
      send(ids.toReversed()),
    ])) as { outcome: string }[][];
    const outcomes = answers.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'changed')).toHaveLength(12);
    expect(outcomes.filter((one) => one === 'unchanged')).toHaveLength(36);
    for (const id of ids) expect(await t.events(id)).toHaveLength(2);
  });
});

test('the person is stored for acts of staff, and not for those of reporters and neighbours', async () => {
  const id = await t.newCase();
  await t.change('consultant', id, 'forwarded');
  await t.change('landlord', id, 'fixed');
  await t.call('neighbour', 'object_report', { report_id: id });
  await t.call('partner', 'object_report', { report_id: id });
  const rows = await t.sql(
    `select e.actor_role, a.person_id from public.report_events e
     left join public.report_event_actors a on a.event_id = e.id where e.report_id = $1 order by e.id`,
    [id],
  );
  expect(rows).toEqual([
    { actor_role: 'reporter', person_id: null },
    { actor_role: 'consultant', person_id: await t.idOf('consultant') },
    { actor_role: 'landlord', person_id: await t.idOf('landlord') },
    { actor_role: 'neighbour', person_id: null },
  ]);
});
