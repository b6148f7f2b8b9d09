import fs from 'node:fs';
import { pgDirOf, type Instance } from './config.ts';
import { freeSpace } from './copy-folder.ts';
import {
  copyPath,
  failedFolder,
  finishPutBack,
  keepFailed,
  makeCopy,
  putBack,
  removeCopies,
  unfinishedCopies,
} from './copies.ts';
import { newerRelease, newestOf } from './history.ts';
import { checkComplete } from './initdb.ts';
import { migrationsIn, refuseUnfinished, type Migration } from './migrations.ts';
import { stopOrphan } from './postgres.ts';
import { isStamped, readStamp, writeStamp } from './stamp.ts';

/** Must be called as the last step of a good start, with the version that `migrate` found. */
export type OnGood = (before: string) => void;

/**
 * Runs `start`, which starts PostgreSQL, migrates and checks, or throws with PostgreSQL stopped. A database that is
 * at other migrations is copied first; when the start fails, it is put back and the error says so. Throws one
 * sentence, with nothing changed, for the database of a newer release, an unfinished migration, and when there is
 * no space for a copy.
 */
export async function startWithCopy<T>(
  instance: Instance,
  projectDir: string,
  start: (onGood: OnGood) => Promise<T>,
  space = freeSpace,
): Promise<T> {
  const files = migrationsIn(projectDir);
  refuseUnfinished(files);
  await stopOrphan(pgDirOf(instance), instance.log);
  finishPutBack(pgDirOf(instance), instance.log);
  let copy: string | undefined;
  if (needsCopy(instance, files)) {
    instance.log('copying the database before the upgrade');
    copy = await makeCopy(pgDirOf(instance), space);
  }
  try {
    return await start((before) => keepLastCopy(instance, files, before, copy));
  } catch (error) {
    throw copy ? await restored(instance, copy, error as Error, space) : error;
  }
}

function needsCopy(instance: Instance, files: Migration[]): boolean {
  const pgDir = pgDirOf(instance);
  if (!fs.existsSync(pgDir)) return false;
  checkComplete(pgDir);
  const stamp = readStamp(pgDir);
  if (stamp && stamp.version > newestOf(files))
    throw newerRelease(instance.dataDir, stamp.version, files);
  return !isStamped(pgDir, files);
}

/** After a good start. After an interrupted upgrade two copies stay, because it cannot be known which one is worth more. */
function keepLastCopy(instance: Instance, files: Migration[], before: string, copy?: string): void {
  const pgDir = pgDirOf(instance);
  if (!copy) return writeStamp(pgDir, files);
  const kept = unfinishedCopies(pgDir);
  removeCopies(pgDir, (name) => kept.includes(name));
  fs.rmSync(failedFolder(pgDir), { recursive: true, force: true });
  writeStamp(pgDir, files, copy);
  const where = kept.map((name) => copyPath(pgDir, name)).join(' and ');
  const now = newestOf(files);
  const what = before === now ? `services at ${now}` : `from ${before || 'nothing'} to ${now}`;
  instance.log(`upgraded the database ${what}; as it was before: ${where}`);
}

/** Restores the database, logs it, and returns the error with a note about it. */
async function restored(
  instance: Instance,
  copy: string,
  cause: Error,
  space: typeof freeSpace,
): Promise<Error> {
  const done = await tryPutBack(pgDirOf(instance), copy, space);
  instance.log(done); // the log shows no more than the first line of an error
  return new Error(`${cause.message}\n${done}`, { cause });
}

async function tryPutBack(pgDir: string, copy: string, space: typeof freeSpace): Promise<string> {
  try {
    putBack(pgDir, copy);
  } catch (error) {
    const why = (error as Error).message;
    return `The data could not be put back (${why}): as it was before, it is in ${copyPath(pgDir, copy)}.`;
  }
  const isKept = await keepFailed(pgDir, space);
  const [earlier] = unfinishedCopies(pgDir);
  return (
    'The data is as it was before this start, and the release that was used before can be started on it; ' +
    `what failed ${isKept ? `is in ${failedFolder(pgDir)}` : 'was removed, because the disk is full'}.` +
    (earlier
      ? ` An upgrade had been interrupted: the data before that is in ${copyPath(pgDir, earlier)}.`
      : '')
  );
}
