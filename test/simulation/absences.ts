/** Calendars that are removed, or about to be, until they are registered again, or long out of reach; and the conferences that were released with them. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { isOutOfReach } from '../../shared/domain/state/reach.ts';
import type { Commit, Shadow } from './shadow.ts';

/** For so long a calendar leads that cannot be read, but for what two clocks differ. */
const LEAD_KEPT_MS = 24 * 3_600_000 - 10_000;

/** See the file's head. */
export class Absences {
  readonly #registered: readonly string[];
  readonly #away = new Set<string>();
  readonly #returnedAt = new Map<string, number>();
  readonly #outSince = new Map<string, number>();
  readonly #released = new Set<string>();

  constructor(registered: readonly string[]) {
    this.#registered = registered;
  }

  leave(calendarId: string): void {
    this.#away.add(calendarId);
  }

  comeBack(calendarId: string, now: number): void {
    this.#away.delete(calendarId);
    this.#returnedAt.set(calendarId, now);
  }

  isAway(calendarId: string): boolean {
    return this.#away.has(calendarId);
  }

  /** Whether the calendar is away or out of reach for a day, or has been since then. */
  wasAway(calendarId: string, since: number, now: number): boolean {
    const isGone = this.isAway(calendarId) || this.#isLongOut(calendarId, now);
    return isGone || (this.#returnedAt.get(calendarId) ?? 0) >= since;
  }

  /** A commit, of which `before` knows nothing yet, may forget bindings of a calendar that leaves, or what they have left orphaned. */
  note(commit: Commit, before: Shadow, now: number): void {
    for (const calendar of commit.calendars.values()) {
      if (calendar === null) continue;
      const { calendarId } = calendar;
      if (isOutOfReach(calendar)) {
        this.#outSince.set(calendarId, this.#outSince.get(calendarId) ?? now);
        continue;
      }
      if (this.#isLongOut(calendarId, now)) this.#returnedAt.set(calendarId, now);
      this.#outSince.delete(calendarId);
    }
    const keys = new Set<string>(this.#registered.filter((id) => this.isAway(id)).map(calendarKeyOf));
    for (const [path, after] of commit.bindings) {
      const forgotten = after === null ? before.bindings.get(path) : undefined;
      if (forgotten !== undefined && keys.has(forgotten.calendar)) this.#released.add(forgotten.conference);
    }
    for (const [key, { orphan, liveCount }] of commit.conferences) {
      const ending = before.conferences.get(key)?.orphan ?? null;
      const isLeft = ending !== null && (keys.has(ending.calendar) || !before.calendars.has(ending.calendar));
      const isReleased = isLeft && orphan === null && liveCount === 0;
      if (isReleased) this.#released.add(key);
    }
  }

  #isLongOut(calendarId: string, now: number): boolean {
    const since = this.#outSince.get(calendarId);
    return since !== undefined && now - since >= LEAD_KEPT_MS;
  }

  /** Whether nobody decides about the conference any more, since it was known to a calendar that left. */
  hasReleased(conferenceId: string, { conferences }: Shadow): boolean {
    const key = conferenceKeyOf(conferenceId);
    const { state, liveCount } = conferences.get(key) ?? {};
    return this.#released.has(key) && state === 'live' && liveCount === 0;
  }
}
