/** What an event becomes by a PATCH or a PUT, before anybody asks whether the writer may do that. */

import type { Calendar } from '../state/calendar.ts';
import { invalid } from '../wire/api-error.ts';
import { isObject, type JsonObject, mergePatch, objectAt, sameJson, without } from '../wire/json.ts';
import { normalise, normalTimes, writableOf } from './compose-event.ts';

/** What of a body counts only where the client says that it can handle it. */
export interface ContentChoice {
  /** `conferenceDataVersion` 1: the body's conference data counts. */
  readonly withConference: boolean;
  /** `supportsAttachments`: the body's attachments count. */
  readonly withAttachments: boolean;
}

/** A requested change. */
export interface ChangeRequest extends ContentChoice {
  readonly kind: 'patch' | 'update';
  readonly body: JsonObject;
}

/** Kept by a PUT whose body does not name them. */
const KEPT_BY_UPDATE = [
  'kind',
  'etag',
  'id',
  'htmlLink',
  'created',
  'updated',
  'creator',
  'organizer',
  'recurringEventId',
  'originalStartTime',
  'iCalUID',
  'eventType',
];

/**
 * The event after the change.
 * @throws ApiError 400 for a sequence or a type that may not be
 */
export function changeEvent(before: JsonObject, request: ChangeRequest, calendar: Calendar): JsonObject {
  const asked = writableOf(countedOf(request.body, request));
  const sequence = Number(before.sequence ?? 0);
  if (typeof asked.sequence === 'number' && asked.sequence < sequence) throw invalid('Invalid sequence value.');
  if (typeof asked.eventType === 'string' && asked.eventType !== (before.eventType ?? 'default')) {
    throw invalid('Event type cannot be changed.');
  }
  const changed = request.kind === 'patch' ? patched(before, asked) : updated(before, asked, request);
  const settled = settleConference(before, changed);
  const after = normalise(settled, calendar);
  // What was loaded from a recording may say the same in another form.
  const { start, end } = normalTimes(before, calendar);
  const moved = !sameJson(start, after.start) || !sameJson(end, after.end);
  return moved && asked.sequence === undefined
    ? { ...after, sequence: sequence + 1 }
    : { ...after, sequence: after.sequence ?? sequence };
}

/** The body without what the client does not say that it handles. */
export function countedOf(body: JsonObject, { withConference, withAttachments }: ContentChoice): JsonObject {
  const ignored = [...(withConference ? [] : ['conferenceData']), ...(withAttachments ? [] : ['attachments'])];
  return ignored.length === 0 ? body : without(body, ...ignored);
}

function patched(before: JsonObject, asked: JsonObject): JsonObject {
  const after = mergePatch(before, asked);
  // A timed event made all-day keeps no time, and the other way round.
  return { ...after, ...timeChange('start', before, asked), ...timeChange('end', before, asked) };
}

function timeChange(name: 'start' | 'end', before: JsonObject, asked: JsonObject): JsonObject {
  const time = objectAt(asked, name);
  if (time === undefined) return {};
  const merged = mergePatch(objectAt(before, name) ?? {}, time);
  if (typeof time.date === 'string') return { [name]: without(merged, 'dateTime', 'timeZone') };
  return { [name]: typeof time.dateTime === 'string' ? without(merged, 'date') : merged };
}

function updated(before: JsonObject, asked: JsonObject, content: ContentChoice): JsonObject {
  const kept = Object.fromEntries(
    KEPT_BY_UPDATE.flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]]])),
  );
  const { conferenceData, hangoutLink, attachments } = before;
  const conference = content.withConference ? {} : { conferenceData, hangoutLink };
  const attached = content.withAttachments ? {} : { attachments };
  const defaults = { status: 'confirmed', reminders: { useDefault: true }, sequence: before.sequence };
  const named = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null && value !== undefined));
  return { ...kept, ...defaults, ...conference, ...attached, ...named };
}

/** A link to Meet goes with its conference, and a create request that was seen before is no new request. */
function settleConference(before: JsonObject, after: JsonObject): JsonObject {
  const conference = objectAt(after, 'conferenceData');
  if (conference === undefined || Object.keys(conference).length === 0) {
    return without(after, 'conferenceData', 'hangoutLink');
  }
  const old = objectAt(before, 'conferenceData');
  const request = objectAt(conference, 'createRequest');
  const isOldRequest = request !== undefined && request.requestId === objectAt(old, 'createRequest')?.requestId;
  return isOldRequest && isObject(old) ? { ...after, conferenceData: old } : after;
}
