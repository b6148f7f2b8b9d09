import { expect, test } from 'vitest';
import { quickTests } from '../../scripts/setup/quick-tests.mjs';

/** What `npm run test:quick` chooses for a change. */

const FILES: Record<string, string> = {
  'supabase/schemas/rooms/bookings.sql':
    'create table public.bookings (id uuid);\ncreate or replace function private.book_room() returns void;',
  'src/domains/rooms/rooms.server.ts':
    "await db.rpc('free_rooms');\nawait db.from('rooms').select()",
  'src/pages/rooms.astro': "db.from('rooms')",
  'tests/db/bookings.test.ts': 'book_room book_room bookings',
  'tests/db/rooms.test.ts': "rpc('free_rooms'), from('rooms'), bookings_old",
  'tests/db/people.test.ts': 'free_rooms',
  'tests/db/conventions.test.ts': '',
  'tests/db/schema.test.ts': '',
  'docs/rooms.md': '',
};
const TESTS = Object.keys(FILES).filter((file) => file.startsWith('tests/db/'));
const quick = (...changed: string[]) =>
  quickTests(changed, TESTS, (file: string) => FILES[file] ?? '');

test('a schema file selects the tests that name its objects, and those of the whole catalog', () => {
  expect(quick('supabase/schemas/rooms/bookings.sql').db).toEqual([
    'tests/db/conventions.test.ts',
    'tests/db/schema.test.ts',
    'tests/db/bookings.test.ts',
  ]);
});

test('a TypeScript file selects the tests that name what it calls, the most frequent first', () => {
  expect(quick('src/domains/rooms/rooms.server.ts').db).toEqual([
    'tests/db/rooms.test.ts',
    'tests/db/people.test.ts',
  ]);
});

test('a changed database test selects itself, once', () => {
  expect(quick('tests/db/people.test.ts', 'src/domains/rooms/rooms.server.ts').db).toEqual([
    'tests/db/people.test.ts',
    'tests/db/rooms.test.ts',
  ]);
});

test('no more than five files are selected by names', () => {
  const tests = Array.from({ length: 9 }, (_, i) => `tests/db/${i}.test.ts`);
  const read = (file: string) => (file.endsWith('.sql') ? 'create table public.rooms ()' : 'rooms');
  expect(quickTests(['supabase/schemas/rooms/rooms.sql'], tests, read).db).toHaveLength(5 + 2);
});

test('types are checked when TypeScript or a page changed, and not for SQL and documents', () => {
  expect(quick('src/pages/rooms.astro').check).toBe(true);
  expect(quick('tests/db/people.test.ts').check).toBe(true);
  expect(quick('supabase/schemas/rooms/bookings.sql', 'docs/rooms.md').check).toBe(false);
});

test('documents need no database', () => {
  expect(quick('docs/rooms.md').db).toEqual([]);
});
