import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** For a test's own process: resolves `~/…` and the modules of an Astro build, as in vitest.config.ts. */
const at = (file: string) => pathToFileURL(file).href;
const files: Record<string, string> = {
  'astro:env/server': 'tests/support/astro-env.ts',
  'astro:actions': 'node_modules/astro/dist/actions/runtime/client.js',
};
registerHooks({
  resolve: (name, context, next) => {
    const file = files[name] ?? (name.startsWith('~/') ? name.replace('~', 'src') : null);
    return next(file ? at(file) : name, context);
  },
});
