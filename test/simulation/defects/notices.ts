/** Mistakes in what the conference system is told of calendars themselves. */
import { type Defect, one } from './defect.ts';

/** See the file's head. */
export const NOTICES: readonly Defect[] = [
  one(
    'nobody is told that a calendar can be followed',
    'shared/flow/sync/close-listing.ts',
    "withStanding(calendar, 'connected', policy, now)",
    'calendar',
  ),
  one(
    'a calendar is told of at each look',
    'shared/domain/delivery/notice.ts',
    'if (!policy.tellsOfCalendars || notice?.standing === standing) return calendar;',
    'if (!policy.tellsOfCalendars) return calendar;',
  ),
  one(
    'a new standing goes out under the revision of the one before',
    'shared/domain/delivery/notice.ts',
    'revision: nextRevision(notice ?? { revision: 0 }, now),',
    'revision: notice?.revision ?? nextRevision({ revision: 0 }, now),',
  ),
  one(
    'a sender of notices that died is waited for for ever',
    'shared/domain/delivery/notice.ts',
    'return isHeldByAnother(telling?.sending ?? null, owner, now);',
    'return isHeldByAnother(telling?.sending ?? null, owner, 0);',
  ),
  one(
    'a notice that could not be delivered is forgotten',
    'shared/domain/delivery/notice.ts',
    "if (isThis && verdict.kind !== 'later') return { ...notice, telling: null };",
    'if (isThis) return { ...notice, telling: null };',
  ),
  one(
    'a notice is told only by whoever found it out',
    'shared/flow/wake/wake-calendar.ts',
    "if (isNoticeDue) await services.queue.publish({ kind: 'notice', calendar: calendar.key }, 'upkeep');",
    '',
  ),
  one(
    'a notice is due at no time',
    'shared/domain/state/due.ts',
    'calendar.isBeingRemoved ? null : (calendar.notice?.telling?.retryAt ?? null),',
    'null,',
  ),
  one(
    'nobody is told that a calendar is lost',
    'shared/domain/plan/loss.ts',
    'return withStanding(lost, loss.reason, policy, at);',
    'return lost;',
  ),
  one(
    'every notice of a calendar has the same id',
    'shared/domain/delivery/notice.ts',
    `id: \`msg_\${key}_\${revision}\``,
    `id: \`msg_\${key}\``,
  ),
];
