import { readdirSync } from 'node:fs';

// The allowed imports: pages -> domains -> lib. One list per kind of file; a path is checked as it is
// written, so inside src it is either ./neighbour or ~/from/the/top.

const outside = ['(^|/)(scripts|tests)/', 'src runs without scripts/ and tests/.'];
const parent = ['(^|/)\\.\\./', 'Write ~/… instead of ../ so that the arrows can be read.'];
const upper = [
  '^~/(pages|layouts|middleware|actions)(/|$)',
  'Arrows point down: pages -> domains -> lib.',
];
const domain = ['^~/domains/', 'This folder knows no domain word.'];
const server = [
  '\\.server(\\.ts)?$',
  'Only *.server.ts, *.actions.ts, pages, layouts and middleware read data.',
];
/** A domain may have folders of its own; it must not import the queries and actions of another domain. */
const foreignTo = (own) => [
  `^~/domains/(?!${own}/).*\\.(server|actions)(\\.ts)?$`,
  'Only the own domain; the page or SQL joins two domains.',
];
const tables = ['database\\.types', 'Pages and looks know no table; take a type from the domain.'];

const DATABASE_CALL =
  'CallExpression[callee.property.name=/^(from|rpc)$/]' +
  '[callee.object.name!=/^(Array|Buffer|Uint8Array|Object)$/]';

function files(patterns, bans, { database = false, ignores = [] } = {}) {
  const dynamic = bans.map(([regex, message]) => ({
    selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\/')}/]`,
    message,
  }));
  const call = { selector: DATABASE_CALL, message: 'Only *.server.ts asks the database.' };
  return {
    files: patterns,
    ignores,
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: bans.map(([regex, message]) => ({ regex, message })) },
      ],
      'no-restricted-syntax': ['error', ...dynamic, ...(database ? [] : [call])],
    },
  };
}

/** The rules of one domain: what reads, what acts, and everything else in it. */
function inDomain(own) {
  const folder = `src/domains/${own}/**`;
  const [serverFiles, actionFiles] = [`${folder}/*.server.ts`, `${folder}/*.actions.ts`];
  const foreign = foreignTo(own);
  return [
    files([serverFiles], [outside, parent, upper, foreign], { database: true }),
    files([actionFiles], [outside, parent, upper, foreign]),
    files([folder], [outside, parent, upper, foreign, server], {
      ignores: [serverFiles, actionFiles],
    }),
  ];
}

const handled = ['lib', 'i18n', 'components', 'domains', 'pages', 'layouts'].map(
  (f) => `src/${f}/**`,
);

export const arrows = [
  files(['src/lib/**', 'src/i18n/**'], [outside, parent, upper, domain, server], {
    database: true,
  }),
  files(['src/components/**'], [outside, parent, upper, domain, server, tables]),
  ...readdirSync(new URL('src/domains', import.meta.url)).flatMap(inDomain),
  files(['src/pages/**', 'src/layouts/**'], [outside, parent, tables]),
  files(['src/**'], [outside, parent], { ignores: handled }),
];
