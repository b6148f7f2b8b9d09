import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@supabase/supabase-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sendMessages, type SendingSettings } from '../../src/domains/messages/send.server.ts';
import { messageKeys } from '../../src/domains/messages/keys.server.ts';
import { unsubscribeCode } from '../../src/domains/messages/links.server.ts';
import type { Database } from '../../src/lib/database.types.ts';
import { runJobs } from '../../src/pages/api/_jobs.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import {
  cleanSlate,
  mailSink,
  nowhere,
  personId,
  pushReceiver,
  SITE,
  tell,
} from '../support/messages.ts';
import { inHours, noticeDesk } from '../support/notices.ts';
import { sendReport, STAIR } from '../support/reports.ts';
import { receiver } from '../support/systems.ts';

/** Outgoing messages: to a real mail server, a browser that decrypts them, and a gateway that misbehaves. */

let t: TestDb;
let me: string;
let neighbour: string;
beforeAll(async () => {
  t = await testDatabase();
  me = await personId(t, CAST.drobak.resident);
  neighbour = await personId(t, CAST.drobak.neighbour);
  // Browsers give an https address; the receiver of this test runs on this machine.
  await t.sql(
    'alter table public.push_subscriptions drop constraint push_subscriptions_endpoint_check',
  );
});
afterAll(() => t?.close());
beforeEach(() => cleanSlate(t));
const open: (() => unknown)[] = [];
afterEach(async () => {
  while (open.length) await open.pop()!();
});

const sink = async (...args: Parameters<typeof mailSink>) => {
  const there = await mailSink(...args);
  open.push(there.close);
  return there;
};
const work = (settings: Partial<SendingSettings>) =>
  sendMessages(t.service(), { ...nowhere, timeout: 500, ...settings });
const dueNow = () =>
  t.sql(`update public.outbox_messages set next_attempt_at = now() where status = 'queued'`);
const outbox = () =>
  t.sql<{
    id: string;
    status: string;
    attempts: number;
    last_error: string | null;
    channel: string;
  }>(
    'select id, status, attempts, last_error, channel from public.outbox_messages order by created_at, id',
  );

describe('an e-mail', () => {
  test('names the building and the kinds, links to the list, and ends with one link', async () => {
    const there = await sink();
    await tell(t, me, 'place_won');
    await tell(t, me, 'activity_message');
    await tell(t, me, 'activity_message');
    expect(await work(there)).toEqual({ delivered: 1, undelivered: 0 });
    expect(await work(there)).toEqual({ delivered: 0, undelivered: 0 });
    const [mail] = there.got;
    const [row] = await outbox();
    expect(mail!.to).toEqual([CAST.drobak.resident]);
    expect(mail!.header('Message-ID')).toBe(`<${row!.id}@bomiljo.example>`);
    expect(mail!.text).toContain('Drøbakgata 1');
    expect(mail!.text).toMatch(/- Du har fått plass\r?\n- Beskjed til deg som er påmeldt \(2\)/);
    const { link } = await messageKeys(t.service());
    const stop = `${SITE}/avmeld/${unsubscribeCode(link, me)}`;
    expect(mail!.header('List-Unsubscribe')).toBe(`<${stop}>`);
    expect(mail!.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    const links = new Set(mail!.text.match(/https?:\/\/[^\s"<>]+/g));
    expect([...links].sort()).toEqual([stop, `${SITE}/konto/varsler`, `${SITE}/mitt`].sort());
    const [title] = await t.sql<{ title: string }>(
      'select a.title from activities a join notifications n on n.activity_id = a.id limit 1',
    );
    expect(mail!.text).not.toContain(title!.title);
    expect((await t.sql('select from notifications where sent_at is not null')).length).toBe(3);
  });

  test('is written in the language of its receiver', async () => {
    const there = await sink();
    await t.sql(`update people set locale = 'en' where id = $1`, [me]);
    await tell(t, me);
    await work(there);
    await t.sql(`update people set locale = 'nb' where id = $1`, [me]);
    expect(there.got[0]!.text).toContain('There is a message for you');
    expect(there.got[0]!.text).toContain('?lang=en');
  });

  test('that the server refuses temporarily is retried with the same id', async () => {
    let code: number | null = 451;
    const there = await sink(() => code);
    await tell(t, me);
    expect(await work(there)).toEqual({ delivered: 0, undelivered: 1 });
    expect(await outbox()).toMatchObject([
      { status: 'queued', attempts: 1, last_error: 'smtp 451' },
    ]);
    const [before] = await outbox();
    code = null;
    await dueNow();
    await work(there);
    expect(await outbox()).toMatchObject([{ id: before!.id, status: 'sent', attempts: 2 }]);
    expect(there.got[0]!.header('Message-ID')).toContain(before!.id);
  });

  test('to an unknown address is given up at once, and shown to its receiver and as a number at the desk', async () => {
    const there = await sink(() => 550);
    await tell(t, me);
    await work(there);
    expect(await outbox()).toMatchObject([
      { status: 'failed', attempts: 1, last_error: 'smtp 550' },
    ]);
    const mine = await (
      await t.as(CAST.drobak.resident)
    )
      .from('outbox_messages')
      .select('channel, status');
    expect(mine.data).toEqual([{ channel: 'email', status: 'failed' }]);
    for (const [email, count] of [
      [CAST.drobak.consultant, 1],
      [CAST.stovner.consultant, 0],
      [CAST.drobak.neighbour, 0],
      [CAST.landlord, 0],
    ] as const) {
      const block_id = (
        await t.sql<{ id: string }>(`select id from blocks where slug = 'drobakgata-1'`)
      )[0]!.id;
      const { data } = await (await t.as(email)).rpc('desk_waiting', { block_id });
      const unreached = data?.find(({ kind }) => kind === 'unreached');
      expect([email, unreached?.amount ?? 0]).toEqual([email, count]);
    }
  });

  test('is given up after eight attempts when the mail server is down', async () => {
    const { email, close } = await mailSink();
    await close();
    await tell(t, me);
    for (let i = 0; i < 9; i++) {
      await dueNow();
      await work({ email });
    }
    expect(await outbox()).toMatchObject([
      { status: 'failed', attempts: 8, last_error: 'ESOCKET' },
    ]);
  });

  test('about a new case goes to the landlord’s intake with its number and without its description', async () => {
    const there = await sink();
    await t.sql(`update landlord_settings set intake_email = 'mottak@x.example'`);
    const reporter = await t.as(CAST.drobak.resident);
    const { id } = await sendReport(reporter, { place_id: STAIR, thing: 'pests' });
    expect(await work(there)).toEqual({ delivered: 1, undelivered: 0 });
    await t.sql(`update landlord_settings set intake_email = null`);
    const [row] = await t.sql<{ number: string; description: string }>(
      'select r.number, d.description from reports r join report_details d on d.report_id = r.id where r.id = $1',
      [id],
    );
    expect(there.got[0]!.to).toEqual(['mottak@x.example']);
    expect(there.got[0]!.text).toContain(`${SITE}/boligbygg/saker/${row!.number}`);
    expect(there.got[0]!.text).not.toContain(row!.description);
    expect(there.got[0]!.header('List-Unsubscribe')).toBe('');
  });

  test('about a new case that was given up is sent again with the same id only when the landlord asks for it', async () => {
    const there = await sink();
    await t.sql(`update landlord_settings set intake_email = 'mottak@x.example'`);
    await sendReport(await t.as(CAST.drobak.resident), { place_id: STAIR, thing: 'pests' });
    await t.sql(`update outbox_messages set status = 'failed', attempts = 8, finished_at = now()`);
    const [before] = await outbox();
    for (const email of [CAST.drobak.consultant, CAST.drobak.resident, CAST.admin])
      expect((await (await t.as(email)).rpc('resend_failed', {})).data).toBe(0);
    expect(await work(there)).toEqual({ delivered: 0, undelivered: 0 });
    expect((await (await t.as(CAST.landlord)).rpc('resend_failed', {})).data).toBe(1);
    expect(await work(there)).toEqual({ delivered: 1, undelivered: 0 });
    await t.sql(`update landlord_settings set intake_email = null`);
    expect(there.got[0]!.header('Message-ID')).toContain(before!.id);
  });
});

test('tells a person whose request to join was answered, once, in their language, when they are not a member', async () => {
  const there = await sink();
  await t.sql(
    `with account as (insert into auth.users (id, aud, role, email)
       values (gen_random_uuid(), 'authenticated', 'authenticated', 'spor@ny.example') returning id),
     request as (insert into join_requests (id, block_id, person_id, display_name, flat_text, locale)
       select gen_random_uuid(), b.id, account.id, 'Nina Ukjent', 'A402', 'en' from account, blocks b where b.slug = 'drobakgata-1')
     select`,
  );
  const [asked] = await t.sql<{ id: string }>(
    `select id from join_requests where display_name = 'Nina Ukjent'`,
  );
  await (await t.as(CAST.drobak.consultant)).rpc('decide_join_request', { request_id: asked!.id });
  // At night too: a person who is not a member has chosen no quiet hours.
  await t.sql('update outbox_messages set is_urgent = true');
  expect(await work(there)).toEqual({ delivered: 1, undelivered: 0 });
  expect(await work(there)).toEqual({ delivered: 0, undelivered: 0 });
  const [mail] = there.got;
  expect(mail!.to).toEqual(['spor@ny.example']);
  expect(mail!.text).toContain('Drøbakgata 1');
  expect(mail!.text).toContain('There is an answer to your wish to join');
  expect(mail!.text).toContain(`${SITE}/mitt`);
  expect(mail!.text).not.toMatch(/Nina|A402|declined|not confirm/);
  await t.sql(`delete from auth.users where email = 'spor@ny.example'`);
});

test('1 000 messages, two servers, one killed halfway: all arrive, and duplicates have the same id', async () => {
  // The mail server of the first one hangs after three hundred, so that it is killed while mails are sent and not yet confirmed.
  const hanging = await sink(undefined, { delay: 2, isStuck: (got) => got > 300 });
  const there = await sink(undefined, { delay: 2 });
  await t.sql(
    `with account as (insert into auth.users (id, aud, role, email)
       select gen_random_uuid(), 'authenticated', 'authenticated', 'p' || n || '@mange.example' from generate_series(1, 1000) n returning id),
     person as (insert into people (id, display_name) select id, 'En av mange' from account returning id),
     home as (insert into memberships (person_id, role, block_id, flat_id)
       select p.id, 'resident', f.block_id, f.id from person p cross join (
         select f.id, f.block_id from places f join blocks b on b.id = f.block_id
         where b.slug = 'drobakgata-1' and f.kind = 'flat' limit 1) f),
     day as (insert into message_settings (person_id, quiet_from, quiet_to) select id, 0, 0 from person)
     select`,
  );
  await t.sql(
    `insert into notifications (person_id, block_id, kind, subject, activity_id)
     select m.person_id, m.block_id, 'activity_message', 'alle', (select id from activities a where a.block_id = m.block_id and a.status = 'published' limit 1)
     from memberships m join people p on p.id = m.person_id where p.display_name = 'En av mange'`,
  );
  await t.service().rpc('form_messages', { channels: ['email'] });
  const copy = ({ email } = there) => {
    const settings = JSON.stringify({ ...nowhere, email });
    const args = ['tests/support/message-worker.ts', t.url, t.secretKey, settings];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString()));
    return { child, ended: once(child, 'exit'), output: () => output };
  };
  const first = copy(hanging);
  while (hanging.got.length < 10 && first.child.exitCode === null) await sleep(5);
  const second = copy();
  while (hanging.got.length <= 300 && first.child.exitCode === null) await sleep(5);
  expect(first.child.exitCode, first.output()).toBeNull();
  first.child.kill('SIGKILL');
  const [code] = await second.ended;
  expect(code, second.output()).toBe(0);
  // The second has sent all but the messages that the dead one had claimed.
  const held = await t.sql<{ id: string; attempts: number }>(
    `select id, attempts from outbox_messages where status = 'queued' order by id`,
  );
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(10);
  expect(new Set(held.map(({ attempts }) => attempts))).toEqual(new Set([1]));
  // Two minutes later any server may send what the dead one had claimed; a third copy runs, as the job of the next minute would.
  for (let round = 0; round < 6; round++) {
    const [left] = await t.sql<{ count: string }>(
      `select count(*) from outbox_messages where status = 'queued'`,
    );
    if (left!.count === '0') break;
    await dueNow();
    await copy().ended;
  }
  const got = [...hanging.got, ...there.got];
  const receivers = new Set(got.map(({ to }) => to[0]));
  expect(receivers.size).toBe(1000);
  const again = await t.sql<{ id: string }>(
    'select id from outbox_messages where attempts = 2 order by id',
  );
  expect(again.map(({ id }) => id)).toEqual(held.map(({ id }) => id));
  // Messages that the hanging server had received without confirming arrived twice.
  expect(got.length).toBeGreaterThan(1000);
  const idsOf = new Map<string, Set<string>>();
  for (const { to, header } of got)
    idsOf.set(to[0]!, (idsOf.get(to[0]!) ?? new Set()).add(header('Message-ID')));
  expect([...idsOf.values()].filter(({ size }) => size !== 1)).toEqual([]);
  expect(new Set([...idsOf.values()].flatMap((ids) => [...ids])).size).toBe(1000);
  const states = await t.sql('select status, count(*)::int from outbox_messages group by status');
  expect(states).toEqual([{ status: 'sent', count: 1000 }]);
  await t.sql(`delete from auth.users where email like '%@mange.example'`);
}, 240_000);

describe('a message that a server has claimed', () => {
  const claim = async () => {
    const { data } = await t.service().rpc('claim_messages', { channel: 'email', max_count: 5 });
    return data?.map(({ attempts }) => attempts);
  };
  const pass = (seconds: number) =>
    t.sql(
      `update outbox_messages set next_attempt_at = next_attempt_at - make_interval(secs => $1)`,
      [seconds],
    );
  const clock = async () => (await t.sql<{ at: Date }>('select clock_timestamp() as at'))[0]!.at;

  test('belongs to that server for two minutes, and then to the next one', async () => {
    await tell(t, me);
    await t.service().rpc('form_messages', { channels: ['email'] });
    const before = await clock();
    expect(await claim()).toEqual([1]);
    const after = await clock();
    const [row] = await t.sql<{ until: Date }>(
      'select next_attempt_at as until from outbox_messages',
    );
    const minutes = (from: Date) => (row!.until.getTime() - from.getTime()) / 60_000;
    expect(minutes(before)).toBeGreaterThanOrEqual(2);
    expect(minutes(after)).toBeLessThanOrEqual(2);
    await pass(60);
    expect(await claim()).toEqual([]);
    await pass(60);
    expect(await claim()).toEqual([2]);
    // The first one comes back to life: it may not record a result any more.
    const id = (await outbox())[0]!.id;
    const finish = (attempts: number) =>
      t.service().rpc('finish_message', { id, attempts, error: null as never, is_final: false });
    expect((await finish(1)).data).toBe(false);
    expect((await finish(2)).data).toBe(true);
  });
});

test('a notification from a job is sent in the same minute', async () => {
  const there = await sink();
  const desk = await noticeDesk(t);
  const id = await desk.publish({ class: 'urgent', audience: 'members', ends_at: inHours(2) });
  await t.sql('update notices set told_at = now() where id <> $1', [id]);
  // The job that notifies is slow; sending waits for it.
  const slow: typeof fetch = async (input, init) => {
    if (String(input).includes('run_notice_jobs')) await sleep(1000);
    return fetch(input, init);
  };
  const service = createClient<Database>(t.url, t.secretKey, { global: { fetch: slow } });
  const outbox = { key: 'prove', allowPrivate: false };
  await runJobs(service, new Date(), { sending: { ...nowhere, ...there }, outbox });
  const mail = there.got.find(({ to }) => to[0] === CAST.drobak.resident);
  expect(mail?.text).toContain('Akutt oppslag');
});

describe('a push message', () => {
  const push = { contact: 'mailto:drift@bomiljo.example', allowPrivate: true };
  const browser = async (person = me) => {
    const there = await pushReceiver();
    open.push(there.close);
    await t.sql(
      'insert into push_subscriptions (person_id, endpoint, public_key, auth_key) values ($1, $2, $3, $4)',
      [person, there.endpoint, there.publicKey, there.authKey],
    );
    return there;
  };

  test('can be read by the browser only, and tells how many and where, but not what', async () => {
    const [phone, laptop, other] = [await browser(), await browser(), await browser(neighbour)];
    await tell(t, me, 'place_won');
    expect(await work({ push })).toEqual({ delivered: 2, undelivered: 0 });
    const payload = {
      web_push: 8030,
      notification: {
        title: 'Drøbakgata 1',
        body: 'Du har 1 ny beskjed.',
        lang: 'nb',
        navigate: `${SITE}/mitt`,
      },
    };
    expect([phone, laptop, other].map(({ got }) => got.map((one) => one.payload))).toEqual([
      [payload],
      [payload],
      [],
    ]);
    const { vapid } = await messageKeys(t.service());
    expect(phone.got[0]!.headers.authorization).toMatch(
      new RegExp(`^vapid t=.+k=${vapid.publicKey}$`),
    );
  });

  test('to a browser that withdrew its permission is not retried, and the browser is deleted', async () => {
    const there = await browser();
    there.answer = 410;
    await tell(t, me);
    expect(await work({ push })).toEqual({ delivered: 0, undelivered: 1 });
    expect(await t.sql('select from push_subscriptions')).toEqual([]);
    expect(await outbox()).toEqual([]);
  });

  test('that was not accepted or not answered is retried, and the browser is kept', async () => {
    const there = await browser();
    await tell(t, me);
    for (const [answer, last_error] of [
      [500, 'status 500'],
      [null, 'no answer in time'],
    ] as const) {
      there.answer = answer;
      await dueNow();
      expect(await work({ push })).toEqual({ delivered: 0, undelivered: 1 });
      expect(await outbox()).toMatchObject([{ status: 'queued', last_error }]);
    }
    there.answer = 201;
    await dueNow();
    expect(await work({ push })).toEqual({ delivered: 1, undelivered: 0 });
    expect(await outbox()).toMatchObject([{ status: 'sent', attempts: 3 }]);
    expect(there.got).toHaveLength(1);
  });

  test('is never sent to an address of our own network, whatever address a browser gives', async () => {
    const there = await browser();
    await tell(t, me);
    await work({ push: { ...push, allowPrivate: false } });
    expect(there.got).toEqual([]);
    expect(await outbox()).toMatchObject([{ status: 'failed', last_error: 'address not allowed' }]);
  });

  test('is signed with the same key by every server', async () => {
    const all = await Promise.all([1, 2, 3].map(() => messageKeys(t.service())));
    expect(new Set(all.map(({ vapid, link }) => vapid.privateKey + link)).size).toBe(1);
  });
});

describe('an SMS', () => {
  const gateway = async (answer: number | null = 200) => {
    const there = await receiver(answer);
    open.push(there.close);
    const phone = `insert into message_phones (person_id, phone, confirmed_at) values ($1, '+4790000001', now())`;
    await t.sql(phone, [me]);
    await t.sql(`update message_settings set sms_topics = '{activities}' where person_id = $1`, [
      me,
    ]);
    const sms = { url: there.url, authorization: 'Basic abc' };
    return { there, sms };
  };

  test('that the gateway did not accept or did not answer is sent again with the same reference', async () => {
    const { there, sms } = await gateway(500);
    await tell(t, me);
    await work({ sms });
    there.answer = null;
    await dueNow();
    await work({ sms });
    expect(await outbox()).toMatchObject([
      { status: 'queued', attempts: 2, last_error: 'no answer in time' },
    ]);
    there.answer = 200;
    await dueNow();
    await work({ sms });
    const [row] = await outbox();
    expect(row).toMatchObject({ status: 'sent', attempts: 3 });
    const message = `Drøbakgata 1: Du har 1 ny beskjed. ${SITE}/mitt`;
    expect(there.received.map(({ body }) => JSON.parse(body))).toEqual(
      Array(3).fill({ to: '+4790000001', message, reference: row!.id }),
    );
    expect(there.received[0]!.headers).toMatchObject({
      authorization: 'Basic abc',
      'idempotency-key': row!.id,
    });
  });

  test('that the gateway refuses for good is given up at once', async () => {
    const { sms } = await gateway(422);
    await tell(t, me);
    await work({ sms });
    expect(await outbox()).toMatchObject([
      { status: 'failed', attempts: 1, last_error: 'status 422' },
    ]);
  });

  test('does not delay another channel', async () => {
    const { sms } = await gateway(null);
    const there = await sink();
    await tell(t, me);
    await work({ sms, email: there.email });
    expect(there.got).toHaveLength(1);
  });
});
