import { describe, expect, test } from '@jest/globals';
import { composeCancellation, composeChange } from '../../../shared/domain/delivery/compose-change.ts';
import type { EventField } from '../../../shared/domain/event/event-fields.ts';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import type { Pending } from '../../../shared/domain/state/records.ts';
import {
  ALICE,
  ALICES,
  binding,
  exception,
  FIELDS,
  led,
  live,
  meeting,
  NOW,
  occurrenceId,
  ours,
  series,
} from '../build.ts';

const CONFERENCE = led('c', 1, { revision: 9 });
const ID = `msg_${conferenceKeyOf('c')}_7`;

function pending(what: Pending['what'], changed: readonly EventField[] = [], restored = false): Pending {
  return { revision: 7, what, changed, hashes: {}, restored, seenAt: NOW };
}

describe('an update', () => {
  const event = live(
    meeting('m', ours('c'), {
      description: 'Bring tea',
      location: 'Room 1',
      attendees: [{ email: 'bob@example.com', responseStatus: 'accepted' }],
    }),
  );
  const parts = { conference: CONFERENCE, calendarId: ALICE, binding: binding('m', 'c'), event, fields: FIELDS };

  test('says everything about the event, and which fields changed', () => {
    expect(composeChange({ ...parts, pending: pending('updated', ['title', 'start']) })).toEqual({
      id: ID,
      timestamp: '2027-01-20T09:00:00.000Z',
      type: 'conference.updated',
      data: {
        conferenceId: 'c',
        revision: 7,
        calendarId: ALICE,
        eventId: 'm',
        changed: ['title', 'start'],
        event: {
          title: 'Meeting m',
          description: 'Bring tea',
          location: 'Room 1',
          start: { dateTime: '2027-02-01T10:00:00+01:00', timeZone: 'Europe/Berlin' },
          end: { dateTime: '2027-02-01T11:00:00+01:00', timeZone: 'Europe/Berlin' },
          recurrence: null,
          organizer: { email: ALICE },
          visibility: 'default',
          parameters: {},
        },
      },
    });
  });

  test('says that it is restored only when it is', () => {
    const restored = composeChange({ ...parts, pending: pending('updated', [], true) });
    expect(restored?.data).toHaveProperty('restored', true);
    expect(composeChange({ ...parts, pending: pending('updated') })?.data).not.toHaveProperty('restored');
  });

  test('names guests only where they were asked for', () => {
    const change = composeChange({ ...parts, fields: [...FIELDS, 'attendees'], pending: pending('updated') });
    expect(change).toMatchObject({
      data: { event: { attendees: [{ email: 'bob@example.com', responseStatus: 'accepted' }] } },
    });
  });

  test('tells of no field but those that are followed', () => {
    const change = composeChange({ ...parts, fields: ['title', 'attendees'], pending: pending('updated') });
    if (change?.type !== 'conference.updated') throw new Error('no update');
    expect(Object.keys(change.data.event).sort()).toEqual(['attendees', 'parameters', 'title']);
    const none = composeChange({ ...parts, fields: [], pending: pending('updated') });
    expect(none?.data).toMatchObject({ event: { parameters: {} } });
    expect(JSON.stringify(none)).not.toContain('Meeting');
  });

  test("carries the rule of a series, and the add-on's parameters", () => {
    const conferenceData = { conferenceId: 'c', parameters: { addOnParameters: { parameters: { room: '7' } } } };
    const change = composeChange({
      ...parts,
      event: live(series('m', { conferenceData })),
      pending: pending('updated'),
    });
    expect(change).toMatchObject({ data: { event: { recurrence: ['RRULE:FREQ=DAILY'], parameters: { room: '7' } } } });
  });

  test('of an event of which Google says next to nothing is still one', () => {
    const change = composeChange({ ...parts, event: live({ id: 'm' }), pending: pending('updated') });
    expect(change).toMatchObject({
      data: { event: { title: null, start: null, organizer: null, visibility: 'default' } },
    });
  });

  test('cannot be said without its event', () => {
    expect(composeChange({ ...parts, event: undefined, pending: pending('updated') })).toBeUndefined();
  });
});

describe('a change of an occurrence', () => {
  const event = live(exception('s', 3, ours('c')));
  const originalStart = event.occurrence?.originalStart ?? null;
  const parts = {
    conference: CONFERENCE,
    calendarId: ALICE,
    binding: binding(event.id, 'c', { kind: 'occurrence', recurringEventId: 's', originalStart }),
    fields: FIELDS,
  };

  test('names the series, and the occurrence by its own id and original start', () => {
    expect(composeChange({ ...parts, event, pending: pending('occurrence_updated', ['start', 'end']) })).toEqual({
      id: ID,
      timestamp: '2027-01-20T09:00:00.000Z',
      type: 'conference.occurrence_updated',
      data: {
        conferenceId: 'c',
        revision: 7,
        calendarId: ALICE,
        eventId: 's',
        changed: ['start', 'end'],
        occurrence: {
          eventId: occurrenceId('s', 3),
          originalStart: { dateTime: '2027-02-03T10:00:00+01:00', timeZone: 'Europe/Berlin' },
          title: 'Meeting s',
          start: { dateTime: '2027-02-03T11:00:00+01:00', timeZone: 'Europe/Berlin' },
          end: { dateTime: '2027-02-03T12:00:00+01:00', timeZone: 'Europe/Berlin' },
        },
      },
    });
    expect(composeChange({ ...parts, event: undefined, pending: pending('occurrence_updated') })).toBeUndefined();
  });

  test('tells of no field but those that are followed', () => {
    const change = composeChange({ ...parts, fields: ['start'], event, pending: pending('occurrence_updated') });
    if (change?.type !== 'conference.occurrence_updated') throw new Error('no change of an occurrence');
    expect(Object.keys(change.data.occurrence)).toEqual(['eventId', 'originalStart', 'start']);
  });

  test('that is cancelled needs no event', () => {
    expect(composeChange({ ...parts, event: undefined, pending: pending('occurrence_cancelled') })).toEqual({
      id: ID,
      timestamp: '2027-01-20T09:00:00.000Z',
      type: 'conference.occurrence_cancelled',
      data: {
        conferenceId: 'c',
        revision: 7,
        calendarId: ALICE,
        eventId: 's',
        occurrence: { eventId: occurrenceId('s', 3), originalStart },
      },
    });
  });
});

test('a cancellation says which event was the last, and why it ended', () => {
  const last = {
    calendar: ALICES,
    calendarId: ALICE,
    eventId: 'm',
    reason: 'series_ended',
    revision: 7,
    seenAt: NOW,
  } as const;
  expect(composeCancellation(CONFERENCE, last)).toEqual({
    id: ID,
    timestamp: '2027-01-20T09:00:00.000Z',
    type: 'conference.cancelled',
    data: { conferenceId: 'c', revision: 7, calendarId: ALICE, eventId: 'm', reason: 'series_ended' },
  });
});
