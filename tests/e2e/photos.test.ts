import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { expect, test, type APIRequestContext } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql, baseUrl } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';
import {
  gifClaiming,
  heic,
  moving,
  noisy,
  pngClaiming,
  telling,
  webpParts,
} from '../support/pictures.ts';
import { demoId } from '../support/reports.ts';

/** "Meld feil" on one page over plain HTTP, as a browser without JavaScript sends it. */

const CELLAR = demoId('drobakgata-1/cellar');
const home = '/drobakgata-1';
const words = 'Lyset går ikke på. <b>æøå</b> "sitat"';
const shown = 'Lyset går ikke på. &lt;b&gt;æøå&lt;/b&gt; &quot;sitat&quot;';
const contact = 'Dør 3, ring på';

type File = { name: string; bytes: Buffer; type?: string };

async function send(
  request: APIRequestContext,
  files: File[],
  id = randomUUID(),
  kept: string[] = [],
  { page, place } = { page: home, place: CELLAR },
) {
  const form = new FormData();
  const fields = {
    id,
    placeId: place,
    thing: 'light',
    isUrgent: 'false',
    description: `${words} ${id}`,
    contact,
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const photo of kept) form.append('photo', photo);
  for (const { name, bytes, type } of files)
    form.append('photos', new File([new Uint8Array(bytes)], name, { type: type ?? 'image/jpeg' }));
  const answer = await request.post(
    `${page}/meld-feil/alt?hvor=${place}&utkast=${id}&_action=reports.send`,
    { headers: { origin: baseUrl() }, multipart: form, maxRedirects: 0 },
  );
  return { status: answer.status(), html: await answer.text(), to: answer.headers()['location'] };
}
const cases = async (id: string) =>
  (await sql<{ count: string }>('select count(*) from public.reports where id = $1', [id]))[0]!
    .count;
const storedIn = (html: string) =>
  [...html.matchAll(/name="photo" value="([^"]+)"/g)].map(([, one]) => one!);
const good = async (): Promise<File> => ({
  name: 'god.jpg',
  bytes: await noisy(60, 40).jpeg().toBuffer(),
});

test('an unusable file is named with what to do, and everything typed is kept', async ({
  browser,
}) => {
  const { request } = await phone(browser, CAST.drobak.resident);
  const noise = await noisy(300, 200).jpeg().toBuffer();
  const big = Buffer.concat([noise, Buffer.alloc(10 * 1024 * 1024 - noise.length)]);
  const bad: [string, Buffer, RegExp][] = [
    ['IMG_1.HEIC', heic(), /IMG_1\.HEIC er i formatet HEIC.*skjermbilde.*Mest kompatibelt/],
    ['bilde.jpg', heic(), /bilde\.jpg er i formatet HEIC/],
    ['zip.jpg', Buffer.from('PK\x03\x04 zip'), /zip\.jpg er ikke et bilde.*JPEG, PNG eller WebP/],
    [
      'ond.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      /ond\.svg er ikke et bilde/,
    ],
    ['dans.gif', await moving('gif'), /dans\.gif er ikke et bilde.*JPEG, PNG eller WebP/],
    ['bombe.gif', gifClaiming(65_535, 65_535), /bombe\.gif er ikke et bilde/],
    ['bombe.png', pngClaiming(50_000, 50_000), /bombe\.png har for mange bildepunkter/],
    ['halv.jpg', noise.subarray(0, noise.length / 2), /halv\.jpg er ødelagt/],
    ['stor.jpg', Buffer.concat([big, Buffer.alloc(1)]), /stor\.jpg er for stort.*10 MB/],
    ['tom.jpg', Buffer.alloc(0), /tom\.jpg er ikke et bilde/],
    [
      '<img src=x onerror=alert(1)>.jpg',
      Buffer.from('x'),
      /&lt;img src=x onerror=alert\(1\)&gt;\.jpg er ikke et bilde/,
    ],
  ];
  for (const [name, bytes, message] of bad) {
    const id = randomUUID();
    const { status, html } = await send(request, [await good(), { name, bytes }], id);
    expect(status, name).toBe(422);
    expect(html, name).toMatch(message);
    expect(html, name).toContain(shown);
    expect(html, name).toContain(`value="${contact}"`);
    expect(html, name).toContain(`value="${id}"`);
    expect(storedIn(html), name).toHaveLength(1);
    expect(await cases(id), name).toBe('0');
  }
  const { status, to } = await send(request, [{ name: 'akkurat.jpg', bytes: big }]);
  expect([status, to]).toEqual([303, expect.stringContaining('/saker/')]);
});

test('four photos are sent, the fifth is refused by name; none of them contains where it was taken', async ({
  browser,
}) => {
  const { request } = await phone(browser, CAST.drobak.neighbour);
  const photos = await Promise.all(
    [300, 301, 302, 303].map(async (width) => ({
      name: `${width}.jpg`,
      bytes: await telling(width, 200),
    })),
  );
  const id = randomUUID();
  const five = await send(
    request,
    [...photos, { name: 'femte.jpg', bytes: await telling(304, 200) }],
    id,
  );
  expect(five.status).toBe(422);
  expect(five.html).toMatch(/femte\.jpg fikk ikke plass.*opptil 4 /);
  expect(storedIn(five.html)).toHaveLength(4);
  // The sender cannot add a fifth to the stored photos either.
  const kept = storedIn(five.html);
  const sent = await send(request, [], id, [...kept, kept[0]!.replace(/^./, 'f')]);
  expect(sent.status).toBe(303);
  for (const position of [1, 2, 3, 4]) {
    const served = await request.get(`${sent.to!.split('?')[0]}/bilder/${position}`);
    expect(served.headers()).toMatchObject({
      'content-type': 'image/webp',
      'x-content-type-options': 'nosniff',
    });
    const bytes = await served.body();
    expect(webpParts(bytes)).toEqual(['VP8']);
    expect(bytes.includes('Hemmelig')).toBe(false);
  }
  expect((await request.get(`${sent.to!.split('?')[0]}/bilder/5`)).status()).toBe(404);
});

test('the eleventh report of a day is refused with everything typed, and its photo is kept', async ({
  browser,
}) => {
  // No other test sends reports as this person: the ten belong to this test.
  await sql(
    `update public.reports set created_at = created_at - interval '1 day' where id in (
       select report_id from public.report_details d join auth.users u on u.id = d.reporter_id where u.email = $1)`,
    [CAST.stovner.consultant],
  );
  const { request } = await phone(browser, CAST.stovner.consultant);
  const there = { page: '/stovner-senter', place: demoId('stovner-senter/cellar') };
  for (let count = 1; count <= 10; count++)
    expect((await send(request, [], randomUUID(), [], there)).status, `${count}`).toBe(303);
  const id = randomUUID();
  const { status, html } = await send(request, [await good()], id, [], there);
  expect(status).toBe(422);
  expect(html).toContain(shown);
  expect(html).toContain(`value="${contact}"`);
  expect(storedIn(html)).toHaveLength(1);
  expect(await cases(id)).toBe('0');
});

test('a form larger than four photos is answered, and the portal keeps running', async ({
  browser,
}) => {
  const file = { name: 'stor.jpg', bytes: Buffer.alloc(10 * 1024 * 1024, 1) };
  const { request } = await phone(browser, CAST.drobak.household);
  // The answer comes before the whole form is sent, so a client may miss it.
  const answer = await send(request, Array<File>(5).fill(file)).catch(() => null);
  expect([422, undefined]).toContain(answer?.status);
  const again = (await phone(browser, CAST.drobak.household)).request;
  expect((await send(again, [await good()])).status).toBe(303);
});

test('three large forms of one person are read at a time, and none of a visitor who is not signed in', async ({
  browser,
  request,
}) => {
  const page = await phone(browser, CAST.drobak.neighbour);
  const cookie = (await page.context().cookies())
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  // Forms that have begun and do not end, as on a bad connection. A form that arrives while an earlier one is read is refused and sent again.
  const slow = new Set<http.ClientRequest>();
  const begin = () => {
    const headers = {
      cookie,
      origin: baseUrl(),
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': 45 * 1024 * 1024,
    };
    const one = http.request(`${baseUrl()}/konto?_action=reports.send`, {
      method: 'POST',
      headers,
    });
    slow.add(one);
    one.on('error', () => undefined).write('x');
    one.on('response', () => {
      slow.delete(one.destroy());
      begin();
    });
  };
  [1, 2, 3].forEach(begin);
  const large = [{ name: 'stor.jpg', bytes: Buffer.alloc(2 * 1024 * 1024, 1) }];
  const status = async () => (await send(page.request, large)).status;
  await expect.poll(status, { timeout: 20_000 }).toBe(429);
  // Other people, and forms without pictures, are not affected.
  expect((await send((await phone(browser, CAST.drobak.household)).request, large)).status).toBe(
    422,
  );
  expect((await send(page.request, [])).status).not.toBe(429);
  slow.forEach((one) => one.destroy());
  await expect.poll(status, { timeout: 20_000 }).not.toBe(429);

  for (const address of ['/logg-inn?_action=residents.signIn', '/_actions/residents.signIn']) {
    const answer = await request.post(address, {
      headers: { origin: baseUrl() },
      multipart: { email: 'x'.repeat(2 * 1024 * 1024), password: 'x' },
      maxRedirects: 0,
    });
    expect(answer.status(), address).toBe(413);
  }
});
