/** The changes that a conformance test sends: those of one weekly meeting, at ten in Berlin. */
import type { CalendarNotice, ChangeBody, EventContent } from '../../shared/domain/delivery/change.ts';
import type { Delivery, Signing } from './check.ts';

/** One playing of the test: its name keeps its conferences apart from those of others. */
export interface Run {
  readonly name: string;
  /** Unix milliseconds; revisions count on from here, as those of the service do. */
  readonly now: number;
}

/** The conference of this name in a run. */
export function conferenceOf(run: Run, name: string): SampleConference {
  return new SampleConference(`confsync-test-${run.name}-${name}`, run.now);
}

/** A series as it stands before anybody touches it. */
export const STARTS = '2027-03-01T10:00:00+01:00';
/** Its second occurrence, and where a user moves that. */
export const SECOND = '2027-03-08T10:00:00+01:00';
export const SECOND_MOVED = '2027-03-08T15:00:00+01:00';
/** Its third occurrence. */
export const THIRD = '2027-03-15T10:00:00+01:00';
/** Where a user moves the whole series. */
export const SERIES_MOVED = '2027-03-01T11:30:00+01:00';

const BERLIN = 'Europe/Berlin';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** One conference, and the deliveries that tell of it. `count` numbers its changes, and orders them. */
export class SampleConference {
  readonly id: string;
  readonly #now: number;

  constructor(id: string, now: number) {
    this.id = id;
    this.#now = now;
  }

  updated(count: number, event: Partial<EventContent> = {}, more: { readonly restored?: true } = {}): ChangeBody {
    return {
      type: 'conference.updated',
      data: { ...this.#head(count), changed: ['title', 'start', 'end'], ...more, event: { ...MEETING, ...event } },
    };
  }

  cancelled(count: number): ChangeBody {
    return { type: 'conference.cancelled', data: { ...this.#head(count), reason: 'event_deleted' } };
  }

  occurrenceUpdated(count: number, originalStart: string, start: string): ChangeBody {
    const occurrence = { ...this.#occurrence(originalStart), title: 'Planning', ...from(start) };
    return {
      type: 'conference.occurrence_updated',
      data: { ...this.#head(count), changed: ['start', 'end'], occurrence },
    };
  }

  occurrenceCancelled(count: number, originalStart: string | null): ChangeBody {
    return {
      type: 'conference.occurrence_cancelled',
      data: { ...this.#head(count), occurrence: this.#occurrence(originalStart) },
    };
  }

  /** The calendar itself: not followed any more, then followed again. */
  notices(): readonly Omit<CalendarNotice, 'id'>[] {
    const timestamp = new Date(this.#now).toISOString();
    const head = { calendarId: `${this.id}@example.com`, subject: 'alice@example.com' };
    return [
      { type: 'calendar.disconnected', timestamp, data: { ...head, revision: this.#now + 1, reason: 'revoked' } },
      { type: 'calendar.connected', timestamp, data: { ...head, revision: this.#now + 2 } },
    ];
  }

  /** A change, ready to be sent. */
  delivery(change: ChangeBody, signing: Signing = 'valid'): Delivery {
    return this.raw(change.data.revision, JSON.stringify(this.envelope(change)), signing);
  }

  /** Any text as a body. */
  raw(revision: number, body: string, signing: Signing = 'valid'): Delivery {
    return { id: `msg_${this.id}_${revision}`, body, signing };
  }

  /** A change as it stands in a body, with whatever else is to stand there. */
  envelope(change: ChangeBody, more: object = {}): object {
    return { type: change.type, timestamp: new Date(this.#now).toISOString(), data: change.data, ...more };
  }

  #head(count: number) {
    const revision = this.#now + count;
    return { conferenceId: this.id, revision, calendarId: 'alice@example.com', eventId: `${this.id}-event` };
  }

  #occurrence(originalStart: string | null) {
    if (originalStart === null) return { eventId: `${this.id}-event_unknown`, originalStart };
    const suffix = isDay(originalStart) ? originalStart : new Date(originalStart).toISOString();
    return { eventId: `${this.id}-event_${suffix.replace(/[-:]|\.000/g, '')}`, originalStart: timeOf(originalStart) };
  }
}

/** `start` and `end` of a meeting of one hour in Berlin, or of one whole day. */
export function from(start: string): Required<Pick<EventContent, 'start' | 'end'>> {
  const end = new Date(Date.parse(start) + (isDay(start) ? DAY_MS : HOUR_MS)).toISOString();
  return { start: timeOf(start), end: timeOf(isDay(start) ? end.slice(0, start.length) : end) };
}

function timeOf(start: string) {
  return isDay(start) ? { date: start } : { dateTime: start, timeZone: BERLIN };
}

function isDay(start: string): boolean {
  return !start.includes('T');
}

const MEETING: EventContent = {
  title: 'Planning',
  description: null,
  location: null,
  ...from(STARTS),
  recurrence: ['RRULE:FREQ=WEEKLY;COUNT=10'],
  organizer: { email: 'alice@example.com' },
  visibility: 'default',
  parameters: {},
};
