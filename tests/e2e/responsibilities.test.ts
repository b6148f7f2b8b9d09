import { expect, test } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { phone } from '../support/phone.ts';

test('the landlord sets who is responsible, and the resident reads it before reporting and can still report @nojs', async ({
  browser,
}, { project }) => {
  // Two projects may run side by side: each edits its own row.
  const [thing, label] =
    project.use.javaScriptEnabled === false ? ['hot_water', 'Varmtvann'] : ['window', 'Vindu'];
  const page = '/drobakgata-1/hvem-fikser-hva';
  const advice = `Prøv dette først (${project.name}).`;
  const landlord = await phone(browser, CAST.landlord, '/boligbygg/oppsett');
  await landlord.locator('summary', { hasText: label }).first().click();
  const form = landlord.locator('details[open]');
  await form.getByLabel('Du og Boligbygg').check();
  await form.getByLabel('Dette gjør beboeren selv').fill(advice);
  await form.getByLabel('Det samme på engelsk').fill(`Try this first (${project.name}).`);
  await form.getByRole('button', { name: 'Lagre' }).click();
  await expect(landlord.getByText('Lagret. Beboerne ser det nå.')).toBeVisible();

  const resident = await phone(browser, CAST.drobak.resident, page);
  await expect(resident.getByText(advice)).toBeVisible();
  await resident.goto(`${page}?lang=en`);
  const english = resident.getByText(`Try this first (${project.name}).`);
  await expect(english).toBeVisible();
  await expect(english).toHaveAttribute('lang', 'en');
  await resident.goto(`${page}?lang=nb`);
  await resident.getByRole('link', { name: 'Meld feil' }).last().click();
  await resident.getByRole('link', { name: /Nei, det er ikke akutt/ }).click();
  await resident.getByRole('link', { name: /I leiligheten min/ }).click();
  await resident.locator(`a[href*="hva=${thing}"]`).click();
  await expect(resident.getByText('Noe av dette gjør du selv')).toBeVisible();
  await expect(resident.getByText(advice)).toBeVisible();
  await expect(resident.getByRole('button', { name: 'Se over' })).toBeVisible();
});
