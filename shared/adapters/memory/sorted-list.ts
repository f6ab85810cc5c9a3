/**
 * Values in order, for the embedded store's indexes: found, added and taken out in the time of a binary search, a million of
 * them as well as ten. Kept as a list of short arrays, so that an insertion never moves more than one of them.
 */

const CHUNK_MAX = 256;

/** Negative if `a` comes first, positive if `b` does, 0 if they stand in the same place. */
export type Order<Value> = (a: Value, b: Value) => number;

/** A list that is always sorted; no two values stand in the same place. */
export class SortedList<Value> {
  readonly #order: Order<Value>;
  readonly #chunks: Value[][] = [];

  constructor(order: Order<Value>) {
    this.#order = order;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Adds a value, in the place of one that compares equal. */
  put(value: Value): void {
    const before = (other: Value) => this.#order(other, value) < 0;
    const at = Math.min(this.#chunkOf(before), this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([value]);
      return;
    }
    const index = countWhile(chunk, before);
    const other = chunk[index];
    if (other !== undefined && this.#order(other, value) === 0) {
      chunk[index] = value;
      return;
    }
    if (index === chunk.length) chunk.push(value);
    else chunk.splice(index, 0, value);
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_MAX / 2));
  }

  /** Takes out the value that compares equal, if there is one. */
  remove(value: Value): void {
    const before = (other: Value) => this.#order(other, value) < 0;
    const at = this.#chunkOf(before);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = countWhile(chunk, before);
    const other = chunk[index];
    if (other === undefined || this.#order(other, value) !== 0) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** At most `limit` values in order: those after all that `isBefore` holds for, as long as `isWithin` holds. */
  select(isBefore: (value: Value) => boolean, isWithin: (value: Value) => boolean, limit: number): Value[] {
    const found: Value[] = [];
    let at = this.#chunkOf(isBefore);
    let chunk = this.#chunks[at];
    let index = chunk === undefined ? 0 : countWhile(chunk, isBefore);
    while (chunk !== undefined && found.length < limit) {
      const value = chunk[index];
      if (value === undefined) {
        at += 1;
        chunk = this.#chunks[at];
        index = 0;
        continue;
      }
      if (!isWithin(value)) break;
      found.push(value);
      index += 1;
    }
    return found;
  }

  /** How many values come first for which `holds` is true; it must not become true again after it was false. */
  countWhile(holds: (value: Value) => boolean): number {
    const at = this.#chunkOf(holds);
    let count = 0;
    for (let index = 0; index < at; index++) count += this.#chunks[index]?.length ?? 0;
    const chunk = this.#chunks[at];
    return chunk === undefined ? count : count + countWhile(chunk, holds);
  }

  /** The first chunk whose last value is past those that `holds` is true for; the number of chunks if there is none. */
  #chunkOf(holds: (value: Value) => boolean): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last !== undefined && holds(last)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function countWhile<Value>(values: readonly Value[], holds: (value: Value) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle];
    if (value !== undefined && holds(value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
