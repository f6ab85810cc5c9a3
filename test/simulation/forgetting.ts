/**
 * What Firestore's TTL policies do with conferences and bindings whose `expireAt` is over: each goes by itself, in no order, mostly within a
 * day, at times later. https://firebase.google.com/docs/firestore/ttl
 */
import type { BindingRecord, ConferenceRecord } from '../../shared/domain/state/records.ts';
import type { Random } from './random.ts';
import type { Waiting } from './scheduler.ts';
import type { Commit } from './shadow.ts';
import type { World } from './world.ts';

/** What the policies take away. */
export type Expiring = ConferenceRecord | BindingRecord;

/** The name of its timers: a world that waits for nothing else is at rest. */
export const FORGETTING = 'forgetting';

const DAY = 24 * 3_600_000;
const USUALLY_MS = DAY;
const LATEST_MS = 3 * DAY;

/** See the file's head. */
export class Forgetting {
  readonly #world: World;
  readonly #random: Random | null;
  /** By the place of a document: when it goes, unless it is written again. */
  readonly #times = new Map<string, number>();
  #timer: Waiting | undefined;

  /** Nothing is forgotten where there is nothing to draw from. */
  constructor(world: World, random: Random | null) {
    this.#world = world;
    this.#random = random;
  }

  /** What was written may have to go one day, or may stay. */
  note({ conferences, bindings }: Commit): void {
    for (const [key, record] of conferences) this.#plan(key, record);
    for (const [place, record] of bindings) this.#plan(place, record);
    this.#wait();
  }

  #plan(place: string, record: Expiring | null): void {
    this.#times.delete(place);
    const expireAt = record?.expireAt ?? null;
    if (expireAt === null || this.#random === null) return;
    const latestMs = this.#random.happens(0.8) ? USUALLY_MS : LATEST_MS;
    this.#times.set(place, expireAt + this.#random.between(0, latestMs));
  }

  #wait(): void {
    const { scheduler } = this.#world;
    const at = Math.min(...this.#times.values());
    if (this.#timer?.at === at) return;
    if (this.#timer !== undefined) scheduler.cancel(this.#timer);
    this.#timer = undefined;
    if (Number.isFinite(at)) this.#timer = scheduler.after(at - scheduler.now, FORGETTING, () => this.#forget());
  }

  /** One document, between the steps of others. */
  #forget(): void {
    const { scheduler, store, shadow, judges, history } = this.#world;
    const [place] = [...this.#times].find(([, at]) => at <= scheduler.now) ?? [];
    this.#timer = undefined;
    if (place === undefined) return;
    this.#times.delete(place);
    const record = shadow.conferences.get(place) ?? shadow.bindings.get(place);
    if (record !== undefined) {
      store.expire(record);
      history.add(scheduler.now, 'FIRESTORE', `forgets ${'eventId' in record ? record.eventId : record.conferenceId}`);
      judges.forgotten(record);
    }
    this.#wait();
  }
}
