/** What the changes depend on that are recorded outside of a listing. */
import type { CalendarKey } from '../../domain/ids.ts';
import type { LedgerTerms } from '../../domain/plan/ledger.ts';
import type { CalendarServices } from '../../domain/ports.ts';

/** Changes of this calendar, now. Without its ID, nothing that they do may end a conference. */
export function ledgerTerms(
  { clock, policy }: Pick<CalendarServices, 'clock' | 'policy'>,
  { key, calendarId }: { readonly key: CalendarKey; readonly calendarId: string | null },
): LedgerTerms {
  return { calendar: key, calendarId, now: clock.now(), sweepId: null, policy };
}
