/**
 * The times of an event: Calendar's `{date}` or `{dateTime, timeZone}` objects as instants and as wall clock readings.
 * A wall clock reading is held as the milliseconds that the same reading would have in UTC.
 */
import { instantOfWall, isZone, offsetMsAt } from '../../import/zoned-time.ts';
import { isObject, type JsonObject, textAt } from '../wire/json.ts';

/** One day in milliseconds. */
export const DAY_MS = 86_400_000;

/** The members of an event that are times. */
export const EVENT_TIMES = ['start', 'end', 'originalStartTime'] as const;

const OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/i;

/** What an event time says. */
export interface Moment {
  readonly instantMs: number;
  readonly wallMs: number;
  readonly allDay: boolean;
  /** The zone in which the wall clock reading stands. */
  readonly zone: string;
}

/** Reads an event time; undefined for one that is none, such as an empty object. */
export function momentOf(time: unknown, calendarZone: string): Moment | undefined {
  if (!isObject(time)) return undefined;
  const named = textAt(time, 'timeZone');
  const zone = named !== undefined && isZone(named) ? named : calendarZone;
  const dateTime = textAt(time, 'dateTime');
  const date = textAt(time, 'date');
  if (dateTime !== undefined) return timedMoment(dateTime, zone);
  // Recorded answers hold a date with a time in it; it counts as what it says.
  if (date?.includes('T')) return timedMoment(date, zone);
  if (date === undefined || !/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const wallMs = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(wallMs)) return undefined;
  // An all-day event has no zone: filters place it by the calendar's.
  return { instantMs: instantOfWall(calendarZone, wallMs), wallMs, allDay: true, zone: calendarZone };
}

function timedMoment(text: string, zone: string): Moment | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  if (!OFFSET.test(text)) {
    const wallMs = Date.parse(`${text}Z`);
    return Number.isNaN(wallMs) ? undefined : { instantMs: instantOfWall(zone, wallMs), wallMs, allDay: false, zone };
  }
  const instantMs = Date.parse(text);
  if (Number.isNaN(instantMs)) return undefined;
  return { instantMs, wallMs: instantMs + offsetMsAt(zone, instantMs), allDay: false, zone };
}

/** Whether a `dateTime` carries an offset of its own. */
export function hasOffset(dateTime: string): boolean {
  return OFFSET.test(dateTime);
}

/** The moment of a wall clock reading, all-day or timed as the model is. */
export function momentAtWall(wallMs: number, like: Moment): Moment {
  return { ...like, wallMs, instantMs: instantOfWall(like.zone, wallMs) };
}

/** An event time as Google writes it: a date, or a dateTime with the zone's offset. */
export function writeMoment(moment: Moment, timeZone?: string): JsonObject {
  if (moment.allDay) return { date: isoOf(moment.wallMs).slice(0, 10) };
  const offsetMs = offsetMsAt(moment.zone, moment.instantMs);
  const dateTime = `${isoOf(moment.instantMs + offsetMs).slice(0, 19)}${offsetText(offsetMs)}`;
  return timeZone === undefined ? { dateTime } : { dateTime, timeZone };
}

/**
 * The same event time with the offset of this zone, as Google answers every time of a calendar; its `timeZone` stays. What has no time
 * of day is left as it is.
 */
export function timeIn(time: JsonObject, zone: string): JsonObject {
  const moment = textAt(time, 'dateTime') === undefined ? undefined : momentOf(time, zone);
  return moment === undefined ? time : { ...time, ...writeMoment({ ...moment, zone }) };
}

/** The stamp with which an instance id ends: `20270120` or `20270120T090000Z`. */
export function instanceStamp(original: Moment): string {
  if (original.allDay) return isoOf(original.wallMs).slice(0, 10).replaceAll('-', '');
  return `${isoOf(original.instantMs).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** An instant as `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export function isoOf(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'Z';
  const minutes = Math.abs(Math.trunc(offsetMs / 60_000));
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60))}:${pad(minutes % 60)}`;
}
