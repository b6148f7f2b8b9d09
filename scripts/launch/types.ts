// `npm run types`: what is made from supabase/schemas: the functions of the API (<domain>/api.sql) and src/lib/database.types.ts.
import fs from 'node:fs';
import { databaseTypes, TYPES } from '../schema/database-types.ts';
import { onThrowawayServer } from '../schema/databases.ts';
import { readSchemas } from '../schema/schema-files.ts';

try {
  await readSchemas('.', { writesApi: true });
  fs.writeFileSync(TYPES, await onThrowawayServer(databaseTypes));
  console.log(`Wrote ${TYPES}`);
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
