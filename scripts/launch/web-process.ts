import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopPid } from '../backend/processes.ts';

export type WebOptions = {
  /** Arguments for Node. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Any HTTP answer here, also an error page, means it runs. */
  url: string;
  log: (line: string) => void;
  onGiveUp: (error: Error) => void;
};

const START_LIMIT = 60_000; // ms
const STEADY = 60_000; // ms; after that long a run, a death counts as the first one again
const TRIES = 6;

/** Starts the web server and keeps it running; gives up after six quick deaths in a row. */
export async function keepWebServer(options: WebOptions) {
  let child = launch(options);
  let stopping = false;
  let deaths = 0;
  await answers(options.url, child);

  const watch = () => {
    const born = Date.now();
    child.once('exit', () => stopping || void restart(Date.now() - born));
  };
  const restart = async (lived: number) => {
    deaths = lived > STEADY ? 1 : deaths + 1;
    if (deaths > TRIES)
      return options.onGiveUp(new Error('The web server keeps ending; giving up.'));
    options.log('The web server ended, starting it again');
    await sleep(250 * 2 ** (deaths - 1));
    if (stopping) return;
    child = launch(options);
    watch();
  };
  watch();
  return {
    pid: () => child.pid,
    stop: async () => {
      stopping = true;
      if (child.pid && child.exitCode === null) await stopPid(child.pid, 'SIGTERM', 7000);
    },
  };
}

/** The channel tells the child when this process is gone, also after a kill -9. */
function launch({ args, env }: WebOptions): ChildProcess {
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode)
      throw new Error('The web server did not start.');
    const ok = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (ok) return;
  }
  child.kill('SIGKILL');
  throw new Error(`The web server did not answer on ${url}.`);
}
