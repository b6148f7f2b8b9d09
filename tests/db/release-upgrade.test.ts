import fs from 'node:fs';
import path from 'node:path';
import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackend, type Backend } from '../../scripts/backend/backend.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { compare } from '../../scripts/schema/compare.ts';
import { fromSchemas, withDatabase } from '../../scripts/schema/databases.ts';
import { readSchemas } from '../../scripts/schema/schema-files.ts';
import { PASSWORD } from '../support/cast.ts';
import { loadRelease, readRelease } from '../support/release-fixture.ts';
import { differences, rowsOf, type Exception, type Table } from '../support/release-rows.ts';

/** What `npm start` does with the data folder of release 0.1.0, which has a row in every table. */

/** What migrations since then change on purpose. */
const EXCEPTIONS: Exception[] = [
  { table: 'private.retention_rules', why: 'attempts are kept as long as their limit counts' },
  {
    table: 'public.audit_entries',
    columns: ['act', 'subject_kind', 'reason'],
    why: 'acts and what they are about are enums, and what nobody wrote stands in details; release-log.test.ts reads each line',
  },
  {
    table: 'public.responsibilities',
    columns: ['advice_en'],
    why: 'it is a row in responsibility_translations now',
  },
];

const release = readRelease('0.1.0');
const folder = throwawayFolder();
const lines: string[] = [];
let backend: Backend;
beforeAll(async () => {
  const dataDir = path.join(folder, 'data');
  await loadRelease(release, dataDir);
  backend = await startBackend({ dataDir, log: (line) => lines.push(line) });
});
afterAll(async () => {
  await backend?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('every row of every table is there', async () => {
  const now = await rowsOf(backend.databaseUrl());
  expect(differences(release.tables, now, EXCEPTIONS)).toEqual([]);
});

test('the English advice of the landlord, as it was edited, is a translation', async () => {
  const tableOf = (tables: Table[], name: string) =>
    tables.find(({ table }) => table === `public.${name}`)!.rows;
  const before = tableOf(release.tables, 'responsibilities')
    .filter((row) => row['advice_en'])
    .map((row) => [row['is_common'], row['thing'], 'en', row['advice_en']].join());
  const now = tableOf(await rowsOf(backend.databaseUrl()), 'responsibility_translations');
  const after = now.map((row) =>
    [row['is_common'], row['thing'], row['language'], row['advice']].join(),
  );
  expect(before.length).toBeGreaterThan(5);
  expect(after.toSorted()).toEqual(before.toSorted());
});

test('its migrations are replaced by the baseline, and no demo data is loaded again', () => {
  expect(lines.filter((line) => line.includes('_baseline.sql'))).toEqual([
    expect.stringContaining('the history now begins with'),
  ]);
  expect(lines.filter((line) => line.startsWith('loaded '))).toEqual([]);
});

test('tables, rights, functions and lists are those of the schema files', async () => {
  const statements = await readSchemas('.');
  const live = new pg.Pool({ connectionString: backend.databaseUrl() });
  const found = await withDatabase(
    backend.instance,
    fromSchemas(backend.instance, statements),
    (want) => compare(live, want, statements, { isLive: true }),
  ).finally(() => live.end());
  expect(found).toEqual({ newValues: [], statements: [], byHand: [] });
});

test('a resident signs in with the old password and reads their own row', async () => {
  const db = createClient(backend.url, backend.publishableKey, { auth: { persistSession: false } });
  const email = 'beboer1@drobakgata-1.example';
  const { data, error } = await db.auth.signInWithPassword({ email, password: PASSWORD });
  expect(error).toBeNull();
  const { data: people } = await db.from('people').select('id').eq('id', data.user!.id);
  expect(people).toHaveLength(1);
});
