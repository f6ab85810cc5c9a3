/** A notification as the use case takes it: what goes onto the topic, what the log says, and what the sender is told. */
import { beforeEach, expect, test } from '@jest/globals';
import { channelIdFor, signChannel } from '../../shared/domain/notification/channel.ts';
import { receiveNotification } from '../../shared/flow/receive-notification.ts';
import { ALICES, NOW } from '../domain/build.ts';
import { World } from './world.ts';

const CHANNEL = channelIdFor(ALICES, 'abc123');

let world: World;

beforeEach(() => {
  world = new World();
});

function receive(state: string, token = signChannel(CHANNEL, world.services.channels.keys)) {
  return receiveNotification(world.services, {
    'x-goog-channel-id': CHANNEL,
    'x-goog-channel-token': token,
    'x-goog-resource-id': 'r',
    'x-goog-resource-state': state,
  });
}

test('of a change asks for a sync on the live lane', async () => {
  expect(await receive('exists')).toBe('accepted');
  const channel = { id: CHANNEL, resourceId: 'r' };
  const message = { kind: 'sync', calendar: ALICES, cause: 'notification', channel };
  expect(world.queued).toEqual([{ message, lane: 'live', publishedAt: NOW }]);
  expect(world.lines).toEqual([{ line: 'notification', outcome: 'accepted', calendar: ALICES }]);
});

test('of a channel that works hands the proof on', async () => {
  expect(await receive('sync')).toBe('accepted');
  expect(world.queued.map(({ message }) => message.kind)).toEqual(['channel-proof']);
  expect(world.lines).toEqual([{ line: 'notification', outcome: 'proof', calendar: ALICES }]);
});

test('that is forged is refused, and nothing of it kept', async () => {
  expect(await receive('exists', 'forged')).toBe('refused');
  expect(world.queued).toEqual([]);
  expect(world.lines).toEqual([{ line: 'notification', outcome: 'refused', reason: 'bad-token' }]);
});

test('that the broker does not take is to come again', async () => {
  world.isTopicDown = true;
  expect(await receive('exists')).toBe('unavailable');
  expect(world.lines).toEqual([{ line: 'notification', outcome: 'queue-unavailable', calendar: ALICES }]);
});

test('that meets a bug is to come again, and somebody is woken', async () => {
  const error = new TypeError('a bug');
  Object.assign(world.services.queue, { publish: async () => Promise.reject(error) });
  expect(await receive('exists')).toBe('unavailable');
  expect(world.lines).toEqual([
    { line: 'failure', where: 'receiveNotification', error },
    { line: 'notification', outcome: 'queue-unavailable', calendar: ALICES },
  ]);
});
