import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST, type Email } from '../support/cast.ts';
import { signedIn } from '../support/crowd.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { building, castInTurn } from '../support/electorate.ts';
import { ask, close, openVote, othersVote, receipt } from '../support/polls.ts';

/** No number before the count, by any route out of the database, whoever asks. */

let at: TestDb;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(() => at.close());

const { drobak, stovner, landlord, admin } = CAST;
const cast: Email[] = [...Object.values(drobak), ...Object.values(stovner), landlord, admin];
type Caller = { who: string; db: SupabaseClient };

/** Everybody who can call the open REST API: each of the cast, a visitor who is not signed in, and the secret key. */
const callers = async (): Promise<Caller[]> =>
  [
    ...(await Promise.all(cast.map(async (who) => ({ who: who as string, db: await at.as(who) })))),
    { who: 'nobody', db: at.anonymous() },
    { who: 'secret key', db: at.service() },
  ] as unknown as Caller[];

const vote = async (who: Email, id: string, option: string) =>
  expect(
    await ask(await at.as(who), 'cast_vote', {
      poll_id: id,
      choices: [option],
      receipt: receipt(),
    }),
  ).toBe('voted');

/** All rows, and how many, of the tables about polls or notifications: found in the catalog. */
async function tablesSeen(db: SupabaseClient) {
  const tables = await at.sql<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and (
       c.relname ~ '(poll|vote|ballot|follow|milestone|proposal|notification|audit|outbox)'
       or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'poll_id'))
     order by 1`,
  );
  expect(tables.length).toBeGreaterThan(6);
  const seen = tables.map(async ({ name }) => {
    const { data, error, count } = await db.from(name).select('*', { count: 'exact' });
    return [name, error ? error.code : { count, rows: JSON.stringify(data) }] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

/**
 * The answers of every function about polls, called with everything that fits its arguments: found in the catalog, so that a
 * new one is tested too. Functions that change something are tested elsewhere (poll-rights).
 */
const CHANGING = /^(save|plan|open|extend|stop|cast|change|mark|unmark|count|run)_/;
async function functionsSeen(db: SupabaseClient, id: string, blockId: string) {
  const functions = await at.sql<{ name: string; args: string[]; types: string[] }>(
    `select p.proname as name, p.proargnames[1:p.pronargs] as args,
       array(select t::regtype::text from unnest(p.proargtypes) t) as types
     from pg_proc p where p.pronamespace = 'public'::regnamespace
       and (p.proname ~ '(poll|vote|ballot|receipt|paper|elector|follow|proposal|milestone)'
         or exists (select from unnest(p.proargnames) a where a ~ 'poll'))
       and p.prorettype <> 'trigger'::regtype order by 1`,
  );
  const readers = functions.filter(({ name }) => !CHANGING.test(name));
  expect(readers.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['check_receipt', 'my_votes', 'poll_ballots', 'poll_results']),
  );
  const value = (arg: string, type: string) =>
    type === 'uuid[]'
      ? [id]
      : type === 'uuid'
        ? arg.startsWith('block')
          ? blockId
          : id
        : arg === 'receipt'
          ? receipt()
          : undefined;
  const seen: Record<string, unknown> = {};
  for (const { name, args, types } of readers) {
    const given = (args ?? []).map((arg, n) => [arg, value(arg, types[n]!)] as const);
    if (given.some(([, one]) => one === undefined)) continue;
    seen[name] = await ask(db, name, Object.fromEntries(given));
    const { data } = await db.rpc(name, Object.fromEntries(given) as never, { get: true });
    seen[`GET ${name}`] = data;
  }
  return seen;
}

describe('before the count', () => {
  test('nothing that can be read or called reveals more after many votes than after the first', async () => {
    const { id: house, voters } = await building(at, 11);
    const { id, options } = await openVote(at, { block_id: house });
    const everybody = [
      ...(await callers()),
      {
        who: 'somebody who lives there',
        db: (await signedIn(at, voters[10]!.id)) as unknown as SupabaseClient,
      },
    ];
    const seen = async () => {
      const all = everybody.map(async ({ who, db }) => ({
        who,
        tables: await tablesSeen(db),
        functions: await functionsSeen(db, id, house),
      }));
      return Promise.all(all);
    };
    const one = (n: number, option: number) => ({
      person: voters[n]!.id,
      choices: [options[option]!],
      receipt: receipt(),
    });
    // Within one band, nothing changes at all.
    await castInTurn(at, id, [one(0, 0)]);
    const before = await seen();
    await castInTurn(at, id, [one(1, 1)]);
    expect(await seen()).toEqual(before);
    // With three quarters of the votes, only the next band is revealed.
    await castInTurn(
      at,
      id,
      [2, 3, 4, 5, 6, 7, 8].map((n) => one(n, 0)),
    );
    const words = JSON.stringify(await seen()).replaceAll('three_quarters', 'under_quarter');
    expect(words).toBe(JSON.stringify(before));
  }, 60_000);

  test('no count can be found by embedding, aggregating, filtering or counting', async () => {
    const { id, options } = await openVote(at);
    await vote(drobak.resident, id, options[0]!);
    for (const { who, db } of await callers()) {
      const parts = [
        'ballots (id)',
        'electors (id)',
        'ballots (count)',
        'electors (count)',
        'poll_options (ballots (id))',
        'poll_results',
        'tally_poll',
        'poll_salts (salt)',
        'electorate_moves (count)',
        'count()',
        'entitled.sum()',
      ];
      const answers = await Promise.all(
        parts.map((part) => db.from('polls').select(part).eq('id', id)),
      );
      expect(
        answers.filter(({ data, error }) => data || !error),
        who,
      ).toEqual([]);
      for (const column of ['poll_results', 'ballots.id', 'tally_poll'])
        expect((await db.from('polls').select('id').order(column)).error, who).not.toBeNull();
    }
  });

  test.each([
    [9, Array(10).fill('hidden')],
    [
      10,
      [
        ...Array(3).fill('under_quarter'),
        'under_half',
        'under_half',
        ...Array(3).fill('under_three_quarters'),
        ...Array(3).fill('three_quarters'),
      ],
    ],
    [
      12,
      [
        ...Array(3).fill('under_quarter'),
        ...Array(3).fill('under_half'),
        ...Array(3).fill('under_three_quarters'),
        ...Array(4).fill('three_quarters'),
      ],
    ],
  ])(
    'with %i who may vote only the band of the turnout is shown, vote by vote and afterwards',
    async (size, bands) => {
      const { id: house, voters } = await building(at, size);
      const { id, options } = await openVote(at, { block_id: house });
      const db = await signedIn(at, voters[0]!.id);
      const turnout = async () =>
        ((await ask(db, 'poll_results', { poll_ids: [id] })) as { turnout: string }[])[0]!.turnout;
      const told = [await turnout()];
      for (const one of voters) {
        await castInTurn(at, id, [{ person: one.id, choices: [options[0]!], receipt: receipt() }]);
        told.push(await turnout());
      }
      expect(told).toEqual(bands);
      await close(at, id);
      expect(await turnout()).toBe(bands.at(-1));
    },
  );
});

describe('the tables of the votes', () => {
  const HIDDEN = ['ballots', 'electors', 'poll_salts', 'electorate_moves'];

  test('are reached over REST by nobody, whatever schema is requested', async () => {
    const { id } = await openVote(at);
    const own = `ballots_${id.replaceAll('-', '')}`;
    for (const { who, db } of await callers())
      for (const schema of ['public', 'private'])
        for (const table of [...HIDDEN, own]) {
          const from = db.schema(schema as 'public').from(table);
          const answers = await Promise.all([
            from.select('*', { count: 'exact' }),
            from.insert({} as never),
            from.delete().not('poll_id', 'is', null),
          ]);
          for (const { data, error, count } of answers) {
            expect(error, `${who} ${schema}.${table}`).not.toBeNull();
            expect(data ?? count ?? null).toBeNull();
          }
        }
  });

  test('are granted to no role of the API, including the table of each poll, before and after closing', async () => {
    const { id } = await openVote(at);
    const grants = () =>
      at.sql(
        `select c.relname, a.grantee::regrole::text from pg_class c, aclexplode(c.relacl) a
         where c.relnamespace = 'private'::regnamespace and a.grantee <> 'postgres'::regrole
           and (c.relname = any ($1) or c.relname like 'ballots%')`,
        [HIDDEN],
      );
    const open = () =>
      at.sql(
        `select relname from pg_class where relnamespace = 'private'::regnamespace and relname ~ '^ballots' and relkind in ('r', 'p')
         and not relrowsecurity`,
      );
    expect([await grants(), await open()]).toEqual([[], []]);
    await close(at, id);
    expect([await grants(), await open()]).toEqual([[], []]);
  });

  test('are read by helpers that nobody can call', async () => {
    const callable = await at.sql<{ name: string }>(
      `select distinct p.proname as name from pg_proc p cross join pg_roles r
       where p.pronamespace = 'private'::regnamespace and r.rolname in ('anon', 'authenticated', 'service_role')
         and has_function_privilege(r.oid, p.oid, 'execute')
         and (p.prosrc ~ '(elector|ballot|poll_salts|electorate_moves|tell_polls)' or p.proname ~ '(settle_p|settle_b|shuffle|tally|elector)')
       order by 1`,
    );
    expect(callable.map(({ name }) => name)).toEqual([
      'cast_vote',
      'change_vote',
      'check_receipt',
      'count_paper_votes',
      'my_votes',
      'paper_electors',
      'poll_ballots',
      'poll_results',
      'set_paper_vote',
      'stop_poll',
    ]);
  });

  test('are deleted with the poll, without remains', async () => {
    const { id, options } = await openVote(at);
    await vote(drobak.resident, id, options[0]!);
    await at.sql('delete from public.polls where id = $1', [id]);
    const left = await at.sql(
      `select relname from pg_class where relname like 'ballots\\_' || replace($1, '-', '') || '%'
       union all select 'electors' from private.electors where poll_id::text = $1
       union all select 'salt' from private.poll_salts where poll_id::text = $1`,
      [id],
    );
    expect(left).toEqual([]);
  });
});

test('after the count the result is for the people of the building, and for nobody else', async () => {
  const { id, options } = await openVote(at);
  for (const who of [drobak.resident, drobak.neighbour]) await vote(who, id, options[0]!);
  await othersVote(at, id, options[0]!, 3);
  await close(at, id);
  const inside: string[] = [...Object.values(drobak), landlord];
  const row = {
    poll_id: id,
    is_counted: true,
    turnout: 'under_quarter',
    entitled: 24,
    voted: 5,
    on_web: 5,
    on_paper: 0,
    moves: 0,
  };
  for (const { who, db } of await callers()) {
    const answer = await ask(db, 'poll_results', { poll_ids: [id] });
    const list = await ask(db, 'poll_ballots', { poll_id: id });
    if (inside.includes(who)) {
      expect(answer, who).toEqual(
        options.map((option_id, n) => ({
          ...row,
          option_id,
          votes: n ? 0 : 5,
          is_winner: n === 0,
        })),
      );
      expect(list, who).toHaveLength(5);
    } else
      for (const one of [answer, list])
        expect(one, who).toEqual(['nobody', 'secret key'].includes(who) ? '42501' : []);
  }
});
