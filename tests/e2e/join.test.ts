import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { forgetAttempts, pressAnyway, signIn, sql } from '../support/demo-portal.ts';

test.beforeEach(forgetAttempts);

const newEmail = () => `ny-${crypto.randomUUID().slice(0, 8)}@prove.example`;

/** A code for a flat, as in the consultant's letter. */
async function makeCode(page: Page, flat: string, uses = 1): Promise<string> {
  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto(`/drobakgata-1/drift/beboere?leilighet=${flat}`);
  await page.getByRole('link', { name: flat }).click();
  await page.getByRole('link', { name: 'Lag brev med kode' }).click();
  await page.getByLabel('Hvor mange skal bruke koden?').fill(String(uses));
  await page.getByRole('button', { name: 'Lag brevene' }).click();
  await expect(page.getByText('1 brev er klart')).toBeVisible();
  return (await page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/).textContent())!.trim();
}

/** Types the code; the page then shows what the code opens. */
async function enter(page: Page, code: string) {
  await page.goto('/bli-med');
  await page.getByLabel('Kode fra brevet').fill(code);
  await page.getByRole('button', { name: 'Neste' }).click();
}

async function fillIn(page: Page, email: string, name = 'Nykommer') {
  await page.getByLabel('Hva skal vi kalle deg?').fill(name);
  await page.getByLabel('E-post').fill(email);
  await page.getByLabel('Passord').fill('fire ord etter hverandre');
  await page.getByRole('button', { name: 'Bli med' }).click();
}

test('a code from the consultant makes a resident once; its second use is refused @nojs', async ({
  page,
  browser,
}) => {
  const code = await makeCode(page, 'B401');
  // After a reload the letter is gone, and its code stays valid.
  await page.reload();
  await expect(page.getByText(code)).toHaveCount(0);
  await expect(page.getByText('Ingen brev å vise.')).toBeVisible();

  const first = await (await browser.newContext()).newPage();
  await enter(first, ` ${code.toLowerCase().replaceAll('-', ' ')} `);
  await expect(first).toHaveURL('/bli-med');
  await expect(first.getByRole('heading', { level: 1 })).toHaveText('Bli med i Drøbakgata 1');
  const email = newEmail();
  await fillIn(first, email);
  await expect(first).toHaveURL('/drobakgata-1');
  await expect(first.getByRole('status')).toContainText('Velkommen!');
  await first.goto('/konto');
  await expect(first.getByText('Leilighet B401')).toBeVisible();
  expect(
    await sql(
      `select p.name from public.memberships m join auth.users u on u.id = m.person_id join public.places p on p.id = m.flat_id where u.email = $1`,
      [email],
    ),
  ).toEqual([{ name: 'B401' }]);

  const second = await (await browser.newContext()).newPage();
  await enter(second, code);
  await expect(second.getByRole('alert')).toContainText('Koden virker ikke.');
  await first.context().close();
  await second.context().close();
});

test('a person with an account signs in from the letter and joins with it @nojs', async ({
  page,
  browser,
}) => {
  const code = await makeCode(page, 'B402');
  const guest = await (await browser.newContext()).newPage();
  await enter(guest, code);
  await guest.getByRole('link', { name: /Har du konto fra før/ }).click();
  await guest.getByLabel('E-post').fill(CAST.stovner.household);
  await guest.getByLabel('Passord').fill(PASSWORD);
  await guest.getByRole('button', { name: 'Logg inn' }).click();
  await expect(guest.getByText('Vil du bli med i Drøbakgata 1?')).toBeVisible();
  await guest.getByRole('button', { name: 'Bli med' }).click();
  await expect(guest).toHaveURL('/drobakgata-1');
  await sql(
    `update public.memberships m set ended_at = now() from auth.users u, public.blocks b
     where u.id = m.person_id and b.id = m.block_id and u.email = $1 and b.slug = 'drobakgata-1' and m.ended_at is null`,
    [CAST.stovner.household],
  );
  await guest.context().close();
});

test('a code that the consultant has deleted is refused @nojs', async ({ page, browser }) => {
  const code = await makeCode(page, 'B403');
  await page.goto('/drobakgata-1/drift/beboere?leilighet=B403');
  await page.getByRole('link', { name: 'B403' }).click();
  await page.getByRole('button', { name: 'Slett koden' }).first().click();
  await expect(page.getByRole('status')).toContainText('Koden virker ikke lenger.');
  const guest = await (await browser.newContext()).newPage();
  await enter(guest, code);
  await expect(guest.getByRole('alert')).toContainText('Koden virker ikke.');
  await guest.context().close();
});

test('a refused join form keeps the name and the e-mail, and never the password', async ({
  page,
  browser,
}) => {
  const code = await makeCode(page, 'B301');
  const guest = await (await browser.newContext()).newPage();
  await enter(guest, code);
  await guest.getByLabel('Hva skal vi kalle deg?').fill('Kari');
  await guest.getByLabel('E-post').fill('kari');
  await guest.getByLabel('Passord').fill('kort');
  await pressAnyway(guest, 'Bli med');
  await expect(guest.getByRole('alert').getByRole('link')).toHaveCount(2);
  await expect(guest.getByLabel('Hva skal vi kalle deg?')).toHaveValue('Kari');
  await expect(guest.getByLabel('E-post')).toHaveValue('kari');
  await expect(guest.getByLabel('Passord')).toHaveValue('');
  expect(await guest.content()).not.toContain('kort"');
  await guest.context().close();
});

test('signing in and out @nojs', async ({ page }) => {
  await page.goto('/logg-inn');
  await page.getByLabel('E-post').fill(CAST.stovner.neighbour.toUpperCase());
  await page.getByLabel('Passord').fill(PASSWORD);
  await page.getByRole('button', { name: 'Logg inn' }).click();
  await expect(page).toHaveURL('/stovner-senter');
  await page.getByRole('link', { name: 'min konto' }).click();
  await expect(page.getByText(CAST.stovner.neighbour)).toBeVisible();
  await page.getByRole('link', { name: 'Logg ut' }).click();
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await expect(page.getByRole('status')).toContainText('Du er logget ut.');
  expect((await page.context().cookies()).filter(({ name }) => name.startsWith('sb-'))).toEqual([]);
  await page.goto('/konto');
  await expect(page).toHaveURL(/\/logg-inn/);
});

test('a wrong password and an unknown account get the same answer @nojs', async ({ page }) => {
  const answers: string[] = [];
  for (const email of [CAST.stovner.neighbour, newEmail()]) {
    await page.goto('/logg-inn');
    await page.getByLabel('E-post').fill(email);
    await page.getByLabel('Passord').fill('feil passord');
    await page.getByRole('button', { name: 'Logg inn' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('E-post')).toHaveValue(email);
    await expect(page.getByLabel('Passord')).toHaveValue('');
    answers.push((await page.content()).replaceAll(email, '').replaceAll(/_astro\/[^"]+/g, ''));
  }
  expect(answers[0]).toBe(answers[1]);
});

test('after ten wrong passwords an account is locked for a while, for the right password too', async ({
  request,
  baseURL,
}) => {
  const email = newEmail();
  const attempt = async (password: string) => {
    await forgetAttempts();
    const answer = await request.post('/logg-inn?_action=residents.signIn', {
      form: { email: Math.random() < 0.5 ? email : email.toUpperCase(), password },
      headers: { origin: baseURL!, 'x-forwarded-for': `10.0.0.${Math.floor(Math.random() * 250)}` },
      maxRedirects: 0,
    });
    return /brukernavnet eller passordet|For mange forsøk/.exec(await answer.text())?.[0];
  };
  const answers: unknown[] = [];
  for (let i = 0; i < 12; i++) answers.push(await attempt('feil passord'));
  expect(answers).toEqual([
    ...Array(10).fill('brukernavnet eller passordet'),
    ...Array(2).fill('For mange forsøk'),
  ]);
});

test('the right password twelve times in a row is never too often', async ({
  request,
  baseURL,
}) => {
  await forgetAttempts();
  for (let i = 0; i < 12; i++) {
    const answer = await request.post('/logg-inn?_action=residents.signIn', {
      form: { email: CAST.stovner.household, password: PASSWORD },
      headers: { origin: baseURL!, cookie: '' },
      maxRedirects: 0,
    });
    expect([i, answer.headers()['location']]).toEqual([i, '/stovner-senter']);
  }
});

test('the join form does not get around the limit on passwords', async ({
  page,
  browser,
  baseURL,
}) => {
  const code = (await makeCode(page, 'B302', 5)).replaceAll('-', '');
  const email = newEmail();
  const id = crypto.randomUUID();
  await sql(
    `insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at)
     select $1, 'authenticated', 'authenticated', $2, encrypted_password, now() from auth.users where email = $3`,
    [id, email, CAST.admin],
  );
  await sql(
    `insert into auth.identities (id, provider, provider_id, user_id, identity_data)
     values ($1::uuid, 'email', $1::text, $1::uuid, jsonb_build_object('sub', $1::text, 'email', $2::text))`,
    [id, email],
  );
  const guest = await browser.newContext({ extraHTTPHeaders: { cookie: `join=${code}` } });
  const attempt = async (password: string) => {
    await forgetAttempts();
    const answer = await guest.request.post('/bli-med?_action=residents.join', {
      form: { code, displayName: 'Gjetter', email, password },
      headers: { origin: baseURL! },
      maxRedirects: 0,
    });
    return answer.status() === 303
      ? 'in'
      : /E-posten er i bruk|For mange forsøk/.exec(await answer.text())?.[0];
  };
  const answers: unknown[] = [];
  for (let i = 0; i < 11; i++) answers.push(await attempt(`feil passord ${i}`));
  expect(answers).toEqual([...Array(10).fill('E-posten er i bruk'), 'For mange forsøk']);
  expect(await attempt(PASSWORD)).toBe('For mange forsøk');
  await guest.close();
});

test('a resident leaves the building and needs a new code @nojs', async ({ page, browser }) => {
  const code = await makeCode(page, 'B303');
  const guest = await (await browser.newContext()).newPage();
  await enter(guest, code);
  await fillIn(guest, newEmail());
  await guest.goto('/konto');
  await guest.getByText('Slutt å være med').first().click();
  await guest.getByRole('button', { name: 'Slutt å være med' }).click();
  await expect(guest.getByText('Du er ikke med i noen gård ennå.')).toBeVisible();
  await guest.context().close();
});
