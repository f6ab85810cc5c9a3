/** In which shape a request wants its events: whose zone their times are in, and how many attendees they show. */
import { isZone } from '../../import/zoned-time.ts';
import { EVENT_TIMES, timeIn } from '../series/event-time.ts';
import { invalid } from '../wire/api-error.ts';
import { isObject, type JsonObject, objectsAt } from '../wire/json.ts';
import { countParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';

/** See the head of this file. */
export interface Shape {
  /** IANA name; undefined leaves times with the offset of the calendar. */
  readonly timeZone: string | undefined;
  /** With more attendees than these, only the participant himself is shown. */
  readonly attendeesMax: number;
}

/**
 * Reads `timeZone` and `maxAttendees`.
 * @throws ApiError 400
 */
export function readShape(query: Query): Shape {
  const timeZone = textParameter(query, 'timeZone');
  if (timeZone !== undefined && !isZone(timeZone)) throw invalid('Invalid time zone.', 'timeZone');
  const all = Number.MAX_SAFE_INTEGER;
  return { timeZone, attendeesMax: countParameter(query, 'maxAttendees', all, all) };
}

/** The event in the wanted shape. */
export function shaped(body: JsonObject, { timeZone, attendeesMax }: Shape): JsonObject {
  const attendees = objectsAt(body, 'attendees');
  const isTooMany = attendees.length > attendeesMax;
  if (timeZone === undefined && !isTooMany) return body;
  return {
    ...body,
    ...(timeZone === undefined ? {} : timesIn(body, timeZone)),
    ...(isTooMany ? { attendees: attendees.filter(({ self }) => self === true), attendeesOmitted: true } : {}),
  };
}

function timesIn(body: JsonObject, zone: string): JsonObject {
  const times = EVENT_TIMES.flatMap((name) => {
    const time = body[name];
    return isObject(time) ? [[name, timeIn(time, zone)] as const] : [];
  });
  return Object.fromEntries(times);
}
