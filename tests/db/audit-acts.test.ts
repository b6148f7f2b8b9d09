import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsForRole } from '~/domains/moderation/audit.ts';
import { shapes } from '~/domains/moderation/audit-details.ts';
import { Constants, type Enums } from '~/lib/database.types.ts';
import { readSchemas } from '../../scripts/schema/schema-files.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { BLOCK } from '../support/reports.ts';

/** What the log may hold: the listed acts, about the subjects listed for them, with details of one shape. */

type Pair = { act: Enums<'audit_act'>; subject: Enums<'audit_subject'>; shape: Shape };
type Shape = Enums<'audit_shape'>;

let at: TestDb;
let pairs: Pair[];
beforeAll(async () => {
  at = await testDatabase();
  pairs = await at.sql<Pair>('select act, subject, shape from private.audit_acts order by 1, 2');
});
afterAll(() => at?.close());

const log = (act: string, subject: string, details: object | string) =>
  at.sql<{ id: string }>('select private.log_act($1, $2, $3, $4, $5) as id', [
    BLOCK,
    act,
    subject,
    randomUUID(),
    JSON.stringify(details),
  ]);

const id = '7f6c1f5e-7d0a-4a53-9a6b-0b7c4f1c2d3e';
const moment = '2026-11-23T17:00:00+00:00';
/** Valid details of each shape, and some invalid ones. */
const examples: Record<Shape, { right: object[]; wrong: (object | string)[] }> = {
  none: { right: [{}], wrong: [{ words: 'x' }, [], 'x'] },
  role: { right: [{ role: 'observer' }], wrong: [{}, { role: 'king' }, { role: 'admin', who: 'x' }] }, // prettier-ignore
  language: { right: [{ language: 'so' }], wrong: [{}, { language: 'Somali' }, { language: null }] }, // prettier-ignore
  fields: {
    right: [{ fields: [] }, { fields: ['title', 'ends_at'] }],
    wrong: [{}, { fields: ['words'] }, { fields: 'title' }, { fields: ['title'], title: 'x' }],
  },
  status: { right: [{ status: 'fixed' }], wrong: [{}, { status: 'lost' }] },
  dates: {
    right: [{ at: moment }, { at: moment, moved_to: moment, more: 2 }],
    wrong: [{}, { at: 'soon' }, { at: moment, moved_to: 'later' }, { at: moment, more: 0 }, { at: moment, note: 'x' }], // prettier-ignore
  },
  merged: { right: [{ into: id }], wrong: [{}, { into: 'x' }] },
  taken_back: {
    right: [{ flags: 2, is_appealed: true, is_waiting: false }],
    wrong: [{}, { flags: 2 }, { flags: 'two', is_appealed: true, is_waiting: false }],
  },
  count: { right: [{ count: 12 }], wrong: [{}, { count: -1 }, { count: 'many' }] },
  flat: {
    right: [{ place_id: id }, {}, { name: 'A101' }],
    wrong: [{ place_id: 'A101' }, { place_id: id, name: 'A101' }, { name: '' }, { who: 'x' }],
  },
  title: { right: [{ title: 'Benken er bestilt' }], wrong: [{}, { title: '' }, { title: 'x'.repeat(201) }] }, // prettier-ignore
  check: {
    right: [{ is_possible: true, cost_nok: 4000 }, { is_possible: false }],
    wrong: [{}, { is_possible: 'yes' }, { is_possible: true, cost_nok: 'much' }],
  },
};

test('every act and every subject is in a list', () => {
  const { audit_act, audit_subject } = Constants.public.Enums;
  expect(new Set(pairs.map(({ act }) => act))).toEqual(new Set(audit_act));
  expect(new Set(pairs.map(({ subject }) => subject))).toEqual(new Set(audit_subject));
  expect(pairs.length).toBeGreaterThan(130);
});

test('every listed pair of act and subject can be logged, and is refused with details of another shape', async () => {
  const other = { surprise: 'x' };
  for (const { act, subject, shape } of pairs) {
    expect(await log(act, subject, examples[shape].right[0]!), `${act} ${subject}`).toHaveLength(1);
    await expect(log(act, subject, other), `${act} ${subject}`).rejects.toThrow('details_have_shape'); // prettier-ignore
  }
});

test('an act about a subject it is not listed with is refused, and so is an unknown act', async () => {
  await expect(log('merge', 'poll', {})).rejects.toThrow('"shape"');
  await expect(log('shred', 'poll', {})).rejects.toThrow('audit_act');
  await expect(log('open', 'door', {})).rejects.toThrow('audit_subject');
  const insert = (shape: Shape) =>
    at.sql(
      `insert into public.audit_entries (act, subject, shape, subject_id, details) values ('open', 'poll', $1, $2, $3)`,
      [shape, id, JSON.stringify(examples[shape].right[0])],
    );
  await expect(insert('title')).rejects.toThrow('audit_entries_act_subject_shape_fkey');
});

describe.each(Object.entries(examples) as [Shape, (typeof examples)[Shape]][])(
  'details of the shape %s',
  (shape, { right, wrong }) => {
    const holds = async (details: object | string) =>
      (
        await at.sql<{ holds: boolean }>('select private.has_shape($1, $2) as holds', [
          shape,
          JSON.stringify(details),
        ])
      )[0]!.holds;

    test('are read by the pages as the database stores them', async () => {
      for (const details of right) {
        expect(await holds(details), JSON.stringify(details)).toBe(true);
        expect(shapes[shape].safeParse(details).success, JSON.stringify(details)).toBe(true);
      }
    });

    test('are refused when they are anything else', async () => {
      for (const details of wrong) {
        const said = await holds(details).catch(() => false);
        expect(said, JSON.stringify(details)).toBe(false);
      }
    });
  },
);

test('no shape of details holds text that people wrote, except titles', async () => {
  const told = 'Zebrine ringte 99 99 99 99';
  for (const [shape, { right }] of Object.entries(examples))
    for (const details of right)
      for (const key of Object.keys(details)) {
        const [{ holds }] = (await at
          .sql<{ holds: boolean }>('select private.has_shape($1, $2) as holds', [
            shape,
            JSON.stringify({ ...details, [key]: told }),
          ])
          .catch(() => [{ holds: false }])) as [{ holds: boolean }];
        // The name of a flat comes from old lines, and is never written any more.
        expect(holds, `${shape} ${key}`).toBe(shape === 'title' || key === 'name');
      }
});

test('the acts shown with a role are those whose details are a role', () => {
  const ofRole = pairs.filter(({ shape }) => shape === 'role').map(({ act }) => act);
  expect(ofRole.toSorted()).toEqual(Object.keys(actsForRole).toSorted());
});

test('a standard reason and a free text are stored separately', async () => {
  const said = async (reason: string | null) =>
    (
      await at.sql<{ usual_reason: string | null; reason: string | null }>(
        `with written as (select private.log_act($1, 'warn', 'comment', $2, p_reason => $3) as id)
         select private.usual_reason_in($3) as usual_reason, private.own_words_in($3) as reason from written`,
        [BLOCK, id, reason],
      )
    )[0];
  expect(await said('template:rude\nSkriv om saken.\nIkke om naboen.')).toEqual({
    usual_reason: 'rude',
    reason: 'Skriv om saken.\nIkke om naboen.',
  });
  expect(await said('template:person')).toEqual({ usual_reason: 'person', reason: null });
  expect(await said('Som i template:person')).toEqual({ usual_reason: null, reason: 'Som i template:person' }); // prettier-ignore
  expect(await said('template:x\nHei')).toEqual({ usual_reason: null, reason: 'template:x\nHei' });
  expect(await said(null)).toEqual({ usual_reason: null, reason: null });
  const kept = await at.sql(
    `select distinct usual_reason, reason from public.audit_entries where subject_id = $1 and act = 'warn' and usual_reason = 'rude'`,
    [id],
  );
  expect(kept).toEqual([{ usual_reason: 'rude', reason: 'Skriv om saken.\nIkke om naboen.' }]);
});

test('every step of a sign-up and every event of a case can be shown to the person it is about', async () => {
  const { about_me_event, report_event_kind, signup_status } = Constants.public.Enums;
  expect([
    ...signup_status.map((status) => `signup_${status}`),
    ...report_event_kind.map((kind) => `report_${kind}`),
  ].toSorted()).toEqual([...about_me_event].toSorted()); // prettier-ignore
});

test('nothing but log_act and log_act_by writes a line', async () => {
  const writers = await at.sql<{ name: string }>(
    `select p.proname as name from pg_proc p where p.pronamespace in ('private'::regnamespace, 'public'::regnamespace)
     and p.prosrc ~* 'insert\\s+into\\s+public\\.audit_entries'`,
  );
  expect(writers.map(({ name }) => name)).toEqual(['log_act_by']);
});

test('every act is written by some function', async () => {
  const bodies = (await readSchemas('.'))
    .filter(({ kind }) => kind === 'CreateFunctionStmt')
    .map(({ text }) => text)
    .join('\n');
  // `moderate` and `act_on_notice` get the act by its name in another enum.
  const given = new Set<string>([
    ...Constants.public.Enums.moderation_act,
    ...Constants.public.Enums.notice_act,
  ]);
  const silent = Constants.public.Enums.audit_act.filter(
    (act) => !bodies.includes(`'${act}'`) && !given.has(act),
  );
  expect(silent).toEqual([]);
});
