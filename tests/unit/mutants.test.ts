import fs from 'node:fs';
import { expect, test } from 'vitest';
import { SCHEMAS } from '../../scripts/schema/schema-files.ts';
import { MUTANTS } from '../mutants/all.ts';
import { sqlOf } from '../mutants/mutant.ts';

/** The list of `npm run mutants` stays valid while schema files and tests change. Only the command itself shows that every mutant is noticed. */

const all = Object.values(MUTANTS).flat();

test('every domain has at least three mutants, and together there are at least sixty', () => {
  expect(Object.keys(MUTANTS).sort()).toEqual(fs.readdirSync(SCHEMAS).sort());
  const few = Object.keys(MUTANTS).filter((domain) => MUTANTS[domain]!.length < 3);
  expect(few).toEqual([]);
  expect(all.length).toBeGreaterThanOrEqual(60);
});

test('no rule is listed twice', () => {
  expect(new Set(all.map(({ rule }) => rule)).size).toBe(all.length);
});

test.each(Object.entries(MUTANTS))(
  'a mutant of %s breaks a rule of that domain whose SQL occurs once in its file',
  async (domain, mutants) => {
    for (const mutant of mutants) {
      expect(mutant.file).toMatch(new RegExp(`^${domain}/`));
      await expect(sqlOf(mutant), mutant.rule).resolves.toMatch(/\S/);
    }
  },
);

test('the test files that a mutant names exist', () => {
  expect(all.filter(({ tests }) => tests.length === 0)).toEqual([]);
  const names = new Set(all.flatMap(({ tests }) => tests));
  expect([...names].filter((name) => !fs.existsSync(`tests/db/${name}.test.ts`))).toEqual([]);
});
