import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Everything in scripts/setup runs before anything is installed, also under Node 20: no packages, no TypeScript.

export const projectDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const quietTools = { ASTRO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

/** Program of the pinned Node 24; the running one when it is new enough itself. */
export function nodeProgram() {
  const pinned = path.join(projectDir, 'node_modules/.bin/node');
  if (fs.existsSync(pinned)) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(
    'Node 24 is missing in node_modules: npm was told to skip install scripts. ' +
      'Run `npm ci --ignore-scripts=false`, or start with Node 24.',
  );
}

/** Runs a project script under Node 24 and exits with its code. The script notices when we die, and we pass signals on. */
export function become(script, args = process.argv.slice(2)) {
  const child = spawn(nodeProgram(), [path.join(projectDir, script), ...args], {
    cwd: projectDir,
    env: { ...process.env, ...quietTools },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.once('error', (error) => fail(error));
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/** Runs a tool until it ends. Resolves with the exit code; output goes to the terminal, or is returned. */
export function run(program, args, { quiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: projectDir,
      env: { ...process.env, ...quietTools, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs `steps`; an expected failure is printed as one sentence. */
export async function orFail(steps) {
  try {
    await steps();
  } catch (error) {
    fail(error);
  }
}

function fail(error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
