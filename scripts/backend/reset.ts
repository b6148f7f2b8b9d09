import fs from 'node:fs';
import path from 'node:path';
import { loadConfig, pgDirOf, type Instance } from './config.ts';
import { failedFolder, removeCopies } from './copies.ts';
import { claimFolder, makeFolder, stopLeftOvers } from './data-folder.ts';
import { stopOrphan } from './postgres.ts';

/** Removes the database with its copies and the stored files of `dataDir`; keys and ports stay. Throws when it is in use. */
export async function emptyBackend(dataDir: string, log: (line: string) => void): Promise<void> {
  makeFolder(dataDir);
  const release = claimFolder(dataDir);
  try {
    const instance: Instance = { dataDir, config: loadConfig(dataDir), log };
    await stopLeftOvers(dataDir, log);
    await stopOrphan(pgDirOf(instance), log);
    removeCopies(pgDirOf(instance), () => false);
    for (const folder of [
      failedFolder(pgDirOf(instance)),
      pgDirOf(instance),
      path.join(dataDir, 'storage'),
      path.join(dataDir, 'mail'),
    ])
      fs.rmSync(folder, { recursive: true, force: true });
  } finally {
    release();
  }
}
