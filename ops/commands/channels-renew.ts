/** confsync channels renew: opens new channels now, without waiting for the schedule. */
import { UnknownCalendar } from '../../shared/domain/errors.ts';
import type { CalendarRecord } from '../../shared/domain/records.ts';
import { openChannel } from '../../shared/flow/open-channel.ts';
import type { Given, Help, Report } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { calendarAt, type NamedCalendar, textFlag } from '../given.ts';
import type { OpsServices } from '../ports.ts';
import { scanCalendars } from '../scan.ts';
import type { Screen } from '../screen.ts';
import { readLength } from '../times.ts';
import { counted, unchanged } from '../unchanged.ts';
import { urgentChannels } from './channels-list.ts';

const CALENDARS_MAX = 100_000;

export const help: Help = {
  path: ['channels', 'renew'],
  summary: 'open new channels now',
  parameters: '[CALENDAR...]',
  flags: { within: { value: 'TIME', help: 'all that end within this time, and calendars without one' } },
  more: 'The new channel is open before the old one is stopped, and a sync follows, so that no change falls between them.',
  examples: [
    ['confsync channels renew alice@example.com', 'notifications for her calendar do not come'],
    ['confsync channels renew --within 12h', 'renew-channels did not run last night'],
  ],
  isChanging: true,
  needsChannels: true,
};

interface Options {
  readonly calendars: readonly NamedCalendar[];
  readonly withinMs: number | null;
}

export function parse(given: Given): Options {
  const within = textFlag(given, 'within');
  if ((within === undefined) === (given.parameters.length === 0)) {
    throw new UsageError('which channels?', 'name calendars, or write --within 12h');
  }
  return {
    calendars: given.parameters.map((_, index) => calendarAt(given.parameters, index)),
    withinMs: within === undefined ? null : readLength(within, '--within'),
  };
}

export async function run(services: OpsServices, options: Options, screen: Screen): Promise<Report> {
  const chosen = await choose(services, options, screen);
  const calendarIds = chosen.map(({ calendarId }) => calendarId);
  const plan = `open a new channel for ${counted(chosen.length, 'calendar')}`;
  const consent = await screen.agree(plan, chosen.length);
  if (consent !== 'go') return unchanged(consent, plan, { calendars: calendarIds });
  const failed: string[] = [];
  for (const [index, calendar] of chosen.entries()) {
    const opened = await openChannel(services, calendar);
    if (opened === undefined) failed.push(calendar.calendarId);
    else await services.queue.publish({ kind: 'sync', calendar: calendar.key, cause: 'reconcile' }, 'upkeep');
    screen.progress('Renewing', index + 1, chosen.length);
  }
  return {
    data: { isDone: true, renewed: chosen.length - failed.length, failed },
    text: () => [
      `${counted(chosen.length - failed.length, 'channel')} opened.`,
      ...failed
        .slice(0, 20)
        .map((calendarId) => `Not opened: ${calendarId}. See: confsync calendars show ${calendarId}`),
    ],
    exit: failed.length === 0 ? EXIT.fine : EXIT.failed,
  };
}

async function choose(
  { store, clock }: OpsServices,
  { calendars, withinMs }: Options,
  screen: Screen,
): Promise<readonly CalendarRecord[]> {
  if (withinMs !== null) {
    const { found } = await scanCalendars(store, CALENDARS_MAX, 'active', (count) =>
      screen.progress('Reading calendars', count, null),
    );
    return urgentChannels(found, clock.now(), withinMs);
  }
  const chosen: CalendarRecord[] = [];
  for (const { key, id } of calendars) {
    const calendar = await store.calendar(key);
    if (calendar === undefined) throw new UnknownCalendar(`${id} is not registered`);
    if (calendar.status === 'paused')
      throw new UsageError(`${id} is paused and needs no channel`, `first: confsync calendars resume ${id}`);
    chosen.push(calendar);
  }
  return chosen;
}
