// Throw-away databases to compare: one as the migrations make it, one as the schema files do. Without demo data.
import crypto from 'node:crypto';
import fs from 'node:fs';
import pg from 'pg';
import { startBackend } from '../backend/backend.ts';
import { bootstrap } from '../backend/bootstrap.ts';
import { withClient } from '../backend/client.ts';
import { databaseUrl, loadConfig, type Instance } from '../backend/config.ts';
import { migrate } from '../backend/migrate.ts';
import { throwawayFolder } from '../backend/throwaway.ts';
import { asScript, checkBodies } from './schema-files.ts';
import type { Statement } from './statements.ts';

/** Runs `work` with a database server of its own, which is gone afterwards. */
export async function onThrowawayServer<T>(work: (instance: Instance) => Promise<T>): Promise<T> {
  const dataDir = throwawayFolder();
  const log = () => {};
  try {
    const server = await startBackend({ dataDir, throwaway: true, log });
    try {
      return await work({ dataDir, config: loadConfig(dataDir), log });
    } finally {
      await server.stop();
    }
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Databases of an earlier run that was killed. */
export async function dropLeftOvers(instance: Instance): Promise<void> {
  await withClient(databaseUrl(instance.config, 'supabase_admin'), async (c) => {
    const { rows } = await c.query<{ name: string }>(
      `select datname as name from pg_database where datname like 'compare\\_%'`,
    );
    for (const { name } of rows) await c.query(`drop database ${name} with (force)`);
  });
}

/** Runs `work` with a database that `fill` has filled, on a running server; it is dropped afterwards. */
export async function withDatabase<T>(
  instance: Instance,
  fill: (name: string) => Promise<void>,
  work: (pool: pg.Pool, url: string) => Promise<T>,
): Promise<T> {
  const name = `compare_${crypto.randomBytes(6).toString('hex')}`;
  const asAdmin = (sql: string) =>
    withClient(databaseUrl(instance.config, 'supabase_admin'), (c) => c.query(sql));
  await asAdmin(`create database ${name}`);
  const url = databaseUrl(instance.config, 'postgres', name);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {}); // the database is dropped under idle connections
  try {
    await bootstrap(instance, name);
    await fill(name);
    return await work(pool, url);
  } finally {
    await pool.end();
    await asAdmin(`drop database ${name} with (force)`);
  }
}

/** As supabase/migrations of the project make it. Throws with file and line. */
export const fromMigrations = (instance: Instance, projectDir: string) => async (name: string) => {
  await migrate(instance, name, projectDir, { withSeeds: false });
};

/** As the schema files make it, every body checked. Throws with file and line. */
export const fromSchemas = (instance: Instance, statements: Statement[]) => (name: string) =>
  withClient(databaseUrl(instance.config, 'postgres', name), async (c) => {
    await c.query(asScript(statements.map(({ text }) => text)));
    await checkBodies(c, statements);
  });
