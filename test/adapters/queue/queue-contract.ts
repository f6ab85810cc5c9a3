/** What both queues keep: the same cases run over the embedded queue and over Pub/Sub. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { calendarKeyOf, conferenceKeyOf } from '../../../shared/domain/ids.ts';
import { decodeWork } from '../../../shared/domain/notification/work-message.ts';
import type { DeadLetters, WorkQueue } from '../../../shared/domain/ports.ts';
import { type PushEndpoint, startPushEndpoint } from './push-endpoint.ts';

/** A queue under test, whose messages are pushed to `<endpoint>/live` and `<endpoint>/upkeep`. */
export interface QueueUnderTest {
  readonly queue: WorkQueue & DeadLetters;
  /** The dead letters that have arrived, oldest first; waits for at least so many. */
  deadLetters(atLeast: number): Promise<readonly { readonly data: string; readonly attributes: unknown }[]>;
  close(): Promise<void>;
}

/** How long a test waits for silence before it believes that nothing more comes. */
const SILENCE_MS = 250;

/** Defines the cases, inside the caller's `describe`. `filtersLanes`: the queue delivers a lane's messages to it only. */
export function queueContract(
  open: (endpoint: string) => Promise<QueueUnderTest>,
  { filtersLanes }: { readonly filtersLanes: boolean },
): void {
  let endpoint: PushEndpoint;
  let under: QueueUnderTest;
  const calendar = calendarKeyOf('alice@example.com');
  const conference = conferenceKeyOf('c-1');

  beforeEach(async () => {
    endpoint = await startPushEndpoint(!filtersLanes);
    under = await open(endpoint.url);
  });
  afterEach(async () => {
    await under.close();
    await endpoint.close();
  });

  test('a message arrives in a push envelope that a worker can read', async () => {
    const message = { kind: 'sync', calendar, cause: 'notification', channel: { id: 'k', resourceId: 'ü' } } as const;
    const before = Date.now();
    await under.queue.publish(message, 'live');
    await endpoint.count(1);
    const [push] = endpoint.pushes;
    expect(decodeWork(push?.text ?? '')).toEqual(message);
    expect(push?.messageId).toEqual(expect.stringMatching(/^\S+$/));
    expect(Date.parse(String(push?.publishTime))).toBeGreaterThan(before - 1_500);
    expect(push?.subscription).toEqual(expect.stringMatching(/^projects\/[^/]+\/subscriptions\/[^/]+$/));
    expect(push?.contentType).toMatch(/^application\/json/);
  });

  test('each lane goes to its own subscription, with attributes to filter by', async () => {
    await under.queue.publish({ kind: 'sync', calendar, cause: 'notification' }, 'live');
    await under.queue.publish({ kind: 'conference', conference }, 'upkeep');
    await under.queue.publish({ kind: 'channel-proof', calendar, channel: { id: 'k', resourceId: 'r' } }, 'upkeep');
    await endpoint.count(3);
    const seen = endpoint.pushes.map(({ path, attributes }) => ({ path, attributes }));
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(
      expect.arrayContaining([
        { path: '/live', attributes: { lane: 'live', version: '1', calendar, cause: 'notification' } },
        { path: '/upkeep', attributes: { lane: 'upkeep', version: '1', cause: 'conference' } },
        { path: '/upkeep', attributes: { lane: 'upkeep', version: '1', calendar, cause: 'channel-proof' } },
      ]),
    );
  });

  test('a message answered 503 is delivered again, the same message', async () => {
    endpoint.answer(503);
    await under.queue.publish({ kind: 'conference', conference }, 'live');
    await endpoint.count(2);
    const [first, second] = endpoint.pushes;
    expect(second).toMatchObject({ text: first?.text, messageId: first?.messageId, publishTime: first?.publishTime });
  });

  test.each([200, 204])('a message answered %d is never delivered again', async (status) => {
    endpoint.answer(status);
    await under.queue.publish({ kind: 'conference', conference }, 'upkeep');
    await endpoint.count(1);
    await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
    expect(endpoint.pushes).toHaveLength(1);
  });

  test('a hundred messages at once all arrive', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => calendarKeyOf(`user${index}@example.com`));
    await Promise.all(keys.map((key) => under.queue.publish({ kind: 'sync', calendar: key, cause: 'wanted' }, 'live')));
    await endpoint.count(100);
    const arrived = endpoint.pushes.map(({ text }) => {
      const message = decodeWork(text);
      return message.kind === 'sync' ? message.calendar : undefined;
    });
    expect(new Set(arrived)).toEqual(new Set(keys));
  });

  test('a dead letter keeps text and attributes, says why, and is pushed to nobody', async () => {
    await under.queue.put({
      data: '{"version":7} ü',
      attributes: { lane: 'live', googclient_x: 'dropped', long: 'ü'.repeat(1_000) },
      reason: 'version must be 1',
      messageId: '17',
      attempt: 10,
    });
    const [letter] = await under.deadLetters(1);
    expect(letter).toEqual({
      data: '{"version":7} ü',
      attributes: {
        lane: 'live',
        long: 'ü'.repeat(512),
        deadLetterReason: 'version must be 1',
        deadLetterMessageId: '17',
        deadLetterAttempt: '10',
      },
    });
    expect(endpoint.pushes).toHaveLength(0);
  });
}
