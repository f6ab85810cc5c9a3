/**
 * When a recurrence rule has things start. Everything is by the clock of the series: a time is the milliseconds that the
 * same figures would be in UTC, so that no zone is known here. Bounded: no rule, however written, takes long or for ever.
 */
import { DAY_MS } from './day.ts';
import { withDaysOf } from './fitting-days.ts';
import { periodsOfDays } from './periods.ts';
import type { Rule } from './rule.ts';
import { stepsOfDay } from './steps-of-day.ts';
import { countTimes, placesAmong, type Times, timeAt, timesOf } from './times.ts';
import { Work } from './work.ts';

/** The first start, and whether days are meant and no times. */
export interface FirstStart {
  readonly wallMs: number;
  readonly allDay: boolean;
}

/** The starts of a rule in order. The first one of the series comes among them only if the rule itself yields it. */
export function* ruleStarts(rule: Rule, { wallMs, allDay }: FirstStart, work = new Work()): Generator<number> {
  const firstDay = Math.floor(wallMs / DAY_MS);
  const firstSecond = Math.floor(wallMs / 1_000);
  // A day has no times of its own (RFC 5545, BYHOUR).
  const timed = allDay ? { ...rule, byHour: [], byMinute: [], bySecond: [] } : rule;
  const complete = withDaysOf(timed, firstDay);
  const times = timesOf(complete, firstSecond - firstDay * 86_400);
  let count = 0;
  for (const second of candidates(complete, times, firstDay, firstSecond, work)) {
    if (!work.goesOn()) return;
    const start = second * 1_000;
    if (start < wallMs) continue;
    if (start > rule.until || count >= rule.count) return;
    count++;
    work.found();
    yield start;
  }
}

/** Everything that the parts of the rule allow, in seconds; before the first start, too. */
function* candidates(rule: Rule, times: Times, firstDay: number, firstSecond: number, work: Work): Generator<number> {
  const perDay = countTimes(times);
  switch (rule.frequency) {
    case 'YEARLY':
    case 'MONTHLY':
    case 'WEEKLY':
    case 'DAILY':
      for (const days of periodsOfDays(rule, rule.frequency, firstDay, work)) {
        // Without BYSETPOS, no day before the first needs a look at its times.
        const counted = rule.bySetPosition.length > 0 ? days : days.filter((day) => day >= firstDay);
        for (const place of placesAmong(counted.length * perDay, rule.bySetPosition)) {
          const day = counted[Math.floor(place / perDay)] ?? firstDay;
          yield day * 86_400 + timeAt(times, place % perDay);
        }
      }
      return;
    case 'HOURLY':
    case 'MINUTELY':
    case 'SECONDLY':
      for (const step of stepsOfDay(rule, rule.frequency, firstSecond, work)) {
        for (const place of placesAmong(perDay, rule.bySetPosition)) yield step + timeAt(times, place);
      }
      return;
  }
}
