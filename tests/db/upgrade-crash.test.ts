import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import {
  copiesOf,
  copyPathOf,
  killInMigration,
  MORE,
  MORE_SQL,
  pgDirOf,
  query,
  refusal,
  ROWS,
  rowsIn,
  usedProject,
  visit,
} from '../support/upgrades.ts';

const CLAIM_FOLDER = path.join(import.meta.dirname, '../support/claim-folder.ts');
const SLOW = 'supabase/migrations/3_slow.sql';

let used: Awaited<ReturnType<typeof usedProject>>;
beforeAll(async () => {
  used = await usedProject();
});
afterAll(() => used?.remove());

/** A project with two new migrations, of which the second takes a minute. */
function slowProject() {
  const project = used.fork();
  project.write(MORE, MORE_SQL);
  project.write(SLOW, 'create table public.slow (id int);\nselect pg_sleep(60);');
  return project;
}

describe('an upgrade that was killed with -9', () => {
  test('in its second migration continues at the next start', async () => {
    const project = slowProject();
    await killInMigration(project);
    const interrupted = copiesOf(project);
    expect(interrupted).toHaveLength(1);
    project.write(SLOW, 'create table public.slow (id int);');
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(project.lines.filter((line) => line.startsWith('applied'))).toEqual([`applied ${SLOW}`]);
    const tables = "select to_regclass('public.more') as more, to_regclass('public.slow') as slow";
    expect(await visit(project, (b) => query(b.databaseUrl(), tables))).toEqual([
      { more: 'more', slow: 'slow' },
    ]);
    // the first is from before the upgrade, the second may hold what was written in between
    expect(copiesOf(project)).toEqual([interrupted[0], expect.any(String)]);
  });

  test('five times leaves two copies, and the refusal after it names both states', async () => {
    const project = slowProject();
    await killInMigration(project);
    const [first] = copiesOf(project);
    for (let i = 0; i < 4; i++) await killInMigration(project);
    expect(copiesOf(project)).toEqual([first, expect.any(String)]);
    project.write(SLOW, 'select 1 / 0;');
    const message = await refusal(project);
    expect(message).toMatch(/^supabase\/migrations\/3_slow\.sql:1: division by zero/);
    expect(message).toContain(`what failed is in ${pgDirOf(project)}.failed.`);
    expect(message).toContain(
      `An upgrade had been interrupted: the data before that is in ${copyPathOf(project, first!)}.`,
    );
    expect(copiesOf(project)).toEqual([first]);
    project.write(SLOW, 'create table public.slow (id int);');
    expect(await rowsIn(project)).toEqual(ROWS);
  }, 180_000);

  test('while copying starts the copy again', async () => {
    const project = slowProject();
    const part = copyPathOf(project, '2026-11-30T12-00-00.000Z.part');
    fs.mkdirSync(part, { recursive: true });
    project.drop(SLOW);
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(copiesOf(project)).toEqual([expect.stringMatching(/Z$/)]);
  });
});

describe('a missing database', () => {
  /** As after a kill between the two renames that restore a copy. */
  async function betweenRenames() {
    const project = used.fork();
    project.write(MORE, 'select 1 / 0;');
    await refusal(project);
    fs.mkdirSync(copyPathOf(project, ''), { recursive: true });
    fs.renameSync(pgDirOf(project), copyPathOf(project, '2026-11-30T12-00-00.000Z'));
    return project;
  }

  test('is restored from the copy when the restoring process was killed', async () => {
    const project = await betweenRenames();
    project.drop(MORE);
    expect(await rowsIn(project)).toEqual(ROWS);
    expect(project.lines).toContainEqual(expect.stringMatching(/^putting back the copy .*Z after/));
  });

  test('is restored before an upgrade is tried again', async () => {
    const project = await betweenRenames();
    expect(await refusal(project)).toMatch(
      /^supabase\/migrations\/2_more\.sql:1: division by zero/,
    );
    project.write(MORE, MORE_SQL);
    expect(await rowsIn(project)).toEqual(ROWS);
  });

  test.each(['copies', 'pg.failed'] as const)(
    'is never replaced by an empty one when there is %s',
    async (left) => {
      const project = await betweenRenames();
      fs.rmSync(`${project.dataDir}/${left === 'copies' ? 'pg.failed' : 'copies'}`, {
        recursive: true,
      });
      expect(await refusal(project)).toMatch(
        new RegExp(`/pg is missing, but there is \\S+/${left}: rename a whole database to`),
      );
      expect(fs.existsSync(pgDirOf(project))).toBe(false);
    },
  );

  test('is not restored from a copy that an earlier upgrade left', async () => {
    const project = used.fork();
    project.write(MORE, MORE_SQL);
    await rowsIn(project);
    fs.renameSync(pgDirOf(project), `${pgDirOf(project)}.failed`);
    expect(await refusal(project)).toMatch(/pg is missing, but there is \S+pg\.failed/);
  });
});

test('when two processes start at once after a kill -9, one gets the folder', async () => {
  const rounds = 60;
  const folder = throwawayFolder();
  for (let round = 0; round < rounds; round++) {
    fs.mkdirSync(`${folder}/${round}`);
    fs.writeFileSync(`${folder}/${round}/run.json`, JSON.stringify({ pid: 1, command: 'killed' }));
  }
  const args = [CLAIM_FOLDER, folder, String(Date.now() + 2000), String(rounds)];
  const claimed = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, args)));
  const all = claimed.flatMap(({ stdout }) => stdout.trim().split('\n').map(Number));
  expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round));
  fs.rmSync(folder, { recursive: true });
});
