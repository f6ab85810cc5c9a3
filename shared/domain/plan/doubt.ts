/**
 * Absence proves nothing where the event does not clearly say that its conference is gone: before anything is said of a removal, it is
 * read again at the end of the grace, and once more after an hour.
 */
import type { BindingId } from '../ids.ts';
import { DOUBT_MS } from '../limits.ts';
import type { Doubt } from '../state/records.ts';
import type { Ledger, LedgerTerms } from './ledger.ts';

/** The doubt about an event that is still unclear; null once it has been for long enough. */
export function nextDoubt({ now, policy }: Pick<LedgerTerms, 'now' | 'policy'>, doubt: Doubt | null): Doubt | null {
  if (doubt === null) return { since: now, readAt: now + Math.min(policy.cancelGraceMs, DOUBT_MS) };
  if (now < doubt.readAt) return doubt;
  const end = doubt.since + DOUBT_MS;
  return now < end ? { ...doubt, readAt: end } : null;
}

/** Notes the doubt, and that the conference is due for it. */
export function putDoubt(ledger: Ledger, id: BindingId, doubt: Doubt): void {
  const binding = ledger.binding(id);
  if (binding === undefined) return;
  ledger.putBinding({ ...binding, doubt });
  const conference = ledger.conference(binding.conference);
  if (conference === undefined) return;
  const doubtAt = Math.min(conference.doubtAt ?? doubt.readAt, doubt.readAt);
  if (doubtAt !== conference.doubtAt) ledger.putConference({ ...conference, doubtAt });
}
