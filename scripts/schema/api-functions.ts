// The functions of the API. A definer function lives in `private`, which the API does not expose; a line `-- API: <roles>` in its comment
// gives it a function of the same name in `public` that runs as its caller and only calls it. Those are generated here, one file per domain.
import fs from 'node:fs';
import path from 'node:path';
import type { Statement } from './statements.ts';

const API = 'api.sql';
const HEADER = `-- What the API may call of the definer functions in this folder. Made by \`npm run types\` from the lines "-- API:" above them, each in the file\n-- named here; do not edit.\n`;
const WIDTH = 140;

/** The roles that may call a function through the API, as its comment names them; undefined for a function that is not exposed. */
const apiRoles = ({ text }: Statement): string | undefined =>
  /^-- API: ([a-z_]+(?:, [a-z_]+)*)$/m.exec(text)?.[1];

/** Rewrites each <domain>/api.sql that does not match the comments of the statements; returns the names of those files. */
export function writeApiFiles(folder: string, statements: Statement[]): string[] {
  const stale = staleApiFiles(folder, statements);
  for (const [name, text] of stale)
    if (text) fs.writeFileSync(path.join(folder, name), text);
    else fs.rmSync(path.join(folder, name));
  return [...stale.keys()];
}

/** The files <domain>/api.sql that do not match the comments, each with the text it should have; '' for a file that should not exist. */
export function staleApiFiles(folder: string, statements: Statement[]): Map<string, string> {
  const domains = new Set(statements.map(({ file }) => path.dirname(file)));
  const wanted = [...domains].map((domain) => [`${domain}/${API}`, apiFile(domain, statements)] as const); // prettier-ignore
  return new Map(wanted.filter(([name, text]) => text !== textOf(path.join(folder, name))));
}

const textOf = (file: string) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

function apiFile(domain: string, statements: Statement[]): string {
  const functions = statements
    .filter((one) => path.dirname(one.file) === domain && path.basename(one.file) !== API)
    .filter(apiRoles)
    .map(passingOn);
  return functions.length > 0 ? `${HEADER}\n${functions.join('\n\n')}\n` : '';
}

/** The function in `public` for one in `private`, and the right to call both. Throws for a function it cannot read. */
function passingOn(definer: Statement): string {
  const [, name, signature] =
    /^create function private\.(\w+)(\([\s\S]*?) as \$/m.exec(definer.text) ??
    fail(definer, 'only a function private.<name> can be called through the API');
  const end = endOfParentheses(signature!);
  const parameters = splitAtCommas(signature!.slice(1, end - 1)).map((text) => parameter(definer, text)); // prettier-ignore
  const [, returns, language] =
    /^\s*returns ([\s\S]*?)\s+(language [\s\S]*)$/.exec(signature!.slice(end)) ??
    fail(definer, 'a function that is called through the API says what it returns');
  const volatility = /\b(?:stable|immutable)\b/.exec(language!)?.[0];
  const rows = /^(?:setof|table)\b/.test(returns!) ? '* from ' : '';
  const kind = ['language sql', volatility, `set search_path = ''`].filter(Boolean).join(' ');
  const columns = /^table\s*\(([\s\S]*)\)$/.exec(returns!)?.[1];
  const head = list(
    `create function public.${name}(`,
    parameters.map((one) => one.text),
    ')',
  );
  const answer = columns ? list('returns table (', splitAtCommas(columns), ')') : `returns ${returns!}`; // prettier-ignore
  const body = list(`as $$ select ${rows}private.${name}(`, parameters.map((one) => one.name), ') $$;'); // prettier-ignore
  return [
    `-- ${path.basename(definer.file)}`,
    ...joined(head, answer),
    ...joined(kind, body),
    `grant execute on function private.${name}, public.${name} to ${apiRoles(definer)!};`,
  ].join('\n');
}

function parameter(definer: Statement, text: string): { name: string; text: string } {
  const [, name, rest] =
    /^p_(\w+) ([\s\S]+)$/.exec(text) ??
    fail(definer, `a parameter is called p_<name>, not "${text}"`);
  return { name: name!, text: `${name} ${rest}` };
}

/** On one line, or with its parts on lines of their own between the first and the last. */
function list(start: string, parts: string[], end: string): string {
  const line = `${start}${parts.join(', ')}${end}`;
  if (line.length <= WIDTH) return line;
  const lines: string[] = [];
  for (const [i, part] of parts.entries()) {
    const text = i < parts.length - 1 ? `${part},` : part;
    const longer = `${lines.at(-1) ?? ' '} ${text}`;
    if (lines.length > 0 && longer.length <= WIDTH) lines.splice(-1, 1, longer);
    else lines.push(`  ${text}`);
  }
  return [start, ...lines, end].join('\n');
}

/** Two parts of a statement, on one line where that is short enough. */
function joined(first: string, second: string): string[] {
  const lastLine = first.split('\n').at(-1)!;
  const fits = `${lastLine} ${second.split('\n')[0]}`.length <= WIDTH;
  return fits ? [`${first} ${second}`] : [first, second];
}

/** The position after the parenthesis that closes the first one. */
function endOfParentheses(text: string): number {
  let depth = 0;
  for (const [i, letter] of [...text].entries()) {
    depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    if (depth === 0) return i + 1;
  }
  return text.length;
}

function splitAtCommas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    depth += letter === '(' || letter === '[' ? 1 : letter === ')' || letter === ']' ? -1 : 0;
    if (letter === ',' && depth === 0) parts.push('');
    else parts.push(parts.pop()! + letter);
  }
  return parts.map((part) => part.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
}

function fail({ file, line }: Statement, why: string): never {
  throw new Error(`supabase/schemas/${file}:${line}: ${why}`);
}
