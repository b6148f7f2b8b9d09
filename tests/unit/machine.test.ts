import { expect, test } from 'vitest';
import { checkMachine } from '../../scripts/setup/machine.mjs';

/** What `npm start` prints on a machine without packages, before it installs anything. */

const check = (platform: string, arch: string, env: Record<string, string> = {}) => {
  checkMachine({ platform, arch, env } as never);
};

test('Linux on x64 has everything', () => {
  expect(() => check('linux', 'x64')).not.toThrow();
});

test.each([
  ['darwin', 'arm64'],
  ['darwin', 'x64'],
  ['linux', 'arm64'],
  ['win32', 'x64'],
])('%s on %s is told where to get PostgREST, and runs with POSTGREST_BIN', (platform, arch) => {
  expect(() => check(platform, arch)).toThrow(
    new RegExp(`no package of PostgREST for ${platform}-${arch}.*set POSTGREST_BIN.*SUPABASE_URL`),
  );
  expect(() => check(platform, arch, { POSTGREST_BIN: '/opt/postgrest' })).not.toThrow();
});

test('a machine without a PostgreSQL package is told to use Supabase, and runs with one', () => {
  const bin = { POSTGREST_BIN: '/opt/postgrest' };
  expect(() => check('freebsd', 'x64', bin)).toThrow(
    /no PostgreSQL for freebsd-x64.*SUPABASE_URL.*npx supabase start/,
  );
  expect(() => check('freebsd', 'x64', { SUPABASE_URL: 'https://x.example' })).not.toThrow();
});
