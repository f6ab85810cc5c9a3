/**
 * Whether a series still takes place at all. Google keeps a master whose rule has run empty ("this and following"
 * deleted from the first occurrence on) as a confirmed event. Rules are evaluated by ical.js, in the series' own wall-clock time.
 */
import ICAL from 'ical.js';
import { type EventTime, instantOf, type LiveEvent } from './event.ts';
import { clockOf, type ZoneClock } from './wall-clock.ts';

/** Occurrences looked at before a series is believed to take place. */
const CANDIDATES_MAX = 1_000;
/** Rules of wider steps are believed to take place. */
const INTERVAL_MAX = 1_000;
/** Where it is tomorrow first. */
const EARLIEST_ZONE = 'Etc/GMT-14';

/** True if the event is a series whose rule yields no occurrence. False for whatever cannot be evaluated: no proof, no end. */
export function hasNoOccurrence(event: LiveEvent): boolean {
  if (event.recurrence === null || event.recurrence.length === 0 || event.start === null) return false;
  if (event.recurrence.some(isEndless)) return false;
  try {
    return !takesPlace(event.recurrence, event.start);
  } catch {
    return false;
  }
}

/** A rule without end outlasts every list of exceptions. Most series have one, and need no evaluation. */
function isEndless(line: string): boolean {
  return /^RRULE:/i.test(line) && !/[:;](UNTIL|COUNT)=/i.test(line);
}

/** @throws whatever ical.js and Date throw for what is no rule and no time */
function takesPlace(recurrence: readonly string[], start: EventTime): boolean {
  const isAllDay = start.dateTime === undefined;
  // All-day series have no zone, so the end of their rule, where it is an instant, is read in the most lasting way.
  const zone = start.timeZone ?? (isAllDay ? EARLIEST_ZONE : 'UTC');
  const lines = recurrence.map((line) => inWallClock(line, zone, isAllDay));
  const stamp = isAllDay
    ? (start.date ?? '').replaceAll('-', '')
    : stampOf(clockIn(zone).wallAt(instantOf(start) ?? NaN));
  const dtstart = `DTSTART${isAllDay ? ';VALUE=DATE' : ''}:${stamp}`;
  const text = ['BEGIN:VEVENT', dtstart, ...lines, 'END:VEVENT'].join('\r\n');
  return yieldsOne(new ICAL.Component(ICAL.parse(text)), ICAL.Time.fromString(isoOf(stamp), undefined));
}

function yieldsOne(component: ICAL.Component, dtstart: ICAL.Time): boolean {
  const valuesOf = (name: string): string[] =>
    component.getAllProperties(name).flatMap((property) => property.getValues().map(String));
  const excluded = new Set(valuesOf('exdate'));
  if (valuesOf('rdate').some((date) => !excluded.has(date))) return true;
  const rules = component.getAllProperties('rrule').map((property) => property.getFirstValue());
  if (rules.length === 0) return !excluded.has(dtstart.toString());
  return rules.some((rule) => !(rule instanceof ICAL.Recur) || yields(rule, dtstart, excluded));
}

function yields(rule: ICAL.Recur, dtstart: ICAL.Time, excluded: ReadonlySet<string>): boolean {
  // ical.js steps through wide intervals day by day.
  if (rule.interval > INTERVAL_MAX) return true;
  const iterator = rule.iterator(dtstart);
  for (let count = 0; count < CANDIDATES_MAX; count++) {
    const candidate = iterator.next();
    if (candidate === null || candidate === undefined) return false;
    if (!excluded.has(candidate.toString())) return true;
  }
  return true;
}

/** Rewrites the stamps of a recurrence line in the wall-clock time of a zone, so that all lines compare. */
function inWallClock(line: string, zone: string, isAllDay: boolean): string {
  const named = /^[^:]*;TZID="?([^:;"]+)/i.exec(line)?.[1] ?? zone;
  const floating = line
    .replace(/^([^:]*);TZID=[^:;]+/i, '$1')
    .replace(/(\d{8}T\d{6})(Z?)/g, (_, stamp: string, utc: string) => {
      if (utc === '' && named === zone) return stamp;
      return stampOf(clockIn(zone).wallAt(utc === 'Z' ? wallOf(stamp) : clockIn(named).instantOf(wallOf(stamp))));
    });
  // Dates and times are not mixed: a last day is a whole one, and a day is known for one without being called so.
  if (!isAllDay) return floating.replace(/(UNTIL=\d{8})(?=;|$)/i, '$1T235959');
  return floating
    .replace(/(UNTIL=\d{8})T\d{6}/i, '$1')
    .replace(/^(EXDATE|RDATE)((?:;(?!VALUE=)[^:]*)?:\d{8}(?:,\d{8})*)$/i, '$1;VALUE=DATE$2');
}

function clockIn(zone: string): ZoneClock {
  const clock = clockOf(zone);
  if (clock === null) throw new RangeError('unknown time zone');
  return clock;
}

function wallOf(stamp: string): number {
  return Date.parse(`${isoOf(stamp)}Z`);
}

/** `YYYYMMDDTHHMMSS` of a wall-clock time. */
function stampOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

function isoOf(stamp: string): string {
  const date = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
  return stamp.length === 8 ? date : `${date}T${stamp.slice(9, 11)}:${stamp.slice(11, 13)}:${stamp.slice(13, 15)}`;
}
