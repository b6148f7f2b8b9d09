// `npm run types`: src/lib/database.types.ts from supabase/schemas, by way of a throwaway database.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { fromSchemas, onThrowawayServer, withDatabase } from '../schema/databases.ts';
import { readSchemas } from '../schema/schema-files.ts';

const TARGET = 'src/lib/database.types.ts';

const typesOf = (url: string) =>
  execFileSync(
    'node_modules/.bin/supabase',
    ['gen', 'types', 'typescript', `--remote=${url}`, '--schema=public'],
    // what it tells beside (a target, another formatter) is shown only when it fails
    { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PGSSLMODE: 'disable' } },
  );

try {
  const statements = await readSchemas('.');
  const types = await onThrowawayServer((instance) =>
    withDatabase(instance, fromSchemas(instance, statements), (_pool, url) =>
      Promise.resolve(typesOf(url)),
    ),
  );
  const style = { ...(await resolveConfig(TARGET)), parser: 'typescript' };
  fs.writeFileSync(TARGET, await format(types, style));
  console.log(`Wrote ${TARGET}`);
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
