import { expect, test, type APIRequestContext, type APIResponse } from '../support/browser-test.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { baseUrl, forgetAttempts, signIn, sql } from '../support/demo-portal.ts';
import { addressOf, everyPage, VISITORS } from '../support/pages.ts';
import { phone } from '../support/phone.ts';

test.beforeEach(forgetAttempts);

test('the language is chosen by a link, remembered, and keeps the page and its query @nojs', async ({
  page,
}) => {
  await page.goto('/?sok=Stovner');
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page).toHaveURL('/?sok=Stovner');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('link', { name: 'Stovner senter' })).toBeVisible();
  await page.goto('/drobakgata-1/oppslag');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('banner').getByRole('link', { name: 'Norsk' }).click();
  await expect(page).toHaveURL('/drobakgata-1/oppslag');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nb');
});

test('the button on a sheet prints it; without JavaScript there is no button', async ({
  browser,
}) => {
  const signs = '/drobakgata-1/drift/garden/skilt';
  const desk = await phone(browser, CAST.drobak.consultant);
  await desk.addInitScript(() => {
    globalThis.print = () => document.body.setAttribute('data-printed', 'yes');
  });
  await desk.goto(signs);
  await desk.getByRole('button', { name: 'Skriv ut' }).click();
  await expect(desk.locator('body')).toHaveAttribute('data-printed', 'yes');
  const plain = await phone(browser, CAST.drobak.consultant, signs, { javaScriptEnabled: false });
  await expect(plain.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(plain.getByRole('button', { name: 'Skriv ut' })).toHaveCount(0);
  await Promise.all([desk.context().close(), plain.context().close()]);
});

test('an unknown language changes nothing @nojs', async ({ page }) => {
  await page.goto('/?lang=xx');
  await expect(page.locator('html')).toHaveAttribute('lang', 'nb');
});

test.describe('a page that does not exist looks like a page that is not for me', () => {
  for (const path of [
    '/finnes-ikke',
    '/finnes-ikke/oppslag',
    '/drobakgata-1/finnes-ikke',
    '/%00',
    '/favicon.ico',
  ])
    test(`${path} is a page that was not found`, async ({ request }) => {
      const answer = await request.get(path);
      expect(answer.status()).toBe(404);
      expect(await answer.text()).toContain('Vi fant ikke siden');
    });

  const closed = [
    [CAST.drobak.resident, '/drobakgata-1/drift'],
    [CAST.drobak.resident, '/admin'],
    [CAST.drobak.consultant, '/stovner-senter/drift'],
    [CAST.drobak.consultant, '/stovner-senter/drift/beboere'],
    [CAST.drobak.consultant, '/admin/ny'],
    [CAST.landlord, '/drobakgata-1/drift/beboere'],
    [CAST.admin, '/drobakgata-1/drift/beboere'],
    [CAST.drobak.resident, '/boligbygg/saker'],
  ] as const;
  for (const [email, path] of closed)
    test(`${path} for ${email}`, async ({ context }) => {
      await signIn(context, email);
      const answer = await context.request.get(path);
      expect(answer.status()).toBe(404);
      expect(await answer.text()).toContain('Vi fant ikke siden');
    });

  test('a notice of another building under the desk of my own', async ({ context }) => {
    await signIn(context, CAST.drobak.consultant);
    const [notice] = await sql(
      `select n.id, n.title from public.notices n join public.blocks b on b.id = n.block_id
       where b.slug = 'stovner-senter' limit 1`,
    );
    const answer = await context.request.get(`/drobakgata-1/drift/oppslag/${notice!['id']}`);
    expect(answer.status()).toBe(404);
    expect(await answer.text()).not.toContain(notice!['title']);
  });
});

test('a page for staff sends to sign-in and back @nojs', async ({ page }) => {
  await page.goto('/drobakgata-1/drift/oppslag');
  await expect(page).toHaveURL(/\/logg-inn\?til=/);
  await page.getByLabel('E-post').fill(CAST.drobak.consultant);
  await page.getByLabel('Passord').fill(PASSWORD);
  await page.getByRole('button', { name: 'Logg inn' }).click();
  await expect(page).toHaveURL('/drobakgata-1/drift/oppslag');
});

test.describe('after signing in nobody is sent', () => {
  for (const til of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    '/中',
  ])
    test(`to ${JSON.stringify(til)}`, async ({ context }) => {
      const answer = await post(context.request, '/logg-inn?_action=residents.signIn', {
        email: CAST.stovner.neighbour,
        password: PASSWORD,
        til,
      });
      expect(answer.status()).toBe(303);
      expect(answer.headers()['location']).toBe('/stovner-senter');
      const again = await context.request.get(`/logg-inn?til=${encodeURIComponent(til)}`, {
        maxRedirects: 0,
      });
      expect(again.headers()['location']).toBe('/stovner-senter');
    });
});

for (const path of ['//evil.example', '/\\evil.example', '/%5cevil.example', '/%2fevil.example'])
  test(`the language link does not lead from ${path} to another site`, async () => {
    const answer = await fetch(`${baseUrl()}${path}?lang=en`, { redirect: 'manual' });
    const to = new URL(answer.headers.get('location') ?? '/', baseUrl());
    expect(to.origin).toBe(new URL(baseUrl()).origin);
  });

test.describe('a form from another site', () => {
  for (const [name, headers] of [
    ['with its origin', { origin: 'https://evil.example' }],
    ['without an origin', {}],
    ['with the origin null', { origin: 'null' }],
    ['of another port', { origin: 'http://127.0.0.1:1' }],
  ] as const)
    test(`is refused: ${name}`, async ({ context }) => {
      await signIn(context, CAST.drobak.consultant);
      const title = `Fra et annet sted ${crypto.randomUUID()}`; // other tests write notices too
      for (const path of [
        '/drobakgata-1/drift/oppslag/ny?_action=notices.save',
        '/_actions/notices.save',
      ]) {
        const form = {
          id: crypto.randomUUID(),
          class: 'ordinary',
          title,
          body: 'x',
          audience: 'everybody',
          then: 'publish',
        };
        const answer = await context.request.post(path, { form, headers, maxRedirects: 0 });
        expect(answer.status()).toBe(403);
      }
      expect(await sql('select id from public.notices where title = $1', [title])).toEqual([]);
    });
});

test.describe('a form that no page of the portal sends', () => {
  test('to an unknown action is not found', async ({ request }) => {
    expect((await post(request, '/?_action=finnes.ikke', { id: 'x' })).status()).toBe(404);
  });

  test('without a session redirects to sign-in', async ({ request }) => {
    const answer = await post(request, '/?_action=residents.changeAccount', { displayName: 'x' });
    expect([answer.status(), answer.headers()['location']]).toEqual([303, '/logg-inn']);
  });

  test('with a body that is not a form is refused', async ({ request }) => {
    const answer = await request.post('/logg-inn?_action=residents.signIn', {
      data: 'x',
      headers: { origin: baseUrl(), 'content-type': 'text/plain' },
    });
    expect(answer.status()).toBe(415);
  });

  test('on a page for another role is not found, and changes nothing', async ({ context }) => {
    await signIn(context, CAST.drobak.resident);
    const form = { displayName: 'Sendt til feil side' };
    const answer = await post(context.request, '/admin?_action=residents.changeAccount', form);
    expect(answer.status()).toBe(404);
    const [row] = await sql('select count(*) from public.people where display_name = $1', [
      form.displayName,
    ]);
    expect(row!['count']).toBe('0');
  });

  test('with a NUL character in any field is refused and is not a server error', async ({
    context,
  }) => {
    await signIn(context, CAST.drobak.resident);
    const sent = [
      ['/bli-med?_action=residents.enterCode', { code: 'AB\u0000CD' }],
      ['/konto?_action=residents.changeAccount', { displayName: 'Ka\u0000ri' }],
      ['/logg-inn?_action=residents.signIn', { email: 'a\u0000@b.no', password: 'x\u0000' }],
    ] as const;
    for (const [path, form] of sent)
      expect((await post(context.request, path, form)).status(), path).toBeLessThan(500);
    const planted = { headers: { cookie: 'join=AB%00CD' } };
    expect((await context.request.get('/bli-med', planted)).status()).toBe(200);
  });
});

test('every page has the security headers, and no inline code', async ({ browser }) => {
  test.setTimeout(120_000);
  for (const { who, route, where, title } of everyPage) {
    const context = await browser.newContext();
    const email = VISITORS[who];
    if (email) await signIn(context, email);
    await forgetAttempts();
    const answer = await context.request.get(await addressOf(where), { maxRedirects: 0 });
    await test.step(title, async () => {
      expect(answer.status()).toBe(route === '/404' ? 404 : 200);
      await protectedPage(answer);
    });
    await context.close();
  }
});

test('an error page and a refused form have the security headers too', async ({ request }) => {
  const answers = [
    await post(request, '/logg-inn?_action=residents.signIn', { email: '', password: '' }),
    await request.get('/admin', { maxRedirects: 0 }),
  ];
  expect(answers.map((one) => one.status())).toEqual([422, 303]);
  await protectedPage(answers[0]!);
  expect(answers[1]!.headers()['x-content-type-options']).toBe('nosniff');
});

test('two requests have two ids', async ({ request }) => {
  const ids = [await request.get('/'), await request.get('/')].map(
    (one) => one.headers()['x-request-id'],
  );
  expect(new Set(ids).size).toBe(2);
});

test('the session cookie is out of reach of scripts and of other sites', async ({ context }) => {
  await signIn(context, CAST.drobak.resident);
  const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('sb-'));
  expect(cookies.length).toBeGreaterThan(0);
  for (const { httpOnly, sameSite } of cookies) expect([httpOnly, sameSite]).toEqual([true, 'Lax']);
});

test('a forged or broken session counts as signed out, and its cookie is removed', async ({
  browser,
}) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [admin] = await sql('select id from auth.users where email = $1', [CAST.admin]);
  const claims = { sub: admin!['id'], role: 'service_role', email: CAST.admin, exp: 4_000_000_000 };
  const session = {
    access_token: `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.${'x'.repeat(43)}`,
    refresh_token: 'x',
    expires_at: 4_000_000_000,
    expires_in: 3600,
    token_type: 'bearer',
  };
  const real = await browser.newContext();
  await signIn(real, CAST.drobak.resident);
  const name = (await real.cookies())
    .find((one) => /^sb-.*auth-token/.test(one.name))!
    .name.replace(/\.\d$/, '');
  await real.close();
  for (const value of [
    `base64-${part(session)}`,
    'base64-%%%',
    'x',
    encodeURIComponent('{"a":1}'),
    `base64-${part([])}`,
  ]) {
    const context = await browser.newContext();
    await context.addCookies([{ name, value, url: baseUrl() }]);
    const closed = await context.request.get('/admin', { maxRedirects: 0 });
    expect(closed.headers()['location'], value.slice(0, 20)).toBe('/logg-inn?til=%2Fadmin');
    expect((await context.request.get('/drobakgata-1')).status()).toBe(200);
    await context.close();
  }
});

async function protectedPage(answer: APIResponse) {
  const headers = answer.headers();
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-request-id': expect.stringMatching(/^[0-9a-f]{8}$/),
    'referrer-policy': expect.stringMatching(
      /^(strict-origin-when-cross-origin|same-origin|no-referrer)$/,
    ),
    'cache-control': expect.stringContaining('no-store'),
  });
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).not.toMatch(/unsafe-|https?:|\*/);
  for (const rule of [
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    'script-src ',
    'style-src ',
  ])
    expect(policy).toContain(rule);
  const html = await answer.text();
  expect(html).not.toMatch(/<[^>]+\s(style|on[a-z]+)=/i);
  // An island starts by inline scripts, which the policy lists by their hash.
  if (!html.includes('<astro-island')) expect(html).not.toMatch(/<(style|script)>/);
  // Nothing is loaded from other origins.
  expect(html).not.toMatch(/(src|href|action)="(https?:)?\/\//);
}

type Client = APIRequestContext;
const post = (client: Client, path: string, form: Record<string, string>) =>
  client.post(path, { form, headers: { origin: baseUrl() }, maxRedirects: 0 });
