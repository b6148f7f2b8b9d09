import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import type { Database } from '../../src/lib/database.types.ts';
import type { Db, TestDb } from './database.ts';

/** A resident for each of these flats (by id) of a building, signed in by token, because bcrypt for fifty takes five seconds. */
export async function moveIn(test: TestDb, blockId: string, flatIds: string[]) {
  const residents = flatIds.map((flatId) => ({ id: randomUUID(), flatId }));
  for (const { id, flatId } of residents) {
    await test.sql(
      `with account as (insert into auth.users (id, aud, role, email) values ($1, 'authenticated', 'authenticated', $4)
          returning id),
        person as (insert into public.people (id, display_name) select id, 'Ny beboer' from account returning id)
      insert into public.memberships (person_id, role, block_id, flat_id) select id, 'resident', $2, $3 from person`,
      [id, blockId, flatId, `${id}@crowd.example`],
    );
  }
  return Promise.all(residents.map(async (one) => ({ ...one, db: await signedIn(test, one.id) })));
}

/** A client with a token of this person, made with the server's own secret. */
export async function signedIn(test: TestDb, personId: string): Promise<Db> {
  const token = await new SignJWT({ sub: personId, role: 'authenticated', aud: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(test.jwtSecret));
  return createClient<Database>(test.url, test.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: { authorization: `Bearer ${token}` } },
  });
}

/** That many residents in one flat of Drøbakgata 1, for races between people. */
export async function crowd(test: TestDb, size: number) {
  const [flat] = await test.sql<{ id: string; block_id: string }>(
    `select p.id, p.block_id from public.places p join public.blocks b on b.id = p.block_id
     where b.slug = 'drobakgata-1' and p.kind = 'flat' order by p.name limit 1`,
  );
  return moveIn(test, flat!.block_id, Array<string>(size).fill(flat!.id));
}
