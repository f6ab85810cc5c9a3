/**
 * Removes all that is kept of a user: calendars with their channels and bindings, then the consent, which is ended at Google. Stops
 * nobody's conference. May be repeated; what is gone already is no fault.
 */
import { type ConnectionRecord, tokenIsAbout } from '../../domain/connection/records.ts';
import { unseal } from '../../domain/connection/seal.ts';
import { StoreUnavailable } from '../../domain/errors.ts';
import { type CalendarKey, calendarKeyOf, subjectKeyOf } from '../../domain/ids.ts';
import type { CalendarServices, ConnectionTerms, GoogleConsent } from '../../domain/ports.ts';
import { beginRemoval, finishRemoval } from '../calendars/remove-calendar.ts';
import { inParallel } from '../in-parallel.ts';

/** What was removed. */
export interface ForgottenUser {
  /** Those whose removal has begun with this call. */
  readonly calendars: number;
  /** Calendars, whoever removes them, of which there is still something; a worker goes on with them. */
  readonly unfinished: number;
  /** `revoked`: ended at Google. `forgotten`: it was over, or no key of ours opened it. `renewed`: he connected again meanwhile, and that stays. */
  readonly connection: 'none' | 'revoked' | 'forgotten' | 'renewed';
}

/** What it takes to end a consent at Google. */
export interface ConsentEnd {
  readonly terms: Pick<ConnectionTerms, 'keys'>;
  readonly consent: Pick<GoogleConsent, 'revoke'>;
}

const PAGE = 100;
const AT_ONCE = 8;

/**
 * See the file's head; without `setup` the consent is forgotten and not ended. `until` is when to leave what there still is of calendars to a
 * worker (Unix milliseconds). @throws StoreUnavailable, QueueUnavailable, RecordUnreadable, GoogleUnavailable or RateLimited: what was done stays done
 */
export async function forgetUser(
  services: CalendarServices,
  setup: ConsentEnd | undefined,
  subject: string,
  until: number,
): Promise<ForgottenUser> {
  const { store, log } = services;
  const isOutOfTime = (): boolean => services.isStopping() || services.clock.now() >= until;
  // Nothing is said to be gone while a calendar could be there that is not found.
  if (!(await store.keySubjects(isOutOfTime)))
    throw new StoreUnavailable('calendars that an earlier release has written are being given the keys of their users');
  const key = subjectKeyOf(subject);
  const { record, own } = await store.transact(async (tx) => ({
    record: await tx.connection(key),
    own: await tx.calendar(calendarKeyOf(subject)),
  }));
  const calendars = new Set(await calendarsOf(services, subject));
  // The user's own calendar, too, if another is acted for who may read it.
  if (own !== undefined) calendars.add(own.key);
  const { begun, unfinished } = await removeAll(services, calendars, until, isOutOfTime);
  if (record === undefined) return { calendars: begun, unfinished, connection: 'none' };
  const renewed = { calendars: begun, unfinished, connection: 'renewed' } as const;
  // To end the old consent at Google would end the new one too.
  if (isRenewed(record, await store.connection(key))) return renewed;
  const token =
    record.state.kind === 'connected' && setup !== undefined
      ? unseal(record.state.sealedToken, setup.terms.keys, tokenIsAbout(record))?.text
      : undefined;
  if (token !== undefined) await setup?.consent.revoke(token);
  const isDeleted = await store.transact(async (tx) => {
    if (isRenewed(record, await tx.connection(key))) return false;
    tx.deleteConnection(key);
    return true;
  });
  if (!isDeleted) return renewed;
  log.write({ line: 'connection', outcome: 'removed', connection: key });
  return { calendars: begun, unfinished, connection: token === undefined ? 'forgotten' : 'revoked' };
}

/** Whether he has connected since: the removal of his calendars can take half a minute. A token that was only sealed anew is the same consent. */
function isRenewed(before: ConnectionRecord, now: ConnectionRecord | undefined): boolean {
  if (now?.state.kind !== 'connected') return false;
  return before.state.kind !== 'connected' || before.state.connectedAt !== now.state.connectedAt;
}

async function calendarsOf({ store }: CalendarServices, subject: string): Promise<CalendarKey[]> {
  const keys: CalendarKey[] = [];
  for (let after: CalendarKey | null = null; ; after = keys.at(-1) ?? null) {
    const page = await store.calendarsOf(subject, { after, limit: PAGE });
    keys.push(...page.map((calendar) => calendar.key));
    if (page.length < PAGE) return keys;
  }
}

/** All of them are given over to removal before the first is looked into: what there is no time for, a worker sees to. */
async function removeAll(
  services: CalendarServices,
  keys: ReadonlySet<CalendarKey>,
  until: number,
  isOutOfTime: () => boolean,
) {
  let begun = 0;
  await inParallel(AT_ONCE, keys, async (key) => {
    if (await beginRemoval(services, key, until)) begun++;
  });
  // While there is a consent their channels can be stopped; afterwards they would only run out.
  for (const key of keys) {
    if (isOutOfTime()) break;
    await finishRemoval(services, key, until);
  }
  let unfinished = 0;
  await inParallel(AT_ONCE, keys, async (key) => {
    if ((await services.store.calendar(key)) !== undefined) unfinished++;
  });
  return { begun, unfinished };
}
