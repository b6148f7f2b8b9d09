import fs from 'node:fs';
import http from 'node:http';
import { expect, test, type BrowserContext } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { baseUrl, signIn, sql } from '../support/demo-portal.ts';
import { plain } from '../support/pictures.ts';

/** Other attacks on the portal: through its files, and through host names and forms from elsewhere. */

const home = '/drobakgata-1';
const inBlock = `block_id = (select id from public.blocks where slug = 'drobakgata-1')`;
const one = async (query: string) =>
  Object.values((await sql(query))[0] ?? {}).map(String)[0] ?? crypto.randomUUID();
const activity = () =>
  one(
    `select id from public.activities where ${inBlock} and status = 'published' order by id limit 1`,
  );
const counted = () =>
  one(
    `select id from public.polls where ${inBlock} and counted_at is not null order by id limit 1`,
  );

/** Every route that is not a page, as a signed-in person requests it; a new file in src/pages without a line here fails. */
const FILES: Record<string, () => Promise<string> | string> = {
  '[gard]/aktiviteter.ics.ts': () => `${home}/aktiviteter.ics`,
  '[gard]/aktiviteter/[id].ics.ts': async () => `${home}/aktiviteter/${await activity()}.ics`,
  '[gard]/aktiviteter/kalender.json.ts': () =>
    `${home}/aktiviteter/kalender.json?start=2026-11-01&end=2026-12-01`,
  '[gard]/avstemninger/[id]/bilder/[bilde].ts': async () =>
    `${home}/avstemninger/${await counted()}/bilder/${crypto.randomUUID()}`,
  '[gard]/avstemninger/[id]/protokoll.json.ts': async () =>
    `${home}/avstemninger/${await counted()}/protokoll.json`,
  '[gard]/forslag/[id]/bilde.ts': () => `${home}/forslag/${crypto.randomUUID()}/bilde`,
  '[gard]/meld-feil/bilder/[id].ts': () => `${home}/meld-feil/bilder/${'a'.repeat(64)}_1x1`,
  '[gard]/meld-feil/bilder/index.ts': () => `${home}/meld-feil/bilder`,
  '[gard]/meld-feil/utkast.ts': () => `${home}/meld-feil/utkast`,
  '[gard]/oppslag/[id]/bilde.ts': () => `${home}/oppslag/${crypto.randomUUID()}/bilde`,
  '[gard]/tall.csv.ts': () => `${home}/tall.csv`,
  '[gard]/saker/[nr]/bilder/[n].ts': () => `${home}/saker/1/bilder/1`,
  'a/[kode].ts': () => '/a/bcdfgh',
  'api/health.ts': () => '/api/health',
  'api/jobs.ts': () => '/api/jobs',
  'api/open311/v2/[...call].ts': () => '/api/open311/v2/services.json',
  'boligbygg/saker.csv.ts': () => '/boligbygg/saker.csv',
  'konto/mine-data.json.ts': () => '/konto/mine-data.json',
  'kalender/[kode].ics.ts': () => '/kalender/finnes-ikke.ics',
};

test('no file that depends on the person is cached, framed or read as another type', async ({
  browser,
}) => {
  const files = fs
    .readdirSync('src/pages', { recursive: true, encoding: 'utf8' })
    // Astro makes no route of a file whose name begins with an underscore.
    .filter((file) => file.endsWith('.ts') && !/(^|\/)_/.test(file));
  expect(files.filter((file) => !(file in FILES))).toEqual([]);
  const context = await browser.newContext();
  for (const email of [CAST.drobak.resident, CAST.landlord])
    for (const [file, where] of Object.entries(FILES)) {
      await signIn(context, email);
      const answer = await context.request.get(await where(), { maxRedirects: 0 });
      const headers = answer.headers();
      expect([
        file,
        answer.status(),
        headers['x-content-type-options'],
        headers['x-frame-options'],
      ]).toEqual([file, expect.any(Number), 'nosniff', 'DENY']);
      // A public file may be cached by the browser, but by no shared cache: the answer can carry a new cookie.
      const kept = file === '[gard]/aktiviteter.ics.ts' ? 'private, max-age=900' : /no-store/;
      expect(headers['cache-control'], file).toMatch(kept);
    }
  await context.close();
});

test('a picture is served to one person and cached by nobody', async ({ browser }) => {
  const context = await browser.newContext();
  await signIn(context, CAST.drobak.resident);
  const buffer = await plain(40, 30).jpeg().toBuffer();
  const stored = await context.request.post(`${home}/meld-feil/bilder`, {
    multipart: { photos: { name: 'a.jpg', mimeType: 'image/jpeg', buffer } },
    headers: { origin: baseUrl() },
  });
  expect(stored.status()).toBe(201);
  const { photo } = (await stored.json()) as { photo: string };
  const served = await context.request.get(`${home}/meld-feil/bilder/${photo}`);
  expect([served.status(), served.headers()['cache-control']]).toEqual([200, 'private, no-store']);
  await context.close();
});

/** The answer, with the session of this context, to a request that names another host than the one it reached. */
async function asHost(context: BrowserContext, path: string, headers: Record<string, string>) {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const { hostname, port } = new URL(baseUrl());
  return new Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }>(
    (resolve, reject) => {
      const sent = http.request(
        { hostname, port, path, headers: { ...(cookie && { cookie }), ...headers } },
        (answer) => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }),
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    },
  );
}

test('the host name in a request appears on no poster, no wall sign and in no calendar', async ({
  browser,
}) => {
  const context = await browser.newContext();
  await signIn(context, CAST.drobak.consultant);
  const id = await activity();
  const paths = [
    `${home}/drift/aktiviteter/${id}/plakat`,
    `${home}/drift/avstemninger/${await counted()}/plakat`,
    `${home}/drift/garden/skilt`,
    `${home}/aktiviteter.ics`,
    `${home}/aktiviteter/${id}.ics`,
    `${home}/aktiviteter/kalender`,
  ];
  for (const [status, headers] of [
    [421, { host: 'evil.example' }],
    [421, { host: '127.0.0.1.evil.example' }],
    [421, { host: 'evil.example', 'x-forwarded-host': 'evil.example' }],
    [200, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }],
    [200, { 'x-forwarded-host': '127.0.0.1.evil.example' }],
  ] as [number, Record<string, string>][])
    for (const path of paths) {
      const answer = await asHost(context, path, headers);
      expect([path, headers, answer.status, /evil/.test(answer.text)]).toEqual([
        path,
        headers,
        status,
        false,
      ]);
    }
  // The only answer that a shared cache may keep is kept separately for every host name.
  const open = await asHost(await browser.newContext(), `${home}/aktiviteter.ics`, {});
  expect(open.headers['cache-control']).toBe('public, max-age=900');
  expect(open.headers['vary']).toMatch(/x-forwarded-host/i);
  await context.close();
});

test('a form from another site is refused, even if it names our host too or has another content type', async ({
  browser,
}) => {
  const context = await browser.newContext();
  await signIn(context, CAST.drobak.resident);
  const name = `Fra annet sted ${crypto.randomUUID().slice(0, 8)}`;
  const path = '/konto?_action=residents.changeAccount';
  for (const headers of [
    {
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    },
    { origin: 'https://evil.example', referer: `${baseUrl()}/konto` },
    { 'x-http-method-override': 'PUT', origin: '' },
  ] as Record<string, string>[]) {
    const answer = await context.request.post(path, {
      form: { displayName: name },
      headers,
      maxRedirects: 0,
    });
    expect([headers['origin'], answer.status()]).toEqual([headers['origin'], 403]);
  }
  for (const type of ['application/json', 'text/xml', 'application/octet-stream']) {
    const answer = await context.request.post(path, {
      data: JSON.stringify({ displayName: name }),
      headers: { 'content-type': type, origin: 'https://evil.example' },
      maxRedirects: 0,
    });
    expect([type, answer.status() >= 400]).toEqual([type, true]);
  }
  // A link changes nothing, whatever its address: only a submitted form does.
  await context.request.get(`${path}&displayName=${encodeURIComponent(name)}`);
  expect(await sql('select from public.people where display_name = $1', [name])).toEqual([]);
  await context.close();
});
