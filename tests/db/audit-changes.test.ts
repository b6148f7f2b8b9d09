import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { BLOCK } from '../support/reports.ts';

/** What staff change without a function that logs is still in the audit trail. */

let at: TestDb;
let since: Date;
let activity: string;
beforeAll(async () => {
  at = await testDatabase();
  const [row] = await at.sql<{ id: string }>(
    `select id from public.activities where block_id = $1 and status = 'published' order by id limit 1`,
    [BLOCK],
  );
  activity = row!.id;
});
afterAll(() => at?.close());
beforeEach(async () => {
  since = (await at.sql<{ now: Date }>('select clock_timestamp() as now'))[0]!.now;
});

const { drobak, stovner, landlord, admin } = CAST;
const trail = async () =>
  (
    await at.sql<{ line: string }>(
      `select concat_ws(' ', e.actor_role, e.act, e.subject, case when e.block_id is null then 'nowhere' end) as line
       from public.audit_entries e where e.acted_at >= $1 order by e.acted_at, e.act::text, e.subject::text`,
      [since],
    )
  ).map(({ line }) => line);
type Ask = (
  db: Awaited<ReturnType<TestDb['as']>>,
) => PromiseLike<{ error: { message: string } | null }>;
const as = async (who: Email, ask: Ask) => {
  const { error } = await ask(await at.as(who));
  expect(error).toBeNull();
};

test.each<[string, Email, Ask, string]>([
  [
    'the settings of the building',
    drobak.consultant,
    (db) => db.from('blocks').update({ asks_pulse: false }).eq('id', BLOCK),
    'consultant change block',
  ],
  [
    'a contact',
    drobak.consultant,
    (db) => db.from('contacts').update({ phone: '22 00 00 00' }).eq('block_id', BLOCK).eq('kind', 'consultant'), // prettier-ignore
    'consultant change contact',
  ],
  [
    'an activity that is shown',
    drobak.consultant,
    (db) => db.from('activities').update({ title: 'Ny tittel' }).eq('id', activity),
    'consultant change activity',
  ],
  [
    'a translation of an activity',
    drobak.consultant,
    (db) => db.from('activity_translations').insert({ activity_id: activity, block_id: BLOCK, language: 'so', title: 'x', body: 'x' }), // prettier-ignore
    'consultant add translation',
  ],
  [
    'who fixes what',
    landlord,
    (db) => db.from('responsibilities').update({ advice: 'Ny hjelp' }).eq('thing', 'light').eq('is_common', true), // prettier-ignore
    'landlord change responsibility nowhere',
  ],
  [
    'a deadline',
    landlord,
    (db) => db.from('report_deadlines').upsert({ thing: 'light', is_urgent: false, days: 9 }),
    'landlord add deadline nowhere',
  ],
  [
    'people whom cases are given to',
    landlord,
    (db) => db.from('report_assignees').insert({ id: randomUUID(), name: 'Ny mann', kind: 'contractor' }), // prettier-ignore
    'landlord add assignee nowhere',
  ],
  [
    'where new cases are sent',
    landlord,
    (db) => db.from('landlord_settings').update({ intake_email: 'ny@x.example' }).eq('id', true),
    'landlord change landlord_settings nowhere',
  ],
  [
    'a building, by the admin',
    admin,
    (db) => db.from('blocks').update({ asks_pulse: true }).eq('id', BLOCK),
    'admin change block',
  ],
])('changing %s adds one line', async (_what, who, ask, line) => {
  await as(who, ask);
  expect(await trail()).toEqual([line]);
});

test('saving without changes adds no line', async () => {
  await at.sql('update public.blocks set asks_pulse = false');
  await as(drobak.consultant, (db) => db.from('blocks').update({ asks_pulse: false }).eq('id', BLOCK)); // prettier-ignore
  expect(await trail()).toEqual([]);
});

test('a draft adds no line, and the function that publishes it adds one', async () => {
  const id = randomUUID();
  const draft = { id, block_id: BLOCK, title: 'Kladd', kind: 'event' as const }; // prettier-ignore
  await as(drobak.consultant, (db) => db.from('activities').insert(draft));
  await as(drobak.consultant, (db) => db.from('activities').update({ title: 'Ny kladd' }).eq('id', id)); // prettier-ignore
  expect(await trail()).toEqual([]);
});

test('a change that a resident makes to their own activity is not logged as an act of staff', async () => {
  await at.sql(
    `insert into public.activity_hosts (activity_id, block_id, person_id)
     select $1, $2, u.id from auth.users u where u.email = $3 on conflict do nothing`,
    [activity, BLOCK, drobak.resident],
  );
  await as(drobak.resident, (db) => db.from('activities').update({ title: 'Vertens tittel' }).eq('id', activity)); // prettier-ignore
  expect(await trail()).toEqual([]);
});

test('a refused change adds no line', async () => {
  const { data } = await (
    await at.as(stovner.consultant)
  )
    .from('blocks')
    .update({ asks_pulse: false })
    .eq('id', BLOCK)
    .select('id');
  expect(data).toEqual([]);
  expect(await trail()).toEqual([]);
});
