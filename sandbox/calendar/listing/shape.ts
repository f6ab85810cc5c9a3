/** In which shape a request wants its events: whose zone their times are in, and how many attendees they show. */
import { isZone } from '../../import/zoned-time.ts';
import { momentOf, writeMoment } from '../series/event-time.ts';
import { invalid } from '../wire/api-error.ts';
import { isObject, type JsonObject, objectsAt, textAt } from '../wire/json.ts';
import { countParameter, textParameter } from '../wire/query-values.ts';
import type { Query } from '../wire/requests.ts';

/** See the head of this file. */
export interface Shape {
  /** IANA name; undefined leaves times in the zones in which they were written. */
  readonly timeZone: string | undefined;
  /** With more attendees than these, only the participant himself is shown. */
  readonly attendeesMax: number;
}

const TIMES = ['start', 'end', 'originalStartTime'];

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
  const times = TIMES.flatMap((name) => {
    const time = body[name];
    const moment = momentOf(time, zone);
    if (!isObject(time) || moment === undefined || moment.allDay) return [];
    return [[name, { ...time, ...writeMoment({ ...moment, zone }, textAt(time, 'timeZone')) }] as const];
  });
  return Object.fromEntries(times);
}
