import type { Browser, Page } from '@playwright/test';
import { PASSWORD, type Email } from './cast.ts';

type State = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
const states = new Map<Email, Promise<State>>();

/** A page of this person. Signs in through the form once per worker: the portal counts attempts. */
export async function signedIn(browser: Browser, email: Email): Promise<Page> {
  if (!states.has(email)) states.set(email, signIn(browser, email));
  const context = await browser.newContext({ storageState: await states.get(email)! });
  return context.newPage();
}

async function signIn(browser: Browser, email: Email): Promise<State> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto('/logg-inn');
  await page.getByLabel('E-post').fill(email);
  await page.getByLabel('Passord').fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Logg inn' }).click();
  await page.waitForURL((url) => url.pathname !== '/logg-inn');
  const state = await context.storageState();
  await context.close();
  return state;
}
