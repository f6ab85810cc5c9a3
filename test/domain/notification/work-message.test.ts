import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BadRequest } from '../../../shared/domain/errors.ts';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import {
  decodeWork,
  encodeWork,
  SYNC_CAUSES,
  type WorkMessage,
} from '../../../shared/domain/notification/work-message.ts';
import { ALICES } from '../build.ts';

const channel = fc.record({ id: fc.string(), resourceId: fc.string() });
/** Of every kind that version 0.1 knew. */
const old: fc.Arbitrary<WorkMessage> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('sync' as const),
      calendar: fc.string().map(calendarKeyOf),
      cause: fc.constantFrom(...SYNC_CAUSES),
      channel,
      force: fc.constant(true),
    },
    { requiredKeys: ['kind', 'calendar', 'cause'] },
  ),
  fc.record({ kind: fc.constant('channel-proof' as const), calendar: fc.string().map(calendarKeyOf), channel }),
  fc.record({ kind: fc.constant('conference' as const), conference: fc.string().map(conferenceKeyOf) }),
);
const message: fc.Arbitrary<WorkMessage> = fc.oneof(
  old,
  fc.record({ kind: fc.constant('notice' as const), calendar: fc.string().map(calendarKeyOf) }),
);

describe('a work message', () => {
  test('comes out of the topic as it went in', () => {
    fc.assert(fc.property(message, (one) => expect(decodeWork(encodeWork(one))).toEqual(one)));
  });

  test('is flat JSON with a version', () => {
    expect(JSON.parse(encodeWork({ kind: 'sync', calendar: ALICES, cause: 'notification' }))).toEqual({
      version: 1,
      kind: 'sync',
      calendar: ALICES,
      cause: 'notification',
    });
  });

  test('that does not name its kind, as before version 0.2, is read by what it holds', () => {
    fc.assert(
      fc.property(old, (one) => {
        const fields: Readonly<Record<string, unknown>> = JSON.parse(encodeWork(one));
        const { kind: _kind, ...before } = fields;
        expect(decodeWork(JSON.stringify(before))).toEqual(one);
      }),
    );
  });

  test('of a kind that nobody knows is refused, whatever else it holds', () => {
    const text = JSON.stringify({ version: 1, kind: 'party', calendar: ALICES, cause: 'replay' });
    expect(() => decodeWork(text)).toThrow(new BadRequest('work message: unknown kind "party"'));
  });

  test('of a later minor writer is read without what it added', () => {
    const text = JSON.stringify({
      version: 1,
      calendar: ALICES,
      cause: 'replay',
      force: true,
      reason: 'new',
      more: {},
    });
    expect(decodeWork(text)).toEqual({ kind: 'sync', calendar: ALICES, cause: 'replay', force: true });
  });

  test('with force that is not exactly true does not overrule anything', () => {
    const text = JSON.stringify({ version: 1, calendar: ALICES, cause: 'replay', force: 'yes' });
    expect(decodeWork(text)).toEqual({ kind: 'sync', calendar: ALICES, cause: 'replay' });
  });

  test('without a channel that can be used is a plain request', () => {
    for (const bad of [null, 'x', {}, { id: 7, resourceId: 'r' }, { id: 'i' }]) {
      const text = JSON.stringify({ version: 1, calendar: ALICES, cause: 'notification', channel: bad });
      expect(decodeWork(text)).toEqual({ kind: 'sync', calendar: ALICES, cause: 'notification' });
    }
  });
});

describe('a malformed work message names what is wrong', () => {
  const wrong = (changes: object): string =>
    JSON.stringify({ version: 1, calendar: ALICES, cause: 'replay', ...changes });

  test.each([
    ['no text', '', 'work message: not JSON'],
    ['no JSON', 'hello', 'work message: not JSON'],
    ['a string', '"x"', 'work message: must be a JSON object'],
    ['null', 'null', 'work message: must be a JSON object'],
    ['an array', '[]', 'work message: must be a JSON object'],
    ['no version', '{}', 'work message: version must be 1, not nothing'],
    ['a later version', wrong({ version: 2 }), 'work message: version must be 1, not 2'],
    ['a version in words', wrong({ version: '1' }), 'work message: version must be 1, not "1"'],
    ['no calendar', wrong({ calendar: undefined }), 'work message: calendar must be a calendar key'],
    [
      'an address for a calendar',
      wrong({ calendar: 'a@example.com' }),
      'work message: calendar must be a calendar key',
    ],
    ['no cause', wrong({ cause: undefined }), 'work message: unknown cause nothing'],
    ['an unknown cause', wrong({ cause: 'whim' }), 'work message: unknown cause "whim"'],
    ['a cause from the prototype', wrong({ cause: 'constructor' }), 'work message: unknown cause "constructor"'],
    [
      'a proof without a channel',
      wrong({ cause: 'channel-proof' }),
      'work message: a channel proof needs channel {id, resourceId}',
    ],
    ['a conference that is none', wrong({ conference: 7 }), 'work message: conference must be a conference key'],
  ])('%s', (_, text, problem) => {
    expect(() => decodeWork(text)).toThrow(new BadRequest(problem));
  });

  test('and repeats little of it, on one line', () => {
    const text = wrong({ cause: `two\nlines ${'x'.repeat(1_000)}` });
    expect(() => decodeWork(text)).toThrow(/^work message: unknown cause .{40}$/);
  });

  test('and throws nothing else, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeWork(text);
        } catch (error) {
          expect(error).toBeInstanceOf(BadRequest);
        }
      }),
    );
  });
});
