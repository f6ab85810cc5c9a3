/** `freebusy.query`: when people are busy, and nothing else about it (https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query). */
import { isZone } from '../../import/zoned-time.ts';
import { isoOf, momentOf, writeMoment } from '../series/event-time.ts';
import { plainOccurrences, type Window } from '../series/find-event.ts';
import { grants } from '../state/access-role.ts';
import type { Calendar } from '../state/calendar.ts';
import { badRequest, invalid, requiredAt, timeRangeEmpty } from '../wire/api-error.ts';
import { type JsonObject, objectsAt, textAt } from '../wire/json.ts';
import type { World } from '../world.ts';

/** More calendars than these are answered with an error each. */
const CALENDARS_MAX = 50;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Answers a query of the user's. A calendar that he cannot see is not found, and no group is known.
 * @throws ApiError 400
 */
export function queryFreeBusy(world: World, user: string, body: JsonObject): JsonObject {
  const window = { fromMs: momentAt(body, 'timeMin'), toMs: momentAt(body, 'timeMax') };
  if (window.fromMs >= window.toMs) throw timeRangeEmpty();
  const zone = textAt(body, 'timeZone') ?? 'UTC';
  if (!isZone(zone)) throw invalid('Invalid time zone.');
  const most = Math.min(Number(body.calendarExpansionMax ?? CALENDARS_MAX), CALENDARS_MAX);
  const answers = objectsAt(body, 'items').map(({ id }, at): [string, JsonObject] => {
    const key = String(id);
    if (at >= most) return [key, failure('tooManyCalendarsRequested')];
    const calendar = world.directory.find(key === 'primary' ? user : key);
    const role = calendar?.roleOf(user) ?? 'none';
    if (calendar === undefined || !grants(role, 'freeBusyReader')) return [key, failure('notFound')];
    return [key, { busy: busySpans(world, calendar, window).map((span) => written(span, zone)) }];
  });
  return {
    kind: 'calendar#freeBusy',
    timeMin: isoOf(window.fromMs),
    timeMax: isoOf(window.toMs),
    calendars: Object.fromEntries(answers),
  };
}

/** The spans in which the calendar is busy, in order, joined where they touch, cut to the window. */
function busySpans(world: World, calendar: Calendar, window: Window): readonly Span[] {
  const spans: Span[] = [];
  for (const { body, isMaster } of calendar.events.all()) {
    const bodies =
      isMaster && body.status !== 'cancelled' ? plainOccurrences(calendar, body, window, world.now()) : [body];
    for (const one of bodies) if (isBusy(one, calendar)) spans.push(...spanOf(one, calendar, window));
  }
  const joined: Span[] = [];
  for (const span of spans.sort((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || span.fromMs > last.toMs) joined.push(span);
    else joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
  }
  return joined;
}

function isBusy(body: JsonObject, calendar: Calendar): boolean {
  if (body.status === 'cancelled' || body.transparency === 'transparent') return false;
  return !objectsAt(body, 'attendees').some(
    ({ email, responseStatus }) =>
      responseStatus === 'declined' && String(email).toLowerCase() === calendar.id.toLowerCase(),
  );
}

function spanOf(body: JsonObject, calendar: Calendar, window: Window): readonly Span[] {
  const start = momentOf(body.start, calendar.timeZone);
  const end = momentOf(body.end, calendar.timeZone);
  if (start === undefined || end === undefined) return [];
  const span = { fromMs: Math.max(start.instantMs, window.fromMs), toMs: Math.min(end.instantMs, window.toMs) };
  return span.fromMs < span.toMs ? [span] : [];
}

function written({ fromMs, toMs }: Span, zone: string): JsonObject {
  const text = (instantMs: number) => writeMoment({ instantMs, wallMs: instantMs, allDay: false, zone }).dateTime;
  return { start: text(fromMs), end: text(toMs) };
}

function failure(reason: 'notFound' | 'tooManyCalendarsRequested'): JsonObject {
  return { errors: [{ domain: 'global', reason }], busy: [] };
}

function momentAt(body: JsonObject, name: 'timeMin' | 'timeMax'): number {
  const text = textAt(body, name);
  if (text === undefined) throw requiredAt(`Missing ${name} parameter.`, name);
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest();
  return ms;
}
