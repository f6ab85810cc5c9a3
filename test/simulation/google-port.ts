/** Google Calendar as one worker sees it: requests to the simulated one, whose errors are read as the real adapter reads them. */

import type { FaultError } from '../../sandbox/calendar/faults/fault-rules.ts';
import { seenAs } from '../../sandbox/calendar/state/event-view.ts';
import { isObject, type JsonObject, objectsAt } from '../../sandbox/calendar/wire/json.ts';
import type { CalendarRequest } from '../../sandbox/calendar/wire/requests.ts';
import { classifyError, type Operation } from '../../shared/adapters/google-calendar/classify-error.ts';
import { readChannel, readInstances, readPage } from '../../shared/adapters/google-calendar/read-answer.ts';
import { readEvent } from '../../shared/adapters/google-calendar/read-event.ts';
import { EventGone, GoogleUnavailable } from '../../shared/domain/errors.ts';
import type { AccessRole, ListedEvent } from '../../shared/domain/event/event.ts';
import type { GoogleCalendar } from '../../shared/domain/ports.ts';
import { WISHES } from './conference-port.ts';
import type { Random } from './random.ts';
import { patch as editEvent } from './requests.ts';
import type { Worker } from './scheduler.ts';
import type { World } from './world.ts';

interface Asked extends CalendarRequest {
  readonly operation: Operation;
  readonly hasSyncToken?: boolean;
}

/** See the file's head. */
export function googlePort(world: World, worker: Worker): GoogleCalendar {
  const { scheduler } = world;
  const ask = (asked: Asked): JsonObject => answerOf(world, asked);
  return {
    list: (access, query) =>
      scheduler.call(
        worker,
        'google.list',
        () => {
          world.consents.require(access.subject);
          const page = ask({
            operation: 'list',
            method: 'GET',
            path: `/calendar/v3/calendars/${encodeURIComponent(access.calendarId)}/events`,
            hasSyncToken: query.syncToken !== null,
            query: {
              showDeleted: 'true',
              maxResults: String(world.pageSize),
              ...(query.syncToken !== null && { syncToken: query.syncToken }),
              ...(query.pageToken !== null && { pageToken: query.pageToken }),
              ...(query.syncToken === null &&
                query.timeMin !== null && { timeMin: new Date(query.timeMin).toISOString() }),
            },
          });
          const read = readPage(world.hidden.has(access.calendarId) ? asReader(page) : page);
          const events = world.fates.strikes('pageOrder') ? shuffled(world.random, read.events) : read.events;
          world.witness.listed(worker, access.calendarId, events);
          return { ...read, events };
        },
        ({ events, next }) =>
          `${access.calendarId}: ${events.map(({ id, kind }) => `${kind === 'live' ? '+' : '-'}${id.slice(0, 8)}`).join(' ')} (${next.kind})`,
      ),
    get: (access, eventId, accessRole) =>
      scheduler.call(
        worker,
        'google.get',
        () => {
          world.consents.require(access.subject);
          const event = getEvent(world, access.calendarId, eventId, accessRole);
          world.witness.read(worker, access.calendarId, eventId, event);
          return event;
        },
        (event) => `${eventId.slice(0, 8)} ${event?.kind ?? 'unknown'}`,
      ),
    hasInstances: (access, eventId) =>
      scheduler.call(
        worker,
        'google.instances',
        () => {
          world.consents.require(access.subject);
          const path = `${eventPath(access.calendarId, eventId)}/instances`;
          try {
            const query = { maxResults: '1', showDeleted: 'false' };
            return readInstances(ask({ operation: 'instances', method: 'GET', path, query })).hasOne;
          } catch (error) {
            if (error instanceof EventGone) return true;
            throw error;
          }
        },
        (isOne) => `${eventId.slice(0, 8)} ${isOne ? 'takes place' : 'is empty'}`,
      ),
    patch: (access, eventId, etag, patch) =>
      scheduler.call(worker, 'google.patch', () => {
        world.consents.require(access.subject);
        if (world.fates.strikes('editMeanwhile')) editMeanwhile(world, access.calendarId, eventId);
        const isBlind = world.witness.isOutdated(worker, access.calendarId, eventId);
        const undone = world.witness.undoneBy(worker, access.calendarId, eventId, patch);
        const answer = ask({
          operation: 'patch',
          method: 'PATCH',
          path: eventPath(access.calendarId, eventId),
          headers: { 'If-Match': etag },
          body: patch,
        });
        if (isBlind) world.judges.violate(`${eventId} was written over a version that ${worker.name} has not seen`);
        if (undone !== undefined) world.judges.violate(`a person's ${undone} of ${eventId} is undone by a write`);
        world.truth.refresh();
        const event = readEvent(answer, null);
        if (event?.kind !== 'live') throw new EventGone('events.patch: the event is cancelled');
        return event;
      }),
    watch: (access, { id, token, address, ttlMs }) =>
      scheduler.call(worker, 'google.watch', () => {
        world.wakes++;
        world.judges.channels.opening(id, access.subject);
        world.consents.require(access.subject);
        const answer = ask({
          operation: 'watch',
          method: 'POST',
          path: `/calendar/v3/calendars/${encodeURIComponent(access.calendarId)}/events/watch`,
          body: { id, token, type: 'web_hook', address, params: { ttl: String(Math.floor(ttlMs / 1_000)) } },
        });
        return readChannel(answer, scheduler.now + ttlMs);
      }),
    stop: (access, { id, resourceId }) =>
      scheduler.call(worker, 'google.stop', () => {
        world.judges.channels.stopping(id);
        world.consents.require(access.subject);
        try {
          ask({ operation: 'stop', method: 'POST', path: '/calendar/v3/channels/stop', body: { id, resourceId } });
        } catch (error) {
          if (!(error instanceof EventGone)) throw error;
        }
      }),
  };
}

/** A person is faster than a write of ours, be it in a part that we want to write or in another. */
function editMeanwhile(world: World, calendarId: string, eventId: string): void {
  const part = world.random.pick(WISHES) ?? 'location';
  editEvent(world, calendarId, eventId, { [part]: `meanwhile ${world.random.between(1, 1_000)}` });
}

function getEvent(
  world: World,
  calendarId: string,
  eventId: string,
  accessRole: AccessRole | null,
): ListedEvent | null {
  try {
    const item = answerOf(world, { operation: 'get', method: 'GET', path: eventPath(calendarId, eventId) });
    if (!world.hidden.has(calendarId)) return readEvent(item, accessRole ?? 'owner') ?? null;
    const event = readEvent(seenAs(item, 'reader', ''), accessRole ?? 'reader');
    // The role that was told last may be out of date: the adapter asks again where no conference is shown.
    const isAmbiguous = event?.kind === 'live' && event.conference === null && !event.hidden;
    return (isAmbiguous ? readEvent(seenAs(item, 'reader', ''), 'reader') : event) ?? null;
  } catch (error) {
    if (error instanceof EventGone) return null;
    throw error;
  }
}

/** Google promises no order of what a page has. */
function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** The page as it is shown to those who may not see what is private. */
function asReader(page: JsonObject): JsonObject {
  return { ...page, accessRole: 'reader', items: objectsAt(page, 'items').map((item) => seenAs(item, 'reader', '')) };
}

/** @throws what the answer means */
function answerOf(world: World, asked: Asked): JsonObject {
  const { operation, hasSyncToken = false, ...request } = asked;
  const fault = faultFor(world, operation, hasSyncToken);
  if (fault !== undefined) {
    world.calendar.faults.add({ kind: 'error', error: fault, next: 1, afterEffect: world.random.happens(0.5) });
  }
  const { status, headers, body } = world.calendar.handle(request);
  if (status < 300) return isObject(body) ? body : {};
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  throw classifyError(
    { operation, status, body: text, retryAfter: headers['retry-after'], hasSyncToken },
    world.scheduler.now,
  );
}

const OUTAGES: readonly FaultError[] = ['backendError', 'serviceUnavailable', 'htmlPage'];
const LIMITS: readonly FaultError[] = [
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'tooManyRequests',
];

/** What a person has to mend, or time. */
const PARKED: readonly FaultError[] = ['authError', 'notFound', 'insufficientPermissions'];

function faultFor({ fates, random }: World, operation: Operation, hasSyncToken: boolean): FaultError | undefined {
  if (fates.strikes('googleUnavailable')) return random.pick(OUTAGES);
  if (fates.strikes('googleLimits')) return random.pick(LIMITS);
  if (hasSyncToken && fates.strikes('tokenLost')) return random.happens(0.7) ? 'fullSyncRequired' : 'bareGone';
  if (operation === 'patch' && fates.strikes('conditionNotMet')) return 'conditionNotMet';
  if (operation === 'watch' && fates.strikes('googleParks')) return random.pick(PARKED);
  if (operation === 'list' && fates.strikes('googleParks')) return random.pick(PARKED);
  return undefined;
}

function eventPath(calendarId: string, eventId: string): string {
  if (eventId === '') throw new GoogleUnavailable('no event id');
  return `/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events/${encodeURIComponent(eventId)}`;
}
