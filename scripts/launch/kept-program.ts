import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopPid } from '../backend/processes.ts';

export type Program = {
  /** The name at the start of a sentence: `The web server`. */
  name: string;
  /** Arguments for Node. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Resolves when the child can be used. Rejects with one sentence when it did not start; then it is ended. */
  ready: (child: ChildProcess) => Promise<void>;
  /** It answers `pong` to a message `ping`: a child that does not for half a minute hangs, and is restarted. */
  answersPings?: boolean;
  /** How the child is asked to end; SIGTERM when not given. */
  askToEnd?: (child: ChildProcess) => void;
  /** ms; then it is killed. */
  endsWithin: number;
  log: (line: string) => void;
};

const STEADY = 60_000; // ms; after that long a run, a death counts as the first one again
const LONGEST_WAIT = 30_000; // ms between two starts
const PING_EVERY = 5000; // ms
const PINGS_MISSED = 6;

/**
 * Starts a program and keeps it running, with growing waits between restarts. Rejects when the first start fails; later ones are retried
 * for ever, because nobody may be there to restart it.
 */
export async function keepProgram(program: Program, pingEvery = PING_EVERY) {
  let child = launch(program);
  let stopping = false;
  let deaths = 0;
  let endWait = () => {};
  await started(program, child);

  const watch = () => {
    const born = Date.now();
    const stopPinging = program.answersPings ? ping(program, child, pingEvery) : () => {};
    const onEnd = () => {
      stopPinging();
      if (!stopping) void restart(Date.now() - born, ending(child));
    };
    if (isGone(child)) onEnd();
    else child.once('exit', onEnd);
  };
  const restart = async (lived: number, how: string) => {
    deaths = lived > STEADY ? 1 : deaths + 1;
    const wait = Math.min(250 * 2 ** (deaths - 1), LONGEST_WAIT);
    program.log(`${program.name} ended (${how}), starting it again in ${wait / 1000} s`);
    const waiting = new AbortController();
    endWait = () => waiting.abort();
    await sleep(wait, undefined, { signal: waiting.signal }).catch(() => {});
    if (stopping) return;
    child = launch(program);
    watch();
    await started(program, child).catch(({ message }: Error) => program.log(message));
  };
  watch();
  return {
    pid: () => child.pid,
    /** Ends the child; another one is started, with the current environment. */
    restart: () => void child.kill('SIGTERM'),
    stop: async () => {
      stopping = true;
      endWait();
      if (!child.pid || isGone(child)) return;
      if (program.askToEnd) await endOf(child, program.askToEnd, program.endsWithin);
      if (!isGone(child)) await stopPid(child.pid, 'SIGTERM', program.endsWithin);
    },
  };
}

/** The channel tells the child when this process is gone, also after a kill -9. */
function launch({ args, env }: Program): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }); // prettier-ignore
  child.on('error', () => {}); // of the channel when it dies; its end is what counts
  return child;
}

async function started(program: Program, child: ChildProcess): Promise<void> {
  const died = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`${program.name} did not start (${ending(child)}).`));
    if (isGone(child)) fail();
    else child.once('exit', () => (child.connected ? child.once('disconnect', fail) : fail())); // not before its last words
  });
  try {
    await Promise.race([program.ready(child), died]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Kills a child that no longer answers. Counts pings, not time: a computer that slept does not mean that the child hangs. */
function ping({ name, log }: Program, child: ChildProcess, every: number): () => void {
  let missed = 0;
  child.on('message', (message) => {
    if (message === 'pong') missed = 0;
  });
  const timer = setInterval(() => {
    if (missed++ < PINGS_MISSED) return void child.send('ping', () => {});
    log(`${name} does not answer any more`);
    child.kill('SIGKILL');
    clearInterval(timer);
  }, every);
  return () => clearInterval(timer);
}

function endOf(child: ChildProcess, ask: (child: ChildProcess) => void, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, ms);
    child.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    ask(child);
  });
}

const isGone = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;
const ending = ({ exitCode, signalCode }: ChildProcess) => signalCode ?? `code ${exitCode}`;
