/** Work on many records at a time that goes past what cannot be read: the store has reported it, and it stops nothing but itself. */
import { unlessUnreadable } from './unless-unreadable.ts';

/**
 * Does the work for all items together or, where a record that one of them takes cannot be read, in parts, each in the order of the items.
 * Returns how many were left out in the end. What else the work throws comes out unchanged.
 */
export async function pastUnreadable<Item>(
  items: readonly Item[],
  work: (some: readonly Item[]) => Promise<void>,
): Promise<number> {
  if (items.length === 0 || (await unlessUnreadable(work(items))) !== 'unreadable') return 0;
  if (items.length === 1) return 1;
  const middle = Math.ceil(items.length / 2);
  const left = await pastUnreadable(items.slice(0, middle), work);
  return left + (await pastUnreadable(items.slice(middle), work));
}
