import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** For a test's own process: `~/…` and what only an Astro build has, as vitest.config.ts says them. */
const at = (file: string) => pathToFileURL(file).href;
registerHooks({
  resolve: (name, context, next) => {
    if (name === 'astro:env/server') return next(at('tests/support/astro-env.ts'), context);
    return next(name.startsWith('~/') ? at(name.replace('~', 'src')) : name, context);
  },
});
