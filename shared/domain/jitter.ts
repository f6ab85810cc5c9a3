/** Times that are spread, so that what happened in one hour does not happen in one hour for ever. */

/** The time, give or take a quarter; `fraction` is drawn from 0, for the earliest, to 1. */
export function giveOrTakeAQuarter(ms: number, fraction: number): number {
  return ms * (0.75 + fraction / 2);
}

/** The time, give or take a half; `fraction` as above. */
export function giveOrTakeAHalf(ms: number, fraction: number): number {
  return ms * (0.5 + fraction);
}

/** Up to a tenth later, never sooner: of many that wait for the same time, not all come back at once. */
export function upToATenthLater(ms: number, fraction: number): number {
  return ms * (1 + fraction / 10);
}
