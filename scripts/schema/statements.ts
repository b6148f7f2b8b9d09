// A file of supabase/schemas as its statements, read by PostgreSQL's own parser.
import { parse } from 'pgsql-parser';

type Name = { String: { sval: string } };
export type RangeVar = { schemaname?: string; relname: string };

/** The parts of the parser's tree that are read here; the rest is only walked through. */
export type Node = {
  relation?: RangeVar;
  table?: RangeVar;
  view?: RangeVar;
  typevar?: RangeVar;
  funcname?: Name[];
  typeName?: Name[];
  domainname?: Name[];
  policy_name?: string;
  trigname?: string;
  idxname?: string;
  sequence?: RangeVar;
  onConflictClause?: object;
  /** The object of a grant or a comment. */
  objects?: ObjectNode[];
  object?: ObjectNode;
  objtype?: string;
};

export type ObjectNode = {
  RangeVar?: RangeVar;
  ObjectWithArgs?: { objname: Name[] };
  TypeName?: { names: Name[] };
  List?: { items: Name[] };
};

export type Statement = {
  /** Path below supabase/schemas, as `polls/voting.sql`, and the line on which the statement or its comment begins. */
  file: string;
  line: number;
  /** The parser's name of the kind: `CreateStmt` is a table. */
  kind: string;
  node: Node;
  /** The statement with the comment above it and the one behind it on its last line. */
  text: string;
  /** The schema-qualified name of the table, type, sequence, view or function that it makes. */
  makes: string | undefined;
  /** Every table, type and function it names outside of function bodies, which are text. */
  needs: Set<string>;
};

const SEMICOLON = 0x3b;
/** Comment lines at the top of a file with an empty line below them are about the file, not about its first statement. */
const FILE_HEADER = /^(?:--[^\n]*\n)+(?=\n)/;

export const nameOf = (relation: RangeVar) =>
  `${relation.schemaname ?? 'public'}.${relation.relname}`;
export const dotted = (names: Name[]) => names.map((name) => name.String.sval).join('.');

/** Throws PostgreSQL's message about a statement that it cannot parse, with file and line. */
export async function statementsOf(file: string, sql: string): Promise<Statement[]> {
  const bytes = Buffer.from(sql); // the parser counts bytes
  const found: Statement[] = [];
  let from = Buffer.byteLength(FILE_HEADER.exec(sql)?.[0] ?? '');
  for (const { stmt, stmt_location = 0, stmt_len } of await parsed(file, sql)) {
    const to = endOf(bytes, stmt_location + (stmt_len ?? bytes.length - stmt_location));
    const [kind, node] = Object.entries(stmt)[0]!;
    const raw = bytes.subarray(from, to).toString();
    const start = from + Buffer.byteLength(/^\s*/.exec(raw)![0]);
    const line = bytes.subarray(0, start).toString().split('\n').length;
    const [makes, needs] = [whatItMakes(kind, node), namesIn(node)];
    const end = stmt_len ? '' : '\n;'; // the last one may be written without
    found.push({ file, line, kind, node, text: raw.trim() + end, makes, needs });
    from = to;
  }
  const rest = bytes.subarray(from).toString().trim();
  if (rest && found.length > 0) found.at(-1)!.text += `\n${rest}`; // a comment at the end
  return found;
}

type Parsed = {
  stmts: { stmt: Record<string, Node>; stmt_location?: number; stmt_len?: number }[];
};

async function parsed(file: string, sql: string): Promise<Parsed['stmts']> {
  if (!sql.trim()) return [];
  try {
    return ((await parse(sql)) as Parsed).stmts;
  } catch (error) {
    const { message, sqlDetails } = error as Error & { sqlDetails?: { cursorPosition: number } };
    const before = [...sql].slice(0, sqlDetails?.cursorPosition ?? 0).join(''); // letters, not bytes
    throw new Error(`supabase/schemas/${file}:${before.split('\n').length}: ${message}`);
  }
}

/** The position after the semicolon, and after a comment on the same line. */
function endOf(bytes: Buffer, end: number): number {
  const to = bytes[end] === SEMICOLON ? end + 1 : end;
  const comment = /^[ \t]*(--[^\n]*)?/.exec(bytes.subarray(to).toString())![0];
  return to + Buffer.byteLength(comment);
}

/** Functions are not overloaded here, so a name is enough. */
function whatItMakes(kind: string, node: Node): string | undefined {
  const name = {
    CreateStmt: () => nameOf(node.relation!),
    CreateEnumStmt: () => dotted(node.typeName!),
    CreateDomainStmt: () => dotted(node.domainname!),
    CompositeTypeStmt: () => nameOf(node.typevar!),
    CreateSeqStmt: () => nameOf(node.sequence!),
    ViewStmt: () => nameOf(node.view!),
    CreateFunctionStmt: () => dotted(node.funcname!),
  }[kind];
  return name?.();
}

const NAME_LISTS = ['funcname', 'names', 'objname'];

function namesIn(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const one of node) namesIn(one, found);
  else if (node && typeof node === 'object') {
    if ('relname' in node) found.add(nameOf(node as RangeVar));
    for (const [key, value] of Object.entries(node)) {
      if (NAME_LISTS.includes(key) && isName(value)) found.add(dotted(value));
      namesIn(value, found);
    }
  }
  return found;
}

const isName = (value: unknown): value is Name[] =>
  Array.isArray(value) && value.every((part: Partial<Name> | null) => part?.String);
