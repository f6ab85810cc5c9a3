/**
 * Records a series with more occurrences on record than one transaction takes: the occurrences part by part, and the series last. Its record says
 * what it said until then, so that whoever comes upon the event again, should this process die, begins anew.
 */
import type { ListedEvent } from '../../domain/event/event.ts';
import { type BindingId, conferenceKeyOf } from '../../domain/ids.ts';
import { applyPlan, applyToOccurrences } from '../../domain/plan/apply-plan.ts';
import { leads } from '../../domain/plan/lead.ts';
import { oweOccurrences } from '../../domain/plan/owe.ts';
import type { Services } from '../../domain/ports.ts';
import type { Held } from '../lease.ts';
import { OCCURRENCES_MAX } from './read-occurrences.ts';
import { type Part, recordWithin } from './record-together.ts';

/** Returns what became of each part. @throws RecordUnreadable, LeaseLost, StoreUnavailable */
export async function recordSeries(
  services: Services,
  held: Held,
  series: ListedEvent,
  sweepId: string | null,
): Promise<Part[]> {
  const parts: Part[] = [];
  let after: BindingId | null = null;
  // A conference that the calendar does not lead yet is not told of what the parts say of it.
  let isUntold = false;
  for (let isLast = false; !isLast; ) {
    const from: BindingId | null = after;
    const part = await recordWithin(services, held, [series], sweepId, {
      occurrences: async (tx) => {
        const range = { after: from, limit: OCCURRENCES_MAX };
        const found = await tx.occurrencesOf(held.calendar.key, [series.id], range);
        isLast = found.length < OCCURRENCES_MAX;
        after = found.at(-1)?.id ?? from;
        return new Map([[series.id, found]]);
      },
      apply(ledger, event, plan) {
        applyToOccurrences(ledger, event, plan);
        if (plan.kind === 'reference' && !leads(ledger, conferenceKeyOf(plan.conferenceId))) isUntold = true;
      },
    });
    parts.push({ ...part, count: 0 });
  }
  const last = await recordWithin(services, held, [series], sweepId, {
    occurrences: async () => new Map(),
    apply(ledger, event, plan) {
      applyPlan(ledger, event, plan);
      if (plan.kind === 'reference' && isUntold) oweOccurrences(ledger, conferenceKeyOf(plan.conferenceId));
    },
  });
  return [...parts, last];
}
