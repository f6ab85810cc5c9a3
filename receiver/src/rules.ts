/** The two rules that every receiver has to keep; docs/webhook.md says why. */
import type { CalendarNotice, Change, OccurrenceName } from './change.ts';

/**
 * Whether a change, or a notice of a calendar, is to be applied. `lastRevision` is the one that you stored with the last of this conference
 * or calendar, undefined or null for none. Where this says false, answer that all is well and do nothing: it is a repetition, or it was overtaken.
 */
export function isNews(change: Change | CalendarNotice, lastRevision: number | null | undefined): boolean {
  return change.data.revision > (lastRevision ?? 0);
}

/**
 * The name under which to keep what you were told of one occurrence. Two changes speak of the same occurrence if their
 * `originalStart` is the same instant, however it is written: `2027-03-01T10:00:00+01:00` and `2027-03-01T09:00:00Z` are one.
 */
export function occurrenceKey({ originalStart, eventId }: OccurrenceName): string {
  if (originalStart?.dateTime !== undefined) return new Date(originalStart.dateTime).toISOString();
  return originalStart?.date ?? eventId;
}
