/**
 * The components of an iCalendar text that an import needs: events with their properties, time zone definitions, and
 * what the calendar says of itself. Each line is parsed by itself (with ical.js), so that a broken line costs no more
 * than itself, or its event where the event cannot be right without it.
 */
import ICAL from 'ical.js';
import { type ContentLine, contentLines } from './ics-lines.ts';
import { NotImportable } from './imported-events.ts';
import type { ProblemList } from './problem-list.ts';

/** One property of an event: its values as jCal (RFC 7265), ready to be checked. */
export interface IcsProperty {
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  readonly values: readonly unknown[];
}

/** One VEVENT. */
export interface IcsComponent {
  /** Where it stands, for people. */
  readonly place: string;
  /** METHOD of the calendar around it, in upper case. */
  readonly method: string;
  readonly properties: IcsProperty[];
  /** Why the event cannot be right, or null. */
  broken: string | null;
}

/** What a text holds. */
export interface IcsContents {
  readonly components: readonly IcsComponent[];
  /** VTIMEZONE texts by TZID. */
  readonly zoneTexts: ReadonlyMap<string, string>;
  readonly calendarName: string | null;
  readonly calendarZone: string | null;
}

/** Without these lines, or with wrong ones, an event would stand at a wrong time or as a wrong event. */
const ESSENTIAL = new Set([
  'uid',
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'exrule',
  'rdate',
  'exdate',
  'recurrence-id',
]);
const USED = new Set([
  ...ESSENTIAL,
  ...['summary', 'description', 'location', 'status', 'transp', 'class', 'sequence', 'created', 'last-modified'],
  ...[
    'dtstamp',
    'organizer',
    'attendee',
    'conference',
    'x-google-conference',
    'x-microsoft-skypeteamsmeetingurl',
    'url',
  ],
]);
/** What people call the parts of an event that are left out. */
const NAMES_OF_LEFT: ReadonlyMap<string, string> = new Map([
  ['valarm', 'reminders (VALARM)'],
  ['attach', 'attachments (ATTACH)'],
]);
/** A date that has a time of day all the same: which of the two is meant cannot be known. */
const DATE_WITH_TIME = /;VALUE=DATE(?:;[^:]*)?:[^:]*T\d/i;
/** A property that comes thousands of times is no property of a meeting. */
const PROPERTIES_MAX = 10_000;

/**
 * Splits a text into its components.
 * @throws NotImportable where no calendar begins
 */
export function icsComponents(text: string, problems: ProblemList): IcsContents {
  const reader = new ComponentReader(problems);
  for (const line of contentLines(text)) reader.takeLine(line);
  return reader.finish();
}

class ComponentReader {
  readonly #problems: ProblemList;
  readonly #components: IcsComponent[] = [];
  readonly #zoneTexts = new Map<string, string>();
  readonly #others = new Map<string, number>();
  /** What events have that is not imported, by name, with how many there are. */
  readonly #left = new Map<string, number>();
  #calendars = 0;
  #method = '';
  #calendarName: string | null = null;
  #calendarZone: string | null = null;
  /** Names of the open components below VCALENDAR, outermost first. */
  #open: string[] = [];
  #event: IcsComponent | null = null;
  #zoneLines: string[] = [];

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  takeLine(line: ContentLine): void {
    const { text, number } = line;
    const edge = /^(BEGIN|END):\s*([^\s;:]+)\s*$/i.exec(text);
    const name = edge?.[2]?.toLowerCase();
    if (name !== undefined) {
      if (edge?.[1]?.toUpperCase() === 'BEGIN') this.#begin(name, number);
      else this.#end(name);
    } else if (this.#calendars === 0) {
      this.#problems.add(`Line ${number}: skipped, it stands before the calendar begins.`);
      return;
    } else if (this.#open.length === 0) {
      this.#takeCalendarLine(text);
    } else if (this.#event !== null && this.#open.length === 1) {
      this.#takeEventLine(this.#event, line);
    }
    if (this.#open[0] === 'vtimezone' && !line.isOverlong) this.#zoneLines.push(text);
  }

  finish(): IcsContents {
    if (this.#calendars === 0) throw new NotImportable('The text is not iCalendar: no line says BEGIN:VCALENDAR.');
    this.#dropUnfinished();
    for (const [name, count] of this.#others) {
      this.#problems.add(`${count} ${name.toUpperCase()} skipped: only events are imported.`);
    }
    const left = [...this.#left].map(([name, count]) => `${NAMES_OF_LEFT.get(name) ?? name.toUpperCase()}: ${count}`);
    if (left.length > 0) this.#problems.add(`Not imported of the events: ${left.join(', ')}.`);
    return {
      components: this.#components,
      zoneTexts: this.#zoneTexts,
      calendarName: this.#calendarName,
      calendarZone: this.#calendarZone,
    };
  }

  #begin(name: string, number: number): void {
    if (name === 'vcalendar') {
      this.#dropUnfinished();
      this.#calendars++;
      this.#method = '';
      return;
    }
    if (this.#calendars === 0) return;
    // An event within an event means that the END of the first is missing.
    if (name === 'vevent') this.#dropUnfinished();
    this.#open.push(name);
    if (this.#event !== null && this.#open.length === 2) countUp(this.#left, name);
    if (this.#open.length > 1) return;
    if (name === 'vevent') {
      this.#event = { place: `The event at line ${number}`, method: this.#method, properties: [], broken: null };
    } else if (name === 'vtimezone') {
      this.#zoneLines = [];
    } else {
      countUp(this.#others, name);
    }
  }

  #end(name: string): void {
    if (name === 'vcalendar') {
      this.#dropUnfinished();
      return;
    }
    const at = this.#open.lastIndexOf(name);
    if (at === -1) return;
    this.#open = this.#open.slice(0, at);
    if (at > 0) return;
    if (name === 'vevent' && this.#event !== null) {
      this.#components.push(this.#event);
      this.#event = null;
    } else if (name === 'vtimezone') {
      this.#keepZone();
    }
  }

  #keepZone(): void {
    const lines = [...this.#zoneLines, 'END:VTIMEZONE'];
    const tzid = lines.map((line) => /^TZID[^:]*:(.*)$/i.exec(line)?.[1]?.trim()).find((id) => id !== undefined);
    if (tzid !== undefined && tzid !== '') this.#zoneTexts.set(unescaped(tzid), lines.join('\r\n'));
    this.#zoneLines = [];
  }

  #dropUnfinished(): void {
    if (this.#event !== null) this.#problems.add(`${this.#event.place}: skipped, it has no end.`);
    this.#event = null;
    this.#open = [];
  }

  #takeCalendarLine(text: string): void {
    const [, name = '', value = ''] = /^([A-Za-z-]+)[^:]*:(.*)$/.exec(text) ?? [];
    switch (name.toLowerCase()) {
      case 'method':
        this.#method = value.trim().toUpperCase();
        break;
      case 'x-wr-calname':
        this.#calendarName = value.trim();
        break;
      case 'x-wr-timezone':
        this.#calendarZone = unescaped(value.trim());
        break;
    }
  }

  #takeEventLine(event: IcsComponent, { text, number, isOverlong }: ContentLine): void {
    const name = /^[A-Za-z0-9-]+(?=[;:])/.exec(text)?.[0].toLowerCase();
    if (name === undefined) {
      this.#problems.add(`Line ${number}: skipped, it is no property: ${text.slice(0, 60)}`);
      return;
    }
    if (!USED.has(name)) {
      // What a program notes for itself is no part of the event.
      if (!name.startsWith('x-')) countUp(this.#left, name);
      return;
    }
    if (ESSENTIAL.has(name) && DATE_WITH_TIME.test(text)) {
      event.broken = `its ${name.toUpperCase()} at line ${number} says that it is a date, and has a time of day`;
      return;
    }
    const property = isOverlong ? null : parseProperty(text);
    if (property !== null && event.properties.length < PROPERTIES_MAX) {
      event.properties.push(property);
    } else if (ESSENTIAL.has(name)) {
      event.broken = `its ${name.toUpperCase()} at line ${number} cannot be read`;
    } else {
      this.#problems.add(`Line ${number}: skipped, its ${name.toUpperCase()} cannot be read.`);
    }
  }
}

function countUp(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** A TEXT as it is meant (RFC 5545, 3.3.11). */
function unescaped(text: string): string {
  return text.replaceAll(/\\([\\,;])/g, '$1');
}

function parseProperty(text: string): IcsProperty | null {
  let jcal: unknown;
  try {
    jcal = ICAL.parse.property(text, ICAL.design.icalendar);
  } catch {
    return null;
  }
  if (!Array.isArray(jcal)) return null;
  const [name, params, , ...values]: unknown[] = jcal;
  if (typeof name !== 'string' || typeof params !== 'object' || params === null) return null;
  const texts = Object.entries(params).map(([key, value]: [string, unknown]): [string, string] => [
    key,
    Array.isArray(value) ? value.join(',') : String(value),
  ]);
  return { name, params: new Map(texts), values };
}

/** The first property of a name. */
export function firstProperty(component: IcsComponent, name: string): IcsProperty | undefined {
  return component.properties.find((property) => property.name === name);
}

/** The first property's text, trimmed; undefined where there is none or it is empty. */
export function textOf(component: IcsComponent, name: string): string | undefined {
  const value = firstProperty(component, name)?.values[0];
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return text === '' ? undefined : text;
}
