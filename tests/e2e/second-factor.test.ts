import { expect, request, test, type Page } from '../support/browser-test.ts';
import { CAST, PASSWORD } from '../support/cast.ts';
import { baseUrl, forgetAttempts, sql } from '../support/demo-portal.ts';
import { appCode } from '../support/second-factor.ts';

/** Staff and the code from an app. Each test makes its account: the cast signs in with a password only. */

/** Makes used codes of this account valid again, so that no test waits half a minute for the next one. Accounts of other tests are not touched. */
const forget = (id: string, ...codes: string[]) =>
  sql(
    `delete from private.attempts where kind like 'factor%'
     and key_hash in (select private.attempt_hash(k) from unnest($1::text[]) k)`,
    [[id, ...codes.map((code) => `${id}:${code}`)]],
  );

const made: string[] = [];
test.afterAll(() => sql('delete from auth.users where id = any ($1)', [made]));

/** A new consultant of Drøbakgata 1 with the password of the cast. */
async function newConsultant(): Promise<string> {
  const email = `ansatt-${crypto.randomUUID().slice(0, 8)}@prove.example`;
  const id = crypto.randomUUID();
  made.push(id);
  await sql(
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,
       raw_user_meta_data, created_at, updated_at, confirmation_token, recovery_token, email_change, email_change_token_new)
     select instance_id, $1, aud, role, $2, encrypted_password, now(), raw_app_meta_data, raw_user_meta_data, now(), now(), '', '', '', ''
     from auth.users where email = $3`,
    [id, email, CAST.drobak.consultant],
  );
  await sql(
    `insert into auth.identities (id, provider, provider_id, user_id, identity_data)
     select id, 'email', id::text, id, jsonb_build_object('sub', id, 'email', email) from auth.users where id = $1`,
    [id],
  );
  await sql(`insert into public.people (id, display_name) values ($1, 'Kari')`, [id]);
  await sql(
    `insert into public.memberships (person_id, role, block_id)
     select $1, 'consultant', id from public.blocks where slug = 'drobakgata-1'`,
    [id],
  );
  return email;
}

async function signInAs(page: Page, email: string) {
  await forgetAttempts();
  await page.goto('/logg-inn');
  await page.getByLabel('E-post eller brukernavn').fill(email);
  await page.getByLabel('Passord').fill(PASSWORD);
  await page.getByRole('button', { name: 'Logg inn' }).click();
}
const signOut = async (page: Page) => {
  await page.goto('/logg-ut');
  await page.getByRole('button', { name: 'Logg ut' }).click();
};
const enter = async (page: Page, code: string, button: string) => {
  await page.getByLabel('Kode fra appen').fill(code);
  await page.getByRole('button', { name: button, exact: true }).click();
};
const wrongOf = (right: string) => (right === '000000' ? '111111' : '000000');

test('staff set up an app, sign in with its code, and turn it off with a new one @nojs', async ({
  page,
}) => {
  const email = await newConsultant();
  await signInAs(page, email);
  await page.goto('/konto');
  await page.getByRole('link', { name: 'Innlogging i to trinn' }).click();
  await page.getByRole('button', { name: 'Sett opp' }).click();
  await expect(page.getByRole('img', { name: 'Rute som appen skanner' })).toBeVisible();
  const secret = (await page.locator('[translate=no]').innerText()).replaceAll(' ', '');
  // After a wrong code the page shows the same key.
  await enter(page, wrongOf(appCode(secret)), 'Slå på');
  await expect(page.locator('[translate=no]')).toHaveText(secret.replaceAll(/.{4}(?=.)/g, '$& '));
  const first = appCode(secret);
  await enter(page, first, 'Slå på');
  await expect(page.getByText('Innlogging i to trinn er slått på.')).toBeVisible();
  await signOut(page);

  await signInAs(page, email);
  await expect(page).toHaveURL(/\/logg-inn\/tofaktor$/);
  await expect(page.getByLabel('Kode fra appen')).toHaveAttribute('autocomplete', 'one-time-code');
  // Signed in with the password only: every page for staff, and the account, leads to the code and then back.
  await page.goto('/konto');
  await expect(page).toHaveURL(/tofaktor\?til=%2Fkonto$/);
  await page.goto('/drobakgata-1/drift');
  await expect(page).toHaveURL(/tofaktor\?til=%2Fdrobakgata-1%2Fdrift$/);
  // The code of the set-up is used.
  await enter(page, first, 'Logg inn');
  await expect(page.getByText('Koden stemmer ikke, eller den er brukt').first()).toBeVisible();
  await expect(page.getByLabel('Kode fra appen')).toHaveValue('');
  // Not the code just used; time may pass meanwhile.
  const now = appCode(secret, 1);
  await enter(page, ` ${now.slice(0, 3)} ${now.slice(3)} `, 'Logg inn');
  await expect(page).toHaveURL(/\/drobakgata-1\/drift$/);
  await page.goto('/logg-inn/tofaktor');
  await expect(page).toHaveURL(/\/drobakgata-1\/drift$/);

  await page.goto('/konto/sikkerhet');
  await page.getByText('Slå av', { exact: true }).first().click();
  const third = appCode(secret);
  await forget(made.at(-1)!, first, now, third);
  await enter(page, third, 'Slå av');
  await expect(page.getByText('Innlogging i to trinn er slått av.')).toBeVisible();
  await signOut(page);
  await signInAs(page, email);
  await expect(page).toHaveURL(/\/drobakgata-1\/drift$/);
});

test('after five wrong codes in a quarter of an hour even the right one is refused; signing out still works', async ({
  page,
}) => {
  const email = await newConsultant();
  await signInAs(page, email);
  await page.goto('/konto/sikkerhet');
  await page.getByRole('button', { name: 'Sett opp' }).click();
  const secret = (await page.locator('[translate=no]').innerText()).replaceAll(' ', '');
  await enter(page, appCode(secret), 'Slå på');
  await signOut(page);
  await signInAs(page, email);
  for (let i = 0; i < 5; i++) {
    await enter(page, wrongOf(appCode(secret)).replace(/.$/, String(i)), 'Logg inn');
    await expect(page.getByText('Koden stemmer ikke, eller den er brukt').first()).toBeVisible();
  }
  await enter(page, appCode(secret), 'Logg inn');
  await expect(page.getByText('For mange forsøk').first()).toBeVisible();
  // A second session of the same attacker does not get new attempts.
  const client = await request.newContext({ baseURL: baseUrl() });
  const post = (path: string, form: Record<string, string>) =>
    client.post(path, { form, headers: { origin: baseUrl() }, maxRedirects: 0 });
  await post('/logg-inn?_action=residents.signIn', { email, password: PASSWORD });
  const answer = await post('/logg-inn/tofaktor?_action=residents.signInByFactor', {
    code: appCode(secret),
  });
  expect([answer.status(), (await answer.text()).includes('For mange forsøk')]).toEqual([
    422,
    true,
  ]);
  // A form posted elsewhere does not bypass the code either.
  for (const [path, form] of [
    ['/drobakgata-1/drift?_action=residents.makeRoleCode', { role: 'observer' }],
    ['/?_action=residents.makeRoleCode', { role: 'observer' }],
    ['/?_action=residents.changePassword', { password: 'noe helt annet' }],
    ['/?_action=residents.removeFactor', { code: '000000' }],
  ] as const) {
    const refused = await post(path, form);
    expect([path, refused.status(), refused.headers()['location'] ?? '']).toEqual([
      path,
      expect.any(Number),
      expect.stringMatching(/^$|tofaktor/),
    ]);
  }
  await client.dispose();
  await page.getByRole('button', { name: 'Logg ut' }).click();
  await expect(page.getByText('Du er logget ut')).toBeVisible();
  await signInAs(page, email);
  await expect(page).toHaveURL(/\/logg-inn\/tofaktor$/);
});

test('a resident is offered no second factor', async () => {
  const client = await request.newContext({ baseURL: baseUrl() });
  await client.post('/logg-inn?_action=residents.signIn', {
    form: { email: CAST.drobak.resident, password: PASSWORD },
    headers: { origin: baseUrl() },
  });
  expect((await client.get('/konto/sikkerhet')).status()).toBe(404);
  expect(await (await client.get('/konto')).text()).not.toContain('Innlogging i to trinn');
  await client.dispose();
});
