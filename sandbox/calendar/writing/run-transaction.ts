/** Runs one request's changes: first the changes, then the guests' copies, then the notifications. */

import type { World } from '../world.ts';
import { spreadToGuests } from './spread.ts';
import { Transaction } from './transaction.ts';

/** Runs `change`, which must refuse what it has to refuse before it stores anything. */
export function runTransaction<T>(world: World, change: (transaction: Transaction) => T): T {
  const transaction = new Transaction(world);
  const result = change(transaction);
  spreadToGuests(transaction);
  for (const calendar of transaction.calendars) world.channels.notify(calendar);
  return result;
}
