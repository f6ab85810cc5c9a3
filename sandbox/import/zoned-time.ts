/** Wall clock and instant in an IANA time zone, by the zone data of Node itself. */

const DAY_MS = 86_400_000;
/** More than a century of one zone. */
const DAYS_KEPT = 50_000;

const dayOffsets = new Map<string, Map<number, number | null>>();
const offsetFormats = new Map<string, Intl.DateTimeFormat>();

/** Whether Node knows the IANA zone. Plain offsets (`+01:00`) are refused: Calendar takes names only. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(name)) return false;
  try {
    offsetFormat(name);
    return true;
  } catch {
    return false;
  }
}

/** The zone's offset from UTC at an instant, in milliseconds (positive east of Greenwich). */
export function offsetMsAt(zone: string, instantMs: number): number {
  if (zone === 'UTC') return 0;
  const day = Math.floor(instantMs / DAY_MS);
  const offsets = offsetsOf(zone);
  const known = offsets.get(day);
  if (known !== undefined) return known ?? askOffset(zone, instantMs);
  const first = askOffset(zone, day * DAY_MS);
  const isConstant = first === askOffset(zone, (day + 1) * DAY_MS);
  if (offsets.size === DAYS_KEPT) offsets.clear();
  offsets.set(day, isConstant ? first : null);
  return isConstant ? first : askOffset(zone, instantMs);
}

/** Offsets by day since 1970; null for a day on which clocks change. No zone ever changed twice in one day. */
function offsetsOf(zone: string): Map<number, number | null> {
  const known = dayOffsets.get(zone);
  if (known !== undefined) return known;
  const offsets = new Map<number, number | null>();
  dayOffsets.set(zone, offsets);
  return offsets;
}

function askOffset(zone: string, instantMs: number): number {
  const text = offsetFormat(zone).format(instantMs);
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text);
  if (match === null) throw new Error(`unexpected offset format "${text}"`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const offsetMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -offsetMs : offsetMs;
}

/**
 * The instant of a wall clock reading, given as the milliseconds that the same reading would have in UTC. A reading
 * that comes twice means the first, one that a clock change skips counts with the offset before it (RFC 5545, 3.3.5).
 */
export function instantOfWall(zone: string, wallMs: number): number {
  const before = offsetMsAt(zone, wallMs - DAY_MS);
  const after = offsetMsAt(zone, wallMs + DAY_MS);
  const first = wallMs - before;
  if (before === after || offsetMsAt(zone, first) === before) return first;
  const second = wallMs - after;
  return offsetMsAt(zone, second) === after ? second : first;
}

function offsetFormat(zone: string): Intl.DateTimeFormat {
  const known = offsetFormats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  offsetFormats.set(zone, format);
  return format;
}
