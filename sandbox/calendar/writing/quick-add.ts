/**
 * `events.quickAdd`: an event from a sentence. Google understands far more; here: `today`, `tomorrow` or a date such as 2027-02-01, and a time
 * or two, such as `at 3pm`, `10:00-11:30` or `10am-10:25am`. What is left of the sentence is the title.
 */
import { instantOfWall, offsetMsAt } from '../../import/zoned-time.ts';
import { DAY_MS, isoOf, writeMoment } from '../series/event-time.ts';
import type { Calendar } from '../state/calendar.ts';
import type { JsonObject } from '../wire/json.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY = /\b(?:on\s+)?(today|tomorrow|\d{4}-\d\d-\d\d)\b/i;
const CLOCK = String.raw`(\d{1,2})(?::(\d\d))?\s*(am|pm)?`;
const SPAN = new RegExp(String.raw`\b(?:from\s+)?${CLOCK}\s*(?:-|to)\s*${CLOCK}\b`, 'i');
const POINT = new RegExp(String.raw`\bat\s+${CLOCK}\b`, 'i');

/** A span of a day, in milliseconds from its midnight, and the words that do not tell of it. */
interface Clock {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rest: string;
}

/** The body of an insert for the sentence. Without day and time it begins with the next hour; without an end it lasts one. */
export function quickEvent({ timeZone }: Calendar, text: string, nowMs: number): JsonObject {
  const nowWallMs = nowMs + offsetMsAt(timeZone, nowMs);
  const today = Math.floor(nowWallMs / DAY_MS) * DAY_MS;
  const day = DAY.exec(text)?.[1];
  const dayMs = dayOf(day, today);
  const words = text.replace(DAY, ' ');
  const clock = readClock(words);
  const title = (clock?.rest ?? words).replaceAll(/\s+/g, ' ').trim();
  const summary = title === '' ? text.trim() : title;
  if (clock === undefined && day !== undefined) {
    return { summary, start: { date: isoOf(dayMs).slice(0, 10) }, end: { date: isoOf(dayMs + DAY_MS).slice(0, 10) } };
  }
  const nextHour = (Math.floor(nowWallMs / HOUR_MS) + 1) * HOUR_MS - today;
  const { fromMs, toMs } = clock ?? { fromMs: nextHour, toMs: nextHour + HOUR_MS };
  const timeAt = (wallMs: number): JsonObject =>
    writeMoment({ instantMs: instantOfWall(timeZone, wallMs), wallMs, allDay: false, zone: timeZone }, timeZone);
  return { summary, start: timeAt(dayMs + fromMs), end: timeAt(dayMs + toMs) };
}

function dayOf(word: string | undefined, today: number): number {
  if (word === undefined || word.toLowerCase() === 'today') return today;
  if (word.toLowerCase() === 'tomorrow') return today + DAY_MS;
  const ms = Date.parse(`${word}T00:00:00Z`);
  return Number.isNaN(ms) ? today : ms;
}

function readClock(words: string): Clock | undefined {
  const span = SPAN.exec(words);
  if (span !== null) {
    const [all, hour, minute, half, endHour, endMinute, endHalf] = span;
    const fromMs = timeOf(hour, minute, half ?? endHalf);
    const toMs = timeOf(endHour, endMinute, endHalf ?? half);
    // "3-4 people" tells of no time.
    const isTime = (minute ?? half ?? endMinute ?? endHalf) !== undefined;
    if (isTime && fromMs !== undefined && toMs !== undefined && fromMs < toMs) {
      return { fromMs, toMs, rest: words.replace(all, ' ') };
    }
  }
  const [all = '', hour, minute, half] = POINT.exec(words) ?? [];
  const fromMs = timeOf(hour, minute, half);
  return fromMs === undefined ? undefined : { fromMs, toMs: fromMs + HOUR_MS, rest: words.replace(all, ' ') };
}

function timeOf(hour: string | undefined, minute = '0', half: string | undefined): number | undefined {
  const isHalf = half !== undefined;
  const hours = (Number(hour) % (isHalf ? 12 : 24)) + (half?.toLowerCase() === 'pm' ? 12 : 0);
  if (hour === undefined || Number(hour) > (isHalf ? 12 : 23) || Number(minute) > 59) return undefined;
  return hours * HOUR_MS + Number(minute) * MINUTE_MS;
}
