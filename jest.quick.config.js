/** The suites for the inner loop: rules, use cases, configuration and the text itself. No emulator and no process of their own. */
import full from './jest.config.js';

const { globalSetup: _setup, globalTeardown: _teardown, ...rest } = full;

export default {
  ...rest,
  testMatch: ['<rootDir>/test/(config|domain|flow)/**/*.test.ts', '<rootDir>/test/tidy.test.ts'],
  // They draw thousands of cases, or play hours of an outage or a large calendar.
  testPathIgnorePatterns: [
    'domain/properties',
    'conference-outage',
    'large-calendar',
    'many-references',
    'many-pending',
    'over-http',
    'record-series',
  ],
};
