/**
 * One seed, one history: people edit at random while faults strike, and nothing wrong may ever happen; then the faults stop, and
 * everything must come right. Half of the seeds lose nothing for good, and must come right without a reconcile.
 */
import { resumeCalendar } from '../../shared/flow/calendars/command-calendar.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { retryBinding, retryCancellation } from '../../shared/flow/deliver/retry-failure.ts';
import { Coincidences } from './coincidences.ts';
import { ConsentFates } from './consents.ts';
import type { Crowd } from './crowds.ts';
import { drawExtent, drawPolicy, type Extent } from './draw-world.ts';
import { drawFaults, type FaultKind, type FaultRates, RandomFates } from './faults.ts';
import { FORGETTING } from './forgetting.ts';
import { Hardships } from './hardships.ts';
import { judgeEnd } from './judge-end.ts';
import { judgeLastEdit } from './judge-last-edit.ts';
import { sleepLong } from './long-sleep.ts';
import { runFor, runUntil } from './pass-time.ts';
import { Random } from './random.ts';
import { PAUSE_MS_MAX, subjectOf } from './settings.ts';
import { Users } from './users.ts';
import { World } from './world.ts';

/** What a run is cut down to, for those who look for the smallest that fails. */
export interface Cut {
  /** People do no more than this. */
  readonly actions?: number;
  /** These faults do not strike. */
  readonly without?: readonly FaultKind[];
  /** The worker that makes this commit (the first is 1) dies with it. */
  readonly crashAtCommit?: number;
}

/** How a run ended. */
export interface SeedResult {
  readonly seed: number;
  readonly violation: string | undefined;
  readonly world: World;
  readonly rates: FaultRates;
  readonly actions: number;
  /** Transactions while the faults were on; each is one after which a worker can die. */
  readonly commits: number;
}

const MINUTE = 60_000;
/** Reasons on record after which only a person offers a change once more. */
const IS_FOR_PEOPLE = /^(answered (400|422)$|the conference system does not know it$|given up after )/;

/** Runs a seed to its end or to the first thing that goes wrong. */
export async function runSeed(seed: number, cut: Cut = {}): Promise<SeedResult> {
  const random = new Random(seed);
  const isLossy = random.happens(0.5);
  const hardships = new Hardships(seed, isLossy);
  const drawn = hardships.faultsWith(drawFaults(random, isLossy));
  const rates = Object.fromEntries(
    Object.entries(drawn).filter(([kind]) => !cut.without?.some((name) => name === kind)),
  );
  const actions = Math.min(random.between(3, 24), cut.actions ?? Number.POSITIVE_INFINITY);
  const consents = new ConsentFates(seed);
  const coincidences = new Coincidences(seed);
  const extent = drawExtent(seed);
  const fates = new RandomFates(random.fork(), {});
  const world = new World({
    random: random.fork(),
    fates,
    policy: { ...drawPolicy(random, isLossy, extent), tellsOfCalendars: consents.isOn },
    ...extent,
    pageSize: extent.crowd === null ? (random.pick([1, 2, 3, 10, 250]) ?? 250) : 250,
    databaseSkewMs: random.between(-200, 200),
    brokerSkewMs: random.between(-200, 200),
    ...(extent.pauseMsMax > PAUSE_MS_MAX && { forgetting: new Random(seed ^ 0xf09e) }),
  });
  world.calendar.configure({
    exceptionsComeAgain: random.happens(0.5),
    tombstones: random.pick(['bare', 'rich', 'documented']) ?? 'bare',
    stopLagMs: random.pick([0, 60_000]) ?? 0,
    changesTouchMaster: new Random(seed ^ 0x0cc1).happens(0.5),
  });
  extent.crowd?.fill(world);
  world.truth.refresh();
  await setUp(world);
  fates.rates = rates;
  fates.commits = 0;
  fates.crashAtCommit = cut.crashAtCommit;
  setCalendarFaults(world, rates);
  const users = new Users(world, random.fork(), isLossy);
  await live(world, users, random.fork(), { actions, sleeper: new Random(seed ^ 0x51ee), ...extent }, (world) => {
    consents.turn(world);
    hardships.turn(world);
    coincidences.turn(world);
  });
  const { commits } = fates;
  if (world.judges.violation === undefined) await heal(world, isLossy);
  if (world.judges.violation === undefined) {
    const said = judgeEnd(world) ?? (await judgeLastEdit(world, seed));
    if (said !== undefined) world.judges.violate(said);
  }
  return { seed, violation: world.judges.violation, world, rates, actions, commits };
}

/** Registers the calendars and lets the first listings end, undisturbed. */
export async function setUp(world: World): Promise<void> {
  for (const id of world.registered)
    void world.processes.command('operator', (services) => registerCalendar(services, id, subjectOf(id)));
  world.runs.begin();
  await rest(world);
  world.history.add(world.scheduler.now, 'WORLD', 'all calendars are registered');
}

function setCalendarFaults(world: World, rates: FaultRates): void {
  const { faults } = world.calendar;
  const { notificationLost, notificationDoubled, notificationLate, oddPages, listLags } = rates;
  if (notificationLost !== undefined) faults.add({ kind: 'dropNotification', fraction: notificationLost });
  if (notificationDoubled !== undefined) faults.add({ kind: 'doubleNotification', fraction: notificationDoubled });
  if (notificationLate !== undefined) {
    faults.add({ kind: 'delayNotification', fraction: notificationLate, delayMs: 40_000 });
  }
  if (listLags !== undefined) faults.add({ kind: 'laggingList', fraction: listLags, lagMs: 20_000 });
  if (oddPages !== undefined) {
    for (const kind of ['emptyPage', 'noItems', 'noSyncToken'] as const) faults.add({ kind, fraction: oddPages / 2 });
  }
}

async function live(
  world: World,
  users: Users,
  random: Random,
  { actions, crowd, pauseMsMax, sleepMs, sleeper }: Extent & { readonly actions: number; readonly sleeper: Random },
  turn: (world: World) => void,
): Promise<void> {
  for (let action = 0; action < actions && world.judges.violation === undefined; action++) {
    const pauseMs = random.happens(0.4) ? random.between(0, 2_000) : random.between(0, pauseMsMax);
    await runFor(world, pauseMs);
    if (sleepMs > 0 && action === Math.floor(actions / 2)) await sleepLong(world, sleeper, sleepMs);
    if (action === 2 && crowd !== null) {
      await shake(world, crowd);
    } else users.act();
    turn(world);
    await world.scheduler.drain();
  }
  await runFor(world, random.between(0, 2 * MINUTE));
}

async function shake(world: World, crowd: Crowd): Promise<void> {
  const { rates } = world.fates;
  if (crowd.isCalm) world.fates.rates = {};
  crowd.shake(world);
  await runFor(world, crowd.pauseMs ?? 0);
  world.fates.rates = rates;
}

/** Ends the faults and waits until the world has come to rest. */
export async function heal(world: World, isReconciled: boolean): Promise<void> {
  world.fates.heal();
  world.consents.heal(world);
  world.cutConferencesOff(0);
  world.calendar.faults.set([]);
  world.history.add(world.scheduler.now, 'WORLD', isReconciled ? 'no more faults; one reconcile' : 'no more faults');
  // A pause that is tried once more comes after the resumption that was meant to follow it.
  await runUntil(world, () => world.processes.commands === 0);
  // What a paused calendar owes waits for as long as it is paused.
  for (const { key, status } of world.shadow.calendars.values()) {
    if (status === 'paused') void world.processes.command('operator', (services) => resumeCalendar(services, key));
  }
  // Whoever is at work, or still to be told, comes to his end; what people do later is done by then.
  await rest(world);
  for (const { key, status, channel } of world.shadow.calendars.values()) {
    if (status === 'disconnected' || status === 'unreachable' || status === 'paused') {
      void world.processes.command('operator', (services) => resumeCalendar(services, key));
    } else if (isReconciled || channel === null) {
      // Registered while Google could open no channel, a calendar has its reconciles alone.
      void world.queue.publish({ kind: 'sync', calendar: key, cause: 'reconcile' }, 'upkeep');
    }
  }
  await rest(world);
  retryFailures(world);
  await rest(world);
}

/** On-call staff offer once more what the conference system refused or failed at for days. All else has to come right by itself. */
function retryFailures(world: World): void {
  for (const { state, calendar, id, failure } of world.shadow.bindings.values()) {
    if (state !== 'failed' || !IS_FOR_PEOPLE.test(failure?.reason ?? '')) continue;
    void world.processes.command('operator', (services) => retryBinding(services, { calendar, id }));
  }
  for (const { state, key, failure } of world.shadow.conferences.values()) {
    if (state !== 'failed' || !IS_FOR_PEOPLE.test(failure?.reason ?? '')) continue;
    void world.processes.command('operator', (services) => retryCancellation(services, key));
  }
}

/** Runs until the world has come to rest. */
export function rest(world: World): Promise<void> {
  return runUntil(world, () => isAtRest(world));
}

/** Nobody is at work, nothing waits to be delivered, and nothing is due but far-off reconciles. */
function isAtRest(world: World): boolean {
  const { live, upkeep } = world.queue.backlog();
  if (world.processes.running > 0 || live + upkeep > 0) return false;
  if (world.scheduler.waiting.some(({ name }) => name !== 'renewal' && name !== FORGETTING)) return false;
  const { now } = world.scheduler;
  const { conferences, calendars } = world.shadow;
  // What was announced waits for its event, until the announcement is over.
  const isOwed = [...conferences.values()].some(
    ({ dueAt, announcedUntil }) => dueAt !== null && (dueAt < (announcedUntil ?? 0) || (announcedUntil ?? 0) <= now),
  );
  const isListing = [...calendars.values()].some(
    ({ status, lease, failure, syncToken, wantedAt, checkpoint, reconcileAt }) =>
      // Without a channel it is followed all the same.
      (status === 'active' || status === 'unsupported-push') &&
      (lease !== null ||
        failure !== null ||
        syncToken === null ||
        wantedAt !== null ||
        checkpoint !== null ||
        (reconcileAt !== null && reconcileAt < now + MINUTE)),
  );
  const isTelling = [...calendars.values()].some(({ notice }) => notice !== null && notice.telling !== null);
  return !isOwed && !isListing && !isTelling;
}
