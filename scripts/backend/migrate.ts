import crypto from 'node:crypto';
import path from 'node:path';
import type pg from 'pg';
import { withClient } from './client.ts';
import { databaseUrl, type Instance } from './config.ts';
import { applyFile, sqlFilesIn, type SqlFile } from './sql-files.ts';

// the Supabase CLI's own tables, so that `supabase migration list` and `db push` agree with us
const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations
    (version text primary key, statements text[], name text);
  create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null)`;

const ADVICE = 'run `npm run reset` for fresh demo data or add a new migration';

/** supabase/migrations in order, then the demo data of supabase/seeds, each file once, as the owner role. */
export async function migrate(
  instance: Instance,
  database: string,
  projectDir: string,
  { withSeeds = true } = {},
): Promise<void> {
  const url = databaseUrl(instance.config, 'postgres', database);
  await withClient(url, async (c) => {
    await c.query('select pg_advisory_lock(7262)');
    await c.query(HISTORY);
    await applyMigrations(c, url, sqlFilesIn(projectDir, 'supabase/migrations'), instance.log);
    if (withSeeds)
      await applySeeds(c, url, sqlFilesIn(projectDir, 'supabase/seeds'), instance.log);
    await c.query("notify pgrst, 'reload schema'");
  });
}

async function applyMigrations(c: pg.Client, url: string, files: SqlFile[], log: Instance['log']) {
  const done = await c.query<{ version: string; name: string; sql: string }>(
    `select version, name, array_to_string(statements, '') as sql
     from supabase_migrations.schema_migrations order by version`,
  );
  const known = files.flatMap((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(path.basename(file.path)) ?? [];
    return version ? [{ ...file, version, name }] : [];
  });
  for (const { version, name, sql } of done.rows) {
    const file = known.find((candidate) => candidate.version === version);
    if (!file) throw changed(`supabase/migrations/${version}_${name}.sql`, 'has been removed');
    if (squeeze(file.sql) !== squeeze(sql)) throw changed(file.path, 'has changed');
  }
  const versions = new Set(done.rows.map((row) => row.version));
  for (const file of known.filter(({ version }) => !versions.has(version))) {
    const insert = `insert into supabase_migrations.schema_migrations (version, statements, name)
                    values ($1, $2, $3)`;
    await applyFile(url, file, (own) => own.query(insert, [file.version, [file.sql], file.name]));
    log(`applied ${file.path}`);
  }
}

async function applySeeds(c: pg.Client, url: string, files: SqlFile[], log: Instance['log']) {
  const done = await c.query<{ path: string }>('select path from supabase_migrations.seed_files');
  const paths = new Set(done.rows.map((row) => row.path));
  for (const file of files.filter((candidate) => !paths.has(candidate.path))) {
    const hash = crypto.createHash('sha256').update(file.sql).digest('hex');
    const insert = 'insert into supabase_migrations.seed_files values ($1, $2)';
    await applyFile(url, file, (own) => own.query(insert, [file.path, hash]));
    log(`loaded ${file.path}`);
  }
}

/** The Supabase CLI stores statements without the space and semicolons between them. */
const squeeze = (sql: string) => sql.replaceAll(/[\s;]+/g, '');

const changed = (file: string, what: string) =>
  new Error(`${file} ${what} since this database was made; ${ADVICE}.`);
