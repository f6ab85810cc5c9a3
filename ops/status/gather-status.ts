/**
 * Collects what `status` shows: one screen of facts, each by itself and within its own bound of time, so that one that cannot be read hides
 * no other. The fleet is counted from indexes, whatever its size.
 */
import { DUE_SHARDS } from '../../shared/domain/ids.ts';
import type { FleetCounts, Store } from '../../shared/domain/ports.ts';
import type { CalendarStatus } from '../../shared/domain/state/records.ts';
import type { Backlog, Freshness, JobFacts, Notifications, OpsServices, Reading } from '../ports.ts';
import { look, lookFor } from './look.ts';

/** How long the channels of active calendars have to live. */
export interface ChannelDays {
  readonly missing: number;
  readonly expired: number;
  readonly withinADay: number;
  readonly withinThreeDays: number;
  readonly later: number;
}

/** What is counted over the whole fleet. */
export interface Fleet {
  readonly calendars: Readonly<Record<CalendarStatus, number>>;
  readonly channels: ChannelDays;
  /** Changes that the conference system refused. */
  readonly refused: number;
  /** Conferences that wait: for a delivery, a retry, the end of their grace. */
  readonly pending: number;
}

/** What fails and is tried again by itself, as far as it was looked at. */
export interface Failing {
  readonly count: number;
  /** There are no more than these. */
  readonly isAll: boolean;
  /** Most failures in a row. */
  readonly attempts: number;
  /** Why the one with most failures failed last; null where nothing fails. */
  readonly reason: string | null;
}

/** Deliveries that fail. */
export interface FailingDeliveries extends Failing {
  /** Of the one that has failed for longest. */
  readonly longestMs: number;
}

/** Items that are due and that no renewal run has seen to yet. */
export interface Due {
  readonly count: number;
  /** Of the one that has been due for longest; 0 where none can be read. */
  readonly longestMs: number;
}

/** See the file's head. Lengths of time are milliseconds. */
export interface StatusFacts {
  readonly live: Reading<Backlog>;
  readonly upkeep: Reading<Backlog>;
  readonly deadLetters: Reading<number>;
  /** They are the metric's; else as many as could be taken, without those that others hold. */
  readonly areLettersCounted: boolean;
  readonly fleet: Reading<Fleet>;
  readonly deliveries: Reading<FailingDeliveries>;
  readonly syncs: Reading<Failing>;
  readonly due: Reading<Due>;
  readonly job: Reading<JobFacts>;
  readonly freshness: Reading<Freshness>;
  readonly notifications: Reading<Notifications>;
  /** Paths of the records that were met on the way and cannot be read. */
  readonly unreadable: readonly string[];
}

const FAILING_MAX = 100;
const LETTERS_MAX = 1_000;
const DAY = 24 * 3_600_000;

/** Looks at all of it at once. Never throws. */
export async function gatherStatus(services: OpsServices): Promise<StatusFacts> {
  const { installation, names, store, clock } = services;
  const now = clock.now();
  // Of the whole fleet it is asked once, for two facts.
  const counts = countAsOf(store, now);
  const [live, upkeep, letters, fleet, deliveries, syncs, due, job, freshness, notifications] = await Promise.all([
    lookFor(() => backlogOf(services, names.liveSubscription)),
    lookFor(() => backlogOf(services, names.upkeepSubscription)),
    lookFor(() => countLetters(services)),
    look(() => describeFleet(store, counts, now)),
    look(() => failingDeliveries(store, now)),
    look(() => failingSyncs(store)),
    look(() => gatherDue(store, counts, now)),
    lookFor(() => installation.job(names.job)),
    lookFor(() => installation.freshness()),
    lookFor(() => installation.notifications()),
  ]);
  const unreadable = [...services.unreadable];
  return {
    live,
    upkeep,
    deadLetters: letters.kind === 'known' ? { kind: 'known', fact: letters.fact.count } : letters,
    areLettersCounted: letters.kind === 'known' && letters.fact.isCounted,
    fleet,
    deliveries,
    syncs,
    due,
    job,
    freshness,
    notifications,
    unreadable,
  };
}

/** A backlog that cannot be seen may be that of a subscription which is not there. */
async function backlogOf({ installation }: OpsServices, subscription: string): Promise<Reading<Backlog>> {
  const backlog = await installation.backlog(subscription);
  if (backlog.kind === 'known') return backlog;
  return (await installation.subscription(subscription)).kind === 'absent' ? { kind: 'absent' } : backlog;
}

/** The counts of the fleet, with what is due, and expired, by now. @throws StoreUnavailable */
export function countAsOf(store: Store, now: number): Promise<FleetCounts> {
  return store.countFleet({ overdueBefore: now, endingBefore: now });
}

async function describeFleet(store: Store, counts: Promise<FleetCounts>, now: number): Promise<Fleet> {
  const [fleet, byTomorrow, inThreeDays] = await Promise.all([
    counts,
    store.countChannelsEnding(now + DAY),
    store.countChannelsEnding(now + 3 * DAY),
  ]);
  const { channelless, channelsEnding: expired } = fleet;
  const calendars = statusesOf(fleet);
  return {
    calendars,
    channels: {
      missing: channelless,
      expired,
      // The counts are not of one moment.
      withinADay: Math.max(0, byTomorrow - expired),
      withinThreeDays: Math.max(0, inThreeDays - byTomorrow),
      later: Math.max(0, calendars.active - channelless - inThreeDays),
    },
    refused: fleet.failed,
    pending: fleet.pending,
  };
}

async function failingDeliveries(store: Store, now: number): Promise<FailingDeliveries> {
  const found = await store.failingConferences({ after: null, limit: FAILING_MAX + 1 });
  const longestMs = Math.max(0, ...found.map(({ failingSince }) => now - (failingSince ?? now)));
  return { ...failingOf(found.map(({ attempts, failure }) => ({ attempts, failure }))), longestMs };
}

async function failingSyncs(store: Store): Promise<Failing> {
  const found = await store.failingCalendars({ after: null, limit: FAILING_MAX + 1 });
  return failingOf(found.map(({ failure }) => ({ attempts: failure?.count ?? 0, failure })));
}

/** They come with the most failures in a row last. */
function failingOf(
  found: readonly { readonly attempts: number; readonly failure: { readonly reason: string } | null }[],
): Failing {
  const worst = found.at(-1);
  return {
    count: Math.min(found.length, FAILING_MAX),
    isAll: found.length <= FAILING_MAX,
    attempts: worst?.attempts ?? 0,
    reason: worst?.failure?.reason ?? null,
  };
}

/**
 * Monitoring knows the count without touching a letter. Emulators have none, so there the letters are looked at; in the cloud that takes longer
 * than a fact is waited for, and would hold them from whoever comes next.
 */
async function countLetters(
  services: OpsServices,
): Promise<Reading<{ readonly count: number; readonly isCounted: boolean }>> {
  const { installation, names, letters } = services;
  const backlog = await backlogOf(services, names.deadLetterSubscription);
  if (backlog.kind === 'known') return { kind: 'known', fact: { count: backlog.fact.messages, isCounted: true } };
  if (names.emulators === null) return backlog;
  try {
    const { messages } = await letters.look(LETTERS_MAX);
    return { kind: 'known', fact: { count: messages.length, isCounted: false } };
  } catch (error) {
    const subscription = await installation.subscription(names.deadLetterSubscription);
    if (subscription.kind === 'absent') return subscription;
    throw error;
  }
}

/** What is due and waits for a renewal run. `counts` are those of `countAsOf`. @throws StoreUnavailable */
export async function gatherDue(store: Store, counts: Promise<FleetCounts>, now: number): Promise<Due> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const [{ overdueCalendars, overdueConferences }, ...longest] = await Promise.all([
    counts,
    ...shards.map((shard) => store.dueCalendars(shard, now, 1)),
    ...shards.map((shard) => store.dueConferences(shard, now, 1)),
  ]);
  const overdue = longest.flat().map(({ dueAt }) => now - (dueAt ?? now));
  // The counts are not of the moment of the reads.
  const count = Math.max(overdueCalendars + overdueConferences, overdue.length);
  return { count, longestMs: Math.max(0, ...overdue) };
}

function statusesOf(fleet: FleetCounts): Record<CalendarStatus, number> {
  const { calendars, paused, disconnected, unreachable, unsupportedPush } = fleet;
  const active = Math.max(0, calendars - paused - disconnected - unreachable - unsupportedPush);
  return { active, paused, disconnected, unreachable, 'unsupported-push': unsupportedPush };
}
