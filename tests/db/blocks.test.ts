import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockForm, contactForm } from '../../src/domains/blocks/blocks.ts';
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
let contact: string;
beforeAll(async () => {
  db = await testDatabase();
  block = await seedId(db, 'drobakgata-1');
  elsewhere = await seedId(db, 'stovner-senter');
  contact = await seedId(db, 'drobakgata-1/contact/landlord');
});
afterAll(() => db?.close());

const name = () => `Prøve ${randomUUID()}`;
const slug = () => `prove-${randomUUID()}`;
const newId = async (sql: string, params: unknown[]) =>
  (await db.sql<{ id: string }>(`${sql} returning id`, params))[0]!.id;

const NOBODY = [] as const;
const STAFF = ['consultant here', 'admin'] as const;
const newContact = () => ({ block_id: block, kind: 'duty_phone', title: name() });

describeRights(() => db, {
  table: 'blocks',
  make: async () => block,
  insert: () => ({ slug: slug(), name: 'Ny', address: 'Gata 1', district: 'Bydel' }),
  change: () => ({ about: name() }),
  may: { select: EVERYBODY, insert: ['admin'], update: STAFF, delete: NOBODY },
});

describeRights(() => db, {
  table: 'contacts',
  make: () =>
    newId(`insert into public.contacts (block_id, kind, title) values ($1, 'landlord', $2)`, [
      block,
      name(),
    ]),
  insert: newContact,
  change: () => ({ phone: '22 22 22 22' }),
  may: { select: EVERYBODY, insert: STAFF, update: STAFF, delete: STAFF },
});

let minute = 0;
const newHours = () => ({
  contact_id: contact,
  weekday: 6,
  opens_at: `0${Math.floor((minute += 1) / 60)}:${minute % 60}`,
  closes_at: '23:00',
});
describeRights(() => db, {
  table: 'opening_hours',
  make: async () => {
    const { opens_at } = newHours();
    return newId(
      `insert into public.opening_hours (contact_id, weekday, opens_at, closes_at) values ($1, 7, $2, '23:30')`,
      [contact, opens_at],
    );
  },
  insert: newHours,
  change: () => ({ closes_at: '23:59' }),
  may: { select: EVERYBODY, insert: STAFF, update: NOBODY, delete: STAFF },
});

const newPlace = () => ({ block_id: block, kind: 'yard', name: name() });
describeRights(() => db, {
  table: 'places',
  row: 'common',
  make: () => seedId(db, 'drobakgata-1/laundry'),
  insert: newPlace,
  change: () => ({ name: name() }),
  may: { select: EVERYBODY, insert: ['admin'], update: NOBODY, delete: NOBODY },
});
describeRights(() => db, {
  table: 'places',
  row: 'a flat',
  make: () => seedId(db, 'drobakgata-1/flat/A201'),
  insert: () => ({ ...newPlace(), kind: 'flat' }),
  change: () => ({ kind: 'yard' }),
  may: {
    select: ['resident', 'same flat', 'consultant here', 'landlord', 'admin'],
    insert: ['admin'],
    update: NOBODY,
    delete: NOBODY,
  },
});

test('a person with an account but no building sees no flat', async () => {
  const { client } = await newcomer(db);
  const { data, error } = await client.from('places').select('id').eq('kind', 'flat');
  expect([data, error]).toEqual([[], null]);
});

describe('columns that may not be changed', () => {
  test.each(['slug', 'name', 'address', 'district', 'owner_type', 'id', 'created_at'])(
    'the consultant cannot change %s of the building',
    async (column) => {
      const value = { id: randomUUID(), created_at: '2020-01-01', owner_type: 'borettslag_sameie' };
      const client = await clientOf(db, 'consultant here');
      await expectRefused(db, 'public.blocks', () =>
        client
          .from('blocks')
          .update({ [column]: value[column as 'id'] ?? 'ny' })
          .eq('id', block),
      );
    },
  );

  test('a contact card cannot be moved to another building or become another kind', async () => {
    const client = await clientOf(db, 'consultant here');
    for (const change of [{ block_id: elsewhere }, { kind: 'consultant' }, { id: randomUUID() }])
      await expectRefused(db, 'public.contacts', () =>
        client.from('contacts').update(change).eq('id', contact),
      );
  });

  test('a place cannot have a parent in another building', async () => {
    const parent = await seedId(db, 'stovner-senter/stair/14');
    const client = await clientOf(db, 'admin');
    const row = { block_id: block, parent_id: parent, kind: 'floor', name: name() };
    await expectRefused(db, 'public.places', () => client.from('places').insert(row));
  });
});

describe('save_contact', () => {
  const card = (over: object = {}) => ({
    block_id: block,
    contact_id: null as string | null,
    kind: 'duty_phone',
    title: name(),
    person_name: null,
    phone: '22 00 00 00',
    email: null,
    whereabouts: null,
    note: null,
    hours: [{ weekday: 1, opens_at: '08:00', closes_at: '10:00' }],
    ...over,
  });
  const tables = ['public.contacts', 'public.opening_hours'];

  test('adds a card with its hours, and replaces all hours at once', async () => {
    const client = await clientOf(db, 'consultant here');
    const first = card();
    expect((await client.rpc('save_contact', first)).data).toBe(true);
    const [made] = await db.sql<{ id: string }>('select id from public.contacts where title = $1', [
      first.title,
    ]);
    const hours = () =>
      db.sql(
        'select weekday, opens_at::text from public.opening_hours where contact_id = $1 order by weekday',
        [made!.id],
      );
    expect(await hours()).toEqual([{ weekday: 1, opens_at: '08:00:00' }]);
    const second = card({
      contact_id: made!.id,
      hours: [{ weekday: 5, opens_at: '09:00', closes_at: '09:30' }],
    });
    expect((await client.rpc('save_contact', second)).data).toBe(true);
    expect(await hours()).toEqual([{ weekday: 5, opens_at: '09:00:00' }]);
  });

  test.each(EVERYBODY.filter((who) => who !== 'consultant here' && who !== 'admin'))(
    'is refused to %s, for a new card and for an existing one',
    async (who) => {
      const client = await clientOf(db, who);
      await expectRefused(db, tables, () => client.rpc('save_contact', card()));
      const old = card({ contact_id: contact });
      await expectRefused(db, tables, () => client.rpc('save_contact', old));
    },
  );

  test('is refused for a card of another building under one’s own building', async () => {
    const foreign = await seedId(db, 'stovner-senter/contact/landlord');
    const client = await clientOf(db, 'consultant here');
    const call = (over: object) => () => client.rpc('save_contact', card(over));
    await expectRefused(db, tables, call({ contact_id: foreign }));
    await expectRefused(db, tables, call({ contact_id: foreign, block_id: elsewhere }));
    const admin = await clientOf(db, 'admin');
    await expectRefused(db, tables, () =>
      admin.rpc('save_contact', card({ contact_id: foreign, block_id: block })),
    );
  });

  test.each([
    ['no hour', { weekday: 1, opens_at: '25:00', closes_at: '26:00' }],
    ['no weekday', { weekday: 8, opens_at: '08:00', closes_at: '09:00' }],
    ['an hour that ends before it begins', { weekday: 1, opens_at: '10:00', closes_at: '09:00' }],
  ])('with %s changes nothing, not the old hours either', async (_what, wrong) => {
    const consultantCard = await seedId(db, 'drobakgata-1/contact/consultant');
    const client = await clientOf(db, 'consultant here');
    const good = { weekday: 1, opens_at: '08:00', closes_at: '10:00' };
    await expectRefused(db, tables, () =>
      client.rpc('save_contact', card({ contact_id: consultantCard, hours: [good, wrong] })),
    );
  });
});

describe('limits are the same in the form and in the table', () => {
  const most = {
    title: 80,
    person_name: 80,
    whereabouts: 120,
    note: 300,
  };
  const field = { person_name: 'personName' } as Record<string, string>;
  test.each(Object.entries(most))('contact %s: %i characters and one more', async (column, max) => {
    const client = await clientOf(db, 'consultant here');
    const row = (length: number) => ({
      ...newContact(),
      [column]: randomUUID().padEnd(length, 'å'),
    });
    expect((await client.from('contacts').insert(row(max))).error).toBeNull();
    await expectRefused(db, 'public.contacts', () => client.from('contacts').insert(row(max + 1)));

    const typed = (length: number) =>
      contactForm.safeParse({
        kind: 'landlord',
        title: 'x',
        [field[column] ?? column]: 'å'.repeat(length),
      }).success;
    expect([typed(max), typed(max + 1)]).toEqual([true, false]);
  });

  test('about: 1000 characters and one more', async () => {
    const client = await clientOf(db, 'consultant here');
    const write = (length: number) =>
      client
        .from('blocks')
        .update({ about: 'å'.repeat(length) })
        .eq('id', block);
    expect((await write(1000)).error).toBeNull();
    await expectRefused(db, 'public.blocks', () => write(1001));
  });

  test.each(['ring meg', '+', '22-22-22', '1'.repeat(21), "22'; --", '22\n33 44'])(
    'the phone number %j is refused in both',
    async (phone) => {
      const client = await clientOf(db, 'consultant here');
      await expectRefused(db, 'public.contacts', () =>
        client.from('contacts').insert({ ...newContact(), phone }),
      );
      expect(contactForm.safeParse({ kind: 'landlord', title: 'x', phone }).success).toBe(false);
    },
  );
});

describe('add_block', () => {
  const building = (over: object = {}) => ({
    slug: slug(),
    name: 'Nybygget',
    address: 'Nygata 1',
    district: 'Bydel Ny',
    owner_type: 'heleid',
    stairs: ['A', 'B'],
    floors: 3,
    flats_per_floor: 2,
    ...over,
  });
  const tables = ['public.blocks', 'public.places'];

  test('makes stairs, floors and flats, each flat with its own name', async () => {
    const client = await clientOf(db, 'admin');
    const { data } = await client.rpc('add_block', building());
    const count = await db.sql(
      'select kind, count(*)::int, count(distinct name)::int as names from public.places where block_id = $1 group by kind order by kind',
      [data],
    );
    expect(count).toEqual([
      { kind: 'stair', count: 2, names: 2 },
      { kind: 'floor', count: 6, names: 6 },
      { kind: 'flat', count: 12, names: 12 },
    ]);
  });

  test.each([
    [20, 5],
    [6, 20],
    [20, 20],
  ])('%i stairs with %i flats a floor: no two flats share a name', async (stairs, flats) => {
    const client = await clientOf(db, 'admin');
    const big = building({
      stairs: Array.from({ length: stairs }, (_, i) => `Oppgang ${i + 1}`),
      floors: 11,
      flats_per_floor: flats,
    });
    const { data, error } = await client.rpc('add_block', big);
    expect(error).toBeNull();
    const [count] = await db.sql(
      `select count(*)::int as flats, count(distinct name)::int as names from public.places where block_id = $1 and kind = 'flat'`,
      [data],
    );
    expect(count).toEqual({ flats: stairs * flats * 11, names: stairs * flats * 11 });
  });

  test.each(EVERYBODY.filter((who) => who !== 'admin'))(
    'is refused as a whole to %s',
    async (who) => {
      const client = await clientOf(db, who);
      await expectRefused(db, tables, () => client.rpc('add_block', building()));
    },
  );

  test.each([
    { stairs: [] },
    { stairs: null },
    { stairs: ['A', 'A'] },
    { stairs: ['A', ''] },
    { stairs: Array.from({ length: 21 }, (_, i) => `${i}`) },
    { floors: 0 },
    { floors: 41 },
    { floors: null },
    { flats_per_floor: 0 },
    { flats_per_floor: 21 },
    { flats_per_floor: null },
    { name: '' },
    { name: 'x'.repeat(81) },
    { slug: 'drobakgata-1' },
    { slug: 'Stor-Bokstav' },
    { slug: '-foran' },
    { slug: 'to--streker' },
    { slug: '../admin' },
    { slug: 'a\nb' },
    { slug: 'x'.repeat(61) },
  ])('with %j makes nothing', async (wrong) => {
    const client = await clientOf(db, 'admin');
    await expectRefused(db, tables, () => client.rpc('add_block', building(wrong)));
  });

  const topRoutes = fs
    .readdirSync('src/pages')
    .map((file) => file.replace(/\.\w+$/, ''))
    .filter((name) => !/^\[|^index$/.test(name));
  test.each(topRoutes)(
    'a building cannot be called %s: that is a page of the portal',
    async (slug) => {
      const client = await clientOf(db, 'admin');
      await expectRefused(db, tables, () => client.rpc('add_block', building({ slug })));
    },
  );

  test('a stair name that is too long for the table is refused by the form', () => {
    const typed = (stairs: string) =>
      blockForm.safeParse({ ...building(), ownerType: 'heleid', flatsPerFloor: 2, stairs }).success;
    expect([typed('x'.repeat(80)), typed('x'.repeat(81))]).toEqual([true, false]);
  });
});

test('a former consultant changes nothing', async () => {
  const { id, client } = await newcomer(db);
  await db.sql(`insert into public.people (id, display_name) values ($1, 'Vikar')`, [id]);
  const [membership] = await db.sql<{ id: string }>(
    `insert into public.memberships (person_id, role, block_id) values ($1, 'consultant', $2) returning id`,
    [id, block],
  );
  const write = () => client.from('blocks').update({ about: name() }).eq('id', block);
  const before = await fingerprint(db, 'public.blocks');
  await write();
  expect(await fingerprint(db, 'public.blocks')).not.toBe(before);
  await db.sql('update public.memberships set ended_at = now() where id = $1', [membership!.id]);
  await expectRefused(db, 'public.blocks', write);
});

test('the cast has one consultant of each building, so that the refusals above are meaningful', async () => {
  const consultants = await db.sql(
    `select b.slug from public.memberships m join public.blocks b on b.id = m.block_id
     join auth.users u on u.id = m.person_id
     where m.role = 'consultant' and m.ended_at is null and u.email = any ($1) order by 1`,
    [[CAST.drobak.consultant, CAST.stovner.consultant]],
  );
  expect(consultants).toEqual([{ slug: 'drobakgata-1' }, { slug: 'stovner-senter' }]);
});
