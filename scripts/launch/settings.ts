import net from 'node:net';
import path from 'node:path';

export type Settings = {
  host: string;
  port: number;
  dataDir: string;
  siteUrl: string;
  /** Undefined: the embedded backend is started. */
  supabase: { url: string; publishableKey: string; secretKey: string } | undefined;
};

const SUPABASE = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_SECRET_KEY'] as const;

/** HOST, PORT, DATA_DIR, SITE_URL and the three of Supabase. Throws one clear sentence. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const host = env['HOST'] || '127.0.0.1';
  const port = Number(env['PORT'] || 4321);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT must be a number from 1 to 65535, not "${env['PORT']}".`);
  return {
    host,
    port,
    dataDir: path.resolve(env['DATA_DIR'] || '.data'),
    siteUrl: env['SITE_URL'] || localUrl(host, port),
    supabase: readSupabase(env),
  };
}

/** The address at which this machine reaches the web server. */
export function localUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function readSupabase(env: NodeJS.ProcessEnv): Settings['supabase'] {
  const missing = SUPABASE.filter((name) => !env[name]);
  if (missing.length === SUPABASE.length) return undefined;
  if (missing.length)
    throw new Error(
      `${missing.join(' and ')} missing: set all of ${SUPABASE.join(', ')} to use a Supabase, ` +
        'or none of them to use the embedded one.',
    );
  const [url, publishableKey, secretKey] = SUPABASE.map((name) => env[name]!) as [
    string,
    string,
    string,
  ];
  if (!/^https?:\/\//.test(url))
    throw new Error(`SUPABASE_URL must begin with https://, not "${url}".`);
  return { url, publishableKey, secretKey };
}

/** Throws one clear sentence when nothing can listen on the web address. */
export function checkPort({ host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', ({ code }: NodeJS.ErrnoException) => {
      const busy = `Port ${port} on ${host} is in use. Stop what uses it, or set PORT to a free one.`;
      reject(
        new Error(code === 'EADDRINUSE' ? busy : `Cannot listen on ${host}:${port} (${code}).`),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
