import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startBackend, type Backend } from '../../scripts/backend/backend.ts';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { isWaiting } from '../support/held.ts';
import { ask, ballotsOf, countedIn, draft, receipt, runOut } from '../support/polls.ts';

/** A backend of its own, on the disk as `npm start` runs it, killed with -9 in the middle of a vote. */

// Recovery after a crash takes seconds on a busy machine.
vi.setConfig({ testTimeout: 90_000 });
const dataDir = throwawayFolder();
let backend: Backend;
let voter: SupabaseClient;
let desk: SupabaseClient;

beforeAll(async () => {
  backend = await startBackend({ dataDir, log: () => {} });
  [voter, desk] = await Promise.all([signIn(CAST.drobak.resident), signIn(CAST.drobak.consultant)]);
}, 120_000);
afterAll(async () => {
  await backend?.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

async function signIn(email: string) {
  const db = createClient(backend.url, backend.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  expect((await db.auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  return db;
}

/** A direct connection to the database; its end by the crash is expected. */
async function root() {
  const client = new pg.Client({
    connectionString: databaseUrl(loadConfig(dataDir), 'supabase_admin'),
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Rows as the superuser sees them, from a new connection: waits until the server is back. */
async function sql<Row = Record<string, string>>(text: string, params: unknown[] = []) {
  for (let tries = 0; ; tries++) {
    const client = await root().catch(() => undefined);
    if (client) {
      try {
        return (await client.query(text, params)).rows as Row[];
      } finally {
        await client.end();
      }
    }
    if (tries > 800) throw new Error('the database did not come back');
    await sleep(50);
  }
}
const at = { sql: sql as never };

/** Retries until the API is back: after a crash it needs time to find the database again. */
async function insist(db: SupabaseClient, name: string, args: object) {
  for (let tries = 0; ; tries++) {
    const answer = await ask(db, name, args);
    const isAway = typeof answer === 'string' && /^(PGRST0|57P|08|$)/.test(answer);
    if (!isAway || tries > 300) return answer;
    await sleep(50);
  }
}

async function opened() {
  const sent = draft();
  expect(await insist(desk, 'save_poll', sent)).toBe('saved');
  expect(await insist(desk, 'open_poll', { poll_id: sent.id })).toBe('opened');
  const options = await sql<{ id: string }>(
    'select id from public.poll_options where poll_id = $1 order by position',
    [sent.id],
  );
  return { id: sent.id, options: options.map(({ id }) => id) };
}

/**
 * A vote over the API that has marked its flat and waits to store the ballot: another transaction is about to store one with
 * the same receipt, and has not committed or rolled back yet.
 */
async function halfway(pollId: string, option: string, code: string) {
  const holder = await root();
  await holder.query('begin');
  await holder.query(
    `insert into ${ballotsOf(pollId)} (choices, receipt_hash) select '{}', private.receipt_hash($1, $2)`,
    [pollId, code],
  );
  const answer = ask(voter, 'cast_vote', { poll_id: pollId, choices: [option], receipt: code });
  answer.catch(() => {});
  for (let tries = 0; tries < 200; tries++) {
    const [row] = await sql<{ pid: string; has_marked: boolean }>(
      `select w.pid::text, exists (select from pg_locks m where m.pid = w.pid and m.granted
         and m.relation = 'private.electors'::regclass and m.mode = 'RowExclusiveLock') as has_marked
       from pg_locks w where not w.granted and w.locktype = 'transactionid'`,
    );
    if (row) return { holder, answer, pid: Number(row.pid), hasMarked: row.has_marked };
    await sleep(20);
  }
  throw new Error('the vote did not come to wait');
}

const vote = (poll_id: string, option: string, code: string) =>
  insist(voter, 'cast_vote', { poll_id, choices: [option], receipt: code });

describe('killed with -9 between the mark and the ballot, neither is left:', () => {
  test.each(['the whole server', 'the process of the vote', 'PostgREST'] as const)(
    '%s',
    async (what) => {
      const { id, options } = await opened();
      const code = receipt();
      const { holder, answer, pid, hasMarked } = await halfway(id, options[0]!, code);
      expect(hasMarked).toBe(true);
      const { postgres, postgrest } = backend.pids();
      process.kill(
        { 'the whole server': postgres, 'the process of the vote': pid, PostgREST: postgrest! }[
          what
        ],
        'SIGKILL',
      );
      // PostgREST is dead, its process in the database is not and must not wait for ever. The others must not get the lock
      // before they notice that the server is gone.
      if (what === 'PostgREST') await holder.query('rollback');
      expect(await answer).not.toBe('voted');
      await holder.end().catch(() => {});
      await expect
        .poll(() => countedIn(at, id), { timeout: 40_000 })
        .toEqual({ ballots: 0, used: 0 });

      // The same form, sent again, is one vote.
      expect(await vote(id, options[0]!, code)).toBe('voted');
      expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    },
  );
});

describe('killed with -9 right after the answer', () => {
  test('mark and ballot are there, and the same form sent again is the same vote', async () => {
    const { id, options } = await opened();
    const code = receipt();
    expect(await vote(id, options[0]!, code)).toBe('voted');
    process.kill(backend.pids().postgres, 'SIGKILL');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    expect(await vote(id, options[0]!, code)).toBe('voted');
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });

  test('a phone that disconnected before the answer sends again and has voted once', async () => {
    const { id, options } = await opened();
    const code = receipt();
    const { holder, pid } = await halfway(id, options[0]!, code);
    const second = ask(voter, 'cast_vote', { poll_id: id, choices: [options[0]], receipt: code });
    expect(await isWaiting(second)).toBe(true);
    await holder.query('rollback');
    await holder.end();
    expect([pid > 0, await second]).toEqual([true, 'voted']);
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });
});

describe('killed with -9 in the middle of closing', () => {
  test('every ballot is still there, and closing is completed later', async () => {
    const { id, options } = await opened();
    expect(await vote(id, options[0]!, receipt())).toBe('voted');
    await runOut(at, id);
    const closer = await root();
    await closer.query('begin');
    await closer.query('select private.settle_polls(array[$1]::uuid[])', [id]);
    const [{ n }] = (
      await closer.query<{ n: string }>(`select count(*) as n from ${ballotsOf(id)}`)
    ).rows as [{ n: string }];
    expect(Number(n)).toBe(1);
    process.kill(backend.pids().postgres, 'SIGKILL');
    await closer.end().catch(() => {});
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
    const [left] = await sql<{ tables: string; status: string }>(
      `select (select count(*) from pg_class where relkind = 'r' and relname like 'ballots\\_' || replace($1, '-', '') || '%') as tables,
        (select status from public.polls where id::text = $1) as status`,
      [id],
    );
    expect(left).toEqual({ tables: '1', status: 'open' });
    await expect
      .poll(
        async () => {
          const rows = await ask(voter, 'poll_results', { poll_ids: [id] });
          return Array.isArray(rows)
            ? rows.map(({ is_winner }: { is_winner: boolean }) => is_winner)
            : rows;
        },
        { timeout: 40_000 },
      )
      .toEqual([true, false]);
    expect(await countedIn(at, id)).toEqual({ ballots: 1, used: 1 });
  });
});
