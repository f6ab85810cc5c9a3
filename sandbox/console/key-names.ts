/** The service logs keys, which are hashes; a sandbox may show what they stand for. Learns names and gives them back. */
import { calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';

/** See the head of this file. */
export class KeyNames {
  readonly #names = new Map<string, string>();
  readonly #known = new Set<string>();

  /** Remembers a calendar ID. */
  learnCalendar(calendarId: string): void {
    if (this.#isNew(`calendar ${calendarId}`)) this.#names.set(calendarKeyOf(calendarId), calendarId);
  }

  /** Remembers a conference id. */
  learnConference(conferenceId: string): void {
    if (this.#isNew(`conference ${conferenceId}`)) this.#names.set(conferenceKeyOf(conferenceId), conferenceId);
  }

  /** The calendar ID of a key, if it was learned. */
  calendarOf(key: string): string | undefined {
    return this.#names.get(key);
  }

  /** The conference id of a key, if it was learned. */
  conferenceOf(key: string): string | undefined {
    return this.#names.get(key);
  }

  #isNew(name: string): boolean {
    const size = this.#known.size;
    return this.#known.add(name).size > size;
  }
}
