import { describe, expect, test } from '@jest/globals';
import { objectsAt, textAt } from '../../../../sandbox/calendar/wire/json.ts';
import {
  ALICE,
  BOB,
  buildBerlinWorld,
  buildWorld,
  dailySeries,
  idsOf,
  itemsOf,
  reasonOf,
  type World,
} from '../world.ts';

function insertMany(world: World, count: number): readonly unknown[] {
  return Array.from({ length: count }, (_, index) => world.insert(ALICE, { summary: `Talk ${index}` }).id);
}

describe('a full listing', () => {
  test('names the calendar and carries its sync token on the last page only', () => {
    const world = buildWorld();
    insertMany(world, 3);
    const first = world.list(ALICE, { maxResults: '2' });
    expect(first.body).toMatchObject({ kind: 'calendar#events', summary: ALICE, timeZone: 'UTC', accessRole: 'owner' });
    expect(itemsOf(first)).toHaveLength(2);
    expect(first.body.nextSyncToken).toBeUndefined();
    const last = world.list(ALICE, { maxResults: '2', pageToken: String(first.body.nextPageToken) });
    expect(itemsOf(last)).toHaveLength(1);
    expect(last.body.nextPageToken).toBeUndefined();
    expect(last.body.nextSyncToken).toEqual(expect.any(String));
  });

  test('shows every event that was there throughout exactly once, whatever changes while it is paged', () => {
    const world = buildWorld();
    const ids = insertMany(world, 6);
    const first = world.list(ALICE, { maxResults: '2' });
    world.event(ALICE, ids[0], 'PATCH', { body: { summary: 'changed' } });
    world.event(ALICE, ids[5], 'PATCH', { body: { summary: 'changed' } });
    world.insert(ALICE);
    const second = world.list(ALICE, { maxResults: '2', pageToken: String(first.body.nextPageToken) });
    const third = world.list(ALICE, { maxResults: '2', pageToken: String(second.body.nextPageToken) });
    const seen = [first, second, third].flatMap((page) => idsOf(itemsOf(page)));
    expect(seen.toSorted()).toEqual([...ids].toSorted());
    expect(third.body.nextSyncToken).toEqual(expect.any(String));
  });

  test('hands what changed while it was paged to the next incremental listing', () => {
    const world = buildWorld();
    const ids = insertMany(world, 3);
    const first = world.list(ALICE, { maxResults: '2' });
    world.event(ALICE, ids[2], 'PATCH', { body: { summary: 'changed' } });
    const late = world.insert(ALICE).id;
    const last = world.list(ALICE, { maxResults: '2', pageToken: String(first.body.nextPageToken) });
    const changes = world.changes(ALICE, String(last.body.nextSyncToken));
    expect(idsOf(changes).toSorted()).toEqual([ids[2], late].toSorted());
  });

  test('shows exceptions before their master', () => {
    const world = buildWorld();
    const master = world.insert(ALICE, dailySeries());
    const exception = `${String(master.id)}_20270203T090000Z`;
    world.event(ALICE, exception, 'PATCH', { body: { summary: 'Another talk' } });
    expect(idsOf(itemsOf(world.list(ALICE)))).toEqual([exception, master.id]);
  });

  test('hides deleted events unless they are asked for, but shows cancelled occurrences of a live series', () => {
    const world = buildWorld();
    const gone = world.insert(ALICE).id;
    const master = world.insert(ALICE, dailySeries());
    const cancelled = `${String(master.id)}_20270203T090000Z`;
    world.event(ALICE, gone, 'DELETE');
    world.event(ALICE, cancelled, 'DELETE');
    expect(idsOf(itemsOf(world.list(ALICE))).toSorted()).toEqual([cancelled, master.id].toSorted());
    expect(idsOf(itemsOf(world.list(ALICE, { showDeleted: 'true' })))).toContain(gone);
    world.event(ALICE, master.id, 'DELETE');
    expect(itemsOf(world.list(ALICE))).toEqual([]);
  });

  test('finds events by time, text, iCalUID, properties and type', () => {
    const world = buildWorld();
    const early = world.insert(ALICE, {
      start: { dateTime: '2027-01-21T10:00:00Z' },
      end: { dateTime: '2027-01-21T11:00:00Z' },
      summary: 'Early bird',
      extendedProperties: { private: { crm: '7' }, shared: { room: 'blue' } },
    });
    const series = world.insert(ALICE, dailySeries());
    const focus = world.insert(ALICE, { eventType: 'focusTime', location: 'Library' });
    const found = (query: Record<string, string>) => idsOf(itemsOf(world.list(ALICE, query)));
    expect(found({ timeMax: '2027-01-22T00:00:00Z' })).toEqual([early.id]);
    expect(found({ timeMin: '2027-01-21T10:30:00Z', timeMax: '2027-01-22T00:00:00Z' })).toEqual([early.id]);
    expect(found({ timeMin: '2027-01-21T11:00:00Z', timeMax: '2027-01-22T00:00:00Z' })).toEqual([]);
    expect(found({ timeMin: '2027-02-08T00:00:00Z' })).toEqual([series.id]);
    expect(found({ timeMin: '2027-02-12T00:00:00Z' })).toEqual([]);
    expect(found({ q: 'bird' })).toEqual([early.id]);
    expect(found({ q: 'LIBRARY talk' })).toEqual([focus.id]);
    expect(found({ iCalUID: String(series.iCalUID) })).toEqual([series.id]);
    expect(found({ privateExtendedProperty: 'crm=7' })).toEqual([early.id]);
    expect(found({ sharedExtendedProperty: 'room=red' })).toEqual([]);
    expect(found({ eventTypes: 'focusTime' })).toEqual([focus.id]);
  });

  test('orders by start or by last change, page by page', () => {
    const world = buildWorld();
    const at = (day: string) => ({ start: { date: day }, end: { date: '2027-03-04' } });
    const late = world.insert(ALICE, at('2027-03-03')).id;
    world.advance(1000);
    const early = world.insert(ALICE, at('2027-03-01')).id;
    world.advance(1000);
    const middle = world.insert(ALICE, at('2027-03-02')).id;
    const paged = (query: Record<string, string>) => {
      const first = world.list(ALICE, { ...query, maxResults: '2' });
      const second = world.list(ALICE, { ...query, maxResults: '2', pageToken: String(first.body.nextPageToken) });
      return idsOf([...itemsOf(first), ...itemsOf(second)]);
    };
    expect(paged({ singleEvents: 'true', orderBy: 'startTime' })).toEqual([early, middle, late]);
    expect(paged({ orderBy: 'updated' })).toEqual([late, early, middle]);
  });

  test('withholds its sync token where updatedMin or orderBy was given', () => {
    const world = buildWorld();
    world.insert(ALICE);
    expect(world.list(ALICE, { updatedMin: '2027-01-19T00:00:00Z' }).body.nextSyncToken).toBeUndefined();
    expect(world.list(ALICE, { orderBy: 'updated' }).body.nextSyncToken).toBeUndefined();
    expect(world.list(ALICE, { timeMin: '2027-01-19T00:00:00Z' }).body.nextSyncToken).toEqual(expect.any(String));
  });

  test('refuses an updatedMin before the time that deletions are remembered', () => {
    const answer = buildWorld().list(ALICE, { updatedMin: '2026-01-01T00:00:00Z' });
    expect([answer.status, reasonOf(answer)]).toEqual([410, 'updatedMinTooLongAgo']);
  });

  test('lists deleted events for an updatedMin', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    world.advance(60_000);
    world.event(ALICE, id, 'DELETE');
    expect(itemsOf(world.list(ALICE, { updatedMin: '2027-01-20T09:00:30Z' }))).toMatchObject([
      { id, status: 'cancelled' },
    ]);
    expect(itemsOf(world.list(ALICE, { updatedMin: '2027-01-20T09:01:01Z' }))).toEqual([]);
  });

  test('shows each occurrence by itself, and no master, where single events are asked for', () => {
    const world = buildBerlinWorld();
    const master = world.insert(ALICE, dailySeries());
    world.event(ALICE, `${String(master.id)}_20270203T090000Z`, 'DELETE');
    world.event(ALICE, `${String(master.id)}_20270204T090000Z`, 'PATCH', { body: { summary: 'Other' } });
    const items = itemsOf(world.list(ALICE, { singleEvents: 'true', orderBy: 'startTime' }));
    expect(items).toHaveLength(9);
    expect(items.every((item) => item.recurrence === undefined && item.recurringEventId === master.id)).toBe(true);
    expect(items.filter((item) => item.summary === 'Other')).toHaveLength(1);
    const two = world.list(ALICE, {
      singleEvents: 'true',
      timeMin: '2027-02-05T00:00:00Z',
      timeMax: '2027-02-07T00:00:00Z',
    });
    expect(itemsOf(two).map(({ start }) => textAt(Object(start), 'dateTime'))).toEqual([
      '2027-02-05T10:00:00+01:00',
      '2027-02-06T10:00:00+01:00',
    ]);
  });
});

describe('an incremental listing', () => {
  test('shows each changed event once, as it is now, and nothing else', () => {
    const world = buildWorld();
    const [one, two, three] = insertMany(world, 3);
    const token = world.token(ALICE);
    world.event(ALICE, one, 'PATCH', { body: { summary: 'first change' } });
    world.event(ALICE, one, 'PATCH', { body: { summary: 'second change' } });
    world.event(ALICE, three, 'DELETE');
    const changes = world.changes(ALICE, token);
    expect(idsOf(changes)).toEqual([three, one]);
    expect(changes[1]).toMatchObject({ summary: 'second change' });
    expect(idsOf(changes)).not.toContain(two);
  });

  test('is repeatable from the same token, and empty from the newest one', () => {
    const world = buildWorld();
    const token = world.token(ALICE);
    world.insert(ALICE);
    const first = world.list(ALICE, { syncToken: token });
    expect(world.changes(ALICE, token)).toEqual(itemsOf(first));
    expect(itemsOf(world.list(ALICE, { syncToken: String(first.body.nextSyncToken) }))).toEqual([]);
  });

  test('pages with the same sync token, and loses nothing that changes meanwhile', () => {
    const world = buildWorld();
    const token = world.token(ALICE);
    const ids = insertMany(world, 5);
    const first = world.list(ALICE, { syncToken: token, maxResults: '2' });
    expect(first.body.nextSyncToken).toBeUndefined();
    world.event(ALICE, ids[0], 'PATCH', { body: { summary: 'changed' } });
    const more = { syncToken: token, maxResults: '100', pageToken: String(first.body.nextPageToken) };
    const last = world.list(ALICE, more);
    const after = world.changes(ALICE, String(last.body.nextSyncToken));
    const seen = new Set([...idsOf(itemsOf(first)), ...idsOf(itemsOf(last)), ...idsOf(after)]);
    expect([...seen].toSorted()).toEqual([...ids].toSorted());
    expect(after).toMatchObject([{ id: ids[0], summary: 'changed' }]);
  });

  test.each([
    'iCalUID',
    'orderBy',
    'privateExtendedProperty',
    'q',
    'sharedExtendedProperty',
    'timeMin',
    'timeMax',
    'updatedMin',
    'showDeleted',
  ])('cannot be narrowed by %s', (name) => {
    const world = buildWorld();
    const query = { syncToken: world.token(ALICE), [name]: name === 'showDeleted' ? 'false' : 'a=b' };
    const answer = world.list(ALICE, query);
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'syncTokenWithRequestRestrictions']);
  });

  test('may be limited to types of events, and may say that it wants deleted ones', () => {
    const world = buildWorld();
    const token = world.token(ALICE);
    world.insert(ALICE, { eventType: 'focusTime' });
    const { id } = world.insert(ALICE);
    const answer = world.list(ALICE, { syncToken: token, eventTypes: ['default', 'outOfOffice'], showDeleted: 'true' });
    expect(idsOf(itemsOf(answer))).toEqual([id]);
  });

  test('refuses a token that is malformed, of another calendar, of another user, or a page token', () => {
    const world = buildWorld();
    insertMany(world, 2);
    world.calendar.share(ALICE, BOB, 'reader');
    const foreign = [
      'x',
      world.token(BOB),
      world.token(ALICE, BOB),
      `${world.token(ALICE)}x`,
      String(world.list(ALICE, { maxResults: '1' }).body.nextPageToken),
    ];
    for (const syncToken of foreign) {
      const answer = world.list(ALICE, { syncToken });
      expect([answer.status, reasonOf(answer)]).toEqual([400, 'invalid']);
      expect(answer.body).toMatchObject({ error: { message: 'Invalid sync token value.' } });
    }
  });

  test('answers 410 for an expired token, also between two pages', () => {
    const world = buildWorld();
    const token = world.token(ALICE);
    insertMany(world, 3);
    const page = world.list(ALICE, { syncToken: token, maxResults: '1' });
    const full = world.list(ALICE, { maxResults: '1' });
    world.calendar.expireSyncTokens(ALICE);
    const answers = [
      world.list(ALICE, { syncToken: token }),
      world.list(ALICE, { syncToken: token, pageToken: String(page.body.nextPageToken) }),
      world.list(ALICE, { maxResults: '1', pageToken: String(full.body.nextPageToken) }),
    ];
    for (const answer of answers) expect([answer.status, reasonOf(answer)]).toEqual([410, 'fullSyncRequired']);
    expect(world.list(ALICE, { syncToken: world.token(ALICE) }).status).toBe(200);
  });

  test('answers 410 when what the token would show has been forgotten, or when it is too old', () => {
    const world = buildWorld({ syncTokenTtlMs: 1000 });
    const { id } = world.insert(ALICE);
    const token = world.token(ALICE);
    world.event(ALICE, id, 'DELETE');
    world.calendar.purgeDeleted(ALICE);
    expect(world.list(ALICE, { syncToken: token }).status).toBe(410);
    expect(world.event(ALICE, id, 'GET').status).toBe(404);
    const fresh = world.token(ALICE);
    world.advance(1001);
    expect(world.list(ALICE, { syncToken: fresh }).status).toBe(410);
  });

  test('forgets no cancelled occurrence before its series is deleted: it would take place again', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE, dailySeries());
    const occurrence = `${String(id)}_20270203T090000Z`;
    expect(world.event(ALICE, occurrence, 'DELETE').status).toBe(204);
    world.calendar.purgeDeleted(ALICE);
    expect(world.get(ALICE, occurrence).status).toBe('cancelled');
    world.event(ALICE, id, 'DELETE');
    world.calendar.purgeDeleted(ALICE);
    expect(world.event(ALICE, occurrence, 'GET').status).toBe(404);
  });

  test('expires one calendar or all of them', () => {
    const world = buildWorld();
    const tokens = { [ALICE]: world.token(ALICE), [BOB]: world.token(BOB) };
    world.calendar.expireSyncTokens(ALICE);
    expect(world.list(BOB, { syncToken: String(tokens[BOB]) }).status).toBe(200);
    world.calendar.expireSyncTokens();
    expect(world.list(BOB, { syncToken: String(tokens[BOB]) }).status).toBe(410);
  });

  test('shows occurrences in place of a changed series where single events were asked for', () => {
    const world = buildWorld();
    const token = world.token(ALICE);
    const { id } = world.insert(ALICE, dailySeries());
    const answer = world.list(ALICE, { syncToken: token, singleEvents: 'true' });
    expect(itemsOf(answer)).toHaveLength(10);
    const next = String(answer.body.nextSyncToken);
    world.event(ALICE, id, 'DELETE');
    const gone = itemsOf(world.list(ALICE, { syncToken: next, singleEvents: 'true' }));
    expect(gone).toHaveLength(10);
    expect(gone.every((item) => item.status === 'cancelled' && item.recurringEventId === id)).toBe(true);
  });
});

describe('a tombstone', () => {
  test('has nothing but its id by default, and keeps the place of a cancelled occurrence', () => {
    const world = buildBerlinWorld();
    const single = world.insert(ALICE).id;
    const master = world.insert(ALICE, dailySeries());
    const token = world.token(ALICE);
    const occurrence = `${String(master.id)}_20270203T090000Z`;
    world.event(ALICE, single, 'DELETE');
    world.event(ALICE, occurrence, 'DELETE');
    const changes = world.changes(ALICE, token);
    expect(Object.keys(changes.find(({ id }) => id === single) ?? {})).toEqual(['kind', 'etag', 'id', 'status']);
    expect(changes.find(({ id }) => id === occurrence)).toEqual({
      kind: 'calendar#event',
      etag: expect.any(String),
      id: occurrence,
      status: 'cancelled',
      recurringEventId: master.id,
      originalStartTime: { dateTime: '2027-02-03T10:00:00+01:00', timeZone: 'Europe/Berlin' },
    });
    // Recorded: the master is listed again, with the etag of the cancellation.
    expect(changes.find(({ id }) => id === master.id)?.etag).toBe(changes.find(({ id }) => id === occurrence)?.etag);
    expect(idsOf(changes).indexOf(occurrence)).toBeLessThan(idsOf(changes).indexOf(master.id));
  });

  test.each([
    ['rich', {}, true],
    ['documented', {}, false],
    ['documented', { showDeleted: 'true' }, true],
    ['bare', { showDeleted: 'true' }, false],
  ] as const)('under "%s" with %j keeps its details: %s', (tombstones, query, keeps) => {
    const world = buildWorld({ tombstones });
    const { id } = world.insert(ALICE);
    const token = world.token(ALICE);
    world.event(ALICE, id, 'DELETE');
    const [item] = objectsAt(world.list(ALICE, { syncToken: token, ...query }).body, 'items');
    expect(item?.summary).toBe(keeps ? 'Talk' : undefined);
    expect(item?.status).toBe('cancelled');
  });
});

describe('a query', () => {
  test('with an unknown parameter is refused, while those that every method has are ignored', () => {
    const world = buildWorld();
    expect(world.list(ALICE, { colour: 'red' }).status).toBe(400);
    const standard = {
      alt: 'json',
      prettyPrint: 'false',
      quotaUser: 'u',
      key: 'k',
      maxAttendees: '1',
      timeZone: 'UTC',
    };
    expect(world.list(ALICE, standard).status).toBe(200);
  });

  test.each([
    [{ maxResults: '0' }, 'invalidParameter'],
    [{ maxResults: 'many' }, 'invalidParameter'],
    [{ singleEvents: 'yes' }, 'invalidParameter'],
    [{ orderBy: 'startTime' }, 'invalid'],
    [{ orderBy: 'summary' }, 'invalidParameter'],
    [{ timeMin: '2027-01-01' }, 'badRequest'],
    [{ timeMin: '2027-01-02T00:00:00Z', timeMax: '2027-01-01T00:00:00Z' }, 'timeRangeEmpty'],
    [{ eventTypes: 'party' }, 'invalidParameter'],
    [{ pageToken: 'x' }, 'invalid'],
    [{ privateExtendedProperty: 'name' }, 'invalid'],
  ])('%j is refused', (query, reason) => {
    const answer = buildWorld().list(ALICE, query);
    expect([answer.status, reasonOf(answer)]).toEqual([400, reason]);
  });

  test('binds its page tokens, for a while', () => {
    const world = buildWorld();
    insertMany(world, 3);
    const pageToken = String(world.list(ALICE, { maxResults: '1', showDeleted: 'true' }).body.nextPageToken);
    expect(world.list(ALICE, { maxResults: '1', pageToken }).status).toBe(400);
    expect(world.list(ALICE, { maxResults: '2', showDeleted: 'true', pageToken }).status).toBe(200);
    expect(world.list(BOB, { showDeleted: 'true', pageToken }).status).toBe(400);
    world.advance(3_600_001);
    expect(world.list(ALICE, { showDeleted: 'true', pageToken }).status).toBe(400);
  });

  test('asks for 250 events a page unless it says otherwise, and gets 2500 at most', () => {
    const world = buildWorld();
    insertMany(world, 2501);
    expect(itemsOf(world.list(ALICE))).toHaveLength(250);
    expect(itemsOf(world.list(ALICE, { maxResults: '5000' }))).toHaveLength(2500);
  });
});
