/**
 * The product itself in a hostile world: first everything goes wrong at once and nothing may ever be wrong; then the faults stop, each
 * calendar is reconciled once, and everything must be right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readEntries } from '../deployed/cloud-logging.ts';
import type { EmulatorHosts } from '../emulators.ts';
import { Random } from '../simulation/random.ts';
import { REGISTERED } from '../simulation/settings.ts';
import { judgeRest } from './judge.ts';
import { keepEvidence } from './keep-evidence.ts';
import { type ChaosWorld, openChaosWorld } from './open-world.ts';
import type { ChaosTally } from './tally.ts';
import { ChaosUsers } from './users.ts';

/** How to run. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long the faults last; milliseconds. */
  readonly ms: number;
  readonly hosts: EmulatorHosts<'firestore' | 'pubsub'>;
  readonly say: (text: string) => void;
}

/**
 * How long the world may take to come to rest after the one reconcile. Changes that a dead worker left pending are retried each by itself
 * and wait ten seconds whenever another has the lease of their calendar, so that many of one calendar take their time.
 */
const REST_MS = 240_000;
const PACE_MS = 150;
const EDITS_MIN = 6;
/** Two lists of one calendar start at least a second apart; a worker that died does not know when the last one began. */
const LISTS_PER_SECOND_MAX = 2;

/** Runs it and returns the counts; violations are among them. @throws Error if the world cannot be opened */
export async function runChaos({ seed, ms, hosts, say }: ChaosOptions): Promise<ChaosTally> {
  const world = await openChaosWorld(seed, hosts);
  const { tally } = world;
  const startedAt = Date.now();
  const watching = new AbortController();
  try {
    for (const calendarId of REGISTERED) await manage(world, 'PUT', calendarId, '', { subject: calendarId });
    say(`chaos: seed ${seed}, ${ms / 1_000} s of faults`);
    const watch = watchShown(world, watching.signal);
    const until = Date.now() + ms;
    await Promise.all([edit(world, until), breakThings(world, until), forge(world, until)]);
    await heal(world);
    say('chaos: the faults have stopped; one reconcile, then everything must be right');
    for (const calendarId of REGISTERED) await manage(world, 'POST', calendarId, '/sync', {});
    await rest(world);
    watching.abort();
    await watch;
    const bound = ((Date.now() - startedAt) / 1_000) * REGISTERED.length * LISTS_PER_SECOND_MAX;
    if (tally.listCalls > bound) tally.violation(`${tally.listCalls} list calls, more than ${Math.round(bound)}`);
    const { forged, malformed } = world.conferences.counts();
    if (forged + malformed > 0) tally.violation(`${forged} deliveries unsigned, ${malformed} outside the contract`);
    return tally;
  } finally {
    watching.abort();
    await world.close();
  }
}

async function edit(world: ChaosWorld, until: number): Promise<void> {
  const random = world.random.fork();
  const announce = (calendarId: string, eventId: string, conferenceId: string): Promise<void> =>
    tryManage(world, 'PUT', calendarId, `/bindings/${eventId}`, { conferenceId }).then(() => undefined);
  const users = new ChaosUsers(world.calendar, world.truth, random, announce);
  // However slow the machine, something happens in each run.
  while (Date.now() < until || world.tally.edits < EDITS_MIN) {
    await users.act();
    world.tally.edits++;
    await sleep(random.between(20, 2 * PACE_MS));
  }
}

async function breakThings(world: ChaosWorld, until: number): Promise<void> {
  const { tally, calendar, outside, proxies, processes } = world;
  const random = world.random.fork();
  const rising = new Set<Promise<void>>();
  calendar.faults.set([
    { kind: 'dropNotification', fraction: 0.1 },
    { kind: 'doubleNotification', fraction: 0.1 },
    { kind: 'delayNotification', delayMs: 1_500, fraction: 0.1 },
  ]);
  tally.fault('notifications dropped, doubled, delayed');
  const restartAt = Date.now() + (until - Date.now()) * 0.4;
  let hasRestarted = false;
  // However slow the machine, each run has its kill.
  while (Date.now() < until || tally.kills === 0) {
    await sleep(random.between(200, 1_200));
    if (!hasRestarted && Date.now() > restartAt) {
      hasRestarted = true;
      if (await world.restartBroker()) tally.fault('broker lost with all its messages');
    }
    const roll = random.between(1, 10);
    if (tally.kills === 0 || roll <= 6) {
      const victim = random.pick(processes);
      if (victim === undefined || !victim.isAlive) continue;
      tally.fault('SIGKILL');
      await victim.kill();
      tally.kills++;
      const rise = sleep(random.between(0, 800)).then(() => victim.start());
      const tracked = rise.finally(() => rising.delete(tracked));
      rising.add(tracked);
    } else if (roll === 7) {
      tally.fault('conference system cut off');
      outside.isConferenceCut = true;
      await sleep(random.between(500, 3_000));
      outside.isConferenceCut = false;
    } else if (roll === 8) {
      tally.fault('sync tokens expired');
      calendar.expireSyncTokens(random.pick(REGISTERED));
    } else {
      const name = roll === 9 ? 'firestore' : 'pubsub';
      tally.fault(`network to ${name} cut`);
      proxies[name].setCut(true);
      await sleep(random.between(300, 2_000));
      proxies[name].setCut(false);
    }
  }
  await Promise.all(rising);
}

/** Strangers with channel ids and tokens of their own; what gets through is a violation. */
async function forge(world: ChaosWorld, until: number): Promise<void> {
  while (Date.now() < until) {
    const [channel] = world.calendar.openChannels();
    const answer = await fetch(world.receiver.url, {
      method: 'POST',
      headers: {
        'x-goog-channel-id': channel?.id ?? 'none',
        'x-goog-channel-token': 'forged',
        'x-goog-resource-state': 'exists',
      },
      signal: AbortSignal.timeout(5_000),
    }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 403) world.tally.forgeries++;
    else if (answer !== undefined) world.tally.violation(`a forged notification was answered ${answer.status}`);
    await sleep(500);
  }
}

async function heal({ calendar, front, outside, proxies, processes, tally }: ChaosWorld): Promise<void> {
  calendar.faults.set([]);
  front.isFaulty = false;
  outside.isFaulty = false;
  outside.isConferenceCut = false;
  for (const proxy of [proxies.firestore, proxies.pubsub]) proxy.setCut(false);
  for (const one of processes) {
    if (!one.isAlive) tally.violation(`${one.target} ended by itself`);
    for (const text of readEntries(one.stdout).lost)
      tally.violation(`${one.target} wrote what is no entry: ${text.slice(0, 200)}`);
  }
}

async function rest(world: ChaosWorld): Promise<void> {
  const startedAt = Date.now();
  const deadline = startedAt + REST_MS;
  let wrong = await judgeRest(world);
  while (wrong.length > 0 && Date.now() < deadline) {
    await sleep(500);
    wrong = await judgeRest(world);
  }
  world.tally.restSeconds = Math.round((Date.now() - startedAt) / 1_000);
  for (const text of wrong) world.tally.violation(text);
  if (world.tally.violations.length > 0) world.tally.evidence = await keepEvidence(world);
}

async function watchShown(world: ChaosWorld, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await world.shown.look(world.store, REGISTERED);
    await sleep(200);
  }
}

/** Until it is done: callers of the API try again. */
async function manage(
  world: ChaosWorld,
  method: string,
  calendarId: string,
  path: string,
  body: object,
): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt++) {
    if (await tryManage(world, method, calendarId, path, body)) return;
    await sleep(500);
  }
  throw new Error(`${method} ${calendarId}${path} is not answered`);
}

async function tryManage(
  world: ChaosWorld,
  method: string,
  calendarId: string,
  path: string,
  body: object,
): Promise<boolean> {
  const answer = await fetch(`${world.manager.url}/v1/calendars/${encodeURIComponent(calendarId)}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

/** A seed for a run that was given none. */
export function freshSeed(): number {
  return Math.floor(new Random(Date.now()).next() * 1_000_000);
}
