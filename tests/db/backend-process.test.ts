import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandOf, pidsIn } from '../../scripts/backend/processes.ts';
import { backendProgram } from '../../scripts/launch/backend-program.ts';
import { keepProgram } from '../../scripts/launch/kept-program.ts';
import { smallProject } from '../support/small-project.ts';

/** The embedded backend as its own process: whatever is killed restarts by itself, and every acknowledged write is still there. */

type Address = { url: string; publishableKey: string; secretKey: string };

const project = smallProject();
const pgDir = path.join(project.dataDir, 'pg');
const lines: string[] = [];
const addresses: Address[] = [];
let kept: Awaited<ReturnType<typeof keepProgram>>;

beforeAll(async () => {
  const program = path.resolve('scripts/launch/backend.ts');
  const code = `process.chdir(${JSON.stringify(project.folder)}); await import(${JSON.stringify(program)});`;
  kept = await keepProgram({
    ...backendProgram({
      followsSchemas: false,
      env: { ...process.env, DATA_DIR: project.dataDir, SITE_URL: 'http://127.0.0.1:1' },
      onReady: (address) => addresses.push(address),
      log: (line) => lines.push(line),
    }),
    args: ['--input-type=module', '-e', code],
  });
}, 120_000);
afterAll(async () => {
  await kept?.stop();
  project.remove();
});

const rest = (init: RequestInit = {}) => {
  const { url, secretKey } = addresses.at(-1)!;
  const headers = { apikey: secretKey, 'content-type': 'application/json' };
  return fetch(`${url}/rest/v1/notes`, { headers, signal: AbortSignal.timeout(5000), ...init });
};

/** Writes until it is told to stop; answers with the rows that the backend has acknowledged. */
function keepWriting() {
  const written: string[] = [];
  let ends = false;
  const write = async (writer: number) => {
    for (let n = 0; !ends; n++) {
      const text = `${performance.now()} ${writer} ${n}`;
      const answer = await rest({ method: 'POST', body: JSON.stringify({ text }) }).catch(() => undefined); // prettier-ignore
      if (answer?.status === 201) written.push(text);
      else await sleep(20);
    }
  };
  const writers = [0, 1, 2].map(write);
  const end = async () => {
    ends = true;
    await Promise.all(writers);
    return written;
  };
  return { written, end };
}

const postmaster = () => Number(fs.readFileSync(path.join(pgDir, 'postmaster.pid'), 'utf8').split('\n')[0]); // prettier-ignore
const postgrest = () => {
  const file = fs.readdirSync(project.dataDir).find((name) => /^postgrest-\d+\.pid$/.test(name));
  return Number(/\d+/.exec(file!)![0]);
};

test.each([
  ['the backend', () => kept.pid()!],
  ['PostgreSQL', postmaster],
  ['PostgREST', postgrest],
])(
  '%s is killed under writes: it restarts by itself and nothing acknowledged is lost',
  async (_name, pid) => {
    const before = addresses[0]!;
    const writing = keepWriting();
    while (writing.written.length < 20) await sleep(10);
    const crowd = Array.from({ length: 60 }, () => rest().catch(() => undefined));
    process.kill(pid(), 'SIGKILL');
    await Promise.all(crowd);
    await sleep(100);
    const count = writing.written.length;
    while (writing.written.length < count + 20) await sleep(20);
    const written = await writing.end();
    const rows = (await (await rest()).json()) as { text: string }[];
    const there = new Set(rows.map(({ text }) => text));
    expect(written.filter((text) => !there.has(text))).toEqual([]);
    expect(addresses.at(-1)).toEqual(before);
  },
);

test('the backend ends when its supervisor asks, and leaves no process', async () => {
  const last = kept.pid()!;
  await kept.stop();
  expect(commandOf(last)).toBe('');
  expect(pidsIn(pgDir)).toEqual([]);
});
