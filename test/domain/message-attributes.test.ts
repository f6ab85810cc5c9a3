import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  acceptableAttributes,
  deadLetterAttributes,
  originalAttributes,
} from '../../shared/domain/message-attributes.ts';

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
