// `npm run types`: src/lib/database.types.ts and src/lib/numbers.ts from supabase/schemas.
import fs from 'node:fs';
import { generatedFiles } from '../schema/database-types.ts';
import { onThrowawayServer } from '../schema/databases.ts';

try {
  for (const [file, text] of await onThrowawayServer(generatedFiles)) {
    fs.writeFileSync(file, text);
    console.log(`Wrote ${file}`);
  }
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
