import type pg from 'pg';
import { checksumOf, squeeze, type Baseline, type Migration } from './migrations.ts';

export type HistoryRow = { version: string; name: string; sql: string };

// the Supabase CLI's own tables, so that `supabase migration list` and `db push` agree with us
const TABLES = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations
    (version text primary key, statements text[], name text);
  create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null)`;

export const makeHistory = (c: pg.Client) => c.query(TABLES);

/** The migrations this database has had, oldest first. */
export async function readHistory(c: pg.Client): Promise<HistoryRow[]> {
  const { rows } = await c.query<HistoryRow>(
    `select version, name, array_to_string(statements, '') as sql
     from supabase_migrations.schema_migrations order by version`,
  );
  return rows;
}

/** Adds a migration to the history without running it; for changes that the database already has. */
export async function recordMigration(c: pg.Client, file: Migration): Promise<void> {
  await c.query(
    `insert into supabase_migrations.schema_migrations (version, statements, name)
     values ($1, $2, $3)`,
    [file.version, [file.sql], file.name],
  );
}

/**
 * A database made by exactly the migrations that the baseline replaces gets the baseline's row instead of theirs.
 * Nothing is run. Any other history stays as it is, for `checkHistory` to judge.
 */
export async function adoptBaseline(c: pg.Client, baseline: Baseline): Promise<boolean> {
  const { migration, replaces } = baseline;
  const rows = await readHistory(c);
  const isOlder = rows.length > 0 && rows.every(({ version }) => version < migration.version);
  if (!isOlder || checksumOf(rows.map(({ sql }) => sql)) !== replaces) return false;
  await c.query('begin');
  await c.query('delete from supabase_migrations.schema_migrations');
  await recordMigration(c, migration);
  await c.query('commit');
  return true;
}

/** Throws one sentence when the database has run a migration that the files lack, or have with another text. */
export function checkHistory(rows: HistoryRow[], files: Migration[], dataDir: string): void {
  for (const { version, name, sql } of rows) {
    const file = files.find((candidate) => candidate.version === version);
    if (file && squeeze(file.sql) === squeeze(sql)) continue;
    if (file) throw changed(file.path, 'has changed');
    if (version > newestOf(files)) throw newerRelease(dataDir, version, files);
    throw changed(`supabase/migrations/${version}_${name}.sql`, 'has been removed');
  }
}

/** Version of the last migration; '' when there is none. */
export const newestOf = (files: { version: string }[]) => files.at(-1)?.version ?? '';

export const newerRelease = (dataDir: string, version: string, files: Migration[]) =>
  new Error(
    `${dataDir} was last used by a newer release (${version}); this one ends at ` +
      `${newestOf(files)}. Start the newer one, or set DATA_DIR.`,
  );

const changed = (file: string, what: string) =>
  new Error(
    `${file} ${what} since this database was made: start the release that was used before, ` +
      'restore a copy, or run `npm run reset` for fresh demo data.',
  );
