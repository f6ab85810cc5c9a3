import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject, objectsAt } from '../../../../sandbox/calendar/wire/json.ts';
import {
  ALICE,
  BOB,
  buildBerlinWorld,
  buildWorld,
  dailySeries,
  eventPath,
  eventsPath,
  itemsOf,
  meeting,
  reasonOf,
} from '../world.ts';

const DAY = { start: { date: '2027-02-01' }, end: { date: '2027-02-02' } };

describe('an inserted event', () => {
  test('keeps what was sent, drops what the API does not know, and gets what Google fills in', () => {
    const world = buildBerlinWorld();
    const event = world.insert(ALICE, {
      description: 'x',
      novelty: { deep: [1] },
      kind: 'fake',
      creator: { email: 'mallory@example.com' },
    });
    expect(event).toMatchObject({
      ...meeting(),
      kind: 'calendar#event',
      id: expect.stringMatching(/^[a-v0-9]{26}$/),
      etag: expect.stringMatching(/^"\d+"$/),
      status: 'confirmed',
      htmlLink: expect.stringContaining('https://www.google.com/calendar/event?eid='),
      created: '2027-01-20T09:00:00.000Z',
      updated: '2027-01-20T09:00:00.000Z',
      iCalUID: `${String(event.id)}@google.com`,
      sequence: 0,
      creator: { email: ALICE, self: true },
      organizer: { email: ALICE, self: true },
      eventType: 'default',
      reminders: { useDefault: true },
      description: 'x',
    });
    expect(event).not.toHaveProperty('novelty');
    expect(world.get(ALICE, event.id)).toEqual(event);
  });

  test.each([
    ['UTC', '2027-07-01T08:00:00Z'],
    ['Europe/London', '2027-07-01T09:00:00+01:00'],
    ['America/St_Johns', '2027-07-01T05:30:00-02:30'],
  ])('has the offset of a calendar in %s, whichever it was sent with', (timeZone, dateTime) => {
    const world = buildWorld();
    world.calendar.addCalendar(ALICE, { timeZone });
    const berlin = { dateTime: '2027-07-01T11:00:00', timeZone: 'Europe/Berlin' };
    for (const sent of ['2027-07-01T10:00:00', '2027-07-01T10:00:00+02:00', '2027-07-01T04:00:00.000-04:00']) {
      const event = world.insert(ALICE, { start: { ...berlin, dateTime: sent }, end: berlin });
      expect(event.start).toEqual({ dateTime, timeZone: 'Europe/Berlin' });
      const put = world.event(ALICE, event.id, 'PUT', { body: { ...event, start: { ...berlin, dateTime: sent } } });
      expect(put.body).toMatchObject({ start: { dateTime, timeZone: 'Europe/Berlin' }, sequence: 0 });
    }
    const zone = { timeZone: 'Asia/Tokyo' };
    const [listed] = itemsOf(world.list(ALICE, zone));
    expect(listed?.start).toEqual({ dateTime: '2027-07-01T17:00:00+09:00', timeZone: 'Europe/Berlin' });
    world.call('PATCH', `calendars/${ALICE}`, { body: zone });
    expect(itemsOf(world.list(ALICE))[0]).toEqual(listed);
  });

  test('comes with the offset of its own calendar to each guest', () => {
    const world = buildBerlinWorld();
    world.calendar.addCalendar(BOB, { timeZone: 'Asia/Tokyo' });
    const master = world.insert(ALICE, { ...dailySeries(), attendees: [{ email: BOB }] });
    const id = `${String(master.id)}_20270203T090000Z`;
    world.event(ALICE, id, 'PATCH', { body: { end: { dateTime: '2027-02-03T12:00:00+01:00' } } });
    expect(world.get(BOB, id)).toMatchObject({
      start: { dateTime: '2027-02-03T18:00:00+09:00', timeZone: 'Europe/Berlin' },
      end: { dateTime: '2027-02-03T20:00:00+09:00', timeZone: 'Europe/Berlin' },
      originalStartTime: { dateTime: '2027-02-03T18:00:00+09:00', timeZone: 'Europe/Berlin' },
    });
    const shown = objectsAt(world.call('GET', `${eventPath(BOB, master.id)}/instances`).body, 'items');
    expect(shown.map(({ start }) => String(Object(start).dateTime).slice(10))).toEqual(
      Array(10).fill('T18:00:00+09:00'),
    );
  });

  test('takes a chosen id once, even after it was deleted', () => {
    const world = buildWorld();
    world.insert(ALICE, { id: 'chosen0id' });
    const again = () => world.call('POST', eventsPath(ALICE), { body: { ...meeting(), id: 'chosen0id' } });
    expect([again().status, reasonOf(again())]).toEqual([409, 'duplicate']);
    world.event(ALICE, 'chosen0id', 'DELETE');
    expect(again().status).toBe(409);
  });

  test.each<[string, JsonObject, string]>([
    ['no start', { end: DAY.end }, 'required'],
    ['no end', { start: DAY.start }, 'required'],
    ['an empty start', { start: {}, end: DAY.end }, 'required'],
    ['an end before its start', { start: { date: '2027-02-02' }, end: { date: '2027-02-01' } }, 'timeRangeEmpty'],
    ['a date and a time', { start: DAY.start, end: { dateTime: '2027-02-01T10:00:00Z' } }, 'invalid'],
    ['no such date', { start: { date: '2027-13-01' }, end: { date: '2027-13-02' } }, 'invalid'],
    ['no such zone', { start: { dateTime: '2027-02-01T10:00:00Z', timeZone: 'Mars/One' }, end: DAY.end }, 'invalid'],
    [
      'neither offset nor zone',
      { start: { dateTime: '2027-02-01T10:00:00' }, end: { dateTime: '2027-02-01T11:00:00' } },
      'required',
    ],
    [
      'a series without a zone',
      {
        start: { dateTime: '2027-02-01T10:00:00Z' },
        end: { dateTime: '2027-02-01T11:00:00Z' },
        recurrence: ['RRULE:FREQ=DAILY'],
      },
      'required',
    ],
    ['a rule that is none', { ...DAY, recurrence: ['RRULE:FREQ=SOMETIMES'] }, 'invalid'],
    ['a rule without frequency', { ...DAY, recurrence: ['RRULE:COUNT=3'] }, 'invalid'],
    ['a rule that is no line', { ...DAY, recurrence: ['FREQ=DAILY'] }, 'invalid'],
    ['a DTSTART among the rules', { ...DAY, recurrence: ['DTSTART:20270201', 'RRULE:FREQ=DAILY'] }, 'invalid'],
    ['recurrence that is no list', { ...DAY, recurrence: 'RRULE:FREQ=DAILY' }, 'invalid'],
    ['a bad id', { ...DAY, id: 'UPPER' }, 'invalid'],
    ['a short id', { ...DAY, id: 'abcd' }, 'invalid'],
    ['an unknown status', { ...DAY, status: 'maybe' }, 'invalid'],
    ['an unknown visibility', { ...DAY, visibility: 'secret' }, 'invalid'],
    ['an unknown type', { ...DAY, eventType: 'party' }, 'invalid'],
    ['a type that nobody can create', { ...DAY, eventType: 'fromGmail' }, 'invalid'],
    ['an attendee without address', { ...DAY, attendees: [{ displayName: 'Bob' }] }, 'required'],
    ['an attendee with a wrong address', { ...DAY, attendees: [{ email: 'bob' }] }, 'invalid'],
  ])('with %s is refused', (_name, body, reason) => {
    const answer = buildWorld().call('POST', eventsPath(ALICE), { body });
    expect([answer.status, reasonOf(answer)]).toEqual([400, reason]);
  });

  test('with too long a property loses it, with too long a value has it cut', () => {
    const world = buildWorld();
    const properties = { private: { ['n'.repeat(45)]: 'x', long: 'v'.repeat(2000) } };
    expect(world.insert(ALICE, { extendedProperties: properties }).extendedProperties).toEqual({
      private: { long: 'v'.repeat(1024) },
    });
  });

  test.each([[[]], ['text'], [5]])('that is %j is refused', (body) => {
    expect(buildWorld().call('POST', eventsPath(ALICE), { body }).status).toBe(400);
  });

  test('cannot reach the prototype of anything', () => {
    const world = buildWorld();
    const event = world.insert(
      ALICE,
      JSON.parse('{"__proto__": {"polluted": true}, "extendedProperties": {"private": {"__proto__": "x"}}}'),
    );
    world.event(ALICE, event.id, 'PATCH', {
      body: JSON.parse('{"__proto__": {"polluted": true}}'),
      query: { fields: '__proto__,id' },
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object(world.get(ALICE, event.id)).polluted).toBeUndefined();
  });
});

describe('an etag', () => {
  test('grows with each change of the calendar and is shared by nothing that another change made', () => {
    const world = buildWorld();
    const first = world.insert(ALICE);
    const second = world.insert(ALICE);
    const third = world.event(ALICE, first.id, 'PATCH', { body: { summary: 'x' } }).body;
    const numbers = [first, second, third].map(({ etag }) => BigInt(String(etag).replaceAll('"', '')));
    expect(numbers.toSorted((left, right) => (left < right ? -1 : 1))).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
  });

  test.each(['PATCH', 'PUT', 'DELETE'])('that is outdated stops a %s with 412 and changes nothing', (method) => {
    const world = buildWorld();
    const { id, etag } = world.insert(ALICE);
    const changed = world.event(ALICE, id, 'PATCH', { body: { summary: 'theirs' } }).body;
    const answer = world.event(ALICE, id, method, { body: meeting(), headers: { 'If-Match': String(etag) } });
    expect([answer.status, reasonOf(answer)]).toEqual([412, 'conditionNotMet']);
    expect(world.get(ALICE, id)).toEqual(changed);
  });

  test.each(['PATCH', 'PUT', 'DELETE'])('that is current, or a star, lets a %s pass', (method) => {
    const world = buildWorld();
    for (const condition of ['current', '*']) {
      const { id, etag } = world.insert(ALICE);
      const headers = { 'if-match': condition === '*' ? '*' : String(etag) };
      expect(world.event(ALICE, id, method, { body: meeting(), headers }).status).toBe(method === 'DELETE' ? 204 : 200);
    }
  });

  test('saves a reader who knows it the answer', () => {
    const world = buildWorld();
    const { id, etag } = world.insert(ALICE);
    const get = () => world.event(ALICE, id, 'GET', { headers: { 'If-None-Match': String(etag) } });
    expect(get().status).toBe(304);
    world.event(ALICE, id, 'PATCH', { body: { summary: 'x' } });
    expect(get().status).toBe(200);
  });
});

describe('a patch', () => {
  test('merges objects, replaces lists and takes away what is null', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE, {
      description: 'x',
      attendees: [{ email: 'x@elsewhere.example' }, { email: 'y@elsewhere.example' }],
      extendedProperties: { private: { a: '1', b: '2' } },
    });
    const body = {
      description: null,
      attendees: [{ email: 'z@elsewhere.example' }],
      extendedProperties: { private: { b: null, c: '3' } },
    };
    const after = world.event(ALICE, id, 'PATCH', { body }).body;
    expect(after.description).toBeUndefined();
    expect(after.attendees).toEqual([{ email: 'z@elsewhere.example', responseStatus: 'needsAction' }]);
    expect(after.extendedProperties).toEqual({ private: { a: '1', c: '3' } });
    expect(after.summary).toBe('Talk');
  });

  test('cannot change what Google alone decides', () => {
    const world = buildWorld();
    const before = world.insert(ALICE);
    const after = world.event(ALICE, before.id, 'PATCH', {
      body: { id: 'x', iCalUID: 'x', organizer: { email: 'x@x.example' }, created: 'x' },
    }).body;
    const { id, iCalUID, organizer, created } = before;
    expect(after).toMatchObject({ id, iCalUID, organizer, created });
    expect(world.event(ALICE, before.id, 'PATCH', { body: { eventType: 'focusTime' } }).status).toBe(400);
  });

  test('that moves the event raises its sequence, and may not lower it', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    expect(world.event(ALICE, id, 'PATCH', { body: { summary: 'x' } }).body.sequence).toBe(0);
    expect(world.event(ALICE, id, 'PATCH', { body: DAY }).body).toMatchObject({
      sequence: 1,
      start: { date: '2027-02-01' },
    });
    expect(world.get(ALICE, id).start).toEqual({ date: '2027-02-01' });
    const stale = world.event(ALICE, id, 'PATCH', { body: { sequence: 0 } });
    expect([stale.status, stale.body]).toMatchObject([400, { error: { message: 'Invalid sequence value.' } }]);
  });

  test('of nothing but reminders changes the etag and leaves the time of change', () => {
    const world = buildWorld();
    const before = world.insert(ALICE);
    world.advance(1000);
    const after = world.event(ALICE, before.id, 'PATCH', { body: { reminders: { useDefault: false } } }).body;
    expect(after.updated).toBe(before.updated);
    expect(after.etag).not.toBe(before.etag);
  });

  test('that would make the event impossible is refused and changes nothing', () => {
    const world = buildWorld();
    const before = world.insert(ALICE);
    const answer = world.event(ALICE, before.id, 'PATCH', { body: { end: { dateTime: '2027-01-31T10:00:00+01:00' } } });
    expect(reasonOf(answer)).toBe('timeRangeEmpty');
    expect(world.get(ALICE, before.id)).toEqual(before);
  });
});

describe('an update', () => {
  test('resets what its body does not name, and keeps what identifies the event', () => {
    const world = buildWorld();
    const before = world.insert(ALICE, { description: 'x', extendedProperties: { private: { a: '1' } }, colorId: '3' });
    const after = world.event(ALICE, before.id, 'PUT', { body: meeting() }).body;
    expect([after.description, after.extendedProperties, after.colorId]).toEqual([undefined, undefined, undefined]);
    const { id, iCalUID, created, organizer, creator, htmlLink, status } = before;
    expect(after).toMatchObject({ id, iCalUID, created, organizer, creator, htmlLink, status });
  });
});

describe('a deleted event', () => {
  test('can be read with its details, but not deleted or changed again', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    expect(world.event(ALICE, id, 'DELETE').status).toBe(204);
    expect(world.get(ALICE, id)).toMatchObject({ id, status: 'cancelled', summary: 'Talk' });
    for (const method of ['DELETE', 'PATCH']) {
      const answer = world.event(ALICE, id, method, { body: { summary: 'x' } });
      expect([answer.status, reasonOf(answer)]).toEqual([410, 'deleted']);
    }
  });

  test('comes back when its status is set', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    world.event(ALICE, id, 'DELETE');
    const token = world.token(ALICE);
    expect(world.event(ALICE, id, 'PATCH', { body: { status: 'confirmed' } }).status).toBe(200);
    expect(world.changes(ALICE, token)).toMatchObject([{ id, status: 'confirmed', summary: 'Talk' }]);
  });

  test('is what a patch of the status to cancelled makes', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE);
    expect(world.event(ALICE, id, 'PATCH', { body: { status: 'cancelled' } }).body).toMatchObject({
      status: 'cancelled',
    });
    expect(itemsOf(world.list(ALICE))).toEqual([]);
  });

  test('that never was answers 404', () => {
    const world = buildWorld();
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      expect(reasonOf(world.event(ALICE, 'nothing', method, { body: meeting() }))).toBe('notFound');
    }
  });
});

describe('conference data', () => {
  const conferenceData = {
    conferenceId: 'c-1',
    conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
    entryPoints: [{ entryPointType: 'video', uri: 'https://meet.example/c-1' }],
    parameters: { addOnParameters: { parameters: { k: 'v' } } },
  };
  const ONE = { conferenceDataVersion: '1' };

  test('counts only where the request says version 1', () => {
    const world = buildWorld();
    expect(world.insert(ALICE, { conferenceData }).conferenceData).toBeUndefined();
    const { id } = world.insert(ALICE, { conferenceData }, ONE);
    expect(world.get(ALICE, id).conferenceData).toEqual(conferenceData);
    world.event(ALICE, id, 'PATCH', { body: { conferenceData: null } });
    world.event(ALICE, id, 'PUT', { body: meeting() });
    expect(world.get(ALICE, id).conferenceData).toEqual(conferenceData);
  });

  test('is taken away by null, or by an update under version 1 that lacks it', () => {
    const world = buildWorld();
    const patched = world.insert(ALICE, { conferenceData }, ONE);
    const updated = world.insert(ALICE, { conferenceData }, ONE);
    world.event(ALICE, patched.id, 'PATCH', { body: { conferenceData: null }, query: ONE });
    world.event(ALICE, updated.id, 'PUT', { body: meeting(), query: ONE });
    for (const { id } of [patched, updated]) {
      expect(world.get(ALICE, id)).not.toHaveProperty('conferenceData');
      expect(world.get(ALICE, id).status).toBe('confirmed');
    }
  });

  test('merges in a patch, while its lists are replaced', () => {
    const world = buildWorld();
    const { id } = world.insert(ALICE, { conferenceData }, ONE);
    const entryPoints = [{ entryPointType: 'video', uri: 'https://meet.example/new' }];
    world.event(ALICE, id, 'PATCH', { body: { conferenceData: { entryPoints, notes: 'n' } }, query: ONE });
    expect(world.get(ALICE, id).conferenceData).toEqual({ ...conferenceData, entryPoints, notes: 'n' });
  });

  test.each([
    [{ createRequest: { requestId: 'r', conferenceSolutionKey: { type: 'telepathy' } } }],
    [{ createRequest: {} }],
    [{ conferenceSolution: { key: { type: 'addOn' } } }],
    ['a link'],
  ])('%j is refused', (odd) => {
    const answer = buildWorld().call('POST', eventsPath(ALICE), {
      body: { ...meeting(), conferenceData: odd },
      query: ONE,
    });
    expect(answer.status).toBe(400);
  });

  test('that was asked for is pending, then there, and says so by a notification', () => {
    const world = buildWorld({ conferenceDelayMs: 5000 });
    const createRequest = { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } };
    const event = world.insert(ALICE, { conferenceData: { createRequest } }, ONE);
    expect(event.conferenceData).toEqual({ createRequest: { ...createRequest, status: { statusCode: 'pending' } } });
    world.call('POST', `${eventsPath(ALICE)}/watch`, {
      body: { id: 'c', type: 'web_hook', address: 'https://x.example/' },
    });
    world.advance(4999);
    world.calendar.settle();
    expect(world.get(ALICE, event.id).hangoutLink).toBeUndefined();
    world.advance(1);
    world.calendar.settle();
    const after = world.get(ALICE, event.id);
    expect(after.hangoutLink).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    expect(after.conferenceData).toMatchObject({
      createRequest: { status: { statusCode: 'success' } },
      conferenceSolution: { name: 'Google Meet', key: { type: 'hangoutsMeet' } },
      entryPoints: [{ entryPointType: 'video', uri: after.hangoutLink }],
    });
    expect(world.notifications).toHaveLength(2);
    // The same request again is no request.
    world.event(ALICE, event.id, 'PATCH', { body: { conferenceData: { createRequest } }, query: ONE });
    expect(world.get(ALICE, event.id).hangoutLink).toBe(after.hangoutLink);
  });

  test('that was asked for in vain has neither solution nor entry points', () => {
    const world = buildWorld({ conferenceDelayMs: 0 });
    world.calendar.faults.add({ kind: 'conferenceFailure', next: 1 });
    const createRequest = { requestId: 'r1', conferenceSolutionKey: { type: 'hangoutsMeet' } };
    const { id } = world.insert(ALICE, { conferenceData: { createRequest } }, ONE);
    const { conferenceData: failed } = world.get(ALICE, id);
    expect(isObject(failed) && Object.keys(failed)).toEqual(['createRequest']);
    expect(failed).toMatchObject({ createRequest: { status: { statusCode: 'failure' } } });
  });
});

describe('an imported event', () => {
  test('keeps its organizer and iCalUID, and replaces the one that it was imported as', () => {
    const world = buildWorld();
    const body = { ...meeting(), iCalUID: 'u@elsewhere', organizer: { email: 'boss@elsewhere.example' } };
    const first = world.call('POST', `${eventsPath(ALICE)}/import`, { body }).body;
    expect(first).toMatchObject({ iCalUID: 'u@elsewhere', organizer: { email: 'boss@elsewhere.example' } });
    const second = world.call('POST', `${eventsPath(ALICE)}/import`, { body: { ...body, summary: 'New' } }).body;
    expect(second).toMatchObject({ id: first.id, summary: 'New' });
  });

  test('needs an iCalUID and the default type', () => {
    const world = buildWorld();
    const reason = (body: JsonObject) => reasonOf(world.call('POST', `${eventsPath(ALICE)}/import`, { body }));
    expect(reason(meeting())).toBe('required');
    expect(reason({ ...meeting(), iCalUID: 'u', eventType: 'focusTime' })).toBe('eventTypeRestriction');
  });
});
