import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { brokenReleases, release } from '../../scripts/schema/release.ts';

const FIRST = 'supabase/migrations/1_first.sql';
const SECOND = 'supabase/migrations/2_second.sql';

let folder: string;
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
};
beforeEach(() => {
  folder = throwawayFolder();
  write(FIRST, 'select 1;\n');
  release(folder);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

test('no released migration of this project has changed or is missing', () => {
  expect(brokenReleases('.')).toEqual([]);
});

test('a released migration may change in white space only', () => {
  write(FIRST, 'select  1\n;');
  expect(brokenReleases(folder)).toEqual([]);
  write(FIRST, 'select 1; -- one');
  expect(brokenReleases(folder)).toEqual([`${FIRST} was released and has changed`]);
});

test('a missing released migration is reported by its version', () => {
  fs.rmSync(path.join(folder, FIRST));
  expect(brokenReleases(folder)).toEqual(['1 was released and is gone']);
});

test('a migration before the last release is refused, one after it is not', () => {
  write('supabase/migrations/0_late.sql', 'select 0;');
  write(SECOND, 'select 2;');
  expect(brokenReleases(folder)).toEqual([
    'supabase/migrations/0_late.sql is older than the last release (1)',
  ]);
});

test('a release lists each new migration once', () => {
  write(SECOND, 'select 2;');
  expect(release(folder)).toEqual([SECOND]);
  expect(release(folder)).toEqual([]);
  expect(brokenReleases(folder)).toEqual([]);
});

test('a release keeps the list of what the baseline replaces', () => {
  const file = path.join(folder, 'supabase/released.json');
  const baseline = { version: '1', replaces: 'abc' };
  fs.writeFileSync(file, JSON.stringify({ baseline, released: {} }));
  release(folder);
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toMatchObject({ baseline });
});
