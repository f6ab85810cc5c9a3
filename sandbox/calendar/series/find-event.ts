/**
 * Finds an event by its id: one that is stored, or an occurrence of a series that is stored nowhere until somebody
 * changes it.
 */
import type { Calendar } from '../state/calendar.ts';
import { baseOf, isBareTombstone, type StoredEvent } from '../state/event-store.ts';
import { type JsonObject, objectAt, textAt, textsAt, without } from '../wire/json.ts';
import { DAY_MS, instanceStamp, isoOf, type Moment, momentOf, writeMoment } from './event-time.ts';
import { isEndless, occurrences, occursAt, parseRecurrence, type Recurrence } from './recurrence.ts';

/** What an id stands for. */
export type FoundEvent =
  | { readonly kind: 'stored'; readonly id: string; readonly body: JsonObject; readonly stored: StoredEvent }
  | { readonly kind: 'occurrence'; readonly id: string; readonly body: JsonObject; readonly master: StoredEvent };

/** The event or occurrence of this id; undefined where there is none. Deleted events are found. */
export function findEvent(calendar: Calendar, id: string): FoundEvent | undefined {
  const stored = calendar.events.get(id);
  // After a split, the same id names a lost occurrence of the old half and one of the new half.
  if (stored !== undefined && !isBareTombstone(stored)) return { kind: 'stored', id, body: stored.body, stored };
  const occurrence = findOccurrence(calendar, id);
  if (occurrence !== undefined) return occurrence;
  return stored === undefined ? undefined : { kind: 'stored', id, body: stored.body, stored };
}

function findOccurrence(calendar: Calendar, id: string): FoundEvent | undefined {
  const [, base, date, time] = /^(.+)_(\d{8})(?:T(\d{6})Z)?$/.exec(id) ?? [];
  if (base === undefined || date === undefined) return undefined;
  for (const master of calendar.events.mastersOf(base)) {
    const series = seriesOf(master.body, calendar.timeZone);
    if (series === undefined || series.start.allDay !== (time === undefined)) continue;
    const original = originalFromStamp(date, time, series.start);
    if (original === undefined || !occursAt(series.recurrence, original.instantMs)) continue;
    return { kind: 'occurrence', id, body: occurrenceBody(master.body, original, series), master };
  }
  return undefined;
}

function originalFromStamp(date: string, time: string | undefined, start: Moment): Moment | undefined {
  const day = date.replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
  const clock = (time ?? '').replace(/(\d\d)(\d\d)(\d\d)/, '$1:$2:$3');
  const value = time === undefined ? { date: day } : { dateTime: `${day}T${clock}Z`, timeZone: start.zone };
  return momentOf(value, start.zone);
}

/** A series, ready to be evaluated. */
export interface Series {
  readonly start: Moment;
  readonly recurrence: Recurrence;
  readonly durationMs: number;
  /** In which the times of its occurrences are shown. */
  readonly calendarZone: string;
}

const parsed = new WeakMap<JsonObject, { readonly zone: string; readonly series: Series | undefined }>();

/** The series of a master; undefined for an event that is none, or whose times or rules cannot be read. */
export function seriesOf(body: JsonObject, calendarZone: string): Series | undefined {
  const known = parsed.get(body);
  if (known?.zone === calendarZone) return known.series;
  const series = parseSeries(body, calendarZone);
  // Only frozen bodies are stored ones, which never change.
  if (Object.isFrozen(body)) parsed.set(body, { zone: calendarZone, series });
  return series;
}

function parseSeries(body: JsonObject, calendarZone: string): Series | undefined {
  const lines = textsAt(body, 'recurrence');
  const start = momentOf(body.start, calendarZone);
  const end = momentOf(body.end, calendarZone) ?? start;
  if (lines.length === 0 || start === undefined || end === undefined) return undefined;
  try {
    const durationMs = start.allDay ? end.wallMs - start.wallMs : end.instantMs - start.instantMs;
    return { start, recurrence: parseRecurrence(lines, start), durationMs, calendarZone };
  } catch {
    // Recorded series can hold rules that nobody can read; such a one has no occurrences.
    return undefined;
  }
}

/** The occurrence of a series that starts originally at this moment. */
export function occurrenceBody(master: JsonObject, original: Moment, series: Series): JsonObject {
  const masterId = textAt(master, 'id') ?? '';
  const startZone = textAt(objectAt(master, 'start'), 'timeZone');
  const endZone = textAt(objectAt(master, 'end'), 'timeZone');
  const shown = { ...original, zone: series.calendarZone };
  const end = original.allDay
    ? { date: isoOf(original.wallMs + series.durationMs).slice(0, 10) }
    : writeMoment({ ...shown, instantMs: original.instantMs + series.durationMs }, endZone);
  return {
    ...without(master, 'recurrence'),
    id: `${baseOf(masterId)}_${instanceStamp(original)}`,
    start: writeMoment(shown, startZone),
    end,
    recurringEventId: masterId,
    originalStartTime: writeMoment(shown, startZone),
  };
}

/** A span of time; the end does not belong to it. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far an endless series is shown where the request sets no end; its first occurrence is shown however late it comes. */
const HORIZON_MS = 2 * 366 * DAY_MS;
/** Nobody looks at more of one series at once. */
const SHOWN_MAX = 20_000;

/** The occurrences of a master that touch the window in their order, without those that are stored as exceptions. */
export function* plainOccurrences(
  calendar: Calendar,
  master: JsonObject,
  window: Window,
  nowMs: number,
): Generator<JsonObject> {
  const series = seriesOf(master, calendar.timeZone);
  if (series === undefined) return;
  const isAskedForAll = window.toMs === Number.POSITIVE_INFINITY;
  const horizonMs =
    isAskedForAll && isEndless(series.recurrence)
      ? Math.max(nowMs, series.start.instantMs) + HORIZON_MS
      : Number.POSITIVE_INFINITY;
  let shown = 0;
  for (const original of occurrences(series.recurrence, window.toMs - 1)) {
    if (shown === SHOWN_MAX || (shown > 0 && original.instantMs > horizonMs)) return;
    if (original.instantMs + series.durationMs <= window.fromMs && original.instantMs < window.fromMs) continue;
    const body = occurrenceBody(master, original, series);
    const exception = calendar.events.get(String(body.id));
    if (exception !== undefined && exception.recurringEventId === master.id) continue;
    shown++;
    yield body;
  }
}
