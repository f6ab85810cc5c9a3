import { availableParallelism } from 'node:os';
import { LONG } from './test/long-suites.ts';

/** A suite that is named on the command line is run, however long it takes. */
const isNamed = process.argv.slice(2).some((word) => !word.startsWith('-') && word.includes('test/'));

/** Node 24 runs the TypeScript sources as they are, so jest transforms nothing. */
export default {
  testEnvironment: '<rootDir>/test/node-environment.js',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.stryker-tmp'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: isNamed ? [] : LONG,
  setupFiles: ['<rootDir>/test/seed-fast-check.ts'],
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
  testTimeout: 20_000,
  // Jest itself leaves one processor idle, which of two is half. More suites than processors make each other miss the times that they hold
  // the deployed functions to.
  maxWorkers: Math.max(2, availableParallelism() - 1),
};
