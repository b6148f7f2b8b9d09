import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { expect, request, test, type APIRequestContext } from '../support/browser-test.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { baseUrl, forgetAttempts, signIn, sql } from '../support/demo-portal.ts';
import { newConsultant, newResident } from '../support/new-resident.ts';

/** Ways to get into an account, or to learn who has one. Plain HTTP, to send what a browser would not send. */

// One after the other: they use up the attempts of an address.
test.describe.configure({ mode: 'default' });
const forgetAll = async () => {
  await forgetAttempts();
  await sql(
    `delete from private.attempts where kind in ('mail_code_address', 'mail_try_address', 'slip', 'join_email')`,
  );
};
test.beforeEach(forgetAll);
test.afterAll(forgetAll);

const newEmail = () => `ny-${crypto.randomUUID().slice(0, 8)}@prove.example`;
const fresh = (headers: Record<string, string> = {}) =>
  request.newContext({ baseURL: baseUrl(), extraHTTPHeaders: headers });
const post = (
  client: APIRequestContext,
  address: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) => client.post(address, { form, headers: { origin: baseUrl(), ...headers }, maxRedirects: 0 });

const backend = () =>
  JSON.parse(fs.readFileSync(path.join(process.env['E2E_DATA_DIR']!, 'backend.json'), 'utf8')) as {
    url: string;
  };
/** The six digits of the last mail to this address, from the embedded backend's own mail store. */
async function mailedCode(email: string): Promise<string> {
  const answer = await fetch(`${backend().url}/__mail`);
  const mails = (await answer.json()) as { to: string; text: string }[];
  return /\d{6}/.exec(mails.findLast(({ to }) => to === email)!.text)![0];
}

/** What is visible in an answer, without the address that was typed and what changes with every answer. */
async function seen(client: APIRequestContext, address: string, form: Record<string, string>) {
  const started = performance.now();
  const answer = await post(client, address, form);
  const ms = performance.now() - started;
  const page = await answer.text();
  const body = page
    .slice(page.indexOf('<body'))
    .replaceAll(form['email'] ?? '', '')
    .replaceAll(/\b(u?id|server-render-time)="[^"]*"/g, '');
  return { ms, what: [answer.status(), answer.headers()['location'], body] };
}

test('signing in does not tell who has an account, not by its timing either', async () => {
  const times: number[][] = [[], []];
  const client = await fresh();
  for (let round = 0; round < 4; round++) {
    const answers = [];
    for (const email of [CAST.stovner.neighbour, newEmail(), 'finnes.ikke'])
      answers.push(
        await seen(client, '/logg-inn?_action=residents.signIn', {
          email,
          password: 'feil passord',
        }),
      );
    const [known, unknown, name] = answers;
    expect(known!.what).toEqual(unknown!.what);
    expect(known!.what).toEqual(name!.what);
    times[0]!.push(known!.ms);
    times[1]!.push(unknown!.ms);
  }
  const [known, unknown] = times.map((list) => Math.min(...list));
  expect(known).toBeGreaterThan(690);
  expect(unknown).toBeGreaterThan(690);
  expect(Math.abs(known! - unknown!)).toBeLessThan(150);
  await client.dispose();
});

test('asking for a code by mail does not tell who has an account', async () => {
  const answers = [];
  for (const email of [CAST.stovner.neighbour, newEmail()]) {
    const client = await fresh();
    const asked = await seen(client, '/logg-inn/kode?_action=residents.mailCode', { email });
    const page = await (await client.get('/logg-inn/kode')).text();
    answers.push([asked.what, page.replaceAll(email, '')]);
    expect(asked.ms).toBeGreaterThan(990);
    await client.dispose();
    await expect.poll(() => mailedCode(email).catch(() => null)).toMatch(/^\d{6}$/);
  }
  expect(answers[0]).toEqual(answers[1]);
});

test('a join form without a valid code neither makes nor finds an account', async () => {
  const client = await fresh();
  const known = CAST.stovner.neighbour;
  const unknown = newEmail();
  const form = { code: 'GVESSGVESS', displayName: 'Gjetter', password: 'fire ord etter hverandre' };
  const answers = [];
  for (const email of [known, unknown])
    answers.push((await seen(client, '/bli-med?_action=residents.join', { ...form, email })).what);
  expect(answers[0]).toEqual(answers[1]);
  expect(await sql('select from auth.users where email = $1', [unknown])).toEqual([]);
  await client.dispose();
});

test('one valid code tries twelve e-mail addresses and no more', async () => {
  const client = await fresh();
  const answers: string[] = [];
  for (let i = 0; i < 14; i++) {
    await forgetAttempts();
    const form = {
      code: 'DEMO-DROB-AKG1',
      displayName: 'Gjetter',
      email: CAST.admin,
      password: `feil passord ${i}`,
    };
    const answer = await post(client, '/bli-med?_action=residents.join', form, {
      cookie: 'join=DEMODROBAKG1',
    });
    answers.push(/E-posten er i bruk|For mange forsøk/.exec(await answer.text())![0]);
  }
  expect(answers.filter((one) => one === 'E-posten er i bruk')).toHaveLength(12);
  expect(answers.at(-1)).toBe('For mange forsøk');
  await client.dispose();
});

test('a code by mail works once, and after five wrong guesses not at all', async () => {
  const email = newEmail();
  const client = await fresh();
  const enter = (code: string) =>
    post(client, '/logg-inn/kode?_action=residents.signInByMail', { email, code });
  await post(client, '/logg-inn/kode?_action=residents.mailCode', { email });
  await expect.poll(() => mailedCode(email).catch(() => null)).toMatch(/^\d{6}$/);
  const code = await mailedCode(email);
  expect((await enter(code)).status()).toBe(303);
  expect((await client.get('/konto')).status()).toBe(200);
  await client.dispose();

  const thief = await fresh();
  const guess = async (typed: string) => {
    const answer = await post(
      thief,
      '/logg-inn/kode?_action=residents.signInByMail',
      { email, code: typed },
      { cookie: `mail=${email}` },
    );
    return answer.status() === 303
      ? 'in'
      : /Koden stemmer ikke|For mange forsøk/.exec(await answer.text())![0];
  };
  expect(await guess(code)).toBe('Koden stemmer ikke');
  await post(thief, '/logg-inn/kode?_action=residents.mailCode', { email });
  await expect.poll(() => mailedCode(email)).not.toBe(code);
  const next = await mailedCode(email);
  const wrong = next === '111111' ? '222222' : '111111';
  for (let i = 0; i < 4; i++) expect(await guess(wrong)).toBe('Koden stemmer ikke');
  expect(await guess(next)).toBe('For mange forsøk');
  await thief.dispose();
});

test('an e-mail address is sent three codes in a quarter of an hour, whoever asks', async () => {
  const email = newEmail();
  const client = await fresh();
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++)
    statuses.push(
      (await post(client, '/logg-inn/kode?_action=residents.mailCode', { email })).status(),
    );
  expect(statuses).toEqual([303, 303, 303, 422]);
  await client.dispose();
});

/** A form posted from another address of this machine, whatever its headers claim. */
const postFrom = (localAddress: string, address: string, body: string, forwarded: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = http.request(new URL(address, baseUrl()), {
      method: 'POST',
      localAddress,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: baseUrl(),
        'x-forwarded-for': forwarded,
      },
    });
    sent.on('response', (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

test('an address may guess thirty letter codes, whatever its headers claim; after that even a valid code is refused', async () => {
  // An address of its own: no other test uses up its attempts or is locked out by this one.
  const random = () => 2 + Math.floor(Math.random() * 250);
  const home = `127.${random()}.${random()}.${random()}`;
  let n = 0;
  const guess = async (code: string, from = home) => {
    const forwarded = `203.0.113.${++n}`;
    const answer = await postFrom(from, '/bli-med?_action=residents.enterCode', `code=${code}`, forwarded); // prettier-ignore
    return answer.status === 303
      ? 'opened'
      : /Koden virker ikke|For mange forsøk/.exec(answer.text)?.[0];
  };
  const answers: (string | undefined)[] = [];
  for (let i = 0; i < 32; i++) answers.push(await guess(`GVES-SEEE-00${10 + i}`));
  expect(answers).toEqual([
    ...Array<string>(30).fill('Koden virker ikke'),
    ...Array<string>(2).fill('For mange forsøk'),
  ]);
  expect(await guess('DEMO-DROB-AKG1')).toBe('For mange forsøk');
  expect(await guess('DEMO-DROB-AKG1', '127.0.0.1')).toBe('opened');
});

test('an address may guess twenty slips; after that even the right one is refused', async () => {
  const client = await fresh();
  const answers: string[] = [];
  for (let i = 0; i < 22; i++) {
    const answer = await post(client, '/logg-inn/lapp?_action=residents.signInBySlip', {
      code: `GVES-S${i}`,
    });
    answers.push(/Koden stemmer ikke|For mange forsøk/.exec(await answer.text())![0]);
  }
  expect(answers.filter((one) => one === 'Koden stemmer ikke')).toHaveLength(20);
  expect(answers.at(-1)).toBe('For mange forsøk');
  await client.dispose();
});

test('a session planted before signing in is gone afterwards, including its chunks', async ({
  browser,
}) => {
  const context = await browser.newContext();
  await signIn(context, CAST.drobak.neighbour);
  const planted = (await context.cookies()).find(({ name }) => name.startsWith('sb-'))!;
  // In chunks, as the library splits long cookies, beside the whole cookie.
  const { name, value } = planted;
  await context.addCookies(
    [0, 1].map((i) => ({
      name: `${name}.${i}`,
      value: value.slice(i * 900, i * 900 + 900),
      url: baseUrl(),
    })),
  );
  await forgetAll();
  const answer = await context.request.post('/logg-inn?_action=residents.signIn', {
    form: { email: CAST.drobak.household, password: PASSWORD },
    headers: { origin: baseUrl() },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
  const after = (await context.cookies()).filter((one) => one.name.startsWith('sb-') && one.value);
  expect(after.map((one) => one.value)).not.toContain(value);
  expect(after.every(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toBe(true);
  expect(await (await context.request.get('/konto')).text()).toContain(CAST.drobak.household);
  // The person who planted it has only their own session.
  const attacker = await fresh({ cookie: `${name}=${value}` });
  expect(await (await attacker.get('/konto')).text()).toContain(CAST.drobak.neighbour);
  await attacker.dispose();
  await context.close();
});

test('a cookie of a session that has ended opens nothing, for residents and staff alike', async () => {
  const consultant = await newResident();
  await sql(
    `update public.memberships m set role = 'consultant', flat_id = null from auth.users u where u.id = m.person_id and u.email = $1`,
    [consultant.email],
  );
  for (const { email } of [await newResident(), consultant]) {
    const enter = async () => {
      const client = await fresh();
      await post(client, '/logg-inn?_action=residents.signIn', { email, password: PASSWORD });
      return client;
    };
    const [out, still] = [await enter(), await enter()];
    // As an attacker who kept the cookie: the browser itself drops it.
    const { cookies } = await out.storageState();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    expect((await out.get('/konto')).url()).toBe(`${baseUrl()}/konto`);
    expect((await post(out, '/logg-ut?_action=residents.signOut', {})).status()).toBe(303);
    const ask = async (address: string, form?: Record<string, string>) => {
      const client = await fresh({ cookie });
      const answer = form
        ? await post(client, address, form)
        : await client.get(address, { maxRedirects: 0 });
      const { location = '', 'set-cookie': set = '' } = answer.headers();
      await client.dispose();
      return { status: answer.status(), location, forgets: /sb-[^=]+=;/.test(set) };
    };
    for (const address of ['/konto', '/konto/mine-data.json', '/drobakgata-1/saker?side=2'])
      expect(await ask(address)).toEqual({
        status: 303,
        location: `/logg-inn?til=${encodeURIComponent(address)}`,
        forgets: true,
      });
    const change = { displayName: 'Tyven', locale: 'nb' };
    const refused = await ask('/?_action=residents.changeAccount', change);
    expect(refused).toEqual({ status: 303, location: '/logg-inn', forgets: true });
    expect(await sql("select from public.people where display_name = 'Tyven'")).toEqual([]);
    // Public pages stay public, and the other browser is still signed in.
    expect(await ask('/drobakgata-1')).toMatchObject({ status: 200, forgets: true });
    expect((await still.get('/konto', { maxRedirects: 0 })).status()).toBe(200);
    await Promise.all([out.dispose(), still.dispose()]);
  }
});

test('signing in never redirects to another site, whatever the link says', async () => {
  const bad = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/konto\r\nset-cookie: a=b',
  ];
  for (const til of bad) {
    const client = await fresh();
    await forgetAttempts();
    const answer = await post(client, '/logg-inn?_action=residents.signIn', {
      email: CAST.stovner.household,
      password: PASSWORD,
      til,
    });
    expect([til, answer.headers()['location']]).toEqual([til, '/stovner-senter']);
    expect([til, answer.headers()['set-cookie']?.includes('a=b') ?? false]).toEqual([til, false]);
    const page = await client.get(`/logg-inn?til=${encodeURIComponent(til)}`, { maxRedirects: 0 });
    expect(new URL(page.headers()['location']!, baseUrl()).origin).toBe(new URL(baseUrl()).origin);
    await client.dispose();
  }
});

/** Every action of the portal, by the name it is posted to. */
function actionNames(): string[] {
  const files = fs
    .readdirSync('src/domains', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.actions.ts'));
  return files.flatMap((file) => {
    const text = fs.readFileSync(path.join('src/domains', file), 'utf8');
    return [...text.matchAll(/^\s+(\w+): defineAction/gm)].map(
      ([, name]) => `${file.split(/[\\/]/)[0]}.${name}`,
    );
  });
}

test('no action accepts a form from another site', async ({ browser }) => {
  const context = await browser.newContext();
  const who = await newConsultant();
  await signIn(context, who);
  const linesOf = () =>
    sql(
      'select a.id from public.audit_entries a join auth.users u on u.id = a.actor_id where u.email = $1 order by a.id',
      [who],
    );
  const names = actionNames();
  expect(names.length).toBeGreaterThan(60);
  const before = await linesOf();
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
  ];
  const origins = ['https://evil.example', 'null', `${baseUrl()}.evil.example`];
  for (const [i, name] of names.entries()) {
    const answer = await context.request.post(`/konto?_action=${name}`, {
      headers: { origin: origins[i % 3]!, 'content-type': types[(i >> 1) % 3]! },
      data: 'id=x',
      maxRedirects: 0,
    });
    expect([name, answer.status()]).toEqual([name, 403]);
  }
  for (const address of [
    '/stovner-senter/meld-feil/bilder',
    '/stovner-senter/meld-feil/utkast',
    '/logg-ut',
    '/stovner-senter/drift/beboere/brev',
  ])
    for (const origin of origins) {
      const answer = await context.request.post(address, {
        headers: { origin },
        form: { x: 'y' },
        maxRedirects: 0,
      });
      expect([address, origin, answer.status()]).toEqual([address, origin, 403]);
    }
  expect(await linesOf()).toEqual(before);
  await context.close();
});

/** The answer to a request that names another host than the one it reached. */
const asHost = (address: string, headers: Record<string, string>) =>
  new Promise<{ status: number; text: string; location: string }>((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl());
    const sent = http.request({ hostname, port, path: address, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text, location: answer.headers.location ?? '' }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });

test('the host name in a request appears in no link and no redirect', async () => {
  for (const headers of [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  ] as Record<string, string>[])
    for (const address of ['/', '/konto', '/bli-med', '/logg-inn?til=/konto', '/finnes-ikke']) {
      const { text, location } = await asHost(address, headers);
      expect([address, text.includes('evil.example'), location.includes('evil.example')]).toEqual([
        address,
        false,
        false,
      ]);
    }
});

test('no cache keeps a private page, a refusal or a redirect', async ({ browser }) => {
  const context = await browser.newContext();
  await signIn(context, CAST.drobak.consultant);
  const client = context.request;
  const nobody = await fresh();
  const answers = [
    await client.get('/konto'),
    await client.get('/mitt'),
    await client.get('/drobakgata-1/drift/beboere'),
    await client.get('/drobakgata-1/drift/beboere/brev'),
    await client.get('/drobakgata-1/drift/beboere/leilighet/finnes-ikke'),
    await client.get('/stovner-senter/drift/beboere'),
    await client.get('/logg-inn', { maxRedirects: 0 }),
    await nobody.get('/konto', { maxRedirects: 0 }),
    await nobody.get('/finnes-ikke'),
    await nobody.get('/konto?lang=en', { maxRedirects: 0 }),
    await post(nobody, '/logg-inn?_action=residents.signIn', { email: '', password: '' }),
    await post(
      nobody,
      '/logg-inn?_action=residents.signIn',
      { email: 'x', password: 'y' },
      { origin: 'https://evil.example' },
    ),
    await post(client, '/konto?_action=finnes.ikke', {}),
  ];
  for (const answer of answers)
    expect([answer.url(), answer.status(), answer.headers()['cache-control']]).toEqual([
      answer.url(),
      answer.status(),
      'private, no-store',
    ]);
  expect(new Set(answers.map((answer) => answer.status())).size).toBeGreaterThanOrEqual(5);
  await nobody.dispose();
  await context.close();
});
