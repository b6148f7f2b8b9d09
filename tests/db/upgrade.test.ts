import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withClient } from '../../scripts/backend/client.ts';
import { databaseUrl } from '../../scripts/backend/config.ts';
import { recordMigration } from '../../scripts/backend/history.ts';
import { checksumOf, migrationsIn } from '../../scripts/backend/migrations.ts';
import { writeStamp } from '../../scripts/backend/stamp.ts';
import {
  copiesOf,
  copyPathOf,
  MORE,
  MORE_SQL,
  NOTES,
  pgDirOf,
  query,
  refusal,
  ROWS,
  rowsIn,
  usedProject,
  visit,
} from '../support/upgrades.ts';

const THIRD = 'supabase/migrations/3_third.sql';
const BASELINE = 'supabase/migrations/20_baseline.sql';
const RELEASED = 'supabase/released.json';
const AS_BEFORE =
  /\nThe data is as it was before this start, and the release that was used before can be started on it; what failed is in .*\/pg\.failed\.$/;

let used: Awaited<ReturnType<typeof usedProject>>;
beforeAll(async () => {
  used = await usedProject();
});
afterAll(() => used?.remove());

describe('a baseline', () => {
  /** The next release: a baseline instead of the migrations. Its SQL would fail if it were run. */
  function withBaseline(replaces?: string) {
    const project = used.fork();
    const old = fs.readFileSync(path.join(project.folder, NOTES), 'utf8');
    project.drop(NOTES);
    project.write(BASELINE, old);
    const baseline = { version: '20', replaces: replaces ?? checksumOf([old]) };
    project.write(RELEASED, JSON.stringify({ baseline, released: {} }));
    return { project, old };
  }

  test('replaces its migrations: every row stays and nothing is run', async () => {
    const { project } = withBaseline();
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(project.lines.filter((line) => /^(applied|loaded)/.test(line))).toEqual([]);
    const history = 'select version, name from supabase_migrations.schema_migrations';
    expect(await visit(project, (b) => query(b.databaseUrl(), history))).toEqual([
      { version: '20', name: 'baseline' },
    ]);
    expect(project.lines).toContainEqual(
      expect.stringMatching(
        /^upgraded the database from 1 to 20; as it was before: .*\/copies\/\S+$/,
      ),
    );
  });

  test('is refused when the history differs, and the previous release still starts', async () => {
    const { project, old } = withBaseline(checksumOf(['select 1']));
    const message = await refusal(project);
    expect(message).toMatch(/^supabase\/migrations\/1_notes\.sql has been removed since/);
    expect(message).toMatch(AS_BEFORE);
    project.drop(BASELINE);
    project.drop(RELEASED);
    project.write(NOTES, old);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('is an ordinary migration for a new folder', async () => {
    const { project } = withBaseline();
    fs.rmSync(project.dataDir, { recursive: true });
    expect(await rowsIn(project)).toEqual(['seeded']);
    expect(copiesOf(project)).toEqual([]);
  });
});

describe('a new migration', () => {
  test('is applied after a copy is made, and the next start makes none', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    expect(await rowsIn(project)).toEqual(ROWS);
    const made = copiesOf(project);
    expect(made).toHaveLength(1);
    expect(project.lines).toContain(
      `upgraded the database from 1 to 2; as it was before: ${copyPathOf(project, made[0]!)}`,
    );
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(copiesOf(project)).toEqual(made);
  });

  test('of the next upgrade leaves only the copy of that upgrade', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    await rowsIn(project);
    const [first] = copiesOf(project);
    project.write(THIRD, 'create table public.third (id int);');
    await rowsIn(project);
    expect(copiesOf(project)).toHaveLength(1);
    expect(copiesOf(project)).not.toContain(first);
  });

  test('that fails rolls back the ones before it, and the previous release still starts', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    project.write(THIRD, 'select 1;\n\nselect 1 / 0;');
    const message = await refusal(project);
    expect(message).toMatch(
      /^supabase\/migrations\/3_third\.sql:3: division by zero \(SQLSTATE 22012\)\n/,
    );
    expect(message).toMatch(AS_BEFORE);
    expect(project.lines).toContain(message.split('\n').at(-1));
    expect(copiesOf(project)).toEqual([]);
    project.drop(MORE);
    project.drop(THIRD);
    expect(await rowsIn(project)).toEqual(ROWS);
    const more = "select to_regclass('public.more') as name";
    expect(await visit(project, (b) => query(b.databaseUrl(), more))).toEqual([{ name: null }]);
  });

  test('that loses its connection is named, and the previous release still starts', async () => {
    const project = used.fork();
    project.write(MORE, 'select 1;\nselect pg_terminate_backend(pg_backend_pid());');
    const message = await refusal(project);
    expect(message).toMatch(/^supabase\/migrations\/2_more\.sql:\?: terminating connection/);
    expect(message).toMatch(AS_BEFORE);
    project.drop(MORE);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('that fills the disk leaves room for the previous release', async () => {
    const project = used.fork();
    project.write(MORE, 'select 1 / 0;');
    const free = [1e9, 15e6];
    const message = await refusal(project, { freeSpace: () => Promise.resolve(free.shift()!) });
    expect(message).toMatch(
      /before can be started on it; what failed was removed, because the disk is full\.$/,
    );
    expect(fs.existsSync(`${pgDirOf(project)}.failed`)).toBe(false);
    project.drop(MORE);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('that succeeds at last removes what the failed one left', async () => {
    const project = used.fork();
    project.write(MORE, 'select 1 / 0;');
    await refusal(project);
    expect(fs.existsSync(`${pgDirOf(project)}.failed`)).toBe(true);
    project.write(MORE, MORE_SQL);
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(fs.existsSync(`${pgDirOf(project)}.failed`)).toBe(false);
  });
});

test('a migration that was recorded while the portal ran is not run, and needs no copy', async () => {
  const project = used.fork();
  await visit(project, async (backend) => {
    project.write(MORE, 'select 1 / 0;');
    const files = migrationsIn(project.folder);
    await withClient(backend.databaseUrl(), (c) => recordMigration(c, files.at(-1)!));
    writeStamp(pgDirOf(project), files);
  });
  expect(await rowsIn(project)).toEqual(ROWS);
  expect(copiesOf(project)).toEqual([]);
});

test('other tables of the auth and storage services also cause a copy', async () => {
  const project = used.fork();
  const file = path.join(pgDirOf(project), 'schema.json');
  const stamp = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  fs.writeFileSync(file, JSON.stringify({ ...stamp, checksum: 'of another bootstrap' }));
  expect(await rowsIn(project)).toEqual(ROWS);
  expect(copiesOf(project)).toHaveLength(1);
  expect(project.lines).toContainEqual(
    expect.stringMatching(/^upgraded the database services at 1; as it was before: /),
  );
});

test('services that cannot be upgraded write no password to the log', async () => {
  const project = used.fork();
  const { config } = await visit(project, async ({ instance }) => {
    const drop = 'drop function extensions.pgrst_ddl_watch cascade';
    const other = 'create function extensions.pgrst_ddl_watch() returns int return 1';
    const earlier = "comment on schema extensions is 'an earlier one'";
    await query(databaseUrl(instance.config, 'supabase_admin'), `${drop}; ${other}; ${earlier}`);
    return instance;
  });
  expect(await refusal(project)).toContain('cannot change return type of existing function');
  const log = fs.readFileSync(path.join(project.dataDir, 'postgres.log'), 'utf8');
  for (const role of ['owner', 'authenticator', 'services'] as const)
    expect(log.includes(config[`${role}_password`])).toBe(false);
});
