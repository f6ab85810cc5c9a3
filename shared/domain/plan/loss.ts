/** A calendar that is lost to us: Google says that we may not act as its user, or does not show us enough of it. */
import { withStanding } from '../delivery/notice.ts';
import { AccessLost, type CalendarUnreachable } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { withStatus } from '../state/reach.ts';
import type { CalendarRecord } from '../state/records.ts';

/** What Google says of it. */
export type Loss = AccessLost | CalendarUnreachable;

/** The calendar with its status, and with a notice for the conference system where it is to hear of calendars. */
export function withLoss(
  calendar: CalendarRecord,
  loss: Loss,
  policy: Pick<Policy, 'tellsOfCalendars'>,
  at: number,
): CalendarRecord {
  const lost = withStatus(calendar, loss instanceof AccessLost ? 'disconnected' : 'unreachable', at);
  return withStanding(lost, loss.reason, policy, at);
}
