/** confsync sync: asks for a sync of one calendar now. */
import { UnknownCalendar } from '../../shared/domain/errors.ts';
import { requestSync, type SyncWish } from '../../shared/flow/calendars/command-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { isFlagged, type NamedCalendar, oneCalendar } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { counted, unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { scanBindings } from '../records/scan.ts';

const COUNTED_MAX = 5_000;

export const help: Help = {
  path: ['sync'],
  summary: 'sync a calendar now',
  parameters: 'CALENDAR',
  flags: {
    full: { help: 'list everything anew and compare it with what was delivered' },
    resend: { help: 'also forget what was delivered, so that every conference is sent again' },
  },
  more: 'A sync only asks Google what is true now; repeating it does no harm. --resend is for a conference system that was\nrestored from a backup: it gets one update for each conference of the calendar.',
  examples: [
    ['confsync sync alice@example.com', 'she says an event did not move'],
    ['confsync sync alice@example.com --full', 'something is wrong and nobody knows what'],
    ['confsync sync alice@example.com --resend', 'the conference system was restored from a backup'],
  ],
  isChanging: true,
};

interface Options {
  readonly calendar: NamedCalendar;
  readonly wish: SyncWish;
}

export function parse(given: Given): Options {
  return { calendar: oneCalendar(given), wish: { full: isFlagged(given, 'full'), resend: isFlagged(given, 'resend') } };
}

export async function run(
  services: OpsServices,
  { calendar: { id, key }, wish }: Options,
  screen: Screen,
): Promise<Report> {
  const known = await services.store.calendar(key);
  if (known === undefined) throw new UnknownCalendar('no such calendar is registered');
  const plan = await planOf(services, known.calendarId, wish, key);
  const consent = await screen.agree(plan, 1);
  if (consent !== 'go') return unchanged(consent, plan, { calendarId: id, ...wish });
  await requestSync(services, key, wish);
  const held =
    known.status === 'paused'
      ? [`It is paused: nothing happens until: confsync calendars resume ${known.calendarId}`]
      : [];
  return {
    data: { isDone: true, calendarId: known.calendarId, ...wish },
    text: () => [
      `A sync of ${known.calendarId} is on its way. See: confsync calendars show ${known.calendarId}`,
      ...held,
    ],
  };
}

async function planOf(
  { store }: OpsServices,
  calendarId: string,
  wish: SyncWish,
  key: NamedCalendar['key'],
): Promise<string> {
  if (!wish.resend) return `sync 1 calendar, ${calendarId}${wish.full ? ', listing everything anew' : ''}`;
  const { found, isAll } = await scanBindings(store, key, COUNTED_MAX);
  const sent = found.filter(({ state }) => state === 'live' || state === 'failed').length;
  return `send ${isAll ? counted(sent, 'change') : `more than ${sent} changes`} of 1 calendar, ${calendarId}, to the conference system again`;
}
