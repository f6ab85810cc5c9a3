/** confsync calendars list: which calendars are registered, and how each is doing. */
import { viewCalendar } from '../../functions/manage-views.ts';
import { CALENDAR_STATUSES, type CalendarRecord, type CalendarStatus } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { choiceFlag, countFlag, noParameters } from '../cli/given.ts';
import type { Tone } from '../cli/paint.ts';
import type { Screen } from '../cli/screen.ts';
import { table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import { counted } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { scanCalendars } from '../records/scan.ts';

export const help: Help = {
  path: ['calendars', 'list'],
  summary: 'the registered calendars',
  flags: {
    status: { value: 'STATUS', help: `only these: ${CALENDAR_STATUSES.join(', ')}`, choices: CALENDAR_STATUSES },
    limit: { value: 'N', help: 'stop after so many (default 200)' },
  },
  examples: [
    ['confsync calendars list', 'the first 200'],
    ['confsync calendars list --status disconnected', 'those whose owner has withdrawn the consent'],
  ],
};

interface Options {
  readonly status: CalendarStatus | undefined;
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  return { status: choiceFlag(given, 'status', CALENDAR_STATUSES), limit: countFlag(given, 'limit', 200) };
}

export async function run({ store, clock }: OpsServices, { status, limit }: Options, screen: Screen): Promise<Report> {
  const { found, isAll } = await scanCalendars(store, limit, status, (count) =>
    screen.progress('Reading calendars', count, null),
  );
  const now = clock.now();
  return {
    data: { calendars: found.map(viewCalendar), isAll },
    text: (paint) => [
      ...table(
        ['CALENDAR', 'STATUS', 'LAST SYNC', 'NEXT', 'CHANNEL ENDS', 'FAILURE'],
        found.map((calendar) => [
          calendar.calendarId,
          { tone: toneOf(calendar.status), text: calendar.status },
          momentText(calendar.lastSyncedAt, now),
          momentText(calendar.reconcileAt, now),
          momentText(calendar.channel?.expiresAt ?? null, now),
          failureText(calendar),
        ]),
        paint,
        status === undefined ? 'No calendar is registered.' : `No calendar is ${status}.`,
      ),
      ...(found.length === 0
        ? []
        : ['', `${counted(found.length, 'calendar')}${isAll ? '' : '; there are more (--limit)'}`]),
    ],
  };
}

/** How a status looks. */
export function toneOf(status: CalendarStatus): Tone {
  switch (status) {
    case 'active':
    case 'unsupported-push':
      return 'good';
    case 'paused':
      return 'warning';
    case 'disconnected':
    case 'unreachable':
      return 'bad';
  }
}

function failureText({ failure }: CalendarRecord): string {
  return failure === null ? '-' : `${failure.reason} (${failure.count}x)`;
}
