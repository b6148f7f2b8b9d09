import fs from 'node:fs';
import { createRequire } from 'node:module';
import type Axe from 'axe-core';
import { expect, test, type Page } from '../support/browser-test.ts';
import { CAST } from '../support/cast.ts';
import { forgetAttempts, pressAnyway, signIn } from '../support/demo-portal.ts';
import { addressOf, everyPage, uncovered, VISITORS } from '../support/pages.ts';

test.describe.configure({ timeout: 90_000 });

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test('every page of src/pages is in the list of tests/support/pages.ts', () => {
  expect(uncovered()).toEqual({ missing: [], gone: [] });
});

for (const { who, route, where, title, isFirst } of everyPage)
  test(`${title} is usable by everybody`, async ({ walker: page }, { project }) => {
    await page.goto('about:blank'); // what the previous page still reports does not belong to this one
    const complaints = listen(page);
    await page.context().clearCookies();
    const email = VISITORS[who];
    if (email) await signIn(page.context(), email);
    await forgetAttempts();
    await page.setViewportSize(project.use.viewport!);
    await page.goto(await addressOf(where));
    await usable(page, { isFresh: true, isWhole: isFirst });
    page.removeAllListeners();
    expect(complaints.filter((text) => route !== '/404' || !/404/.test(text))).toEqual([]);
  });

test('a refused sign-in is usable by everybody', async ({ page }) => {
  await page.goto('/logg-inn');
  await pressAnyway(page, 'Logg inn');
  await expect(page.getByRole('alert')).toBeVisible();
  await usable(page);
});

test('a refused notice and a refused contact card are usable by everybody', async ({
  page,
  context,
}) => {
  await signIn(context, CAST.drobak.consultant);
  await page.goto('/drobakgata-1/drift/oppslag/ny');
  await pressAnyway(page, 'Publiser');
  await expect(page.getByRole('alert')).toBeVisible();
  await usable(page);
  await page.goto('/drobakgata-1/drift/garden');
  await page.getByText('Nytt kontaktkort').click();
  await page.evaluate(() => {
    for (const form of document.forms) form.noValidate = true;
  });
  await page.locator('details[open]').getByRole('button', { name: 'Lagre' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await usable(page);
});

test('a month without activities, which the browser makes a tab stop, shows its whole focus ring', async ({
  page,
}) => {
  await page.route('**/kalender.json?*', (route) => route.fulfill({ json: [] }));
  await page.goto('/drobakgata-1/aktiviteter/kalender');
  await page.getByRole('button', { name: 'Måned' }).click();
  await expect(page.locator('.fc-daygrid')).toBeVisible();
  await reachableByKeyboard(page, false);
  await page.getByRole('button', { name: 'Liste' }).focus();
  await page.keyboard.press('Tab');
  await expect(page.locator('.fc-view-harness')).toBeFocused();
});

test('a refused new building is usable by everybody', async ({ page, context }) => {
  await signIn(context, CAST.admin);
  await page.goto('/admin/ny');
  await pressAnyway(page, 'Lag gården');
  await expect(page.getByRole('alert')).toBeVisible();
  await usable(page);
});

test('every link of an error summary leads to its field', async ({ page, context }) => {
  await signIn(context, CAST.drobak.consultant);
  const dead = () =>
    page
      .getByRole('alert')
      .getByRole('link')
      .evaluateAll((links) =>
        links
          .map((link) => link.getAttribute('href')!)
          .filter((href) => !document.getElementById(href.slice(1))),
      );
  await page.goto('/drobakgata-1/drift/oppslag/ny');
  await pressAnyway(page, 'Publiser');
  expect(await dead()).toEqual([]);
  await page.goto('/drobakgata-1/drift/garden');
  await page.getByText('Nytt kontaktkort').click();
  await page.evaluate(() => {
    for (const form of document.forms) form.noValidate = true;
  });
  await page.locator('details[open]').getByRole('button', { name: 'Lagre' }).click();
  await expect(page.getByRole('alert').getByRole('link').first()).toBeVisible();
  expect(await dead()).toEqual([]);
});

/** What the browser reports: script errors, violations of the content policy, missing files. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  return complaints;
}

/**
 * axe, put into the page once for all runs: AxeBuilder injects it for each run, opens a second page and collects the passes too.
 * The portal has no frames.
 */
const AXE = fs.readFileSync(
  createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright')).resolve(
    'axe-core/axe.min.js',
  ),
  'utf8',
);
const violations = (page: Page, runOnly: Axe.RunOnly) =>
  page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: typeof Axe };
    // oxlint-disable-next-line typescript/await-thenable -- the last of its types takes a callback
    const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
  }, runOnly);
const EVERYTHING: Axe.RunOnly = { type: 'tag', values: TAGS };
const COLOURS: Axe.RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/**
 * `isFresh`: nothing has been pressed on the page yet. `isWhole`: test the dark theme and the keyboard too; other states of a
 * route consist of the same parts and need neither.
 */
async function usable(page: Page, { isFresh = false, isWhole = true } = {}) {
  await page.locator('details:not([open])').evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  await page.evaluate(AXE);
  await page.emulateMedia({ colorScheme: 'light' });
  expect.soft(await violations(page, EVERYTHING), 'axe, light').toEqual([]);
  expect.soft(await smallTargets(page), 'things to tap under 44 px').toEqual([]);
  expect.soft(await brokenWords(page), 'words or numbers broken apart in a table').toEqual([]);
  if (isWhole) {
    await page.emulateMedia({ colorScheme: 'dark' });
    expect.soft(await violations(page, COLOURS), 'axe, dark').toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await reachableByKeyboard(page, isFresh);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  expect.soft(await tooWide(page), 'wider than 320 px').toEqual([]);
}

/** Elements that make the page scroll sideways; an element that scrolls by itself (a table) is allowed. */
const tooWide = (page: Page) =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > width + 1)
      .map((one) => one.outerHTML.slice(0, 120));
  });

/** Cells of one short word or number that take more than one line. */
const brokenWords = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('table :is(th, td)')]
      .filter((one) => one.checkVisibility() && /^\S{2,14}$/.test(one.textContent.trim()))
      .filter((one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        const tops = [...range.getClientRects()]
          .filter(({ width, height }) => width > 0 && height > 0)
          .map(({ top }) => Math.round(top));
        return one.children.length === 0 && new Set(tops).size > 1;
      })
      .map((one) => one.textContent.trim()),
  );

const smallTargets = (page: Page) =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, summary, select, textarea, .button, .chip, nav a, header a, label:has(input), ' +
          'input:not([type=hidden], [type=radio], [type=checkbox], [type=file])',
      ),
    ]
      .filter((one) => one.checkVisibility() && !one.matches('[href="#main"], [aria-hidden=true]'))
      .filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return Math.round(width) < 44 || Math.round(height) < 44;
      })
      .map((one) => {
        const { width, height } = one.getBoundingClientRect();
        return `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 90)}`;
      }),
  );

/** The skip link, then every tab stop: in order, visible, and not under the bottom bar. */
async function reachableByKeyboard(page: Page, isFresh: boolean) {
  // A page that answers a form starts at the form; the skip link is then focused by name.
  const skip = page.locator('a[href="#main"]');
  if (isFresh) await page.keyboard.press('Tab');
  else await skip.focus();
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  // The page itself checks each stop on keyup: a round trip after every key would double the time.
  await page.evaluate(watchFocus);
  const all = await page.evaluate(focusable);
  /** Every tab stop, and what is wrong with it. A date field has several stops; the browser draws the ring of its inner ones. */
  const seen = new Map<string, string | null>();
  // A date field alone is four stops.
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i <= all.length; i++) await page.keyboard.press('Tab');
    const stops = await page.evaluate(() => (window as unknown as Watching).stops.splice(0));
    const end = stops.findIndex((stop) => !stop || stop.isSkip);
    for (const stop of end < 0 ? stops : stops.slice(0, end))
      if (stop && seen.get(stop.path) !== null)
        seen.set(stop.path, stop.visible ? null : stop.what);
    if (end >= 0) break;
  }
  expect.soft([...seen.values()].filter(Boolean), 'focus that cannot be seen').toEqual([]);
  expect
    .soft(
      all.filter((path) => !seen.has(path)),
      'out of reach of the keyboard',
    )
    .toEqual([]);

  await skip.focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
}

interface Watching {
  stops: ({ path: string; what: string; visible: boolean; isSkip: boolean } | null)[];
}

/** Records which element has the focus each time the Tab key goes up. */
function watchFocus() {
  const stops: Watching['stops'] = [];
  Object.assign(window, { stops });
  window.addEventListener('keyup', ({ key }) => key === 'Tab' && stops.push(look()), true);

  function look() {
    const one = document.activeElement as HTMLElement | null;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const ring = [one, one.closest('label'), one.closest('.row')].some((part) => {
      if (!part) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(part);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    });
    const at = document.elementFromPoint(
      box.x + box.width / 2,
      box.y + Math.min(box.height / 2, 20),
    );
    const onTop =
      at !== null &&
      (one.contains(at) || at.contains(one) || (at.closest('label')?.contains(one) ?? false));
    const cut = scrolls(one) && isCut(one);
    const all = [...document.querySelectorAll('*')];
    return {
      path: String(all.indexOf(one)),
      what: `${ring ? '' : 'no ring '}${onTop ? '' : 'covered '}${cut ? 'cut ' : ''}${one.outerHTML.slice(0, 100)}`,
      visible: ring && onTop && !cut,
      isSkip: one.matches('[href="#main"]'),
    };
  }

  /** Regions with a tabindex, or made a tab stop by the browser. A text field may also be taller than the window. */
  function scrolls(one: HTMLElement) {
    const { overflowX, overflowY } = getComputedStyle(one);
    return /auto|scroll/.test(overflowX + overflowY) && !one.matches('input, select, textarea');
  }

  /** Whether a side of the focus ring is outside the window, under the bottom bar, or cut off by an element around it. */
  function isCut(one: HTMLElement) {
    const { outlineWidth, outlineOffset } = getComputedStyle(one);
    const out = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const { x, y, width, height } = one.getBoundingClientRect();
    const ring = new DOMRect(x - out, y - out, width + 2 * out, height + 2 * out);
    const { clientWidth, clientHeight } = document.documentElement;
    const bar = document.querySelector('.bar');
    const isFixed = bar && getComputedStyle(bar).position === 'fixed';
    const floor = isFixed ? bar.getBoundingClientRect().top : clientHeight;
    const frames = [new DOMRect(0, 0, clientWidth, floor)];
    for (let part = one.parentElement!; part !== document.body; part = part.parentElement!)
      if (getComputedStyle(part).overflow !== 'visible') frames.push(part.getBoundingClientRect());
    return frames.some(
      ({ left, top, right, bottom }) =>
        ring.left < left || ring.top < top || ring.right > right || ring.bottom > bottom,
    );
  }
}

/** What must be a tab stop: of radios with the same name only the chosen one (or the first). */
function focusable() {
  const all = [...document.querySelectorAll('*')];
  const stops = [
    ...document.querySelectorAll<HTMLElement>(
      'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]',
    ),
  ].filter((one) => one.checkVisibility() && one.tabIndex >= 0 && !one.matches(':disabled'));
  return stops
    .filter((one) => !one.matches('[type=radio], [href="#main"]'))
    .map((one) => String(all.indexOf(one)));
}
