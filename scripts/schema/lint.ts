// The style rules of supabase/schemas, checked on the tokens of PostgreSQL's own scanner. Rules about the resulting database are checked
// in tests/db/conventions.test.ts.
import fs from 'node:fs';
import path from 'node:path';
import { loadModule, scanSync, type ScanToken } from '@libpg-query/parser';
import { SCHEMAS } from './schema-files.ts';

const MAX_COLUMNS = 160;
const MAX_LINES = 300;

/** Violations of the rules below supabase/schemas of the project, as `file:line: what`. */
export async function lintSchemas(projectDir: string): Promise<string[]> {
  const folder = path.join(projectDir, SCHEMAS);
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.sql')).sort();
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  const found = await Promise.all(files.map(async (name) => {
    const problems = await lintSql(read(name));
    return problems.map(({ line, what }) => `${SCHEMAS}/${name.replaceAll(path.sep, '/')}:${line}: ${what}`);
  })); // prettier-ignore
  return found.flat();
}

export type Problem = { line: number; what: string };

/** Violations in the text of one schema file, from top to bottom. */
export async function lintSql(text: string): Promise<Problem[]> {
  await loadModule();
  const lines = text.split('\n');
  const problems = [
    ...wholeFile(text, lines),
    ...lines.flatMap((line, i) => oneLine(line, lines[i - 1]).map((what) => ({ line: i + 1, what }))),
    ...explanations(lines),
    ...tokens(text, 1),
  ]; // prettier-ignore
  return problems.sort((a, b) => a.line - b.line);
}

function wholeFile(text: string, lines: string[]): Problem[] {
  const last = lines.length;
  return [
    ...(/^(-- \S.*\n){1,3}\n(?!\n)/.test(text) ? [] : [{ line: 1, what: 'begin with what the file holds: one to three lines of comment, and an empty one' }]),
    ...(text.endsWith('\n') ? [] : [{ line: last, what: 'end with a new line' }]),
    ...(last < MAX_LINES ? [] : [{ line: last, what: `${MAX_LINES} lines or more: two nouns?` }]),
  ]; // prettier-ignore
}

function oneLine(line: string, before: string | undefined): string[] {
  const indent = /^\s*/.exec(line)![0];
  return [
    ...(line.length > MAX_COLUMNS ? [`longer than ${MAX_COLUMNS} columns`] : []),
    ...(/\s$/.test(line) ? ['white space at the end'] : []),
    ...(line.includes('\t') ? ['a tab'] : []),
    ...(line && indent.length % 2 ? ['indent by two spaces'] : []),
    ...(line === '' && before === '' ? ['two empty lines'] : []),
  ];
}

/** Tables, views and functions need a comment, and that of a definer function must say which rows it reads or writes. */
function explanations(lines: string[]): Problem[] {
  return lines.flatMap((line, i) => {
    if (!/^create (or replace )?(unlogged )?(table|function|view)\b/.test(line)) return [];
    let first = i;
    while (lines[first - 1]?.startsWith('--')) first--;
    const comment = lines.slice(first, i).join('\n');
    // The one-line function in public stands right below the function that it calls.
    const isDoor = /^create (or replace )?function public\./.test(line) && (lines[i - 1] ?? '') !== '';
    const end = lines.findIndex((one, n) => n >= i && /\$\$|;$/.test(one));
    const isDefiner = /security definer/.test(lines.slice(i, end + 1).join('\n'));
    return [
      ...(comment || isDoor ? [] : [{ line: i + 1, what: 'say in a comment what it is for and who may' }]),
      ...(isDefiner && !/\bdefiner\b/i.test(comment) ? [{ line: i + 1, what: 'say in the comment why it is a definer function ("Definer: …")' }] : []),
    ];
  }); // prettier-ignore
}

const BODY = /^\$(\w*)\$([\s\S]*)\$\1\$$/;

/** Keywords in lower case, a blank after each comma and none before; in bodies of functions too. */
function tokens(sql: string, firstLine: number): Problem[] {
  const bytes = Buffer.from(sql); // the scanner counts bytes
  const textOf = ({ start, end }: ScanToken) => bytes.subarray(start, end).toString();
  const lineOf = (at: number) =>
    firstLine + bytes.subarray(0, at).toString().split('\n').length - 1;
  return scanSync(sql).tokens.flatMap((token) => {
    const text = textOf(token);
    const body = BODY.exec(text)?.[2];
    if (body !== undefined) return tokens(body, lineOf(token.start));
    const say = (what: string) => [{ line: lineOf(token.start), what }];
    if (token.keywordKind > 0 && /[A-Z]/.test(text)) return say(`write ${text.toLowerCase()} in lower case`);
    if (text !== ',' && text !== ';') return [];
    const [before, after] = [bytes.subarray(token.start - 1, token.start), bytes.subarray(token.end, token.end + 1)].map(String);
    if (/\s/.test(before!)) return say(`white space before ${text}`);
    return text === ',' && /\S/.test(after!) ? say('no white space behind a comma') : [];
  }); // prettier-ignore
}
