import fs from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { nodeProgram, projectDir, run } from './runtime.mjs';

const tool = (options, file, ...args) =>
  run(nodeProgram(), [path.join('node_modules', file), ...args], options);

/**
 * Every group of tests: runs it and returns its counts, and for failures the names with the first words of the reason. With `quiet` its
 * output is returned too, instead of going to the terminal.
 */
export const STEPS = {
  lint: (options) =>
    asOne(
      ...linters(options, ['.']),
      () => tool(options, 'oxlint/bin/oxlint', '--deny-warnings'),
      () => tool(options, 'knip/bin/knip.js', '--treat-config-hints-as-errors'),
      () => run(nodeProgram(), ['scripts/launch/lint-sql.ts'], options),
    ),
  check: (options) =>
    asOne(() => tool(options, 'astro/bin/astro.mjs', 'check', '--minimumFailingSeverity=warning')),
  unit: (options) => vitest('unit', options),
  db: (options) => vitest('db', options),
  e2e: (options) => playwright(options),
};

/** `files`: paths; files that the tools do not know or ignore are left out. */
export const lint = (options, files) => asOne(...linters(options, files));

const linters = (options, files) => [
  () => tool(options, 'eslint/bin/eslint.js', '--max-warnings=0', '--no-warn-ignored', ...files),
  () =>
    tool(
      options,
      'prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--ignore-unknown',
      ...files,
    ),
];

/** Tools without tests of their own count as one test together; all of them run. */
async function asOne(...tools) {
  let good = true;
  let output = '';
  for (const runTool of tools) {
    const ended = await runTool();
    good = ended.code === 0 && good;
    output += ended.output;
  }
  const failures = good ? [] : ['see its output'];
  return { passed: good ? 1 : 0, failed: good ? 0 : 1, failures, output };
}

/** `files`: only these of the project, all when none is named. */
export async function vitest(project, options, files = []) {
  const report = freshReport(project);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  const args = ['run', '--project', project, ...reporters, ...files];
  const { code, output } = await tool(options, 'vitest/vitest.mjs', ...args);
  const found = counts(code, report, (result) => ({
    passed: result.numPassedTests,
    // a file that cannot be loaded has no tests to fail
    failed: result.numFailedTests + result.testResults.filter(brokenFile).length,
    failures: result.testResults.flatMap((file) => [
      ...(brokenFile(file) ? [failure(file.name, file.message)] : []),
      ...file.assertionResults
        .filter((test) => test.status === 'failed')
        .map((test) => failure(`${file.name} › ${test.fullName}`, test.failureMessages.join('\n'))),
    ]),
  }));
  return { ...found, output };
}

const brokenFile = ({ status, assertionResults }) =>
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed');

async function playwright(options) {
  const report = freshReport('e2e');
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(projectDir, report) };
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--reporter=dot,json'];
  const { code, output } = await run(nodeProgram(), args, { ...options, env });
  const found = counts(code, report, ({ stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    failures: suites.flatMap(unexpectedOf),
  }));
  return { ...found, output };
}

const unexpectedOf = ({ file, specs = [], suites = [] }) => [
  ...specs.flatMap(({ title, tests }) =>
    tests
      .filter((test) => test.status === 'unexpected')
      .map(({ projectName, results }) =>
        failure(
          `tests/e2e/${file} › ${title} [${projectName}]`,
          results.flatMap(({ errors }) => errors.map((error) => error.message)).join('\n'),
          results.flatMap(({ attachments }) => attachments.flatMap(pageText)),
        ),
      ),
  ),
  ...suites.flatMap(unexpectedOf),
];

/** The text of the page a browser test failed on, from its main part down: Playwright keeps it beside the test. */
function pageText({ name, path: file }) {
  if (name !== 'error-context' || !file || !fs.existsSync(file)) return [];
  const [, page = ''] = fs.readFileSync(file, 'utf8').split('# Page snapshot');
  const lines = page.split('\n').filter((line) => line.trim() && !line.startsWith('```'));
  const main = lines.findIndex((line) => line.trim().startsWith('- main'));
  return lines.slice(Math.max(main, 0)).slice(0, 80);
}

/** Name of a test and the beginning of its message, without colours; then the text of its page. */
function failure(name, message = '', page = []) {
  const lines = stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() && !line.includes('node_modules'))
    .slice(0, 12)
    .map((line) => `    ${line.slice(0, 200)}`);
  const seen = page.map((line) => `    | ${line.slice(0, 160)}`);
  return [name.replace(`${projectDir}/`, ''), ...lines, ...seen].join('\n');
}

/** No report, no tests, or a tool that exits with an error although all tests passed: each is a failure. */
function counts(code, report, read) {
  const { passed, failed, failures } = fs.existsSync(report)
    ? read(JSON.parse(fs.readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, failures: [] };
  if (failed === 0 && (code !== 0 || passed === 0))
    return { passed, failed: 1, failures: [`it ended with ${code}: see its output`] };
  return { passed, failed, failures };
}

function freshReport(name) {
  const report = `test-results/.counts/${name}.json`;
  fs.mkdirSync(path.dirname(report), { recursive: true });
  fs.rmSync(report, { force: true });
  return report;
}
