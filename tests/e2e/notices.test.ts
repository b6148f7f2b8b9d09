import { expect, test, type Page } from '@playwright/test';
import { CAST } from '../support/cast.ts';
import { pressAnyway, signIn, sql } from '../support/demo-portal.ts';

const desk = '/drobakgata-1/drift/oppslag';

/** Each project and run writes its own notice, and takes it away when the test fails half-way. */
let title: string;
test.beforeEach(async ({ context }) => {
  title = `Prøveoppslag ${crypto.randomUUID().slice(0, 8)}`;
  await signIn(context, CAST.drobak.consultant);
});
test.afterEach(() => sql('delete from public.notices where title like $1', [`%${title}%`]));

/** The day in some days in Oslo, as a date field takes it. */
const dayIn = (days: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' }).format(
    Date.now() + days * 86_400_000,
  );

async function write(page: Page, kind: 'Vanlig' | 'Viktig' | 'Akutt', ends?: string) {
  await page.goto(`${desk}/ny`);
  await page.getByLabel('Overskrift').fill(title);
  await page.getByLabel('Tekst').fill('Første linje.\nAndre linje <b>med tegn</b>.');
  await page.getByRole('radio', { name: kind }).check();
  if (ends) await page.getByLabel('Gjelder til og med').fill(ends);
  await page.getByRole('button', { name: 'Publiser' }).click();
}

test('a notice is published, changed and deleted @nojs', async ({ page, browser }) => {
  await write(page, 'Vanlig');
  await expect(page).toHaveURL(desk);
  await expect(page.getByRole('status')).toContainText('Oppslaget er publisert.');

  const visitor = await (await browser.newContext()).newPage();
  await visitor.goto('/drobakgata-1/oppslag');
  const article = visitor.getByRole('article').filter({ hasText: title });
  await expect(article).toContainText('Andre linje <b>med tegn</b>.');
  await visitor.goto('/stovner-senter/oppslag');
  await expect(visitor.getByText(title)).toHaveCount(0);

  await page.getByRole('link', { name: title }).click();
  await page.getByLabel('Overskrift').fill(`${title} endret`);
  await page.getByRole('button', { name: 'Lagre endringene' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er endret.');
  await visitor.goto('/drobakgata-1/oppslag');
  await expect(visitor.getByText(`${title} endret`)).toBeVisible();

  await page.getByRole('link', { name: `${title} endret` }).click();
  await page.getByText('Slett oppslaget').first().click();
  await page.getByRole('button', { name: 'Slett oppslaget' }).click();
  await expect(page.getByRole('status')).toContainText('Oppslaget er slettet.');
  await visitor.goto('/drobakgata-1/oppslag');
  await expect(visitor.getByText(title)).toHaveCount(0);
  await visitor.context().close();
});

test('an urgent notice is a band on every page of its building and no other @nojs', async ({
  page,
  browser,
}) => {
  await write(page, 'Akutt', dayIn(1));
  await expect(page).toHaveURL(desk);
  const visitor = await (await browser.newContext()).newPage();
  const band = visitor.getByText(`Akutt: ${title}`);
  for (const path of ['', '/oppslag']) {
    await visitor.goto(`/drobakgata-1${path}`);
    await expect(band).toBeVisible();
    await visitor.goto(`/stovner-senter${path}`);
    await expect(band).toHaveCount(0);
  }
  await page.goto('/drobakgata-1/drift/garden');
  await expect(page.getByText(`Akutt: ${title}`)).toBeVisible();

  await sql(
    `update public.notices set published_at = now() - interval '2 hours', ends_at = now() - interval '1 second' where title = $1`,
    [title],
  );
  await visitor.goto('/drobakgata-1');
  await expect(band).toHaveCount(0);
  await visitor.context().close();
});

test('a notice for residents is read by residents alone @nojs', async ({ page, browser }) => {
  await page.goto(`${desk}/ny`);
  await page.getByLabel('Overskrift').fill(title);
  await page.getByLabel('Tekst').fill('Bare for oss.');
  await page.getByRole('radio', { name: 'Bare beboere i gården' }).check();
  await page.getByRole('button', { name: 'Publiser' }).click();
  await expect(page).toHaveURL(desk);
  const seenBy = async (
    email: (typeof CAST.drobak)['resident'] | (typeof CAST.stovner)['resident'] | null,
  ) => {
    const context = await browser.newContext();
    if (email) await signIn(context, email);
    const html = await (await context.request.get('/drobakgata-1/oppslag')).text();
    await context.close();
    return html.includes(title);
  };
  expect(await seenBy(CAST.drobak.resident)).toBe(true);
  expect(await seenBy(CAST.stovner.resident)).toBe(false);
  expect(await seenBy(null)).toBe(false);
});

test('a refused notice keeps what was typed and says what is wrong @nojs', async ({ page }) => {
  await write(page, 'Akutt');
  const summary = page.getByRole('alert');
  await expect(summary).toContainText('Et akutt oppslag må ha en sluttdato.');
  await expect(page.getByLabel('Overskrift')).toHaveValue(title);
  await expect(page.getByLabel('Tekst')).toHaveValue('Første linje.\nAndre linje <b>med tegn</b>.');
  await expect(page.getByRole('radio', { name: 'Akutt' })).toBeChecked();
  await expect(page.getByLabel('Gjelder til og med')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Gjelder til og med')).toHaveAccessibleDescription(
    /må ha en sluttdato/,
  );
  expect(await sql('select from public.notices where title = $1', [title])).toEqual([]);
});

test('an empty notice says so at each field', async ({ page }) => {
  await page.goto(`${desk}/ny`);
  await pressAnyway(page, 'Publiser');
  await expect(page.getByRole('alert').getByRole('link')).toHaveText([
    /Overskrift.*Må fylles ut/,
    /Tekst.*Må fylles ut/,
  ]);
  await expect(page).toHaveTitle(/^Feil: /);
});

test('the same form sent twice is one notice', async ({ context, baseURL }) => {
  const form = { id: crypto.randomUUID(), class: 'ordinary', title, body: 'x', isPublic: 'true' };
  const send = () =>
    context.request.post(`${desk}/ny?_action=notices.publish`, {
      form,
      headers: { origin: baseURL! },
      maxRedirects: 0,
    });
  const answers = await Promise.all([send(), send(), send()]);
  expect(answers.map((one) => one.status())).toEqual([303, 303, 303]);
  expect(await sql('select from public.notices where title = $1', [title])).toHaveLength(1);
});
