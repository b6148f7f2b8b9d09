import { randomUUID } from 'node:crypto';
import { expect, test, type Page } from '../support/browser-test.ts';
import sharp from 'sharp';
import { CAST, PASSWORD } from '../support/cast.ts';
import { phone } from '../support/phone.ts';
import { description, lookOver, send, toDescribe } from '../support/report-form.ts';

const { resident, household, neighbour, consultant } = CAST.drobak;
const home = '/drobakgata-1';

test.describe.configure({ timeout: 90_000 });

/** A photo with a GPS position in its metadata. */
const photo = async (name = 'foto.jpg', format: 'jpeg' | 'png' = 'jpeg') => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await sharp({
    create: { width: 2400, height: 1800, channels: 3, background: { r: 90, g: 120, b: 60 } },
  })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 55/1 30/1' } })
    .toFormat(format)
    .toBuffer(),
});
const text = { name: 'brev.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('Ikke et bilde.') };

const status = (page: Page, word: string) =>
  expect(page.getByRole('region', { name: 'Slik står det' })).toContainText(word);

test('a fault of a common area goes to Boligbygg and back until it is fixed @nojs', async ({
  browser,
}) => {
  const words = `Det er mørkt ved sykkelstativet. ${randomUUID().slice(0, 8)}`;
  const reporter = await phone(browser, resident, `${home}/meld-feil`);
  let address = '';

  await test.step('the resident reports it with a photo and gets a receipt', async () => {
    await toDescribe(reporter, 'Gårdsrommet', 'Lys');
    await description(reporter).fill(words);
    await reporter.locator('#photos').setInputFiles(await photo());
    await lookOver(reporter);
    await expect(reporter.getByText('De ser ikke hvem du er')).toBeVisible();
    await reporter.getByRole('button', { name: 'Send inn' }).click();
    await expect(reporter.getByText(/Saksnummeret ditt er\s*\d+/)).toBeVisible();
    address = new URL(reporter.url()).pathname;
    await expect(reporter.getByRole('img', { name: 'Bilde 1 av 1' })).toBeVisible();
    const served = await reporter.request.get(`${address}/bilder/1`);
    expect(served.headers()).toMatchObject({
      'content-type': 'image/webp',
      'content-disposition': 'inline',
    });
    expect(await sharp(await served.body()).metadata()).toMatchObject({
      width: 1600,
      height: 1200,
    });
    expect((await sharp(await served.body()).metadata()).exif).toBeUndefined();
    await reporter.reload();
    expect(new URL(reporter.url()).pathname).toBe(address);
  });

  await test.step('a neighbour sees what and where, not the description or the photo, and joins the case', async () => {
    const other = await phone(browser, neighbour, `${home}/saker`);
    const number = address.split('/').at(-1)!;
    const card = other.getByRole('listitem').filter({ hasText: `Sak ${number}` });
    await card.getByRole('button', { name: 'Jeg har det også' }).click();
    await expect(card.getByText('2 har dette')).toBeVisible();
    await other.goto(address);
    await expect(other.getByText('Gårdsrommet')).toBeVisible();
    await expect(other.getByText(words)).toHaveCount(0);
    await expect(other.getByRole('img')).toHaveCount(0);
    await expect(other.getByLabel('Melding')).toHaveCount(0);
    expect((await other.request.get(`${address}/bilder/1`)).status()).toBe(404);
  });

  await test.step('the consultant sends it on', async () => {
    const desk = await phone(browser, consultant, address);
    await expect(desk.getByText(words)).toBeVisible();
    await desk.getByRole('button', { name: 'Send videre til Boligbygg' }).click();
    await status(desk, 'Videresendt til Boligbygg');
  });

  const landlord = await phone(
    browser,
    CAST.landlord,
    `/boligbygg/saker/${address.split('/').at(-1)}`,
  );
  await test.step('Boligbygg answers, adds an internal note and fixes it', async () => {
    await landlord.getByLabel('Melding').fill('Vi kommer med en ny lampe.');
    await landlord.getByLabel('Svar til beboeren').check();
    await landlord.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(landlord.getByText('Meldingen er sendt.')).toBeVisible();
    await landlord.getByLabel('Melding').fill('Sjekk kabelen i samme slengen.');
    await landlord.getByLabel('Internt notat').check();
    await landlord.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(landlord.getByText('Beboeren ser det ikke.')).toBeVisible();
    await landlord.getByLabel('Utbedret').check();
    await landlord.getByRole('button', { name: 'Lagre status' }).click();
    await status(landlord, 'Utbedret');
  });

  await test.step('the resident reads the answer, not the note, and reports that it is not fixed', async () => {
    await reporter.goto(address);
    await expect(reporter.getByText('Vi kommer med en ny lampe.')).toBeVisible();
    await expect(reporter.getByText('Sjekk kabelen')).toHaveCount(0);
    await reporter.getByLabel('Hva er galt fortsatt?').fill('Den lyser ikke.');
    await reporter.getByRole('button', { name: 'Nei, ikke fikset' }).click();
    await status(reporter, 'Ikke fikset – åpnet igjen');
  });

  await test.step('Boligbygg fixes it again, and the resident confirms', async () => {
    await landlord.reload();
    await expect(landlord.getByText('Den lyser ikke.')).toBeVisible();
    await landlord.getByLabel('Utbedret').check();
    await landlord.getByRole('button', { name: 'Lagre status' }).click();
    await reporter.reload();
    await reporter.getByRole('button', { name: 'Ja, det er fikset' }).click();
    await status(reporter, 'Bekreftet fikset');
  });
});

test('nobody else in the building sees a fault of a flat @nojs', async ({ browser }) => {
  const page = await phone(browser, resident, `${home}/meld-feil`);
  await toDescribe(page, 'I leiligheten min', 'Varmtvann');
  await description(page).fill(`Vannet er lunkent. ${randomUUID()}`);
  await page.getByLabel('Ja, dere kan låse dere inn').check();
  await page.getByLabel('Telefon, eller navnet på døra').fill('Ring på hos Amina');
  await lookOver(page);
  await expect(page.getByText('Bare du, bomiljøkonsulenten og Boligbygg')).toBeVisible();
  await page.getByRole('button', { name: 'Send inn' }).click();
  await expect(page.getByRole('heading', { name: 'Takk! Saken er sendt.' })).toBeVisible();
  await expect(page.getByText('Ja, dere kan låse dere inn')).toBeVisible();
  for (const who of [household, neighbour]) {
    const other = await phone(browser, who, home);
    const answer = await other.goto(new URL(page.url()).pathname);
    expect(answer!.status()).toBe(404);
  }
});

test('a mistake keeps the description and the stored photo, and names the file that is not a picture @nojs', async ({
  browser,
}) => {
  const page = await phone(browser, household, `${home}/meld-feil`);
  await toDescribe(page, 'Vaskeriet', 'Tørketrommel');
  const hasScript = test.info().project.use.javaScriptEnabled !== false;
  const named = page.getByText('brev.jpg er ikke et bilde vi kan lese');
  if (hasScript) await expect(page.locator('astro-island:not([ssr])')).toHaveCount(1);
  await page.locator('#photos').setInputFiles([await photo('en.jpg', 'png'), text]);
  // With JavaScript each picture is uploaded separately, and answered at once.
  if (hasScript) await expect(named).toBeVisible();
  await page.getByLabel('Telefon, eller navnet på døra').fill('Dør 3');
  // The browser would stop an empty description; the server must too.
  await page
    .locator('form[enctype]')
    .evaluate((form: HTMLFormElement) => (form.noValidate = true))
    .catch(() => {});
  await description(page).fill(' ');
  await page.getByRole('button', { name: 'Se over' }).click();
  await expect(page.getByRole('alert')).toContainText('Du må rette');
  if (!hasScript) await expect(named).toBeVisible();
  await expect(page.locator('input[name="photo"]')).toHaveCount(1);
  await expect(page.getByLabel('Telefon, eller navnet på døra')).toHaveValue('Dør 3');
  await description(page).fill(`Den blir ikke varm. ${randomUUID()}`);
  await send(page);
  await expect(page.getByRole('img', { name: 'Bilde 1 av 1' })).toBeVisible();
});

test('the queue keeps its filters in the address @nojs', async ({ browser }) => {
  const page = await phone(browser, CAST.landlord, '/boligbygg/saker?status=waiting');
  const cards = page.getByRole('row').filter({ has: page.getByRole('checkbox') });
  expect(await cards.count()).toBeGreaterThan(0);
  for (const card of await cards.all()) await expect(card).toContainText('Venter på');
  await page.getByLabel('Gård').selectOption('Drøbakgata 1');
  await page.getByRole('button', { name: 'Vis' }).click();
  await expect(page).toHaveURL(/status=waiting/);
  for (const card of await cards.all()) await expect(card).toContainText('Drøbakgata 1');
});

test('residents do not find the pages of the staff @nojs', async ({ browser }) => {
  const page = await phone(browser, resident, home);
  for (const path of [
    '/boligbygg/saker',
    '/boligbygg/saker/1001',
    `${home}/drift/saker`,
    '/stovner-senter/saker',
  ])
    expect((await page.goto(path))!.status(), path).toBe(404);
});

test('a visitor who is not signed in is asked to sign in first @nojs', async ({ page }) => {
  await page.goto(`${home}/meld-feil`);
  await expect(page).toHaveURL(/logg-inn\?til=/);
});

test('a known case is shown before it is reported again, and joining it takes one press @nojs', async ({
  browser,
}, { project }) => {
  const who = project.name === 'no-js' ? household : neighbour;
  const reporter = await phone(browser, resident, `${home}/meld-feil`);
  await toDescribe(reporter, /Vaskeri/, 'Tørketrommel');
  await description(reporter).fill(`Den blir ikke varm. ${randomUUID()}`);
  await send(reporter);
  const number = /saker\/(\d+)/.exec(reporter.url())![1]!;

  const page = await phone(browser, who, `${home}/meld-feil`);
  await toDescribe(page, /Vaskeri/, 'Tørketrommel');
  await expect(page.getByText('Er det denne?')).toBeVisible();
  const card = page.getByRole('listitem').filter({ hasText: `Sak ${number}` });
  await expect(card).not.toContainText('varm');
  await card.getByRole('button', { name: 'Jeg har det også' }).click();
  await expect(page).toHaveURL(new RegExp(`/saker/${number}$`));
  await expect(page.getByText('Takk. Du er regnet med.')).toBeVisible();

  await page.goto(`${home}/meld-feil`);
  await toDescribe(page, /Gårdsrom/, 'Hull eller ujevnt dekke');
  await expect(page.getByText('Er det denne?')).toBeHidden();
});

test('a sign on the wall opens the form at its place, after signing in when needed @nojs', async ({
  browser,
  page,
}) => {
  const staff = await phone(browser, consultant, `${home}/drift/garden`);
  await staff.getByRole('link', { name: 'Skilt til veggen' }).click();
  const sign = staff.getByRole('article').filter({ hasText: 'Vaskeri' }).first();
  const square = sign.getByRole('img', { name: /meld-feil\?hvor=/ });
  await expect(square.locator('svg')).toBeVisible();
  const address = await square.getAttribute('aria-label');

  await page.goto(address!);
  await page.getByLabel('E-post').fill(neighbour);
  await page.getByLabel('Passord').fill(PASSWORD);
  await page.getByRole('button', { name: 'Logg inn' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Er det akutt?');
  await expect(page.getByText('Vaskeri', { exact: false }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Nei, det er ikke akutt' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Hva er galt?');
});

test('the reporter withdraws a case, and everybody reads that it is withdrawn and not fixed @nojs', async ({
  browser,
}) => {
  const page = await phone(browser, resident, `${home}/meld-feil`);
  await toDescribe(page, 'I leiligheten min', 'Vindu');
  await description(page).fill(`Det går ikke igjen. ${randomUUID()}`);
  await send(page);
  await page.getByText('Trekk saken').first().click();
  await page.getByLabel('Hvorfor trekker du den?').fill('Det var bare en krok.');
  await page.getByRole('button', { name: 'Trekk saken' }).click();
  await expect(page.getByText('Saken er trukket.')).toBeVisible();
  await status(page, 'Trukket');
  await expect(page.getByRole('button', { name: 'Trekk saken' })).toHaveCount(0);
  const number = /saker\/(\d+)/.exec(page.url())![1]!;
  const landlord = await phone(browser, CAST.landlord, `/boligbygg/saker/${number}`);
  await expect(landlord.getByText('Trukket').first()).toBeVisible();
  await expect(landlord.getByText('Det var bare en krok.')).toBeVisible();
});
