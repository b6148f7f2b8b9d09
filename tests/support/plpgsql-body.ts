// The contents of the body of a plpgsql function, read by PostgreSQL's own parser.
import { parsePlPgSQL } from '@libpg-query/parser';

type Tree = { [key: string]: unknown };
type Expression = { query: string; parseMode: number };

/** A statement or expression as SQL; `isReturned`: what `return query` answers with. */
export type Piece = { line: number; sql: string; isReturned: boolean };
/** A loop that gives a record the columns of its query. */
type Loop = { line: number; record: string; query: string };
export type Body = {
  pieces: Piece[];
  loops: Loop[];
  /** Whether it runs dynamic SQL by `execute`. */
  isDynamic: boolean;
  /** What is declared, and its type; not records. */
  variables: Map<string, string>;
};

/** `composites`: the names of all types that are rows. Throws when the parser cannot read it. */
export async function readBody(definition: string, composites: Set<string>): Promise<Body> {
  const { text, declared } = asRecords(definition, composites);
  const tree = (await parsePlPgSQL(text)) as unknown as Tree;
  return { ...piecesOf(tree), variables: new Map([...declaredIn(tree), ...declared]) };
}

/** The parser does not know our types: a variable declared as a row is a record to it. */
function asRecords(definition: string, composites: Set<string>) {
  const declared = new Map<string, string>();
  const text = definition.replaceAll(
    /^(\s+)(v_\w+)( constant)? (\w+\.\w+)(?=\s*(;|:=))/gm,
    (whole, space: string, name: string, constant: string | undefined, type: string) => {
      if (!composites.has(type)) return whole;
      declared.set(name, type);
      return `${space}${name}${constant ?? ''} record`;
    },
  );
  return { text, declared };
}

function declaredIn(node: unknown): [string, string][] {
  if (!node || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(declaredIn);
  return Object.entries(node as Tree).flatMap(([kind, value]) => {
    const { refname, datatype } = (value ?? {}) as { refname?: string; datatype?: { PLpgSQL_type: { typname: string } } }; // prettier-ignore
    const isOne = kind === 'PLpgSQL_var' && refname && datatype;
    const own: [string, string][] = isOne ? [[refname, typeOf(datatype.PLpgSQL_type.typname)]] : [];
    return [...own, ...declaredIn(value)];
  });
}

/** Every statement and expression of a body, and every loop that gives a record the columns of a query. */
function piecesOf(tree: Tree): Omit<Body, 'variables'> {
  const pieces: Piece[] = [];
  const loops: Loop[] = [];
  let isDynamic = false;
  /** `case x when …`: the parser keeps x in a variable of its own, whose type is known only at run time. */
  const cases = new Map<string, string>();
  const withCases = (sql: string) =>
    sql.replaceAll(/"__Case__Variable_\d+__"/g, (name) => `(${cases.get(name) ?? name})`);
  const visit = (node: unknown, line: number, isReturned = false) => {
    if (Array.isArray(node)) for (const one of node) visit(one, line);
    else if (node && typeof node === 'object')
      for (const [kind, value] of Object.entries(node as Tree)) {
        const inner = (value ?? {}) as Tree;
        const at = typeof inner['lineno'] === 'number' ? inner['lineno'] : line;
        if (kind === 'PLpgSQL_stmt_case' && inner['t_expr']) {
          const { query } = (inner['t_expr'] as Tree)['PLpgSQL_expr'] as Expression;
          const [name] = /"__Case__Variable_\d+__"/.exec(JSON.stringify(inner['case_when_list']).replaceAll('\\"', '"')) ?? []; // prettier-ignore
          if (name) cases.set(name, query);
        }
        if (/dynexecute|dynfors/.test(kind) || inner['dynquery']) isDynamic = true;
        if (kind === 'PLpgSQL_expr')
          pieces.push({ line, sql: withCases(asSql(value as Expression)), isReturned });
        else if (kind === 'PLpgSQL_var') visit(inner['default_val'], at);
        else
          visit(
            value,
            at,
            kind === 'PLpgSQL_stmt_return_query' || (isReturned && kind === 'query'),
          );
        if (kind === 'PLpgSQL_stmt_fors') {
          const record = ((inner['var'] as Tree)['PLpgSQL_rec'] as { refname: string } | undefined)
            ?.refname;
          const { query } = (inner['query'] as Tree)['PLpgSQL_expr'] as Expression;
          if (record) loops.push({ line: at, record, query });
        }
      }
  };
  visit(tree, 0);
  return { pieces, loops, isDynamic };
}

function asSql({ query, parseMode }: Expression): string {
  if (parseMode === 0) return query;
  return parseMode === 2 ? `select ${query}` : `select ${query.replace(/^[\s\S]*?:?=\s*/, '')}`;
}

/** The parser writes `pg_catalog."boolean"`, which is not a type. */
const typeOf = (typname: string) =>
  typname
    .replace(/^pg_catalog\./, '')
    .replaceAll('"', '')
    .trim();
