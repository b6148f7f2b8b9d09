import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messageKeys } from '../../src/domains/messages/keys.server.ts';
import { unsubscribeCode } from '../../src/domains/messages/links.server.ts';
import { findMessageSettings, unsubscribe } from '../../src/domains/messages/messages.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { cleanSlate, personId, tell } from '../support/messages.ts';
import {
  clientOf,
  describeRights,
  EVERYBODY,
  expectRefused,
  fingerprint,
} from '../support/rights.ts';

/** Who is notified how and when, and who may see or change that. message-sending.test.ts tests the sending. */

let t: TestDb;
let me: string;
let neighbour: string;
beforeAll(async () => {
  t = await testDatabase();
  me = await personId(t, CAST.drobak.resident);
  neighbour = await personId(t, CAST.drobak.neighbour);
});
afterAll(() => t?.close());
beforeEach(() => cleanSlate(t));

const ALL = ['email', 'push', 'sms'] as const;
/** The messages made from what is due, as `channel kinds`. */
async function form(channels: readonly string[] = ALL) {
  await t.service().rpc('form_messages', { channels: channels as never });
  const rows = await t.sql<{ line: string }>(
    `select o.channel || ' ' || string_agg(n.kind::text, '+' order by n.kind::text) as line
     from outbox_messages o join private.deliveries d on d.message_id = o.id join notifications n on n.id = d.notification_id
     group by o.id, o.channel order by 1`,
  );
  return rows.map(({ line }) => line);
}
const claim = async () => {
  const { data } = await t.service().rpc('claim_messages', { channel: 'email', max_count: 50 });
  return data ?? [];
};
const choose = (change: string) =>
  t.sql(`update message_settings set ${change} where person_id = $1`, [me]);
const waiting = () =>
  t.sql<{ channel: string }>('select channel from private.deliveries where message_id is null');
const addBrowser = (person: string, name: string) =>
  t.sql(
    `insert into push_subscriptions (person_id, endpoint, public_key, auth_key)
     values ($1, 'https://push.example/' || $2, repeat('A', 87), repeat('A', 22))`,
    [person, name],
  );
const addPhone = (person: string) =>
  t.sql(
    `insert into message_phones (person_id, phone, confirmed_at) values ($1, '+4790000001', now())`,
    [person],
  );

const mine = { person_id: '' };
beforeAll(() => {
  mine.person_id = me;
});
describeRights(() => t, {
  table: 'message_settings',
  key: 'person_id',
  make: async () => me,
  insert: () => mine, // there is one already
  change: () => ({ rhythm: 'gathered' }),
  may: { select: ['resident'], insert: [], update: ['resident'], delete: [] },
});
describeRights(() => t, {
  table: 'message_phones',
  key: 'person_id',
  make: async () => {
    await addPhone(me);
    return me;
  },
  insert: () => ({ ...mine, phone: '+4790000002' }),
  change: () => ({ phone: '+4790000002' }),
  may: { select: ['resident'], insert: [], update: [], delete: ['resident'] },
});
describeRights(() => t, {
  table: 'push_subscriptions',
  make: async () => {
    await addBrowser(me, 'a');
    return (await t.sql<{ id: string }>('select id from push_subscriptions'))[0]!.id;
  },
  insert: () => ({
    ...mine,
    endpoint: 'https://push.example/b',
    public_key: 'A'.repeat(87),
    auth_key: 'A'.repeat(22),
  }),
  change: () => ({ auth_key: 'B'.repeat(22) }),
  may: { select: ['resident'], insert: [], update: [], delete: ['resident'] },
});
describeRights(() => t, {
  table: 'outbox_messages',
  row: 'personal',
  make: async () => {
    await tell(t, me);
    await form();
    return (await t.sql<{ id: string }>('select id from outbox_messages'))[0]!.id;
  },
  insert: () => ({ ...mine, channel: 'email', kind: 'personal', payload: {} }),
  change: () => ({ status: 'sent' }),
  may: { select: ['resident'], insert: [], update: [], delete: [] },
});

test.each(EVERYBODY)(
  'the worker’s functions and the private tables are out of reach: %s',
  async (who) => {
    await tell(t, me);
    const client = await clientOf(t, who);
    const tables = [
      'private.deliveries',
      'public.outbox_messages',
      'public.message_phones',
      'public.message_settings',
    ];
    const calls: [string, object][] = [
      ['form_messages', { channels: ['email'] }],
      ['claim_messages', { channel: 'email', max_count: 5 }],
      ['finish_message', { id: crypto.randomUUID(), attempts: 1, error: null, is_final: false }],
      ['keep_message_keys', { vapid_public_key: 'a', vapid_private_key: 'b', link_key: 'c' }],
      ['start_phone', { person_id: me, phone: '+4790000001' }],
      ['stop_emails', { person_id: me }],
    ];
    for (const [name, args] of calls) await expectRefused(t, tables, () => client.rpc(name, args));
    for (const name of ['deliveries', 'message_keys', 'phone_checks'])
      expect(
        (
          await client
            .schema('private' as never)
            .from(name)
            .select()
        ).error,
      ).not.toBeNull();
  },
);

describe('quiet hours', () => {
  // Summer time ends on 25 October 2026 at 3 and begins on 28 March 2027 at 2.
  test.each([
    ['2026-10-24T18:59:00Z', '2026-10-24T18:59:00Z', '20.59 is not quiet'],
    ['2026-10-24T19:00:00Z', '2026-10-25T07:00:00Z', 'the night is an hour longer: 8 is 7 UTC'],
    ['2026-10-25T00:30:00Z', '2026-10-25T07:00:00Z', 'in the first of the two hours'],
    ['2026-10-25T01:30:00Z', '2026-10-25T07:00:00Z', 'in the second of the two hours'],
    ['2026-10-25T07:00:00Z', '2026-10-25T07:00:00Z', '8 sharp'],
    ['2027-03-27T20:00:00Z', '2027-03-28T06:00:00Z', 'the night is an hour shorter: 8 is 6 UTC'],
    ['2027-03-28T05:59:59Z', '2027-03-28T06:00:00Z', 'a second to 8'],
    ['2026-12-31T22:00:00Z', '2027-01-01T07:00:00Z', 'over new year'],
  ])('from 21 to 8: %s waits until %s (%s)', async (at, until) => {
    const [row] = await t.sql<{ at: Date }>('select private.after_quiet($1, 21, 8) as at', [at]);
    expect(row!.at.toISOString()).toBe(new Date(until).toISOString());
  });

  test.each([
    [12, 14, '2026-06-01T11:00:00Z', '2026-06-01T12:00:00Z'],
    [12, 14, '2026-06-01T12:00:00Z', '2026-06-01T12:00:00Z'],
    [0, 0, '2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z'],
    [5, 5, '2026-06-01T03:30:00Z', '2026-06-01T03:30:00Z'],
  ])('from %i to %i: %s waits until %s', async (from, to, at, until) => {
    const [row] = await t.sql<{ at: Date }>('select private.after_quiet($1, $2, $3) as at', [
      at,
      from,
      to,
    ]);
    expect(row!.at.toISOString()).toBe(new Date(until).toISOString());
  });

  test('hold messages back until they are over, including those made before', async () => {
    await tell(t, me);
    const [{ hour }] = (await t.sql<{ hour: number }>(
      `select extract(hour from now() at time zone 'Europe/Oslo')::int as hour`,
    )) as [{ hour: number }];
    await form();
    await choose(`quiet_from = ${hour}, quiet_to = ${(hour + 2) % 24}`);
    expect(await claim()).toEqual([]);
    await tell(t, me, 'place_won');
    await t.sql(`update private.deliveries set due_at = now()`);
    expect(await form()).toEqual(['email activity_message']);
    await choose('quiet_from = 0, quiet_to = 0');
    expect(await form()).toHaveLength(2);
    expect(await claim()).toHaveLength(2);
  });

  test('are 21 to 8 for those who have changed nothing', async () => {
    await t.sql('delete from message_settings');
    const db = await t.as(CAST.drobak.resident);
    const found = await findMessageSettings(db, me, new Date());
    expect(found).toMatchObject({ quietFrom: 21, quietTo: 8, rhythm: 'at_once', failed: [] });
    expect(found.topics.sms).toEqual([]);
    const [row] = await t.sql<{ at: Date }>(
      `select private.due_at($1, 'whenever', '2026-06-01T20:00:00Z') as at`,
      [me],
    );
    expect(row!.at.toISOString()).toBe('2026-06-02T06:00:00.000Z');
  });
});

describe('the messages of a person', () => {
  test('are one for each channel and browser, with everything in it, and none when there is nothing', async () => {
    expect(await form()).toEqual([]);
    await addBrowser(me, 'a');
    await addBrowser(me, 'b');
    await tell(t, me, 'place_won');
    await tell(t, me, 'activity_message');
    await tell(t, neighbour, 'place_won');
    const both = 'activity_message+place_won';
    expect(await form()).toEqual([
      `email ${both}`,
      'email place_won',
      `push ${both}`,
      `push ${both}`,
    ]);
    expect(await form()).toHaveLength(4);
  });

  test('are not duplicated when two servers gather at once', async () => {
    for (let i = 0; i < 6; i++) await tell(t, me);
    await Promise.all([form(), form(), form(), form()]);
    expect(await t.sql('select from outbox_messages')).toHaveLength(1);
  });

  test('wait for 8 or 17 when they are to be gathered, except for what has a time limit', async () => {
    await choose(`rhythm = 'gathered'`);
    await tell(t, me, 'activity_message');
    await tell(t, me, 'session_moved');
    expect(await form()).toEqual(['email session_moved']);
    const [row] = await t.sql<{ hour: number }>(
      `select extract(hour from due_at at time zone 'Europe/Oslo')::int as hour from private.deliveries where message_id is null`,
    );
    expect([8, 17]).toContain(row!.hour);
    await t.sql(`update private.deliveries set due_at = now() where message_id is null`);
    expect(await form()).toEqual(['email activity_message', 'email session_moved']);
    expect(await t.sql(`select private.next_gathering('2026-10-25T00:30:00Z') as at`)).toEqual([
      { at: new Date('2026-10-25T07:00:00Z') },
    ]);
    expect(await t.sql(`select private.next_gathering('2026-06-01T15:00:00Z') as at`)).toEqual([
      { at: new Date('2026-06-02T06:00:00Z') },
    ]);
  });

  test('go only to the channels that were chosen', async () => {
    await addPhone(me);
    await choose(`email_topics = '{reports}', sms_topics = '{activities}'`);
    await tell(t, me);
    expect(await form()).toEqual(['sms activity_message']);
    await choose(`sms_topics = '{}'`);
    const taken = await t.service().rpc('claim_messages', { channel: 'sms', max_count: 5 });
    expect(taken.data).toEqual([]);
    expect(await t.sql('select from outbox_messages')).toEqual([]);
  });

  test('go to no unconfirmed number, and not to a user name in place of an e-mail address', async () => {
    await t.sql(`insert into message_phones (person_id, phone) values ($1, '+4790000001')`, [me]);
    await choose(`sms_topics = '{activities}'`);
    await t.sql(`update auth.users set email = 'amina@bruker.invalid' where id = $1`, [me]);
    await tell(t, me);
    expect(await waiting()).toEqual([]);
    await t.sql(`update auth.users set email = $2 where id = $1`, [me, CAST.drobak.resident]);
  });

  test('come at night and against every choice when there is danger', async () => {
    await choose(
      `email_topics = '{}', rhythm = 'gathered',
       quiet_from = extract(hour from now() at time zone 'Europe/Oslo')::int,
       quiet_to = (extract(hour from now() at time zone 'Europe/Oslo')::int + 2) % 24`,
    );
    await tell(t, me);
    await tell(t, me, 'notice_urgent');
    expect(await form()).toEqual(['email notice_urgent']);
    expect(await claim()).toMatchObject([
      { kinds: ['notice_urgent'], recipient: CAST.drobak.resident },
    ]);
  });

  test('are deleted when no server could send them for two days', async () => {
    await tell(t, me);
    expect(await form(['sms'])).toEqual([]);
    await t.sql(`update private.deliveries set due_at = now() - interval '49 hours'`);
    expect(await form(['sms'])).toEqual([]);
    expect(await waiting()).toEqual([]);
  });
});

describe('nothing is sent', () => {
  const leave = () => t.sql(`update memberships set ended_at = now() where person_id = $1`, [me]);
  const back = () => t.sql(`update memberships set ended_at = null where person_id = $1`, [me]);

  test('to a person whose membership ended, before it was gathered or after', async () => {
    await tell(t, me);
    await leave();
    expect(await form()).toEqual([]);
    expect(await waiting()).toEqual([]);
    await back();
    await tell(t, me);
    await form();
    await leave();
    expect(await claim()).toEqual([]);
    await back();
    expect(await t.sql('select from outbox_messages')).toEqual([]);
  });

  test('about an activity that is not visible any more', async () => {
    await tell(t, me);
    await form();
    const gone = `with a as (select activity_id from notifications) update activities set status = $1 where id in (select activity_id from a)`;
    await t.sql(gone, ['draft']);
    expect(await claim()).toEqual([]);
    await t.sql(gone, ['published']);
  });

  test('about a case of a flat to a person who only joined it', async () => {
    const [report] = await t.sql<{ id: string; reporter: string }>(
      `select r.id, d.reporter_id as reporter from reports r join report_details d on d.report_id = r.id
       join memberships m on m.person_id = d.reporter_id and m.role = 'resident' and m.ended_at is null and m.block_id = r.block_id
       where not r.is_common and d.reporter_id = $1 limit 1`,
      [me],
    );
    for (const person of [me, neighbour])
      await t.sql(
        `insert into notifications (person_id, block_id, kind, subject, report_id)
         select $1, block_id, 'report_status', 'x', id from reports where id = $2`,
        [person, report!.id],
      );
    await form();
    const claimed = await claim();
    expect(claimed.map(({ person_id }) => person_id)).toEqual([me]);
  });

  test('about what the receiver has withdrawn meanwhile, and a message is never empty', async () => {
    await tell(t, me, 'place_won');
    const second = await tell(t, me);
    await form();
    await t.sql('delete from notifications where id = $1', [second]);
    expect((await claim()).map(({ kinds }) => kinds)).toEqual([['place_won']]);
  });
});

test('four servers at once send each message once', async () => {
  const people = await t.sql<{ id: string }>(
    `select person_id as id from memberships m where ended_at is null and role <> 'observer' and block_id = (select id from blocks where slug = 'drobakgata-1')`,
  );
  for (const { id } of people) await tell(t, id);
  await form();
  const taken = (await Promise.all([claim(), claim(), claim(), claim()])).flat();
  expect(taken).toHaveLength(people.length);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(people.length);
  expect(await claim()).toEqual([]);
  const late = { id: taken[0]!.id, attempts: 7, error: 'x', is_final: true };
  expect((await t.service().rpc('finish_message', late)).data).toBe(false);
});

describe('the link that ends e-mail', () => {
  const topicsOf = async (id: string) =>
    (
      await t.sql<{ email_topics: string }>(
        'select email_topics::text from message_settings where person_id = $1',
        [id],
      )
    )[0]!.email_topics;

  test('unsubscribes only the person it was sent to, and works the same the second time', async () => {
    const { link } = await messageKeys(t.service());
    const before = await topicsOf(neighbour);
    for (let i = 0; i < 2; i++) {
      expect(await unsubscribe(t.service(), unsubscribeCode(link, me))).toBe(true);
      expect([await topicsOf(me), await topicsOf(neighbour)]).toEqual(['{}', before]);
    }
    await tell(t, me);
    expect(await form()).toEqual([]);
  });

  test('works for a person who had changed nothing, and does nothing without a person', async () => {
    const { link } = await messageKeys(t.service());
    await t.sql('delete from message_settings');
    await unsubscribe(t.service(), unsubscribeCode(link, me));
    expect(await topicsOf(me)).toBe('{}');
    const before = await fingerprint(t, 'public.message_settings');
    expect(await unsubscribe(t.service(), unsubscribeCode(link, crypto.randomUUID()))).toBe(true);
    expect(await fingerprint(t, 'public.message_settings')).toBe(before);
  });

  test('is refused when it is forged', async () => {
    const { link } = await messageKeys(t.service());
    const good = unsubscribeCode(link, me);
    const other = Buffer.from(unsubscribeCode(link, neighbour), 'base64url');
    const mixed = Buffer.concat([
      other.subarray(0, 16),
      Buffer.from(good, 'base64url').subarray(16),
    ]);
    const forged = [
      '',
      'x',
      good.slice(0, -1),
      `${good}A`,
      unsubscribeCode('another', me),
      mixed.toString('base64url'),
    ];
    const before = await fingerprint(t, 'public.message_settings');
    for (const code of forged)
      expect([code, await unsubscribe(t.service(), code)]).toEqual([code, false]);
    expect(await fingerprint(t, 'public.message_settings')).toBe(before);
  });
});

describe('a phone number', () => {
  beforeEach(() => t.sql(`delete from private.attempts where kind like 'phone%'`));
  const start = async (person = me, phone = '+4790000003') =>
    (await t.service().rpc('start_phone', { person_id: person, phone })).data as string | null;
  const confirm = async (digits: string, who: Parameters<TestDb['as']>[0] = CAST.drobak.resident) =>
    (await (await t.as(who)).rpc('confirm_phone', { digits })).data;

  test('is confirmed with the code sent to it, once, by its person only', async () => {
    const digits = (await start())!;
    expect(digits).toMatch(/^\d{6}$/);
    expect(await confirm(digits, CAST.drobak.neighbour)).toBe('expired');
    expect(await confirm(digits === '000000' ? '000001' : '000000')).toBe('wrong');
    expect(await confirm(digits)).toBe('confirmed');
    expect(await confirm(digits)).toBe('expired');
    const [row] = await t.sql<{ all: string }>(
      `select coalesce(string_agg(c::text, ''), '') as all from private.phone_checks c`,
    );
    expect(row!.all).not.toContain(digits);
  });

  test('is not confirmed by guessing, nor after ten minutes', async () => {
    const digits = (await start())!;
    const wrong = digits === '123456' ? '123457' : '123456';
    for (let i = 0; i < 5; i++) expect(await confirm(wrong)).toBe('wrong');
    expect(await confirm(digits)).toBe('too_many_attempts');
    await t.sql(`delete from private.attempts where kind = 'phone_confirm'`);
    await t.sql(`update private.phone_checks set expires_at = now()`);
    expect(await confirm(digits)).toBe('expired');
  });

  test('is sent three codes a day, whoever asks for it', async () => {
    for (const person of [me, neighbour, me]) expect(await start(person)).not.toBeNull();
    const third = await personId(t, CAST.drobak.household);
    expect(await start(third)).toBeNull();
  });

  test('that is changed must be confirmed again', async () => {
    await confirm((await start())!);
    await start(me, '+4790000004');
    const [row] = await t.sql(
      'select phone, confirmed_at from message_phones where person_id = $1',
      [me],
    );
    expect(row).toEqual({ phone: '+4790000004', confirmed_at: null });
  });
});

describe('a browser', () => {
  const subscribe = async (who: Parameters<TestDb['as']>[0], endpoint: string) =>
    (await t.as(who)).rpc('subscribe_push', {
      endpoint,
      public_key: 'A'.repeat(87),
      auth_key: 'A'.repeat(22),
    });

  test('belongs to the person who switched push on last', async () => {
    await subscribe(CAST.drobak.resident, 'https://push.example/a');
    await subscribe(CAST.drobak.resident, 'https://push.example/a');
    await subscribe(CAST.drobak.neighbour, 'https://push.example/a');
    expect(await t.sql('select person_id from push_subscriptions')).toEqual([
      { person_id: neighbour },
    ]);
  });

  test('gets nothing more once it is signed out; the other one of the same person does', async () => {
    const first = await t.anew(CAST.drobak.resident);
    const second = await t.anew(CAST.drobak.resident);
    for (const [db, endpoint] of [
      [first, 'https://push.example/first'],
      [second, 'https://push.example/second'],
    ] as const)
      await db.rpc('subscribe_push', {
        endpoint,
        public_key: 'A'.repeat(87),
        auth_key: 'A'.repeat(22),
      });
    await first.auth.signOut({ scope: 'local' });
    await t.service().rpc('form_messages', { channels: ['push'] });
    expect(await t.sql('select endpoint from push_subscriptions')).toEqual([
      { endpoint: 'https://push.example/second' },
    ]);
  });

  test('is one of at most ten; the newest are kept', async () => {
    for (let i = 0; i < 12; i++) await subscribe(CAST.drobak.resident, `https://push.example/${i}`);
    const rows = await t.sql<{ endpoint: string }>('select endpoint from push_subscriptions');
    expect(rows).toHaveLength(10);
    expect(rows.map(({ endpoint }) => endpoint)).not.toContain('https://push.example/0');
  });

  test.each(['http://push.example/a', 'https://push.example/a b', 'javascript:x'])(
    'can not be at %s',
    async (endpoint) => {
      expect((await subscribe(CAST.drobak.resident, endpoint)).error?.code).toBe('23514');
      expect(await t.sql('select from push_subscriptions')).toEqual([]);
    },
  );
});
