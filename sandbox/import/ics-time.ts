/**
 * Times of an iCalendar file: a date, or a moment that knows its zone. `wallMs` is the reading of calendar and clock as
 * if it were UTC; what is not a real date is refused, not rounded.
 */
import type { IcsProperty } from './ics-components.ts';
import type { ZoneNamer } from './name-zone.ts';
import { instantOfWall, offsetMsAt } from './zoned-time.ts';

/** A day, or a moment in an IANA zone. */
export type IcsTime = { readonly kind: 'date'; readonly wallMs: number } | Moment;

/** An instant, with its reading in an IANA zone. */
export interface Moment {
  readonly kind: 'moment';
  readonly wallMs: number;
  readonly zone: string;
  readonly instantMs: number;
}

/** A Calendar event's `start`, `end` or `originalStartTime`. */
export type EventTime = { readonly date: string } | { readonly dateTime: string; readonly timeZone: string };

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/** The time in a jCal value (`2027-01-20`, `2027-01-20T09:00:00`, with `Z` for UTC), or null if it is none. */
export function readTime(value: unknown, property: IcsProperty, zones: ZoneNamer): IcsTime | null {
  if (typeof value !== 'string') return null;
  // ical.js gives `2027-01-20T::` for a date without VALUE=DATE, a frequent slip.
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(?:::|(\d\d):(\d\d):(\d\d)(Z)?))?$/.exec(value);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, utc] = match;
  const dateMs = realDate(Number(year), Number(month), Number(day));
  if (dateMs === null) return null;
  if (hour === undefined) return { kind: 'date', wallMs: dateMs };
  // 60 is a leap second, which neither JavaScript nor Calendar knows.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const wallMs = dateMs + ((Number(hour) * 60 + Number(minute)) * 60 + Math.min(59, Number(second))) * 1000;
  const tzid = property.params.get('tzid');
  const zone = utc === 'Z' ? 'UTC' : tzid === undefined ? zones.calendarZone : zones.zoneOf(tzid, wallMs);
  return momentOfWall(wallMs, zone);
}

/** Years before 1000 come from broken exports only (Apple writes birthdays without a year as 1604). */
function realDate(year: number, month: number, day: number): number | null {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : null;
}

/** The moment of a wall clock reading in a zone; a reading that a clock change skips becomes the one that it means. */
export function momentOfWall(wallMs: number, zone: string): Moment {
  return momentOf(instantOfWall(zone, wallMs), zone);
}

/** The moment of an instant, read in a zone. */
export function momentOf(instantMs: number, zone: string): Moment {
  return { kind: 'moment', wallMs: instantMs + offsetMsAt(zone, instantMs), zone, instantMs };
}

/**
 * The time written as another time is: a date for a date, a moment in the other's zone for a moment. A date among
 * moments means the moment of that day at the other's time of day.
 */
export function writtenLike(time: IcsTime, other: IcsTime): IcsTime {
  if (other.kind === 'date') return { kind: 'date', wallMs: Math.floor(time.wallMs / DAY_MS) * DAY_MS };
  if (time.kind === 'moment') return momentOf(time.instantMs, other.zone);
  const timeOfDayMs = other.wallMs - Math.floor(other.wallMs / DAY_MS) * DAY_MS;
  return momentOfWall(time.wallMs + timeOfDayMs, other.zone);
}

/**
 * As Calendar writes it: with the zone's offset, `Z` for none; in UTC too where an old offset has seconds, which
 * RFC 3339 cannot say.
 */
export function eventTime(time: IcsTime): EventTime {
  if (time.kind === 'date') return { date: dateText(time.wallMs) };
  const offsetMinutes = (time.wallMs - time.instantMs) / 60_000;
  const utc = `${new Date(time.instantMs).toISOString().slice(0, 19)}Z`;
  if (offsetMinutes === 0 || !Number.isInteger(offsetMinutes)) return { dateTime: utc, timeZone: time.zone };
  const absolute = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const offset = `${sign}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
  return { dateTime: new Date(time.wallMs).toISOString().slice(0, 19) + offset, timeZone: time.zone };
}

/** The suffix of an occurrence's id: `YYYYMMDD`, or `YYYYMMDDTHHMMSSZ` in UTC. */
export function occurrenceStamp(time: IcsTime): string {
  return time.kind === 'date' ? icsDate(time.wallMs) : `${icsDateTime(time.instantMs)}Z`;
}

/** `YYYYMMDD` of a reading. */
export function icsDate(wallMs: number): string {
  return dateText(wallMs).replaceAll('-', '');
}

/** `YYYYMMDDTHHMMSS` of a reading. */
export function icsDateTime(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

function dateText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
