import { expect, test, type Browser, type Page } from '../support/browser-test.ts';
import { osloDay } from '../../src/lib/time.ts';
import { CAST } from '../support/cast.ts';
import { readCode } from '../support/codes.ts';
import { baseUrl, sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';

const desk = '/drobakgata-1/drift/aktiviteter';
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
/** The page at the door sends the browser to the row that was tapped; the answer has arrived when the count has. */
const count = (page: Page) => page.locator('main p.sticky');

interface Wish {
  places: number | null;
  /** First names on the list, and the size of each party. */
  guests?: Record<string, number>;
  /** Hours from now to its start. */
  starts?: number;
}
/** A published activity of Drøbakgata 1, inserted without the form, which other tests cover. */
async function make({ places, guests = {}, starts = 0.2 }: Wish) {
  const [made] = await sql(
    `with a as (insert into activities (block_id, kind, title, body, status, capacity)
        select id, 'course', 'Dørprøve ' || substr(gen_random_uuid()::text, 1, 8), 'Vi øver.', 'published', $1::int
        from blocks where slug = 'drobakgata-1' returning *)
    insert into activity_sessions (activity_id, block_id, starts_at, ends_at)
    select id, block_id, now() + $2 * interval '1 hour', now() + $2 * interval '1 hour' + interval '1 hour' from a
    returning activity_id as id, (select title from a), (select slug from a), starts_at::text`,
    [places, starts],
  );
  for (const [name, size] of Object.entries(guests))
    await sql(
      `insert into signups (activity_id, block_id, first_name, party_size, status, signed_up_at)
       select id, block_id, $2, $3, 'signed_up', now() from activities where id = $1`,
      [made!['id'], name, size],
    );
  const { id, title, slug, starts_at } = made as Record<
    'id' | 'title' | 'slug' | 'starts_at',
    string
  >;
  return { id, title, slug, day: osloDay(new Date(starts_at)) };
}
const consultantAt = (browser: Browser, address: string) =>
  phone(browser, CAST.drobak.consultant, address);

test('at the door one tap checks in the whole party, another undoes it, and a smaller number can be given @nojs', async ({
  browser,
}) => {
  const { id, day } = await make({ places: 12, guests: { Halima: 3, Per: 1 } });
  const page = await consultantAt(browser, `${desk}/${id}`);
  await page.getByRole('link', { name: 'Kryss av i døra' }).click();
  await expect(page).toHaveURL(new RegExp(`/dor/${day}$`));
  await expect(count(page)).toHaveText('0 av 4 har kommet');

  await press(page, /^Halima \+ 2/);
  await expect(count(page)).toHaveText('3 av 4 har kommet');
  await press(page, 'Én færre med Halima');
  await expect(count(page)).toHaveText('2 av 4 har kommet');
  await press(page, /^Per/);
  await expect(count(page)).toHaveText('3 av 4 har kommet');
  await expect(page.getByRole('button', { name: /^Per/ })).toHaveAttribute('aria-pressed', 'true');
  await press(page, /^Per/);
  await expect(count(page)).toHaveText('2 av 4 har kommet');
  const small = await page
    .locator('main form button')
    .evaluateAll(
      (all) => all.filter((one) => one.clientHeight > 0 && one.clientHeight < 44).length,
    );
  expect(small).toBe(0);
});

test('two phones that check in the same person count them once', async ({ browser }) => {
  const { id, day } = await make({ places: 12, guests: { Halima: 3 } });
  const address = `${desk}/${id}/dor/${day}`;
  const [one, two] = [await consultantAt(browser, address), await consultantAt(browser, address)];
  await press(one, /^Halima/);
  await press(two, /^Halima/);
  await expect(count(one)).toHaveText('3 av 3 har kommet');
  await expect(count(two)).toHaveText('3 av 3 har kommet');
});

test('a person who is not on the list is added and checked in when there is room @nojs', async ({
  browser,
}) => {
  const { id, day } = await make({ places: 3, guests: { Per: 1 } });
  const page = await consultantAt(browser, `${desk}/${id}/dor/${day}`);
  await page.getByText('En som ikke står på lista').click();
  await page.getByLabel('Fornavn').fill('Solveig');
  await page.getByLabel('Hvor mange kommer?').fill('2');
  await press(page, 'Skriv opp og kryss av');
  await expect(count(page)).toHaveText('2 av 3 har kommet');
  await page.getByText('En som ikke står på lista').click();
  await expect(page.getByText('Alle plassene er tatt.')).toBeVisible();
  await expect(page.getByLabel('Fornavn')).toHaveCount(0);
});

test('the attendance of a drop-in is counted by taps or entered as a number @nojs', async ({
  browser,
}) => {
  const { id, day } = await make({ places: null });
  const page = await consultantAt(browser, `${desk}/${id}/dor/${day}`);
  await press(page, '+1');
  await expect(count(page)).toHaveText('1 har kommet');
  await press(page, '+5');
  await expect(count(page)).toHaveText('6 har kommet');
  await press(page, '−1');
  await expect(count(page)).toHaveText('5 har kommet');
  await page.getByText('Skriv tallet').click();
  await page.getByLabel('Hvor mange kom?').fill('31');
  await press(page, 'Lagre tallet');
  await expect(count(page)).toHaveText('31 har kommet');
});

test('a past date can be checked in afterwards, and an unknown date is not found', async ({
  browser,
}) => {
  const { id, day } = await make({ places: 5, guests: { Per: 1 }, starts: -48 });
  const page = await consultantAt(browser, `${desk}/${id}/dor/${day}`);
  await expect(page.getByText('Dette er ikke i dag.')).toBeVisible();
  await press(page, /^Per/);
  await expect(count(page)).toHaveText('1 av 1 har kommet');
  for (const name of ['2026-02-31', '2001-01-01', 'i-dag'])
    expect((await page.goto(`${desk}/${id}/dor/${name}`))?.status()).toBe(404);
});

test('the consultant signs up a resident and a guest, ends one sign-up, and the next in line gets in @nojs', async ({
  browser,
}) => {
  test.slow(); // the sign-up list through a whole evening
  const { id } = await make({ places: 3, starts: 72 });
  const page = await consultantAt(browser, `${desk}/${id}`);
  const signUp = async (fill: () => Promise<unknown>, size: string) => {
    await page.getByText('Meld på en beboer').click();
    await fill();
    await page.getByLabel('Hvor mange kommer?').fill(size);
    await page.getByRole('button', { name: 'Meld på', exact: true }).click();
  };
  const firstName = (name: string) => () => page.getByLabel('Fornavn').fill(name);
  await signUp(
    () => page.getByLabel('Beboer med konto').selectOption({ label: 'Amina (A201)' }),
    '2',
  );
  await expect(page.getByRole('status')).toContainText('Påmeldt.');
  await signUp(firstName('Halima'), '3');
  await expect(page.getByRole('status')).toContainText('Det var ikke plass.');
  await expect(page.getByText('2 av 3 plasser er tatt · 3 venter')).toBeVisible();
  const waiting = page.getByRole('list', { name: 'Venteliste' });
  await expect(waiting).toContainText('De er 3, og det er 1 ledig.');

  await page.getByText('Meld på en beboer').click();
  await page.getByRole('button', { name: 'Meld på', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('Velg en beboer eller skriv et fornavn');

  const amina = page.getByRole('listitem').filter({ hasText: 'Amina + 1' });
  await amina.locator('summary').click();
  await amina.getByRole('button', { name: 'Ja, meld av' }).click();
  await expect(page.getByRole('status')).toContainText('Meldt av.');
  const signedUp = page.getByRole('list', { name: 'Påmeldte' });
  await expect(signedUp).toContainText('Halima + 2');
  await expect(signedUp).toContainText('fikk plass fra ventelista');
  await page.getByText('Ikke med lenger (1)').click();
  await expect(page.getByText('Ble meldt av fra lista')).toBeVisible();
});

test('a message on the page of the activity reaches those on the list @nojs', async ({
  browser,
  page: stranger,
}) => {
  const { id } = await make({ places: 3, guests: { Per: 1 }, starts: 72 });
  const address = `/drobakgata-1/aktiviteter/${id}`;
  const resident = await phone(browser, CAST.drobak.resident, address);
  await press(resident, 'Meld deg på');
  const page = await consultantAt(browser, `${desk}/${id}`);
  await page.getByText('Send beskjed til alle på lista').click();
  await expect(page.getByText('1 som er påmeldt, er tilbudt plass eller venter.')).toBeVisible();
  await expect(page.getByText('1 på lista har ikke konto')).toBeVisible();
  await page.getByLabel('Beskjed').fill('Ta med <b>saks</b> & lim');
  await press(page, 'Send beskjeden');
  await expect(page.getByRole('status')).toContainText('Beskjeden er sendt.');
  await resident.goto(address);
  await expect(resident.getByText('Ta med <b>saks</b> & lim')).toBeVisible();
  await stranger.goto(address);
  await expect(stranger.getByText('Ta med')).toHaveCount(0);
});

test('a translated text is on the page for readers who ask for it or use that language @nojs', async ({
  browser,
  page: reader,
}) => {
  const { id, title } = await make({ places: 3, starts: 72 });
  const page = await consultantAt(browser, `${desk}/${id}`);
  const add = async (language: string, name: string, text: string) => {
    await page.getByText('Teksten på andre språk').click();
    await page.getByText('Legg til et språk').click();
    const form = page.locator('details[open] details[open]');
    await form.getByLabel('Språk', { exact: true }).selectOption({ label: language });
    await form.getByLabel('Oversatt navn').fill(name);
    await form.getByLabel('Oversatt tekst').fill(text);
    await form.getByRole('button', { name: 'Lagre teksten' }).click();
    await expect(page.getByRole('status')).toContainText('Teksten er lagret.');
  };
  await add('العربية', 'تمرين', 'نتدرب معا.');
  await add('English', 'Practice', 'We practise.');
  const address = `/drobakgata-1/aktiviteter/${id}`;
  await reader.goto(address);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText(title);
  await reader.getByRole('link', { name: 'العربية' }).click();
  await expect(reader.getByText('نتدرب معا.')).toBeVisible();
  await expect(reader.locator('[lang=ar][dir=rtl]').filter({ hasText: 'تمرين' })).toBeVisible();
  await reader.goto(`${address}?lang=en`);
  await expect(reader.getByRole('heading', { level: 1 })).toHaveText('Practice');
  await reader.getByRole('link', { name: 'Norsk' }).first().click();
  await expect(reader.getByText('Vi øver.')).toBeVisible();
});

test('the poster is one sheet with a code and a short address that leads to the activity', async ({
  browser,
  request,
}) => {
  const { id, title, slug } = await make({ places: 3, starts: 72 });
  await sql(`update activities set body = repeat('Kom og øv med oss. ', 200) where id = $1`, [id]);
  await sql(
    `insert into activity_translations (activity_id, block_id, language, title, body)
     select id, block_id, l, 'Practice with all the neighbours', repeat('Come and practise. ', 150)
     from activities, unnest('{en,ar,so,ti,ur,pl}'::text[]) l where id = $1`,
    [id],
  );
  const page = await consultantAt(browser, `${desk}/${id}/plakat`);
  const sheet = page.getByRole('article');
  await expect(sheet.getByRole('heading', { name: title })).toBeVisible();
  await expect(sheet.getByRole('heading', { name: 'Practice' })).toHaveCount(6);
  const code = sheet.getByRole('img', { name: new RegExp(`/a/${slug}$`) });
  expect(await readCode(await code.screenshot())).toBe(`${baseUrl()}/a/${slug}`);
  const texts = sheet.locator('.texts');
  expect(await texts.evaluate((all) => all.scrollHeight <= all.clientHeight)).toBe(true);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);

  const short = await request.get(`/a/${slug.toUpperCase()}`, { maxRedirects: 0 });
  expect(short.status()).toBe(302);
  expect(short.headers()['location']).toBe(`/drobakgata-1/aktiviteter/${id}`);
  await sql('update activities set is_public = false where id = $1', [id]);
  for (const unknown of [slug, 'bcdfgh', 'x', '%00', "a'b"])
    expect((await request.get(`/a/${unknown}`, { maxRedirects: 0 })).status()).toBe(404);
});

test('the door, the poster and the list are not found by a resident and by the consultant of another building', async ({
  browser,
}) => {
  const { id, day } = await make({ places: 3, guests: { Per: 1 } });
  for (const email of [CAST.drobak.resident, CAST.stovner.consultant]) {
    const page = await phone(browser, email);
    for (const end of ['', `/dor/${day}`, '/plakat'])
      expect((await page.goto(`${desk}/${id}${end}`))?.status()).toBe(404);
  }
});
