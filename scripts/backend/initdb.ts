import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pgDirOf, type Instance } from './config.ts';
import type { Host } from './host.ts';

const LOCALE = [
  '-E',
  'UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/** Makes the database files when there are none; a half-made set never gets the real name. */
export async function initDatabase(
  instance: Instance,
  host: Host,
  throwaway: boolean,
): Promise<void> {
  const pgDir = pgDirOf(instance);
  if (fs.existsSync(pgDir)) return checkComplete(pgDir);
  removeHalfMade(pgDir);
  const half = `${pgDir}.new-${crypto.randomBytes(6).toString('hex')}`;
  const passwordFile = `${half}.pw`;
  fs.mkdirSync(half, { mode: 0o700 });
  fs.writeFileSync(passwordFile, instance.config.admin_password, { mode: 0o600 });
  const { uid, gid } = host.user;
  if (uid && gid) for (const file of [half, passwordFile]) fs.chownSync(file, uid, gid);

  const auth = ['-U', 'supabase_admin', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', half, ...auth, ...LOCALE, ...(throwaway ? ['-N'] : [])];
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  await promisify(execFile)(path.join(host.bin, 'initdb'), args, { ...host.user, cwd: '/', env })
    .catch((e: { stderr?: string; message: string }) => {
      throw new Error(`The database could not be made: ${(e.stderr || e.message).trim()}`);
    })
    .finally(() => fs.rmSync(passwordFile, { force: true }));
  fs.renameSync(half, pgDir);
}

/** Throws one sentence unless these are the files of a database that this PostgreSQL can run. */
export function checkComplete(pgDir: string): void {
  try {
    fs.accessSync(pgDir, fs.constants.R_OK | fs.constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${pgDir} cannot be read (${code}): start as the user whose it is, or as root.`,
    );
  }
  const file = path.join(pgDir, 'PG_VERSION');
  const version = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  if (version === '17') return;
  const what = version ? `was made by PostgreSQL ${version}, not 17` : 'is not a complete database';
  throw new Error(`${pgDir} ${what}: restore it from a backup, or move it away to start empty.`);
}

function removeHalfMade(pgDir: string): void {
  const parent = path.dirname(pgDir);
  const old = fs.readdirSync(parent).filter((f) => f.startsWith(`${path.basename(pgDir)}.new-`));
  for (const name of old)
    try {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // an interrupted initdb is still writing there; it is removed next time
    }
}
