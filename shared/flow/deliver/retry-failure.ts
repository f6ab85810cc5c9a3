/**
 * A person's wish to offer once more what the conference system refused. The change gets a new revision, since a receiver may drop
 * the old one, and its content is read again before it is sent, like any retry.
 */

import { changedFields } from '../../domain/event/event-fields.ts';
import type { ConferenceKey } from '../../domain/ids.ts';
import { leads } from '../../domain/plan/lead.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import { pend, stillNamed } from '../../domain/plan/pend.ts';
import type { BindingPlace, CalendarServices, StoreTransaction } from '../../domain/ports.ts';
import { withConferenceDue } from '../../domain/state/due.ts';
import type { BindingRecord } from '../../domain/state/records.ts';
import { ledgerTerms } from '../record/ledger-terms.ts';
import { writeLedger } from '../record/write-ledger.ts';

/**
 * `due`: on its way under a new revision. `not-failed`: nothing of it is refused any more. `not-leading`: another calendar updates the
 * conference now, so nothing is owed from this one. `nothing-known`: what was refused is not on record, so it cannot be repeated.
 */
export type RetryOutcome = 'due' | 'not-failed' | 'not-leading' | 'nothing-known';

/** Owes the conference system the change of this binding again. @throws StoreUnavailable, QueueUnavailable */
export async function retryBinding(services: CalendarServices, place: BindingPlace): Promise<RetryOutcome> {
  const retried = await services.store.transact(async (tx) => {
    const binding = (await tx.bindings(place.calendar, [place.id])).get(place.id);
    return binding?.state === 'failed' ? oweAgain(services, tx, binding) : null;
  });
  if (retried === null) return 'not-failed';
  if (retried.outcome === 'due') await wake(services, retried.conference);
  return retried.outcome;
}

/** Lets the end of a conference be confirmed and told once more. @throws StoreUnavailable, QueueUnavailable */
export async function retryCancellation(services: CalendarServices, key: ConferenceKey): Promise<RetryOutcome> {
  const outcome = await services.store.transact(async (tx): Promise<RetryOutcome> => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference?.state !== 'failed') return 'not-failed';
    if (conference.orphan === null) return 'nothing-known';
    const orphan = { ...conference.orphan, readAt: services.clock.now() };
    tx.putConference(withConferenceDue({ ...conference, state: 'orphaned', orphan, expireAt: null }));
    return 'due';
  });
  if (outcome === 'due') await wake(services, key);
  return outcome;
}

/**
 * Makes a delivery that failed, and is tried again by itself, due at once: a person knows that the conference system is back. `due`: a
 * worker is on it. `not-failing`: nothing of the conference failed last. @throws StoreUnavailable, QueueUnavailable
 */
export async function hastenRetry(services: CalendarServices, key: ConferenceKey): Promise<'due' | 'not-failing'> {
  const isDue = await services.store.transact(async (tx) => {
    const conference = (await tx.conferences([key])).get(key);
    if (conference === undefined || conference.attempts === 0) return false;
    tx.putConference(withConferenceDue({ ...conference, retryAt: services.clock.now() }));
    return true;
  });
  if (!isDue) return 'not-failing';
  await wake(services, key);
  return 'due';
}

interface Retried {
  readonly outcome: RetryOutcome;
  readonly conference: ConferenceKey;
}

async function oweAgain(services: CalendarServices, tx: StoreTransaction, failed: BindingRecord): Promise<Retried> {
  const { calendar, conference: key, kind, refused, delivered } = failed;
  const conferences = await tx.conferences([key]);
  const terms = ledgerTerms(services, { key: calendar, calendarId: null });
  const ledger = new Ledger(terms, { bindings: [failed], conferences: conferences.values() });
  const { what, hashes } = refused ?? { what: kind === 'event' ? 'updated' : 'occurrence_updated', hashes: {} };
  const state = what === 'occurrence_cancelled' ? 'gone' : 'live';
  const binding: BindingRecord = { ...failed, state, refused: null };
  const isOwed = leads(ledger, key);
  if (isOwed) {
    const changed = stillNamed(refused, changedFields(delivered, hashes));
    pend(ledger, binding, what, hashes, changed.length === 0 ? terms.policy.fields : changed);
    const conference = ledger.conference(key);
    if (conference !== undefined) ledger.putConference({ ...conference, retryAt: terms.now });
  } else {
    ledger.putBinding({ ...binding, delivered: null });
  }
  writeLedger(tx, ledger);
  return { outcome: isOwed ? 'due' : 'not-leading', conference: key };
}

async function wake({ queue }: CalendarServices, conference: ConferenceKey): Promise<void> {
  await queue.publish({ kind: 'conference', conference }, 'upkeep');
}
