import fs from 'node:fs';
import type { TestProject } from 'vitest/node';
import { startBackend } from '../../scripts/backend/backend.ts';
import { createTestDatabase } from '../../scripts/backend/test-database.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databaseFolder: string;
    /** For the mutation check: a database in which a rule is broken. */
    template?: string | undefined;
  }
}

/** One throwaway PostgreSQL server for the whole run, with the template made before the first file needs it. */
export default async function setup({ provide }: TestProject) {
  const dataDir = throwawayFolder();
  const forget = () => fs.rmSync(dataDir, { recursive: true, force: true });
  const server = await startBackend({ dataDir, throwaway: true, log: () => {} }).catch((error) => {
    forget();
    throw error;
  });
  const stop = async () => {
    await server.stop();
    forget();
  };
  try {
    const first = await createTestDatabase({ dataDir });
    await first.close();
  } catch (error) {
    await stop();
    throw error;
  }
  provide('databaseFolder', dataDir);
  return stop;
}
