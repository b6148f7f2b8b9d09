import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { bootstrapVersion } from './bootstrap.ts';
import { saveJson } from './durable-files.ts';
import { newestOf } from './history.ts';
import { checksumOf, type Migration } from './migrations.ts';

const schema = z.object({
  version: z.string(),
  checksum: z.string(),
  /** The newest copy at that time: newer ones belong to an unfinished upgrade. */
  copy: z.string(),
});

/** The migrations of a database, and the tables of its services, at the end of its last good start. */
export type Stamp = z.infer<typeof schema>;

// in the folder of the database, so that a copy that is restored, by us or by hand, brings its own
const stampFile = (pgDir: string) => path.join(pgDir, 'schema.json');

/** Undefined for a database that never had a good start, one of a release before stamps, or an unreadable file. */
export function readStamp(pgDir: string): Stamp | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(stampFile(pgDir), 'utf8')));
  } catch {
    return undefined; // the history in the database decides, after a copy
  }
}

/** Whether the database in `pgDir` is at these migrations and today's services, by its stamp. */
export function isStamped(pgDir: string, files: Migration[]): boolean {
  const stamp = readStamp(pgDir);
  const wanted = migrationsStamp(files);
  return stamp?.version === wanted.version && stamp.checksum === wanted.checksum;
}

/** Records that the database in `pgDir` is at these migrations. `copy` stays unchanged when it is not given. */
export function writeStamp(
  pgDir: string,
  files: Migration[],
  copy = readStamp(pgDir)?.copy ?? '',
): void {
  saveJson(stampFile(pgDir), { ...migrationsStamp(files), copy } satisfies Stamp);
}

const migrationsStamp = (files: Migration[]) => ({
  version: newestOf(files),
  checksum: checksumOf([bootstrapVersion(), ...files.map(({ sql }) => sql)]),
});
