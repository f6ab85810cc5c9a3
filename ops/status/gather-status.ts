/**
 * Collects what `status` shows: one screen of facts, each by itself, so that one that cannot be read hides no other. The fleet is counted
 * from indexes, whatever its size.
 */
import { DUE_SHARDS } from '../../shared/domain/ids.ts';
import type { FleetCounts } from '../../shared/domain/ports.ts';
import type { CalendarStatus } from '../../shared/domain/state/records.ts';
import type { Backlog, Freshness, JobFacts, OpsServices, Reading } from '../ports.ts';

/** How long the channels of active calendars have to live. */
export interface ChannelDays {
  readonly missing: number;
  readonly expired: number;
  readonly withinADay: number;
  readonly withinThreeDays: number;
  readonly later: number;
}

/** See the file's head. Lengths of time are milliseconds. */
export interface StatusFacts {
  readonly live: Reading<Backlog>;
  readonly upkeep: Reading<Backlog>;
  readonly deadLetters: Reading<number>;
  readonly calendars: Readonly<Record<CalendarStatus, number>>;
  readonly channels: ChannelDays;
  /** Changes that the conference system refused. */
  readonly failures: number;
  /** Conferences that wait: for a delivery, a retry, the end of their grace; and those among them that failed before. */
  readonly pending: number;
  readonly failing: number;
  /** Items that are due and that no renewal run has seen to yet, as far as they were looked at. */
  readonly due: number;
  readonly longestOverdueMs: number;
  readonly job: Reading<JobFacts>;
  readonly freshness: Reading<Freshness>;
}

const DUE_MAX = 100;
const LETTERS_MAX = 1_000;
const DAY = 24 * 3_600_000;

/** @throws StoreUnavailable */
export async function gatherStatus(services: OpsServices): Promise<StatusFacts> {
  const { installation, names, store, clock } = services;
  const now = clock.now();
  const fleetBy = (endingBefore: number) => store.countFleet({ overdueBefore: now, endingBefore });
  const [live, upkeep, deadLetters, byNow, byTomorrow, inThreeDays, due, job, freshness] = await Promise.all([
    installation.backlog(names.liveSubscription),
    installation.backlog(names.upkeepSubscription),
    countLetters(services),
    fleetBy(now),
    fleetBy(now + DAY),
    fleetBy(now + 3 * DAY),
    gatherDue(services, now),
    installation.job(names.job),
    installation.freshness(),
  ]);
  const calendars = statusesOf(byNow);
  return {
    live,
    upkeep,
    deadLetters,
    calendars,
    channels: {
      missing: byNow.channelless,
      expired: byNow.channelsEnding,
      withinADay: byTomorrow.channelsEnding - byNow.channelsEnding,
      withinThreeDays: inThreeDays.channelsEnding - byTomorrow.channelsEnding,
      // The counts are not of one moment.
      later: Math.max(0, calendars.active - byNow.channelless - inThreeDays.channelsEnding),
    },
    failures: byNow.failed,
    pending: byNow.pending,
    failing: byNow.failing,
    ...due,
    job,
    freshness,
  };
}

/** Monitoring knows the count without touching a letter; where there is none, as with an emulator, they are looked at. */
async function countLetters({ installation, names, letters }: OpsServices): Promise<Reading<number>> {
  const backlog = await installation.backlog(names.deadLetterSubscription);
  if (backlog.kind === 'known') return { kind: 'known', fact: backlog.fact.messages };
  try {
    return { kind: 'known', fact: (await letters.look(LETTERS_MAX)).messages.length };
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** What is due and waits for a renewal run, as far as `DUE_MAX` a shard reach. @throws StoreUnavailable */
export async function gatherDue(
  { store }: OpsServices,
  now: number,
): Promise<Pick<StatusFacts, 'due' | 'longestOverdueMs'>> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const found = await Promise.all(
    shards.map(async (shard) => [
      ...(await store.dueCalendars(shard, now, DUE_MAX)),
      ...(await store.dueConferences(shard, now, DUE_MAX)),
    ]),
  );
  const overdue = found.flat().map(({ dueAt }) => now - (dueAt ?? now));
  return { due: overdue.length, longestOverdueMs: Math.max(0, ...overdue) };
}

function statusesOf(fleet: FleetCounts): Record<CalendarStatus, number> {
  const { calendars, paused, disconnected, unreachable, unsupportedPush } = fleet;
  const active = Math.max(0, calendars - paused - disconnected - unreachable - unsupportedPush);
  return { active, paused, disconnected, unreachable, 'unsupported-push': unsupportedPush };
}
