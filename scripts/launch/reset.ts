import { startBackend } from '../backend/backend.ts';
import { emptyBackend } from '../backend/reset.ts';
import { readSettings } from './settings.ts';

try {
  const { dataDir, supabase } = readSettings(process.env);
  if (supabase)
    throw new Error('Reset is for the embedded backend only: unset the SUPABASE_ variables.');
  await emptyBackend(dataDir, console.log);
  console.log(`Removed the database and the stored files in ${dataDir}; the keys are kept`);
  const backend = await startBackend({ dataDir, log: console.log });
  await backend.stop();
  console.log('Fresh demo data is ready: `npm start`');
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
