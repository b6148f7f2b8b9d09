import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { phone } from '../support/phone.ts';
import { addDays, weekdayOf } from '../../src/domains/activities/series.ts';
import { osloDay } from '../../src/lib/time.ts';

const home = '/drobakgata-1';
const today = osloDay(new Date());
/** The Monday after next. */
const monday = addDays(today, 15 - weekdayOf(today));
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const say = (day: string) =>
  new Intl.DateTimeFormat('nb-NO', { weekday: 'long', day: 'numeric', month: 'long' })
    .format(new Date(`${day}T12:00:00Z`))
    .replace(/^./, (first) => first.toUpperCase());
/** The coming dates on a page, without the non-breaking spaces. */
const datesOn = async (page: Page) =>
  (await page.locator('#datoer li').allInnerTexts()).map((text) =>
    text.replaceAll('\u2060', '').replace(/\s+/g, ' ').trim(),
  );

/** A weekly series from `monday` through a year, published; the page is its own under Drift. */
async function makeSeries(page: Page, title: string) {
  await page.goto(`${home}/drift/aktiviteter/ny`);
  await page.getByLabel('Navn på aktiviteten').fill(`${title} ${crypto.randomUUID().slice(0, 8)}`);
  await page.getByLabel('Dropp inn').check();
  await page.getByLabel('Den gjentas').check();
  await page.getByLabel('mandag', { exact: true }).check();
  await page.getByLabel('Første dato', { exact: true }).fill(monday);
  await page.getByLabel('Fra klokka').last().fill('16:00');
  await page.getByLabel('Til klokka').last().fill('18:00');
  await page.getByLabel('Siste dato', { exact: true }).fill(addDays(monday, 364));
  await press(page, 'Publiser');
  await expect(page.getByText('Publisert.')).toBeVisible();
  return page.url();
}

async function openDate(page: Page, desk: string, day: string) {
  await page.goto(desk);
  await page.locator('a[href*="/dato/"]', { hasText: say(day) }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(say(day));
}

test('a series through a year keeps its moved and cancelled dates when the weekday changes @nojs', async ({
  browser,
  page,
}) => {
  test.slow(); // a series through a year
  const staff = await phone(browser, CAST.drobak.consultant);
  const desk = await makeSeries(staff, 'Kaffe');
  expect((await datesOn(staff))[0]).toBe(`${say(monday)} kl. 16:00–18:00`);
  await expect(staff.getByRole('link', { name: 'Vis alle 53 datoene' })).toBeVisible();

  await openDate(staff, desk, addDays(monday, 7));
  await staff.getByLabel('Dag', { exact: true }).fill(addDays(monday, 10));
  await staff.getByLabel('Fra klokka').fill('12:00');
  await staff.getByLabel('Til klokka').fill('11:00');
  await press(staff, 'Flytt datoen');
  await expect(staff.getByRole('alert')).toContainText('Slutten må være etter starten');
  await staff.getByLabel('Til klokka').fill('14:00');
  await staff.getByLabel('Hvorfor flyttes den?').fill('Rommet er opptatt.');
  await press(staff, 'Flytt datoen');
  await expect(staff.getByRole('status')).toContainText('Flyttet.');

  await openDate(staff, desk, addDays(monday, 14));
  await staff.getByText('Avlys datoen').click();
  await staff.getByLabel('Hvorfor avlyses den?').fill('Vi er på kurs.');
  await press(staff, 'Avlys');
  await expect(staff.getByRole('status')).toContainText('Avlyst.');

  await staff.getByText('Endre aktiviteten', { exact: true }).click();
  await staff.getByLabel('mandag', { exact: true }).uncheck();
  await staff.getByLabel('torsdag', { exact: true }).check();
  await staff.getByLabel('Fra klokka').last().fill('10:00');
  await press(staff, 'Lagre endringene');
  await expect(staff.getByText('Endringene er lagret.')).toBeVisible();

  await page.goto(desk.replace('/drift', ''));
  await expect(page.getByText('Hver torsdag')).toBeVisible();
  expect((await datesOn(page)).slice(0, 5)).toEqual([
    `${say(addDays(monday, 3))} kl. 10:00–18:00`,
    `${say(addDays(monday, 10))} kl. 10:00–18:00`,
    `${say(addDays(monday, 10))} kl. 12:00–14:00 Flyttet Rommet er opptatt.`,
    `${say(addDays(monday, 14))} kl. 16:00–18:00 Denne datoen er avlyst Vi er på kurs.`,
    `${say(addDays(monday, 17))} kl. 10:00–18:00`,
  ]);
});

test('one date and all later ones are moved and then cancelled, and one is reinstated @nojs', async ({
  browser,
}) => {
  test.slow(); // three changes, each checked on the page
  const staff = await phone(browser, CAST.drobak.consultant);
  const desk = await makeSeries(staff, 'Lunsj');
  await openDate(staff, desk, addDays(monday, 7));
  await staff.getByLabel('Dag', { exact: true }).fill(addDays(monday, 8));
  await staff.getByLabel('Fra klokka').fill('12:00');
  await staff.getByLabel('Til klokka').fill('13:00');
  await staff.getByLabel('Denne og alle etter').first().check();
  await press(staff, 'Flytt datoen');
  await expect(staff.getByRole('status')).toContainText('Flyttet.');
  const moved = [
    `${say(monday)} kl. 16:00–18:00`,
    `${say(addDays(monday, 8))} kl. 12:00–13:00`,
    `${say(addDays(monday, 15))} kl. 12:00–13:00`,
    `${say(addDays(monday, 22))} kl. 12:00–13:00`,
  ];
  expect((await datesOn(staff)).slice(0, 4)).toEqual(moved);

  await openDate(staff, desk, addDays(monday, 15));
  await expect(staff.getByText('Hver tirsdag')).toBeVisible();
  await staff.getByText('Avlys datoen').click();
  await staff.getByLabel('Denne og alle etter').last().check();
  await press(staff, 'Avlys');
  const cancelled = (await datesOn(staff)).map((text) => text.includes('avlyst'));
  expect(cancelled).toEqual([false, false, ...Array.from({ length: 10 }, () => true)]);

  await openDate(staff, desk, addDays(monday, 22));
  await press(staff, 'Ta datoen opp igjen');
  await expect(staff.getByRole('status')).toContainText('Datoen er tatt opp igjen.');
  expect((await datesOn(staff))[3]).toBe(moved[3]);
});

test('an impossible rule is refused at its field, and what was typed is kept @nojs', async ({
  browser,
}) => {
  const staff = await phone(browser, CAST.drobak.consultant);
  await staff.goto(`${home}/drift/aktiviteter/ny`);
  await staff.getByLabel('Navn på aktiviteten').fill('Uten slutt');
  await staff.getByLabel('Dropp inn').check();
  await staff.getByLabel('Den gjentas').check();
  await press(staff, 'Publiser');
  await expect(staff.getByRole('alert')).toContainText('Første dato');
  await staff.getByLabel('Første dato', { exact: true }).fill(monday);
  await staff.getByLabel('Fra klokka').last().fill('16:00');
  await staff.getByLabel('Til klokka').last().fill('18:00');
  await staff.getByLabel('Siste dato', { exact: true }).fill(addDays(monday, -1));
  await press(staff, 'Publiser');
  await expect(staff.getByRole('alert')).toContainText('Siste dato må være etter den første');
  await staff.getByLabel('Uten slutt').check();
  await staff.getByText('Påmelding', { exact: true }).click();
  await staff.getByLabel('Antall plasser').fill('8');
  await press(staff, 'Publiser');
  await expect(staff.getByRole('alert')).toContainText('Med påmelding må den slutte en gang');
  await expect(staff.getByLabel('Første dato', { exact: true })).toHaveValue(monday);
});

test('the copy of a series repeats in the same way @nojs', async ({ browser }) => {
  const staff = await phone(browser, CAST.drobak.consultant);
  await makeSeries(staff, 'Strikking');
  await staff.getByRole('link', { name: 'Kopier til nytt utkast' }).click();
  await expect(staff.getByLabel('mandag', { exact: true })).toBeChecked();
  await expect(staff.getByLabel('Første dato', { exact: true })).toHaveValue(monday);
  await press(staff, 'Lagre utkast');
  await expect(staff.getByText('Utkastet er lagret.')).toBeVisible();
  await expect(staff.getByRole('link', { name: 'Vis alle 53 datoene' })).toBeVisible();
});

test('a date is not found by residents, from another building, or with an invalid address', async ({
  browser,
}) => {
  test.slow(); // four people
  const staff = await phone(browser, CAST.drobak.consultant);
  const desk = await makeSeries(staff, 'Kor');
  await openDate(staff, desk, monday);
  const address = staff.url();
  for (const who of [CAST.drobak.resident, CAST.stovner.consultant, CAST.landlord]) {
    const page = await phone(browser, who);
    expect((await page.goto(address))?.status()).toBe(404);
  }
  for (const wrong of [`${desk}/dato/tull`, address.replace('drobakgata-1', 'stovner-senter')])
    expect((await staff.goto(wrong))?.status()).toBe(404);
});

test('the jobs answer only requests with the token', async ({ request }) => {
  const call = (headers = {}) => request.post('/api/jobs', { headers, data: {} });
  expect((await call()).status()).toBe(404);
  expect((await call({ authorization: 'Bearer' })).status()).toBe(404);
  expect((await call({ authorization: 'Bearer undefined' })).status()).toBe(404);
  expect((await request.get('/api/jobs')).status()).toBe(404);
});
