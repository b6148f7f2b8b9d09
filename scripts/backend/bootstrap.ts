import crypto from 'node:crypto';
import fs from 'node:fs';
import { findPackageJSON } from 'node:module';
import { withClient } from './client.ts';
import { databaseUrl, type Config, type Instance } from './config.ts';
import { openLite } from './lite.ts';
import { noMail } from './mail.ts';

export const BOOTSTRAP_SQL = fs.readFileSync(new URL('./bootstrap.sql', import.meta.url), 'utf8');

/** Changes when the result of `bootstrap` changes, passwords apart. */
export const bootstrapVersion = (): string => fingerprint(BOOTSTRAP_SQL, liteVersion());

export const fingerprint = (...parts: string[]): string =>
  crypto.createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);

/** Roles, schemas, auth and storage tables. Runs again only when bootstrap.sql, a key or the library changed. */
export async function bootstrap(instance: Instance, database: string): Promise<void> {
  const { config } = instance;
  const passwords = [
    config.services_password,
    config.owner_password,
    config.authenticator_password,
  ];
  const stamp = `bootstrap ${fingerprint(bootstrapVersion(), ...passwords)}`;
  await withClient(databaseUrl(config, 'supabase_admin', database), async (c) => {
    await c.query('select pg_advisory_lock(7261)');
    const seen = await c.query<{ stamp: string }>(
      "select obj_description(to_regnamespace('extensions')) as stamp",
    );
    if (seen.rows[0]?.stamp === stamp) return;
    await c.query('set log_min_error_statement = panic'); // keeps the passwords out of the log
    const filled = fillPasswords(config, (text) => c.escapeLiteral(text));
    const [before, after] = filled.split(/^-- @after-services.*$/m);
    await c.query(`begin; ${before}; commit`);
    await makeServiceTables(instance, database);
    await c.query(`begin; ${after}; comment on schema extensions is '${stamp}'; commit`);
  });
}

async function makeServiceTables(instance: Instance, database: string): Promise<void> {
  const lite = await openLite(instance, database, {}, noMail, 'supabase_admin');
  try {
    await lite.makeSchema();
  } finally {
    await lite.close();
  }
}

function fillPasswords(config: Config, quote: (text: string) => string): string {
  return BOOTSTRAP_SQL.replaceAll(
    /:(authenticator|services|owner)_password/g,
    (_all, name: string) => quote(config[`${name}_password` as 'owner_password']),
  );
}

function liteVersion(): string {
  const file = findPackageJSON('@supabase/lite', import.meta.url)!;
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}
