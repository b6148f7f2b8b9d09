import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  birthOf,
  commandOf,
  isMarked,
  markOf,
  type Mark,
} from '../../scripts/backend/processes.ts';
import type { Backend } from '../../scripts/backend/backend.ts';
import { smallProject } from '../support/small-project.ts';

/** A process belongs to us only when it was started at the noted time for the folder we look in: its number alone proves nothing. */

const original = smallProject();
const copies: ReturnType<typeof smallProject>[] = [];
const others: ChildProcess[] = [];
let live: Backend;

beforeAll(async () => {
  live = await original.start();
});
afterEach(() => {
  for (const other of others.splice(0)) other.kill();
});
afterAll(async () => {
  await live.stop();
  for (const project of [original, ...copies]) project.remove();
});

const somebody = () => {
  const other = spawn('sleep', ['60']);
  others.push(other);
  return other.pid!;
};

test('a copy of a running folder starts beside it, and ends none of its processes', async () => {
  const copy = smallProject(original);
  copies.push(copy);
  const before = live.pids();
  const started = await copy.start();
  expect(live.pids()).toEqual(before);
  for (const pid of [before.postgres, before.postgrest!]) expect(commandOf(pid)).not.toBe('');
  const { status } = await fetch(`${live.url}/rest/v1/notes`, { headers: { apikey: live.secretKey } }); // prettier-ignore
  expect(status).toBe(200);
  await started.stop();
});

test('a mark is valid for its process and its folder only', () => {
  const pid = somebody();
  const mark = markOf(pid, '/a');
  expect(isMarked(mark, '/a')).toBe(true);
  expect(isMarked(mark, '/b')).toBe(false);
  expect(isMarked({ ...mark, birth: `${birthOf(pid)}0` }, '/a')).toBe(false);
  expect(isMarked({ ...mark, pid: 2 ** 22 }, '/a')).toBe(false);
});

test('the folder of a running release 0.1.0, which notes only number and command, is refused', async () => {
  const copy = smallProject(original);
  copies.push(copy);
  const pid = somebody();
  const mark: Mark = { pid, command: commandOf(pid) };
  fs.writeFileSync(path.join(copy.dataDir, 'run.json'), JSON.stringify(mark));
  await expect(copy.start()).rejects.toThrow(`in use by another instance (pid ${pid})`);
});
