import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT, type JWTPayload } from 'jose';
import type { TestDb } from './database.ts';

/** A client that sends this token, valid or not. */
export function withToken({ url, publishableKey }: TestDb, token: string): SupabaseClient {
  return createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: { Authorization: `Bearer ${token}` } },
  });
}

/** A token as the auth service makes them, with these claims. Another secret makes a forged one. */
export function token(claims: JWTPayload, secret: string): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
}

/** A person with a new account, in no building yet, made without the cost of hashing a password. */
export async function newcomer(db: TestDb): Promise<{ id: string; client: SupabaseClient }> {
  const id = randomUUID();
  await db.sql(
    `insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $2)`,
    [id, `${id}@ny.example`],
  );
  const claims = { sub: id, role: 'authenticated', aud: 'authenticated' };
  return { id, client: withToken(db, await token(claims, db.jwtSecret)) };
}
