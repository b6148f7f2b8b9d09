import { startBackend, type Backend } from '../backend/backend.ts';
import type { Instance } from '../backend/config.ts';
import { jobsToken, keepJobs } from './jobs.ts';
import { catchSignInMail, demoMessages } from './messages.ts';
import { checkPort, localUrl, readSettings, type Settings } from './settings.ts';
import { keepWebServer } from './web-process.ts';
import { welcome } from './welcome.ts';

type Running = { stop: () => Promise<void> };
type Mode = {
  nodeEnv: 'production' | 'development';
  args: (settings: Settings) => string[];
  /** What else the embedded database does. */
  database?: {
    beforeMigrations: (instance: Instance, projectDir: string) => Promise<void>;
    beside: (instance: Instance, projectDir: string) => Promise<Running>;
  };
};

/** Backend and web server until a signal comes. Ends the process: 0 after a signal, 1 with one sentence. */
export async function launch(mode: Mode): Promise<void> {
  quietLibraryErrors();
  const parts: Running[] = []; // ended last first
  let ending: Promise<void> | undefined;
  const end = (code: number) =>
    (ending ??= (async () => {
      for (const part of parts.reverse()) await part.stop();
      process.exit(code);
    })());
  const giveUp = (error: Error) => {
    console.error(error.message);
    void end(1);
  };
  const starting = start(mode, parts, giveUp);
  let isStarting = true;
  const started = () => void (isStarting = false);
  starting.then(started, started);
  const leave = () => {
    if (isStarting) console.log('Ending when the start is done: nothing is left half done');
    started(); // say it once
    void starting.then(
      () => end(0), // once it is known what runs
      () => {}, // giveUp ends it
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leave);
  process.on('disconnect', leave);
  await starting.catch(giveUp);
}

async function start(mode: Mode, parts: Running[], onFatal: (error: Error) => void): Promise<void> {
  const settings = readSettings(process.env);
  await checkPort(settings);
  const log = (line: string) => console.log(line);
  const messages = demoMessages(process.env, settings);
  let backend: Backend | undefined;
  if (!settings.supabase) {
    const begin = performance.now();
    backend = await startBackend({
      dataDir: settings.dataDir,
      siteUrl: settings.siteUrl,
      onMail: catchSignInMail(messages),
      beforeMigrations: mode.database?.beforeMigrations,
      log,
      onFatal,
    });
    parts.push(backend);
    if (mode.database) parts.push(await mode.database.beside(backend.instance, '.'));
    log(`Database ready (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  }
  const address = localUrl(settings.host, settings.port);
  const token = jobsToken(process.env);
  const env = {
    ...process.env,
    ...webEnv(settings, backend),
    ...messages,
    JOBS_TOKEN: token,
    NODE_ENV: mode.nodeEnv,
  };
  const url = `${address}/api/health`;
  parts.push(await keepWebServer({ args: mode.args(settings), env, url, log, onGiveUp: onFatal }));
  parts.push(keepJobs({ address, token, log }));
  log(welcome(address, backend !== undefined));
}

/** What the application is told; whether its Supabase is embedded is not part of it. */
function webEnv(settings: Settings, backend: Backend | undefined): NodeJS.ProcessEnv {
  const supabase = settings.supabase ?? backend!;
  return {
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_SECRET_KEY: supabase.secretKey,
    HOST: settings.host,
    PORT: String(settings.port),
    SITE_URL: settings.siteUrl,
    ASTRO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}

/** The auth library prints failed SQL with its parameters: keep personal data out of the log. */
function quietLibraryErrors(): void {
  const report = console.error;
  const firstLine = (value: unknown) =>
    String(value instanceof Error ? value.message : value)
      .split('\n')[0]!
      .slice(0, 300);
  console.error = (...args: unknown[]) => report(args.map(firstLine).join(' '));
}
