import type { Instance } from './config.ts';
import { startPostgres } from './postgres.ts';

export type KeptPostgres = Awaited<ReturnType<typeof keepPostgres>>;

/** Starts PostgreSQL, and starts it again whenever it ends by itself. */
export async function keepPostgres(
  instance: Instance,
  throwaway: boolean,
  onFatal: (error: Error) => void,
) {
  let stopping = false;
  let restart: Promise<void> | undefined;
  const onDeath = () => {
    if (stopping) return;
    instance.log('PostgreSQL ended, starting it again');
    restart = start().then((next) => void (current = next), onFatal);
  };
  const start = () => startPostgres(instance, { throwaway, onDeath });
  let current = await start();
  return {
    pid: () => current.pid,
    stop: async () => {
      stopping = true;
      await restart; // nothing may be starting on the files after this
      await current.stop();
    },
  };
}
