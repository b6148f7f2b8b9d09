import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backend } from '../../scripts/backend/backend.ts';
import { applySchemas, followSchemas, recordApplied } from '../../scripts/schema/follow.ts';
import { smallProject } from '../support/small-project.ts';
import { query } from '../support/upgrades.ts';

/** What `npm run dev` does when a schema file is saved: the running database follows, and keeps its rows. */

const FILE = 'supabase/schemas/notes/notes.sql';
const TABLE = `-- Notes.

create table public.notes (id bigint generated always as identity primary key, text text not null);
alter table public.notes enable row level security;
grant select, insert on public.notes to service_role;
`;
const count = (body: string) => `
create function private.note_count() returns bigint language sql stable set search_path = '' as $$ ${body} $$;
`;
const COUNT = `create schema private;${count('select count(*) from public.notes')}`;

const project = smallProject();
let backend: Backend;
const start = async () => (backend = await project.start({ beforeMigrations: recordApplied }));
const apply = () => applySchemas(backend.instance, project.folder);
const ask = async (sql: string) => Object.values((await query(backend.databaseUrl(), sql))[0]!)[0];
const told = (text: string | RegExp) => project.lines.filter((line) => line.match(text));

beforeAll(async () => {
  project.write(FILE, TABLE);
  await start();
});
afterAll(async () => {
  await backend?.stop();
  project.remove();
});

test('without a difference nothing is done or reported', async () => {
  const before = [...project.lines];
  await apply();
  expect(project.lines).toEqual(before);
});

test('a new function exists, a changed one answers differently, and rows stay', async () => {
  project.write(FILE, `${TABLE}${COUNT}`);
  await apply();
  expect(await ask('select private.note_count()')).toBe('1');
  project.write(FILE, `${TABLE}${COUNT.replace('count(*)', 'count(*) + 10')}`);
  await apply();
  expect(await ask('select private.note_count()')).toBe('11');
  expect(await ask('select text from public.notes')).toBe('seeded');
});

test('a wrong file changes nothing: it is reported with file and line', async () => {
  project.write(FILE, `${TABLE}${COUNT.replace('public.notes', 'public.nothing')}`);
  await expect(apply()).rejects.toThrow(
    /^supabase\/schemas\/notes\/notes\.sql:\d+: relation "public.nothing" does not exist/,
  );
  expect(await ask('select private.note_count()')).toBe('11');
});

test('a change that would lose rows is reported and not made', async () => {
  project.write(FILE, `${TABLE.replace(', text text not null', '')}${COUNT}`);
  await apply();
  expect(told(/^left for you, in a migration: what becomes of the rows\?.*DROP COLUMN "text"/)).toHaveLength(1); // prettier-ignore
  expect(told(/^When that migration is written, restart `npm run dev`/)).toHaveLength(1);
  expect(await ask('select text from public.notes')).toBe('seeded');
});

test('a migration written afterwards goes into the history at the next start, and is not run', async () => {
  project.write(FILE, `${TABLE}${COUNT}`);
  await apply();
  project.write('supabase/migrations/2_count.sql', COUNT); // running it would fail: the schema is already there
  await backend.stop();
  await start();
  expect(told('already there: supabase/migrations/2_count.sql')).toHaveLength(1);
  expect(await ask('select string_agg(version, $$ $$) from supabase_migrations.schema_migrations')).toBe('1 2'); // prettier-ignore
});

test('a migration with a line left for a person stops the start and is not recorded', async () => {
  const file = 'supabase/migrations/3_later.sql';
  project.write(file, '-- by hand: what becomes of the rows?: drop …\n');
  await apply(); // Nothing differs, so the migration would be recorded.
  await backend.stop();
  await expect(start()).rejects.toThrow(`${file} is not finished`);
  project.drop(file);
  await start();
  expect(await ask('select string_agg(version, $$ $$) from supabase_migrations.schema_migrations')).toBe('1 2'); // prettier-ignore
});

test('saved files are followed until the end, also after a wrong one', async () => {
  const following = await followSchemas(backend.instance, project.folder);
  project.write(FILE, `${TABLE}create function`);
  await expect.poll(() => told(/^Not applied: .*notes\.sql:\d+: syntax error/)).toHaveLength(1);
  project.write(FILE, `${TABLE}${COUNT.replace('count(*)', 'count(*) + 20')}`);
  await expect.poll(() => ask('select private.note_count()'), { timeout: 20_000 }).toBe('21');
  await expect.poll(() => told('supabase/schemas can be read again')).toHaveLength(1);
  await following.stop();
  project.write(FILE, `${TABLE}${COUNT}`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await ask('select private.note_count()')).toBe('21');
});
