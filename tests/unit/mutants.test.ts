import fs from 'node:fs';
import { expect, test } from 'vitest';
import { SCHEMAS } from '../../scripts/schema/schema-files.ts';
import { MUTANTS } from '../mutants/all.ts';
import { sqlOf } from '../mutants/mutant.ts';

/** The list of `npm run mutants` stays true while the schema files change. That none is alive only that command shows. */

const all = Object.values(MUTANTS).flat();

test('every domain of the schema files has at least three mutants, and together there are at least sixty', () => {
  expect(Object.keys(MUTANTS).sort()).toEqual(fs.readdirSync(SCHEMAS).sort());
  const few = Object.entries(MUTANTS).filter(([, mutants]) => mutants.length < 3);
  expect(few.map(([domain]) => domain)).toEqual([]);
  expect(all.length).toBeGreaterThanOrEqual(60);
});

test('a mutant stands with the domain whose rule it breaks, and no rule is there twice', () => {
  for (const [domain, mutants] of Object.entries(MUTANTS))
    for (const { file } of mutants) expect(file).toMatch(new RegExp(`^${domain}/`));
  expect(new Set(all.map(({ rule }) => rule)).size).toBe(all.length);
});

test.each(all)('$file has once, in a statement: $rule', async (mutant) => {
  await expect(sqlOf(mutant)).resolves.toMatch(/\S/);
});

test.each(all)('$file, $rule: its test files are there', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0);
  expect(tests.filter((name) => !fs.existsSync(`tests/db/${name}.test.ts`))).toEqual([]);
});
