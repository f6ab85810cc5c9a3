/** What Google shows of a series, by the simulated Calendar's evaluation of its rules. */
import { instanceStamp } from '../../sandbox/calendar/series/event-time.ts';
import { seriesOf } from '../../sandbox/calendar/series/find-event.ts';
import { occurrences } from '../../sandbox/calendar/series/recurrence.ts';
import type { Item } from '../domain/build.ts';

const TEN_YEARS_MS = 3_653 * 86_400_000;

/** Whether one of these items is a changed occurrence of the series, or one of its plain occurrences is not cancelled. */
export function showsInstances(items: readonly Item[], seriesId: string): boolean {
  const exceptions = items.filter(({ recurringEventId }) => recurringEventId === seriesId);
  if (exceptions.some(({ status }) => status !== 'cancelled')) return true;
  const master = items.find(({ id }) => id === seriesId);
  const series = master === undefined ? undefined : seriesOf(master, 'UTC');
  if (series === undefined) return true;
  const cancelled = new Set(exceptions.map(({ id }) => id));
  for (const start of occurrences(series.recurrence, series.start.instantMs + TEN_YEARS_MS)) {
    if (!cancelled.has(`${seriesId}_${instanceStamp(start)}`)) return true;
  }
  return false;
}
