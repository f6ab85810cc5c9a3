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
  // Jest itself leaves one processor idle, which of two is half. Three suites at once have the emulators hold their locks for too long.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
