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
  /** The result is unknown: the mutant does not apply, or its tests fail without it. */
  | { mutant: Mutant; is: 'error'; why: string };

export type Lane = Awaited<ReturnType<typeof openLane>>;

export async function openLane() {
  let isEnough = false;
  const stopAtFailure = (test: TestCase) => {
    // Only once: when it is cancelled twice, Vitest ends its workers at once, and the processes they started stay.
    if (isEnough || test.result().state !== 'failed') return;
    isEnough = true;
    void vitest.cancelCurrentRun('test-failure');
  };
  const reporters = [{ onTestCaseResult: stopAtFailure }];
  const vitest = await createVitest({ project: ['db'], watch: false, reporters });
  const project = vitest.getProjectByName('db');
  return {
    /** Runs files of tests/db against copies of this database (default: as the migrations make it). Answers the first failure. */
    run: async (tests: string[], template?: string) => {
      isEnough = false;
      project.provide('template', template);
      const files = tests.map((name) => path.resolve(`tests/db/${name}.test.ts`));
      const { testModules } = await vitest.runTestSpecifications(
        files.map((file) => project.createSpecification(file)),
      );
      // Vitest returns the files of earlier runs too.
      return firstFailure(testModules.filter(({ moduleId }) => files.includes(moduleId)));
    },
    /** The running server; it exists after the first `run`. */
    instance: (): Instance => {
      const dataDir = project.getProvidedContext().databaseFolder;
      return { dataDir, config: loadConfig(dataDir), log: () => {} };
    },
    close: () => vitest.close(),
  };
}

/** Judges mutants that have the same test files: these must pass without a mutant, and one of their tests must fail with each mutant. */
export async function* judge(lane: Lane, mutants: Mutant[]): AsyncGenerator<Verdict> {
  const before = await lane.run(mutants[0]!.tests);
  for (const mutant of mutants)
    if (before) yield { mutant, is: 'error', why: `without the mutant: ${before.what}` };
    else yield await judgeOne(lane, mutant);
}

async function judgeOne(lane: Lane, mutant: Mutant): Promise<Verdict> {
  try {
    await makeBroken(lane.instance(), await sqlOf(mutant));
    const failure = await lane.run(mutant.tests, BROKEN);
    if (!failure) return { mutant, is: 'alive' };
    if (!failure.isTest) return { mutant, is: 'error', why: failure.what };
    return { mutant, is: 'killed', by: failure.what };
  } catch (error) {
    return { mutant, is: 'error', why: (error as Error).message };
  }
}

const BROKEN = 'template_mutant';

/** A copy of the template in which this SQL has run; replaces the previous one. */
async function makeBroken({ config, ...instance }: Instance, sql: string): Promise<void> {
  const template = await testTemplate({ config, ...instance });
  await withClient(databaseUrl(config, 'supabase_admin'), async (c) => {
    await c.query(`drop database if exists ${BROKEN} with (force)`);
    await c.query(`create database ${BROKEN} template ${template} owner postgres`);
  });
  await withClient(databaseUrl(config, 'supabase_admin', BROKEN), async (c) => {
    await c.query(`set role postgres; ${sql}`);
  });
}

/** The first test that failed by an assertion; else the error that kept a file from running, or a test that timed out. */
function firstFailure(modules: TestModule[]): { isTest: boolean; what: string } | undefined {
  const failed = modules.flatMap((one) => [...one.children.allTests('failed')]);
  const said = failed.find((test) => !messageOf(test).startsWith('Test timed out'));
  if (said) return { isTest: true, what: nameOf(said) };
  const suites = modules.flatMap((one) => [one, ...one.children.allSuites()]);
  const broken = suites.flatMap((one) => one.errors())[0]?.message;
  const slow = failed[0] && `out of time: ${nameOf(failed[0])}`;
  const what = broken ?? slow ?? (modules.length === 0 ? 'no test ran' : undefined);
  return what === undefined ? undefined : { isTest: false, what };
}

const messageOf = (test: TestCase) => test.result().errors?.[0]?.message ?? '';
const nameOf = (test: TestCase) => `${test.module.relativeModuleId} > ${test.fullName}`;
