/** RFC 5545's rules in Zoom's words, as far as Zoom has words for them. */

const SINGLE = { type: 2 };
const REPEATED = 8;
const ENDLESS = { end_times: 0 };
const TYPES: Readonly<Record<string, number>> = { DAILY: 1, WEEKLY: 2, MONTHLY: 3 };
/** Sunday is Zoom's 1. */
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** Zoom keeps so many occurrences of a meeting. */
const TIMES_MAX = 60;

/** `type` and `recurrence` of a meeting; undefined for a rule that Zoom cannot keep. What EXDATE leaves out stays as a room that nobody enters. */
export function recurrenceOf(lines: readonly string[] | null): object | undefined {
  const rules = (lines ?? []).filter((line) => !line.startsWith('EXDATE'));
  const [line, ...more] = rules;
  if (line === undefined) return SINGLE;
  if (more.length > 0 || !line.startsWith('RRULE:')) return undefined;
  const { FREQ = '', INTERVAL = '1', COUNT, UNTIL, BYDAY, BYMONTHDAY, WKST: _, ...unknown } = partsOf(line);
  const type = TYPES[FREQ];
  if (type === undefined || Object.keys(unknown).length > 0 || Number(COUNT ?? 1) > TIMES_MAX) return undefined;
  const end = COUNT !== undefined ? { end_times: Number(COUNT) } : UNTIL !== undefined ? endAt(UNTIL) : ENDLESS;
  const days = BYDAY?.split(',').map((day) => DAYS.indexOf(day) + 1) ?? [];
  if (days.includes(0) || (days.length > 0 && FREQ !== 'WEEKLY')) return undefined;
  if (BYMONTHDAY !== undefined && (FREQ !== 'MONTHLY' || !/^\d+$/.test(BYMONTHDAY))) return undefined;
  return {
    type: REPEATED,
    recurrence: {
      type,
      repeat_interval: Number(INTERVAL),
      ...end,
      ...(days.length > 0 && { weekly_days: days.join(',') }),
      ...(BYMONTHDAY !== undefined && { monthly_day: Number(BYMONTHDAY) }),
    },
  };
}

function partsOf(line: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    line
      .slice('RRULE:'.length)
      .split(';')
      .map((part) => part.split('=')),
  );
}

function endAt(until: string): object {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(until) ?? [];
  const clock = time === undefined ? '23:59:59' : time.replace(/(..)(..)(..)/, '$1:$2:$3');
  return { end_date_time: `${year}-${month}-${day}T${clock}Z` };
}
