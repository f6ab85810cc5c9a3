/** Arbitrary changes, as the service can make them. */
import fc from 'fast-check';
import type { CalendarNotice, ConferenceChange } from '../../../shared/domain/delivery/change.ts';
import { DISCONNECT_REASONS } from '../../../shared/domain/disconnect-reasons.ts';
import type { EventTime } from '../../../shared/domain/event/event.ts';
import { EVENT_FIELDS } from '../../../shared/domain/event/event-fields.ts';

const name = fc.string({ minLength: 1, maxLength: 20 });
const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }));
const time: fc.Arbitrary<EventTime> = fc.oneof(
  fc.record({ date: fc.constant('2027-01-20') }),
  fc.record({ dateTime: fc.constant('2027-01-20T09:00:00+01:00') }),
  fc.record({ dateTime: fc.constant('2027-01-20T09:00:00Z'), timeZone: fc.constant('Europe/Prague') }),
);
const maybeTime = fc.option(time);
const changed = fc.subarray([...EVENT_FIELDS]);
const head = { conferenceId: name, revision: fc.integer({ min: 1 }), calendarId: name, eventId: name };
const envelope = {
  id: fc.stringMatching(/^msg_[a-z2-7]{20}_[1-9]\d{0,5}$/),
  timestamp: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
};
const event = fc.record(
  {
    title: text,
    description: text,
    location: text,
    start: maybeTime,
    end: maybeTime,
    recurrence: fc.option(fc.array(fc.string())),
    organizer: fc.option(fc.record({ email: fc.emailAddress() })),
    visibility: fc.constantFrom('default', 'private'),
    parameters: fc.dictionary(name, fc.string()),
    attendees: fc.array(fc.record({ email: fc.emailAddress(), responseStatus: text })),
  },
  {
    requiredKeys: [
      'title',
      'description',
      'location',
      'start',
      'end',
      'recurrence',
      'organizer',
      'visibility',
      'parameters',
    ],
  },
);

/** One change of any of the four types. */
export const changes: fc.Arbitrary<ConferenceChange> = fc.oneof(
  fc.record({
    ...envelope,
    type: fc.constant('conference.updated' as const),
    data: fc.record(
      { ...head, changed, event, restored: fc.constant(true as const) },
      { requiredKeys: ['conferenceId', 'revision', 'calendarId', 'eventId', 'changed', 'event'] },
    ),
  }),
  fc.record({
    ...envelope,
    type: fc.constant('conference.cancelled' as const),
    data: fc.record({
      ...head,
      reason: fc.constantFrom('event_deleted', 'conference_removed', 'conference_replaced', 'series_ended'),
    }),
  }),
  fc.record({
    ...envelope,
    type: fc.constant('conference.occurrence_updated' as const),
    data: fc.record({
      ...head,
      changed,
      occurrence: fc.record({
        eventId: name,
        originalStart: maybeTime,
        title: text,
        start: maybeTime,
        end: maybeTime,
      }),
    }),
  }),
  fc.record({
    ...envelope,
    type: fc.constant('conference.occurrence_cancelled' as const),
    data: fc.record({ ...head, occurrence: fc.record({ eventId: name, originalStart: maybeTime }) }),
  }),
);

const noticeHead = { calendarId: name, subject: name, revision: fc.integer({ min: 1 }) };

/** One message about a calendar. */
export const notices: fc.Arbitrary<CalendarNotice> = fc.oneof(
  fc.record({ ...envelope, type: fc.constant('calendar.connected' as const), data: fc.record(noticeHead) }),
  fc.record({
    ...envelope,
    type: fc.constant('calendar.disconnected' as const),
    data: fc.record({ ...noticeHead, reason: fc.constantFrom(...DISCONNECT_REASONS) }),
  }),
);

/** One plain change. */
export const CANCELLED: ConferenceChange = {
  id: 'msg_abcdefghijklmnopqrst_42',
  timestamp: '2027-01-20T09:00:00.000Z',
  type: 'conference.cancelled',
  data: {
    conferenceId: 'c-123',
    revision: 42,
    calendarId: 'alice@example.com',
    eventId: 'abc',
    reason: 'event_deleted',
  },
};
