import fs from 'node:fs';
import path from 'node:path';

/** Writes JSON for this user only. After a crash the file holds the old value or the new one, whole. */
export function saveJson(file: string, value: unknown): void {
  fs.writeFileSync(`${file}.tmp`, `${JSON.stringify(value, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  renameDurably(`${file}.tmp`, file);
}

/** A rename that is durable on disk when this returns. */
export function renameDurably(from: string, to: string): void {
  fs.renameSync(from, to);
  for (const folder of new Set([path.dirname(from), path.dirname(to)])) flushFolder(folder);
}

/** Makes a folder for this user only, when it does not exist; it is durable on disk when this returns. */
export function makeDurably(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  flushFolder(path.dirname(folder));
}

function flushFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
