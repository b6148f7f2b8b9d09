import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { startBackend } from '../../scripts/backend/backend.ts';
import { withClient } from '../../scripts/backend/client.ts';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { fixtureFile, rowsFile, type Release } from './release-fixture.ts';
import { HISTORY_TABLE, rowsOf } from './release-rows.ts';

/**
 * Makes the fixture of a release. By hand, once, when it is out:
 *
 *   node tests/support/make-release-fixture.ts 0.1.0 [folder with its supabase/migrations and supabase/seeds, default: this one]
 *
 * To the demo data it adds the rows of tests/fixtures/release-<version>.sql, which are for whatever the demo leaves empty.
 */
const [version, projectDir = '.'] = process.argv.slice(2);
if (!version) throw new Error('Which release? node tests/support/make-release-fixture.ts 0.1.0');

const MADE_LIKE = [{ pattern: /^private\.ballots_/, like: 'private.ballots' }];

const dataDir = throwawayFolder();
try {
  const fixture = await makeFixture(version, path.resolve(projectDir));
  const file = fixtureFile(version);
  fs.writeFileSync(file, gzipSync(JSON.stringify(fixture), { level: 9 }));
  const count = fixture.tables.reduce((sum, { rows }) => sum + rows.length, 0);
  console.log(`${count} rows of ${fixture.tables.length} tables, ${fs.statSync(file).size} bytes`);
} finally {
  fs.rmSync(dataDir, { recursive: true, force: true });
}

async function makeFixture(release: string, project: string): Promise<Release> {
  const backend = await startBackend({ projectDir: project, dataDir, log: () => {} });
  try {
    const url = databaseUrl(loadConfig(dataDir), 'supabase_admin');
    return await withClient(url, async (c) => {
      await addRows(c, fs.readFileSync(rowsFile(release), 'utf8'));
      const tables = (await rowsOf(url)).filter(({ table }) => table !== HISTORY_TABLE);
      const names = tables.map(({ table }) => table);
      return {
        release,
        migrations: await migrationsOf(c),
        made: MADE_LIKE.flatMap(({ pattern, like }) =>
          names.filter((table) => pattern.test(table)).map((table) => ({ table, like })),
        ),
        tables,
        sequences: await sequencesOf(c),
      };
    });
  } finally {
    await backend.stop();
  }
}

/** With constraints and triggers on; one transaction, so that what holds at its end holds. */
async function addRows(c: pg.Client, sql: string): Promise<void> {
  await c.query(`begin; ${sql}; commit`);
}

async function migrationsOf(c: pg.Client): Promise<Release['migrations']> {
  const { rows } = await c.query<Release['migrations'][number]>(
    `select version, name, array_to_string(statements, '') as sql from ${HISTORY_TABLE} order by version`,
  );
  return rows;
}

async function sequencesOf(c: pg.Client): Promise<Release['sequences']> {
  const { rows: names } = await c.query<{ name: string }>(
    `select schemaname || '.' || sequencename as name from pg_sequences
     where schemaname in ('public', 'private', 'auth', 'storage') order by 1`,
  );
  const sequences: Release['sequences'] = [];
  for (const { name } of names) {
    const { rows } = await c.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${name}`,
    );
    sequences.push({ name, ...rows[0]! });
  }
  return sequences;
}
