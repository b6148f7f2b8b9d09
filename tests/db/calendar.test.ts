import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  endCalendarLink,
  findCalendarLink,
  makeCalendarLink,
  openCalendar,
} from '../../src/domains/activities/calendar/calendar-links.server.ts';
import {
  listDatesOf,
  listFields,
  listPublicDates,
} from '../../src/domains/activities/calendar/calendar.server.ts';
import type { Database } from '../../src/lib/database.types.ts';
import { CAST, type Email } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { addDates } from '../support/many-dates.ts';
import { clientOf, EVERYBODY, fingerprint } from '../support/rights.ts';

const DAY = 86_400_000;
const now = new Date();
const urlOf = (id: string) => `https://bomiljo.example/${id}`;
const drobak = demoId('drobakgata-1');
const link = (_slug: string, id: string) => urlOf(id);

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t?.close());

const personId = async (email: Email) =>
  (await t.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;

/** A resident of Drøbakgata 1 who is used by no other test. */
async function newResident() {
  const [flat] = await t.sql<{ id: string }>(
    `select id from public.places where block_id = $1 and kind = 'flat' order by name desc limit 1`,
    [drobak],
  );
  return (await moveIn(t, drobak, [flat!.id]))[0]!;
}

/** A public activity in three days, with a number of places, inserted into the tables. */
async function newActivity(title: string, { isPublic = true, status = 'published' } = {}) {
  const [row] = await t.sql<{ id: string; session_id: string }>(
    `with made as (
      insert into public.activities (block_id, kind, title, status, is_public, capacity, body, whereabouts)
      values ($1, 'event', $2, $3::public.activity_status, $4, 10, 'Kom **innom**.', 'ved porten') returning id, block_id
    )
    insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
    select id, block_id, now() + interval '3 days', now() + interval '3 days 1 hour' from made
    returning activity_id as id, id as session_id`,
    [drobak, title, status, isPublic],
  );
  return { id: row!.id, sessionId: row!.session_id };
}

const read = (db: Db, secret: string) => openCalendar(db, secret, link);
const titles = async (db: Db, secret: string) =>
  ((await read(db, secret)) ?? []).map(({ title }) => title);

describe('the secret of a link', () => {
  test.each(EVERYBODY)('%s reads no hash, neither their own nor another', async (who) => {
    await makeCalendarLink(await t.as(CAST.drobak.resident));
    const db = await clientOf(t, who);
    const { data, error } = await db.from('calendar_links').select('link_hash');
    expect(data).toBeNull();
    expect(error?.code).toBe('42501');
  });

  test.each(EVERYBODY)('%s creates no link without make_calendar_link', async (who) => {
    const owner = await personId(CAST.drobak.resident);
    await makeCalendarLink(await t.as(CAST.drobak.resident));
    const before = await fingerprint(t, 'public.calendar_links');
    const db = await clientOf(t, who);
    const row = { person_id: await personId(CAST.stovner.household), link_hash: 'x' };
    expect((await db.from('calendar_links').insert(row)).error?.code).toBe('42501');
    const change = db.from('calendar_links').update({ link_hash: 'x' }).eq('person_id', owner);
    expect((await change).error?.code).toBe('42501');
    if (who !== 'resident') await db.from('calendar_links').delete().eq('person_id', owner);
    expect(await fingerprint(t, 'public.calendar_links')).toBe(before);
  });

  test('each person sees only when their own link was made', async () => {
    const owner = await personId(CAST.drobak.resident);
    const mine = await t.as(CAST.drobak.resident);
    await makeCalendarLink(mine);
    expect(await findCalendarLink(mine, owner)).toBeInstanceOf(Date);
    for (const email of [CAST.drobak.household, CAST.drobak.consultant, CAST.admin])
      expect(await findCalendarLink(await t.as(email), owner), email).toBeNull();
  });

  test('it is stored nowhere in the tables', async () => {
    const secret = (await makeCalendarLink(await t.as(CAST.drobak.resident)))!;
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    expect(await fingerprint(t, 'public.calendar_links')).not.toContain(secret);
  });

  test('nobody makes a link without an account', async () => {
    const before = await fingerprint(t, 'public.calendar_links');
    await expect(makeCalendarLink(t.anonymous())).rejects.toThrow('42501');
    expect(await fingerprint(t, 'public.calendar_links')).toBe(before);
  });
});

describe('a link', () => {
  test('without dates is an empty calendar; a wrong link is not found', async () => {
    const { db } = await newResident();
    const secret = (await makeCalendarLink(db))!;
    expect(await read(t.anonymous(), secret)).toEqual([]);
    const wrong = secret.replace(/^./, (sign) => (sign === '0' ? '1' : '0'));
    expect(await read(t.anonymous(), wrong)).toBeNull();
    for (const nonsense of ['', 'x', `${secret}0`, secret.toUpperCase().replace(/[0-9]/g, 'A')])
      expect(await read(t.anonymous(), nonsense), nonsense).toBeNull();
    const { data } = await t.anonymous().rpc('calendar_of', { secret: '' });
    expect(data).toEqual([]);
  });

  test('stops when it is made anew, and when it is ended', async () => {
    const { db, id } = await newResident();
    const first = (await makeCalendarLink(db))!;
    const second = (await makeCalendarLink(db))!;
    expect(second).not.toBe(first);
    expect(await read(t.anonymous(), first)).toBeNull();
    expect(await read(t.anonymous(), second)).toEqual([]);
    expect(await endCalendarLink(db, id)).toBe(true);
    expect(await read(t.anonymous(), second)).toBeNull();
    expect(await endCalendarLink(db, id)).toBe(false);
  });

  test('has activities in which its owner has a place: not those of others, nor those the owner waits for', async () => {
    // In the demo data: signed up for the fire evening, waiting for the course.
    const secret = (await makeCalendarLink(await t.as(CAST.drobak.resident)))!;
    const found = await titles(t.anonymous(), secret);
    expect(found).toContain('Brannvernkveld');
    expect(found).not.toContain('Barnas matkurs');
    expect(found).not.toContain('Norsk kafé');
    const [date] = (await read(t.anonymous(), secret))!;
    expect(date).toMatchObject({ where: 'Gårdsrommet, ved porten', isCancelled: false });
  });

  test('has a residents-only activity of its owner, and drops what the owner gives up', async () => {
    const { db } = await newResident();
    const secret = (await makeCalendarLink(db))!;
    const { id } = await newActivity('Bare for oss', { isPublic: false });
    await db.rpc('sign_up', { activity_id: id });
    expect(await titles(t.anonymous(), secret)).toEqual(['Bare for oss']);
    await db.rpc('cancel_signup', { activity_id: id });
    expect(await titles(t.anonymous(), secret)).toEqual([]);
  });

  test('shows a cancelled activity to those who had a place, not to those who had left', async () => {
    const [stays, leaves] = [await newResident(), await newResident()];
    const { id } = await newActivity('Blir avlyst');
    const secrets = [];
    for (const { db } of [stays, leaves]) {
      await db.rpc('sign_up', { activity_id: id });
      secrets.push((await makeCalendarLink(db))!);
    }
    await leaves.db.rpc('cancel_signup', { activity_id: id });
    const before = (await read(t.anonymous(), secrets[0]!))![0]!;
    const consultant = await t.as(CAST.drobak.consultant);
    await consultant.rpc('cancel_activity', { activity_id: id, reason: 'Storm' });
    const [date] = (await read(t.anonymous(), secrets[0]!))!;
    expect(date).toMatchObject({ title: 'Blir avlyst', isCancelled: true, note: 'Storm' });
    expect(date!.sequence).toBeGreaterThan(before.sequence);
    expect(await read(t.anonymous(), secrets[1]!)).toEqual([]);
  });

  test('has what its owner hosts, until the owner moves out', async () => {
    const { db, id: host } = await newResident();
    const secret = (await makeCalendarLink(db))!;
    const { id } = await newActivity('Min strikkekveld', { isPublic: false });
    await t.sql(
      'insert into public.activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)',
      [id, drobak, host],
    );
    expect(await titles(t.anonymous(), secret)).toEqual(['Min strikkekveld']);
    await t.sql('update public.memberships set ended_at = now() where person_id = $1', [host]);
    expect(await read(t.anonymous(), secret)).toEqual([]);
  });

  test('has no activity that is not published', async () => {
    const { db, id: host } = await newResident();
    const secret = (await makeCalendarLink(db))!;
    for (const status of ['draft', 'proposed']) {
      const { id } = await newActivity(`Ikke ute: ${status}`, { status });
      await t.sql(
        'insert into public.activity_hosts (activity_id, block_id, person_id) values ($1, $2, $3)',
        [id, drobak, host],
      );
    }
    expect(await read(t.anonymous(), secret)).toEqual([]);
  });
});

test('every change of a date or of its activity increases the sequence, and the id stays', async () => {
  const { id, sessionId } = await newActivity('Flyttes mye');
  const consultant = await t.as(CAST.drobak.consultant);
  const seen = async () => (await listDatesOf(t.anonymous(), drobak, id, urlOf))[0]!;
  const steps = [await seen()];
  const at = (days: number) => new Date(now.getTime() + days * DAY).toISOString();
  const move = { session_id: sessionId, starts_at: at(5), ends_at: at(5.1), note: 'Ny dag' };
  expect((await consultant.rpc('move_session', move)).data).toBe('moved');
  steps.push(await seen());
  expect((await consultant.rpc('cancel_session', { session_id: sessionId })).data).toBe(
    'cancelled',
  );
  steps.push(await seen());
  expect((await consultant.rpc('restore_session', { session_id: sessionId })).data).toBe(
    'restored',
  );
  steps.push(await seen());
  await consultant.from('activities').update({ title: 'Nytt navn' }).eq('id', id);
  steps.push(await seen());
  const sequences = steps.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  expect(new Set(steps.map((one) => one.sessionId))).toEqual(new Set([sessionId]));
  expect(steps.map(({ isCancelled }) => isCancelled)).toEqual([false, false, true, false, false]);
  expect(steps.at(1)!.startsAt.toISOString()).toBe(at(5));
});

describe('the calendar of a building', () => {
  const feed = async (db: Db) =>
    (await listPublicDates(db, drobak, { now, urlOf })).map(({ title }) => title);

  test.each(EVERYBODY)('for %s has no draft and nothing for residents only', async (who) => {
    await newActivity('Hemmelig utkast', { status: 'draft' });
    await newActivity('Bare for beboere', { isPublic: false });
    await newActivity('For alle');
    const found = await feed((await clientOf(t, who)) as Db);
    expect(found).toContain('For alle');
    for (const title of ['Hemmelig utkast', 'Bare for beboere', 'Beboermøte', 'Sykkelverksted'])
      expect(found).not.toContain(title);
  });

  test('covers 30 days back and a year ahead', async () => {
    const { id } = await newActivity('Langt fram');
    await t.sql(
      `insert into public.activity_sessions (activity_id, block_id, starts_at, ends_at)
       select $1, $2, now() + d * interval '1 day', now() + d * interval '1 day' + interval '1 hour'
       from unnest('{-31,-29,365,367}'::integer[]) d`,
      [id, drobak],
    );
    const dates = await listPublicDates(t.anonymous(), drobak, { now, urlOf });
    const days = dates
      .filter(({ title }) => title === 'Langt fram')
      .map(({ startsAt }) => Math.round((startsAt.getTime() - now.getTime()) / DAY));
    expect(days).toEqual([-29, 3, 365]);
  });

  test('with 500 dates in a year is read with one query', async () => {
    await addDates(t, 'stovner-senter', 500);
    const asked: string[] = [];
    const counting: typeof fetch = (input, init) => {
      asked.push(String(input instanceof Request ? input.url : input));
      return fetch(input, init);
    };
    const db = createClient<Database>(t.url, t.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: counting },
    });
    const dates = await listPublicDates(db, demoId('stovner-senter'), { now, urlOf });
    expect(dates.length).toBeGreaterThanOrEqual(500);
    expect(dates.every(({ title, url }) => title && url)).toBe(true);
    expect(asked).toHaveLength(1);
  });
});

describe('the period of the calendar page', () => {
  const around = { from: new Date(now.getTime() + 2 * DAY), to: new Date(now.getTime() + 4 * DAY) };
  const seen = async (email: Email | null) => {
    const db = email ? await t.as(email) : t.anonymous();
    return (await listFields(db, drobak, around)).map(({ title }) => title);
  };

  test('has the dates that its reader may see', async () => {
    await newActivity('Inne hos oss', { isPublic: false });
    await newActivity('Et utkast', { status: 'draft' });
    expect(await seen(CAST.drobak.resident)).toContain('Inne hos oss');
    expect(await seen(CAST.stovner.resident)).not.toContain('Inne hos oss');
    expect(await seen(null)).not.toContain('Inne hos oss');
    expect(await seen(CAST.drobak.consultant)).not.toContain('Et utkast');
  });

  test('has what began before it and goes on, and not what ended or comes after', async () => {
    const { id } = await newActivity('Over flere dager');
    const at = (hours: number) => new Date(around.from.getTime() + hours * 3_600_000).toISOString();
    const put = (from: number, to: number) =>
      t.sql(
        'update public.activity_sessions set starts_at = $2, ends_at = $3 where activity_id = $1',
        [id, at(from), at(to)],
      );
    const isThere = async () => (await seen(null)).includes('Over flere dager');
    await put(-72, 1);
    expect(await isThere()).toBe(true);
    await put(-72, 0);
    expect(await isThere()).toBe(false);
    await put(48, 49);
    expect(await isThere()).toBe(false);
    await put(47, 49);
    expect(await isThere()).toBe(true);
  });
});
