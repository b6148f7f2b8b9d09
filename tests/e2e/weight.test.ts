import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { forgetAttempts, signIn } from '../support/demo-portal.ts';
import { addressOf, everyPage, VISITORS } from '../support/pages.ts';

const KB = 1000; // bytes
const PAGE = 14 * KB;
const ISLAND = 30 * KB;

const ofResidents = everyPage.filter(({ who }) => who === 'anonymous' || who === 'resident');

for (const { who, where, title } of ofResidents)
  test(`${title} is light`, async ({ page, context }) => {
    const email = VISITORS[who];
    if (email) await signIn(context, email);
    await forgetAttempts();
    const bodies = new Map<string, Promise<Buffer>>();
    page.on('response', (response) =>
      bodies.set(
        response.url(),
        response.body().catch(() => Buffer.alloc(0)),
      ),
    );
    const address = await addressOf(where);
    const response = await page.goto(address, { waitUntil: 'networkidle' });
    const html = await response!.body();
    const gzipped = (content: Buffer) => gzipSync(content).length;

    const sizes = { html: gzipped(html), css: 0, script: 0, other: [] as string[] };
    for (const [url, body] of bodies) {
      const { pathname } = new URL(url);
      if (pathname.endsWith('.css')) sizes.css += gzipped(await body);
      else if (pathname.endsWith('.js')) sizes.script += gzipped(await body);
      else if (!/\.(svg|webp|ico)$/.test(pathname) && url !== page.url())
        sizes.other.push(pathname);
    }
    expect(sizes.css).toBeGreaterThan(0);
    expect(sizes.html + sizes.css, `html ${sizes.html} + css ${sizes.css}`).toBeLessThanOrEqual(
      PAGE,
    );
    const hasIsland = html.includes('<astro-island');
    expect(sizes.script).toBeLessThanOrEqual(hasIsland ? ISLAND : 0);
    if (!hasIsland) expect(html.toString()).not.toMatch(/<script/);
    expect(sizes.other).toEqual([]);
  });

test('what the server sends is compressed, and files with a hash are kept by the browser', async ({
  request,
}) => {
  const page = await request.get('/');
  expect(page.headers()['content-encoding']).toMatch(/gzip|br/);
  const css = /\/_astro\/[^"]+\.css/.exec(await page.text())![0];
  const sheet = await request.get(css);
  expect(sheet.headers()['content-encoding']).toMatch(/gzip|br/);
  expect(sheet.headers()['cache-control']).toContain('immutable');
});
