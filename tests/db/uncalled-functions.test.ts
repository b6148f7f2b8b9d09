import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDb } from '../support/database.ts';

/**
 * A function that nothing calls is dead code, or its line in a list is missing: `waiting_in_<domain>` in desk/waiting.sql,
 * `my_<domain>_data` in residents/own-data.sql, `forget_in_<domain>` in residents/deletion.sql.
 */

let t: TestDb;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t?.close());

type Called = { name: string; body: string; isUsed: boolean; isColumn: boolean };

const FUNCTIONS = `select format('%s.%s', n.nspname, p.proname) as name, regexp_replace(p.prosrc, '--[^\\n]*', '', 'g') as body,
    exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.deptype <> 'i') as "isUsed",
    p.pronargs = 1 and exists (select from pg_class c where c.reltype = p.proargtypes[0]) as "isColumn"
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('public', 'private')
  where not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`;

const sources = ['src', 'scripts'].flatMap((folder) =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|astro|mjs)$/.test(name) && !name.endsWith('database.types.ts'))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8')),
); // prettier-ignore
const typescript = sources.join('\n');

/** By `rpc('name')`; a function of a row is also read as a column of its table. */
const isAsked = ({ name, isColumn }: Called) => {
  const [schema, bare] = name.split('.');
  const pattern = isColumn ? `\\b${bare}\\b` : `['"\`]${bare}['"\`]`;
  return schema === 'public' && new RegExp(pattern).test(typescript);
};

/** Functions that no policy, trigger, default, index or view reaches, nor TypeScript, nor a function that one of them reaches. */
function uncalled(all: Called[]): string[] {
  const reached = new Set(all.filter((one) => one.isUsed || isAsked(one)));
  for (const caller of reached)
    for (const one of all)
      if (new RegExp(`\\b${one.name.replace('.', '\\.')}\\b`).test(caller.body)) reached.add(one);
  return all.filter((one) => !reached.has(one)).map(({ name }) => name);
}

test('every function is called by a policy, a trigger, TypeScript, or a function that is called', async () => {
  const all = await t.sql<Called>(FUNCTIONS);
  expect(all.length).toBeGreaterThan(500);
  expect(uncalled(all)).toEqual([]);
});

test('two functions that call only each other are found', async () => {
  const body = (other: string) => `perform private.${other}();`;
  const dead = ['one', 'other'].map((name, i, names) => ({ name: `private.${name}`, body: body(names[1 - i]!), isUsed: false, isColumn: false })); // prettier-ignore
  expect(uncalled([...(await t.sql<Called>(FUNCTIONS)), ...dead])).toEqual([
    'private.one',
    'private.other',
  ]);
});
