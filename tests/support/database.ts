import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { inject } from 'vitest';
import { createTestDatabase } from '../../scripts/backend/test-database.ts';
import type { Database } from '../../src/lib/database.types.ts';
import { PASSWORD, type Email } from './cast.ts';

export type Db = SupabaseClient<Database>;
export type TestDb = Awaited<ReturnType<typeof testDatabase>>;

const STATELESS = { auth: { persistSession: false, autoRefreshToken: false } };

/** This test file's own copy of the migrated and seeded database, with its API. Call `close` at the end. */
export async function testDatabase() {
  const [dataDir, template] = [inject('databaseFolder'), inject('template')];
  const database = await createTestDatabase({ dataDir, template });
  const { url, publishableKey, secretKey } = database;
  const owner = new pg.Pool({ connectionString: database.databaseUrl, max: 4 });
  owner.on('error', () => {}); // the database is dropped while connections are idle
  const people = new Map<string, Promise<Db>>();

  return {
    ...database,
    /** A client signed in with the password of the cast; one sign-in per person and file. */
    as: (email: Email): Promise<Db> => {
      if (!people.has(email)) people.set(email, signIn(url, publishableKey, email));
      return people.get(email)!;
    },
    /** Another sign-in of the same person, as from another browser. */
    anew: (email: Email): Promise<Db> => signIn(url, publishableKey, email),
    anonymous: (): Db => createClient<Database>(url, publishableKey, STATELESS),
    /** Bypasses row-level security, as the server itself. */
    service: (): Db => createClient<Database>(url, secretKey, STATELESS),
    /** Rows as the owner role sees them, whatever the policies allow. */
    sql: async <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
      (await owner.query(text, params)).rows as Row[],
    close: async () => {
      await owner.end();
      await database.close();
    },
  };
}

async function signIn(url: string, key: string, email: Email): Promise<Db> {
  const db = createClient<Database>(url, key, STATELESS);
  const { error } = await db.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw new Error(`${email} cannot sign in: ${error.message}`);
  return db;
}
