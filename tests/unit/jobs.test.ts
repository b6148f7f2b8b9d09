import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { jobsToken, keepJobs } from '../../scripts/launch/jobs.ts';
import { carries } from '../../src/lib/bearer.ts';

/** A portal that answers its jobs with these, in turn, and the calls it has received. */
async function portal(answers: number[]) {
  const calls: string[] = [];
  const server = http.createServer(({ method, url, headers }, response) => {
    calls.push(`${method} ${url} ${headers.authorization} ${headers['content-type']}`);
    response.writeHead(answers[Math.min(calls.length, answers.length) - 1]!).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, calls, close: () => server.close() };
}
async function until(done: () => boolean) {
  for (let i = 0; i < 200 && !done(); i++) await sleep(10);
}

test('the jobs are called at once and repeatedly, with the token, until they are stopped', async () => {
  const { address, calls, close } = await portal([200]);
  const lines: string[] = [];
  const jobs = keepJobs({ address, token: 'secret', log: (line) => lines.push(line), every: 10 });
  await until(() => calls.length >= 3);
  await jobs.stop();
  const made = calls.length;
  await sleep(50);
  expect(calls[0]).toBe('POST /api/jobs Bearer secret application/json');
  expect(made).toBeGreaterThanOrEqual(3);
  expect(calls.length).toBe(made);
  expect(lines).toEqual([]);
  close();
});

test('a series of failures is logged as one line, and the next series as another', async () => {
  const { address, calls, close } = await portal([500, 500, 200, 503, 503, 200]);
  const lines: string[] = [];
  const jobs = keepJobs({ address, token: 't', log: (line) => lines.push(line), every: 10 });
  await until(() => calls.length >= 6);
  await jobs.stop();
  expect(lines).toEqual(['The jobs failed: status 500', 'The jobs failed: status 503']);
  close();
});

test('calling a portal that does not answer still stops at once', async () => {
  const server = http.createServer(() => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const jobs = keepJobs({ address, token: 't', log: (line) => lines.push(line) });
  await sleep(50);
  await jobs.stop();
  await sleep(50);
  expect(lines).toEqual([]);
  server.closeAllConnections();
  server.close();
});

test('the token is the configured one, else a new one each time', () => {
  expect(jobsToken({ JOBS_TOKEN: 'mine' })).toBe('mine');
  expect(jobsToken({})).toMatch(/^[0-9a-f]{64}$/);
  expect(jobsToken({ JOBS_TOKEN: '' })).not.toBe(jobsToken({}));
});

test.each([
  ['Bearer token', 'token', true],
  ['Bearer toke', 'token', false],
  ['Bearer token2', 'token', false],
  ['Bearer ', '', false],
  ['Bearer undefined', undefined, false],
  ['token', 'token', false],
  [null, 'token', false],
])('%o opens what is closed by %o: %s', (header, token, opens) => {
  expect(carries(header, token)).toBe(opens);
});
