import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { sql } from '../support/demo-portal.ts';
import { demoId } from '../support/demo.ts';
import { phone } from '../support/phone.ts';
import { osloDay } from '../../src/lib/time.ts';

const { household, neighbour, consultant } = CAST.drobak;
const { partner } = CAST.stovner;
const inDays = (days: number) => osloDay(new Date(Date.now() + days * 86_400_000));
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** The neighbour proposes an activity and lands on the page of their own activities. */
async function propose(browser: Browser, places = '') {
  const title = `Quiz ${crypto.randomUUID().slice(0, 8)}`;
  const host = await phone(browser, neighbour, '/drobakgata-1/aktiviteter');
  await host.getByRole('link', { name: 'Foreslå en aktivitet' }).click();
  await host.getByLabel('Navn på aktiviteten').fill(title);
  await host.getByLabel('Arrangement').check();
  const date = host.getByRole('group', { name: 'Dato 1', exact: true });
  await date.getByLabel('Dag', { exact: true }).fill(inDays(9));
  await date.getByLabel('Fra klokka').fill('18:00');
  await date.getByLabel('Til klokka').fill('20:00');
  await host.getByText('Påmelding', { exact: true }).click();
  await host.getByLabel('Antall plasser').fill(places);
  await press(host, 'Send forslaget');
  await expect(host.getByText('Forslaget er sendt.')).toBeVisible();
  await expect(host).toHaveURL('/mitt');
  return { host, title };
}

test('a resident proposes an activity, the consultant approves it, and the host manages that activity and no other @nojs', async ({
  browser,
  page,
}) => {
  test.slow(); // two people, the whole life of an activity
  const { host, title } = await propose(browser, '5');
  await page.goto('/drobakgata-1/aktiviteter');
  await expect(page.getByRole('link', { name: title })).toHaveCount(0);

  const desk = await phone(browser, consultant, '/drobakgata-1/drift/aktiviteter');
  await expect(desk.getByRole('heading', { name: 'Foreslått av beboere' })).toBeVisible();
  await desk.getByRole('link', { name: title }).click();
  await expect(desk.getByText('Forslag fra Nabo i B')).toBeVisible();
  await press(desk, 'Godkjenn og publiser');
  await expect(desk.getByText('Publisert.')).toBeVisible();
  await page.reload();
  await page.getByRole('link', { name: title }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();

  await host.reload();
  const told = host.getByRole('link', { name: 'Aktiviteten din er godkjent' });
  await told.and(host.locator(`a[href="${new URL(desk.url()).pathname}"]`)).click();
  await expect(host.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(host.getByRole('link', { name: 'Drift' })).toHaveCount(0);
  await host.getByText('Endre aktiviteten', { exact: true }).click();
  await host.getByLabel('Beskrivelse').fill('Ta med **godt humør**.');
  await press(host, 'Lagre endringene');
  await expect(host.getByText('Endringene er lagret.')).toBeVisible();
  await page.reload();
  await expect(page.locator('strong', { hasText: 'godt humør' })).toBeVisible();

  await host.getByRole('link', { name: 'Foreslå det samme igjen' }).click();
  await expect(host.getByLabel('Navn på aktiviteten')).toHaveValue(title);
  await host.goBack();
  await host.getByRole('link', { name: 'Mitt' }).first().click();
  await expect(host).toHaveURL('/mitt');
  for (const address of [
    'drift',
    'drift/aktiviteter',
    'drift/aktiviteter/ny',
    `drift/aktiviteter/${demoId('drobakgata-1/cooking')}`,
  ])
    expect((await host.goto(`/drobakgata-1/${address}`))?.status(), address).toBe(404);

  await desk.reload();
  await desk.getByText('Nabo i B har foreslått aktiviteten').click();
  await press(desk, 'Overta aktiviteten');
  await expect(desk.getByText('Nå er det bare du som styrer aktiviteten.')).toBeVisible();
  expect((await host.goto(new URL(desk.url()).pathname))?.status()).toBe(404);
});

test('a proposed activity is declined with a reason that only its host reads, and proposed again', async ({
  browser,
}) => {
  const { host, title } = await propose(browser);
  const desk = await phone(browser, consultant, '/drobakgata-1/drift/aktiviteter');
  await desk.getByRole('link', { name: title }).click();
  await desk.getByText('Si nei til forslaget').first().click();
  await desk.getByLabel('Hvorfor passer det ikke?').fill('Rommet er opptatt. Hva med onsdag?');
  await press(desk, 'Si nei til forslaget');
  await expect(desk.getByText('Svaret er sendt til den som foreslo det.')).toBeVisible();

  await host.reload();
  await host.getByRole('link', { name: title }).click();
  await expect(host.getByText('Rommet er opptatt. Hva med onsdag?')).toBeVisible();
  const address = new URL(host.url()).pathname;
  const other = await phone(browser, household);
  for (const path of [address, address.replace('/drift', '')])
    expect((await other.goto(path))?.status()).toBe(404);
  await host.getByRole('link', { name: 'Lag et nytt forslag av dette' }).click();
  await expect(host.getByLabel('Navn på aktiviteten')).toHaveValue(title);
  await host.goto(address);
  await host.getByText('Trekk forslaget').first().click();
  await press(host, 'Trekk forslaget');
  await expect(host.getByText('Forslaget er trukket og slettet.')).toBeVisible();
  expect(await sql('select from activities where title = $1', [title])).toEqual([]);
});

test('a partner runs their own activity, is offered no place, and sees no desk', async ({
  browser,
}) => {
  const page = await phone(browser, partner, '/mitt');
  await page.getByRole('link', { name: 'Strikkekveld' }).click();
  await expect(page.getByText('Meld på noen')).toBeVisible();
  await page.getByRole('link', { name: 'Vis siden' }).click();
  await expect(page.getByRole('button', { name: 'Meld deg på' })).toHaveCount(0);
  expect((await page.goto('/stovner-senter/drift'))?.status()).toBe(404);
  expect((await page.goto('/drobakgata-1/aktiviteter/foresla'))?.status()).toBe(404);
});

test('a proposed activity without name and date is not sent, and the sixth waiting one is refused', async ({
  browser,
}) => {
  const page = await phone(browser, household, '/drobakgata-1/aktiviteter/foresla');
  await page.locator('form[method=post]').evaluate((form) => {
    (form as HTMLFormElement).noValidate = true;
  });
  await page.getByLabel('Beskrivelse').fill('Bare tekst');
  await press(page, 'Send forslaget');
  await expect(page.getByRole('alert')).toContainText(/Navn på aktiviteten.*Må fylles ut/);
  await expect(page.getByLabel('Beskrivelse')).toHaveValue('Bare tekst');

  const waiting = await sql<{ id: string }>(
    `with made as (
       insert into activities (block_id, kind, title, status)
       select $1, 'event', 'Venter', 'proposed' from generate_series(1, 5) returning id, block_id
     )
     insert into activity_hosts (activity_id, block_id, person_id)
     select made.id, made.block_id, u.id from made, auth.users u where u.email = $2 returning activity_id as id`,
    [demoId('drobakgata-1'), household],
  );
  try {
    await page.getByLabel('Navn på aktiviteten').fill('Nummer seks');
    await page.getByLabel('Arrangement').check();
    await page.getByLabel('Dag', { exact: true }).first().fill(inDays(9));
    await page.getByLabel('Fra klokka').first().fill('18:00');
    await page.getByLabel('Til klokka').first().fill('20:00');
    await press(page, 'Send forslaget');
    await expect(page.getByRole('alert')).toContainText('Du har 5 forslag som venter på svar.');
    await expect(page.getByLabel('Navn på aktiviteten')).toHaveValue('Nummer seks');
  } finally {
    await sql('delete from activities where id = any($1)', [waiting.map(({ id }) => id)]);
  }
});
