/** One line of the log is one line, whatever stands in it, and an error's foreign parts stay out. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createJsonLog } from '../../shared/adapters/log/json-log.ts';
import { hostileText } from './hostile.ts';
import { tally } from './tally.ts';

const inputs = tally('log lines');

test('texts with ends of lines, quotes and control characters stay within the one JSON object of their line', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (reason, messageId, trace) => {
      inputs.count();
      const printed: string[] = [];
      const log = createJsonLog({ print: (text) => void printed.push(text), trace: () => trace });
      log.write({ line: 'dead-letter', reason, messageId });
      log.write({ line: 'failure', where: reason, error: Object.assign(new Error(messageId), { name: reason }) });
      expect(printed).toHaveLength(2);
      for (const text of printed) {
        expect(text).not.toMatch(/[\r\n]/);
        expect(JSON.parse(text)).toMatchObject({ severity: 'ERROR' });
      }
      expect(JSON.parse(printed[0] ?? '')).toMatchObject({ line: 'dead-letter', reason, messageId });
    }),
    { numRuns: 1_000 },
  );
});
