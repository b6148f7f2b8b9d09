// `npm run bench [paths]`: pages without a session on fresh demo data; client and server share this machine.
import startPortal from '../support/portal.ts';

const SECONDS = 5;
const PATHS = ['/', '/drobakgata-1', '/drobakgata-1/aktiviteter', '/api/health'];

const stop = await startPortal();
const paths = process.argv.length > 2 ? process.argv.slice(2) : PATHS;
console.log('path                          c   req/s   p50 ms   p95 ms   not 200');
for (const path of paths) for (const callers of [1, 10]) console.log(await measure(path, callers));
await stop?.();
process.exit(0);

async function measure(path: string, callers: number): Promise<string> {
  const url = new URL(path, process.env['E2E_URL']).href;
  await ask(url); // warm
  const times: number[] = [];
  let bad = 0;
  const end = performance.now() + SECONDS * 1000;
  const caller = async () => {
    while (performance.now() < end) {
      const begin = performance.now();
      if ((await ask(url)) !== 200) bad++;
      times.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1).padStart(8);
  const rate = Math.round(times.length / SECONDS);
  return `${path.padEnd(28)}${String(callers).padStart(3)}${String(rate).padStart(8)} ${at(0.5)} ${at(0.95)}${String(bad).padStart(10)}`;
}

async function ask(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}
