import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { occurrenceKey } from '../../../receiver/src/index.ts';
import { applyFieldsMask, parseFieldsMask } from '../../../sandbox/calendar/wire/fields-mask.ts';
import { EVENT_MASK, readAccessRole, readEvent } from '../../../shared/adapters/google-calendar/read-event.ts';
import type { AccessRole } from '../../../shared/domain/event/event.ts';
import { testRecorded } from '../../recorded-traffic.ts';

const ROLES: readonly (AccessRole | null)[] = [
  'none',
  'freeBusyReader',
  'reader',
  'writerWithoutPrivateAccess',
  'writer',
  'owner',
  null,
];

function itemsOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  const items: unknown = typeof content === 'object' && content !== null ? Reflect.get(content, 'items') : undefined;
  return Array.isArray(items) ? items : [content];
}

describe('a full event', () => {
  const item = {
    kind: 'calendar#event',
    etag: '"3485815948352798"',
    id: 'abc',
    status: 'confirmed',
    updated: '2025-03-25T13:06:14.176Z',
    summary: 'Planning',
    description: 'Bring <b>tea</b>',
    location: 'Room 1',
    start: { dateTime: '2025-02-09T08:00:00-06:00', timeZone: 'America/Chicago' },
    end: { dateTime: '2025-02-09T09:00:00-06:00', timeZone: 'America/Chicago' },
    recurrence: ['RRULE:FREQ=DAILY'],
    organizer: { email: 'alice@example.com', self: true },
    attendees: [{ email: 'bob@example.com', responseStatus: 'accepted' }, { displayName: 'no address' }, null],
    eventType: 'default',
  };

  test('keeps every field that the rules know', () => {
    expect(readEvent(item, 'owner')).toEqual({
      kind: 'live',
      id: 'abc',
      etag: '"3485815948352798"',
      updatedAt: Date.parse('2025-03-25T13:06:14.176Z'),
      eventType: 'default',
      occurrence: null,
      recurrence: ['RRULE:FREQ=DAILY'],
      title: 'Planning',
      description: 'Bring <b>tea</b>',
      location: 'Room 1',
      start: item.start,
      end: item.end,
      organizer: { email: 'alice@example.com', self: true },
      visibility: 'default',
      attendees: [{ email: 'bob@example.com', responseStatus: 'accepted' }],
      conference: null,
      hidden: false,
      isEmptySeries: false,
    });
  });

  test('loses nothing that is read of it to the mask with which it is asked for', () => {
    const mask = parseFieldsMask(EVENT_MASK);
    const everything = new Set<string>();
    const watched = (value: object, path: string): object =>
      new Proxy(value, {
        get(target, name) {
          const inner: unknown = Reflect.get(target, name);
          if (typeof name !== 'string' || Array.isArray(target)) return inner;
          everything.add(`${path}${name}`);
          return inner;
        },
      });
    readEvent(watched({ ...item, status: 'confirmed' }, ''), 'owner');
    expect([...everything].sort()).toContain('summary');
    const whole = Object.fromEntries([...everything].map((name) => [name, `value of ${name}`]));
    expect(applyFieldsMask(mask, whole)).toEqual(whole);
  });

  test('an event with nothing but an id is live and empty', () => {
    expect(readEvent({ id: 'abc' }, 'owner')).toMatchObject({
      kind: 'live',
      etag: null,
      updatedAt: null,
      start: null,
      organizer: null,
      recurrence: null,
      eventType: 'default',
      hidden: false,
    });
  });

  test.each([
    ['a date and a zone', { date: '2025-01-01', timeZone: 'UTC' }, { date: '2025-01-01', timeZone: 'UTC' }],
    ['a dateTime inside date', { date: '2025-01-01T10:00:00Z' }, { dateTime: '2025-01-01T10:00:00Z' }],
    ['a date inside dateTime', { dateTime: '2025-01-01' }, { date: '2025-01-01' }],
    [
      'no offset but a zone',
      { dateTime: '2025-03-25T08:00:00', timeZone: 'America/Chicago' },
      { dateTime: '2025-03-25T13:00:00.000Z', timeZone: 'America/Chicago' },
    ],
    ['neither offset nor zone', { dateTime: '2025-03-25T08:00:00' }, { dateTime: '2025-03-25T08:00:00.000Z' }],
    ['an offset without a colon', { dateTime: '2025-03-25T08:00:00-0500' }, { dateTime: '2025-03-25T13:00:00.000Z' }],
    ['no seconds', { dateTime: '2025-03-25T08:00Z' }, { dateTime: '2025-03-25T08:00:00.000Z' }],
    ['words', { dateTime: 'tomorrow', timeZone: 'UTC' }, null],
    ['a year of five digits', { dateTime: '12025-03-25T08:00:00Z' }, null],
    ['both', { date: '2025-01-01', dateTime: '2025-01-01T10:00:00Z' }, { dateTime: '2025-01-01T10:00:00Z' }],
    ['null for date', { date: null, dateTime: '2025-01-01T10:00:00Z' }, { dateTime: '2025-01-01T10:00:00Z' }],
    ['a zone alone', { timeZone: 'UTC' }, null],
    ['an empty object', {}, null],
    ['a text', '2025-01-01', null],
    ['a number', { dateTime: 5 }, null],
  ])('a start with %s is read as far as it is a time', (_, start, expected) => {
    expect(readEvent({ id: 'abc', start }, 'owner')).toMatchObject({ start: expected });
  });
});

test('what a receiver is told of an occurrence names one instant in every zone that it may run in', () => {
  const originalStartTime = { dateTime: '2025-03-25T08:00:00', timeZone: 'America/Chicago' };
  const item = { id: 'abc_1', status: 'confirmed', recurringEventId: 'abc', originalStartTime };
  const originalStart = readEvent(item, 'owner')?.occurrence?.originalStart ?? null;
  const eventId = 'abc_1';
  expect(occurrenceKey({ eventId, originalStart })).toBe('2025-03-25T13:00:00.000Z');
  const garbled = readEvent({ ...item, originalStartTime: { dateTime: 'tomorrow' } }, 'owner');
  expect(occurrenceKey({ eventId, originalStart: garbled?.occurrence?.originalStart ?? null })).toBe(eventId);
});

describe('a tombstone', () => {
  test('needs nothing but its id', () => {
    expect(readEvent({ id: 'abc', status: 'cancelled', kind: 'calendar#event' }, 'owner')).toEqual({
      kind: 'tombstone',
      id: 'abc',
      occurrence: null,
    });
  });

  test('of an occurrence says which series and which start', () => {
    const originalStartTime = { dateTime: '2025-03-25T08:00:00-05:00', timeZone: 'America/Chicago' };
    const item = { id: 'abc_1', status: 'cancelled', recurringEventId: 'abc', originalStartTime };
    expect(readEvent(item, 'owner')).toEqual({
      kind: 'tombstone',
      id: 'abc_1',
      occurrence: { recurringEventId: 'abc', originalStart: originalStartTime },
    });
  });

  test('with all the details of an event is still a tombstone', () => {
    const item = { id: 'abc', status: 'cancelled', summary: 'Planning', conferenceData: { conferenceId: 'c-1' } };
    expect(readEvent(item, 'owner')).toMatchObject({ kind: 'tombstone', id: 'abc' });
  });

  test.each(['none', 'freeBusyReader'] as const)('under the access %s proves no deletion and is left out', (role) => {
    expect(readEvent({ id: 'abc', status: 'cancelled' }, role)).toBeUndefined();
  });
});

describe('what our access hides', () => {
  test.each([
    ['none', 'default', true],
    ['freeBusyReader', 'default', true],
    ['reader', 'default', false],
    ['reader', 'private', true],
    ['reader', 'confidential', true],
    ['writerWithoutPrivateAccess', 'private', true],
    ['writerWithoutPrivateAccess', 'public', false],
    ['writer', 'private', false],
    ['owner', 'private', false],
    [null, 'private', true],
    [null, 'default', false],
  ] as const)('access %s to a %s event: hidden is %s', (role, visibility, hidden) => {
    expect(readEvent({ id: 'abc', visibility }, role)).toMatchObject({ hidden });
  });

  test('an access role that Google may add later is unknown, not trusted', () => {
    expect(readAccessRole('superOwner')).toBeNull();
    expect(readAccessRole('owner')).toBe('owner');
  });
});

describe('the conference', () => {
  const conferenceOf = (conferenceData: unknown) => {
    const event = readEvent({ id: 'abc', conferenceData }, 'owner');
    return event?.kind === 'live' ? event.conference : undefined;
  };

  test("an add-on's conference keeps id, name, hosts and the flat parameters", () => {
    expect(
      conferenceOf({
        conferenceId: 'c-1',
        conferenceSolution: { name: 'Acme Rooms', key: { type: 'addOn' } },
        entryPoints: [
          { entryPointType: 'video', uri: 'https://Rooms.Acme.example/1' },
          { entryPointType: 'phone', uri: 'tel:+1 555' },
          { entryPointType: 'more', uri: 'https://www.google.com/url?q=https://help.acme.example/x' },
          { entryPointType: 'sip', uri: 'sip:1@acme.example' },
          'odd',
        ],
        parameters: { addOnParameters: { parameters: { room: '1', nested: { a: 1 }, count: 5, __proto__x: 'y' } } },
      }),
    ).toEqual({
      conferenceId: 'c-1',
      solutionName: 'Acme Rooms',
      entryPointHosts: ['rooms.acme.example', 'help.acme.example'],
      isBeingCreated: false,
      parameters: { room: '1', __proto__x: 'y' },
    });
  });

  test('a parameter named __proto__ is only a parameter', () => {
    const parameters: unknown = JSON.parse('{"__proto__": "x", "room": "1"}');
    const sight = conferenceOf({ conferenceId: 'c-1', parameters: { addOnParameters: { parameters } } });
    expect(Object.entries(sight?.parameters ?? {})).toEqual([
      ['__proto__', 'x'],
      ['room', '1'],
    ]);
  });

  test.each([
    ['pending', { isBeingCreated: true, conferenceId: null, solutionName: null, entryPointHosts: [], parameters: {} }],
    ['failure', null],
    ['success', null],
  ])('a create request in state %s that says nothing else', (statusCode, sight) => {
    expect(conferenceOf({ createRequest: { requestId: 'r', status: { statusCode } } })).toEqual(sight);
  });

  test('a conference that can be entered is not being created, whatever its request says', () => {
    const createRequest = { status: { statusCode: 'pending' } };
    const entryPoints = [{ uri: 'https://rooms.acme.example/1' }];
    expect(conferenceOf({ createRequest, conferenceId: 'c-1', entryPoints })?.isBeingCreated).toBe(false);
  });

  test.each(['pending', 'failure'])('a create request that is in state %s has no conference id yet', (statusCode) => {
    const sight = conferenceOf({ createRequest: { status: { statusCode } }, conferenceId: 'c-1' });
    expect(sight?.conferenceId).toBeNull();
  });

  test.each(['https://rooms.acme.example/1', 'tel:+49-30-1', 'sip:1@rooms.acme.example'])(
    'a failed create request takes nothing from a conference that people enter by %s',
    (uri) => {
      const createRequest = { status: { statusCode: 'failure' } };
      expect(conferenceOf({ createRequest, conferenceId: 'c-1', entryPoints: [{ uri }] })?.conferenceId).toBe('c-1');
    },
  );

  test.each([[[{ uri: '' }, {}, null]], ['none']])('%j is no way in', (entryPoints) => {
    const createRequest = { status: { statusCode: 'failure' } };
    expect(conferenceOf({ createRequest, conferenceId: 'c-1', entryPoints })?.conferenceId).toBeNull();
  });

  test('a solution without an id is seen, without an id', () => {
    expect(conferenceOf({ conferenceSolution: { name: 'Acme Rooms' } })).toMatchObject({ conferenceId: null });
  });

  test.each([undefined, null, {}, [], 'x', 5, { conferenceId: '' }, { entryPoints: {} }])(
    'conference data of %j is no conference',
    (data) => expect(conferenceOf(data)).toBeNull(),
  );

  test('a hostile amount of parameters is bounded', () => {
    const parameters = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`p${index}`, 'x']));
    const sight = conferenceOf({ conferenceId: 'c-1', parameters: { addOnParameters: { parameters } } });
    expect(Object.keys(sight?.parameters ?? {})).toHaveLength(100);
  });
});

test.each([undefined, null, 5, 'x', [], {}, { id: '' }, { id: 5 }, { id: 'x'.repeat(1_025) }])(
  'an item %j has no id that could be used and is dropped',
  (item) => expect(readEvent(item, 'owner')).toBeUndefined(),
);

test('no JSON value in any field makes it throw', () => {
  const fields = [
    'status',
    'updated',
    'recurrence',
    'summary',
    'start',
    'end',
    'organizer',
    'visibility',
    'attendees',
    'conferenceData',
    'originalStartTime',
    'recurringEventId',
    'eventType',
    'etag',
  ];
  const item = fc.record(Object.fromEntries(fields.map((field) => [field, fc.jsonValue()])), { requiredKeys: [] });
  fc.assert(
    fc.property(item, fc.constantFrom(...ROLES), (odd, role) => {
      const event = readEvent({ ...odd, id: 'abc' }, role);
      expect(event === undefined || event.id === 'abc').toBe(true);
    }),
  );
});

testRecorded('recorded items are read without a loss', /^(?:events|items|conference)-/, (_, content) => {
  for (const item of itemsOf(content)) {
    const id: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : undefined;
    const event = readEvent(item, 'owner');
    expect(event?.id).toBe(id);
    const isCancelled = typeof item === 'object' && item !== null && Reflect.get(item, 'status') === 'cancelled';
    if (event !== undefined) expect(event.kind).toBe(isCancelled ? 'tombstone' : 'live');
  }
});
