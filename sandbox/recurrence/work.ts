/**
 * The bound of what one rule may cost: a rule is text that anybody can write, and some yield nothing for a very long
 * time. One unit is a day or a time of day that was looked at.
 */

/** No proof that a rule yields nothing more takes as many. */
export const BETWEEN_STARTS_MAX = 200_000;
/** A tenth of a second or so. */
export const UNITS_MAX = 1_000_000;

/** See the file's head. */
export class Work {
  #units = 0;
  #sinceStart = 0;

  /** How many were counted. */
  get units(): number {
    return this.#units;
  }

  /** Counts one unit; false once there were too many. */
  goesOn(): boolean {
    this.#units++;
    this.#sinceStart++;
    return this.#units <= UNITS_MAX && this.#sinceStart <= BETWEEN_STARTS_MAX;
  }

  /** Notes that a start was found. */
  found(): void {
    this.#sinceStart = 0;
  }
}
