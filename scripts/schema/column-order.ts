import type pg from 'pg';

const COLUMNS = `select format('%s.%s', c.relnamespace::regnamespace, c.relname) as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'r' and c.relnamespace in (to_regnamespace('public'), to_regnamespace('private')) group by c.oid`;

/** The beginning of a line about a schema file; every other line for a person is about the migration. */
export const MISPLACED = 'in its schema file, ';

/**
 * The tables with a new column that is not at the end, a line each. The order of columns shows in rows that are copied whole
 * (`returns setof`, `select t.*`), and no migration can change it. A column in the place of a removed one may be that
 * one under another name.
 */
export async function columnOrderChanges(have: pg.Pool, want: pg.Pool): Promise<string[]> {
  const before = new Map((await columnsOf(have)).map(({ name, columns }) => [name, columns]));
  return (await columnsOf(want)).flatMap(({ name, columns }) => {
    const old = before.get(name) ?? [];
    const kept = old.filter((column) => columns.includes(column));
    const renamed = old.map((column, i) => (columns.includes(column) || old.includes(columns[i]!) ? column : columns[i]!)); // prettier-ignore
    const isKept = [kept, renamed].some((order) =>
      order.every((column, i) => columns[i] === column),
    );
    return isKept ? [] : [`${MISPLACED}new columns of ${name} must stand last, and old ones in their order: ${kept.join(', ')}`]; // prettier-ignore
  });
}

async function columnsOf(pool: pg.Pool) {
  return (await pool.query<{ name: string; columns: string[] }>(COLUMNS)).rows;
}
