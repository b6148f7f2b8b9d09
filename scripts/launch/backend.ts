// The embedded backend as a process of its own; see backend-program.ts. It ends when its supervisor says so, or is gone.
import { startBackend, type Backend } from '../backend/backend.ts';
import type { BackendMessage } from './backend-program.ts';
import { shortErrors } from './short-errors.ts';
import { catchSignInMail, demoMessages } from './messages.ts';
import { readSettings } from './settings.ts';

const say = (message: BackendMessage | 'pong') =>
  new Promise((resolve) => process.send?.(message, undefined, {}, resolve) ?? resolve(null));
const log = (line: string) => console.log(line);

shortErrors();
// A terminal sends its signals to every process of the portal; the supervisor decides what they mean.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('message', (message) => {
  if (message === 'ping') void say('pong');
  if (message === 'stop') void end();
});
process.on('disconnect', () => void end());

const follow = process.argv.includes('--follow-schemas') // only then is what reads them needed
  ? await import('../schema/follow.ts')
  : undefined;
const starting = start();
await starting.then(
  ({ url, publishableKey, secretKey }) => say({ ready: { url, publishableKey, secretKey } }),
  fail,
);

async function start(): Promise<Backend & { stopFollowing: (() => Promise<void>) | undefined }> {
  const settings = readSettings(process.env);
  const backend = await startBackend({
    dataDir: settings.dataDir,
    siteUrl: settings.siteUrl,
    onMail: catchSignInMail(demoMessages(process.env, settings)),
    beforeMigrations: follow?.recordApplied,
    log,
    onFatal: (error) => void fail(error),
  });
  const following = await follow?.followSchemas(backend.instance, '.');
  return { ...backend, stopFollowing: following?.stop };
}

/** Leaves nothing half done: during a start, it ends when the start is done. */
async function end(): Promise<void> {
  const backend = await starting.catch(() => undefined); // fail says why
  await backend?.stopFollowing?.();
  await backend?.stop();
  process.exit(0);
}

async function fail({ message }: Error): Promise<void> {
  await say({ failed: message });
  process.exit(1);
}
