import fs from 'node:fs';
import path from 'node:path';
import { isMarked, markOf, stopPid, type Mark } from './processes.ts';

/** 0711: PostgreSQL may run as another user and must be able to walk through. */
export function makeFolder(dataDir: string): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    fs.accessSync(dataDir, fs.constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unusable(dataDir, code);
  }
}

/** Pid of the instance that runs on `dataDir`; undefined when none, or only the remains of a killed one. */
const holderOf = (dataDir: string) => holderIn(runFile(dataDir), dataDir);

function holderIn(file: string, dataDir: string): number | undefined {
  try {
    const holder = readMark(file);
    const isOther = holder.pid !== process.pid && isMarked(holder, fs.realpathSync(dataDir));
    return isOther ? holder.pid : undefined;
  } catch {
    return undefined;
  }
}

const readMark = (file: string) => JSON.parse(fs.readFileSync(file, 'utf8')) as Mark;

/** Locks the folder for this process; throws when another process has it. Returns a function that releases it. */
export function claimFolder(dataDir: string): () => void {
  const file = runFile(dataDir);
  const own = `${file}.${process.pid}`;
  const me = markOf(process.pid, fs.realpathSync(dataDir));
  try {
    removeStale(dataDir);
    fs.writeFileSync(own, JSON.stringify(me), { mode: 0o600 });
    fs.linkSync(own, file); // whole at once, and only one can do it
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? inUse(dataDir, holderOf(dataDir)) : unusable(dataDir, code);
  } finally {
    fs.rmSync(own, { force: true });
  }
  return () => fs.rmSync(file, { force: true });
}

/** Removes the lock of a killed instance. Another instance may have replaced it since it was read: then it is put back. */
function removeStale(dataDir: string): void {
  const file = runFile(dataDir);
  const taken = `${file}.${process.pid}.stale`;
  if (!fs.existsSync(file) || holderOf(dataDir)) return;
  try {
    fs.renameSync(file, taken);
  } catch {
    return; // another one was faster
  }
  try {
    if (holderIn(taken, dataDir)) fs.linkSync(taken, file);
  } finally {
    fs.rmSync(taken);
  }
}

/** Records a PostgREST process of this folder, so that it is found after a kill -9 of its launcher. Returns a function that removes the record. */
export function noteRest(dataDir: string, pid: number): () => void {
  const file = path.join(dataDir, `postgrest-${pid}.pid`);
  fs.writeFileSync(file, JSON.stringify(markOf(pid, fs.realpathSync(dataDir))));
  return () => fs.rmSync(file, { force: true });
}

/** Ends PostgREST processes of this folder that survived a kill -9 of their launcher. A folder copied while running has records of the original. */
export async function stopLeftOvers(dataDir: string, log: (line: string) => void): Promise<void> {
  for (const name of fs.readdirSync(dataDir)) {
    if (!/^postgrest-\d+\.pid$/.test(name)) continue;
    const file = path.join(dataDir, name);
    const { pid, isOurs } = whose(file, fs.realpathSync(dataDir));
    if (isOurs) {
      log(`stopping a left-over PostgREST (pid ${pid})`);
      await stopPid(pid, 'SIGTERM', 2000);
    }
    fs.rmSync(file, { force: true });
  }
}

function whose(file: string, folder: string): { pid: number; isOurs: boolean } {
  try {
    const mark = readMark(file);
    return { pid: mark.pid, isOurs: isMarked(mark, folder) };
  } catch {
    return { pid: 0, isOurs: false }; // cut off, or of an earlier release
  }
}

const runFile = (dataDir: string) => path.join(dataDir, 'run.json');

const unusable = (dataDir: string, code?: string) =>
  new Error(`The data folder ${dataDir} cannot be used (${code}). Set DATA_DIR to another one.`);

const inUse = (dataDir: string, pid = 0) =>
  new Error(
    `${dataDir} is in use by another instance (pid ${pid || 'unknown'}). Stop it, or set DATA_DIR.`,
  );
