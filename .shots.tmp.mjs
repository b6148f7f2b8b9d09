import { chromium } from '@playwright/test';
const base = process.env.BASE ?? 'http://127.0.0.1:4410';
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
const only = process.argv.slice(2);
const sizes = { phone: { width: 360, height: 740 }, wide: { width: 1280, height: 800 } };
async function as(email, viewport) {
  const ctx = await browser.newContext({ viewport, locale: 'nb-NO', javaScriptEnabled: false });
  const page = await ctx.newPage();
  await page.goto(base + '/logg-inn');
  await page.fill('[name=email]', email);
  await page.fill('[name=password]', 'bomiljo-demo');
  await page.click('main button');
  return page;
}
const b = '/drobakgata-1';
for (const [size, viewport] of Object.entries(sizes)) {
  const shot = async (page, path, name) => {
    if (only.length && !only.some((o) => name.includes(o))) return;
    const r = await page.goto(base + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 0);
    console.log(size, name, r.status(), wide);
    await page.screenshot({ path: `/tmp/polls-shots/${size}-${name}.png`, fullPage: true });
    return page;
  };
  const one = await as('beboer1@drobakgata-1.example', viewport);
  await shot(one, b + '/forslag', 'forslag');
  await shot(one, b + '/forslag/ny', 'forslag-ny');
  await one.goto(base + b + '/forslag');
  const links = await one.$$eval('main a.stretched', (as) =>
    as.map((a) => [a.textContent.trim(), a.getAttribute('href')]),
  );
  const find = (t) => links.find(([x]) => x.includes(t))?.[1];
  await shot(one, find('benk'), 'forslag-id');
  await shot(one, find('Leksehjelp'), 'forslag-mine');
  await shot(one, find('Barnevogner'), 'forslag-declined');
  await shot(one, find('Mindre'), 'forslag-flaggable');
  await shot(one, b + '/avstemninger', 'avstemninger');
  await one.goto(base + b + '/avstemninger');
  const polls = await one.$$eval('main a.stretched', (as) => as.map((a) => a.getAttribute('href')));
  await shot(one, polls[0], 'avstemning-open');
  await shot(one, polls[1], 'avstemning-closed');
  const desk = await as('konsulent@drobakgata-1.example', viewport);
  await shot(desk, b + '/drift/forslag', 'drift-forslag');
  await shot(desk, b + '/drift/avstemninger', 'drift-avstemninger');
  await shot(desk, b + '/drift/avstemninger/ny', 'drift-ny');
  await shot(desk, polls[0].replace('avstemninger', 'drift/avstemninger'), 'drift-open');
  await shot(desk, polls[1].replace('avstemninger', 'drift/avstemninger'), 'drift-closed');
}
await browser.close();
