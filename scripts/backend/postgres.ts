import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from './client.ts';
import { databaseUrl, pgDirOf, saveConfig, type Instance } from './config.ts';
import { prepareHost, type Host } from './host.ts';
import { initDatabase } from './initdb.ts';
import { commandOf, freePort, pidsIn, stopPid } from './processes.ts';

export type Postgres = { pid: number; stop: () => Promise<void> };

const SETTINGS = [
  'unix_socket_directories=',
  'max_connections=80',
  'log_min_messages=warning',
  'timezone=UTC',
  'log_parameter_max_length_on_error=0', // this and the next keep personal data out of the log
  'log_error_verbosity=terse',
];
const NO_DISK_SAFETY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const WORTH_A_RETRY = /shared memory block|lock file|Address already in use/;
const LOG_LIMIT = 5e6; // bytes

/** One PostgreSQL server: made when missing, repaired after kill -9, started. */
export async function startPostgres(
  instance: Instance,
  options: { throwaway: boolean; onDeath: () => void },
): Promise<Postgres> {
  const host = prepareHost(instance);
  await initDatabase(instance, host, options.throwaway);
  await stopOrphan(pgDirOf(instance), instance.log);
  rotateLog(logFile(instance));
  const child = await launchWithRetries(instance, host, options.throwaway);
  const pid = child.pid!;
  let stopping = false;
  if (child.exitCode !== null) options.onDeath();
  child.once('exit', () => stopping || options.onDeath());
  return {
    pid,
    stop: async () => {
      stopping = true;
      await stopPid(pid, 'SIGINT', 15_000, 'SIGQUIT');
    },
  };
}

async function launchWithRetries(instance: Instance, host: Host, throwaway: boolean) {
  for (let attempt = 1; ; attempt++) {
    const from = fs.existsSync(logFile(instance)) ? fs.statSync(logFile(instance)).size : 0;
    const child = await launch(instance, host, throwaway);
    if (child) return child;
    const tail = fs.readFileSync(logFile(instance), 'utf8').slice(from).trim();
    if (attempt >= 10 || !WORTH_A_RETRY.test(tail)) throw didNotStart(instance, tail);
    await sleep(300 * attempt);
  }
}

/** The running server, or undefined when it ended before it answered. */
async function launch(instance: Instance, host: Host, throwaway: boolean) {
  const { config } = instance;
  const port = await freePort(config.pg_port); // a busy port is replaced, and the new one remembered
  if (port !== config.pg_port) {
    config.pg_port = port;
    saveConfig(instance);
  }
  const settings = [...SETTINGS, ...(throwaway ? NO_DISK_SAFETY : [])].flatMap((s) => ['-c', s]);
  const args = ['-D', pgDirOf(instance), '-p', String(port), '-h', '127.0.0.1', ...settings];
  const log = fs.openSync(logFile(instance), 'a', 0o600);
  const child = spawn(path.join(host.bin, 'postgres'), args, {
    ...host.user,
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  return (await answers(instance, child)) ? child : undefined;
}

async function answers(instance: Instance, child: ChildProcess): Promise<boolean> {
  let dead = false;
  child.once('exit', () => (dead = true)).once('error', () => (dead = true));
  const url = databaseUrl(instance.config, 'supabase_admin');
  const isOurs = () =>
    withClient(url, async (c) => {
      const { rows } = await c.query<{ data_directory: string }>('show data_directory');
      return rows[0]?.data_directory === pgDirOf(instance);
    }).catch(() => false);
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- the process may have ended meanwhile
  for (const end = Date.now() + 60_000; !dead && Date.now() < end; await sleep(15))
    if (await isOurs()) return true;
  // oxlint-disable-next-line typescript/no-unnecessary-condition -- the process may have ended meanwhile
  if (!dead) child.kill('SIGQUIT');
  return false;
}

function didNotStart(instance: Instance, tail: string): Error {
  const last = tail.split('\n').findLast((line) => /FATAL|PANIC|ERROR|could not/.test(line));
  const why = (last ?? tail.split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '');
  return new Error(
    `PostgreSQL did not start on ${pgDirOf(instance)}: ${why || 'no reason given'} ` +
      `(more in ${logFile(instance)}; nothing was changed).`,
  );
}

/** After a kill -9 of the launcher the old server still runs on our files: stop it, if it really is ours. */
export async function stopOrphan(pgDir: string, log: (line: string) => void): Promise<void> {
  const file = path.join(pgDir, 'postmaster.pid');
  if (fs.existsSync(file)) {
    const pid = Number(fs.readFileSync(file, 'utf8').split('\n')[0]);
    const command = commandOf(pid);
    if (/postgres/.test(command) && command.includes(` -D ${pgDir} `)) {
      log(`stopping a left-over database server (pid ${pid})`);
      await stopPid(pid, 'SIGINT', 10_000, 'SIGQUIT');
    } else fs.rmSync(file, { force: true }); // stale, or the number now belongs to another program
  }
  // when only its main process was killed, the others go on writing until they notice
  for (const pid of pidsIn(pgDir))
    if (commandOf(pid).includes('postgres')) await stopPid(pid, 'SIGQUIT', 3000);
}

function rotateLog(file: string): void {
  if (fs.existsSync(file) && fs.statSync(file).size > LOG_LIMIT) fs.renameSync(file, `${file}.1`);
}

const logFile = (instance: Instance) => path.join(instance.dataDir, 'postgres.log');
