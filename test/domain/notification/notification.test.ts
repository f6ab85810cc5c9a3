import { describe, expect, test } from '@jest/globals';
import { channelIdFor, signChannel } from '../../../shared/domain/notification/channel.ts';
import { readNotification } from '../../../shared/domain/notification/notification.ts';
import { ALICES, BOBS } from '../build.ts';

const KEYS = ['key-of-32-characters-0123456789a'] as const;
const ID = channelIdFor(ALICES, 'q0w9e8r7t6z5u4i3o2p1');
const HEADERS = {
  host: 'receiver.example',
  'content-length': '0',
  'content-type': 'application/json; utf-8',
  'user-agent': 'APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)',
  'x-goog-channel-id': ID,
  'x-goog-channel-token': signChannel(ID, KEYS),
  'x-goog-channel-expiration': 'Tue, 19 Nov 2013 01:13:52 GMT',
  'x-goog-message-number': '165139',
  'x-goog-resource-id': 'ret08u3rv24htgh289g',
  'x-goog-resource-state': 'exists',
  'x-goog-resource-uri': 'https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json',
};

describe('a notification', () => {
  test('asks for a sync of the calendar that its channel names', () => {
    expect(readNotification(HEADERS, KEYS)).toEqual({
      kind: 'accepted',
      message: {
        kind: 'sync',
        calendar: ALICES,
        cause: 'notification',
        channel: { id: ID, resourceId: 'ret08u3rv24htgh289g' },
      },
    });
  });

  test('of the sync state proves the channel and asks for nothing', () => {
    expect(readNotification({ ...HEADERS, 'x-goog-resource-state': 'sync' }, KEYS)).toEqual({
      kind: 'accepted',
      message: { kind: 'channel-proof', calendar: ALICES, channel: { id: ID, resourceId: 'ret08u3rv24htgh289g' } },
    });
  });

  test.each(['not_exists', 'update', 'something_new', 'SYNC'])('of the state %s asks to look', (state) => {
    const notification = readNotification({ ...HEADERS, 'x-goog-resource-state': state }, KEYS);
    expect(notification).toMatchObject({ kind: 'accepted', message: { kind: 'sync' } });
  });

  test('needs neither content type nor expiration, number, uri or resource id', () => {
    const { 'x-goog-channel-id': id, 'x-goog-channel-token': token } = HEADERS;
    const bare = { 'x-goog-channel-id': id, 'x-goog-channel-token': token, 'x-goog-resource-state': 'exists' };
    expect(readNotification(bare, KEYS)).toMatchObject({ kind: 'accepted', message: { channel: { resourceId: '' } } });
  });
});

describe('a request that is no notification of ours', () => {
  test.each<[string, Record<string, string | string[] | undefined>, string]>([
    ['has no channel id', { 'x-goog-channel-id': undefined }, 'not-a-notification'],
    ['has an empty channel id', { 'x-goog-channel-id': '' }, 'not-a-notification'],
    ['has no state', { 'x-goog-resource-state': undefined }, 'not-a-notification'],
    ['has a channel id of endless length', { 'x-goog-channel-id': ID.repeat(100) }, 'not-a-notification'],
    ['has two channel ids', { 'x-goog-channel-id': [ID, ID] }, 'not-a-notification'],
    ['has two channel ids that a proxy joined', { 'x-goog-channel-id': `${ID}, ${ID}` }, 'foreign-id'],
    ["has somebody else's channel id", { 'x-goog-channel-id': '01234567-89ab-cdef' }, 'foreign-id'],
    ['has no token', { 'x-goog-channel-token': undefined }, 'bad-token'],
    ['has an empty token', { 'x-goog-channel-token': '' }, 'bad-token'],
    ['has a token of endless length', { 'x-goog-channel-token': 'x'.repeat(100_000) }, 'bad-token'],
    ['has two tokens', { 'x-goog-channel-token': [signChannel(ID, KEYS), 'x'] }, 'bad-token'],
    ["has another channel's token", { 'x-goog-channel-id': channelIdFor(BOBS, 'q0w9e8r7t6z5u4i3o2p1') }, 'bad-token'],
    ['has a token of a key that has left the ring', { 'x-goog-channel-token': signChannel(ID, ['gone']) }, 'bad-token'],
  ])('is refused when it %s', (_, changes, reason) => {
    expect(readNotification({ ...HEADERS, ...changes }, KEYS)).toEqual({ kind: 'refused', reason });
  });

  test('is refused without any header', () => {
    expect(readNotification({}, KEYS)).toEqual({ kind: 'refused', reason: 'not-a-notification' });
  });
});
