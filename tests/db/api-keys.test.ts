import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { clientOf, EVERYBODY, expectRefused, fingerprint } from '../support/rights.ts';
import { newKey } from '../support/systems.ts';

/** Keys of other systems, and how often each caller is let in. */

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t?.close());
beforeEach(() => t.sql(`delete from private.api_calls`));
beforeEach(() => t.sql(`delete from private.attempts`));

const others = EVERYBODY.filter((who) => who !== 'landlord');
const enter = async (secret: string | null, address = '192.0.2.1') => {
  const { data, error } = await t.service().rpc('enter_api', { secret, address } as never);
  if (error) throw error;
  return data;
};
const keyId = async () => {
  await newKey(t, 'read_all');
  const [row] = await t.sql<{ id: string }>(
    'select id from public.api_keys order by created_at desc limit 1',
  );
  return row!.id;
};

describe('a key', () => {
  test.each(others)('is neither made nor seen nor revoked by %s', async (who) => {
    const id = await keyId();
    const client = await clientOf(t, who);
    const make = () => client.rpc('make_api_key', { name: 'Mitt', scopes: ['read_all'] });
    await expectRefused(t, 'public.api_keys', make);
    await expectRefused(t, 'public.api_keys', () => client.rpc('revoke_api_key', { id }));
    expect((await client.from('api_keys').select('id')).data ?? []).toEqual([]);
  });

  test('is shown once: nobody reads its hash, and its secret is stored nowhere', async () => {
    const secret = await newKey(t, 'read_all');
    expect(secret).toMatch(/^bomiljo_[0-9a-f]{64}$/);
    const { data, error } = await (await t.as(CAST.landlord)).from('api_keys').select('key_hash');
    expect([data, error?.code]).toEqual([null, '42501']);
    expect(await fingerprint(t, 'public.api_keys')).not.toContain(secret);
  });

  test('is changed by nobody except through the functions, not by the landlord either', async () => {
    const id = await keyId();
    const landlord = await clientOf(t, 'landlord');
    const keys = () => landlord.from('api_keys');
    await expectRefused(t, 'public.api_keys', () => keys().update({ scopes: [] }).eq('id', id));
    await expectRefused(t, 'public.api_keys', () => keys().delete().eq('id', id));
    const row = { name: 'x', scopes: ['update'], key_hash: 'x' };
    await expectRefused(t, 'public.api_keys', () => keys().insert(row));
  });

  test('has each right at most once, and at least one right', async () => {
    await newKey(t, 'update', 'create', 'update');
    const [row] = await t.sql<{ scopes: string }>(
      'select scopes::text from public.api_keys order by created_at desc limit 1',
    );
    expect(row!.scopes).toBe('{create,update}');
    await expect(newKey(t)).rejects.toMatchObject({ code: '23514' });
  });

  test('lets in and records the day, until it is revoked', async () => {
    const secret = await newKey(t, 'read_all');
    expect(await enter(secret)).toBe('system');
    const [key] = await t.sql<{ id: string; is_today: boolean }>(
      `select id, last_used_on = private.today() as is_today from public.api_keys order by created_at desc limit 1`,
    );
    expect(key!.is_today).toBe(true);
    const landlord = await t.as(CAST.landlord);
    expect((await landlord.rpc('revoke_api_key', { id: key!.id })).data).toBe(true);
    expect(await enter(secret)).toBe('wrong_key');
    expect((await landlord.rpc('revoke_api_key', { id: key!.id })).data).toBe(false);
  });
});

describe('calls', () => {
  test.each(EVERYBODY)('are counted only by the server, not by %s', async (who) => {
    const client = await clientOf(t, who);
    const { error } = await client.rpc('enter_api', { secret: null, address: '192.0.2.1' });
    expect(error?.code).toBe('42501');
  });

  test('without a key are limited to 120 a minute for an address, also 40 at once', async () => {
    await t.sql(
      `insert into private.api_calls values (private.hash_attempt('192.0.2.9'), date_trunc('minute', now()), 90),
       (private.hash_attempt('192.0.2.9'), date_trunc('minute', now() + interval '1 minute'), 90)`,
    );
    const all = await Promise.all(Array.from({ length: 40 }, () => enter(null, '192.0.2.9')));
    expect(all.filter((outcome) => outcome === 'nobody')).toHaveLength(30);
    expect(await enter(null, '192.0.2.10')).toBe('nobody');
  });

  test('with a key are limited to 600 a minute for the key, whatever its address', async () => {
    const secret = await newKey(t, 'read_all');
    await enter(secret);
    await t.sql(`update private.api_calls set calls = 599`);
    expect(await enter(secret, '192.0.2.2')).toBe('system');
    expect(await enter(secret, '192.0.2.3')).toBe('too_many');
  });

  test('with wrong keys are limited to 20 in a quarter of an hour; a right key is still let in', async () => {
    for (let i = 0; i < 20; i++) expect(await enter(`wrong ${i}`, '192.0.2.4')).toBe('wrong_key');
    expect(await enter('wrong again', '192.0.2.4')).toBe('too_many');
    expect(await enter(await newKey(t, 'read_all'), '192.0.2.4')).toBe('system');
  });

  test('store no address and no key in plain text', async () => {
    await enter(null, '192.0.2.77');
    await enter('feil-nokkel', '192.0.2.77');
    const kept =
      (await fingerprint(t, 'private.api_calls')) + (await fingerprint(t, 'private.attempts'));
    expect(kept).not.toContain('192.0.2.77');
    expect(kept).not.toContain('feil-nokkel');
  });
});
