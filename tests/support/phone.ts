import fs from 'node:fs';
import path from 'node:path';
import { test, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { createServerClient } from '@supabase/ssr';
import { PASSWORD } from './cast.ts';

/**
 * A phone of one of the cast or of a newcomer with their password, signed in, at this address if one is given. The session comes straight from the auth service: the portal's
 * own sign-in counts attempts, and a whole run would use them up. With or without JavaScript as the project says.
 */
export async function phone(
  browser: Browser,
  who: string,
  address?: string,
  more: BrowserContextOptions = {},
): Promise<Page> {
  const use = test.info().project.use as BrowserContextOptions;
  const context = await browser.newContext({ ...use, ...more });
  const cookies = await sessionOf(who);
  const url = process.env['E2E_URL']!;
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, url, httpOnly: true })));
  const page = await context.newPage();
  if (address) await page.goto(address);
  return page;
}

const sessions = new Map<string, Promise<{ name: string; value: string }[]>>();

function sessionOf(who: string) {
  const known = sessions.get(who) ?? signIn(who);
  sessions.set(who, known);
  return known;
}

async function signIn(email: string) {
  const file = path.join(process.env['E2E_DATA_DIR']!, 'backend.json');
  const { url, publishable_key } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<
    string,
    string
  >;
  const jar = new Map<string, string>();
  const db = createServerClient(url!, publishable_key!, {
    cookies: {
      getAll: () => [...jar].map(([name, value]) => ({ name, value })),
      setAll: (all) => all.forEach(({ name, value }) => jar.set(name, value)),
    },
  });
  const { error } = await db.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return [...jar].map(([name, value]) => ({ name, value }));
}
