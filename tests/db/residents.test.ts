import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinForm } from '../../src/domains/residents/join/join.ts';
import { accountForm } from '../../src/domains/residents/residents.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { hold, isWaiting } from '../support/held.ts';
import { newcomer } from '../support/newcomer.ts';
import {
  clientOf,
  describeRights,
  EVERYBODY,
  expectRefused,
  seedId,
  type Who,
} from '../support/rights.ts';

let db: TestDb;
let block: string;
let elsewhere: string;
let flat: string;
beforeAll(async () => {
  db = await testDatabase();
  block = await seedId(db, 'drobakgata-1');
  elsewhere = await seedId(db, 'stovner-senter');
  flat = await seedId(db, 'drobakgata-1/flat/A201');
});
afterAll(() => db?.close());

const NOBODY = [] as const;
const personId = async (email: string) =>
  (await db.sql<{ id: string }>('select id from auth.users where email = $1', [email]))[0]!.id;
const membershipId = async (email: string) =>
  (
    await db.sql<{ id: string }>(
      'select m.id from public.memberships m join auth.users u on u.id = m.person_id where u.email = $1',
      [email],
    )
  )[0]!.id;

describeRights(() => db, {
  table: 'people',
  row: 'a resident',
  make: () => personId(CAST.drobak.resident),
  insert: () => ({ id: randomUUID(), display_name: 'Ny' }),
  change: () => ({ display_name: `Navn ${randomUUID().slice(0, 8)}` }),
  may: {
    select: ['resident', 'consultant here'],
    insert: NOBODY,
    update: ['resident'],
    delete: NOBODY,
  },
});
describeRights(() => db, {
  table: 'people',
  row: 'the admin',
  make: () => personId(CAST.admin),
  insert: () => ({ id: randomUUID(), display_name: 'Ny' }),
  change: () => ({ display_name: `Navn ${randomUUID().slice(0, 8)}` }),
  may: { select: ['admin'], insert: NOBODY, update: ['admin'], delete: NOBODY },
});

const newMembership = () => ({ person_id: randomUUID(), role: 'consultant', block_id: block });
describeRights(() => db, {
  table: 'memberships',
  row: 'of a resident',
  make: () => membershipId(CAST.drobak.resident),
  insert: newMembership,
  change: () => ({ role: 'consultant', flat_id: null }),
  may: {
    select: ['resident', 'consultant here', 'admin'],
    insert: NOBODY,
    update: NOBODY,
    delete: NOBODY,
  },
});
describeRights(() => db, {
  table: 'memberships',
  row: 'of the landlord',
  make: () => membershipId(CAST.landlord),
  insert: newMembership,
  change: () => ({ role: 'admin' }),
  may: { select: ['landlord', 'admin'], insert: NOBODY, update: NOBODY, delete: NOBODY },
});

/** A code by SQL: without the cost of signing in, and with any age. */
interface Code {
  role?: 'resident' | 'observer' | 'consultant';
  uses?: number;
  expires?: string;
}
let drawn = 0;
async function code({
  role = 'resident',
  uses = 1,
  expires = `now() + interval '1 day'`,
}: Code = {}) {
  const text = `PRWE${String((drawn += 1)).padStart(8, '0')}`;
  const [row] = await db.sql<{ id: string }>(
    `insert into public.join_codes (block_id, role, flat_id, code_hash, max_uses, expires_at)
     values ($1, $2, $3, private.code_hash($4), $5, ${expires}) returning id`,
    [block, role, role === 'resident' ? flat : null, text, uses],
  );
  return { id: row!.id, text };
}
const newCode = () => ({
  block_id: block,
  role: 'resident',
  flat_id: flat,
  code_hash: randomUUID(),
  max_uses: 20,
  expires_at: '2099-01-01',
});
const revoke = () => ({ revoked_at: new Date().toISOString() });
describeRights(() => db, {
  table: 'join_codes',
  row: 'of a flat',
  make: async () => (await code()).id,
  insert: newCode,
  change: revoke,
  may: {
    select: ['consultant here'],
    insert: NOBODY,
    update: NOBODY,
    delete: NOBODY,
  },
});
describeRights(() => db, {
  table: 'join_codes',
  row: 'of a consultant',
  make: async () => (await code({ role: 'consultant' })).id,
  insert: newCode,
  change: revoke,
  may: {
    select: ['consultant here', 'admin'],
    insert: NOBODY,
    update: NOBODY,
    delete: NOBODY,
  },
});

const join = (client: Client, text: string | null, name = 'Ny') =>
  client.rpc('join_block', { code: text, display_name: name });
type Client = Awaited<ReturnType<typeof clientOf>>;
const membershipsOf = (id: string) =>
  db.sql('select role, block_id, flat_id, ended_at from public.memberships where person_id = $1', [
    id,
  ]);

describe('a join code', () => {
  test('makes a member of its flat, once; the next one is told it is used up', async () => {
    const { text } = await code();
    const [first, second] = [await newcomer(db), await newcomer(db)];
    expect((await join(first.client, text)).data).toBe('joined');
    expect(await membershipsOf(first.id)).toEqual([
      { role: 'resident', block_id: block, flat_id: flat, ended_at: null },
    ]);
    expect((await join(first.client, text)).data).toBe('already_member');
    expect((await join(second.client, text)).data).toBe('used_up');
    expect(await membershipsOf(second.id)).toEqual([]);
  });

  test('for three works three times', async () => {
    const { id, text } = await code({ uses: 3 });
    const outcomes: unknown[] = [];
    for (let i = 0; i < 4; i++) outcomes.push((await join((await newcomer(db)).client, text)).data);
    expect(outcomes).toEqual(['joined', 'joined', 'joined', 'used_up']);
    expect(await db.sql('select used_count from public.join_codes where id = $1', [id])).toEqual([
      { used_count: 3 },
    ]);
  });

  test('lets in exactly one of two who take its last use at the same moment, 20 times', async () => {
    for (let round = 0; round < 20; round++) {
      const { id, text } = await code();
      const people = await Promise.all([newcomer(db), newcomer(db)]);
      const answers = await Promise.all(people.map(({ client }) => join(client, text)));
      expect(answers.map(({ data }) => data).sort()).toEqual(['joined', 'used_up']);
      const rows = await Promise.all(people.map((person) => membershipsOf(person.id)));
      expect(rows.flat()).toHaveLength(1);
      expect(await db.sql('select used_count from public.join_codes where id = $1', [id])).toEqual([
        { used_count: 1 },
      ]);
    }
  });

  test('used twice by one person at the same moment costs one use', async () => {
    const { id, text } = await code({ uses: 5 });
    const person = await newcomer(db);
    const answers = await Promise.all(Array.from({ length: 4 }, () => join(person.client, text)));
    expect(answers.map(({ data }) => data).sort()).toEqual([
      'already_member',
      'already_member',
      'already_member',
      'joined',
    ]);
    expect(await db.sql('select used_count from public.join_codes where id = $1', [id])).toEqual([
      { used_count: 1 },
    ]);
  });

  test.each([
    ['expired', `now() - interval '1 second'`],
    ['expired', 'now()'],
  ])('is %s when its time is %s', async (outcome, expires) => {
    const { text } = await code({ expires });
    const { id, client } = await newcomer(db);
    expect((await join(client, text)).data).toBe(outcome);
    expect(await membershipsOf(id)).toEqual([]);
  });

  test('that is revoked gets the same answer as a wrong one, and stays revoked whoever tries it', async () => {
    const { id, text } = await code({ uses: 5 });
    const consultant = await clientOf(db, 'consultant here');
    const revokeIt = () => consultant.rpc('revoke_join_code', { code_id: id });
    expect((await revokeIt()).data).toBe(true);
    const person = await newcomer(db);
    expect((await join(person.client, text)).data).toBe('wrong_code');
    await expectRefused(db, 'public.join_codes', revokeIt);
    expect((await join(person.client, text)).data).toBe('wrong_code');
    expect((await db.service().rpc('peek_join_code', { code: text })).data).toEqual([]);
  });

  test.each([
    ['resident', ['consultant here']],
    ['observer', ['consultant here', 'admin']],
    ['consultant', ['consultant here', 'admin']],
  ] as const)(
    'for a %s is revoked only by %s, with a line in the audit trail',
    async (role, may) => {
      for (const who of EVERYBODY) {
        const { id } = await code({ role });
        const client = await clientOf(db, who);
        const call = () => client.rpc('revoke_join_code', { code_id: id });
        if (!(may as readonly string[]).includes(who)) {
          await expectRefused(db, ['public.join_codes', 'public.audit_entries'], call);
          continue;
        }
        expect((await call()).data, who).toBe(true);
        expect(
          await db.sql(
            'select act, details, block_id, actor_role from public.audit_entries where subject_id = $1',
            [id],
          ),
        ).toEqual([
          {
            act: 'revoke_code',
            details: { role },
            block_id: block,
            actor_role: who === 'admin' ? 'admin' : 'consultant',
          },
        ]);
      }
    },
  );

  test.each(['max_uses', 'used_count', 'expires_at', 'code_hash', 'flat_id', 'role', 'block_id'])(
    'keeps its %s: the consultant cannot change it',
    async (column) => {
      const { id } = await code();
      const value = { max_uses: 20, used_count: 0, expires_at: '2099-01-01' } as Record<
        string,
        unknown
      >;
      const consultant = await clientOf(db, 'consultant here');
      await expectRefused(db, 'public.join_codes', () =>
        consultant
          .from('join_codes')
          .update({ [column]: value[column] ?? elsewhere, ...revoke() })
          .eq('id', id),
      );
    },
  );

  test.each(EVERYBODY)(
    'does not show its hash to %s, not in a filter or an order either',
    async (who) => {
      await code();
      const client = await clientOf(db, who);
      const asked = [
        await client.from('join_codes').select('code_hash'),
        await client.from('join_codes').select('*'),
        await client.from('join_codes').select('id').like('code_hash', 'a%'),
        await client.from('join_codes').select('id').order('code_hash'),
        await client.from('blocks').select('id, join_codes (code_hash)'),
      ];
      expect(asked.map(({ data }) => data)).toEqual([null, null, null, null, null]);
      expect(asked.map(({ error }) => error?.code)).toEqual(Array(5).fill('42501'));
    },
  );

  test.each([
    ['as printed', (c: string) => `${c.slice(0, 4)}-${c.slice(4, 8)}-${c.slice(8)}`],
    ['in lower case', (c: string) => c.toLowerCase()],
    ['with spaces and dashes anywhere', (c: string) => ` ${[...c].join(' - ')}\t\n`],
    ['with O for 0', (c: string) => c.replaceAll('0', 'O')],
    ['with o for 0', (c: string) => c.replaceAll('0', 'o')],
    ['with I for 1', (c: string) => c.replaceAll('1', 'I')],
    ['with l for 1', (c: string) => c.replaceAll('1', 'l')],
    ['with dots and a full stop', (c: string) => `${c.slice(0, 6)}.${c.slice(6)}.`],
  ])('typed %s works', async (_how, typed) => {
    const text = `0101${randomUUID().replace(/-/g, '').toUpperCase().slice(0, 8)}`;
    await db.sql(
      `insert into public.join_codes (block_id, flat_id, code_hash, max_uses, expires_at)
       values ($1, $2, private.code_hash($3), 1, now() + interval '1 day')`,
      [block, flat, text],
    );
    expect((await join((await newcomer(db)).client, typed(text))).data).toBe('joined');
  });

  test.each(['', '   ', '----', 'æøå', null, 'A'.repeat(5000), "' or 1=1 --"])(
    'typed %j is refused',
    async (typed) => {
      const { id, client } = await newcomer(db);
      expect((await join(client, typed)).data).toBe('wrong_code');
      expect(await membershipsOf(id)).toEqual([]);
    },
  );

  test('is refused without signing in', async () => {
    const { text } = await code();
    await expectRefused(db, ['public.memberships', 'public.join_codes'], () =>
      join(db.anonymous() as unknown as Client, text),
    );
  });

  test('keeps the name of a person who joins a second building', async () => {
    const { text } = await code();
    const client = await clientOf(db, 'resident elsewhere');
    expect((await join(client, text, 'Noen andre')).data).toBe('joined');
    const names = await db.sql(
      'select display_name from public.people p join auth.users u on u.id = p.id where u.email = $1',
      [CAST.stovner.resident],
    );
    expect(names).toEqual([{ display_name: 'Kaffevenn' }]);
    await db.sql(
      'update public.memberships m set ended_at = now() where block_id = $1 and person_id = $2',
      [block, await personId(CAST.stovner.resident)],
    );
  });
});

describe('guessing', () => {
  test('stops after ten tries an hour, also with the right code and also in parallel', async () => {
    const { id, text } = await code();
    const person = await newcomer(db);
    const guesses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => join(person.client, `GVESS${i}`)),
    );
    const outcomes = guesses.map(({ data }) => data as string);
    expect(outcomes.filter((one) => one === 'wrong_code')).toHaveLength(10);
    expect(outcomes.filter((one) => one === 'too_many_attempts')).toHaveLength(30);
    expect((await join(person.client, text)).data).toBe('too_many_attempts');
    expect(await db.sql('select used_count from public.join_codes where id = $1', [id])).toEqual([
      { used_count: 0 },
    ]);
    // Another account is not affected, and after an hour the first one may try again.
    expect((await join((await newcomer(db)).client, 'GVESS')).data).toBe('wrong_code');
    await db.sql(`update private.attempts set attempted_at = attempted_at - interval '61 minutes'`);
    expect((await join(person.client, text)).data).toBe('joined');
  });

  test('with an invalid name is counted too, unless the code was right', async () => {
    const person = await newcomer(db);
    for (let i = 0; i < 10; i++)
      expect((await join(person.client, `GVESS${i}`, 'x'.repeat(41))).data).toBe('wrong_code');
    expect((await join(person.client, 'GVESS', 'x'.repeat(41))).data).toBe('too_many_attempts');
  });

  test('waits for another attempt of the same account, and is counted after it', async () => {
    const call = "private.attempt('retention', 'somebody')"; // allowed once in ten minutes
    const first = await hold(db, randomUUID(), call, []);
    const args = { limit_name: 'retention', key: 'somebody' };
    const second = db
      .service()
      .rpc('attempt', args)
      .then(({ data }) => data);
    expect(await isWaiting(second)).toBe(true);
    await first.commit();
    expect(await second).toBe(false);
  });

  test('leaves no trace of the person: the key is a hash', async () => {
    const person = await newcomer(db);
    await join(person.client, 'GVESS');
    const [kept] = await db.sql<{ all: string }>(
      `select string_agg(t::text, ' ') as all from private.attempts t`,
    );
    expect(kept!.all).not.toContain(person.id);
  });

  test.each(EVERYBODY)('a look at a code and the counter are not open to %s', async (who) => {
    const { text } = await code();
    const client = await clientOf(db, who);
    const asked = [
      await client.rpc('peek_join_code', { code: text }),
      await client.rpc('attempt', { limit_name: 'join', key: 'x' }),
      await client.rpc('forget_attempts', { limit_name: 'join', key: 'x' }),
    ];
    expect(asked.map(({ data, error }) => [data, error?.code])).toEqual([
      [null, '42501'],
      [null, '42501'],
      [null, '42501'],
    ]);
  });

  test('the server itself sees the building of a valid code, and nothing of an invalid one', async () => {
    const peek = async (text: string) =>
      (await db.service().rpc('peek_join_code', { code: text })).data;
    expect(await peek((await code()).text)).toEqual([
      { block_name: 'Drøbakgata 1', block_slug: 'drobakgata-1', role: 'resident' },
    ]);
    expect(await peek((await code({ expires: 'now()' })).text)).toEqual([]);
    expect(await peek('GVESS')).toEqual([]);
  });
});

describe('making a code', () => {
  const tables = ['public.join_codes'];
  const make = (client: Client, over: object = {}) =>
    client.rpc('make_join_code', { block_id: block, flat_id: flat, ...over });

  test('gives twelve characters of the alphabet that work, and stores only a hash', async () => {
    const consultant = await clientOf(db, 'consultant here');
    const { data } = await make(consultant, { max_uses: 2 });
    expect(data).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
    const [kept] = await db.sql<{ all: string }>(
      `select string_agg(t::text, ' ') as all from public.join_codes t`,
    );
    expect(kept!.all).not.toContain(String(data).replaceAll('-', ''));
    expect((await join((await newcomer(db)).client, data)).data).toBe('joined');
  });

  test('never gives the same twice', async () => {
    const consultant = await clientOf(db, 'consultant here');
    const codes = await Promise.all(Array.from({ length: 30 }, () => make(consultant)));
    expect(new Set(codes.map(({ data }) => data)).size).toBe(30);
  });

  test.each(EVERYBODY.filter((who) => who !== 'consultant here'))(
    'for a flat is refused to %s',
    async (who) => {
      const client = await clientOf(db, who);
      await expectRefused(db, tables, () => make(client));
    },
  );

  test.each(EVERYBODY.filter((who) => who !== 'admin'))(
    'for a consultant is refused to %s',
    async (who) => {
      const client = await clientOf(db, who);
      await expectRefused(db, tables, () => make(client, { flat_id: null }));
    },
  );

  test('for a flat of another building, or a place that is not a flat, is refused', async () => {
    const client = await clientOf(db, 'consultant here');
    const foreign = await seedId(db, 'stovner-senter/flat/203');
    const laundry = await seedId(db, 'drobakgata-1/laundry');
    for (const over of [
      { flat_id: foreign },
      { flat_id: foreign, block_id: elsewhere },
      { flat_id: laundry },
    ])
      await expectRefused(db, tables, () => make(client, over));
  });

  test.each([{ max_uses: 0 }, { max_uses: 21 }, { max_uses: null }])(
    'with %j is refused',
    async (over) => {
      const client = await clientOf(db, 'consultant here');
      await expectRefused(db, tables, () => make(client, over));
    },
  );

  test.each([
    [-5, 1],
    [9999, 365],
  ])('for %i days lasts %i', async (asked, days) => {
    const client = await clientOf(db, 'consultant here');
    await make(client, { valid_days: asked });
    const [last] = await db.sql(
      `select round(extract(epoch from expires_at - created_at) / 86400)::int as days
       from public.join_codes order by created_at desc limit 1`,
    );
    expect(last).toEqual({ days });
  });
});

describe('ending a membership', () => {
  const mayEnd: Record<string, readonly Who[]> = {
    resident: ['consultant here'],
    partner: ['consultant here'],
    consultant: ['admin'],
    observer: ['consultant here', 'admin'],
    landlord: ['admin'],
    admin: ['admin'],
  };
  const combinations = Object.keys(mayEnd).flatMap((role) =>
    EVERYBODY.map((who) => [role, who] as const),
  );

  async function member(role: string) {
    const person = await newcomer(db);
    await db.sql(`insert into public.people (id, display_name) values ($1, 'Ny')`, [person.id]);
    const [row] = await db.sql<{ id: string }>(
      `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, $2, $3, $4) returning id`,
      [
        person.id,
        role,
        ['landlord', 'admin'].includes(role) ? null : block,
        role === 'resident' ? flat : null,
      ],
    );
    return { ...person, membership: row!.id };
  }

  test.each(combinations)('of a %s by %s', async (role, who) => {
    const { membership } = await member(role);
    const client = await clientOf(db, who);
    const call = () => client.rpc('end_membership', { membership_id: membership });
    if (!mayEnd[role]!.includes(who)) return expectRefused(db, 'public.memberships', call);
    expect((await call()).data).toBe(true);
    const ended = await db.sql(
      'select from public.memberships where id = $1 and ended_at is null',
      [membership],
    );
    expect(ended).toEqual([]);
  });

  test.each(Object.keys(mayEnd))(
    'of one`s own as a %s is possible, and only once',
    async (role) => {
      const { client, membership } = await member(role);
      const call = () => client.rpc('end_membership', { membership_id: membership });
      expect((await call()).data).toBe(true);
      await expectRefused(db, 'public.memberships', call);
    },
  );

  test('hides the flat at once', async () => {
    const { client, membership } = await member('resident');
    const seen = async () => (await client.from('places').select('id').eq('id', flat)).data;
    expect(await seen()).toEqual([{ id: flat }]);
    await client.rpc('end_membership', { membership_id: membership });
    expect(await seen()).toEqual([]);
  });

  test('by the consultant: the rest of the flat`s code does not let the same person in again', async () => {
    const { text } = await code({ uses: 5 });
    const person = await newcomer(db);
    await join(person.client, text);
    const [row] = await db.sql<{ id: string }>(
      'select id from public.memberships where person_id = $1',
      [person.id],
    );
    const consultant = await clientOf(db, 'consultant here');
    await consultant.rpc('end_membership', { membership_id: row!.id });
    expect((await join(person.client, text)).data).toBe('wrong_code');
    expect(await membershipsOf(person.id)).toMatchObject([{ ended_at: expect.any(Date) }]);
  });
});

describe('nobody gives themselves a role', () => {
  const people = EVERYBODY.filter((who) => who !== 'anonymous');
  const me = async (client: Client) => {
    const { data } = await client.auth.getSession();
    return data.session!.user.id;
  };
  const tables = ['public.memberships', 'public.people'];

  test.each(people)('%s, by a row of their own', async (who) => {
    const client = await clientOf(db, who);
    const person_id = await me(client);
    const rows: object[] = [
      { person_id, role: 'admin', block_id: null },
      { person_id, role: 'landlord', block_id: null },
      { person_id, role: 'consultant', block_id: elsewhere },
      { person_id, role: 'resident', block_id: block, flat_id: flat },
    ];
    for (const row of rows) {
      await expectRefused(db, tables, () => client.from('memberships').insert(row));
      await expectRefused(db, tables, () => client.from('memberships').upsert(row));
    }
  });

  test.each(people)('%s, by changing or reviving what they have', async (who) => {
    const client = await clientOf(db, who);
    const person_id = await me(client);
    const mine = (change: object) => () =>
      client.from('memberships').update(change).eq('person_id', person_id);
    for (const change of [
      { role: 'admin' },
      { block_id: elsewhere },
      { ended_at: null },
      { person_id },
    ])
      await expectRefused(db, tables, mine(change));
  });

  test.each(people)('%s, by becoming somebody else', async (who) => {
    const client = await clientOf(db, who);
    const id = await me(client);
    const admin = await personId(CAST.admin);
    await expectRefused(db, tables, () =>
      client
        .from('people')
        .update({ id: who === 'admin' ? randomUUID() : admin })
        .eq('id', id),
    );
    await expectRefused(db, tables, () =>
      client.from('people').upsert({ id: admin, display_name: 'Meg' }),
    );
  });

  test('by what they write about themselves in their account', async () => {
    const { error } = await (
      await db.as(CAST.drobak.neighbour)
    ).auth.updateUser({
      data: { role: 'admin', app_metadata: { role: 'admin' }, block_id: block },
    });
    expect(error).toBeNull();
    const client = await clientOf(db, 'neighbour');
    const { data } = await client.from('memberships').select('role');
    expect(data).toEqual([{ role: 'resident' }]);
    await expectRefused(db, 'public.blocks', () =>
      client.from('blocks').update({ about: 'x' }).eq('id', block),
    );
  });
});

describe('a display name', () => {
  const save = (client: Client, display_name: string) =>
    client.from('people').update({ display_name }).not('id', 'is', null);

  test('has 40 characters at most, in the form, when joining and when changed', async () => {
    const client = await clientOf(db, 'same flat');
    expect((await save(client, 'å'.repeat(40))).error).toBeNull();
    await expectRefused(db, 'public.people', () => save(client, 'å'.repeat(41)));
    await expectRefused(db, 'public.people', () => save(client, `x${' '.repeat(40)}`));

    const { text } = await code({ uses: 2 });
    const long = await newcomer(db);
    await expectRefused(db, ['public.people', 'public.memberships', 'public.join_codes'], () =>
      join(long.client, text, 'å'.repeat(41)),
    );
    expect((await join(long.client, text, 'å'.repeat(40))).data).toBe('joined');

    const typed = (length: number) =>
      accountForm.safeParse({ displayName: 'å'.repeat(length) }).success;
    expect([typed(0), typed(1), typed(40), typed(41)]).toEqual([false, true, true, false]);
  });

  test.each([
    '',
    '   ',
    '\n',
    '\t \n',
    'Kari\nNordmann',
    'Kari\u0000',
    'Kari\u0007',
    'x\u202Egnol',
  ])('%j is refused in the form and in the table', async (name) => {
    const client = await clientOf(db, 'same flat');
    await expectRefused(db, 'public.people', () => save(client, name));
    const form = { code: 'x', displayName: name, email: 'a@b.no', password: 'hemmelig-nok' };
    const trimmed = name.trim() !== name && name.trim().length > 0;
    expect(joinForm.safeParse(form).success).toBe(trimmed);
  });
});

test('a language that the portal does not have is refused', async () => {
  const client = await clientOf(db, 'same flat');
  await expectRefused(db, 'public.people', () =>
    client.from('people').update({ locale: 'xx' }).not('id', 'is', null),
  );
});

test('an account that is deleted leaves no data of the person behind', async () => {
  const { text } = await code();
  const { id, client } = await newcomer(db);
  await join(client, text);
  await db.sql('delete from auth.users where id = $1', [id]);
  expect(await db.sql('select from public.people where id = $1', [id])).toEqual([]);
  expect(await membershipsOf(id)).toEqual([]);
});
