import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { throwawayFolder } from '../../scripts/backend/throwaway.ts';
import { asReplacement, asScript, readSchemas } from '../../scripts/schema/schema-files.ts';
import { statementsOf } from '../../scripts/schema/statements.ts';

/** The reader of supabase/schemas: SQL files as statements in an order that PostgreSQL accepts. */

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

function project(files: Record<string, string>): string {
  const folder = throwawayFolder();
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, 'supabase/schemas', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  return folder;
}

const read = (files: Record<string, string>) => readSchemas(project(files));
const one = (sql: string) => read({ 'notes/notes.sql': sql });
const texts = async (sql: string) => (await one(sql)).map(({ text }) => text);
const firstLines = async (files: Record<string, string>) =>
  (await read(files)).map(({ text }) => text.split('\n').find((line) => !line.startsWith('--')));

describe('a comment', () => {
  test('above a statement belongs to it', async () => {
    expect(await texts('-- What it is.\n-- More.\ncreate table public.a (b int);\n')).toEqual([
      '-- What it is.\n-- More.\ncreate table public.a (b int);',
    ]);
  });

  test('after a statement on its last line belongs to it', async () => {
    const sql = `create table public.a (
  b int -- inside
); -- behind
-- above
create table public.c (d int); -- behind c
`;
    expect(await texts(sql)).toEqual([
      'create table public.a (\n  b int -- inside\n); -- behind',
      '-- above\ncreate table public.c (d int); -- behind c',
    ]);
  });

  test('after the last statement belongs to that one', async () => {
    expect(await texts('create table public.a (b int);\n\n-- The end.\n')).toEqual([
      'create table public.a (b int);\n-- The end.',
    ]);
  });

  test('at the top with an empty line below is about the file and is left out', async () => {
    const sql =
      '-- About the file.\n-- Two lines.\n\n-- About a.\ncreate table public.a (b int);\n';
    expect(await texts(sql)).toEqual(['-- About a.\ncreate table public.a (b int);']);
  });

  test('at the top without an empty line below belongs to the first statement', async () => {
    const sql = '-- About a.\ncreate table public.a (b int);\n\n-- About c.\n\ncreate table public.c (d int);\n'; // prettier-ignore
    expect(await texts(sql)).toEqual([
      '-- About a.\ncreate table public.a (b int);',
      '-- About c.\n\ncreate table public.c (d int);',
    ]);
  });

  test('between slashes and stars, or with a semicolon in it, splits nothing', async () => {
    const sql = '/* a; b */\ncreate table public.a (b int); -- c; d\n-- e; f\ncreate table public.c (d int);\n'; // prettier-ignore
    expect(await texts(sql)).toEqual([
      '/* a; b */\ncreate table public.a (b int); -- c; d',
      '-- e; f\ncreate table public.c (d int);',
    ]);
  });
});

describe('the text of a statement', () => {
  test('is complete after multi-byte characters', async () => {
    const sql = `-- Æøå, blåbærsyltetøy og 🏠.\n\n-- Også her: æøå.\ncreate table public.a (b text default 'ærlig'); -- så\n-- Ørret.\ncreate table public.c (d int);\n`;
    expect(await texts(sql)).toEqual([
      "-- Også her: æøå.\ncreate table public.a (b text default 'ærlig'); -- så",
      '-- Ørret.\ncreate table public.c (d int);',
    ]);
  });

  test('ends with a semicolon even if the last one of a file has none', async () => {
    const files = { 'a/a.sql': 'create table public.a (b int)', 'b/b.sql': 'create table public.b (c int) -- last\n' }; // prettier-ignore
    const script = asScript((await read(files)).map(({ text }) => text));
    const again = await statementsOf('script.sql', script);
    expect(again.map(({ kind }) => kind)).toEqual(['VariableSetStmt', 'CreateStmt', 'CreateStmt']);
  });

  test('knows its file and the line on which it or its comment begins', async () => {
    const sql = '-- Øverst.\n\n-- Æ\ncreate table public.a (b int);\n\n\ncreate table public.c (d int);\ncreate table public.e (f int);\n'; // prettier-ignore
    const found = await one(sql);
    expect(found.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'notes/notes.sql:3',
      'notes/notes.sql:7',
      'notes/notes.sql:8',
    ]);
  });

  test('keeps semicolons inside a body', async () => {
    const sql = `create function public.f() returns int language plpgsql as $$\nbegin\n  perform 1; -- here; too\n  return 2;\nend\n$$;\ncreate table public.a (b int);\n`;
    expect(await texts(sql)).toEqual([
      'create table public.a (b int);',
      sql.slice(0, sql.indexOf('\ncreate table')),
    ]);
  });

  test.each([
    ['create function', 'create or replace function'],
    ['create or replace function', 'create or replace function'],
    ['CREATE FUNCTION', 'create or replace FUNCTION'],
    ['create  function', 'create or replace function'],
  ])('as a replacement begins, for "%s", with "%s"', async (begin, expected) => {
    const [found] = await one(`-- To create function f again.\n${begin} public.f() returns int language sql as $$ select 1 $$;\n`); // prettier-ignore
    expect(asReplacement(found!).split('\n')).toEqual([
      '-- To create function f again.',
      `${expected} public.f() returns int language sql as $$ select 1 $$;`,
    ]);
  });
});

describe('the order', () => {
  test('is by kind, whatever the order in a file and of the files', async () => {
    const files = {
      'a/last.sql': `grant select on public.things to anon;
insert into public.things values (1);
create trigger t before insert on public.things for each row execute function private.tg();
create policy p on public.things for select to anon using (true);
create view public.some_things as select * from public.things;
create index things_idx on public.things (id);
create function private.tg() returns trigger language plpgsql as $$ begin return new; end $$;
alter table public.things enable row level security;`,
      'b/first.sql': `create table public.things (id int, kind public.kind);
create domain public.short as text;
create type public.kind as enum ('a');
create schema private;
create extension pg_trgm;`,
    };
    expect((await read(files)).map(({ kind }) => kind)).toEqual([
      'CreateExtensionStmt',
      'CreateSchemaStmt',
      'CreateEnumStmt',
      'CreateDomainStmt',
      'CreateStmt',
      'AlterTableStmt',
      'CreateFunctionStmt',
      'IndexStmt',
      'ViewStmt',
      'CreatePolicyStmt',
      'CreateTrigStmt',
      'InsertStmt',
      'GrantStmt',
    ]);
  });

  test('puts a table before those that refer to it, over files', async () => {
    const files = {
      'a/a.sql': 'create table public.a (b int references public.b);',
      'b/b.sql': 'create table public.b (id int primary key, c int references public.c);',
      'c/c.sql': 'create table public.c (id int primary key);',
    };
    expect((await read(files)).map(({ makes }) => makes)).toEqual(['public.c', 'public.b', 'public.a']); // prettier-ignore
  });

  test('puts a function that a default of a table uses before that table', async () => {
    const files = {
      'a/a.sql': 'create table public.a (on_day date default private.today());',
      'z/z.sql': 'create function private.today() returns date language sql as $$ select current_date $$;', // prettier-ignore
    };
    expect((await read(files)).map(({ makes }) => makes)).toEqual(['private.today', 'public.a']);
  });

  test('puts a view before a function that returns its rows, and a view before a view over it', async () => {
    const files = {
      'a/a.sql':
        'create function public.f() returns setof public.v2 language sql as $$ select 1 $$;',
      'b/b.sql': 'create view public.v2 as select * from public.v1;',
      'c/c.sql': 'create view public.v1 as select 1 as one;',
    };
    expect((await read(files)).map(({ makes }) => makes)).toEqual(['public.v1', 'public.v2', 'public.f']); // prettier-ignore
  });

  test('takes a name without a schema as one of public', async () => {
    const files = { 'a/a.sql': 'create table a (b int references b);', 'b/b.sql': 'create table b (id int primary key);' }; // prettier-ignore
    expect((await read(files)).map(({ makes }) => makes)).toEqual(['public.b', 'public.a']);
  });

  test('is the same when bodies call each other', async () => {
    const f = (name: string, calls: string) =>
      `create function public.${name}() returns int language sql as $$ select public.${calls}() $$;`;
    expect(await firstLines({ 'a/a.sql': `${f('a', 'b')}\n${f('b', 'a')}` })).toHaveLength(2);
  });

  test('allows a table and a function with the same name', async () => {
    const sql = `create view public.v as select * from public.members();
create function public.members() returns setof public.members language sql as $$ select * from public.members $$;
create table public.members (id int);`;
    expect((await one(sql)).map(({ kind }) => kind)).toEqual(['CreateStmt', 'CreateFunctionStmt', 'ViewStmt']); // prettier-ignore
  });

  test('allows a table to refer to itself', async () => {
    expect(await texts('create table public.a (id int primary key, b int references public.a);')).toHaveLength(1); // prettier-ignore
  });

  test('allows a foreign key outside of its table to close a circle', async () => {
    const files = {
      'a/a.sql': 'create table public.a (id int primary key, b int references public.b);',
      'b/b.sql': 'create table public.b (id int primary key, a int);\nalter table public.b add foreign key (a) references public.a;', // prettier-ignore
    };
    expect((await read(files)).map(({ kind, makes }) => makes ?? kind)).toEqual(['public.b', 'public.a', 'AlterTableStmt']); // prettier-ignore
  });

  test('puts the rows of a list before rows that refer to them', async () => {
    const files = {
      'a/a.sql': `create table public.a (b int references public.b);\ninsert into public.a values (1);`,
      'b/b.sql': `create table public.b (id int primary key);\ninsert into public.b values (1);`,
    };
    const inserts = (await read(files)).filter(({ kind }) => kind === 'InsertStmt');
    expect(inserts.map(({ file }) => file)).toEqual(['b/b.sql', 'a/a.sql']);
  });
});

describe('reading stops, and names the place,', () => {
  test('at a circle of tables', async () => {
    const files = {
      'a/a.sql': '-- A.\n\ncreate table public.a (id int primary key, b int references public.b);',
      'b/b.sql': 'create table public.b (id int primary key, a int references public.a);',
    };
    await expect(read(files)).rejects.toThrow(
      'supabase/schemas/a/a.sql:3: circle: public.a -> public.b -> public.a (write one of the foreign keys as `alter table … add foreign key`)', // prettier-ignore
    );
  });

  test('and names in the circle only its members', async () => {
    const files = {
      'a/a.sql': 'create table public.a (b int references public.b);',
      'b/b.sql': 'create table public.b (id int primary key, c int references public.c);\ncreate table public.c (id int primary key, b int references public.b);', // prettier-ignore
    };
    await expect(read(files)).rejects.toThrow(/b\.sql:1: circle: public\.b -> public\.c -> public\.b \(/); // prettier-ignore
  });

  test.each([
    ['drop table public.a;', 'DropStmt'],
    ['do $$ begin end $$;', 'DoStmt'],
    ['update public.a set b = 1;', 'UpdateStmt'],
    ['delete from public.a;', 'DeleteStmt'],
    ['select 1;', 'SelectStmt'],
    ["alter type public.kind add value 'x';", 'AlterEnumStmt'],
    ['set search_path = public;', 'VariableSetStmt'],
    ['begin;', 'TransactionStmt'],
  ])('at a statement that does not belong: %s', async (sql, kind) => {
    await expect(one(`create table public.a (b int);\n\n-- Why.\n${sql}\n`)).rejects.toThrow(
      `supabase/schemas/notes/notes.sql:3: a ${kind} does not belong in a schema file`,
    );
  });

  test.each([
    ['table', 'create table public.a (b int);'],
    ['function', 'create function public.a() returns int language sql as $$ select 1 $$;'],
    ['type', "create type public.a as enum ('x');"],
    ['view', 'create view public.a as select 1 as one;'],
  ])('at a %s that is made twice, naming both places', async (_kind, sql) => {
    await expect(read({ 'a/a.sql': sql, 'b/b.sql': `\n\n${sql}` })).rejects.toThrow(
      'supabase/schemas/b/b.sql:3: public.a is already made in supabase/schemas/a/a.sql:1',
    );
  });

  test('at a function that is overloaded', async () => {
    const sql = `create function public.f() returns int language sql as $$ select 1 $$;
create function public.f(p int) returns int language sql as $$ select 1 $$;`;
    await expect(one(sql)).rejects.toThrow(/notes\.sql:2: public\.f is already made in .*:1$/);
  });

  test('at a statement that PostgreSQL cannot parse', async () => {
    const sql = '-- Æøå æøå æøå.\n\ncreate table public.a (b int);\n-- Så.\ncreate tabel public.c (d int);\n'; // prettier-ignore
    await expect(
      read({ 'a/a.sql': 'create table public.x (y int);', 'b/b.sql': sql }),
    ).rejects.toThrow(
      // prettier-ignore
      'supabase/schemas/b/b.sql:5: syntax error at or near "tabel"',
    );
  });
});

test('files of other kinds and empty files are skipped', async () => {
  expect(await read({ 'a/a.sql': '', 'b/b.sql': '-- Nothing yet.\n', 'c/README.md': '# No SQL' })).toEqual([]); // prettier-ignore
});
