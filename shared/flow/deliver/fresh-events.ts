/** What a run has just read of one calendar, to send from. */
import type { LiveEvent } from '../../domain/event/event.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** The calendar whose lease this run holds, and its events as they were just read, by their ids. */
export interface FreshEvents {
  readonly calendar: CalendarRecord;
  readonly events: ReadonlyMap<string, LiveEvent>;
}
