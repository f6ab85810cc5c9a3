/** Interferes with the way from the queue to the worker, as a crash or an outage would: holds it, or cuts it in the middle of a sync. */
import type { HttpFunction, Response } from '@google-cloud/functions-framework';
import type { GoogleCalendar } from '../shared/domain/ports.ts';
import { ofItsLane } from './emulators/of-its-lane.ts';

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

  /** Whether the worker dies in the middle of its next sync, without an answer or any tidying up. */
  setKillArmed(isArmed: boolean): void {
    this.#isKillArmed = isArmed;
  }

  /** The worker's handler, refusing while it is held. */
  over(handler: HttpFunction): HttpFunction {
    return ofItsLane(async (request, response) => {
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
    });
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
