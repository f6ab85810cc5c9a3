/** The consents on record, as access tokens need them. */
import { type ConnectionRecord, tokenIsAbout } from '../../domain/connection/records.ts';
import { type SealKeys, seal, unseal } from '../../domain/connection/seal.ts';
import type { LossReason } from '../../domain/disconnect-reasons.ts';
import { AccessLost, OwnAccountRefused, StoreUnavailable } from '../../domain/errors.ts';
import { subjectKeyOf } from '../../domain/ids.ts';
import type { CalendarServices, Grants } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import { isOutOfReach } from '../../domain/state/reach.ts';
import { unlessUnreadable } from '../unless-unreadable.ts';

/** Where they are, and what opens them. */
export interface GrantTerms extends Pick<CalendarServices, 'clock' | 'random' | 'store' | 'log'> {
  readonly keys: SealKeys;
  readonly clientId: string;
}

/** Calendars of a user that are looked at once his grant is gone; others at their next look. */
const CALENDARS_MAX = 100;

/** See the file's head. */
export function storedGrants(terms: GrantTerms): Grants {
  return {
    async refreshTokenOf(subject) {
      // Only a transaction tells a record that cannot be read from one that is not there, and the latter disconnects the user's calendars.
      const record = await unlessUnreadable(terms.store.transact((tx) => tx.connection(subjectKeyOf(subject))));
      if (record === 'unreadable') throw new OwnAccountRefused('refresh token: its record cannot be read');
      if (record === undefined) return undefined;
      const { text, isOld } = opened(record, terms);
      if (isOld) await sealAnew(terms, subject, text);
      return text;
    },
    async replace(subject, before, after) {
      await write(terms, subject, before, (record) => sealedWith(record, after, terms));
    },
    async end(subject, token, told) {
      const ended = await write(terms, subject, token, (record) => ({
        ...record,
        state: { kind: 'disconnected', reason: reasonOf(record, told, terms.clock.now()), at: terms.clock.now() },
      }));
      if (ended?.state.kind !== 'disconnected') return told;
      const { reason } = ended.state;
      await wakeCalendars(terms, ended.subject);
      terms.log.write({ line: 'connection', outcome: 'disconnected', connection: ended.key, reason });
      return reason;
    },
  };
}

/** Calendars of a user whose grant is gone are looked at now, and not when they would be anyway: each finds out by itself. */
async function wakeCalendars({ store, clock }: GrantTerms, subject: string): Promise<void> {
  const calendars = await store.calendarsOf(subject, { after: null, limit: CALENDARS_MAX });
  const waking = store.transact(async (tx) => {
    const now = clock.now();
    for (const found of await Promise.all(calendars.map(({ key }) => tx.calendar(key)))) {
      if (found === undefined || found.status === 'paused' || isOutOfReach(found)) continue;
      tx.putCalendar(withCalendarDue({ ...found, reconcileAt: now }));
    }
  });
  await unlessUnreadable(waking);
}

/** @throws AccessLost, OwnAccountRefused */
function opened(record: ConnectionRecord, { keys, clientId }: GrantTerms) {
  const { state } = record;
  if (state.kind === 'disconnected')
    throw new AccessLost('refresh token: the user has to connect again', { reason: state.reason });
  if (record.clientId !== clientId) throw new AccessLost('refresh token: it was given to another OAuth client');
  const found = unseal(state.sealedToken, keys, tokenIsAbout(record));
  if (found === undefined) throw new OwnAccountRefused('refresh token: no key of CONNECTION_KEYS opens it');
  return found;
}

/** A key that goes out of use is replaced record by record; one that cannot be written now is written next time. */
async function sealAnew(terms: GrantTerms, subject: string, token: string): Promise<void> {
  try {
    await write(terms, subject, token, (record) => sealedWith(record, token, terms));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
}

/** Changes the record if it still holds this token: a user who has connected again meanwhile has another. */
async function write(
  terms: GrantTerms,
  subject: string,
  token: string,
  to: (record: ConnectionRecord) => ConnectionRecord,
): Promise<ConnectionRecord | undefined> {
  return terms.store.transact(async (tx) => {
    const record = await tx.connection(subjectKeyOf(subject));
    if (record?.state.kind !== 'connected') return undefined;
    if (unseal(record.state.sealedToken, terms.keys, tokenIsAbout(record))?.text !== token) return undefined;
    const changed = to(record);
    tx.putConnection(changed);
    return changed;
  });
}

function sealedWith(record: ConnectionRecord, token: string, { keys, random }: GrantTerms): ConnectionRecord {
  if (record.state.kind !== 'connected') return record;
  const sealedToken = seal(token, keys, tokenIsAbout(record), random.id());
  return { ...record, state: { ...record.state, sealedToken } };
}

/** Google has one word for a grant that was taken back and for one whose time is over. */
function reasonOf({ state }: ConnectionRecord, told: LossReason, now: number): LossReason {
  if (told !== 'revoked') return told;
  return state.kind === 'connected' && state.endsAt !== null && state.endsAt <= now ? 'expired' : 'revoked';
}
