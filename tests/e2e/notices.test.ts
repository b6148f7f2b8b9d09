import { expect, test, type Browser, type Locator, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { pressAnyway, signIn, sql } from '../support/demo-portal.ts';
import { phone } from '../support/phone.ts';
import { plain } from '../support/pictures.ts';
import { readCode } from '../support/codes.ts';

const home = '/drobakgata-1';
const desk = `${home}/drift/oppslag`;

/** Each project and run writes its own notice, and removes it when the test fails half-way. */
let title: string;
test.beforeEach(async ({ context }) => {
  title = `Prøveoppslag ${crypto.randomUUID().slice(0, 8)}`;
  await signIn(context, CAST.drobak.consultant);
});
test.afterEach(() => sql('delete from public.notices where title like $1', [`%${title}%`]));

/** The date in a number of days in Oslo, as a date field takes it. */
const dayIn = (days: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' }).format(
    Date.now() + days * 86_400_000,
  );
const unfold = (page: Page, what: string) => page.locator('summary', { hasText: what }).click();
const fill = async (page: Page) => {
  await page.getByLabel('Overskrift').fill(title);
  await page.getByLabel('Tekst').fill('Første linje.\nAndre linje <b>med tegn</b>.');
};
const publish = (page: Page) => page.getByRole('button', { name: 'Publiser', exact: true }).click();
const idOf = async () =>
  (await sql<{ id: string }>('select id from public.notices where title = $1', [title]))[0]!.id;
const visitorOf = async (browser: Browser) => (await browser.newContext()).newPage();

async function urgent(page: Page) {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await unfold(page, 'Viktighet og tid');
  await page.getByRole('radio', { name: 'Akutt' }).check();
}

test('a notice is published in four taps from the desk, changed, taken down and deleted @nojs', async ({
  page,
  browser,
}) => {
  let taps = 0;
  const tap = async (what: Locator) => {
    taps++;
    await what.tap();
  };
  await page.goto(`${home}/drift`);
  await tap(page.getByRole('link', { name: 'Nytt oppslag' }));
  await tap(page.getByLabel('Overskrift'));
  await page.keyboard.type(title);
  await tap(page.getByLabel('Tekst'));
  await page.keyboard.type('Andre linje <b>med tegn</b>.');
  await tap(page.getByRole('button', { name: 'Publiser', exact: true }));
  await expect(page.getByRole('status')).toContainText('Oppslaget er publisert.');
  expect(taps).toBe(4);

  const visitor = await visitorOf(browser);
  await visitor.goto(`${home}/oppslag`);
  const article = visitor.getByRole('article').filter({ hasText: title });
  await expect(article).toContainText('Andre linje <b>med tegn</b>.');
  await visitor.goto('/stovner-senter/oppslag');
  await expect(visitor.getByText(title)).toHaveCount(0);

  await page.getByRole('link', { name: title }).click();
  await page.getByRole('link', { name: 'Endre' }).click();
  await page.getByLabel('Overskrift').fill(`${title} på nytt`);
  await page.getByRole('button', { name: 'Lagre endringene' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er lagret.');
  await visitor.goto(`${home}/oppslag`);
  await expect(article).toContainText(`${title} på nytt`);
  await expect(article).toContainText(/Endret \d/);

  await unfold(page, 'Ta ned oppslaget');
  await page.getByRole('button', { name: 'Ta ned oppslaget' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er tatt ned.');
  await visitor.goto(`${home}/oppslag`);
  await expect(visitor.getByText(title)).toHaveCount(0);
  await unfold(page, 'Slett oppslaget');
  await page.getByRole('button', { name: 'Slett oppslaget' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er slettet.');
  await visitor.context().close();
});

test('a notice is previewed as on a phone and as a poster, and then published', async ({
  page,
  request,
}) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await page.getByRole('button', { name: 'Se det først' }).click();
  await expect(page.getByRole('main')).toContainText('Utkast');
  await expect(page.getByRole('article')).toContainText('Første linje.');
  expect(await (await request.get(`${home}/oppslag`)).text()).not.toContain(title);
  await page.getByRole('link', { name: 'Plakat' }).click();
  await expect(page.getByRole('article').getByRole('heading', { name: title })).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Publiser nå' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er publisert.');
  expect(await (await request.get(`${home}/oppslag`)).text()).toContain(title);
});

test('a notice for a later day is not shown before that day', async ({ page, request }) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await unfold(page, 'Viktighet og tid');
  await page.getByLabel('Publiser den').fill(dayIn(2));
  await page.getByLabel('Klokka').fill('09:30');
  await publish(page);
  await expect(page.getByRole('status')).toContainText('til tiden du valgte');
  await expect(page.getByRole('listitem').filter({ hasText: title })).toContainText(
    'Publiseres senere',
  );
  expect(await (await request.get(`${home}/oppslag`)).text()).not.toContain(title);
});

test('an urgent notice is a band on every page of its building and no other @nojs', async ({
  page,
  browser,
}) => {
  await urgent(page);
  await page.getByLabel('Gjelder til og med').fill(dayIn(1));
  await publish(page);
  await expect(page).toHaveURL(desk);
  const visitor = await visitorOf(browser);
  const band = visitor.getByText(`Akutt: ${title}`);
  for (const path of ['', '/oppslag']) {
    await visitor.goto(home + path);
    await expect(band).toBeVisible();
    await visitor.goto(`/stovner-senter${path}`);
    await expect(band).toHaveCount(0);
  }
  for (const path of [`${home}/drift/garden`, '/konto', '/personvern']) {
    await page.goto(path);
    await expect(page.getByText(`Akutt: ${title}`)).toBeVisible();
  }
  await sql(
    `update public.notices set published_at = now() - interval '2 hours', ends_at = now() - interval '1 second' where title = $1`,
    [title],
  );
  await visitor.goto(home);
  await expect(band).toHaveCount(0);
  await visitor.context().close();
});

test('residents of a stair read its notice; the link on a poster asks others to sign in @nojs', async ({
  page,
  browser,
}) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await unfold(page, 'Hvem det er til');
  await page.getByRole('radio', { name: 'Noen oppganger' }).check();
  await page.getByRole('checkbox', { name: 'Oppgang A' }).check();
  await publish(page);
  await expect(page).toHaveURL(desk);
  const id = await idOf();
  const address = `${home}/oppslag/${id}`;
  const seenBy = async (who: string) => {
    const reader = await phone(browser, who);
    const list = await (await reader.request.get(`${home}/oppslag`)).text();
    const status = (await reader.request.get(address)).status();
    await reader.context().close();
    return [list.includes(title), status];
  };
  expect(await seenBy(CAST.drobak.resident)).toEqual([true, 200]);
  expect(await seenBy(CAST.drobak.neighbour)).toEqual([false, 404]);
  expect(await seenBy(CAST.stovner.resident)).toEqual([false, 404]);
  const readers = () => sql('select from private.notice_readers where notice_id = $1', [id]);
  await expect.poll(readers, 'read twice by one').toHaveLength(1);
  const visitor = await visitorOf(browser);
  const answer = await visitor.request.get(address, { maxRedirects: 0 });
  expect(answer.headers()['location']).toBe(`/logg-inn?til=${encodeURIComponent(address)}`);
  await visitor.context().close();
});

test('families opt in to notices for them, and out again @nojs', async ({ browser }) => {
  const reader = await phone(browser, CAST.stovner.neighbour, '/konto');
  await reader.getByRole('button', { name: 'Ja, jeg vil ha dem' }).click();
  await expect(reader.getByRole('status')).toContainText('Nå får du oppslag');
  await reader.getByRole('button', { name: 'Nei takk' }).click();
  await expect(reader.getByRole('button', { name: 'Ja, jeg vil ha dem' })).toBeVisible();
  await reader.context().close();
});

test('a picture needs a description and consent, is kept meanwhile, and is hidden when somebody asks @nojs', async ({
  page,
  browser,
}) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await unfold(page, 'Bilde');
  const buffer = await plain(40, 30).jpeg().toBuffer();
  await page.getByLabel('Velg et bilde').setInputFiles({
    ...{ name: 'a.jpg', mimeType: 'image/jpeg', buffer },
  });
  await page.getByRole('radio', { name: 'En eller flere personer' }).check();
  await publish(page);
  await expect(page.getByRole('alert')).toContainText('Skriv hva bildet viser.');
  await expect(page.getByRole('alert')).toContainText('må ha samtykke');
  await page.getByLabel('Hva viser bildet?').fill('To naboer på benken');
  await page.getByRole('checkbox', { name: 'Alle på bildet har sagt ja' }).check();
  await publish(page);
  await expect(page).toHaveURL(desk);

  const visitor = await visitorOf(browser);
  const address = `${home}/oppslag/${await idOf()}?fjern=bilde`;
  await visitor.goto(address);
  const picture = visitor.getByRole('img', { name: 'To naboer på benken' });
  await expect(picture).toBeVisible();
  const src = (await picture.getAttribute('src'))!;
  expect((await visitor.request.get(src)).headers()['content-type']).toBe('image/webp');
  await visitor.getByLabel('Hvorfor?').fill('Det er meg');
  await visitor.getByRole('button', { name: 'Be om å få fjernet bildet' }).click();
  await expect(visitor.getByRole('status')).toContainText('Bildet er skjult.');
  await expect(picture).toHaveCount(0);
  expect((await visitor.request.get(src)).status()).toBe(404);

  await page.goto(`${home}/drift`);
  await expect(page.getByText('Noen vil ha bildet fjernet').first()).toBeVisible();
  await page.goto(`${desk}/${await idOf()}`);
  await expect(page.getByText('«Det er meg»')).toBeVisible();
  await page.getByRole('button', { name: 'La det stå' }).click();
  await expect(page.getByRole('status')).toContainText('Bildet vises igjen.');
  await visitor.goto(address);
  await visitor.getByRole('button', { name: 'Be om å få fjernet bildet' }).click();
  await expect(visitor.getByRole('alert')).toContainText('Det er bedt om dette herfra i dag.');
  await visitor.context().close();
});

test('a translation stands beside the original, comes first for its readers, and is marked when the original changes', async ({
  page,
  browser,
}) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await publish(page);
  const id = await idOf();
  await page.goto(`${desk}/${id}/sprak?sprak=pl`);
  await expect(page.getByText('Første linje.')).toBeVisible();
  await page.getByLabel('Overskrift').fill('Próba');
  await page.getByLabel('Tekst').fill('Pierwsza linia.');
  await page.getByRole('button', { name: 'Lagre oversettelsen' }).click();
  await expect(page.getByRole('status')).toContainText('Oversettelsen er lagret.');

  const polish = await (await browser.newContext({ locale: 'pl-PL' })).newPage();
  await polish.goto(`${home}/oppslag/${id}`);
  await expect(polish.getByRole('heading', { level: 1, name: 'Próba' })).toBeVisible();
  await polish.getByRole('link', { name: 'Norsk' }).click();
  await expect(polish.getByText('Første linje.')).toBeVisible();

  await sql('update public.notices set body = $2 where id = $1', [id, 'Helt ny tekst.']);
  await polish.goto(`${home}/oppslag/${id}?sprak=pl`);
  await expect(polish.getByText('er endret etter at denne ble oversatt')).toBeVisible();
  await page.goto(`${desk}/${id}/sprak`);
  await page.getByRole('button', { name: 'Lagre, nå stemmer den' }).click();
  await polish.reload();
  await expect(polish.getByText('er endret etter at denne ble oversatt')).toHaveCount(0);
  await polish.context().close();
});

test('the poster is one sheet, even in eleven languages, with a code that leads to the notice', async ({
  page,
  baseURL,
}) => {
  await page.goto(`${desk}/ny`);
  await fill(page);
  await publish(page);
  const id = await idOf();
  await sql(`update public.notices set body = repeat('Husk å rydde. ', 140) where id = $1`, [id]);
  await sql(
    `insert into public.notice_translations (notice_id, block_id, language, title, body)
     select id, block_id, l, 'Please tidy up', repeat('Please tidy up. ', 120)
     from public.notices, unnest('{en,ar,so,ti,ur,pl,uk,fa,es,tr,fr}'::text[]) l where id = $1`,
    [id],
  );
  await page.goto(`${desk}/${id}/plakat`);
  const sheet = page.getByRole('article');
  await expect(sheet.getByRole('heading', { name: 'Please tidy up' })).toHaveCount(11);
  const texts = sheet.locator('.texts');
  expect(await texts.evaluate((all) => all.scrollHeight <= all.clientHeight)).toBe(true);
  const code = sheet.getByRole('img').first();
  expect(await readCode(await code.screenshot())).toBe(`${baseURL}${home}/oppslag/${id}`);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});

test('a refused notice keeps what was typed and says what is wrong @nojs', async ({ page }) => {
  await urgent(page);
  await publish(page);
  await expect(page.getByRole('alert')).toContainText('Et akutt oppslag må ha en sluttdato.');
  await expect(page.getByLabel('Overskrift')).toHaveValue(title);
  await expect(page.getByRole('radio', { name: 'Akutt' })).toBeChecked();
  await expect(page.getByLabel('Gjelder til og med')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Gjelder til og med')).toHaveAccessibleDescription(
    /må ha en sluttdato/,
  );
  expect(await sql('select from public.notices where title = $1', [title])).toEqual([]);
});

test('an empty notice shows an error at each field', async ({ page }) => {
  await page.goto(`${desk}/ny`);
  await pressAnyway(page, 'Publiser');
  await expect(page.getByRole('alert').getByRole('link')).toHaveText([
    /Overskrift.*Må fylles ut/,
    /Tekst.*Må fylles ut/,
  ]);
  await expect(page).toHaveTitle(/^Feil: /);
});

test('a consultant does not find the notice of another building or an unknown one', async ({
  page,
}) => {
  const [foreign] = await sql<{ id: string }>(
    `select n.id from public.notices n join public.blocks b on b.id = n.block_id where b.slug = 'stovner-senter' limit 1`,
  );
  for (const id of [foreign!.id, crypto.randomUUID(), 'x', '%00'])
    for (const part of ['', '/endre', '/plakat', '/sprak'])
      expect((await page.request.get(`${desk}/${id}${part}`)).status()).toBe(404);
});
