/**
 * Processes a conference that is due: a change to deliver once more, an orphan whose grace is over, a lead that lapsed. The same
 * straight line as a sync, with the events read one by one: find what is due, read and record under the lease, deliver without it.
 */
import { nextReading } from '../../domain/delivery/next-reading.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import { BUSY_RETRY_MS } from '../../domain/limits.ts';
import type { DueOutcome } from '../../domain/log-line.ts';
import type { Services } from '../../domain/ports.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { type Delivery, deliverPending } from './deliver-pending.ts';
import { dueDoubts } from './doubtful-events.ts';
import { dropDetached } from './drop-detached.ts';
import { dropPassed } from './drop-passed.ts';
import { findDue } from './find-due.ts';
import { postpone } from './postpone.ts';
import { type Read, readDue } from './read-due.ts';

/**
 * See the file's head. `until` is when to stop starting things (Unix milliseconds).
 * @throws StoreUnavailable, QueueUnavailable, or a bug: the message must come again
 */
export async function processDue(services: Services, key: ConferenceKey, until: number): Promise<DueOutcome> {
  const outcome = await unlessUnreadable(outcomeOf(services, key, until));
  services.log.write({ line: 'conference', outcome, conference: key });
  return outcome;
}

async function outcomeOf(services: Services, key: ConferenceKey, until: number): Promise<DueOutcome> {
  // Whatever is due ends in a delivery; while none is let through, it stays due and costs nothing.
  if (services.breaker.refuses(services.clock.now())) return 'held-back';
  const due = await findDue(services, key, until);
  if (due === undefined) return 'nothing-due';
  const { conference, pendings } = due;
  const isOthers = pendings.some(({ calendar }) => calendar !== conference.leader);
  if (isOthers && (await dropPassed(services, key)) > 0) return requeue(services, key);
  const reading = nextReading(conference, pendings, await dueDoubts(services, conference));
  if (reading === null) return conclude(services, key, await deliverPending(services, key, null, until));
  const read = await readDue(services, conference, reading, until);
  return typeof read === 'string' ? read : deliverRead(services, key, read, until);
}

async function deliverRead(
  services: Services,
  key: ConferenceKey,
  { fresh, isWaiting }: Read,
  until: number,
): Promise<DueOutcome> {
  const delivery = await deliverPending(services, key, fresh, until);
  if (delivery.kind !== 'left') return isWaiting ? 'looking-elsewhere' : conclude(services, key, delivery);
  if (delivery.sent > 0 || (await dropDetached(services, fresh.calendar, key)) > 0) return requeue(services, key);
  // Asking again at once would only ask again; what is hidden cannot be read until our access is back.
  const isHidden = [...fresh.events.values()].some(({ hidden }) => hidden);
  await postpone(services, key, isHidden ? services.policy.reconcileMs : BUSY_RETRY_MS);
  return 'unconfirmed';
}

async function conclude(services: Services, key: ConferenceKey, delivery: Delivery): Promise<DueOutcome> {
  switch (delivery.kind) {
    case 'failing':
    case 'busy':
    case 'held-back':
      return delivery.kind;
    case 'owing':
      return requeue(services, key);
    case 'all':
    case 'left':
      return 'settled';
  }
}

/** What is left is due now: another message goes on with it. */
async function requeue({ queue }: Services, conference: ConferenceKey): Promise<'settled'> {
  await queue.publish({ kind: 'conference', conference }, 'upkeep');
  return 'settled';
}
