/** confsync sync: asks for a sync of one calendar now, or of all of them a few at a time. */
import { type CalendarKey, readCalendarKey } from '../../shared/domain/ids.ts';
import { requestSync, type SyncWish } from '../../shared/flow/calendars/command-calendar.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { UsageError } from '../cli/errors.ts';
import { countFlag, isFlagged, type NamedCalendar, oneCalendar, onlyParameters, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { commandableCalendar } from '../records/known.ts';
import { scanBindings } from '../records/scan.ts';
import { type FleetSync, syncFleet } from './sync-fleet.ts';

const COUNTED_MAX = 5_000;
/** A twentieth of the quota that a project has by default, where a calendar takes one call: 10,000 requests a minute. */
const PER_MINUTE = 500;

export const help: Help = {
  path: ['sync'],
  summary: 'sync a calendar now, or all of them',
  parameters: '[CALENDAR]',
  flags: {
    all: { help: 'every calendar that is not paused, a few at a time' },
    'per-minute': { value: 'N', help: `with --all: so many a minute (default ${PER_MINUTE})` },
    after: { value: 'KEY', help: 'with --all: go on where an earlier command stopped' },
    full: { help: 'list everything anew and compare it with what was delivered' },
    resend: { help: 'also forget what was delivered, so that every conference is sent again' },
  },
  more: 'A sync only asks Google what is true now; repeating it does no harm. --resend is for a conference system that was\nrestored from a backup: it gets one update for each conference of the calendar.',
  examples: [
    ['confsync sync alice@example.com', 'she says an event did not move'],
    ['confsync sync alice@example.com --full', 'something is wrong and nobody knows what'],
    ['confsync sync alice@example.com --resend', 'the conference system was restored from a backup'],
    ['confsync sync --all --dry-run', 'how many calendars, and how long it takes'],
    ['confsync sync --all', 'notifications were lost for all, and nobody knows which'],
  ],
  isChanging: true,
};

type Options =
  | { readonly kind: 'one'; readonly calendar: NamedCalendar; readonly wish: SyncWish }
  | ({ readonly kind: 'fleet' } & FleetSync);

export function parse(given: Given): Options {
  const wish = { full: isFlagged(given, 'full'), resend: isFlagged(given, 'resend') };
  const after = textFlag(given, 'after');
  const perMinute = textFlag(given, 'per-minute');
  if (!isFlagged(given, 'all')) {
    if (after !== undefined || perMinute !== undefined) {
      throw new UsageError(
        '--after and --per-minute belong to --all',
        'leave them out, or write --all in place of the calendar',
      );
    }
    return { kind: 'one', calendar: oneCalendar(given, ', or write --all'), wish };
  }
  onlyParameters(given.parameters, 0, 'name one calendar, or write --all');
  return {
    kind: 'fleet',
    wish,
    perMinute: countFlag(given, 'per-minute', PER_MINUTE),
    after: after === undefined ? null : keyOf(after),
  };
}

function keyOf(text: string): CalendarKey {
  const key = readCalendarKey(text);
  if (key === undefined) {
    throw new UsageError(
      `--after ${JSON.stringify(text)} is no key of a calendar`,
      'copy it from what the earlier command said',
    );
  }
  return key;
}

export function run(services: OpsServices, options: Options, screen: Screen): Promise<Report> {
  switch (options.kind) {
    case 'one':
      return syncOne(services, options.calendar, options.wish, screen);
    case 'fleet':
      return syncFleet(services, options, screen);
  }
}

async function syncOne(
  services: OpsServices,
  { id, key }: NamedCalendar,
  wish: SyncWish,
  screen: Screen,
): Promise<Report> {
  const known = await commandableCalendar(services.store, key);
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
