/**
 * Removes all that is kept of a user: calendars with their channels and bindings, then the consent, which is ended at Google. Stops
 * nobody's conference. May be repeated; what is gone already is no fault.
 */
import { tokenIsAbout } from '../../domain/connection/records.ts';
import { unseal } from '../../domain/connection/seal.ts';
import { UnknownCalendar } from '../../domain/errors.ts';
import { calendarKeyOf, subjectKeyOf } from '../../domain/ids.ts';
import type { CalendarServices, ConnectionTerms, GoogleConsent } from '../../domain/ports.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { removeCalendar } from '../calendars/remove-calendar.ts';

/** What was removed. */
export interface ForgottenUser {
  readonly calendars: number;
  /** Calendars with so much to forget that a worker goes on with them. */
  readonly unfinished: number;
  /** `revoked`: ended at Google. `forgotten`: it was over, or no key of ours opened it. */
  readonly connection: 'none' | 'revoked' | 'forgotten';
}

/** What it takes to end a consent at Google. */
export interface ConsentEnd {
  readonly terms: Pick<ConnectionTerms, 'keys'>;
  readonly consent: Pick<GoogleConsent, 'revoke'>;
}

const PAGE = 100;

/** See the file's head; without `setup` the consent is forgotten and not ended. @throws StoreUnavailable, QueueUnavailable, GoogleUnavailable or RateLimited: what was done stays done */
export async function forgetUser(
  services: CalendarServices,
  setup: ConsentEnd | undefined,
  subject: string,
): Promise<ForgottenUser> {
  const { store, log } = services;
  const key = subjectKeyOf(subject);
  const { record, own } = await store.transact(async (tx) => ({
    record: await tx.connection(key),
    own: await tx.calendar(calendarKeyOf(subject)),
  }));
  const spellings = new Set([subject, ...(record === undefined ? [] : [record.subject])]);
  let calendars = 0;
  let unfinished = 0;
  for (const spelling of spellings) {
    // While there is a consent its channels can be stopped; afterwards they would only run out.
    for (let page = await pageOf(services, spelling); page.length > 0; page = await pageOf(services, spelling)) {
      for (const calendar of page) await removeCalendar(services, calendar.key).catch(unlessGone);
      calendars += page.length;
    }
    unfinished += (await store.calendarsOf(spelling, PAGE)).length;
  }
  // The user's own calendar, if another is acted for who may read it.
  if (own !== undefined && !own.isBeingRemoved && !spellings.has(own.subject)) {
    await removeCalendar(services, own.key).catch(unlessGone);
    calendars++;
    if ((await store.calendar(own.key)) !== undefined) unfinished++;
  }
  if (record === undefined) return { calendars, unfinished, connection: 'none' };
  const token =
    record.state.kind === 'connected' && setup !== undefined
      ? unseal(record.state.sealedToken, setup.terms.keys, tokenIsAbout(record))?.text
      : undefined;
  if (token !== undefined) await setup?.consent.revoke(token);
  await store.transact(async (tx) => tx.deleteConnection(key));
  log.write({ line: 'connection', outcome: 'removed', connection: key });
  return { calendars, unfinished, connection: token === undefined ? 'forgotten' : 'revoked' };
}

async function pageOf({ store }: CalendarServices, subject: string): Promise<readonly CalendarRecord[]> {
  const page = await store.calendarsOf(subject, PAGE);
  return page.filter(({ isBeingRemoved }) => !isBeingRemoved);
}

/** Somebody else was faster. */
function unlessGone(error: unknown): void {
  if (!(error instanceof UnknownCalendar)) throw error;
}
