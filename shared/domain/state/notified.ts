/**
 * Which notifications of a calendar no finished listing has satisfied yet: how fresh a delivery is, is measured from the first of them.
 * They are on record, so that neither a postponed listing nor a held lease nor another process makes a late change look fresh.
 */
import { COVERAGE_MARGIN_MS } from '../limits.ts';
import type { CalendarRecord, Notified, Origin } from './records.ts';

/** No notification waits. */
export const NOTHING_NOTIFIED: Notified = { at: null, nextAt: null };

/** Whether a listing that opened then shows what was published; just before it opened, it may not: clocks differ. */
export function isShownBy(openedAt: number | null, publishedAt: number): boolean {
  return openedAt !== null && publishedAt < openedAt - COVERAGE_MARGIN_MS;
}

/** The calendar with a notification that was published at this time (Unix milliseconds); the same record where an earlier one says as much. */
export function withNotification(calendar: CalendarRecord, publishedAt: number): CalendarRecord {
  const { notified, openedAt } = calendar;
  const isShown = isShownBy(openedAt, publishedAt);
  const first = isShown ? notified.at : notified.nextAt;
  if (first !== null && first <= publishedAt) return calendar;
  return { ...calendar, notified: { ...notified, [isShown ? 'at' : 'nextAt']: publishedAt } };
}

/** What waits when another listing opens: all of it, for that one. */
export function notifiedAtOpening({ at, nextAt }: Notified): Notified {
  return { at: earlier(at, nextAt), nextAt: null };
}

/** What waits when a listing has come to its end. */
export function notifiedAfterListing({ nextAt }: Notified): Notified {
  return { at: nextAt, nextAt: null };
}

/** What brings a change to light that an incremental look at this calendar shows. */
export function originOf({ notified }: CalendarRecord): Origin {
  const at = earlier(notified.at, notified.nextAt);
  return at === null ? { kind: 'unnotified' } : { kind: 'notification', at };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
