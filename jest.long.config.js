/** The suites that `npm test` leaves out. */
import npmTest from './jest.config.js';
import { LONG } from './test/long-suites.ts';

const { testMatch: _all, ...rest } = npmTest;

export default {
  ...rest,
  testRegex: LONG,
  testPathIgnorePatterns: [],
  testSequencer: '<rootDir>/test/longest-first.js',
};
