/**
 * Time limits over the client's promises. A call that is given up goes on in the client until its own retries end; nobody waits for
 * it but the end of the client.
 */

/** A call, or a transaction, took longer than it may. Never leaves this folder but as a `cause`. */
export class DeadlineExceeded extends Error {
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`);
    this.name = 'DeadlineExceeded';
  }
}

/** The calls that one client has under way. */
export class Calls {
  readonly #running = new Set<Promise<unknown>>();

  /**
   * The outcome of `call`, if it is there in time.
   * @throws DeadlineExceeded after `ms` milliseconds
   */
  async within<Result>(ms: number, what: string, call: Promise<Result>): Promise<Result> {
    this.#keep(call);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DeadlineExceeded(what, ms)), ms);
    });
    try {
      return await Promise.race([call, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns when no call is under way any more, those that were given up included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #keep(call: Promise<unknown>): void {
    const forget = () => this.#running.delete(call);
    this.#running.add(call);
    // Also keeps a rejection that comes after the deadline from counting as unhandled.
    call.then(forget, forget);
  }
}
