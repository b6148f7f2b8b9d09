import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetOldCopies } from '../../scripts/backend/copies.ts';
import { emptyBackend } from '../../scripts/backend/reset.ts';
import {
  copiesOf,
  copyPathOf,
  MORE,
  MORE_SQL,
  pgDirOf,
  refusal,
  ROWS,
  rowsIn,
  usedProject,
} from '../support/upgrades.ts';

const DAY = 86_400_000;
const THIRD = 'supabase/migrations/3_third.sql';

let used: Awaited<ReturnType<typeof usedProject>>;
beforeAll(async () => {
  used = await usedProject();
});
afterAll(() => used?.remove());

async function upgradedProject() {
  const project = used.fork();
  project.write(MORE, MORE_SQL);
  await rowsIn(project);
  return project;
}

test('a restored database has its former owners and rights', async () => {
  const project = used.fork();
  const before = rightsIn(pgDirOf(project));
  project.write(MORE, 'select 1 / 0;');
  await refusal(project);
  expect(rightsIn(pgDirOf(project))).toEqual(before);
  project.drop(MORE);
  expect(await rowsIn(project)).toEqual(ROWS);
});

test('nobody else can read a copy', async () => {
  const project = await upgradedProject();
  const modes = [...copiesOf(project), ''].map((name) => fs.statSync(copyPathOf(project, name)));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700]);
});

test('copies and failed databases are deleted after the period, and nothing else', async () => {
  const project = await upgradedProject();
  const pgDir = pgDirOf(project);
  const [copy] = copiesOf(project);
  fs.mkdirSync(copyPathOf(project, 'mine'));
  fs.mkdirSync(`${pgDir}.failed`);
  forgetOldCopies(pgDir, 30 * DAY, Date.now() + 29 * DAY);
  expect(copiesOf(project)).toEqual([copy, 'mine']);
  expect(fs.existsSync(`${pgDir}.failed`)).toBe(true);
  forgetOldCopies(pgDir, 30 * DAY, Date.now() + 31 * DAY);
  expect(copiesOf(project)).toEqual(['mine']);
  expect(fs.existsSync(`${pgDir}.failed`)).toBe(false);
});

test('a start deletes copies that are more than thirty days old', async () => {
  const project = await upgradedProject();
  makeOlder(copyPathOf(project, copiesOf(project)[0]!), 29);
  await rowsIn(project);
  expect(copiesOf(project)).toHaveLength(1);
  makeOlder(copyPathOf(project, copiesOf(project)[0]!), 31);
  await rowsIn(project);
  expect(copiesOf(project)).toEqual([]);
});

test('the period is the one in the database', async () => {
  const project = used.fork();
  project.write(
    MORE,
    `create schema if not exists private;
     create function private.keep(p_what text) returns interval language sql
       as $$ select case p_what when 'database_copies' then interval '2 days' end $$;`,
  );
  await rowsIn(project);
  makeOlder(copyPathOf(project, copiesOf(project)[0]!), 3);
  await rowsIn(project);
  expect(copiesOf(project)).toEqual([]);
});

test('a copy is kept although the clock was set back and the previous copy is gone', async () => {
  const project = await upgradedProject();
  const stampFile = path.join(pgDirOf(project), 'schema.json');
  const stamp = JSON.parse(fs.readFileSync(stampFile, 'utf8')) as object;
  fs.writeFileSync(stampFile, JSON.stringify({ ...stamp, copy: '2099-01-01T00-00-00.000Z' }));
  fs.rmSync(copyPathOf(project, ''), { recursive: true });
  project.write(THIRD, 'create table public.third (id int);');
  expect(await rowsIn(project)).toEqual(ROWS);
  expect(copiesOf(project)).toEqual(['2099-01-01T00-00-00.000Z+']);
});

test('a copy is not deleted before the start has succeeded', async () => {
  const project = used.fork();
  project.write(
    MORE,
    `create schema if not exists private;
     create function private.keep(p_what text) returns interval language sql
       as $$ select interval '1 millisecond' $$;`,
  );
  const stampFile = path.join(pgDirOf(project), 'schema.json');
  fs.rmSync(stampFile);
  fs.mkdirSync(stampFile); // no stamp can be written there
  expect(await refusal(project)).toMatch(/^EISDIR: .*\nThe data is as it was before this start/);
  project.drop(MORE);
  fs.rmdirSync(stampFile);
  expect(await rowsIn(project)).toEqual(ROWS);
});

test('a reset removes the copies, failed databases and the stamp', async () => {
  const project = await upgradedProject();
  fs.mkdirSync(`${pgDirOf(project)}.failed`);
  await emptyBackend(project.dataDir, () => {});
  expect(copiesOf(project)).toEqual([]);
  for (const gone of [pgDirOf(project), `${pgDirOf(project)}.failed`])
    expect(fs.existsSync(gone)).toBe(false);
  expect(await rowsIn(project)).toEqual(['seeded']);
});

function makeOlder(folder: string, days: number): void {
  const then = new Date(Date.now() - days * DAY);
  fs.utimesSync(folder, then, then);
}

function rightsIn(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return ['.', ...names].flatMap((name) => {
    if (/pg_wal|pg_stat|pg_internal|schema\.json/.test(name)) return []; // created anew by each server
    const { mode, uid, gid } = fs.statSync(path.join(folder, name));
    return [`${name} ${(mode & 0o7777).toString(8)} ${uid}:${gid}`];
  });
}

test('when the database is a symbolic link, the copy lies beside its target, and the link stays', async () => {
  const project = used.fork();
  const elsewhere = path.join(project.folder, 'elsewhere');
  fs.mkdirSync(elsewhere);
  fs.chmodSync(elsewhere, 0o711);
  fs.renameSync(pgDirOf(project), path.join(elsewhere, 'pg'));
  fs.symlinkSync('../elsewhere/pg', pgDirOf(project));
  project.write(MORE, 'select 1 / 0;');
  await refusal(project);
  expect(fs.readdirSync(elsewhere).sort()).toEqual(['copies', 'pg', 'pg.failed']);
  expect(fs.lstatSync(pgDirOf(project)).isSymbolicLink()).toBe(true);
  project.write(MORE, MORE_SQL);
  expect(await rowsIn(project)).toEqual(ROWS);
  expect(fs.readdirSync(elsewhere).sort()).toEqual(['copies', 'pg']);
});
