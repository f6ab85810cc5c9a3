/** confsync channels list: the push channels by the time that is left to them. */
import type { CalendarRecord } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { countFlag, noParameters, textFlag } from '../cli/given.ts';
import type { Tone } from '../cli/paint.ts';
import type { Screen } from '../cli/screen.ts';
import { table } from '../cli/table.ts';
import { momentText, readLength, timestamp } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { scanCalendars } from '../records/scan.ts';

export const help: Help = {
  path: ['channels', 'list'],
  summary: 'push channels by the time left to them',
  flags: {
    within: { value: 'TIME', help: 'only those that end within this time, and calendars without one' },
    limit: { value: 'N', help: 'look at so many calendars (default 5000)' },
  },
  examples: [
    ['confsync channels list', 'all of them, the most urgent first'],
    ['confsync channels list --within 24h', 'what will stop delivering within a day'],
  ],
};

interface Options {
  readonly withinMs: number | null;
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  const within = textFlag(given, 'within');
  return {
    withinMs: within === undefined ? null : readLength(within, '--within'),
    limit: countFlag(given, 'limit', 5_000),
  };
}

/** Active calendars whose channel is missing or ends within this time, the most urgent first. */
export function urgentChannels(calendars: readonly CalendarRecord[], now: number, withinMs: number | null) {
  const endOf = ({ channel }: CalendarRecord): number => channel?.expiresAt ?? 0;
  return calendars
    .filter(({ status }) => status === 'active')
    .filter((calendar) => withinMs === null || endOf(calendar) <= now + withinMs)
    .sort((a, b) => endOf(a) - endOf(b));
}

export async function run(
  { store, clock }: OpsServices,
  { withinMs, limit }: Options,
  screen: Screen,
): Promise<Report> {
  const { found, isAll } = await scanCalendars(store, limit, undefined, (count) =>
    screen.progress('Reading calendars', count, null),
  );
  const now = clock.now();
  const urgent = urgentChannels(found, now, withinMs);
  return {
    data: {
      channels: urgent.map(({ calendarId, channel }) => ({
        calendarId,
        expiresAt: timestamp(channel?.expiresAt ?? null),
        renewAt: timestamp(channel?.renewAt ?? null),
        provenAt: timestamp(channel?.provenAt ?? null),
      })),
      isAll,
    },
    text: (paint) => [
      ...table(
        ['CALENDAR', 'ENDS', 'RENEWAL', 'LAST NOTIFICATION'],
        urgent.map(({ calendarId, channel }) => [
          calendarId,
          {
            tone: toneOf(channel?.expiresAt ?? null, now),
            text: channel === null ? 'no channel' : momentText(channel.expiresAt, now),
          },
          momentText(channel?.renewAt ?? null, now),
          momentText(channel?.provenAt ?? null, now),
        ]),
        paint,
        withinMs === null ? 'No active calendar.' : 'No channel ends within that time.',
      ),
      ...(urgent.length === 0
        ? []
        : [
            '',
            `${counted(urgent.length, 'channel')}${isAll ? '' : `; only the first ${limit} calendars were looked at`}`,
          ]),
    ],
  };
}

const SOON_MS = 12 * 3_600_000;

function toneOf(expiresAt: number | null, now: number): Tone {
  if (expiresAt === null || expiresAt <= now) return 'bad';
  return expiresAt - now < SOON_MS ? 'warning' : 'good';
}
