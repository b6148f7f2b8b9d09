import {
  test as base,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';

export * from '@playwright/test';

type OfTest = { phonesClosed: undefined };
type OfWorker = {
  /** A page that a whole worker walks on, for tests that only look: they save the start of a renderer and the compiling of axe. */
  walker: Page;
};

let walking: BrowserContext | undefined;

/** Playwright closes only the context it made itself. Those that stories open, a phone each, would stay in the browser with their pages for the whole run. */
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
