/**
 * Whether a conference is what the events that carry it say: the one rule of the console, pure. It shares nothing with
 * the service's own rules, so that it can show a mistake of theirs.
 */
import type { EventTime } from '../../shared/domain/event/event.ts';
import type { ConferenceView } from '../conference/simulated-conferences.ts';
import { instantOf, type SeenEvent } from './seen-event.ts';

/** One thing that the two systems see differently; times are RFC 3339, null is "not there". */
export interface Difference {
  readonly what: 'state' | 'title' | 'start' | 'end' | 'recurrence' | 'occurrence';
  /** The occurrence's original start, where one is spoken of. */
  readonly occurrence?: string;
  readonly calendar: string | null;
  readonly conference: string | null;
}

/** An event that carries the conference, and the occurrences of it that stand in the calendar by themselves. */
export interface Carrier {
  readonly event: SeenEvent;
  readonly exceptions: readonly SeenEvent[];
}

type Told = Pick<ConferenceView, 'title' | 'start' | 'end' | 'recurrence'>;

/**
 * What differs between one carrier and the conference; an empty list means in step.
 * @param horizon Unix milliseconds: occurrences before it that nobody was told of do not count
 */
export function compareCarrier(carrier: Carrier, conference: ConferenceView | undefined, horizon = 0): Difference[] {
  const { event, exceptions } = carrier;
  if (conference === undefined) return [{ what: 'state', calendar: 'live', conference: null }];
  if (conference.state === 'cancelled') return [{ what: 'state', calendar: 'live', conference: 'cancelled' }];
  const told = toldOf(event, conference);
  // A copy on a calendar that does not lead keeps the conference alive and is never sent.
  if (told === undefined) return [];
  const differences: Difference[] = [];
  const note = (what: Difference['what'], isSame: boolean, calendar: string | null, there: string | null): void => {
    if (!isSame) differences.push({ what, calendar, conference: there });
  };
  const repeats = event.recurrence !== null && event.recurrence.length > 0;
  note('title', (event.title ?? '') === (told.title ?? ''), event.title, told.title);
  note('start', isSameTime(event.start, told.start, repeats), timeText(event.start), timeText(told.start));
  note('end', isSameTime(event.end, told.end, repeats), timeText(event.end), timeText(told.end));
  note(
    'recurrence',
    ruleText(event.recurrence) === ruleText(told.recurrence),
    ruleText(event.recurrence),
    ruleText(told.recurrence),
  );
  for (const exception of exceptions) {
    const difference = compareOccurrence(event, exception, conference, horizon);
    if (difference !== undefined) differences.push(difference);
  }
  return differences;
}

/** What differs where no live event carries the conference. */
export function compareAbandoned(conference: ConferenceView): Difference[] {
  return conference.state === 'active' ? [{ what: 'state', calendar: null, conference: 'active' }] : [];
}

function toldOf(event: SeenEvent, conference: ConferenceView): Told | undefined {
  const told = Object.hasOwn(conference.events, event.id) ? conference.events[event.id] : undefined;
  if (told === undefined) return Object.keys(conference.events).length === 0 ? conference : undefined;
  return {
    title: told.title ?? null,
    start: told.start ?? null,
    end: told.end ?? null,
    recurrence: told.recurrence ?? null,
  };
}

function compareOccurrence(
  series: SeenEvent,
  exception: SeenEvent,
  conference: ConferenceView,
  horizon: number,
): Difference | undefined {
  const original = instantOf(exception.originalStart);
  // A receiver need not keep the ids of occurrences.
  const told = conference.occurrences.find(({ eventId, originalStart }) =>
    eventId === '' ? instantOf(originalStart) === original : eventId === exception.id,
  );
  // What lies behind the end of a cut series, or long ago, says nothing about the conference.
  if (told === undefined && original !== null && (original < horizon || original > lastStart(series))) return undefined;
  const head = { what: 'occurrence', occurrence: timeText(exception.originalStart) ?? exception.id } as const;
  const there = told === undefined ? 'as the series' : told.state === 'cancelled' ? 'cancelled' : 'changed';
  if (exception.isCancelled) {
    return told?.state === 'cancelled' ? undefined : { ...head, calendar: 'cancelled', conference: there };
  }
  if (exception.conferenceId !== series.conferenceId) return undefined;
  if (told === undefined) {
    return deviates(series, exception)
      ? { ...head, calendar: timeText(exception.start), conference: there }
      : undefined;
  }
  const isSame =
    told.state === 'updated' &&
    (told.title ?? '') === (exception.title ?? '') &&
    isSameTime(exception.start, told.start ?? null, false) &&
    isSameTime(exception.end, told.end ?? null, false);
  return isSame
    ? undefined
    : { ...head, calendar: timeText(exception.start), conference: timeText(told.start ?? null) ?? there };
}

function deviates(series: SeenEvent, exception: SeenEvent): boolean {
  const length = (event: SeenEvent): number => (instantOf(event.end) ?? 0) - (instantOf(event.start) ?? 0);
  return (
    (exception.title ?? '') !== (series.title ?? '') ||
    instantOf(exception.start) !== instantOf(exception.originalStart) ||
    length(exception) !== length(series)
  );
}

/** The last start that the rule allows; infinite where it does not say. */
function lastStart({ recurrence }: SeenEvent): number {
  const until = /UNTIL=(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?/.exec((recurrence ?? []).join('\n'));
  if (until === null) return Number.POSITIVE_INFINITY;
  const [, year, month, day, hour = '23', minute = '59', second = '59'] = until;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A series keeps its wall-clock time, so there the zone is part of the time. */
function isSameTime(one: EventTime | null, other: EventTime | null, withZone: boolean): boolean {
  if ((one?.date ?? null) !== (other?.date ?? null)) return false;
  if (instantOf(one) !== instantOf(other)) return false;
  return !withZone || one?.timeZone === undefined || other?.timeZone === undefined || one.timeZone === other.timeZone;
}

function timeText(time: EventTime | null): string | null {
  return time?.dateTime ?? time?.date ?? null;
}

function ruleText(recurrence: readonly string[] | null): string | null {
  return recurrence === null || recurrence.length === 0 ? null : [...recurrence].sort().join('\n');
}
