import fs from 'node:fs';
import path from 'node:path';
import { nodeProgram, projectDir, run } from './runtime.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium for the browser tests; installs one when this machine has none. Undefined: not possible. */
export async function findChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted && !fs.existsSync(wanted)) throw new Error(`CHROMIUM_PATH names no file: ${wanted}`);
  const found = wanted || onPath() || (await playwrightOwn());
  if (found) return found;
  console.log('Installing a Chromium for the browser tests (once) ...');
  await run(nodeProgram(), [playwrightCli, 'install', 'chromium'], { quiet: true });
  const own = await playwrightOwn();
  if (own) return own;
  if (process.getuid?.() === 0) await installPackage();
  return onPath();
}

const playwrightCli = path.join(projectDir, 'node_modules/@playwright/test/cli.js');

function onPath() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const files = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return files.find((file) => fs.existsSync(file));
}

/** A browser that Playwright downloaded may still miss system libraries: only one that runs counts. */
async function playwrightOwn() {
  const { chromium } = await import('@playwright/test');
  const file = chromium.executablePath();
  if (!file || !fs.existsSync(file)) return undefined;
  return (await run(file, ['--version'], { quiet: true })).code === 0 ? file : undefined;
}

async function installPackage() {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { quiet: true, env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    quiet: true,
    env,
  });
}
