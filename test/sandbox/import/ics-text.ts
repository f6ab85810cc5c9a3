/** iCalendar texts for tests. */

/** A calendar around the given lines. */
export function calendar(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

/** One VEVENT with a UID; lines given later win only where iCalendar says so. */
export function vevent(...lines: string[]): string {
  return ['BEGIN:VEVENT', 'UID:plan@example.com', ...lines, 'END:VEVENT'].join('\r\n');
}

/** A VTIMEZONE with daylight saving as in central Europe, under any TZID. */
export function europeanZone(tzid: string, ...lines: string[]): string {
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    ...lines,
    'BEGIN:STANDARD',
    'DTSTART:16011028T030000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:16010325T020000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
  ].join('\r\n');
}
