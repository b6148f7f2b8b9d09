import { randomUUID } from 'node:crypto';
import { expect, test } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const queue = '/boligbygg/saker';

/** Open cases at a new place, so that other tests do not see them. */
async function newCases(count: number) {
  const place = `=Bod ${randomUUID().slice(0, 8)} æøå`;
  await sql(
    `with p as (insert into public.places (block_id, kind, name, position)
      select id, 'cellar', $1, 99 from public.blocks where slug = 'drobakgata-1' returning id, block_id, kind),
     r as (insert into public.reports (id, block_id, place_id, place_kind, thing, is_urgent)
      select gen_random_uuid(), p.block_id, p.id, p.kind, 'storage_room', true from p, generate_series(1, $2::integer)
      returning id, block_id)
     insert into public.report_details (report_id, block_id, description, contact)
     select id, block_id, 'Hemmelige ord', 'Hemmelig nummer' from r`,
    [place, count],
  );
  const rows = await sql(
    `select r.number from public.reports r join public.places p on p.id = r.place_id where p.name = $1 order by r.number`,
    [place],
  );
  return { place, numbers: rows.map(({ number }) => Number(number)) };
}

test('the landlord ticks cases, assigns and changes them, and reads which could not be changed @nojs', async ({
  browser,
}) => {
  const { numbers } = await newCases(2);
  const name = `Firma ${randomUUID().slice(0, 8)}`;
  const page = await phone(browser, CAST.landlord, '/boligbygg/folk');
  await page.getByLabel('Navn').last().fill(name);
  await page.getByLabel('Firma', { exact: true }).last().check();
  await page.getByRole('button', { name: 'Legg til' }).click();
  await expect(page.getByText('Lagret.')).toBeVisible();

  await sql(`update public.reports set status = 'fixed' where number = $1`, [numbers[1]]);
  await page.goto(`${queue}?status=all&hva=storage_room&sorter=newest`);
  await page.getByRole('button', { name: 'Endre valgte saker' }).click();
  await expect(page.getByRole('alert')).toContainText('Kryss av minst én sak.');
  for (const number of numbers) await page.getByLabel(`Velg sak ${number}`).check();
  await page.getByRole('button', { name: 'Endre valgte saker' }).click();
  await expect(page.getByRole('alert')).toContainText('Velg ny status');
  await expect(page.getByLabel(`Velg sak ${numbers[0]}`)).toBeChecked();
  await page.getByLabel('Ny status').selectOption('Til behandling');
  await page.getByLabel('Gi til').selectOption(name);
  await page.getByRole('button', { name: 'Endre valgte saker' }).click();
  await expect(page.getByRole('status')).toContainText('1 sak er endret.');
  await expect(page.getByRole('status')).toContainText(
    `Sak ${numbers[1]} – Saken kan ikke endres slik nå.`,
  );
  expect(new URL(page.url()).search).toContain('hva=storage_room');
  await page.getByRole('link', { name: `Sak ${numbers[1]}` }).click();
  await expect(page.getByText(`${name}, fra`)).toBeVisible();
  await page.getByRole('link', { name: 'Skriv ut saken til arkivet' }).click();
  await expect(page.getByRole('article')).toContainText('Internt notat');
});

test('the file has the cases of the filters, without descriptions or contact, and only the landlord gets it', async ({
  browser,
}) => {
  const { place, numbers } = await newCases(3);
  const address = `${queue}.csv?hva=storage_room&bare=urgent&sorter=newest`;
  const page = await phone(browser, CAST.landlord);
  const answer = await page.request.get(address);
  expect(answer.headers()).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' });
  expect(answer.headers()['content-disposition']).toBe('attachment; filename="saker.csv"');
  const text = (await answer.body()).toString('utf8');
  expect(text.startsWith('\uFEFFSaksnummer;')).toBe(true);
  const mine = text.split('\r\n').filter((line) => line.includes(place));
  expect(mine.map((line) => Number(line.split(';')[0]))).toEqual(numbers.toReversed());
  expect(mine[0]).toContain(`;Drøbakgata 1;'${place};`);
  expect(text).not.toContain('Hemmelig');
  for (const who of [CAST.drobak.resident, CAST.drobak.consultant, CAST.admin]) {
    const other = await phone(browser, who);
    for (const path of [address, '/boligbygg/folk', `${queue}/${numbers[0]}/utskrift`])
      expect((await other.request.get(path)).status(), `${who} ${path}`).toBe(404);
  }
});

test('on a desktop the queue is browsed and ticked by keys, which can be switched off @desktop-only', async ({
  browser,
}) => {
  const { numbers } = await newCases(2);
  const page = await phone(browser, CAST.landlord, `${queue}?hva=storage_room&sorter=newest`);
  await expect(page.getByRole('button', { name: 'Hurtigtaster' })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expect(page.locator('tbody tr').first().getByRole('checkbox')).toBeChecked();
  await page.getByLabel('Forklaring til beboeren').fill('jkx?');
  await expect(page.getByLabel('Forklaring til beboeren')).toHaveValue('jkx?');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await page.getByLabel('Slå av hurtigtaster').check();
  await page.getByRole('button', { name: 'Lukk' }).click();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Hurtigtaster' }).click();
  await page.getByLabel('Slå av hurtigtaster').uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await expect(page).toHaveURL(/\/boligbygg\/saker\/\d+\?hva=storage_room/);
  const first = Number(/saker\/(\d+)/.exec(page.url())![1]);
  expect(first).toBeGreaterThanOrEqual(numbers[1]!);
  // The page may not be listening to keys yet.
  await expect(async () => {
    await page.keyboard.press('j');
    await expect(page).not.toHaveURL(new RegExp(`/${first}\\?`), { timeout: 2000 });
  }).toPass();
});
