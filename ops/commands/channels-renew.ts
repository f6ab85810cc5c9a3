/** confsync channels renew: makes channels due now; renew-channels, which may act as the users, opens them. */
import { StoreUnavailable, UnknownCalendar } from '../../shared/domain/errors.ts';
import type { CalendarKey } from '../../shared/domain/ids.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import { requestRenewal } from '../../shared/flow/calendars/command-calendar.ts';
import { inParallel } from '../../shared/flow/in-parallel.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { UsageError } from '../cli/errors.ts';
import { EXIT } from '../cli/exit-codes.ts';
import { calendarAt, type NamedCalendar, textFlag } from '../cli/given.ts';
import type { Screen } from '../cli/screen.ts';
import { readLength } from '../cli/times.ts';
import { unchanged } from '../cli/unchanged.ts';
import type { OpsServices } from '../ports.ts';
import { commandableCalendar } from '../records/known.ts';
import { pagesOfCalendars } from '../records/scan.ts';
import { whyOf } from '../status/look.ts';
import { urgentChannels } from './channels-list.ts';

/** Calendars that are asked for side by side. */
const WIDTH = 16;

export const help: Help = {
  path: ['channels', 'renew'],
  summary: 'have new channels opened now',
  parameters: '[CALENDAR...]',
  flags: { within: { value: 'TIME', help: 'all that end within this time, and calendars without one' } },
  more: 'The runs of renew-channels, one a minute, open the new channel, then stop the old one and ask for a sync, so that no\nchange falls between them. May be repeated: it leaves out whatever is due already.',
  examples: [
    ['confsync channels renew alice@example.com', 'notifications for her calendar do not come'],
    ['confsync channels renew --within 24h', 'what kept them from being renewed is mended'],
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
    throw new UsageError('which channels?', 'name calendars, or write --within 24h');
  }
  return {
    calendars: given.parameters.map((_, index) => calendarAt(given.parameters, index)),
    withinMs: within === undefined ? null : readLength(within, '--within'),
  };
}

/** A calendar whose channel is to be renewed. */
type Chosen = Pick<CalendarRecord, 'key' | 'calendarId'>;

export async function run(services: OpsServices, options: Options, screen: Screen): Promise<Report> {
  const { chosen, due } = await choose(services, options, screen);
  const calendarIds = chosen.map(({ calendarId }) => calendarId);
  const plan = `have a new channel opened for ${counted(chosen.length, 'calendar')}`;
  if (due > 0) screen.note(`${counted(due, 'calendar')} more: due already, for the next run of renew-channels.`);
  const consent = await screen.agree(plan, chosen.length);
  if (consent !== 'go') return unchanged(consent, plan, { calendars: calendarIds, due });
  const { asked, why } = await askEach(services, chosen, screen);
  return {
    data: { isDone: why === null, calendars: calendarIds.slice(0, asked), due, stopped: why },
    text: () => [
      `A new channel for ${counted(asked, 'calendar')} is due: renew-channels opens it from its next run on, which begins within a minute. See: confsync channels list`,
      ...(why === null ? [] : [`Stopped half-way (${why}). Type the same again: it asks for the rest.`]),
    ],
    exit: why === null ? EXIT.fine : EXIT.failed,
  };
}

/** Asks for one part after the other, each side by side; how many calendars were asked for, and why it stopped before the end. */
async function askEach(
  services: OpsServices,
  chosen: readonly Chosen[],
  screen: Screen,
): Promise<{ readonly asked: number; readonly why: string | null }> {
  return screen.untilInterrupted(async (isInterrupted) => {
    let asked = 0;
    while (asked < chosen.length) {
      if (isInterrupted()) return { asked, why: 'by Ctrl-C' };
      const part = chosen.slice(asked, asked + WIDTH);
      try {
        await inParallel(WIDTH, part, ({ key }) => ask(services, key));
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return { asked, why: whyOf(error) };
      }
      asked += part.length;
      screen.progress('Asking', asked, chosen.length);
    }
    return { asked, why: null };
  });
}

async function ask(services: OpsServices, key: CalendarKey): Promise<void> {
  try {
    await requestRenewal(services, key);
  } catch (error) {
    // Removed meanwhile: there is no channel to renew.
    if (!(error instanceof UnknownCalendar)) throw error;
  }
}

/** The calendars that were meant, and how many more of them are due already. */
async function choose(
  { store, clock }: OpsServices,
  { calendars, withinMs }: Options,
  screen: Screen,
): Promise<{ readonly chosen: readonly Chosen[]; readonly due: number }> {
  if (withinMs === null) return { chosen: await namedOnes(store, calendars), due: 0 };
  const now = clock.now();
  const chosen: Chosen[] = [];
  let [seen, due] = [0, 0];
  for await (const page of pagesOfCalendars(store, 'active')) {
    const urgent = urgentChannels(page, now, withinMs);
    const wanted = urgent.filter((calendar) => !isRenewalDue(calendar, now));
    // A fleet can be large: no more is kept of each than is needed.
    chosen.push(...wanted.map(({ key, calendarId }) => ({ key, calendarId })));
    seen += page.length;
    due += urgent.length - wanted.length;
    screen.progress('Reading calendars', seen, null);
  }
  return { chosen, due };
}

/** Whether the next run of renew-channels opens a channel for it anyhow. */
function isRenewalDue({ channel, pushRetryAt }: CalendarRecord, now: number): boolean {
  const at = channel === null ? pushRetryAt : channel.renewAt;
  return at !== null && at <= now;
}

async function namedOnes(store: Store, calendars: readonly NamedCalendar[]): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (const { key, id } of calendars) {
    const calendar = await commandableCalendar(store, key);
    if (calendar.status === 'paused')
      throw new UsageError(`${id} is paused and needs no channel`, `first: confsync calendars resume ${id}`);
    chosen.push(calendar);
  }
  return chosen;
}
