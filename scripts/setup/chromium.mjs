import fs from 'node:fs';
import path from 'node:path';
import { nodeProgram, projectDir, run } from './runtime.mjs';

/** The build without a window system: the browser tests take about half the time in it. */
const SHELLS = ['chromium-headless-shell', 'headless_shell'];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium for the browser tests; installs one when this machine has none. Undefined: not possible. */
export async function findChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted && !fs.existsSync(wanted)) throw new Error(`CHROMIUM_PATH names no file: ${wanted}`);
  const shell = wanted || onPath(SHELLS) || (await playwrightOwn()) || (await installShell());
  const found = shell || onPath(BROWSERS);
  if (found) return found;
  console.log('Installing a Chromium for the browser tests (once) ...');
  await run(nodeProgram(), [playwrightCli, 'install', 'chromium'], { quiet: true });
  const own = await playwrightOwn();
  if (own) return own;
  await installPackage('chromium');
  return onPath(BROWSERS);
}

/** Not possible (no root, no Debian, no network) is not an error: a browser with a window system works too. */
async function installShell() {
  await installPackage('chromium-headless-shell');
  return onPath(SHELLS);
}

const playwrightCli = path.join(projectDir, 'node_modules/@playwright/test/cli.js');

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return files.find((file) => fs.existsSync(file));
}

/** A browser that Playwright downloaded may still miss system libraries: only one that runs counts. */
async function playwrightOwn() {
  const { chromium } = await import('@playwright/test');
  const file = chromium.executablePath();
  if (!file || !fs.existsSync(file)) return undefined;
  return (await run(file, ['--version'], { quiet: true })).code === 0 ? file : undefined;
}

async function installPackage(name) {
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return;
  // Neither another installation nor a dead network may hold up the tests for long.
  const patience = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::http::Timeout=20'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => run('apt-get', [...patience, ...args], { quiet: true, env });
  const install = () => apt('install', '-y', '--no-install-recommends', name);
  if ((await install()).code === 0) return;
  await apt('update');
  await install();
}
