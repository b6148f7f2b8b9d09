// What TypeScript knows of the database that supabase/schemas makes, read from a throw-away database: its types and its numbers.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Instance } from '../backend/config.ts';
import { fromSchemas, withDatabase } from './databases.ts';
import { NUMBERS, numbersOf } from './numbers.ts';
import { readSchemas } from './schema-files.ts';

const TYPES = 'src/lib/database.types.ts';

/** The files that `npm run types` writes, each with its text. Throws the error of the Supabase CLI's generator. */
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

/** An SQL function that returns one value may return null, which the generator leaves out; a function that returns rows gives a list. */
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
