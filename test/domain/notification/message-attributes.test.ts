import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { conferenceKeyOf } from '../../../shared/domain/ids.ts';
import {
  acceptableAttributes,
  deadLetterAttributes,
  originalAttributes,
  workAttributes,
} from '../../../shared/domain/notification/message-attributes.ts';
import type { WorkMessage } from '../../../shared/domain/notification/work-message.ts';
import { ALICES } from '../build.ts';

describe('a work message bears what subscriptions filter by', () => {
  const channel = { id: 'c', resourceId: 'r' };

  test.each<[WorkMessage, Record<string, string>]>([
    [
      { kind: 'sync', calendar: ALICES, cause: 'reconcile' },
      { calendar: ALICES, cause: 'reconcile' },
    ],
    [
      { kind: 'channel-proof', calendar: ALICES, channel },
      { calendar: ALICES, cause: 'channel-proof' },
    ],
    [{ kind: 'conference', conference: conferenceKeyOf('c-1') }, { cause: 'conference' }],
    [
      { kind: 'notice', calendar: ALICES },
      { calendar: ALICES, cause: 'notice' },
    ],
  ])('%j', (message, expected) => {
    expect(workAttributes(message, 'upkeep')).toEqual({ lane: 'upkeep', version: '1', ...expected });
  });
});

describe('what the broker accepts', () => {
  test('whatever comes in, what goes out is within its limits', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 1_200 });
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 300 }), text, { maxKeys: 110 }), (attributes) => {
        const accepted = Object.entries(acceptableAttributes(attributes));
        expect(accepted.length).toBeLessThanOrEqual(100);
        for (const [key, value] of accepted) {
          expect(key).not.toMatch(/^goog|^$/i);
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(256);
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_024);
          expect(attributes[key]?.startsWith(value)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a long value is cut between characters', () => {
    const { emoji } = acceptableAttributes({ emoji: `x${'🎉'.repeat(300)}` });
    expect(emoji).toBe(`x${'🎉'.repeat(255)}`);
  });

  test('a key and a value of just the length that is allowed go through whole', () => {
    const longest = { ['k'.repeat(256)]: 'v'.repeat(1_024) };
    expect(acceptableAttributes({ ...longest, ['k'.repeat(257)]: 'x' })).toEqual(longest);
  });

  test('of a hundred and one attributes the last is left out', () => {
    const names = Array.from({ length: 101 }, (_, index) => `k${index}`);
    const accepted = acceptableAttributes(Object.fromEntries(names.map((name) => [name, 'x'])));
    expect(Object.keys(accepted)).toEqual(names.slice(0, 100));
  });

  test('only the beginning of a key is reserved', () => {
    expect(acceptableAttributes({ mygoog: 'x' })).toEqual({ mygoog: 'x' });
  });

  test.each(['googclient_traceparent', 'GOOG', ''])('the key %j is left out', (key) => {
    expect(acceptableAttributes({ [key]: 'x', lane: 'live' })).toEqual({ lane: 'live' });
  });
});

describe('a dead letter', () => {
  test('that dies again bears the reason of its last death', () => {
    const first = deadLetterAttributes({ data: '', attributes: { lane: 'live' }, reason: 'one', attempt: 3 });
    const second = deadLetterAttributes({ data: '', attributes: first, reason: 'two' });
    expect(second).toEqual({ deadLetterReason: 'two', lane: 'live' });
  });

  test('says which message it was and how often it was tried, where that is known', () => {
    const letter = deadLetterAttributes({ data: '', attributes: {}, reason: 'one', messageId: '7', attempt: 3 });
    expect(letter).toEqual({ deadLetterReason: 'one', deadLetterMessageId: '7', deadLetterAttempt: '3' });
  });

  test('gets back the attributes that it had', () => {
    const attributes = { lane: 'upkeep', version: '1', cause: 'reconcile' };
    const letter = deadLetterAttributes({ data: '', attributes, reason: 'one', messageId: '7', attempt: 3 });
    expect(originalAttributes(letter)).toEqual(attributes);
  });

  test('keeps its reason even beside a hundred attributes', () => {
    const attributes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, 'x']));
    expect(deadLetterAttributes({ data: '', attributes, reason: 'one' })).toMatchObject({ deadLetterReason: 'one' });
  });
});
