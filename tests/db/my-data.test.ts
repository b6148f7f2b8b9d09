import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  inFileOnly,
  labelOf,
  parts,
  readable,
  type OwnData,
  type Row,
} from '~/domains/residents/own-data/own-data.ts';
import { wordActs } from '~/domains/moderation/audit.server.ts';
import { translator } from '~/i18n/index.ts';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { domainsOfTables, personColumns } from '../support/dump.ts';
import { newcomer } from '../support/newcomer.ts';
import { wholeLife, ZEBRINE, type WholeLife } from '../support/whole-life.ts';

let t: TestDb;
let life: WholeLife;
let mine: OwnData;
beforeAll(async () => {
  t = await testDatabase();
  life = await wholeLife(t);
  const data = (await life.db.rpc('my_data')).data as OwnData;
  // As the page and the file show it.
  const staff_acts = await wordActs(life.db as never, data['staff_acts'], translator('nb'), 'nb');
  mine = { ...data, staff_acts };
}, 60_000);
afterAll(() => t?.close());

/** Tables that name people and are not in my_data(), with the reason. A new table goes into the own-data.sql of its domain or here. */
const ELSEWHERE: Record<string, string> = {};

test('every table that names people is read by my_data(), or is left out for a stated reason', async () => {
  const [source] = await t.sql<{ text: string }>(
    `select string_agg(pg_get_functiondef(p.oid), ' ') as text from pg_proc p
     where p.pronamespace = 'private'::regnamespace and p.proname ~ '^my_(\\w+_)?data$'`,
  );
  const tables = new Set((await personColumns(t)).map(({ table }) => table));
  const named = (table: string) =>
    source!.text.includes(`${/\./.test(table) ? '' : 'public.'}${table} `);
  const domains = await domainsOfTables();
  const missing = [...tables].filter((table) => !named(table) && !ELSEWHERE[table]);
  expect(missing.map((table) => `${table}: supabase/schemas/${domains.get(table)}/own-data.sql`)).toEqual([]); // prettier-ignore
  expect(Object.keys(ELSEWHERE).filter((table) => named(table) || !tables.has(table))).toEqual([]);
});

test('every kind has a row for a person who has everything, and a place on the page', () => {
  expect(Object.keys(mine).filter((kind) => !mine[kind]?.length)).toEqual([]);
  const shown = parts.flatMap(({ kinds }) => [...kinds] as string[]);
  expect(Object.keys(mine).toSorted()).toEqual(shown.toSorted());
});

test('the page shows words: every field has a label, no value is a code', () => {
  const say = translator('nb');
  const all = (row: Row): string[] => [
    ...Object.keys(row),
    ...Object.values(row).flatMap((v) =>
      Array.isArray(v) ? v.flatMap((one) => (typeof one === 'object' ? all(one) : [])) : [],
    ),
  ];
  const fields = new Set(Object.values(mine).flat().flatMap(all));
  for (const hidden of inFileOnly) fields.delete(hidden);
  fields.delete('signup_reason'); // in the steps, which are only in the file
  expect([...fields].filter((field) => labelOf(field, say) === field)).toEqual([]);
  const texts = Object.values(mine).flatMap((rows) =>
    rows.flatMap((row) => readable(row, say, 'nb').facts),
  );
  expect(texts.filter(({ text }) => /^[a-z]+_[a-z_]+$/.test(text))).toEqual([]);
  expect(mine['staff_acts']).toMatchObject([{ act: 'Endret: gården', reason: 'Gjort' }]);
});

describe('my data', () => {
  test('has what I gave, wrote and chose, and where I live', () => {
    expect(mine['account']).toMatchObject([{ id: life.id, email: ZEBRINE.email, display_name: ZEBRINE.name, has_password: true }]); // prettier-ignore
    expect(mine['phones']).toMatchObject([{ phone: ZEBRINE.phone }]);
    expect(mine['memberships']).toMatchObject([{ role: 'resident', flat: 'A201' }, {}, {}]);
    expect(mine['cases']).toHaveLength(3);
    expect(mine['cases']![0]).toMatchObject({ contact: ZEBRINE.contact, photos: 2 });
    expect(mine['proposals']!.map(({ proposal_status }) => proposal_status).toSorted()).toEqual(['approved', 'declined', 'pending']); // prettier-ignore
    expect(mine['signups']).toMatchObject([{ came: 1 }, { came: null }]);
  });

  test('tells of a vote that it is used, and nothing of the choice', () => {
    const used = mine['votes']!.filter(({ is_used }) => is_used);
    expect(used.length).toBeGreaterThanOrEqual(2);
    for (const vote of mine['votes']!) expect(Object.keys(vote).toSorted()).toEqual(['flat', 'is_used', 'title']); // prettier-ignore
  });

  test('has no internal note of the staff, and nothing of anybody else', async () => {
    const text = JSON.stringify(mine);
    expect(text).not.toContain('hjemme om kvelden');
    const others = await t.sql<{ id: string; email: string }>('select id, email from auth.users where id <> $1', [life.id]); // prettier-ignore
    expect(others.filter(({ id, email }) => text.includes(id) || text.includes(email))).toEqual([]);
  });

  test('is readable only by me: the function takes no argument, and needs an account', async () => {
    expect((await t.anonymous().rpc('my_data')).error?.code).toBe('42501');
    expect((await t.service().rpc('my_data')).error?.code).toBe('42501');
    const neighbour = (await (await t.as(CAST.drobak.neighbour)).rpc('my_data')).data as OwnData;
    expect(JSON.stringify(neighbour)).not.toMatch(/zebrine/i);
    expect(neighbour['account']).toMatchObject([{ email: CAST.drobak.neighbour }]);
  });

  test('of a person who has joined nothing is the account only', async () => {
    const { client, id } = await newcomer(t);
    const data = (await client.rpc('my_data')).data as OwnData;
    expect(data['account']).toMatchObject([{ id, has_password: false, display_name: null }]);
    expect(Object.values(data).flat()).toHaveLength(1);
  });
});
