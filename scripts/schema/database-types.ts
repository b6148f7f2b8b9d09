// src/lib/database.types.ts as supabase/schemas make it, by way of a throw-away database.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Instance } from '../backend/config.ts';
import { fromSchemas, withDatabase } from './databases.ts';
import { readSchemas } from './schema-files.ts';

export const TYPES = 'src/lib/database.types.ts';

/** The text of the file. Throws what the generator of the Supabase CLI says. */
export async function databaseTypes(instance: Instance): Promise<string> {
  const statements = await readSchemas('.');
  const types = await withDatabase(instance, fromSchemas(instance, statements), (_pool, url) =>
    generate(url),
  );
  const options = { ...(await resolveConfig(TYPES)), parser: 'typescript' };
  return format(withNullAnswers(await format(types, options)), options);
}

/** A function of SQL that answers one value may answer null, which the generator leaves out; one that answers rows gives a list. */
const withNullAnswers = (types: string) =>
  types.replace(
    /(Returns:\s+)(boolean|string|number|Database\['public'\]\['Enums'\]\['\w+'\])(?=;| \})/g,
    '$1$2 | null',
  );

async function generate(url: string): Promise<string> {
  const args = ['gen', 'types', 'typescript', `--remote=${url}`, '--schema=public'];
  const env = { ...process.env, PGSSLMODE: 'disable' };
  const options = { env, maxBuffer: 1e8 };
  return (await promisify(execFile)('node_modules/.bin/supabase', args, options)).stdout;
}
