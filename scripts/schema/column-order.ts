import type pg from 'pg';

const COLUMNS = `select format('%s.%s', c.relnamespace::regnamespace, c.relname) as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'r' and c.relnamespace in (to_regnamespace('public'), to_regnamespace('private')) group by c.oid`;

/**
 * The tables of which a new column does not stand at the end, a line each. The order of columns shows in rows that are copied whole
 * (`returns setof`, `select t.*`), and no migration can change it.
 */
export async function columnOrderChanges(have: pg.Pool, want: pg.Pool): Promise<string[]> {
  const before = new Map((await columnsOf(have)).map(({ name, columns }) => [name, columns]));
  return (await columnsOf(want)).flatMap(({ name, columns }) => {
    const old = (before.get(name) ?? []).filter((column) => columns.includes(column));
    const isKept = old.every((column, i) => columns[i] === column);
    return isKept ? [] : [`in its schema file, new columns of ${name} must stand last, and old ones in their order: ${old.join(', ')}`]; // prettier-ignore
  });
}

async function columnsOf(pool: pg.Pool) {
  return (await pool.query<{ name: string; columns: string[] }>(COLUMNS)).rows;
}
