/** Puts a pending change into the words that the conference system is told. Pure: the event as it is now comes in. */
import type { ChangeBody, ConferenceChange, EventContent } from './change.ts';
import type { LiveEvent } from './event.ts';
import type { EventField } from './event-fields.ts';
import type { BindingRecord, Cancellation, ConferenceRecord, Pending } from './records.ts';

/** What a change of an event is made of. */
export interface ChangeParts {
  readonly conference: ConferenceRecord;
  readonly calendarId: string;
  readonly binding: BindingRecord;
  readonly pending: Pending;
  /** The event as it is now; not needed for a cancelled occurrence. */
  readonly event: LiveEvent | undefined;
  readonly fields: readonly EventField[];
}

/** The message for a pending change; undefined where it needs an event that is not at hand. */
export function composeChange({
  conference,
  calendarId,
  binding,
  pending,
  event,
  fields,
}: ChangeParts): ConferenceChange | undefined {
  const { conferenceId } = conference;
  const { revision, changed, restored, seenAt } = pending;
  const { eventId, originalStart, recurringEventId } = binding;
  const head = { conferenceId, revision, calendarId };
  const occurrence = { eventId, originalStart };
  const seriesId = recurringEventId ?? eventId;
  switch (pending.what) {
    case 'occurrence_cancelled':
      return sealed(conference, seenAt, {
        type: 'conference.occurrence_cancelled',
        data: { ...head, eventId: seriesId, occurrence },
      });
    case 'occurrence_updated': {
      if (event === undefined) return undefined;
      const { title, start, end } = event;
      const data = { ...head, eventId: seriesId, changed, occurrence: { ...occurrence, title, start, end } };
      return sealed(conference, seenAt, { type: 'conference.occurrence_updated', data });
    }
    case 'updated': {
      if (event === undefined) return undefined;
      const data = {
        ...head,
        eventId,
        changed,
        ...(restored && { restored }),
        event: contentOf(event, fields),
      } as const;
      return sealed(conference, seenAt, { type: 'conference.updated', data });
    }
  }
}

/** The message for a cancellation. */
export function composeCancellation(conference: ConferenceRecord, cancellation: Cancellation): ConferenceChange {
  const { conferenceId } = conference;
  const { revision, calendarId, eventId, reason, seenAt } = cancellation;
  return sealed(conference, seenAt, {
    type: 'conference.cancelled',
    data: { conferenceId, revision, calendarId, eventId, reason },
  });
}

function sealed(conference: ConferenceRecord, seenAt: number, body: ChangeBody): ConferenceChange {
  const id = `msg_${conference.key}_${body.data.revision}`;
  return { id, timestamp: new Date(seenAt).toISOString(), ...body };
}

function contentOf(event: LiveEvent, fields: readonly EventField[]): EventContent {
  const { title, description, location, start, end, recurrence, visibility, attendees } = event;
  const email = event.organizer?.email ?? null;
  return {
    title,
    description,
    location,
    start,
    end,
    recurrence,
    organizer: email === null ? null : { email },
    visibility,
    parameters: event.conference?.parameters ?? {},
    ...(fields.includes('attendees') && { attendees }),
  };
}
