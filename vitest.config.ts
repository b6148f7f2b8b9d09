import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const alias = {
  '~': at('src'),
  // The schemas of forms import Astro's error classes; its virtual module exists only inside an Astro build.
  'astro:actions': at('node_modules/astro/dist/actions/runtime/client.js'),
  'astro:env/server': at('tests/support/astro-env.ts'),
};

export default defineConfig({
  resolve: { alias },
  test: {
    // One process per worker for all its files: a process per file, loading the same libraries again, took a third of the time of
    // a short file. No file leaves state in a module that could affect the next one.
    isolate: false,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'db',
          include: ['tests/db/**/*.test.ts'],
          globalSetup: 'tests/support/database-server.ts',
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        // Not part of `npm test`: it measures time. `npm run bench -- growth` or `cases`.
        test: {
          name: 'bench',
          include: ['tests/bench/**/*.test.ts'],
          globalSetup: 'tests/support/database-server.ts',
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
