/** Events and conferences for tests of the console. */

import type { ConferenceView } from '../../../sandbox/conference/simulated-conferences.ts';
import type { Happening } from '../../../sandbox/console/console-world.ts';
import type { SeenEvent } from '../../../sandbox/console/seen-event.ts';
import type { LogLine } from '../../../shared/domain/log-line.ts';

/** A time on 1 March 2027. */
export function at(clock: string, timeZone = 'UTC'): { dateTime: string; timeZone: string } {
  return { dateTime: `2027-03-01T${clock}:00Z`, timeZone };
}

/** A single event that carries the conference c-1. */
export function seenEvent(fields: Partial<SeenEvent> = {}): SeenEvent {
  return {
    id: 'e1',
    isCancelled: false,
    title: 'Plan',
    start: at('09:00'),
    end: at('10:00'),
    recurrence: null,
    recurringEventId: null,
    originalStart: null,
    isOrganizers: true,
    conferenceId: 'c-1',
    solution: 'My Web Conference',
    ...fields,
  };
}

/** The conference c-1 as it should be for `seenEvent()`; `told` replaces what it was told of the event. */
export function conferenceOf(told: object = {}, fields: Partial<ConferenceView> = {}): ConferenceView {
  const known = { title: 'Plan', start: at('09:00'), end: at('10:00'), recurrence: null, ...told };
  return {
    id: 'c-1',
    state: 'active',
    ...known,
    occurrences: [],
    updates: 1,
    revision: 1,
    restored: 0,
    events: { e1: { ...known, calendarId: 'alice@example.com', revision: 1 } },
    history: [],
    ...fields,
  };
}

/** A log line that was written at the time. */
export function logged(time: number, line: LogLine): Happening {
  return { kind: 'log', at: time, line };
}
