import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Time and chance enter by one door. Elsewhere in src/server they come through the Clock that is handed in. */
const CLOCK_DOOR = 'src/server/core/clock.ts';
const SAY = `Take it from the Clock (${CLOCK_DOOR}): tests must be able to decide about time and chance.`;

const TIME_GLOBALS = ['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((name) => ({
  name,
  message: SAY,
}));
const TIME_PROPERTIES = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['performance', 'now'],
  ['process', 'hrtime'],
  ['AbortSignal', 'timeout'],
  ['crypto', 'randomUUID'],
  ['globalThis', 'setTimeout'],
  ['globalThis', 'setInterval'],
  ['globalThis', 'performance'],
].map(([object, property]) => ({ object, property, message: SAY }));
const TIME_SYNTAX = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: SAY },
  { selector: "CallExpression[callee.name='Date']", message: SAY },
];
const TIME_IMPORTS = {
  paths: ['timers', 'node:timers', 'timers/promises', 'node:timers/promises', 'perf_hooks', 'node:perf_hooks']
    .map((name) => ({ name, message: SAY }))
    .concat(
      ['crypto', 'node:crypto'].map((name) => ({
        name,
        importNames: ['randomUUID', 'randomBytes', 'randomInt'],
        message: SAY,
      })),
    ),
};

const rules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, minimumDescriptionLength: 10 }],
  '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all', ignoreRestSiblings: true },
  ],
  '@typescript-eslint/only-throw-error': 'error',
  // A method that is not called is text, too: its source.
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    {
      allowNumber: true,
      allowBoolean: true,
      allowNullish: true,
      allowArray: true,
      allowNever: true,
      allowRegExp: true,
    },
  ],
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  'no-undef': 'off',
  'no-console': ['error', { allow: ['info', 'warn', 'error'] }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
};

const clockRules = {
  'no-restricted-globals': ['error', ...TIME_GLOBALS],
  'no-restricted-properties': ['error', ...TIME_PROPERTIES],
  'no-restricted-syntax': ['error', ...TIME_SYNTAX],
  'no-restricted-imports': ['error', TIME_IMPORTS],
};

const sizeRules = {
  'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.host/',
      '.cache/',
      '.tmp/',
      'storage/',
      'coverage/',
      'tools/check/fixtures/',
      '*.d.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      // Each file is checked with the nearest tsconfig.json, so the fixtures bring their own.
      parserOptions: { projectService: true },
    },
    rules,
  },
  { files: ['src/server/**/*.ts'], ignores: [CLOCK_DOOR], rules: clockRules },
  { files: ['src/**/*.{ts,tsx}'], rules: sizeRules },
  { files: ['**/*.d.ts'], rules: { '@typescript-eslint/no-unused-vars': 'off' } },
  {
    files: ['tools/**', '__tests__/**', 'bin/**', 'deploy/**', '*.{js,mjs,cjs,ts}'],
    languageOptions: { globals: nodeGlobals() },
    rules: { 'no-console': 'off' },
  },
);

function nodeGlobals() {
  const names =
    'process console Buffer URL URLSearchParams AbortController AbortSignal fetch performance structuredClone';
  const timers = 'setTimeout clearTimeout setInterval clearInterval setImmediate';
  const commonJs = 'module require exports __dirname __filename';
  return Object.fromEntries(`${names} ${timers} ${commonJs}`.split(' ').map((name) => [name, 'readonly']));
}
