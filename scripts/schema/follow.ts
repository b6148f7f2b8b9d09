// What `npm run dev` does with the schema files: it updates the developer's database when they change, and keeps its rows.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { withClient } from '../backend/client.ts';
import { databaseUrl, pgDirOf, type Instance } from '../backend/config.ts';
import { makeHistory, readHistory, recordMigration } from '../backend/history.ts';
import { MIGRATIONS, isUnfinished, migrationsIn } from '../backend/migrations.ts';
import { applyFile } from '../backend/sql-files.ts';
import { writeStamp } from '../backend/stamp.ts';
import { compare, type Difference } from './compare.ts';
import { dropLeftOvers, fromSchemas, withDatabase } from './databases.ts';
import { asScript, readSchemas, SCHEMAS } from './schema-files.ts';

const PAUSE = 200; // ms without a change before the files are read: an editor writes more than once

/** Applies supabase/schemas to the running database whenever a file changes, until `stop`. Changes that cannot be applied are logged. */
export async function followSchemas(instance: Instance, projectDir: string) {
  let last = Promise.resolve();
  let wasWrong = false;
  const apply = async () => {
    await applySchemas(instance, projectDir);
    if (wasWrong) instance.log(`${SCHEMAS} can be read again`);
    wasWrong = false;
  };
  const report = (error: Error) => {
    wasWrong = true;
    instance.log(`Not applied: ${error.message}`);
  };
  const follow = () => (last = last.then(apply).catch(report));
  let timer: NodeJS.Timeout | undefined;
  const watchers = [SCHEMAS, MIGRATIONS].map((folder) =>
    fs.watch(path.join(projectDir, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void follow(), PAUSE);
    }),
  );
  await dropLeftOvers(instance);
  await follow();
  return {
    stop: async () => {
      for (const watcher of watchers) watcher.close();
      clearTimeout(timer);
      await last;
    },
  };
}

/** Updates the running database to match the schema files. Throws with nothing changed. */
export async function applySchemas(instance: Instance, projectDir: string): Promise<void> {
  const begin = performance.now();
  const { newValues, statements, byHand } = await differenceOf(instance, projectDir);
  const url = databaseUrl(instance.config, 'postgres');
  for (const texts of [newValues, statements])
    if (texts.length > 0)
      await applyFile(url, { path: SCHEMAS, sql: asScript(texts) }, () => Promise.resolve());
  const changes = newValues.length + statements.length;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  if (changes > 0) instance.log(`applied ${SCHEMAS} (statements: ${changes}, ${seconds} s)`);
  for (const line of byHand) instance.log(`left for you, in a migration: ${line}`);
  if (byHand.length === 0) await recordWhatIsThere(instance, projectDir);
  else instance.log('When that migration is written, restart `npm run dev`: it applies it.');
}

/**
 * Before migrations are applied: a database that `followSchemas` has updated already has the changes of a migration that was
 * written from the schema files afterwards. Then its row is added to the history, and nothing is run.
 */
export async function recordApplied(instance: Instance, projectDir: string): Promise<void> {
  if ((await pendingIn(instance, projectDir)).length === 0) return;
  const { newValues, statements, byHand } = await differenceOf(instance, projectDir);
  if (newValues.length + statements.length + byHand.length === 0)
    await recordWhatIsThere(instance, projectDir);
}

async function recordWhatIsThere(instance: Instance, projectDir: string): Promise<void> {
  const pending = await pendingIn(instance, projectDir);
  if (pending.length === 0 || pending.some(isUnfinished)) return;
  await withClient(databaseUrl(instance.config, 'postgres'), async (c) => {
    for (const file of pending) await recordMigration(c, file);
  });
  writeStamp(pgDirOf(instance), migrationsIn(projectDir));
  for (const file of pending) instance.log(`already there: ${file.path}`);
}

/** The migrations that a database with a history has not run. */
async function pendingIn(instance: Instance, projectDir: string) {
  const rows = await withClient(databaseUrl(instance.config, 'postgres'), async (c) => {
    await makeHistory(c);
    return readHistory(c);
  });
  const versions = new Set(rows.map(({ version }) => version));
  return rows.length === 0 ? [] : migrationsIn(projectDir).filter(({ version }) => !versions.has(version)); // prettier-ignore
}

async function differenceOf(instance: Instance, projectDir: string): Promise<Difference> {
  const live = new pg.Pool({ connectionString: databaseUrl(instance.config, 'postgres'), max: 4 });
  live.on('error', () => {});
  try {
    const statements = await readSchemas(projectDir, { writesApi: true });
    return await withDatabase(instance, fromSchemas(instance, statements), (want) =>
      compare(live, want, statements, { isLive: true }),
    );
  } finally {
    await live.end();
  }
}
