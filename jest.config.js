import { availableParallelism } from 'node:os';

/** Node 24 runs the TypeScript sources as they are, so jest transforms nothing. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.stryker-tmp'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  setupFiles: ['<rootDir>/test/seed-fast-check.ts'],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  testTimeout: 20_000,
  testSequencer: '<rootDir>/test/longest-first.js',
  // Jest itself leaves one processor idle. Of two that is half, and many suites mostly wait for processes of their own.
  maxWorkers: Math.max(3, availableParallelism() - 1),
};
