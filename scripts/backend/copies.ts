import fs from 'node:fs';
import path from 'node:path';
import { copyFolder, sizeOf } from './copy-folder.ts';
import { makeDurably, renameDurably } from './durable-files.ts';
import { readStamp } from './stamp.ts';

// Beside the folder of the database, on the same file system, so that a rename restores a copy.
const copiesFolder = (pgDir: string) => path.join(path.dirname(pgDir), 'copies');
export const copyPath = (pgDir: string, name: string) => path.join(copiesFolder(pgDir), name);
/** The database after a failed upgrade. */
export const failedFolder = (pgDir: string) => `${pgDir}.failed`;

const OURS = /^\d{4}-[^.]*\.\d+Z\+*(\.part)?$/; // what else lies there is not ours to remove
const RESERVE = 100e6; // bytes that must stay free for what the upgrade writes
const ENOUGH_TO_START = 50e6; // bytes; PostgreSQL writes whole files of 16 MB
const mb = (bytes: number) => Math.ceil(bytes / 1e6);

/** Names of the complete copies, oldest first. */
function copiesIn(pgDir: string): string[] {
  return listed(pgDir).filter((name) => !name.endsWith('.part'));
}

/** Copies of an unfinished upgrade: made since the last good start, which `stamped` describes. */
export function unfinishedCopies(pgDir: string, stamped = pgDir): string[] {
  const last = readStamp(stamped)?.copy ?? '';
  return copiesIn(pgDir).filter((name) => name > last);
}

/**
 * Copies the database, which must not run, and returns the name. Of earlier copies one stays: the oldest of an
 * upgrade that was interrupted, else the last one. Throws one sentence when there is not enough space, or when the copy fails.
 */
export async function makeCopy(
  pgDir: string,
  freeSpace: (folder: string) => Promise<number>,
): Promise<string> {
  checkPlace(pgDir);
  const earlier = copiesIn(pgDir);
  const kept = unfinishedCopies(pgDir)[0] ?? earlier.at(-1);
  removeCopies(pgDir, (name) => name === kept);
  await checkSpace(pgDir, await freeSpace(path.dirname(pgDir)));
  const name = nameAfter(earlier.at(-1) ?? '', readStamp(pgDir)?.copy ?? '');
  const copy = copyPath(pgDir, name);
  makeDurably(copiesFolder(pgDir));
  try {
    await copyFolder(pgDir, `${copy}.part`);
  } catch (error) {
    fs.rmSync(`${copy}.part`, { recursive: true, force: true }); // the disk may be full of it
    const why = (error as Error).message;
    throw new Error(
      `The database could not be copied before the upgrade (${why}). Nothing was changed.`,
    );
  }
  renameDurably(`${copy}.part`, copy);
  return name;
}

/** The folder may have been replaced by a link to save space: then no rename could restore a copy, and a start would find no database. */
function checkPlace(pgDir: string): void {
  const folder = copiesFolder(pgDir);
  if (!fs.existsSync(folder)) return;
  if (fs.statSync(folder).dev === fs.statSync(path.dirname(pgDir)).dev) return;
  throw new Error(
    `${folder} is on another file system than ${pgDir}, so no copy there could be put back: ` +
      'move it away, or move all of the data folder. Nothing was changed.',
  );
}

async function checkSpace(pgDir: string, free: number): Promise<void> {
  const needed = (await sizeOf(pgDir)) + RESERVE;
  if (free < needed)
    throw new Error(
      `The database is copied before an upgrade: ${mb(needed)} MB are needed beside ${pgDir}, ` +
        `${mb(free)} MB are free. Nothing was changed.`,
    );
}

/** The time, adjusted to sort after the newest copy, and after a deleted one, also when the clock was set back. */
function nameAfter(...earlier: string[]): string {
  const now = new Date().toISOString().replaceAll(':', '-');
  const newest = earlier.sort().at(-1)!;
  return now > newest ? now : `${newest}+`;
}

/** Replaces the database, which must not run, with the copy; the old one is kept as `failedFolder`. */
export function putBack(pgDir: string, name: string): void {
  fs.rmSync(failedFolder(pgDir), { recursive: true, force: true });
  renameDurably(pgDir, failedFolder(pgDir));
  renameDurably(copyPath(pgDir, name), pgDir);
}

/** Whether the failed database is kept after `putBack`: not on a full disk, where the restored one could not start beside it. */
export async function keepFailed(
  pgDir: string,
  freeSpace: (folder: string) => Promise<number>,
): Promise<boolean> {
  if ((await freeSpace(path.dirname(pgDir))) >= ENOUGH_TO_START) return true;
  fs.rmSync(failedFolder(pgDir), { recursive: true, force: true });
  return false;
}

/**
 * Finishes a `putBack` that was interrupted between its renames. Throws one sentence when the database is missing for
 * another reason: an empty one must not be made beside the copies of a real one.
 */
export function finishPutBack(pgDir: string, log: (line: string) => void): void {
  if (fs.existsSync(pgDir)) return;
  const failed = failedFolder(pgDir);
  const hasFailed = fs.existsSync(failed);
  const newest = hasFailed ? unfinishedCopies(pgDir, failed).at(-1) : undefined;
  if (newest) {
    log(`putting back the copy ${copyPath(pgDir, newest)} after an interrupted start`);
    renameDurably(copyPath(pgDir, newest), pgDir);
  } else if (hasFailed || copiesIn(pgDir).length)
    throw new Error(
      `${pgDir} is missing, but there is ${hasFailed ? failed : copiesFolder(pgDir)}: ` +
        `rename a whole database to ${pgDir}, or run \`npm run reset\` for fresh demo data.`,
    );
}

/** Removes all copies except those to keep, and incomplete ones always. */
export function removeCopies(pgDir: string, isKept: (name: string) => boolean): void {
  for (const name of listed(pgDir).filter((found) => found.endsWith('.part') || !isKept(found))) {
    const part = copyPath(pgDir, name.replace(/(\.part)?$/, '.part'));
    // an incomplete copy must never look complete, also when the removal is interrupted
    if (!name.endsWith('.part')) renameDurably(copyPath(pgDir, name), part);
    fs.rmSync(part, { recursive: true, force: true });
  }
}

/** Removes copies and failed databases of upgrades older than `keep` ms: they hold what people have deleted since. */
export function forgetOldCopies(pgDir: string, keep: number, now = Date.now()): void {
  const isOld = (folder: string) => fs.statSync(folder).mtimeMs < now - keep;
  removeCopies(pgDir, (name) => !isOld(copyPath(pgDir, name)));
  const failed = failedFolder(pgDir);
  if (fs.existsSync(failed) && isOld(failed)) fs.rmSync(failed, { recursive: true });
}

function listed(pgDir: string): string[] {
  const folder = copiesFolder(pgDir);
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => OURS.test(name));
  return names.sort();
}
