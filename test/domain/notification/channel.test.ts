import { describe, expect, test } from '@jest/globals';
import {
  calendarOfChannel,
  channelIdFor,
  isChannelTokenValid,
  signChannel,
} from '../../../shared/domain/notification/channel.ts';
import { ALICES, BOBS } from '../build.ts';

const NEW = 'new-key-of-32-characters-0123456';
const OLD = 'old-key-of-32-characters-0123456';
const UNIQUE = 'q0w9e8r7t6z5u4i3o2p1';

describe('a channel id', () => {
  const id = channelIdFor(ALICES, UNIQUE);

  test('names its calendar and keeps to what Google takes', () => {
    expect(calendarOfChannel(id)).toBe(ALICES);
    expect(id).toMatch(/^[A-Za-z0-9\-_+/=]{1,64}$/);
  });

  test.each([
    ['empty', ''],
    ['a calendar key alone', ALICES],
    ['a calendar key with nothing behind it', `${ALICES}-`],
    ['nothing before the dash', `-${UNIQUE}`],
    ['a UUID of somebody else', '01234567-89ab-cdef-0123-456789abcdef'],
    ['longer than Google allows', `${ALICES}-${'x'.repeat(44)}`],
    ['a key that is none', `${'0'.repeat(20)}-${UNIQUE}`],
    ['a path', `../${ALICES}-${UNIQUE}`],
  ])('of no calendar of ours: %s', (_, text) => {
    expect(calendarOfChannel(text)).toBeUndefined();
  });

  test('of the longest kind is still ours', () => {
    expect(calendarOfChannel(`${ALICES}-${'x'.repeat(43)}`)).toBe(ALICES);
  });
});

describe('a channel token', () => {
  const id = channelIdFor(ALICES, UNIQUE);
  const token = signChannel(id, [NEW, OLD]);

  test('is valid for its own channel, and fits what Google allows', () => {
    expect(isChannelTokenValid(id, token, [NEW, OLD])).toBe(true);
    expect(token.length).toBeLessThanOrEqual(256);
  });

  test('is made with the newest key and lives on while its key is in the ring', () => {
    expect(token).toBe(signChannel(id, [NEW]));
    expect(isChannelTokenValid(id, token, ['newer-key-of-32-characters-01234', NEW])).toBe(true);
    expect(isChannelTokenValid(id, token, [OLD])).toBe(false);
  });

  test('of the key before is valid until that key has left the ring', () => {
    const before = signChannel(id, [OLD]);
    expect(isChannelTokenValid(id, before, [NEW, OLD])).toBe(true);
    expect(isChannelTokenValid(id, before, [NEW])).toBe(false);
  });

  test.each([
    ['absent', ''],
    ['cut short', token.slice(0, -1)],
    ['with a character more', `${token}A`],
    ['with one character changed', `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`],
    ['in another letter case', token.toUpperCase()],
    ['as many bytes in fewer characters', `${'é'.repeat(21)}x`],
    ['the channel id itself', id],
    ['made with a guessed key', signChannel(id, [''])],
    ["of the same calendar's other channel", signChannel(channelIdFor(ALICES, `${UNIQUE}2`), [NEW])],
    ["of another calendar's channel", signChannel(channelIdFor(BOBS, UNIQUE), [NEW])],
  ])('is refused: %s', (_, forged) => {
    expect(isChannelTokenValid(id, forged, [NEW, OLD])).toBe(false);
  });
});
