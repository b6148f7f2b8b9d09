import astro from 'eslint-plugin-astro';
import tseslint from 'typescript-eslint';
import { arrows } from './scripts/setup/arrows.mjs';

export default tseslint.config(
  { ignores: ['dist', '.astro', '.data*', 'node_modules', 'src/lib/database.types.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.strict,
  ...astro.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      'no-restricted-globals': ['error', 'event', 'name'],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess asks for them
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
  { files: ['src/**'], rules: { 'no-console': 'error' } }, // logs are JSON lines, see src/lib/log.ts
  ...arrows,
);
