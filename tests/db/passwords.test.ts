import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CAST, PASSWORD } from '../support/cast.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';

/** The old password is required to set a new one, unless the person has just signed in: they may have forgotten it. */

let t: TestDb;
let me: Db;
beforeAll(async () => {
  t = await testDatabase();
  me = await t.anew(CAST.drobak.resident);
});
afterAll(() => t?.close());
beforeEach(() => t.sql("delete from private.attempts where kind = 'change_password'"));
const signedIn = (ago: string) =>
  t.sql(
    'update auth.sessions s set created_at = now() - $1::interval from auth.users u where u.id = s.user_id and u.email = $2',
    [ago, CAST.drobak.resident],
  );
const check = async (word?: string) =>
  (await me.rpc('check_password', word === undefined ? {} : { word })).data;
const asks = async () => (await me.rpc('asks_password')).data;

test('the old password is not required in the first quarter of an hour, and is required afterwards', async () => {
  await signedIn('14 minutes');
  expect([await asks(), await check()]).toEqual([false, 'right']);
  await signedIn('16 minutes');
  expect([await asks(), await check(), await check(PASSWORD)]).toEqual([true, 'wrong', 'right']);
});

test('the old password may be tried five times an hour; after that even the right one is refused', async () => {
  await signedIn('1 hour');
  for (let i = 0; i < 5; i++) expect(await check(`feil ${i}`)).toBe('wrong');
  expect(await check(PASSWORD)).toBe('too_many_attempts');
});

test('the old password is not required of an account that has none', async () => {
  await signedIn('1 hour');
  await t.sql('update auth.users set encrypted_password = $2 where email = $1', [CAST.drobak.resident, '']); // prettier-ignore
  expect([await asks(), await check()]).toEqual([false, 'right']);
});

test('the old password can not be tried for another account', async () => {
  const stranger = createClient(t.url, t.publishableKey, { auth: { persistSession: false } });
  for (const name of ['asks_password', 'check_password'])
    expect((await stranger.rpc(name)).error?.code).toBe('42501');
});
