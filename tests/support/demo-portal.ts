import fs from 'node:fs';
import path from 'node:path';
import { expect, request, type BrowserContext, type Cookie, type Page } from '@playwright/test';
import pg from 'pg';
import { CAST, PASSWORD } from './cast.ts';

/** What the browser tests know about the portal they run against, besides its pages. */

export const baseUrl = () => process.env['E2E_URL']!;

let pool: pg.Pool | undefined;

/** Rows of the portal's own database as the owner role sees them. */
export async function sql<Row = Record<string, string>>(text: string, params: unknown[] = []) {
  const file = path.join(process.env['E2E_DATA_DIR']!, 'backend.json');
  const { database_url } = JSON.parse(fs.readFileSync(file, 'utf8')) as { database_url: string };
  pool ??= new pg.Pool({ connectionString: database_url, max: 1, allowExitOnIdle: true });
  return (await pool.query(text, params)).rows as Row[];
}

const { drobak, stovner, landlord, admin, observer } = CAST;
const cast = [drobak, stovner]
  .flatMap((one) => Object.values<string>(one))
  .concat(landlord, admin, observer);

/**
 * All tests come from one network address and sign in as the same few people, while the limits are meant for single people:
 * this deletes the attempts of the address and the cast. Attempts of other accounts and addresses stay.
 */
export const forgetAttempts = () =>
  sql(
    `delete from private.attempts where kind in ('peek', 'sign_in_address') and key_hash = private.attempt_hash('127.0.0.1')
     or key_hash in (select private.attempt_hash(email) from unnest($1::text[]) email)`,
    [cast],
  );

const sessions = new Map<string, Promise<Cookie[]>>();

/** Signs in by the form once per person and test process, and gives the session to this context. */
export async function signIn(context: BrowserContext, email: string): Promise<void> {
  if (!sessions.has(email)) sessions.set(email, newSession(email));
  await context.addCookies(await sessions.get(email)!);
}

async function newSession(email: string): Promise<Cookie[]> {
  await forgetAttempts();
  const client = await request.newContext({ baseURL: baseUrl() });
  const answer = await client.post('/logg-inn?_action=residents.signIn', {
    form: { email, password: PASSWORD },
    headers: { origin: baseUrl() },
    maxRedirects: 0,
  });
  expect(answer.status(), `${email} signs in`).toBe(303);
  const { cookies } = await client.storageState();
  await client.dispose();
  return cookies.filter(({ name }) => name.startsWith('sb-'));
}

/** Presses a button of a form although the browser would report a missing value. */
export async function pressAnyway(page: Page, button: string): Promise<void> {
  await page.evaluate(() => {
    for (const form of document.forms) form.noValidate = true;
  });
  await page.getByRole('button', { name: button, exact: true }).click();
}
