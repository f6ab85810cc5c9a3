/** What a caller expects of a calendar's record before it is changed. */
import { NotAsExpected } from '../../domain/errors.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** Says whether the record, undefined where there is none, is as expected. Asked in the transaction that changes it. */
export type Expectation = (stored: CalendarRecord | undefined) => boolean;

/** Whatever is there. */
export const ANYTHING: Expectation = () => true;

/** @throws NotAsExpected */
export function requireExpected(isExpected: Expectation, stored: CalendarRecord | undefined): void {
  if (!isExpected(stored)) throw new NotAsExpected('the calendar is not in the state that the request expects');
}
