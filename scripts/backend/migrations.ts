import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { sqlFilesIn, type SqlFile } from './sql-files.ts';

export type Migration = SqlFile & { version: string; name: string };

/** A migration that takes the place of earlier ones; `replaces` is `checksumOf` these. */
export type Baseline = { migration: Migration; replaces: string };

const FOLDER = 'supabase/migrations';

const released = z.object({
  baseline: z.object({ version: z.string(), replaces: z.string() }).optional(),
});

/** The files of supabase/migrations in the order of their versions; other names are passed over. */
export function migrationsIn(projectDir: string): Migration[] {
  return sqlFilesIn(projectDir, FOLDER).flatMap((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(path.basename(file.path)) ?? [];
    return version && name !== undefined ? [{ ...file, version, name }] : [];
  });
}

/** What supabase/migrations/released.json says of the baseline; undefined when the project has none. */
export function baselineIn(projectDir: string): Baseline | undefined {
  const file = path.join(projectDir, FOLDER, 'released.json');
  if (!fs.existsSync(file)) return undefined;
  const { baseline } = released.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  const migration = migrationsIn(projectDir).find(({ version }) => version === baseline?.version);
  return baseline && migration && { migration, replaces: baseline.replaces };
}

/** The Supabase CLI stores statements without the space and semicolons between them. */
export const squeeze = (sql: string) => sql.replaceAll(/[\s;]+/g, '');

/** One number for the texts of migrations, the same for files and for the history's rows. */
export const checksumOf = (texts: string[]) =>
  crypto.createHash('sha256').update(texts.map(squeeze).join('\0')).digest('hex');
