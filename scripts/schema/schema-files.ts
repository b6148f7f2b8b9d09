// supabase/schemas/<domain>/<noun>.sql as one list of statements, in an order that PostgreSQL accepts. A file holds everything about its
// noun and need not know what comes before it: statements are sorted by kind, and each comes after whatever it names.
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { staleApiFiles, writeApiFiles } from './api-functions.ts';
import { nameOf, statementsOf, type Statement } from './statements.ts';

export const SCHEMAS = 'supabase/schemas';

const ORDER_OF_KINDS = [
  'CreateExtensionStmt',
  'CreateSchemaStmt',
  'AlterDefaultPrivilegesStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CompositeTypeStmt',
  'CreateSeqStmt',
  'CreateStmt',
  'AlterTableStmt',
  'CreateFunctionStmt',
  'IndexStmt',
  'ViewStmt',
  'CreatePolicyStmt',
  'CreateTrigStmt',
  'InsertStmt',
  'GrantStmt',
  'CommentStmt',
];

/**
 * Every statement below supabase/schemas of the project, after regenerating the generated files there (api-functions.ts) when asked
 * to. Throws with file and line when a statement does not belong there, or when a generated file does not match the others.
 */
export async function readSchemas(
  projectDir: string,
  { writesApi = false } = {},
): Promise<Statement[]> {
  const folder = path.join(projectDir, SCHEMAS);
  const found = await statementsBelow(folder);
  if (writesApi && writeApiFiles(folder, found).length > 0)
    return inOrder(await statementsBelow(folder));
  const [stale] = staleApiFiles(folder, found).keys();
  if (stale)
    throw new Error(`${SCHEMAS}/${stale} is not what the lines "-- API:" say: \`npm run types\` writes it`); // prettier-ignore
  return inOrder(found);
}

async function statementsBelow(folder: string): Promise<Statement[]> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.sql')).map((name) => name.replaceAll(path.sep, '/')); // prettier-ignore
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  return (await Promise.all(files.sort().map((name) => statementsOf(name, read(name))))).flat();
}

/** As one script; bodies of functions may name what comes later, see checkBodies. */
export const asScript = (texts: string[]): string =>
  `set check_function_bodies = off;\n\n${texts.join('\n\n')}\n`;

/** Recreates every function with the check of its body on: finds wrong names in SQL bodies and wrong syntax in plpgsql. */
export async function checkBodies(c: pg.Client, statements: Statement[]): Promise<void> {
  await c.query('set check_function_bodies = on');
  for (const one of statements.filter(isFunction)) await run(c, one, asReplacement(one));
}

/** Runs a statement with this text. Throws with file and line. */
export async function run(c: pg.Client, one: Statement, text = one.text): Promise<void> {
  await c.query(text).catch((error: Error & { position?: string }) => {
    const before = text.slice(0, Number(error.position ?? 1) - 1);
    const line = one.line + before.split('\n').length - 1;
    throw new Error(`${at({ ...one, line })}: ${error.message}`);
  });
}

/** The statement of a function or view, as one that replaces it where it exists. */
export const asReplacement = ({ text }: Statement): string =>
  text.replace(/^create\s+(?:or\s+replace\s+)?(function|view)/im, 'create or replace $1');

const at = ({ file, line }: Statement): string => `${SCHEMAS}/${file}:${line}`;

function inOrder(all: Statement[]): Statement[] {
  const makers = makersOf(all);
  const done = new Set<Statement>();
  const put = (one: Statement, path: Statement[]) => {
    if (done.has(one)) return;
    const circle = path.slice(path.indexOf(one));
    if (path.includes(one))
      throw new Error(`${at(one)}: circle: ${circleOf([...circle, one])}${wayOutOf(circle)}`);
    for (const name of one.needs)
      if (name !== one.makes)
        for (const maker of makers.get(name) ?? []) put(maker, [...path, one]);
    done.add(one);
  };
  for (const kind of ORDER_OF_KINDS) {
    const ofKind = all.filter((one) => one.kind === kind);
    for (const one of kind === 'InsertStmt' ? inOrderOfTables(ofKind, done) : ofKind) put(one, []);
  }
  return [...done];
}

/** Rows depend on rows as their tables depend on tables. */
function inOrderOfTables(inserts: Statement[], done: Set<Statement>): Statement[] {
  const tables = [...done].map(({ makes }) => makes);
  const placeOf = ({ node }: Statement) => tables.indexOf(nameOf(node.relation!));
  return inserts.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Which statement makes what; a table and a function may share a name. Throws when a statement does not belong, or makes a thing twice. */
function makersOf(all: Statement[]): Map<string, Statement[]> {
  const makers = new Map<string, Statement[]>();
  for (const one of all) {
    if (!ORDER_OF_KINDS.includes(one.kind))
      throw new Error(`${at(one)}: a ${one.kind} does not belong in a schema file; what changes a database that is there stands in a migration`); // prettier-ignore
    if (!one.makes) continue;
    const others = makers.get(one.makes) ?? [];
    const same = others.find((other) => isFunction(other) === isFunction(one));
    if (same) throw new Error(`${at(one)}: ${one.makes} is already made in ${at(same)}`);
    makers.set(one.makes, [...others, one]);
  }
  return makers;
}

const isFunction = ({ kind }: Statement) => kind === 'CreateFunctionStmt';

const circleOf = (path: Statement[]) =>
  path.map((one) => one.makes ?? one.text.slice(0, 60)).join(' -> ');

const wayOutOf = (circle: Statement[]) =>
  circle.every(({ kind }) => kind === 'CreateStmt')
    ? ' (write one of the foreign keys as `alter table … add foreign key`)'
    : '';
