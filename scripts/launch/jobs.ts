import crypto from 'node:crypto';

const EVERY = 60_000; // ms
const ANSWER_WITHIN = 30_000; // ms

type Options = { address: string; token: string; log: (line: string) => void; every?: number };

/** The token of this portal's jobs: the configured one, or a random one. */
export const jobsToken = (env: NodeJS.ProcessEnv) =>
  env['JOBS_TOKEN'] || crypto.randomBytes(32).toString('hex');

/** Calls the portal's jobs now and then every minute. Consecutive failures are one line in the log. */
export function keepJobs({ address, token, log, every = EVERY }: Options) {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let hasFailed = false;

  const run = async () => {
    const failure = await call(`${address}/api/jobs`, token, end.signal);
    if (end.signal.aborted) return;
    if (failure && !hasFailed) log(`The jobs failed: ${failure}`);
    hasFailed = failure !== null;
    timer = setTimeout(() => void run(), every);
  };
  void run();
  return {
    stop: () => {
      end.abort();
      clearTimeout(timer);
      return Promise.resolve();
    },
  };
}

/** Null on success, else the reason without anything secret. */
async function call(url: string, token: string, signal: AbortSignal): Promise<string | null> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN)]);
  return fetch(url, { method: 'POST', headers, body: '{}', signal: limit }).then(
    ({ ok, status }) => (ok ? null : `status ${status}`),
    ({ name }: Error) => name,
  );
}
