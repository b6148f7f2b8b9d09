import { describe, expect, test } from 'vitest';
import { lintSql } from '../../scripts/schema/lint.ts';

const HEADER = '-- Notes: what residents write down.\n\n';
const whats = async (text: string) => (await lintSql(text)).map(({ line, what }) => `${line}: ${what}`); // prettier-ignore
const of = (sql: string) => whats(`${HEADER}${sql}\n`);
const GOOD = `-- A note. Its author reads it.
create table public.notes (
  id uuid primary key,
  body text not null
);
alter table public.notes enable row level security;

-- Notes about Æ, Ø and Å: "SELECT , x" is a text here. Definer: reads notes of everybody.
create function private.count_notes(p_word text, p_other text) returns integer
language sql stable security definer set search_path = '' as $$
  select count(*)::integer from public.notes n where n.body in (p_word, 'SELECT ,x')
$$;
create function public.count_notes(word text, other text) returns integer
language sql stable set search_path = '' as $$ select private.count_notes(word, other) $$;`;

test('nothing is reported for a file that follows the rules', async () => {
  expect(await of(GOOD)).toEqual([]);
});

describe('the style of SQL: the report, with its line, for', () => {
  test.each([
    ['a file without a header', 'create type public.a as enum ();\n', '1: begin with what the file holds: one to three lines of comment, and an empty one'],
    ['a file without a last new line', `${HEADER}select 1;`, '3: end with a new line'],
    ['a long file', `${HEADER}${'select 1;\n'.repeat(298)}`, '301: 300 lines or more: two nouns?'],
  ])('%s', async (_what, text, said) => expect(await whats(text)).toEqual([said])); // prettier-ignore

  test.each([
    ['a long line', `select '${'x'.repeat(160)}';`, '3: longer than 160 columns'],
    ['white space at the end', 'select 1; ', '3: white space at the end'],
    ['a tab', "select '\t';", '3: a tab'],
    ['three spaces', 'select\n   1;', '4: indent by two spaces'],
    ['two empty lines', 'select 1;\n\n\nselect 2;', '5: two empty lines'],
    ['a keyword in capitals', 'select 1\nFROM public.a;', '4: write from in lower case'],
    ['one in the body of a function', '-- Ø.\ncreate function public.f() returns integer language sql as $$\n  select 1\n  WHERE true\n$$;', '6: write where in lower case'],
    ['a comma without white space', 'select 1,2;', '3: no white space behind a comma'],
    ['a comma behind white space', 'select 1 , 2;', '3: white space before ,'],
    ['a table without a comment', 'create table public.a (b integer);', '3: say in a comment what it is for and who may'],
    ['a definer function that does not say why', "-- Counts.\ncreate function private.f() returns integer\nlanguage sql security definer set search_path = '' as $$ select 1 $$;", '4: say in the comment why it is a definer function ("Definer: …")'],
  ])('%s', async (_what, sql, said) => expect(await of(sql)).toEqual([said])); // prettier-ignore
});
