import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { forgetAttempts, signIn, sql } from '../support/demo-portal.ts';

let slug: string;
test.beforeEach(async ({ context }) => {
  slug = `prove-${crypto.randomUUID().slice(0, 8)}`;
  await forgetAttempts();
  await signIn(context, CAST.admin);
});
// The log of what staff did outlives a building; only the owner of the table can override that.
test.afterEach(() =>
  sql(`begin;
    alter table public.audit_entries disable trigger user;
    delete from public.audit_entries where block_id in (select id from public.blocks where slug = '${slug}');
    alter table public.audit_entries enable trigger user;
    delete from public.blocks where slug = '${slug}';
    commit`),
);

async function fillIn(page: Page, address: string) {
  await page.goto('/admin/ny');
  await page.getByLabel('Navn').fill(`Prøvegården ${slug}`);
  await page.getByLabel('Adresse i portalen').fill(address);
  await page.getByLabel('Gateadresse').fill('Prøvegata 1, Oslo');
  await page.getByLabel('Bydel').fill('Bydel Prøve');
  await page.getByLabel('Oppganger').fill('Oppgang A, Oppgang B');
  await page.getByLabel('Etasjer').fill('3');
  await page.getByLabel('Leiligheter i hver etasje, per oppgang').fill('2');
  await page.getByRole('button', { name: 'Lag gården' }).click();
}

test('a new building gets a consultant through a code, and the consultant reaches the desk @nojs', async ({
  page,
  browser,
}) => {
  await fillIn(page, slug);
  await expect(page).toHaveURL('/admin');
  await expect(page.getByRole('status')).toContainText('Gården er laget.');
  await page
    .getByRole('button', { name: `Lag kode til en bomiljøkonsulent: Prøvegården ${slug}` })
    .click();
  await expect(page).toHaveURL('/admin/kode');
  const code = (await page
    .getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
    .textContent())!.trim();
  await page.reload();
  await expect(page.getByText(code)).toHaveCount(0);

  const appointed = await (await browser.newContext()).newPage();
  await appointed.goto('/bli-med');
  await appointed.getByLabel('Kode fra brevet').fill(code);
  await appointed.getByRole('button', { name: 'Neste' }).click();
  await appointed.getByLabel('Hva skal vi kalle deg?').fill('Ny konsulent');
  await appointed.getByLabel('E-post').fill(`${slug}@prove.example`);
  await appointed.getByLabel('Passord').fill('fire ord etter hverandre');
  await appointed.getByRole('button', { name: 'Bli med' }).click();
  await appointed.getByRole('link', { name: 'Drift' }).click();
  await expect(appointed).toHaveURL(`/${slug}/drift`);
  await appointed.goto(`/${slug}/drift/beboere`);
  await expect(appointed.getByRole('link', { name: '101' })).toBeVisible();
  expect((await appointed.goto('/drobakgata-1/drift'))!.status()).toBe(404);

  await page.goto('/admin');
  const building = page.getByRole('listitem').filter({ hasText: `Prøvegården ${slug}` });
  await building.getByRole('button', { name: 'Avslutt' }).click();
  await expect(page.getByRole('status')).toContainText('Medlemskapet er avsluttet.');
  expect((await appointed.goto(`/${slug}/drift`))!.status()).toBe(404);
  await appointed.context().close();
});

for (const taken of [
  'drobakgata-1',
  'admin',
  'logg-inn',
  'bli-med',
  'mitt',
  'boligbygg',
  '404',
  '500',
])
  test(`the address ${taken} is taken or reserved, and what was typed stays`, async ({ page }) => {
    await fillIn(page, taken);
    await expect(page.getByRole('alert')).toContainText('Adressen er i bruk eller reservert.');
    await expect(page.getByLabel('Oppganger')).toHaveValue('Oppgang A, Oppgang B');
    expect(await sql(`select from public.blocks where name like $1`, [`%${slug}`])).toEqual([]);
  });
