/**
 * Makes pending what a new leader still owes its conference, a part at a time: one transaction for thousands of events would be too large,
 * and an edit on one of them would wait behind all the others.
 */
import { bindingIdOf, type ConferenceKey } from '../../domain/ids.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import { owePart } from '../../domain/plan/owe.ts';
import type { Services } from '../../domain/ports.ts';
import { ledgerTerms } from '../record/ledger-terms.ts';
import { writeLedger } from '../record/write-ledger.ts';

/** Bindings that are looked at together. */
const PART = 100;

/** Sees to the next part, if there is one. May be repeated. @throws StoreUnavailable */
export async function oweMore(services: Services, key: ConferenceKey): Promise<void> {
  await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference?.owed == null || conference.leader === null) return;
    const { leader, owed } = conference;
    const part = await tx.bindingsFor(key, leader, owed.kind, { after: owed.after, limit: PART });
    const seriesIds = part.flatMap(({ kind, recurringEventId }) =>
      kind === 'occurrence' && recurringEventId !== null ? [bindingIdOf(recurringEventId)] : [],
    );
    const series = await tx.bindings(leader, seriesIds);
    const terms = ledgerTerms(services, { key: leader, calendarId: null });
    const ledger = new Ledger(terms, { bindings: [...part, ...series.values()], conferences: [conference] });
    owePart(ledger, key, part, part.length < PART);
    writeLedger(tx, ledger);
  });
}
