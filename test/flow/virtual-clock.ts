/** Time that passes only when a test lets it, as fast as the work that waits for it can be done. */
import type { Clock } from '../../shared/domain/ports.ts';

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** See the file's head. */
export class VirtualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  /** `now` is Unix milliseconds. */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.#now + Math.max(0, ms), wake });
    });
  }

  /** Lets time pass up to `at`; everything that can go on at an instant has gone on before the next instant comes. */
  async runTo(at: number): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#sleepers.reduce<Sleeper | undefined>(
        (first, one) => (first === undefined || one.at < first.at ? one : first),
        undefined,
      );
      if (next === undefined || next.at > at) break;
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = Math.max(this.#now, at);
    await settled();
  }

  /** Lets time pass until the work is done. */
  async runUntilDone<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const watched = work.finally(() => {
      isDone = true;
    });
    watched.catch(() => undefined);
    for (let step = 0; !isDone; step++) {
      if (step > 10_000) throw new Error('the work waits for something that never comes');
      await settled();
      const next = Math.min(...this.#sleepers.map((one) => one.at));
      if (!isDone && Number.isFinite(next)) await this.runTo(next);
    }
    return watched;
  }
}

/** Everything that waits for nothing but promises has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
