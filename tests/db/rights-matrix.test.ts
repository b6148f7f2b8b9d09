import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CAST } from '../support/cast.ts';
import { testDatabase, type TestDb } from '../support/database.ts';
import { newcomer, token } from '../support/newcomer.ts';
import { fillTables, OF_BUILDING } from '../support/rights-rows.ts';
import { demoId } from '../support/reports.ts';
import { FILES, MATRIX, ROLES, type Role } from '../support/rights-matrix.ts';

/** Every table of `public` x every role x every verb, over the open REST API with the publishable key. */

const HERE = demoId('drobakgata-1');
const ELSEWHERE = demoId('stovner-senter');

interface Table {
  name: string;
  /** A column that everybody with the right could write. */
  plain: string;
  key: string[];
  insert: string[];
  update: string[];
  /** The verbs that signed-in people were granted at all. */
  verbs: string[];
  people: string[];
  rows: Record<'here' | 'elsewhere', Row[]>;
}
type Row = Record<string, unknown>;

let db: TestDb;
let tables: Table[];
let planned: string;
const ids = {} as Record<Role, string | null>;
const tokens = {} as Record<Role, string | null>;

beforeAll(async () => {
  db = await testDatabase();
  await fillTables(db);
  await makePeople();
  const notOpen = `select id from public.polls where block_id = $1 and status = 'planned' order by id limit 1`;
  planned = (await db.sql<{ id: string }>(notOpen, [HERE]))[0]!.id;
  tables = await readCatalogue();
  await rollsBack();
});
afterAll(() => db?.close());

async function makePeople() {
  const cast: [Role, string][] = [
    ['resident', CAST.drobak.resident],
    ['consultant', CAST.drobak.consultant],
    ['resident2', CAST.stovner.resident],
    ['consultant2', CAST.stovner.consultant],
    ['landlord', CAST.landlord],
    ['admin', CAST.admin],
  ];
  for (const [role, email] of cast) {
    const sql = 'select id from auth.users where email = $1';
    ids[role] = (await db.sql<{ id: string }>(sql, [email]))[0]!.id;
  }
  ids.anon = null;
  for (const role of ['nobody', 'ended', 'partner', 'observer'] as const) {
    const { id } = await newcomer(db);
    ids[role] = id;
    await db.sql(`insert into public.people (id, display_name) values ($1, 'Ny')`, [id]);
    if (role === 'nobody') continue;
    await db.sql(
      `insert into public.memberships (person_id, role, block_id, flat_id, started_at, ended_at) values ($1, $2, $3, $4, now(), $5)`,
      role === 'ended'
        ? [id, 'resident', HERE, demoId('drobakgata-1/flat/A201'), new Date()]
        : [id, role, HERE, null, null],
    );
  }
  for (const role of ROLES) {
    const claims = { sub: ids[role] ?? '', role: 'authenticated', aud: 'authenticated' };
    tokens[role] = ids[role] && (await token(claims, db.jwtSecret));
  }
}

/** What the catalog holds about each table and view, and its rows as the owner sees them. */
async function readCatalogue(): Promise<Table[]> {
  const granted = (verb: string) =>
    `array(select column_name::text from information_schema.column_privileges p where p.table_schema = 'public'
       and p.table_name = c.relname and p.privilege_type = '${verb}' and p.grantee = 'authenticated')`;
  const list = await db.sql<Omit<Table, 'rows'> & { columns: string[] }>(
    `select c.relname::text as name,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       array(select a.attname::text from pg_index i, unnest(i.indkey) k join pg_attribute a on a.attnum = k and a.attrelid = c.oid
         where i.indrelid = c.oid and i.indisprimary) as key,
       (select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         and a.attidentity = '' and a.attgenerated = '' order by a.attnum limit 1) as plain,
       ${granted('INSERT')} as insert, ${granted('UPDATE')} as update,
       array(select g.privilege_type::text from information_schema.role_table_grants g
         where g.table_schema = 'public' and g.table_name = c.relname and g.grantee = 'authenticated'
         union select g.privilege_type::text from information_schema.column_privileges g
         where g.table_schema = 'public' and g.table_name = c.relname and g.grantee = 'authenticated') as verbs,
       array(select a.attname::text from pg_constraint f join pg_attribute a on a.attrelid = c.oid and a.attnum = f.conkey[1]
         where f.conrelid = c.oid and f.contype = 'f' and f.confrelid in ('auth.users'::regclass, 'public.people'::regclass)) as people
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') order by c.relname`,
  );
  return Promise.all(
    list.map(async ({ columns, ...table }) => {
      // A view has no key of its own.
      if (table.key.length === 0) table.key = ['id'];
      const isHere = columns.includes('block_id') ? 'block_id = $1' : OF_BUILDING[table.name];
      if (!isHere)
        throw new Error(`${table.name}: say in OF_BUILDING which rows are of a building`);
      const of = async (block: string) =>
        (
          await db.sql<{ row: Row }>(
            `select to_jsonb(t) as row from public.${table.name} t where ${isHere} order by t::text`,
            [block],
          )
        ).map(({ row }) => row);
      return { ...table, rows: { here: await of(HERE), elsewhere: await of(ELSEWHERE) } };
    }),
  );
}

const ROLLED_BACK = 'tx=rollback,return=minimal,count=exact';
/**
 * Refused: no right to the table or by a policy (42501), by a trigger that applies to all (23514; the row itself is valid),
 * or because a view of several tables takes no rows (55000).
 */
const REFUSALS = ['42501', '23514', '55000'];
async function ask(role: Role, path: string, method = 'GET', body?: object) {
  const bearer = tokens[role];
  const response = await fetch(`${db.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: db.publishableKey,
      ...(bearer && { authorization: `Bearer ${bearer}` }),
      ...(method !== 'GET' && { prefer: ROLLED_BACK }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const count = Number(response.headers.get('content-range')?.split('/')[1] ?? 0);
  const answer = (text ? JSON.parse(text) : null) as unknown;
  const code = response.ok ? null : (answer as { code: string }).code;
  return {
    ok: response.ok,
    isRefused: code !== null && REFUSALS.includes(code),
    count,
    rows: (answer ?? []) as Row[],
  };
}

/** PostgREST applies the setting a moment later; without it one role's writes would be seen by the next. */
async function rollsBack() {
  const started = performance.now();
  const path = `people?id=eq.${ids.resident}`;
  const nameOf = 'select display_name from public.people where id = $1';
  const [before] = await db.sql(nameOf, [ids.resident]);
  for (;;) {
    await ask('resident', path, 'PATCH', { display_name: 'Prøve' });
    const [row] = await db.sql(nameOf, [ids.resident]);
    if (row!['display_name'] === before!['display_name']) return;
    await ask('resident', path, 'PATCH', before);
    if (performance.now() - started > 10_000) throw new Error('PostgREST does not roll back');
  }
}

const keyOf = ({ key }: Table, row: Row) =>
  JSON.stringify(key.map((column) => String(row[column])));
const filterOf = ({ key }: Table, row: Row) =>
  key.map((column) => `${column}=eq.${encodeURIComponent(String(row[column]))}`).join('&');
/** The resident's own row if there is one, and of polls one that has not opened: it allows everything that the others allow. */
const sample = ({ rows, people, name }: Table) =>
  rows.here.find((row) => people.some((column) => row[column] === ids.resident)) ??
  rows.here.find((row) => name === 'people' && row['id'] === ids.resident) ??
  rows.here.find((row) => row['poll_id'] === planned) ??
  rows.here[0]!;
const only = (row: Row, columns: string[]) =>
  Object.fromEntries(columns.map((column) => [column, row[column]]));

/** R: reads all rows of Drøbakgata, r: some; i, u, d: may insert a row like one of them, update it, delete it. */
async function lettersOf(table: Table, role: Role): Promise<string> {
  const seen = await ask(role, `${table.name}?select=${table.key.join(',')}`);
  const seenKeys = new Set(seen.ok ? seen.rows.map((row) => keyOf(table, row)) : []);
  const here = table.rows.here.filter((row) => seenKeys.has(keyOf(table, row))).length;
  const row = sample(table);
  const bare = only(row, [table.plain]);
  // The insert is tried in one's own name.
  const mine = Object.fromEntries(
    table.people.filter((column) => row[column] && ids[role]).map((column) => [column, ids[role]]),
  );
  const added = table.insert.length ? only({ ...row, ...mine }, table.insert) : bare;
  const changed = table.update.length ? only(row, table.update) : bare;
  const at = `${table.name}?${filterOf(table, row)}`;
  // A verb that is not granted to signed-in people is refused to all of them alike, so that one of them is enough.
  const asks = (verb: string) =>
    ['anon', 'consultant'].includes(role) || table.verbs.includes(verb);
  const refused = { ok: false, isRefused: true, count: 0 };
  const [insert, update, remove] = await Promise.all([
    asks('INSERT') ? ask(role, table.name, 'POST', added) : refused,
    asks('UPDATE') ? ask(role, at, 'PATCH', changed) : refused,
    asks('DELETE') ? ask(role, at, 'DELETE') : refused,
  ]);
  const did = ({ ok, isRefused, count }: typeof refused) => (ok ? count > 0 : !isRefused);
  const letters = [
    here === 0 ? '' : here === table.rows.here.length ? 'R' : 'r',
    insert.isRefused ? '' : 'i',
    did(update) ? 'u' : '',
    did(remove) ? 'd' : '',
  ];
  return letters.join('') || '-';
}

const fingerprintAll = async () =>
  JSON.stringify(
    await Promise.all(
      tables.map(({ name }) =>
        db.sql(
          `select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from public.${name} t`,
        ),
      ),
    ),
  );

test('every table has a row in both buildings, or belongs to none', () => {
  const poor = tables.filter(({ rows }) => !rows.here.length || !rows.elsewhere.length);
  expect(poor.map(({ name }) => name)).toEqual([]);
});

test(
  'every table x every role x every verb is as the table says, and nothing was changed by trying',
  { timeout: 120_000 },
  async () => {
    const before = await fingerprintAll();
    const lines: string[] = [];
    for (const table of tables) {
      const cells = await Promise.all(ROLES.map((role) => lettersOf(table, role)));
      lines.push(
        [table.name.padEnd(26), ...cells.map((cell) => cell.padEnd(4))].join(' ').trimEnd(),
      );
    }
    expect(lines.join('\n')).toBe(MATRIX);
    expect(await fingerprintAll()).toBe(before);
  },
);

test('people of one building see of the other only what a stranger sees', async () => {
  const bound: Role[] = ['resident', 'partner', 'observer', 'consultant'];
  const found: string[] = [];
  for (const table of tables) {
    const keys = new Set(table.rows.elsewhere.map((row) => keyOf(table, row)));
    const of = table.name in OF_BUILDING && OF_BUILDING[table.name]!.startsWith('$1');
    if (of) continue;
    const seen = async (role: Role) => {
      const { ok, rows } = await ask(role, `${table.name}?select=${table.key.join(',')}`);
      return ok ? rows.filter((row) => keys.has(keyOf(table, row))).length : 0;
    };
    const [stranger, ...others] = await Promise.all((['nobody', ...bound] as Role[]).map(seen));
    bound.forEach((role, i) => {
      if (others[i] !== stranger) found.push(`${table.name} ${role}: ${others[i]} not ${stranger}`);
    });
  }
  expect(found).toEqual([]);
});

test('a file in storage is only for the person who stored it', async () => {
  const storage = (role: Role) =>
    createClient(db.url, db.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: tokens[role] ? { headers: { Authorization: `Bearer ${tokens[role]}` } } : {},
    }).storage;
  const { data: buckets } = await db.service().storage.listBuckets();
  const names: Record<string, (owner: string) => string> = {
    'report-photos': (owner) => `${owner}/${'a'.repeat(64)}_1x1.webp`,
    'space-photos': () => `${crypto.randomUUID()}_1x1.webp`,
  };
  expect(buckets?.map(({ id }) => id).toSorted()).toEqual(Object.keys(names));
  const picture = new Blob(['x'], { type: 'image/webp' });
  for (const [bucket, nameFor] of Object.entries(names)) {
    const owned = nameFor(ids.resident!);
    expect((await storage('resident').from(bucket).upload(owned, picture)).error).toBeNull();
    const cells = ROLES.map(async (role) => {
      const files = storage(role).from(bucket);
      const seen = await files.download(owned);
      const listed = await files.list(owned.includes('/') ? ids.resident! : '');
      const over = await files.upload(owned, picture, { upsert: true });
      const [, removed] = [await files.update(owned, picture), await files.remove([owned])];
      const own = await files.upload(nameFor(ids[role] ?? 'x'), picture, { upsert: false });
      const letters = [
        seen.data || listed.data?.length ? 'r' : '',
        role !== 'resident' && !own.error ? 'i' : '',
        role !== 'resident' && !over.error ? 'u' : '',
        removed.data?.length ? 'd' : '',
      ].join('');
      return [role, letters || '-'];
    });
    expect([bucket, Object.fromEntries(await Promise.all(cells))]).toEqual([
      bucket,
      Object.fromEntries(ROLES.map((role) => [role, FILES[bucket]![role] ?? '-'])),
    ]);
    const left = await storage('resident').from(bucket).download(owned);
    expect(await left.data?.text()).toBe('x');
  }
});
