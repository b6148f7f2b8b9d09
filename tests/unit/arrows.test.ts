import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const eslint = new ESLint({
  overrideConfig: { linterOptions: { reportUnusedDisableDirectives: 'off' } },
});
const ARROWS = ['no-restricted-imports', 'no-restricted-syntax'];

async function broken(file: string, code: string): Promise<string[]> {
  const text = file.endsWith('.astro') ? `---\n${code}\n---\n<p>x</p>\n` : `${code}\n`;
  const [result] = await eslint.lintText(text, { filePath: `src/${file}` });
  const fatal = result!.messages.find((message) => message.fatal);
  if (fatal) throw new Error(fatal.message);
  return result!.messages.flatMap(({ ruleId, message }) =>
    ARROWS.includes(ruleId ?? '') ? [message] : [],
  );
}
const use = (from: string) => `import { x } from '${from}';\nexport const y = x;`;

test.each([
  ['lib imports no domain', 'lib/a.ts', use('~/domains/reports/reports.ts')],
  ['a component imports no domain', 'components/A.astro', use('~/domains/reports/reports.ts')],
  ['a component imports no database types', 'components/A.astro', use('~/lib/database.types.ts')],
  [
    'a domain imports no other .server',
    'domains/polls/polls.server.ts',
    use('~/domains/reports/reports.server.ts'),
  ],
  [
    'a domain imports no other .actions',
    'domains/polls/polls.actions.ts',
    use('~/domains/reports/reports.actions.ts'),
  ],
  ['a domain imports no page', 'domains/polls/polls.ts', use('~/pages/index.astro')],
  ['a domain imports no middleware', 'domains/polls/polls.server.ts', use('~/middleware/index.ts')],
  ['browser-safe rules import no .server', 'domains/polls/polls.ts', use('./polls.server.ts')],
  ['an island imports no .server', 'domains/polls/Live.tsx', use('./polls.server.ts')],
  ['a domain component imports no .server', 'domains/polls/Poll.astro', use('./polls.server.ts')],
  [
    'not even when it asks late',
    'domains/polls/Live.tsx',
    "export const y = import('./polls.server.ts');",
  ],
  ['src imports no scripts', 'pages/index.astro', use('~/../scripts/backend/backend.ts')],
  ['src imports no tests', 'lib/a.ts', use('../../tests/support/cast.ts')],
  ['middleware imports no tests', 'middleware/a.ts', use('../../tests/support/cast.ts')],
  ['a page imports no database types', 'pages/index.astro', use('~/lib/database.types.ts')],
  [
    'a page asks no table',
    'pages/index.astro',
    "export const y = await db.from('polls').select();",
  ],
  ['a page calls no SQL function', 'pages/index.astro', "export const y = await db.rpc('vote');"],
  [
    'an action asks no table',
    'domains/polls/polls.actions.ts',
    "export const y = db.from('polls');",
  ],
  [
    'nobody goes round by ../',
    'domains/polls/polls.server.ts',
    use('../reports/reports.server.ts'),
  ],
])('%s', async (_fact, file, code) => {
  expect(await broken(file, code)).not.toEqual([]);
});

test.each([
  ['a page reads through a domain', 'pages/index.astro', use('~/domains/polls/polls.server.ts')],
  ['a layout reads through a domain', 'layouts/Page.astro', use('~/domains/polls/polls.server.ts')],
  ['an action calls its own domain', 'domains/polls/polls.actions.ts', use('./polls.server.ts')],
  [
    'a domain uses the rules of another',
    'domains/polls/polls.server.ts',
    use('~/domains/blocks/blocks.ts'),
  ],
  [
    'a domain function asks the database',
    'domains/polls/polls.server.ts',
    "export const y = db.from('polls');",
  ],
  [
    'the list of actions names all domains',
    'actions/index.ts',
    use('~/domains/polls/polls.actions.ts'),
  ],
  ['Array.from is no database', 'pages/index.astro', 'export const y = Array.from([1]);'],
])('allowed: %s', async (_fact, file, code) => {
  expect(await broken(file, code)).toEqual([]);
});
