import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readSchemas, SCHEMAS } from '../../scripts/schema/schema-files.ts';
import type { Statement } from '../../scripts/schema/statements.ts';
import { BY_HAND, MIGRATIONS } from '../../scripts/backend/migrations.ts';

/** Conventions of the files in supabase/schemas and supabase/migrations. Those of the database itself: tests/db/conventions.test.ts. */

const files = fs
  .readdirSync(SCHEMAS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sql'))
  .map((name) => ({ name, text: fs.readFileSync(path.join(SCHEMAS, name), 'utf8') }));

let statements: Statement[];
beforeAll(async () => {
  statements = await readSchemas('.');
});

test('every folder of schema files is a domain, or base', () => {
  const domains = fs.readdirSync('src/domains');
  const folders = fs.readdirSync(SCHEMAS);
  expect(folders.filter((name) => name !== 'base' && !domains.includes(name))).toEqual([]);
  expect(files.filter(({ name }) => !/^[a-z]+\/[a-z0-9-]+\.sql$/.test(name))).toEqual([]);
});

test('every domain is in the README, and its schema files are among those of the Supabase CLI', () => {
  const [readme, config] = ['README.md', 'supabase/config.toml'].map((name) => fs.readFileSync(name, 'utf8')); // prettier-ignore
  const unnamed = fs.readdirSync('src/domains').filter((name) => !new RegExp(`\\b${name}\\b`).test(readme!)); // prettier-ignore
  expect(unnamed).toEqual([]);
  const unread = fs.readdirSync(SCHEMAS).filter((name) => !config!.includes(`"./schemas/${name}/*.sql"`)); // prettier-ignore
  expect(unread).toEqual([]);
});

const ROW_SECURITY = /^alter table [\w.]+ enable row level security;$/;
const FOREIGN_KEY = /^alter table [\w.]+ add (constraint \w+\s)?foreign key \([^)]*\)\s*references ([\w.]+)/; // prettier-ignore

test('a table is altered only for row level security, and for a foreign key that closes a circle', () => {
  const needsOf = new Map(statements.filter(({ kind }) => kind === 'CreateStmt').map(({ makes, needs }) => [makes, needs])); // prettier-ignore
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(needsOf.get(from) ?? [])].some((next) => reaches(next, to, seen));
  };
  const altered = statements.filter(({ kind }) => kind === 'AlterTableStmt');
  const wrong = altered.filter(({ text, node }) => {
    const sql = text
      .replaceAll(/^--.*\n/gm, '')
      .replace(/;.*$/s, ';')
      .replaceAll(/\s+/g, ' ');
    const other = FOREIGN_KEY.exec(sql)?.[2];
    const closesCircle = other && reaches(other, `${node.relation!.schemaname}.${node.relation!.relname}`); // prettier-ignore
    return !ROW_SECURITY.test(sql) && !closesCircle;
  });
  expect(altered.length).toBeGreaterThan(90);
  expect(wrong.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

test('no function is overloaded: a name is enough to find it', () => {
  const names = statements.flatMap(({ kind, makes }) => (kind === 'CreateFunctionStmt' ? [makes] : [])); // prettier-ignore
  expect(names.length).toBeGreaterThan(500);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test('no line in a migration is left for a person', () => {
  const waiting = fs.readdirSync(MIGRATIONS).flatMap((name) => {
    const lines = fs.readFileSync(path.join(MIGRATIONS, name), 'utf8').split('\n');
    return lines.flatMap((line, i) => (line.startsWith(BY_HAND) ? [`${name}:${i + 1}`] : []));
  });
  expect(waiting).toEqual([]);
});

test('a function that only passes on to the one of its name in private is made from a line "-- API:", not written', () => {
  const written = statements.filter(({ kind, file }) => kind === 'CreateFunctionStmt' && !file.endsWith('/api.sql')); // prettier-ignore
  const passingOn = written.filter(({ makes, text }) => {
    const [, schema, name] = /^(\w+)\.(\w+)$/.exec(makes!)!;
    const given = new RegExp(`\\$\\$\\s*select (?:\\* from )?private\\.${name}\\(([\\w, ]*)\\)\\s*;?\\s*\\$\\$`).exec(text)?.[1]; // prettier-ignore
    const taken = /\(([\s\S]*?)\)\s*returns/.exec(text)?.[1] ?? '';
    const names = taken.split(',').map((one) => one.trim().split(' ')[0]).filter(Boolean); // prettier-ignore
    return schema === 'public' && given === names.join(', ');
  });
  expect(passingOn.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});
