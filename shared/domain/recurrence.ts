/**
 * Whether a series still takes place at all. Google keeps a master whose rule has run empty ("this and following"
 * deleted from the first occurrence on) as a confirmed event. Rules are evaluated by ical.js, in the series' own wall-clock time.
 */
import ICAL from 'ical.js';
import type { EventTime, LiveEvent } from './event.ts';

/** Occurrences looked at before a series is believed to take place. */
const CANDIDATES_MAX = 1_000;

/** True if the event is a series whose rule yields no occurrence. False for whatever cannot be evaluated: no proof, no end. */
export function hasNoOccurrence(event: LiveEvent): boolean {
  if (event.recurrence === null || event.recurrence.length === 0) return false;
  const start = wallClockOf(event.start);
  if (start === null) return false;
  const zone = event.start?.timeZone ?? 'UTC';
  try {
    const lines = event.recurrence.map((line) => inWallClock(line, zone));
    const component = new ICAL.Component(
      ICAL.parse(
        ['BEGIN:VEVENT', `DTSTART${start.includes('T') ? '' : ';VALUE=DATE'}:${start}`, ...lines, 'END:VEVENT'].join(
          '\r\n',
        ),
      ),
    );
    return !yieldsOne(component, start);
  } catch {
    return false;
  }
}

function yieldsOne(component: ICAL.Component, start: string): boolean {
  const excluded = new Set(
    component.getAllProperties('exdate').flatMap((property) => property.getValues().map(String)),
  );
  const dates = component.getAllProperties('rdate').flatMap((property) => property.getValues().map(String));
  if (dates.some((date) => !excluded.has(date))) return true;
  const dtstart = ICAL.Time.fromString(isoOf(start), undefined);
  for (const property of component.getAllProperties('rrule')) {
    const rule = property.getFirstValue();
    if (!(rule instanceof ICAL.Recur)) return true;
    const iterator = rule.iterator(dtstart);
    for (let count = 0; ; count++) {
      const candidate = iterator.next();
      if (candidate === null || candidate === undefined) break;
      if (count >= CANDIDATES_MAX || !excluded.has(candidate.toString())) return true;
    }
  }
  return component.getAllProperties('rrule').length === 0 && !excluded.has(dtstart.toString());
}

/** `YYYYMMDD` or `YYYYMMDDTHHMMSS` as the clocks of the event's zone show it. */
function wallClockOf(time: EventTime | null): string | null {
  if (time?.date !== undefined) return /^\d{4}-\d\d-\d\d$/.test(time.date) ? time.date.replaceAll('-', '') : null;
  const instant = Date.parse(time?.dateTime ?? '');
  return Number.isNaN(instant) ? null : zonedStamp(instant, time?.timeZone ?? 'UTC');
}

/** Rewrites the UTC stamps of a recurrence line in wall-clock time and drops TZID, so that all lines compare. */
function inWallClock(line: string, zone: string): string {
  return line
    .replace(/;TZID=[^:;]+/i, '')
    .replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/g, (_, year, month, day, hour, minute, second) =>
      zonedStamp(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), zone),
    );
}

function zonedStamp(instant: number, zone: string): string {
  // The Swedish form is ISO 8601 with a space.
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    instant,
  );
  return text.replaceAll(/[-:]/g, '').replace(' ', 'T');
}

function isoOf(stamp: string): string {
  const date = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
  return stamp.length === 8 ? date : `${date}T${stamp.slice(9, 11)}:${stamp.slice(11, 13)}:${stamp.slice(13, 15)}`;
}
