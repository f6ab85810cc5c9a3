/** Mistakes in the end of a conference: its grace, the confirming read, what is unclear. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const ENDS: readonly Defect[] = [
  one(
    'a conference is cancelled without the confirming read',
    'shared/flow/deliver/read-due.ts',
    'const { events, refused } = await readEvents(services, held.calendar, eventIds, until);',
    "const refused = new Set(); const events = eventIds.map((id) => ({ kind: 'tombstone', id, occurrence: null }));",
  ),
  one(
    'what the confirming read shows is not recorded',
    'shared/flow/deliver/read-due.ts',
    'const recorded = await recordChanges(services, held, events, null);',
    'const recorded = { unreadable: 0, events };',
  ),
  one(
    'an orphan is cancelled at sight',
    'shared/domain/plan/end-conference.ts',
    'const readAt = Math.max(now + policy.cancelGraceMs, conference.announcedUntil ?? 0);',
    'const readAt = Math.max(now + 0 * policy.cancelGraceMs, conference.announcedUntil ?? 0);',
  ),
  one(
    'an event that does not clearly say what it carries is given a minute',
    'shared/domain/limits.ts',
    'export const DOUBT_MS = 3_600_000;',
    'export const DOUBT_MS = 60_000;',
  ),
  one(
    'a series that takes place no more lives on',
    'shared/domain/plan/plan.ts',
    'if (event.isEmptySeries) return',
    'if (event.isEmptySeries && event.id === rules.hashKey) return',
  ),
  one(
    'a doubt never ends',
    'shared/domain/plan/doubt.ts',
    'return now < end ? { ...doubt, readAt: end } : null;',
    'return { ...doubt, readAt: Math.max(end, now + DOUBT_MS) };',
  ),
  one(
    'a doubt is on record, and nobody is to look at it',
    'shared/domain/plan/doubt.ts',
    'if (doubtAt !== conference.doubtAt) ledger.putConference({ ...conference, doubtAt });',
    'void doubtAt;',
  ),
  one(
    'of several doubts only the first is looked at',
    'shared/flow/deliver/doubtful-events.ts',
    'const readAt = first?.doubt?.readAt ?? null;',
    'const readAt = first === undefined || conference.doubtAt !== null ? null : (first.doubt?.readAt ?? null);',
  ),
  one(
    'nobody looks where a deleted meeting may have gone',
    'shared/domain/plan/look-elsewhere.ts',
    "return orphan?.reason === 'event_deleted' && last.kind === 'tombstone';",
    "return orphan?.reason === 'series_ended' && last.kind === 'tombstone';",
    'a meeting moves to another calendar of its user, and Google loses the news of where it went',
  ),
  one(
    'an orphan is due at no time',
    'shared/domain/state/due.ts',
    "conference.cancellation === null && conference.state !== 'failed' ? (conference.orphan?.readAt ?? null) : null,",
    'null,',
  ),
  {
    name: 'what our access hides is taken for removed',
    edits: [
      { file: 'shared/domain/plan/plan.ts', from: 'if (event.hidden) return KEEP;', to: '' },
      {
        file: 'shared/domain/plan/plan.ts',
        from: "if (isInUse || (event.hidden && !carries)) return 'unproven';",
        to: "if (isInUse) return 'unproven';",
      },
    ],
    story: 'a meeting is private while our access shows nothing of such meetings',
  },
  one(
    'an orphan ends though its grace has begun anew',
    'shared/flow/deliver/end-orphan.ts',
    "if (conference.liveCount > 0 || orphan.eventId !== event.id || orphan.readAt > now) return 'judged';",
    "if (conference.liveCount > 0 || orphan.eventId !== event.id) return 'judged';",
  ),
  one(
    'a conference that comes back is not told as restored',
    'shared/domain/plan/pend.ts',
    "const restored = conference.isCancelledThere && what === 'updated';",
    "const restored = conference.state === 'cancelled' && what === 'updated';",
  ),
  one(
    'what is over is forgotten within an hour',
    'shared/domain/limits.ts',
    'export const FORGET_AFTER_MS = 30 * 24 * 3_600_000;',
    'export const FORGET_AFTER_MS = 3_600_000;',
  ),
  one(
    'an end that was refused is offered again when its record may be forgotten',
    'shared/domain/state/due.ts',
    "conference.cancellation === null && conference.state !== 'failed' ? (conference.orphan?.readAt ?? null) : null,",
    'conference.cancellation === null ? (conference.orphan?.readAt ?? null) : null,',
  ),
];
