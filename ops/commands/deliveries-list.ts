/** confsync deliveries list: how each event of a calendar stands with the conference system, as far as the records hold it. */
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { UsageError } from '../cli/errors.ts';
import { countFlag, type NamedCalendar, namedCalendar, noParameters, textFlag } from '../cli/given.ts';
import { type Cell, table } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import { nextText } from '../failures/failure-view.ts';
import type { OpsServices } from '../ports.ts';
import { conferencesOf, type Standing, standingOf } from '../records/conferences-of.ts';
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
  noParameters(given, 'calendar');
  const calendar = textFlag(given, 'calendar');
  if (calendar === undefined) throw new UsageError('of which calendar?', 'name it: --calendar alice@example.com');
  return { calendar: namedCalendar(calendar), limit: countFlag(given, 'limit', LIMIT) };
}

interface Row {
  readonly eventId: string;
  readonly conferenceId: string | null;
  readonly standing: Standing['kind'];
  /** Of the change that waits; null for none. */
  readonly revision: number | null;
  readonly changed: readonly string[];
  /** Unix milliseconds: when the change that waits was seen, or the last refusal came. */
  readonly since: number | null;
  readonly reason: string | null;
  /** How often in a row the delivery failed that is tried again, and when that is. */
  readonly attempts: number;
  readonly nextAt: number | null;
}

export async function run({ store, clock }: OpsServices, { calendar, limit }: Options): Promise<Report> {
  await knownCalendar(store, calendar.key);
  const { found, isAll } = await scanBindings(store, calendar.key, limit);
  const conferences = await conferencesOf(store, found);
  const rows = found.flatMap((binding) => rowsOf(binding, conferences.get(binding.conference)));
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

/** None of an event that is gone, save while its end is owed or was refused. */
function rowsOf(binding: BindingRecord, conference: ConferenceRecord | undefined): readonly Row[] {
  const { kind, isCancellation } = standingOf(binding, conference);
  if (binding.state === 'gone' && !isCancellation) return [];
  const { eventId, pending } = binding;
  const isOwed = kind === 'waiting' || kind === 'retrying';
  const failure = isOwed || isCancellation ? conference?.failure : binding.failure;
  const seenAt = isCancellation ? conference?.cancellation?.seenAt : pending?.seenAt;
  return [
    {
      eventId,
      conferenceId: conference?.conferenceId ?? null,
      standing: kind,
      revision: (isCancellation ? conference?.cancellation?.revision : pending?.revision) ?? null,
      changed: isCancellation ? ['cancellation'] : (pending?.changed ?? []),
      since: seenAt ?? (kind === 'refused' ? (failure?.at ?? null) : null),
      reason: failure?.reason ?? null,
      attempts: kind === 'retrying' ? (conference?.attempts ?? 0) : 0,
      nextAt: kind === 'retrying' ? (conference?.retryAt ?? null) : null,
    },
  ];
}

const TONES = { told: 'good', waiting: 'warning', retrying: 'bad', refused: 'bad', untold: 'dull' } as const;

function cellsOf(row: Row, now: number): readonly Cell[] {
  const { eventId, conferenceId, standing, changed, since, reason, attempts, nextAt } = row;
  const tries = `, ${attempts} ${attempts === 1 ? 'try' : 'tries'}, next ${nextText(nextAt, now)}`;
  return [
    eventId,
    conferenceId ?? '-',
    { tone: TONES[standing], text: standing },
    changed.join(', ') || '-',
    since === null ? '-' : momentText(since, now),
    standing === 'retrying' ? `${reason ?? 'no reason on record'}${tries}` : (reason ?? '-'),
  ];
}
