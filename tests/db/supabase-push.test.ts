import { execFile } from 'node:child_process';
import type pg from 'pg';
import { expect, inject, test } from 'vitest';
import { withClient } from '../../scripts/backend/client.ts';
import { loadConfig, type Instance } from '../../scripts/backend/config.ts';
import { migrationsIn } from '../../scripts/backend/migrations.ts';
import { compare } from '../../scripts/schema/compare.ts';
import { fromSchemas, withDatabase } from '../../scripts/schema/databases.ts';
import { readSchemas } from '../../scripts/schema/schema-files.ts';
import { applyAsThen, readRelease } from '../support/release-fixture.ts';

/** Deploying to Supabase as in docs/deploy.md: its own command, from this checkout, against a database like that of Supabase. */

const dataDir = inject('databaseFolder');
const instance: Instance = { dataDir, config: loadConfig(dataDir), log: () => {} };
const files = migrationsIn('.');
const [baseline, ...later] = files;

const supabase = (url: string, ...args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const env = { ...process.env, PGSSLMODE: 'disable' };
    const all = [...args, `--remote=${url}`, '--yes'];
    execFile('node_modules/.bin/supabase', all, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, output: `${stdout}${stderr}` }),
    );
  });

const emptySupabase = (work: (pool: pg.Pool, url: string) => Promise<void>) =>
  withDatabase(instance, () => Promise.resolve(), work);

async function expectToBeUpToDate(pool: pg.Pool) {
  const statements = await readSchemas('.');
  const found = await withDatabase(instance, fromSchemas(instance, statements), (want) =>
    compare(pool, want, statements),
  );
  expect(found).toEqual({ newValues: [], statements: [], byHand: [] });
  const { rows } = await pool.query<{ version: string }>(
    'select version from supabase_migrations.schema_migrations order by version',
  );
  expect(rows.map(({ version }) => version)).toEqual(files.map(({ version }) => version));
}

test('db push gives an empty Supabase the schema of the schema files', () =>
  emptySupabase(async (pool, url) => {
    const { code, output } = await supabase(url, 'db', 'push');
    expect(code, output).toBe(0);
    await expectToBeUpToDate(pool);
  }));

test('a Supabase of release 0.1.0 is refused until its history is repaired; then only later migrations run', () =>
  emptySupabase(async (pool, url) => {
    const { migrations } = readRelease('0.1.0');
    await withClient(url, (c) => applyAsThen(c, migrations));
    expect((await supabase(url, 'db', 'push')).code).toBe(1);
    const repair = (status: string, versions: string[]) =>
      supabase(url, 'migration', 'repair', '--status', status, ...versions);
    const reverted = await repair('reverted', migrations.map(({ version }) => version)); // prettier-ignore
    expect(reverted.code, reverted.output).toBe(0);
    const applied = await repair('applied', [baseline!.version]);
    expect(applied.code, applied.output).toBe(0);
    const { code, output } = await supabase(url, 'db', 'push');
    expect(code, output).toBe(0);
    for (const { path } of later) expect(output).toContain(path.split('/').at(-1));
    await expectToBeUpToDate(pool);
  }));
