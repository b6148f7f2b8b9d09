import type pg from 'pg';
import { readBody, type Body, type Piece } from './plpgsql-body.ts';

/**
 * PostgreSQL checks the SQL in a plpgsql body only when it runs, so never in a branch that no test runs. Here each statement and
 * expression becomes the body of an SQL function whose arguments are the variables of the plpgsql function: those are checked when
 * they are created. Finds unknown tables, columns, functions and values, and types that do not fit; not what `execute` runs.
 */

type Source = {
  oid: number;
  name: string;
  definition: string;
  result: string;
  isSet: boolean;
  names: string[];
  types: string[];
  /** For a trigger function: the table of each trigger, and its names of the transition tables. */
  triggers: Trigger[];
};
type Trigger = { table: string; news: string | null; olds: string | null };

const FUNCTIONS = `select p.oid::integer, format('%s.%s', p.pronamespace::regnamespace, p.proname) as name, pg_get_functiondef(p.oid) as definition,
    format_type(p.prorettype, null) as result, p.proretset as "isSet", coalesce(p.proargnames, '{}') as names,
    array(select format_type(x.oid, null) from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality x (oid, nr) order by x.nr) as types,
    (select coalesce(jsonb_agg(jsonb_build_object('table', x.relation, 'news', x.news, 'olds', x.olds)), '[]') from (
      select t.tgrelid::regclass as relation, max(t.tgnewtable) as news, max(t.tgoldtable) as olds
      from pg_trigger t where t.tgfoid = p.oid group by 1) x) as triggers
  from pg_proc p join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
  where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.proname ~ $1 order by 2`;

/** The names in a trigger function, and in the handler of an exception, besides its variables. */
const GIVEN = { found: 'boolean', tg_op: 'text', tg_table_name: 'name', tg_when: 'text', tg_level: 'text', tg_argv: 'text[]', sqlstate: 'text', sqlerrm: 'text' }; // prettier-ignore

export type Checked = {
  functions: number;
  /** How many statements and expressions were checked. */
  pieces: number;
  /** `private.name:line: what PostgreSQL says`, the line counted in the body. */
  problems: string[];
  /** The functions that run dynamic SQL by `execute`. */
  dynamic: string[];
};

/** Checks the bodies of our plpgsql functions whose name matches. Leaves nothing behind; `client` is of their owner. */
export async function checkPlpgsql(client: pg.Client, name = ''): Promise<Checked> {
  const { rows } = await client.query<Source>(FUNCTIONS, [name]);
  const composites = new Set((await client.query<{ name: string }>(
    `select format('%s.%s', relnamespace::regnamespace, relname) as name from pg_class where relkind in ('r', 'v', 'c', 'p')`,
  )).rows.map((row) => row.name)); // prettier-ignore
  const checked: Checked = { functions: rows.length, pieces: 0, problems: [], dynamic: [] };
  await client.query('begin');
  for (const source of rows)
    for (const trigger of source.triggers.length > 0 ? source.triggers : [undefined])
      await checkOne(client, source, trigger, composites, checked);
  await client.query('rollback');
  return { ...checked, dynamic: [...new Set(checked.dynamic)] };
}

async function checkOne(
  client: pg.Client,
  source: Source,
  trigger: Trigger | undefined,
  composites: Set<string>,
  checked: Checked,
) {
  const body = await readBody(source.definition, composites);
  const variables = variablesOf(body, source, trigger?.table);
  const problems: string[] = [];
  const attempt = async (line: number, sql: string) => {
    await client.query('savepoint piece');
    const error = await client.query(sql).then(() => undefined, (found: Error) => found); // prettier-ignore
    if (!error) return true;
    await client.query('rollback to savepoint piece');
    problems.push(`${source.name}:${line}: ${error.message}`);
    return false;
  };
  const asFunction = (pieces: Piece[], returns: string) => {
    const sql = pieces.map((piece) => piece.sql).join(';\n');
    const used = usedIn(sql, variables).map(([name, type]) => `${quoted(name)} ${type}`);
    // Of the same name: `sign_up.activity_id` is its argument.
    const name = `pg_temp.${source.name.split('.')[1]}`;
    return `create function ${name}(${used.join(', ')}) returns ${returns} language sql as $piece$${sql}$piece$; drop function ${name}`;
  };
  for (const rows of [trigger?.news, trigger?.olds])
    if (rows)
      await client.query(`create or replace temp view ${rows} as select * from ${trigger!.table}`);

  const { pieces, loops, isDynamic } = body;
  for (const { line, record, query } of loops.filter(({ record }) => !body.variables.has(record))) {
    const view = `rows_of_${record}`;
    if (
      await attempt(
        line,
        `drop view if exists pg_temp.${view}; ${asView(view, query, variables, composites)}`,
      )
    )
      variables.set(record, `pg_temp.${view}`);
  }
  if (!(await attempt(0, asFunction(pieces, 'void')))) {
    problems.pop(); // below: find the piece that fails
    for (const piece of pieces) await attempt(piece.line, asFunction([piece], 'void'));
  }
  const rows = source.isSet && source.result !== 'record' ? `setof ${source.result}` : undefined;
  for (const piece of pieces.filter(({ isReturned }) => isReturned && rows))
    await attempt(piece.line, asFunction([piece], rows!));
  for (const rows of [trigger?.news, trigger?.olds])
    if (rows) await client.query(`drop view ${rows}`);
  checked.pieces += pieces.length;
  checked.problems.push(...new Set(problems));
  if (isDynamic) checked.dynamic.push(source.name);
}

/** A query with the variables in it as a view: its row is what a record of the query is. */
function asView(
  view: string,
  query: string,
  variables: Map<string, string>,
  composites: Set<string>,
) {
  const used = usedIn(query, variables);
  const isWhole = ([, type]: [string, string]) => composites.has(asFull(type));
  const scalars = used
    .filter((one) => !isWhole(one))
    .map(([name, type]) => `null::${type} as ${quoted(name)}`);
  const wholes = used
    .filter(isWhole)
    .map(([name, type]) => `lateral (select (null::${type}).*) ${quoted(name)}`);
  const from = [`(select ${scalars.join(', ') || '1'}) scalars`, ...wholes, `lateral (${query}) q`];
  return `create temp view ${view} as select q.* from ${from.join(', ')}`;
}

function variablesOf(body: Body, source: Source, table: string | undefined) {
  const variables = new Map<string, string>([...Object.entries(GIVEN), ...body.variables]);
  source.names.forEach((name, i) => name && variables.set(name, source.types[i]!));
  if (table) for (const row of ['new', 'old']) variables.set(row, table);
  return variables;
}

const usedIn = (sql: string, variables: Map<string, string>) =>
  [...variables].filter(([name]) => new RegExp(`\\b${name}\\b`, 'i').test(sql));

const asFull = (type: string) => (type.includes('.') ? type : `public.${type}`);
const quoted = (name: string) => `"${name}"`;
