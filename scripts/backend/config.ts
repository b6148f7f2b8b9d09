import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { saveJson } from './durable-files.ts';

const schema = z.object({
  url: z.string(),
  publishable_key: z.string().min(20),
  secret_key: z.string().min(20),
  database_url: z.string(),
  jwt_secret: z.string().min(32),
  gateway_port: z.number(),
  pg_port: z.number(),
  pg_dir: z.string().min(1),
  admin_password: z.string().min(20),
  owner_password: z.string().min(20),
  authenticator_password: z.string().min(20),
  services_password: z.string().min(20),
});

/** `DATA_DIR/backend.json`, field for field. `pg_dir` is relative to DATA_DIR, so the folder can move. */
export type Config = z.infer<typeof schema>;

/** One embedded backend: its folder, its keys, and where its progress lines go. */
export type Instance = { dataDir: string; config: Config; log: (line: string) => void };

export type Role = 'supabase_admin' | 'postgres' | 'authenticator' | 'backend_services';

const PASSWORD_OF = {
  supabase_admin: 'admin_password',
  postgres: 'owner_password',
  authenticator: 'authenticator_password',
  backend_services: 'services_password',
} as const;

const secret = (bytes = 24) => crypto.randomBytes(bytes).toString('base64url');

export function databaseUrl(config: Config, role: Role, database = 'postgres'): string {
  return `postgres://${role}:${config[PASSWORD_OF[role]]}@127.0.0.1:${config.pg_port}/${database}`;
}

/** The folder of the database; links are resolved, so that copies are beside it and a rename moves the database, not the link. */
export function pgDirOf(instance: Instance): string {
  const folder = path.resolve(instance.dataDir, instance.config.pg_dir);
  try {
    return path.resolve(path.dirname(folder), fs.readlinkSync(folder));
  } catch {
    return folder; // no link
  }
}

export function saveConfig({ dataDir, config }: Pick<Instance, 'dataDir' | 'config'>): void {
  config.url = `http://127.0.0.1:${config.gateway_port}`;
  config.database_url = databaseUrl(config, 'postgres');
  saveJson(path.join(dataDir, 'backend.json'), config);
}

/** Keys and ports of `dataDir`; random when the folder is new. Throws one clear sentence on failure. */
export function loadConfig(dataDir: string): Config {
  const file = path.join(dataDir, 'backend.json');
  if (fs.existsSync(file)) return readConfig(file);
  if (['pg', 'pg.failed', 'copies'].some((name) => fs.existsSync(path.join(dataDir, name))))
    throw new Error(
      `${file} is missing but the database exists: restore it from a backup, ` +
        `or move ${dataDir} away to start empty.`,
    );
  const config = freshConfig();
  saveConfig({ dataDir, config });
  return config;
}

function freshConfig(): Config {
  return {
    url: '',
    publishable_key: `sb_publishable_${secret()}`,
    secret_key: `sb_secret_${secret()}`,
    database_url: '',
    jwt_secret: secret(36),
    gateway_port: 0,
    pg_port: 0,
    pg_dir: 'pg',
    admin_password: secret(),
    owner_password: secret(),
    authenticator_password: secret(),
    services_password: secret(),
  };
}

function readConfig(file: string): Config {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? `"${error.issues[0]?.path.join('.') || 'the whole'}" is missing or wrong`
        : (error as Error).message;
    throw new Error(
      `${file} cannot be read (${why}): restore it from a backup, ` +
        'or move its folder away to start empty.',
    );
  }
}
