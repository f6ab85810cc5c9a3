/**
 * Removes a calendar: its channels are stopped, its token and bindings forgotten. Nothing is cancelled: leadership
 * passes on, and a conference that only this calendar knew is released. May be repeated until it is through.
 */

import { UnknownCalendar } from '../../domain/errors.ts';
import type { CalendarKey, ConferenceKey } from '../../domain/ids.ts';
import { Ledger } from '../../domain/plan/ledger.ts';
import { forgetBinding } from '../../domain/plan/references.ts';
import type { CalendarServices } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { stopChannel } from '../channels/stop-channels.ts';
import { passLeads } from '../record/pass-leads.ts';
import { writeLedger } from '../record/write-ledger.ts';

const BATCH = 50;

/** See the file's head. @throws UnknownCalendar, StoreUnavailable, QueueUnavailable */
export async function removeCalendar(services: CalendarServices, key: CalendarKey): Promise<void> {
  for (let isGone = false; !isGone; ) {
    const calendar = await shut(services, key);
    while (await forgetSome(services, calendar)) {
      // Batch after batch, until none is left.
    }
    const channels = [...(calendar.channel === null ? [] : [calendar.channel]), ...calendar.strayChannels];
    for (const channel of channels) await stopChannel(services, calendar, channel);
    isGone = await services.store.transact(async (tx) => {
      const stored = await tx.calendar(key);
      // Somebody has resumed it meanwhile: what was bound since then would never be let go.
      if (stored !== undefined && stored.generation !== calendar.generation) return false;
      tx.deleteCalendar(key);
      return true;
    });
  }
}

/** From here on no worker of this calendar can commit anything. */
async function shut(services: CalendarServices, key: CalendarKey): Promise<CalendarRecord> {
  return services.store.transact(async (tx) => {
    const stored = await tx.calendar(key);
    if (stored === undefined) throw new UnknownCalendar('no such calendar is registered');
    const shut = withCalendarDue({ ...stored, status: 'paused', generation: stored.generation + 1, lease: null });
    tx.putCalendar(shut);
    return shut;
  });
}

async function forgetSome(services: CalendarServices, calendar: CalendarRecord): Promise<boolean> {
  const { key, calendarId } = calendar;
  const page = await services.store.bindingsOfCalendar(key, { after: null, limit: BATCH });
  if (page.length === 0) return false;
  const passed = await services.store.transact(async (tx) => {
    const bindings = await tx.bindings(
      key,
      page.map(({ id }) => id),
    );
    const conferences = await tx.conferences([...new Set([...bindings.values()].map(({ conference }) => conference))]);
    const terms = { calendar: key, calendarId, now: services.clock.now(), sweepId: null, policy: services.policy };
    const ledger = new Ledger(terms, { bindings: bindings.values(), conferences: conferences.values() });
    for (const binding of bindings.values()) forgetBinding(ledger, binding);
    const passed: ReadonlySet<ConferenceKey> = await passLeads(tx, ledger);
    writeLedger(tx, ledger);
    return passed;
  });
  for (const conference of passed) await services.queue.publish({ kind: 'conference', conference }, 'upkeep');
  return true;
}
