/** The suites that `npm test` leaves out. They wait for processes and timers half of their time, so one more runs than there are processors. */
import { availableParallelism } from 'node:os';
import npmTest from './jest.config.js';
import { LONG } from './test/long-suites.ts';

const { testMatch: _all, ...rest } = npmTest;

export default {
  ...rest,
  testRegex: LONG,
  testPathIgnorePatterns: [],
  testSequencer: '<rootDir>/test/longest-first.js',
  maxWorkers: availableParallelism() + 1,
};
