import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** The rules that oxlint reports for these files, with the project's own configuration. */
function broken(files: Record<string, string>): string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-'));
  try {
    const strict = {
      compilerOptions: { strict: true, allowImportingTsExtensions: true, noEmit: true },
    };
    for (const [name, text] of Object.entries({
      ...files,
      'tsconfig.json': JSON.stringify(strict),
    }))
      fs.writeFileSync(path.join(folder, name), text);
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    const args = [oxlint, '-c', path.join(root, '.oxlintrc.json'), '-f', 'json'];
    // It is searched for from the folder that is checked.
    const env = {
      ...process.env,
      OXLINT_TSGOLINT_PATH: path.join(root, 'node_modules/.bin/tsgolint'),
    };
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string }[] };
    return [...new Set(diagnostics.map(({ code }) => code))];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test.each([
  [
    'two files that import a type of each other are a circle',
    {
      'a.ts': "import type { B } from './b.ts';\nexport interface A { b: B | null }\n",
      'b.ts': "import type { A } from './a.ts';\nexport interface B { a: A | null }\n",
    },
    'import(no-cycle)',
  ],
  [
    'two components that print each other are a circle',
    {
      'A.astro': "---\nimport B from './B.astro';\n---\n<B />\n",
      'B.astro': "---\nimport A from './A.astro';\n---\n<A />\n",
    },
    'import(no-cycle)',
  ],
  [
    'a condition that the types call impossible is refused',
    { 'a.ts': 'export const first = (words: string[]) => words ?? [];\n' },
    'typescript(no-unnecessary-condition)',
  ],
  [
    'a promise that nobody waits for is refused',
    {
      'a.ts': 'const save = () => Promise.resolve(1);\nexport const go = () => {\n  save();\n};\n',
    },
    'typescript(no-floating-promises)',
  ],
])('%s', (_fact, files, rule) => {
  expect(broken(files)).toEqual([rule]);
});

test('one-way imports and an awaited promise are allowed', () => {
  const files = {
    'a.ts': 'export const save = () => Promise.resolve(1);\n',
    'b.ts':
      "import { save } from './a.ts';\nexport const go = async () => {\n  await save();\n};\n",
  };
  expect(broken(files)).toEqual([]);
});
