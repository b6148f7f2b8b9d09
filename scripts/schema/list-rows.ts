// Rows that are defined in schema files (periods, kinds, buckets): the catalogue does not contain them.
import pg from 'pg';
import type { Change } from './by-hand.ts';
import { nameOf, type Statement } from './statements.ts';

/** Every value as PostgreSQL prints it, or null. */
type Row = Record<string, string | null>;

/**
 * A plain `insert` in a schema file is a list that only migrations change: its rows are made equal by primary key. With `on conflict do
 * nothing` it sets initial values that people change afterwards: another initial value is for a person to write, and in a database that
 * people use (`isLive`) a changed row is not a difference.
 */
export async function listRowChanges(
  have: pg.Pool,
  want: pg.Pool,
  statements: Statement[],
  isLive: boolean,
): Promise<Change[]> {
  const found: Change[] = [];
  const inserts = statements.filter(({ kind }) => kind === 'InsertStmt');
  for (const [table, [insert]] of Map.groupBy(inserts, ({ node }) => nameOf(node.relation!))) {
    if (!(await exists(have, table))) continue; // a new table comes with its rows
    const shape = await shapeOf(want, table);
    const [before, after] = await Promise.all([rowsOf(have, table), rowsOf(want, table)]);
    const { added, updated, gone } = changedRows(table, shape, before, after);
    // A row for a person blocks no other change of its table.
    const asChange = (why?: string) => (text: string) => ({ text, names: why ? [] : [table], why });
    const isPeoples = insert!.node.onConflictClause !== undefined;
    found.push(...added.map(asChange()));
    if (!isPeoples) found.push(...updated.map(asChange()));
    if (isPeoples && isLive) continue;
    if (isPeoples) found.push(...updated.map(asChange('people may have changed it')));
    found.push(...gone.map(asChange('what becomes of what uses it?')));
  }
  return found;
}

function changedRows(
  table: string,
  { key, columns, defaults }: Shape,
  before: Row[],
  after: Row[],
) {
  const idOf = (row: Row) => JSON.stringify(key.map((column) => row[column]));
  const where = (row: Row) => `where ${assignments(key, row).join(' and ')}`;
  const old = new Map(before.map((row) => [idOf(row), row]));
  const kept = new Set(after.map(idOf));
  return {
    added: after
      .filter((row) => !old.has(idOf(row)))
      .map((row) =>
        insertOf(
          table,
          columns.filter((column) => row[column] !== null || defaults.includes(column)),
          row,
        ),
      ),
    updated: after.flatMap((row) => {
      const was = old.get(idOf(row)) ?? row;
      const isOther = (column: string) => (was[column] ?? null) !== row[column];
      const changed = assignments(columns.filter(isOther), row);
      return changed.length > 0 ? [`update ${table} set ${changed.join(', ')} ${where(row)};`] : [];
    }),
    gone: before
      .filter((row) => !kept.has(idOf(row)))
      .map((row) => `delete from ${table} ${where(row)};`),
  };
}

function insertOf(table: string, columns: string[], row: Row): string {
  const values = columns.map((column) => literal(row[column]));
  return `insert into ${table} (${columns.join(', ')}) values (${values.join(', ')}) on conflict do nothing;`;
}

const assignments = (columns: string[], row: Row) =>
  columns.map((column) => `${column} = ${literal(row[column])}`);

const literal = (value: string | null | undefined) =>
  value === null || value === undefined ? 'null' : pg.escapeLiteral(value);

async function exists(pool: pg.Pool, table: string): Promise<boolean> {
  const { rows } = await pool.query<{ yes: boolean }>('select to_regclass($1) is not null as yes', [table]); // prettier-ignore
  return rows[0]!.yes;
}

async function rowsOf(pool: pg.Pool, table: string): Promise<Row[]> {
  const types = { getTypeParser: () => (value: string) => value };
  return (await pool.query<Row>({ text: `select * from ${table} t order by t`, types })).rows;
}

/** The key of a row, and the columns with a value of their own: not generated ones, and not when a bucket was made. */
type Shape = { key: string[]; columns: string[]; defaults: string[] };

async function shapeOf(pool: pg.Pool, table: string): Promise<Shape> {
  const { rows } = await pool.query<{ name: string; is_key: boolean; has_default: boolean }>(
    `select a.attname as name, a.atthasdef as has_default, coalesce(a.attnum = any (i.indkey), false) as is_key
     from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and a.attname not in ('created_at', 'updated_at') order by a.attnum`,
    [table],
  );
  const names = (which: typeof rows) => which.map(({ name }) => name);
  const key = names(rows.filter(({ is_key }) => is_key));
  if (key.length === 0)
    throw new Error(`${table} has rows in a schema file and needs a primary key`);
  return {
    key,
    columns: names(rows),
    defaults: names(rows.filter(({ has_default }) => has_default)),
  };
}
