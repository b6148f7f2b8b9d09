import fs from 'node:fs';
import path from 'node:path';
import { commandOf, stopPid } from './processes.ts';

type Holder = { pid: number; command: string };

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
const holderOf = (dataDir: string) => holderIn(runFile(dataDir));

function holderIn(file: string): number | undefined {
  try {
    const holder = JSON.parse(fs.readFileSync(file, 'utf8')) as Holder;
    const alive = holder.pid !== process.pid && commandOf(holder.pid) === holder.command;
    return alive ? holder.pid : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the folder for this process; throws when another one has it. Returns what gives it back. */
export function claimFolder(dataDir: string): () => void {
  const file = runFile(dataDir);
  const own = `${file}.${process.pid}`;
  const me: Holder = { pid: process.pid, command: commandOf(process.pid) };
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

/** What a killed instance left. Another one that starts now may have replaced it since it was looked at: then it is put back. */
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
    if (holderIn(taken)) fs.linkSync(taken, file);
  } finally {
    fs.rmSync(taken);
  }
}

/** PostgREST processes that survived a kill -9 of their launcher. */
export async function stopLeftOvers(dataDir: string, log: (line: string) => void): Promise<void> {
  for (const file of fs.readdirSync(dataDir)) {
    const pid = Number(/^postgrest-(\d+)\.pid$/.exec(file)?.[1]);
    if (!pid) continue;
    if (commandOf(pid).includes('postgrest')) {
      log(`stopping a left-over PostgREST (pid ${pid})`);
      await stopPid(pid, 'SIGTERM', 2000);
    }
    fs.rmSync(path.join(dataDir, file), { force: true });
  }
}

const runFile = (dataDir: string) => path.join(dataDir, 'run.json');

const unusable = (dataDir: string, code?: string) =>
  new Error(`The data folder ${dataDir} cannot be used (${code}). Set DATA_DIR to another one.`);

const inUse = (dataDir: string, pid = 0) =>
  new Error(
    `${dataDir} is in use by another instance (pid ${pid || 'unknown'}). Stop it, or set DATA_DIR.`,
  );
