import fs from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSchemas } from '../../scripts/schema/schema-files.ts';
import { statementsOf, type Statement } from '../../scripts/schema/statements.ts';
import { hrefOf, nameOf, wordsOf } from '../../src/domains/notifications/notifications.ts';
import { isMessageKey, say, translator } from '../../src/i18n/index.ts';
import { Constants } from '../../src/lib/database.types.ts';
import { parameterTypes, statementsIn, type Tree } from '../support/sql-bodies.ts';

/** What a kind of notification needs besides its row: a function that writes it, an existing page, two texts. */

const { notification_kind: kinds, notification_page: pages } = Constants.public.Enums;
let functions: Statement[];
beforeAll(async () => {
  const all = await readSchemas('.');
  functions = all.filter(({ kind }) => kind === 'CreateFunctionStmt');
});

/** The literals that an expression can return: not those it is compared with. */
function wordsIn(tree: unknown): string[] {
  if (Array.isArray(tree)) return tree.flatMap(wordsIn);
  const [[type, node] = ['', {}]] = Object.entries((tree ?? {}) as Tree) as [string, Tree][];
  if (type === 'A_Const') return [(node['sval'] as { sval: string } | undefined)?.sval ?? ''];
  if (type === 'TypeCast') return wordsIn(node['arg']);
  if (type === 'CoalesceExpr') return wordsIn(node['args']);
  if (type === 'CaseWhen') return wordsIn(node['result']);
  if (type === 'CaseExpr') return [...wordsIn(node['args']), ...wordsIn(node['defresult'])];
  return [];
}

const nameIn = (names: unknown) =>
  (names as { String: { sval: string } }[]).map(({ String: { sval } }) => sval).join('.');

/** The values a tree gives to a column, a parameter or a cast of the type notification_kind. */
function kindsWrittenIn(tree: unknown, takers: Map<string, string[]>): string[] {
  if (Array.isArray(tree)) return tree.flatMap((one) => kindsWrittenIn(one, takers));
  if (!tree || typeof tree !== 'object') return [];
  return Object.entries(tree as Tree).flatMap(([type, node]) => [
    ...kindsWrittenHere(type, node as Tree, takers),
    ...kindsWrittenIn(node, takers),
  ]);
}

function kindsWrittenHere(type: string, node: Tree, takers: Map<string, string[]>): string[] {
  if (type === 'TypeCast') {
    const { names } = node['typeName'] as { names: unknown };
    return nameIn(names) === 'public.notification_kind' ? wordsIn(node['arg']) : [];
  }
  if (type === 'FuncCall') {
    const types = takers.get(nameIn(node['funcname'])) ?? [];
    const given = (node['args'] ?? []) as Tree[];
    return given.flatMap((one, i) => (types[i] === 'notification_kind' ? wordsIn(one) : []));
  }
  if (type !== 'InsertStmt' || (node['relation'] as Tree)['relname'] !== 'notifications') return [];
  const columns = node['cols'] as { ResTarget: { name: string } }[];
  const at = columns.findIndex(({ ResTarget }) => ResTarget.name === 'kind');
  const { targetList = [], valuesLists = [] } = (node['selectStmt'] as { SelectStmt: Rows }).SelectStmt; // prettier-ignore
  return [targetList[at]?.ResTarget.val, ...valuesLists.map(({ List }) => List.items[at])].flatMap(wordsIn); // prettier-ignore
}
type Rows = {
  targetList?: { ResTarget: { val: Tree } }[];
  valuesLists?: { List: { items: Tree[] } }[];
};

async function kindsWritten(all: Statement[]): Promise<Set<string>> {
  const takers = new Map(all.map((one) => [one.makes!, parameterTypes(one)]));
  const trees = await Promise.all(all.map((one) => statementsIn(one, [...kinds])));
  return new Set(kindsWrittenIn(trees.flat(), takers));
}

describe('a kind that no function writes', () => {
  test('does not exist', async () => {
    const written = await kindsWritten(functions);
    expect(kinds.filter((kind) => !written.has(kind))).toEqual([]);
  });

  test.each([
    ['a comparison', `perform from public.notifications n where n.kind in ('place_won', 'report_late');`],
    ['a list of words', `perform private.attempt('place_won', 'x', 1, '1 day');`],
    ['what a case asks for', `perform private.notify(null, case p_x when 'place_won' then 'report_late' end::public.notification_kind, '', null);`],
  ])('is found behind %s', async (_what, line) => {
    const sql = `-- X.\n\ncreate function private.x(p_x text) returns void language plpgsql as $$ begin ${line} end $$;`;
    const [made] = await statementsOf('x/x.sql', sql);
    const notify = functions.filter(({ makes }) => makes === 'private.notify');
    expect((await kindsWritten([made!, ...notify])).has('place_won')).toBe(false);
  }); // prettier-ignore

  test('is not one that is written by an insert, an argument or a variable', async () => {
    const body = `begin insert into public.notifications (person_id, kind) values (p_x, 'place_won') returning id into v_id;
      if p_x then perform private.notify(p_x, 'report_late', '', null); end if;
      v_kind := case when p_x then 'notice_new' else 'notice_urgent' end::public.notification_kind; end`;
    const [made] = await statementsOf('x/x.sql', `-- X.\n\ncreate function private.x() returns void language plpgsql as $$ ${body} $$;`); // prettier-ignore
    const notify = functions.filter(({ makes }) => makes === 'private.notify');
    const written = await kindsWritten([made!, ...notify]);
    expect([...written].filter((one) => (kinds as readonly string[]).includes(one)).sort()).toEqual(
      ['notice_new', 'notice_urgent', 'place_won', 'report_late'], // prettier-ignore
    );
  });
});

test('no function takes a kind of notification as text', () => {
  const casts = functions.filter(({ text }) => /\b(?!v_)\w*kind::(public\.)?notification_kind/.test(text)); // prettier-ignore
  expect(casts.map(({ makes }) => makes)).toEqual([]);
});

const routes = fs
  .readdirSync('src/pages', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.astro'))
  .map((name) => name.replace(/(\/?index)?\.astro$/, '').replaceAll(/\[\w+\]/g, '[^/]+'))
  .map((route) => new RegExp(`^/${route}$`));

test.each(pages)('the page %s exists, with the thing and without', (page) => {
  for (const thing of ['7', null]) {
    const [path] = hrefOf({ page, blockSlug: 'garden', thing }).split('#');
    expect([path, routes.some((route) => route.test(path!))]).toEqual([path, true]);
  }
});

test.each(kinds)('%s has two texts of its own in each language', (kind) => {
  for (const key of [wordsOf(kind), nameOf(kind)]) {
    expect(isMessageKey(key)).toBe(true);
    for (const language of ['nb', 'en'] as const) expect(say(translator(language), key)).toMatch(/\S/);
  }
}); // prettier-ignore
