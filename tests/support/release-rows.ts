import type pg from 'pg';
import { withClient } from '../../scripts/backend/client.ts';

/** Rows of all our tables and of those that the services keep for us, to be compared one by one. */

export type Row = Record<string, unknown>;
/** `table` is `schema.name`; `key` are the columns of its primary key, empty without one. */
export type Table = { table: string; key: string[]; rows: Row[] };

/** What may differ, and why. Without `columns`: the whole table. */
export type Exception = { table: string; columns?: string[]; why: string };

const SCHEMAS = ['public', 'private', 'auth', 'storage', 'supabase_migrations'];
export const HISTORY_TABLE = 'supabase_migrations.schema_migrations';

/** `schema.name` as quoted for SQL. */
export const quoted = (name: string) =>
  name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

/** All tables of a database with all rows, each in the order of their text: the same rows give the same list. */
export const rowsOf = (url: string): Promise<Table[]> =>
  withClient(url, async (c) => {
    const tables: Table[] = [];
    for (const { table, key } of await tablesOf(c)) {
      const { rows } = await c.query<{ row: Row }>(
        `select to_jsonb(t) as row from ${quoted(table)} t order by t::text collate "C"`,
      );
      tables.push({ table, key, rows: rows.map(({ row }) => row) });
    }
    return tables;
  });

async function tablesOf(c: pg.Client) {
  const { rows } = await c.query<{ table: string; key: string[] }>(
    `select n.nspname || '.' || c.relname as table,
       array(select a.attname::text from pg_index i cross join unnest(i.indkey) k (attnum)
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary order by a.attnum) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = any ($1) order by 1`,
    [SCHEMAS],
  );
  return rows;
}

/** The columns of each table that can be written, as a list for SQL: all except the generated ones. */
export async function insertableColumns(c: pg.Client): Promise<Map<string, string>> {
  const { rows } = await c.query<{ table: string; columns: string }>(
    `select n.nspname || '.' || c.relname as table, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relkind = 'r' and n.nspname = any ($1) group by 1`,
    [SCHEMAS],
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/**
 * A line for every old row that is missing or differs, and for every missing table or column. New tables, columns and rows are
 * not a difference.
 */
export function differences(before: Table[], now: Table[], exceptions: Exception[] = []): string[] {
  const tables = new Map(now.map((table) => [table.table, table]));
  const whole = new Set(exceptions.filter((e) => !e.columns).map((e) => e.table));
  return before
    .filter(({ table }) => !whole.has(table))
    .flatMap((old) => {
      const known = exceptions.filter((e) => e.table === old.table).flatMap((e) => e.columns ?? []);
      const table = tables.get(old.table);
      return table ? rowsThatDiffer(old, table, known) : [`${old.table}: the table is gone`];
    });
}

function rowsThatDiffer(before: Table, now: Table, known: string[]): string[] {
  if (!before.rows[0]) return [];
  const columns = Object.keys(before.rows[0]).filter((column) => !known.includes(column));
  const gone = now.rows[0] ? columns.filter((column) => !(column in now.rows[0]!)) : [];
  const kept = columns.filter((column) => !gone.includes(column));
  const key = before.key.length ? before.key : kept; // what identifies a row
  const keyOf = (row: Row) => text(key.map((column) => row[column]));
  const found = new Map(now.rows.map((row) => [keyOf(row), row]));
  const lines = before.rows.flatMap((old) => {
    const row = found.get(keyOf(old));
    if (!row) return [`${keyOf(old)} is gone`];
    return kept
      .filter((column) => text(old[column]) !== text(row[column]))
      .map((name) => `${keyOf(old)} ${name} was ${text(old[name])}, is ${text(row[name])}`);
  });
  return [...gone.map((column) => `the column ${column} is gone`), ...lines].map(
    (line) => `${before.table}: ${line}`,
  );
}

/** A value to compare; its keys are in the order in which the database writes them. */
const text = (value: unknown) => JSON.stringify(value);
