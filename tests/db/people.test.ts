import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer } from '../support/newcomer.ts';
import {
  clientOf,
  describeRights,
  EVERYBODY,
  expectRefused,
  fingerprint,
  seedId,
} from '../support/rights.ts';

let db: TestDb;
let block: string;
let elsewhere: string;
let flat: string;
let consultant: SupabaseClient;
beforeAll(async () => {
  db = await testDatabase();
  block = await seedId(db, 'drobakgata-1');
  elsewhere = await seedId(db, 'stovner-senter');
  flat = await seedId(db, 'drobakgata-1/flat/B401');
  consultant = await clientOf(db, 'consultant here');
});
afterAll(() => db?.close());

const OTHERS = EVERYBODY.filter((who) => who !== 'consultant here');
const STATE = [
  'public.memberships',
  'public.join_codes',
  'public.join_requests',
  'public.people',
  'auth.users',
  'private.sign_in_slips',
];
type Role = 'resident' | 'partner' | 'consultant' | 'observer' | 'landlord' | 'admin';

/** A new person with this role in Drøbakgata 1, by SQL. */
async function member(role: Role = 'resident', at = flat, name = 'Ny') {
  const person = await newcomer(db);
  await db.sql('insert into public.people (id, display_name) values ($1, $2)', [person.id, name]);
  const isGlobal = role === 'landlord' || role === 'admin';
  const [row] = await db.sql<{ id: string }>(
    `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, $2, $3, $4) returning id`,
    [person.id, role, isGlobal ? null : block, role === 'resident' ? at : null],
  );
  return { ...person, membership: row!.id };
}
const endedAt = async (id: string) =>
  (
    await db.sql<{ ended_at: Date | null }>(
      'select ended_at from public.memberships where id = $1',
      [id],
    )
  )[0]!.ended_at;
const acts = async (act: string) =>
  (await db.sql(`select from public.audit_entries where act = $1`, [act])).length;
/** What a person was notified of, and by which channels besides the list in the portal. */
const toldOf = (personId: string) =>
  db.sql<{ kind: string; channels: string[] }>(
    `select n.kind::text as kind, array(select d.channel::text from private.deliveries d where d.notification_id = n.id order by 1) as channels
     from public.notifications n where n.person_id = $1 order by n.created_at, n.id`,
    [personId],
  );
const makeCode = async (at = flat, uses = 5) =>
  (await consultant.rpc('make_join_code', { block_id: block, flat_id: at, max_uses: uses }))
    .data as string;
const join = (client: SupabaseClient, code: string) =>
  client.rpc('join_block', { code, display_name: 'Ny' });

/** What a session may still see and do: of a resident of a building with polls. */
async function seenBy(client: SupabaseClient) {
  const { data } = await client.auth.getSession();
  const own = client.from('people').select('staff_gate').eq('id', data.session!.user.id);
  const [gate, state, all, votes, change] = await Promise.all([
    own.single(),
    client.rpc('account_state'),
    client.rpc('my_data'),
    client.from('polls').select('id').eq('block_id', block).limit(1),
    client.rpc('ask_poll_question', { id: randomUUID(), poll_id: randomUUID(), body: 'Hva?' }),
  ]);
  expect([gate, state, all, votes, change].map(({ error }) => error)).toEqual(Array(5).fill(null));
  return {
    gate: gate.data?.['staff_gate'] as string | null,
    account: state.data as string,
    hasData: all.data !== null,
    votes: votes.data?.length,
  };
}
const LIVING = { gate: null, account: 'with_password', hasData: true, votes: 1 };
const ENDED = { gate: 'ended', account: 'none', hasData: false, votes: 0 };

describe('a session that has ended', () => {
  /** Two browsers of a new resident with a password. */
  async function twoBrowsers() {
    const account = { email: `${randomUUID()}@ny.example`, password: 'fire ord etter hverandre' };
    const [first, second] = [db.anonymous(), db.anonymous()];
    const { data } = await first.auth.signUp(account);
    await db.sql("insert into public.people (id, display_name) values ($1, 'Ny')", [data.user!.id]);
    await db.sql(
      "insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)",
      [data.user!.id, block, flat],
    );
    await second.auth.signInWithPassword(account);
    return { first, second };
  }
  /** The old token, whatever the client does afterwards. */
  async function tokenOf(client: SupabaseClient) {
    const { data } = await client.auth.getSession();
    const { access_token, refresh_token } = data.session!;
    const copy = db.anonymous();
    await copy.auth.setSession({ access_token, refresh_token });
    return copy;
  }

  test('has no access with its old token: the one that was signed out, and no other', async () => {
    const { first, second } = await twoBrowsers();
    const old = await tokenOf(first);
    expect(await seenBy(old)).toEqual(LIVING);
    await first.auth.signOut({ scope: 'local' });
    expect(await seenBy(old)).toEqual(ENDED);
    expect(await seenBy(second)).toEqual(LIVING);
    // Deleting ended sessions, as the portal then does, ends no live one.
    await old.auth.signOut({ scope: 'local' });
    expect(await seenBy(second)).toEqual(LIVING);
  });

  test('has no access with its old token after a new password elsewhere', async () => {
    const { first, second } = await twoBrowsers();
    expect((await second.auth.updateUser({ password: 'fire helt nye ord' })).error).toBeNull();
    await second.auth.signOut({ scope: 'others' });
    expect(await seenBy(first)).toEqual(ENDED);
    expect(await seenBy(second)).toEqual(LIVING);
  });

  test('stays alive when its token is renewed', async () => {
    const { first } = await twoBrowsers();
    expect((await first.auth.refreshSession()).error).toBeNull();
    expect(await seenBy(first)).toEqual(LIVING);
  });

  test('cannot delete the account', async () => {
    const { first, second } = await twoBrowsers();
    await second.auth.signOut({ scope: 'others' });
    const answer = await first.rpc('delete_account', { word: 'fire ord etter hverandre' });
    expect(answer.data).toBe('not_found');
    expect(await seenBy(second)).toEqual(LIVING);
  });
});

describe('a person who moved out', () => {
  test('is no longer shown by name to the consultant', async () => {
    const { id, membership } = await member('resident', flat, 'Flytter ut');
    const seen = async () =>
      (await consultant.from('people').select('display_name').eq('id', id)).data;
    expect(await seen()).toEqual([{ display_name: 'Flytter ut' }]);
    await consultant.rpc('end_membership', { membership_id: membership });
    expect(await seen()).toEqual([]);
    const { data } = await consultant
      .from('memberships')
      .select('people (display_name)')
      .eq('id', membership);
    expect(data).toEqual([{ people: null }]);
  });

  test('is still shown when they live in another flat of the building', async () => {
    const { id, membership } = await member();
    await db.sql(
      `insert into public.memberships (person_id, role, block_id, flat_id) values ($1, 'resident', $2, $3)`,
      [id, block, await seedId(db, 'drobakgata-1/flat/B402')],
    );
    await consultant.rpc('end_membership', { membership_id: membership });
    expect((await consultant.from('people').select('id').eq('id', id)).data).toEqual([{ id }]);
  });
});

describe('a person whose membership is ended', () => {
  const ended = { kind: 'account_ended', channels: ['email'] };

  test('by the consultant, with or without a lock, is notified once', async () => {
    for (const lock_out of [false, true]) {
      const { id, membership } = await member();
      const end = () =>
        consultant.rpc('end_membership', { membership_id: membership, lock_out, reason: 'Bråk' });
      expect((await end()).data).toBe(true);
      expect((await end()).data).toBe(false);
      expect(await toldOf(id)).toEqual([ended]);
      const [told] = await db.sql<{ may: boolean }>(
        'select private.may_be_told(n) as may from public.notifications n where person_id = $1',
        [id],
      );
      expect(told!.may).toBe(true);
    }
  });

  test('by a change of tenant is notified too', async () => {
    const at = await seedId(db, 'drobakgata-1/flat/B301');
    const { id } = await member('resident', at);
    expect((await consultant.rpc('change_tenant', { flat_id: at })).data).toBe('changed');
    expect(await toldOf(id)).toEqual([ended]);
  });

  test('by themselves, or by the server, is not notified', async () => {
    const [own, other] = [await member(), await member()];
    await own.client.rpc('end_membership', { membership_id: own.membership });
    await db.sql('update public.memberships set ended_at = now() where id = $1', [
      other.membership,
    ]);
    expect(await endedAt(own.membership)).not.toBeNull();
    expect([await toldOf(own.id), await toldOf(other.id)]).toEqual([[], []]);
  });
});

describe('a change of tenant', () => {
  const change = (client: SupabaseClient, at = flat) =>
    client.rpc('change_tenant', { flat_id: at });
  const cleared = () =>
    db.sql(
      'update public.memberships set ended_at = now() where flat_id = $1 and ended_at is null',
      [flat],
    );

  test('ends all memberships of the flat and its codes, and leaves the rest alone', async () => {
    await cleared();
    const [one, two] = [await member(), await member()];
    const next = await member('resident', await seedId(db, 'drobakgata-1/flat/B403'));
    const code = await makeCode();
    const logged = await acts('change_tenant');
    expect((await change(consultant)).data).toBe('changed');
    expect([await endedAt(one.membership), await endedAt(two.membership)]).not.toContain(null);
    expect(await endedAt(next.membership)).toBeNull();
    expect((await join((await newcomer(db)).client, code)).data).toBe('wrong_code');
    expect(await acts('change_tenant')).toBe(logged + 1);
    expect((await change(consultant)).data).toBe('nothing_to_do');
    expect(await acts('change_tenant')).toBe(logged + 1);
  });

  test('pressed four times at once is one change', async () => {
    await member();
    const answers = await Promise.all(Array.from({ length: 4 }, () => change(consultant)));
    expect(answers.map(({ data }) => data as string).toSorted()).toEqual([
      'changed',
      ...Array<string>(3).fill('nothing_to_do'),
    ]);
  });

  test('leaves nobody behind who joins with the old code at the same moment, 20 times', async () => {
    for (let round = 0; round < 20; round++) {
      await member();
      const code = await makeCode();
      const person = await newcomer(db);
      await Promise.all([change(consultant), join(person.client, code)]);
      expect(
        await db.sql('select from public.memberships where flat_id = $1 and ended_at is null', [
          flat,
        ]),
      ).toEqual([]);
    }
  });

  test.each(OTHERS)('is refused to %s', async (who) => {
    await member();
    const client = await clientOf(db, who);
    const before = await Promise.all(STATE.map((table) => fingerprint(db, table)));
    expect((await change(client)).data ?? 'not_found').toBe('not_found');
    expect(await Promise.all(STATE.map((table) => fingerprint(db, table)))).toEqual(before);
  });

  test('of a place that is not a flat, or does not exist, is not found', async () => {
    for (const place of [
      await seedId(db, 'drobakgata-1/laundry'),
      randomUUID(),
      await seedId(db, 'stovner-senter/flat/203'),
    ])
      expect((await change(consultant, place)).data).toBe('not_found');
  });
});

describe('locking out', () => {
  const lockOut = (client: SupabaseClient, membership_id: string) =>
    client.rpc('end_membership', { membership_id, lock_out: true, reason: 'Bråk i gangen' });

  test('ends the membership, and neither a code nor a request lets the person in until it is lifted', async () => {
    const person = await member();
    expect((await lockOut(consultant, person.membership)).data).toBe(true);
    expect(await endedAt(person.membership)).not.toBeNull();
    const code = await makeCode();
    expect((await join(person.client, code)).data).toBe('wrong_code');
    const asked = await person.client.rpc('ask_to_join', {
      id: randomUUID(),
      block_id: block,
      display_name: 'Ny',
      flat_text: 'B401',
    });
    expect(asked.data).toBe('asked');
    expect((await consultant.from('join_requests').select('id').eq('status', 'open')).data).toEqual(
      [],
    );
    // Another person still gets in with that code.
    expect((await join((await newcomer(db)).client, code)).data).toBe('joined');
    // The name stays readable, or nobody could lift the lock.
    expect((await consultant.from('people').select('id').eq('id', person.id)).data).toHaveLength(1);
    const lift = (client: SupabaseClient) =>
      client.rpc('lift_lock_out', { membership_id: person.membership });
    for (const who of OTHERS)
      await expectRefused(db, STATE, async () => lift(await clientOf(db, who)));
    expect((await lift(consultant)).data).toBe(true);
    expect((await lift(consultant)).data).toBe(false);
    expect((await join(person.client, code)).data).toBe('joined');
  });

  test.each(OTHERS)('is refused to %s', async (who) => {
    const person = await member();
    const client = await clientOf(db, who);
    await expectRefused(db, STATE, () => lockOut(client, person.membership));
  });

  test.each(['observer', 'consultant', 'landlord', 'admin'] as const)(
    'of a %s is refused to the consultant and the admin',
    async (role) => {
      const person = await member(role);
      await expectRefused(db, STATE, () => lockOut(consultant, person.membership));
      const admin = await clientOf(db, 'admin');
      await expectRefused(db, STATE, () => lockOut(admin, person.membership));
    },
  );

  test('of one’s own account is refused', async () => {
    const person = await member();
    await expectRefused(db, STATE, () => lockOut(person.client, person.membership));
  });
});

describe('appointing', () => {
  const may: Record<Role, string[]> = {
    resident: ['consultant here'],
    partner: ['consultant here'],
    observer: ['consultant here', 'admin'],
    consultant: ['admin'],
    landlord: ['admin'],
    admin: ['admin'],
  };
  const cases = (Object.keys(may) as Role[]).flatMap((role) =>
    EVERYBODY.map((who) => [role, who] as const),
  );
  test.each(cases)('a %s by a code: %s', async (role, who) => {
    const client = await clientOf(db, who);
    const isGlobal = role === 'landlord' || role === 'admin';
    const call = () =>
      client.rpc('make_join_code', {
        block_id: isGlobal ? null : block,
        flat_id: role === 'resident' ? flat : null,
        role,
      });
    if (!may[role].includes(who)) return expectRefused(db, STATE, call);
    const person = await newcomer(db);
    expect((await join(person.client, (await call()).data as string)).data).toBe('joined');
    const [row] = await db.sql(
      'select role, block_id from public.memberships where person_id = $1',
      [person.id],
    );
    expect(row).toEqual({ role, block_id: isGlobal ? null : block });
  });

  test('to a role for all buildings in one building, or the other way round, is refused', async () => {
    const admin = await clientOf(db, 'admin');
    for (const over of [
      { block_id: block, role: 'admin' },
      { block_id: block, role: 'landlord' },
      { block_id: null, role: 'consultant' },
      { block_id: null, role: 'observer' },
    ])
      await expectRefused(db, STATE, () => admin.rpc('make_join_code', over));
  });
});

describe('an observer', () => {
  test('sees only rows that a visitor without an account sees, and their own', async () => {
    const observer = await member('observer');
    const stranger = await newcomer(db);
    const tables = await db.sql<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')`,
    );
    expect(tables.length).toBeGreaterThan(30);
    const own = ['people', 'memberships'];
    for (const { name } of tables) {
      const seen = await observer.client.from(name).select('*', { count: 'exact', head: true });
      const open = await stranger.client.from(name).select('*', { count: 'exact', head: true });
      expect([name, seen.count ?? 0]).toEqual([name, own.includes(name) ? 1 : (open.count ?? 0)]);
    }
  });

  test('writes nothing', async () => {
    const { client } = await member('observer');
    const rows: [string, object][] = [
      ['notices', { block_id: block, title: 'x', body: 'x' }],
      ['contacts', { block_id: block, kind: 'consultant', title: 'x' }],
      ['flags', { block_id: block, reason: 'x' }],
      ['places', { block_id: block, kind: 'yard', name: 'x' }],
    ];
    for (const [table, row] of rows)
      await expectRefused(db, `public.${table}`, () => client.from(table).insert(row));
    await expectRefused(db, 'public.blocks', () =>
      client.from('blocks').update({ about: 'x' }).eq('id', block),
    );
  });
});

describe('letters', () => {
  const letters = (client: SupabaseClient, over: object = {}) =>
    client.rpc('make_letters', { id: randomUUID(), block_id: block, ...over });
  const live = (at: string) =>
    db.sql('select from public.join_codes where flat_id = $1 and revoked_at is null', [at]);

  test('for a flat: one code that works, and the code of the previous letter does not', async () => {
    const first = (await letters(consultant, { place_id: flat, max_uses: 2 })).data as Letter[];
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({ flat_id: flat });
    expect(first[0]!.join_code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
    const second = (await letters(consultant, { place_id: flat })).data as Letter[];
    expect(await live(flat)).toHaveLength(1);
    expect((await join((await newcomer(db)).client, first[0]!.join_code)).data).toBe('wrong_code');
    expect((await join((await newcomer(db)).client, second[0]!.join_code)).data).toBe('joined');
  });

  test('for a stair and for the building cover exactly its flats', async () => {
    const stair = await seedId(db, 'drobakgata-1/stair/A');
    const ofStair = (await letters(consultant, { place_id: stair })).data as Letter[];
    const names = await db.sql<{ name: string }>(
      'select name from public.places where id = any ($1)',
      [ofStair.map(({ flat_id }) => flat_id)],
    );
    expect(names).toHaveLength(12);
    expect(names.every(({ name }) => name.startsWith('A'))).toBe(true);
    const all = (await letters(consultant)).data as Letter[];
    expect(all).toHaveLength(24);
    expect(new Set(all.map(({ join_code }) => join_code)).size).toBe(24);
  });

  test('only for flats where nobody has joined leave the codes of the others alone', async () => {
    await member('resident', flat);
    const code = await makeCode();
    const data = (await letters(consultant, { only_empty: true })).data as Letter[];
    expect(data.map(({ flat_id }) => flat_id)).not.toContain(flat);
    expect((await join((await newcomer(db)).client, code)).data).toBe('joined');
  });

  describe('in other languages have', () => {
    const save = async (client: SupabaseClient, language: string, body?: string) => {
      const { data, error } = await client.rpc('save_letter_text', {
        block_id: block,
        language,
        body,
      });
      return error?.code ?? data;
    };
    const texts = () =>
      db.sql('select language, body from public.letter_texts where block_id = $1 order by 1', [
        block,
      ]);

    test('what the consultant wrote, in three languages at most, each time logged', async () => {
      const logged = await acts('write_letter_text');
      for (const language of ['pl', 'so', 'ar'])
        expect(await save(consultant, language, ` På ${language}. `)).toBe('saved');
      expect(await save(consultant, 'ur', 'Nei')).toBe('too_many');
      expect(await save(consultant, 'ar', 'Ny tekst')).toBe('saved');
      expect(await save(consultant, 'so', ' ')).toBe('removed');
      expect(await texts()).toEqual([
        { language: 'ar', body: 'Ny tekst' },
        { language: 'pl', body: 'På pl.' },
      ]);
      expect(await acts('write_letter_text')).toBe(logged + 5);
    });

    test('three when five are written at once', async () => {
      const done = await Promise.all(
        ['pl', 'so', 'ar', 'ur', 'ti'].map((language) => save(consultant, language, 'Tekst')),
      );
      expect(done.toSorted()).toEqual(['saved', 'saved', 'saved', 'too_many', 'too_many']);
    });

    test.each([
      ['xx1', 'Hei'],
      ['pl', 'x'.repeat(401)],
      ['pl', 'x\n'.repeat(6) + 'x'],
    ])('not %s with %s', async (language, body) => {
      await db.sql('delete from public.letter_texts');
      expect(await save(consultant, language, body)).toBe('23514');
      expect(await texts()).toEqual([]);
    });

    test.each(OTHERS)('nothing that %s writes or reads', async (who) => {
      await db.sql('delete from public.letter_texts');
      await save(consultant, 'pl', 'Tekst');
      const client = await clientOf(db, who);
      expect(['not_allowed', '42501']).toContain(await save(client, 'so', 'Nei'));
      expect((await client.from('letter_texts').select()).data ?? []).toEqual([]);
      expect(await texts()).toEqual([{ language: 'pl', body: 'Tekst' }]);
    });
  });

  test('for 167 flats at once are all different, and one line in the audit trail', async () => {
    const logged = await acts('make_letters');
    const client = await clientOf(db, 'consultant elsewhere');
    const data = (await letters(client, { block_id: elsewhere })).data as Letter[];
    expect(new Set(data.map(({ join_code }) => join_code)).size).toBe(167);
    expect(await acts('make_letters')).toBe(logged + 1);
  });

  test('sent twice, also at once, are shown once, and printed codes stay valid', async () => {
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => letters(consultant, { id, place_id: flat })),
    );
    const shown = answers.flatMap(({ data }) => data as Letter[]);
    expect(shown).toHaveLength(1);
    expect((await letters(consultant, { id, place_id: flat })).data).toEqual([]);
    expect((await join((await newcomer(db)).client, shown[0]!.join_code)).data).toBe('joined');
  });

  test('printed by two at once leave one valid code of the flat', async () => {
    await Promise.all(Array.from({ length: 6 }, () => letters(consultant, { place_id: flat })));
    expect(await live(flat)).toHaveLength(1);
  });

  test.each(OTHERS)('are refused to %s', async (who) => {
    const client = await clientOf(db, who);
    await expectRefused(db, STATE, () => letters(client));
    await expectRefused(db, STATE, () => letters(client, { place_id: flat }));
  });

  test('for a flat or stair of another building are not made', async () => {
    for (const name of ['stovner-senter/flat/203', 'stovner-senter/stair/14']) {
      const place_id = await seedId(db, name);
      await expectRefused(db, STATE, () => letters(consultant, { place_id }));
      await expectRefused(db, STATE, () => letters(consultant, { place_id, block_id: elsewhere }));
    }
  });
});
interface Letter {
  flat_id: string;
  join_code: string;
}

describeRights(() => db, {
  table: 'join_requests',
  make: async () => {
    const id = randomUUID();
    await db.sql(
      `insert into public.join_requests (id, block_id, person_id, display_name, flat_text) values ($1, $2, $3, 'Ny', 'B401')`,
      [id, block, (await newcomer(db)).id],
    );
    return id;
  },
  insert: () => ({ id: randomUUID(), block_id: block, display_name: 'Ny', flat_text: 'B401' }),
  change: () => ({ status: 'approved' }),
  may: { select: ['consultant here'], insert: [], update: [], delete: [] },
});

describe('a request to join', () => {
  const ask = (client: SupabaseClient, over: object = {}) =>
    client.rpc('ask_to_join', {
      id: randomUUID(),
      block_id: block,
      display_name: 'Nina',
      flat_text: 'B401',
      ...over,
    });
  const decide = (client: SupabaseClient, request_id: string, flat_id?: string) =>
    client.rpc('decide_join_request', { request_id, ...(flat_id && { flat_id }) });
  async function request() {
    const person = await newcomer(db);
    const id = randomUUID();
    expect((await ask(person.client, { id })).data).toBe('asked');
    return { ...person, request: id };
  }

  test('is approved under the name the consultant read, even if there was another before', async () => {
    const { id, request: asked } = await request();
    await db.sql("insert into public.people (id, display_name) values ($1, 'Kaffevenn')", [id]);
    const [read] = await db.sql('select display_name from public.join_requests where id = $1', [
      asked,
    ]);
    expect((await decide(consultant, asked, flat)).error).toBeNull();
    expect(await db.sql('select display_name from public.people where id = $1', [id])).toEqual([
      read,
    ]);
  });

  const mailsOf = (requestId: string) =>
    db.sql(`select channel, kind, status from public.outbox_messages where join_request_id = $1`, [
      requestId,
    ]);

  test('is answered with a yes in the portal and by e-mail', async () => {
    const { id, request: asked } = await request();
    await decide(consultant, asked, flat);
    expect(await toldOf(id)).toEqual([{ kind: 'account_joined', channels: ['email'] }]);
    expect(await mailsOf(asked)).toEqual([]);
  });

  test('is answered with a no by e-mail, and members of another building are notified as usual', async () => {
    const stranger = await request();
    await decide(consultant, stranger.request);
    expect(await toldOf(stranger.id)).toEqual([]);
    expect(await mailsOf(stranger.request)).toEqual([
      { channel: 'email', kind: 'join_answer', status: 'queued' },
    ]);
    // Sent twice, answered once.
    await decide(consultant, stranger.request);
    expect(await mailsOf(stranger.request)).toHaveLength(1);
    const known = await request();
    await db.sql("insert into public.people (id, display_name) values ($1, 'Ny')", [known.id]);
    await decide(consultant, known.request);
    expect(await toldOf(known.id)).toEqual([{ kind: 'account_not_joined', channels: ['email'] }]);
    expect(await mailsOf(known.request)).toEqual([]);
  });

  test('without an address is answered only on the page', async () => {
    const { id, request: asked } = await request();
    await db.sql(`update auth.users set email = id || '@bruker.invalid' where id = $1`, [id]);
    await decide(consultant, asked);
    expect(await mailsOf(asked)).toEqual([]);
  });

  test('is answered without the landlord, the desk and neighbours seeing the answer on its way', async () => {
    const { request: asked } = await request();
    await decide(consultant, asked);
    for (const who of EVERYBODY) {
      const seen = (await clientOf(db, who)).from('outbox_messages').select('id');
      const { data } = await seen.eq('kind', 'join_answer');
      expect([who, data ?? []]).toEqual([who, []]);
    }
  });

  test('waits for the consultant, who chooses the flat; name and flat are deleted with the decision', async () => {
    const { id, client, request: asked } = await request();
    expect((await client.from('memberships').select('id')).data).toEqual([]);
    expect((await client.from('places').select('id').eq('kind', 'flat')).data).toEqual([]);
    const logged = await acts('approve_join_request');
    expect((await decide(consultant, asked, flat)).data).toBe('approved');
    expect((await decide(consultant, asked, flat)).data).toBe('already_decided');
    expect(await acts('approve_join_request')).toBe(logged + 1);
    expect((await client.from('memberships').select('role, flat_id')).data).toEqual([
      { role: 'resident', flat_id: flat },
    ]);
    expect((await client.from('people').select('display_name').eq('id', id)).data).toEqual([
      { display_name: 'Nina' },
    ]);
    const kept = await db.sql(
      'select display_name, flat_text from public.join_requests where id = $1',
      [asked],
    );
    expect(kept).toEqual([{ display_name: null, flat_text: null }]);
    expect((await ask(client)).data).toBe('already_member');
  });

  test('that is declined gives nothing, and only the person is told', async () => {
    const { client, request: asked } = await request();
    expect((await decide(consultant, asked)).data).toBe('declined');
    expect((await client.from('memberships').select('id')).data).toEqual([]);
    expect((await client.from('join_requests').select('status')).data).toEqual([
      { status: 'declined' },
    ]);
    expect((await decide(consultant, asked, flat)).data).toBe('already_decided');
  });

  test('decided by four presses at once is decided once', async () => {
    const { id, request: asked } = await request();
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => decide(consultant, asked, flat)),
    );
    expect(answers.map(({ data }) => data as string).toSorted()).toEqual([
      ...Array<string>(3).fill('already_decided'),
      'approved',
    ]);
    expect(await db.sql('select from public.memberships where person_id = $1', [id])).toHaveLength(
      1,
    );
  });

  test.each(OTHERS)('cannot be decided by %s', async (who) => {
    const { request: asked } = await request();
    const client = await clientOf(db, who);
    const before = await fingerprint(db, 'public.join_requests');
    for (const at of [flat, undefined])
      expect((await decide(client, asked, at)).data ?? 'not_found').toBe('not_found');
    expect(await fingerprint(db, 'public.join_requests')).toBe(before);
  });

  test('cannot be approved by the person, nor into a place of another building or one that is not a flat', async () => {
    const { client, request: asked } = await request();
    expect((await decide(client, asked, flat)).data).toBe('not_found');
    for (const place of ['stovner-senter/flat/203', 'drobakgata-1/laundry'])
      expect((await decide(consultant, asked, await seedId(db, place))).data).toBe('no_such_flat');
    expect((await consultant.from('join_requests').select('status').eq('id', asked)).data).toEqual([
      { status: 'open' },
    ]);
  });

  test('gets the same answer for an existing flat, an unknown flat and an unknown building', async () => {
    const answers: unknown[] = [];
    for (const over of [{}, { flat_text: 'Z999' }, { block_id: randomUUID() }])
      answers.push((await ask((await newcomer(db)).client, over)).data);
    expect(answers).toEqual(['asked', 'asked', 'asked']);
  });

  test('twice is one request, three a day are the limit, and 40 at once count as 40', async () => {
    const { id, client } = await newcomer(db);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(client)));
    expect(answers.filter(({ data }) => data === 'asked')).toHaveLength(3);
    expect(answers.filter(({ data }) => data === 'too_many_attempts')).toHaveLength(37);
    expect(
      await db.sql('select from public.join_requests where person_id = $1', [id]),
    ).toHaveLength(1);
  });

  test('is refused without signing in', async () => {
    await expectRefused(db, STATE, () => ask(db.anonymous() as unknown as SupabaseClient));
  });
});

describe('an account without e-mail', () => {
  const name = () => `navn-${randomUUID().slice(0, 8)}`;
  const make = (client: SupabaseClient, over: object = {}) =>
    client.rpc('make_account', {
      id: randomUUID(),
      flat_id: flat,
      user_name: name(),
      new_word: 'fire ord etter hverandre',
      display_name: 'Solveig',
      ...over,
    });
  const at = (userName: string, password = 'fire ord etter hverandre') => ({
    email: `${userName}@bruker.invalid`,
    password,
  });
  const signIn = (userName: string, password?: string) =>
    db.anonymous().auth.signInWithPassword(at(userName, password));

  test('is made at the desk, belongs to a flat, and signs in with its password', async () => {
    const id = randomUUID();
    const userName = name();
    expect((await make(consultant, { id, user_name: userName.toUpperCase() })).data).toBe('made');
    const { data, error } = await signIn(userName);
    expect(error).toBeNull();
    expect(data.user!.id).toBe(id);
    expect(
      await db.sql('select role, flat_id from public.memberships where person_id = $1', [id]),
    ).toEqual([{ role: 'resident', flat_id: flat }]);
    expect((await signIn(userName, 'feil passord')).error).not.toBeNull();
    const kept = await fingerprint(db, 'auth.users');
    expect(kept).not.toContain('fire ord etter hverandre');
  });

  test('sent twice, also at once, is one account', async () => {
    const over = { id: randomUUID(), user_name: name() };
    const answers = await Promise.all(Array.from({ length: 3 }, () => make(consultant, over)));
    expect(
      answers.map(({ data }) => data).filter((one) => one === 'made').length,
    ).toBeGreaterThanOrEqual(1);
    expect((await make(consultant, over)).data).toBe('made');
    expect(
      await db.sql('select from public.memberships where person_id = $1', [over.id]),
    ).toHaveLength(1);
  });

  test('has a unique user name', async () => {
    const user_name = name();
    await make(consultant, { user_name });
    expect((await make(consultant, { user_name })).data).toBe('name_taken');
    for (const bad of [
      'ab',
      'a b c',
      'x@y.no',
      'navn\n',
      'å'.repeat(5),
      'x'.repeat(31),
      '-navn',
      '',
    ])
      expect([bad, (await make(consultant, { user_name: bad })).data]).toEqual([
        bad,
        'name_invalid',
      ]);
  });

  test('has a password that the auth service would accept', async () => {
    for (const new_word of ['1234567', '', 'å'.repeat(37)])
      expect((await make(consultant, { new_word })).data).toBe('password_invalid');
  });

  test.each(OTHERS)('is not made by %s', async (who) => {
    const client = await clientOf(db, who);
    const before = await Promise.all(STATE.map((table) => fingerprint(db, table)));
    expect((await make(client)).data ?? 'not_found').toBe('not_found');
    expect(await Promise.all(STATE.map((table) => fingerprint(db, table)))).toEqual(before);
  });

  test('is not made in a flat of another building, nor in a place that is not a flat', async () => {
    for (const place of ['stovner-senter/flat/203', 'drobakgata-1/laundry'])
      expect((await make(consultant, { flat_id: await seedId(db, place) })).data).toBe('not_found');
  });

  test('does not take over an existing account', async () => {
    const admin = (
      await db.sql<{ id: string }>('select id from auth.users where email = $1', [CAST.admin])
    )[0]!.id;
    expect((await make(consultant, { id: admin })).data).toBe('name_taken');
    expect(
      await db.sql(`select role from public.memberships where person_id = $1`, [admin]),
    ).toEqual([{ role: 'admin' }]);
  });

  test('gets a new password at the desk, and other devices are signed out', async () => {
    const id = randomUUID();
    const user_name = name();
    await make(consultant, { id, user_name });
    const old = db.anonymous();
    await old.auth.signInWithPassword(at(user_name));
    expect(await seenBy(old)).toEqual(LIVING);
    const [row] = await db.sql<{ id: string }>(
      'select id from public.memberships where person_id = $1',
      [id],
    );
    const change = (client: SupabaseClient, new_word = 'fire nye ord her') =>
      client.rpc('set_desk_password', { membership_id: row!.id, new_word });
    for (const who of OTHERS) {
      const other = await clientOf(db, who);
      const before = await fingerprint(db, 'auth.users');
      expect((await change(other)).data ?? 'not_found').toBe('not_found');
      expect(await fingerprint(db, 'auth.users')).toBe(before);
    }
    expect((await change(consultant, 'kort')).data).toBe('password_invalid');
    expect((await change(consultant)).data).toBe('changed');
    // The old token is still alive, and gives no access.
    expect(await seenBy(old)).toEqual(ENDED);
    expect(await toldOf(id)).toEqual([{ kind: 'account_password', channels: [] }]);
    expect((await signIn(user_name)).error).not.toBeNull();
    expect((await signIn(user_name, 'fire nye ord her')).error).toBeNull();
  });

  test('that gets an e-mail keeps its password: the consultant cannot set it', async () => {
    const person = await member();
    await expectRefused(db, STATE, async () => {
      const answer = await consultant.rpc('set_desk_password', {
        membership_id: person.membership,
        new_word: 'fire nye ord her',
      });
      return { ...answer, data: answer.data === 'not_found' ? null : answer.data };
    });
  });

  test('shows its user name to the consultant, never an e-mail, and nothing to others', async () => {
    const id = randomUUID();
    const user_name = name();
    await make(consultant, { id, user_name });
    await member();
    const seen = async (client: SupabaseClient) =>
      (await client.rpc('desk_accounts', { block_id: block })).data as
        { user_name: string | null }[] | null;
    const mine = await seen(consultant);
    expect(mine!.map((one) => one.user_name)).toContain(user_name);
    expect(JSON.stringify(mine)).not.toContain('@');
    for (const who of OTHERS) expect((await seen(await clientOf(db, who))) ?? []).toEqual([]);
  });
});

describe('a slip', () => {
  const slip = (client: SupabaseClient, membership_id: string, id: string = randomUUID()) =>
    client.rpc('make_slip', { id, membership_id });
  const use = async (text: string) =>
    (await db.service().rpc('use_slip', { slip: text })).data as string | null;

  const withoutEmail = async (role: Role = 'resident') => {
    const person = await member(role);
    await db.sql(`update auth.users set email = $1 || '@bruker.invalid' where id::text = $1`, [
      person.id,
    ]);
    return person;
  };

  test('is for an account without e-mail: an account with one gets a code by mail', async () => {
    const person = await member();
    expect((await slip(consultant, person.membership)).data).toBeNull();
    expect(await db.sql('select from private.sign_in_slips where membership_id = $1', [person.membership])).toEqual([]); // prettier-ignore
  });

  test('opens its account once', async () => {
    const person = await withoutEmail();
    const text = (await slip(consultant, person.membership)).data as string;
    expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => use(text.toLowerCase().replace('-', ' '))),
    );
    expect(answers.filter(Boolean)).toEqual([`${person.id}@bruker.invalid`]);
    expect(await fingerprint(db, 'private.sign_in_slips')).not.toContain(text.replace('-', ''));
  });

  test('expires with age, with a newer one, and with the membership', async () => {
    const person = await withoutEmail();
    const old = (await slip(consultant, person.membership)).data as string;
    const next = (await slip(consultant, person.membership)).data as string;
    expect(await use(old)).toBeNull();
    await db.sql(`update private.sign_in_slips set expires_at = now() where membership_id = $1`, [
      person.membership,
    ]);
    expect(await use(next)).toBeNull();
    const last = (await slip(consultant, person.membership)).data as string;
    await consultant.rpc('end_membership', { membership_id: person.membership });
    expect(await use(last)).toBeNull();
    expect((await slip(consultant, person.membership)).data).toBeNull();
  });

  test('sent twice is shown once, and is in the audit trail', async () => {
    const person = await withoutEmail();
    const logged = await acts('make_slip');
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => slip(consultant, person.membership, id)),
    );
    expect(answers.filter(({ data }) => data !== null)).toHaveLength(1);
    expect(await acts('make_slip')).toBe(logged + 1);
    expect(await toldOf(person.id)).toEqual([{ kind: 'account_slip', channels: [] }]);
  });

  test('is notified to its person, on a phone by push too, unless they want no push about the account', async () => {
    const person = await withoutEmail();
    await db.sql(
      `insert into public.push_subscriptions (person_id, endpoint, public_key, auth_key)
       values ($1, $2, repeat('A', 87), repeat('B', 22))`,
      [person.id, `https://push.example/${person.id}`],
    );
    await slip(consultant, person.membership);
    await db.sql("insert into public.message_settings (person_id, push_topics) values ($1, '{votes}')", [person.id]); // prettier-ignore
    await slip(consultant, person.membership);
    expect(await toldOf(person.id)).toEqual([
      { kind: 'account_slip', channels: ['push'] },
      { kind: 'account_slip', channels: [] },
    ]);
    const { data } = await person.client.from('notifications').select('kind').order('created_at');
    expect(data).toEqual([{ kind: 'account_slip' }, { kind: 'account_slip' }]);
  });

  test('that is refused is notified to nobody', async () => {
    const person = await member();
    await slip(consultant, person.membership);
    await slip(await clientOf(db, 'consultant elsewhere'), person.membership);
    expect(await toldOf(person.id)).toEqual([]);
  });

  test.each(OTHERS)('is not made by %s', async (who) => {
    const person = await withoutEmail();
    const client = await clientOf(db, who);
    await expectRefused(db, STATE, () => slip(client, person.membership));
  });

  test.each(['observer', 'consultant', 'landlord', 'admin'] as const)(
    'is not made for a %s',
    async (role) => {
      const person = await withoutEmail(role);
      await expectRefused(db, STATE, () => slip(consultant, person.membership));
    },
  );

  test('is not made for a person with a role in another building or as staff', async () => {
    const add = async (role: Role, at: string | null) => {
      const person = await withoutEmail();
      await db.sql(
        `insert into public.memberships (person_id, role, block_id) values ($1, $2, $3)`,
        [person.id, role, at],
      );
      await expectRefused(db, STATE, () => slip(consultant, person.membership));
    };
    await add('partner', elsewhere);
    await add('landlord', null);
    await add('consultant', block);
  });

  test.each(EVERYBODY)('is not used up by %s over the open API', async (who) => {
    const person = await withoutEmail();
    const text = (await slip(consultant, person.membership)).data as string;
    const client = await clientOf(db, who);
    await expectRefused(db, STATE, () => client.rpc('use_slip', { slip: text }));
    expect(await use(text)).toBe(`${person.id}@bruker.invalid`);
  });

  test('becomes a session by a link that only the server can make, and that works once', async () => {
    const person = await member();
    const draw = (client: SupabaseClient) =>
      client.auth.admin.generateLink({ type: 'magiclink', email: `${person.id}@ny.example` });
    for (const who of ['anonymous', 'admin', 'consultant here'] as const)
      expect((await draw(await clientOf(db, who))).error).not.toBeNull();
    const { data } = await draw(db.service() as unknown as SupabaseClient);
    const open = () =>
      db
        .anonymous()
        .auth.verifyOtp({ token_hash: data.properties!.hashed_token, type: 'magiclink' });
    expect((await open()).data.user?.id).toBe(person.id);
    expect((await open()).error).not.toBeNull();
    const missing = { type: 'magiclink', email: 'ingen@ny.example' } as const;
    expect((await db.service().auth.admin.generateLink(missing)).error).not.toBeNull();
  });
});
