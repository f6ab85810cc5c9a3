/**
 * Which events of a page concern us, and in what order they are planned. Most do not, and are done with after this one
 * look at the records; what an event means can also depend on another of its page: an occurrence on its series.
 */
import type { ListedEvent } from '../event/event.ts';
import { conferenceKeyOf } from '../ids.ts';
import { isReference } from '../state/records.ts';
import { isAsRecorded, type Known, owesDeparture, type Plan, type PlanRules, planEvent, seriesIdOf } from './plan.ts';

/** The events to plan, each series before its occurrences. `sweepId` is that of a full listing, null for others. */
export function selectConcerning(
  events: readonly ListedEvent[],
  knownOf: (event: ListedEvent) => Known,
  rules: PlanRules,
  sweepId: string | null,
): ListedEvent[] {
  const concerning = new Set<ListedEvent>();
  const movedIds = new Set<string>();
  for (const event of events) {
    const known = knownOf(event);
    const plan = planEvent(event, known, rules);
    if (isAsRecorded(plan, known.own, sweepId) && !leaves(plan, known)) continue;
    concerning.add(event);
    if (!stays(plan, known)) movedIds.add(event.id);
  }
  const seriesOf = (event: ListedEvent): string | null => seriesIdOf(event, knownOf(event).own);
  // What its series becomes on this very page decides about an occurrence too, whatever the records say of both.
  const isDrawnIn = (event: ListedEvent): boolean => movedIds.has(seriesOf(event) ?? '');
  const selected = events.filter((event) => concerning.has(event) || isDrawnIn(event));
  return [
    ...selected.filter((event) => seriesOf(event) === null),
    ...selected.filter((event) => seriesOf(event) !== null),
  ];
}

/** Whether the event carries another conference than its series, and the series' one does not know that yet. */
function leaves(plan: Plan, known: Known): boolean {
  return plan.kind === 'reference' && owesDeparture(known, conferenceKeyOf(plan.conferenceId));
}

/** Whether the event goes on referring to the conference that it is on record for. */
function stays(plan: Plan, { own }: Known): boolean {
  if (plan.kind === 'unclear') return isReference(own);
  return plan.kind === 'reference' && isReference(own) && own.conference === conferenceKeyOf(plan.conferenceId);
}
