import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYBODY, NEIGHBOURS, OUTSIDERS, YARD, cases, type Cases, type Who } from '../support/cases.ts'; // prettier-ignore
import { BLOCK, FLAT, OTHER_BLOCK, STAIR, demoId, sendReport } from '../support/reports.ts';

/** Cases of the same fault: merged by the staff and split again, or collected by an outage. */

let t: Cases;
beforeAll(async () => {
  t = await cases();
});
afterAll(() => t?.close());

const THEIR_FLAT = demoId('drobakgata-1/flat/B302');
const merge = (report_id: string, into_id: string, who: Who = 'landlord') =>
  t.call(who, 'merge_report', { report_id, into_id });
const unmerge = (report_id: string, who: Who = 'landlord') =>
  t.call(who, 'unmerge_report', { report_id });
const follow = (who: Who, report_id: string, is_following = true) =>
  t.call(who, 'follow_report', { report_id, is_following });
const names = async (...people: Exclude<Who, 'anonymous'>[]) =>
  (await Promise.all(people.map((who) => t.idOf(who)))).toSorted();
/** What undoing a merge must restore; the time of the last change is not part of it. */
const whole = async (id: string) => {
  const { status_changed_at: _moment, ...row } = await t.row(id);
  return { ...row, followers: await t.followers(id) };
};
/** The counts agree with the rows. */
const countsAreRight = async () =>
  expect(
    await t.sql(
      `select r.id from public.reports r
       where r.affected_count <> 1 + (select count(*) from public.report_followers f where f.report_id = r.id)`,
    ),
  ).toEqual([]);

describe('merging', () => {
  test('the reporter and the followers move, are notified once, and count in the other case', async () => {
    const into = await t.newCase(YARD, 'neighbour');
    const one = await t.newCase(YARD, 'reporter');
    await follow('household', one);
    await follow('partner', into);
    expect(await merge(one, into)).toBe('merged');
    expect(await t.row(one)).toMatchObject({ status: 'merged', merged_into: into, is_open: false, affected_count: 2 }); // prettier-ignore
    expect(await t.followers(into)).toEqual(await names('reporter', 'household', 'partner'));
    expect(await t.row(into)).toMatchObject({ status: 'received', affected_count: 4 });
    expect(await t.told(one)).toEqual(['report_merged household', 'report_merged reporter']);
    expect(await t.told(into)).toEqual([]);
    expect((await t.events(one)).at(-1)).toEqual({
      kind: 'status', from_status: 'received', to_status: 'merged', actor_role: 'landlord',
    }); // prettier-ignore
    expect((await t.events(into)).at(-1)).toMatchObject({ kind: 'merged_in', from_status: null });
    await t.change('landlord', into, 'in_progress');
    expect(await t.told(into)).toEqual([
      'report_status household', 'report_status neighbour', 'report_status partner', 'report_status reporter',
    ]); // prettier-ignore
  });

  test.each(['received', 'forwarded', 'in_progress', 'waiting', 'reopened'] as const)(
    'undoing restores a case that was %s, and the other case',
    async (status) => {
      const into = await t.newCase(YARD, 'neighbour');
      const one = await t.newCase(YARD, 'reporter');
      await t.sql(
        "update public.reports set expected_by = '2026-01-05', told_late_at = '2026-02-01' where id = $1",
        [one],
      );
      const path = {
        received: [],
        forwarded: [['consultant', 'forwarded']],
        in_progress: [['landlord', 'in_progress']],
        waiting: [['landlord', 'waiting']],
        reopened: [],
      }[status] as [Who, 'forwarded'][];
      for (const [who, to] of path) await t.change(who, one, to);
      if (status === 'reopened') await t.put(one, 'reopened');
      await follow('household', one);
      await follow('partner', into);
      const before = [await whole(one), await whole(into)];
      await merge(one, into);
      expect(await unmerge(one)).toBe('unmerged');
      expect([await whole(one), await whole(into)]).toEqual(before);
      expect((await t.events(one)).at(-1)).toMatchObject({
        from_status: 'merged', to_status: status, actor_role: 'landlord',
      }); // prettier-ignore
      expect((await t.events(into)).at(-1)).toMatchObject({ kind: 'unmerged' });
      await countsAreRight();
    },
  );

  test('undoing restores what the case waited for last', async () => {
    const into = await t.newCase();
    const one = await t.newCase();
    for (const waiting_for of ['parts', 'access', 'contractor'])
      await t.call('landlord', 'change_report_status', { report_id: one, to_status: 'waiting', waiting_for }); // prettier-ignore
    for (let n = 0; n < 2; n++) {
      await merge(one, into);
      expect(await t.row(one)).toMatchObject({ waiting_for: null });
      await unmerge(one);
      expect(await t.row(one)).toMatchObject({ status: 'waiting', waiting_for: 'contractor' });
    }
  });

  test('a follower of both stays in the other case when it is undone', async () => {
    const into = await t.newCase(YARD, 'neighbour');
    const one = await t.newCase(YARD, 'reporter');
    await follow('household', one);
    await follow('household', into);
    await follow('neighbour', one);
    await follow('reporter', into);
    await merge(one, into);
    expect(await t.followers(into)).toEqual(await names('household', 'reporter'));
    expect(await t.row(into)).toMatchObject({ affected_count: 3 });
    await unmerge(one);
    expect(await t.followers(into)).toEqual(await names('household', 'reporter'));
    expect(await t.followers(one)).toEqual(await names('household', 'neighbour'));
  });

  test('a person who came with two cases stays until both are split off', async () => {
    const into = await t.newCase(YARD, 'neighbour');
    const one = await t.newCase(YARD, 'reporter');
    const two = await t.newCase(YARD, 'partner');
    await follow('household', one);
    await follow('household', two);
    await follow('reporter', two);
    await merge(one, into);
    await merge(two, into);
    expect(await t.row(into)).toMatchObject({ affected_count: 4 });
    await unmerge(one);
    expect(await t.followers(into)).toEqual(await names('household', 'reporter', 'partner'));
    await unmerge(two);
    expect(await t.followers(into)).toEqual([]);
    expect(await t.row(into)).toMatchObject({ affected_count: 1 });
    await countsAreRight();
  });

  test('undoing does not bring back a person who left the other case', async () => {
    const into = await t.newCase(YARD, 'neighbour');
    const one = await t.newCase(YARD, 'reporter');
    const two = await t.newCase(YARD, 'partner');
    await follow('household', one);
    await follow('household', two);
    await merge(one, into);
    await merge(two, into);
    await follow('household', into, false);
    await unmerge(one);
    expect(await t.followers(into)).toEqual(await names('partner'));
  });

  test('a chain carries everybody along, and is split from its end', async () => {
    const [a, b, c] = [
      await t.newCase(FLAT, 'reporter'),
      await t.newCase(YARD, 'household'),
      await t.newCase(YARD, 'neighbour'),
    ];
    const before = [await whole(a), await whole(b), await whole(c)];
    await merge(a, b);
    await merge(b, c);
    expect(await t.followers(c)).toEqual(await names('reporter', 'household'));
    expect(await merge(c, a)).toBe('wrong_target');
    expect(await merge(c, b)).toBe('wrong_target');
    expect(await unmerge(a)).toBe('target_merged');
    expect(await t.row(a)).toMatchObject({ status: 'merged', merged_into: b });
    expect(await unmerge(b)).toBe('unmerged');
    expect(await t.followers(c)).toEqual([]);
    expect(await unmerge(a)).toBe('unmerged');
    expect([await whole(a), await whole(b), await whole(c)]).toEqual(before);
    expect(await unmerge(a)).toBe('not_merged');
  });

  test.each([
    ['a case of a common place into one of a flat', () => t.newCase(YARD), () => t.newCase(FLAT)],
    ['a flat into another flat', () => t.newCase(FLAT), () => t.newCase(THEIR_FLAT, 'neighbour')],
    [
      'another building',
      () => t.newCase(YARD),
      async () =>
        (
          await sendReport(await t.as('resident elsewhere'), {
            block_id: OTHER_BLOCK, place_id: demoId('stovner-senter/yard'), thing: 'greenery',
          })
        ).id, // prettier-ignore
    ],
    ['a case that does not exist', () => t.newCase(YARD), async () => randomUUID()],
    [
      'a withdrawn case',
      () => t.newCase(YARD),
      async () => {
        const id = await t.newCase(YARD);
        await t.change('reporter', id, 'withdrawn');
        return id;
      },
    ],
  ] as const)('into %s is refused and changes neither', async (_what, makeOne, makeInto) => {
    const [one, into] = [await makeOne(), await makeInto()];
    const before = [await t.row(one), await t.row(into)];
    expect(await merge(one, into)).toBe('wrong_target');
    expect([await t.row(one), await t.row(into)]).toEqual(before);
    expect(await t.followers(into)).toEqual([]);
  });

  test('into itself is refused', async () => {
    const id = await t.newCase();
    expect(await merge(id, id)).toBe('wrong_target');
    expect(await t.statusOf(id)).toBe('received');
  });

  test.each(['fixed', 'confirmed', 'closed', 'withdrawn'] as const)(
    'a case that is %s is merged into nothing',
    async (status) => {
      const [one, into] = [await t.newCase(), await t.newCase()];
      await t.put(one, status);
      expect(await merge(one, into)).toBe('not_allowed');
      expect(await t.row(one)).toMatchObject({ status, merged_into: null });
    },
  );

  test('only the staff of the building merge, and only they undo it', async () => {
    const [one, into] = [await t.newCase(), await t.newCase()];
    const [merged, target] = [await t.newCase(), await t.newCase()];
    await merge(merged, target);
    for (const who of EVERYBODY) {
      const outcome =
        who === 'anonymous' ? '42501'
          : who === 'reporter' || NEIGHBOURS.includes(who) ? 'not_allowed'
            : OUTSIDERS.includes(who) ? 'not_found'
              : null; // prettier-ignore
      if (!outcome) continue;
      expect(await merge(one, into, who), who).toBe(outcome);
      expect(await unmerge(merged, who), who).toBe(outcome);
    }
    expect(await t.statusOf(one)).toBe('received');
    expect(await t.statusOf(merged)).toBe('merged');
    expect(await merge(one, into, 'consultant')).toBe('merged');
    expect(await unmerge(merged, 'consultant')).toBe('unmerged');
    expect(await unmerge(randomUUID())).toBe('not_found');
  });

  test('the consultant of another building learns nothing by naming one of their cases and one of ours', async () => {
    const ours = await t.newCase();
    const { id: theirs } = await sendReport(await t.as('resident elsewhere'), {
      block_id: OTHER_BLOCK, place_id: demoId('stovner-senter/yard'), thing: 'greenery',
    }); // prettier-ignore
    expect(await merge(theirs, ours, 'consultant elsewhere')).toBe('wrong_target');
    expect(await merge(theirs, randomUUID(), 'consultant elsewhere')).toBe('wrong_target');
    expect(await t.row(theirs)).toMatchObject({ merged_into: null });
  });
});

describe('at the same instant', () => {
  test('the same merge many times is one', async () => {
    const [one, into] = [await t.newCase(), await t.newCase(YARD, 'neighbour')];
    const answers = await Promise.all(Array.from({ length: 6 }, () => merge(one, into)));
    expect(answers.filter((one) => one === 'merged')).toHaveLength(1);
    expect(answers.filter((one) => one === 'not_allowed')).toHaveLength(5);
    expect(await t.followers(into)).toEqual(await names('reporter'));
    expect(await t.events(one)).toHaveLength(2);
    expect(await t.told(one)).toEqual(['report_merged reporter']);
  });

  test('of two merges in opposite directions one wins, and neither waits for ever', async () => {
    for (let n = 0; n < 5; n++) {
      const [a, b] = [await t.newCase(), await t.newCase(YARD, 'neighbour')];
      const answers = await Promise.all([merge(a, b), merge(b, a, 'consultant')]);
      expect(answers.toSorted()).toEqual(['merged', 'wrong_target']);
      const rows = [await t.row(a), await t.row(b)];
      expect(rows.filter(({ status }) => status === 'merged')).toHaveLength(1);
    }
    await countsAreRight();
  });

  test('a ring of three is never closed', async () => {
    const ids = [await t.newCase(), await t.newCase(), await t.newCase()] as const;
    const answers = await Promise.all([
      merge(ids[0], ids[1]),
      merge(ids[1], ids[2]),
      merge(ids[2], ids[0]),
    ]);
    expect(answers).toContain('merged');
    expect(answers.every((one) => one === 'merged' || one === 'wrong_target')).toBe(true);
    const open = await t.sql('select from public.reports where id = any ($1) and is_open', [ids]);
    expect(open.length).toBeGreaterThan(0);
  });

  test('undone twice at once it is undone once', async () => {
    const [one, into] = [await t.newCase(), await t.newCase(YARD, 'neighbour')];
    await merge(one, into);
    const answers = await Promise.all([unmerge(one), unmerge(one), unmerge(one)]);
    expect(answers.toSorted()).toEqual(['not_merged', 'not_merged', 'unmerged']);
    expect(await t.events(one)).toHaveLength(3);
  });

  test('a merge while neighbours join and the status changes loses nobody', async () => {
    const many = await t.neighbours(6);
    const [one, into] = [await t.newCase(), await t.newCase(YARD, 'neighbour')];
    const answers = await Promise.all([
      ...many.map(({ db }) => t.callAs(db, 'follow_report', { report_id: one })),
      merge(one, into),
      t.change('landlord', into, 'in_progress'),
    ]);
    const joined = answers.slice(0, 6).filter((one) => one === 'followed').length;
    expect(answers.slice(0, 6).every((one) => one === 'followed' || one === 'finished')).toBe(true);
    expect(answers.slice(6)).toEqual(['merged', 'changed']);
    expect(await t.followers(into)).toHaveLength(joined + 1);
    await countsAreRight();
  });
});

describe('outages', () => {
  let at = 0;
  const THINGS = [
    'light', 'door_lock', 'intercom', 'window', 'leak', 'cleaning', 'vandalism', 'rubbish', 'escape_route', 'pests',
  ] as const; // prettier-ignore
  /** A place and thing for which no other test has an outage. */
  const spot = () => {
    const stair = at < THINGS.length ? 'A' : 'B';
    return {
      place_id: demoId(`drobakgata-1/stair/${stair}`),
      thing: THINGS[at++ % THINGS.length]!,
    };
  };
  type Spot = ReturnType<typeof spot>;
  const post = (where: Spot, more: { who?: Who; id?: string; body?: string; expected_on?: string } = {}) =>
    t.call(more.who ?? 'landlord', 'post_outage', {
      id: more.id ?? randomUUID(), block_id: BLOCK, ...where, body: more.body ?? 'Tekniker torsdag.',
      expected_on: more.expected_on ?? null,
    }); // prettier-ignore
  const outageOf = async (id: string) =>
    (await t.sql('select * from public.outages where report_id = $1', [id]))[0];
  const posted = async (where = spot()) => {
    const id = randomUUID();
    expect(await post(where, { id })).toBe('posted');
    return { id, ...where };
  };

  test('a new report of the same thing at the same place is collected in its case, and keeps its number', async () => {
    const { id, ...where } = await posted();
    const sent = await sendReport(await t.as('neighbour'), where);
    expect(sent).toMatchObject({ outcome: 'created', number: expect.any(Number) });
    expect(await t.row(sent.id)).toMatchObject({ status: 'merged', merged_into: id });
    expect(await t.events(sent.id)).toEqual([
      { kind: 'status', from_status: null, to_status: 'received', actor_role: 'reporter' },
      { kind: 'status', from_status: 'received', to_status: 'merged', actor_role: 'system' },
    ]);
    expect(await t.followers(id)).toEqual(await names('neighbour'));
    expect(await t.told(sent.id)).toEqual([]); // the page shows it after sending
    await t.sql("update public.reports set created_at = created_at - interval '2 days' where id = $1", [sent.id]); // prettier-ignore
    expect(await unmerge(sent.id)).toBe('unmerged');
    expect(await t.statusOf(sent.id)).toBe('received');
  });

  test('a report of another thing, another place or a flat is not', async () => {
    const { thing, place_id } = await posted({ ...spot(), thing: 'leak' });
    const elsewhere = place_id === STAIR ? demoId('drobakgata-1/stair/B') : STAIR;
    for (const report of [
      { place_id: FLAT, thing },
      { place_id: elsewhere, thing },
      { place_id, thing: 'fire_safety' as const },
    ]) {
      const { id } = await sendReport(await t.as('reporter'), report);
      expect(await t.statusOf(id)).toBe('received');
    }
    await t.sql('delete from public.outages where place_id = $1 and thing = $2', [place_id, thing]);
  });

  test('many reports at once are all collected, each person counted once', async () => {
    const { id, ...where } = await posted();
    const many = await t.neighbours(10);
    const sent = await Promise.all(many.map(({ db }) => sendReport(db, where)));
    expect(new Set(sent.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(await t.row(id)).toMatchObject({ affected_count: 11, status: 'received' });
    const rows = await t.sql('select from public.reports where merged_into = $1', [id]);
    expect(rows).toHaveLength(10);
    await countsAreRight();
  });

  test('announced many times at once it is one', async () => {
    const where = spot();
    const same = randomUUID();
    const answers = await Promise.all([
      post(where, { id: same }),
      post(where, { id: same }),
      post(where),
      post(where, { who: 'consultant' }),
    ]);
    expect(new Set(answers)).toEqual(new Set(['posted', 'posted_already']));
    const rows = await t.sql<{ report_id: string }>(
      'select report_id from public.outages where place_id = $1 and thing = $2',
      [where.place_id, where.thing],
    );
    expect(rows).toHaveLength(1);
    const made = await t.sql('select id from public.reports where place_id = $1 and thing = $2 and is_open and created_at > now() - interval \'1 minute\'', [where.place_id, where.thing]); // prettier-ignore
    expect(made).toEqual([{ id: rows[0]!.report_id }]);
  });

  test('the same form sent again notifies nobody twice; a new text is notified to the followers', async () => {
    const { id, ...where } = await posted();
    await follow('neighbour', id);
    expect(await post(where, { id })).toBe('posted');
    expect(await t.messages(id)).toEqual([]);
    expect(await t.told(id)).toEqual([]);
    expect(await post(where, { id, body: 'Tekniker fredag.', expected_on: '2026-12-04' })).toBe('posted'); // prettier-ignore
    expect(await t.messages(id)).toMatchObject([{ audience: 'everyone', body: 'Tekniker fredag.' }]); // prettier-ignore
    expect(await t.told(id)).toEqual(['report_message neighbour']);
    expect(await outageOf(id)).toMatchObject({ body: 'Tekniker fredag.' });
  });

  test('on an existing case it notifies its people, and collects from then on', async () => {
    const where = spot();
    const id = await t.newCase(where.place_id, 'reporter', { thing: where.thing });
    expect(await post(where, { id, who: 'consultant' })).toBe('posted');
    expect(await t.told(id)).toEqual(['report_message reporter']);
    const sent = await sendReport(await t.as('neighbour'), where);
    expect(await t.row(sent.id)).toMatchObject({ merged_into: id });
  });

  test.each(['fixed', 'closed'] as const)(
    'ends when its case is %s, and is resumed with it',
    async (to) => {
      const { id, ...where } = await posted();
      expect((await outageOf(id))!['ended_at']).toBeNull();
      await t.change('landlord', id, to, 'Ferdig.');
      expect((await outageOf(id))!['ended_at']).toBeInstanceOf(Date);
      const after = await sendReport(await t.as('neighbour'), where);
      expect(await t.statusOf(after.id)).toBe('received');
      await t.change('consultant', id, 'reopened', 'Nei.');
      expect((await outageOf(id))!['ended_at']).toBeNull();
      const again = await sendReport(await t.as('partner'), where);
      expect(await t.row(again.id)).toMatchObject({ merged_into: id });
    },
  );

  test('ends when its case is merged into another, and comes back when that is undone', async () => {
    const { id } = await posted();
    const into = await t.newCase();
    await merge(id, into);
    expect((await outageOf(id))!['ended_at']).toBeInstanceOf(Date);
    await unmerge(id);
    expect((await outageOf(id))!['ended_at']).toBeNull();
  });

  test('is not resumed when another one is announced meanwhile', async () => {
    const { id, ...where } = await posted();
    await t.change('landlord', id, 'fixed');
    const second = await posted(where);
    expect(await t.change('consultant', id, 'reopened')).toBe('changed');
    expect((await outageOf(id))!['ended_at']).toBeInstanceOf(Date);
    expect((await outageOf(second.id))!['ended_at']).toBeNull();
  });

  test('a case reopened while an outage is announced again: the second one does not fail', async () => {
    for (let n = 0; n < 4; n++) {
      const { id, ...where } = await posted();
      await t.change('landlord', id, 'fixed');
      const answers = await Promise.all([t.change('consultant', id, 'reopened'), post(where)]);
      expect(answers[0]).toBe('changed');
      expect(['posted', 'posted_already']).toContain(answers[1]);
      const live = await t.sql(
        'select from public.outages where place_id = $1 and thing = $2 and ended_at is null',
        [where.place_id, where.thing],
      );
      expect(live).toHaveLength(1);
      await t.sql('delete from public.outages where place_id = $1', [where.place_id]);
    }
  });

  test('reports that arrive while its case is closed are collected or stand alone, never lost', async () => {
    const { id, ...where } = await posted();
    const many = await t.neighbours(5);
    const [, ...sent] = await Promise.all([
      t.change('landlord', id, 'fixed'),
      ...many.map(({ db }) => sendReport(db, where)),
    ]);
    for (const one of sent) {
      const row = await t.row(one.id);
      expect(row['status'] === 'merged' ? row['merged_into'] : row['status']).toBe(
        row['status'] === 'merged' ? id : 'received',
      );
    }
    expect(await t.statusOf(id)).toBe('fixed');
    await countsAreRight();
  });

  test.each([
    ['a flat', { place_id: FLAT, thing: 'leak' }, {}, 'wrong_place'],
    ['a place of another building', { place_id: demoId('stovner-senter/yard'), thing: 'light' }, {}, 'wrong_place'],
    ['a thing that is not there', { place_id: YARD, thing: 'lift_stopped' }, {}, 'wrong_thing'],
    ['300 signs and one', { place_id: YARD, thing: 'paving' }, { body: 'x'.repeat(301) }, '23514'],
    ['no words', { place_id: YARD, thing: 'paving' }, { body: ' ' }, '23514'],
  ])('refused: %s', async (_what, where, more, outcome) => {
    const id = randomUUID();
    expect(await post(where as Spot, { id, ...more })).toBe(outcome);
    expect(await outageOf(id)).toBeUndefined();
    expect(await t.row(id)).toBeUndefined();
  }); // prettier-ignore

  test('on a case that is finished, or of another place or thing, it is refused', async () => {
    const id = await t.newCase();
    expect(await post({ place_id: YARD, thing: 'light' }, { id })).toBe('wrong_place');
    await t.put(id, 'fixed');
    const yard = { place_id: YARD, thing: 'snow_ice' } as unknown as Spot;
    expect(await post(yard, { id })).toBe('finished');
    expect(await outageOf(id)).toBeUndefined();
  });

  test('only the staff of the building announce and end an outage', async () => {
    const where = spot();
    for (const who of EVERYBODY) {
      if (who === 'consultant' || who === 'landlord') continue;
      const outcome = who === 'anonymous' ? '42501' : 'not_allowed';
      expect(await post(where, { who }), who).toBe(outcome);
    }
    const { id } = await posted(where);
    for (const who of EVERYBODY.filter((one) => one !== 'consultant' && one !== 'landlord')) {
      await (await t.as(who)).from('outages').delete().eq('report_id', id);
      expect(await outageOf(id), who).toBeDefined();
    }
    await (await t.as('consultant')).from('outages').delete().eq('report_id', id);
    expect(await outageOf(id)).toBeUndefined();
    expect(await t.statusOf(id)).toBe('received');
    const sent = await sendReport(await t.as('neighbour'), where);
    expect(await t.statusOf(sent.id)).toBe('received');
  });

  test('nobody writes an outage without the function', async () => {
    const { id } = await posted();
    const before = await outageOf(id);
    for (const who of EVERYBODY) {
      const db = await t.as(who);
      const made = await db.from('outages').insert({ ...spot(), report_id: await t.newCase(), block_id: BLOCK, body: 'x' }); // prettier-ignore
      const changed = await db.from('outages').update({ body: 'x' }).eq('report_id', id);
      expect([made.error?.code, changed.error?.code], who).toEqual(['42501', '42501']);
    }
    expect(await outageOf(id)).toEqual(before);
  });
});
