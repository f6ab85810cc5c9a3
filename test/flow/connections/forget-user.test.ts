/** Once a user is forgotten, a search over the whole database finds nothing of him: no document, no field, no id. */
import type { DocumentReference, Firestore } from '@google-cloud/firestore';
import { expect, jest, test } from '@jest/globals';
import { openDatabase } from '../../../shared/adapters/firestore/open-database.ts';
import { createFirestoreStore } from '../../../shared/adapters/firestore/store.ts';
import { tokenIsAbout } from '../../../shared/domain/connection/records.ts';
import { seal } from '../../../shared/domain/connection/seal.ts';
import { StoreUnavailable } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf, subjectKeyOf } from '../../../shared/domain/ids.ts';
import type { Store, StoreTransaction } from '../../../shared/domain/ports.ts';
import { newCalendar } from '../../../shared/domain/state/new-record.ts';
import { announceConference } from '../../../shared/flow/calendars/announce-conference.ts';
import { registerCalendar } from '../../../shared/flow/calendars/register-calendar.ts';
import { forgetUser } from '../../../shared/flow/connections/forget-user.ts';
import {
  ALICE,
  BOB,
  BOBS,
  cancelledOccurrence,
  HOUR,
  meeting,
  NOW,
  ours,
  series,
  tombstone,
} from '../../domain/build.ts';
import { describeWithEmulators, newProjectId } from '../../emulators.ts';
import { withTransact } from '../../with-transact.ts';
import { channelOf, putCalendar } from '../due-records.ts';
import { World } from '../world.ts';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const TEAM = 'team@group.calendar.google.com';
/** Of each of these, another conference takes the place. */
const REPLACED = ['replaced', 'pending-replaced', 'refused-replaced'];
const ENDED = ['ended', 'pending-end', 'refused-end'];
const EVENTS = ['plain', 'shared', 'refused', 'orphan', 'daily', 'announced', 'both', ...ENDED, ...REPLACED];

/** Everything that transactions have written and not deleted since, by path. */
class Written {
  readonly documents = new Map<string, unknown>();

  /** Writes of the world's store are noted from now on. */
  constructor(world: World) {
    const store = withTransact(world.store, this.#transact(world.store));
    Object.assign(world, { store });
    Object.assign(world.services, { store });
  }

  /** Puts all of it into another store. */
  async copyTo(store: Store): Promise<void> {
    await store.transact(async (tx) => {
      for (const [path, record] of this.documents) {
        const [collection, , inside] = path.split('/');
        const put = inside === 'bindings' ? tx.putBinding : PUTS[collection ?? '']?.(tx);
        if (put === undefined) throw new Error(path);
        Reflect.apply(put, tx, [record]);
      }
    });
  }

  #transact(store: Store): Store['transact'] {
    return async (work) => {
      let changes: (() => void)[] = [];
      const result = await store.transact((tx) => {
        changes = [];
        return work(this.#noting(tx, changes));
      });
      for (const change of changes) change();
      return result;
    };
  }

  #noting(tx: StoreTransaction, changes: (() => void)[]): StoreTransaction {
    const put = (path: string, record: unknown) => changes.push(() => this.documents.set(path, record));
    const drop = (path: string) => changes.push(() => this.documents.delete(path));
    const notes: Partial<StoreTransaction> = {
      putCalendar: (record) => put(`calendars/${record.key}`, record),
      putCalendarOpened: (record) => put(`calendars/${record.key}`, record),
      deleteCalendar: (key) => drop(`calendars/${key}`),
      putConference: (record) => put(`conferences/${record.key}`, record),
      putBinding: (record) => put(`calendars/${record.calendar}/bindings/${record.id}`, record),
      deleteBinding: (calendar, id) => drop(`calendars/${calendar}/bindings/${id}`),
      putConnection: (record) => put(`connections/${record.key}`, record),
      deleteConnection: (key) => drop(`connections/${key}`),
    };
    return new Proxy(tx, {
      get: (target, name) => {
        const call = Reflect.get(target, name).bind(target);
        const note = Reflect.get(notes, name);
        if (note === undefined) return call;
        return (...given: unknown[]) => {
          Reflect.apply(note, undefined, given);
          return call(...given);
        };
      },
    });
  }
}

const PUTS: Readonly<Record<string, (tx: StoreTransaction) => (record: never) => void>> = {
  calendars: (tx) => tx.putCalendar,
  conferences: (tx) => tx.putConference,
  connections: (tx) => tx.putConnection,
};

/** Alice leaves something of each kind. */
async function live(world: World): Promise<void> {
  const { services, store } = world;
  const worked = async (): Promise<void> => {
    await world.clock.runTo(world.clock.now() + 2 * 60_000);
    await world.renew();
  };
  Object.assign(services.policy, { tellsOfCalendars: true });
  for (const name of EVENTS) world.put(ALICE, meeting(`${name}-of-alice`, ours(`c-${name}`)));
  world.put(ALICE, series('daily-of-alice', ours('c-daily')));
  world.put(BOB, meeting('shared-of-bob', ours('c-shared'), { organizer: { email: BOB } }));
  world.put(TEAM, meeting('team-of-alice', ours('c-team'), { organizer: { email: TEAM } }));
  world.answer = ({ data, type }) => {
    if (data.conferenceId.startsWith('c-pending') && type === 'conference.cancelled')
      return { kind: 'transient', reason: 'answered 503' };
    const isRefused = data.conferenceId === 'c-refused' || type === 'conference.cancelled';
    return isRefused && data.conferenceId.startsWith('c-refused')
      ? { kind: 'refused', reason: 'answered 422' }
      : { kind: 'done' };
  };
  await world.register(ALICE);
  await world.register(BOB);
  await world.clock.runUntilDone(registerCalendar(services, TEAM, ALICE));
  await world.work();
  await announceConference(services, calendarKeyOf(ALICE), 'later-of-alice', 'c-later');
  for (const name of ENDED) world.put(ALICE, tombstone(`${name}-of-alice`));
  for (const name of REPLACED) world.put(ALICE, meeting(`${name}-of-alice`, ours(`d-${name}`), { etag: '"2"' }));
  world.put(ALICE, cancelledOccurrence('daily-of-alice', 3));
  await world.notify(ALICE);
  await world.work();
  await worked();
  await worked();
  for (const id of ['c-beside', 'c-beside-too'])
    await announceConference(services, calendarKeyOf(ALICE), 'both-of-alice', id);
  world.put(ALICE, tombstone('orphan-of-alice'));
  await world.notify(ALICE);
  await world.work();
  const state = { kind: 'connected', sealedToken: 'v1.a.b', connectedAt: 1, endsAt: null } as const;
  await store.transact(async (tx) =>
    tx.putConnection({ key: subjectKeyOf(ALICE), subject: ALICE, clientId: 'client', state }),
  );
  const names = [...ENDED, ...REPLACED, 'orphan', 'later', 'beside', 'beside-too'];
  const kinds = await Promise.all(names.map((name) => store.conference(conferenceKeyOf(`c-${name}`))));
  const ends = ['cancelled', 'orphaned', 'failed'];
  const orphans = ['orphaned', 'orphaned', 'orphaned', 'orphaned'];
  expect(kinds.map((one) => one?.state)).toEqual([...ends, ...ends, ...orphans]);
}

/** The words by which somebody would look for her. */
function findings(dump: string): string[] {
  const needles = ['alice', TEAM, calendarKeyOf(ALICE), calendarKeyOf(TEAM), subjectKeyOf(ALICE)];
  return needles.filter((needle) => dump.toLowerCase().includes(needle.toLowerCase()));
}

test('nothing of a user is left in the embedded store, once what was on its way has arrived', async () => {
  const world = new World();
  const written = new Written(world);
  const dump = (): string => JSON.stringify([...written.documents]);
  await live(world);
  expect(findings(dump())).toHaveLength(5);

  const report = await forgetUser(world.services, undefined, ALICE, world.clock.now() + HOUR);
  expect(report).toEqual({ calendars: 2, unfinished: 0, connection: 'forgotten' });
  // What the conference system has not taken yet names the calendar until it has.
  expect(findings(dump())).toEqual(['alice', calendarKeyOf(ALICE)]);

  world.answer = () => ({ kind: 'done' });
  for (let hour = 0; hour < 3; hour++) {
    await world.clock.runTo(world.clock.now() + HOUR);
    await world.renew();
  }
  expect(world.told.at(-1)?.change).toMatchObject({ type: 'conference.cancelled', data: { calendarId: ALICE } });
  const left = dump();
  expect({ found: findings(left), left }).toEqual({ found: [], left });
  const shared = await world.store.conference(conferenceKeyOf('c-shared'));
  expect(shared).toMatchObject({ state: 'live', liveCount: 1, leader: BOBS });
  expect(left).toContain(BOB);
});

describeWithEmulators('a user who is forgotten', ['firestore'], ({ firestore: host }) => {
  test('has nothing left in Firestore', async () => {
    const projectId = newProjectId();
    const onUnreadable = (path: string): void => {
      throw new Error(`unreadable: ${path}`);
    };
    const store = createFirestoreStore({ projectId, host, callMs: 25_000, transactionMs: 25_000, onUnreadable });
    const database = openDatabase({ projectId, host }, 25_000);
    const dump = async (): Promise<string> => JSON.stringify(await everyDocument(database));
    const world = new World();
    const written = new Written(world);
    try {
      await live(world);
      world.answer = () => ({ kind: 'done' });
      await world.clock.runTo(world.clock.now() + HOUR);
      await world.renew();
      await written.copyTo(store);
      expect(findings(await dump())).toHaveLength(5);
      const report = await forgetUser({ ...world.services, store }, undefined, ALICE, world.clock.now() + HOUR);
      expect(report).toEqual({ calendars: 2, unfinished: 0, connection: 'forgotten' });
      const left = await dump();
      expect({ found: findings(left), left }).toEqual({ found: [], left });
      expect(left).toContain(BOB);
    } finally {
      await Promise.all([store.close(), database.terminate()]);
    }
  });
});

/** Every document with its path, those below documents that do not exist included. */
async function everyDocument(from: Firestore | DocumentReference): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const collection of await from.listCollections()) {
    for (const reference of await collection.listDocuments()) {
      const document = await reference.get();
      if (document.exists) found.push([reference.path, document.data()]);
      found.push(...(await everyDocument(reference)));
    }
  }
  return found;
}

const SHARED = Array.from({ length: 120 }, (_, index) => `team${index}@group.calendar.google.com`).sort((a, b) =>
  calendarKeyOf(a) < calendarKeyOf(b) ? -1 : 1,
);

test('calendars that a worker removes already keep none of those behind them from being removed', async () => {
  const world = new World();
  const isGoing = { status: 'paused', isBeingRemoved: true, lease: { owner: 'a worker', until: NOW + HOUR } } as const;
  await world.store.transact(async (tx) => {
    for (const [index, id] of SHARED.entries())
      tx.putCalendar({ ...newCalendar(id, ALICE, 'a hash key', NOW), ...(index < 100 && isGoing) });
  });
  const report = await world.clock.runUntilDone(forgetUser(world.services, undefined, ALICE, NOW + MINUTE));
  expect(report).toMatchObject({ calendars: 20, unfinished: 100 });
  const left = await world.store.calendars({ after: null, limit: 200 });
  expect(left.filter(({ isBeingRemoved }) => !isBeingRemoved)).toEqual([]);
});

test('a user with more calendars than there is time for is forgotten in one call: a worker sees to what is left of them', async () => {
  const world = new World();
  const channel = channelOf();
  for (const id of SHARED) await putCalendar(world, id, { subject: ALICE, channel });
  world.services.google.stop = async () => world.clock.sleep(1_000);
  const state = { kind: 'connected', sealedToken: 'v1.a.b', connectedAt: 1, endsAt: null } as const;
  const key = subjectKeyOf(ALICE);
  await world.store.transact(async (tx) => tx.putConnection({ key, subject: ALICE, clientId: 'client', state }));
  const until = world.clock.now() + 10_000;
  const report = await world.clock.runUntilDone(forgetUser(world.services, undefined, ALICE, until));
  expect(world.clock.now()).toBeLessThan(until + 5_000);
  expect(report).toEqual({ calendars: 120, unfinished: 110, connection: 'forgotten' });
  const left = await world.store.calendars({ after: null, limit: 200 });
  expect(left.filter(({ isBeingRemoved }) => !isBeingRemoved)).toEqual([]);
  for (let minute = 0; minute < 5; minute++) {
    await world.renew();
    await world.clock.runTo(world.clock.now() + MINUTE);
  }
  expect(await world.store.calendars({ after: null, limit: 200 })).toEqual([]);
});

test('a calendar that was registered for her in another spelling goes as well', async () => {
  const world = new World();
  await world.register(ALICE);
  await world.clock.runUntilDone(registerCalendar(world.services, TEAM, 'Alice@Example.com'));
  await world.work();
  const report = await world.clock.runUntilDone(forgetUser(world.services, undefined, 'aLICE@example.com', NOW + HOUR));
  expect(report).toMatchObject({ calendars: 2, unfinished: 0 });
  expect(await world.store.calendars({ after: null, limit: 10 })).toEqual([]);
});

test('nothing is said to be forgotten while a calendar may be there that is not found; whoever asks again goes on', async () => {
  const world = new World();
  await world.clock.runUntilDone(registerCalendar(world.services, TEAM, ALICE));
  Object.assign(world.store, { keySubjects: async (isOutOfTime: () => boolean) => !isOutOfTime() });
  await expect(forgetUser(world.services, undefined, ALICE, world.clock.now())).rejects.toThrow(StoreUnavailable);
  expect(await world.calendar(TEAM)).toMatchObject({ isBeingRemoved: false });
  const asked = forgetUser(world.services, undefined, ALICE, world.clock.now() + HOUR);
  expect(await world.clock.runUntilDone(asked)).toMatchObject({ calendars: 1 });
});

test('her own calendar goes as well where another user is acted for', async () => {
  const world = new World();
  await world.clock.runUntilDone(registerCalendar(world.services, ALICE, BOB));
  expect(await forgetUser(world.services, undefined, ALICE, world.clock.now() + HOUR)).toMatchObject({ calendars: 1 });
  expect(await world.store.calendar(calendarKeyOf(ALICE))).toBeUndefined();
});

test.each([
  ['connects again, keeps the new consent, which the end of the old one would end too', 2, 'renewed'],
  ['is only read, under a new key of ours, is forgotten', 1, 'revoked'],
] as const)('who meanwhile %s', async (_, connectedAt, connection) => {
  const world = new World();
  await putCalendar(world, ALICE, { subject: ALICE, channel: channelOf() });
  const [key, keys] = [subjectKeyOf(ALICE), ['a key']] as const;
  const connected = (at: number, token: string) => {
    const record = { key, subject: ALICE, clientId: 'client' };
    const sealedToken = seal(token, keys, tokenIsAbout(record), `${at} ${token}`);
    return { ...record, state: { kind: 'connected', sealedToken, connectedAt: at, endsAt: null } as const };
  };
  await world.store.transact(async (tx) => tx.putConnection(connected(1, 'old')));
  world.services.google.stop = () =>
    world.store.transact(async (tx) => tx.putConnection(connected(connectedAt, connectedAt === 1 ? 'old' : 'new')));
  const revoked: string[] = [];
  const setup = { terms: { keys }, consent: { revoke: async (token: string) => void revoked.push(token) } };
  const report = await world.clock.runUntilDone(forgetUser(world.services, setup, ALICE, NOW + HOUR));
  expect(report).toEqual({ calendars: 1, unfinished: 0, connection });
  expect(revoked).toEqual(connection === 'revoked' ? ['old'] : []);
  expect((await world.store.connection(key)) !== undefined).toBe(connection === 'renewed');
});
