import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestDb } from './database.ts';

/**
 * Calls a function as this person in a transaction that stays open until `commit`, so that a test can show reliably whether
 * another request waits for it.
 */
export async function hold(test: TestDb, personId: string, call: string, params: unknown[]) {
  const client = new pg.Client({ connectionString: test.databaseUrl });
  await client.connect();
  await client.query('begin');
  const claims = JSON.stringify({ sub: personId, role: 'authenticated' });
  await client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
  await client.query(`select ${call}`, params);
  return {
    /** One more call in the same transaction, as the same person. */
    call: (next: string, more: unknown[]) => client.query(`select ${next}`, more),
    commit: async () => {
      await client.query('commit');
      await client.end();
    },
    /** As when the connection is lost. */
    rollback: async () => {
      await client.query('rollback');
      await client.end();
    },
  };
}

/** Whether this is still waiting after a time in which it would long have finished. */
export const isWaiting = (work: PromiseLike<unknown>) =>
  Promise.race([Promise.resolve(work).then(() => false), sleep(400, true)]);
