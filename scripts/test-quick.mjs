// `npm run test:quick`: tests for a change, in less than 90 seconds on two cores; ends with a list of what it did not run.
import fs from 'node:fs';
import { installDependencies } from './setup/install.mjs';
import { quickTests, SLOW_UNIT } from './setup/quick-tests.mjs';
import { runSteps } from './setup/run-steps.mjs';
import { orFail, projectDir, run } from './setup/runtime.mjs';
import { lint, STEPS, vitest } from './setup/test-steps.mjs';

await orFail(async () => {
  process.chdir(projectDir);
  await installDependencies();
  const base = await mergeBase();
  const changed = await changedSince(base);
  if (changed.length === 0) {
    console.log(`Nothing has changed since ${base.slice(0, 10)}. \`npm test\` runs everything.`);
    return;
  }
  const tests = fs
    .readdirSync('tests/db')
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `tests/db/${file}`);
  const quick = quickTests(changed, tests, (file) => fs.readFileSync(file, 'utf8'));
  const slow = SLOW_UNIT.filter((file) => !changed.includes(file));
  // `check` keeps one core busy for about as long as all the others together need on the second.
  let last = Promise.resolve();
  const inTurn = (step) => (options) => (last = last.then(() => step(options)));
  const excluded = slow.flatMap((file) => ['--exclude', file]);
  const steps = {
    lint: inTurn((options) => lint(options, quick.lint)),
    ...(quick.check && { check: STEPS.check }),
    unit: inTurn((options) => vitest('unit', options, excluded)),
    ...(quick.db.length > 0 && { db: inTurn((options) => vitest('db', options, quick.db)) }),
  };
  const failed = await runSteps(steps, Object.keys(steps));
  const left = [
    'lint of what did not change',
    `${slow.length} slow files of unit`,
    !quick.check && 'check',
    `${tests.length - quick.db.length} of ${tests.length} files of db`,
    'e2e',
  ];
  const chosen = quick.db.map((file) => file.replace(/^tests\/db\/|\.test\.ts$/g, '')).join(', ');
  console.log(`db was: ${chosen || 'none'}`);
  console.log(`Not run: ${left.filter(Boolean).join(', ')}. \`npm test\` runs everything.`);
  process.exit(failed ? 1 : 0);
});

/** The commit where this branch left main; on main, or without it, the last commit. */
async function mergeBase() {
  for (const main of ['origin/main', 'main']) {
    const { code, output } = await git('merge-base', 'HEAD', main);
    if (code === 0) return output.trim();
  }
  return 'HEAD';
}

/** Files that were added or edited since then, committed or not. */
async function changedSince(base) {
  const edited = await git('diff', '--name-only', '--diff-filter=d', base);
  const added = await git('ls-files', '--others', '--exclude-standard');
  if (edited.code !== 0) throw new Error(`What has changed is not known: ${edited.output.trim()}`);
  return [...new Set(`${edited.output}\n${added.output}`.split('\n').filter(Boolean))].sort();
}

function git(...args) {
  return run('git', ['-c', 'core.quotepath=off', ...args], { quiet: true });
}
