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
import { checkBodies, run } from './schema-files.ts';
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

/** Drops databases of an earlier run that was killed. */
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
  await asAdmin(instance, (c) => createCopy(instance, c, name));
  const url = databaseUrl(instance.config, 'postgres', name);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {}); // the database is dropped under idle connections
  try {
    await fill(name);
    return await work(pool, url);
  } finally {
    await pool.end();
    await asAdmin(instance, (c) => c.query(`drop database ${name} with (force)`));
  }
}

/** One at a time, and not while a template for tests is made (the same lock): bootstrap.sql changes the roles of the whole server. */
async function createCopy(instance: Instance, c: pg.Client, name: string): Promise<void> {
  await c.query('select pg_advisory_lock(7263)');
  await c.query(
    `create database ${name} template ${await makeTemplate(instance, c)} owner postgres strategy file_copy`,
  );
  await c.query(`alter database ${name} set search_path = "$user", public, extensions`);
  await c.query('select pg_advisory_unlock(7263)');
}

/**
 * A database in which only bootstrap.sql ran, named after the stamp that it left in the server's own. Nobody connects to it: PostgreSQL
 * delays copying until the last connection is closed.
 */
async function makeTemplate(instance: Instance, c: pg.Client): Promise<string> {
  const { rows } = await c.query<{ name: string; is_made: boolean }>(
    `select name, exists (select from pg_database where datname = name) as is_made
     from concat('compare_template_', split_part(obj_description(to_regnamespace('extensions')), ' ', 2)) name`,
  );
  const { name, is_made } = rows[0]!;
  if (is_made) return name;
  await c.query('drop database if exists compare_making with (force)'); // of a run that was killed
  await c.query('create database compare_making');
  await bootstrap(instance, 'compare_making');
  await c.query(`alter database compare_making rename to ${name}`);
  return name;
}

const asAdmin = <T>(instance: Instance, work: (c: pg.Client) => Promise<T>): Promise<T> =>
  withClient(databaseUrl(instance.config, 'supabase_admin'), work);

/** As supabase/migrations of the project make it. Throws with file and line. */
export const fromMigrations = (instance: Instance, projectDir: string) => async (name: string) => {
  await migrate(instance, name, projectDir, { withSeeds: false });
};

/** As the schema files make it, every body checked. Throws with file and line. */
export const fromSchemas = (instance: Instance, statements: Statement[]) => (name: string) =>
  withClient(databaseUrl(instance.config, 'postgres', name), async (c) => {
    await c.query('begin');
    await c.query('set check_function_bodies = off'); // a body may name what comes later
    for (const one of statements) await run(c, one);
    await checkBodies(c, statements);
    await c.query('commit');
  });
