import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const electronImporters = [
  'electron/main.ts',
  'electron/window.ts',
  'electron/preload.ts',
  'electron/ipc/serve.ts',
  'electron/inference/launch.ts',
]

export default ts.config(
  {
    ignores: [
      'out/',
      '.cache/',
      'node_modules/',
      'test-results/',
      'electron/setup/default-app.mjs',
      'models/training/',
    ],
  },
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs'] },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // Numbers and booleans print as one expects; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Typed arrays under noUncheckedIndexedAccess: `!` states an index the loop has already bounded.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, svelteConfig },
    },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
    },
  },
  {
    files: ['models/**', 'electron/**', 'renderer/**', 'test/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use seededRandom, or crypto for ids and keys.' },
      ],
    },
  },
  {
    files: ['electron/**/*.ts'],
    ignores: ['electron/ipc/serve.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportSpecifier[imported.name='ipcMain'], MemberExpression[property.name='ipcMain']",
          message: 'Only electron/ipc/serve.ts listens: it checks the sender, parses and wraps the reply.',
        },
      ],
    },
  },
  {
    files: ['electron/**/*.ts'],
    ignores: electronImporters,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'electron', allowTypeImports: false, message: 'This file also runs under plain Node.' },
          ],
        },
      ],
    },
  },
  // The terminal is these files' user interface.
  {
    files: ['electron/setup/**', 'electron/cli.ts', 'electron/inference/host.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '*.js', '**/*.cjs'],
    languageOptions: { globals: globals.node },
  },
  { files: ['*.js', '**/*.cjs'], ...ts.configs.disableTypeChecked },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
)
