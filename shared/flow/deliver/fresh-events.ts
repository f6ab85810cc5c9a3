/** What a run has just read of one calendar, to send from. */
import type { ListedEvent, LiveEvent } from '../../domain/event/event.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';

/** The calendar whose lease this run holds, and its events as they were just read, by their ids. */
export interface FreshEvents {
  readonly calendar: CalendarRecord;
  readonly events: ReadonlyMap<string, LiveEvent>;
}

/** Those of the events that can be sent from. */
export function freshEvents(calendar: CalendarRecord, read: readonly ListedEvent[]): FreshEvents {
  const live = read.filter((event): event is LiveEvent => event.kind === 'live');
  return { calendar, events: new Map(live.map((event) => [event.id, event])) };
}
