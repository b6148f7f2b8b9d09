// Released migrations are never edited: existing databases have run them as they were.
import fs from 'node:fs';
import { newestOf } from '../backend/history.ts';
import { checksumOf, migrationsIn, readReleased, releasedFile } from '../backend/migrations.ts';

/** Adds the migrations that are not yet in released.json, and returns their paths. */
export function release(projectDir: string): string[] {
  const before = readReleased(projectDir);
  const added = migrationsIn(projectDir).filter(({ version }) => !(version in before.released));
  const sums = added.map(({ version, sql }): [string, string] => [version, checksumOf([sql])]);
  const after = {
    ...before,
    released: { ...before.released, ...Object.fromEntries<string>(sums) },
  };
  if (added.length > 0)
    fs.writeFileSync(releasedFile(projectDir), `${JSON.stringify(after, null, 2)}\n`);
  return added.map((file) => file.path);
}

/** Problems with released migrations, a sentence each. */
export function brokenReleases(projectDir: string): string[] {
  const { released } = readReleased(projectDir);
  const files = migrationsIn(projectDir);
  const newest = newestOf(
    Object.keys(released)
      .toSorted()
      .map((version) => ({ version })),
  );
  const missing = Object.keys(released).filter((one) => !files.some(({ version }) => version === one)); // prettier-ignore
  return [
    ...missing.map((version) => `${version} was released and is gone`),
    ...files.flatMap(({ path, version, sql }) => {
      const sum = released[version];
      if (sum) return sum === checksumOf([sql]) ? [] : [`${path} was released and has changed`];
      return version > newest ? [] : [`${path} is older than the last release (${newest})`];
    }),
  ];
}
