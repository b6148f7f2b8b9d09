import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';

let db: TestDb;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db?.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(db.url + path, { headers });

describe('the gateway', () => {
  test.each(['/rest/v1/', '/auth/v1/user', '/storage/v1/bucket'])(
    'refuses %s without a key and with a wrong one',
    async (path) => {
      expect((await get(path)).status).toBe(401);
      expect((await get(path, { apikey: `${db.publishableKey}x` })).status).toBe(401);
      expect((await get(path, { apikey: 'sb_publishable_æøå' })).status).toBe(401);
    },
  );

  test('refuses the secret key from a browser', async () => {
    const headers = { apikey: db.secretKey };
    expect((await get('/rest/v1/', headers)).status).toBe(200);
    const browser = { ...headers, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
    expect((await get('/rest/v1/', browser)).status).toBe(401);
  });

  test.each([
    '/',
    '/pg/v1',
    '/_system/config',
    '/rest/v1/../../_system/config',
    '/rest/v10/',
    '/functions/v1/x',
  ])('forwards nothing under %s', async (path) => {
    const response = await get(path, { apikey: db.secretKey });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'no Route matched with those values' });
  });

  test('refuses a forged token at every service', async () => {
    const [header, , signature] = (await sessionToken()).split('.');
    const claims = Buffer.from('{"role":"service_role"}').toString('base64url');
    const forged = {
      apikey: db.publishableKey,
      authorization: `Bearer ${header}.${claims}.${signature}`,
    };
    for (const path of ['/rest/v1/', '/auth/v1/user', '/storage/v1/bucket'])
      expect((await get(path, forged)).status).toBe(401);
  });

  test('answers 413 to a body over the limit, announced or streamed', async () => {
    const big = new Uint8Array(150_000);
    const announced = await post('/auth/v1/token?grant_type=password', big);
    expect(announced.status).toBe(413);
    const stream = new Blob([new Uint8Array(6_000_000)]).stream();
    expect((await post('/rest/v1/rpc/none', stream)).status).toBe(413);
  });
});

describe('requests at the same moment', () => {
  test('get the answer of their own person', async () => {
    const emails = [CAST.drobak.resident, CAST.drobak.neighbour, CAST.stovner.resident, CAST.admin];
    const clients = await Promise.all(emails.map((email) => db.as(email)));
    const ids = await Promise.all(clients.map(async (c) => (await c.auth.getUser()).data.user?.id));
    const asked = Array.from({ length: 80 }, (_, i) => i % clients.length);
    const answers = await Promise.all(
      asked.map(async (i) => {
        const check = (clients[i] as unknown as AnyClient).schema('backend_check');
        return (await check.rpc('who_am_i')).data;
      }),
    );
    expect(answers).toEqual(asked.map((i) => `authenticated:${ids[i]}`));
    expect(new Set(ids).size).toBe(4);
  });
});

describe('a revoked column', () => {
  test('is refused through the API, while a granted one beside it is read', async () => {
    const anyone = (await db.as(CAST.drobak.resident)) as unknown as AnyClient;
    const granted = await anyone.schema('backend_check').from('columns').select('given');
    expect(granted.error).toBeNull();
    const revoked = await anyone.schema('backend_check').from('columns').select('given, revoked');
    expect(revoked).toMatchObject({ status: 403, error: { code: '42501' } });
  });
});

describe('storage', () => {
  const file = new Blob(['et bilde'], { type: 'image/webp' });

  test('stores a file, signs a link to it, and lists one level', async () => {
    const { storage } = db.service();
    expect((await storage.createBucket('check', { public: false })).error).toBeNull();
    const bucket = storage.from('check');
    expect((await bucket.upload('a/b.webp', file)).error).toBeNull();
    expect((await bucket.upload('a', new TextEncoder().encode('x'))).error).toBeNull();
    expect(await (await bucket.download('a/b.webp')).data?.text()).toBe('et bilde');

    const signed = await bucket.createSignedUrl('a/b.webp', 60);
    const response = await fetch(signed.data!.signedUrl);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(await response.text()).toBe('et bilde');
    const tampered = await fetch(signed.data!.signedUrl.replace('b.webp', 'c.webp'));
    expect(tampered.ok).toBe(false);

    const { data: level } = await bucket.list('a');
    expect(level?.map(({ name }) => name)).toEqual(['b.webp']);
    await bucket.remove(['a/b.webp']);
    expect((await bucket.download('a/b.webp')).error).not.toBeNull();
  });

  test('gives nothing to those without a policy', async () => {
    await db.service().storage.createBucket('closed', { public: false });
    await db.service().storage.from('closed').upload('x', file);
    for (const client of [db.anonymous(), await db.as(CAST.drobak.resident)]) {
      expect((await client.storage.from('closed').download('x')).data).toBeNull();
      expect((await client.storage.from('closed').upload('y', file)).error).not.toBeNull();
    }
    expect(await db.sql("select name from storage.objects where bucket_id = 'closed'")).toEqual([
      { name: 'x' },
    ]);
  });
});

type AnyClient = SupabaseClient; // the schema of this test is not among the generated types

async function sessionToken(): Promise<string> {
  const client = await db.as(CAST.drobak.resident);
  return (await client.auth.getSession()).data.session!.access_token;
}

function post(path: string, body: BodyInit): Promise<Response> {
  const headers = { apikey: db.publishableKey, 'content-type': 'application/json' };
  return fetch(db.url + path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}
