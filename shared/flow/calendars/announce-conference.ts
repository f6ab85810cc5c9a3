/** Notes a conference at its creation, so that even an event deleted a second later is known. */
import { UnknownCalendar } from '../../domain/errors.ts';
import { bindingIdOf, type CalendarKey, conferenceKeyOf } from '../../domain/ids.ts';
import { ANNOUNCEMENT_MS } from '../../domain/limits.ts';
import { checkName } from '../../domain/names.ts';
import { announce } from '../../domain/plan/announcements.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import type { BindingRecord } from '../../domain/state/records.ts';
import { ledgerTerms } from '../record/ledger-terms.ts';
import { writeLedger } from '../record/write-ledger.ts';

/**
 * Idempotent. Returns the binding, which may still be that of another conference, until a listing shows this one on the event.
 * @throws BadRequest, UnknownCalendar, StoreUnavailable
 */
export async function announceConference(
  services: CalendarServices,
  key: CalendarKey,
  eventId: string,
  conferenceId: string,
): Promise<BindingRecord | undefined> {
  checkName('eventId', eventId);
  checkName('conferenceId', conferenceId);
  return services.store.transact(async (tx) => {
    const calendar = await tx.calendar(key);
    if (calendar === undefined || calendar.isBeingRemoved) throw new UnknownCalendar('no such calendar is registered');
    const bindings = await tx.bindings(key, [bindingIdOf(eventId)]);
    const conferences = await tx.conferences([conferenceKeyOf(conferenceId)]);
    const terms = ledgerTerms(services, calendar);
    const ledger = new Ledger(terms, { bindings: bindings.values(), conferences: conferences.values() });
    announce(ledger, eventId, conferenceId, terms.now + ANNOUNCEMENT_MS);
    writeLedger(tx, ledger);
    return ledger.binding(bindingIdOf(eventId));
  });
}
