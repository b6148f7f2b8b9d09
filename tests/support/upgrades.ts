import fs from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, Options } from '../../scripts/backend/backend.ts';
import { withClient } from '../../scripts/backend/client.ts';
import { loadConfig } from '../../scripts/backend/config.ts';
import { smallProject, type SmallProject } from './small-project.ts';

export const NOTES = 'supabase/migrations/1_notes.sql';
export const MORE = 'supabase/migrations/2_more.sql';
export const MORE_SQL = 'create table public.more (id int);';
export const ROWS = ['seeded', 'written'];

/** A project whose portal has run once and has `ROWS`; `fork` gives one test a copy of it, `remove` removes all. */
export async function usedProject() {
  const used = smallProject();
  const all = [used];
  await visit(used, (backend) =>
    query(backend.databaseUrl(), "insert into public.notes (text) values ('written')"),
  );
  const fork = () => {
    const project = smallProject(used);
    all.push(project);
    return project;
  };
  return { fork, remove: () => all.forEach((project) => project.remove()) };
}

/** Starts the project, does something there, and stops it. */
export async function visit<T>(project: SmallProject, work: (backend: Backend) => Promise<T>) {
  const backend = await project.start();
  try {
    return await work(backend);
  } finally {
    await backend.stop();
  }
}

/** The notes a start of the project finds. */
export const rowsIn = (project: SmallProject) =>
  visit(project, async (backend) => {
    const rows = await query<{ text: string }>(
      backend.databaseUrl(),
      'select text from public.notes order by id',
    );
    return rows.map(({ text }) => text);
  });

export const query = <T extends object>(url: string, sql: string): Promise<T[]> =>
  withClient(url, async (c) => (await c.query<T>(sql)).rows);

/** The message of a start that must fail. */
export function refusal(project: SmallProject, options: Options = {}): Promise<string> {
  return project.start(options).then(
    (backend) => backend.stop().then(() => 'it started'),
    (error: Error) => error.message,
  );
}

export const pgDirOf = (project: SmallProject) => path.join(project.dataDir, 'pg');

/** Names in the folder of the copies, whole or not. */
export function copiesOf(project: SmallProject): string[] {
  const folder = path.join(project.dataDir, 'copies');
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
}

export const copyPathOf = (project: SmallProject, name: string) =>
  path.join(project.dataDir, 'copies', name);

/** Starts the project in a process of its own and kills that with -9 while a migration sleeps in the database. */
export async function killInMigration(project: SmallProject): Promise<void> {
  const since = new Date().toISOString();
  const child = project.startApart();
  const end = once(child, 'exit');
  for (const limit = Date.now() + 40_000; !(await isSleeping(project, since)); await sleep(50))
    if (Date.now() > limit || child.exitCode !== null) throw new Error('no migration has slept');
  child.kill('SIGKILL');
  await end;
}

/** In a server that was started since: the one of the last kill may still run. */
async function isSleeping(project: SmallProject, since: string): Promise<boolean> {
  const sleeping = `select from pg_stat_activity
    where state = 'active' and wait_event = 'PgSleep' and pg_postmaster_start_time() > '${since}'`;
  return query(loadConfig(project.dataDir).database_url, sleeping).then(
    (rows) => rows.length > 0,
    () => false,
  );
}
