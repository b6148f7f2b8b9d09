// One vitest with one database server, which runs test files against databases in which a rule is broken.
import path from 'node:path';
import { createVitest, type TestCase, type TestModule } from 'vitest/node';
import { withClient } from '../../scripts/backend/client.ts';
import { databaseUrl, loadConfig, type Instance } from '../../scripts/backend/config.ts';
import { testTemplate } from '../../scripts/backend/test-database.ts';
import { sqlOf, type Mutant } from './mutant.ts';

export type Verdict =
  | { mutant: Mutant; is: 'killed'; by: string }
  | { mutant: Mutant; is: 'alive' }
  /** Nothing is known of the rule: the mutant does not apply, or its tests fail without it. */
  | { mutant: Mutant; is: 'error'; why: string };

type Lane = Awaited<ReturnType<typeof openLane>>;

export async function openLane() {
  const vitest = await createVitest({
    project: ['db'],
    watch: false,
    reporters: [
      {
        // One failure is enough.
        onTestCaseResult: (test) => {
          if (test.result().state === 'failed') void vitest.cancelCurrentRun('test-failure');
        },
      },
    ],
  });
  const project = vitest.getProjectByName('db');
  return {
    /** Runs files of tests/db against copies of this database (none: as the migrations make it). Answers the first failure. */
    run: async (tests: string[], template?: string) => {
      project.provide('template', template);
      const files = tests.map((name) => path.resolve(`tests/db/${name}.test.ts`));
      const { testModules } = await vitest.runTestSpecifications(
        files.map((file) => project.createSpecification(file)),
      );
      return firstFailure(testModules);
    },
    /** The running server; there is one after the first `run`. */
    instance: (): Instance => {
      const dataDir = project.getProvidedContext().databaseFolder;
      return { dataDir, config: loadConfig(dataDir), log: () => {} };
    },
    close: () => vitest.close(),
  };
}

/** Judges mutants that have the same test files: these must pass before, and one of their tests fail with each mutant. */
export async function* judge(lane: Lane, mutants: Mutant[]): AsyncGenerator<Verdict> {
  const before = await lane.run(mutants[0]!.tests);
  for (const mutant of mutants)
    if (before) yield { mutant, is: 'error', why: `fails without the mutant: ${before.text}` };
    else yield await judgeOne(lane, mutant);
}

async function judgeOne(lane: Lane, mutant: Mutant): Promise<Verdict> {
  const instance = lane.instance();
  try {
    const template = await makeBroken(instance, await sqlOf(mutant));
    const failure = await lane.run(mutant.tests, template);
    await asAdmin(instance, `alter database ${template} is_template false`);
    await asAdmin(instance, `drop database ${template} with (force)`);
    if (!failure) return { mutant, is: 'alive' };
    if (!failure.test) return { mutant, is: 'error', why: failure.text };
    return { mutant, is: 'killed', by: failure.text };
  } catch (error) {
    return { mutant, is: 'error', why: (error as Error).message };
  }
}

/** A copy of the template in which this SQL has run. */
async function makeBroken(instance: Instance, sql: string): Promise<string> {
  const name = `template_mutant`;
  const template = await testTemplate(instance);
  await asAdmin(instance, `alter database ${name} is_template false`).catch(() => {});
  await asAdmin(instance, `drop database if exists ${name} with (force)`);
  await asAdmin(instance, `create database ${name} template ${template} owner postgres`);
  await withClient(databaseUrl(instance.config, 'supabase_admin', name), async (c) => {
    await c.query(`set role postgres; ${sql}`);
  });
  await asAdmin(instance, `alter database ${name} is_template true`);
  return name;
}

const asAdmin = (instance: Instance, sql: string) =>
  withClient(databaseUrl(instance.config, 'supabase_admin'), (c) => c.query(sql));

/** The first test that failed for what it says; else what kept the files from running, or a test from coming to its end. */
function firstFailure(modules: TestModule[]) {
  const failed = modules.flatMap((one) => [...one.children.allTests('failed')]);
  const test = failed.find((one) => !ranOutOfTime(one));
  if (test) return { test, text: `${test.module.relativeModuleId} > ${test.fullName}` };
  const suites = modules.flatMap((one) => [one, ...one.children.allSuites()]);
  const errors = suites.flatMap((one) => one.errors().map(({ message }) => message));
  if (failed.length > 0) errors.push(`out of time: ${failed[0]!.fullName}`);
  if (modules.length === 0) errors.push('no such test file');
  return errors.length > 0 ? { test, text: errors[0]! } : undefined;
}

const ranOutOfTime = (test: TestCase) =>
  test.result().errors?.every(({ message }) => message.startsWith('Test timed out')) ?? false;
