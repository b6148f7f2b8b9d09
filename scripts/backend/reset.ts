import fs from 'node:fs';
import path from 'node:path';
import { loadConfig, pgDirOf, type Instance } from './config.ts';
import { claimFolder, makeFolder, stopLeftOvers } from './data-folder.ts';
import { stopOrphan } from './postgres.ts';

/** Removes the database and the stored files of `dataDir`; keys and ports stay. Throws when it is in use. */
export async function emptyBackend(dataDir: string, log: (line: string) => void): Promise<void> {
  makeFolder(dataDir);
  const release = claimFolder(dataDir);
  try {
    const instance: Instance = { dataDir, config: loadConfig(dataDir), log };
    await stopLeftOvers(dataDir, log);
    await stopOrphan(pgDirOf(instance), log);
    for (const folder of [
      pgDirOf(instance),
      path.join(dataDir, 'storage'),
      path.join(dataDir, 'mail'),
    ])
      fs.rmSync(folder, { recursive: true, force: true });
  } finally {
    release();
  }
}
