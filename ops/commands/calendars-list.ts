/** confsync calendars list: which calendars are registered, and how each is doing. */
import { viewCalendar } from '../../functions/manage/views.ts';
import type { Store } from '../../shared/domain/ports.ts';
import { CALENDAR_STATUSES, type CalendarRecord, type CalendarStatus } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { UsageError } from '../cli/errors.ts';
import { choiceFlag, countFlag, isFlagged, noParameters } from '../cli/given.ts';
import type { Tone } from '../cli/paint.ts';
import type { Screen } from '../cli/screen.ts';
import { type Cell, table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { scanCalendars, scanFailingCalendars } from '../records/scan.ts';
import { countAsOf } from '../status/gather-status.ts';

export const help: Help = {
  path: ['calendars', 'list'],
  summary: 'the registered calendars',
  flags: {
    status: { value: 'STATUS', help: `only these: ${CALENDAR_STATUSES.join(', ')}`, choices: CALENDAR_STATUSES },
    failing: { help: 'only active ones whose last sync failed; they are tried again by themselves' },
    limit: { value: 'N', help: 'stop after so many (default 200)' },
  },
  examples: [
    ['confsync calendars list', 'the first 200'],
    ['confsync calendars list --failing', 'those that were postponed, and why'],
    ['confsync calendars list --status disconnected', 'those whose owner has withdrawn the consent'],
  ],
};

interface Options {
  readonly status: CalendarStatus | undefined;
  readonly isFailing: boolean;
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  const status = choiceFlag(given, 'status', CALENDAR_STATUSES);
  const isFailing = isFlagged(given, 'failing');
  if (isFailing && status !== undefined) {
    throw new UsageError('--failing and --status exclude each other', 'those that fail are active');
  }
  return { status, isFailing, limit: countFlag(given, 'limit', 200) };
}

export async function run(
  { store, clock, unreadable }: OpsServices,
  options: Options,
  screen: Screen,
): Promise<Report> {
  const { status, isFailing, limit } = options;
  const { found, isAll } = isFailing
    ? await scanFailingCalendars(store, limit)
    : await scanCalendars(store, limit, status, (count) => screen.progress('Reading calendars', count, null));
  const now = clock.now();
  const outOfReach = isFailing ? await outOfReachText(store, now) : [];
  return {
    data: { calendars: found.map(viewCalendar), isAll },
    text: (paint) => [
      ...table(
        ['CALENDAR', 'STATUS', 'LAST SYNC', 'NEXT', 'CHANNEL ENDS', 'FAILURE'],
        found.map((calendar) => [
          calendar.calendarId,
          statusCell(calendar),
          momentText(calendar.lastSyncedAt, now),
          momentText(nextSyncAt(calendar), now),
          momentText(calendar.channel?.expiresAt ?? null, now),
          failureText(calendar),
        ]),
        paint,
        nothingText(options, unreadable.size),
      ),
      ...(found.length === 0
        ? []
        : ['', `${counted(found.length, 'calendar')}${isAll ? '' : '; there are more (--limit)'}`]),
      ...outOfReach,
    ],
  };
}

/** Those that are not active are not among the failing, and stand still all the same. @throws StoreUnavailable */
async function outOfReachText(store: Store, now: number): Promise<readonly string[]> {
  const { disconnected, unreachable } = await countAsOf(store, now);
  const line = (count: number, status: CalendarStatus): readonly string[] =>
    count === 0 ? [] : [`${counted(count, 'calendar')} ${status}: confsync calendars list --status ${status}`];
  return [...line(disconnected, 'disconnected'), ...line(unreachable, 'unreachable')];
}

function nothingText({ status, isFailing }: Options, unreadable: number): string {
  if (unreadable > 0) return `No calendar that can be read; ${counted(unreadable, 'record')} cannot be.`;
  if (isFailing) return "No active calendar's sync fails.";
  return status === undefined ? 'No calendar is registered.' : `No calendar is ${status}.`;
}

/** The status; what is being removed is paused until it is gone, and that is not what a person asks about. */
export function statusCell({ status, isBeingRemoved }: CalendarRecord): Cell {
  return isBeingRemoved ? { tone: 'warning', text: 'being removed' } : { tone: toneOf(status), text: status };
}

/** Unix milliseconds; null while nothing is done for the calendar: then its record only says when it would have been. */
export function nextSyncAt({ status, reconcileAt }: CalendarRecord): number | null {
  return status === 'paused' ? null : reconcileAt;
}

/** How a status looks. */
function toneOf(status: CalendarStatus): Tone {
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

function failureText({ status, failure, openingFailure }: CalendarRecord): string {
  if (failure !== null) return `${failure.reason} (${failure.count}x)`;
  // Where Google offers no channel, the status says so.
  if (openingFailure === null || status === 'unsupported-push') return '-';
  return `channel: ${openingFailure.reason} (${openingFailure.count}x)`;
}
