import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '../support/browser-test.ts';
import { createClient } from '@supabase/supabase-js';
import type { Database, Enums } from '../../src/lib/database.types.ts';
import { CAST, PASSWORD, type Email } from '../support/cast.ts';
import { demoId } from '../support/demo.ts';
import { phone } from '../support/phone.ts';

const { resident, household, neighbour, consultant } = CAST.stovner;
const home = '/stovner-senter';

test.describe.configure({ timeout: 90_000 });

/** Sends a report over the API, as the form does; answers the number of the case. */
async function report(who: Email, place: string, thing: Enums<'report_thing'>, words: string) {
  const file = path.join(process.env['E2E_DATA_DIR']!, 'backend.json');
  const backend = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>;
  const db = createClient<Database>(backend['url']!, backend['publishable_key']!, {
    auth: { persistSession: false },
  });
  await db.auth.signInWithPassword({ email: who, password: PASSWORD });
  const { data, error } = await db.rpc('create_report', {
    id: randomUUID(),
    block_id: demoId('stovner-senter'),
    place_id: demoId(`stovner-senter/${place}`),
    thing,
    description: `${words} ${randomUUID().slice(0, 8)}`,
  });
  if (error) throw error;
  expect(data[0]!.outcome).toBe('created');
  return data[0]!.number;
}

const now = (page: Page) => page.getByRole('region', { name: 'Slik står det' });
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const unfold = (page: Page, title: string) =>
  page.locator('summary').filter({ hasText: title }).click();
/** A future date, as an input writes it. */
const dayIn = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/Oslo' });

test('Boligbygg promises a date and asks when to come, the resident chooses, the consultant sends a reminder @nojs', async ({
  browser,
}, { project }) => {
  // Both projects may run at once, and the promise applies to all buildings.
  const [thing, word] =
    project.name === 'no-js'
      ? (['pests', 'Skadedyr'] as const)
      : (['appliance', 'Hvitevarer'] as const);
  const office = await phone(browser, CAST.landlord, '/boligbygg/frister');
  const setDays = async (days: string) => {
    await office.goto('/boligbygg/frister');
    await office.getByRole('link', { name: word }).click();
    await office.getByLabel('Dager, vanlig sak').fill(days);
    await press(office, 'Lagre frister');
  };
  await setDays('3 uker');
  await expect(office.getByText('Skriv et tall fra 0 til 365').first()).toBeVisible();
  await setDays('5');
  await expect(office.getByRole('listitem').filter({ hasText: word })).toContainText(
    '5 virkedager',
  );

  const number = await report(resident, 'flat/203', thing, 'Det er noe bak ovnen.');
  await setDays('');
  await expect(office.getByRole('listitem').filter({ hasText: word })).toContainText('ingen frist');

  const page = await phone(browser, resident, `${home}/saker/${number}`);
  await expect(now(page)).toContainText('Forventet innen');

  await office.goto(`/boligbygg/saker/${number}`);
  await office.getByLabel('Til behandling').check();
  await office.getByLabel('Forklaring til beboeren').fill('Vi bestiller en reparatør.');
  await press(office, 'Lagre status');
  await unfold(office, 'Spør beboeren');
  await office.getByLabel('Spørsmål').fill('Når kan reparatøren komme?');
  const row = (n: number) => office.getByRole('group', { name: `Forslag ${n}` });
  await row(1).getByLabel('Dag').fill(dayIn(2));
  await row(1).getByLabel('Fra').fill('10:00');
  await press(office, 'Send spørsmålet');
  await expect(office.getByText('Skriv klokkeslett').first()).toBeVisible();
  await expect(office.getByLabel('Spørsmål')).toHaveValue('Når kan reparatøren komme?');
  await row(1).getByLabel('Til').fill('12:00');
  await row(2).getByLabel('Dag').fill(dayIn(3));
  await row(2).getByLabel('Fra').fill('14:00');
  await row(2).getByLabel('Til').fill('15:30');
  await press(office, 'Send spørsmålet');
  await expect(now(office)).toContainText('Hos beboeren');

  await page.reload();
  const told = page.getByRole('listitem').filter({ hasText: 'Vi bestiller en reparatør.' });
  await expect(told).toContainText('Til behandling');
  await expect(page.getByText('Når kan reparatøren komme?').first()).toBeVisible();
  await page.getByLabel('Klokka 14:00–15:30').check();
  await page.getByLabel('Svaret ditt').fill('Ring på hos Amina.');
  await press(page, 'Send svar');
  await expect(now(page)).toContainText(/Avtalt besøk.*14:00–15:30/s);
  await expect(page.getByRole('button', { name: 'Send svar' })).toHaveCount(0);
  await office.reload();
  await expect(now(office)).toContainText(/Avtalt besøk.*Hos oss/s);
  await expect(office.getByText('Ring på hos Amina.')).toBeVisible();

  const desk = await phone(browser, consultant, `${home}/drift/saker?hos=boligbygg`);
  const card = desk.getByRole('listitem').filter({ hasText: `Sak ${number}` });
  await card.getByRole('link', { name: word }).click();
  await unfold(desk, 'Purr på Boligbygg');
  await desk.getByLabel('Hva vil du si til Boligbygg?').fill('Hun har to små barn.');
  await press(desk, 'Purr på Boligbygg');
  await expect(now(desk)).toContainText('Purret 1 gang');
  await expect(desk.getByText('Hun har to små barn.')).toBeVisible();
  await expect(desk.getByRole('button', { name: 'Purr på Boligbygg' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Purret på Boligbygg')).toBeVisible();
  await expect(page.getByText('Hun har to små barn.')).toHaveCount(0);
});

test('two cases of one fault are merged and split again, and an announced outage collects the next report', async ({
  browser,
}) => {
  const outage = 'Knappene byttes.';
  const lift = 'lift-16';
  const first = await report(resident, lift, 'lift_button', 'Alarmen lyser.');
  const second = await report(household, lift, 'lift_button', 'Knappen til 4. henger.');
  const desk = await phone(browser, consultant, `${home}/saker/${second}`);
  await unfold(desk, 'Samle med en annen sak');
  await press(desk, 'Samle sakene');
  await expect(desk.getByRole('alert')).toBeVisible();
  await desk.getByRole('radio', { name: `Sak ${first}` }).check();
  await press(desk, 'Samle sakene');
  await expect(now(desk)).toContainText('Samlet med en annen sak');

  const writer = await phone(browser, household, `${home}/saker/${second}`);
  await writer.getByRole('link', { name: `Følg sak ${first}` }).click();
  await expect(now(writer)).toContainText('2 har dette');
  await expect(writer.getByText('Alarmen lyser.')).toHaveCount(0);

  await desk.goto(`${home}/saker/${first}`);
  await desk.getByRole('link', { name: String(second) }).click();
  await press(desk, 'Ta saken ut igjen');
  await expect(now(desk)).toContainText('Mottatt');
  await writer.reload();
  await expect(now(writer)).not.toContainText('2 har dette');

  await desk.goto(`${home}/saker/${first}`);
  await unfold(desk, 'Legg ut driftsmelding');
  await desk.getByLabel('Hva vet vi?').fill(outage);
  await desk.getByLabel('Hvilken dag er hjelp ventet?').fill(dayIn(1));
  await press(desk, 'Legg ut');
  const guest = await browser.newPage();
  await guest.goto(process.env['E2E_URL']! + home);
  await expect(guest.getByText(outage)).toBeVisible();
  const third = await report(neighbour, lift, 'lift_button', 'Knappene virker ikke.');
  const late = await phone(browser, neighbour, `${home}/saker/${third}`);
  await expect(late.getByRole('link', { name: `Følg sak ${first}` })).toBeVisible();

  await desk.reload();
  await unfold(desk, 'Endre driftsmeldingen');
  await press(desk, 'Ta bort driftsmeldingen');
  await guest.reload();
  await expect(guest.getByText(outage)).toHaveCount(0);
  const office = await phone(browser, CAST.landlord, `/boligbygg/saker/${second}`);
  await office.getByLabel('Avsluttet uten tiltak').check();
  await office.getByLabel('Forklaring til alle i gården').fill('Knappen er hel.');
  await press(office, 'Lagre status');
  // The next run needs a lift without a reported fault.
  await office.goto(`/boligbygg/saker/${first}`);
  await office.getByLabel('Utbedret').check();
  await press(office, 'Lagre status');

  await writer.goto(`${home}/saker/${second}`);
  await expect(now(writer)).toContainText('Knappen er hel.');
  await writer.getByLabel('Hvorfor er du uenig?').fill('Den henger fortsatt.');
  await press(writer, 'Jeg er uenig');
  await expect(now(writer)).toContainText('åpnet igjen');
  await expect(writer.getByRole('button', { name: 'Jeg er uenig' })).toHaveCount(0);

  await late.goto(`${home}/saker/${first}`);
  await press(late, 'Ikke fikset');
  await expect(late.getByText('Du har sagt at det ikke er fikset.')).toBeVisible();
  await expect(now(late)).toContainText('Utbedret');
  await office.goto(`/boligbygg/saker/${second}`);
  await office.getByLabel('Utbedret').check();
  await press(office, 'Lagre status');
});
