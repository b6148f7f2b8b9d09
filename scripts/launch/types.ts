// `npm run types`: generates files from supabase/schemas: the functions of the API (<domain>/api.sql), src/lib/database.types.ts and
// src/lib/numbers.ts.
import fs from 'node:fs';
import { generatedFiles } from '../schema/database-types.ts';
import { onThrowawayServer } from '../schema/databases.ts';
import { readSchemas } from '../schema/schema-files.ts';

try {
  await readSchemas('.', { writesApi: true });
  for (const [file, text] of await onThrowawayServer(generatedFiles)) {
    fs.writeFileSync(file, text);
    console.log(`Wrote ${file}`);
  }
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
