import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { token, withToken } from '../support/newcomer.ts';
import { clientOf, EVERYBODY, expectRefused, fingerprint, seedId } from '../support/rights.ts';

/** The open REST API, as used by an attacker who has the publishable key. */

let db: TestDb;
let resident: string;
let admin: string;
beforeAll(async () => {
  db = await testDatabase();
  const id = async (email: string) =>
    (await db.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;
  [resident, admin] = [await id(CAST.drobak.resident), await id(CAST.admin)];
});
afterAll(() => db?.close());

describe('a token', () => {
  const forged = [
    ['service_role', { role: 'service_role' }],
    ['postgres', { role: 'postgres' }],
    ['the admin', { role: 'authenticated' }],
  ] as const;
  test.each(forged)('signed with another secret for %s gives no access', async (_who, claims) => {
    const text = await token({ ...claims, sub: admin }, 'x'.repeat(64));
    const client = withToken(db, text);
    for (const table of ['blocks', 'memberships', 'join_codes']) {
      const { data, error } = await client.from(table).select('id');
      expect([data, error?.code]).toEqual([null, 'PGRST301']);
    }
  });

  test.each(['none', 'NONE', 'HS256'])(
    'with algorithm %s and no signature gives no access',
    async (alg) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { sub: admin, role: 'authenticated', exp: Date.now() / 1000 + 600 };
      const client = withToken(db, `${part({ alg, typ: 'JWT' })}.${part(claims)}.`);
      const { data, error } = await client.from('memberships').select('id');
      expect(data).toBeNull();
      expect(error?.code).toBe('PGRST301');
    },
  );

  test.each([
    ['app_metadata', { app_metadata: { role: 'admin', roles: ['admin'] } }],
    ['user_metadata', { user_metadata: { role: 'admin' } }],
    ['user_role', { user_role: 'admin' }],
    ['member_role', { member_role: 'admin', block_ids: ['*'] }],
  ])('of a resident gives no right by its claim %s', async (_name, claims) => {
    const own = { sub: resident, role: 'authenticated', aud: 'authenticated', ...claims };
    const client = withToken(db, await token(own, db.jwtSecret));
    expect((await client.from('memberships').select('role')).data).toEqual([{ role: 'resident' }]);
    await expectRefused(db, 'public.blocks', () =>
      client.from('blocks').insert({ slug: 'ny', name: 'Ny', address: 'x', district: 'x' }),
    );
  });

  test('that has expired gives no access', async () => {
    const old = { sub: resident, role: 'authenticated', exp: 1_700_000_000 };
    const { SignJWT } = await import('jose');
    const text = await new SignJWT(old)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(db.jwtSecret));
    const { data, error } = await withToken(db, text).from('memberships').select('id');
    expect(data).toBeNull();
    expect(error).not.toBeNull();
  });
});

describe('schemas that are not public', () => {
  test.each([
    'private',
    'auth',
    'storage',
    'extensions',
    'supabase_migrations',
    'pg_catalog',
    'vault',
  ])('%s is not served, to nobody', async (schema) => {
    for (const who of EVERYBODY) {
      const client = (await clientOf(db, who)).schema(schema as 'public');
      const { data, error } = await client.from('users').select('*');
      expect([data, error?.code]).toEqual([null, 'PGRST106']);
    }
  });

  test.each(['attempt', 'forget_attempts', 'my_block_ids', 'code_hash', 'is_admin', 'join_block'])(
    'the function private.%s cannot be called',
    async (name) => {
      const client = (await clientOf(db, 'admin')).schema('private' as 'public');
      expect((await client.rpc(name as never)).error?.code).toBe('PGRST106');
    },
  );
});

describe('tricks with headers and verbs', () => {
  const call = async (path: string, init: RequestInit = {}) => {
    const client = await db.as(CAST.drobak.neighbour);
    const session = (await client.auth.getSession()).data.session!;
    return fetch(`${db.url}/rest/v1/${path}`, {
      ...init,
      headers: {
        apikey: db.publishableKey,
        authorization: `Bearer ${session.access_token}`,
        'content-type': 'application/json',
        ...init.headers,
      },
    });
  };

  test('a rolled-back join still counts as an attempt', async () => {
    const before = await fingerprint(db, 'private.attempts');
    const body = JSON.stringify({ code: 'GVESS', display_name: 'x' });
    const headers = { prefer: 'tx=rollback' };
    await call('rpc/join_block', { method: 'POST', body, headers });
    expect(await fingerprint(db, 'private.attempts')).not.toBe(before);
  });

  test('a code cannot be tried with a GET', async () => {
    const response = await call('rpc/join_block?code=DEMO-DROB-AKG1&display_name=x');
    expect(response.ok).toBe(false);
    expect(await response.text()).not.toMatch(/joined|wrong_code|used_up/);
  });

  test('a query plan is not shown', async () => {
    const headers = { accept: 'application/vnd.pgrst.plan+json; options=analyze' };
    expect([406, 415]).toContain((await call('memberships?select=id', { headers })).status);
  });

  test('counting reveals no rows that cannot be read', async () => {
    const headers = { prefer: 'count=exact' };
    for (const [table, visible] of [
      ['memberships', 1],
      ['people', 1],
      ['join_codes?select=id', 0],
    ] as const) {
      const response = await call(table.includes('?') ? table : `${table}?select=id`, { headers });
      expect(response.headers.get('content-range')).toMatch(new RegExp(`/${visible}$`));
    }
  });

  test('an update or a delete without a filter reaches only my own rows', async () => {
    const tables = ['public.blocks', 'public.contacts', 'public.memberships', 'public.notices'];
    for (const name of tables)
      await expectRefused(db, tables, async () => {
        const response = await call(name.replace('public.', ''), { method: 'DELETE' });
        return { data: null, error: response.ok ? null : response.status };
      });
    const others = async () =>
      db.sql('select id, display_name, locale from public.people where id <> $1 order by id', [
        (await (await db.as(CAST.drobak.neighbour)).auth.getSession()).data.session!.user.id,
      ]);
    const before = await others();
    await call('people', { method: 'PATCH', body: JSON.stringify({ display_name: 'Alle' }) });
    expect(await others()).toEqual(before);
  });
});

describe('embedding one table in another', () => {
  test.each(['anonymous', 'neighbour', 'resident elsewhere', 'consultant elsewhere'] as const)(
    'shows %s no member, name or code of the building',
    async (who) => {
      const client = await clientOf(db, who);
      const block = await seedId(db, 'drobakgata-1');
      const own = who === 'neighbour' ? 1 : 0;
      const asked = await Promise.all([
        client.from('blocks').select('id, memberships (id, people (display_name))').eq('id', block),
        client
          .from('places')
          .select('id, memberships!memberships_flat_id_block_id_flat_kind_fkey (id)')
          .eq('block_id', block),
      ]);
      for (const { data } of asked) {
        const rows = (data ?? []) as { memberships: unknown[] }[];
        expect(rows.flatMap(({ memberships }) => memberships).length).toBeLessThanOrEqual(own);
      }
      const codes = await client.from('blocks').select('id, join_codes (id)').eq('id', block);
      expect((codes.data ?? []).flatMap(({ join_codes }) => join_codes)).toEqual([]);
    },
  );
});

test('the description of the API reveals nothing of the inner functions', async () => {
  const response = await fetch(`${db.url}/rest/v1/`, { headers: { apikey: db.publishableKey } });
  const text = await response.text();
  expect(text).not.toMatch(/peek_join_code|private\.|code_hash/);
});

test('signing up over the open API makes an account without any right', async () => {
  const email = `ny-${Date.now()}@prove.example`;
  const client = db.anonymous();
  const { data, error } = await client.auth.signUp({
    email,
    password: 'et-langt-passord',
    options: { data: { role: 'admin', display_name: 'Sjefen' } },
  });
  expect(error).toBeNull();
  expect(await db.sql('select role from auth.users where email = $1', [email])).toEqual([
    { role: 'authenticated' },
  ]);
  const own = withToken(db, data.session!.access_token);
  for (const table of ['people', 'memberships', 'join_codes'])
    expect((await own.from(table).select('id')).data).toEqual([]);
});
