/** What the conference side was told last of each calendar itself. */
import type { CalendarNotice } from '../../shared/domain/delivery/change.ts';

/** A notice, as the console shows it. */
export interface NoticeView {
  readonly type: CalendarNotice['type'];
  /** Null for a calendar that is connected. */
  readonly reason: string | null;
  /** Unix milliseconds. */
  readonly at: number;
  /** In few words, such as `answered 204`. */
  readonly answered: string;
}

/** See the file's head. */
export class NoticeLog {
  readonly #last = new Map<string, NoticeView>();

  add({ type, data }: CalendarNotice, seen: Pick<NoticeView, 'at' | 'answered'>): void {
    this.#last.set(data.calendarId, { ...seen, type, reason: 'reason' in data ? data.reason : null });
  }

  lastOf(calendarId: string): NoticeView | undefined {
    return this.#last.get(calendarId);
  }

  clear(): void {
    this.#last.clear();
  }
}
