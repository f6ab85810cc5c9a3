/**
 * A conference ends because its last event is gone. Without a reference it is an orphan. After its grace shared/flow/deliver/end-orphan.ts
 * reads the event once more, `confirmEnd` of plan.ts says what it proves, and judge-orphan.ts what follows. Where somebody else decides about
 * the conference, it is released instead.
 */
import type { ConferenceKey } from '../ids.ts';
import { FORGET_AFTER_MS } from '../limits.ts';
import type { CancelReason, ConferenceRecord } from '../state/records.ts';
import type { Ledger } from './ledger.ts';

/** What becomes of a conference without references that has not ended yet. */
export type WhenLast = (conference: ConferenceRecord) => ConferenceRecord;

/** Takes from a conference what this calendar had of it. `whenLast` says what becomes of it if no reference is left. */
export function lose(
  ledger: Ledger,
  key: ConferenceKey,
  lost: { readonly references: number; readonly isAnnouncement: boolean },
  whenLast: WhenLast,
): void {
  const conference = ledger.conference(key);
  if (conference === undefined) return;
  const isLeading = conference.leader === ledger.terms.calendar;
  const liveCount = Math.max(0, conference.liveCount - lost.references);
  const leadingCount = Math.max(0, conference.leadingCount - (isLeading ? lost.references : 0));
  const announcedUntil = lost.isAnnouncement && isLeading ? null : conference.announcedUntil;
  const owed = liveCount === 0 ? null : conference.owed;
  const dropped = { ...conference, liveCount, leadingCount, announcedUntil, owed };
  const hasEnded = conference.state === 'cancelled' || conference.cancellation !== null;
  ledger.putConference(liveCount === 0 && !hasEnded ? whenLast(dropped) : dropped);
}

/** Makes an orphan of a conference that has lost its last reference with this event; a doubt about it, that is over now, began at `seenAt`. */
export function orphanedBy(
  ledger: Ledger,
  eventId: string,
  reason: CancelReason,
  seenAt: number = ledger.terms.now,
): WhenLast {
  const { calendarId } = ledger;
  const { calendar, now, policy } = ledger.terms;
  return (conference) => {
    // In whatever order a page has them: an event that goes on under somebody else outweighs one that ends.
    if (ledger.isReleased(conference.key)) return released(conference, now);
    // Somebody else's reference may end while the event that was announced has yet to appear.
    const readAt = Math.max(now + policy.cancelGraceMs, conference.announcedUntil ?? 0);
    const orphan = { calendar, calendarId, eventId, reason, seenAt, readAt, askedElsewhereAt: null };
    return { ...conference, state: 'orphaned', orphan, expireAt: null };
  };
}

/** A conference without references whose end is not ours to decide: forgotten in time, unless it is heard of again. */
export function released(conference: ConferenceRecord, now: number): ConferenceRecord {
  const leader = conference.announcedUntil === null ? null : conference.leader;
  const expireAt = Math.max(now, conference.announcedUntil ?? 0) + FORGET_AFTER_MS;
  return { ...conference, state: 'live', orphan: null, leader, expireAt };
}
