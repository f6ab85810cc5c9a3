/** Calendars that are removed, or about to be, until they are registered again; and the conferences that were let go with them. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { REGISTERED } from './settings.ts';
import type { Commit, Shadow } from './shadow.ts';

/** See the file's head. */
export class Absences {
  readonly #away = new Set<string>();
  readonly #returnedAt = new Map<string, number>();
  readonly #letGo = new Set<string>();

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

  /** Whether the calendar is away, or has been since then. */
  wasAway(calendarId: string, since: number): boolean {
    return this.isAway(calendarId) || (this.#returnedAt.get(calendarId) ?? 0) >= since;
  }

  /** A commit, of which `before` knows nothing yet, may forget bindings of a calendar that leaves, or what they have left orphaned. */
  note(commit: Commit, before: Shadow): void {
    const keys = new Set<string>(REGISTERED.filter((id) => this.isAway(id)).map(calendarKeyOf));
    for (const [path, after] of commit.bindings) {
      const forgotten = after === null ? before.bindings.get(path) : undefined;
      if (forgotten !== undefined && keys.has(forgotten.calendar)) this.#letGo.add(forgotten.conference);
    }
    for (const [key, { orphan, liveCount }] of commit.conferences) {
      const ending = before.conferences.get(key)?.orphan ?? null;
      const isLetGo = ending !== null && orphan === null && liveCount === 0 && !before.calendars.has(ending.calendar);
      if (isLetGo) this.#letGo.add(key);
    }
  }

  /** Whether nobody decides about the conference any more, since it was known to a calendar that left. */
  hasLetGo(conferenceId: string, { conferences }: Shadow): boolean {
    const key = conferenceKeyOf(conferenceId);
    const { state, liveCount } = conferences.get(key) ?? {};
    return this.#letGo.has(key) && state === 'live' && liveCount === 0;
  }
}
