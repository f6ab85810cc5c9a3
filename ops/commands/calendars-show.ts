/** confsync calendars show: everything that is on record of one calendar, and what to do about it. */
import { viewCalendar } from '../../functions/manage/views.ts';
import type { Store } from '../../shared/domain/ports.ts';
import type { BindingRecord, CalendarRecord, Failure, Notice } from '../../shared/domain/state/records.ts';
import type { Given, Help, Report } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { type NamedCalendar, oneCalendar } from '../cli/given.ts';
import { type Cell, list } from '../cli/table.ts';
import { momentText } from '../cli/times.ts';
import type { OpsServices } from '../ports.ts';
import { conferencesOf, standingOf } from '../records/conferences-of.ts';
import { knownCalendar } from '../records/known.ts';
import { scanBindings } from '../records/scan.ts';
import { nextSyncAt, statusCell } from './calendars-list.ts';

const BINDINGS_MAX = 2_000;
/** Conferences of what is owed or gone that are read. */
const LOOKED_INTO_MAX = 200;

export const help: Help = {
  path: ['calendars', 'show'],
  summary: 'one calendar in full',
  parameters: 'CALENDAR',
  examples: [
    ['confsync calendars show alice@example.com', 'when was it synced, is its channel alive, what is pending'],
  ],
};

export const parse: (given: Given) => NamedCalendar = (given) => oneCalendar(given);

export async function run({ store, clock }: OpsServices, { key }: NamedCalendar): Promise<Report> {
  const calendar = await knownCalendar(store, key);
  const { found, isAll } = await scanBindings(store, key, BINDINGS_MAX);
  const counts = countStates(found);
  const trouble = await troubleOf(store, found);
  const now = clock.now();
  const next = adviceOn(calendar, trouble);
  const deliveries = { retrying: trouble.retrying, refused: trouble.refused };
  return {
    data: {
      ...viewCalendar(calendar),
      bindings: { ...counts, isAll },
      deliveries,
      advice: next.length === 0 ? null : next.join('\n'),
    },
    text: (paint) => [
      ...list(entriesOf(calendar, counts, trouble, isAll, now), paint),
      ...(next.length === 0 ? [] : ['', ...next]),
    ],
  };
}

interface Counts {
  readonly announced: number;
  readonly live: number;
  readonly failed: number;
  readonly gone: number;
  readonly pending: number;
}

function countStates(bindings: readonly BindingRecord[]): Counts {
  const counts = { announced: 0, live: 0, failed: 0, gone: 0, pending: 0 };
  for (const { state, pending } of bindings) {
    counts[state]++;
    if (pending !== null) counts.pending++;
  }
  return counts;
}

/** Events of which the conference system has not taken, or has refused, a change or the end. */
interface Trouble {
  readonly retrying: number;
  readonly refused: number;
  /** Why one of those that are tried again failed last. */
  readonly reason: string | null;
}

/** Looks at what is owed or gone; the rest tells its trouble itself. @throws StoreUnavailable */
async function troubleOf(store: Store, bindings: readonly BindingRecord[]): Promise<Trouble> {
  const open = [
    ...bindings.filter(({ pending }) => pending !== null),
    ...bindings.filter(({ pending, state }) => pending === null && state === 'gone'),
  ].slice(0, LOOKED_INTO_MAX);
  const conferences = await conferencesOf(store, open);
  const trouble = { retrying: 0, refused: 0, reason: null as string | null };
  for (const binding of open) {
    const conference = conferences.get(binding.conference);
    const { kind } = standingOf(binding, conference);
    if (kind === 'refused') trouble.refused++;
    if (kind !== 'retrying') continue;
    trouble.retrying++;
    trouble.reason ??= conference?.failure?.reason ?? null;
  }
  const refused = bindings.filter(({ state, pending }) => state === 'failed' && pending === null).length;
  return { ...trouble, refused: trouble.refused + refused };
}

function failureCell(failure: Failure | null, now: number): Cell {
  if (failure === null) return '-';
  return { tone: 'bad', text: `${failure.reason}, ${failure.count}x, ${momentText(failure.at, now)}` };
}

/** What the conference system was told of the calendar itself. */
function toldCell(notice: Notice | null, now: number): Cell {
  if (notice === null) return '-';
  const { standing, seenAt, telling } = notice;
  const news = `${standing}, ${momentText(seenAt, now)}`;
  if (telling === null) return news;
  const next = `tried ${telling.attempts === 0 ? 'first' : 'again'} ${momentText(telling.retryAt, now)}`;
  return telling.attempts === 0
    ? `${news}; not told yet, ${next}`
    : { tone: 'bad', text: `${news}; not told after ${counted(telling.attempts, 'attempt')}, ${next}` };
}

function entriesOf(
  calendar: CalendarRecord,
  counts: Counts,
  { retrying, reason }: Trouble,
  isAll: boolean,
  now: number,
): [string, Cell][] {
  const { channel, failure, repairs, checkpoint, lease, openingFailure, unrecorded } = calendar;
  const provenText =
    channel?.provenAt == null ? 'no notification yet' : `last notification ${momentText(channel.provenAt, now)}`;
  return [
    ['calendar', calendar.calendarId],
    ['acts as', calendar.subject],
    ['status', statusCell(calendar)],
    ['key in logs', calendar.key],
    ['last sync', momentText(calendar.lastSyncedAt, now)],
    ['next sync', momentText(nextSyncAt(calendar), now)],
    ['sync token', calendar.syncToken === null ? 'none: the next sync is a full one' : 'present'],
    [
      'syncing now',
      lease !== null && lease.until > now ? `yes, until ${momentText(lease.until, now)} at the latest` : 'no',
    ],
    ['listing', checkpoint === null ? '-' : `${checkpoint.mode}, interrupted, goes on by itself`],
    [
      'recorded',
      unrecorded === null
        ? 'all that was listed'
        : {
            tone: 'bad',
            text: `not all, as a record cannot be read, or was hidden from us; everything is listed again ${momentText(unrecorded.retryAt, now)}`,
          },
    ],
    ['channel', channel === null ? '-' : `ends ${momentText(channel.expiresAt, now)}, ${provenText}`],
    ['new channel', failureCell(openingFailure, now)],
    [
      'full syncs',
      repairs.notBefore !== null && repairs.notBefore > now
        ? `held back until ${momentText(repairs.notBefore, now)}`
        : 'allowed',
    ],
    ['failure', failureCell(failure, now)],
    ['told of', toldCell(calendar.notice, now)],
    [
      'bindings',
      `${counts.live} live, ${counts.announced} announced, ${counts.failed} failed, ${counts.gone} gone${isAll ? '' : ' (the first only)'}`,
    ],
    ['pending', counts.pending],
    [
      'failing',
      retrying === 0
        ? '-'
        : { tone: 'bad', text: `${counted(retrying, 'event')}, tried again: ${reason ?? 'no reason on record'}` },
    ],
  ];
}

function adviceOn({ status, calendarId, isBeingRemoved }: CalendarRecord, trouble: Trouble): readonly string[] {
  if (isBeingRemoved) return ['Being removed, which a worker finishes by itself within minutes.'];
  const deliveries = [
    ...(trouble.refused === 0
      ? []
      : [`The conference system refused changes. See: confsync failures list --calendar ${calendarId}`]),
    ...(trouble.retrying === 0
      ? []
      : [
          `The conference system has not taken changes yet. See: confsync failures list --retrying --calendar ${calendarId}`,
        ]),
  ];
  switch (status) {
    case 'paused':
      return [`Paused by a person. Go on with: confsync calendars resume ${calendarId}`];
    case 'disconnected':
      return [
        `Google refuses to let us act as this user. Renew the consent or the delegation, then: confsync calendars resume ${calendarId}`,
      ];
    case 'unreachable':
      return [
        `The calendar is gone or closed to this user. Share it again, then: confsync calendars resume ${calendarId}`,
      ];
    case 'active':
    case 'unsupported-push':
      return deliveries;
  }
}
