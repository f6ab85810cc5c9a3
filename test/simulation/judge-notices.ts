/** What must hold for what the conference system is told of calendars: once for each change, on record first, and true in the end. */
import type { CalendarMessage } from '../../sandbox/conference/webhook-event.ts';
import type { CalendarNotice } from '../../shared/domain/delivery/change.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { isOutOfReach } from '../../shared/domain/state/reach.ts';
import type { Commit, Shadow } from './shadow.ts';

/** Judges notices one after the other. */
export class NoticeJudge {
  readonly #shadow: Shadow;
  readonly #what = new Map<string, string>();

  constructor(shadow: Shadow) {
    this.#shadow = shadow;
  }

  /** A notice is made where the standing changes and nowhere else, and in the commit that changes the status with it. */
  judgeCommit({ calendars }: Commit): string | undefined {
    for (const [key, after] of calendars) {
      const before = this.#shadow.calendars.get(key);
      if (after === null || before === undefined || after.notice === null) continue;
      if (isOutOfReach(after) && after.notice.standing === 'connected')
        return `${after.calendarId} is out of reach, and stands as connected`;
      const { notice } = before;
      if (notice === null || notice.revision === after.notice.revision) continue;
      if (notice.revision > after.notice.revision) return `a notice of ${after.calendarId} is older than the last`;
      if (notice.standing === after.notice.standing) return `${after.calendarId} is told of twice for one change`;
    }
    return undefined;
  }

  /** On record before it leaves, and the same under the same id for ever. */
  judge({ id, type, data }: CalendarNotice): string | undefined {
    const what = `${type} ${'reason' in data ? data.reason : ''}`;
    const before = this.#what.get(id);
    this.#what.set(id, what);
    if (before !== undefined && before !== what) return `${id} was ${before}, and is now ${what}`;
    const recorded = this.#shadow.calendars.get(calendarKeyOf(data.calendarId))?.notice?.revision ?? 0;
    return recorded < data.revision ? `${id} is sent and nowhere on record` : undefined;
  }

  /** In the end every calendar is connected, and was told of as connected. */
  judgeEnd(told: readonly CalendarMessage[], isTold: boolean): string | undefined {
    if (!isTold) return told.length === 0 ? undefined : 'calendars are told of, and nobody wanted to hear';
    for (const { calendarId, notice } of this.#shadow.calendars.values()) {
      if (notice?.standing !== 'connected') return `${calendarId} stands as ${notice?.standing}, and follows`;
      const last = told.find((message) => message.calendarId === calendarId);
      // One that was removed and registered again by a clock that is behind may not be above what was told before.
      const isBehind = last !== undefined && last.revision > notice.revision;
      if (!isBehind && last?.type !== 'calendar.connected')
        return `${calendarId} follows, and was told as ${last?.type}`;
    }
    return undefined;
  }
}
