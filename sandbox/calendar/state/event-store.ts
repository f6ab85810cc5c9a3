/**
 * The events of one calendar: by id, by series, by iCalUID, in the order of their creation, and in the order of their
 * last change. The change log is what makes an incremental listing cost as much as what changed, however large the
 * calendar is.
 */
import { isObject, type JsonObject, textAt } from '../wire/json.ts';

/** One event as its calendar holds it. Never changed in place: a change is a new value with a new `seq`. */
export interface StoredEvent {
  readonly id: string;
  /** The whole resource as the calendar's owner sees it, frozen. Of a deleted event, what it was, plus the status. */
  readonly body: JsonObject;
  /** Number of its last change within the calendar. */
  readonly seq: number;
  /** Number of its creation within the calendar; keeps its place in a full listing. */
  readonly serial: number;
  readonly cancelled: boolean;
  /** The series of which it is an exception. */
  readonly recurringEventId: string | undefined;
  /** The master of a series. */
  readonly isMaster: boolean;
  /** Loaded from a recording: it is answered exactly as it was recorded. */
  readonly verbatim: boolean;
}

/** Log entries that no longer count are swept out when they outnumber the events by this many. */
const STALE_MARGIN = 1000;

/** See the head of this file. */
export class EventStore {
  readonly #byId = new Map<string, StoredEvent>();
  readonly #exceptions = new Map<string, Set<string>>();
  readonly #mastersByBase = new Map<string, Set<string>>();
  readonly #idsByUid = new Map<string, Set<string>>();
  readonly #bySerial: string[] = [];
  #log: { readonly seq: number; readonly id: string }[] = [];
  #seq = 0;
  #purgedSeq = 0;

  /** Number of the last change; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** Up to this change, deletions may have been forgotten. */
  get purgedSeq(): number {
    return this.#purgedSeq;
  }

  /** How many events there are, deleted ones included. */
  get size(): number {
    return this.#byId.size;
  }

  /** The event of this id, deleted or not. */
  get(id: string): StoredEvent | undefined {
    return this.#byId.get(id);
  }

  /** All events, deleted ones included, oldest first. */
  all(): IterableIterator<StoredEvent> {
    return this.#byId.values();
  }

  /** The stored exceptions of a series, cancelled ones included. */
  exceptionsOf(masterId: string): readonly StoredEvent[] {
    return this.#resolve(this.#exceptions.get(masterId));
  }

  /** The live masters whose instances have ids that begin with this base: the halves of a split series share one. */
  mastersOf(base: string): readonly StoredEvent[] {
    return this.#resolve(this.#mastersByBase.get(base)).filter((event) => !event.cancelled);
  }

  /** The events with this iCalUID. */
  withUid(iCalUID: string): readonly StoredEvent[] {
    return this.#resolve(this.#idsByUid.get(iCalUID));
  }

  /** Stores the event under its id, as the newest change. The body must hold that id and be frozen. */
  put(id: string, body: JsonObject, verbatim = false): StoredEvent {
    const before = this.#byId.get(id);
    if (before !== undefined) this.#unindex(before);
    this.#seq += 1;
    const serial = before?.serial ?? this.#bySerial.push(id) - 1;
    const event: StoredEvent = {
      id,
      body,
      seq: this.#seq,
      serial,
      cancelled: body.status === 'cancelled',
      recurringEventId: textAt(body, 'recurringEventId'),
      isMaster: Array.isArray(body.recurrence) && body.recurrence.length > 0,
      verbatim,
    };
    this.#byId.set(id, event);
    this.#index(event);
    this.#log.push({ seq: event.seq, id });
    if (this.#log.length > 2 * this.#byId.size + STALE_MARGIN)
      this.#log = this.#log.filter((entry) => this.#isLast(entry));
    return event;
  }

  /**
   * Writes every event anew in a form that says the same, which is no change: nobody hears of it, and the order stays. Events that were
   * loaded from a recording are left as they are.
   */
  rewrite(inOtherForm: (body: JsonObject) => JsonObject): void {
    for (const event of this.#byId.values()) {
      if (!event.verbatim) this.#byId.set(event.id, { ...event, body: inOtherForm(event.body) });
    }
  }

  /** Forgets the deleted events for which the test says so, as Google does after a while. */
  purge(isForgotten: (event: StoredEvent) => boolean): void {
    for (const event of [...this.#byId.values()]) {
      if (!event.cancelled || !isForgotten(event)) continue;
      this.#unindex(event);
      this.#byId.delete(event.id);
      this.#purgedSeq = Math.max(this.#purgedSeq, event.seq);
    }
  }

  /**
   * What changed after `since`, the newest first, beginning below `before`; an event comes once, by its last change.
   */
  *changes(since: number, before: number): Generator<StoredEvent> {
    for (let index = this.#firstIndexFrom(before) - 1; index >= 0; index -= 1) {
      const entry = this.#log[index];
      if (entry === undefined || entry.seq <= since) return;
      const event = this.#byId.get(entry.id);
      if (event?.seq === entry.seq) yield event;
    }
  }

  /** The events created before the given serial, the newest first: exceptions come before their masters. */
  *createdBefore(serial: number): Generator<StoredEvent> {
    for (let index = Math.min(serial, this.#bySerial.length) - 1; index >= 0; index -= 1) {
      const id = this.#bySerial[index];
      const event = id === undefined ? undefined : this.#byId.get(id);
      // An id that was purged and used anew stands twice in the list; its new place counts.
      if (event?.serial === index) yield event;
    }
  }

  /** The serial that the next new event will get. */
  get nextSerial(): number {
    return this.#bySerial.length;
  }

  #isLast(entry: { readonly seq: number; readonly id: string }): boolean {
    return this.#byId.get(entry.id)?.seq === entry.seq;
  }

  #firstIndexFrom(seq: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#log[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #index(event: StoredEvent): void {
    if (event.recurringEventId !== undefined) add(this.#exceptions, event.recurringEventId, event.id);
    if (event.isMaster) add(this.#mastersByBase, baseOf(event.id), event.id);
    const uid = textAt(event.body, 'iCalUID');
    if (uid !== undefined) add(this.#idsByUid, uid, event.id);
  }

  #unindex(event: StoredEvent): void {
    if (event.recurringEventId !== undefined) remove(this.#exceptions, event.recurringEventId, event.id);
    if (event.isMaster) remove(this.#mastersByBase, baseOf(event.id), event.id);
    const uid = textAt(event.body, 'iCalUID');
    if (uid !== undefined) remove(this.#idsByUid, uid, event.id);
  }

  #resolve(ids: ReadonlySet<string> | undefined): readonly StoredEvent[] {
    if (ids === undefined) return [];
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }
}

/** The id of the series of which this one was split off: instance ids are built on it (recorded). */
export function baseOf(masterId: string): string {
  return masterId.replace(/(?:_R\d{8}(?:T\d{6})?)+$/, '');
}

/** Whether a deleted event has nothing left but its id: a move, or an occurrence beyond the end of its series. */
export function isBareTombstone(event: StoredEvent): boolean {
  return event.cancelled && !isObject(event.body.start) && !isObject(event.body.originalStartTime);
}

function add(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, new Set([id]));
  else ids.add(id);
}

function remove(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}
