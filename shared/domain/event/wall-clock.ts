/**
 * What the clocks of a time zone show at an instant, and back. Wall-clock times are written as the Unix milliseconds of
 * the same figures in UTC, so that they can be compared and formatted like any time. Nothing depends on where we run.
 */

const DAY_MS = 24 * 3_600_000;

/** The clocks of one zone. */
export interface ZoneClock {
  /** What they show at an instant. */
  wallAt(instant: number): number;
  /** The instant at which they show this; the earlier one where they show it twice, by the offset before where they skip it. */
  instantOf(wall: number): number;
}

/** Clocks that were made already: making them takes longer than all they are asked. The oldest make room. */
const made = new Map<string, ZoneClock | null>();
const MADE_MAX = 100;

/** The clocks of a zone; null for a name that is none. */
export function clockOf(zone: string): ZoneClock | null {
  const known = made.get(zone);
  if (known !== undefined) return known;
  const clock = makeClock(zone);
  const [oldest] = made.keys();
  if (made.size >= MADE_MAX && oldest !== undefined) made.delete(oldest);
  made.set(zone, clock);
  return clock;
}

function makeClock(zone: string): ZoneClock | null {
  const format = formatOf(zone);
  if (format === null) return null;
  const wallAt = (instant: number): number => {
    // The Swedish form is ISO 8601 with a space; before the year 1000, where zones mean nothing, it is not.
    const wall = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
    return Number.isNaN(wall) ? instant : wall + (((instant % 1_000) + 1_000) % 1_000);
  };
  const instantOf = (wall: number): number => {
    const under = (day: number): number => wall - (wallAt(day) - day);
    const [before, after] = [under(wall - DAY_MS), under(wall + DAY_MS)];
    // The earlier offset holds also for a time that a change of the clocks skips (RFC 5545, 3.3.5).
    return wallAt(before) !== wall && wallAt(after) === wall ? after : before;
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
