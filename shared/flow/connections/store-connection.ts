/**
 * Stores a grant as a connection, in one transaction with everything that follows from it: the link is used up, the calendars asked for are
 * registered, and the user's are taken up again, but for those that a person has paused.
 */
import type { Grant } from '../../domain/connection/judge-grant.ts';
import { type ConnectionRecord, type ConnectionState, tokenIsAbout } from '../../domain/connection/records.ts';
import { seal } from '../../domain/connection/seal.ts';
import type { Ticket } from '../../domain/connection/ticket.ts';
import { type CalendarKey, calendarKeyOf, subjectKeyOf } from '../../domain/ids.ts';
import type { ConnectRefusal } from '../../domain/log-line.ts';
import type { ConnectServices, StoreTransaction } from '../../domain/ports.ts';
import { withCalendarDue } from '../../domain/state/due.ts';
import type { CalendarRecord } from '../../domain/state/records.ts';
import { resumed } from '../calendars/command-calendar.ts';
import { registered } from '../calendars/register-calendar.ts';
import { heldToken } from './held-token.ts';

/** Calendars of a user that are taken up again at once; others by themselves, at their next look. */
const IDLE_MAX = 100;

/** Undefined where it is stored, and all that was asked for with it. @throws StoreUnavailable, RecordUnreadable */
export async function storeConnection(
  services: ConnectServices,
  ticketId: string,
  ticket: Ticket,
  grant: Grant,
): Promise<ConnectRefusal | undefined> {
  // The company's own spelling of the address, where it gave one: its calendars carry that.
  const subject = ticket.subject ?? grant.email ?? '';
  const key = subjectKeyOf(subject);
  const wanted = ticket.calendars?.length === 0 ? [subject] : (ticket.calendars ?? []);
  const known = await services.store.calendarsOf(subject, { after: null, limit: IDLE_MAX });
  const ids = new Map([...known.map(({ calendarId }) => calendarId), ...wanted].map((id) => [calendarKeyOf(id), id]));
  const hashKeys = new Map([...ids.keys()].map((calendar) => [calendar, services.random.id()]));
  const unique = services.random.id();

  const stored = await services.store.transact(async (tx) => {
    const [link, held, calendars] = await Promise.all([
      tx.ticket(ticketId),
      tx.connection(key),
      Promise.all([...ids.keys()].map((calendar) => tx.calendar(calendar))),
    ]);
    if (link === undefined) return 'link-used';
    const base = { key, subject, clientId: services.terms.clientId };
    const state = stateOf(held, base, grant, unique, services);
    if (state === undefined) return 'no-lasting-access';
    const touched = [...ids].flatMap(([calendar, id], index) => {
      const isWanted = wanted.some((one) => calendarKeyOf(one) === calendar);
      const hashKey = hashKeys.get(calendar) ?? '';
      return takenUp(calendars[index], isWanted ? { id, subject, hashKey } : null, services.clock.now()) ?? [];
    });
    write(tx, { ...base, state }, ticketId, touched);
    return touched.map((calendar) => calendar.key);
  });
  if (typeof stored === 'string') return stored;
  services.log.write({ line: 'connection', outcome: 'connected', connection: key });
  await askForSyncs(services, stored);
  return undefined;
}

/** Undefined where Google gave no refresh token and none is held that works. */
function stateOf(
  known: ConnectionRecord | undefined,
  base: Omit<ConnectionRecord, 'state'>,
  { refreshToken, endsInSeconds }: Grant,
  unique: string,
  { clock, terms }: ConnectServices,
): ConnectionState | undefined {
  const connectedAt = clock.now();
  if (refreshToken !== null) {
    const endsAt = endsInSeconds === null ? null : connectedAt + endsInSeconds * 1_000;
    return {
      kind: 'connected',
      sealedToken: seal(refreshToken, terms.keys, tokenIsAbout(base), unique),
      connectedAt,
      endsAt,
    };
  }
  return heldToken(known, terms) === undefined ? undefined : known?.state;
}

/** The calendar as it is to be written; undefined where it stays as it is. */
function takenUp(
  stored: CalendarRecord | undefined,
  wish: { readonly id: string; readonly subject: string; readonly hashKey: string } | null,
  now: number,
): CalendarRecord | undefined {
  const calendar = wish === null ? stored : registered(stored, wish.id, wish.subject, wish.hashKey, now).calendar;
  if (calendar === undefined || calendar.isBeingRemoved || calendar.status === 'paused')
    return calendar === stored ? undefined : calendar;
  // Also one that is at work: a worker that has just failed for want of the consent must not write that down any more.
  return withCalendarDue(resumed(calendar, now));
}

function write(
  tx: StoreTransaction,
  connection: ConnectionRecord,
  ticketId: string,
  calendars: readonly CalendarRecord[],
): void {
  tx.deleteTicket(ticketId);
  tx.putConnection(connection);
  for (const calendar of calendars) tx.putCalendar(calendar);
}

/** The calendars are due by their records: a message that is lost here costs a minute and nothing else. */
async function askForSyncs({ queue, log }: ConnectServices, calendars: readonly CalendarKey[]): Promise<void> {
  const messages = calendars.map((calendar) =>
    queue.publish({ kind: 'sync', calendar, cause: 'registered', force: true }, 'upkeep'),
  );
  for (const { status, ...told } of await Promise.allSettled(messages)) {
    if (status === 'rejected' && 'reason' in told)
      log.write({ line: 'failure', where: 'asking for a sync', error: told.reason });
  }
}
