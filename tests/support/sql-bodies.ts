import { parse } from 'pgsql-parser';
import type { Statement } from '../../scripts/schema/statements.ts';

/** Bodies of functions of the schema files, as PostgreSQL's parser reads them. */

/** A node of the parser's tree, `{ InsertStmt: { … } }`; its contents are untyped. */
export type Tree = Record<string, unknown>;

interface FunctionNode {
  parameters?: { FunctionParameter: { argType: { names: Named[] } } }[];
  options: { DefElem: { defname: string; arg: { List?: { items: Named[] }; String?: Text } } }[];
}
type Text = { sval: string };
type Named = { String: Text };

const optionOf = ({ options }: FunctionNode, name: string) =>
  options.find(({ DefElem }) => DefElem.defname === name)?.DefElem.arg;

/** The type of each parameter of a function, without its schema. */
export const parameterTypes = ({ node }: Statement): string[] =>
  ((node as unknown as FunctionNode).parameters ?? []).map(
    ({ FunctionParameter }) => FunctionParameter.argType.names.at(-1)!.String.sval,
  );

/**
 * The SQL statements in the body of a function. The parser does not know plpgsql: the text between two semicolons is parsed from the
 * first word that begins a statement. Throws when a part with one of `words` in quotes is not a statement: it would be missed.
 */
export async function statementsIn({ node, file }: Statement, words: string[]): Promise<Tree[]> {
  const made = node as unknown as FunctionNode;
  const body = optionOf(made, 'as')?.List?.items.at(-1)?.String.sval ?? '';
  if (optionOf(made, 'language')?.String?.sval === 'sql') return treesOf(body);
  const named = piecesOf(body).filter((piece) => words.some((word) => piece.includes(`'${word}'`)));
  const found = await Promise.all(
    named.map(async (piece) => {
      const trees = await firstThatReads(piece);
      if (!trees) throw new Error(`${file}: cannot read "${piece.trim()}"`);
      return trees;
    }),
  );
  return found.flat();
}

const treesOf = async (sql: string) =>
  ((await parse(sql)) as { stmts: { stmt: Tree }[] }).stmts.map(({ stmt }) => stmt);

const piecesOf = (body: string) =>
  body.replaceAll(/--.*$/gm, '').match(/(?:'(?:[^']|'')*'|[^;'])+/g) ?? [];

const STARTS =
  /\b(?:perform|return query|return|select|insert|update|delete|with|if|elsif|\w+ :=)\s/g;

async function firstThatReads(piece: string): Promise<Tree[] | undefined> {
  for (const { index } of piece.matchAll(STARTS)) {
    const sql = piece
      .slice(index)
      .replace(/^return query\s/, '')
      .replace(/^(?:perform|return|if|elsif|\w+ :=)\s/, 'select ')
      .replace(/\s(?:then|returning)\s[^']*$/, ''); // `if … then` and `returning … into` are plpgsql's
    const trees = await treesOf(sql).catch(() => undefined);
    if (trees) return trees;
  }
  return undefined;
}
