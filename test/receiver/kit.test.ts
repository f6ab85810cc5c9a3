/** The receiver kit: what it accepts, what it makes of an answer, and that its words are those of the service. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import * as kit from '../../receiver/src/index.ts';
import type { CalendarNotice, ChangeBody } from '../../shared/domain/delivery/change.ts';
import { readEventPatch } from '../../shared/domain/delivery/read-event-patch.ts';
import { CANCELLED, changes, notices } from '../adapters/webhook/changes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const schema: Record<string, unknown> = JSON.parse(readFileSync(join(ROOT, 'docs/webhook.schema.json'), 'utf8'));
const isWebhook = new Ajv2020({ strict: false }).compile(schema);
const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

/** Compiles only if what the service sends is what the kit says, and the other way round. */
type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
type Sent = ChangeBody & { readonly timestamp: string };
const areTypesTheSame: [Same<kit.Change['type'], Sent['type']>, Sent extends kit.Change ? true : never] = [true, true];
type Told = CalendarNotice extends infer Each ? (Each extends { id: string } ? Omit<Each, 'id'> : never) : never;
const areNoticesTheSame: Same<kit.CalendarNotice, Told> = true;

function bodyOf({ id, ...body }: { id: string }): string {
  return JSON.stringify(body);
}

describe('parseChange', () => {
  test('takes everything that the service sends, unchanged', () => {
    expect(areTypesTheSame).toEqual([true, true]);
    fc.assert(
      fc.property(changes, (change) => {
        const body = bodyOf(change);
        expect(kit.parseChange(body)).toEqual(JSON.parse(body));
      }),
    );
  });

  test('refuses what the schema refuses: any field gone, or of another kind', () => {
    fc.assert(
      fc.property(changes, fc.nat(), fc.constantFrom(undefined, null, 7, 'x', [], {}), (change, at, value) => {
        const body: unknown = JSON.parse(bodyOf(change));
        const places = placesOf(body);
        const { owner, name } = places[at % places.length] ?? { owner: {}, name: '' };
        Reflect.set(owner, name, value);
        const text = JSON.stringify(body);
        // Further words in closed lists, and types, may come with newer versions.
        fc.pre(!['type', 'reason'].includes(name) && !Array.isArray(owner));
        const isAccepted = (() => {
          try {
            return kit.parseChange(text) !== undefined;
          } catch (error) {
            expect(error).toBeInstanceOf(kit.MalformedChange);
            return false;
          }
        })();
        expect({ text, isAccepted }).toEqual({ text, isAccepted: isWebhook(JSON.parse(text)) });
      }),
      { numRuns: 1_000 },
    );
  });

  test('ignores a type that it does not know', () => {
    expect(kit.parseChange('{"type": "calendar.something", "data": 5}')).toBeUndefined();
  });
});

/** Every member of every object of a body below its root, and of its root. */
function placesOf(value: unknown): { owner: object; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [{ owner: value, name }, ...placesOf(member)]);
}

describe('parseNotice', () => {
  test('takes everything that the service says of calendars, unchanged, and parseChange nothing of it', () => {
    expect(areNoticesTheSame).toBe(true);
    fc.assert(
      fc.property(notices, (notice) => {
        const body = bodyOf(notice);
        expect(kit.parseNotice(body)).toEqual(JSON.parse(body));
        expect(kit.parseChange(body)).toBeUndefined();
      }),
    );
  });

  test.each(['calendarId', 'subject', 'revision', 'reason'])('refuses one without %s', (name) => {
    const data = {
      calendarId: 'a@example.com',
      subject: 'a@example.com',
      revision: 1,
      reason: 'revoked',
      [name]: null,
    };
    const body = JSON.stringify({ type: 'calendar.disconnected', timestamp: '2027-01-20T09:00:00Z', data });
    expect(() => kit.parseNotice(body)).toThrow(kit.MalformedChange);
  });
});

describe('the rules', () => {
  const change = kit.parseChange(bodyOf(CANCELLED));
  test.each([
    [41, true],
    [42, false],
    [43, false],
    [undefined, true],
    [null, true],
  ])('after revision %s, 42 is news: %s', (last, isNews) => {
    if (change === undefined) throw new Error('no change');
    expect(kit.isNews(change, last)).toBe(isNews);
  });

  test('occurrences are told apart by the instant', () => {
    const key = (originalStart: kit.EventTime | null): string => kit.occurrenceKey({ eventId: 'e_1', originalStart });
    expect(key({ dateTime: '2027-03-01T10:00:00+01:00', timeZone: 'Europe/Berlin' })).toBe(
      key({ dateTime: '2027-03-01T09:00:00Z' }),
    );
    expect(key({ dateTime: '2027-03-01T10:00:00Z' })).not.toBe(key({ dateTime: '2027-03-01T09:00:00Z' }));
    expect(key({ date: '2027-03-01' })).toBe('2027-03-01');
    expect(key(null)).toBe('e_1');
  });
});

describe('an event patch', () => {
  const parts: kit.EventPatch = {
    summary: 'x',
    description: 'x',
    location: 'x',
    conferenceData: null,
    extendedProperties: { shared: { room: 'blue' } },
    colorId: '1',
    source: { title: 'x', url: 'https://example.com' },
    visibility: 'private',
    transparency: 'opaque',
    reminders: {},
    guestsCanInviteOthers: true,
    guestsCanModify: true,
    guestsCanSeeOtherGuests: true,
  };
  test('names what the service writes', () => {
    expect(kit.eventPatch(parts)).toEqual({ eventPatch: readEventPatch(parts) });
  });
  test.each(['start', 'end', 'attendees', 'recurrence', 'status', 'organizer', '__proto__'])(
    'cannot name %s',
    (name) => {
      const foreign = JSON.parse(`{"location": "x", "${name}": "x"}`);
      expect(readEventPatch(foreign)).toBeUndefined();
      expect(() => kit.eventPatch(foreign)).toThrow(`an event patch must not name ${name}`);
    },
  );
  test('must name something', () => expect(() => kit.eventPatch({})).toThrow('must name something'));
});

describe('a backend', () => {
  test.each([
    [{}, 'a backend needs a function "apply"'],
    [{ apply: 5 }, 'a backend needs a function "apply"'],
    [{ apply: () => undefined, aply: () => undefined }, 'and nothing else, not "aply"'],
    [{ apply: () => undefined, onCalendar: 5 }, 'onCalendar is not a function'],
  ])('of a wrong shape is refused at once: %j', (shape, words) => {
    expect(() => Reflect.apply(kit.defineBackend, undefined, [shape])).toThrow(words);
  });
});

describe('a receiver', () => {
  function receiverOf(apply: kit.Apply, more: Partial<kit.ReceiverOptions> = {}) {
    return kit.createReceiver({ secrets: [SECRET], apply, ...more });
  }
  function signed(body: string): [Record<string, string>, Uint8Array] {
    const at = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
    };
    return [headers, Buffer.from(body)];
  }

  const NOTICE = {
    type: 'calendar.disconnected',
    timestamp: '2027-01-20T09:00:00.000Z',
    data: { calendarId: 'a@example.com', subject: 'a@example.com', revision: 7, reason: 'revoked' },
  };

  test('hands what is told of calendars to onCalendar, and answers 204 where there is none', async () => {
    const heard: kit.CalendarNotice[] = [];
    const apply = () => {
      throw new Error('not for calendars');
    };
    const listening = receiverOf(apply, { onCalendar: (notice) => void heard.push(notice) });
    expect(await listening.receive(...signed(JSON.stringify(NOTICE)))).toMatchObject({ status: 204 });
    expect(heard).toEqual([NOTICE]);
    expect(await receiverOf(apply).receive(...signed(JSON.stringify(NOTICE)))).toMatchObject({ status: 204 });
  });

  test.each<[string, kit.OnCalendar, object]>([
    ['a refusal', () => ({ refused: 'no such user' }), { status: 422 }],
    ['an exception', () => Promise.reject(new Error('x')), { status: 503 }],
    ['a patch', () => Reflect.apply(Object, undefined, [{ eventPatch: { location: 'x' } }]), { status: 503 }],
    ['no answer in time', () => new Promise(() => undefined), { status: 503 }],
  ])('makes of %s to a notice', async (_, onCalendar, expected) => {
    const receiver = receiverOf(() => undefined, { onCalendar, timeoutMs: 50 });
    expect(await receiver.receive(...signed(JSON.stringify(NOTICE)))).toMatchObject(expected);
  });

  test.each<[string, kit.Apply, object]>([
    ['nothing', () => undefined, { status: 204, body: '' }],
    ['a patch', () => kit.eventPatch({ location: 'x' }), { status: 200, body: '{"eventPatch":{"location":"x"}}' }],
    ['a refusal', async () => ({ refused: 'no such plan' }), { status: 422, body: '{"error":"no such plan"}' }],
    ['an exception', () => Promise.reject(new Error('x')), { status: 503 }],
    [
      'an exception with a time',
      () => Promise.reject(Object.assign(new Error('x'), { retryAfterMs: 1_500 })),
      { status: 503, headers: { 'retry-after': '2' } },
    ],
    ['no answer in time', () => new Promise(() => undefined), { status: 503 }],
  ])('makes of %s', async (_, apply, expected) => {
    const receiver = receiverOf(apply, { timeoutMs: 50 });
    expect(await receiver.receive(...signed(bodyOf(CANCELLED)))).toMatchObject(expected);
  });

  test.each([
    ['fine'],
    [true],
    [{}],
    [{ refused: true }],
    [{ eventPatch: { status: 'cancelled' } }],
    [{ eventPatch: 5 }],
  ])('never takes %j for done, and says why', async (answer) => {
    const troubles: unknown[] = [];
    const apply: kit.Apply = () => Reflect.apply(Object, undefined, [answer]).valueOf();
    const receiver = receiverOf(apply, { onTrouble: (error) => troubles.push(error) });
    expect(await receiver.receive(...signed(bodyOf(CANCELLED)))).toMatchObject({ status: 503 });
    expect(String(troubles)).toMatch(/apply must return nothing|must not name status/);
  });

  test('refuses a body that breaks the contract, with the place', async () => {
    const reply = await receiverOf(() => undefined).receive(...signed('{"type": "conference.updated"}'));
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('timestamp') });
  });

  test('refuses what is too large before it looks at it', async () => {
    const receiver = receiverOf(() => undefined, { bodyBytesMax: 10 });
    expect(await receiver.receive({}, new Uint8Array(11))).toMatchObject({ status: 413 });
  });

  test.each([
    [[], 'at least one secret'],
    [['whsec_'], 'secret 1 is not'],
    [[SECRET, 'whsec_not base64!'], 'secret 2 is not'],
  ])('secrets %j are refused, unseen', (secrets, words) => {
    expect(() => kit.createReceiver({ secrets, apply: () => undefined })).toThrow(words);
    expect(() => kit.createReceiver({ secrets, apply: () => undefined })).not.toThrow(/base64!/);
  });
});
