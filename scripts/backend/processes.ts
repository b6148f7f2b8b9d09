import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `wanted` when it is free on loopback, else any free port. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().once('error', () => resolve(freePort(0)));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Command line of a live process; '' when it is gone or a zombie. */
export function commandOf(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    if (/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))) return '';
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** The start time of a live process, in the system's own format; '' when it is gone. Unlike the process id, it is not reused. */
export function birthOf(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // a program's name may hold spaces
    return /[ZX]/.test(fields[0]!) ? '' : fields[19]!;
  } catch {
    return '';
  }
}

/**
 * What a file in a data folder records of a process that works for that folder: enough to recognise it when its id was given to another
 * process, and when the folder is a copy. Release 0.1.0 wrote, and reads, id and command only.
 */
export type Mark = { pid: number; command: string; birth?: string; folder?: string };

export const markOf = (pid: number, folder: string): Mark => ({
  pid,
  command: commandOf(pid),
  birth: birthOf(pid),
  folder,
});

/** Whether the process is alive and works for the folder `here`. */
export function isMarked({ pid, command, birth, folder }: Mark, here: string): boolean {
  if (birth === undefined) return command !== '' && commandOf(pid) === command;
  return folder === here && birth !== '' && birthOf(pid) === birth;
}

/** Processes that work in this folder; none where the system does not tell. */
export function pidsIn(folder: string): number[] {
  if (process.platform !== 'linux' || !fs.existsSync(folder)) return [];
  const real = fs.realpathSync(folder);
  const pids = fs.readdirSync('/proc').map(Number).filter(Boolean);
  return pids.filter((pid) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/cwd`) === real;
    } catch {
      return false; // gone, or another user's
    }
  });
}

/** Sends `signal`, waits up to `ms` for the end, then sends `lastSignal`. */
export async function stopPid(
  pid: number,
  signal: NodeJS.Signals,
  ms: number,
  lastSignal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  for (const [next, wait] of [
    [signal, ms],
    [lastSignal, 3000],
  ] as const) {
    try {
      process.kill(pid, next);
    } catch {
      return;
    }
    for (const end = Date.now() + wait; Date.now() < end; await sleep(25))
      if (!commandOf(pid)) return;
  }
}
