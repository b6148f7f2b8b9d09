import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '../support/browser-test.ts';
import { createClient } from '@supabase/supabase-js';
import sharp from 'sharp';
import type { Database } from '../../src/lib/database.types.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';
import { description, lookOver, send, toDescribe } from '../support/report-form.ts';
import { BLOCK, demoId, FLAT } from '../support/reports.ts';

const { resident, household, neighbour, consultant } = CAST.drobak;
const home = '/drobakgata-1';
const words = (text: string) => `${text} ${randomUUID().slice(0, 8)}`;

test.describe.configure({ timeout: 90_000 });

const photo = async (red: number) => ({
  name: `${red}.png`,
  mimeType: 'image/png',
  buffer: await sharp({
    create: { width: 2400, height: 1800, channels: 3, background: { r: red, g: 120, b: 60 } },
  })
    .png()
    .toBuffer(),
});
const islandOf = (page: Page) => expect(page.locator('astro-island:not([ssr])')).toHaveCount(1);
const casesWith = (text: string) =>
  sql<{ number: string; place: string }>(
    `select r.number, p.name as place from public.report_details d join public.reports r on r.id = d.report_id
     join public.places p on p.id = r.place_id where d.description = $1`,
    [text],
  );

test('a report is previewed before it is sent, can be changed without losing anything, and makes one case @nojs', async ({
  browser,
}) => {
  const said = words('Lyset blinker.');
  const page = await phone(browser, neighbour, `${home}/meld-feil`);
  await toDescribe(page, 'Oppgang B', 'Lys', '3. etasje');
  await description(page).fill(said);
  await page.getByLabel('Telefon, eller navnet på døra').fill('Dør 7');
  await lookOver(page);
  for (const text of ['Oppgang B, 3. etasje', 'Lys', said, 'Dør 7'])
    await expect(page.getByRole('definition').getByText(text, { exact: true })).toBeVisible();
  await page.reload();

  await page.getByRole('link', { name: 'Endre: Hvor er feilen?' }).click();
  await page.getByRole('link', { name: 'Oppgang B' }).click();
  await page.getByRole('link', { name: '2. etasje' }).click();
  await page.getByRole('link', { name: 'Vindu' }).click();
  await expect(description(page)).toHaveValue(said);
  await lookOver(page);
  await page.getByRole('link', { name: 'Endre: Er det akutt?' }).click();
  await page.getByRole('link', { name: 'Ja, det haster' }).click();
  await expect(page.getByRole('definition').getByText('Oppgang B, 2. etasje')).toBeVisible();
  await expect(page.getByRole('definition').getByText('Ja, det haster')).toBeVisible();

  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('heading', { name: 'Dette skjer nå' })).toBeVisible();
  const cases = await casesWith(said);
  expect(cases).toEqual([{ number: expect.any(String), place: 'Oppgang B, 2. etasje' }]);
  const receipt = page.url();
  expect(receipt).toContain(`/saker/${cases[0]!.number}`);

  // Going back after sending shows the case, not the form.
  await page.goBack();
  await expect(page).toHaveURL(new RegExp(`/saker/${cases[0]!.number}$`));
  expect(await sql('select from public.report_drafts where description = $1', [said])).toEqual([]);
});

test('a picture is uploaded while the rest is typed, retried after a cut connection, and kept on reload', async ({
  browser,
}) => {
  const page = await phone(browser, resident, `${home}/meld-feil`);
  await toDescribe(page, 'Kjelleren', 'Bod');
  await islandOf(page);
  let cuts = 1;
  let sent = 0;
  await page.route('**/meld-feil/bilder', async (route) => {
    if (cuts-- > 0) return route.abort('connectionreset');
    sent = route.request().postDataBuffer()!.length;
    return route.continue();
  });
  const big = await photo(10);
  await page.locator('#photos').setInputFiles([big]);
  await expect(page.getByText('Lagret', { exact: true })).toBeVisible();
  expect(sent).toBeLessThan(big.buffer.length);
  const kept = page.waitForResponse(
    (answer) =>
      answer.url().endsWith('/meld-feil/utkast') &&
      answer.request().postData()!.includes('Døra henger.'),
  );
  await description(page).pressSequentially('Døra henger.');
  expect((await kept).status()).toBe(204);

  await page.reload();
  await expect(description(page)).toHaveValue('Døra henger.');
  await expect(page.getByRole('button', { name: 'Fjern bilde 1' })).toBeVisible();

  await islandOf(page);
  await page.route('**/meld-feil/bilder', (route) => route.abort('connectionreset'));
  await page.locator('#photos').setInputFiles([await photo(20), await photo(30)]);
  await page.getByRole('button', { name: 'Fjern bilde 2' }).click();
  await expect(page.getByText('Laster opp …')).toBeVisible();
  // A picture that was not uploaded by itself is sent with the form.
  await lookOver(page);
  await expect(page.getByRole('img', { name: /^Bilde/ })).toHaveCount(2);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test('a connection cut while sending, and sending again, make one case', async ({ browser }) => {
  const said = words('Trappa er full av løv.');
  const page = await phone(browser, household, `${home}/meld-feil`);
  await toDescribe(page, 'Oppgang B', 'Vask og renhold');
  await description(page).fill(said);
  await lookOver(page);
  const address = new URL(page.url());
  const body = await page
    .locator('main form')
    .evaluate((form: HTMLFormElement) =>
      new URLSearchParams([...new FormData(form)] as [string, string][]).toString(),
    );
  const action = await page.locator('main form').getAttribute('action');
  const cookies = await page.context().cookies();
  const request = [
    `POST ${address.pathname}${action} HTTP/1.1`,
    `host: ${address.host}`,
    `origin: ${address.origin}`,
    `cookie: ${cookies.map(({ name, value }) => `${name}=${value}`).join('; ')}`,
    'content-type: application/x-www-form-urlencoded',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  const post = async () => {
    const socket = net.connect(Number(address.port), address.hostname);
    await new Promise<void>((done) => {
      socket.write(`${request.join('\r\n')}\r\n\r\n${body}`, () => done());
    });
    return socket;
  };
  // Cut at once; then after the case is made, before its answer is read.
  (await post()).destroy();
  const unread = await post();
  await expect.poll(async () => (await casesWith(said)).length).toBe(1);
  unread.destroy();

  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('heading', { name: 'Takk! Saken er sendt.' })).toBeVisible();
  expect(await casesWith(said)).toHaveLength(1);
});

test('a report of noise is redirected, and the form on one page keeps values that do not fit together @nojs', async ({
  browser,
}) => {
  const page = await phone(browser, household, `${home}/meld-feil?haster=nei&hvor=${FLAT}`);
  await page.getByRole('link', { name: 'Bråk, konflikt eller utrygghet' }).click();
  await expect(page.getByRole('link', { name: /02800/ })).toHaveAttribute('href', 'tel:02800');
  await expect(page.getByText('Bomiljøkontoret i 1. etasje')).toBeVisible();
  await expect(page.locator('form[enctype]')).toHaveCount(0);

  const said = words('Den går ikke igjen.');
  await page.goto(`${home}/meld-feil`);
  await page.getByRole('link', { name: 'Vis alt på én side' }).click();
  await page.getByLabel('Hvor er feilen?').selectOption('I leiligheten min');
  await page.getByLabel('Hva er galt?').selectOption('Knapp eller alarm');
  await description(page).fill(said);
  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('alert')).toContainText('passer ikke med stedet');
  await expect(description(page)).toHaveValue(said);
  await page.getByLabel('Hva er galt?').selectOption('Vindu');
  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('heading', { name: 'Takk! Saken er sendt.' })).toBeVisible();
  expect(await casesWith(said)).toHaveLength(1);
});

test('a known fault is shown before anything is written, is joined with one press, and collects new reports', async ({
  browser,
}) => {
  const file = path.join(process.env['E2E_DATA_DIR']!, 'backend.json');
  const { url, publishable_key } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<
    'url' | 'publishable_key',
    string
  >;
  const staff = createClient<Database>(url, publishable_key);
  await staff.auth.signInWithPassword({ email: consultant, password: PASSWORD });
  const outage = {
    id: randomUUID(),
    block_id: BLOCK,
    place_id: demoId('drobakgata-1/cellar'),
    thing: 'power' as const,
    body: 'Det er jordfeil. Elektriker er bestilt.',
    expected_on: '2030-01-10',
  };
  const takeDown = () => staff.from('outages').delete().eq('place_id', outage.place_id);
  await takeDown();
  expect((await staff.rpc('post_outage', outage)).data).toBe('posted');

  const one = await phone(browser, neighbour, `${home}/meld-feil`);
  await toDescribe(one, 'Kjelleren', 'Strøm og stikkontakter');
  await expect(one.getByText('Elektriker er bestilt.')).toBeVisible();
  await expect(one.getByText('Forventet torsdag 10. januar.')).toBeVisible();
  await one.getByRole('button', { name: 'Jeg har det også' }).first().click();
  await expect(one.getByText('Takk. Du er regnet med.')).toBeVisible();

  const other = await phone(browser, household, `${home}/meld-feil`);
  await toDescribe(other, 'Kjelleren', 'Strøm og stikkontakter');
  await description(other).fill(words('Ingen strøm.'));
  await send(other);
  await expect(other.getByText('Vi vet om denne feilen fra før')).toBeVisible();
  await takeDown();
});

test('the consultant reports for a person without an account and hands out the receipt', async ({
  browser,
}) => {
  const said = words('Ovnen er kald.');
  const page = await phone(browser, consultant, `${home}/drift`);
  await page.getByRole('link', { name: 'Meld feil for en beboer' }).click();
  await page.getByLabel('Hvor er feilen?').selectOption('B103');
  await page.getByLabel('Hva er galt?').selectOption('Varme og ovner');
  await description(page).fill(said);
  await page.getByLabel('Telefon, eller navnet på døra').fill('Banker på');
  await page.getByRole('button', { name: 'Send inn' }).click();
  const receipt = page.locator('.sheet');
  await expect(receipt).toContainText('Vis dette arket til bomiljøkonsulenten');
  await page.emulateMedia({ media: 'print' });
  await expect(receipt.getByText(said)).toBeVisible();
  await expect(receipt.getByText('Drøbakgata 1, B103')).toBeVisible();
  await expect(page.getByLabel('Melding')).toBeHidden();
  const elsewhere = await phone(browser, resident, home);
  expect((await elsewhere.goto(new URL(page.url()).pathname))!.status()).toBe(404);
});

test('single uploads of pictures and drafts are accepted only from people who live or work here', async ({
  browser,
  request,
}) => {
  const page = await phone(browser, neighbour, `${home}/meld-feil`);
  const origin = new URL(page.url()).origin;
  const pictures = `${home}/meld-feil/bilder`;
  const send = async (multipart: Parameters<typeof request.post>[1] & object, path = pictures) =>
    page.request.post(path, { headers: { origin }, maxRedirects: 0, ...multipart });
  const stored = await send({ multipart: { photos: await photo(40) } });
  expect(stored.status()).toBe(201);
  const { photo: id } = (await stored.json()) as { photo: string };
  expect((await page.request.get(`${pictures}/${id}`)).status()).toBe(200);
  const other = await phone(browser, household, home);
  expect((await other.request.get(`${pictures}/${id}`)).status()).toBe(404);

  const letter = { name: 'brev.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Kjære') };
  const refused = await send({ multipart: { photos: letter } });
  expect(refused.status()).toBe(422);
  expect(await refused.json()).toMatchObject({ problem: expect.stringContaining('brev.jpg') });
  expect((await send({ multipart: { photos: 'ikke en fil' } })).status()).toBe(400);
  const file = { multipart: { photos: await photo(50) } };
  expect((await send({ ...file, headers: { origin: 'https://evil.example' } })).status()).toBe(403);
  expect((await send(file, '/stovner-senter/meld-feil/bilder')).status()).toBe(404);
  const unknown = await request.post(pictures, { ...file, headers: { origin }, maxRedirects: 0 });
  expect(unknown.headers()['location']).toContain('/logg-inn');

  const draft = { id: randomUUID(), description: words('Ute.') };
  expect((await send({ multipart: draft }, '/stovner-senter/meld-feil/utkast')).status()).toBe(404);
  expect((await send({ multipart: draft }, `${home}/meld-feil/utkast`)).status()).toBe(204);
  expect((await send({ multipart: { id: 'x' } }, `${home}/meld-feil/utkast`)).status()).toBe(400);
  const kept = await sql('select id from public.report_drafts where description = $1', [
    draft.description,
  ]);
  expect(kept).toEqual([{ id: draft.id }]);
});
