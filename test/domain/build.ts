/**
 * Words for events and records in tests. Events are made as Google's JSON and read by the real reader, so that a test
 * says what Google would have sent.
 */
import { readEvent } from '../../shared/adapters/google-calendar/read-event.ts';
import type { AccessRole, ListedEvent, LiveEvent } from '../../shared/domain/event/event.ts';
import { EVENT_FIELDS, type EventField } from '../../shared/domain/event/event-fields.ts';
import { type CalendarKey, calendarKeyOf, conferenceKeyOf } from '../../shared/domain/ids.ts';
import { Ledger, type LedgerTerms } from '../../shared/domain/plan/ledger.ts';
import type { PlanRules } from '../../shared/domain/plan/plan.ts';
import { newBinding, newConference } from '../../shared/domain/state/new-record.ts';
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';

/** One item of an `events.list` answer. */
export type Item = Readonly<Record<string, unknown>>;

/** 2027-01-20T09:00:00Z, the time of every test that says nothing else. */
export const NOW = Date.UTC(2027, 0, 20, 9);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const ALICE = 'alice@example.com';
export const BOB = 'bob@example.com';
/** The calendar key of Alice. */
export const ALICES: CalendarKey = calendarKeyOf(ALICE);
/** The calendar key of Bob. */
export const BOBS: CalendarKey = calendarKeyOf(BOB);

/** The fields that count unless CONFERENCE_FIELDS says otherwise. */
export const FIELDS: readonly EventField[] = EVENT_FIELDS.filter(
  (field) => field !== 'attendees' && field !== 'parameters',
);

export const MATCHERS = {
  solutionNames: ['My Web Conference'],
  entryPointHosts: ['meet.vendor.example'],
  parameterKeys: ['vendorRoom'],
} as const;

/** `conferenceData` of our product. */
export function ours(conferenceId: string): Item {
  return {
    conferenceData: {
      conferenceId,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.vendor.example/${conferenceId}` }],
    },
  };
}

/** `conferenceData` of another product. */
export function theirs(conferenceId = 'theirs-1'): Item {
  return {
    conferenceData: {
      conferenceId,
      conferenceSolution: { key: { type: 'addOn' }, name: 'Other Meetings' },
      entryPoints: [{ entryPointType: 'video', uri: 'https://meetings.other.example/1' }],
    },
  };
}

/** A timed single event of an hour that Alice organizes; later parts overwrite earlier ones. */
export function meeting(id: string, ...parts: readonly Item[]): Item {
  return Object.assign(
    {
      kind: 'calendar#event',
      etag: `"${id}-1"`,
      id,
      status: 'confirmed',
      updated: '2027-01-20T08:59:00.000Z',
      summary: `Meeting ${id}`,
      start: { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2027-02-01T11:00:00+01:00', timeZone: 'Europe/Berlin' },
      organizer: { email: ALICE, self: true },
      eventType: 'default',
    },
    ...parts,
  );
}

/** The master of a daily series from 2027-02-01, 10:00 in Berlin. */
export function series(id: string, ...parts: readonly Item[]): Item {
  return meeting(id, { recurrence: ['RRULE:FREQ=DAILY'] }, ...parts);
}

/** The id of a series' occurrence on a day of February 2027. */
export function occurrenceId(seriesId: string, day: number): string {
  return `${seriesId}_202702${two(day)}T090000Z`;
}

/** A changed occurrence (an exception) of a series on a day of February 2027, an hour later than it would have been. */
export function exception(seriesId: string, day: number, ...parts: readonly Item[]): Item {
  return meeting(
    occurrenceId(seriesId, day),
    { ...origin(seriesId, day), summary: `Meeting ${seriesId}`, ...at(day, 11) },
    ...parts,
  );
}

/** `start` and `end` on a day of February 2027 at an hour of Berlin. */
export function at(day: number, hour: number): Item {
  const time = (clock: number): Item => ({
    dateTime: `2027-02-${two(day)}T${two(clock)}:00:00+01:00`,
    timeZone: 'Europe/Berlin',
  });
  return { start: time(hour), end: time(hour + 1) };
}

/** A cancelled entry with nothing but its id. */
export function tombstone(id: string): Item {
  return { kind: 'calendar#event', etag: '"gone"', id, status: 'cancelled' };
}

/** A cancelled occurrence of a series that lives, on a day of February 2027. */
export function cancelledOccurrence(seriesId: string, day: number): Item {
  return { ...tombstone(occurrenceId(seriesId, day)), ...origin(seriesId, day) };
}

/** Makes the event one that somebody else organizes. */
export function organizedBy(email: string): Item {
  return { organizer: { email } };
}

/** Reads an item; fails the test where nothing can be read. */
export function read(item: unknown, accessRole: AccessRole | null = 'owner'): ListedEvent {
  const event = readEvent(item, accessRole);
  if (event === undefined) throw new Error('the item cannot be read');
  return event;
}

/** Reads an item that is not cancelled. */
export function live(item: unknown, accessRole: AccessRole | null = 'owner'): LiveEvent {
  const event = read(item, accessRole);
  if (event.kind !== 'live') throw new Error('the item is cancelled');
  return event;
}

/** The rules for a calendar's events. */
export function rules(calendarId = ALICE, changes: Partial<PlanRules> = {}): PlanRules {
  return { calendarId, hashKey: 'hash-key', matchers: MATCHERS, fields: FIELDS, ...changes };
}

/** The terms of a ledger of a calendar. */
export function terms(calendarId = ALICE, changes: Partial<LedgerTerms> = {}): LedgerTerms {
  return {
    calendar: calendarKeyOf(calendarId),
    calendarId,
    now: NOW,
    sweepId: null,
    policy: { cancelGraceMs: 30_000, leaseMs: 120_000, fields: FIELDS },
    ...changes,
  };
}

/** A live binding of Alice's to a conference, with some fields changed. */
export function binding(eventId: string, conferenceId: string, changes: Partial<BindingRecord> = {}): BindingRecord {
  return { ...newBinding(ALICES, eventId, conferenceKeyOf(conferenceId), 'event'), ...changes };
}

/** A conference with some fields changed. */
export function conference(conferenceId: string, changes: Partial<ConferenceRecord> = {}): ConferenceRecord {
  return { ...newConference(conferenceId, 0), ...changes };
}

/** A conference that Alice's calendar leads with this many references of her own. */
export function led(conferenceId: string, count: number, changes: Partial<ConferenceRecord> = {}): ConferenceRecord {
  return conference(conferenceId, { leader: ALICES, liveCount: count, leadingCount: count, ...changes });
}

/** A ledger of Alice's that has read these records. */
export function ledgerOf(
  bindings: readonly BindingRecord[],
  conferences: readonly ConferenceRecord[],
  changes: Partial<LedgerTerms> = {},
): Ledger {
  return new Ledger(terms(ALICE, changes), { bindings, conferences, occurrences: occurrencesIn(bindings) });
}

/** The bindings under each series. */
export function occurrencesIn(bindings: readonly BindingRecord[]): Map<string, BindingRecord[]> {
  const occurrences = new Map<string, BindingRecord[]>();
  for (const one of bindings) {
    if (one.recurringEventId === null) continue;
    occurrences.set(one.recurringEventId, [...(occurrences.get(one.recurringEventId) ?? []), one]);
  }
  return occurrences;
}

function origin(seriesId: string, day: number): Item {
  return {
    recurringEventId: seriesId,
    originalStartTime: { dateTime: `2027-02-${two(day)}T10:00:00+01:00`, timeZone: 'Europe/Berlin' },
  };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
