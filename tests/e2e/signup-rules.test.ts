import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST, type Email } from '../support/cast.ts';
import { phone } from '../support/phone.ts';
import { letOffersEnd, makeActivity, startsIn } from '../support/offers.ts';

const { resident, household, neighbour, consultant } = CAST.drobak;
const title = (text: string) => `${text} ${crypto.randomUUID().slice(0, 8)}`;
const open = (browser: Browser, email: Email, id: string) =>
  phone(browser, email, `/drobakgata-1/aktiviteter/${id}`);
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test('a family of three waits together, and gets in together when there is room @nojs', async ({
  browser,
}) => {
  const id = await makeActivity({ title: title('Familiedag'), capacity: 3, max_party: 4 });
  const one = await open(browser, neighbour, id);
  await press(one, 'Meld deg på');
  await expect(one.getByText('Du er påmeldt', { exact: true })).toBeVisible();

  const family = await open(browser, resident, id);
  await family.getByLabel('Hvor mange er dere?').fill('3');
  await press(family, 'Meld deg på');
  await expect(family.getByText('Du er den neste som får plass.')).toBeVisible();
  await expect(family.getByText('Dere får plass når det er plass til alle 3.')).toBeVisible();

  await press(one, 'Meld deg av');
  await family.reload();
  await expect(family.getByText('Du er påmeldt', { exact: true })).toBeVisible();
  await expect(family.getByText('Det gjelder 3 personer, deg selv medregnet.')).toBeVisible();
  await expect(family.getByText('Alle 3 er tatt')).toBeVisible();
  await family.goto('/mitt');
  const told = family.getByRole('link', { name: 'Du har fått plass' });
  await expect(told.and(family.locator(`a[href$="${id}"]`))).toBeVisible();
});

test('more companions than allowed are refused at the field, and what was typed is kept', async ({
  browser,
}) => {
  const id = await makeActivity({ title: title('Liten tur'), max_party: 2 });
  const page = await open(browser, resident, id);
  await page.locator('form:has([name=partySize])').evaluate((form) => {
    (form as HTMLFormElement).noValidate = true;
  });
  await page.getByLabel('Hvor mange er dere?').fill('3');
  await press(page, 'Meld deg på');
  await expect(page.getByRole('alert')).toContainText('Dere er for mange til plassene.');
  await expect(page.getByLabel('Hvor mange er dere?')).toHaveValue('3');
  await expect(page.getByText('5 av 5 er ledige')).toBeVisible();
});

/** The neighbour takes the only place, two people wait, and the neighbour gives it up on the last day. */
async function offered(browser: Browser) {
  const id = await makeActivity({ title: title('Bakst'), capacity: 1, max_party: 1 });
  const first = await open(browser, neighbour, id);
  await press(first, 'Meld deg på');
  const one = await open(browser, resident, id);
  await expect(one.getByLabel('Hvor mange er dere?')).toHaveCount(0);
  await press(one, 'Sett meg på venteliste');
  const two = await open(browser, household, id);
  await press(two, 'Sett meg på venteliste');
  await startsIn(id, 20);
  await press(first, 'Meld deg av');
  await one.reload();
  await expect(one.getByText(/En plass er holdt av til deg til .*kl\./)).toBeVisible();
  return { id, one, two };
}

test('an accepted offer is a place, and the card announces the offer first', async ({
  browser,
}) => {
  const { id, one } = await offered(browser);
  await one.goto('/mitt');
  const card = one.getByRole('listitem').filter({ has: one.locator(`a[href$="${id}"]`) });
  await expect(card.getByText('En plass er holdt av til deg').first()).toBeVisible();
  await one.goto(`/drobakgata-1/aktiviteter/${id}`);
  await press(one, 'Ja, jeg kommer');
  await expect(one.getByText('Du har fått plassen. Velkommen!')).toBeVisible();
  await expect(one.getByText('Du er påmeldt', { exact: true })).toBeVisible();
});

test('a declined offer goes to the next person @nojs', async ({ browser }) => {
  const { one, two } = await offered(browser);
  await press(one, 'Nei takk');
  await expect(one.getByText('Du har sagt nei takk.')).toBeVisible();
  await two.reload();
  await expect(two.getByRole('button', { name: 'Ja, jeg kommer' })).toBeVisible();
});

test('an unanswered offer expires, and a late yes is told so', async ({ browser }) => {
  const { id, one, two } = await offered(browser);
  await letOffersEnd(id);
  await press(one, 'Ja, jeg kommer');
  await expect(one.getByRole('alert')).toContainText('Fristen gikk ut');
  await expect(one.getByText('Vil du fortsatt være med?')).toBeVisible();
  await expect(one.getByRole('button', { name: 'Ja, jeg kommer' })).toHaveCount(0);
  await two.reload();
  await expect(two.getByRole('button', { name: 'Ja, jeg kommer' })).toBeVisible();
});

test('a sign-up that is not open yet, has closed, or can not be given up tells why', async ({
  browser,
}) => {
  const day = 86_400_000;
  const at = (days: number) => new Date(Date.now() + days * day);
  const later = await makeActivity({ title: title('Senere'), signup_opens_at: at(2) });
  const page = await open(browser, resident, later);
  await expect(page.getByText(/^\s*Påmeldingen åpner .+, \d\d:\d\d/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Meld deg på' })).toHaveCount(0);

  const closed = await makeActivity({ title: title('Stengt'), signup_closes_at: at(-1) });
  await page.goto(`/drobakgata-1/aktiviteter/${closed}`);
  await expect(page.getByText('Påmeldingen er stengt.')).toBeVisible();

  const bound = await makeActivity({ title: title('Bindende'), signoff_closes_at: at(-1) });
  await page.goto(`/drobakgata-1/aktiviteter/${bound}`);
  await press(page, 'Meld deg på');
  await expect(page.getByText('Fristen for å melde seg av er gått ut.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Meld deg av' })).toHaveCount(0);
});

test('the form shows which sign-up times do not fit together, and keeps the rest @nojs', async ({
  browser,
}) => {
  const desk = await phone(browser, consultant, '/drobakgata-1/drift/aktiviteter/ny');
  await desk.getByLabel('Navn på aktiviteten').fill(title('Tider'));
  await desk.getByRole('radio', { name: 'Møte' }).check();
  const date = desk.getByRole('group', { name: 'Dato 1', exact: true });
  await date.getByLabel('Dag', { exact: true }).fill('2027-05-10');
  await date.getByLabel('Fra klokka').fill('10:00');
  await date.getByLabel('Til klokka').fill('12:00');
  await desk.getByText('Påmelding', { exact: true }).click();
  await desk.getByText('Når påmeldingen åpner').click();
  await desk.getByLabel('Dagen påmeldingen åpner').fill('2027-05-03');
  await desk.getByLabel('Siste dag for påmelding').fill('2027-05-02');
  await desk.getByText('For hvem', { exact: true }).click();
  await desk.getByLabel('Familier').check();
  await press(desk, 'Lagre utkast');
  const alert = desk.getByRole('alert');
  await expect(alert).toContainText('Skriv antall plasser');
  await expect(alert).toContainText('Påmeldingen må stenge etter at den åpner.');
  await expect(desk.getByLabel('Familier')).toBeChecked();

  await desk.getByLabel('Familier').uncheck();
  await desk.getByLabel('Eldre').check();
  await desk.getByLabel('Antall plasser').fill('8');
  await desk.getByLabel('Siste dag for påmelding').fill('2027-05-08');
  await press(desk, 'Lagre utkast');
  await expect(desk.getByText('Utkastet er lagret.')).toBeVisible();
  await desk.getByText('Endre aktiviteten', { exact: true }).click();
  await expect(desk.getByLabel('Dagen påmeldingen åpner')).toHaveValue('2027-05-03');
  await expect(desk.getByLabel('Eldre')).toBeChecked();
  await expect(desk.getByLabel('Familier')).not.toBeChecked();
});

test('the list is filtered by kind and audience, and both are kept in the address', async ({
  page,
}) => {
  await page.goto('/drobakgata-1/aktiviteter?type=dropp-inn');
  await page.getByText('For hvem: Alle').click();
  await page.getByRole('link', { name: 'Barn', exact: true }).click();
  await expect(page).toHaveURL('/drobakgata-1/aktiviteter?type=dropp-inn&for=barn');
  await expect(page.getByRole('link', { name: 'Leksehjelp' }).first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Norsk kafé' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Tur', exact: true }).click();
  await expect(page).toHaveURL('/drobakgata-1/aktiviteter?type=tur&for=barn');
  await page.getByRole('link', { name: 'Vis alt som skjer' }).click();
  await expect(page).toHaveURL('/drobakgata-1/aktiviteter');
});

test('lists and links in a text are rendered, and harmful markup is shown as plain text', async ({
  page,
}) => {
  const body =
    'Ta med:\n\n- sko\n- [kart](https://example.org)\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1))';
  const id = await makeActivity({ title: title('Tekst'), body });
  await page.goto(`/drobakgata-1/aktiviteter/${id}`);
  await expect(
    page.getByRole('main').getByRole('listitem').filter({ hasText: 'sko' }),
  ).toBeVisible();
  await expect(page.getByRole('link', { name: 'kart' })).toHaveAttribute('rel', /nofollow/);
  await expect(
    page.getByText('<img src=x onerror=alert(1)> [x](javascript:alert(1))'),
  ).toBeVisible();
  await expect(page.locator('main img, main a[href^=javascript]')).toHaveCount(0);
});
