/** What clients asked and what they were answered, the last thousand requests. */

/** One answered request. */
export interface LoggedRequest extends Exchange {
  /** RFC 3339, by the simulator's clock. */
  readonly at: string;
}

/** What was asked, and the answer in short. */
interface Exchange {
  readonly method: string;
  /** Percent-encoded, with its query. */
  readonly target: string;
  readonly body: unknown;
  readonly status: number;
  /** Google's word for a refusal; null for an answer that is none. */
  readonly reason: string | null;
}

const KEPT = 1000;

/** See the file's head. */
export class RequestLog {
  #entries: (Exchange & { readonly atMs: number })[] = [];

  /** Remembers an exchange of this moment, in Unix milliseconds. */
  add(atMs: number, exchange: Exchange): void {
    this.#entries.push({ atMs, ...exchange });
    // Swept now and then, not each time.
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
  }

  /** The requests, the oldest first. */
  list(): readonly LoggedRequest[] {
    return this.#entries
      .slice(-KEPT)
      .map(({ atMs, ...exchange }) => ({ at: new Date(atMs).toISOString(), ...exchange }));
  }

  clear(): void {
    this.#entries = [];
  }
}
