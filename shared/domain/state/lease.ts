/** The lease on record, which makes the work on one calendar one at a time. */
import type { CalendarRecord } from './records.ts';

/** Whether somebody holds the calendar at this time. */
export function isHeld({ lease }: Pick<CalendarRecord, 'lease'>, now: number): boolean {
  return lease !== null && lease.until > now;
}
