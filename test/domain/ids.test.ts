import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  bindingIdOf,
  calendarKeyOf,
  conferenceKeyOf,
  DUE_SHARDS,
  departureIdOf,
  dueShardOf,
  readCalendarKey,
  readConferenceKey,
  spreadOf,
} from '../../shared/domain/ids.ts';

test('all shards fit into one query', () => {
  expect(DUE_SHARDS).toBeLessThanOrEqual(30);
});

describe('keys', () => {
  test('are the same in every process, as they name stored documents', () => {
    expect(calendarKeyOf('alice@example.com')).toMatchInlineSnapshot(`"w6b4eu7f3cke6eqos22x"`);
    expect(conferenceKeyOf('c-1')).toMatchInlineSnapshot(`"vkobfd2e7tpzebh7dz4l"`);
    expect(bindingIdOf('event-1')).toMatchInlineSnapshot(`"fhlptkkhpgfm7sf62mo4"`);
  });

  test('have 20 characters that are safe everywhere, whatever they name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const key of [calendarKeyOf(text), conferenceKeyOf(text), bindingIdOf(text)]) {
          expect(key).toMatch(/^[a-z2-7]{20}$/);
        }
      }),
    );
  });

  test('of a calendar do not depend on how its address is written, those of conferences and events do', () => {
    expect(calendarKeyOf('Alice@Example.com')).toBe(calendarKeyOf('alice@example.com'));
    expect(conferenceKeyOf('AbC')).not.toBe(conferenceKeyOf('abc'));
    expect(bindingIdOf('AbC')).not.toBe(bindingIdOf('abc'));
  });

  test('of different kinds differ for the same text', () => {
    expect(new Set([calendarKeyOf('x'), conferenceKeyOf('x'), bindingIdOf('x')]).size).toBe(3);
    const departure = departureIdOf('x', conferenceKeyOf('c'));
    expect(departure).not.toBe(bindingIdOf('x'));
    expect(departure).not.toBe(departureIdOf('x', conferenceKeyOf('d')));
  });

  test('show nothing of the address', () => {
    expect(calendarKeyOf('alice@example.com')).not.toContain('alice');
  });
});

describe('a key from outside', () => {
  test('is taken as it was made', () => {
    expect(readCalendarKey(calendarKeyOf('a'))).toBe(calendarKeyOf('a'));
    expect(readConferenceKey(conferenceKeyOf('a'))).toBe(conferenceKeyOf('a'));
  });

  test.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an array that reads like one', [calendarKeyOf('a')]],
    ['too short', calendarKeyOf('a').slice(1)],
    ['too long', `${calendarKeyOf('a')}a`],
    ['with a line end', `${calendarKeyOf('a').slice(1)}\n`],
    ['ended by a line end', `${calendarKeyOf('a')}\n`],
    ['in upper case', calendarKeyOf('a').toUpperCase()],
    ['a path', '../../calendars/aaaaa'],
  ])('is refused: %s', (_, text) => {
    expect(readCalendarKey(text)).toBeUndefined();
    expect(readConferenceKey(text)).toBeUndefined();
  });
});

describe('spreading', () => {
  const keys = Array.from({ length: 3_200 }, (_, index) => calendarKeyOf(`user${index}@example.com`));

  test('puts about as many keys into each part of the due queries', () => {
    const counts = new Array<number>(DUE_SHARDS).fill(0);
    for (const key of keys) {
      const shard = dueShardOf(key);
      expect(Number.isInteger(shard) && shard >= 0 && shard < DUE_SHARDS).toBe(true);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - keys.length / DUE_SHARDS)).toBeLessThan(70);
  });

  test('over time is even, and always the same for a key', () => {
    const early = keys.filter((key) => spreadOf(key) < 0.5).length;
    expect(Math.abs(early - keys.length / 2)).toBeLessThan(150);
    for (const key of keys.slice(0, 100)) {
      expect(spreadOf(key)).toBe(spreadOf(key));
      expect(spreadOf(key)).toBeGreaterThanOrEqual(0);
      expect(spreadOf(key)).toBeLessThan(1);
    }
  });
});
