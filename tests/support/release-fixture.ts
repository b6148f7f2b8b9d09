import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { startBackend } from '../../scripts/backend/backend.ts';
import { withClient } from '../../scripts/backend/client.ts';
import { databaseUrl, loadConfig } from '../../scripts/backend/config.ts';
import { insertableColumns, quoted, type Table } from './release-rows.ts';

/** What a release left in a data folder: its migrations and every row. Made by make-release-fixture.ts. */
export type Release = {
  release: string;
  migrations: { version: string; name: string; sql: string }[];
  /** Tables that are made at run time, and the template of each. */
  made: { table: string; like: string }[];
  /** All tables except the history of migrations, which is `migrations`. */
  tables: Table[];
  sequences: { name: string; value: string; isCalled: boolean }[];
};

const FOLDER = new URL('../fixtures/', import.meta.url);
export const fixtureFile = (version: string) => new URL(`release-${version}.json.gz`, FOLDER);
export const rowsFile = (version: string) => new URL(`release-${version}.sql`, FOLDER);

export const readRelease = (version: string): Release =>
  JSON.parse(gunzipSync(fs.readFileSync(fixtureFile(version))).toString()) as Release;

/**
 * Makes `dataDir` (empty) a data folder as that release left it, and stops. The current migrations and `migrate` are not used:
 * the current code must meet the folder of an older release, not one of its own.
 */
export async function loadRelease(fixture: Release, dataDir: string): Promise<void> {
  await withServer(dataDir, async (urls) => {
    await withClient(urls.owner, (c) => applyAsThen(c, fixture.migrations));
    await withClient(urls.admin, (c) => loadRows(c, fixture));
  });
}

export type Urls = { owner: string; admin: string };

/** The database server of a data folder alone: no migrations, no API. */
export async function withServer<T>(dataDir: string, work: (urls: Urls) => Promise<T>): Promise<T> {
  const server = await startBackend({ dataDir, throwaway: true, log: () => {} });
  try {
    const config = loadConfig(path.resolve(dataDir));
    return await work({
      owner: databaseUrl(config, 'postgres'),
      admin: databaseUrl(config, 'supabase_admin'),
    });
  } finally {
    await server.stop();
  }
}

// The history as the Supabase CLI and every release so far keep it.
const HISTORY = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations
    (version text primary key, statements text[], name text);
  create table if not exists supabase_migrations.seed_files (path text primary key, hash text not null)`;

/** Each in its own transaction, and recorded with its text. */
export async function applyAsThen(c: pg.Client, migrations: Release['migrations']): Promise<void> {
  await c.query(HISTORY);
  for (const { version, name, sql } of migrations) {
    await c.query('begin');
    await c.query(sql);
    await c.query(
      `insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)`,
      [version, [sql], name],
    );
    await c.query('commit');
  }
}

/** In one transaction, without triggers and foreign keys: the rows were valid when they were saved. */
async function loadRows(c: pg.Client, { made, tables, sequences }: Release): Promise<void> {
  await c.query('begin');
  for (const { table, like } of made) await c.query(copyOf(quoted(table), quoted(like)));
  await c.query('set local session_replication_role = replica');
  for (const { table } of tables) await c.query(`delete from ${quoted(table)}`); // rows that the migrations inserted
  const columns = await insertableColumns(c);
  for (const { table, rows } of tables) {
    const names = columns.get(table);
    if (!names) throw new Error(`The migrations of the fixture make no table ${table}.`);
    await c.query(
      `insert into ${quoted(table)} (${names}) overriding system value
       select ${names} from jsonb_populate_recordset(null::${quoted(table)}, $1)`,
      [JSON.stringify(rows)],
    );
  }
  for (const { name, value, isCalled } of sequences)
    await c.query('select setval($1::regclass, $2, $3)', [quoted(name), value, isCalled]);
  await c.query('commit');
}

/** As the functions of the release make one: it belongs to the owner and is closed to everybody else. */
const copyOf = (table: string, like: string) => `
  set local role postgres;
  create table ${table} (like ${like} including all);
  alter table ${table} enable row level security;
  reset role`;
