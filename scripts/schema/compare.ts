// What differs between a database that there is and one made from supabase/schemas, as the text of the next migration. What would
// lose or rewrite rows is not written but listed: a person decides what becomes of them.
import { extract, plan, type Action } from '@supabase/pg-delta';
import type pg from 'pg';
import { columnOrderChanges } from './column-order.ts';
import { listRowChanges } from './list-rows.ts';
import { idsOf, indexName, keyOf, keyOfStatement, subjectOf, wholeOf } from './parts.ts';
import { asReplacement } from './schema-files.ts';
import type { Statement } from './statements.ts';

export type Difference = {
  /** `alter type ... add value`: a migration of their own, because they must be committed before anything uses them. */
  newValues: string[];
  /** What may run as it is, in this order. */
  statements: string[];
  /** A line each: why a person must write it, and what the library would have run. */
  byHand: string[];
};

/** A table of ballots is made for each vote, and the history by who applies migrations: in no schema file, and nobody's to drop. */
const MADE_AT_RUN_TIME = /^(private\.ballots_|supabase_migrations\.)/;
const HOLDS_ROWS = ['table', 'column', 'type', 'domain', 'sequence', 'schema', 'extension'];

/** `have`: made by the migrations, or (`isLive`) the one that a developer works with. `want`: made from `statements`. */
export async function compare(
  have: pg.Pool,
  want: pg.Pool,
  statements: Statement[],
  { isLive = false } = {},
): Promise<Difference> {
  const [before, after] = await Promise.all([extract(have), extract(want)]);
  const found = plan(before.factBase, after.factBase, { renames: 'off', compact: true });
  const actions = found.actions.filter((action) => isOurs(action) && !isAboutTheOwner(action));
  const known = new Set(before.factBase.facts().map(({ id }) => wholeOf(id)));
  const rows = await listRowChanges(have, want, statements, isLive);
  const difference = arrange(actions, statements, known);
  difference.statements.push(...rows.statements);
  difference.byHand.push(...rows.byHand, ...(await columnOrderChanges(have, want)));
  return difference;
}

/**
 * What is new as a whole is written as it stands in the files, with all that belongs to it: the library makes a new table before its
 * enums, and adds those columns later. What makes it stands first, what belongs to it last; between them the changes of what there is.
 */
function arrange(
  actions: Action[],
  statements: Statement[],
  known: Set<string | undefined>,
): Difference {
  const isNew = (name: string | undefined) => name !== undefined && !known.has(name);
  const changes = actions.filter((action) => !isNew(wholeNameOf(action)));
  const { first, last } = inTwo(statements.filter((one) => isNew(subjectOf(one))));
  const sources = new Map(statements.map((one) => [keyOfStatement(one), one]));
  sources.delete(undefined);
  const held = new Set(changes.filter(whyByHand).map(tableOf));
  const newValues: string[] = [];
  const written: string[] = [];
  const byHand: string[] = [];
  for (const action of changes) {
    const text = textOf(action, sources.get(keyOf(action)));
    const isHeld = held.has(tableOf(action)) && tableOf(action) !== undefined;
    const why = whyByHand(action) ?? (isHeld ? 'belongs to the above' : undefined);
    if (why) byHand.push(`${why}: ${text.replaceAll(/\s+/g, ' ')}`);
    else if (isNewValue(action)) newValues.push(text);
    else written.push(text);
  }
  return { newValues, statements: [...first, ...written, ...last], byHand };
}

const MAKES = /^(CreateEnum|CreateDomain|CompositeType|CreateSeq|Create|CreateFunction)Stmt$/;

/** New statements in two parts. Views and what names them, indexes, policies, triggers, rights and rows may need a new column: last. */
function inTwo(fresh: Statement[]): { first: string[]; last: string[] } {
  const lateNames = new Set<string>();
  const isLate = ({ kind, needs, makes }: Statement) => {
    const late = !MAKES.test(kind) || [...needs].some((name) => lateNames.has(name));
    if (late && makes) lateNames.add(makes);
    return late;
  };
  const { first = [], last = [] } = Object.groupBy(fresh, (one) =>
    isLate(one) ? 'last' : 'first',
  );
  return { first: first.map(({ text }) => text), last: last.map(({ text }) => text) };
}

/** An action as it stands in the schema file where that says it whole, else as the catalogue prints it. */
function textOf({ sql }: Action, source: Statement | undefined): string {
  if (!source) return `${sql};`;
  return sql.startsWith('CREATE OR REPLACE') ? asReplacement(source) : source.text;
}

const isOurs = (action: Action) =>
  !idsOf(action).some((id) => MADE_AT_RUN_TIME.test(wholeOf(id) ?? indexName(id) ?? ''));

/** Both databases are made by the same role. */
const isAboutTheOwner = ({ sql }: Action) =>
  /^ALTER [\s\S]* OWNER TO |^(GRANT|REVOKE) .* "postgres"$/.test(sql);

const isNewValue = ({ sql }: Action) => / ADD VALUE /.test(sql);

const wholeNameOf = (action: Action) => idsOf(action).map(wholeOf).find((name) => name !== undefined); // prettier-ignore

const IN_A_TABLE = [
  'table',
  'column',
  'constraint',
  'default',
  'policy',
  'trigger',
  'index',
  'acl',
];

/** The table whose columns, rules or rights an action changes. */
function tableOf(action: Action): string | undefined {
  const [id] = idsOf(action);
  return id && IN_A_TABLE.includes(id.kind) ? wholeNameOf(action) : undefined;
}

/** Why a person must write this; undefined when it may run as it is. */
function whyByHand(action: Action): string | undefined {
  const { sql, destroys, dataLoss } = action;
  if (dataLoss !== 'none' || destroys.some(({ kind }) => HOLDS_ROWS.includes(kind)))
    return 'what becomes of the rows?';
  if (/ADD COLUMN/.test(sql))
    return /NOT NULL/.test(sql) && !/DEFAULT|GENERATED/.test(sql) ? 'what do old rows get?' : undefined; // prettier-ignore
  return /ALTER COLUMN \S+ (TYPE|SET NOT NULL)/.test(sql) ? 'rewrites or checks old rows' : undefined; // prettier-ignore
}
