import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acts, subjects } from '~/domains/moderation/audit.ts';
import { listActsAboutMe } from '~/domains/moderation/audit.server.ts';
import { invite, makeHosted } from '../support/activity-people.ts';
import { testDatabase, type TestDb } from '../support/database.ts';

/** What staff do with the dates of an activity and at its door is in the audit trail, in few lines that name nobody. */

let at: TestDb;
let around: Awaited<ReturnType<typeof invite>>;
let consultant: SupabaseClient;
let host: SupabaseClient;
let resident: SupabaseClient;
let since: Date;
let made: { id: string; sessionId: string };
beforeAll(async () => {
  at = await testDatabase();
  around = await invite(at);
  consultant = await around.clientOf('consultant here');
  host = await around.clientOf('host');
  resident = await around.clientOf('resident');
});
afterAll(() => at?.close());
beforeEach(async () => {
  made = await makeHosted(at, around, { capacity: 5 });
  // Without seconds, as the forms send it.
  await at.sql(
    `update activity_sessions set starts_at = date_trunc('minute', starts_at), ends_at = date_trunc('minute', ends_at) where id = $1`,
    [made.sessionId],
  );
  since = (await at.sql<{ now: Date }>('select clock_timestamp() as now'))[0]!.now;
});

interface Line {
  act: string;
  subject: string;
  details: { at?: string; moved_to?: string; more?: number };
  reason: string | null;
  actor_role: string;
}
const trail = () =>
  at.sql<Line>(
    `select e.act, e.subject, e.details, e.reason, e.actor_role from public.audit_entries e
     where e.acted_at >= $1 and e.subject_id = $2 order by e.acted_at, e.act::text, e.subject::text`,
    [since, made.id],
  );
const lines = async () =>
  (await trail()).map(({ act, subject, details: { at, moved_to, more } }) =>
    [act, subject, at && minute(at), moved_to && minute(moved_to), more && `+${more}`]
      .filter(Boolean)
      .join(' '),
  );
const minute = (moment: Date | string) => `${new Date(moment).toISOString().slice(0, 16)}Z`;
const startOf = async (id: string) =>
  (await at.sql<{ starts_at: Date }>('select starts_at from activity_sessions where id = $1', [id]))[0]!.starts_at; // prettier-ignore
const inDays = (days: number, hours = 0) =>
  minute(new Date(Date.now() + (days * 24 + hours) * 3_600_000)).replace('Z', ':00Z');
const on = (day: number) => ({ starts_at: inDays(day), ends_at: inDays(day, 1) });
const rpc = async (client: SupabaseClient, name: string, args: object) => {
  const { data, error } = await client.rpc(name, args);
  expect(error).toBeNull();
  return data as unknown;
};

test('moving, cancelling and reinstating a date add one line each, with the date', async () => {
  const [was, { starts_at, ends_at }] = [minute(await startOf(made.sessionId)), on(9)];
  const session_id = made.sessionId;
  await rpc(consultant, 'move_session', { session_id, starts_at, ends_at, note: 'Vi flytter' });
  await rpc(consultant, 'cancel_session', { session_id, note: 'Syk' });
  await rpc(consultant, 'restore_session', { session_id });
  const now = minute(starts_at);
  expect(await lines()).toEqual([
    `move session ${was} ${now}`,
    `cancel session ${now}`,
    `take_up session ${now}`,
  ]);
  for (const line of await trail()) {
    expect(acts).toContain(line.act);
    expect(subjects).toContain(line.subject);
    expect(line.actor_role).toBe('consultant');
  }
});

test('making, cancelling and removing many dates at once add one line each', async () => {
  const [{ id }, startedAt] = [made, startOf(made.sessionId)];
  const rows = [20, 21, 22].map((day) => ({ activity_id: id, block_id: around.blockId, ...on(day) })); // prettier-ignore
  expect((await consultant.from('activity_sessions').insert(rows)).error).toBeNull();
  await rpc(consultant, 'cancel_following', { session_id: made.sessionId });
  const gone = consultant.from('activity_sessions').delete().eq('activity_id', id);
  expect((await gone).error).toBeNull();
  const first = minute(await startedAt);
  expect(await lines()).toEqual([
    `add session ${minute(rows[0]!.starts_at)} +2`,
    `cancel session ${first} +3`,
    `remove session ${first} +3`,
  ]);
});

test('a form that changes only the dates adds lines about the dates only', async () => {
  const [row] = await at.sql<{ version: number; title: string; kind: string }>(
    'select version, title, kind from public.activities where id = $1',
    [made.id],
  );
  const added = { id: null, ...on(30) };
  const [kept] = await at.sql<object>(
    'select id, starts_at, ends_at from public.activity_sessions where id = $1',
    [made.sessionId],
  );
  const answer = await rpc(consultant, 'change_activity', {
    activity_id: made.id,
    seen_version: row!.version,
    activity: { title: row!.title, kind: row!.kind, is_public: true, capacity: 5, max_party: 5 },
    sessions: [kept, added],
  });
  expect(answer).toBe('saved');
  expect(await lines()).toEqual([`add session ${minute(added.starts_at)}`]);
});

test('a new rule of a series adds a line, and the job that extends its dates adds none', async () => {
  await at.sql(
    `insert into public.activity_series (activity_id, block_id, rrule, starts_on, starts_clock, ends_clock, made_until)
     values ($1, $2, 'FREQ=WEEKLY;COUNT=9', current_date, '17:00', '18:00', current_date + 90)`,
    [made.id, around.blockId],
  );
  const series = () => consultant.from('activity_series');
  await series().update({ made_until: '2040-01-01' }).eq('activity_id', made.id);
  expect(await lines()).toEqual([]);
  await series().update({ rrule: 'FREQ=DAILY;COUNT=9' }).eq('activity_id', made.id);
  expect(await lines()).toEqual(['change series']);
});

test('hosts, proposed activities and drafts add no line', async () => {
  const session_id = made.sessionId;
  await rpc(host, 'move_session', { session_id, ...on(9) });
  await at.sql("update public.activities set status = 'draft' where id = $1", [made.id]);
  const rows = [{ activity_id: made.id, block_id: around.blockId, ...on(12) }];
  expect((await consultant.from('activity_sessions').insert(rows)).error).toBeNull();
  expect(await lines()).toEqual([]);
});

test('a resident who may not move a date neither moves it nor adds a line', async () => {
  const before = await startOf(made.sessionId);
  const { data } = await resident.rpc('move_session', { session_id: made.sessionId, ...on(9) });
  expect(data).toBe('not_found');
  expect(await startOf(made.sessionId)).toEqual(before);
  expect(await lines()).toEqual([]);
});

async function guest(partySize = 2) {
  const signup_id = randomUUID();
  const sent = { activity_id: made.id, signup_id, first_name: 'Fatima', party_size: partySize };
  expect(await rpc(consultant, 'sign_up_for', sent)).toBe('signed_up');
  return signup_id;
}
const tick = (client: SupabaseClient, signup_id: string, present_count: number) =>
  rpc(client, 'tick_attendance', { session_id: made.sessionId, signup_id, present_count });

test('checking in at the door adds one line, undoing it another; neither tells who or how many', async () => {
  const [one, two] = [await guest(), await guest()];
  const date = minute(await startOf(made.sessionId));
  await tick(consultant, one, 2);
  await tick(consultant, two, 1);
  await tick(consultant, two, 2);
  await tick(consultant, two, 2);
  const ticked = (await lines()).filter((line) => line.includes('attendance'));
  expect(ticked).toEqual([`tick attendance ${date}`]);
  await tick(consultant, one, 0);
  await consultant.from('attendances').delete().eq('signup_id', two);
  expect((await lines()).filter((line) => line.includes('attendance'))).toEqual([
    `tick attendance ${date}`,
    `untick attendance ${date}`,
  ]);
  for (const line of await trail()) {
    expect(acts).toContain(line.act);
    expect(subjects).toContain(line.subject);
    expect(JSON.stringify(line)).not.toContain('Fatima');
  }
  const about = await at.sql(
    'select from public.audit_entries where subject_id = any ($1::uuid[]) or reason ~ any ($2)',
    [
      [one, two],
      [one, two],
    ],
  );
  expect(about).toEqual([]);
});

test('counting heads adds a line, and one more for the next evening', async () => {
  const session_id = made.sessionId;
  const date = minute(await startOf(session_id));
  for (const change of [3, 1]) await rpc(consultant, 'count_heads', { session_id, change });
  await rpc(consultant, 'set_heads', { session_id, heads: 4 });
  expect(await lines()).toEqual([`tick attendance ${date}`]);
  const [next] = await at.sql<{ id: string }>(
    `insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
     values ($1, $2, now() + interval '10 days', now() + interval '11 days') returning id`,
    [made.id, around.blockId],
  );
  await rpc(consultant, 'set_heads', { session_id: next!.id, heads: 7 });
  expect(await lines()).toContain(`tick attendance ${minute(await startOf(next!.id))}`);
  expect(await lines()).toHaveLength(2);
});

test('what the host checks in is not an act of staff', async () => {
  const one = await guest();
  await tick(host, one, 1);
  await rpc(host, 'count_heads', { session_id: made.sessionId, change: 2 });
  expect((await lines()).filter((line) => line.includes('attendance'))).toEqual([]);
});

test('the host reads that the consultant moved a date; people who are signed up read nothing of the door', async () => {
  await rpc(consultant, 'cancel_session', { session_id: made.sessionId });
  const told = await listActsAboutMe(host as never);
  expect(told.map(({ act, subjectKind }) => `${act} ${subjectKind}`)).toContain('cancel session');
  const mine = await listActsAboutMe(resident as never);
  expect(mine.filter(({ subjectKind }) => subjectKind === 'attendance')).toEqual([]);
});
