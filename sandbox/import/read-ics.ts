/**
 * Reads an iCalendar file (RFC 5545) into Calendar v3 event resources: single events, masters, and exceptions with
 * `recurringEventId` and `originalStartTime`. What cannot be understood is skipped and told; nothing is imported at a
 * guessed time.
 */
import { baseOf } from '../calendar/state/event-store.ts';
import { eventIdOf } from './event-id.ts';
import { type IcsComponent, type IcsContents, icsComponents } from './ics-components.ts';
import { type IcsContext, type IcsEvent, readIcsEvent } from './ics-event.ts';
import { BrokenEvent } from './ics-recurrence.ts';
import { eventTime, occurrenceStamp, writtenLike } from './ics-time.ts';
import { type EventResource, type ImportedEvents, NotImportable } from './imported-events.ts';
import { ZoneNamer } from './name-zone.ts';
import { ProblemList } from './problem-list.ts';
import { isZone } from './zoned-time.ts';

/** How to read what the file leaves open. */
export interface IcsOptions {
  /** IANA zone of times without one; default: the file's X-WR-TIMEZONE, else UTC. */
  readonly calendarZone?: string;
  /** Address whose calendar it is (`self`); default: the file's X-WR-CALNAME where that is an address. */
  readonly owner?: string;
}

/** A zone that stands for no time in particular is known by the offsets of these years. */
const OF_THIS_CENTURY_MS = Date.UTC(2025, 0, 1);

/** Methods that speak about an event of someone else's instead of stating one (RFC 5546, 3.2). */
const ANSWERING_METHODS = ['REPLY', 'COUNTER', 'DECLINECOUNTER', 'REFRESH'];

/**
 * Reads an iCalendar text.
 * @throws NotImportable for a text that is not iCalendar at all, or an option that is no time zone
 */
export function readIcs(text: string, options: IcsOptions = {}): ImportedEvents {
  const problems = new ProblemList();
  const contents = icsComponents(text.replace(/^\uFEFF/, ''), problems);
  const zones = new ZoneNamer(calendarZone(options, contents, problems), contents.zoneTexts, problems);
  const owner = options.owner ?? (contents.calendarName?.includes('@') === true ? contents.calendarName : null);
  const read = readAll(contents.components, { zones, owner, problems });
  const latest = latestVersions(read, problems);
  const masters = new Map(
    latest.filter(({ recurrenceId }) => recurrenceId === null).map((event) => [event.uid, event]),
  );
  const events = latest.map((event) => asCalendarShows(resourceOf(event, masters.get(event.uid)), event, owner));
  return { events, problems: problems.list() };
}

function calendarZone(options: IcsOptions, contents: IcsContents, problems: ProblemList): string {
  if (options.calendarZone !== undefined) {
    if (isZone(options.calendarZone)) return options.calendarZone;
    throw new NotImportable(`"${options.calendarZone}" is no IANA time zone.`);
  }
  if (contents.calendarZone === null) return 'UTC';
  return new ZoneNamer('UTC', contents.zoneTexts, problems).zoneOf(contents.calendarZone, OF_THIS_CENTURY_MS);
}

function readAll(components: readonly IcsComponent[], context: IcsContext): IcsEvent[] {
  const events: IcsEvent[] = [];
  for (const component of components) {
    if (ANSWERING_METHODS.includes(component.method)) {
      context.problems.add(`${component.place}: skipped, it is an answer (METHOD:${component.method}), no event.`);
      continue;
    }
    try {
      events.push(readIcsEvent(component, context));
    } catch (error) {
      if (!(error instanceof BrokenEvent)) throw error;
      context.problems.add(`${component.place}: skipped, ${error.message}.`);
    }
  }
  return events;
}

/** Of several versions of one event or occurrence: the highest sequence, then the latest change, then the last. */
function latestVersions(events: readonly IcsEvent[], problems: ProblemList): IcsEvent[] {
  const latest = new Map<string, IcsEvent>();
  for (const event of events) {
    const key = JSON.stringify([event.uid, event.recurrenceId === null ? null : occurrenceStamp(event.recurrenceId)]);
    const known = latest.get(key);
    if (known === undefined) {
      latest.set(key, event);
      continue;
    }
    const isLater =
      event.sequence === known.sequence ? event.changedMs >= known.changedMs : event.sequence > known.sequence;
    const [kept, dropped] = isLater ? [event, known] : [known, event];
    problems.add(`${dropped.place}: skipped, ${lowerFirst(kept.place)} is a later version of it.`);
    latest.set(key, kept);
  }
  return [...latest.values()];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** An exception whose series is not in the file stays one: Google shows such events to guests of one occurrence. */
function resourceOf(event: IcsEvent, master: IcsEvent | undefined): EventResource {
  const { uid, recurrenceId, recurrence, fields } = event;
  const id = eventIdOf(uid);
  const common = { kind: 'calendar#event', iCalUID: uid, ...fields };
  if (recurrenceId === null) return { ...common, id, ...(recurrence.length === 0 ? {} : { recurrence }) };
  const original = master === undefined ? recurrenceId : writtenLike(recurrenceId, master.start);
  return {
    ...common,
    // Occurrences of what was split off a series have the id of the series that it was split off.
    id: `${baseOf(id)}_${occurrenceStamp(original)}`,
    recurringEventId: id,
    originalStartTime: eventTime(original),
  };
}

/** With what a calendar adds of itself: the tag of the version, who put the event there, and where a person would look at it. */
function asCalendarShows(event: EventResource, { changedMs }: IcsEvent, owner: string | null): EventResource {
  // As recorded: twice the microseconds of the change.
  const etag = `"${changedMs * 2}000"`;
  if (owner === null) return { ...event, etag };
  const htmlLink = `https://www.google.com/calendar/event?eid=${Buffer.from(`${event.id} ${owner}`).toString('base64url')}`;
  return { ...event, etag, htmlLink, creator: { email: owner, self: true } };
}
