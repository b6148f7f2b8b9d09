import fs from 'node:fs';
import path from 'node:path';
import { expect, request, test, type APIRequestContext } from '../support/browser-test.ts';
import pg from 'pg';
import { CAST, PASSWORD } from '../support/cast.ts';
import { startPortal } from '../support/portal.ts';

/** A portal of its own, because the test reads its log, uses up its limits and breaks its database. */

test.describe.configure({ mode: 'serial' });
test.setTimeout(120_000);

let portal: Awaited<ReturnType<typeof startPortal>>;
let client: APIRequestContext;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  portal = await startPortal({ LOG_LEVEL: 'info' });
  client = await request.newContext({ baseURL: portal.url });
});
test.afterAll(async () => {
  await client?.dispose();
  await portal?.stop();
});

const post = (address: string, form: Record<string, string>, headers = {}) =>
  client.post(address, { form, headers: { origin: portal.url, ...headers }, maxRedirects: 0 });

async function sql<Row extends pg.QueryResultRow>(text: string) {
  const file = path.join(portal.dataDir, 'backend.json');
  const { database_url } = JSON.parse(fs.readFileSync(file, 'utf8')) as { database_url: string };
  const owner = new pg.Client(database_url);
  await owner.connect();
  return (await owner.query<Row>(text).finally(() => owner.end())).rows;
}

const CODE = 'DEMODROBAKG1';
const NAME = 'Hemmelignavn';
const EMAIL = 'ny-hemmelig@prove.example';
const PASSWORD_OF_MINE = 'fire hemmelige ord her';
const CALENDAR_LINK = 'c0ffee42'.repeat(6);

test('the log has one line of JSON per request, and no name, address, code or password', async () => {
  const start = portal.output().length;
  const join = '/bli-med?_action=residents.join';
  const form = { code: CODE, displayName: NAME, email: EMAIL, password: PASSWORD_OF_MINE };
  expect((await client.get(`/bli-med?sok=hemmeligsok`)).status()).toBe(200);
  expect((await post('/bli-med?_action=residents.enterCode', { code: CODE })).status()).toBe(303);
  expect((await post(join, { ...form, displayName: `${NAME}\u0000` })).status()).toBe(422);
  expect((await post(join, form)).status()).toBe(303);
  expect((await client.get('/konto')).status()).toBe(200);
  expect((await client.get(`/kalender/${CALENDAR_LINK}.ics`)).status()).toBe(404);
  const signIn = '/logg-inn?_action=residents.signIn';
  // Already signed in by joining: the sign-in page redirects whether it refuses or not.
  expect((await post(signIn, { email: CAST.admin, password: 'hemmelig feil' })).status()).toBe(303);
  expect((await post(signIn, { email: CAST.admin, password: PASSWORD })).status()).toBe(303);
  await post('/?_action=finnes.ikke', { x: 'hemmeligfelt' });

  const lines = portal.output().slice(start).trim().split('\n');
  const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const withId = read.filter(({ id }) => id);
  expect(withId.length).toBeGreaterThanOrEqual(7);
  for (const one of withId)
    expect(Object.keys(one)).toEqual(expect.arrayContaining(['method', 'route', 'status', 'ms']));
  noSecrets();
});

test('a vote is logged without receipt and choice, on the output and in every log file', async () => {
  const voter = await request.newContext({
    baseURL: portal.url,
    extraHTTPHeaders: { origin: portal.url },
  });
  const send = (address: string, form: Record<string, string>) =>
    voter.post(address, { form, maxRedirects: 0 });
  await send('/logg-inn?_action=residents.signIn', {
    email: CAST.drobak.neighbour,
    password: PASSWORD,
  });
  const [poll] = await sql<{ id: string }>(
    `select id from public.polls where status = 'open' and rule = 'per_flat' and kind = 'yes_no'
     and block_id = (select id from public.blocks where slug = 'drobakgata-1') order by id`,
  );
  const address = `/drobakgata-1/avstemninger/${poll!.id}`;
  const ballot = await (await voter.get(address)).text();
  const [, receipt] = /name="receipt"[^>]*value="([^"]+)"/.exec(ballot)!;
  const [, choice] = /name="choices"[^>]*value="([^"]+)"/.exec(ballot)!;
  const vote = { pollId: poll!.id, receipt: receipt!, choices: choice! };
  const voted = await send(`${address}?_action=polls.vote`, vote);
  expect(voted.headers()['location']).toBe(`${address}/kvittering`);
  expect((await send(`${address}?_action=polls.changeVote`, vote)).status()).toBe(303);
  await voter.dispose();

  await expect.poll(() => portal.output()).toContain('/[gard]/avstemninger/[id]');
  const files = fs.readdirSync(portal.dataDir).filter((name) => name.includes('.log'));
  expect(files).not.toEqual([]);
  const logs = files.map((name) => fs.readFileSync(path.join(portal.dataDir, name), 'utf8'));
  for (const log of [portal.output(), ...logs])
    for (const secret of [receipt!, receipt!.replaceAll('-', ''), choice!])
      expect(log.includes(secret)).toBe(false);
});

test('a limit counts the real visitor, whatever address the headers claim', async () => {
  const answers: number[] = [];
  for (let i = 0; i < 40; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}, 198.51.100.${i}` };
    const answer = await client.get('/bli-med', {
      headers: { ...headers, cookie: `join=GVESS${i}` },
    });
    answers.push(answer.status());
  }
  expect(answers.at(0)).toBe(200);
  expect(answers.at(-1)).toBe(429);
  expect(answers.filter((status) => status === 200).length).toBeLessThanOrEqual(30);
});

test('a fault is logged with its id and code, without what was typed, and the page shows the id', async () => {
  await sql('alter table public.people rename column display_name to away');
  const answer = await post('/konto?_action=residents.changeAccount', { displayName: NAME });
  expect(answer.status()).toBe(500);
  const id =
    answer.headers()['x-request-id'] ?? /<code[^>]*>([0-9a-f]{8})</.exec(await answer.text())?.[1];
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(await answer.text()).toContain(id!);
  expect(await answer.text()).not.toMatch(/display_name|PGRST|42703|at .*\.mjs/);
  await expect.poll(() => portal.output()).toContain(`"id":"${id}"`);
  const line = portal
    .output()
    .split('\n')
    .find((one) => one.includes(`"id":"${id}"`) && one.includes('"error"'));
  expect(line).toContain('42703');
  noSecrets();
  await sql('alter table public.people rename column away to display_name');
});

function noSecrets() {
  const secrets = [
    CODE,
    NAME,
    EMAIL,
    PASSWORD_OF_MINE,
    CALENDAR_LINK,
    CAST.admin,
    'hemmelig',
    '127.0.0.1"',
    'Administrator',
  ];
  const log = portal.output().slice(portal.output().indexOf('admin@bomiljo.example') + 30);
  for (const secret of secrets) expect(log.includes(secret), secret).toBe(false);
}
