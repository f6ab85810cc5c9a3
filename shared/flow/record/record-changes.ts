/**
 * Records what a page of events means: one cheap look tells which of them concern us, one transaction plans those and
 * writes bindings, counts and pending changes together; more than one only where it would be too large. From then on no change can be lost.
 */

import { RecordUnreadable } from '../../domain/errors.ts';
import type { ListedEvent } from '../../domain/event/event.ts';
import { planEvent } from '../../domain/plan/plan.ts';
import { selectConcerning } from '../../domain/plan/select-concerning.ts';
import type { Services } from '../../domain/ports.ts';
import type { Held } from '../lease.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';
import { askInstances } from './ask-instances.ts';
import { knownOf, readKnown } from './known-bindings.ts';
import { planRules } from './plan-rules.ts';
import { TooManyOccurrences } from './read-occurrences.ts';
import { recordSeries } from './record-series.ts';
import { type Part, recordTogether, type Sending } from './record-together.ts';

/** What became of a page. */
export interface Recorded extends Part {
  /** The page with what Google was asked about it: series that have run empty are marked. */
  readonly events: readonly ListedEvent[];
}

const NOTHING: Part = {
  count: 0,
  unreadable: 0,
  pending: new Set(),
  orphaned: new Set(),
  passed: new Set(),
  hasNewSeries: false,
  claims: new Map(),
};

/**
 * See the file's head. `sweepId` marks what a full listing showed; null otherwise. `sending` is `claimed` only where the caller delivers
 * what is recorded at once.
 * @throws LeaseLost, StoreUnavailable, and what GoogleCalendar throws where it has to be asked about a series
 */
export async function recordChanges(
  services: Services,
  held: Held,
  shown: readonly ListedEvent[],
  sweepId: string | null,
  sending: Sending = 'left',
): Promise<Recorded> {
  if (shown.length === 0) return { ...NOTHING, events: shown };
  const rules = planRules(services, held.calendar);
  const { key } = held.calendar;
  const seen = await readKnown((ids) => services.store.bindings(key, ids), shown);
  const events = await askInstances(services, held, shown, seen, rules);
  const known = (event: ListedEvent) => knownOf(event, (id) => seen.get(id));
  const concerning = selectConcerning(events, known, rules, sweepId);
  if (concerning.length === 0) return { ...NOTHING, events };
  const isRelease = (event: ListedEvent): boolean => planEvent(event, known(event), rules).kind === 'release';
  return { ...(await recordParts(services, held, concerning, sweepId, isRelease, sending)), events };
}

/**
 * Records the events together or, where that is too much for one transaction, in parts. A record that cannot be read stops the events
 * that concern it, and no other; the store has reported it.
 */
async function recordParts(
  services: Services,
  held: Held,
  events: readonly ListedEvent[],
  sweepId: string | null,
  isRelease: (event: ListedEvent) => boolean,
  sending: Sending,
): Promise<Part> {
  try {
    return await recordTogether(services, held, events, sweepId, sending);
  } catch (error) {
    if (!(error instanceof RecordUnreadable || error instanceof TooManyOccurrences)) throw error;
    const [only, ...others] = events;
    if (only === undefined || others.length > 0) {
      const parts: Part[] = [];
      // A later part can make more pending for the same conference.
      for (const half of halves(events, isRelease))
        parts.push(await recordParts(services, held, half, sweepId, isRelease, 'left'));
      return sumOf(parts);
    }
    if (error instanceof RecordUnreadable) return { ...NOTHING, unreadable: 1 };
    const recorded = await unlessUnreadable(recordSeries(services, held, only, sweepId));
    return recorded === 'unreadable' ? { ...NOTHING, unreadable: 1 } : sumOf(recorded);
  }
}

/** Those that go on under another organizer come last: they outweigh any that end, which one transaction would see by itself. */
function halves(
  events: readonly ListedEvent[],
  isRelease: (event: ListedEvent) => boolean,
): readonly (readonly ListedEvent[])[] {
  const ordered = [...events.filter((event) => !isRelease(event)), ...events.filter(isRelease)];
  const middle = Math.ceil(ordered.length / 2);
  return [ordered.slice(0, middle), ordered.slice(middle)];
}

function sumOf(parts: readonly Part[]): Part {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    unreadable: parts.reduce((sum, { unreadable }) => sum + unreadable, 0),
    pending: new Set(parts.flatMap(({ pending }) => [...pending])),
    orphaned: new Set(parts.flatMap(({ orphaned }) => [...orphaned])),
    passed: new Set(parts.flatMap(({ passed }) => [...passed])),
    hasNewSeries: parts.some(({ hasNewSeries }) => hasNewSeries),
    claims: new Map(),
  };
}
