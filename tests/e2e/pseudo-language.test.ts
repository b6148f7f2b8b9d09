import { pseudoLanguage } from '../../src/i18n/pseudo.ts';
import { expect, test, type BrowserContext } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { baseUrl, forgetAttempts, signIn } from '../support/demo-portal.ts';
import { addressOf, everyPage, VISITORS } from '../support/pages.ts';
import {
  brokenLines,
  foreignWords,
  tooWide,
  writtenByNow,
  writtenByPeople,
} from '../support/pseudo-page.ts';

/** The portal in a made-up language that is read from right to left, to find what a real one would break. */

const choose = (context: BrowserContext) =>
  context.addCookies([{ name: 'lang', value: pseudoLanguage, url: baseUrl() }]);

// The page of caught mail is for the person who runs the demo.
const ofResidents = everyPage.filter(
  ({ who, route }) => (who === 'anonymous' || who === 'resident') && route !== '/dev/post',
);

for (const { who, where, title } of ofResidents)
  test(`${title} can be read from right to left`, async ({ page, context }) => {
    const email = VISITORS[who];
    if (email) await signIn(context, email);
    await choose(context);
    await forgetAttempts();
    await page.goto(await addressOf(where));
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    await expect(page.locator('html')).toHaveAttribute('lang', pseudoLanguage);
    await page.locator('main details:not([open])').evaluateAll((all) => {
      for (const one of all) (one as HTMLDetailsElement).open = true;
    });
    expect.soft(await tooWide(page), 'wider than the window').toEqual([]);
    const typed = [...new URL(page.url()).searchParams.values()];
    let left = await foreignWords(page, [...(await writtenByPeople()), ...typed]);
    if (left.length > 0) left = await foreignWords(page, [...(await writtenByNow()), ...typed]);
    expect.soft(left, 'words left').toEqual([]);
    expect.soft(await brokenLines(page), 'signs and numbers').toEqual([]);
  });

test('a page for staff is Norwegian, marked as such, and left to right', async ({
  page,
  context,
}) => {
  await signIn(context, CAST.drobak.consultant);
  await choose(context);
  // Residents see the last page too: only its tools for staff are not translated.
  for (const path of ['/drobakgata-1/drift', '/drobakgata-1/drift/saker', '/drobakgata-1']) {
    await page.goto(path);
    await expect(page.locator('html')).toHaveAttribute('lang', 'nb');
    await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
    await expect(page.getByRole('link', { name: 'Hopp til innholdet' })).toBeAttached();
  }
});

test('the other languages are folded into one entry, and lead back', async ({ page, context }) => {
  await choose(context);
  await page.goto('/');
  const choice = page.locator('header details');
  await choice.locator('summary').click();
  const names = choice.getByRole('link');
  await expect(names).toHaveText(['Norsk', 'English']);
  expect(await tooWide(page)).toEqual([]);
  await names.last().click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('header').getByRole('link', { name: 'Norsk' })).toBeVisible();
});
