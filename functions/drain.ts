/**
 * Going down without dropping a request. The functions framework answers one request with 500 on SIGTERM and drops the rest, so its
 * listener is replaced by this one as soon as the server runs. Cloud Run kills ten seconds after SIGTERM.
 */
import type { HttpFunction } from '@google-cloud/functions-framework';

const DRAIN_MS = 8_000;

/** The state of this process: whether it is going down, and what is still under way. */
export class Drain {
  #isStopping = false;
  #underWay = 0;
  #whenIdle: (() => void) | undefined;
  #isInstalled = false;

  isStopping(): boolean {
    return this.#isStopping;
  }

  /** The handler, counted while it works. */
  counted(handler: HttpFunction): HttpFunction {
    return async (request, response) => {
      this.install();
      this.#underWay++;
      try {
        await handler(request, response);
      } finally {
        this.#underWay--;
        if (this.#underWay === 0) this.#whenIdle?.();
      }
    };
  }

  /** Replaces the framework's listeners, which it adds when it begins to listen. */
  install(): void {
    if (this.#isInstalled) return;
    this.#isInstalled = true;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => this.#stop());
    }
  }

  #stop(): void {
    this.#isStopping = true;
    const exit = (): void => process.exit(0);
    if (this.#underWay === 0) {
      exit();
      return;
    }
    // The answers of the last requests still have to leave.
    this.#whenIdle = () => setTimeout(exit, 100);
    setTimeout(exit, DRAIN_MS);
  }
}
