import astro from 'eslint-plugin-astro';
import tseslint from 'typescript-eslint';
import { arrows } from './eslint.arrows.js';

const typeImports = { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false };
const unused = { argsIgnorePattern: '^_', varsIgnorePattern: '^_' };

export default [
  { ignores: ['dist', '.astro', '.data*', 'test-results', 'src/lib/database.types.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strict,
  ...astro.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-restricted-globals': ['error', 'event', 'name'],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', typeImports],
      '@typescript-eslint/no-non-null-assertion': 'off', // needed because of noUncheckedIndexedAccess
      '@typescript-eslint/no-unused-vars': ['error', unused],
    },
  },
  // the server logs JSON lines, see src/lib/log.ts
  { files: ['src/**'], rules: { 'no-console': 'error' } },
  // a test may leave out arguments that the code must pass
  { files: ['tests/**'], rules: { '@typescript-eslint/no-empty-function': 'off' } },
  ...arrows,
];
