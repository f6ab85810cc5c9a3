/** Which events a conference that is due needs: what is sent of an event, or ends with it, is read from Google first. */
import type { CalendarKey } from '../ids.ts';
import type { BindingRecord, ConferenceRecord } from '../state/records.ts';

/** Events of one calendar that must be read before anything can be sent. */
export interface Reading {
  readonly calendar: CalendarKey;
  readonly eventIds: readonly string[];
  /** What they are read for. A doubt is put off by itself: what else is due may be on calendars that can be read. */
  readonly purpose: 'doubt' | 'delivery';
}

/**
 * The next events to read; null where none is needed. What is in doubt comes first, then the lowest revision decides. `pendings` are the
 * first pending changes of the conference, in the order of their revisions, `doubtful` its events whose doubt is due.
 */
export function nextReading(
  { cancellation, orphan, state }: ConferenceRecord,
  pendings: readonly BindingRecord[],
  doubtful: readonly BindingRecord[],
): Reading | null {
  const [inDoubt] = doubtful;
  if (inDoubt !== undefined) return readingOn(inDoubt.calendar, [...pendings, ...doubtful], 'doubt');
  const [first] = pendings;
  const isCancellationNext = cancellation !== null && (first?.pending?.revision ?? Infinity) > cancellation.revision;
  if (isCancellationNext) return null;
  if (first !== undefined) return readingOn(first.calendar, pendings, 'delivery');
  if (orphan === null || state !== 'orphaned') return null;
  return { calendar: orphan.calendar, eventIds: [orphan.eventId], purpose: 'delivery' };
}

function readingOn(calendar: CalendarKey, bindings: readonly BindingRecord[], purpose: Reading['purpose']): Reading {
  const own = bindings.filter((binding) => binding.calendar === calendar);
  return { calendar, eventIds: [...new Set(own.map(({ eventId }) => eventId))], purpose };
}
