import { test as base } from '@playwright/test';

export * from '@playwright/test';

/** Playwright closes only the context it made itself. Those that stories open, a phone each, would stay in the browser with their pages for the whole run. */
export const test = base.extend<{ phonesClosed: undefined }>({
  phonesClosed: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
