import { gzipSync } from 'node:zlib';
import { expect, test } from '../support/browser-test.ts';
import { forgetAttempts, signIn } from '../support/demo-portal.ts';
import { addressOf, everyPage, VISITORS } from '../support/pages.ts';

const KB = 1000; // bytes
const PAGE = 14 * KB;
const ISLAND = 30 * KB;
/** docs/decisions/007: the month calendar is loaded only on its own page. */
const CALENDAR = 75 * KB;

/** The print button's few bytes are inline in the page. */
const printScript = /<script type="module">[^<]{1,200}print\(\)[^<]{0,20}<\/script>/;

const ofResidents = everyPage.filter(({ who }) => who === 'anonymous' || who === 'resident');

const gzipped = (content: Buffer | string) => gzipSync(content).length;

for (const { who, route, where, title } of ofResidents)
  test(`${title} is light`, async ({ context }) => {
    const email = VISITORS[who];
    if (email) await signIn(context, email);
    await forgetAttempts();
    const address = await addressOf(where);
    const get = async (url: string) => (await context.request.get(url)).text();
    const html = await get(address);
    const sheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)];
    expect(sheets.length).toBeGreaterThan(0);
    const css = await Promise.all(sheets.map(async ([, href]) => gzipped(await get(href!))));
    const total = css.reduce((sum, size) => sum + size, gzipped(html));
    expect(total, `html ${gzipped(html)} + css ${css.join(' + ')}`).toBeLessThanOrEqual(PAGE);
    if (!html.includes('<astro-island')) {
      expect(html.replace(printScript, '')).not.toMatch(/<script|<iframe|<style|@import/);
      return;
    }
    // Only a browser knows what an island loads.
    const page = await context.newPage();
    const scripts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js'))
        scripts.push(response.body().then(gzipped));
    });
    await page.goto(address);
    // Some islands wait until they are visible, including those in folded sections.
    await page
      .locator('details')
      .evaluateAll((all: HTMLDetailsElement[]) => all.forEach((one) => (one.open = true)));
    await page.locator('astro-island').last().scrollIntoViewIfNeeded();
    await page.waitForLoadState('networkidle');
    await expect(page.locator('astro-island[ssr]')).toHaveCount(0);
    const script = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
    expect(script).toBeGreaterThan(0);
    expect(script).toBeLessThanOrEqual(route.endsWith('/kalender') ? CALENDAR : ISLAND);
  });

test('answers are compressed, and browsers cache files with a hash in their name', async ({
  request,
}) => {
  const page = await request.get('/');
  expect(page.headers()['content-encoding']).toMatch(/gzip|br/);
  const css = /\/_astro\/[^"]+\.css/.exec(await page.text())![0];
  const sheet = await request.get(css);
  expect(sheet.headers()['content-encoding']).toMatch(/gzip|br/);
  expect(sheet.headers()['cache-control']).toContain('immutable');
});
