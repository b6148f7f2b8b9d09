import { expect, test } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const home = '/drobakgata-1';

test('the steering group reads the figures of one month and another, and downloads them as a file @nojs', async ({
  browser,
}) => {
  const page = await phone(browser, CAST.observer, home);
  await page.getByRole('navigation').getByRole('link', { name: 'Tall' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tall');
  await expect(page.getByRole('row', { name: /^Oppmøte/ }).first()).toContainText('92');
  await expect(page.getByText('færre enn 5').first()).toBeVisible();
  const [chosen] = await page
    .getByLabel('Måned', { exact: true })
    .locator('option')
    .allInnerTexts();
  await page.getByLabel('Måned', { exact: true }).selectOption({ index: 2 });
  await page.getByRole('button', { name: 'Vis måneden' }).click();
  await expect(page.getByText(/ved siden av måneden før/)).not.toContainText(chosen!);
  await page.locator('summary').first().click();
  await expect(page.locator('details').first().getByRole('row')).toHaveCount(13);

  const file = await page.request.get(`${home}/tall.csv`);
  expect(file.headers()['content-type']).toContain('text/csv');
  const rows = (await file.text()).split('\r\n');
  expect(rows[0]).toContain('Måned;Hva;Ting;Tall');
  expect(rows.some((row) => row.endsWith('Oppmøte;;92'))).toBe(true);
  expect(rows.some((row) => row.endsWith(';færre enn 5'))).toBe(true);
  for (const address of ['saker', 'avstemninger', 'drift', 'puls'])
    expect((await page.request.get(`${home}/${address}`)).status()).toBe(404);
});

test('residents, partners and the landlord do not find the figures', async ({ browser }) => {
  for (const who of [CAST.drobak.resident, CAST.stovner.partner, CAST.landlord]) {
    const page = await phone(browser, who, '/');
    for (const address of [`${home}/tall`, `${home}/tall.csv`, '/stovner-senter/tall'])
      expect((await page.request.get(address)).status(), `${who} ${address}`).toBe(404);
  }
});

test('a resident dismisses the monthly question, finds it again and answers with one tap @nojs', async ({
  browser,
}, { project }) => {
  // Each project has its own person, who has not answered yet in this run.
  const who = project.name === 'phone' ? CAST.drobak.neighbour : CAST.drobak.household;
  await sql(
    `delete from private.pulse_marks k using private.pulse_months p, auth.users u
     where u.email = $1 and p.block_id = k.block_id and k.mark = sha256(p.salt || convert_to(u.id::text, 'UTF8'))`,
    [who],
  );
  const answers = async () =>
    Number((await sql('select sum(ok) as ok from private.pulse_months'))[0]?.['ok'] ?? 0);
  const before = await answers();
  const page = await phone(browser, who, home);
  const question = page.getByRole('heading', { name: 'Hvordan er det å bo her nå?' });
  await expect(question).toBeVisible();
  await page.getByRole('button', { name: 'Ikke nå' }).click();
  await expect(question).toBeHidden();
  await page.goto(`${home}/puls`);
  await page.getByRole('button', { name: 'Sånn passe' }).tap();
  await expect(page.getByRole('status')).toContainText('Takk for svaret!');
  await expect(page.getByText('Du har svart denne måneden.')).toBeVisible();
  expect(await answers()).toBeGreaterThan(before);
});
