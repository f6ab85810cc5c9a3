/** The simulator's clock: it runs like the machine's, stands still, or is moved on by whoever tests. */

/** See the file's head. */
export class Clock {
  #frozenAtMs: number | undefined;
  #aheadMs = 0;

  /** Now, in Unix milliseconds. */
  now = (): number => this.#frozenAtMs ?? Date.now() + this.#aheadMs;

  /** Whether the clock stands still. */
  get isFrozen(): boolean {
    return this.#frozenAtMs !== undefined;
  }

  /** Stands still, now or at the given moment. @throws RangeError for a date that is none */
  freeze(at: Date | string | number = this.now()): void {
    this.#frozenAtMs = momentOf(at);
  }

  /** Goes forward by so many milliseconds; a clock that stands still stands still again. @throws RangeError for a negative number */
  advance(ms: number): void {
    if (!(ms >= 0 && Number.isFinite(ms))) throw new RangeError('The clock goes forward only: milliseconds from 0 on.');
    if (this.#frozenAtMs === undefined) this.#aheadMs += ms;
    else this.#frozenAtMs += ms;
  }

  /** Runs from now on, from where it stood. */
  run(): void {
    if (this.#frozenAtMs === undefined) return;
    this.#aheadMs = this.#frozenAtMs - Date.now();
    this.#frozenAtMs = undefined;
  }

  /** Runs with the machine's time again. */
  reset(): void {
    this.#frozenAtMs = undefined;
    this.#aheadMs = 0;
  }
}

/** The years that an etag and a date can say. */
const LATEST_MS = Date.UTC(2200, 0, 1);

function momentOf(at: Date | string | number): number {
  const ms = new Date(at).getTime();
  if (ms >= 0 && ms < LATEST_MS) return ms;
  throw new RangeError(
    `The clock cannot stand at ${String(at)}: give a date such as 2027-01-20T09:00:00Z, from 1970 to 2199.`,
  );
}
