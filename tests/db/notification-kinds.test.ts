import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listNotifications } from '../../src/domains/notifications/notifications.server.ts';
import { hrefOf } from '../../src/domains/notifications/notifications.ts';
import { Constants, type Enums } from '../../src/lib/database.types.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { cleanSlate, personId } from '../support/messages.ts';

/** What follows from a kind of notification: the rows of notification_kinds, and what reads them. */

type About = Enums<'notification_about'>;
const { notification_about: ABOUTS } = Constants.public.Enums;

let t: TestDb;
let me: string;
beforeAll(async () => {
  t = await testDatabase();
  me = await personId(t, CAST.drobak.resident);
  await cleanSlate(t);
  // The demo has none of these that the resident can not see.
  await t.sql(
    `with p as (insert into polls (id, block_id, title, body, decides, afterwards, rule, closes_at, winner_count)
       select gen_random_uuid(), id, 'Ny', 'x', 'x', 'x', 'per_flat', now() + interval '1 day', 1 from blocks where slug = 'drobakgata-1' returning block_id)
     insert into proposals (id, block_id, title, body, kind) select gen_random_uuid(), block_id, 'Ny', 'x', 'social' from p`,
  );
});
afterAll(() => t?.close());

/** An id of each thing of Drøbakgata 1, one that the resident may see and one that they may not (any more); the resident runs neither. */
const THINGS: Record<Exclude<About, 'account'>, [shown: string, hidden: string]> = {
  activity: [
    `activities x where status = 'published' and hidden_at is null`,
    `activities x where status = 'draft'`,
  ],
  report: [
    `reports x where is_common and merged_into is null`,
    `reports x where not is_common and not exists (select from report_details d where d.report_id = x.id and d.reporter_id = $1)`,
  ],
  proposal: [
    `proposals x where status = 'approved' and hidden_at is null`,
    `proposals x where status = 'pending' and not exists (select from proposal_authors a where a.proposal_id = x.id and a.person_id = $1)`,
  ],
  poll: [`polls x where status = 'open'`, `polls x where status = 'draft'`],
  notice: [
    `notices x where state = 'published' and audience = 'everybody' and published_at < now() and ends_at is null`,
    `notices x where state = 'draft'`,
  ],
};
/** An insert of one notification of the resident about such a thing; parameters: the resident, the kind, the subject. */
const insert = (about: About, from = about === 'account' ? '' : THINGS[about][0]) =>
  about === 'account'
    ? `insert into notifications (person_id, block_id, kind, subject)
       select $1, id, $2::notification_kind, $3 from blocks where slug = 'drobakgata-1' returning id`
    : `insert into notifications (person_id, block_id, kind, subject, ${about}_id)
       select $1, b.id, $2::notification_kind, $3, (select x.id from ${from} and x.block_id = b.id order by x.id limit 1)
       from blocks b where slug = 'drobakgata-1' returning id, ${about}_id as thing`;

/** What each kind is about, its topic, and where it leads: `#` is the id of the thing or the number of the case. */
const KINDS: [kinds: string, about: About, topic: string, address: string, unread?: string][] = [
  ['place_won session_moved activity_message activity_cancelled session_cancelled session_today place_changed place_offered', 'activity', 'activities', '/drobakgata-1/aktiviteter/#'],
  ['activity_approved activity_declined activity_host_left', 'activity', 'activities', '/drobakgata-1/drift/aktiviteter/#'],
  ['report_status report_message report_question report_merged report_late', 'report', 'reports', '/drobakgata-1/saker/#', '/drobakgata-1/saker'],
  ['proposal_approved proposal_declined proposal_question proposal_merged proposal_checked', 'proposal', 'votes', '/drobakgata-1/forslag/#'],
  ['poll_opened poll_extended poll_stopped poll_counted follow_up_changed', 'poll', 'votes', '/drobakgata-1/avstemninger/#'],
  ['poll_uncounted', 'poll', 'votes', '/drobakgata-1/drift/avstemninger/#/telling'],
  ['poll_answer', 'poll', 'votes', '/drobakgata-1/avstemninger/##sporsmal'],
  ['follow_up_given follow_up_late', 'poll', 'votes', '/drobakgata-1/drift/avstemninger/#/oppfolging'],
  ['notice_new notice_urgent', 'notice', 'notices', '/drobakgata-1/oppslag/#', '/drobakgata-1/oppslag'],
  ['notice_photo_request', 'notice', 'notices', '/drobakgata-1/drift/oppslag/#', '/drobakgata-1/drift/oppslag'],
  ['account_moderated', 'activity', 'account', '/drobakgata-1/aktiviteter/#'],
  ['account_moderated', 'proposal', 'account', '/drobakgata-1/forslag/#'],
  ['account_moderated', 'poll', 'account', '/drobakgata-1/avstemninger/##sporsmal'],
  ['account_paused', 'activity', 'account', '/mitt#pause'],
  ['account_paused', 'proposal', 'account', '/drobakgata-1/forslag/#'],
  ['account_paused', 'poll', 'account', '/drobakgata-1/avstemninger/#'],
  ['account_paused', 'account', 'account', '/mitt#pause'],
  ['account_slip account_password account_ended', 'account', 'account', '/konto/mine-data#ansatte'],
  ['account_joined', 'account', 'account', '/drobakgata-1'],
  ['account_not_joined', 'account', 'account', '/bli-med/uten-kode'],
]; // prettier-ignore
const EVERY = KINDS.flatMap(([kinds, about, topic, address, unread = address]) =>
  kinds.split(' ').map((kind) => ({ kind, about, topic, address, unread })),
);
const idOf = ({ kind, about }: { kind: string; about: string }) => `${kind} ${about}`;

/** Where the newest notifications of the resident lead, by kind and thing. */
async function told(which: 0 | 1) {
  const found = new Map<string, { href: string; thing: string }>();
  for (const one of EVERY) {
    const from = one.about === 'account' ? '' : THINGS[one.about][which];
    const sql = insert(one.about, from);
    const [row] = await t.sql<{ id: string; thing?: string }>(sql, [me, one.kind, idOf(one) + which]); // prettier-ignore
    const [newest] = await listNotifications(await t.as(CAST.drobak.resident), me);
    expect([idOf(one), newest!.id]).toEqual([idOf(one), row!.id]);
    found.set(idOf(one), { href: hrefOf(newest!), thing: row!.thing ?? '' });
  }
  return found;
}
const addresses = (found: Awaited<ReturnType<typeof told>>) =>
  [...found].map(([id, { href, thing }]) => [id, href.replace(thing || '#', '#')]);

test('every kind is in the list of this file, and every kind, thing, topic and page has a row', async () => {
  const rows = await t.sql<{ line: string }>(
    `select kind || ' ' || about as line from notification_kinds`,
  );
  expect(rows.map(({ line }) => line).sort()).toEqual(EVERY.map(idOf).sort());
  for (const [type, column] of [
    ['notification_kind', 'kind'],
    ['notification_about', 'about'],
    ['message_topic', 'topic'],
    ['notification_page', 'leads_to'],
  ]) {
    const sql = `select v::text from unnest(enum_range(null::${type})) v except select ${column}::text from notification_kinds`;
    expect([type, await t.sql(sql)]).toEqual([type, []]);
  }
});

describe('a kind leads to', () => {
  test('what it is about, when the reader may read that', async () => {
    const found = await told(0);
    const [{ number } = { number: '' }] = await t.sql<{ number: string }>(
      'select number from reports r join notifications n on n.report_id = r.id limit 1',
    );
    for (const one of found.values()) if (one.href.includes('/saker/')) one.thing = number;
    expect(addresses(found)).toEqual(EVERY.map((one) => [idOf(one), one.address]));
  });

  test('the list of cases or notices, when the reader may not read it any more', async () => {
    expect(addresses(await told(1))).toEqual(EVERY.map((one) => [idOf(one), one.unread]));
  });
});

test('a kind is switched off with its topic and with no other, and danger never', async () => {
  await cleanSlate(t);
  for (const topic of Constants.public.Enums.message_topic) {
    await t.sql(`delete from notifications`);
    await t.sql(`update message_settings set email_topics = array[$2]::message_topic[] where person_id = $1`, [me, topic]); // prettier-ignore
    for (const one of EVERY) await t.sql(insert(one.about), [me, one.kind, idOf(one)]);
    const rows = await t.sql<{ line: string }>(
      `select n.kind || ' ' || n.about as line from private.deliveries d join notifications n on n.id = d.notification_id`,
    );
    const wanted = EVERY.filter((one) => one.topic === topic || one.kind === 'notice_urgent');
    expect([topic, ...rows.map(({ line }) => line).sort()]).toEqual([topic, ...wanted.map(idOf).sort()]); // prettier-ignore
  }
});

test('an urgent kind is not held back to be gathered, and only danger comes at night', async () => {
  const at = async (urgency: string, moment: string) => {
    const [row] = await t.sql<{ at: Date }>(`select private.due_at($1, $2, $3) as at`, [me, urgency, moment]); // prettier-ignore
    return row!.at.toISOString().slice(11, 16);
  };
  await t.sql(`update message_settings set rhythm = 'gathered', quiet_from = 21, quiet_to = 8 where person_id = $1`, [me]); // prettier-ignore
  const [day, night] = ['2026-06-01T10:00:00Z', '2026-06-01T22:00:00Z'];
  expect([await at('whenever', day), await at('pressing', day), await at('urgent', day)]).toEqual(['15:00', '10:00', '10:00']); // prettier-ignore
  expect([await at('whenever', night), await at('pressing', night), await at('urgent', night)]).toEqual(['06:00', '06:00', '22:00']); // prettier-ignore
  const soon = await t.sql<{ kind: string }>(`select kind::text from notification_kinds k where urgency = 'pressing' order by k.kind`); // prettier-ignore
  expect(soon.map(({ kind }) => kind)).toEqual(['place_offered', 'session_today', 'session_moved', 'session_cancelled', 'place_changed', 'activity_cancelled']); // prettier-ignore
});

test('a kind that asks for an answer is marked in the list, and a kind that could be misuse names a contact', async () => {
  await t.sql(`delete from notifications`);
  const marked: Record<'wantsAnswer' | 'warnsOfMisuse', string[]> = { wantsAnswer: [], warnsOfMisuse: [] }; // prettier-ignore
  for (const one of EVERY) {
    await t.sql(insert(one.about), [me, one.kind, idOf(one)]);
    const [newest] = await listNotifications(await t.as(CAST.drobak.resident), me);
    if (newest!.wantsAnswer) marked.wantsAnswer.push(one.kind);
    if (newest!.warnsOfMisuse) marked.warnsOfMisuse.push(one.kind);
  }
  expect(marked).toEqual({
    wantsAnswer: ['place_offered', 'report_question', 'proposal_question', 'poll_opened', 'notice_photo_request'],
    warnsOfMisuse: ['account_slip', 'account_password'],
  }); // prettier-ignore
});

describe('the database refuses', () => {
  const code = (sql: string, params: unknown[] = []) =>
    t.sql(sql, params).then(
      () => null,
      (error: { code: string }) => error.code,
    );
  const [NO_ROW, CHECK] = ['23503', '23514'];

  test.each([
    ['place_won', 'account'],
    ['account_slip', 'activity'],
    ['report_late', 'proposal'],
    ['poll_opened', 'notice'],
    ['account_moderated', 'account'],
    ['notice_urgent', 'activity'],
  ] as const)('%s about a thing of the kind %s', async (kind, about) => {
    expect(await code(insert(about), [me, kind, 'wrong'])).toBe(NO_ROW);
  });

  test('a kind without a row', async () => {
    await t.sql(`delete from notifications`);
    const late = EVERY.find(({ kind }) => kind === 'report_late')!;
    const without = `do $$ begin
      delete from notification_kinds where kind = 'report_late';
      ${insert(late.about)
        .replaceAll('$1', `'${me}'`)
        .replaceAll('$2', `'report_late'`)
        .replaceAll('$3', `'x'`)
        .replace(/returning.*/, '')};
    end $$`;
    expect(await code(without)).toBe(NO_ROW);
    expect(await code(insert(late.about), [me, 'report_late', 'x'])).toBeNull();
  });

  test('a row with a missing value', async () => {
    const columns = await t.sql<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = 'notification_kinds'
       and (is_nullable = 'YES' or column_default is not null)`,
    );
    expect(columns).toEqual([]);
  });

  test('deleting the row of a kind that has been used', async () => {
    await t.sql(insert('report'), [me, 'report_late', 'told']);
    expect(await code(`delete from notification_kinds where kind = 'report_late'`)).toMatch(/^23/);
  });

  test('a notification about two things, of whatever kind they are', async () => {
    const things = ABOUTS.filter((about) => about !== 'account');
    for (const [i, one] of things.entries())
      for (const other of things.slice(i + 1)) {
        const sql = `insert into notifications (person_id, block_id, kind, subject, ${one}_id, ${other}_id)
          select $1, id, 'account_moderated', 'two', gen_random_uuid(), gen_random_uuid() from blocks limit 1`;
        expect([one, other, await code(sql, [me])]).toEqual([one, other, CHECK]);
      }
  });
});

describe('who may be notified', () => {
  const mayBeTold = async (about: string) => {
    const [row] = await t.sql<{ may: boolean }>(
      `select private.may_be_told(jsonb_populate_record(n, jsonb_build_object('about', $1::text))) as may from notifications n limit 1`,
      [about],
    );
    return row!.may;
  };

  test.each(ABOUTS)('of a thing of the kind %s is decided by a function of its domain', async (about) => {
    const [made] = await t.sql<{ name: string | null }>(
      `select to_regproc('private.may_be_told_of_' || $1)::text as name`,
      [about],
    );
    expect(made!.name).toBe(`private.may_be_told_of_${about}`);
    await t.sql(`delete from notifications`);
    await t.sql(insert(about === 'account' ? 'account' : about), [me, EVERY.find((one) => one.about === about)!.kind, 'asked']); // prettier-ignore
    expect(typeof (await mayBeTold(about))).toBe('boolean');
  }); // prettier-ignore

  test('of a thing without such a function is an error, not a yes', async () => {
    await t.sql(`alter type notification_about add value 'unknown'`);
    await expect(mayBeTold('unknown')).rejects.toMatchObject({ code: '20000' }); // case not found
  });

  const may = async (email: Parameters<typeof personId>[1], id: string) => {
    const person = await personId(t, email);
    const [row] = await t.sql<{ may: boolean }>(
      `insert into notifications (person_id, block_id, kind, subject, activity_id)
       select $1, block_id, 'activity_message', gen_random_uuid()::text, id from activities where id = $2
       returning private.may_be_told(notifications) as may`,
      [person, id],
    );
    return row!.may;
  };

  test('of a hidden activity: who runs it and the consultant, not who signed up', async () => {
    const { resident, neighbour, consultant } = CAST.drobak;
    const [row] = await t.sql<{ id: string }>(
      `insert into activities (block_id, kind, title, status) select id, 'event', 'Sjakk', 'published' from blocks where slug = 'drobakgata-1'
       returning id`,
    );
    const id = row!.id;
    await t.sql(
      `insert into activity_hosts (activity_id, block_id, person_id) select $1, block_id, $2 from activities where id = $1`,
      [id, await personId(t, neighbour)],
    );
    const all = async () => [await may(resident, id), await may(neighbour, id), await may(consultant, id)]; // prettier-ignore
    expect(await all()).toEqual([true, true, true]);
    await t.sql(
      `update activities set hidden_at = now(), hidden_by = 'staff', hidden_reason = 'x' where id = $1`,
      [id],
    );
    expect(await all()).toEqual([false, true, true]);
  });
});
