import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { hold, isWaiting } from '../support/held.ts';
import { BLOCK, FLAT, fullCase, sendReport, STAIR } from '../support/reports.ts';
import { clientOf, EVERYBODY, expectRefused, fingerprint } from '../support/rights.ts';
import { newKey } from '../support/systems.ts';

/** What another system reads and writes, through the open REST API and as the server. */

const LAUNDRY = demoId('drobakgata-1/laundry');
const TABLES = [
  'reports',
  'report_details',
  'report_events',
  'report_messages',
  'report_updates',
].map((table) => `public.${table}`);

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t?.close());

const aDay = 86_400_000;
const span = () => ({
  from_at: new Date(Date.now() - 90 * aDay).toISOString(),
  until_at: new Date(Date.now() + aDay).toISOString(),
});
const nothing = { numbers: null, block_slug: null, services: null, is_open: null };

async function requests(secret: string | null, wanted: object = {}) {
  const args = { secret, ...nothing, ...span(), ...wanted };
  const { data, error } = await t.anonymous().rpc('open311_requests', args as never);
  if (error) throw error;
  return data;
}
async function updates(secret: string | null, numbers: number[] | null = null) {
  const args = { secret, numbers, ...span() };
  const { data, error } = await t.anonymous().rpc('open311_updates', args as never);
  if (error) throw error;
  return data;
}
const newCase = {
  reference: null,
  block_slug: null,
  place_id: LAUNDRY,
  address: null,
  kind: 'laundry',
  thing: 'dryer',
  description: 'Trommelen står.',
  access: null,
  is_urgent: false,
  contact: null,
};
async function create(secret: string, wanted: object = {}) {
  const { data, error } = await t
    .service()
    .rpc('open311_create', { secret, ...newCase, ...wanted } as never);
  if (error) throw error;
  return (data as { outcome: string; number: number }[])[0]!;
}
async function update(secret: string, number: number, wanted: object = {}) {
  const args = { reference: randomUUID(), to_status: null, waiting_for: null, message: null };
  const { data, error } = await t
    .service()
    .rpc('open311_update', { secret, number, ...args, ...wanted } as never);
  if (error) throw error;
  return (data as { outcome: string; update_id: string | null }[])[0]!;
}
const statusOf = async (number: number) =>
  (
    await t.sql<{ status: string }>('select status::text from public.reports where number = $1', [
      number,
    ])
  )[0]!.status;
/** A new case in a flat, from a system: a resident may send only ten a day. */
async function nextReport() {
  const flat = { place_id: FLAT, kind: 'flat', thing: 'leak' };
  const { number } = await create(await newKey(t, 'create'), flat);
  const rows = await t.sql<{ id: string }>('select id from public.reports where number = $1', [
    number,
  ]);
  return { number, id: rows[0]!.id };
}

describe('reading', () => {
  test('without a key: cases of common areas, and nothing that people wrote', async () => {
    const flat = await fullCase(t, FLAT);
    const common = await fullCase(t, STAIR);
    const landlord = await t.as(CAST.landlord);
    const reason = {
      report_id: common.id,
      to_status: 'in_progress' as const,
      reason: 'Ordet vårt.',
    };
    await landlord.rpc('change_report_status', reason);
    const found = await requests(null);
    expect(found.map(({ number }) => number)).toContain(common.number);
    expect(found.map(({ number }) => number)).not.toContain(flat.number);
    expect(found.filter(({ place_kind }) => place_kind === 'flat')).toEqual([]);
    const all = JSON.stringify([found, await updates(null)]);
    for (const secretWord of ['Det drypper', '900 00 000', 'Vi ser på det', 'notat', 'Ordet vårt'])
      expect(all).not.toContain(secretWord);
    expect((await requests(null, { numbers: [flat.number] })).length).toBe(0);
    expect((await updates(null, [flat.number!])).length).toBe(0);
  });

  test.each(['create', 'update'] as const)(
    'with a key for %s gives the same as without',
    async (scope) => {
      const { number } = await nextReport();
      expect(await requests(await newKey(t, scope), { numbers: [number] })).toEqual([]);
    },
  );

  test('with read_all: the flats and the descriptions, never an internal note, contact or person', async () => {
    const flat = await fullCase(t, FLAT);
    const secret = await newKey(t, 'read_all');
    const landlord = await t.as(CAST.landlord);
    const reason = { report_id: flat.id, to_status: 'in_progress' as const, reason: 'Vi kommer.' };
    await landlord.rpc('change_report_status', reason);
    const [row] = await requests(secret, { numbers: [flat.number] });
    expect(row).toMatchObject({ place_kind: 'flat', is_open: true });
    expect(row!.description).toMatch(/^Det drypper/);
    expect(row!.address).toBe('Drøbakgata 1, Oslo, A201');
    const told = await updates(secret, [flat.number!]);
    expect(told.map(({ to_status, body }) => [to_status, body])).toEqual([
      ['received', null],
      ['in_progress', 'Vi kommer.'],
    ]);
    const all = JSON.stringify([row, told]);
    for (const hidden of ['Hemmelig', '900 00 000', CAST.drobak.resident])
      expect(all).not.toContain(hidden);
  });

  test('with a revoked key gives nothing more', async () => {
    const { number } = await nextReport();
    const secret = await newKey(t, 'read_all');
    expect(await requests(secret, { numbers: [number] })).toHaveLength(1);
    await t.sql(`update public.api_keys set revoked_at = now()`);
    expect(await requests(secret, { numbers: [number] })).toEqual([]);
  });

  test('filters by building, service and state, newest first; numbers take precedence over all other filters', async () => {
    const only = async (wanted: object) => (await requests(null, wanted)).map((row) => row);
    expect(new Set((await only({ is_open: true })).map(({ is_open }) => is_open))).toEqual(
      new Set([true]),
    );
    const slug = { block_slug: 'stovner-senter' };
    for (const { address } of await only(slug)) expect(address).toMatch(/^Stovner senter/);
    expect((await only(slug)).length).toBeGreaterThan(0);
    const lift = await only({ services: ['lift-lift_stopped'] });
    expect(new Set(lift.map(({ thing }) => thing))).toEqual(new Set(['lift_stopped']));
    const times = (await only({})).map(({ created_at }) => created_at);
    expect(times).toEqual(times.toSorted().reverse());
    const number = lift[0]!.number;
    const overridden = {
      numbers: [number],
      services: ['yard-paving'],
      is_open: null,
      from_at: null,
    };
    expect((await only(overridden)).map((row) => row.number)).toEqual([number]);
  });
});

describe('a new case', () => {
  test.each(EVERYBODY)(
    'is made only through the server, not by %s, whatever the key',
    async (who) => {
      const secret = await newKey(t, 'create', 'update');
      const client = await clientOf(t, who);
      const args = { secret, ...newCase };
      await expectRefused(t, TABLES, () => client.rpc('open311_create', args));
      const change = {
        secret,
        number: 1001,
        reference: 'x',
        to_status: null,
        waiting_for: null,
        message: 'x',
      };
      await expectRefused(t, TABLES, () => client.rpc('open311_update', change));
    },
  );

  test('is made as the landlord, without an account, with the contact that was sent', async () => {
    const secret = await newKey(t, 'create');
    const made = await create(secret, {
      place_id: FLAT,
      kind: 'flat',
      thing: 'leak',
      access: 'may_enter',
      contact: 'Kari · 900',
    });
    expect(made.outcome).toBe('created');
    const [row] = await t.sql(
      `select d.reporter_id, d.contact, d.access::text, d.description, r.block_id, e.actor_role::text, e.from_status
       from public.reports r join public.report_details d on d.report_id = r.id join public.report_events e on e.report_id = r.id
       where r.number = $1`,
      [made.number],
    );
    expect(row).toEqual({
      reporter_id: null,
      contact: 'Kari · 900',
      access: 'may_enter',
      description: 'Trommelen står.',
      block_id: BLOCK,
      actor_role: 'landlord',
      from_status: null,
    });
  });

  test('with the same key and reference is one, also ten at once; another key has its own references', async () => {
    const [secret, other] = [await newKey(t, 'create'), await newKey(t, 'create')];
    const all = await Promise.all(
      Array.from({ length: 10 }, () => create(secret, { reference: 'sak 1' })),
    );
    expect(new Set(all.map(({ number }) => number)).size).toBe(1);
    expect((await create(other, { reference: 'sak 1' })).number).not.toBe(all[0]!.number);
    expect((await create(secret, { reference: 'sak 2' })).number).not.toBe(all[0]!.number);
    expect((await create(secret)).number).not.toBe((await create(secret)).number);
  });

  test('sent again while it is being made waits for it, and is answered with its number', async () => {
    const secret = await newKey(t, 'create');
    const [landlord] = await t.sql<{ id: string }>('select id from auth.users where email = $1', [
      CAST.landlord,
    ]);
    const first = await hold(
      t,
      landlord!.id,
      `private.open311_create($1, 'sak 3', null, $2, null, 'laundry', 'dryer', 'Trommelen står.', null, false, null)`,
      [secret, LAUNDRY],
    );
    const second = create(secret, { reference: 'sak 3' });
    expect(await isWaiting(second)).toBe(true);
    await first.commit();
    expect((await second).outcome).toBe('created');
    expect(await create(secret, { reference: 'sak 3' })).toEqual(await second);
  });

  test.each([
    ['by another key', ['read_all', 'update'], {}, 'wrong_key'],
    ['where there is no such place', ['create'], { place_id: randomUUID() }, 'place_unknown'],
    [
      'in another building than the jurisdiction',
      ['create'],
      { block_slug: 'stovner-senter' },
      'place_unknown',
    ],
    ['where the service is not for the place', ['create'], { place_id: FLAT }, 'wrong_place'],
    [
      'at an address there is not',
      ['create'],
      { place_id: null, address: 'Drøbakgata 1' },
      'place_unknown',
    ],
    ['without a place', ['create'], { place_id: null }, 'place_unknown'],
  ] as const)('is refused %s', async (_when, scopes, wanted, outcome) => {
    const secret = await newKey(t, ...scopes);
    const before = await fingerprint(t, 'public.reports');
    expect((await create(secret, wanted)).outcome).toBe(outcome);
    expect(await fingerprint(t, 'public.reports')).toBe(before);
  });

  test('finds its place by the written address, which must match exactly one place', async () => {
    const secret = await newKey(t, 'create');
    const at = (address: string, kind: string, thing: string) =>
      create(secret, { place_id: null, address, kind, thing });
    const flat = await at('drøbakgata 1, oslo, a201', 'flat', 'leak');
    expect(flat.outcome).toBe('created');
    const floor = await at('Drøbakgata 1, Oslo, Oppgang B, 2. etasje', 'floor', 'light');
    const [row] = await t.sql('select place_id from public.reports where number = $1', [
      floor.number,
    ]);
    expect(row).toEqual({ place_id: demoId('drobakgata-1/floor/B2') });
  });

  test('may be 4000 characters long, and no longer; one of a resident 1000', async () => {
    const secret = await newKey(t, 'create');
    expect((await create(secret, { description: 'å'.repeat(4000) })).outcome).toBe('created');
    await expect(create(secret, { description: 'å'.repeat(4001) })).rejects.toMatchObject({
      code: '23514',
    });
    await expect(
      sendReport(await t.as(CAST.drobak.resident), { description: 'å'.repeat(1001) }),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('is collected by an outage for its place and thing', async () => {
    const consultant = await t.as(CAST.drobak.consultant);
    const id = randomUUID();
    const outage = {
      id,
      block_id: BLOCK,
      place_id: demoId('drobakgata-1/yard'),
      thing: 'drain' as const,
      body: 'Bil er bestilt.',
    };
    expect((await consultant.rpc('post_outage', outage)).data).toBe('posted');
    const secret = await newKey(t, 'create');
    const { number } = await create(secret, {
      place_id: outage.place_id,
      kind: 'yard',
      thing: 'drain',
    });
    expect(await statusOf(number)).toBe('merged');
  });
});

describe('an update', () => {
  test('changes the status as the landlord and gives the reason to everybody who sees the case', async () => {
    const { number, id } = await sendReport(await t.as(CAST.drobak.resident), {
      place_id: STAIR,
      thing: 'light',
    });
    const secret = await newKey(t, 'update');
    const done = await update(secret, number!, {
      to_status: 'in_progress',
      message: 'Vi bytter lampen.',
    });
    const [event] = await t.sql(
      `select e.id::text, e.actor_role::text, e.to_status::text, m.body, m.audience::text
       from public.report_events e join public.report_messages m on m.event_id = e.id where e.report_id = $1`,
      [id],
    );
    expect(event).toEqual({
      id: done.update_id,
      actor_role: 'landlord',
      to_status: 'in_progress',
      body: 'Vi bytter lampen.',
      audience: 'everyone',
    });
    const [told] = await t.sql(
      `select count(*)::int as told from public.notifications where report_id = $1 and kind = 'report_status'`,
      [id],
    );
    expect(told).toEqual({ told: 1 });
  });

  test('sent twice, or ten times at once, is done once; sent late it undoes nothing', async () => {
    const { number, id } = await nextReport();
    const secret = await newKey(t, 'update');
    const first = { reference: 'u1', to_status: 'in_progress', message: 'Vi ser på det.' };
    const all = await Promise.all(Array.from({ length: 10 }, () => update(secret, number!, first)));
    expect(new Set(all.map(({ update_id }) => update_id)).size).toBe(1);
    await update(secret, number!, { reference: 'u2', to_status: 'fixed' });
    expect(await update(secret, number!, first)).toEqual(all[0]);
    expect(await statusOf(number!)).toBe('fixed');
    const [count] = await t.sql(
      `select (select count(*)::int from public.report_events where report_id = $1) as events,
        (select count(*)::int from public.report_messages where report_id = $1) as messages`,
      [id],
    );
    expect(count).toEqual({ events: 3, messages: 1 });
  });

  test('without a status is a message only to the resident', async () => {
    const { number, id } = await sendReport(await t.as(CAST.drobak.resident), {
      place_id: STAIR,
      thing: 'pests',
    });
    const done = await update(await newKey(t, 'update'), number!, {
      reference: 'bare ord',
      message: 'Hei.',
    });
    expect(done).toEqual({ outcome: 'done', update_id: 'bare ord' });
    const rows = await t.sql(
      'select body, audience::text, author_role::text from public.report_messages where report_id = $1',
      [id],
    );
    expect(rows).toEqual([{ body: 'Hei.', audience: 'resident', author_role: 'landlord' }]);
  });

  test.each([
    ['with another key', ['read_all', 'create'], {}, 'wrong_key'],
    ['to what the landlord may not set', ['update'], { to_status: 'confirmed' }, 'not_allowed'],
    ['to merged', ['update'], { to_status: 'merged' }, 'not_allowed'],
    ['to closed without saying why', ['update'], { to_status: 'closed' }, 'reason_missing'],
    [
      'to waiting without saying for what',
      ['update'],
      { to_status: 'waiting' },
      'waiting_for_missing',
    ],
  ] as const)('is refused %s', async (_when, scopes, wanted, outcome) => {
    const { number } = await nextReport();
    const secret = await newKey(t, ...scopes);
    const before = await Promise.all(TABLES.map((table) => fingerprint(t, table)));
    expect((await update(secret, number!, wanted)).outcome).toBe(outcome);
    expect(await Promise.all(TABLES.map((table) => fingerprint(t, table)))).toEqual(before);
  });

  test('to waiting states what for, and something else than before', async () => {
    const { number } = await nextReport();
    const secret = await newKey(t, 'update');
    for (const waiting_for of ['parts', 'contractor'])
      expect((await update(secret, number!, { to_status: 'waiting', waiting_for })).outcome).toBe(
        'done',
      );
    const [row] = await t.sql('select status, waiting_for from public.reports where number = $1', [
      number,
    ]);
    expect(row).toEqual({ status: 'waiting', waiting_for: 'contractor' });
    expect(
      (await requests(await newKey(t, 'read_all'), { numbers: [number] }))[0]!.waiting_for,
    ).toBe('contractor');
  });

  test('of an unknown case is not found', async () => {
    expect((await update(await newKey(t, 'update'), 999_999_999)).outcome).toBe('not_found');
  });
});
