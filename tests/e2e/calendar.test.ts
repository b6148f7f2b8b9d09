import { expect, request, test } from '../support/browser-test.ts';
import ICAL from 'ical.js';
import { CAST } from '../support/cast.ts';
import { baseUrl, sql } from '../support/demo-portal.ts';
import { demoId } from '../support/demo.ts';
import { phone } from '../support/phone.ts';
import { periods } from '../../src/lib/numbers.ts';
import { milliseconds } from '../../src/lib/time.ts';

const activities = '/drobakgata-1/aktiviteter';
const calendarPage = `${activities}/kalender`;

/** As a calendar app requests it: no cookies, no browser. */
async function fetchCalendar(address: string, headers: Record<string, string> = {}) {
  const app = await request.newContext({ baseURL: baseUrl() });
  const answer = await app.get(address, { headers });
  const text = await answer.text();
  await app.dispose();
  return { status: answer.status(), headers: answer.headers(), text };
}
const eventsOf = (text: string) =>
  new ICAL.Component(ICAL.parse(text) as never[])
    .getAllSubcomponents('vevent')
    .map((one) => new ICAL.Event(one));

const dates = (name: string) =>
  sql<{ id: string; starts_at: Date; ends_at: Date }>(
    `select s.id, s.starts_at, s.ends_at from public.activity_sessions s where s.activity_id = $1 order by s.starts_at`,
    [demoId(`drobakgata-1/${name}`)],
  );

test('the calendar of a building has every public date from thirty days back to a year ahead at its exact time, and no date for residents only', async () => {
  const { status, headers, text } = await fetchCalendar(`${activities}.ics`);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/calendar; charset=utf-8');
  expect(headers['content-disposition']).toContain('filename="drobakgata-1.ics"');
  expect(headers['cache-control']).toBe('public, max-age=900');
  const events = eventsOf(text);
  const cafe = await dates('cafe');
  // The demo begins earlier and is extended further ahead on some weekdays.
  const [from, to] = [
    Date.now() - milliseconds(periods.calendar_back),
    Date.now() + 366 * 86_400_000,
  ];
  const isShown = ({ starts_at }: { starts_at: Date }) => starts_at.getTime() > from && starts_at.getTime() < to; // prettier-ignore
  expect(cafe.filter(isShown).length).toBeGreaterThan(3);
  for (const date of cafe) {
    const event = events.find(({ uid }) => uid.startsWith(date.id));
    expect(event?.startDate.toJSDate()).toEqual(isShown(date) ? date.starts_at : undefined);
    expect(event?.endDate.toJSDate()).toEqual(isShown(date) ? date.ends_at : undefined);
  }
  const titles = events.map(({ summary }) => summary);
  expect(titles).not.toContain('Beboermøte');
  expect(titles).not.toContain('Sykkelverksted');
  const cinema = events.find(({ summary }) => summary.includes('Utekino'))!;
  expect(cinema.summary).toBe('Avlyst: Utekino');
  expect(cinema.component.getFirstPropertyValue('status')).toBe('CANCELLED');
});

test('the calendar of a building is the same for its residents', async ({ browser }) => {
  const page = await phone(browser, CAST.drobak.resident);
  const answer = await page.request.get(`${activities}.ics`);
  expect(eventsOf(await answer.text()).map(({ summary }) => summary)).not.toContain('Beboermøte');
  expect(answer.headers()['cache-control']).toContain('private');
});

test('a calendar app that has the current file gets 304, and may use HEAD', async () => {
  const { headers, text } = await fetchCalendar(`${activities}.ics`);
  const again = await fetchCalendar(`${activities}.ics`, { 'if-none-match': headers['etag']! });
  expect([again.status, again.text]).toEqual([304, '']);
  expect(again.headers['etag']).toBe(headers['etag']);
  const other = await fetchCalendar(`${activities}.ics`, { 'if-none-match': 'W/"other"' });
  expect([other.status, eventsOf(other.text).length]).toEqual([200, eventsOf(text).length]);
  const app = await request.newContext({ baseURL: baseUrl() });
  const head = await app.head(`${activities}.ics`);
  expect([head.status(), head.headers()['etag']]).toEqual([200, headers['etag']]);
  expect(await head.text()).toBe('');
  await app.dispose();
});

test('an activity can be added to a calendar by everybody who may see it', async ({ browser }) => {
  const page = await phone(browser, CAST.drobak.resident, calendarPage.replace('/kalender', ''));
  await page.getByRole('link', { name: 'Norsk kafé' }).first().click();
  const href = await page.getByRole('link', { name: 'Legg i kalenderen' }).getAttribute('href');
  const file = await fetchCalendar(href!);
  expect(eventsOf(file.text)).toHaveLength((await dates('cafe')).length);
  const meeting = `${activities}/${demoId('drobakgata-1/meeting')}.ics`;
  expect((await fetchCalendar(meeting)).status).toBe(404);
  const mine = await page.request.get(meeting);
  expect(eventsOf(await mine.text()).map(({ summary }) => summary)).toEqual(['Beboermøte']);
  const draft = `${activities}/${demoId('drobakgata-1/bike-repair')}.ics`;
  expect((await page.request.get(draft)).status()).toBe(404);
  expect((await fetchCalendar(`/stovner-senter${href!.slice(13)}`)).status).toBe(404);
  expect((await fetchCalendar(`${activities}/tull.ics`)).status).toBe(404);
});

test('a resident makes a calendar link, a phone reads it without signing in, and the resident ends it @nojs', async ({
  browser,
}) => {
  // Two projects run this at the same time: each has its own person, or they would end each other's link.
  const who = test.info().project.name === 'no-js' ? CAST.stovner.neighbour : CAST.drobak.neighbour;
  const page = await phone(browser, who, '/mitt');
  const section = page.locator('#kalender');
  const shown = async () => (await section.getByText(/https?:/).innerText()).trim();
  await section.getByRole('button', { name: /^Lag (ny )?lenke$/ }).click();
  await expect(section).toContainText('Den vises bare nå');
  const address = await shown();
  const open = section.getByRole('link', { name: 'Åpne i kalenderen' });
  await expect(open).toHaveAttribute('href', address.replace(/^https?/, 'webcal'));

  const read = await fetchCalendar(address);
  expect(read.status).toBe(200);
  expect(read.headers['cache-control']).toContain('private');
  expect(read.headers['referrer-policy']).toBe('no-referrer');
  if (who === CAST.drobak.neighbour)
    expect(eventsOf(read.text).map(({ summary }) => summary)).toContain('Barnas matkurs');

  await page.goto('/mitt');
  await expect(section).not.toContainText(address);
  await section.getByRole('button', { name: 'Lag ny lenke' }).click();
  const anew = await shown();
  expect(anew).not.toBe(address);
  expect((await fetchCalendar(address)).status).toBe(404);
  expect((await fetchCalendar(anew)).status).toBe(200);

  await section.getByRole('button', { name: 'Avslutt lenken' }).click();
  await expect(page.getByRole('status')).toContainText('Lenken virker ikke lenger');
  expect((await fetchCalendar(anew)).status).toBe(404);
  await expect(section.getByRole('button', { name: 'Lag lenke' })).toBeVisible();
});

test('the month is navigated by keyboard, to the page of an activity @desktop', async ({
  page,
}) => {
  await page.goto(calendarPage);
  const isWide = test.info().project.name === 'desktop';
  const month = page.getByRole('button', { name: 'Måned' });
  await expect(month).toHaveAttribute('aria-pressed', String(isWide));
  await month.focus();
  await page.keyboard.press('Enter');
  await expect(month).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('grid').getByRole('columnheader').first()).toHaveText('man.');

  const title = page.locator('.fc-toolbar-title');
  const before = await title.innerText();
  await page.getByRole('button', { name: 'Neste' }).focus();
  await page.keyboard.press('Enter');
  await expect(title).not.toHaveText(before);
  await page.getByRole('button', { name: 'Forrige' }).focus();
  await page.keyboard.press('Enter');
  await expect(title).toHaveText(before);

  const cafe = page.getByRole('link', { name: /11:00\s*Norsk kafé/ }).first();
  await cafe.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Norsk kafé');
});

test('the calendar shows Oslo time on a phone that is set to another time zone', async ({
  browser,
}) => {
  const context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(`${baseUrl()}${calendarPage}`);
  await page.getByRole('button', { name: 'Liste' }).click();
  const cafe = page.getByRole('row', { name: /Norsk kafé/ }).first();
  await expect(cafe).toContainText('11:00–12:30');
  const cinema = page.getByRole('row', { name: /Utekino/ });
  await expect(cinema).toContainText('Avlyst');
  await expect(cinema.locator('s')).toHaveText('Utekino');
  await expect(cinema.getByRole('link')).toHaveAttribute('href', /\/aktiviteter\//);
  await context.close();
});

test('a failed request for the month is reported, with the list as an alternative', async ({
  page,
}) => {
  await page.route('**/kalender.json?*', (route) => route.fulfill({ status: 500 }));
  await page.goto(calendarPage);
  await expect(page.getByRole('alert')).toContainText('Vi fikk ikke hentet kalenderen');
  await page.getByRole('link', { name: 'Vis liste' }).click();
  await expect(page.getByRole('link', { name: 'Vis kalender' })).toBeVisible();
});

test('without JavaScript the calendar page explains that and links to the list', async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${baseUrl()}${calendarPage}`);
  expect(await page.locator('noscript').innerText()).toContain('trenger JavaScript');
  await page.getByRole('link', { name: 'Vis liste' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hva skjer');
  await context.close();
});

test('a request covers 1 to 100 days, and each person gets the dates they may see', async ({
  browser,
}) => {
  const ask = `${activities}/kalender.json?start=2026-01-01&end=`;
  for (const end of ['2026-01-01', '2026-04-12', '2025-12-31', 'x', ''])
    expect((await fetchCalendar(ask + end)).status, end).toBe(400);
  expect((await fetchCalendar(`${ask}2026-04-11`)).status).toBe(200);

  const [meeting] = await dates('meeting');
  const day = (shift: number) =>
    new Date(meeting!.starts_at.getTime() + shift * 86_400_000).toISOString().slice(0, 10);
  const around = `${activities}/kalender.json?start=${day(-2)}&end=${day(2)}`;
  expect((await fetchCalendar(around)).text).not.toContain('Beboermøte');
  const page = await phone(browser, CAST.drobak.resident);
  expect(await (await page.request.get(around)).text()).toContain('Beboermøte');
});
