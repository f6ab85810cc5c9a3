/** What happened in a run, in order, for people: who did what, what Google said, what was applied. */

/** One line of a history. */
export interface Happening {
  /** Virtual Unix milliseconds. */
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** Grows while a world runs. */
export class History {
  readonly #startedAt: number;
  readonly #happenings: Happening[] = [];

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add(at: number, who: string, what: string): void {
    this.#happenings.push({ at, who, what });
  }

  get length(): number {
    return this.#happenings.length;
  }

  /** The lines as text; `isQuiet` leaves out the single calls of the workers. */
  text(isQuiet = false): string {
    return this.#happenings
      .filter(({ what }) => !isQuiet || !what.startsWith('store.'))
      .map(
        ({ at, who, what }) => `${((at - this.#startedAt) / 1_000).toFixed(3).padStart(10)}  ${who.padEnd(14)} ${what}`,
      )
      .join('\n');
  }
}
