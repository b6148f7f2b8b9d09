import fs from 'node:fs';
import { seconds } from './runtime.mjs';

/**
 * Runs groups of tests, by name, and prints each with its counts, then everything that failed and one line for all. Those of
 * `sideBySide` begin at once and print when their turn has come. Returns how many failed.
 */
export async function runSteps(steps, sideBySide) {
  const names = Object.keys(steps);
  const early = names.filter((name) => sideBySide.includes(name));
  const begun = new Map(
    early.length > 1 ? early.map((name) => [name, timed(steps[name], true)]) : [],
  );
  if (begun.size) console.log(`${early.join(', ')} run side by side: each prints when it is done`);
  const total = { passed: 0, failed: 0, failures: [] };
  for (const name of names) {
    console.log(`\n── ${name}`);
    const { passed, failed, failures, output, took } = await (begun.get(name) ??
      timed(steps[name]));
    if (output) console.log(output.trimEnd());
    console.log(`── ${name}: ${passed} passed, ${failed} failed (${took})`);
    total.passed += passed;
    total.failed += failed;
    total.failures.push(...failures.map((failure) => `✘ ${name}: ${failure}`));
  }
  fs.rmSync('test-results/.counts', { recursive: true, force: true });
  // All together at the end: the outputs of the groups are long, and where they are kept only their end may be.
  console.log(total.failures.map((failure) => `\n${failure}`).join('\n'));
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed;
}

async function timed(step, quiet = false) {
  const start = Date.now();
  return { ...(await step({ quiet })), took: seconds(start) };
}
