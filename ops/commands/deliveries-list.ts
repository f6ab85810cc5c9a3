/** confsync deliveries list: how each event of a calendar stands with the conference system, as far as the records hold it. */
import type { ConferenceKey } from '../../shared/domain/ids.ts';
import type { BindingRecord } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { countFlag, type NamedCalendar, namedCalendar, noParameters, textFlag } from '../cli/given.ts';
import { type Cell, table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { knownCalendar } from '../records/known.ts';
import { scanBindings } from '../records/scan.ts';

const LIMIT = 200;

export const help: Help = {
  path: ['deliveries', 'list'],
  summary: 'what the conference system has been told of a calendar, and what waits',
  flags: {
    calendar: { value: 'CALENDAR', help: 'whose events' },
    limit: { value: 'COUNT', help: `at most so many, default ${LIMIT}` },
  },
  more: 'The records hold no contents: to have everything told again, use `confsync sync CALENDAR --resend`.',
  examples: [['confsync deliveries list --calendar alice@example.com', 'what waits, what was refused, what is told']],
};

interface Options {
  readonly calendar: NamedCalendar;
  readonly limit: number;
}

export function parse(given: Given): Options {
  noParameters(given);
  const calendar = textFlag(given, 'calendar');
  if (calendar === undefined) throw new UsageError('of which calendar?', 'name it: --calendar alice@example.com');
  return { calendar: namedCalendar(calendar), limit: countFlag(given, 'limit', LIMIT) };
}

/** `told`: nothing is owed. `waiting`: recorded and not accepted yet. `refused`: not offered again by itself. `untold`: none of these. */
type Standing = 'told' | 'waiting' | 'refused' | 'untold';

interface Row {
  readonly eventId: string;
  readonly conferenceId: string | null;
  readonly standing: Standing;
  /** Of the change that waits; null for none. */
  readonly revision: number | null;
  readonly changed: readonly string[];
  /** Unix milliseconds: when the change that waits was seen, or the last refusal came. */
  readonly since: number | null;
  readonly reason: string | null;
}

export async function run({ store, clock }: OpsServices, { calendar, limit }: Options): Promise<Report> {
  await knownCalendar(store, calendar.key);
  const { found, isAll } = await scanBindings(store, calendar.key, limit);
  const names = new Map<ConferenceKey, string | null>();
  for (const { conference } of found) {
    if (!names.has(conference)) names.set(conference, (await store.conference(conference))?.conferenceId ?? null);
  }
  const rows = found
    .filter(({ state }) => state !== 'gone')
    .map((binding) => rowOf(binding, names.get(binding.conference) ?? null));
  const now = clock.now();
  return {
    data: { deliveries: rows, isAll },
    text: (paint) => [
      ...table(
        ['EVENT', 'CONFERENCE', 'STANDING', 'CHANGED', 'SINCE', 'REASON'],
        rows.map((row) => cellsOf(row, now)),
        paint,
        'Nothing of this calendar concerns the conference system.',
      ),
      ...(isAll ? [] : ['', `There are more: repeat with --limit ${limit * 10}.`]),
    ],
  };
}

function rowOf({ eventId, pending, delivered, failure, state }: BindingRecord, conferenceId: string | null): Row {
  const isRefused = state === 'failed' && pending === null;
  return {
    eventId,
    conferenceId,
    standing: pending !== null ? 'waiting' : isRefused ? 'refused' : delivered !== null ? 'told' : 'untold',
    revision: pending?.revision ?? null,
    changed: pending?.changed ?? [],
    since: pending?.seenAt ?? (isRefused ? (failure?.at ?? null) : null),
    reason: failure?.reason ?? null,
  };
}

const TONES = { told: 'good', waiting: 'warning', refused: 'bad', untold: 'dull' } as const;

function cellsOf({ eventId, conferenceId, standing, changed, since, reason }: Row, now: number): readonly Cell[] {
  return [
    eventId,
    conferenceId ?? '-',
    { tone: TONES[standing], text: standing },
    changed.join(', ') || '-',
    since === null ? '-' : momentText(since, now),
    reason ?? '-',
  ];
}
