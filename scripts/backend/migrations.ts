import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { sqlFilesIn, type SqlFile } from './sql-files.ts';

export type Migration = SqlFile & { version: string; name: string };

/** A migration that takes the place of earlier ones; `replaces` is `checksumOf` these. */
export type Baseline = { migration: Migration; replaces: string };

export const MIGRATIONS = 'supabase/migrations';

const schema = z.object({
  baseline: z.object({ version: z.string(), replaces: z.string() }).optional(),
  /** Version of each released file, and `checksumOf` its text. */
  released: z.record(z.string(), z.string()).default({}),
});

/** supabase/released.json: the migrations that must not change any more. */
export type Released = z.infer<typeof schema>;

/** The files of supabase/migrations in the order of their versions; other names are passed over. */
export function migrationsIn(projectDir: string): Migration[] {
  return sqlFilesIn(projectDir, MIGRATIONS).flatMap((file) => {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(path.basename(file.path)) ?? [];
    return version && name !== undefined ? [{ ...file, version, name }] : [];
  });
}

/** A project without the file has no releases. */
export function readReleased(projectDir: string): Released {
  const file = releasedFile(projectDir);
  return schema.parse(fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {});
}

// not beside the migrations, where the Supabase CLI warns of it
export const releasedFile = (projectDir: string) => path.join(projectDir, 'supabase/released.json');

/** Undefined when the project has no baseline. */
export function baselineIn(projectDir: string): Baseline | undefined {
  const { baseline } = readReleased(projectDir);
  const migration = migrationsIn(projectDir).find(({ version }) => version === baseline?.version);
  return baseline && migration && { migration, replaces: baseline.replaces };
}

/** The beginning of a line of a migration that a person must still turn into SQL. */
export const BY_HAND = '-- by hand: ';

export const isUnfinished = ({ sql }: Migration): boolean =>
  sql.split('\n').some((line) => line.startsWith(BY_HAND));

/** Throws one sentence for a migration that a person must still finish: once it is in a history, it could not be finished any more. */
export function refuseUnfinished(files: Migration[]): void {
  const one = files.find(isUnfinished);
  if (one)
    throw new Error(
      `${one.path} is not finished: write the SQL that its lines "${BY_HAND.trim()}" ask for, or delete the file.`,
    );
}

/** The Supabase CLI stores statements without the space and semicolons between them. */
export const squeeze = (sql: string) => sql.replaceAll(/[\s;]+/g, '');

/** A checksum for the texts of migrations, the same for files and for rows of the history. */
export const checksumOf = (texts: string[]) =>
  crypto.createHash('sha256').update(texts.map(squeeze).join('\0')).digest('hex');
