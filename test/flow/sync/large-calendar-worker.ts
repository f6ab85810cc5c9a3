/**
 * A process of its own: syncs a large calendar with the real use case and the real Calendar client. Its store is the embedded one, and each
 * commit is told to the parent process before it counts, as a database would keep it; so it can be killed at any point.
 */
import { createGoogleCalendar } from '../../../shared/adapters/google-calendar/google-calendar.ts';
import { createNoAccessTokens } from '../../../shared/adapters/google-calendar/no-access-tokens.ts';
import { createMemoryStore } from '../../../shared/adapters/memory/store.ts';
import { systemClock, systemRandom } from '../../../shared/adapters/system/clock.ts';
import { Breaker } from '../../../shared/domain/delivery/breaker.ts';
import { calendarKeyOf } from '../../../shared/domain/ids.ts';
import type { Services, Store, StoreTransaction } from '../../../shared/domain/ports.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import type { BindingRecord, CalendarRecord, ConferenceRecord } from '../../../shared/domain/state/records.ts';
import { syncCalendar } from '../../../shared/flow/sync/sync-calendar.ts';
import { CHANNELS, policy } from '../../functions/policy.ts';

/** What the parent keeps. */
export interface Kept {
  calendars: CalendarRecord[];
  conferences: ConferenceRecord[];
  bindings: BindingRecord[];
}

/** What this process says of its end. */
export interface Finished {
  readonly outcome: string;
  /** Resident memory, in bytes: before the large calendar, and the most there was while it was synced. */
  readonly memory: { readonly before: number; readonly most: number };
}

const LEASE_MS = 3_000;
const memory = createMemoryStore({ now: Date.now });

function tell(message: unknown): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

/** The transaction, which notes what it writes. */
function noting(tx: StoreTransaction, kept: Kept): StoreTransaction {
  return {
    calendar: (key) => tx.calendar(key),
    conferences: (keys) => tx.conferences(keys),
    bindings: (calendar, ids) => tx.bindings(calendar, ids),
    pendingOf: (conference, limit) => tx.pendingOf(conference, limit),
    doubtfulOf: (conference, limit) => tx.doubtfulOf(conference, limit),
    referencesOf: (conference, limit, calendar) => tx.referencesOf(conference, limit, calendar),
    bindingsFor: (conference, calendar, kind, range) => tx.bindingsFor(conference, calendar, kind, range),
    firstReferenceAfter: (conference, calendar) => tx.firstReferenceAfter(conference, calendar),
    countReferences: (conference, calendar) => tx.countReferences(conference, calendar),
    occurrencesOf: (calendar, ids, range) => tx.occurrencesOf(calendar, ids, range),
    putCalendar: (record) => {
      kept.calendars.push(record);
      tx.putCalendar(record);
    },
    putCalendarOpened: (record) => {
      kept.calendars.push({ ...record, openedAt: Date.now() });
      tx.putCalendarOpened(record);
    },
    deleteCalendar: (key) => tx.deleteCalendar(key),
    connection: (key) => tx.connection(key),
    putConnection: (record) => tx.putConnection(record),
    deleteConnection: (key) => tx.deleteConnection(key),
    ticket: (id) => tx.ticket(id),
    putTicket: (record) => tx.putTicket(record),
    deleteTicket: (id) => tx.deleteTicket(id),
    putConference: (record) => {
      kept.conferences.push(record);
      tx.putConference(record);
    },
    putBinding: (record) => {
      kept.bindings.push(record);
      tx.putBinding(record);
    },
    deleteBinding: (calendar, id) => tx.deleteBinding(calendar, id),
  };
}

const store: Store = Object.assign(Object.create(memory), {
  async transact<Result>(work: (tx: StoreTransaction) => Promise<Result>): Promise<Result> {
    let kept: Kept = { calendars: [], conferences: [], bindings: [] };
    const result = await memory.transact((tx) => {
      kept = { calendars: [], conferences: [], bindings: [] };
      return work(noting(tx, kept));
    });
    await tell({ kept });
    return result;
  },
  calendar: memory.calendar.bind(memory),
  bindings: memory.bindings.bind(memory),
  bindingsOfCalendar: memory.bindingsOfCalendar.bind(memory),
});

async function sync(services: Services, id: string): Promise<string> {
  const known = await memory.calendar(calendarKeyOf(id));
  if (known === undefined) {
    await store.transact(async (tx) => tx.putCalendar(newCalendar(id, id, 'a hash key', Date.now())));
  }
  const request = { kind: 'sync', calendar: calendarKeyOf(id), cause: 'registered', force: true } as const;
  return syncCalendar(services, request, { lane: 'upkeep', publishedAt: Date.now() });
}

process.once('message', async ({ rootUrl, kept }: { rootUrl: string; kept: Kept }) => {
  await memory.transact(async (tx) => {
    for (const record of kept.calendars) tx.putCalendar(record);
    for (const record of kept.conferences) tx.putConference(record);
    for (const record of kept.bindings) tx.putBinding(record);
  });
  const google = createGoogleCalendar({ auth: createNoAccessTokens(), rootUrl });
  const services: Services = {
    clock: systemClock,
    random: systemRandom,
    google,
    store,
    queue: { publish: async () => undefined },
    conferences: { apply: async () => ({ kind: 'done' }), tell: async () => ({ kind: 'done' }) },
    breaker: new Breaker(),
    log: { write: () => undefined },
    policy: policy({ leaseMs: LEASE_MS }),
    channels: CHANNELS,
    isStopping: () => false,
  };
  // Code and connections are warm before anything is measured.
  await sync(services, 'small@example.com');
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const outcome = await sync(services, 'large@example.com');
  clearInterval(sampling);
  await tell({ finished: { outcome, memory: { before, most } } satisfies Finished });
  google.close();
  process.disconnect();
});
