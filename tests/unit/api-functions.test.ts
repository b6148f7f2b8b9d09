import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { readSchemas } from '../../scripts/schema/schema-files.ts';

/** The line `-- API: <roles>` above a definer function generates the function that the API calls, in <domain>/api.sql. */

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

/** A project whose only schema file is this one. */
function project(sql: string): string {
  const folder = throwawayFolder();
  folders.push(folder);
  const file = path.join(folder, 'supabase/schemas/notes/notes.sql');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, sql);
  return folder;
}

const apiOf = (folder: string) => path.join(folder, 'supabase/schemas/notes/api.sql');

async function made(sql: string): Promise<string> {
  const folder = project(sql);
  await readSchemas(folder, { writesApi: true });
  return fs.readFileSync(apiOf(folder), 'utf8').split('\n\n').slice(1).join('\n\n');
}

const definer = (head: string, roles = 'authenticated') => `-- What it does.\n-- API: ${roles}
create function private.${head} language sql stable security definer set search_path = '' as $$ select null $$;\n`;

test('the function of the API has the parameters without p_, their defaults, and runs as its caller', async () => {
  expect(
    await made(definer(`read_note(p_id uuid, p_words text[] default '{}') returns text`)),
  ).toBe(
    `-- notes.sql
create function public.read_note(id uuid, words text[] default '{}') returns text
language sql stable set search_path = '' as $$ select private.read_note(id, words) $$;
grant execute on function private.read_note, public.read_note to authenticated;
`,
  );
});

test('a function that returns rows is read as rows', async () => {
  const rows = await made(
    definer('notes() returns table (id uuid, title text)', 'anon, authenticated'),
  );
  expect(rows).toContain('returns table (id uuid, title text)');
  expect(rows).toContain('$$ select * from private.notes() $$');
  expect(rows).toContain('to anon, authenticated;');
  expect(await made(definer('titles() returns setof text'))).toContain('select * from private.titles()'); // prettier-ignore
});

test('a default with commas and parentheses stays whole', async () => {
  const text = await made(
    definer(`price(p_amount numeric(8, 2) default round(1.5, 0), p_of text default 'a') returns numeric`), // prettier-ignore
  );
  expect(text).toContain(
    `price(amount numeric(8, 2) default round(1.5, 0), of text default 'a') returns numeric`,
  );
  expect(text).toContain('private.price(amount, of)');
});

test('a long list of parameters and columns is broken into lines of at most 140 characters', async () => {
  const many = Array.from({ length: 20 }, (_, i) => `p_parameter_${i} integer`).join(', ');
  const columns = Array.from({ length: 20 }, (_, i) => `column_${i} integer`).join(', ');
  const text = await made(definer(`long(${many}) returns table (${columns})`));
  const lines = text.split('\n').filter((line) => !line.includes('$$'));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140);
  expect(text.replaceAll(/\s+/g, ' ')).toContain('parameter_19 integer ) returns table (');
});

test('a function without the line is not in the API, and a file that is not needed any more is deleted', async () => {
  const folder = project(definer('a() returns text'));
  await readSchemas(folder, { writesApi: true });
  expect(fs.existsSync(apiOf(folder))).toBe(true);
  fs.writeFileSync(
    path.join(folder, 'supabase/schemas/notes/notes.sql'),
    definer('a() returns text').replace('-- API: authenticated\n', ''),
  );
  await readSchemas(folder, { writesApi: true });
  expect(fs.existsSync(apiOf(folder))).toBe(false);
});

test('schema files are refused while the file of the API is out of date', async () => {
  const folder = project(definer('a() returns text'));
  await expect(readSchemas(folder)).rejects.toThrow('notes/api.sql');
  await readSchemas(folder, { writesApi: true });
  await expect(readSchemas(folder)).resolves.toHaveLength(3);
  fs.appendFileSync(apiOf(folder), '\ngrant execute on function private.a to anon;\n');
  await expect(readSchemas(folder)).rejects.toThrow('notes/api.sql');
});

test('a function in public, or a parameter not called p_<name>, is refused with file and line', async () => {
  const inPublic = definer('a() returns text').replace('private.a', 'public.a');
  await expect(made(inPublic)).rejects.toThrow('supabase/schemas/notes/notes.sql:1:');
  await expect(made(definer('a(id uuid) returns text'))).rejects.toThrow('notes.sql:1: a parameter is called p_<name>, not "id uuid"'); // prettier-ignore
});
