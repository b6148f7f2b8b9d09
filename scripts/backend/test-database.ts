import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { startApi } from './api.ts';
import { bootstrap, BOOTSTRAP_SQL, fingerprint } from './bootstrap.ts';
import { withClient } from './client.ts';
import { databaseUrl, loadConfig, type Instance } from './config.ts';
import type { LiteOptions } from './lite.ts';
import { migrate } from './migrate.ts';
import { sqlFilesIn } from './sql-files.ts';

export type TestOptions = LiteOptions & {
  dataDir: string;
  projectDir?: string;
  /** Another database to copy; default the one that `testTemplate` names. */
  template?: string | undefined;
};

const COPY_RIGHTS = (name: string) => `
  revoke connect on database ${name} from public;
  grant connect on database ${name} to authenticator, backend_services;
  alter database ${name} set search_path = "$user", public, extensions`;

/** A fresh copy of the migrated database with its own API. A throwaway server must run on `dataDir`. */
export async function createTestDatabase(options: TestOptions) {
  const dataDir = path.resolve(options.dataDir);
  const projectDir = path.resolve(options.projectDir ?? '.');
  const instance: Instance = { dataDir, config: loadConfig(dataDir), log: () => {} };
  const name = `test_${crypto.randomBytes(6).toString('hex')}`;
  await asAdmin(instance, async (c) => {
    const template = options.template ?? (await makeTemplate(c, instance, projectDir));
    await c.query(`create database ${name} template ${template} owner postgres strategy file_copy`); // half the work of writing it all to the log too
    await c.query(COPY_RIGHTS(name));
  });
  const api = await startApi(instance, name, 0, { ...options, pool: 4 });
  return {
    url: api.url,
    publishableKey: instance.config.publishable_key,
    secretKey: instance.config.secret_key,
    jwtSecret: instance.config.jwt_secret,
    databaseUrl: databaseUrl(instance.config, 'postgres', name),
    mails: api.mails,
    restPid: api.rest.pid,
    close: async () => {
      await api.stop();
      await asAdmin(instance, (c) => c.query(`drop database ${name} with (force)`));
      fs.rmSync(path.join(dataDir, 'storage', name), { recursive: true, force: true });
    },
  };
}

/** The name of the migrated and seeded database that test databases are copies of; made when it is not there. */
export const testTemplate = (instance: Instance, projectDir = '.'): Promise<string> =>
  asAdmin(instance, (c) => makeTemplate(c, instance, path.resolve(projectDir)));

/** Copies left behind by test files that crashed. */
export async function dropLeftOverCopies(instance: Instance): Promise<void> {
  await asAdmin(instance, async (c) => {
    const copies = await c.query<{ datname: string }>(
      "select datname from pg_database where datname like 'test\\_%'",
    );
    for (const { datname } of copies.rows) await c.query(`drop database ${datname} with (force)`);
  });
}

/** One migrated and seeded database per state of the SQL files; several test processes may ask at once. */
async function makeTemplate(c: pg.Client, instance: Instance, projectDir: string): Promise<string> {
  const folders = ['supabase/migrations', 'supabase/seeds'];
  const files = folders.flatMap((folder) => sqlFilesIn(projectDir, folder));
  const name = `template_${fingerprint(BOOTSTRAP_SQL, ...files.flatMap((f) => [f.path, f.sql]))}`;
  await c.query('select pg_advisory_lock(7263)');
  const ready = await c.query('select from pg_database where datname = $1 and datistemplate', [
    name,
  ]);
  if (!ready.rowCount) {
    await c.query(`drop database if exists ${name} with (force)`);
    await c.query(`create database ${name}`);
    await bootstrap(instance, name);
    await migrate(instance, name, projectDir);
    await c.query(`alter database ${name} is_template true`);
  }
  await c.query('select pg_advisory_unlock(7263)');
  return name;
}

function asAdmin<T>(instance: Instance, work: (c: pg.Client) => Promise<T>): Promise<T> {
  return withClient(databaseUrl(instance.config, 'supabase_admin'), work);
}
