// `npm test`: everything on a fresh clone, ending in one line. `npm test -- unit db` runs only those groups.
import fs from 'node:fs';
import { findChromium } from './setup/chromium.mjs';
import { installDependencies } from './setup/install.mjs';
import { orFail, seconds } from './setup/runtime.mjs';
import { STEPS } from './setup/test-steps.mjs';

await orFail(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in STEPS));
  if (unknown.length)
    throw new Error(
      `No such test group: ${unknown.join(', ')}. There are ${Object.keys(STEPS).join(', ')}.`,
    );
  await installDependencies();
  const names = Object.keys(STEPS).filter((name) => !wanted.length || wanted.includes(name));
  if (names.includes('e2e')) await provideChromium();

  const total = { passed: 0, failed: 0, failures: [] };
  for (const name of names) {
    const start = Date.now();
    console.log(`\n── ${name}`);
    const { passed, failed, failures } = await STEPS[name]();
    console.log(`── ${name}: ${passed} passed, ${failed} failed (${seconds(start)})`);
    total.passed += passed;
    total.failed += failed;
    total.failures.push(...failures.map((failure) => `✘ ${name}: ${failure}`));
  }
  fs.rmSync('test-results/.counts', { recursive: true, force: true });
  // All together at the end: the outputs of the groups are long, and where they are kept only their end may be.
  console.log(total.failures.map((failure) => `\n${failure}`).join('\n'));
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed ? 1 : 0);
});

async function provideChromium() {
  const chromium = await findChromium();
  if (chromium) process.env.CHROMIUM_PATH = chromium;
  else console.error('No Chromium here and none could be installed: set CHROMIUM_PATH to one.');
}
