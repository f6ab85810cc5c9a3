/** What every store promises of its queries: what they find, in which order, up to which limit, and what they leave out. */
import { describe, expect, test } from '@jest/globals';
import type { BindingId, CalendarKey } from '../../../shared/domain/ids.ts';
import { eventIds, type OpenedStore, withOpened } from './opened-store.ts';
import {
  binding,
  bindingId,
  calendar,
  calendarKey,
  conference,
  conferenceKey,
  NOW,
  pending,
  put,
} from './sample-records.ts';

/** Declares the suite; each test opens a store of its own. */
export function describeQueries(open: () => OpenedStore): void {
  const withStore = withOpened(open);

  describe('queries', () => {
    test(
      'page through all calendars in the order of their keys, or through those of one status',
      withStore(async (store) => {
        const records = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
          calendar(name, { status: index % 2 === 0 ? 'active' : 'paused' }),
        );
        await put(store, { calendars: records });
        const keys = records.map(({ key }) => key).sort();
        const first = await store.calendars({ after: null, limit: 3 });
        expect(first.map(({ key }) => key)).toEqual(keys.slice(0, 3));
        const rest = await store.calendars({ after: keys[2] ?? null, limit: 3 });
        expect(rest.map(({ key }) => key)).toEqual(keys.slice(3));
        const paused = await store.calendars({ after: null, limit: 10 }, 'paused');
        expect(paused.map(({ key }) => key)).toEqual([calendarKey('b'), calendarKey('d')].sort());
        expect(await store.calendars({ after: paused[0]?.key ?? null, limit: 10 }, 'paused')).toEqual([paused[1]]);
        expect(await store.calendars({ after: null, limit: 10 }, 'unreachable')).toEqual([]);
      }),
    );

    test(
      "find one user's calendars in the order of their keys, and no other's",
      withStore(async (store) => {
        const own = ['a', 'b', 'c'].map((name) => calendar(name, { subject: 'a@example.com' }));
        await put(store, { calendars: [...own, calendar('d')] });
        const keys = own.map(({ key }) => key).sort();
        const keysOf = async (subject: string, limit: number, after: CalendarKey | null = null) =>
          (await store.calendarsOf(subject, { after, limit })).map(({ key }) => key);
        expect(await keysOf('a@example.com', 10)).toEqual(keys);
        expect(await keysOf('a@example.com', 2)).toEqual(keys.slice(0, 2));
        expect(await keysOf('a@example.com', 2, keys[0])).toEqual(keys.slice(1));
        expect(await keysOf('a@example.com', 2, keys[2])).toEqual([]);
        expect(await keysOf('A@Example.com', 10)).toEqual(keys);
        await put(store, { calendars: [calendar('e', { subject: 'D@example.com' })] });
        expect(await keysOf('d@EXAMPLE.com', 10)).toEqual([calendarKey('d'), calendarKey('e')].sort());
        await put(store, { calendars: [calendar('e')] });
        expect(await store.keySubjects(() => false)).toBe(true);
        await put(store, { calendars: [calendar('a', { subject: 'd@example.com' })] });
        expect(await keysOf('a@example.com', 10)).toEqual(keys.filter((key) => key !== calendarKey('a')));
        expect(await keysOf('d@example.com', 10)).toEqual([calendarKey('a'), calendarKey('d')].sort());
      }),
    );

    test(
      "page through one calendar's bindings and no other's",
      withStore(async (store) => {
        const events = ['e1', 'e2', 'e3', 'e4'];
        await put(store, {
          bindings: [...events.map((id) => binding('a', id, 'c1')), binding('b', 'e1', 'c1')],
        });
        const ids = events.map(bindingId).sort();
        const first = await store.bindingsOfCalendar(calendarKey('a'), { after: null, limit: 3 });
        expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 3));
        const rest = await store.bindingsOfCalendar(calendarKey('a'), { after: ids[2] ?? null, limit: 3 });
        expect(rest.map(({ id, calendar }) => [calendar, id])).toEqual([[calendarKey('a'), ids[3]]]);
      }),
    );

    test(
      'count the fleet',
      withStore(async (store) => {
        const channel = { id: 'i', resourceId: 'r', renewAt: NOW, provenAt: null };
        await put(store, {
          calendars: [
            calendar('a', { channel: { ...channel, expiresAt: NOW + 10 }, dueAt: NOW - 1 }),
            calendar('b', { channel: { ...channel, expiresAt: NOW + 11 }, dueAt: NOW }),
            calendar('c', { channel: null, dueAt: null }),
            calendar('d', { status: 'paused', channel: { ...channel, expiresAt: NOW }, dueAt: null }),
            calendar('e', { status: 'disconnected', dueAt: NOW - 2, dueShard: 15 }),
            calendar('f', { status: 'unreachable', dueAt: NOW }),
            calendar('g', { status: 'unsupported-push', dueAt: NOW }),
          ],
          conferences: [
            conference('c1', { dueAt: NOW - 1, attempts: 2 }),
            conference('c2', { dueAt: NOW + 1, state: 'orphaned' }),
            conference('c3', { state: 'failed' }),
            conference('c4', { state: 'cancelled' }),
          ],
          bindings: [
            binding('a', 'e1', 'c1', { state: 'failed' }),
            binding('b', 'e2', 'c1', { state: 'failed' }),
            binding('a', 'e3', 'c1'),
          ],
        });
        expect(await store.countFleet({ overdueBefore: NOW - 1, endingBefore: NOW + 10 })).toEqual({
          calendars: 7,
          paused: 1,
          disconnected: 1,
          unreachable: 1,
          unsupportedPush: 1,
          channelless: 1,
          channelsEnding: 1,
          overdueCalendars: 2,
          overdueConferences: 1,
          pending: 2,
          failing: 1,
          orphaned: 1,
          failed: 3,
        });
        expect(await store.countChannelsEnding(NOW + 10)).toBe(1);
        expect(await store.countChannelsEnding(NOW + 11)).toBe(2);
      }),
    );

    test(
      'page through what the conference system refused, on all calendars, and through nothing else',
      withStore(async (store) => {
        const failed = [
          binding('a', 'e1', 'c1', { state: 'failed' }),
          binding('a', 'e2', 'c2', { state: 'failed', kind: 'occurrence' }),
          binding('b', 'e1', 'c1', { state: 'failed' }),
        ];
        const others = [binding('a', 'e3', 'c1'), binding('b', 'e4', 'c1', { state: 'gone' })];
        await put(store, { bindings: [...failed, ...others] });
        const first = await store.failedBindings({ after: null, limit: 2 });
        const rest = await store.failedBindings({ after: first.at(-1) ?? null, limit: 2 });
        const placeOf = (one: { calendar: string; id: string }) => `${one.calendar}/${one.id}`;
        expect([...first, ...rest].map(placeOf)).toEqual(failed.map(placeOf).sort());
        await put(store, { bindings: [binding('a', 'e1', 'c1'), binding('a', 'e2', 'c2'), binding('b', 'e1', 'c1')] });
        expect(await store.failedBindings({ after: null, limit: 2 })).toEqual([]);
      }),
    );

    test(
      'page through the conferences whose cancellation was refused',
      withStore(async (store) => {
        const failed = ['c1', 'c2', 'c3'].map((id) => conference(id, { state: 'failed' }));
        await put(store, { conferences: [...failed, conference('c4'), conference('c5', { state: 'cancelled' })] });
        const keys = failed.map(({ key }) => key).sort();
        const first = await store.failedConferences({ after: null, limit: 2 });
        const rest = await store.failedConferences({ after: keys[1] ?? null, limit: 2 });
        expect([...first, ...rest].map(({ key }) => key)).toEqual(keys);
      }),
    );

    test(
      'page through the conferences without reference that a calendar led last, whatever has become of them',
      withStore(async (store) => {
        const leader = calendarKey('a');
        const left = (['live', 'orphaned', 'cancelled', 'failed'] as const).map((state) =>
          conference(state, { state, leader, liveCount: 0 }),
        );
        await put(store, {
          conferences: [
            ...left,
            conference('referred', { leader, liveCount: 1 }),
            conference('of another', { leader: calendarKey('b'), liveCount: 0 }),
            conference('of none', { leader: null, liveCount: 0 }),
          ],
        });
        const keys = left.map(({ key }) => key).sort();
        const first = await store.conferencesLeftBy(leader, { after: null, limit: 3 });
        expect(first.map(({ key }) => key)).toEqual(keys.slice(0, 3));
        const rest = await store.conferencesLeftBy(leader, { after: keys[2] ?? null, limit: 3 });
        expect(rest.map(({ key }) => key)).toEqual(keys.slice(3));
        await put(store, { conferences: left.map((one) => ({ ...one, leader: null })) });
        expect(await store.conferencesLeftBy(leader, { after: null, limit: 9 })).toEqual([]);
      }),
    );

    test(
      'page through the conferences whose delivery fails and is tried again, the fewest attempts first',
      withStore(async (store) => {
        const attempts = { c1: 3, c2: 1, c3: 0, c4: 1, c5: 12 };
        await put(store, {
          conferences: Object.entries(attempts).map(([id, count]) => conference(id, { attempts: count })),
        });
        const first = await store.failingConferences({ after: null, limit: 2 });
        expect(first.map(({ attempts }) => attempts)).toEqual([1, 1]);
        const rest = await store.failingConferences({ after: first.at(-1) ?? null, limit: 9 });
        expect(rest.map(({ conferenceId }) => conferenceId)).toEqual(['c1', 'c5']);
        await put(store, { conferences: Object.keys(attempts).map((id) => conference(id)) });
        expect(await store.failingConferences({ after: null, limit: 2 })).toEqual([]);
      }),
    );

    test(
      'page through the active calendars whose sync fails and is tried again, the fewest failures first',
      withStore(async (store) => {
        const failure = (count: number) => ({ reason: 'GoogleUnavailable', at: NOW, count });
        await put(store, {
          calendars: [
            calendar('a', { failure: failure(11) }),
            calendar('b', { failure: failure(2) }),
            calendar('c', { failure: failure(2) }),
            calendar('d'),
            calendar('e', { failure: failure(1), status: 'disconnected' }),
          ],
        });
        const first = await store.failingCalendars({ after: null, limit: 2 });
        expect(first.map(({ failure }) => failure?.count)).toEqual([2, 2]);
        const rest = await store.failingCalendars({ after: first.at(-1) ?? null, limit: 9 });
        expect(rest.map(({ key }) => key)).toEqual([calendarKey('a')]);
        await put(store, { calendars: ['a', 'b', 'c'].map((name) => calendar(name)) });
        expect(await store.failingCalendars({ after: null, limit: 2 })).toEqual([]);
      }),
    );

    test(
      'find what is due in one shard up to a moment, the longest due first, and nothing that is never due',
      withStore(async (store) => {
        await put(store, {
          calendars: [
            calendar('a', { dueAt: NOW - 1, dueShard: 5 }),
            calendar('b', { dueAt: NOW - 2, dueShard: 5 }),
            calendar('c', { dueAt: NOW, dueShard: 5 }),
            calendar('d', { dueAt: NOW + 1, dueShard: 5 }),
            calendar('e', { dueAt: null, dueShard: 5 }),
            calendar('f', { dueAt: NOW - 9, dueShard: 6 }),
          ],
          conferences: [
            conference('c1', { dueAt: NOW, dueShard: 5 }),
            conference('c2', { dueAt: NOW - 3, dueShard: 5 }),
            conference('c3', { dueAt: NOW + 1, dueShard: 5 }),
            conference('c4', { dueAt: null, dueShard: 5 }),
            conference('c5', { dueAt: NOW - 9, dueShard: 6 }),
          ],
        });
        const due = await store.dueCalendars(5, NOW, 10);
        expect(due.map(({ key }) => key)).toEqual(['b', 'a', 'c'].map(calendarKey));
        expect(await store.dueCalendars(5, NOW, 2)).toEqual(due.slice(0, 2));
        const conferences = await store.dueConferences(5, NOW, 10);
        expect(conferences.map(({ conferenceId }) => conferenceId)).toEqual(['c2', 'c1']);
        expect(await store.dueConferences(5, NOW, 1)).toEqual(conferences.slice(0, 1));
        expect(await store.dueConferences(7, NOW, 10)).toEqual([]);
      }),
    );

    test(
      'follow a calendar whose due time, shard or status changes',
      withStore(async (store) => {
        await put(store, { calendars: [calendar('a', { dueAt: NOW, dueShard: 1 })] });
        await put(store, { calendars: [calendar('a', { dueAt: NOW + 5, dueShard: 2, status: 'paused' })] });
        expect(await store.dueCalendars(1, NOW + 9, 10)).toEqual([]);
        expect(await store.dueCalendars(2, NOW, 10)).toEqual([]);
        expect(await store.dueCalendars(2, NOW + 5, 10)).toHaveLength(1);
        expect(await store.calendars({ after: null, limit: 10 }, 'active')).toEqual([]);
        await put(store, { calendars: [calendar('a', { dueAt: null, dueShard: 2 })] });
        expect(await store.dueCalendars(2, NOW + 9, 10)).toEqual([]);
      }),
    );

    test(
      'find the pending changes of a conference in the order of their revisions',
      withStore(async (store) => {
        await put(store, {
          bindings: [
            binding('a', 'e1', 'c1', { pending: pending(10) }),
            binding('b', 'e2', 'c1', { pending: pending(9) }),
            binding('a', 'e3', 'c1', { pending: pending(100), kind: 'occurrence', state: 'gone' }),
            binding('a', 'e4', 'c1'),
            binding('a', 'e5', 'c2', { pending: pending(1) }),
          ],
        });
        const found = (limit: number) => store.transact((tx) => eventIds(tx.pendingOf(conferenceKey('c1'), limit)));
        expect(await found(10)).toEqual(['e2', 'e1', 'e3']);
        expect(await found(2)).toEqual(['e2', 'e1']);
        await put(store, { bindings: [binding('b', 'e2', 'c1'), binding('a', 'e1', 'c1', { pending: pending(101) })] });
        expect(await found(10)).toEqual(['e3', 'e1']);
      }),
    );

    test(
      'find the events of a conference that are in doubt, the one that is read again first at the head',
      withStore(async (store) => {
        const doubt = (readAt: number) => ({ doubt: { since: NOW, readAt } });
        await put(store, {
          bindings: [
            binding('a', 'e1', 'c1', doubt(NOW + 10)),
            binding('b', 'e2', 'c1', doubt(NOW + 9)),
            binding('a', 'e3', 'c1', { ...doubt(NOW + 100), kind: 'occurrence' }),
            binding('a', 'e4', 'c1'),
            binding('a', 'e5', 'c2', doubt(NOW + 1)),
          ],
        });
        const found = (limit: number) => store.transact((tx) => eventIds(tx.doubtfulOf(conferenceKey('c1'), limit)));
        expect(await found(10)).toEqual(['e2', 'e1', 'e3']);
        expect(await found(1)).toEqual(['e2']);
        await put(store, { bindings: [binding('b', 'e2', 'c1'), binding('a', 'e1', 'c1', doubt(NOW + 101))] });
        expect(await found(10)).toEqual(['e3', 'e1']);
      }),
    );

    test(
      'find the bindings that keep a conference alive: events that are live or failed, by calendar',
      withStore(async (store) => {
        const inOrder = [calendarKey('a'), calendarKey('b')].sort();
        await put(store, {
          bindings: [
            binding('a', 'live', 'c1'),
            binding('b', 'failed', 'c1', { state: 'failed' }),
            binding('b', 'live', 'c1'),
            binding('a', 'announced', 'c1', { state: 'announced' }),
            binding('a', 'gone', 'c1', { state: 'gone' }),
            binding('a', 'occurrence', 'c1', { kind: 'occurrence' }),
            binding('a', 'other', 'c2'),
          ],
        });
        await store.transact(async (tx) => {
          const all = await tx.referencesOf(conferenceKey('c1'), 10);
          expect(all.map(({ eventId }) => eventId).sort()).toEqual(['failed', 'live', 'live']);
          expect([...new Set(all.map(({ calendar }) => calendar))]).toEqual(inOrder);
          expect(await tx.referencesOf(conferenceKey('c1'), 1)).toEqual(all.slice(0, 1));
          const ofB = await tx.referencesOf(conferenceKey('c1'), 10, calendarKey('b'));
          expect(ofB.map(({ eventId }) => eventId).sort()).toEqual(['failed', 'live']);
          expect(await tx.referencesOf(conferenceKey('c1'), 1, calendarKey('b'))).toHaveLength(1);
          const [first, second] = inOrder;
          const calendarAfter = async (calendar: CalendarKey | null) =>
            (await tx.firstReferenceAfter(conferenceKey('c1'), calendar))?.calendar;
          expect(await calendarAfter(null)).toBe(first);
          expect(await calendarAfter(first ?? null)).toBe(second);
          expect(await calendarAfter(second ?? null)).toBeUndefined();
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('a'))).toBe(1);
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('b'))).toBe(2);
          expect(await tx.countReferences(conferenceKey('c1'), calendarKey('z'))).toBe(0);
        });
      }),
    );

    test(
      'page through what one calendar has of a conference: what keeps it alive, and its occurrences',
      withStore(async (store) => {
        const occurrence = { kind: 'occurrence', recurringEventId: 'series' } as const;
        const references = [
          binding('a', 'e1', 'c1'),
          binding('a', 'e2', 'c1'),
          binding('a', 'e3', 'c1', { state: 'failed' }),
        ];
        const occurrences = [
          binding('a', 'o1', 'c1', occurrence),
          binding('a', 'o2', 'c1', { ...occurrence, state: 'gone' }),
          binding('a', 'o3', 'c1', { ...occurrence, state: 'failed' }),
        ];
        const others = [
          binding('a', 'gone', 'c1', { state: 'gone' }),
          binding('a', 'announced', 'c1', { state: 'announced' }),
          binding('a', 'other', 'c2'),
          binding('b', 'e1', 'c1'),
          binding('b', 'o1', 'c1', occurrence),
        ];
        await put(store, { bindings: [...references, ...occurrences, ...others] });
        for (const [kind, bindings] of [
          ['event', references],
          ['occurrence', occurrences],
        ] as const) {
          const ids = bindings.map(({ id }) => id).sort();
          const idsIn = (after: BindingId | null, limit: number) =>
            store.transact(async (tx) => {
              const found = await tx.bindingsFor(conferenceKey('c1'), calendarKey('a'), kind, { after, limit });
              return found.map(({ id }) => id);
            });
          expect(await idsIn(null, 2)).toEqual(ids.slice(0, 2));
          expect(await idsIn(ids[1] ?? null, 2)).toEqual(ids.slice(2));
          expect(await idsIn(ids[2] ?? null, 2)).toEqual([]);
        }
      }),
    );

    test(
      'find the occurrences of one or many series within their calendar',
      withStore(async (store) => {
        const ofSeries = { kind: 'occurrence', recurringEventId: 'series' } as const;
        await put(store, {
          bindings: [
            binding('a', 'e1', 'c1', ofSeries),
            binding('a', 'e2', 'c2', { ...ofSeries, kind: 'event' }),
            binding('a', 'e3', 'c1', { ...ofSeries, recurringEventId: 'series2' }),
            binding('b', 'e4', 'c1', ofSeries),
            binding('a', 'series', 'c1'),
          ],
        });
        await store.transact(async (tx) => {
          const occurrencesOf = (calendarName: string, seriesIds: readonly string[], limit = 10, after?: BindingId) =>
            tx.occurrencesOf(calendarKey(calendarName), seriesIds, { after: after ?? null, limit });
          const found = await occurrencesOf('a', ['series']);
          expect(found.map(({ id }) => id)).toEqual(['e1', 'e2'].map(bindingId).sort());
          expect(await occurrencesOf('a', ['series'], 1)).toEqual(found.slice(0, 1));
          expect(await occurrencesOf('a', ['series'], 10, found[0]?.id)).toEqual(found.slice(1));
          expect(await occurrencesOf('c', ['series'])).toEqual([]);
          expect(await occurrencesOf('a', [])).toEqual([]);
          const others = Array.from({ length: 70 }, (_, n) => `other${n}`);
          const ofMany = await occurrencesOf('a', ['series', ...others, 'series2']);
          expect(ofMany.map(({ id }) => id)).toEqual(['e1', 'e2', 'e3'].map(bindingId).sort());
          expect(await occurrencesOf('a', ['series', ...others, 'series2'], 2)).toEqual(ofMany.slice(0, 2));
        });
      }),
    );
  });
}
