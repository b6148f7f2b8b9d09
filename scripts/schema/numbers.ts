// src/lib/numbers.ts: the numbers of rules for TypeScript and the texts, taken from the rows and checks of supabase/schemas.
import type pg from 'pg';
import type { Statement } from './statements.ts';

export const NUMBERS = 'src/lib/numbers.ts';

const HEADER = '// Made by `npm run types` from supabase/schemas: change a number there.\n';

/** The text of the file, not formatted. `pool`: a database made from the statements. Throws when a period cannot be expressed in one unit. */
export async function numbersOf(pool: pg.Pool, statements: Statement[]): Promise<string> {
  const limits = await rowsOf(pool, 'select what, most, per from private.limits');
  const numbers = await rowsOf(pool, 'select what, value from private.numbers');
  const periods = await rowsOf(pool, 'select what, lasts from private.periods');
  const kept = await rowsOf(pool, 'select what, keep as lasts from private.retention_rules');
  const { lengths, ranges } = boundsOf(statements);
  const parts: [string, string, object][] = [
    ['limits', 'How often something may be done within a window.', limits],
    ['numbers', 'How many at a time, from how many on, hours of the clock.', numbers],
    ['periods', 'How long something holds.', periods],
    ['kept', 'How long things are kept.', kept],
    ['lengths', 'The most characters of a column.', lengths],
    ['ranges', 'The least and the most of a column.', ranges],
  ];
  const texts = parts.map(([name, comment, value]) => `/** ${comment} */\nexport const ${name} = ${JSON.stringify(value)} as const;\n`); // prettier-ignore
  return [HEADER, ...texts].join('\n');
}

type Period = { count: number; unit: string };
type Row = { what: string; value?: number; most?: number; per?: object; lasts?: object };

async function rowsOf(pool: pg.Pool, sql: string) {
  const { rows } = await pool.query<Row>(`${sql} order by what`);
  return Object.fromEntries(rows.map((row) => [row.what, valueOf(row)]));
}

function valueOf({ what, value, most, per, lasts }: Row) {
  if (value !== undefined) return value;
  if (lasts) return periodOf(what, lasts);
  return { most, per: periodOf(what, per!) };
}

/** `pg` reads an interval as { days: 30 }; the unit is written as Intl.NumberFormat knows it. */
function periodOf(what: string, interval: object): Period {
  const parts = Object.entries(interval) as [string, number][];
  const [[unit, count] = ['', 0], ...more] = parts;
  if (more.length > 0) throw new Error(`the period ${what} needs one unit: days, hours or minutes alone`); // prettier-ignore
  return { count, unit: unit.replace(/s$/, '') };
}

/** The parts of an expression that are read here. */
type Expression = {
  A_Const?: { ival: { ival?: number } };
  A_Expr?: { kind: string; name: { String: { sval: string } }[]; lexpr: Expression; rexpr: Expression }; // prettier-ignore
  BoolExpr?: { boolop: string; args: Expression[] };
  CaseExpr?: { defresult: Expression };
  ColumnRef?: { fields: { String?: { sval: string } }[] };
  FuncCall?: { funcname: { String: { sval: string } }[]; args?: Expression[] };
  List?: { items: Expression[] };
};
type Constraint = { contype: string; raw_expr?: Expression };
type Element = { ColumnDef?: { constraints?: { Constraint: Constraint }[] }; Constraint?: Constraint }; // prettier-ignore
type Bounds<Value> = Record<string, Record<string, Value>>;

/** Checks of public tables on a single column: `length(c) <= n`, `length(c) between 1 and n`, `c between n and m`. */
function boundsOf(statements: Statement[]) {
  const lengths: Bounds<number> = {};
  const ranges: Bounds<[number, number]> = {};
  const tables = statements
    .filter(({ kind, makes }) => kind === 'CreateStmt' && makes!.startsWith('public.'))
    .toSorted((a, b) => (a.makes! < b.makes! ? -1 : 1));
  for (const { makes, node } of tables) {
    const table = makes!.slice('public.'.length);
    const { tableElts = [] } = node as { tableElts?: Element[] };
    for (const check of tableElts.flatMap(checksOf)) {
      const { column, isLength, from, to } = boundOf(check) ?? {};
      if (!column || to === undefined) continue;
      if (isLength) (lengths[table] ??= {})[column] = to;
      else if (from !== undefined) (ranges[table] ??= {})[column] = [from, to];
    }
  }
  return { lengths, ranges };
}

const checksOf = ({ ColumnDef, Constraint }: Element): Expression[] =>
  [...(ColumnDef?.constraints ?? []).map((one) => one.Constraint), ...(Constraint ? [Constraint] : [])] // prettier-ignore
    .filter(({ contype }) => contype === 'CONSTR_CHECK')
    .flatMap(({ raw_expr }) => conjunctsOf(raw_expr!));

const conjunctsOf = (one: Expression): Expression[] =>
  one.BoolExpr?.boolop === 'AND_EXPR' ? one.BoolExpr.args.flatMap(conjunctsOf) : [one];

function boundOf({ A_Expr: compared }: Expression) {
  if (!compared) return undefined;
  const { kind, name, lexpr, rexpr } = compared;
  const call = lexpr.FuncCall;
  const isLength = call?.funcname.at(-1)!.String.sval === 'length';
  const column = (isLength ? call!.args![0]! : lexpr).ColumnRef?.fields[0]?.String?.sval;
  if (kind === 'AEXPR_BETWEEN') {
    const [from, to] = rexpr.List!.items.map(constantOf);
    return { column, isLength, from, to };
  }
  const isMost = kind === 'AEXPR_OP' && name[0]!.String.sval === '<=';
  return isMost ? { column, isLength, to: constantOf(rexpr) } : undefined;
}

/** A whole number; for a `case` the one of its `else`, which applies to people where others (systems) may write more. */
const constantOf = ({ A_Const, CaseExpr }: Expression): number | undefined =>
  CaseExpr ? constantOf(CaseExpr.defresult) : A_Const && 'ival' in A_Const ? (A_Const.ival.ival ?? 0) : undefined; // prettier-ignore
