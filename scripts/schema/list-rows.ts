// Rows that schema files bring along (periods, kinds, buckets): the catalogue knows nothing of them.
import pg from 'pg';
import { nameOf, type Statement } from './statements.ts';

/** Every value as PostgreSQL prints it, or null. */
type Row = Record<string, string | null>;
type Changes = { statements: string[]; byHand: string[] };

/**
 * A plain `insert` in a schema file is a list that only migrations change: its rows are made equal by primary key. With `on conflict do
 * nothing` it brings first values that people change afterwards: another first value is for a person to write, and in a database that
 * people use (`isLive`) a row of theirs is no difference.
 */
export async function listRowChanges(
  have: pg.Pool,
  want: pg.Pool,
  statements: Statement[],
  isLive: boolean,
): Promise<Changes> {
  const found: Changes = { statements: [], byHand: [] };
  const inserts = statements.filter(({ kind }) => kind === 'InsertStmt');
  for (const [table, [insert]] of Map.groupBy(inserts, ({ node }) => nameOf(node.relation!))) {
    if (!(await exists(have, table))) continue; // a new table comes with its rows
    const [before, after] = await Promise.all([rowsOf(have, table), rowsOf(want, table)]);
    const { added, updated, gone } = changedRows(
      table,
      await primaryKey(want, table),
      before,
      after,
    );
    const isPeoples = insert!.node.onConflictClause !== undefined;
    found.statements.push(...added, ...(isPeoples ? [] : updated));
    if (isPeoples && isLive) continue;
    found.byHand.push(
      ...(isPeoples ? updated : []).map((row) => `people may have changed it: ${row}`),
      ...gone.map((row) => `what becomes of what uses it?: ${row}`),
    );
  }
  return found;
}

function changedRows(table: string, key: string[], before: Row[], after: Row[]) {
  const idOf = (row: Row) => JSON.stringify(key.map((column) => row[column]));
  const where = (row: Row) => `where ${assignments(key, row).join(' and ')}`;
  const old = new Map(before.map((row) => [idOf(row), row]));
  const kept = new Set(after.map(idOf));
  return {
    added: after.filter((row) => !old.has(idOf(row))).map((row) => insertOf(table, row)),
    updated: after.flatMap((row) => {
      const changed = assignments(changedColumns(old.get(idOf(row)) ?? row, row), row);
      return changed.length > 0 ? [`update ${table} set ${changed.join(', ')} ${where(row)};`] : [];
    }),
    gone: before
      .filter((row) => !kept.has(idOf(row)))
      .map((row) => `delete from ${table} ${where(row)};`),
  };
}

/** A bucket knows when it was made: that is no difference. */
const isCompared = (column: string) => !column.endsWith('_at');

const changedColumns = (old: Row, row: Row) =>
  Object.keys(row).filter((column) => isCompared(column) && (old[column] ?? null) !== row[column]);

function insertOf(table: string, row: Row): string {
  const columns = Object.keys(row).filter((name) => row[name] !== null && isCompared(name));
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

async function primaryKey(pool: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
     where i.indrelid = $1::regclass and i.indisprimary`,
    [table],
  );
  return rows.map(({ name }) => name);
}
