import { defineConfig } from '@playwright/test';

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const flags = [
  '--no-sandbox', // required as root; we only open our own pages
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const executablePath = process.env['CHROMIUM_PATH'];

/** Every test runs in `phone`; with the tag @nojs also without JavaScript, with @desktop also in a wide window, with @desktop-only in the wide
 * window alone, for what a phone does not have. */
export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/support/portal.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 120_000, // a busy machine must not fail a test
  expect: { timeout: 20_000 },
  use: {
    ...(process.env['E2E_URL'] ? { baseURL: process.env['E2E_URL'] } : {}), // set by the global setup
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    screenshot: 'off', // it would take one of every closed page; a failed test keeps the text of its page
    launchOptions: { args: flags, ...(executablePath ? { executablePath } : {}) },
  },
  projects: [
    { name: 'phone', grepInvert: /@desktop-only/, use: phone },
    { name: 'no-js', grep: /@nojs/, use: { ...phone, javaScriptEnabled: false } },
    { name: 'desktop', grep: /@desktop/, use: { viewport: { width: 1280, height: 800 } } },
  ],
});
