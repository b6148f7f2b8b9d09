import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from './kept-program.ts';

const START_LIMIT = 60_000; // ms
const FINISH_WITHIN = 35_000; // ms; web.ts gives requests 30 s

type Options = Pick<Program, 'args' | 'env' | 'log'> & {
  /** Any HTTP answer here, also an error page, means it runs. */
  url: string;
  /** Our own web.ts answers pings; Astro's development server does not. */
  answersPings: boolean;
};

export const webProgram = ({ url, ...options }: Options): Program => ({
  name: 'The web server',
  ready: () => answers(url),
  endsWithin: FINISH_WITHIN,
  ...options,
});

async function answers(url: string): Promise<void> {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; await sleep(50)) {
    const limit = AbortSignal.timeout(Math.max(end - Date.now(), 1));
    const ok = await fetch(url, { redirect: 'manual', signal: limit }).then(
      () => true,
      () => false,
    );
    if (ok) return;
  }
  throw new Error(`The web server did not answer on ${url}.`);
}
