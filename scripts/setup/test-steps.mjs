import fs from 'node:fs';
import path from 'node:path';
import { nodeProgram, projectDir, run } from './runtime.mjs';

const tool = (file, ...args) => run(nodeProgram(), [path.join('node_modules', file), ...args]);

/** Every group of tests: runs it and gives its counts. */
export const STEPS = {
  lint: () =>
    asOne(
      () => tool('eslint/bin/eslint.js', '.', '--max-warnings=0'),
      () => tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'),
    ),
  check: () =>
    asOne(() => tool('astro/bin/astro.mjs', 'check', '--minimumFailingSeverity=warning')),
  unit: () => vitest('unit'),
  db: () => vitest('db'),
  e2e: () => playwright(),
};

/** Tools without tests of their own count as one test together; all of them run. */
async function asOne(...tools) {
  let good = true;
  for (const runTool of tools) good = (await runTool()).code === 0 && good;
  return { passed: good ? 1 : 0, failed: good ? 0 : 1 };
}

async function vitest(project) {
  const report = freshReport(project);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await tool('vitest/vitest.mjs', 'run', '--project', project, ...reporters);
  return counts(code, report, (result) => ({
    passed: result.numPassedTests,
    // a file that cannot be loaded has no tests to fail
    failed: result.numFailedTests + result.testResults.filter(brokenFile).length,
  }));
}

const brokenFile = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed');

async function playwright() {
  const report = freshReport('e2e');
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(projectDir, report) };
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--reporter=dot,json'];
  const { code } = await run(nodeProgram(), args, { env });
  return counts(code, report, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
  }));
}

/** No report, no tests, or a tool that ends badly with all tests passed: each is a failure. */
function counts(code, report, read) {
  const { passed, failed } = fs.existsSync(report)
    ? read(JSON.parse(fs.readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0 };
  const silent = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: silent ? 1 : failed };
}

function freshReport(name) {
  const report = `test-results/.counts/${name}.json`;
  fs.mkdirSync(path.dirname(report), { recursive: true });
  fs.rmSync(report, { force: true });
  return report;
}
