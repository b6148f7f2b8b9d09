import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { demoId } from '../support/demo.ts';
import { openVote, runOut } from '../support/polls.ts';

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const block = demoId('drobakgata-1');
const cast: Email[] = [...Object.values(drobak), ...Object.values(stovner), landlord, admin];

/** Everybody who can ask the open REST API anything: each of the cast, nobody signed in, and the secret key. */
const callers = async () => [
  ...(await Promise.all(cast.map(async (who) => ({ who: who as string, db: await at.as(who) })))),
  { who: 'nobody', db: at.anonymous() },
  { who: 'secret key', db: at.service() },
];

/** A vote where two flats have chosen the first of two options. */
async function votedIn() {
  const { id, options } = await openVote(at);
  for (const who of [drobak.resident, drobak.neighbour])
    await (await at.as(who)).rpc('cast_vote', { poll_id: id, option_id: options[0]! });
  return { id, options };
}
const resultsFor = async (db: Awaited<ReturnType<TestDb['as']>>, id: string) =>
  (await db.rpc('poll_results', { poll_ids: [id] })).data ?? [];

describe('before closing', () => {
  test('nobody gets a count: not from the function, by POST or GET, whoever asks', async () => {
    const { id } = await votedIn();
    for (const { who, db } of await callers()) {
      expect(await resultsFor(db, id), who).toEqual([]);
      const read = await db.rpc('poll_results', { poll_ids: [id] }, { get: true });
      expect(read.data ?? [], who).toEqual([]);
    }
  });

  test('no row that anybody reads differs from before the votes', async () => {
    const { id, options } = await openVote(at);
    const seen = async () => {
      const rows = [];
      for (const { who, db } of await callers()) {
        const poll = await db.from('polls').select('*, poll_options (*)').eq('id', id);
        const option = await db.from('poll_options').select('*, polls (*)').eq('poll_id', id);
        rows.push({ who, poll: poll.data, option: option.data });
      }
      return rows;
    };
    const before = await seen();
    expect(before.filter(({ poll }) => poll?.length)).toHaveLength(5); // the building's four, and the landlord
    for (const who of [drobak.resident, drobak.neighbour])
      await (await at.as(who)).rpc('cast_vote', { poll_id: id, option_id: options[1]! });
    expect(await seen()).toEqual(before);
  });

  test('no count comes by embedding, aggregating or counting either', async () => {
    const { id } = await votedIn();
    for (const { who, db } of await callers()) {
      for (const part of [
        'ballots (id)',
        'electors (id)',
        'ballots (count)',
        'poll_options (ballots (id))',
        'count()',
      ]) {
        const { data, error } = await db.from('polls').select(part).eq('id', id);
        expect(error, `${who}: ${part}`).not.toBeNull();
        expect(data).toBeNull();
      }
    }
  });
});

describe('the tables of the votes', () => {
  test('are reached over REST by nobody, whatever schema is asked for', async () => {
    for (const { who, db } of await callers())
      for (const schema of ['public', 'private'] as const)
        for (const table of ['ballots', 'electors']) {
          const from = db.schema(schema as 'public').from(table as 'polls');
          const answers = [
            await from.select('*', { count: 'exact' }),
            await from.insert({} as never),
            await from.delete().not('id', 'is', null),
          ];
          for (const { data, error, count } of answers) {
            expect(error, `${who} ${schema}.${table}`).not.toBeNull();
            expect(data ?? count ?? null).toBeNull();
          }
        }
  });

  test('are granted to no role of the API', async () => {
    const grants = await at.sql(
      `select grantee, table_name from information_schema.role_table_grants
       where table_schema = 'private' and table_name in ('ballots', 'electors') and grantee <> 'postgres'`,
    );
    expect(grants).toEqual([]);
  });

  test('a ballot holds an option and nothing about who or when', async () => {
    const columns = await at.sql<{ column_name: string }>(
      `select column_name from information_schema.columns
       where table_schema = 'private' and table_name = 'ballots' order by column_name`,
    );
    expect(columns.map(({ column_name }) => column_name)).toEqual(['id', 'option_id', 'poll_id']);
  });

  test('no key of a ballot and a used vote is the same', async () => {
    const { id } = await votedIn();
    const same = await at.sql(
      `select from private.ballots b join private.electors e on e.poll_id = b.poll_id
       where b.poll_id = $1 and b.id in (e.id, e.flat_id, e.person_id)`,
      [id],
    );
    expect(same).toEqual([]);
  });

  test('the helpers that read them can be called by nobody', async () => {
    const open = await at.sql<{ name: string; role: string }>(
      `select p.proname as name, r.rolname as role
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'private'
       cross join pg_roles r
       where r.rolname in ('anon', 'authenticated', 'service_role') and has_function_privilege(r.oid, p.oid, 'execute')
         and p.proname in ('my_electors', 'freeze_electorate', 'settle_polls', 'log_act', 'poll_results', 'cast_vote')
       order by 1, 2`,
    );
    expect(open).toEqual([
      { name: 'cast_vote', role: 'authenticated' },
      { name: 'poll_results', role: 'authenticated' },
    ]);
  });
});

describe('after closing', () => {
  test('by the clock or by hand, those of the building get the counts, and nobody else', async () => {
    for (const close of [
      (id: string) => runOut(at, id),
      async (id: string) =>
        (await at.as(drobak.consultant)).rpc('close_poll', {
          poll_id: id,
          reason: 'Alle har stemt',
        }),
    ]) {
      const { id, options } = await votedIn();
      await close(id);
      const [{ flats }] = (await at.sql<{ flats: number }>(
        "select count(*)::int as flats from public.places where block_id = $1 and kind = 'flat'",
        [block],
      )) as [{ flats: number }];
      const inside: string[] = [...Object.values(drobak), landlord];
      for (const { who, db } of await callers()) {
        const expected = options.map((option_id, n) => ({
          poll_id: id,
          option_id,
          votes: n ? 0 : 2,
          entitled: flats,
          voted: 2,
        }));
        expect(await resultsFor(db, id), who).toEqual(inside.includes(who) ? expected : []);
      }
    }
  });

  test('a deleted account takes its name along and leaves the count', async () => {
    const { id, options } = await openVote(at, { rule: 'per_person' });
    const db = await at.as(drobak.household);
    await db.rpc('cast_vote', { poll_id: id, option_id: options[0]! });
    const before = (
      await at.sql('select count(*)::int as n from private.electors where poll_id = $1', [id])
    )[0];
    await at.sql('delete from auth.users where email = $1', [drobak.household]);
    await runOut(at, id);
    const rows = await resultsFor(await at.as(drobak.resident), id);
    expect(rows[0]).toMatchObject({ votes: 1, voted: 1, entitled: before!['n'] });
    expect(
      await at.sql('select from private.electors where poll_id = $1 and person_id is null', [id]),
    ).toHaveLength(1);
  });
});
