import { readSchemas } from '../../scripts/schema/schema-files.ts';
import type { TestDb } from './database.ts';

/** Every row of every table of every schema, as text, with the name of its table; without system catalogs. */
async function dump(t: TestDb): Promise<{ table: string; row: string }[]> {
  const tables = await t.sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname !~ '^(pg_|information_schema)' order by 1`,
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) =>
      (await t.sql<{ row: string }>(`select t::text as row from ${name} t`)).map(({ row }) => ({
        table: name,
        row,
      })),
    ),
  );
  return rows.flat();
}

/** The rows that contain one of these, in upper or lower case; an id also without its dashes. */
export async function mentions(t: TestDb, words: string[]): Promise<string[]> {
  const wanted = words
    .flatMap((word) => [word, word.replaceAll('-', '')])
    .map((w) => w.toLowerCase());
  const rows = await dump(t);
  return rows
    .filter(({ row }) => wanted.some((word) => row.toLowerCase().includes(word)))
    .map(({ table, row }) => `${table}: ${row}`);
}

/** Our tables with a column that refers to a person or an account, and those columns. */
export const personColumns = (t: TestDb) =>
  t.sql<{ table: string; column: string }>(
    `select distinct f.conrelid::regclass::text as table, a.attname as column
     from pg_constraint f join pg_namespace n on n.oid = f.connamespace and n.nspname in ('public', 'private')
     join pg_attribute a on a.attrelid = f.conrelid and a.attnum = any (f.conkey)
     where f.contype = 'f' and f.confrelid in ('public.people'::regclass, 'auth.users'::regclass, 'public.message_phones'::regclass)
     union select c.oid::regclass::text, a.attname from pg_class c
     join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'private') and c.relkind = 'r'
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where a.attname ~ '(person|user|reporter|author|actor|owner|account|member)_?(id|ids)$' or a.attname ~ '(flagged|created|made|done|written)_by$'
       and a.atttypid = 'uuid'::regtype
     order by 1, 2`,
  );

/** `reports` of `report_details` (as PostgreSQL prints it, without `public.`): the folder of supabase/schemas that makes the table. */
export async function domainsOfTables(): Promise<Map<string, string>> {
  const tables = (await readSchemas('.')).filter(({ kind }) => kind === 'CreateStmt');
  return new Map(tables.map(({ makes, file }) => [makes!.replace(/^public\./, ''), file.split('/')[0]!])); // prettier-ignore
}
