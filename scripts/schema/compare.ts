// The difference between an existing database and one made from supabase/schemas, as the text of the next migration. Changes that would
// lose or rewrite rows are not written but listed: a person decides what happens to them.
import { extract, plan, type Action } from '@supabase/pg-delta';
import type pg from 'pg';
import { sortOut } from './by-hand.ts';
import { columnOrderChanges } from './column-order.ts';
import { inOrder } from './in-order.ts';
import { listRowChanges } from './list-rows.ts';
import { idsOf, indexName, wholeOf } from './parts.ts';
import type { Statement } from './statements.ts';

export type Difference = {
  /** `alter type ... add value`: a migration of their own, because they must be committed before anything uses them. */
  newValues: string[];
  /** Statements that may run as they are, in this order. */
  statements: string[];
  /** One line each: why a person must write it, and what the library would have run. */
  byHand: string[];
};

/** Ballot tables are made for each vote, the history by the tool that applies migrations: they are in no schema file and never dropped. */
const MADE_AT_RUN_TIME = /^(private\.ballots_[0-9a-f]{32}|supabase_migrations\.)/;

const FOREIGN_KEY = /^ALTER TABLE \S+ ADD CONSTRAINT \S+ FOREIGN KEY /;

/**
 * `have`: made by the migrations, or (`isLive`) the one that a developer works with. `want`: made from `statements`; a caller that compares
 * with it twice reads it once, as `after`.
 */
export async function compare(
  have: pg.Pool,
  want: pg.Pool,
  statements: Statement[],
  { isLive = false, after = extract(want) } = {},
): Promise<Difference> {
  const [before, wanted] = await Promise.all([extract(have), after]);
  const found = plan(before.factBase, wanted.factBase, { renames: 'off', compact: true });
  const actions = found.actions.filter((action) => isOurs(action) && !isAboutTheOwner(action));
  const known = new Set(before.factBase.facts().map(({ id }) => wholeOf(id)));
  const rows = await listRowChanges(have, want, statements, isLive);
  // Existing rows are checked against a new foreign key: what they refer to comes before it.
  const { keys = [], others: rest = [] } = Object.groupBy(
    [...inOrder(actions, statements, known), ...rows],
    ({ text }) => (FOREIGN_KEY.test(text) ? 'keys' : 'others'),
  );
  const changes = [...rest, ...keys];
  const { written, byHand } = sortOut(changes, statements);
  const { values = [], others = [] } = Object.groupBy(written, (text) =>
    isNewValue(text) ? 'values' : 'others',
  );
  return {
    newValues: values,
    statements: others,
    byHand: [...byHand, ...(await columnOrderChanges(have, want))],
  };
}

const isOurs = (action: Action) =>
  !idsOf(action).some((id) => MADE_AT_RUN_TIME.test(wholeOf(id) ?? indexName(id) ?? ''));

/** Both databases are made by the same role. */
const isAboutTheOwner = ({ sql }: Action) =>
  /^ALTER [\s\S]* OWNER TO |^(GRANT|REVOKE) .* "postgres"$/.test(sql);

const isNewValue = (text: string) => /^ALTER TYPE \S+ ADD VALUE /.test(text);
