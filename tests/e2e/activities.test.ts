import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { phone } from '../support/phone.ts';
import { osloDay } from '../../src/lib/time.ts';

const inDays = (days: number) => osloDay(new Date(Date.now() + days * 86_400_000));
const unique = (title: string) => `${title} ${crypto.randomUUID().slice(0, 8)}`;
const people = {
  one: CAST.drobak.resident,
  two: CAST.drobak.household,
  three: CAST.drobak.neighbour,
};

/** The consultant fills in the form and lands on the page of the new activity under Drift. */
async function makeActivity(page: Page, title: string, places = '', button = 'Publiser') {
  await page.goto('/drobakgata-1/drift/aktiviteter');
  await page.getByRole('link', { name: 'Ny aktivitet' }).click();
  await page.getByLabel('Navn på aktiviteten').fill(title);
  await page.getByLabel('Kurs').check();
  await fillDate(page, 1, inDays(10));
  await page.getByLabel('Sted i gården').selectOption({ label: 'Fellesrommet' });
  await page.getByText('Påmelding', { exact: true }).click();
  await page.getByLabel('Antall plasser').fill(places);
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  return page.url().split('/').at(-1)!;
}

async function fillDate(page: Page, number: number, day: string, from = '17:00', to = '19:00') {
  const row = page.getByRole('group', { name: `Dato ${number}`, exact: true });
  await row.getByLabel('Dag', { exact: true }).fill(day);
  await row.getByLabel('Fra klokka').fill(from);
  await row.getByLabel('Til klokka').fill(to);
}

const open = async (browser: Browser, email: (typeof people)[keyof typeof people], id: string) => {
  const page = await phone(browser, email);
  await page.goto(`/drobakgata-1/aktiviteter/${id}`);
  return page;
};
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

test('a full course has a waiting list, and a free place goes to the next person @nojs', async ({
  browser,
}) => {
  test.slow(); // four people, one after the other
  const desk = await phone(browser, CAST.drobak.consultant);
  const id = await makeActivity(desk, unique('Sykurs'), '1');
  await expect(desk.getByText('Publisert.')).toBeVisible();

  const one = await open(browser, people.one, id);
  await press(one, 'Meld deg på');
  await expect(one.getByRole('status')).toContainText('Du er påmeldt');
  await expect(one.getByText('Alle 1 er tatt')).toBeVisible();

  const two = await open(browser, people.two, id);
  await press(two, 'Sett meg på venteliste');
  await expect(two.getByText('Du er den neste som får plass.')).toBeVisible();
  const three = await open(browser, people.three, id);
  await press(three, 'Sett meg på venteliste');
  await expect(three.getByText('Du er nummer 2 i køen.')).toBeVisible();

  await press(one, 'Meld deg av');
  await expect(one.getByText('Du er meldt av.')).toBeVisible();
  await two.reload();
  await expect(two.getByText('Du er påmeldt')).toBeVisible();
  await three.reload();
  await expect(three.getByText('Du er den neste som får plass.')).toBeVisible();

  await desk.reload();
  await expect(desk.getByRole('list', { name: 'Påmeldte' })).toContainText('Yusuf');
  await expect(desk.getByRole('list', { name: 'Påmeldte' })).toContainText(
    'fikk plass fra ventelista',
  );
  await expect(desk.getByRole('list', { name: 'Venteliste' })).toContainText('Nabo i B');
});

test('the same sign-up sent from two tabs is one sign-up @nojs', async ({ browser }) => {
  const desk = await phone(browser, CAST.drobak.consultant);
  const id = await makeActivity(desk, unique('Strikking'), '5');
  const [first, second] = [
    await open(browser, people.one, id),
    await open(browser, people.one, id),
  ];
  await press(first, 'Meld deg på');
  await press(second, 'Meld deg på');
  await expect(second.getByText('Du er allerede med på lista.')).toBeVisible();
  await expect(second.getByText('4 av 5 er ledige')).toBeVisible();
});

test('the consultant saves a draft, publishes, changes and cancels it with a reason @nojs', async ({
  browser,
  page,
}) => {
  test.slow(); // the whole life of an activity
  const desk = await phone(browser, CAST.drobak.consultant);
  const title = unique('Keramikk');
  const id = await makeActivity(desk, title, '8', 'Lagre utkast');
  const address = `/drobakgata-1/aktiviteter/${id}`;
  expect((await page.goto(address))?.status()).toBe(404);
  await press(desk, 'Publiser');
  expect((await page.goto(address))?.status()).toBe(200);

  await desk.getByText('Endre aktiviteten', { exact: true }).click();
  await desk.getByLabel('Navn på aktiviteten').fill(`${title} <b>for alle</b>`);
  await press(desk, 'Legg til dato');
  await expect(desk.getByText('Ingenting er lagret ennå')).toBeVisible();
  await expect(desk.getByLabel('Navn på aktiviteten')).toHaveValue(`${title} <b>for alle</b>`);
  await fillDate(desk, 2, inDays(17), '19:00', '17:00');
  await press(desk, 'Lagre endringene');
  await expect(desk.getByRole('alert')).toContainText('Slutten må være etter starten');
  await fillDate(desk, 2, inDays(17));
  await press(desk, 'Lagre endringene');
  await expect(desk.getByText('Endringene er lagret.')).toBeVisible();
  await page.reload();
  await expect(
    page.getByRole('heading', { level: 1, name: `${title} <b>for alle</b>` }),
  ).toBeVisible();
  await expect(page.getByText('Du melder deg på én gang, for alle datoene.')).toBeVisible();

  await desk.getByText('Avlys aktiviteten').click();
  await desk.getByLabel('Hvorfor blir den avlyst?').fill('Ovnen er i stykker.');
  await desk.getByRole('button', { name: 'Avlys', exact: true }).click();
  await expect(desk.getByText('Aktiviteten er avlyst.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Ovnen er i stykker.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Meld deg på' })).toHaveCount(0);
});

test('a change from an outdated tab is refused and what was typed is kept @nojs', async ({
  browser,
}) => {
  const desk = await phone(browser, CAST.drobak.consultant);
  await makeActivity(desk, unique('Sjakk'));
  const old = await phone(browser, CAST.drobak.consultant);
  await old.goto(desk.url());
  for (const page of [desk, old]) {
    await page.getByText('Endre aktiviteten', { exact: true }).click();
    await page.getByLabel('Beskrivelse').fill('Fra dette vinduet');
    await press(page, 'Lagre endringene');
  }
  await expect(old.getByRole('alert')).toContainText('Aktiviteten er endret siden du åpnet den');
  await expect(old.getByLabel('Beskrivelse')).toHaveValue('Fra dette vinduet');
});

test('a copy is a new draft with its dates one week later @nojs', async ({ browser }) => {
  const desk = await phone(browser, CAST.drobak.consultant);
  const title = unique('Kor');
  await makeActivity(desk, title, '8');
  await desk.getByRole('link', { name: 'Kopier til nytt utkast' }).click();
  await expect(desk.getByLabel('Navn på aktiviteten')).toHaveValue(title);
  await expect(desk.getByLabel('Dag', { exact: true }).first()).toHaveValue(inDays(17));
  await press(desk, 'Lagre utkast');
  await expect(desk.getByText('Utkastet er lagret.')).toBeVisible();
});

test('an activity without name, kind and date is not saved, and the form lists what is missing @nojs', async ({
  browser,
}) => {
  const desk = await phone(browser, CAST.drobak.consultant);
  await desk.goto('/drobakgata-1/drift/aktiviteter/ny');
  await desk.locator('form[method=post]').evaluate((form) => form.setAttribute('novalidate', ''));
  await desk.getByLabel('Beskrivelse').fill('Bare tekst');
  await press(desk, 'Publiser');
  await expect(desk.getByRole('alert')).toContainText(/Navn på aktiviteten.*Må fylles ut/);
  await expect(desk.getByLabel('Beskrivelse')).toHaveValue('Bare tekst');
});

test('a visitor who is not signed in is sent to sign in and back @nojs', async ({ page }) => {
  await page.goto('/stovner-senter/aktiviteter?type=kurs');
  await page.getByRole('link', { name: 'Fotokurs' }).click();
  const address = new URL(page.url()).pathname;
  await page.getByRole('link', { name: 'Logg inn for å melde deg på' }).click();
  await expect(page).toHaveURL(`/logg-inn?til=${encodeURIComponent(address)}`);
});

test('the filter is kept in the address, and a filter without matches can be cleared @nojs @desktop', async ({
  page,
}) => {
  await page.goto('/drobakgata-1/aktiviteter');
  await page.getByRole('link', { name: 'Tur', exact: true }).click();
  await expect(page).toHaveURL('/drobakgata-1/aktiviteter?type=tur');
  await page.getByRole('link', { name: 'Vis alt som skjer' }).click();
  await expect(page.getByRole('link', { name: 'Leksehjelp' }).first()).toBeVisible();
});

test('an activity for residents only is hidden from others @nojs', async ({ browser, page }) => {
  const resident = await phone(browser, people.one);
  await resident.goto('/drobakgata-1/aktiviteter?type=mote');
  await resident.getByRole('link', { name: 'Beboermøte' }).click();
  const address = resident.url();
  await page.goto('/drobakgata-1/aktiviteter?type=mote');
  await expect(page.getByRole('link', { name: 'Beboermøte' })).toHaveCount(0);
  expect((await page.goto(address))?.status()).toBe(404);
});

test('a resident of the other building reads the course but is not offered a place @nojs', async ({
  browser,
}) => {
  const stranger = await phone(browser, CAST.stovner.resident);
  await stranger.goto('/drobakgata-1/aktiviteter');
  await stranger.getByRole('link', { name: 'Brannvernkveld' }).click();
  await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Brannvernkveld');
  await expect(stranger.getByRole('button', { name: /Meld deg på/ })).toHaveCount(0);
});

test('the pages under Drift are not found by residents and by the consultant of another building', async ({
  browser,
}) => {
  for (const email of [people.one, CAST.stovner.consultant]) {
    const page = await phone(browser, email);
    expect((await page.goto('/drobakgata-1/drift/aktiviteter'))?.status()).toBe(404);
  }
});
