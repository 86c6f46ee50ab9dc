import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const TEST_FILES = ['**/*.test.ts', '**/*.test.tsx', 'src/testing/**', 'e2e/**']
const ENGINE_FILES = ['base', 'wire', 'sim', 'contract', 'kernel', 'shell', 'lab', 'engine'].map(
  (folder) => `src/${folder}/**/*.ts`,
)
const ENGINE_ENTRY_POINTS = ['src/engine/node-*.ts', 'src/engine/worker*.ts', 'src/**/*.worker.ts']

const VIRTUAL_TIME =
  'Virtual time comes from the simulator; an engine layer that reads a real clock cannot be replayed.'
const VIRTUAL_TIMER = 'Schedule an event in the simulator; a real timer cannot be replayed or snapshotted.'
const KEYED_RANDOM = 'Use keyed random (src/base): a hash of seed, purpose, owner and count.'
const NO_LOCALE = "The result depends on the reader's machine; format and compare by code point."
const HOST = 'Engine layers run in any host; an entry point passes in what it needs.'

/** Globals that would make two runs of one lab differ, or tie the engine to one host. */
const ENGINE_GLOBALS = {
  Date: VIRTUAL_TIME,
  performance: VIRTUAL_TIME,
  setTimeout: VIRTUAL_TIMER,
  setInterval: VIRTUAL_TIMER,
  setImmediate: VIRTUAL_TIMER,
  queueMicrotask: VIRTUAL_TIMER,
  requestAnimationFrame: VIRTUAL_TIMER,
  crypto: KEYED_RANDOM,
  Intl: NO_LOCALE,
  structuredClone: HOST,
  console: HOST,
  process: HOST,
  Buffer: HOST,
  TextEncoder: HOST,
  TextDecoder: HOST,
  fetch: HOST,
  globalThis: HOST,
  window: HOST,
  document: HOST,
  self: HOST,
}

export default defineConfig(
  globalIgnores(['dist/', 'node_modules/', 'test-results/', 'playwright-report/', 'conformance/recordings/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A number or a text in a condition hides the case of zero: an address, an ifindex, an empty line.
      '@typescript-eslint/strict-boolean-expressions': [
        'error',
        { allowString: false, allowNumber: false, allowNullableObject: true, allowNullableBoolean: true },
      ],
      // Without a comparison function, sort() compares numbers as text.
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/restrict-plus-operands': ['error', { allowNumberAndString: true }],
      // A leading underscore says that a name is there for its position.
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      // Bytes inside a checked length: an assertion is clearer than a default value that can never apply.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An async function without await is how a program or a transport keeps to an interface.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    files: ['**/*.tsx'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': [
        'error',
        {
          name: 'react',
          importNames: ['lazy', 'Suspense'],
          message: 'What React loads waits while a trace plays; use components/lazy-part.',
        },
      ],
    },
  },
  {
    files: ENGINE_FILES,
    ignores: [...ENGINE_ENTRY_POINTS, ...TEST_FILES],
    rules: {
      'no-restricted-globals': [
        'error',
        ...Object.entries(ENGINE_GLOBALS).map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: KEYED_RANDOM }],
      'no-restricted-syntax': [
        'error',
        { selector: 'MemberExpression > Identifier.property[name=/^(toLocale|localeCompare)/]', message: NO_LOCALE },
      ],
    },
  },
  {
    files: TEST_FILES,
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
)
