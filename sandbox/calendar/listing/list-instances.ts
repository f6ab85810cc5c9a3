/** `events.instances`: the occurrences of one series, changed ones in their place. */

import { isoOf, momentOf } from '../series/event-time.ts';
import { plainOccurrences, type Window } from '../series/find-event.ts';
import type { Calendar } from '../state/calendar.ts';
import type { Access } from '../state/directory.ts';
import type { StoredEvent } from '../state/event-store.ts';
import { seenAs } from '../state/event-view.ts';
import { fingerprint } from '../state/identifiers.ts';
import { invalid, notFound } from '../wire/api-error.ts';
import { type JsonObject, textAt } from '../wire/json.ts';
import { countParameter, flagParameter, instantParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';
import type { World } from '../world.ts';
import { envelope } from './list-events.ts';
import { readShape, shaped } from './shape.ts';
import { readPageToken, writePageToken } from './tokens.ts';

const RESULTS_DEFAULT = 250;
const RESULTS_MAX = 2500;

/**
 * Answers an instances request. Where it sets no end, rules without one are shown for about two years from now.
 * @throws ApiError 400, 404
 */
export function listInstances(world: World, access: Access, masterId: string, query: Query): JsonObject {
  const { calendar, user, role } = access;
  const master = calendar.events.get(masterId);
  if (master === undefined || master.cancelled) throw notFound();
  const shape = readShape(query);
  const showDeleted = flagParameter(query, 'showDeleted') ?? false;
  const window: Window = {
    fromMs: instantParameter(query, 'timeMin') ?? Number.NEGATIVE_INFINITY,
    toMs: instantParameter(query, 'timeMax') ?? Number.POSITIVE_INFINITY,
  };
  const maxResults = countParameter(query, 'maxResults', RESULTS_DEFAULT, RESULTS_MAX);
  const position = positionFrom(textParameter(query, 'pageToken'), access, masterId);
  const original = textParameter(query, 'originalStart');
  const exceptions = calendar.events
    .exceptionsOf(masterId)
    .filter((event) => isShown(event, access, window, showDeleted))
    .map(({ body }) => instanceOf(body, calendar.timeZone))
    .toSorted((left, right) => (left.position < right.position ? -1 : 1));
  const page: Instance[] = [];
  let hasMore = false;
  const plain = plainOccurrences(calendar, master.body, window, world.now());
  for (const instance of inOrder(plain, exceptions, calendar.timeZone)) {
    if (instance.position <= position) continue;
    if (original !== undefined && !startsOriginallyAt(instance.body, original, calendar.timeZone)) continue;
    hasMore = page.length === maxResults;
    if (hasMore) break;
    page.push(instance);
  }
  const last = page.at(-1);
  const more =
    hasMore && last !== undefined
      ? {
          nextPageToken: writePageToken(calendar, user, {
            query: fingerprint(masterId),
            snapshot: calendar.events.seq,
            position: last.position,
            issuedAtMs: world.now(),
          }),
        }
      : {};
  return {
    ...envelope(world, access, shape),
    ...more,
    items: page.map(({ body }) => shaped(seenAs(body, role, user), shape)),
  };
}

/** Whether anything of a series takes place: of what else is one event, that it is there. */
export function takesPlace(calendar: Calendar, id: string, nowMs: number): boolean {
  const event = calendar.events.get(id);
  if (event === undefined || event.cancelled) return false;
  if (!event.isMaster || calendar.events.exceptionsOf(id).some(({ cancelled }) => !cancelled)) return true;
  const always: Window = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  for (const _ of plainOccurrences(calendar, event.body, always, nowMs)) return true;
  return false;
}

interface Instance {
  readonly body: JsonObject;
  /** By which instances sort. */
  readonly position: string;
}

function instanceOf(body: JsonObject, zone: string): Instance {
  return { body, position: `${startText(body, zone)}|${textAt(body, 'id') ?? ''}` };
}

/** Two rows in one order, no further than it is read. */
function* inOrder(plain: Iterable<JsonObject>, exceptions: readonly Instance[], zone: string): Generator<Instance> {
  let next = 0;
  for (const body of plain) {
    const instance = instanceOf(body, zone);
    for (
      let head = exceptions[next];
      head !== undefined && head.position < instance.position;
      head = exceptions[next]
    ) {
      yield head;
      next++;
    }
    yield instance;
  }
  yield* exceptions.slice(next);
}

function positionFrom(pageToken: string | undefined, access: Access, masterId: string): string {
  if (pageToken === undefined) return '';
  const page = readPageToken(pageToken, access.calendar, access.user, fingerprint(masterId));
  if (page === undefined) throw invalid('Invalid page token value.', 'pageToken');
  return page.position;
}

function isShown(event: StoredEvent, { calendar }: Access, window: Window, showDeleted: boolean): boolean {
  if (event.cancelled && !showDeleted) return false;
  const start =
    momentOf(event.body.start, calendar.timeZone) ?? momentOf(event.body.originalStartTime, calendar.timeZone);
  const end = momentOf(event.body.end, calendar.timeZone) ?? start;
  return start !== undefined && end !== undefined && start.instantMs < window.toMs && end.instantMs > window.fromMs;
}

function startText(body: JsonObject, zone: string): string {
  const start = momentOf(body.start, zone) ?? momentOf(body.originalStartTime, zone);
  return start === undefined ? '0' : isoOf(start.instantMs);
}

function startsOriginallyAt(body: JsonObject, text: string, zone: string): boolean {
  const wanted = momentOf(text.includes('T') ? { dateTime: text } : { date: text }, zone);
  return wanted !== undefined && momentOf(body.originalStartTime, zone)?.instantMs === wanted.instantMs;
}
