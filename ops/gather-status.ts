/** Collects what `status` shows: one screen of facts, each by itself, so that one that cannot be read hides no other. */
import { DUE_SHARDS } from '../shared/domain/ids.ts';
import type { CalendarRecord, CalendarStatus } from '../shared/domain/records.ts';
import { urgentChannels } from './commands/channels-list.ts';
import { FAILURES_MAX } from './find-failures.ts';
import type { Backlog, Freshness, JobFacts, OpsServices, Reading } from './ports.ts';
import { scanCalendars, scanFailedBindings, scanFailedConferences } from './scan.ts';
import type { Screen } from './screen.ts';

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
  /** Whether the counts of calendars and channels are of all of them. */
  readonly isAll: boolean;
  readonly channels: ChannelDays;
  readonly failures: number;
  /** Items that are due and that no renewal run has seen to yet. */
  readonly due: number;
  readonly longestOverdueMs: number;
  readonly job: Reading<JobFacts>;
  readonly freshness: Reading<Freshness>;
  /** The active calendar that was longest not synced. */
  readonly stalest: { readonly calendarId: string; readonly ageMs: number } | null;
}

const CALENDARS_MAX = 20_000;
const DUE_MAX = 100;
const LETTERS_MAX = 1_000;
const DAY = 24 * 3_600_000;

/** @throws StoreUnavailable */
export async function gatherStatus(services: OpsServices, screen: Screen): Promise<StatusFacts> {
  const { installation, names, store, clock } = services;
  const now = clock.now();
  const [live, upkeep, deadLetters, scanned, failures, due, job, freshness] = await Promise.all([
    installation.backlog(names.liveSubscription),
    installation.backlog(names.upkeepSubscription),
    countLetters(services),
    scanCalendars(store, CALENDARS_MAX, undefined, (count) => screen.progress('Reading calendars', count, null)),
    countFailures(services),
    gatherDue(services, now),
    installation.job(names.job),
    installation.freshness(),
  ]);
  return {
    live,
    upkeep,
    deadLetters,
    calendars: countStatuses(scanned.found),
    isAll: scanned.isAll,
    channels: countDays(scanned.found, now),
    failures,
    ...due,
    job,
    freshness,
    stalest: stalestOf(scanned.found, now),
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

async function countFailures({ store }: OpsServices): Promise<number> {
  const [bindings, conferences] = await Promise.all([
    scanFailedBindings(store, FAILURES_MAX),
    scanFailedConferences(store, FAILURES_MAX),
  ]);
  return bindings.found.length + conferences.found.length;
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

function countStatuses(calendars: readonly CalendarRecord[]): Record<CalendarStatus, number> {
  const counts = { active: 0, paused: 0, disconnected: 0, unreachable: 0, 'unsupported-push': 0 };
  for (const { status } of calendars) counts[status]++;
  return counts;
}

function countDays(calendars: readonly CalendarRecord[], now: number): ChannelDays {
  const counts = { missing: 0, expired: 0, withinADay: 0, withinThreeDays: 0, later: 0 };
  for (const { channel } of urgentChannels(calendars, now, null)) {
    const left = channel === null ? null : channel.expiresAt - now;
    if (left === null) counts.missing++;
    else if (left <= 0) counts.expired++;
    else if (left <= DAY) counts.withinADay++;
    else if (left <= 3 * DAY) counts.withinThreeDays++;
    else counts.later++;
  }
  return counts;
}

function stalestOf(calendars: readonly CalendarRecord[], now: number): StatusFacts['stalest'] {
  let stalest: StatusFacts['stalest'] = null;
  for (const { calendarId, status, lastSyncedAt } of calendars) {
    if ((status !== 'active' && status !== 'unsupported-push') || lastSyncedAt === null) continue;
    const ageMs = now - lastSyncedAt;
    if (stalest === null || ageMs > stalest.ageMs) stalest = { calendarId, ageMs };
  }
  return stalest;
}
