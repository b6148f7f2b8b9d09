import { createClient } from '@supabase/supabase-js';
import type { Database } from '../../src/lib/database.types.ts';
import { PASSWORD } from './cast.ts';
import type { Db, TestDb } from './database.ts';

/**
 * Many residents of Drøbakgata 1, signed in, for races. Made in the database, with the cheapest hash of the same
 * password, then signed in through the real API.
 */
export async function crowd(db: TestDb, size: number): Promise<{ id: string; db: Db }[]> {
  const people = await db.sql<{ id: string; email: string }>(
    `with made as (
       insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
         raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
         confirmation_token, recovery_token, email_change, email_change_token_new)
       select '00000000-0000-0000-0000-000000000000', id, 'authenticated', 'authenticated', id || '@crowd.example',
         extensions.crypt($1, extensions.gen_salt('bf', 4)), now(),
         '{"provider": "email", "providers": ["email"]}', '{}', now(), now(), '', '', '', ''
       from (select gen_random_uuid() as id from generate_series(1, $2)) ids
       returning id, email
     ), identities as (
       insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
       select id, 'email', id::text, id, jsonb_build_object('sub', id, 'email', email), now(), now(), now() from made
     ), people as (
       insert into public.people (id, display_name) select id, 'Nabo' from made
     ) select id, email from made`,
    [PASSWORD, size],
  );
  await db.sql(
    `insert into public.memberships (person_id, role, block_id, flat_id)
     select person_id, 'resident', p.block_id, p.id
     from unnest($1::uuid[]) person_id,
       (select p.* from public.places p join public.blocks b on b.id = p.block_id
        where b.slug = 'drobakgata-1' and p.kind = 'flat' order by p.name limit 1) p`,
    [people.map(({ id }) => id)],
  );
  return Promise.all(people.map(async ({ id, email }) => ({ id, db: await signedIn(db, email) })));
}

async function signedIn({ url, publishableKey }: TestDb, email: string): Promise<Db> {
  const db = createClient<Database>(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await db.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw new Error(`${email} cannot sign in: ${error.message}`);
  return db;
}
