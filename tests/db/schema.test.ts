import fs from 'node:fs';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../scripts/schema/database-types.ts';
import { fromSchemas, withDatabase } from '../../scripts/schema/databases.ts';
import { readSchemas } from '../../scripts/schema/schema-files.ts';
import { statementsOf } from '../../scripts/schema/statements.ts';
import { missingInMigrations } from '../../scripts/schema/write-migration.ts';
import { bothCatalogs, testServer } from '../support/schema-project.ts';

/** supabase/schemas describes the database, and supabase/migrations make it: here both are built and compared. */

test('the migrations make what the schema files describe, by the tool that writes migrations', async () => {
  expect(await missingInMigrations(testServer(), '.')).toEqual([]);
});

test('the migrations make what the schema files describe, by the catalog: types, rights, bodies, order of columns', async () => {
  const { made, said } = await bothCatalogs('.');
  expect(said.length).toBeGreaterThan(2000);
  expect(made).toEqual(said);
});

test('every function body passes the check of PostgreSQL', async () => {
  const statements = await readSchemas('.');
  expect(statements.filter(({ kind }) => kind === 'CreateFunctionStmt').length).toBeGreaterThan(
    500,
  );
  await withDatabase(testServer(), fromSchemas(testServer(), statements), () => Promise.resolve());
});

test.each([
  ['sql', 'a column that is nowhere', 'select p.nothing from public.people p', 'column p.nothing does not exist'], // prettier-ignore
  ['sql', 'a function that is nowhere', 'select private.nothing()', 'function private.nothing() does not exist'], // prettier-ignore
  ['plpgsql', 'wrong syntax', 'begin retrun; end', 'syntax error at or near "retrun"'],
])('a body in %s with %s is refused with file and line', async (language, _what, body, message) => {
  const sql = `-- Æøå.\n\n-- Wrong.\ncreate function private.wrong() returns void\nlanguage ${language} set search_path = '' as $$\n${body}\n$$;\n`; // prettier-ignore
  const wrong = await statementsOf('people/wrong.sql', sql);
  const statements = [...(await readSchemas('.')), ...wrong];
  const made = withDatabase(testServer(), fromSchemas(testServer(), statements), () => Promise.resolve()); // prettier-ignore
  await expect(made).rejects.toThrow(`supabase/schemas/people/wrong.sql:6: ${message}`);
});

test('the types and the numbers of TypeScript are those of the schema files', async () => {
  const files = await generatedFiles(testServer());
  expect(files.map(([file]) => file)).toEqual(['src/lib/database.types.ts', 'src/lib/numbers.ts']);
  for (const [file, text] of files) expect(fs.readFileSync(file, 'utf8'), file).toBe(text);
});
