import {
  test as base,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';

export * from '@playwright/test';

type OfTest = { phonesClosed: undefined };
type OfWorker = {
  /** A page that is shared within a worker, for tests that only read: this saves starting a renderer and compiling axe. */
  walker: Page;
};

let walking: BrowserContext | undefined;

/** Playwright closes only the context it made itself. The contexts that tests open would otherwise stay open, with their pages, for the whole run. */
export const test = base.extend<OfTest, OfWorker>({
  phonesClosed: [
    async ({ browser }, use) => {
      await use(undefined);
      const opened = browser.contexts().filter((context) => context !== walking);
      await Promise.all(opened.map((context) => context.close()));
    },
    { auto: true },
  ],
  walker: [
    async ({ browser }, use, { project }) => {
      walking = await browser.newContext(project.use as BrowserContextOptions);
      await use(await walking.newPage());
      await walking.close();
    },
    { scope: 'worker' },
  ],
});
