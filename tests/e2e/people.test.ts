import { expect, request, test, type Browser, type Page } from '../support/browser-test.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { readCode } from '../support/codes.ts';
import { baseUrl, forgetAttempts, signIn, sql } from '../support/demo-portal.ts';
import { newAccount } from '../support/new-resident.ts';
import { phone } from '../support/phone.ts';

test.beforeEach(async () => {
  await forgetAttempts();
  await sql(`delete from private.attempts where kind like 'slip%'`);
});

async function openFlat(page: Page, flat: string) {
  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto(`/drobakgata-1/drift/beboere?leilighet=${flat}`);
  await page.getByRole('link', { name: flat }).click();
}

/** Has an account and is a member of no building. */
async function stranger(browser: Browser): Promise<Page> {
  return phone(browser, await newAccount());
}

test('a person without e-mail gets a user name at the desk, signs in, and gets back in with a slip @nojs', async ({
  page,
  browser,
}) => {
  const userName = `solveig-${crypto.randomUUID().slice(0, 6)}`;
  const name = `Solveig ${userName.slice(-6)}`;
  await openFlat(page, 'A401');
  await page.getByText('Ny beboer uten e-post').click();
  await page.getByLabel('Hva skal vi kalle beboeren?').fill(name);
  await page.getByLabel('Brukernavn').fill(userName);
  await page.getByLabel('Passord', { exact: true }).fill('fire ord etter hverandre');
  await page.getByRole('button', { name: 'Lag konto' }).click();
  await expect(page.getByRole('status')).toContainText('Kontoen er klar.');
  await expect(page.getByText(`Brukernavn: ${userName}`)).toBeVisible();

  const guest = await (await browser.newContext()).newPage();
  await guest.goto('/logg-inn');
  await guest.getByLabel('E-post eller brukernavn').fill(userName.toUpperCase());
  await guest.getByLabel('Passord').fill('fire ord etter hverandre');
  await guest.getByRole('button', { name: 'Logg inn' }).click();
  await expect(guest).toHaveURL('/drobakgata-1');
  await guest.goto('/konto');
  await expect(guest.getByText(userName, { exact: true })).toBeVisible();
  await guest.context().close();

  await page.getByRole('button', { name: `Skriv ut innloggingslapp: ${name}` }).click();
  const slip = (await page.getByText(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/).textContent())!.trim();
  expect(page.url()).not.toContain(slip.slice(0, 4));
  await page.reload();
  await expect(page.getByText(slip)).toHaveCount(0);

  const other = await (await browser.newContext()).newPage();
  for (const goes of [true, false]) {
    await other.context().clearCookies();
    await other.goto('/logg-inn/lapp');
    await other.getByLabel('Kode fra lappen').fill(slip.toLowerCase());
    await other.getByRole('button', { name: 'Logg inn' }).click();
    if (goes) await expect(other).toHaveURL('/drobakgata-1');
    else await expect(other.getByRole('alert')).toContainText('lappen er brukt');
  }
  await other.context().close();
});

test('a person without a code asks to join, the consultant admits them, and a change of tenant ends the membership @nojs', async ({
  page,
  browser,
}) => {
  const name = `Spør ${crypto.randomUUID().slice(0, 6)}`;
  // Each project has a flat of its own.
  const flat = test.info().project.name === 'phone' ? 'A403' : 'A303';
  const guest = await stranger(browser);
  await guest.goto('/bli-med/uten-kode');
  await guest.getByLabel('Hvilken gård bor du i?').selectOption('Drøbakgata 1');
  await guest.getByLabel('Leilighet').fill(`a ${flat.slice(1)}`);
  await guest.getByLabel('Hva skal vi kalle deg?').fill(name);
  await guest.getByRole('button', { name: 'Spør om å få bli med' }).click();
  await expect(guest.getByText('Venter på svar.')).toBeVisible();
  expect(await guest.content()).not.toContain('A402');

  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto('/drobakgata-1/drift/beboere');
  const form = page.getByRole('form', { name: `Slipp inn ${name}` });
  await expect(form.getByLabel('Leilighet').locator('option:checked')).toHaveText(flat);
  await form.getByRole('button').click();
  await expect(page.getByRole('status')).toContainText('Beboeren er med.');
  await guest.goto('/bli-med/uten-kode');
  await expect(guest.getByText('Ja. Nå er du med.').first()).toBeVisible();

  await openFlat(page, flat);
  await page.getByText('Nye leietakere').click();
  await page.getByRole('button', { name: 'Avslutt for alle i leiligheten' }).click();
  await expect(page.getByRole('status')).toContainText('klar for nye leietakere');
  await expect(page.getByText('Ingen er med ennå')).toBeVisible();
  await guest.context().close();
});

test('letters are one page per flat, and a phone reads the address and the code from each', async ({
  page,
}) => {
  await signIn(page.context(), CAST.drobak.consultant);
  await page.goto('/drobakgata-1/drift/beboere/brev');
  // The longest text there is room for, in three languages, one of them right to left.
  const words = {
    Polski: 'Zeskanuj kod. ',
    Soomaali: 'Iskaan samee koodhka. ',
    العربية: 'امسح الرمز. ',
  };
  for (const [language, sentence] of Object.entries(words)) {
    await page.getByText('Legg til et språk').click();
    const form = page.getByRole('group').filter({ hasText: 'Legg til et språk' });
    await form.getByLabel('Språk').selectOption(language);
    await form.getByLabel('Tekst i brevet').fill(sentence.repeat(40).slice(0, 400));
    await form.getByRole('button', { name: 'Lagre teksten' }).click();
    await expect(page.getByRole('status')).toContainText('Teksten er lagret');
  }
  await page.getByLabel('Hvem skal få brev?').selectOption('Oppgang B');
  await page.getByLabel('Bare leiligheter der ingen er med ennå').uncheck();
  await page.getByRole('button', { name: 'Lag brevene' }).click();
  await expect(page.getByText('12 brev er klare')).toBeVisible();
  const code = (await page.locator('.code b').first().textContent())!.replaceAll('-', '');
  expect(await readCode(await page.locator('.qr').first().screenshot())).toBe(
    `${baseUrl()}/bli-med#${code}`,
  );
  expect(page.url()).not.toContain(code);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(12);
});

test('a code after the # of a link is filled in, and removed from the address', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url(), request.headers()['referer'] ?? ''));
  await page.goto('/bli-med#DEMODROBAKG1');
  await expect(page.getByLabel('Kode fra brevet')).toHaveValue('DEMO-DROB-AKG1');
  await expect(page).toHaveURL('/bli-med');
  await page.getByRole('button', { name: 'Neste' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bli med i Drøbakgata 1');
  expect(asked.filter((url) => /DEMO-?DROB/.test(url))).toEqual([]);
});

/** The account and the text of these pages, signed in over plain HTTP. */
async function pagesOf(email: string, ...addresses: string[]): Promise<string[]> {
  const client = await request.newContext({ baseURL: baseUrl() });
  const form = { email, password: PASSWORD };
  const headers = { origin: baseUrl() };
  await client.post('/logg-inn?_action=residents.signIn', { form, headers });
  const pages: string[] = [];
  for (const address of addresses) {
    const answer = await client.get(address, { maxRedirects: 0 });
    expect([address, answer.status()]).toEqual([address, 200]);
    pages.push(await answer.text());
  }
  await client.dispose();
  return pages;
}

test('an account without e-mail is offered no e-mail choices, and an account with an address is', async () => {
  const mailless = await newAccount(`v-${crypto.randomUUID().slice(0, 8)}@bruker.invalid`);
  const [without] = await pagesOf(mailless, '/konto/varsler');
  expect(without).toMatch(/<h1>\s*Varsler/);
  expect(without).not.toMatch(/E-post om|adressen du logger inn med|sende e-post/);
  const [withMail] = await pagesOf(await newAccount(), '/konto/varsler');
  expect(withMail).toMatch(/E-post om/);
});

test('a person who asked to join reads that the request waits, and later the answer; an account without a name has no empty circle', async () => {
  const email = await newAccount();
  const none = 'ikke med i noen gård ennå';
  const [before] = await pagesOf(email, '/konto');
  expect(before).toContain(none);
  expect(before).toMatch(/<span class="initials">\s*<svg/);
  await sql(
    `insert into public.join_requests (id, block_id, person_id, display_name, flat_text)
     select gen_random_uuid(), b.id, u.id, 'Ny', 'A402' from public.blocks b, auth.users u where b.slug = 'drobakgata-1' and u.email = $1`,
    [email],
  );
  for (const page of await pagesOf(email, '/konto', '/mitt')) {
    expect(page).toContain('Venter på svar.');
    expect(page).not.toContain(none);
  }
  await sql(
    `update public.join_requests r set status = 'declined', decided_at = now(), display_name = null, flat_text = null
     from auth.users u where u.id = r.person_id and u.email = $1`,
    [email],
  );
  for (const page of await pagesOf(email, '/konto', '/mitt')) {
    expect(page).toContain('Vi fikk ikke bekreftet dette.');
    expect(page).toContain(none);
  }
});
