// Changes that a person must write, and the changes that depend on them.
import type { Action } from '@supabase/pg-delta';
import { keyOfStatement } from './parts.ts';
import type { Statement } from './statements.ts';

/** One statement of the next migration. */
export type Change = {
  text: string;
  /** The tables, views, types and functions that it is about, and its own name (see keyOf). */
  names: string[];
  /** Why a person must write it. */
  why?: string | undefined;
  /** Removes something that cannot be restored. */
  isGone?: boolean;
};

const HOLDS_ROWS = ['table', 'column', 'sequence', 'schema', 'extension'];

/** Why a person must write this; undefined when it may run as it is. */
export function whyByHand({ sql, destroys, dataLoss }: Action): string | undefined {
  if (dataLoss !== 'none' || destroys.some(({ kind }) => HOLDS_ROWS.includes(kind)))
    return 'what becomes of the rows?';
  if (/ADD COLUMN/.test(sql))
    return /(?<!IS )NOT NULL/.test(sql) && !/DEFAULT|GENERATED/.test(sql) ? 'what do old rows get?' : undefined; // prettier-ignore
  return /ALTER COLUMN \S+ (TYPE|SET NOT NULL)/.test(sql) ? 'rewrites or checks old rows' : undefined; // prettier-ignore
}

/** The texts that may run, and a line for each other: nothing is written that depends on a change a person still has to write. */
export function sortOut(
  changes: Change[],
  statements: Statement[],
): { written: string[]; byHand: string[] } {
  const held = heldNames(changes, statements);
  const isHeld = ({ names, isGone }: Change) =>
    names.some((name) => held.has(name)) || (isGone && held.size > 0);
  const reasonOf = (one: Change) =>
    one.why ?? (isHeld(one) ? 'belongs to the same change' : undefined);
  const byHand = changes.flatMap((one) => {
    const why = reasonOf(one);
    return why ? [`${why}: ${asLine(one.text)}`] : [];
  });
  return { written: changes.filter((one) => !reasonOf(one)).map(({ text }) => text), byHand };
}

/** Changes for a person, and every changed view, function, policy and trigger that names them. */
function heldNames(changes: Change[], statements: Statement[]): Set<string> {
  const held = new Set(changes.filter(({ why }) => why).flatMap(({ names }) => names));
  held.delete('');
  const changed = new Set(changes.flatMap(({ names }) => names));
  const tables = new Set(statements.filter(({ kind }) => kind === 'CreateStmt').map(({ makes }) => makes)); // prettier-ignore
  for (const one of statements) {
    const name = keyOfStatement(one);
    const isFunction = one.kind === 'CreateFunctionStmt';
    // The columns of a table do not matter to a function that only returns its rows.
    const waits = [...one.needs].some((need) => held.has(need) && !(isFunction && tables.has(need))); // prettier-ignore
    if (name && changed.has(name) && waits) held.add(name).add(one.makes ?? name);
  }
  return held;
}

const asLine = (text: string) =>
  text
    .replaceAll(/^\s*--.*$/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
