import fs from 'node:fs';
import path from 'node:path';
import { projectDir, run, seconds } from './runtime.mjs';

/** `npm ci`, but only when node_modules does not hold what package-lock.json says. */
export async function installDependencies() {
  if (isInstalled()) return;
  console.log('Installing the dependencies (a minute or two, once) ...');
  const start = Date.now();
  const { code, output } = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], {
    quiet: true,
  });
  if (code !== 0)
    throw new Error(
      `${output.trim().split('\n').slice(-15).join('\n')}\n` +
        'The dependencies could not be installed: check the network and run `npm ci` by hand to see more.',
    );
  console.log(`Dependencies installed (${seconds(start)})`);
}

function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json'); // npm writes it last
  const wanted = packagesOf('package-lock.json');
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, { version, optional, link }]) => {
    if (name === '' || link) return true;
    return installed[name] ? installed[name].version === version : Boolean(optional);
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(projectDir, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
