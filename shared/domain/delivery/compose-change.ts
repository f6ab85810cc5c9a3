/** Puts a pending change into the words that the conference system is told. Pure: the event as it is now comes in. */

import type { LiveEvent } from '../event/event.ts';
import { type EventField, occurrenceFields, showFields } from '../event/event-fields.ts';
import type { BindingRecord, Cancellation, ConferenceRecord, Pending } from '../state/records.ts';
import type { ChangeBody, ConferenceChange, EventContent } from './change.ts';

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
      const seen = { ...occurrence, ...showFields(event, occurrenceFields(fields)) };
      const data = { ...head, eventId: seriesId, changed, occurrence: seen };
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

/** What CONFERENCE_FIELDS does not name stays in the calendar. */
function contentOf(event: LiveEvent, fields: readonly EventField[]): EventContent {
  const { parameters = {}, ...content } = showFields(event, [...fields, 'parameters']);
  return { ...content, parameters };
}
