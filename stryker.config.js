/**
 * Mutation testing: changes the rules and the use cases in small ways, one at a time, and asks whether a test notices.
 * Not part of a check: it takes long. A second run takes over what is known of unchanged code from `reports/mutation`, and
 * knows tests by their names only: after one was changed, `npm run mutation -- --force` asks everything anew. With
 * `--mutate 'shared/domain/**\/*.ts'` it looks at one folder.
 */
export default {
  packageManager: 'npm',
  testRunner: 'in-process',
  plugins: ['./test/mutation/in-process-runner.ts'],
  testRunnerNodeArgs: ['--disable-warning=ExperimentalWarning'],
  coverageAnalysis: 'perTest',
  mutate: ['shared/domain/**/*.ts', 'shared/flow/**/*.ts'],
  // Most texts here are those of errors and log lines, which tests should not repeat. Of those that decide something,
  // the compiler checks the kinds and states.
  mutator: { excludedMutations: ['StringLiteral'] },
  // Stryker rewrites a tsconfig.json through an API that TypeScript 7 no longer has; Node needs none.
  ignorePatterns: ['/dist', '/terraform', '/tsconfig.json'],
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  concurrency: 2,
  // A survivor takes all of its judges' time, and a busy machine must not turn it into one that was stopped.
  timeoutMS: 15_000,
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
  clearTextReporter: { logTests: false, allowColor: false },
  thresholds: { high: 95, low: 85, break: 85 },
};
