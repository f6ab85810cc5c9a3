/** What answers each method of `events`. */
import { accessTo, type Call, type Handler, ifMatch, openChannel, pathValue } from './call.ts';
import { checkSyncToken, listEvents } from './listing/list-events.ts';
import { listInstances } from './listing/list-instances.ts';
import { readListQuery } from './listing/list-query.ts';
import { readShape, shaped } from './listing/shape.ts';
import { findEvent } from './series/find-event.ts';
import { isBareTombstone } from './state/event-store.ts';
import { bareTombstone, seenAs } from './state/event-view.ts';
import { type CalendarAnswer, emptyAnswer, jsonAnswer } from './wire/answers.ts';
import { notFound } from './wire/api-error.ts';
import type { MethodId } from './wire/methods.ts';
import { choiceParameter, flagParameter, requiredParameter } from './wire/query-values.ts';
import { bodyOf, headerOf } from './wire/requests.ts';
import type { ChangeRequest, ContentChoice } from './writing/change-event.ts';
import { importEvent, insertEvent } from './writing/insert-event.ts';
import { moveEvent } from './writing/move-event.ts';
import { quickEvent } from './writing/quick-add.ts';
import { deleteEvent, writeEvent } from './writing/write-event.ts';

type EventMethod = Extract<MethodId, `events.${string}`>;

/** See the head of this file. */
export const EVENT_HANDLERS: Readonly<Record<EventMethod, Handler>> = {
  'events.list': (call) => jsonAnswer(listEvents(call.world, accessTo(call, 'freeBusyReader'), call.query)),
  'events.instances': (call) =>
    jsonAnswer(listInstances(call.world, accessTo(call, 'reader'), pathValue(call, 'eventId'), call.query)),
  'events.get': getEvent,
  'events.insert': (call) => answerInsert(call, insertEvent),
  'events.import': (call) => answerInsert(call, importEvent),
  'events.quickAdd': quickAdd,
  'events.patch': (call) => answerWrite(call, 'patch'),
  'events.update': (call) => answerWrite(call, 'update'),
  'events.delete': (call) => {
    checkSending(call);
    deleteEvent(call.world, accessTo(call, 'writer'), pathValue(call, 'eventId'), ifMatch(call));
    return emptyAnswer(204);
  },
  'events.move': (call) => {
    checkSending(call);
    const to = accessTo(call, 'writer', requiredParameter(call.query, 'destination'));
    return jsonAnswer(moveEvent(call.world, accessTo(call, 'writer'), to, pathValue(call, 'eventId'), ifMatch(call)));
  },
  'events.watch': (call) => {
    const asked = accessTo(call, 'reader');
    const { syncToken } = readListQuery(call.query);
    if (syncToken !== undefined) checkSyncToken(call.world, asked, syncToken);
    const path = `calendars/${encodeURIComponent(pathValue(call, 'calendarId'))}/events`;
    return openChannel(call, asked.calendar, asked.user, path);
  },
};

function getEvent(call: Call): CalendarAnswer {
  const { calendar, role, user } = accessTo(call, 'reader');
  const shape = readShape(call.query);
  const found = findEvent(calendar, pathValue(call, 'eventId'));
  if (found === undefined) throw notFound();
  const known = headerOf(call.request, 'if-none-match');
  // A loaded event may have no etag at all.
  if (known !== undefined && known === found.body.etag) return emptyAnswer(304);
  const isBare = found.kind === 'stored' && !found.stored.verbatim && isBareTombstone(found.stored);
  return jsonAnswer(isBare ? bareTombstone(found.body) : shaped(seenAs(found.body, role, user), shape));
}

function answerInsert(call: Call, insert: typeof insertEvent): CalendarAnswer {
  checkSending(call);
  const access = accessTo(call, 'writer');
  const shape = readShape(call.query);
  return jsonAnswer(shaped(insert(call.world, access, bodyOf(call.request), contentOf(call)), shape));
}

function answerWrite(call: Call, kind: 'patch' | 'update'): CalendarAnswer {
  checkSending(call);
  const access = accessTo(call, 'writer');
  const shape = readShape(call.query);
  const change: ChangeRequest = { kind, body: bodyOf(call.request), ...contentOf(call) };
  return jsonAnswer(shaped(writeEvent(call.world, access, pathValue(call, 'eventId'), change, ifMatch(call)), shape));
}

function quickAdd(call: Call): CalendarAnswer {
  checkSending(call);
  const { world } = call;
  const access = accessTo(call, 'writer');
  const body = quickEvent(access.calendar, requiredParameter(call.query, 'text'), world.now());
  return jsonAnswer(insertEvent(world, access, body, { withConference: false, withAttachments: false }));
}

/** What of the body counts at all. */
function contentOf({ query }: Call): ContentChoice {
  choiceParameter(query, 'eventLabelVersion', ['0', '1']);
  return {
    withConference: choiceParameter(query, 'conferenceDataVersion', ['0', '1']) === '1',
    withAttachments: flagParameter(query, 'supportsAttachments') ?? false,
  };
}

/** Nobody is sent a mail here, but what is asked for is checked. */
function checkSending({ query }: Call): void {
  choiceParameter(query, 'sendUpdates', ['all', 'externalOnly', 'none']);
  flagParameter(query, 'sendNotifications');
}
