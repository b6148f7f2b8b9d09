// `npm run types`: src/lib/database.types.ts from supabase/schemas.
import fs from 'node:fs';
import { databaseTypes, TYPES } from '../schema/database-types.ts';
import { onThrowawayServer } from '../schema/databases.ts';

try {
  fs.writeFileSync(TYPES, await onThrowawayServer(databaseTypes));
  console.log(`Wrote ${TYPES}`);
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
