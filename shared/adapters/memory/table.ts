/** Records of one kind under their keys, with the indexes over them kept in step. */
import type { GroupedIndex, Slot } from './grouped-index.ts';

/** A map of records that can be asked through its indexes. */
export class Table<Key, Value> {
  readonly #slots = new Map<Key, Slot<Value>>();
  readonly #indexes: readonly GroupedIndex<Value>[];

  /** Keeps the given indexes in step; tables of different keys may share them. */
  constructor(indexes: readonly GroupedIndex<Value>[]) {
    this.#indexes = indexes;
  }

  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  get(key: Key): Value | undefined {
    return this.#slots.get(key)?.value;
  }

  *values(): Generator<Value, void> {
    for (const { value } of this.#slots.values()) yield value;
  }

  put(key: Key, value: Value): void {
    const known = this.#slots.get(key);
    if (known === undefined) {
      const slot = { value };
      this.#slots.set(key, slot);
      for (const index of this.#indexes) index.enter(slot, undefined);
      return;
    }
    const before = known.value;
    for (const index of this.#indexes) index.leave(known, value);
    known.value = value;
    for (const index of this.#indexes) index.enter(known, before);
  }

  delete(key: Key): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    for (const index of this.#indexes) index.leave(slot, undefined);
    this.#slots.delete(key);
  }
}
