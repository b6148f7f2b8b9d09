import crypto from 'node:crypto';
import type pg from 'pg';
import { withClient } from './client.ts';
import { databaseUrl, type Instance } from './config.ts';
import {
  adoptBaseline,
  checkHistory,
  makeHistory,
  newestOf,
  readHistory,
  recordMigration,
} from './history.ts';
import { baselineIn, migrationsIn } from './migrations.ts';
import { applyFile, sqlFilesIn, type SqlFile } from './sql-files.ts';

/**
 * supabase/migrations in order, then the demo data of supabase/seeds, each file once, as the owner role.
 * Returns the version the database was at; '' for a new one. Throws what `checkHistory` and `applyFile` throw.
 */
export async function migrate(
  instance: Instance,
  database: string,
  projectDir: string,
  { withSeeds = true } = {},
): Promise<string> {
  const url = databaseUrl(instance.config, 'postgres', database);
  return withClient(url, async (c) => {
    await c.query('select pg_advisory_lock(7262)');
    await makeHistory(c);
    const before = newestOf(await readHistory(c));
    await applyMigrations(c, url, projectDir, instance);
    if (withSeeds) await applySeeds(c, url, sqlFilesIn(projectDir, 'supabase/seeds'), instance.log);
    await c.query("notify pgrst, 'reload schema'");
    return before;
  });
}

async function applyMigrations(c: pg.Client, url: string, projectDir: string, instance: Instance) {
  const { dataDir, log } = instance;
  const baseline = baselineIn(projectDir);
  if (baseline && (await adoptBaseline(c, baseline)))
    log(`the history now begins with ${baseline.migration.path}`);
  const files = migrationsIn(projectDir);
  const rows = await readHistory(c);
  checkHistory(rows, files, dataDir);
  const versions = new Set(rows.map((row) => row.version));
  for (const file of files.filter(({ version }) => !versions.has(version))) {
    await applyFile(url, file, (own) => recordMigration(own, file));
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
