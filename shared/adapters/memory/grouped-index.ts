/**
 * An index of the embedded store: which records belong together, and in which order. What Firestore's composite indexes are to
 * the other store. It holds the records themselves, which are values and never change.
 */
import { type Order, SortedList } from './sorted-list.ts';

/** What an index is made of. */
export interface IndexRule<Value> {
  /** The group that a record stands in; undefined if it is not in this index. */
  readonly groupOf: (value: Value) => string | number | undefined;
  readonly order: Order<Value>;
}

/** The records of each group, in order. */
export class GroupedIndex<Value> {
  readonly #rule: IndexRule<Value>;
  readonly #groups = new Map<string | number, SortedList<Value>>();

  constructor(rule: IndexRule<Value>) {
    this.#rule = rule;
  }

  /** Notes that a record became another; undefined on either side where there is none. */
  replace(before: Value | undefined, after: Value | undefined): void {
    const { groupOf, order } = this.#rule;
    const from = before === undefined ? undefined : groupOf(before);
    const to = after === undefined ? undefined : groupOf(after);
    const staysInPlace = before !== undefined && after !== undefined && from === to && order(before, after) === 0;
    if (before !== undefined && from !== undefined && !staysInPlace) this.#remove(from, before);
    if (after !== undefined && to !== undefined) this.#put(to, after);
  }

  /** At most `limit` records of a group, in order: those after all that `isBefore` holds for, as long as `isWithin` holds. */
  select(
    group: string | number,
    limit: number,
    isBefore: (value: Value) => boolean = () => false,
    isWithin: (value: Value) => boolean = () => true,
  ): readonly Value[] {
    return this.#groups.get(group)?.select(isBefore, isWithin, limit) ?? [];
  }

  /** How many records of a group come after all that `isBefore` holds for, as long as `isWithin` holds. */
  count(group: string | number, isBefore: (value: Value) => boolean, isWithin: (value: Value) => boolean): number {
    const list = this.#groups.get(group);
    if (list === undefined) return 0;
    return list.countWhile((value) => isBefore(value) || isWithin(value)) - list.countWhile(isBefore);
  }

  #put(group: string | number, value: Value): void {
    let list = this.#groups.get(group);
    if (list === undefined) {
      list = new SortedList(this.#rule.order);
      this.#groups.set(group, list);
    }
    list.put(value);
  }

  #remove(group: string | number, value: Value): void {
    const list = this.#groups.get(group);
    if (list === undefined) return;
    list.remove(value);
    if (list.isEmpty) this.#groups.delete(group);
  }
}
