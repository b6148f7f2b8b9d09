import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../src/lib/numbers.ts';
import { CAST } from '../support/cast.ts';
import { moveIn } from '../support/crowd.ts';
import { testDatabase, type Db, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import { openVote, receipt } from '../support/polls.ts';
import { propose } from '../support/proposals.ts';
import { BLOCK, FLAT, sendReport, STAIR } from '../support/reports.ts';
import { makeActivity } from '../support/signups.ts';
import { addReceiver, newKey } from '../support/systems.ts';

/** Every limit, at the maximum and one more, as the person or server it applies to. */

type Limit = keyof typeof limits;
/** Does it once, and returns whether it was allowed. */
type Try = () => Promise<boolean>;
interface Recipe {
  /** Who and what the limit is tested with: made anew for the test. */
  start: () => Promise<Try>;
  /** Multiplies what was done once by this number. Default: attempts are copied. */
  repeat?: (times: number) => Promise<unknown>;
}

let t: TestDb;
let server: Db;
beforeAll(async () => {
  t = await testDatabase();
  server = t.service();
}, 60_000);
afterAll(() => t?.close());
beforeEach(() => t.sql('delete from private.attempts'));

const anyone = CAST.drobak.resident;
const staff = CAST.drobak.consultant;
const outcomeOf = (data: unknown) => (Array.isArray(data) ? (data[0] as { outcome: string }).outcome : data); // prettier-ignore
/** A function that answers one outcome when it is allowed. `args` are made anew each time. */
const calls =
  (db: Db, name: string, allowed: unknown, args: () => object): Try =>
  async () => {
    const { data, error } = await db.rpc(name as never, args() as never);
    if (error) throw new Error(`${name}: ${error.message}`);
    return outcomeOf(data) === allowed;
  };
const as = (who: Parameters<TestDb['as']>[0], name: string, allowed: unknown, args: () => object): Recipe => ({
  start: async () => calls(await t.as(who), name, allowed, args),
}); // prettier-ignore
/** Counted by our server before it asks the auth service or shows a page. */
const byServer = (limit_name: Limit): Recipe => ({
  start: () => Promise.resolve(calls(server, 'attempt', true, () => ({ limit_name, key: '127.0.0.1' }))), // prettier-ignore
});
const job = (name: string, done: (data: unknown) => boolean): Recipe => ({
  start: () =>
    Promise.resolve(async () => {
      const before = (await t.sql('select from private.attempts')).length;
      const { data, error } = await server.rpc(name as never);
      if (error) throw error;
      expect(done(data)).toBe(true);
      return (await t.sql('select from private.attempts')).length > before;
    }),
});
const wrongWord = (name: string, allowed: string): Recipe => ({
  start: async () => {
    const db = await t.anew(anyone);
    await t.sql("update auth.sessions set created_at = now() - interval '1 day'");
    return calls(db, name, allowed, () => ({ word: 'feil' }));
  },
});
/** A resident who is used by no other test. */
const somebody = async () => (await moveIn(t, BLOCK, [FLAT]))[0]!;
const storing = (bucket: string, folder: (id: string) => string): Recipe => {
  let person: { id: string; db: Db };
  let first = '';
  return {
    start: async () => {
      person = await somebody();
      return async () => {
        const name = `${folder(person.id)}_1x1.webp`;
        first ||= name;
        const file = { contentType: 'image/webp' };
        const { error } = await person.db.storage.from(bucket).upload(name, new Uint8Array([1]), file); // prettier-ignore
        return error === null;
      };
    },
    repeat: (times) =>
      t.sql(
        `insert into storage.objects (bucket_id, name, owner, owner_id)
         select o.bucket_id, o.name || n, o.owner, o.owner_id from storage.objects o, generate_series(1, $2::int) n
         where o.bucket_id = $1 and o.name = $3`,
        [bucket, times, first],
      ),
  };
};
const api = (limit: Limit, secret: () => Promise<string | null>, allowed: string): Recipe => ({
  start: async () => {
    const key = await secret();
    return calls(server, 'enter_api', allowed, () => ({ secret: key, address: `${limit}.example` }));
  },
  ...(allowed !== 'wrong_key' && {
    repeat: (times: number) => t.sql('update private.api_calls set calls = calls + $1 where calls > 0', [times]), // prettier-ignore
  }),
}); // prettier-ignore
let comments = 0;
const commenting = (limit: 'comment' | 'comment_day', other: string): Recipe => ({
  start: async () => {
    const proposal_id = await propose(t, { approve: true });
    const { db } = await somebody();
    const say = calls(db, 'comment_proposal', 'commented', () => ({
      id: randomUUID(),
      proposal_id,
      body: `Enig ${(comments += 1)}.`,
    }));
    // Only one of the two is tested: what counts for the other is deleted.
    return async () => {
      const wasSaid = await say();
      await t.sql('delete from private.attempts where kind = $1', [other]);
      return wasSaid;
    };
  },
  repeat: (times) => copyAttempts(limit, times),
});

const copyAttempts = (limit: Limit, times: number) =>
  t.sql(
    `insert into private.attempts (kind, key_hash)
     select a.kind, a.key_hash from (select * from private.attempts where kind = $1 limit 1) a, generate_series(1, $2::int)`,
    [limit, times],
  );

const RECIPES: Record<Limit, Recipe> = {
  activity_message: {
    start: async () => {
      const activity_id = await makeActivity(t);
      const { db } = await somebody();
      await db.rpc('sign_up', { activity_id, party_size: 1 });
      const args = () => ({ activity_id, message_id: randomUUID(), body: 'Kom i tide.' });
      return calls(await t.as(staff), 'send_activity_message', 'sent', args);
    },
    repeat: (times) =>
      t.sql(
        `insert into activity_messages (id, activity_id, block_id, body, is_from_staff)
         select gen_random_uuid(), m.activity_id, m.block_id, m.body, true
         from (select * from activity_messages order by created_at desc limit 1) m, generate_series(1, $1::int)`,
        [times],
      ),
  },
  alias: {
    // A name that is taken is always refused; after too many attempts a free one is refused as well.
    start: async () => {
      const { db } = await somebody();
      const send = async (alias: string) => {
        await t.sql("update proposals set status = 'withdrawn' where status = 'pending'");
        const sent = { id: randomUUID(), block_id: BLOCK, title: 'Benk', body: 'Ute.', kind: 'social' as const }; // prettier-ignore
        return (await db.rpc('propose', { ...sent, alias })).data;
      };
      return async () => {
        const isAllowed = (await send(`Fugl ${randomUUID().slice(0, 5)}`)) === 'proposed';
        expect(await send('Vaktmester')).toBe('alias_taken');
        return isAllowed;
      };
    },
  },
  api_calls: api('api_calls', () => Promise.resolve(null), 'nobody'),
  api_key: api('api_key', () => Promise.resolve('gal'), 'wrong_key'),
  api_key_calls: api('api_key_calls', () => newKey(t, 'create'), 'system'),
  ask_to_join: {
    start: async () => {
      const { client } = await newcomer(t);
      const args = () => ({ id: randomUUID(), block_id: BLOCK, display_name: 'Kim', flat_text: 'A101', locale: 'nb' }); // prettier-ignore
      return calls(client as unknown as Db, 'ask_to_join', 'asked', args);
    },
  },
  change_password: wrongWord('check_password', 'wrong'),
  comment: commenting('comment', 'comment_day'),
  comment_day: commenting('comment_day', 'comment'),
  delete_account: wrongWord('delete_account', 'wrong_password'),
  factor: byServer('factor'),
  factor_code: byServer('factor_code'),
  flag: {
    start: async () => {
      const { db } = await somebody();
      return async () => {
        await t.sql("update proposals set status = 'withdrawn' where status = 'pending'");
        const id = await propose(t, { approve: true });
        return (await db.rpc('flag_thing', { kind: 'proposal', id, reason: 'Navn' })).data === 'flagged'; // prettier-ignore
      };
    },
  },
  join: {
    start: async () => {
      const { client } = await newcomer(t);
      const args = () => ({ code: 'GAL', display_name: 'Kim', locale: 'nb' });
      return calls(client as unknown as Db, 'join_block', 'wrong_code', args);
    },
  },
  join_email: byServer('join_email'),
  mail_code: byServer('mail_code'),
  mail_code_address: byServer('mail_code_address'),
  mail_try: byServer('mail_try'),
  mail_try_address: byServer('mail_try_address'),
  open311_create: {
    start: async () => {
      const secret = await newKey(t, 'create');
      const args = () => ({
        secret, reference: randomUUID(), block_slug: null, place_id: FLAT, address: null, kind: 'flat', thing: 'leak',
        description: 'Det drypper.', access: null, is_urgent: false, contact: null,
      }); // prettier-ignore
      return calls(server, 'open311_create', 'created', args);
    },
  },
  open311_update: {
    start: async () => {
      const secret = await newKey(t, 'create', 'update');
      const { number } = await sendReport((await somebody()).db);
      const args = () => ({
        secret, number, reference: randomUUID(), to_status: null, waiting_for: null, message: randomUUID(),
      }); // prettier-ignore
      return calls(server, 'open311_update', 'done', args);
    },
  },
  peek: byServer('peek'),
  phone_confirm: {
    start: async () => {
      const { id, db } = await somebody();
      const phone = { person_id: id, phone: '+4790000077' };
      const right = (await server.rpc('start_phone', phone)).data;
      const digits = right === '000000' ? '000001' : '000000';
      return calls(db, 'confirm_phone', 'wrong', () => ({ digits }));
    },
  },
  phone_number: {
    start: () =>
      Promise.resolve(async () => {
        const { id } = await somebody();
        return (await server.rpc('start_phone', { person_id: id, phone: '+4790000078' })).data !== null; // prettier-ignore
      }),
  },
  phone_person: {
    start: async () => {
      const { id } = await somebody();
      let last = 100;
      return async () => {
        const phone = `+4790000${(last += 1)}`;
        return (await server.rpc('start_phone', { person_id: id, phone })).data !== null;
      };
    },
  },
  photo_cleanup: job('mark_abandoned_photos', Array.isArray),
  photo_removal: byServer('photo_removal'),
  photo_removals: byServer('photo_removals'),
  poll_question: {
    start: async () => {
      const { db } = await somebody();
      return async () => {
        const { id } = await openVote(t);
        return (await db.rpc('ask_poll_question', { id: randomUUID(), poll_id: id, body: 'Hvem betaler?' })).data === 'asked'; // prettier-ignore
      };
    },
  },
  receipt: {
    start: async () => {
      const { id, options } = await openVote(t);
      const args = () => ({ poll_id: id, receipt: receipt(), choices: [options[0]] });
      return calls((await somebody()).db, 'change_vote', 'wrong_receipt', args);
    },
  },
  report: (() => {
    let sent: { id: string };
    let person: { id: string; db: Db };
    return {
      start: async () => {
        person = await somebody();
        return async () => {
          const made = await sendReport(person.db);
          sent ??= made;
          return made.outcome === 'created';
        };
      },
      repeat: async (times: number) => {
        for (let i = 0; i < times; i++) await sendReport(person.db);
        expect(sent).toBeDefined();
      },
    };
  })(),
  report_for: as(staff, 'create_report_for', 'created', () => ({
    id: randomUUID(), block_id: BLOCK, place_id: STAIR, thing: 'light', description: `Mørkt ${randomUUID()}`,
  })), // prettier-ignore
  report_message: {
    start: async () => {
      const { db } = await somebody();
      const { id } = await sendReport(db);
      const args = () => ({ id: randomUUID(), report_id: id, body: 'Hei.', audience: 'resident' });
      return calls(db, 'add_report_message', 'sent', args);
    },
  },
  report_message_by_staff: {
    start: async () => {
      const { id } = await sendReport((await somebody()).db);
      const args = () => ({ id: randomUUID(), report_id: id, body: 'Hei.', audience: 'resident' });
      return calls(await t.as(staff), 'add_report_message', 'sent', args);
    },
  },
  report_photo: storing('report-photos', (id) => `${id}/${randomUUID().replaceAll('-', '').padEnd(64, '0')}`), // prettier-ignore
  retention: job('run_retention_jobs', (data) => typeof data === 'object'),
  sign_in: byServer('sign_in'),
  sign_in_address: byServer('sign_in_address'),
  slip: byServer('slip'),
  space_photo: storing('space-photos', () => randomUUID()),
  space_photo_cleanup: job('mark_abandoned_space_photos', Array.isArray),
  webhook_test: {
    start: async () => {
      const landlord = await t.as(CAST.landlord);
      const endpoint_id = await addReceiver(landlord, 'https://ute.example/hook');
      return calls(landlord, 'try_webhook', true, () => ({ endpoint_id }));
    },
  },
};

test.each(Object.entries(RECIPES) as [Limit, Recipe][])(
  '%s is allowed as often as its limit permits, and not once more',
  async (limit, { start, repeat = (times) => copyAttempts(limit, times) }) => {
    const { most } = limits[limit];
    const once = await start();
    expect(await once(), 'the first').toBe(true);
    if (most > 2) await repeat(most - 2);
    if (most > 1) expect(await once(), `number ${most}`).toBe(true);
    expect(await once(), `number ${most + 1}`).toBe(false);
  },
);

test('every limit is tested here', async () => {
  const rows = await t.sql<{ what: string }>('select what from private.limits');
  expect(rows.map(({ what }) => what).sort()).toEqual(Object.keys(RECIPES).sort());
});

describe('an attempt', () => {
  const attempt = async (limit_name: string, key = 'k') =>
    (await server.rpc('attempt', { limit_name, key })).data;
  const older = (by: string) =>
    t.sql('update private.attempts set attempted_at = attempted_at - $1::interval', [by]);
  const tidy = async () => {
    await t.sql("delete from private.attempts where kind = 'retention'");
    await server.rpc('run_retention_jobs');
  };

  test('counts for the whole window of its limit, whatever else is deleted meanwhile', async () => {
    await t.sql("update private.retention_rules set keep = '1 hour' where keep < '2 days'");
    for (let i = 0; i < limits.flag.most; i++) expect(await attempt('flag')).toBe(true);
    await older('2 hours');
    await attempt('sign_in', 'somebody else');
    await tidy();
    expect(await attempt('flag')).toBe(false);
    await older('23 hours');
    expect(await attempt('flag')).toBe(true);
  });

  test('counts longer when its limit is made longer, and the page on privacy shows that', async () => {
    await t.sql("update private.limits set per = '7 days' where what = 'flag'");
    for (let i = 0; i < limits.flag.most; i++) await attempt('flag', 'week');
    await older('6 days');
    await tidy();
    expect(await attempt('flag', 'week')).toBe(false);
    const kept = (await t.anonymous().rpc('kept_for')).data!;
    expect(kept.find(({ what }) => what === 'attempts')).toMatchObject({ days: 7 });
    await t.sql("update private.limits set per = '1 day' where what = 'flag'");
  });

  test('is deleted when it counts for nothing any more, also that of a removed limit', async () => {
    await attempt('sign_in');
    await attempt('flag');
    await t.sql("insert into private.attempts (kind, key_hash) values ('gone', 'x')");
    await older('20 minutes');
    await tidy();
    const left = await t.sql<{ kind: string }>('select kind from private.attempts order by kind');
    expect(left.map(({ kind }) => kind)).toEqual(['flag', 'retention']);
  });

  test('of a limit that is not in the table is an error', async () => {
    const { error } = await server.rpc('attempt', { limit_name: 'nothing', key: 'k' });
    expect(error?.message).toBe('no limit nothing');
  });
});

describe('the key of an attempt', () => {
  const ADDRESS = '192.0.2.7';
  const hashes = async () =>
    (await t.sql<{ key_hash: string }>('select key_hash from private.attempts')).map(({ key_hash }) => key_hash); // prettier-ignore

  test('is stored as a hash that cannot be computed without the secret', async () => {
    await server.rpc('attempt', { limit_name: 'sign_in', key: ADDRESS });
    const [kept] = await hashes();
    const [plain] = await t.sql<{ md5: string; sha256: string }>(
      "select md5($1), encode(sha256(convert_to($1, 'UTF8')), 'hex') as sha256",
      [ADDRESS],
    );
    expect(kept).toMatch(/^[0-9a-f]{64}$/);
    expect([plain!.md5, plain!.sha256]).not.toContain(kept);
    const [again] = await t.sql<{ hash: string }>(
      `select encode(extensions.hmac($1::bytea, hash_key, 'sha256'), 'hex') as hash from private.attempt_keys`,
      [ADDRESS],
    );
    expect(kept).toBe(again!.hash);
  });

  test('of a caller of the API is stored that way too', async () => {
    await server.rpc('enter_api', { secret: null, address: ADDRESS } as never);
    const [row] = await t.sql<{ same: boolean }>(
      'select bool_or(caller_hash = private.attempt_hash($1)) as same from private.api_calls',
      [ADDRESS],
    );
    expect(row!.same).toBe(true);
  });

  test('has another hash in another installation: each makes its own secret, once', async () => {
    const secret = async () => (await t.sql<{ hex: string }>("select encode(hash_key, 'hex') as hex from private.attempt_keys")).map(({ hex }) => hex); // prettier-ignore
    const [mine] = await secret();
    expect(mine).toMatch(/^[0-9a-f]{64}$/);
    await t.sql('delete from private.attempt_keys');
    const forget = { limit_name: 'sign_in', key: ADDRESS };
    expect((await server.rpc('forget_attempts', forget)).error).toBeNull();
    expect(await secret()).toEqual([]);
    await Promise.all(Array.from({ length: 8 }, (_, i) => server.rpc('attempt', { limit_name: 'peek', key: `k${i}` }))); // prettier-ignore
    const made = await secret();
    expect(made).toHaveLength(1);
    expect(made).not.toEqual([mine]);
  });

  test('and the secret are read by no role of the API', async () => {
    const [row] = await t.sql<{ rights: string[] }>(
      `select coalesce(array_agg(r || ' ' || f), '{}') as rights from unnest('{anon,authenticated,service_role}'::text[]) r,
       lateral (
         select 'reads ' || c.relname as f from pg_class c
         where c.relnamespace = 'private'::regnamespace and c.relname in ('attempt_keys', 'attempts', 'api_calls')
           and has_any_column_privilege(r, c.oid, 'select, insert, update')
         union all
         select 'calls ' || p.proname from pg_proc p
         where p.pronamespace = 'private'::regnamespace and p.proname in ('attempt_hash', 'hash_attempt')
           and has_function_privilege(r, p.oid, 'execute')
       ) x`,
    );
    expect(row!.rights).toEqual([]);
    for (const db of [t.anonymous(), await t.as(CAST.admin), server]) {
      const { error } = await db
        .schema('private' as never)
        .from('attempt_keys' as never)
        .select();
      expect(error?.code).toBe('PGRST106');
    }
  });
});
