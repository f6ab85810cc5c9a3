/**
 * What the clocks of a time zone show at an instant, and back. Wall-clock times are written as the Unix milliseconds of
 * the same figures in UTC, so that they can be compared and formatted like any time. Nothing depends on where we run.
 */

/** The clocks of one zone. */
export interface ZoneClock {
  /** What they show at an instant, to the second. */
  wallAt(instant: number): number;
  /** The instant at which they show this; the earlier offset where they show it twice or never. */
  instantOf(wall: number): number;
}

/** The clocks of a zone; null for a name that is none. */
export function clockOf(zone: string): ZoneClock | null {
  const format = formatOf(zone);
  if (format === null) return null;
  const wallAt = (instant: number): number => {
    // The Swedish form is ISO 8601 with a space; before the year 1000, where zones mean nothing, it is not.
    const wall = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
    return Number.isNaN(wall) ? instant : wall;
  };
  const instantOf = (wall: number): number => {
    const guess = wall - (wallAt(wall) - wall);
    return wall - (wallAt(guess) - guess);
  };
  return { wallAt, instantOf };
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  } catch {
    return null;
  }
}
