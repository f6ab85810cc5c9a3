/** Start and end of events between the Calendar API, the calendar component and the fields of the dialog. Pure. */

/** The zone that new times are given. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether the event lasts whole days. */
export function isAllDay(item) {
  return item.start?.date !== undefined;
}

/** The moment of an event time; a whole day begins at local midnight. */
export function momentOf(time) {
  if (time.dateTime !== undefined) return new Date(time.dateTime);
  const [year, month, day] = time.date.split('-').map(Number);
  return new Date(year, month - 1, day);
}

/** An event time at the moment; `like` gives the kind, a whole day or a time in its zone. */
export function timeAt(moment, like) {
  if (like?.date !== undefined) return { date: dayText(moment) };
  return { dateTime: moment.toISOString(), timeZone: like?.timeZone ?? zone };
}

/** `2026-11-24`, as date fields want it. */
export function dayText(moment) {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** `09:30`, as time fields want it. */
export function clockText(moment) {
  return `${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** The moment of a date field and a time field. */
export function momentFrom(day, clock) {
  return new Date(`${day}T${clock}`);
}

/** Whether the fields of one day say a span: midnight is the end of the day there, too. */
export function isSpan(from, to) {
  return from < to || to === MIDNIGHT;
}

/** The moment of the fields of an end. */
export function endMomentFrom(day, clock) {
  const moment = momentFrom(day, clock);
  if (clock === MIDNIGHT) moment.setDate(moment.getDate() + 1);
  return moment;
}

const MIDNIGHT = '00:00';

/**
 * The time moved by what lies between two moments, in days and wall-clock minutes, so that a series that is moved keeps
 * its hour when the clocks change in between.
 */
export function shiftTime(time, from, to) {
  const moved = momentOf(time);
  const days = Math.round((midnight(to) - midnight(from)) / 86_400_000);
  const minutes = to.getHours() * 60 + to.getMinutes() - (from.getHours() * 60 + from.getMinutes());
  moved.setDate(moved.getDate() + days);
  moved.setMinutes(moved.getMinutes() + minutes);
  return timeAt(moved, time);
}

/** UTC stamp as recurrence rules write it; a date for whole-day series. */
export function untilText(moment, isDate) {
  if (isDate) return dayText(moment).replaceAll('-', '');
  return `${moment.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The rule of a series that moves to another weekday, where it names exactly one. */
export function shiftRule(rule, from, to) {
  return rule.replace(/BYDAY=(SU|MO|TU|WE|TH|FR|SA)(?=;|$)/, (all, day) =>
    day === WEEKDAYS[from.getDay()] ? `BYDAY=${WEEKDAYS[to.getDay()]}` : all,
  );
}

/** The rule ended before the moment, in place of any end it had. */
export function endRule(rule, before, isDate) {
  if (!rule.startsWith('RRULE:')) return rule;
  const last = isDate
    ? new Date(before.getFullYear(), before.getMonth(), before.getDate() - 1)
    : new Date(before - 1000);
  return `${rule.replace(/;?(COUNT|UNTIL)=[^;]*/g, '')};UNTIL=${untilText(last, isDate)}`;
}

/** The rule for what remains of a series after so many occurrences. */
export function restOfRule(rule, passed) {
  return rule.replace(/COUNT=(\d+)/, (_, count) => `COUNT=${Math.max(1, Number(count) - passed)}`);
}

function midnight(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

function two(number) {
  return String(number).padStart(2, '0');
}
