/** confsync dead-letters list: which messages were put aside, and why. Looking takes none away. */

import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { namedCalendar, noParameters, textFlag } from '../cli/given.ts';
import { table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import { countedLetters, lookAtLetters, missingText } from '../messages/find-letters.ts';
import { viewLetter } from '../messages/letter-view.ts';
import type { OpsServices } from '../ports.ts';
import { CalendarIds } from '../records/calendar-ids.ts';
import { requireNamed } from '../records/known.ts';

export const help: Help = {
  path: ['dead-letters', 'list'],
  summary: 'messages that nobody could work on, and why',
  flags: { calendar: { value: 'CALENDAR', help: 'only of this calendar' } },
  more: 'For as long as the command runs, others see the letters it looks at as taken.',
  examples: [['confsync dead-letters list', 'all of them, oldest first']],
};

interface Options {
  readonly calendarId: string | undefined;
}

export function parse(given: Given): Options {
  noParameters(given, 'calendar');
  return { calendarId: textFlag(given, 'calendar') };
}

export async function run(services: OpsServices, { calendarId }: Options): Promise<Report> {
  const { letters, isAll } = await lookAtLetters(services);
  const wanted = calendarId === undefined ? null : namedCalendar(calendarId).key;
  const chosen = letters.filter(({ calendar }) => wanted === null || calendar === wanted);
  const metric = isAll ? await countedLetters(services) : null;
  const missing = isAll ? missingText(letters.length, metric) : null;
  if (chosen.length === 0) await requireNamed(services.store, calendarId);
  const ids = new CalendarIds(services.store);
  const rows = await Promise.all(chosen.map((letter) => viewLetter(letter, ids)));
  const now = services.clock.now();
  return {
    data: { deadLetters: rows, isAll, metric },
    text: (paint) => [
      ...table(
        ['ID', 'WHEN', 'CALENDAR', 'CAUSE', 'ATTEMPTS', 'REASON'],
        rows.map(({ id, calendarId: calendar, cause, attempts, reason }, index) => [
          id,
          momentText(chosen[index]?.at ?? null, now),
          calendar ?? (chosen[index]?.calendar == null ? '-' : '(not registered)'),
          cause ?? '-',
          attempts === null ? '-' : String(attempts),
          { tone: 'bad', text: reason.slice(0, 100) },
        ]),
        paint,
        letters.length === 0 ? (missing ?? '') : 'No dead letter of this calendar.',
      ),
      ...(rows.length === 0 ? [] : ['', `${counted(rows.length, 'dead letter')}${isAll ? '' : '; there are more'}`]),
      ...(letters.length === 0 || missing === null ? [] : [missing]),
    ],
  };
}
