// `npm run types`: src/lib/database.types.ts from the migrations, by way of a throwaway database.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { startBackend } from '../backend/backend.ts';
import { createTestDatabase } from '../backend/test-database.ts';
import { throwawayFolder } from '../backend/throwaway.ts';

const TARGET = 'src/lib/database.types.ts';
const dataDir = throwawayFolder();
const server = await startBackend({ dataDir, throwaway: true, log: () => {} });
try {
  const database = await createTestDatabase({ dataDir });
  const args = [
    'gen',
    'types',
    'typescript',
    `--remote=${database.databaseUrl}`,
    '--schema=public',
  ];
  const env = { ...process.env, PGSSLMODE: 'disable' };
  const types = execFileSync('node_modules/.bin/supabase', args, { encoding: 'utf8', env });
  const style = { ...(await resolveConfig(TARGET)), parser: 'typescript' };
  fs.writeFileSync(TARGET, await format(types, style));
  await database.close();
  console.log(`Wrote ${TARGET}`);
} finally {
  await server.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
}
process.exit(0);
