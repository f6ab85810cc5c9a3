/** A few things by id that remember the order of their last change: rules of access, entries of a list of calendars, settings. */
import { deepFreeze, type JsonObject, sameJson } from '../wire/json.ts';

/** One thing as its collection holds it. */
export interface CollectionEntry {
  readonly id: string;
  readonly body: JsonObject;
  /** Number of its last change within the collection. */
  readonly seq: number;
  readonly deleted: boolean;
}

/** See the head of this file. */
export class SmallCollection {
  readonly #entries = new Map<string, CollectionEntry>();
  #seq = 0;

  /** Number of the last change; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** The thing of this id, deleted or not. */
  get(id: string): CollectionEntry | undefined {
    return this.#entries.get(id);
  }

  /** All of them, deleted ones included, oldest first. */
  all(): IterableIterator<CollectionEntry> {
    return this.#entries.values();
  }

  /** Stores the thing, as the newest change unless nothing about it changes. */
  put(id: string, body: JsonObject, deleted = false): CollectionEntry {
    const known = this.#entries.get(id);
    if (known?.deleted === deleted && sameJson(known.body, body)) return known;
    this.#seq += 1;
    const entry = { id, body: deepFreeze(body), seq: this.#seq, deleted };
    this.#entries.set(id, entry);
    return entry;
  }
}
