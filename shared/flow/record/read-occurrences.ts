/** What hangs under the series of a page that end, or come to a conference: as much of it as one transaction takes. */
import type { ListedEvent } from '../../domain/event/event.ts';
import { conferenceKeyOf } from '../../domain/ids.ts';
import { type PlanRules, planEvent } from '../../domain/plan/plan.ts';
import type { StoreTransaction } from '../../domain/ports.ts';
import { type BindingRecord, type CalendarRecord, isReference } from '../../domain/state/records.ts';
import { type Bindings, knownOf } from './known-bindings.ts';

/** Occurrences that one transaction sees to; a page that has more is recorded in parts. */
export const OCCURRENCES_MAX = 400;

/** The series of these events have more occurrences on record than one transaction takes: nothing was recorded. */
export class TooManyOccurrences extends Error {
  override readonly name = 'TooManyOccurrences';
}

/** By the event id of their series. @throws TooManyOccurrences */
export async function readOccurrences(
  tx: StoreTransaction,
  calendar: CalendarRecord,
  events: readonly ListedEvent[],
  bindings: Bindings,
  rules: PlanRules,
): Promise<Map<string, readonly BindingRecord[]>> {
  const ids = new Set(events.filter((event) => movesOccurrences(event, bindings, rules)).map(({ id }) => id));
  if (ids.size === 0) return new Map();
  const found = await tx.occurrencesOf(calendar.key, [...ids], { after: null, limit: OCCURRENCES_MAX + 1 });
  if (found.length > OCCURRENCES_MAX)
    throw new TooManyOccurrences('a page has too many occurrences for one transaction');
  return Map.groupBy(found, ({ recurringEventId }) => recurringEventId ?? '');
}

/** Whether the event is a series that does not simply stay with its conference, or comes to one. */
function movesOccurrences(event: ListedEvent, bindings: Bindings, rules: PlanRules): boolean {
  if (event.occurrence !== null) return false;
  const known = knownOf(event, (id) => bindings.get(id));
  const plan = planEvent(event, known, rules);
  const conference = plan.kind === 'reference' ? conferenceKeyOf(plan.conferenceId) : null;
  const comes = conference !== null && event.kind === 'live' && event.recurrence !== null;
  const stays = isReference(known.own) && conference === known.own.conference;
  return !stays && (isReference(known.own) || comes);
}
