// The changes between two databases in an order that PostgreSQL accepts, with the text of the schema files where they have it.
import type { Action } from '@supabase/pg-delta';
import { whyByHand, type Change } from './by-hand.ts';
import { keyOf, keyOfStatement, subjectsOf, wholesOf } from './parts.ts';
import { asReplacement } from './schema-files.ts';
import type { Statement } from './statements.ts';

const FIRST = /^(CreateEnum|CreateDomain|CompositeType|CreateSeq|Create)Stmt$/;
const LAST = /^(AlterTable|Insert|Grant|Comment)Stmt$/;

/**
 * The library's order, with two exceptions. New types and tables come first, with what they need: the library makes a new table before
 * its enums and adds those columns later, which changes the order of columns. Statements that only belong to something (rights, rows) come last.
 */
export function inOrder(
  actions: Action[],
  statements: Statement[],
  known: Set<string | undefined>,
): Change[] {
  const isNew = (name: string | undefined) => name !== undefined && !known.has(name);
  const fresh = statements.filter((one) => subjectsOf(one).some(isNew));
  const first = madeFirst(fresh);
  const sources = new Map(statements.map((one) => [keyOfStatement(one), one]));
  for (const key of [undefined, ...first.map(keyOfStatement)]) sources.delete(key);
  const changes = actions.filter((one) => !isNew(wholeNameOf(one)) || sources.has(keyOf(one)));

  const grants = grantsFor(changes, statements);
  const granted = new Set(grants.flatMap(subjectsOf));
  const isSaid = (one: Action) => isGrant(one) && granted.has(wholeNameOf(one)!);
  const isLast = (one: Statement) => grants.includes(one) || (fresh.includes(one) && LAST.test(one.kind)); // prettier-ignore

  const made = new Set(statements.map(({ makes }) => makes));
  const asChange = (action: Action): Change => ({
    text: textOf(action, sources.get(keyOf(action))),
    names: [...wholesOf(action), keyOf(action) ?? ''],
    why: whyByHand(action),
    isGone: action.verb === 'drop' && !made.has(wholeNameOf(action)),
  });
  const isForNew = isKeyOfOld(changes, first);
  const { ground = [], keys = [], others = [] } = Object.groupBy(
    changes.filter((one) => !isSaid(one)),
    (one) => (isGround(one) ? 'ground' : isForNew(one) ? 'keys' : 'others'),
  ); // prettier-ignore
  const tables = first.findIndex(({ kind }) => kind === 'CreateStmt');
  return [
    ...ground.map(asChange),
    ...first.map(asItStands).toSpliced(Math.max(tables, 0), 0, ...keys.map(asChange)),
    ...others.map(asChange),
    ...statements.filter(isLast).map(asItStands),
  ];
}

/** New types, sequences and tables, and what they need. */
function madeFirst(fresh: Statement[]): Statement[] {
  const needed = new Set<string>();
  const isFirst = ({ kind, makes, needs }: Statement) => {
    const first = FIRST.test(kind) || (makes !== undefined && needed.has(makes));
    if (first) for (const need of needs) needed.add(need);
    return first;
  };
  return fresh.toReversed().filter(isFirst).toReversed(); // what is needed stands before what needs it
}

/**
 * Every `grant` on objects whose rights have changed. The library revokes all rights of a role on a table before it grants them again, and with
 * them the rights on columns, of which it grants only the new ones.
 */
function grantsFor(changes: Action[], statements: Statement[]): Statement[] {
  const names = new Set(changes.filter(isAboutRights).map(wholeNameOf));
  return statements.filter((one) => one.kind === 'GrantStmt' && subjectsOf(one).some((name) => names.has(name))); // prettier-ignore
}

/** What a new table can refer to in an old one: its new unique constraint, and the columns of that. */
function isKeyOfOld(changes: Action[], first: Statement[]): (one: Action) => boolean {
  const needed = new Set(first.flatMap(({ needs }) => [...needs]));
  const isKey = ({ sql }: Action) => /ADD CONSTRAINT \S+ (UNIQUE|PRIMARY KEY)/.test(sql);
  const tables = new Set(changes.filter(isKey).map(wholeNameOf).filter((name) => needed.has(name ?? ''))); // prettier-ignore
  return (one) => tables.has(wholeNameOf(one)) && (isKey(one) || / ADD COLUMN /.test(one.sql));
}

/** A statement of a file, or what the catalogue prints. */
function textOf({ sql, verb }: Action, source: Statement | undefined): string {
  if (!source || !sql.startsWith('CREATE')) return `${sql};`;
  return verb !== 'create' && sql.startsWith('CREATE OR REPLACE') ? asReplacement(source) : source.text; // prettier-ignore
}

const asItStands = (one: Statement): Change => ({
  text: one.text,
  names: [...subjectsOf(one), keyOfStatement(one) ?? ''],
});

const wholeNameOf = (action: Action) => wholesOf(action)[0];
const isGrant = ({ sql }: Action) => sql.startsWith('GRANT');
const isAboutRights = ({ sql }: Action) => /^(GRANT|REVOKE) /.test(sql);
const isGround = ({ sql }: Action) => /^CREATE (SCHEMA|EXTENSION) /.test(sql);
