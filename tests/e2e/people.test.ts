import { expect, test, type Page } from '@playwright/test';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { CAST } from '../support/cast.ts';
import { baseUrl, forgetAttempts, signIn, sql } from '../support/demo-portal.ts';

test.beforeEach(async () => {
  await forgetAttempts();
  await sql(`delete from private.attempts where kind like 'slip%'`);
});

async function openFlat(page: Page, flat: string) {
  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto(`/drobakgata-1/drift/beboere?leilighet=${flat}`);
  await page.getByRole('link', { name: flat }).click();
}
const leave = (flat: string) =>
  sql(
    `update public.memberships set ended_at = now() where ended_at is null and flat_id = (
       select p.id from public.places p join public.blocks b on b.id = p.block_id where b.slug = 'drobakgata-1' and p.name = $1)`,
    [flat],
  );

/** What a phone reads when it is pointed at this. */
async function read(page: Page, selector: string) {
  const picture = sharp(await page.locator(selector).first().screenshot()).ensureAlpha();
  const { data, info } = await picture.resize(600).raw().toBuffer({ resolveWithObject: true });
  return jsQR(new Uint8ClampedArray(data), info.width, info.height)?.data;
}

test('somebody without e-mail gets a user name at the desk, signs in, and gets in again by a slip @nojs', async ({
  page,
  browser,
}) => {
  const userName = `solveig-${crypto.randomUUID().slice(0, 6)}`;
  await openFlat(page, 'A401');
  await page.getByText('Ny beboer uten e-post').click();
  await page.getByLabel('Hva skal vi kalle beboeren?').fill('Solveig');
  await page.getByLabel('Brukernavn').fill(userName);
  await page.getByLabel('Passord').fill('fire ord etter hverandre');
  await page.getByRole('button', { name: 'Lag konto' }).click();
  await expect(page.getByRole('status')).toContainText('Kontoen er klar.');
  await expect(page.getByText(`Brukernavn: ${userName}`)).toBeVisible();

  const guest = await (await browser.newContext()).newPage();
  await guest.goto('/logg-inn');
  await guest.getByLabel('E-post eller brukernavn').fill(userName.toUpperCase());
  await guest.getByLabel('Passord').fill('fire ord etter hverandre');
  await guest.getByRole('button', { name: 'Logg inn' }).click();
  await expect(guest).toHaveURL('/drobakgata-1');
  await guest.goto('/konto');
  await expect(guest.getByText(userName, { exact: true })).toBeVisible();
  await guest.context().close();

  await page.getByRole('button', { name: 'Skriv ut innloggingslapp: Solveig' }).click();
  const slip = (await page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).textContent())!.trim();
  expect(page.url()).not.toContain(slip.slice(0, 4));
  await page.reload();
  await expect(page.getByText(slip)).toHaveCount(0);

  const phone = await (await browser.newContext()).newPage();
  for (const goes of [true, false]) {
    await phone.context().clearCookies();
    await phone.goto('/logg-inn/lapp');
    await phone.getByLabel('Kode fra lappen').fill(slip.toLowerCase());
    await phone.getByRole('button', { name: 'Logg inn' }).click();
    if (goes) await expect(phone).toHaveURL('/drobakgata-1');
    else await expect(phone.getByRole('alert')).toContainText('lappen er brukt');
  }
  await phone.context().close();
  await leave('A401');
});

test('somebody without a code asks, the consultant lets them in, and a change of tenant ends it @nojs', async ({
  page,
  browser,
}) => {
  const name = `Spør ${crypto.randomUUID().slice(0, 6)}`;
  const guest = await (await browser.newContext()).newPage();
  await signIn(guest.context(), CAST.stovner.neighbour);
  await sql(`delete from private.attempts where kind = 'ask_to_join'`);
  await guest.goto('/bli-med/uten-kode');
  await guest.getByLabel('Hvilken gård bor du i?').selectOption('Drøbakgata 1');
  await guest.getByLabel('Leilighet').fill('a 403');
  await guest.getByLabel('Hva skal vi kalle deg?').fill(name);
  await guest.getByRole('button', { name: 'Spør om å få bli med' }).click();
  await expect(guest.getByText('Venter på svar.')).toBeVisible();
  expect(await guest.content()).not.toContain('A402');

  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto('/drobakgata-1/drift/beboere');
  const form = page.getByRole('form', { name: `Slipp inn ${name}` });
  await expect(form.getByLabel('Leilighet').locator('option:checked')).toHaveText('A403');
  await form.getByRole('button').click();
  await expect(page.getByRole('status')).toContainText('Beboeren er med.');
  await guest.goto('/bli-med/uten-kode');
  await expect(guest.getByText('Ja. Nå er du med.').first()).toBeVisible();

  await openFlat(page, 'A403');
  await page.getByText('Nye leietakere').click();
  await page.getByRole('button', { name: 'Avslutt for alle i leiligheten' }).click();
  await expect(page.getByRole('status')).toContainText('klar for nye leietakere');
  await expect(page.getByText('Ingen er med ennå')).toBeVisible();
  await guest.context().close();
});

test('letters are a page per flat, and a phone reads the address and the code from each', async ({
  page,
}) => {
  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto('/drobakgata-1/drift/beboere/brev');
  await page.getByLabel('Hvem skal få brev?').selectOption('Oppgang B');
  await page.getByLabel('Bare leiligheter der ingen er med ennå').uncheck();
  await page.getByRole('button', { name: 'Lag brevene' }).click();
  await expect(page.getByText('12 brev er klare')).toBeVisible();
  const code = (await page.locator('.code b').first().textContent())!.replaceAll('-', '');
  expect(await read(page, '.qr')).toBe(`${baseUrl()}/bli-med#${code}`);
  expect(page.url()).not.toContain(code);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(12);
});

test('a code that comes behind the # of a link is filled in, and taken out of the address', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url(), request.headers()['referer'] ?? ''));
  await page.goto('/bli-med#DEMODROBAKG1');
  await expect(page.getByLabel('Kode fra brevet')).toHaveValue('DEMO-DROB-AKG1');
  await expect(page).toHaveURL('/bli-med');
  await page.getByRole('button', { name: 'Neste' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bli med i Drøbakgata 1');
  expect(asked.filter((url) => /DEMO-?DROB/.test(url))).toEqual([]);
});
