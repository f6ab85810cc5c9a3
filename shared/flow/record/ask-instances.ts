/**
 * Asks Google whether the series of a page still take place, where it is possible that they do not. Whatever Google or
 * our records know to live keeps its series alive.
 */
import type { ListedEvent } from '../../domain/event/event.ts';
import type { BindingId } from '../../domain/ids.ts';
import { type PlanRules, seriesToAskAbout } from '../../domain/plan/plan.ts';
import type { KeyRange, Services } from '../../domain/ports.ts';
import { type BindingRecord, isReference } from '../../domain/state/records.ts';
import { callGoogle } from '../call-google.ts';
import { allInParallel } from '../in-parallel.ts';
import { type Held, keepLease, LEASE_PART, retriesUntil } from '../lease.ts';
import { readEvent } from '../read-event.ts';
import { unlessRefused } from '../unless-refused.ts';
import { type Bindings, knownOf } from './known-bindings.ts';

const AT_ONCE = 8;
/** Deviating occurrences of a series that are looked through together. */
const BATCH = 100;

/**
 * The events, each series of which nothing takes place marked as empty. A series that is not on the page, and whose
 * occurrences were cancelled there, is added where it has run empty. `seen` are the records of the page.
 * @throws LeaseLost, StoreUnavailable, and what GoogleCalendar throws but RequestRefused: then nothing is known
 */
export async function askInstances(
  services: Services,
  held: Held,
  events: readonly ListedEvent[],
  seen: Bindings,
  rules: PlanRules,
): Promise<readonly ListedEvent[]> {
  const masters = new Map(events.filter(({ occurrence }) => occurrence === null).map((event) => [event.id, event]));
  const asked = new Set<string>();
  for (const event of events) {
    const id = seriesToAskAbout(
      event,
      knownOf(event, (binding) => seen.get(binding)),
      rules,
    );
    // What a master on the page says of itself outweighs what its occurrences make possible.
    if (id !== null && (id === event.id || !masters.has(id))) asked.add(id);
  }
  // An occurrence on the page is one that takes place.
  for (const event of events) if (event.kind === 'live') asked.delete(event.occurrence?.recurringEventId ?? '');
  const empty = new Set<string>();
  const added: ListedEvent[] = [];
  let keptAt = services.clock.now();
  // The first question that is not answered ends them: the page waits in any case.
  await allInParallel(AT_ONCE, asked, async (id) => {
    // Hundreds of slow ones take longer than a lease.
    if (services.clock.now() - keptAt >= services.policy.leaseMs / LEASE_PART) {
      keptAt = services.clock.now();
      await keepLease(services, held);
    }
    // What Google refuses to say is left open: nothing ends by it, and all else of the page goes on.
    if ((await unlessRefused(takesPlace(services, held, id))) !== false) return;
    const series = masters.get(id) ?? (await unlessRefused(readAgain(services, held, id)));
    if (series === 'refused') return;
    empty.add(id);
    if (!masters.has(id)) added.push(series);
  });
  if (empty.size === 0) return events;
  return [...events, ...added].map((event) =>
    // One that has become a single event meanwhile has no instances either, and takes place.
    event.kind === 'live' && event.recurrence !== null && empty.has(event.id)
      ? { ...event, isEmptySeries: true }
      : event,
  );
}

async function takesPlace(services: Services, held: Held, id: string): Promise<boolean> {
  const { calendar } = held;
  if (await callGoogle(services, retriesUntil(services), () => services.google.hasInstances(calendar, id))) return true;
  // A moved occurrence outlives the rule that it came from, and need not be among the instances of what is left.
  const until = retriesUntil(services);
  let isOneLive = false;
  let after: BindingId | null = null;
  for (let isLast = false; !isOneLive && !isLast; ) {
    const range: KeyRange<BindingId> = { after, limit: BATCH };
    const occurrences = await services.store.transact((tx) => tx.occurrencesOf(calendar.key, [id], range));
    await allInParallel(AT_ONCE, occurrences.filter(isBelievedToLive), async ({ eventId }) => {
      if (!isOneLive) isOneLive = await isStillOf(services, held, eventId, id);
    });
    // Of thousands, with the time over, nobody can say, and nobody is shut out.
    if (services.clock.now() >= until) return true;
    isLast = occurrences.length < BATCH;
    after = occurrences.at(-1)?.id ?? null;
  }
  return isOneLive;
}

/** Whether the occurrence takes place, and in this series: where it was split, an occurrence of the rest has the id that it had before. */
async function isStillOf(services: Services, held: Held, eventId: string, seriesId: string): Promise<boolean> {
  const seen = await readAgain(services, held, eventId);
  return seen.kind === 'live' && seen.occurrence?.recurringEventId === seriesId;
}

function isBelievedToLive(binding: BindingRecord): boolean {
  return isReference(binding) || (binding.kind === 'occurrence' && binding.state === 'live');
}

function readAgain(services: Services, { calendar }: Held, id: string): Promise<ListedEvent> {
  return readEvent(services, calendar, id, retriesUntil(services));
}
