import { backendProgram } from './backend-program.ts';
import { jobsToken, keepJobs } from './jobs.ts';
import { keepProgram } from './kept-program.ts';
import { demoMessages } from './messages.ts';
import { checkPort, localUrl, readSettings, type Settings } from './settings.ts';
import { webProgram } from './web-program.ts';
import { welcome } from './welcome.ts';

type Running = { stop: () => Promise<void> };
type Mode = {
  nodeEnv: 'production' | 'development';
  web: { args: (settings: Settings) => string[]; answersPings: boolean };
  /** Whether the embedded database follows supabase/schemas while it runs. */
  followsSchemas?: boolean;
};

/**
 * Backend and web server until a signal comes. Ends the process: 0 after a signal, 1 with one sentence. Both are processes of their own,
 * restarted when they die; an error in them cannot end this process, which supervises them.
 */
export async function launch(mode: Mode): Promise<void> {
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
  const starting = start(mode, parts);
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

async function start(mode: Mode, parts: Running[]): Promise<void> {
  const settings = readSettings(process.env);
  await checkPort(settings);
  const log = (line: string) => console.log(line);
  const address = localUrl(settings.host, settings.port);
  const token = jobsToken(process.env);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...webEnv(settings),
    ...demoMessages(process.env, settings),
    JOBS_TOKEN: token,
    NODE_ENV: mode.nodeEnv,
  };
  const kept: { web?: { restart: () => void } } = {};
  if (settings.supabase) Object.assign(env, supabaseEnv(settings.supabase));
  else {
    const begin = performance.now();
    const onReady = (supabase: NonNullable<Settings['supabase']>) => {
      const hasMoved = supabase.url !== env['SUPABASE_URL'];
      Object.assign(env, supabaseEnv(supabase));
      if (hasMoved) kept.web?.restart();
    };
    const followsSchemas = mode.followsSchemas ?? false;
    parts.push(await keepProgram(backendProgram({ followsSchemas, env: process.env, onReady, log }))); // prettier-ignore
    log(`Database ready (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
  }
  const { answersPings } = mode.web;
  const url = `${address}/api/health`;
  const web = await keepProgram(webProgram({ args: mode.web.args(settings), env, url, answersPings, log })); // prettier-ignore
  kept.web = web;
  parts.push(web);
  parts.push(keepJobs({ address, token, log }));
  log(welcome(address, settings.supabase === undefined));
}

/** The environment of the application; it does not contain whether its Supabase is embedded. */
const webEnv = ({ host, port, siteUrl }: Settings): NodeJS.ProcessEnv => ({
  HOST: host,
  PORT: String(port),
  SITE_URL: siteUrl,
  ASTRO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
});

const supabaseEnv = ({ url, publishableKey, secretKey }: NonNullable<Settings['supabase']>) => ({
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEY: publishableKey,
  SUPABASE_SECRET_KEY: secretKey,
});
