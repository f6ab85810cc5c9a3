/**
 * An index of the embedded store: which records belong together, and in which order. What Firestore's composite indexes are to
 * the other store. A record
 * that changes without changing its place costs no index anything.
 */
import { type Order, SortedList } from './sorted-list.ts';

/** What an index is made of. */
export interface IndexRule<Value> {
  /** The group that a record stands in; undefined if it is not in this index. */
  readonly groupOf: (value: Value) => string | number | undefined;
  readonly order: Order<Value>;
}

/** The place of one record: its newest version, in every index at once. */
export interface Slot<Value> {
  value: Value;
}

/** The slots of each group, in order. */
export class GroupedIndex<Value> {
  readonly #rule: IndexRule<Value>;
  readonly #order: Order<Slot<Value>>;
  readonly #groups = new Map<string | number, SortedList<Slot<Value>>>();

  constructor(rule: IndexRule<Value>) {
    this.#rule = rule;
    this.#order = (a, b) => rule.order(a.value, b.value);
  }

  /** Before a slot's value becomes `next` (undefined if it is deleted): takes the slot out if it cannot stay where it is. */
  leave(slot: Slot<Value>, next: Value | undefined): void {
    const group = this.#rule.groupOf(slot.value);
    if (group === undefined || this.#isSamePlace(slot.value, next)) return;
    const list = this.#groups.get(group);
    if (list === undefined) return;
    list.remove(slot);
    if (list.isEmpty) this.#groups.delete(group);
  }

  /** After a slot's value was `before` (undefined if it is new): puts the slot in, if it is not there still. */
  enter(slot: Slot<Value>, before: Value | undefined): void {
    const group = this.#rule.groupOf(slot.value);
    if (group === undefined || this.#isSamePlace(slot.value, before)) return;
    let list = this.#groups.get(group);
    if (list === undefined) {
      list = new SortedList(this.#order);
      this.#groups.set(group, list);
    }
    list.put(slot);
  }

  /** At most `limit` records of a group, in order: those after all that `isBefore` holds for, as long as `isWithin` holds. */
  select(
    group: string | number,
    limit: number,
    isBefore: (value: Value) => boolean = () => false,
    isWithin: (value: Value) => boolean = () => true,
  ): readonly Value[] {
    const slots = this.#groups.get(group)?.select(
      ({ value }) => isBefore(value),
      ({ value }) => isWithin(value),
      limit,
    );
    return slots?.map(({ value }) => value) ?? [];
  }

  /** How many records of a group come after all that `isBefore` holds for, as long as `isWithin` holds. */
  count(group: string | number, isBefore: (value: Value) => boolean, isWithin: (value: Value) => boolean): number {
    const list = this.#groups.get(group);
    if (list === undefined) return 0;
    const before = list.countWhile(({ value }) => isBefore(value));
    return list.countWhile(({ value }) => isBefore(value) || isWithin(value)) - before;
  }

  #isSamePlace(value: Value, other: Value | undefined): boolean {
    const { groupOf, order } = this.#rule;
    return other !== undefined && groupOf(value) === groupOf(other) && order(value, other) === 0;
  }
}
