import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sendWebhooks, signingSecret } from '../../src/domains/systems/outbox.server.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { sendReport, STAIR } from '../support/reports.ts';
import { clientOf, describeRights, EVERYBODY, expectRefused } from '../support/rights.ts';
import { addReceiver, newKey, receiver } from '../support/systems.ts';

/** What is sent to other systems, and what happens when they do not answer. */

let t: TestDb;
let landlord: Db;
beforeAll(async () => {
  t = await testDatabase();
  landlord = await t.as(CAST.landlord);
});
afterAll(() => t?.close());
const open: (() => void)[] = [];
afterEach(async () => {
  while (open.length) open.pop()!();
  await t.sql(`delete from public.webhook_endpoints`);
  await t.sql(`update public.landlord_settings set intake_email = null`);
});

const key = 'the key of the server';
const settings = { key, allowPrivate: true, timeout: 500 };
const work = () => sendWebhooks(t.service(), settings);
const dueNow = () =>
  t.sql(`update public.outbox_messages set next_attempt_at = now() where status = 'queued'`);

interface Row {
  id: string;
  kind: string;
  channel: string;
  status: string;
  attempts: number;
  last_error: string | null;
  payload: { type: string; data: Record<string, string> };
}
const outbox = () =>
  t.sql<Row>(`select * from public.outbox_messages order by created_at, channel, kind`);

async function listening(answer: number | null = 204) {
  const there = await receiver(answer);
  open.push(there.close);
  const id = await addReceiver(landlord, there.url);
  return { there, id };
}
/** A new case of a common area, made without the limit of ten a day. */
async function newCase() {
  const args = {
    secret: await newKey(t, 'create'),
    place_id: STAIR,
    kind: 'stair',
    thing: 'light',
    description: 'Hemmelige ord.',
    is_urgent: false,
    reference: null,
    block_slug: null,
    address: null,
    access: null,
    contact: '900 00 000',
  };
  const { data, error } = await t.service().rpc('open311_create', args as never);
  if (error) throw error;
  const [row] = await t.sql<{ id: string }>('select id from public.reports where number = $1', [
    data[0]!.number,
  ]);
  return { number: data[0]!.number, id: row!.id };
}
const change = (report_id: string, to_status: 'in_progress' | 'fixed') =>
  landlord.rpc('change_report_status', { report_id, to_status });

describeRights(() => t, {
  table: 'webhook_endpoints',
  make: () => addReceiver(landlord, 'https://mottaker.example/'),
  insert: () => ({ url: 'https://mottaker.example/', kinds: ['report_created'] }),
  change: () => ({ version: 2 }),
  may: { select: ['landlord'], insert: ['landlord'], update: ['landlord'], delete: [] },
});

describe('a row in the outbox', () => {
  test('is written for each receiver together with the event, with ids and no text', async () => {
    await listening();
    const all = await addReceiver(landlord, 'https://alt.example/', ['report_created']);
    const { number, id } = await newCase();
    await change(id, 'in_progress');
    const rows = await outbox();
    expect(rows.map(({ kind }) => kind)).toEqual([
      'report_created',
      'report_created',
      'report_changed',
    ]);
    expect(rows[0]!.payload).toMatchObject({
      type: 'report.created',
      data: {
        service_request_id: String(number),
        status: 'received',
        service_code: 'stair-light',
        address_id: STAIR,
        jurisdiction_id: 'drobakgata-1',
      },
    });
    expect(rows[2]!.payload.data['status']).toBe('in_progress');
    expect(JSON.stringify(rows)).not.toMatch(/Hemmelige|900 00/);
    const taken = await t.sql('select from public.outbox_messages where endpoint_id = $1', [all]);
    expect(taken).toHaveLength(1);
  });

  test('does not exist when the event is rolled back', async () => {
    await listening();
    const { id } = await newCase();
    await t.sql(`do $$ begin
      perform private.set_report_status(r, 'in_progress', 'landlord') from public.reports r where r.id = '${id}';
      raise exception 'taken back' using errcode = 'P0099';
      exception when sqlstate 'P0099' then null; end $$`);
    expect((await outbox()).map(({ kind }) => kind)).toEqual(['report_created']);
  });

  test('is written for what a resident sends, by the same rule', async () => {
    await listening();
    await sendReport(await t.as(CAST.drobak.resident));
    expect((await outbox()).map(({ kind }) => kind)).toEqual(['report_created']);
  });

  test('is not written without a receiver; with an address for e-mail it waits as e-mail', async () => {
    const before = await newCase();
    expect(await outbox()).toEqual([]);
    const saved = landlord.from('landlord_settings').update({ intake_email: 'mottak@x.example' });
    expect((await saved.eq('id', true)).error).toBeNull();
    await newCase();
    await change(before.id, 'in_progress');
    const rows = await outbox();
    expect(rows.map(({ channel, kind, status }) => [channel, kind, status])).toEqual([
      ['email', 'report_created', 'queued'],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/Hemmelige|mottak@/);
    await t.sql('delete from public.outbox_messages');
  });

  test.each(EVERYBODY)(
    'is neither written nor finished by %s, and is read only by the landlord',
    async (who) => {
      await listening();
      await newCase();
      const client = await clientOf(t, who);
      const rows = () => client.from('outbox_messages');
      const table = 'public.outbox_messages';
      await expectRefused(t, table, () =>
        rows().insert({ channel: 'email', kind: 'test', payload: {} }),
      );
      await expectRefused(t, table, () =>
        rows().update({ status: 'sent' }).eq('kind', 'report_created'),
      );
      await expectRefused(t, table, () => rows().delete().eq('kind', 'report_created'));
      await expectRefused(t, table, () => client.rpc('claim_webhooks', { max_count: 5 }));
      const seen = (await rows().select('id')).data ?? [];
      expect(seen).toHaveLength(who === 'landlord' ? 1 : 0);
      const email = client
        .from('landlord_settings')
        .update({ intake_email: 'a@b.no' })
        .eq('id', true);
      if (who !== 'landlord') await expectRefused(t, 'public.landlord_settings', () => email);
    },
  );
});

describe('a webhook', () => {
  test('is signed as the standard says, and sent once', async () => {
    const { there, id } = await listening();
    await newCase();
    expect(await work()).toEqual({ sent: 1, unsent: 0 });
    expect(await work()).toEqual({ sent: 0, unsent: 0 });
    const [got] = there.received;
    const read = new Webhook(signingSecret(key, id, 1)).verify(got!.body, got!.headers);
    expect(read).toEqual((await outbox())[0]!.payload);
    expect(got!.headers['webhook-id']).toBe((await outbox())[0]!.id);
    expect((await outbox())[0]).toMatchObject({ status: 'sent', attempts: 1, last_error: null });
    const wrong = [signingSecret(key, id, 2), signingSecret('another', id, 1)];
    for (const secret of wrong)
      expect(() => new Webhook(secret).verify(got!.body, got!.headers)).toThrow();
  });

  test('has both signatures for a day after a new secret, then only the new one', async () => {
    const { there, id } = await listening();
    const renewed = { version: 2, renewed_at: new Date().toISOString() };
    await landlord.from('webhook_endpoints').update(renewed).eq('id', id);
    await newCase();
    await work();
    await t.sql(`update public.webhook_endpoints set renewed_at = now() - interval '25 hours'`);
    await newCase();
    await work();
    const opens = (version: number, n: number) => {
      const { body, headers } = there.received[n]!;
      try {
        return !!new Webhook(signingSecret(key, id, version)).verify(body, headers);
      } catch {
        return false;
      }
    };
    expect([opens(1, 0), opens(2, 0), opens(1, 1), opens(2, 1)]).toEqual([true, true, false, true]);
  });

  test('is sent once by four servers at once, also when there are many', async () => {
    const { there } = await listening();
    for (let i = 0; i < 12; i++) await newCase();
    await Promise.all([work(), work(), work(), work()]);
    const ids = there.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(12);
    expect(ids).toHaveLength(12);
  });

  test('that fails keeps its id, records the reason, and waits longer each time', async () => {
    const { there } = await listening(500);
    await newCase();
    const waits = [];
    for (let i = 0; i < 3; i++) {
      await dueNow();
      expect(await work()).toEqual({ sent: 0, unsent: 1 });
      const [row] = await t.sql<{ wait: number }>(
        'select extract(epoch from next_attempt_at - now())::float as wait from public.outbox_messages',
      );
      waits.push(row!.wait);
    }
    for (const [i, about] of [30, 120, 480].entries()) {
      expect(waits[i]!).toBeGreaterThan(about * 0.79 - 2);
      expect(waits[i]!).toBeLessThan(about * 1.21);
    }
    expect(await outbox()).toMatchObject([
      { status: 'queued', attempts: 3, last_error: 'status 500' },
    ]);
    there.answer = 200;
    await dueNow();
    await work();
    expect(await outbox()).toMatchObject([{ status: 'sent', attempts: 4, last_error: null }]);
    expect(new Set(there.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('is given up after eight attempts, visibly, and sent again when the landlord asks for it', async () => {
    const { there, id } = await listening(302);
    await newCase();
    for (let i = 0; i < 9; i++) {
      await dueNow();
      await work();
    }
    expect(there.received).toHaveLength(8);
    expect(await outbox()).toMatchObject([
      { status: 'failed', attempts: 8, last_error: 'status 302' },
    ]);
    const { data } = await landlord.rpc('webhook_states');
    expect(data).toMatchObject([{ id, queued: 0, failed: 1, last_error: 'status 302' }]);
    there.answer = 200;
    expect((await landlord.rpc('resend_failed', { endpoint_id: id })).data).toBe(1);
    await work();
    expect(await outbox()).toMatchObject([{ status: 'sent', attempts: 1 }]);
  });

  test('to a receiver that never answers delays no other', async () => {
    await listening(null);
    const { there } = await listening();
    for (let i = 0; i < 3; i++) await newCase();
    await work();
    expect(there.received).toHaveLength(3);
    const errors = (await outbox()).map(({ last_error }) => last_error);
    expect(errors.filter((error) => error === 'no answer in time')).toHaveLength(3);
  });

  test('of a dead server is taken over after two minutes, and the dead server can not record a result', async () => {
    const { there } = await listening();
    await newCase();
    const { data: dead } = await t.service().rpc('claim_webhooks', { max_count: 5 });
    expect(dead).toHaveLength(1);
    await work();
    expect(there.received).toHaveLength(0);
    await dueNow();
    await work();
    expect(there.received).toHaveLength(1);
    const late = { id: dead![0]!.id, attempts: 1, error: 'too late' };
    expect((await t.service().rpc('finish_webhook', late)).data).toBe(false);
    expect(await outbox()).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  test('of a server that is taken for dead belongs to the next one: a late result of the first changes nothing', async () => {
    await listening();
    await newCase();
    const claim = async () =>
      (await t.service().rpc('claim_webhooks', { max_count: 5 })).data as { id: string }[];
    const [first] = await claim();
    await dueNow();
    expect(await claim()).toMatchObject([{ id: first!.id, attempts: 2 }]);
    const late = { id: first!.id, attempts: 1, error: 'too late' };
    expect((await t.service().rpc('finish_webhook', late)).data).toBe(false);
    expect(await outbox()).toMatchObject([{ status: 'queued', attempts: 2, last_error: null }]);
  });

  test('goes to no private address unless that is allowed', async () => {
    const { there } = await listening();
    await newCase();
    await sendWebhooks(t.service(), { ...settings, allowPrivate: false });
    expect(there.received).toEqual([]);
    expect(await outbox()).toMatchObject([{ status: 'queued', last_error: 'address not allowed' }]);
  });

  test('for a test is requested only by the landlord', async () => {
    const { there, id } = await listening();
    for (const who of EVERYBODY.filter((one) => one !== 'landlord')) {
      const client = await clientOf(t, who);
      const call = () => client.rpc('try_webhook', { endpoint_id: id });
      await expectRefused(t, 'public.outbox_messages', call);
    }
    expect((await landlord.rpc('try_webhook', { endpoint_id: id })).data).toBe(true);
    await work();
    expect(JSON.parse(there.received[0]!.body)).toMatchObject({ type: 'test', data: {} });
  });

  test('to a removed receiver is given up, and no new one is made', async () => {
    const { there, id } = await listening();
    await newCase();
    const removed = { removed_at: new Date().toISOString() };
    await landlord.from('webhook_endpoints').update(removed).eq('id', id);
    await newCase();
    await work();
    expect(there.received).toEqual([]);
    expect(await outbox()).toMatchObject([{ status: 'failed', last_error: 'endpoint removed' }]);
  });

  test('is made for the remaining receiver when one of two is removed', async () => {
    const { id } = await listening();
    const left = await addReceiver(landlord, 'https://mottaker.example/');
    const removed = { removed_at: new Date().toISOString() };
    await landlord.from('webhook_endpoints').update(removed).eq('id', id);
    await newCase();
    expect(await t.sql('select endpoint_id from public.outbox_messages')).toEqual([
      { endpoint_id: left },
    ]);
  });
});

test('a signing secret differs by receiver, version and server, and is in no table', async () => {
  const id = await addReceiver(landlord, 'https://mottaker.example/');
  const all = [
    signingSecret(key, id, 1),
    signingSecret(key, id, 2),
    signingSecret(key, crypto.randomUUID(), 1),
    signingSecret('another', id, 1),
  ];
  expect(new Set(all).size).toBe(4);
  for (const secret of all) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const [row] = await t.sql<{ all: string }>(
    'select e::text as all from public.webhook_endpoints e',
  );
  expect(row!.all).not.toContain(all[0]!.slice(6));
});

describe('the delivery state of a case', () => {
  const state = async (db: Db, id: string) =>
    (await db.rpc('report_delivery', { report_id: id })).data?.[0]?.state;

  test('goes from queued to failed, sent and acknowledged', async () => {
    const { there } = await listening(500);
    const { id } = await newCase();
    expect(await state(landlord, id)).toBe('queued');
    await work();
    const { data } = await landlord.rpc('report_delivery', { report_id: id });
    expect(data).toMatchObject([{ state: 'queued', failures: 1 }]);
    await t.sql(`update public.outbox_messages set attempts = 7, next_attempt_at = now()`);
    await work();
    expect(await state(landlord, id)).toBe('failed');
    there.answer = 200;
    const [endpoint] = await t.sql<{ id: string }>('select id from public.webhook_endpoints');
    await landlord.rpc('resend_failed', { endpoint_id: endpoint!.id });
    await work();
    expect(await state(landlord, id)).toBe('sent');
    const note = { id: crypto.randomUUID(), report_id: id, body: 'Notat.', audience: 'internal' };
    await landlord.rpc('add_report_message', note as never);
    expect(await state(landlord, id)).toBe('sent');
    await change(id, 'in_progress');
    expect(await state(landlord, id)).toBe('acknowledged');
  });

  test('is the landlord’s desk when no system is set up; only the staff and the reporter read it', async () => {
    const reporter = await t.as(CAST.drobak.resident);
    const { id } = await sendReport(reporter, { place_id: STAIR, thing: 'pests' });
    const who = [reporter, landlord, await t.as(CAST.drobak.consultant)];
    for (const one of who) expect(await state(one, id)).toBe('in_desk');
    const others = [CAST.drobak.neighbour, CAST.stovner.consultant, CAST.admin];
    for (const email of others) expect(await state(await t.as(email), id)).toBeUndefined();
    const { error } = await t.anonymous().rpc('report_delivery', { report_id: id });
    expect(error?.code).toBe('42501');
  });
});
