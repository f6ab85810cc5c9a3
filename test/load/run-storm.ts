/**
 * A storm: notifications of many calendars, far more than can be worked off as they come, through the receiver's use case, the embedded
 * queue and the worker. Nothing may be lost, and the calls to Google must not grow with the notifications.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type WorkerServices, workOn } from '../../functions/sync-calendar.ts';
import { createMemoryQueue } from '../../shared/adapters/memory/queue.ts';
import { createMemoryStore } from '../../shared/adapters/memory/store.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system/clock.ts';
import { Breaker } from '../../shared/domain/delivery/breaker.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import type { GoogleCalendar } from '../../shared/domain/ports.ts';
import { registerCalendar } from '../../shared/flow/calendars/register-calendar.ts';
import { receiveNotification } from '../../shared/flow/receive-notification.ts';
import { type Item, meeting, ours, read } from '../domain/build.ts';
import { CHANNELS, policy } from '../functions/policy.ts';

/** How large, and what came of it. */
export interface Storm {
  readonly notifications: number;
  readonly calendars: number;
}

/** What came of it. */
export interface StormResult {
  readonly text: string;
  readonly violations: readonly string[];
}

/** Each calendar's event is renamed at the beginning, in the middle and at the end; a listing that came too soon misses the last. */
const EDITIONS = 3;
const PUSHES_AT_ONCE = 64;

/** Lets it loose. */
export async function runStorm({ notifications, calendars }: Storm): Promise<StormResult> {
  const google = new StormyGoogle();
  const told = new Map<string, string>();
  const store = createMemoryStore({ now: systemClock.now });
  const queue = createMemoryQueue({
    now: systemClock.now,
    timers: { set: setTimeout, clear: clearTimeout },
    concurrency: PUSHES_AT_ONCE,
    deliver: (envelope) => workOn(services, envelope),
  });
  const services: WorkerServices = {
    clock: systemClock,
    random: systemRandom,
    google,
    store,
    queue,
    deadLetters: queue,
    conferences: {
      apply: async (change) => {
        if (change.type === 'conference.updated') told.set(change.data.calendarId, String(change.data.event.title));
        return { kind: 'done' };
      },
      tell: async () => ({ kind: 'done' }),
    },
    breaker: new Breaker(),
    log: { write: () => undefined },
    policy: policy(),
    channels: CHANNELS,
    isStopping: () => false,
  };
  const ids = Array.from({ length: calendars }, (_, index) => `user-${index}@example.com`);
  try {
    for (const id of ids) {
      google.edit(id, 'edition 0');
      await registerCalendar(services, id, id);
    }
    await queue.idle();
    google.listCalls.clear();
    const startedAt = performance.now();
    const refusals = await blow(services, google, ids, notifications);
    const sentAt = performance.now();
    await queue.idle();
    const seconds = (performance.now() - startedAt) / 1_000;
    // A holder that was called again lists again by itself, after its second.
    for (const end = Date.now() + 10_000; Date.now() < end && ids.some((id) => told.get(id) !== last()); )
      await sleep(50);
    return judge({ google, told, ids, notifications, refusals, seconds, sendingSeconds: (sentAt - startedAt) / 1_000 });
  } finally {
    await queue.close();
  }
}

function last(): string {
  return `edition ${EDITIONS}`;
}

async function blow(
  services: WorkerServices,
  google: StormyGoogle,
  ids: readonly string[],
  notifications: number,
): Promise<number> {
  const headers = new Map(ids.map((id) => [id, google.headersOf(id, services.channels.keys)]));
  const rounds = Math.ceil(notifications / ids.length);
  let refusals = 0;
  for (let round = 0; round < rounds; round++) {
    const edition = Math.floor(((round + 1) * EDITIONS) / rounds);
    for (const id of ids) {
      google.edit(id, `edition ${edition}`);
      const reception = await receiveNotification(services, headers.get(id) ?? {});
      if (reception !== 'accepted') refusals++;
    }
    await sleep(1);
  }
  return refusals;
}

interface Outcome {
  readonly google: StormyGoogle;
  readonly told: ReadonlyMap<string, string>;
  readonly ids: readonly string[];
  readonly notifications: number;
  readonly refusals: number;
  readonly seconds: number;
  readonly sendingSeconds: number;
}

function judge({ google, told, ids, notifications, refusals, seconds, sendingSeconds }: Outcome): StormResult {
  const stale = ids.filter((id) => told.get(id) !== last());
  const counts = ids.map((id) => google.listCalls.get(calendarKeyOf(id)) ?? 0);
  const most = Math.max(...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  // One a second while it lasts, and the two at its ends.
  const bound = Math.ceil(seconds) + 2;
  const violations = [
    ...(refusals > 0 ? [`${refusals} notifications were not taken`] : []),
    ...(stale.length > 0 ? [`${stale.length} calendars are not as they were last, ${stale[0]} among them`] : []),
    ...(most > bound ? [`a calendar was listed ${most} times in ${seconds.toFixed(1)} s`] : []),
  ];
  const text = `storm: ${notifications} notifications on ${ids.length} calendars in ${sendingSeconds.toFixed(1)} s, worked off in ${seconds.toFixed(1)} s with ${total} list calls (at most ${most} of one calendar), ${violations.length} violations`;
  return { text, violations };
}

/** One event a calendar; a listing shows it if it changed since the token. */
class StormyGoogle implements GoogleCalendar {
  readonly listCalls = new Map<string, number>();
  readonly #events = new Map<string, { readonly item: Item; readonly version: number }>();
  readonly #channels = new Map<string, string>();
  #version = 0;

  edit(calendarId: string, title: string): void {
    if (this.#events.get(calendarId)?.item.summary === title) return;
    this.#version++;
    const item = meeting(
      'event',
      { summary: title, organizer: { email: calendarId, self: true } },
      ours(`c-${calendarId}`),
    );
    this.#events.set(calendarId, { item, version: this.#version });
  }

  headersOf(calendarId: string, keys: readonly [string, ...string[]]): Record<string, string> {
    const channel = this.#channels.get(calendarId) ?? channelIdFor(calendarKeyOf(calendarId), 'none');
    return {
      'x-goog-channel-id': channel,
      'x-goog-channel-token': signChannel(channel, keys),
      'x-goog-resource-id': `resource of ${channel}`,
      'x-goog-resource-state': 'exists',
    };
  }

  async list({ calendarId }: { readonly calendarId: string }, { syncToken }: { readonly syncToken: string | null }) {
    const key = calendarKeyOf(calendarId);
    this.listCalls.set(key, (this.listCalls.get(key) ?? 0) + 1);
    // What a listing shows is what was there when it was asked.
    const event = this.#events.get(calendarId);
    const version = this.#version;
    await sleep(2);
    const isNew = event !== undefined && event.version > Number(syncToken ?? 0);
    return {
      events: isNew ? [read(event.item)] : [],
      accessRole: 'owner' as const,
      next: { kind: 'end' as const, syncToken: String(version) },
    };
  }

  async get({ calendarId }: { readonly calendarId: string }) {
    const event = this.#events.get(calendarId);
    return event === undefined ? null : read(event.item);
  }

  async hasInstances(): Promise<never> {
    throw new Error('no series is in a storm');
  }

  async patch(): Promise<never> {
    throw new Error('no event is written to in a storm');
  }

  async watch(
    { calendarId }: { readonly calendarId: string },
    request: { readonly id: string; readonly ttlMs: number },
  ) {
    this.#channels.set(calendarId, request.id);
    return { resourceId: `resource of ${request.id}`, expiresAt: Date.now() + request.ttlMs };
  }

  async stop(): Promise<void> {}
}
