import fs from 'node:fs';
import path from 'node:path';
import { asReplacement, SCHEMAS } from '../../scripts/schema/schema-files.ts';
import {
  nameOf,
  statementsOf,
  type Node,
  type Statement,
} from '../../scripts/schema/statements.ts';

/** One rule of the database, and a way to break it that a test must notice. */
export type Mutant = {
  /** The rule in plain words, as it is before it is broken. */
  rule: string;
  /** The schema file with the rule, as `polls/voting.sql`. */
  file: string;
  /** The SQL of the rule: it occurs in that file exactly once. */
  find: string;
  /** Files of tests/db, without `.test.ts`. At least one of their tests must fail. */
  tests: string[];
} & (
  | { /** What replaces it. */ replace: string }
  // Tables, their rows and rights cannot be created again: this SQL does the same to existing ones.
  | { sql: string }
);

/** The SQL that breaks the rule in a database that has it. Throws when `find` is not in the file exactly once, or in no statement. */
export async function sqlOf(mutant: Mutant): Promise<string> {
  const sql = fs.readFileSync(path.join(SCHEMAS, mutant.file), 'utf8');
  const times = sql.split(mutant.find).length - 1;
  if (times !== 1) throw new Error(`${mutant.file}: found ${times} times: ${mutant.find}`);
  const one = (await readOnce(mutant.file, sql)).find(({ text }) => text.includes(mutant.find));
  if (!one) throw new Error(`${mutant.file}: in no statement: ${mutant.find}`);
  if ('sql' in mutant) return mutant.sql;
  const text = one.text.replace(mutant.find, () => mutant.replace);
  if (text === one.text) throw new Error(`${mutant.file}: replaced by itself: ${mutant.find}`);
  return madeAgain({ ...one, text });
}

const seen = new Map<string, Promise<Statement[]>>();
function readOnce(file: string, sql: string) {
  if (!seen.has(file)) seen.set(file, statementsOf(file, sql));
  return seen.get(file)!;
}

function madeAgain(one: Statement): string {
  const drop = DROPS[one.kind];
  if (drop) return `${drop(one.node)};\n${one.text}`;
  if (one.kind === 'CreateFunctionStmt' || one.kind === 'ViewStmt') return asReplacement(one);
  throw new Error(`${one.file}:${one.line}: a ${one.kind} cannot be made again; write \`sql\``);
}

const DROPS: Record<string, (node: Node) => string> = {
  CreatePolicyStmt: (node) => `drop policy ${node.policy_name} on ${nameOf(node.table!)}`,
  CreateTrigStmt: (node) => `drop trigger ${node.trigname} on ${nameOf(node.relation!)}`,
  IndexStmt: (node) => `drop index ${schemaOf(node)}.${node.idxname}`,
};

const schemaOf = (node: Node) => node.relation!.schemaname ?? 'public';
