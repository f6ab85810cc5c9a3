/**
 * What the conference system is told of a calendar itself: whether Google lets us follow it. Pure. Of several changes that nobody could
 * be told of, the last one counts.
 */
import { SENDING_MS } from '../limits.ts';
import type { Policy } from '../policy.ts';
import { isHeldByAnother } from '../state/lease.ts';
import { nextRevision } from '../state/next-revision.ts';
import type { CalendarRecord, Notice, Standing } from '../state/records.ts';
import type { CalendarNotice } from './change.ts';
import type { Verdict } from './settle.ts';

/** The calendar with this standing, and with a notice of it where that is news; itself where it is none, or nobody is to be told. */
export function withStanding(
  calendar: CalendarRecord,
  standing: Standing,
  policy: Pick<Policy, 'tellsOfCalendars'>,
  now: number,
): CalendarRecord {
  const { notice } = calendar;
  if (!policy.tellsOfCalendars || notice?.standing === standing) return calendar;
  // Whoever is telling of the one before goes on with this one.
  const sending = notice?.telling?.sending ?? null;
  return {
    ...calendar,
    notice: {
      revision: nextRevision(notice ?? { revision: 0 }, now),
      standing,
      seenAt: now,
      telling: { attempts: 0, retryAt: now, sending },
    },
  };
}

/** The notice while this sender has it; should he die, it is due again. */
export function sending(notice: Notice, owner: string, now: number): Notice {
  if (notice.telling === null) return notice;
  const until = now + SENDING_MS;
  return { ...notice, telling: { ...notice.telling, retryAt: until, sending: { owner, until } } };
}

/** Whether another sender than this has it. */
export function isSentByAnother({ telling }: Notice, owner: string, now: number): boolean {
  return isHeldByAnother(telling?.sending ?? null, owner, now);
}

/** The notice, due not before this time (Unix milliseconds). */
export function dueLater(notice: Notice, retryAt: number): Notice {
  return notice.telling === null ? notice : { ...notice, telling: { ...notice.telling, retryAt } };
}

/** What a sender attempted. */
export interface Attempt {
  readonly owner: string;
  readonly revision: number;
}

/**
 * The notice after an attempt; a newer one than was attempted is due at once. A sender that took too long leaves it to the one who has it by
 * now when it is tried again. `now` is Unix milliseconds.
 */
export function settleNotice(notice: Notice, { owner, revision }: Attempt, verdict: Verdict, now: number): Notice {
  const { telling } = notice;
  if (telling === null) return notice;
  const isThis = notice.revision === revision;
  if (isThis && verdict.kind !== 'later') return { ...notice, telling: null };
  if (isSentByAnother(notice, owner, now)) return notice;
  if (!isThis || verdict.kind !== 'later') return { ...notice, telling: { ...telling, retryAt: now, sending: null } };
  return { ...notice, telling: { attempts: telling.attempts + 1, retryAt: verdict.retryAt, sending: null } };
}

/** The message for a notice. */
export function composeNotice(calendar: CalendarRecord, { revision, standing, seenAt }: Notice): CalendarNotice {
  const { key, calendarId, subject } = calendar;
  const head = { calendarId, subject, revision };
  const sealed = { id: `msg_${key}_${revision}`, timestamp: new Date(seenAt).toISOString() };
  return standing === 'connected'
    ? { ...sealed, type: 'calendar.connected', data: head }
    : { ...sealed, type: 'calendar.disconnected', data: { ...head, reason: standing } };
}
