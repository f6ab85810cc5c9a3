/** Interferes with the way from the queue to the worker, as a crash or an outage would: holds it, or cuts it in the middle of a sync. */
import type { HttpFunction, Response } from '@google-cloud/functions-framework';
import type { GoogleCalendar } from '../shared/domain/ports.ts';

/** See the file's head. */
export class WorkerSwitch {
  readonly #underWay = new Set<Response>();
  #isPaused = false;
  #isKillArmed = false;

  isPaused(): boolean {
    return this.#isPaused;
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  isKillArmed(): boolean {
    return this.#isKillArmed;
  }

  /** The worker dies in the middle of its next sync, without an answer or any tidying up. */
  killNext(): void {
    this.#isKillArmed = true;
  }

  /**
   * The worker's handler, refusing while it is held. A subscription of the Pub/Sub emulator delivers what its filter should keep away: its
   * address names the lane that it is for, and the rest is acknowledged unseen.
   */
  over(handler: HttpFunction): HttpFunction {
    return async (request, response) => {
      const { lane } = request.query;
      if (lane !== undefined && lane !== request.body?.message?.attributes?.lane) {
        response.status(204).end();
        return;
      }
      if (this.#isPaused) {
        response.status(503).end();
        return;
      }
      this.#underWay.add(response);
      try {
        await handler(request, response);
      } finally {
        this.#underWay.delete(response);
      }
    };
  }

  /** Google as the worker sees it: when the switch strikes, a list call is where the worker is never heard of again. */
  overCalendar(google: GoogleCalendar): GoogleCalendar {
    return {
      ...google,
      list: (access, query) => {
        if (!this.#isKillArmed) return google.list(access, query);
        this.#isKillArmed = false;
        for (const response of this.#underWay) response.destroy();
        return new Promise(() => undefined);
      },
    };
  }
}
