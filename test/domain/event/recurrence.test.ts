import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mayBeEmpty } from '../../../shared/domain/event/recurrence.ts';
import { live, series } from '../build.ts';

function isInDoubt(...recurrence: readonly string[]): boolean {
  return mayBeEmpty(live(series('s', { recurrence })));
}

describe('it is possible that nothing takes place any more', () => {
  test.each([
    ['under a rule that ends on a day', ['RRULE:FREQ=DAILY;UNTIL=20270131']],
    ['under a rule that ends after some times', ['rrule:freq=daily;count=3']],
    ['on single days', ['RDATE;VALUE=DATE:20270301']],
    ['where an occurrence is excluded', ['RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Berlin:20270201T100000']],
    ['where a rule excludes', ['EXRULE:FREQ=DAILY', 'RRULE:FREQ=DAILY']],
    ['under what is no rule', ['every now and then']],
  ])('%s', (_, recurrence) => {
    expect(isInDoubt(...recurrence)).toBe(true);
  });
});

describe('it is not possible', () => {
  test.each([
    ['under a rule without end', ['RRULE:FREQ=DAILY']],
    ['under one rule with and one without end', ['RRULE:FREQ=DAILY;COUNT=1', 'RRULE:FREQ=WEEKLY;BYDAY=MO']],
  ])('%s', (_, recurrence) => {
    expect(isInDoubt(...recurrence)).toBe(false);
  });

  test('for what is no series', () => {
    expect(mayBeEmpty(live(series('s', { recurrence: undefined })))).toBe(false);
  });
});

test('whatever stands in the lines is judged', () => {
  const nasty = fc.constantFrom('RRULE:', 'EXDATE', ';', ':', '=', 'UNTIL', 'COUNT', '\r\n', 'x'.repeat(10_000));
  const line = fc.array(nasty, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { minLength: 1, maxLength: 20 }), (lines) => {
      expect([true, false]).toContain(isInDoubt(...lines));
    }),
  );
});
