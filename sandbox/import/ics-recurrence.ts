/**
 * A master's `recurrence` lines from RRULE, EXRULE, RDATE and EXDATE, in the form in which Calendar returns them: no
 * DTSTART, UNTIL as a date or in UTC, dates in the zone of the start.
 * https://developers.google.com/workspace/calendar/api/concepts/events-calendars#recurrence_rule
 */
import ICAL from 'ical.js';
import type { IcsComponent, IcsProperty } from './ics-components.ts';
import {
  DAY_MS,
  type IcsTime,
  icsDate,
  icsDateTime,
  momentOfWall,
  occurrenceStamp,
  readTime,
  writtenLike,
} from './ics-time.ts';
import type { ZoneNamer } from './name-zone.ts';

/** The property cannot be understood, so that the event cannot be right. */
export class BrokenEvent extends Error {
  override readonly name = 'BrokenEvent';
}

/**
 * The recurrence lines of an event, empty for a single one.
 * @throws BrokenEvent
 */
export function recurrenceLines(component: IcsComponent, start: IcsTime, zones: ZoneNamer): string[] {
  const lines: string[] = [];
  for (const property of component.properties) {
    if (property.name === 'rrule' || property.name === 'exrule') lines.push(ruleLine(property, start, zones));
  }
  for (const name of ['rdate', 'exdate']) {
    const times = component.properties
      .filter((property) => property.name === name)
      .flatMap((property) => property.values.flatMap((value) => listedTime(value, property, start, zones)));
    if (times.length > 0) lines.push(datesLine(name, times, start));
  }
  return lines;
}

function ruleLine(property: IcsProperty, start: IcsTime, zones: ZoneNamer): string {
  const name = property.name.toUpperCase();
  const rule = readRule(property.values[0]);
  // ical.js reads COUNT=0 and a missing FREQ without complaint and forgets them when it writes.
  if (rule === null || rule.freq === null || (rule.count !== null && rule.count < 1)) {
    throw new BrokenEvent(`its ${name} is no rule`);
  }
  const text = rule.toString();
  if (rule.until === null) return `${name}:${text}`;
  const until = untilText(rule.until.toString(), property, start, zones);
  return `${name}:${text.replace(/UNTIL=[^;]*/, `UNTIL=${until}`)}`;
}

function readRule(value: unknown): ICAL.Recur | null {
  try {
    const decorated: unknown = new ICAL.Property(['rrule', {}, 'recur', value]).getFirstValue();
    return decorated instanceof ICAL.Recur ? decorated : null;
  } catch {
    return null;
  }
}

/** UNTIL is inclusive; as a date beside timed occurrences it means that whole day. */
function untilText(value: string, property: IcsProperty, start: IcsTime, zones: ZoneNamer): string {
  const until = readTime(value, { ...property, params: new Map() }, zones);
  if (until === null) throw new BrokenEvent(`its ${property.name.toUpperCase()} has no valid UNTIL`);
  if (start.kind === 'date') return icsDate(until.wallMs);
  if (until.kind === 'date') return occurrenceStamp(momentOfWall(until.wallMs + DAY_MS - 1000, start.zone));
  return occurrenceStamp(value.endsWith('Z') ? until : momentOfWall(until.wallMs, start.zone));
}

/** An empty EXDATE line is common and means nothing; of a PERIOD only the start counts, as Calendar has no other. */
function listedTime(value: unknown, property: IcsProperty, start: IcsTime, zones: ZoneNamer): IcsTime[] {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (first === '--T::' || first === '--' || first === '') return [];
  const time = readTime(first, property, zones);
  if (time === null) throw new BrokenEvent(`its ${property.name.toUpperCase()} holds what is no date`);
  return [writtenLike(time, start)];
}

function datesLine(name: string, times: readonly IcsTime[], start: IcsTime): string {
  const head = name.toUpperCase();
  if (start.kind === 'date') return `${head};VALUE=DATE:${times.map(({ wallMs }) => icsDate(wallMs)).join(',')}`;
  if (start.zone === 'UTC') return `${head}:${times.map(occurrenceStamp).join(',')}`;
  return `${head};TZID=${start.zone}:${times.map(({ wallMs }) => icsDateTime(wallMs)).join(',')}`;
}
