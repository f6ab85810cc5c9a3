/**
 * Spares a conference system that fails throughout: once several attempts in a row have failed, for more than one
 * conference, one attempt in ATTEMPT_SPACING_MS goes through until one succeeds. Knows no clock and no I/O: its state lives
 * as long as the process that holds it, and whoever asks says what time it is (Unix milliseconds).
 */

import type { CalendarKey, ConferenceKey } from '../ids.ts';
import { ATTEMPT_SPACING_MS } from '../limits.ts';
import type { Outcome } from './change.ts';

/** Failures in a row that prove nothing less than an outage. */
const FAILURES_MAX = 3;
/** For so long a success vouches for the endpoint; without one, few attempts are under way at once. */
const VOUCHED_MS = 10_000;
const UNVOUCHED_MAX = 4;

/** `now`: make the attempt, it counts as under way. `soon`: attempts under way are about to tell; ask again. `not-now`: leave it pending. */
export type Admission = 'now' | 'soon' | 'not-now';

/** What an outcome changed. */
export type BreakerTurn = 'opened' | 'closed' | null;

/** See the file's head. One for each process and endpoint. */
export class Breaker {
  #isOpen = false;
  /** Failures since the last success, and whether they concern more than one conference. */
  #failures = 0;
  #failing: ConferenceKey | CalendarKey | undefined;
  #isGeneral = false;
  #underWay = 0;
  #succeededAt: number | null = null;
  #attemptedAt: number | null = null;
  #attemptedBefore: number | null = null;

  /** Whether an attempt would be refused now; takes nothing, so that a message can be turned away before anything is read. */
  refuses(now: number): boolean {
    return this.#isOpen && !hasPassed(this.#attemptedAt, ATTEMPT_SPACING_MS, now);
  }

  /** Asks for an attempt; `now` must be followed by `settle` or `giveBack`. */
  admit(now: number): Admission {
    if (this.refuses(now)) return 'not-now';
    if (!this.#isOpen && this.#underWay >= this.#atOnce(now)) return 'soon';
    // Beside another attempt there is no way back behind this one: the other may be given back as well, and later.
    this.#attemptedBefore = this.#underWay > 0 ? now : this.#attemptedAt;
    this.#underWay++;
    this.#attemptedAt = now;
    return 'now';
  }

  /** An admitted attempt was not made after all. */
  giveBack(): void {
    this.#underWay--;
    this.#attemptedAt = this.#attemptedBefore;
  }

  /** Notes how an admitted attempt went, for a conference or with a notice of a calendar. */
  settle(about: ConferenceKey | CalendarKey, outcome: Outcome['kind'], now: number): BreakerTurn {
    this.#underWay--;
    const wasOpen = this.#isOpen;
    switch (outcome) {
      case 'done':
      case 'refused':
      case 'unknown-conference':
        // Whatever it said of this change, the endpoint works.
        this.#succeededAt = now;
        this.#failures = 0;
        this.#failing = undefined;
        this.#isGeneral = false;
        this.#isOpen = false;
        return wasOpen ? 'closed' : null;
      case 'transient':
      case 'key-refused':
      case 'endpoint-gone':
        this.#failures++;
        this.#failing ??= about;
        // One conference can fail for reasons of its own; an endpoint that wants no more speaks for all.
        this.#isGeneral ||= this.#failing !== about || outcome === 'endpoint-gone';
        this.#isOpen ||= this.#isGeneral && (this.#failures >= FAILURES_MAX || outcome === 'endpoint-gone');
        return this.#isOpen && !wasOpen ? 'opened' : null;
    }
  }

  #atOnce(now: number): number {
    const isVouched = this.#failures === 0 && !hasPassed(this.#succeededAt, VOUCHED_MS, now);
    return isVouched ? Number.POSITIVE_INFINITY : Math.max(1, UNVOUCHED_MAX - this.#failures);
  }
}

/** True as well where the clock has gone back: waiting for it to catch up could take for ever. */
function hasPassed(since: number | null, lengthMs: number, now: number): boolean {
  return since === null || now < since || now - since >= lengthMs;
}
