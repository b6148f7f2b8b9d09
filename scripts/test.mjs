// `npm test`: everything on a fresh clone, ending in one line. `npm test -- unit db` runs only those groups.
import { findChromium } from './setup/chromium.mjs';
import { installDependencies } from './setup/install.mjs';
import { checkMachine } from './setup/machine.mjs';
import { runSteps } from './setup/run-steps.mjs';
import { orFail } from './setup/runtime.mjs';
import { STEPS } from './setup/test-steps.mjs';

/** Each keeps one core busy; they share nothing. Nothing runs beside the database and browser groups: their tests are sensitive to time. */
const SIDE_BY_SIDE = ['lint', 'check', 'unit'];

await orFail(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !(name in STEPS));
  if (unknown.length)
    throw new Error(
      `No such test group: ${unknown.join(', ')}. There are ${Object.keys(STEPS).join(', ')}.`,
    );
  const steps = Object.entries(STEPS).filter(([name]) => !wanted.length || wanted.includes(name));
  if (steps.some(([name]) => ['db', 'e2e'].includes(name))) checkMachine({ ...process, env: {} });
  await installDependencies();
  if (steps.some(([name]) => name === 'e2e')) await provideChromium();
  const failed = await runSteps(Object.fromEntries(steps), SIDE_BY_SIDE);
  process.exit(failed ? 1 : 0);
});

async function provideChromium() {
  const chromium = await findChromium();
  if (chromium) process.env.CHROMIUM_PATH = chromium;
  else console.error('No Chromium here and none could be installed: set CHROMIUM_PATH to one.');
}
