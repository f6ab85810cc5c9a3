/** Channels that are well signed, but none of the calendar's: left over from a crash, or stopped long ago. */
import type { CalendarRecord } from '../state/records.ts';

/**
 * Whether nothing that comes through this channel counts. While one is being opened, none is called foreign: two may be opened at once,
 * of which the record names the later one, and the earlier one may be the one that stays.
 */
export function isForeignChannel(calendar: CalendarRecord, id: string): boolean {
  const { channel, openingChannel, strayChannels } = calendar;
  return openingChannel === null && channel?.id !== id && !strayChannels.some((stray) => stray.id === id);
}
