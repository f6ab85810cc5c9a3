/** The suites that `npm test` leaves out. */
import { availableParallelism } from 'node:os';
import npmTest from './jest.config.js';
import { LONG } from './test/long-suites.ts';

const { testMatch: _all, ...rest } = npmTest;

export default {
  ...rest,
  testRegex: LONG,
  testPathIgnorePatterns: [],
  // Two thirds of their time they wait for processes that they have started, so that one more than there are processors keeps those busy.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/test/longest-first.js',
};
