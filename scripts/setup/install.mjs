import fs from 'node:fs';
import path from 'node:path';
import { projectDir, run, seconds } from './runtime.mjs';

/** `npm ci`, but only when node_modules does not match package-lock.json. */
export async function installDependencies() {
  if (isInstalled()) return;
  console.log('Installing the dependencies (a minute or two, once) ...');
  const start = Date.now();
  const options = ['--include=dev', '--no-audit', '--no-fund'];
  const exact = await run('npm', ['ci', ...options], { quiet: true });
  // a lock file made where optional packages of other platforms are not visible is incomplete for `npm ci`
  const result =
    exact.code === 0
      ? exact
      : await run('npm', ['install', '--no-save', ...options], { quiet: true });
  if (result.code !== 0)
    throw new Error(
      `${errorsIn(result.output)}\n` +
        'The dependencies could not be installed: check the network and run `npm ci` by hand to see more.',
    );
  console.log(`Dependencies installed (${seconds(start)})`);
}

const errorsIn = (output) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .slice(0, 6)
    .join('\n');

function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json'); // npm writes it last
  const wanted = packagesOf('package-lock.json');
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, { version, optional, link }]) => {
    if (name === '' || link) return true;
    if (!installed[name]) return Boolean(optional);
    return installed[name].version === version && fs.existsSync(path.join(projectDir, name));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(projectDir, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
