import { execFile } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const THIRD = 'supabase/migrations/3_third.sql';

let used: Awaited<ReturnType<typeof usedProject>>;
beforeAll(async () => {
  used = await usedProject();
});
afterAll(() => used?.remove());

const diskOf = (folder: string) => fs.statSync(folder).dev;
const disks = [os.tmpdir(), '/dev/shm'].filter((folder) => fs.existsSync(folder));
const hasTwoDisks = new Set(disks.map(diskOf)).size > 1;

describe('refused, with nothing changed,', () => {
  const NEWER =
    /^\S+\/data was last used by a newer release \(2\); this one ends at 1\. Start the newer one, or set DATA_DIR\./;

  test('is the folder of a newer release, before PostgreSQL starts', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    await rowsIn(project);
    project.drop(MORE);
    const files = snapshot(project.dataDir);
    const message = await refusal(project);
    expect(message).toMatch(NEWER);
    expect(message).not.toContain('\n');
    expect(snapshot(project.dataDir)).toEqual(files);
  });

  test('is the folder of a newer release that has no stamp', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    await rowsIn(project);
    project.drop(MORE);
    fs.rmSync(path.join(pgDirOf(project), 'schema.json'));
    expect(await refusal(project)).toMatch(NEWER);
    project.write(MORE, MORE_SQL);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('is a folder with missing migrations', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    project.write(THIRD, 'create table public.third (id int);');
    await rowsIn(project);
    project.drop(MORE);
    expect(await refusal(project)).toMatch(
      /^supabase\/migrations\/2_more\.sql has been removed since this database was made: start the release that was used before, restore a copy, or run `npm run reset` for fresh demo data\.\n/,
    );
    project.write(MORE, MORE_SQL);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('is an upgrade without space for a copy', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    const files = snapshot(project.dataDir);
    expect(await refusal(project, { freeSpace: () => Promise.resolve(5e6) })).toMatch(
      /^The database is copied before an upgrade: \d+ MB are needed beside \S+\/pg, 5 MB are free\. Nothing was changed\.$/,
    );
    expect(snapshot(project.dataDir)).toEqual(files);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test('is an upgrade whose copy fails, and the incomplete copy is removed', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    const socket = net.createServer().listen(path.join(pgDirOf(project), 'socket'));
    await once(socket, 'listening');
    expect(await refusal(project)).toMatch(
      /^The database could not be copied before the upgrade \(.*copyfile.*\)\. Nothing was changed\.$/,
    );
    expect(copiesOf(project)).toEqual([]);
    socket.close(); // its file goes with it
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test.skipIf(!hasTwoDisks)('is an upgrade with its copies on another file system', async () => {
    const project = used.fork();
    project.write(MORE, 'select 1 / 0;');
    const other = disks.find((folder) => diskOf(folder) !== diskOf(project.folder))!;
    const elsewhere = fs.mkdtempSync(path.join(other, 'bomiljo-'));
    try {
      fs.symlinkSync(elsewhere, copyPathOf(project, ''));
      const files = snapshot(pgDirOf(project));
      expect(await refusal(project)).toMatch(
        /\/copies is on another file system than \S+\/pg, so no copy there could be put back: .* Nothing was changed\.$/,
      );
      expect(snapshot(pgDirOf(project))).toEqual(files);
    } finally {
      fs.rmSync(elsewhere, { recursive: true });
    }
  });

  test('is the database of another PostgreSQL version, without a copy', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    fs.writeFileSync(path.join(pgDirOf(project), 'PG_VERSION'), '16\n');
    expect(await refusal(project)).toMatch(/pg was made by PostgreSQL 16, not 17: restore it/);
    expect(copiesOf(project)).toEqual([]);
  });
});

test('the database of another user is not reported as incomplete', async () => {
  const project = used.fork();
  fs.chmodSync(project.folder, 0o711);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) fs.chmodSync(pgDirOf(project), 0);
  const script = `const { checkComplete } = await import(process.argv[1]);
    try { checkComplete(process.argv[2]) } catch (error) { console.log(error.message) }`;
  const initdb = path.resolve('scripts/backend/initdb.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script, initdb, pgDirOf(project)],
    isRoot ? { uid: 65_534, gid: 65_534 } : {},
  );
  expect(stdout).toMatch(
    /\/pg cannot be read \(EACCES\): start as the user whose it is, or as root\.$/m,
  );
  fs.chmodSync(pgDirOf(project), 0o700);
});

/** Names and times of all files: PostgreSQL cannot start without changing them. */
function snapshot(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => `${name} ${fs.statSync(path.join(folder, name)).mtimeMs}`);
}

test('a migration with a line left for a person is refused before anything is copied', async () => {
  const project = used.fork();
  project.write(MORE, `${MORE_SQL}\n\n-- by hand: what becomes of the rows?: drop …\n`);
  expect(await refusal(project)).toMatch(
    /^supabase\/migrations\/2_more\.sql is not finished: write the SQL that its lines/,
  );
  expect(copiesOf(project)).toEqual([]);
  project.drop(MORE);
  expect(await rowsIn(project)).toEqual(ROWS);
});
