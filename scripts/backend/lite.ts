import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { databaseUrl, type Instance, type Role } from './config.ts';
import { fileStore } from './file-store.ts';
import type { Handler } from './handler.ts';
import { answerLikeHosted } from './lite-hosted.ts';

process.env['EXPERIMENTAL_STORAGE'] = '1'; // read while the library loads: it is only imported dynamically

const CODE_MAIL = fileURLToPath(new URL('../../supabase/mails/code.html', import.meta.url));

const CLOSE_WITHIN = 3000; // ms; after PostgreSQL was killed the library waits for answers that never come

export type Mail = { to: string; subject: string; text?: string; html?: string };
export type Mailer = { send: (mail: Mail) => Promise<void> };
export type LiteOptions = {
  siteUrl?: string | undefined;
  auth?: Record<string, unknown> & { email?: Record<string, unknown> };
  mailer?: Mailer;
  /** Receives the mails, which the demo does not send. */
  onMail?: Mailer['send'] | undefined;
  /** Largest file, as `50MiB`. */
  fileLimit?: string;
};
export type Lite = {
  handler: Handler;
  makeSchema: () => Promise<void>;
  close: () => Promise<void>;
};

type Library = {
  fetch: (request: Request, options: { peerAddress: null }) => Promise<Response>;
  init: () => Promise<unknown>;
  ensureSystemSchema: () => Promise<void>;
  _storageAdapter: unknown;
};

/** Auth and Storage of Supabase Lite. Superuser only while the schema is made, else the limited role. */
export async function openLite(
  instance: Instance,
  database: string,
  options: LiteOptions,
  mailer: Mailer,
  role: Role = 'backend_services',
): Promise<Lite> {
  const connection = await connect(databaseUrl(instance.config, role, database));
  const app = await makeApp(instance, connection, options, mailer);
  app._storageAdapter = fileStore(path.join(instance.dataDir, 'storage', database));
  await initQuietly(app);
  const call: Handler = (request) => app.fetch(request, { peerAddress: null });
  const hosted = answerLikeHosted(call, instance, database);
  return {
    handler: hosted.handler,
    makeSchema: () => app.ensureSystemSchema(),
    close: async () => {
      const closed = Promise.all([hosted.close(), connection.close()]);
      await Promise.race([closed, sleep(CLOSE_WITHIN, undefined, { ref: false })]);
    },
  };
}

type Connection = { rlsState: string; close: () => Promise<void> };

async function connect(url: string): Promise<Connection> {
  const { createPostgresConnection } = await import('@supabase/lite/postgres');
  // without these types jsonb is stored twice-encoded
  const types = { json: jsonType(114), jsonb: jsonType(3802) };
  const options = { url, postgresOptions: { max: 8, onnotice: () => {}, types } };
  const connection = createPostgresConnection(options as never) as unknown as Connection;
  connection.rlsState = 'active'; // keeps the library from granting all tables to everybody
  return connection;
}

const jsonType = (oid: number) => ({
  to: oid,
  from: [oid],
  serialize: (v: unknown) => (typeof v === 'string' ? v : JSON.stringify(v)),
  parse: (text: string) => JSON.parse(text) as unknown,
});

async function makeApp(
  { config }: Instance,
  connection: Connection,
  options: LiteOptions,
  mailer: Mailer,
): Promise<Library> {
  const { App } = await import('@supabase/lite');
  const auth = authSettings(config.jwt_secret, options);
  const settings = {
    connection,
    studio: { enabled: false },
    storage: { enabled: true, file_size_limit: options.fileLimit ?? '50MiB' },
    auth: { ...auth, publishable_key: config.publishable_key, secret_key: config.secret_key },
    options: { drivers: { email: sameInPlain(mailer) } },
  };
  return new App(settings as never) as unknown as Library;
}

/** The library sends its own English text beside the mail of the template: this makes the plain text match the mail. */
const sameInPlain = (mailer: Mailer): Mailer => ({
  send: (mail) => {
    const parts = mail.html?.split('</p>').map((part) => part.replace(/<[^>]+>/g, ''));
    const text = parts
      ?.map((part) => part.replace(/\s+/g, ' '))
      .join('\n\n')
      .replace(/^ /gm, '')
      .trim();
    return mailer.send(text ? { ...mail, text } : mail);
  },
});

/** The library warns about its experimental storage at every start: we chose it, so the warning is dropped. */
async function initQuietly(app: Library): Promise<void> {
  const warn = console.warn;
  console.warn = (...args) => String(args[0]).startsWith('EXPERIMENTAL') || warn(...args);
  try {
    await app.init();
  } finally {
    console.warn = warn;
  }
}

/** The same choices as supabase/config.toml. */
function authSettings(jwtSecret: string, options: LiteOptions) {
  const email = {
    enable_signup: true,
    enable_confirmations: false,
    double_confirm_changes: true,
    max_frequency: '1s',
    otp_length: 6,
    otp_expiry: 900, // seconds
    template: { magic_link: { subject: 'Koden din / Your code', content_path: CODE_MAIL } },
  };
  return {
    enabled: true,
    enable_signup: true,
    jwt_secret: jwtSecret,
    jwt_expiry: 3600, // seconds
    site_url: options.siteUrl ?? 'http://127.0.0.1:4321',
    minimum_password_length: 8,
    enable_refresh_token_rotation: true,
    refresh_token_reuse_interval: 10, // seconds
    ...options.auth,
    email: { ...email, ...options.auth?.email },
  };
}
