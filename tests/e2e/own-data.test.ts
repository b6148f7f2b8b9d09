import { expect, test, type Page } from '../support/browser-test.ts';
import { PASSWORD } from '../support/cast.ts';
import { forgetAttempts, sql } from '../support/demo-portal.ts';
import { newResident } from '../support/new-resident.ts';
import { phone } from '../support/phone.ts';

test.beforeEach(forgetAttempts);

const isThere = async (email: string) =>
  (await sql('select from auth.users where email = $1', [email])).length;
const sure = (page: Page) => page.getByLabel('Ja, jeg vil slette kontoen min').check();

test('a resident sees the data kept about them, downloads it, and deletes the account for good @nojs', async ({
  browser,
}) => {
  const { name, email } = await newResident();
  const page = await phone(browser, email, '/konto');
  await page.getByLabel(/kall/i).first().fill(`${name} Ny`); // prettier-ignore
  await page.getByRole('button', { name: 'Lagre', exact: true }).click();
  await page.getByRole('link', { name: 'Se opplysningene' }).click();
  await expect(page.getByText(email)).toBeVisible();
  await expect(page.getByText(`${name} Ny`)).toBeVisible();

  const file = await page.request.get('/konto/mine-data.json');
  expect(file.headers()).toMatchObject({ 'content-disposition': 'attachment; filename="mine-data.json"' }); // prettier-ignore
  expect(file.headers()['cache-control']).toContain('no-store');
  expect(await file.json()).toMatchObject({
    account: [{ email }],
    memberships: [{ flat: 'A402' }],
  });

  await page.goto('/konto/slett');
  const leave = page.getByRole('button', { name: 'Slett kontoen nå' });
  await page.getByLabel('Passord').fill(PASSWORD);
  await leave.click();
  await expect(page.getByText('Kryss av for at du vil slette kontoen.').first()).toBeVisible();
  await sure(page);
  await page.getByLabel('Passord').fill('noe helt annet');
  await leave.click();
  await expect(page.getByText('Passordet er feil.').first()).toBeVisible();
  expect(await isThere(email)).toBe(1);

  await sure(page);
  await page.getByLabel('Passord').fill(PASSWORD);
  const elsewhere = await phone(browser, email, '/konto'); // another device of the same person
  await leave.click();
  await expect(page.getByRole('status')).toContainText('Kontoen er slettet');
  expect(await isThere(email)).toBe(0);
  for (const device of [page, elsewhere]) {
    await device.goto('/konto');
    await expect(device).toHaveURL(/\/logg-inn/);
  }
});
