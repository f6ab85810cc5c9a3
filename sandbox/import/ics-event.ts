/** One VEVENT as the fields of a Calendar event, before it is known whether it is a master, an exception or neither. */
import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import { firstProperty, type IcsComponent, textOf } from './ics-components.ts';
import { conferenceOf } from './ics-conference.ts';
import { attendeesOf, organizerOf } from './ics-people.ts';
import { BrokenEvent, recurrenceLines } from './ics-recurrence.ts';
import { DAY_MS, eventTime, type IcsTime, momentOf, momentOfWall, readTime } from './ics-time.ts';
import type { ZoneNamer } from './name-zone.ts';
import type { ProblemList } from './problem-list.ts';

/** What reading an event needs beside the event. */
export interface IcsContext {
  readonly zones: ZoneNamer;
  /** Address whose calendar the file was, if it can be told. */
  readonly owner: string | null;
  readonly problems: ProblemList;
}

/** A VEVENT that was understood. */
export interface IcsEvent {
  readonly place: string;
  readonly uid: string;
  readonly start: IcsTime;
  readonly recurrenceId: IcsTime | null;
  readonly recurrence: readonly string[];
  readonly sequence: number;
  /** Last change in Unix milliseconds, 0 where unknown: of two versions with one sequence the later counts. */
  readonly changedMs: number;
  /** All fields of the Calendar event that do not depend on other components. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads one VEVENT.
 * @throws BrokenEvent where the event could only be imported wrong
 */
export function readIcsEvent(component: IcsComponent, context: IcsContext): IcsEvent {
  if (component.broken !== null) throw new BrokenEvent(component.broken);
  const { zones, owner, problems } = context;
  const start = timeOf(component, 'dtstart', zones);
  if (start === null) throw new BrokenEvent('it has no start');
  const recurrenceId = timeOf(component, 'recurrence-id', zones);
  if (firstProperty(component, 'recurrence-id')?.params.has('range') === true) {
    problems.add(`${component.place}: its change is taken for one occurrence only, not for all that follow.`);
  }
  const created = timestampOf(component, 'created', zones);
  const updated = timestampOf(component, 'last-modified', zones) ?? timestampOf(component, 'dtstamp', zones);
  const sequence = sequenceOf(component);
  const organizer = organizerOf(component, owner);
  const attendees = attendeesOf(component, organizer, owner, problems);
  const conferenceData = conferenceOf(component, problems);
  return {
    place: component.place,
    uid: uidOf(component, problems),
    start,
    recurrenceId,
    recurrence: recurrenceId === null ? recurrenceLines(component, start, zones) : [],
    sequence,
    changedMs: updated ?? 0,
    fields: {
      status: statusOf(component),
      ...(created === null ? {} : { created: new Date(created).toISOString() }),
      ...(updated === null ? {} : { updated: new Date(updated).toISOString() }),
      ...field('summary', textOf(component, 'summary')),
      ...field('description', textOf(component, 'description')),
      ...field('location', textOf(component, 'location')),
      ...field('organizer', organizer),
      start: eventTime(start),
      end: eventTime(endOf(component, start, context)),
      ...(textOf(component, 'transp')?.toUpperCase() === 'TRANSPARENT' ? { transparency: 'transparent' } : {}),
      ...field('visibility', visibilityOf(component)),
      sequence,
      ...field('attendees', attendees.length === 0 ? undefined : attendees),
      ...field('conferenceData', conferenceData),
      ...field('hangoutLink', conferenceData?.entryPoints.find(({ uri }) => isMeetLink(uri))?.uri),
      eventType: 'default',
    },
  };
}

function field(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

function isMeetLink(uri: string): boolean {
  return new URL(uri).hostname === 'meet.google.com';
}

/** Without a UID the same event must still get the same id at the next import. */
function uidOf(component: IcsComponent, problems: ProblemList): string {
  const uid = textOf(component, 'uid');
  if (uid !== undefined) return uid;
  problems.add(`${component.place}: it has no UID, one was made from its start and title.`);
  const content = JSON.stringify([firstProperty(component, 'dtstart')?.values, textOf(component, 'summary')]);
  return `${createHash('sha256').update(content).digest('hex').slice(0, 32)}@imported.invalid`;
}

function timeOf(component: IcsComponent, name: string, zones: ZoneNamer): IcsTime | null {
  const property = firstProperty(component, name);
  if (property === undefined) return null;
  const time = readTime(property.values[0], property, zones);
  if (time === null) throw new BrokenEvent(`its ${name.toUpperCase()} is no date`);
  return time;
}

function timestampOf(component: IcsComponent, name: string, zones: ZoneNamer): number | null {
  const property = firstProperty(component, name);
  const time = property === undefined ? null : readTime(property.values[0], property, zones);
  return time?.kind === 'moment' ? time.instantMs : null;
}

/** DTEND before DURATION before the default of RFC 5545 (3.6.1): the day of a date, nothing for a moment. */
function endOf(component: IcsComponent, start: IcsTime, { zones, problems }: IcsContext): IcsTime {
  const shortest: IcsTime = start.kind === 'date' ? { kind: 'date', wallMs: start.wallMs + DAY_MS } : start;
  const stated = timeOf(component, 'dtend', zones);
  const end = stated ?? durationEnd(component, start) ?? shortest;
  if (end.kind === 'date' && shortest.kind === 'date') {
    // An end on the day of the start is the common slip of those who think the end inclusive.
    if (end.wallMs < start.wallMs) problems.add(`${component.place}: it ends before it starts, taken as one day.`);
    return end.wallMs < shortest.wallMs ? shortest : end;
  }
  if (end.kind === 'moment' && start.kind === 'moment' && end.instantMs >= start.instantMs) return end;
  const why = end.kind === start.kind ? 'it ends before it starts' : 'its start is a date and its end is not, or so';
  problems.add(`${component.place}: ${why}, the end was left out.`);
  return shortest;
}

/** Weeks and days are days of the calendar, hours are exact (RFC 5545, 3.3.6): a clock change makes the difference. */
function durationEnd(component: IcsComponent, start: IcsTime): IcsTime | null {
  const text = textOf(component, 'duration');
  if (text === undefined) return null;
  const duration = readDuration(text);
  if (duration === null || duration.isNegative) throw new BrokenEvent('its DURATION is none');
  const daysMs = (duration.weeks * 7 + duration.days) * DAY_MS;
  const exactMs = ((duration.hours * 60 + duration.minutes) * 60 + duration.seconds) * 1000;
  if (start.wallMs + daysMs + exactMs > Date.UTC(9999, 11, 31)) throw new BrokenEvent('its DURATION is too long');
  if (start.kind === 'date') {
    return { kind: 'date', wallMs: start.wallMs + daysMs + Math.ceil(exactMs / DAY_MS) * DAY_MS };
  }
  const day = momentOfWall(start.wallMs + daysMs, start.zone);
  return momentOf(day.instantMs + exactMs, start.zone);
}

function readDuration(text: string): ICAL.Duration | null {
  try {
    return ICAL.Duration.fromString(text);
  } catch {
    return null;
  }
}

function sequenceOf(component: IcsComponent): number {
  const sequence = Number(textOf(component, 'sequence') ?? 0);
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : 0;
}

/** METHOD:CANCEL around an event says the same as its own STATUS (RFC 5546, 3.2.5). */
function statusOf(component: IcsComponent): 'confirmed' | 'tentative' | 'cancelled' {
  if (component.method === 'CANCEL') return 'cancelled';
  switch (textOf(component, 'status')?.toUpperCase()) {
    case 'CANCELLED':
      return 'cancelled';
    case 'TENTATIVE':
      return 'tentative';
    default:
      return 'confirmed';
  }
}

function visibilityOf(component: IcsComponent): 'public' | 'private' | 'confidential' | undefined {
  switch (textOf(component, 'class')?.toUpperCase()) {
    case 'PUBLIC':
      return 'public';
    case 'PRIVATE':
      return 'private';
    case 'CONFIDENTIAL':
      return 'confidential';
    default:
      return undefined;
  }
}
