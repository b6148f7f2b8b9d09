// The next migration: the changes in the schema files that no migration makes yet.
import fs from 'node:fs';
import path from 'node:path';
import { extract } from '@supabase/pg-delta';
import type { Instance } from '../backend/config.ts';
import { BY_HAND, MIGRATIONS, migrationsIn } from '../backend/migrations.ts';
import { applyFile } from '../backend/sql-files.ts';
import { MISPLACED } from './column-order.ts';
import { compare, type Difference } from './compare.ts';
import { fromMigrations, fromSchemas, withDatabase } from './databases.ts';
import { asScript, readSchemas } from './schema-files.ts';

/**
 * Compares the database that the migrations of the project make with the one that its schema files make. The difference is written as
 * `<time>_<name>.sql` (two files when enum values are new), and tried. Returns the files, none when nothing differs, and the lines that are
 * left for a person. Throws with file and line when a file does not apply, or when it leaves a difference that no person was asked to
 * write; and before anything is written when a schema file has a new column that is not the last one.
 */
export async function writeMigration(
  instance: Instance,
  projectDir: string,
  name: string,
): Promise<{ files: string[]; byHand: string[] }> {
  if (!NAME.test(name))
    throw new Error(`A migration is named like room_booking: not "${name}" (a-z, 0-9 and _).`);
  return withDifference(instance, projectDir, async (difference, differenceNow, url) => {
    const misplaced = difference.byHand.filter((line) => line.startsWith(MISPLACED));
    if (misplaced.length > 0) throw new Error(misplaced.join('\n'));
    const files = writeFiles(projectDir, name, difference);
    const written = migrationsIn(projectDir).filter((file) => files.includes(file.path));
    for (const file of written) await applyFile(url, file, () => Promise.resolve());
    const { newValues, statements, byHand } = await differenceNow();
    const known = new Set(difference.byHand);
    const left = [...newValues, ...statements, ...byHand.filter((line) => !known.has(line))];
    if (left.length > 0)
      throw new Error(`${files.join(' and ')} still leave a difference:\n${left.join('\n\n')}`);
    return { files, byHand };
  });
}

/** The changes in the schema files that no migration makes yet, one text each; none when both make the same database. */
export const missingInMigrations = (instance: Instance, projectDir: string): Promise<string[]> =>
  withDifference(instance, projectDir, ({ newValues, statements, byHand }) =>
    Promise.resolve([...newValues, ...statements, ...byHand]),
  );

type Work<T> = (found: Difference, again: () => Promise<Difference>, url: string) => Promise<T>;

async function withDifference<T>(instance: Instance, projectDir: string, work: Work<T>) {
  const statements = await readSchemas(projectDir, { writesApi: true });
  return withDatabase(instance, fromSchemas(instance, statements), (want) =>
    withDatabase(instance, fromMigrations(instance, projectDir), async (have, url) => {
      const after = extract(want); // nobody changes it
      const find = () => compare(have, want, statements, { after });
      return work(await find(), find, url);
    }),
  );
}

const NAME = /^[a-z][a-z0-9_]{2,59}$/;

function writeFiles(projectDir: string, name: string, found: Difference): string[] {
  const { newValues, statements, byHand } = found;
  const files: string[] = [];
  const write = (fileName: string, text: string) => {
    const file = `${MIGRATIONS}/${nextVersion(projectDir)}_${fileName}.sql`;
    fs.writeFileSync(path.join(projectDir, file), text);
    files.push(file);
  };
  if (newValues.length > 0) write(`${name}_values`, asScript(newValues));
  const lines = byHand.map((line) => `${BY_HAND}${line}\n`);
  const told = migrationsIn(projectDir).map(({ sql }) => sql); // in a file that a person has yet to write
  const open = lines.filter((line) => !told.some((sql) => sql.includes(line))).join('\n');
  if (statements.length > 0 || open) write(name, [...(statements.length > 0 ? [asScript(statements)] : []), open].filter(Boolean).join('\n')); // prettier-ignore
  return files;
}

/** The time as the Supabase CLI writes it; later than every existing version. */
function nextVersion(projectDir: string): string {
  const now = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const last = migrationsIn(projectDir).at(-1)?.path ?? '';
  const version = Number(path.basename(last).split('_')[0]) || 0;
  return String(Math.max(Number(now), version + 1));
}
