/** Times that are spread, so that what happened in one hour does not happen in one hour for ever. */

/** The time, give or take a quarter; `fraction` is drawn from 0, for the earliest, to 1. */
export function giveOrTakeAQuarter(ms: number, fraction: number): number {
  return ms * (0.75 + fraction / 2);
}
