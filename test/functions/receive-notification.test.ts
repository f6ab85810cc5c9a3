/** receiveNotification over HTTP: what it accepts, what it refuses, and that a refusal has no effect and says nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { receiveNotificationHandler } from '../../functions/receive-notification.ts';
import { QueueUnavailable } from '../../shared/domain/errors.ts';
import { calendarKeyOf } from '../../shared/domain/ids.ts';
import type { LogLine } from '../../shared/domain/log-line.ts';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import type { WorkMessage } from '../../shared/domain/notification/work-message.ts';
import type { Served } from '../listen.ts';
import { serve } from './serve.ts';

const KEYS = ['new key of the ring', 'old key of the ring'] as const;
const alice = calendarKeyOf('alice@example.com');
const channel = channelIdFor(alice, 'abc123');

let published: WorkMessage[] = [];
let lines: LogLine[] = [];
let isBrokerDown = false;
let bug: Error | undefined;
let served: Served;

beforeAll(async () => {
  served = await serve(
    receiveNotificationHandler({
      channels: { keys: KEYS },
      log: { write: (line) => void lines.push(line) },
      queue: {
        async publish(message) {
          if (bug !== undefined) throw bug;
          if (isBrokerDown) throw new QueueUnavailable('the broker is down');
          published.push(message);
        },
      },
    }),
  );
});
afterAll(() => served.close());
beforeEach(() => {
  published = [];
  lines = [];
  isBrokerDown = false;
  bug = undefined;
});

function headers(changes: Record<string, string | undefined> = {}): Record<string, string> {
  const all = {
    'X-Goog-Channel-ID': channel,
    'X-Goog-Channel-Token': signChannel(channel, [...KEYS]),
    'X-Goog-Channel-Expiration': 'Tue, 19 Nov 2030 01:13:52 GMT',
    'X-Goog-Resource-ID': 'opaque',
    'X-Goog-Resource-URI': 'https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json',
    'X-Goog-Resource-State': 'exists',
    'X-Goog-Message-Number': '165139',
    'Content-Type': 'application/json; utf-8',
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function post(
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<{ status: number; body: string }> {
  const answer = await fetch(served.url, { method: 'POST', headers: headers(), ...init });
  return { status: answer.status, body: await answer.text() };
}

describe('a notification of Google', () => {
  test('is published with its calendar and channel before it is answered', async () => {
    expect(await post()).toEqual({ status: 204, body: '' });
    expect(published).toEqual([
      { kind: 'sync', calendar: alice, cause: 'notification', channel: { id: channel, resourceId: 'opaque' } },
    ]);
  });

  test('of the state sync only proves its channel', async () => {
    await post({ headers: headers({ 'X-Goog-Resource-State': 'sync', 'X-Goog-Message-Number': '1' }) });
    expect(published).toEqual([
      { kind: 'channel-proof', calendar: alice, channel: { id: channel, resourceId: 'opaque' } },
    ]);
  });

  test('signed with the key before the newest is still accepted', async () => {
    const answer = await post({ headers: headers({ 'X-Goog-Channel-Token': signChannel(channel, [KEYS[1]]) }) });
    expect(answer.status).toBe(204);
    expect(published).toHaveLength(1);
  });

  test.each([
    ['no body and no content type', { headers: headers({ 'Content-Type': undefined }) }],
    ['an empty JSON body', { body: '{}' }],
    ['a body of another type', { body: 'hello', headers: headers({ 'Content-Type': 'text/weird' }) }],
    ['a state that nobody has heard of', { headers: headers({ 'X-Goog-Resource-State': 'not_exists' }) }],
  ])('with %s is accepted all the same', async (_, init) => {
    expect((await post(init)).status).toBe(204);
    expect(published).toHaveLength(1);
  });

  test('is asked for again while the broker cannot be reached', async () => {
    isBrokerDown = true;
    expect(await post()).toEqual({ status: 503, body: '' });
    expect(lines).toEqual([{ line: 'notification', outcome: 'queue-unavailable', calendar: alice }]);
  });

  test('is asked for again when a bug of ours kept it from the topic, and the bug is logged', async () => {
    bug = new TypeError('not ready');
    expect(await post()).toEqual({ status: 503, body: '' });
    expect(lines).toEqual([
      { line: 'failure', where: 'receiveNotification', error: bug },
      { line: 'notification', outcome: 'queue-unavailable', calendar: alice },
    ]);
  });
});

describe('a request that is no notification of ours', () => {
  const other = channelIdFor(calendarKeyOf('bob@example.com'), 'abc123');
  const token = signChannel(channel, [...KEYS]);

  test.each([
    ['has a forged token', headers({ 'X-Goog-Channel-Token': 'forged' }), 'bad-token'],
    ['has no token', headers({ 'X-Goog-Channel-Token': undefined }), 'bad-token'],
    [
      'has a token whose key has left the ring',
      headers({ 'X-Goog-Channel-Token': signChannel(channel, ['a key of last year']) }),
      'bad-token',
    ],
    ['has a shortened token', headers({ 'X-Goog-Channel-Token': token.slice(0, -1) }), 'bad-token'],
    ['has the token of another channel', headers({ 'X-Goog-Channel-ID': other }), 'bad-token'],
    [
      'has a channel id of somebody else',
      headers({ 'X-Goog-Channel-ID': '4ba78bf0-6a47-11e2-bcfd-0800200c9a66' }),
      'foreign-id',
    ],
    ['has no channel id', headers({ 'X-Goog-Channel-ID': undefined }), 'not-a-notification'],
    ['has a huge channel id', headers({ 'X-Goog-Channel-ID': 'a'.repeat(5_000) }), 'not-a-notification'],
  ])('and %s is refused, publishes nothing and learns nothing', async (_, given, reason) => {
    expect(await post({ headers: given })).toEqual({ status: 403, body: '' });
    expect(published).toEqual([]);
    expect(lines).toEqual([{ line: 'notification', outcome: 'refused', reason }]);
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('and is a %s is told that only POST is known', async (method) => {
    const answer = await fetch(served.url, { method, headers: headers({ 'Content-Type': undefined }) });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(published).toEqual([]);
  });

  test('and has an oversized body is refused before its headers are believed', async () => {
    const answer = await post({ body: 'x'.repeat(70_000), headers: headers({ 'Content-Type': 'text/plain' }) });
    expect(answer.status).toBe(413);
    expect(published).toEqual([]);
  });
});
