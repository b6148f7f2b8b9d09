import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { freePort } from '../../scripts/backend/processes.ts';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';

/**
 * For the browser tests: the portal as `npm start` runs it, with fresh demo data in a throwaway folder.
 * Sets E2E_URL and E2E_DATA_DIR (its backend.json). With E2E_URL already set, that portal is tested instead.
 */
export default async function setup() {
  if (process.env['E2E_URL']) return undefined;
  const portal = await startPortal({ LOG_LEVEL: 'silent', PSEUDO_LANGUAGE: 'yes' });
  process.env['E2E_URL'] = portal.url;
  process.env['E2E_DATA_DIR'] = portal.dataDir;
  return portal.stop;
}

/** A portal of its own; `output` is what it has printed so far. `stop` throws when it does not exit cleanly. */
export async function startPortal(env: NodeJS.ProcessEnv) {
  const dataDir = throwawayFolder();
  const port = String(await freePort());
  const portal = spawn('node', ['scripts/start.mjs'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: port, HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [portal.stdout, portal.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const forget = () => fs.rmSync(dataDir, { recursive: true, force: true });
  await ready(portal, () => output).catch((error: unknown) => {
    forget();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    output: () => output,
    stop: async () => {
      portal.kill('SIGTERM');
      const code = await ended(portal);
      forget();
      if (code !== 0)
        throw new Error(`The portal ended with ${code} instead of 0:\n${output.slice(-4000)}`);
    },
  };
}

function ready(portal: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (output().includes('is running on')) resolve();
    };
    portal.stdout!.on('data', look);
    portal.stderr!.on('data', look);
    portal.once('exit', () => reject(new Error(`The portal did not start:\n${output()}`)));
  });
}

const ended = (portal: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (portal.exitCode !== null) resolve(portal.exitCode);
    else portal.once('exit', resolve);
  });
