// What TypeScript knows of the database, as supabase/schemas make it, by way of a throw-away database: its types and its numbers.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Instance } from '../backend/config.ts';
import { fromSchemas, withDatabase } from './databases.ts';
import { NUMBERS, numbersOf } from './numbers.ts';
import { readSchemas } from './schema-files.ts';

const TYPES = 'src/lib/database.types.ts';

/** The files that `npm run types` writes, each with its text. Throws what the generator of the Supabase CLI says. */
export async function generatedFiles(instance: Instance): Promise<[string, string][]> {
  const statements = await readSchemas('.');
  const made = fromSchemas(instance, statements);
  const texts = await withDatabase(instance, made, async (pool, url): Promise<[string, string][]> => [
    [TYPES, withNullAnswers(await formatted(TYPES, await generate(url)))],
    [NUMBERS, await numbersOf(pool, statements)],
  ]); // prettier-ignore
  return Promise.all(texts.map(async ([file, text]): Promise<[string, string]> => [file, await formatted(file, text)])); // prettier-ignore
}

const formatted = async (file: string, text: string) =>
  format(text, { ...(await resolveConfig(file)), parser: 'typescript' });

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
