import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CalendarKey } from '../../../shared/domain/ids.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import { endingWithinMs, renewalTime } from '../../../shared/domain/notification/channel-life.ts';
import { NOW } from '../build.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const anyCalendar: fc.Arbitrary<CalendarKey> = fc.string().map(calendarKeyOf);
/** What a configuration may say, in minutes: the margin is less than the life. */
const anyTerms = fc
  .tuple(fc.integer({ min: 1, max: 30 * 24 * 60 }), fc.integer({ min: 1, max: 29 * 24 * 60 }))
  .filter(([ttl, margin]) => margin < ttl)
  .map(([ttl, margin]) => ({ channelTtlMs: ttl * MINUTE, channelRenewalMarginMs: margin * MINUTE }));

test.each([
  ['before the margin', 168, 48, [90, 120]],
  ['at half of a life that is hardly longer than the margin', 49, 48, [18, 24.5]],
  ['at half of a life no longer than the margin', 48, 48, [18, 24]],
  ['at half of a short life', 1, 48, [0.375, 0.5]],
])('a successor is opened %s', (_, lifeHours, marginHours, [from = 0, to = 0]) => {
  const terms = { channelTtlMs: lifeHours * HOUR, channelRenewalMarginMs: marginHours * HOUR };
  fc.assert(
    fc.property(anyCalendar, (calendar) => {
      const afterHours = (renewalTime(calendar, NOW + lifeHours * HOUR, NOW, terms) - NOW) / HOUR;
      expect(afterHours).toBeGreaterThanOrEqual(from);
      expect(afterHours).toBeLessThanOrEqual(to);
    }),
  );
});

test('no channel is renewed before three eighths of its life, whatever is configured', () => {
  fc.assert(
    fc.property(anyCalendar, anyTerms, (calendar, terms) => {
      const renewAt = renewalTime(calendar, NOW + terms.channelTtlMs, NOW, terms);
      expect(renewAt - NOW).toBeGreaterThanOrEqual(Math.floor((terms.channelTtlMs * 3) / 8));
    }),
  );
});

test('a channel that is granted what we ask for is renewed long before it counts as one that could not be', () => {
  fc.assert(
    fc.property(anyCalendar, anyTerms, (calendar, terms) => {
      const expiresAt = NOW + terms.channelTtlMs;
      const countsFrom = expiresAt - endingWithinMs(terms);
      expect(countsFrom - renewalTime(calendar, expiresAt, NOW, terms)).toBeGreaterThanOrEqual(
        endingWithinMs(terms) - 1,
      );
    }),
  );
});
