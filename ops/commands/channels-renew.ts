/** confsync channels renew: makes channels due now; renew-channels, which may act as the users, opens them. */
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { requestRenewal } from '../../shared/flow/calendars/command-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { calendarAt, type NamedCalendar, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { readLength } from '../cli/times.ts';
import { counted, unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { commandableCalendar } from '../records/known.ts';
import { scanCalendars } from '../records/scan.ts';
import { urgentChannels } from './channels-list.ts';

const CALENDARS_MAX = 100_000;

export const help: Help = {
  path: ['channels', 'renew'],
  summary: 'have new channels opened now',
  parameters: '[CALENDAR...]',
  flags: { within: { value: 'TIME', help: 'all that end within this time, and calendars without one' } },
  more: 'The next run of renew-channels, within a minute, opens the new channel, then stops the old one and asks for a sync, so that no\nchange falls between them.',
  examples: [
    ['confsync channels renew alice@example.com', 'notifications for her calendar do not come'],
    ['confsync channels renew --within 12h', 'what kept them from being renewed is mended'],
  ],
  isChanging: true,
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
  const plan = `have a new channel opened for ${counted(chosen.length, 'calendar')}`;
  const consent = await screen.agree(plan, chosen.length);
  if (consent !== 'go') return unchanged(consent, plan, { calendars: calendarIds });
  for (const [index, { key }] of chosen.entries()) {
    await requestRenewal(services, key);
    screen.progress('Asking', index + 1, chosen.length);
  }
  return {
    data: { isDone: true, calendars: calendarIds },
    text: () => [
      `A new channel for ${counted(chosen.length, 'calendar')} is due: renew-channels opens it at its next run, within a minute. See: confsync channels list`,
    ],
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
    const calendar = await commandableCalendar(store, key);
    if (calendar.status === 'paused')
      throw new UsageError(`${id} is paused and needs no channel`, `first: confsync calendars resume ${id}`);
    chosen.push(calendar);
  }
  return chosen;
}
