/** What befalls the calls of a story: one crash, and what the story asks for. */
import type { Fate, Fates, Worker } from './scheduler.ts';

/** Counts the calls, crashes at one of them, and slows down one where a story asks for it. */
export class StoryFates implements Fates {
  readonly #crashAt: number;
  /** The next call of this name takes so many milliseconds. */
  slow: { readonly name: string; readonly ms: number } | undefined;
  /** The next call of this name fails. */
  failing: { readonly name: string; readonly error: Error } | undefined;
  calls = 0;
  isOn = true;

  constructor(crashAt: number) {
    this.#crashAt = crashAt;
  }

  delayOf(_: Worker, name: string): number {
    if (this.slow?.name !== name) return 20;
    const { ms } = this.slow;
    this.slow = undefined;
    return ms;
  }

  fateOf(_: Worker, name: string): Fate {
    if (this.failing?.name === name) {
      const { error } = this.failing;
      this.failing = undefined;
      return { kind: 'fail', isAfter: false, error };
    }
    const isCrash = this.isOn && ++this.calls === this.#crashAt;
    return isCrash ? { kind: 'crash', isAfter: false } : { kind: 'done' };
  }
}
