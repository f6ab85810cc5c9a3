/**
 * Reduces what was published to what is worth asking again: one request per calendar, however many messages named it. Pure.
 * Matters of conferences are left out: whatever is due of them is on record and comes by itself.
 */
import { BadRequest } from '../../shared/domain/errors.ts';
import type { CalendarKey } from '../../shared/domain/ids.ts';
import { decodeWork } from '../../shared/domain/notification/work-message.ts';
import type { KeptMessage } from '../ports.ts';

/** What a stretch of time comes down to. */
export interface Reduced {
  /** How many messages asked for a sync of each calendar. */
  readonly calendars: ReadonlyMap<CalendarKey, number>;
  readonly messages: number;
  /** Messages that ask for no sync. */
  readonly others: number;
  /** Messages that this version cannot read. */
  readonly unreadable: number;
}

/** Of one calendar only, if one is given. */
export function reduceWork(messages: readonly KeptMessage[], only: CalendarKey | null): Reduced {
  const calendars = new Map<CalendarKey, number>();
  let others = 0;
  let unreadable = 0;
  for (const { data } of messages) {
    try {
      const work = decodeWork(data);
      if (work.kind !== 'sync') others++;
      else if (only === null || work.calendar === only)
        calendars.set(work.calendar, (calendars.get(work.calendar) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      unreadable++;
    }
  }
  return { calendars, messages: messages.length, others, unreadable };
}
